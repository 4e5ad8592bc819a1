//! What the compiler says about a build: errors with the student's file first, and of the warnings those that matter.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::verdict::{CompilerWarning, CompilerWarnings};

/// How many errors are kept. Whoever has more mends the first ones first; many of the others follow from them.
const MOST_ERRORS: usize = 10;

/// How much of one message is kept, in bytes: about two hundred lines.
const MOST_RENDERED: usize = 16 * 1024;

/// How many warnings are told.
const MOST_TOLD: usize = 3;

/// How much of a warning is kept, in bytes: it stands before the verdict, and must not bury it.
const MOST_WARNING: usize = 2 * 1024;

/// What the compiler warns of while code is not finished, or of its style. It says nothing about what the code does.
/// What is *not* among them: `unused_must_use`, which finds a forgotten `.await`, and all that finds code that cannot do what it says.
const UNFINISHED: [&str; 19] = [
    "dead_code",
    "missing_docs",
    "non_camel_case_types",
    "non_snake_case",
    "non_upper_case_globals",
    "redundant_semicolons",
    "unreachable_pub",
    "unused_allocation",
    "unused_assignments",
    "unused_attributes",
    "unused_braces",
    "unused_doc_comments",
    "unused_extern_crates",
    "unused_imports",
    "unused_labels",
    "unused_macros",
    "unused_mut",
    "unused_parens",
    "unused_variables",
];

/// A message of the compiler (The rustc book, "JSON Output"). What is not named here is of no interest.
#[derive(Debug, Deserialize)]
pub(super) struct Diagnostic {
    message: String,
    code: Option<Code>,
    level: String,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: PathBuf,
    line_start: u32,
    is_primary: bool,
}

impl Diagnostic {
    /// How grave it is: `error`, `error: internal compiler error`, `warning`, `failure-note`, …
    pub(super) fn level(&self) -> &str {
        &self.level
    }

    /// Whether it only counts the others, or ends them: `aborting due to 2 previous errors`, `3 warnings emitted`.
    fn is_sum(&self) -> bool {
        let counts = self.message.starts_with("aborting due to") || self.message.ends_with(" emitted");
        self.code.is_none() && self.spans.is_empty() && counts
    }

    /// Whether it says that there is nothing to link with: a fault of the machine, for no code can be the cause of it.
    fn lacks_linker(&self) -> bool {
        self.spans.is_empty() && self.message.starts_with("linker `") && self.message.ends_with("not found")
    }

    fn place(&self) -> Option<&Span> {
        self.spans.iter().find(|span| span.is_primary)
    }
}

/// The compiler's errors, each once.
#[derive(Debug, Default)]
pub(super) struct Errors {
    kept: Vec<(Nearness, String)>,
    count: u32,
    /// Where to read more: `For more information about this error, try …`.
    notes: Vec<String>,
    lacks_linker: bool,
}

/// How near to the student a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// In the file that the student edits.
    Own,
    /// In another file beside it.
    Beside,
    /// Somewhere else, or nowhere.
    Elsewhere,
}

impl Nearness {
    /// Where this is, if sources of the submission are in this folder, as the compiler calls it.
    fn of(span: Option<&Span>, sources: &Path) -> Self {
        match span.map(|span| span.file_name.as_path()) {
            Some(file) if file == sources.join("lib.rs") => Self::Own,
            Some(file) if file.starts_with(sources) && file != sources.join("main.rs") => Self::Beside,
            _ => Self::Elsewhere,
        }
    }
}

impl Errors {
    /// Takes an error; `sources` is the folder of the submission's sources, as the compiler calls it.
    pub(super) fn add(&mut self, error: &Diagnostic, sources: &Path) {
        let Some(rendered) = error.rendered.as_deref().filter(|_| !error.is_sum()) else { return };
        let rendered = beginning(rendered, MOST_RENDERED);
        if self.kept.iter().any(|(_, known)| *known == rendered) {
            return;
        }
        self.count += 1;
        self.lacks_linker |= error.lacks_linker();
        let nearness = Nearness::of(error.place(), sources);
        // Behind all that are as near: in the order of the compiler, which tells causes before what follows from them.
        let at = self.kept.partition_point(|(other, _)| *other <= nearness);
        self.kept.insert(at, (nearness, rendered));
        self.kept.truncate(MOST_ERRORS);
    }

