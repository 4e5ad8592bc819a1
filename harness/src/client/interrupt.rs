//! Ctrl-C.
//!
//! Clients and cargo run in process groups of their own, where the terminal's signals do not reach them. So the harness ends them itself.

use std::{io, thread};

use tokio::{
    runtime,
    signal::unix::{Signal, SignalKind, signal},
};

use super::live;

/// From now on an interrupt (Ctrl-C), a hang-up or a request to terminate ends every client, every cargo and what they started, removes
/// the temporary folders, calls `farewell`, and exits with 128 + the signal's number: 130 after Ctrl-C.
///
/// # Errors
///
/// If the system refuses a thread or a signal handler.
pub fn install(farewell: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals {
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
        }
    };
    thread::Builder::new().name("interrupt".into()).spawn(move || {
        let kind = runtime.block_on(signals.next());
        live::end_everything();
        farewell();
        std::process::exit(128 + kind.as_raw_value());
    })?;
    Ok(())
}

struct Signals {
    interrupt: Signal,
    hangup: Signal,
    terminate: Signal,
}

impl Signals {
    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.hangup.recv() => SignalKind::hangup(),
            _ = self.terminate.recv() => SignalKind::terminate(),
        }
    }
}
