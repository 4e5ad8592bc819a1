//! What a client tells the user.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::world::Reporter;

/// The longest reason that is shown, in bytes.
const MOST_REASON: usize = 64 * 1024;

/// The client's user interface: the state of the connection, and what has arrived.
///
/// Whatever it is given is shown at once, at the current time, and recorded. A status is a *claim*: the grader compares it with what
/// happened on the wire, and an interface that says "connected" over a dead connection lies to its user.
///
/// Clones are the same user interface. No call waits, and none fails.
///
/// ```
/// use starter::{Net, Result, Status, Ui, User};
///
/// pub async fn run(net: Net, ui: Ui, _user: User) -> Result<()> {
///     ui.status(Status::Connecting);
///     let _socket = net.websocket("/chat").await?;
///     ui.status(Status::Connected);
///     ui.show("welcome");
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Ui {
    reporter: Reporter,
}

impl Ui {
    pub(crate) fn new(reporter: Reporter) -> Self {
        Self { reporter }
    }

    /// Shows the state of the connection. Report each change when it happens, not before and not later: a challenge's README says
    /// which state belongs to which moment.
    ///
    /// The `wait` of a [`Status::Retrying`] is shown in whole milliseconds, rounded to the nearest.
    ///
    /// # Panics
    /// If the reason of a [`Status::Disconnected`] takes more than 64 KiB.
    ///
    /// ```
    /// # fn example(ui: &starter::Ui) {
    /// use std::time::Duration;
    /// use starter::Status;
    ///
    /// ui.status(Status::Retrying { attempt: 3, wait: Duration::from_millis(740) });
    /// # }
    /// ```
    #[track_caller]
    pub fn status(&self, status: Status) {
        if let Status::Disconnected { reason } = &status {
            let length = reason.to_string().len();
            assert!(length <= MOST_REASON, "ui.status was given a reason of {length} bytes, more than 64 KiB");
        }
        self.reporter.status(&status);
    }

    /// Shows something to the user: the text of a message, or any value that has a form in JSON.
    ///
    /// # Panics
    /// If the value has no form in JSON (a map whose keys are not texts, say) or takes more than 1 MiB there.
    ///
    /// ```
    /// # fn example(ui: &starter::Ui) {
    /// #[derive(serde::Serialize)]
    /// struct Price<'a> {
    ///     symbol: &'a str,
    ///     cents: u64,
    /// }
    ///
    /// ui.show("hello");
    /// ui.show(Price { symbol: "ACME", cents: 1_999 });
    /// # }
    /// ```
    #[track_caller]
    pub fn show(&self, message: impl Serialize) {
        let json = serde_json::to_string(&message)
            .unwrap_or_else(|error| panic!("ui.show was given a value that has no form in JSON: {error}"));
        assert!(json.len() <= crate::link::MOST_BODY, "ui.show was given {} bytes, more than 1 MiB", json.len());
        self.reporter.show(json);
    }
}

impl fmt::Debug for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ui").finish_non_exhaustive()
    }
}

/// The state of the connection, as the user sees it.
///
/// ```
/// use std::time::Duration;
/// use starter::{Reason, Status};
///
/// let states = [
///     Status::Connecting,
///     Status::Connected,
///     Status::Retrying { attempt: 1, wait: Duration::from_millis(740) },
///     Status::Disconnected { reason: Reason::ClosedByUser },
/// ];
/// assert_eq!(states[3].to_string(), "disconnected: closed by user");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// An attempt to connect is under way.
    Connecting,
    /// Connected: what the user does now reaches the server.
    Connected,
    /// There is no connection, and the client waits before it tries again.
    Retrying {
        /// The number of the attempt that follows the wait, from 1; it starts again after a success, where the challenge says so.
        attempt: u32,
        /// How long the client waits, from now.
        wait: Duration,
    },
    /// Over for good: the client does not try again. The last status of a client.
    Disconnected {
        /// Why.
        reason: Reason,
    },
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting => write!(f, "connecting"),
            Self::Connected => write!(f, "connected"),
            Self::Retrying { attempt, wait } => write!(f, "retrying: attempt {attempt} in {} ms", millis(*wait)),
            Self::Disconnected { reason } => write!(f, "disconnected: {reason}"),
        }
    }
}

/// Why a client is disconnected for good.
///
/// ```
/// use starter::Reason;
///
/// assert_eq!(Reason::ClosedByUser.to_string(), "closed by user");
/// assert_eq!(Reason::GaveUp.to_string(), "gave up");
/// assert_eq!(Reason::Refused("401 Unauthorized".into()).to_string(), "refused: 401 Unauthorized");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The user closed the client.
    ClosedByUser,
    /// All attempts were used up.
    GaveUp,
    /// The server said that there is no use in coming back; with what it said.
    Refused(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedByUser => write!(f, "closed by user"),
            Self::GaveUp => write!(f, "gave up"),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

/// Whole milliseconds, rounded to the nearest.
pub(crate) fn millis(span: Duration) -> u64 {
    let rounded = span.as_nanos().saturating_add(500_000) / 1_000_000;
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_to_the_nearest_millisecond() {
        let spans = [0, 499_999, 500_000, 1_499_999, 1_500_000].map(|nanos| millis(Duration::from_nanos(nanos)));
        assert_eq!(spans, [0, 0, 1, 1, 2]);
        assert_eq!(millis(Duration::MAX), u64::MAX);
    }
}
