//! What is noted of one connection: in the [`Recorder`], and in the sight of the user's script.

use std::sync::{Arc, Mutex};

use super::sight::Sights;
use crate::{
    clock::Clock,
    record::Recorder,
    time::Millis,
    trace::{ClientAct, Intent, Message, ServerAct, What},
};

/// A handle on the notes of one connection. Clones write to the same notes.
#[derive(Debug, Clone)]
pub(super) struct Notes(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    run: Run,
    client: u32,
    conn: u32,
    state: Mutex<State>,
}

/// What the notes of all connections of a run share.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) clock: Clock,
    pub(super) recorder: Recorder,
    pub(super) sights: Arc<Sights>,
}

#[derive(Debug, Default)]
struct State {
    /// While writing is stalled: what has not left the server yet.
    held: Option<Vec<ServerAct>>,
    /// Nothing leaves the server any more.
    mute: bool,
    /// The request has been answered with what was asked for.
    up: bool,
    /// One side has begun to end it: whoever comes first.
    ending: bool,
    /// Nothing more can happen on the connection.
    over: bool,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.run.sights.gone(self.client);
    }
}

impl Notes {
    /// Notes of a connection that is accepted now. Also gives how many connections the server holds for the client.
    pub(super) fn accepted(run: Run, client: u32, conn: u32) -> (Self, u32) {
        let held = run.sights.opened(client);
        let notes = Self(Arc::new(Shared { run, client, conn, state: Mutex::default() }));
        notes.server(ServerAct::Accept);
        (notes, held)
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.run.clock
    }

    /// The server does something at once.
    pub(super) fn server(&self, act: ServerAct) {
        let ends = match &act {
            ServerAct::HalfClose | ServerAct::Fin | ServerAct::Reset => true,
            ServerAct::Message(message) => is_close(message),
            _ => false,
        };
        let over = matches!(act, ServerAct::Fin | ServerAct::Reset);
        let lost = {
            let mut state = self.state();
            state.up |= matches!(act, ServerAct::Answer { status: 101 } | ServerAct::Stream);
            let lost = ends && state.up && !state.ending;
            state.ending |= ends;
            lost
        };
        self.note(self.now(), What::Server(act));
        if lost {
            self.0.run.sights.lost(self.0.client);
        }
        if over {
            self.over();
        }
    }

    /// What the script expects next on this connection, if it expects anything more.
    pub(super) fn expects(&self, what: Option<String>) {
        self.0.run.recorder.expects(self.0.client, self.0.conn, what);
    }

    /// The script turns to something that leaves no event.
    pub(super) fn turns_to(&self, intent: impl FnOnce() -> Option<Intent>) {
        self.0.run.recorder.turns_to(self.now(), self.0.conn, intent);
    }

    /// The server sends something: noted when it leaves, which is later if writing is stalled.
    pub(super) fn sends(&self, act: ServerAct) {
        {
            let mut state = self.state();
            if state.mute {
                return;
            }
            if let Some(held) = &mut state.held {
                return held.push(act);
            }
        }
        self.server(act);
    }

    /// From here on nothing that is sent leaves the server.
    pub(super) fn mute(&self) {
        let mut state = self.state();
        (state.mute, state.held) = (true, None);
    }

    /// From here on what is sent stays in the server.
    pub(super) fn hold(&self) {
        self.state().held.get_or_insert_default();
    }

    /// What has stayed in the server leaves it now.
    pub(super) fn release(&self) {
        let held = self.state().held.take();
        for act in held.into_iter().flatten() {
            self.server(act);
        }
    }

    /// The client has done something, which the server has heard of now.
    pub(super) fn client(&self, act: ClientAct) {
        let ends = match &act {
            ClientAct::Drop | ClientAct::Reset => true,
            ClientAct::Message(message) => is_close(message),
            _ => false,
        };
        self.note(self.0.run.clock.heard(), What::Client(act));
        if ends {
            self.left();
        }
    }

    /// The client has begun to end the connection, unless one side has done so before.
    pub(super) fn left(&self) {
        let left = {
            let mut state = self.state();
            !std::mem::replace(&mut state.ending, true) && state.up
        };
        if left {
            self.0.run.sights.left(self.0.client);
        }
    }

    /// The client sends a message. Tells whether it has sent more than any client may.
    pub(super) fn message(&self, message: Message) -> bool {
        let bytes = match &message {
            Message::Text(text) => text.len(),
            Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
            Message::Close { reason, .. } => reason.len(),
        };
        self.client(ClientAct::Message(message));
        self.0.run.sights.too_much(self.0.client, bytes)
    }

    /// Nothing more can happen on the connection; saying it again changes nothing.
    pub(super) fn over(&self) {
        if !std::mem::replace(&mut self.state().over, true) {
            self.0.run.sights.over(self.0.client, self.now());
        }
    }

    fn note(&self, at: Millis, what: What) {
        self.0.run.sights.saw(self.0.client, &what);
        self.0.run.recorder.note(at, self.0.client, Some(self.0.conn), what);
    }

    fn now(&self) -> Millis {
        self.0.run.clock.now()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().expect("no task panics while it notes")
    }
}

fn is_close(message: &Message) -> bool {
    matches!(message, Message::Close { .. })
}
