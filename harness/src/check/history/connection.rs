//! One attempt and what became of it.

use crate::time::Millis;

/// An attempt, the connection that may have come of it, and how it ended; in the client's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct Connection {
    /// Its number in the run.
    pub number: u32,
    /// When the attempt started.
    pub start: Millis,
    /// When the client could see that the server had accepted it.
    pub accepted: Option<Millis>,
    /// When the client could see a good answer to its request: a WebSocket was open (101), a response began (2xx).
    pub up: Option<Millis>,
    /// How and when it ended. Without it, it was alive when the run was over.
    pub ending: Option<Ending>,
}

/// The end of an attempt or connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) struct Ending {
    /// When the client could first know of it, or brought it about: a wait begins here at the earliest.
    pub at: Millis,
    /// When a handshake that belongs to the end was over: a wait begins here at the latest. The same as `at` where the end has none.
    pub settled: Millis,
    /// What ended it.
    pub cut: Cut,
}

/// What ends an attempt or connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Cut {
    /// The server refused the attempt.
    Refused,
    /// The server answered the request with a status that opens nothing.
    Answered,
    /// The server reset it.
    Reset,
    /// The server ended its direction of the stream.
    Fin,
    /// The server sent a close frame.
    CloseFrame,
    /// The client closed, dropped or reset it.
    Left,
}

/// What has been seen of one connection while the trace is read. `None` has not happened; of what happens twice the first counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub number: u32,
    pub start: Millis,
    pub accepted: Option<Millis>,
    pub good_answer: Option<Millis>,
    pub bad_answer: Option<Millis>,
    /// The server's close frame.
    pub close_frame: Option<Millis>,
    /// The server's last word: refusal, reset or end of stream.
    pub server_end: Option<(Millis, Cut)>,
    /// The client's close frame.
    pub own_close: Option<Millis>,
    /// The client dropped or reset it.
    pub left: Option<Millis>,
    /// The client began to end it before the server did anything of the kind. In real time an answer may come within the same
    /// millisecond, so the times alone do not tell.
    pub client_began: bool,
}

impl Seen {
    /// What it comes to.
    ///
    /// The first of all ends counts, whoever brought it about; of two at the same time the server's, unless the client began. A close frame (RFC 6455 section 7.1.2: the closing handshake has started)
    /// and an answer that opens nothing are the beginning of an end: it is settled when the stream has ended as well, or the client has
    /// dropped it.
    pub(super) fn settle(self) -> Connection {
        let mut first = self.server_end;
        let mut offer = |at: Option<Millis>, cut: Cut| {
            let wins_ties = cut == Cut::Left && self.client_began;
            if let Some(at) = at
                && first.is_none_or(|(first, _)| at < first || at == first && wins_ties)
            {
                first = Some((at, cut));
            }
        };
        offer(self.bad_answer, Cut::Answered);
        offer(self.close_frame, Cut::CloseFrame);
        offer(self.own_close, Cut::Left);
        offer(self.left, Cut::Left);
        let ending = first.map(|(at, cut)| {
            let over = match (self.server_end, self.left) {
                (Some((end, _)), Some(left)) => end.min(left),
                (Some((end, _)), None) => end,
                (None, Some(left)) => left,
                (None, None) => at,
            };
            Ending { at, settled: over.max(at), cut }
        });
        let up = self.good_answer.filter(|up| ending.is_none_or(|ending| *up <= ending.at));
        Connection { number: self.number, start: self.start, accepted: self.accepted, up, ending }
    }
}
