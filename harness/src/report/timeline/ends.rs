//! How an attempt or a connection ends, as the judges count it.

use crate::time::Millis;

/// The signs of an end. Of each kind the first counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends {
    /// A close frame of either side.
    said: Option<Millis>,
    /// An answer that opens nothing.
    answered: Option<Millis>,
    /// The stream has ended, or the client has dropped it.
    gone: Option<Millis>,
}

impl Ends {
    pub(super) fn is_said(&mut self, at: Millis) {
        self.said = earliest([self.said, Some(at)]);
    }

    pub(super) fn is_answered(&mut self, at: Millis) {
        self.answered = earliest([self.answered, Some(at)]);
    }

    pub(super) fn is_gone(&mut self, at: Millis) {
        self.gone = earliest([self.gone, Some(at)]);
    }

    /// The answer has opened a stream, so it is no end.
    pub(super) fn opens(&mut self) {
        self.answered = None;
    }

    /// When the first sign of the end came, and when all that belongs to it was over.
    pub(super) fn settle(&self) -> Option<(Millis, Millis)> {
        let over = earliest([self.said, self.answered, self.gone])?;
        Some((over, self.gone.unwrap_or(over)))
    }
}

fn earliest<const N: usize>(times: [Option<Millis>; N]) -> Option<Millis> {
    times.into_iter().flatten().min()
}
