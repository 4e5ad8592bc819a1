//! The script's handle on a connection: it ends it, holds it up and breaks it, whatever protocol runs on it.

use std::{
    future::poll_fn,
    io,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, ready},
};

use tokio::io::ReadBuf;

use super::{
    conn::{Conn, MOST_AHEAD, Wire},
    io::Io,
    notes::Notes,
};
use crate::trace::ServerAct;

/// The script's handle on one connection. Each act is noted when it happens.
#[derive(Debug)]
pub struct Valve(Arc<Mutex<Wire>>);

impl Valve {
    pub(super) fn new(io: Io, notes: Notes) -> Self {
        Self(Arc::new(Mutex::new(Wire::new(io, notes))))
    }

    /// The stream of bytes, for a protocol to own.
    pub(super) fn conn(&self) -> Conn {
        Conn(Arc::clone(&self.0))
    }

    /// Whether the server has ended the connection: nothing can be read or written any more.
    pub(super) fn is_over(&self) -> bool {
        self.wire().io.is_none()
    }

    /// Whether writing is stalled.
    pub(super) fn is_stalled(&self) -> bool {
        self.wire().stalled
    }

    /// Whether reading is stopped.
    pub(super) fn is_deaf(&self) -> bool {
        self.wire().deaf
    }

    /// Resets the connection. What was written before still arrives.
    pub(super) fn reset(&self) {
        self.wire().reset();
    }

    /// Ends the stream: what the client sends from now on finds nobody.
    pub(super) fn fin(&self) {
        let mut wire = self.wire();
        if let Some(io) = wire.io.take() {
            io.fin();
            wire.notes.server(ServerAct::Fin);
            wire.wake();
        }
    }

    /// Leaves a connection that the client has ended.
    pub(super) fn leave(&self) {
        let mut wire = self.wire();
        if let Some(io) = wire.io.take() {
            io.fin();
            wire.notes.over();
            wire.wake();
        }
    }

    /// Ends the server's direction of the stream. What the protocols write from now on is thrown away.
    pub(super) fn half_close(&self) {
        self.with(|wire| {
            if let Some(io) = &mut wire.io {
                io.half_close();
            }
            wire.half_closed = true;
            wire.notes.server(ServerAct::HalfClose);
            wire.notes.mute();
        });
    }

    /// Lets so many further bytes out, then resets the connection.
    pub(super) fn cut_after(&self, bytes: u64) {
        self.with(|wire| match bytes {
            0 => wire.reset(),
            _ => wire.out_left = Some(bytes),
        });
    }

    /// Stops writing: what is written from now on stays here.
    pub(super) fn stall(&self) {
        self.with(|wire| {
            wire.stalled = true;
            wire.notes.server(ServerAct::Stall);
            wire.notes.hold();
        });
    }

    /// Stops reading.
    pub(super) fn stop_reading(&self) {
        self.with(|wire| {
            wire.deaf = true;
            wire.notes.server(ServerAct::StopReading);
        });
    }

    /// Writes and reads again. What was held back leaves with [`Valve::released`].
    pub(super) fn resume(&self) {
        self.with(|wire| {
            (wire.stalled, wire.deaf) = (false, false);
            wire.notes.server(ServerAct::Resume);
            wire.notes.release();
            wire.wake();
        });
    }

    /// Collects what is written, to leave in one piece.
    pub(super) fn cork(&self) {
        self.wire().corked = true;
    }

    /// Ends [`Valve::cork`]. What was collected leaves with [`Valve::released`].
    pub(super) fn uncork(&self) {
        let mut wire = self.wire();
        wire.corked = false;
        wire.wake();
    }

    /// Waits until all that was held back has left, unless the script still holds it.
    ///
    /// # Errors
    /// The connection is over.
    pub(super) async fn released(&self) -> io::Result<()> {
        poll_fn(|cx| {
            let mut wire = self.wire();
            if wire.stalled || wire.corked { Poll::Ready(Ok(())) } else { wire.poll_release(cx) }
        })
        .await
    }

    /// Waits until the client ends the connection, and keeps what it sends for the [`Conn`]. Cancel-safe.
    pub(super) async fn left_unread(&self) {
        poll_fn(|cx| {
            let mut wire = self.wire();
            while wire.ahead.len() < MOST_AHEAD {
                let mut chunk = [0; 4096];
                match ready!(poll_chunk(&mut wire, cx, &mut chunk)) {
                    0 => return Poll::Ready(()),
                    read => wire.ahead.extend_from_slice(&chunk[..read]),
                }
            }
            Poll::Pending
        })
        .await;
    }

    /// Waits until the client ends the connection, and throws away what it sends. Cancel-safe.
    pub(super) async fn left(&self) {
        poll_fn(|cx| {
            let mut wire = self.wire();
            let mut chunk = [0; 4096];
            while ready!(poll_chunk(&mut wire, cx, &mut chunk)) > 0 {}
            Poll::Ready(())
        })
        .await;
    }

    /// Does something to a connection, unless it is over.
    fn with(&self, act: impl FnOnce(&mut Wire)) {
        let mut wire = self.wire();
        if wire.io.is_some() {
            act(&mut wire);
        }
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.0.lock().expect("no task panics while it reads or writes")
    }
}

/// How many bytes came; none if there will be no more.
fn poll_chunk(wire: &mut Wire, cx: &mut Context<'_>, chunk: &mut [u8]) -> Poll<usize> {
    if wire.io.is_none() {
        return Poll::Pending;
    }
    let mut buf = ReadBuf::new(chunk);
    match ready!(wire.poll_fill(cx, &mut buf)) {
        Ok(()) => Poll::Ready(buf.filled().len()),
        Err(_) => Poll::Ready(0),
    }
}
