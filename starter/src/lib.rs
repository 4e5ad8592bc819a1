//! The kit that every student's client stands on.
//!
//! You write one function, `run`. The kit gives it a network ([`Net`]), a user interface ([`Ui`]) and a user ([`User`]); the rest is the
//! field's own crates: `tokio`, `tokio_tungstenite`, `futures_util`. The harness plays the server, with all that servers do to clients,
//! and judges what your client does about it.
//!
//! # A first client
//!
//! ```
//! use futures_util::StreamExt;
//! use starter::{Net, Reason, Result, Status, Ui, User};
//!
//! /// Connects once, shows what arrives, and stops when the connection is lost or the user closes it.
//! pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
//!     ui.status(Status::Connecting);
//!     let mut socket = net.websocket("/chat").await?;
//!     ui.status(Status::Connected);
//!     loop {
//!         tokio::select! {
//!             () = user.closed() => break,
//!             message = socket.next() => match message {
//!                 Some(Ok(message)) if message.is_text() => ui.show(message.to_text()?),
//!                 Some(Ok(_)) => {}
//!                 Some(Err(_)) | None => return Err("connection lost".into()),
//!             },
//!         }
//!     }
//!     socket.close(None).await?;
//!     ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
//!     Ok(())
//! }
//! ```
//!
//! From the workspace's root, `cargo run -p harness -- check <challenge>` builds your crate, runs it, and tells you how it did.
//!
//! # Time
//!
//! Your client runs in *simulated* time: ten minutes of waiting take no time at all, and each run is exactly like the last. That works because
//! tokio's clock is the only clock. So:
//!
//! - wait with `tokio::time::{sleep, timeout, interval}` and measure with `tokio::time::Instant`;
//! - `std::time::Instant` and `SystemTime` stand still, and `std::thread::sleep` stops the whole world, so leave them alone;
//! - take random numbers from [`Net::rng`], and runs can be repeated;
//! - `println!` is free for debugging: the harness keeps what is printed and shows it with its report.
//!
//! Nothing in the kit times out by itself. Giving up on a silent server is your part: `tokio::time::timeout`.
//!
//! # How a connection ends
//!
//! What the reader of a [`Socket`] sees last, each time followed by `None`:
//!
//! | what happened | `socket.next().await` | in the browser |
//! |---|---|---|
//! | The server sent a close frame and ended the stream: a clean end, with a code and a reason | `Some(Ok(Message::Close(frame)))` | `onclose`, `wasClean` is true |
//! | The stream ended without a close frame: the server's process is gone | `Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)))` | `onerror`, `onclose` with code 1006 |
//! | The connection was reset: a crash, a proxy, a cable | `Some(Err(Error::Io(error)))`, `error.kind()` is `ConnectionReset` | `onerror`, `onclose` with code 1006 |
//! | The network fell silent | nothing at all, for ever: only a deadline of your own notices | nothing at all |
//!
//! `Message` is `tokio_tungstenite::tungstenite::Message`, `Error` and `ProtocolError` are in `tokio_tungstenite::tungstenite::error`. A message that was
//! sent before the end arrives before it. Writing to a connection that has ended is an error too; whichever you see first.
//!
//! To end a connection yourself, `socket.close(None).await` sends a close frame; go on reading until `None` to see the server's answer. Dropping the
//! socket ends it at once and without one. Pings are answered by themselves, but only while you read: a client that waits for something else
//! looks dead to its server.
//!
//! # From JavaScript
//!
//! | in the browser | here |
//! |---|---|
//! | `new WebSocket(url)`, `onopen` | `let socket = net.websocket(path).await?`: the next line is `onopen` |
//! | `onmessage = …` | `while let Some(message) = socket.next().await { … }` |
//! | `onclose`, `onerror` | the end of that loop: see the table above |
//! | `event.code`, `event.reason` | `Message::Close(Some(frame))`: `frame.code`, `frame.reason` |
//! | `socket.send(text)` | `socket.send(text.into()).await?` |
//! | `socket.close()` | `socket.close(None).await?`, or drop the socket |
//! | `socket.readyState` | nothing: the line that your function has reached *is* the state; tell the user with [`Ui::status`] |
//! | `setTimeout(f, ms)` | `tokio::time::sleep(wait).await; f()` |
//! | `clearTimeout(id)` | drop the future: in `tokio::select!` the branches that lose are dropped |
//! | `setInterval(f, ms)` | `let mut beat = tokio::time::interval(span)`, then `beat.tick().await` in a loop |
//! | `Promise.race([a, b])` | `tokio::select! { a = … => …, b = … => … }` |
//! | `AbortController` | drop the future: every call of this kit is cancel-safe |
//! | `f()` without `await` | `tokio::spawn(f())` |
//! | `addEventListener("online", …)` | `user.next().await` gives [`Action::Online`] |
//! | a "disconnect" button | `user.closed().await` |
//! | `Math.random()` | `rng.random::<f64>()`, where `let mut rng = net.rng()` and `use starter::rand::RngExt` |
//! | `Date.parse(text)` of a header field | [`http_date`] |
//! | `performance.now()` | `tokio::time::Instant::now()`, `start.elapsed()` |
//! | `fetch(path)` | `net.get(path, &[]).await?`, then [`Response::chunk`] |
//! | `new EventSource(path)` | `net.get(path, &[("accept", "text/event-stream")]).await?`, then [`sse::events`] |
//! | `element.textContent = …` | [`Ui::show`] |
//! | `console.log(x)` | `println!("{x}")` |

mod contract;
mod date;
#[doc(hidden)]
pub mod link;
mod lockstep;
mod net;
pub mod sse;
mod start;
mod ui;
mod user;
mod world;

pub use bytes::Bytes;
pub use date::http_date;
pub use http;
pub use net::{ConnectError, Net, Request, Response, Socket, Stream};
pub use rand;
pub use start::start;
pub use ui::{Reason, Status, Ui};
pub use user::{Action, User};

/// Any error: what `?` turns every error into.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What `run` returns, and what most calls of the kit return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Makes the `main` function of a client from its `run`.
///
/// ```no_run
/// # mod reconnect_backoff {
/// #     pub async fn run(_: starter::Net, _: starter::Ui, _: starter::User) -> starter::Result<()> { Ok(()) }
/// # }
/// starter::main!(reconnect_backoff::run);
/// ```
#[macro_export]
macro_rules! main {
    ($run:path) => {
        fn main() -> ::std::process::ExitCode {
            $crate::start($run)
        }
    };
}
