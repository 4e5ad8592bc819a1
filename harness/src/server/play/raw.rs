//! Streams of events: what opens them, what is written on them, how they end. Raw bytes are sent as the variant that this client gets has
//! them: with other line ends, cut elsewhere.

use hyper::body::Bytes;

use super::{Flow, Phase, Player};
use crate::{
    scenario::{Template, Variant},
    time::Millis,
    trace::ServerAct,
};

/// How the raw bytes of one connection are sent.
#[derive(Debug)]
pub(in crate::server) struct Raw {
    pub(in crate::server) variant: Variant,
    /// How long to wait between two pieces.
    pub(in crate::server) gap: Millis,
    /// How many bytes have been sent.
    pub(in crate::server) sent: usize,
}

impl Player {
    /// Answers with a stream of events.
    pub(super) async fn sse(&mut self, content_type: Template, mut headers: Vec<(String, Template)>) -> Flow {
        if self.read_request().await == Flow::Over {
            return Flow::Over;
        }
        let Phase::Serving(serving) = std::mem::replace(&mut self.phase, Phase::Closed) else { return Flow::On };
        headers.insert(0, ("content-type".to_owned(), content_type));
        let Some(stream) = serving.stream(200, &headers) else { return Flow::Over };
        self.phase = Phase::Streaming(stream);
        self.notes.sends(ServerAct::Answer { status: 200 });
        self.write(String::new(), ServerAct::Stream).await
    }

    pub(super) async fn write_line(&mut self, line: String) -> Flow {
        self.write(line.clone(), ServerAct::Bytes(line.into())).await
    }

    /// Writes a piece of the stream.
    pub(super) async fn write(&mut self, piece: impl Into<Bytes>, act: ServerAct) -> Flow {
        let Phase::Streaming(stream) = &mut self.phase else { return Flow::On };
        if self.valve.is_over() {
            return Flow::On;
        }
        self.notes.sends(act);
        match stream.write(piece).await {
            Err(_) if !self.valve.is_over() => Flow::Over,
            _ => Flow::On,
        }
    }

    /// Ends the stream; the body of a stream of events ends before it as a whole one does.
    pub(super) async fn fin(&mut self) {
        if let Phase::Streaming(_) = self.phase
            && let Phase::Streaming(stream) = std::mem::replace(&mut self.phase, Phase::Closed)
        {
            stream.end().await;
        }
        self.valve.fin();
    }

    /// Writes raw bytes, piece by piece.
    pub(super) async fn write_raw(&mut self, written: &[u8]) -> Flow {
        let Raw { variant, gap, sent } = self.raw;
        let bytes = variant.bytes(written);
        self.raw.sent += bytes.len();
        for (n, piece) in variant.cut.pieces(sent, bytes.len()).into_iter().enumerate() {
            if n > 0 && self.wait_until(self.now() + gap).await == Flow::Over {
                return Flow::Over;
            }
            let piece = bytes[piece].to_vec();
            if self.write(piece.clone(), ServerAct::Bytes(piece)).await == Flow::Over {
                return Flow::Over;
            }
        }
        Flow::On
    }
}
