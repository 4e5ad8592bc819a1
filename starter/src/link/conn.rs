//! One end of a simulated connection.

use std::{
    fmt, io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Kind, Overrun, WINDOW, Wire};

/// How the harness has answered an attempt to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opening {
    /// Not yet.
    #[default]
    Pending,
    /// The connection is made.
    Accepted,
    /// The connection is refused.
    Refused,
    /// The connection was reset before it was made.
    Reset,
}

/// One end of a simulated connection. Read from it and write to it as to a TCP stream. Shutting it down ends its own direction (a
/// FIN), dropping it closes both.
pub struct Conn {
    id: u32,
    half: Arc<Mutex<Half>>,
    wire: Wire,
}

/// What arrives at one end, and how much may leave it.
pub(super) struct Half {
    opening: Opening,
    inbound: Vec<u8>,
    /// What of `inbound` has been read.
    read: usize,
    /// What has been read and not yet been credited to the other end.
    owed: usize,
    /// How much more may be written.
    window: usize,
    /// This end has said that it writes no more.
    shut: bool,
    /// No more bytes arrive.
    ended: bool,
    /// Nobody is there to read what is written.
    gone: bool,
    /// The connection has been broken off, by either end.
    reset: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Default for Half {
    fn default() -> Self {
        Self {
            opening: Opening::Pending,
            inbound: Vec::new(),
            read: 0,
            owed: 0,
            window: WINDOW,
            shut: false,
            ended: false,
            gone: false,
            reset: false,
            reader: None,
            writer: None,
        }
    }
}

impl Half {
    /// Takes what has arrived; returns whether somebody waited for it.
    pub(super) fn arrive(&mut self, kind: Kind, body: &[u8]) -> Result<bool, Overrun> {
        match kind {
            Kind::Accept => self.opening = Opening::Accepted,
            Kind::Refuse => {
                self.opening = Opening::Refused;
                self.reset = true;
            }
            Kind::Data => self.take_in(body)?,
            Kind::Fin => self.ended = true,
            Kind::Drop => (self.ended, self.gone) = (true, true),
            Kind::Reset => {
                if self.opening == Opening::Pending {
                    self.opening = Opening::Reset;
                }
                self.reset = true;
            }
            Kind::Credit => return self.credit(body),
            _ => return Ok(false),
        }
        let woken = wake(&mut self.reader);
        Ok(if self.gone || self.reset { wake(&mut self.writer) || woken } else { woken })
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<(), Overrun> {
        if self.ended {
            return Ok(());
        }
        if self.inbound.len() - self.read + self.owed + bytes.len() > WINDOW {
            return Err(Overrun);
        }
        if self.read == self.inbound.len() {
            self.inbound.clear();
            self.read = 0;
        } else if self.read > WINDOW / 2 {
            self.inbound.drain(..self.read);
            self.read = 0;
        }
        self.inbound.extend_from_slice(bytes);
        Ok(())
    }

    fn credit(&mut self, body: &[u8]) -> Result<bool, Overrun> {
        let more = body.try_into().map_or(0, |bytes| u32::from_le_bytes(bytes) as usize);
        if more > WINDOW - self.window {
            return Err(Overrun);
        }
        self.window += more;
        Ok(wake(&mut self.writer))
    }
}

fn wake(waiting: &mut Option<Waker>) -> bool {
    waiting.take().is_some_and(|waker| {
        waker.wake();
        true
    })
}

fn wait(waiting: &mut Option<Waker>, cx: &Context<'_>) {
    match waiting {
        Some(waker) if waker.will_wake(cx.waker()) => {}
        _ => *waiting = Some(cx.waker().clone()),
    }
}

impl Conn {
    pub(super) fn new(id: u32, half: Arc<Mutex<Half>>, wire: Wire) -> Self {
        Self { id, half, wire }
    }

    /// The connection's number, from 1.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Client: waits until the harness has answered the attempt to connect.
    pub fn poll_opening(&self, cx: &Context<'_>) -> Poll<Opening> {
        let mut half = self.half();
        if half.opening == Opening::Pending {
            wait(&mut half.reader, cx);
            return Poll::Pending;
        }
        Poll::Ready(half.opening)
    }

    /// Harness: makes the connection.
    pub fn accept(&self) {
        self.wire.put(Kind::Accept, self.id, &[]);
    }

    /// Harness: refuses the connection.
    pub fn refuse(&mut self) {
        self.break_off(Kind::Refuse);
    }

    /// Breaks the connection off: the other end reads what has arrived by then, and after it an error.
    pub fn reset(&mut self) {
        self.break_off(Kind::Reset);
    }

    fn break_off(&mut self, kind: Kind) {
        let over = std::mem::replace(&mut self.half().reset, true);
        if !over {
            self.wire.put(kind, self.id, &[]);
        }
    }

    fn half(&self) -> MutexGuard<'_, Half> {
        self.half.lock().expect("no holder of this lock panics")
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        self.wire.forget(self.id);
        let over = self.half().reset;
        if !over {
            self.wire.put(Kind::Drop, self.id, &[]);
        }
    }
}

impl AsyncRead for Conn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut half = self.half();
        let waiting = half.inbound.len() - half.read;
        if waiting == 0 {
            if half.reset {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            if half.ended {
                return Poll::Ready(Ok(()));
            }
            wait(&mut half.reader, cx);
            return Poll::Pending;
        }
        let length = waiting.min(into.remaining());
        into.put_slice(&half.inbound[half.read..half.read + length]);
        half.read += length;
        half.owed += length;
        // Credit in large pieces: each is a frame that the other end has to hear of before this one may go far ahead.
        if half.owed >= WINDOW / 2 && !half.ended && !half.reset {
            let owed = u32::try_from(half.owed).expect("the window is far below 4 GiB");
            half.owed = 0;
            drop(half);
            self.wire.put(Kind::Credit, self.id, &owed.to_le_bytes());
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Conn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut half = self.half();
        if half.reset {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if half.gone || half.shut {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if half.window == 0 {
            wait(&mut half.writer, cx);
            return Poll::Pending;
        }
        let length = bytes.len().min(half.window);
        half.window -= length;
        drop(half);
        if length > 0 {
            self.wire.put(Kind::Data, self.id, &bytes[..length]);
        }
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut half = self.half();
        let over = half.reset || std::mem::replace(&mut half.shut, true);
        drop(half);
        if !over {
            self.wire.put(Kind::Fin, self.id, &[]);
        }
        Poll::Ready(Ok(()))
    }
}
