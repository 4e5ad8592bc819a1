//! Removing a folder that somebody else has filled.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::modes::{open_file, open_folder};

/// How long it may take: what could not be ended may go on to fill the folder.
const PATIENCE: Duration = Duration::from_secs(30);

/// Removes a folder and everything in it. However deep its folders stand in each other, never are more than two of them open: a client
/// makes folders faster than it can be stopped, and a path or a stack of ten thousand of them has no room.
///
/// # Errors
///
/// If something in it belongs to somebody else, or somebody still fills it.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let own = format!("{:x}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (mut raised, until) = (0_u64, Instant::now() + PATIENCE);
    while let inside = entries(folder)?
        && !inside.is_empty()
    {
        if Instant::now() > until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        for path in inside {
            if !is_folder(&path)? {
                remove_file(&path)?;
                continue;
            }
            // What stands in a folder of this one comes to stand in this one.
            for inner in entries(&path)? {
                if is_folder(&inner)? {
                    raised += 1;
                    open_folder(&inner)?;
                    fs::rename(inner, folder.join(format!("{own}-{raised}")))?;
                } else {
                    remove_file(&inner)?;
                }
            }
            fs::remove_dir(path)?;
        }
    }
    fs::remove_dir(folder)
}

fn is_folder(path: &Path) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.is_dir())
}

/// What is in a folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    open_folder(folder)?;
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn remove_file(path: &Path) -> io::Result<()> {
    open_file(path)?;
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    // What may be read is said by modes, which are Unix's.
    #[cfg(unix)]
    #[test]
    fn a_folder_goes_with_files_links_and_what_may_not_be_read() {
        let dir = tempfile::tempdir().expect("there is room");
        let (gone, kept) = (dir.path().join("gone"), dir.path().join("kept"));
        fs::create_dir_all(gone.join("a/b/c/d")).expect("it is writable");
        fs::write(gone.join("a/b/file"), "").expect("it is writable");
        fs::write(&kept, "").expect("it is writable");
        std::os::unix::fs::symlink(dir.path(), gone.join("a/link")).expect("it is writable");
        let shut = std::os::unix::fs::PermissionsExt::from_mode(0o000);
        fs::set_permissions(gone.join("a/b"), shut).expect("it is ours");
        remove(&gone).expect("it is ours");
        assert_eq!((gone.exists(), kept.exists()), (false, true));
    }

    /// Deeper than a path may be long, and than files may be open.
    #[test]
    fn a_deep_folder_goes_too() {
        let dir = tempfile::tempdir().expect("there is room");
        let deep = dir.path().join("deep");
        for _ in 0..6_000 {
            let outer = dir.path().join("outer");
            fs::create_dir(&outer).expect("it is writable");
            if deep.exists() {
                fs::rename(&deep, outer.join("inner")).expect("it is writable");
            }
            fs::rename(outer, &deep).expect("it is writable");
        }
        remove(&deep).expect("it is ours");
        assert!(!deep.exists());
    }
}
