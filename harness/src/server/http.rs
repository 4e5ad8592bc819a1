//! HTTP on a connection: hyper reads the request's head, an axum router hands it to the script, and the script's answer goes back.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use hyper::{server::conn::http1, upgrade::OnUpgrade};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::{self, error::ProtocolError, handshake::server::create_response_with_body};

use super::{
    conn::Conn,
    stream::{self, Stream},
};
use crate::scenario::Template;

/// How long a request's head may be, in bytes; a longer one is answered with 431 (RFC 6585 section 5).
pub(super) const MOST_HEAD: usize = 16 << 10;

/// hyper at work on a connection.
pub(super) type Connection = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// A connection that speaks HTTP.
pub(super) struct Serving {
    connection: Connection,
    /// Where the request comes; gone once it has.
    asked: Option<oneshot::Receiver<Asked>>,
    /// The request, once it has been read, until it is answered.
    pending: Option<Asked>,
}

/// A request, and where its answer goes.
struct Asked {
    request: Request,
    body: String,
    answer: oneshot::Sender<Response>,
}

/// The head of a request.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What happens on a connection that speaks HTTP while the script does nothing.
#[derive(Debug)]
pub(super) enum Event {
    /// The head of the request has been read.
    Request(Box<Head>),
    /// What came is no HTTP request; hyper has answered with this status.
    Garbage(StatusCode),
    /// The connection is over.
    Over,
}

/// What has become of a connection after an answer.
pub(super) enum Answered {
    /// The answer is out, and the server's direction of the stream has ended.
    Closed,
    /// The answer is out, and the stream is ours again: with what the client has already sent.
    Upgraded(Conn, Vec<u8>),
    /// The connection has ended before that.
    Broken,
}

impl Serving {
    /// Reads one request. hyper has no timer here: how long a head may take is up to the script.
    pub(super) fn new(conn: Conn) -> Self {
        let (ask, asked) = oneshot::channel();
        let router = Router::new().fallback(hand_over).with_state(Arc::new(Mutex::new(Some(ask))));
        let connection = http1::Builder::new()
            // Once it has the request, hyper leaves the client to the valve, which sees it go whatever it has sent before.
            .half_close(true)
            .max_buf_size(MOST_HEAD)
            .auto_date_header(false)
            .serve_connection(TokioIo::new(conn), TowerToHyperService::new(router))
            .with_upgrades();
        Self { connection: Box::pin(connection), asked: Some(asked), pending: None }
    }

