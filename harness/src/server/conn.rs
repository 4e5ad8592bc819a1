//! The stream of bytes that hyper and, after the upgrade, tokio-tungstenite own, while the script works its [`Valve`].
//!
//! [`Valve`]: super::valve::Valve

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{io::Io, notes::Notes};
use crate::trace::ServerAct;

/// How many bytes are read that nobody has asked for yet, to see whether the client is still there. It is less than half of any window
/// (64 KiB on the link), so that a client cannot see that they have been read.
pub(super) const MOST_AHEAD: usize = 16 << 10;
/// How many bytes are kept that may not leave yet. A script that writes more waits, as if the network were full.
pub(super) const MOST_HELD: usize = 1 << 20;

/// What is shared by the two handles on a connection.
#[derive(Debug)]
pub(super) struct Wire {
    /// Gone once the connection is over for the server.
    pub(super) io: Option<Io>,
    pub(super) notes: Notes,
    /// Bytes that were read before anybody wanted them.
    pub(super) ahead: Vec<u8>,
    /// Bytes that were written and may not leave yet.
    pub(super) held: Vec<u8>,
    /// Nothing may leave.
    pub(super) stalled: bool,
    /// The server's direction of the stream ends when nothing is held back any more.
    pub(super) fin_held: bool,
    /// The server's direction of the stream has ended.
    pub(super) half_closed: bool,
    /// What is written is collected, to leave in one piece.
    pub(super) corked: bool,
    /// What is written vanishes.
    pub(super) swallowing: bool,
    /// Nothing is read.
    pub(super) deaf: bool,
    /// How many further bytes may leave before the connection is reset.
    pub(super) out_left: Option<u64>,
    /// The server has reset the connection.
    pub(super) reset: bool,
    /// The client has ended its direction of the stream, or all of it.
    pub(super) left: bool,
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
}

impl Wire {
    pub(super) fn new(io: Io, notes: Notes) -> Self {
        Self {
            io: Some(io),
            notes,
            ahead: Vec::new(),
            held: Vec::new(),
            stalled: false,
            fin_held: false,
            half_closed: false,
            corked: false,
            swallowing: false,
            deaf: false,
            out_left: None,
            reset: false,
            left: false,
            reader: None,
            writer: None,
        }
    }

    /// Wakes whoever waits to read or write.
    pub(super) fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    /// Resets the connection, unless it is over. What has not left is lost.
    pub(super) fn reset(&mut self) {
        if let Some(io) = self.io.take() {
            self.reset = true;
            io.reset();
            self.notes.server(ServerAct::Reset);
            self.wake();
        }
    }

    /// Reads from the network.
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Some(io) = &mut self.io else {
            self.reader = Some(cx.waker().clone());
            return if self.reset { Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())) } else { Poll::Pending };
        };
        let before = buf.filled().len();
        let result = ready!(Pin::new(io).poll_read(cx, buf));
        if result.is_err() || (buf.filled().len() == before && buf.remaining() > 0) {
            self.client_left(&result);
        }
        Poll::Ready(result)
    }

    /// Writes to the network, as far as the script lets it.
    fn poll_out(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(io) = &mut self.io else { return Poll::Ready(Err(self.broken().into())) };
        let most =
            self.out_left.map_or(bytes.len(), |left| bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
        let written = match ready!(Pin::new(io).poll_write(cx, &bytes[..most])) {
            Ok(written) => written,
            Err(error) => {
                let result = Err(error);
                self.client_left(&result);
                return Poll::Ready(result.map(|()| 0));
            }
        };
        if let Some(left) = &mut self.out_left {
            *left -= written as u64;
            if *left == 0 {
                self.reset();
            }
        }
        Poll::Ready(Ok(written))
    }

    /// Lets out what was held back.
    pub(super) fn poll_release(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() && !self.half_closed {
            if self.stalled || self.corked {
                self.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let held = std::mem::take(&mut self.held);
            let result = self.poll_out(cx, &held);
            self.held = held;
            self.held.drain(..ready!(result)?);
        }
        if std::mem::take(&mut self.fin_held)
            && let Some(io) = &mut self.io
        {
            io.half_close();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.io.is_none() {
            return Poll::Ready(Err(self.broken().into()));
        }
        if self.half_closed || self.swallowing {
            return Poll::Ready(Ok(bytes.len()));
        }
        if self.held.len() + bytes.len() > MOST_HELD {
            self.corked = false;
        }
        if self.stalled || self.corked {
            let room = MOST_HELD.saturating_sub(self.held.len()).min(bytes.len());
            if room == 0 {
                self.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            self.held.extend_from_slice(&bytes[..room]);
            return Poll::Ready(Ok(room));
        }
        ready!(self.poll_release(cx))?;
        self.poll_out(cx, bytes)
    }

    fn client_left(&mut self, how: &io::Result<()>) {
        if std::mem::replace(&mut self.left, true) {
            return;
        }
        match self.io.as_ref().and_then(|io| io.ended_by_client(how)) {
            Some(act) => self.notes.client(act),
            // The link has noted it.
            None => self.notes.left(),
        }
    }

    fn broken(&self) -> io::ErrorKind {
        if self.reset { io::ErrorKind::ConnectionReset } else { io::ErrorKind::BrokenPipe }
    }
}

/// A connection's stream of bytes. Several handles may exist; one at a time reads and writes.
#[derive(Debug)]
pub struct Conn(pub(super) Arc<Mutex<Wire>>);

impl Conn {
    /// Whether what is written from here on vanishes: how an answer that a protocol gives by itself is kept from the client.
    pub(super) fn swallow(&mut self, swallowing: bool) {
        self.wire().swallowing = swallowing;
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.0.lock().expect("no task panics while it reads or writes")
    }
}

impl AsyncRead for Conn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        if wire.deaf && wire.io.is_some() {
            wire.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if wire.ahead.is_empty() {
            return wire.poll_fill(cx, buf);
        }
        let most = buf.remaining().min(wire.ahead.len());
        buf.put_slice(&wire.ahead[..most]);
        wire.ahead.drain(..most);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Conn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire().poll_write(cx, bytes)
    }

    /// What is held back counts as flushed: the script, not the protocol, decides when it leaves.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        if wire.swallowing {
            return Poll::Ready(Ok(()));
        }
        if !wire.stalled && !wire.corked {
            ready!(wire.poll_release(cx))?;
        }
        match &mut wire.io {
            Some(io) => Pin::new(io).poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        if wire.io.is_some() {
            wire.fin_held = true;
            if !wire.stalled && !wire.corked {
                return wire.poll_release(cx);
            }
        }
        Poll::Ready(Ok(()))
    }
}
