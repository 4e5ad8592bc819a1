//! Server-Sent Events (WHATWG HTML, section 9.2), for challenges in which parsing them is not the exercise.

mod parse;

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::Instant;

use crate::{Response, Result};
use parse::Parser;

/// The events of a response's body, as they arrive.
///
/// ```
/// use starter::{Net, Result, Ui, sse};
///
/// async fn follow(net: &Net, ui: &Ui) -> Result<()> {
///     let response = net.get("/prices", &[("accept", "text/event-stream")]).await?;
///     let mut events = sse::events(response);
///     while let Some(event) = events.next().await {
///         let event = event?;
///         if event.name == "price" {
///             ui.show(event.data);
///         }
///     }
///     Ok(())
/// }
/// ```
///
/// # Panics
/// In a challenge whose exercise is this parser. There, read the response with [`Response::chunk`].
#[must_use]
pub fn events(body: Response) -> Events {
    assert!(
        !crate::start::is_exercise("sse"),
        "`starter::sse` is what this exercise asks you to write: read the response with `chunk()`, and parse its bytes yourself"
    );
    Events { body, parser: Parser::default(), heard_at: Instant::now() }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its type: the `event` field, or `message`.
    pub name: String,
    /// Its data: the `data` fields, joined with line feeds.
    pub data: String,
    /// The last event id in force: the most recent `id` field of the stream, of this event or an earlier one. What a client sends as
    /// `Last-Event-ID` when it comes back.
    pub id: String,
}

/// The stream of events that [`events`] returns. It is also a `futures_util::Stream`.
pub struct Events {
    body: Response,
    parser: Parser,
    heard_at: Instant,
}

impl Events {
    /// The next event, as soon as it is complete. `None` is the end of the body; an event that was not yet complete then is discarded,
    /// as the standard says.
    ///
    /// Waits as long as the server takes. Cancel-safe: a call that is dropped has lost nothing.
    ///
    /// # Errors
    /// If the connection is lost before the body is complete. No more events follow.
    ///
    /// ```
    /// use std::time::Duration;
    /// use starter::sse::{Event, Events};
    ///
    /// /// The next event; nothing when there is none for too long. (A comment is no event: see [`heard_at`](Events::heard_at).)
    /// async fn next_within(events: &mut Events, patience: Duration) -> Option<starter::Result<Event>> {
    ///     tokio::time::timeout(patience, events.next()).await.ok().flatten()
    /// }
    /// ```
    pub async fn next(&mut self) -> Option<Result<Event>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// When bytes of the body last came, whatever they were: comments and half events too. Before the first, when [`events`] was called.
    ///
    /// Bytes are looked at in [`next`](Events::next) only, so this says something while one waits there, or has just given up waiting.
    ///
    /// ```
    /// # use starter::sse::Events;
    /// /// How long the server had been silent when waiting for an event was given up.
    /// fn silence(events: &Events) -> std::time::Duration {
    ///     events.heard_at().elapsed()
    /// }
    /// ```
    #[must_use]
    pub fn heard_at(&self) -> Instant {
        self.heard_at
    }

    /// The reconnection time that the server has asked for last, by a `retry` field.
    ///
    /// ```
    /// # use std::time::Duration;
    /// fn wait_before_next_attempt(events: &starter::sse::Events) -> Duration {
    ///     events.retry().unwrap_or(Duration::from_secs(3))
    /// }
    /// ```
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.parser.retry()
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event>>> {
        loop {
            if let Some(event) = self.parser.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(self.body.poll_chunk(cx)) {
                Some(Ok(bytes)) => {
                    self.heard_at = Instant::now();
                    self.parser.push(&bytes);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl futures_util::Stream for Events {
    type Item = Result<Event>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(cx)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("body", &self.body).finish_non_exhaustive()
    }
}
