//! One end of the link: what it writes, and its connections.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, Mutex, MutexGuard},
};

use super::{Conn, Frame, Kind, MOST_BODY, Transport, conn::Half};

/// Past this much the client's end writes at once instead of at the next idle, so that a client that never idles does not fill its
/// memory.
const SPILL: usize = 256 * 1024;

/// One end of the link; clones are the same end. It stamps what is written with the end's current time and collects it, and it hands
/// arrivals to the connections they belong to.
#[derive(Clone, Default)]
pub struct Wire(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    now: u64,
    /// The stamp of the first frame since the last answer.
    first: Option<u64>,
    out: Vec<u8>,
    spill: Option<Transport>,
    last_conn: u32,
    conns: HashMap<u32, Arc<Mutex<Half>>>,
}

/// More bytes, or more credit, arrived on a connection than its window allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overrun;

impl Wire {
    /// An end that writes to `socket` by itself when much has been collected.
    #[must_use]
    pub fn spilling(socket: Transport) -> Self {
        Self(Arc::new(Mutex::new(State { spill: Some(socket), ..State::default() })))
    }

    /// The current time of this end, in milliseconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.state().now
    }

    /// Sets the current time of this end.
    pub fn set_now(&self, now: u64) {
        self.state().now = now;
    }

    /// The stamp of the first frame written since [`turn_over`](Self::turn_over).
    #[must_use]
    pub fn first_unanswered(&self) -> Option<u64> {
        self.state().first
    }

    /// Everything written so far has been answered.
    pub fn turn_over(&self) {
        self.state().first = None;
    }

    /// Writes a frame, stamped with the current time.
    pub fn put(&self, kind: Kind, id: u32, body: &[u8]) {
        let mut state = self.state();
        let at = state.now;
        state.first.get_or_insert(at);
        Frame { kind, id, at, body }.put(&mut state.out);
        if state.out.len() > SPILL {
            state.spill();
        }
    }

    /// Swaps what has been collected with `empty`, an emptied buffer to go on with.
    pub fn swap_out(&self, empty: &mut Vec<u8>) {
        std::mem::swap(&mut self.state().out, empty);
    }

    /// Client: starts to connect.
    #[must_use]
    pub fn open(&self, client: u32) -> Conn {
        let id = {
            let mut state = self.state();
            state.last_conn += 1;
            state.last_conn
        };
        self.put(Kind::Open, id, &client.to_le_bytes());
        self.join(id)
    }

    /// Makes this end of connection `id`.
    #[must_use]
    pub fn join(&self, id: u32) -> Conn {
        let half = Arc::<Mutex<Half>>::default();
        self.state().conns.insert(id, half.clone());
        Conn::new(id, half, self.clone())
    }

    /// Forgets connection `id`: what still arrives for it is passed over.
    pub(super) fn forget(&self, id: u32) {
        self.state().conns.remove(&id);
    }

    /// Hands an arrival to its connection; returns whether somebody waited for it. What arrives for a connection that this end has
    /// given up is passed over: it was on its way when the connection ended.
    ///
    /// # Errors
    /// If the other end has sent more than it may.
    pub fn deliver(&self, frame: Frame<'_>) -> Result<bool, Overrun> {
        let half = {
            let mut state = self.state();
            let ends = matches!(frame.kind, Kind::Reset | Kind::Refuse);
            if ends { state.conns.remove(&frame.id) } else { state.conns.get(&frame.id).cloned() }
        };
        half.map_or(Ok(false), |half| {
            half.lock().expect("no holder of this lock panics").arrive(frame.kind, frame.body)
        })
    }

    /// Writes `last` after all that has been collected and sends it, unless another thread holds on to the link. Made for the very
    /// end of a process: it does not wait for a lock that the dying thread itself may hold.
    pub fn last_words(&self, kind: Kind, words: &str) {
        for _ in 0..10_000 {
            let Ok(mut state) = self.0.try_lock() else {
                std::thread::yield_now();
                continue;
            };
            let at = state.now;
            let body = &words.as_bytes()[..words.len().min(MOST_BODY)];
            Frame { kind, id: 0, at, body }.put(&mut state.out);
            return state.spill();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

impl State {
    fn spill(&mut self) {
        if let Some(socket) = &mut self.spill {
            // If it fails the harness is gone, which the thread that waits for that sees too.
            let _ = socket.write_all(&self.out);
            self.out.clear();
        }
    }
}
