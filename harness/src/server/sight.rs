//! What the harness has seen of each client so far, as far as a user's script can wait for it.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::Notify;

use crate::{
    scenario::{Cast, Moment, Role, Side, Until, UserStep, Values},
    time::Millis,
    trace::{Claim, ClientAct, Message, ServerAct, What},
};

/// How many messages one client may send in a run.
pub(super) const MOST_MESSAGES: u32 = 100_000;
/// How many bytes the messages of one client may come to in a run.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// What has been seen of every client of a run.
#[derive(Debug)]
pub(super) struct Sights {
    cast: Arc<Cast>,
    /// The moments that the user's script of each role waits for, in the order of its steps.
    moments: Vec<Vec<Moment>>,
    clients: Vec<Sight>,
    /// How many clients have returned.
    returned: AtomicUsize,
}

#[derive(Debug, Default)]
struct Sight {
    seen: Mutex<Seen>,
    /// Only the script of this client waits here.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Seen {
    /// How often each of the moments has come.
    counts: Vec<u32>,
    attempts: u32,
    returned: bool,
    /// How many connections are open.
    live: u32,
    /// How many connections the server holds, open or ended.
    held: u32,
    /// Since when there has been neither an attempt nor an open connection, if so.
    quiet_since: Option<Millis>,
    messages: u32,
    bytes: usize,
}

