//! What a scripted server turns to.

use crate::time::Millis;

/// What a script turns to on a connection that nothing crosses the wire for: whoever watches a run would wonder at the silence. It is no part
/// of a [`Trace`](super::Trace), and no check reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// The request is left unread.
    LeaveUnread,
    /// So long a wait.
    Wait(Millis),
    /// Nothing more, until the client ends the connection.
    Hold,
    /// Waits until the client does something.
    Expect {
        /// What, as in the spec.
        what: String,
        /// For so long at most; without it, until the scenario is over.
        within: Option<Millis>,
    },
    /// From here on, pings are answered, or not.
    Pongs(bool),
    /// The connection is reset when so many more bytes have left.
    CutAfter(u64),
    /// The stream stays open for so long after its closing handshake.
    Linger(Millis),
}
