//! A small scripted server: real HTTP and WebSocket over the link.

use futures_util::{SinkExt, StreamExt};
use harness::{
    clock::Clock,
    link::{Knock, LinkConn, World},
    record::Recorder,
    time::Millis,
    trace::{ClientAct, Message as Seen, ServerAct, What},
};
use http::{Request, Response, StatusCode};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

/// The next attempt.
pub(crate) async fn knock(world: &mut World) -> Knock {
    world.knocks.recv().await.expect("the link outlives the script")
}

/// Reads a request and answers it with an upgrade, by hand: the script keeps the connection itself. Returns the length of the
/// request.
pub(crate) async fn upgrade_raw(conn: &mut LinkConn) -> usize {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(conn.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let key = head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    conn.write_all(answer.as_bytes()).await.unwrap();
    head.len()
}

/// A WebSocket on a connection that has been upgraded by hand.
pub(crate) async fn websocket_raw(mut conn: LinkConn) -> WebSocketStream<LinkConn> {
    upgrade_raw(&mut conn).await;
    WebSocketStream::from_raw_socket(conn, Role::Server, Some(buffers())).await
}

fn buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0)
}

/// Resets every session after 300 ms, refuses everybody until `back`, then keeps sessions and pings every `beat`.
pub(crate) async fn outage(mut world: World, recorder: Recorder, back: Millis, beat: Millis) {
    while let Some(knock) = world.knocks.recv().await {
        let (client, conn) = (knock.client, knock.conn);
        let note = Note { client, conn, clock: world.clock.clone(), recorder: recorder.clone() };
        let now = world.clock.now();
        if knock.at > 0 && now < back {
            note.server(ServerAct::Refuse);
            knock.refuse();
            continue;
        }
        note.server(ServerAct::Accept);
        let conn = knock.accept();
        tokio::spawn(async move {
            let mut socket = websocket_raw(conn).await;
            if now < back {
                note.clock.sleep(300).await;
                note.server(ServerAct::Reset);
                socket.get_mut().reset();
                return;
            }
            beats(socket, &note, beat).await;
        });
    }
}

async fn beats(mut socket: WebSocketStream<LinkConn>, note: &Note, beat: Millis) {
    loop {
        note.clock.sleep(beat).await;
        note.server(ServerAct::Message(Seen::Ping(b"beat".to_vec())));
        if socket.send(Message::Ping("beat".into())).await.is_err() {
            return;
        }
        let Some(Ok(Message::Pong(payload))) = socket.next().await else { return };
        note.client(ClientAct::Message(Seen::Pong(payload.to_vec())));
    }
}

struct Note {
    client: u32,
    conn: u32,
    clock: Clock,
    recorder: Recorder,
}

impl Note {
    fn server(&self, act: ServerAct) {
        self.recorder.note(self.clock.now(), self.client, Some(self.conn), What::Server(act));
    }

    fn client(&self, act: ClientAct) {
        self.recorder.note(self.clock.heard(), self.client, Some(self.conn), What::Client(act));
    }
}

/// Serves one connection with hyper, each request by `answer`.
pub(crate) async fn http<F>(conn: LinkConn, answer: impl Fn(Request<Incoming>) -> F)
where
    F: Future<Output = Response<axum::body::Body>>,
{
    let service = service_fn(|request| {
        let answer = answer(request);
        async { Ok::<_, std::convert::Infallible>(answer.await) }
    });
    // How the client ends the connection is its own affair.
    let _ =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(conn), service).with_upgrades().await;
}

/// A response with a status and a body.
pub(crate) fn respond(status: StatusCode, body: axum::body::Body) -> Response<axum::body::Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
