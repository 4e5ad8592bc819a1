//! Raw bytes of a stream, as the variant that this client gets has them: other line ends, cut elsewhere.

use super::{Flow, Player};
use crate::{scenario::Variant, time::Millis, trace::ServerAct};

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
    /// Writes raw bytes, piece by piece.
    pub(super) async fn write_raw(&mut self, text: &str) -> Flow {
        let Raw { variant, gap, sent } = self.raw;
        let bytes = variant.bytes(text);
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
