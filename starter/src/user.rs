//! What the user tells a client.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::sync::Notify;

/// The user of the client: closes it, sends something, comes back online.
///
/// Both calls are cancel-safe: a call that is dropped before it returned has lost nothing. So they belong into a
/// `tokio::select!` around whatever else the client waits for.
///
/// ```
/// use std::time::Duration;
/// use starter::{Net, Reason, Result, Status, Ui, User};
///
/// pub async fn run(_net: Net, ui: Ui, user: User) -> Result<()> {
///     tokio::select! {
///         () = user.closed() => ui.status(Status::Disconnected { reason: Reason::ClosedByUser }),
///         () = tokio::time::sleep(Duration::from_secs(5)) => ui.show("nobody closed me for five seconds"),
///     }
///     Ok(())
/// }
/// ```
pub struct User {
    line: Line,
}

impl User {
    pub(crate) fn new(line: Line) -> Self {
        Self { line }
    }

    /// Returns when the user has closed the client, and at once ever after: it is a state that stays, not an event that can be
    /// missed. Around every wait, every connect and every read belongs a `select!` with it, because users close applications at any
    /// moment, and a client that sleeps through it is a client that reconnects after the window is gone.
    ///
    /// ```
    /// # use starter::{ConnectError, Net, Socket, User};
    /// async fn connect_unless_closed(net: &Net, user: &User) -> Option<Result<Socket, ConnectError>> {
    ///     tokio::select! {
    ///         biased;
    ///         () = user.closed() => None,
    ///         outcome = net.websocket("/chat") => Some(outcome),
    ///     }
    /// }
    /// ```
    pub async fn closed(&self) {
        self.line.wait(|acts| acts.closed.then_some(())).await;
    }

    /// Returns what the user does next, in the order in which it is done; waits, if necessary for ever, when there is nothing.
    /// [`closed`](Self::closed) tells of closing, this does not.
    ///
    /// ```
    /// use futures_util::SinkExt;
    /// use starter::{Action, Socket, User};
    ///
    /// async fn forward(mut socket: Socket, user: User) -> starter::Result<()> {
    ///     loop {
    ///         if let Action::Send(text) = user.next().await {
    ///             socket.send(text.into()).await?;
    ///         }
    ///     }
    /// }
    /// ```
    pub async fn next(&self) -> Action {
        self.line.wait(|acts| acts.waiting.pop_front()).await
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("closed", &self.line.acts().closed).finish_non_exhaustive()
    }
}

/// What the user does, besides closing.
///
/// ```
/// use starter::Action;
///
/// fn describe(action: &Action) -> String {
///     match action {
///         Action::Send(text) => format!("the user sends {text:?}"),
///         Action::Online => "the device is back online".into(),
///         Action::Do(name) => format!("the user does {name:?}"),
///     }
/// }
/// assert_eq!(describe(&Action::Send("hello".into())), "the user sends \"hello\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends a text.
    Send(String),
    /// The device is back online: a good moment to cut a wait short.
    Online,
    /// Something else; the challenge's README says which names there are.
    Do(String),
}

/// The line from the harness to one [`User`]; clones are the same line.
#[derive(Clone, Default)]
pub(crate) struct Line {
    acts: Arc<Mutex<Acts>>,
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Acts {
    closed: bool,
    waiting: VecDeque<Action>,
}

impl Line {
    /// The user closes the client.
    pub(crate) fn close(&self) {
        self.acts().closed = true;
        self.changed.notify_waiters();
    }

    /// The user does something else.
    pub(crate) fn act(&self, action: Action) {
        self.acts().waiting.push_back(action);
        self.changed.notify_waiters();
    }

    /// Waits until `ready` finds what it looks for.
    async fn wait<T>(&self, ready: impl Fn(&mut Acts) -> Option<T>) -> T {
        loop {
            // Made before the look, so that no change between look and wait is missed.
            let changed = self.changed.notified();
            if let Some(found) = ready(&mut self.acts()) {
                return found;
            }
            changed.await;
        }
    }

    fn acts(&self) -> MutexGuard<'_, Acts> {
        self.acts.lock().expect("no holder of this lock panics")
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn user() -> (Line, User) {
        let line = Line::default();
        (line.clone(), User::new(line))
    }

    #[tokio::test]
    async fn closing_stays_true() {
        let (line, user) = user();
        assert_eq!(user.closed().now_or_never(), None);
        line.close();
        assert_eq!(user.closed().now_or_never(), Some(()));
        assert_eq!(user.closed().now_or_never(), Some(()));
    }

    #[tokio::test]
    async fn closing_wakes_everyone_who_waits() {
        let (line, user) = user();
        let close = async { line.close() };
        tokio::join!(user.closed(), user.closed(), close);
    }

    #[tokio::test]
    async fn actions_come_in_order_and_a_dropped_call_loses_none() {
        let (line, user) = user();
        assert_eq!(user.next().now_or_never(), None);
        line.act(Action::Send("a".into()));
        line.act(Action::Online);
        assert_eq!(user.next().await, Action::Send("a".into()));
        assert_eq!(user.next().await, Action::Online);
        assert_eq!(user.next().now_or_never(), None);
    }
}
