//! The network, as one client sees it.

mod config;
mod connect;
mod response;
pub(crate) mod stream;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::Method;
use rand::{SeedableRng, rngs::StdRng};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use connect::{ConnectError, Request, Socket};
pub use response::Response;
pub use stream::Stream;

use crate::{Result, world::World};

/// The network, as one client sees it: one server, a configuration, a source of chance.
///
/// Clones are the same network; a clone can go into a task.
///
/// Nothing here times out by itself. A server that accepts a connection and stays silent keeps a call waiting for ever: put
/// `tokio::time::timeout` around it.
#[derive(Clone)]
pub struct Net {
    seat: Arc<Seat>,
}

/// What all clones of one client's [`Net`] share.
struct Seat {
    client: u32,
    config: Arc<Map<String, Value>>,
    seed: u64,
    streams: AtomicU64,
    world: World,
}

impl Net {
    pub(crate) fn new(client: u32, config: Arc<Map<String, Value>>, seed: u64, world: World) -> Self {
        Self { seat: Arc::new(Seat { client, config, seed, streams: AtomicU64::new(0), world }) }
    }

    /// Opens a WebSocket (RFC 6455) at `path`: connects, sends the opening handshake, and waits for the server's answer.
    ///
    /// Waits as long as the server takes, if necessary for ever. Cancel-safe: dropping the future gives the attempt up and closes its
    /// connection. Dropping the [`Socket`] closes the connection too, without a close frame.
    ///
    /// # Errors
    /// [`ConnectError::Refused`] if nobody listens, [`ConnectError::Reset`] if the connection is lost before the answer,
    /// [`ConnectError::Http`] if the answer is not an upgrade, [`ConnectError::Protocol`] if it breaks a rule.
    ///
    /// ```
    /// use futures_util::{SinkExt, StreamExt};
    /// use starter::{Net, Result};
    ///
    /// async fn say_hello(net: &Net) -> Result<()> {
    ///     let mut socket = net.websocket("/chat").await?;
    ///     socket.send("hello".into()).await?;
    ///     while let Some(message) = socket.next().await {
    ///         println!("{}", message?);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub async fn websocket(&self, path: &str) -> Result<Socket, ConnectError> {
        let request = Request::get(path).body(()).map_err(|error| ConnectError::Protocol(error.to_string()))?;
        self.websocket_with(request).await
    }

    /// Opens a WebSocket with header fields or subprotocols of your own. What the handshake needs besides is added: `Host`, `Upgrade`,
    /// `Connection`, `Sec-WebSocket-Version` and `Sec-WebSocket-Key`.
    ///
    /// # Errors
    /// As [`websocket`](Self::websocket); [`ConnectError::Protocol`] also if the server chose no subprotocol although some were
    /// offered, or one that was not.
    ///
    /// ```
    /// use starter::{ConnectError, Net, Request, Socket};
    ///
    /// async fn resume(net: &Net, token: &str) -> Result<Socket, ConnectError> {
    ///     let request = Request::get("/chat")
    ///         .header("authorization", format!("Bearer {token}"))
    ///         .header("sec-websocket-protocol", "chat.v2")
    ///         .body(())
    ///         .map_err(|error| ConnectError::Protocol(error.to_string()))?;
    ///     net.websocket_with(request).await
    /// }
    /// ```
    pub async fn websocket_with(&self, request: Request) -> Result<Socket, ConnectError> {
        connect::websocket(&self.seat.world, self.seat.client, request).await
    }

    /// Sends a GET request with these header fields and returns when the response's head is there. Its body is read from the
    /// [`Response`]. Any status is a response, not an error.
    ///
    /// Waits as long as the server takes. Cancel-safe: dropping the future, or the response, closes the connection.
    ///
    /// # Errors
    /// [`ConnectError::Refused`] if nobody listens, [`ConnectError::Reset`] if the connection is lost before the head is complete,
    /// [`ConnectError::Protocol`] if the server does not speak HTTP/1.1, or if the path or a header field is not valid.
    ///
    /// ```
    /// use starter::{Net, Result};
    ///
    /// async fn listen(net: &Net) -> Result<()> {
    ///     let mut response = net.get("/events", &[("accept", "text/event-stream")]).await?;
    ///     println!("{}", response.status);
    ///     while let Some(chunk) = response.chunk().await {
    ///         println!("{} bytes", chunk?.len());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Response, ConnectError> {
        response::request(&self.seat.world, self.seat.client, Method::GET, path, headers, Bytes::new()).await
    }

    /// Sends a POST request with these header fields and this body; otherwise like [`get`](Self::get).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    ///
    /// ```
    /// use starter::{Net, Result};
    ///
    /// async fn send(net: &Net, text: &str) -> Result<bool> {
    ///     let headers = [("content-type", "application/json")];
    ///     let response = net.post("/messages", &headers, format!(r#"{{"text":"{text}"}}"#)).await?;
    ///     Ok(response.status.is_success())
    /// }
    /// ```
    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Response, ConnectError> {
        response::request(&self.seat.world, self.seat.client, Method::POST, path, headers, body.into()).await
    }

    /// What the challenge tells the client, as a struct of yours: its README lists the names. Values differ from scenario to scenario,
    /// so that nothing can be hard-coded. Name only what you need.
    ///
    /// Durations are told in whole milliseconds: a field of type [`Duration`](std::time::Duration) takes them as such, a field of type
    /// `u64` gets their number.
    /// A value may also be a text, a table or a list: a field of type `String`, an enum, a struct of yours or a `Vec` takes it.
    ///
    /// # Errors
    /// If a value is missing or of another type; says what there is.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Config {
    ///     base_delay: Duration,
    ///     max_delay: Duration,
    ///     max_retries: u32,
    /// }
    ///
    /// fn limits(net: &starter::Net) -> starter::Result<(Duration, u32)> {
    ///     let config: Config = net.config()?;
    ///     Ok((config.base_delay.min(config.max_delay), config.max_retries))
    /// }
    /// ```
    pub fn config<C: DeserializeOwned>(&self) -> Result<C> {
        Ok(config::read(&self.seat.config)?)
    }

    /// A source of random numbers: another stream at each call, and another for each client of a fleet, all of them from the
    /// scenario's seed. So a run can be repeated exactly, which a generator seeded from the operating system does not allow.
    ///
    /// Call it once and keep the generator: two generators are two streams, not one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use starter::rand::RngExt;
    ///
    /// fn up_to(net: &starter::Net, most: Duration) -> Duration {
    ///     let mut rng = net.rng();
    ///     rng.random_range(Duration::ZERO..=most)
    /// }
    /// ```
    #[must_use]
    pub fn rng(&self) -> StdRng {
        let stream = self.seat.streams.fetch_add(1, Ordering::Relaxed);
        let mut mixer = Mixer(self.seat.seed ^ (u64::from(self.seat.client) << 32) ^ stream.rotate_left(17));
        let mut seed = [0; 32];
        for part in seed.chunks_exact_mut(8) {
            part.copy_from_slice(&mixer.next().to_le_bytes());
        }
        StdRng::from_seed(seed)
    }

    /// Which one of a fleet this client is, from 0; 0 when it is alone.
    ///
    /// ```
    /// fn name(net: &starter::Net) -> String {
    ///     format!("client {}", net.id())
    /// }
    /// ```
    #[must_use]
    pub fn id(&self) -> usize {
        self.seat.client as usize
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net").field("id", &self.seat.client).finish_non_exhaustive()
    }
}

/// Splitmix64: spreads neighbouring seeds far apart (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct Mixer(u64);

impl Mixer {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
