//! A stream of events: an answer whose body the script writes bit by bit (WHATWG HTML section 9.2).

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::http::Connection;

/// The script's end of an open body.
pub(super) struct Stream {
    connection: Connection,
    body: Pen,
}

/// Where the script writes.
pub(super) struct Pen {
    pieces: UnboundedSender<Bytes>,
    /// How many pieces hyper has not taken yet.
    waiting: Arc<AtomicUsize>,
}

/// The body as hyper sees it.
pub(super) struct Tap {
    pieces: UnboundedReceiver<Bytes>,
    waiting: Arc<AtomicUsize>,
}

/// A body and what is written into it.
pub(super) fn body() -> (Pen, Tap) {
    let (write, read) = mpsc::unbounded_channel();
    let waiting = Arc::<AtomicUsize>::default();
    (Pen { pieces: write, waiting: Arc::clone(&waiting) }, Tap { pieces: read, waiting })
}

impl Body for Tap {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = ready!(self.pieces.poll_recv(cx));
        if piece.is_some() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }
}

/// The connection is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Over;

impl Stream {
    pub(super) fn new(connection: Connection, body: Pen) -> Self {
        Self { connection, body }
    }

    /// Writes a piece of the body, which becomes one chunk (RFC 9112 section 7.1), and waits until hyper has taken it.
    ///
    /// # Errors
    /// The connection is over.
    pub(super) async fn write(&mut self, piece: impl Into<Bytes>) -> Result<(), Over> {
        let piece = piece.into();
        if !piece.is_empty() {
            self.body.waiting.fetch_add(1, Ordering::Relaxed);
            // hyper holds the other end until the connection is over, which shows at once.
            let _ = self.body.pieces.send(piece);
        }
        self.drive().await
    }

    /// Lets hyper write what it has been given: also the head, which it holds until it is asked.
    async fn drive(&mut self) -> Result<(), Over> {
        poll_fn(|cx| match self.connection.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(Err(Over)),
            Poll::Pending if self.body.waiting.load(Ordering::Relaxed) == 0 => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Ends the body as a whole one ends, and sees it out.
    pub(super) async fn end(self) {
        drop(self.body);
        // If the connection is over, so is the body.
        let _ = self.connection.await;
    }

    /// Keeps hyper at work until the connection is over. Cancel-safe.
    pub(super) async fn over(&mut self) {
        let _ = self.connection.as_mut().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_piece_is_written_once_hyper_has_taken_it() {
        let (pen, mut tap) = body();
        let mut taken = Vec::new();
        let connection = poll_fn(move |cx| {
            while let Some(Ok(frame)) = ready!(Pin::new(&mut tap).poll_frame(cx)) {
                taken.push(frame.into_data().expect("it is data"));
            }
            assert_eq!(taken.concat(), b"ab");
            Poll::Ready(Ok(()))
        });
        let mut stream = Stream::new(Box::pin(connection), pen);
        assert_eq!(stream.write("a").await, Ok(()));
        assert_eq!(stream.write("").await, Ok(()));
        assert_eq!(stream.write("b").await, Ok(()));
        stream.end().await;
    }

    #[tokio::test]
    async fn a_connection_that_is_over_takes_nothing() {
        let (pen, _) = body();
        let mut stream = Stream::new(Box::pin(std::future::ready(Ok(()))), pen);
        assert_eq!(stream.write("a").await, Err(Over));
    }
}
