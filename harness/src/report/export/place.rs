//! Where in the student's files something was said to be.

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Reads `path/file.rs:31:20`. What a submission has written may claim any place: only a file within the workspace counts.
pub(super) fn place(text: &str) -> Option<Place<'_>> {
    let (rest, column) = text.trim().rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let known = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let inside = !file.starts_with('/') && file.split('/').all(|part| !part.is_empty() && part != ".." && part != ".");
    (inside && file.ends_with(".rs") && file.chars().all(known)).then_some(())?;
    Some(Place { file, line: line.parse().ok()?, column: column.parse().ok()? })
}

/// The place of the compiler's first error.
pub(super) fn compiler(text: &str) -> Option<Place<'_>> {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("error"));
    lines.find_map(|line| place(line.trim_start().strip_prefix("--> ")?))
}

/// The place at the end of what a panic says: `the client panicked: … (src/lib.rs:31:20)`.
pub(super) fn panic(text: &str) -> Option<Place<'_>> {
    place(text.trim_end_matches(['.', ')']).rsplit_once('(')?.1)
}
