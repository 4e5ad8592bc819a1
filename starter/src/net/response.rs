//! A request over HTTP/1.1 and its response.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper_util::rt::TokioIo;

use super::{ConnectError, Stream};
use crate::{Result, world::World};

/// The response to a request: its head, and its body piece by piece.
///
/// Dropping it closes the connection.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    body: Incoming,
    connection: Connection,
}

impl Response {
    /// The next piece of the body, as soon as there is one, of any size: where a server's writes begin and end cannot be seen in a
    /// stream of bytes. `None` is the end of the body.
    ///
    /// Waits as long as the server takes. Cancel-safe: a call that is dropped has lost nothing.
    ///
    /// # Errors
    /// If the connection is lost before the body is complete. No more pieces follow.
    ///
    /// ```
    /// use starter::{Response, Result};
    ///
    /// async fn length(mut response: Response) -> Result<usize> {
    ///     let mut length = 0;
    ///     while let Some(chunk) = response.chunk().await {
    ///         length += chunk?.len();
    ///     }
    ///     Ok(length)
    /// }
    /// ```
    pub async fn chunk(&mut self) -> Option<Result<Bytes>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        loop {
            // The connection moves bytes into the body only when it is polled, so it goes first and is asked again.
            self.connection.poll(cx);
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data()
                        && !data.is_empty()
                    {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("headers", &self.headers).finish_non_exhaustive()
    }
}

/// The connection's own work: it has no task of its own but is done by whoever waits for the response, so that a response nobody
/// reads holds the server up instead of filling memory, and a dropped one is gone at once.
struct Connection(Option<hyper::client::conn::http1::Connection<TokioIo<Stream>, Full<Bytes>>>);

impl Connection {
    fn poll(&mut self, cx: &mut Context<'_>) {
        // Its error reaches the reader of the body, or the one who waits for the head.
        if let Some(connection) = &mut self.0
            && Pin::new(connection).poll(cx).is_ready()
        {
            self.0 = None;
        }
    }
}

/// Connects, sends a request, and waits for the head of the response.
pub(super) async fn request(
    world: &World,
    client: u32,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<Response, ConnectError> {
    let request = build(world.host(), method, path, headers, body)?;
    let stream = world.connect(client).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| explain(&error))?;
    let mut connection = Connection(Some(connection));
    let mut head = std::pin::pin!(sender.send_request(request));
    let response = poll_fn(|cx| {
        connection.poll(cx);
        head.as_mut().poll(cx)
    });
    let (head, body) = response.await.map_err(|error| explain(&error))?.into_parts();
    Ok(Response { status: head.status, headers: head.headers, body, connection })
}

fn build(
    host: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Bytes,
) -> Result<http::Request<Full<Bytes>>, ConnectError> {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Full::new(body)).map_err(|error| ConnectError::Protocol(error.to_string()))?;
    let host = HeaderValue::from_str(host).map_err(|error| ConnectError::Protocol(error.to_string()))?;
    request.headers_mut().entry(header::HOST).or_insert(host);
    Ok(request)
}

/// What a failed request means to a student.
fn explain(error: &hyper::Error) -> ConnectError {
    if error.is_parse() || error.is_user() { ConnectError::Protocol(error.to_string()) } else { ConnectError::Reset }
}
