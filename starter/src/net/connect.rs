//! Opening a WebSocket.

use std::{fmt, io};

use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{self, error::ProtocolError, handshake::client::generate_key, protocol::WebSocketConfig},
};

use super::Stream;
use crate::world::World;

/// A WebSocket: `tokio_tungstenite`'s own type, over the harness's connection.
///
/// It is a `futures_util::Stream` of incoming messages and a `futures_util::Sink` for outgoing ones. Reading also answers pings and
/// close frames, but only while it is read. The [table of ends](crate#how-a-connection-ends) says what a reader sees last.
pub type Socket = WebSocketStream<Stream>;

/// A request without a body: what [`Net::websocket_with`](crate::Net::websocket_with) takes. `http`'s own type.
///
/// ```
/// let request = starter::Request::get("/chat?room=7").header("origin", "https://example.org").body(()).unwrap();
/// assert_eq!(request.uri().path(), "/chat");
/// ```
pub type Request = http::Request<()>;

/// Why a connection could not be made.
///
/// ```
/// use starter::ConnectError;
///
/// /// Whether another attempt may help: not if the server has said that this client is not welcome.
/// fn may_recover(error: &ConnectError) -> bool {
///     match error {
///         ConnectError::Refused | ConnectError::Reset => true,
///         ConnectError::Http { status, .. } => status.is_server_error(),
///         ConnectError::Protocol(_) => false,
///     }
/// }
/// assert!(may_recover(&ConnectError::Refused));
/// assert_eq!(ConnectError::Refused.to_string(), "connection refused");
/// ```
#[derive(Debug)]
pub enum ConnectError {
    /// Nobody listens there.
    Refused,
    /// The connection was reset or closed before the answer was complete.
    Reset,
    /// The server answered the handshake with something else than an upgrade.
    Http {
        /// The status: `503 Service Unavailable`, say.
        status: StatusCode,
        /// The header fields: `retry-after`, say.
        headers: HeaderMap,
    },
    /// An answer, or the request, broke a rule of the protocol; says which.
    Protocol(String),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => write!(f, "connection refused"),
            Self::Reset => write!(f, "connection lost before it was answered"),
            Self::Http { status, .. } => write!(f, "the server answered {status}"),
            Self::Protocol(rule) => write!(f, "protocol error: {rule}"),
        }
    }
}

impl std::error::Error for ConnectError {}

impl From<io::Error> for ConnectError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            _ => Self::Reset,
        }
    }
}

/// Connects, and opens a WebSocket there.
pub(super) async fn websocket(world: &World, client: u32, request: Request) -> Result<Socket, ConnectError> {
    let request = complete(request, world.host())?;
    let stream = world.connect(client).await?;
    let outcome = tokio_tungstenite::client_async_with_config(request, stream, Some(buffers())).await;
    outcome.map(|(socket, _)| socket).map_err(error)
}

/// Small buffers: the defaults take 128 KiB for each connection, and a fleet has thousands. Nothing is held back in the write
/// buffer, so that what a client has sent is on its way when `send` or `feed` returns.
fn buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0)
}

/// Adds what a handshake needs (RFC 6455 section 4.1) to what the student wrote.
fn complete(mut request: Request, host: &str) -> Result<Request, ConnectError> {
    let invalid = |error: http::Error| ConnectError::Protocol(error.to_string());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let uri = Uri::builder().scheme("ws").authority(host).path_and_query(path).build().map_err(invalid)?;
    *request.uri_mut() = uri;
    let key = generate_key();
    let needed = [
        (header::HOST, host),
        (header::CONNECTION, "Upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_VERSION, "13"),
        (header::SEC_WEBSOCKET_KEY, &key),
    ];
    for (name, value) in needed {
        let value = HeaderValue::from_str(value).map_err(|error| invalid(error.into()))?;
        request.headers_mut().entry(name).or_insert(value);
    }
    Ok(request)
}

/// What a failed handshake means to a student.
fn error(error: tungstenite::Error) -> ConnectError {
    use tungstenite::Error;
    match error {
        Error::Http(response) => {
            let (head, _) = response.into_parts();
            ConnectError::Http { status: head.status, headers: head.headers }
        }
        Error::Io(error) => error.into(),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::HandshakeIncomplete | ProtocolError::ResetWithoutClosingHandshake) => {
            ConnectError::Reset
        }
        other => ConnectError::Protocol(other.to_string()),
    }
}