    /// Takes what the compiler says after its errors.
    pub(super) fn note(&mut self, note: &Diagnostic) {
        let known = |text: &String| self.notes.contains(text);
        if let Some(text) = note.rendered.as_ref().filter(|text| self.notes.len() < MOST_ERRORS && !known(text)) {
            self.notes.push(beginning(text, MOST_WARNING));
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Whether they say that there is nothing to link with.
    pub(super) fn lack_linker(&self) -> bool {
        self.lacks_linker
    }

    /// The text, with a note of what is missing.
    pub(super) fn into_text(self) -> String {
        let mut text: String = self.kept.iter().map(|(_, rendered)| rendered.as_str()).collect();
        match self.count as usize - self.kept.len() {
            0 => {}
            1 => text.push_str("... and 1 more error\n\n"),
            more => text.push_str(&format!("... and {more} more errors\n\n")),
        }
        text + &self.notes.concat()
    }
}

/// The compiler's warnings, each once.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    found: CompilerWarnings,
    seen: Vec<String>,
}

impl Warnings {
    /// Takes a warning.
    pub(super) fn add(&mut self, warning: &Diagnostic) {
        let (Some(rendered), Some(place)) = (warning.rendered.as_deref(), warning.place()) else { return };
        let rendered = beginning(rendered, MOST_WARNING);
        if warning.is_sum() || self.seen.contains(&rendered) {
            return;
        }
        // What is beyond the bound may be counted twice, no more than that.
        if self.seen.len() < 100 {
            self.seen.push(rendered.clone());
        }
        let lint = warning.code.as_ref().map(|code| code.code.clone());
        if lint.as_deref().is_some_and(|lint| UNFINISHED.contains(&lint)) {
            self.found.unfinished += 1;
        } else if self.found.told.len() == MOST_TOLD {
            self.found.more += 1;
        } else {
            self.found.told.push(CompilerWarning {
                lint,
                file: super::program::portable(&place.file_name.display().to_string()),
                line: place.line_start,
                what: beginning(&warning.message, MOST_WARNING),
                rendered,
            });
        }
    }

