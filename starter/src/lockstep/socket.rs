//! The client's end of the link: reading, writing, and ending with it.

use std::{
    io::{self, Write},
    process, thread,
};

use rustix::event::{PollFd, PollFlags, poll};

use super::transport;
use crate::link::{Frame, Inbox, Kind, Malformed, Start, Transport, VERSION, Wire};

/// The link's socket and what has been read from it.
pub(super) struct Socket {
    stream: Transport,
    inbox: Inbox,
}

/// Takes the link that this process was started with.
///
/// # Errors
/// If there is none.
pub(super) fn open() -> io::Result<(Socket, Wire)> {
    let stream = transport::take()?;
    end_at_hang_up(stream.try_clone()?)?;
    let wire = Wire::spilling(stream.try_clone()?);
    Ok((Socket { stream, inbox: Inbox::default() }, wire))
}

/// A thread that ends the process when the harness has closed the link, whatever the student's code is doing.
fn end_at_hang_up(stream: Transport) -> io::Result<()> {
    thread::Builder::new().name("link".into()).stack_size(64 * 1024).spawn(move || {
        loop {
            // Asks for no event: a hang-up is told of anyway, and what there is to read is not this thread's.
            let mut waiting = [PollFd::new(&stream, PollFlags::empty())];
            match poll(&mut waiting, None) {
                Ok(_) if waiting[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => {
                    process::exit(0)
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => process::exit(0),
            }
        }
    })?;
    Ok(())
}

impl Socket {
    /// Says hello and reads what the client is told.
    ///
    /// # Errors
    /// If the harness speaks another version.
    pub(super) fn start(&mut self) -> Result<Start, Malformed> {
        let mut hello = Vec::new();
        let name = concat!("starter ", env!("CARGO_PKG_VERSION"));
        Frame { kind: Kind::Hello, id: VERSION, at: 0, body: name.as_bytes() }.put(&mut hello);
        self.write(&hello);
        self.read(|frame| match frame.kind {
            Kind::Start => Start::decode(frame.id, frame.body).map(Some),
            other => Err(Malformed(format!("a frame of kind {other:?}"))),
        })
    }

    /// Writes. A harness that is gone ends the process.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        if self.stream.write_all(bytes).is_err() {
            process::exit(0);
        }
    }

    /// Reads frames, and waits for them, until `look` has found what it looks for.
    ///
    /// # Errors
    /// That of `look`, or of a frame that is malformed.
    pub(super) fn read<T>(
        &mut self,
        mut look: impl FnMut(Frame<'_>) -> Result<Option<T>, Malformed>,
    ) -> Result<T, Malformed> {
        loop {
            while let Some(frame) = self.inbox.scan()? {
                if let Some(found) = look(frame)? {
                    return Ok(found);
                }
            }
            match self.inbox.fill(&mut self.stream) {
                Ok(0) => process::exit(0),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => process::exit(0),
                _ => {}
            }
        }
    }

    /// What has been read and waits for its time.
    pub(super) fn inbox(&mut self) -> &mut Inbox {
        &mut self.inbox
    }
}
