//! `fastwebsockets`, the WebSocket of Deno: frames of its own, and no reconnection.

use std::future::Future;

use bytes::Bytes;
use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, handshake};
use http_body_util::Empty;
use hyper::{
    Request,
    header::{CONNECTION, HOST, UPGRADE},
};
use outsiders::{address, connected, connecting, disconnected, show, user};
use tokio::net::TcpStream;

struct Tasks;

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, task: F) {
        tokio::spawn(task);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (address, path) = address();
    connecting();
    let request = Request::get(format!("http://{address}{path}"))
        .header(HOST, &address)
        .header(UPGRADE, "websocket")
        .header(CONNECTION, "upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13")
        .body(Empty::<Bytes>::new())?;
    let (socket, _) = handshake::client(&Tasks, request, TcpStream::connect(&address).await?).await?;
    let (mut socket, mut user) = (FragmentCollector::new(socket), user());
    loop {
        tokio::select! {
            frame = socket.read_frame() => {
                let frame = frame?;
                match frame.opcode {
                    OpCode::Text => {
                        connected();
                        show(std::str::from_utf8(&frame.payload)?);
                    }
                    OpCode::Close => break,
                    _ => {}
                }
            }
            act = user.recv() => match act.flatten() {
                Some(text) => socket.write_frame(Frame::text(Payload::Owned(text.into_bytes()))).await?,
                None => {
                    socket.write_frame(Frame::close(1000, b"")).await?;
                    break;
                }
            },
        }
    }
    disconnected("closed by user");
    Ok(())
}