    /// What was found, with sources named by `named`.
    pub(super) fn into_found(self, named: impl Fn(String) -> String) -> CompilerWarnings {
        let mut found = self.found;
        for warning in &mut found.told {
            for text in [&mut warning.file, &mut warning.what, &mut warning.rendered] {
                *text = named(std::mem::take(text));
            }
        }
        found
    }
}

/// The beginning of a text, up to the end of a line if there is one.
fn beginning(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let cut = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = &text[..cut];
    let end = start.rfind('\n').unwrap_or(start.len());
    format!("{}\n...\n\n", &start[..end])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SOURCES: &str = "challenges/echo/src";

    fn said(level: &str, code: Option<&str>, place: Option<(&str, u32)>, message: &str) -> Diagnostic {
        let spans: Vec<_> = place
            .into_iter()
            .flat_map(|(file, line)| {
                let span = |line, primary| json!({"file_name": file, "line_start": line, "is_primary": primary});
                [span(1, false), span(line, true)]
            })
            .collect();
        let rendered = format!("{level}: {message}\n\n");
        let code = code.map(|code| json!({"code": code, "explanation": null}));
        let message = json!({"message": message, "code": code, "level": level, "spans": spans, "rendered": rendered});
        serde_json::from_value(message).expect("the fields are there")
    }

    fn error(file: &str, message: &str) -> Diagnostic {
        said("error", Some("E0308"), Some((file, 7)), message)
    }

    fn text(errors: &[Diagnostic]) -> (u32, String) {
        let mut log = Errors::default();
        errors.iter().for_each(|error| log.add(error, Path::new(SOURCES)));
        (log.count(), log.into_text())
    }

    #[test]
    fn errors_in_the_students_file_come_first_and_each_comes_once() {
        let told = [
            error("starter/src/lib.rs", "in the kit"),
            error("challenges/echo/src/main.rs", "in the program"),
            error("challenges/echo/src/backoff.rs", "in a module"),
            error("challenges/echo/src/lib.rs", "first"),
            error("challenges/echo/src/lib.rs", "second"),
            error("challenges/echo/src/lib.rs", "first"),
            said("error", None, None, "aborting due to 5 previous errors"),
            said("error", None, None, "linking with `cc` failed: exit status: 1"),
        ];
        let expected = [
            "first",
            "second",
            "in a module",
            "in the kit",
            "in the program",
            "linking with `cc` failed: exit status: 1",
        ];
        let expected: String = expected.iter().map(|message| format!("error: {message}\n\n")).collect();
        assert_eq!(text(&told), (6, expected));
    }

    #[test]
    fn a_flood_of_errors_is_cut_and_counted_and_hides_no_nearer_one() {
        let mut told: Vec<_> =
            (0..1_000).map(|n| error("elsewhere.rs", &format!("{n} {}", "x\n".repeat(20_000)))).collect();
        told.push(error("challenges/echo/src/lib.rs", "the cause"));
        let (count, text) = text(&told);
        assert_eq!(count, 1_001);
        assert!(text.starts_with("error: the cause\n\nerror: 0 x\n"), "{}", &text[..100]);
        assert!(text.ends_with("x\n...\n\n... and 991 more errors\n\n"), "{}", &text[text.len() - 100..]);
        assert!(text.len() < MOST_ERRORS * (MOST_RENDERED + 100));
    }

    #[test]
    fn the_compilers_advice_is_kept_behind_its_errors() {
        let mut errors = Errors::default();
        let note =
            said("failure-note", None, None, "For more information about this error, try `rustc --explain E0308`.");
        errors.note(&note);
        errors.note(&note);
        errors.add(&error("challenges/echo/src/lib.rs", "first"), Path::new(SOURCES));
        let text = errors.into_text();
        assert!(text.starts_with("error: first\n\nfailure-note: For more"), "{text}");
        assert_eq!(text.matches("For more").count(), 1);
    }

    #[test]
    fn a_machine_without_a_linker_is_known() {
        let lacks = |message: &str| {
            let mut errors = Errors::default();
            errors.add(&said("error", None, None, message), Path::new(SOURCES));
            errors.lack_linker()
        };
        assert!(lacks("linker `cc` not found"));
        assert!(!lacks("linking with `cc` failed: exit status: 1"), "code can be the cause of it");
    }

    fn found(warnings: &[Diagnostic]) -> CompilerWarnings {
        let mut log = Warnings::default();
        warnings.iter().for_each(|warning| log.add(warning));
        log.into_found(|text| text.replace(SOURCES, "mine"))
    }

    fn warning(lint: &str, line: u32) -> Diagnostic {
        said("warning", Some(lint), Some(("challenges/echo/src/lib.rs", line)), &format!("{lint} at {line}"))
    }

    #[test]
    fn a_forgotten_await_is_told_and_what_is_unfinished_only_counted() {
        let told = [
            warning("unused_variables", 3),
            warning("dead_code", 5),
            warning("unused_must_use", 8),
            warning("unused_must_use", 8),
            said("warning", None, None, "3 warnings emitted"),
        ];
        let must_use = CompilerWarning {
            lint: Some("unused_must_use".into()),
            file: "mine/lib.rs".into(),
            line: 8,
            what: "unused_must_use at 8".into(),
            rendered: "warning: unused_must_use at 8\n\n".into(),
        };
        assert_eq!(found(&told), CompilerWarnings { told: vec![must_use], more: 0, unfinished: 2 });
    }

    #[test]
    fn a_flood_of_warnings_is_counted() {
        let told: Vec<_> = (1..=50).map(|line| warning("unreachable_code", line)).collect();
        let found = found(&told);
        assert_eq!((found.told.len(), found.more, found.unfinished), (3, 47, 0));
        assert_eq!(found.told[2].line, 3);
    }
}