impl Sights {
    pub(super) fn new(roles: &[Role<'_>], cast: Arc<Cast>, values: &Values) -> Self {
        let moment = |step: &UserStep| match step {
            UserStep::Until(Until::Moment(moment)) => Some(moment.filled(values)),
            _ => None,
        };
        let moments: Vec<Vec<_>> = roles.iter().map(|role| role.user.iter().filter_map(moment).collect()).collect();
        let sight = |client| {
            let seen = Seen { counts: vec![0; moments[cast.role(client)].len()], ..Seen::default() };
            Sight { seen: Mutex::new(seen), changed: Notify::new() }
        };
        Self { clients: (0..cast.clients()).map(sight).collect(), cast, moments, returned: AtomicUsize::new(0) }
    }

    /// The moments that a client's user waits for.
    fn moments(&self, client: u32) -> &[Moment] {
        &self.moments[self.cast.role(client)]
    }

    fn with<T>(&self, client: u32, change: impl FnOnce(&mut Seen) -> T) -> T {
        let sight = &self.clients[client as usize];
        let result = change(&mut sight.seen.lock().expect("no task panics while it looks"));
        sight.changed.notify_one();
        result
    }

    /// Whether there is a client of that number.
    pub(super) fn knows(&self, client: u32) -> bool {
        (client as usize) < self.clients.len()
    }

    /// Something has happened.
    pub(super) fn saw(&self, client: u32, what: &What) {
        self.with(client, |seen| {
            for (count, moment) in seen.counts.iter_mut().zip(self.moments(client)) {
                *count += u32::from(is(moment, what));
            }
        });
    }

    /// A client has lost a connection.
    pub(super) fn lost(&self, client: u32) {
        self.with(client, |seen| {
            for (count, moment) in seen.counts.iter_mut().zip(self.moments(client)) {
                *count += u32::from(matches!(moment, Moment::Lost(_)));
            }
        });
    }

    /// A client has left a connection.
    pub(super) fn left(&self, client: u32) {
        self.with(client, |seen| {
            for (count, moment) in seen.counts.iter_mut().zip(self.moments(client)) {
                *count += u32::from(matches!(moment, Moment::Left(_)));
            }
        });
    }

    /// A client has started an attempt. Gives the number of its attempts so far.
    pub(super) fn attempt(&self, client: u32, now: Millis) -> u32 {
        self.saw(client, &What::Client(ClientAct::Attempt));
        self.with(client, |seen| {
            seen.attempts += 1;
            seen.quiet_since = (seen.live == 0).then_some(now);
            seen.attempts
        })
    }

    /// A connection has been accepted. Gives how many the server holds for the client.
    pub(super) fn opened(&self, client: u32) -> u32 {
        self.with(client, |seen| {
            seen.live += 1;
            seen.held += 1;
            seen.quiet_since = None;
            seen.held
        })
    }

    /// A connection that had been accepted is over.
    pub(super) fn over(&self, client: u32, now: Millis) {
        self.with(client, |seen| {
            seen.live -= 1;
            seen.quiet_since = (seen.live == 0).then_some(now);
        });
    }

    /// The server holds a connection no longer.
    pub(super) fn gone(&self, client: u32) {
        self.with(client, |seen| seen.held -= 1);
    }

    /// A client's `run` has returned. Tells whether all have.
    pub(super) fn returned(&self, client: u32) -> bool {
        let first = self.with(client, |seen| !std::mem::replace(&mut seen.returned, true));
        let before = self.returned.fetch_add(usize::from(first), Ordering::Relaxed);
        before + usize::from(first) == self.clients.len()
    }

    /// A client has sent a message of so many bytes. Tells whether it has sent more than any client may.
    pub(super) fn too_much(&self, client: u32, bytes: usize) -> bool {
        self.with(client, |seen| {
            seen.messages += 1;
            seen.bytes += bytes;
            seen.messages > MOST_MESSAGES || seen.bytes > MOST_BYTES
        })
    }

    /// Since when there has been neither an attempt nor an open connection of a client that has tried at all.
    pub(super) fn quiet_since(&self, client: u32) -> Option<Millis> {
        self.clients[client as usize].seen.lock().expect("no task panics while it looks").quiet_since
    }

    /// How often the `index`-th of the moments has come to a client.
    pub(super) fn count(&self, client: u32, index: usize) -> u32 {
        self.clients[client as usize].seen.lock().expect("no task panics while it looks").counts[index]
    }

    /// Waits until anything has changed for a client since this was last waited for.
    pub(super) async fn changed(&self, client: u32) {
        self.clients[client as usize].changed.notified().await;
    }
}

/// Whether what happened is such a moment. [`Moment::Lost`] is told by [`Sights::lost`], [`Moment::Left`] by [`Sights::left`] and
/// [`Moment::At`] by the clock.
fn is(moment: &Moment, what: &What) -> bool {
    match (moment, what) {
        (Moment::Attempt(_), What::Client(ClientAct::Attempt))
        | (Moment::Accepted(_), What::Server(ServerAct::Accept))
        | (Moment::Stalled(_), What::Server(ServerAct::Stall)) => true,
        (Moment::Control(Side::Client, frame, _), What::Client(ClientAct::Message(message)))
        | (Moment::Control(Side::Server, frame, _), What::Server(ServerAct::Message(message))) => message.is(frame),
        (Moment::Status(kind, _), What::Claim(Claim::Status(status))) => status.kind() == *kind,
        (Moment::Received(wanted, _), What::Client(ClientAct::Message(Message::Text(text))))
        | (Moment::Sent(wanted, _), What::Server(ServerAct::Message(Message::Text(text)))) => wanted.is(text),
        (Moment::Received(wanted, _), What::Client(ClientAct::Request { body, .. })) => wanted.is(body),
        (Moment::Sent(wanted, _), What::Server(ServerAct::Event(event))) => wanted.is(&event.data),
        (Moment::Request(wanted, _), What::Client(ClientAct::Request { path, .. })) => {
            path.split('?').next() == Some(wanted.as_str())
        }
        (Moment::Answered(wanted, _), What::Server(ServerAct::Answer { status })) => wanted.contains(status),
        (Moment::Shown(wanted, _), What::Claim(Claim::Show(json))) => wanted.is(json),
        (Moment::User(wanted, _), What::User(act)) => {
            let wanted = wanted.to_string();
            *act == wanted || act.strip_prefix("send ") == Some(&wanted)
        }
        _ => false,
    }
}
