//! One harness at a time.

use std::{fs::File, io, path::Path, sync::mpsc, thread, time::Duration};

use fs4::{FileExt, TryLockError};

/// Waits for so long until no other process and no other thread holds the lock of this file, and holds it until the file is dropped. The
/// system ends it with the process.
pub(super) fn lock(path: &Path, patience: Duration) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match FileExt::try_lock(&file) {
        Ok(()) => return Ok(file),
        // A file system that knows no locks is seldom one that several harnesses share.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => {}
    }
    // A lock is waited for without end, or not at all: a thread waits, and this one has patience. If the thread gets the lock too late, the
    // file is dropped where it cannot be delivered.
    let (send, receive) = mpsc::channel();
    thread::Builder::new().name("lock".into()).spawn(move || send.send(FileExt::lock(&file).map(|()| file)))?;
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "another harness holds its lock and does not let go");
    receive.recv_timeout(patience).map_err(late)?
}
