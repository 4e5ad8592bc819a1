//! What the system needs besides a program to run it: the dynamic loader and the libraries.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

/// How much of an executable is looked at, in bytes: its headers stand at its beginning.
const HEAD: u64 = 64 * 1024;

/// The type of the program header that names the loader (elf(5), `PT_INTERP`).
const INTERPRETER: u32 = 3;

/// Where systems keep libraries.
pub(super) const LIBRARIES: [&str; 5] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/nix/store"];

/// The loader that a 64-bit ELF executable names; nothing if it needs none.
pub(super) fn interpreter(executable: &Path) -> Option<PathBuf> {
    let mut head = Vec::new();
    File::open(executable).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    parse(&head)
}

/// Whether the system loads a program as it loads this one. A submission can name any file as its loader (`#[link_section = ".interp"]`):
/// one that is none, so that nothing can be started, or one that it would like to read.
pub(in crate::client) fn is_usual(executable: &Path) -> bool {
    let own = || std::env::current_exe().ok().as_deref().and_then(interpreter);
    match (interpreter(executable), own()) {
        (None, _) => true,
        (Some(named), Some(own)) => named == own,
        // A harness that needs none, as one for musl may not, still builds programs that do.
        (Some(named), None) => named.is_file() && LIBRARIES.iter().any(|folder| named.starts_with(folder)),
    }
}

/// Reads the headers (elf(5)). Positions and sizes of other people's files may be anything.
fn parse(head: &[u8]) -> Option<PathBuf> {
    let number = |at: usize, size: usize| -> Option<u64> {
        let mut bytes = [0; 8];
        bytes.get_mut(..size)?.copy_from_slice(head.get(at..at.checked_add(size)?)?);
        Some(u64::from_le_bytes(bytes))
    };
    let place = |at: usize, size: usize| usize::try_from(number(at, size)?).ok();
    // 64-bit, little-endian.
    head.starts_with(b"\x7fELF\x02\x01").then_some(())?;
    let (table, entry, entries) = (place(32, 8)?, place(54, 2)?, place(56, 2)?);
    for index in 0..entries {
        let header = table.checked_add(index.checked_mul(entry)?)?;
        if number(header, 4)? != u64::from(INTERPRETER) {
            continue;
        }
        let (from, size) = (place(header.checked_add(8)?, 8)?, place(header.checked_add(32)?, 8)?);
        let name = head.get(from..from.checked_add(size)?)?;
        let name = std::str::from_utf8(name.strip_suffix(b"\0").unwrap_or(name)).ok()?;
        return Some(name.into());
    }
    None
}

/// The files that this process has been loaded from, besides its own executable: what another program of the same compiler needs too,
/// wherever this system keeps it.
pub(super) fn libraries() -> Vec<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let own = std::env::current_exe().ok();
    let mut files: Vec<_> = maps
        .lines()
        .filter(|line| line.split_ascii_whitespace().nth(1).is_some_and(|mode| mode.contains('x')))
        .filter_map(|line| Some(PathBuf::from(&line[line.find('/')?..])))
        .filter(|file| Some(file) != own.as_ref())
        .collect();
    files.sort();
    files.dedup();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn this_program_has_been_loaded_by_what_it_names() {
        let own = std::env::current_exe().expect("it is known");
        let Some(loader) = interpreter(&own) else { return assert!(libraries().is_empty(), "it is static") };
        let loader = loader.canonicalize().expect("it is there");
        assert!(libraries().contains(&loader), "{} is not among {:?}", loader.display(), libraries());
    }

    #[test]
    fn other_files_name_none() {
        assert_eq!(interpreter(Path::new("/etc/passwd")), None);
        let mut head = b"\x7fELF\x02\x01".to_vec();
        assert_eq!(parse(&head), None);
        head.resize(64, 0xff);
        assert_eq!(parse(&head), None, "all positions are far outside");
    }
}
