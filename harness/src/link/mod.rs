//! Stand-in until the real link is merged.
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::time::Millis;

/// One connection.
#[derive(Debug)]
pub enum LinkConn {}

impl LinkConn {
    /// Resets.
    pub fn reset(&mut self) {
        match *self {}
    }
}

/// A client knocks.
#[derive(Debug)]
pub struct Knock {
    /// Who.
    pub client: u32,
    /// Which.
    pub conn: u32,
    /// When.
    pub at: Millis,
    inner: LinkConn,
}

impl Knock {
    /// Accepts.
    #[must_use]
    pub fn accept(self) -> LinkConn {
        self.inner
    }
    /// Refuses.
    pub fn refuse(self) {
        match self.inner {}
    }
}

impl AsyncRead for LinkConn {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}

impl AsyncWrite for LinkConn {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match *self {}
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}