    /// Waits until something happens. A request comes with its body. Cancel-safe; not to be called again after [`Event::Over`] or [`Event::Garbage`].
    pub(super) async fn event(&mut self) -> Event {
        tokio::select! {
            biased;
            Some(asked) = asked(&mut self.asked) => {
                let request = &asked.request;
                let (method, uri) = (request.method().clone(), request.uri().clone());
                let head = Head { method, uri, headers: request.headers().clone(), body: asked.body.clone() };
                let head = Box::new(head);
                self.pending = Some(asked);
                Event::Request(head)
            }
            result = &mut self.connection => match result {
                Err(error) if error.is_parse_too_large() => Event::Garbage(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
                Err(error) if error.is_parse() && !error.is_parse_version_h2() => Event::Garbage(StatusCode::BAD_REQUEST),
                _ => Event::Over,
            },
        }
    }

    /// Whether a request waits for its answer.
    pub(super) fn is_asked(&self) -> bool {
        self.pending.is_some()
    }

    /// The answer to a request for a WebSocket (RFC 6455 section 4.2.2), or to one that should have been.
    pub(super) fn handshake(&self) -> Option<Response> {
        let request = &self.pending.as_ref()?.request;
        Some(create_response_with_body(request, Body::empty).unwrap_or_else(|error| no_upgrade(&error)))
    }

    /// Gives an answer whose body stays open.
    pub(super) fn stream(mut self, status: u16, headers: &[(String, Template)]) -> Option<Stream> {
        let Asked { answer, .. } = self.pending.take()?;
        let (body, tap) = stream::body();
        let mut response = build(status, headers, Body::new(tap));
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        let _ = answer.send(response);
        Some(Stream::new(self.connection, body))
    }

    /// Gives the answer and sees it out.
    pub(super) async fn answer(mut self, mut response: Response) -> Answered {
        let Some(Asked { mut request, answer, .. }) = self.pending.take() else { return Answered::Broken };
        let upgrade = (response.status() == StatusCode::SWITCHING_PROTOCOLS).then(|| hyper::upgrade::on(&mut request));
        if upgrade.is_none() {
            // Not by turning hyper's keep-alive off: it would say so in place of the `Connection: Upgrade` of a 101.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // The receiver is gone only if the connection is, which shows below.
        let _ = answer.send(response);
        match (self.connection.await, upgrade) {
            (Err(_), _) => Answered::Broken,
            (Ok(()), None) => Answered::Closed,
            (Ok(()), Some(upgrade)) => upgraded(upgrade).await,
        }
    }
}

async fn upgraded(upgrade: OnUpgrade) -> Answered {
    let Ok(upgraded) = upgrade.await else { return Answered::Broken };
    let parts = upgraded.downcast::<TokioIo<Conn>>().expect("hyper was given this kind of stream");
    Answered::Upgraded(parts.io.into_inner(), parts.read_buf.into())
}

/// Waits for the request; there is one.
async fn asked(from: &mut Option<oneshot::Receiver<Asked>>) -> Option<Asked> {
    let asked = from.as_mut()?.await;
    *from = None;
    asked.ok()
}

/// Where the request goes. A channel for several would cost each connection of a fleet some kilobytes.
type Ask = Arc<Mutex<Option<oneshot::Sender<Asked>>>>;

/// How long a request's body may be, in bytes; a longer one is answered with 413 (RFC 9110 section 15.5.14).
const MOST_BODY: usize = 256 << 10;

async fn hand_over(State(script): State<Ask>, mut request: Request) -> Response {
    let body = axum::body::to_bytes(std::mem::take(request.body_mut()), MOST_BODY).await;
    let Ok(body) = body else { return response(413, &[], String::new()) };
    let body = String::from_utf8_lossy(&body).into_owned();
    let (answer, answered) = oneshot::channel();
    let ask = script.lock().expect("no task panics while it asks").take();
    if let Some(ask) = ask {
        // Without a script nobody reads the answer either: the script owns the connection.
        let _ = ask.send(Asked { request, body, answer });
    }
    answered.await.unwrap_or_default()
}

/// An answer of the script.
///
/// # Panics
/// If the status or a field is not valid HTTP, which a parsed spec never has.
pub(super) fn response(status: u16, headers: &[(String, Template)], body: String) -> Response {
    build(status, headers, Body::from(body))
}

fn build(status: u16, headers: &[(String, Template)], body: Body) -> Response {
    let fields = headers
        .iter()
        .fold(Response::builder().status(status), |response, (name, value)| response.header(name, value.to_string()));
    fields.body(body).expect("the spec has a valid status and valid header fields")
}

/// Fields that every request has, that are random by design, or that say how the message is framed: they tell nothing about a client.
const SILENT: &[&str] = &[
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "host",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// The fields that tell something about a client, in the order of their names.
pub(super) fn telling(headers: &HeaderMap) -> Vec<(String, String)> {
    let telling = headers.iter().filter(|(name, _)| !SILENT.contains(&name.as_str()));
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut fields: Vec<_> = telling.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    // Values of one name keep their order.
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields
}

/// The answer to a request for a path that no entry of the scenario is bound to.
pub(super) fn not_found() -> Response {
    response(404, &[], String::new())
}

/// The answer to a request that does not ask for a WebSocket as RFC 6455 section 4.2.1 demands: 400 if it does ask, but without a
/// key; else 426 (RFC 9110 section 15.5.22), which names the protocol and, by RFC 6455 section 4.4, the version.
fn no_upgrade(error: &tungstenite::Error) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = match error {
        tungstenite::Error::Protocol(ProtocolError::MissingSecWebSocketKey | ProtocolError::InvalidSecWebSocketKey) => {
            StatusCode::BAD_REQUEST
        }
        _ => {
            response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            StatusCode::UPGRADE_REQUIRED
        }
    };
    response
}
