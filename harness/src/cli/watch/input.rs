//! What is typed, read by a thread of its own, so that a key is heard whatever else goes on.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crossterm::event;

use super::keys::{Key, key};

/// How long the thread may take to see that it shall not read.
const PATIENCE: Duration = Duration::from_millis(20);

/// The reading thread's gate.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Reading,
    /// It shall not read, and may still be.
    Closing,
    /// It does not read.
    Closed,
}

/// What comes from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    Key(Key),
    /// It has this many columns and rows.
    Size(usize, usize),
    /// Nobody is there any more.
    Gone,
}

/// What is typed, as it is told.
#[derive(Debug)]
pub(super) struct Input(Arc<Gate>);

impl Input {
    /// Begins to read. The terminal must be in raw mode. It ends when `tell` says that nobody listens.
    pub(super) fn read(mut tell: impl FnMut(Typed) -> bool + Send + 'static) -> Self {
        let gate = Arc::new(Gate::default());
        let own = Arc::clone(&gate);
        thread::spawn(move || {
            loop {
                own.pass();
                let told = match event::poll(PATIENCE) {
                    Ok(false) => continue,
                    Ok(true) => event::read(),
                    Err(error) => Err(error),
                };
                let typed = match told {
                    Ok(event::Event::Key(typed)) => key(typed).map(Typed::Key),
                    Ok(event::Event::Resize(columns, rows)) => Some(Typed::Size(columns.into(), rows.into())),
                    Ok(_) => None,
                    Err(_) => Some(Typed::Gone),
                };
                if typed.is_some_and(|typed| !tell(typed)) || typed == Some(Typed::Gone) {
                    return;
                }
            }
        });
        Self(gate)
    }

    /// Leaves the terminal's input to somebody else while `other` runs.
    pub(super) fn pause<T>(&self, other: impl FnOnce() -> T) -> T {
        self.0.set(State::Closing);
        let state = self.0.lock();
        drop(self.0.changed.wait_while(state, |state| *state != State::Closed).unwrap_or_else(PoisonError::into_inner));
        let result = other();
        self.0.set(State::Reading);
        result
    }
}

impl Gate {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }

    /// Waits until it is open.
    fn pass(&self) {
        let mut state = self.lock();
        while *state != State::Reading {
            if *state == State::Closing {
                *state = State::Closed;
                self.changed.notify_all();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
