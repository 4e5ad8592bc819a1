//! Ctrl-C.
//!
//! Clients and cargo run in process groups of their own, where the terminal's signals do not reach them. So the harness ends them itself.

use std::{
    io,
    sync::{Mutex, PoisonError},
    thread,
};

use tokio::{runtime, sync::oneshot};

use super::{live, signals::Signals};

/// What asks the harness to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// The terminal is gone.
    HangUp,
    /// Anything else.
    Terminate,
}

impl Signal {
    /// Its number, which is the same on every Unix.
    fn number(self) -> i32 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}

/// Whom the next Ctrl-C asks to end.
static ASKED: Mutex<Option<oneshot::Sender<()>>> = Mutex::new(None);

/// For a command that goes on until the user ends it: the next Ctrl-C does nothing but answer this. One after that, or one that comes when
/// nobody waits for the answer any more, ends everything.
pub fn next() -> oneshot::Receiver<()> {
    let (ask, asked) = oneshot::channel();
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(ask);
    asked
}

/// Whether a signal was a question that somebody hears.
fn is_heard(signal: Signal) -> bool {
    let ask = || ASKED.lock().unwrap_or_else(PoisonError::into_inner).take();
    signal == Signal::Interrupt && ask().is_some_and(|ask| ask.send(()).is_ok())
}

/// From now on an interrupt (Ctrl-C) that [`next`] does not hear, a hang-up or a request to terminate ends every client, every cargo and what they started, removes
/// the temporary folders, calls `farewell`, and exits with 128 + the signal's number: 130 after Ctrl-C.
///
/// # Errors
///
/// If the system refuses a thread or a signal handler.
pub fn install(farewell: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen()?
    };
    thread::Builder::new().name("interrupt".into()).spawn(move || {
        let signal = loop {
            let signal = runtime.block_on(signals.next());
            if !is_heard(signal) {
                break signal;
            }
        };
        live::end_everything();
        farewell();
        std::process::exit(128 + signal.number());
    })?;
    Ok(())
}
