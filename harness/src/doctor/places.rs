//! Room on the disk, and what is kept where.

use std::{fs, io::Write as _, path::Path};

use tempfile::NamedTempFile;

use crate::{
    client::Workspace,
    practice::Store,
    report::{Finding, Health},
};

/// What the harness and every challenge take when they are built, in bytes: measured at 1.6 GB, and somewhat more with newer compilers.
const BUILD: u64 = 2_500_000_000;
/// What a grading needs besides, for what clients write and for reports.
const SPARE: u64 = 100_000_000;

/// How much room there is where things are built, and where clients run.
pub(super) fn room(workspace: &Workspace) -> Vec<Finding> {
    let built = workspace.target.join("CACHEDIR.TAG").exists();
    let needed = if built { SPARE } else { BUILD };
    vec![
        space(
            "disk",
            &workspace.target,
            needed,
            "Make room there, or set CARGO_TARGET_DIR to a folder on another disk.",
        ),
        space("temporary files", &std::env::temp_dir(), SPARE, "Make room there, or set TMPDIR to another folder."),
    ]
}

fn space(subject: &str, place: &Path, needed: u64, advice: &str) -> Finding {
    let there = place.ancestors().find(|place| place.is_dir()).unwrap_or(Path::new("."));
    match fs4::available_space(there) {
        Ok(free) if free >= needed => Finding::good(subject, format!("{} free in {}", size(free), place.display())),
        Ok(free) => {
            let seen = format!("{} free in {}, and {} are needed", size(free), place.display(), size(needed));
            Finding::poor(subject, Health::Bad, seen, advice)
        }
        Err(error) => {
            let seen = format!("the free space of {} is not known: {error}", there.display());
            Finding::poor(subject, Health::Fair, seen, "")
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// Whether progress can be kept, and where programs are built.
pub(super) fn state(workspace: &Workspace, store: &Store) -> Vec<Finding> {
    let folder = store.folder();
    let write = || {
        fs::create_dir_all(folder)?;
        NamedTempFile::new_in(folder)?.write_all(b"it can be written")
    };
    let kept = match write() {
        Ok(()) => Finding::good("progress", format!("is kept in {}", store.path().display())),
        Err(error) => Finding::poor(
            "progress",
            Health::Fair,
            format!("cannot be kept in {}: {error}", folder.display()),
            "Checks work all the same. Make that folder writable to have your progress and hints remembered.",
        ),
    };
    let built = format!("with the profile `{}` in {}", workspace.profile, workspace.target.display());
    vec![kept, Finding::good("builds", built), processes()]
}

/// Whether the system tells how a client's process is doing.
fn processes() -> Finding {
    if cfg!(windows) {
        let seen = "a client that computes without end is found by its processor time, one that waits by real time, which takes longer";
        return Finding::good("processes", seen);
    }
    if Path::new("/proc/self/stat").exists() {
        return Finding::good("processes", "/proc tells why a silent client is silent");
    }
    let seen = "there is no /proc: a client that hangs is found by real time alone, which takes longer";
    let advice = if cfg!(target_os = "linux") { "Mount /proc." } else { "" };
    Finding::poor("processes", Health::Fair, seen, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_compared_with_what_is_needed() {
        let here = std::env::temp_dir();
        assert_eq!(space("disk", &here, 1, "").health, Health::Good);
        let full = space("disk", &here.join("no/such/folder"), u64::MAX, "Make room.");
        assert_eq!((full.health, full.advice.as_str()), (Health::Bad, "Make room."));
        assert!(full.seen.contains("are needed"), "{full:?}");
        assert_eq!([size(999_999_999), size(2_550_000_000)], ["999 MB", "2.5 GB"]);
    }

    #[test]
    fn progress_that_cannot_be_kept_is_told() {
        let root = tempfile::tempdir().expect("there is room");
        let workspace = Workspace::at(root.path());
        let kept = |store: &Store| state(&workspace, store).remove(0);
        assert_eq!(kept(&Store::at(root.path())).health, Health::Good);
        // A file in place of the folder stands for one that may not be written in: root may write everywhere.
        let other = root.path().join("other");
        fs::create_dir(&other).and_then(|()| fs::write(other.join(".harness"), "")).expect("it is writable");
        assert_eq!(kept(&Store::at(&other)).health, Health::Fair);
    }
}
