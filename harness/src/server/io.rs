//! The bytes of one connection, on either clock. This is the only type that knows on which.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::{link::LinkConn, trace::ClientAct};

/// The harness's end of one connection.
#[derive(Debug)]
pub enum Io {
    /// Loopback TCP, in real time.
    Tcp(TcpStream),
    /// The link, in simulated time.
    Link(LinkConn),
}

/// At most so many unread chunks are taken from a socket before it is closed.
const MOST_DRAINED: usize = 256;

impl Io {
    /// Resets the connection: what was written before still arrives, then the client's reads and writes fail.
    pub(super) fn reset(self) {
        match self {
            // Closing a socket whose linger time is zero sends an RST; the kernel has handed over what was written before it.
            Self::Tcp(stream) => drop(socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO))),
            Self::Link(mut conn) => conn.reset(),
        }
    }

    /// Ends the server's direction of the stream.
    pub(super) fn half_close(&mut self) {
        // Neither kind has anything left to write here, so this never has to wait.
        let _ = Pin::new(self).poll_shutdown(&mut Context::from_waker(Waker::noop()));
    }

    /// Ends the stream, and is gone.
    pub(super) fn fin(mut self) {
        self.half_close();
        if let Self::Tcp(stream) = &self {
            // Closing a socket with unread bytes sends an RST, which is another ending than the one that was asked for.
            let mut unread = [0; 4096];
            for _ in 0..MOST_DRAINED {
                if !matches!(stream.try_read(&mut unread), Ok(1..)) {
                    break;
                }
            }
        }
    }

    /// What to note when reading or writing has shown that the client has ended the connection: nothing where the link notes it.
    pub(super) fn ended_by_client(&self, how: &io::Result<()>) -> Option<ClientAct> {
        match (self, how) {
            (Self::Link(_), _) => None,
            // A program that closes its socket and one that ends its direction look the same; the first is what happens.
            (Self::Tcp(_), Ok(())) => Some(ClientAct::Drop),
            (Self::Tcp(_), Err(_)) => Some(ClientAct::Reset),
        }
    }
}

impl AsyncRead for Io {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Link(conn) => Pin::new(conn).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Link(conn) => Pin::new(conn).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Link(conn) => Pin::new(conn).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Link(conn) => Pin::new(conn).poll_shutdown(cx),
        }
    }
}
