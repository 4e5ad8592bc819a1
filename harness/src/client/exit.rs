//! How a process ended, in words, and what that says about the submission.

use std::fmt;

use rustix::process::WaitIdStatus;

use super::Inherit;
use crate::trace::Fault;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal, which the harness did not send.
    Signal(i32),
    /// The harness ended it, because the run was over or the process had gone too far.
    Killed,
}

/// The longest text of a panic that is kept, in bytes.
const MOST_PANIC: usize = 2_000;

/// The status of a Rust program whose main function panicked.
const PANICKED: i32 = 101;

/// `SIGABRT`: a panic that aborts, or a stack that overflowed.
const ABORTED: i32 = 6;

impl Exit {
    /// From what `waitid` says of a child that is still to be reaped.
    pub(super) fn seen(status: &WaitIdStatus) -> Self {
        match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Self::Status(code),
            (None, Some(signal)) => Self::Signal(signal),
            (None, None) => Self::Killed,
        }
    }

    /// What a process of this kind is charged with that ended like this before its client returned from `run`. `errors` is the end of
    /// what it wrote to standard error. `None` if the harness ended it.
    pub(super) fn fault(self, errors: &str, inherit: Inherit) -> Option<Fault> {
        if self == Self::Killed {
            return None;
        }
        if let Self::Status(PANICKED) | Self::Signal(ABORTED) = self {
            if let Some(message) = panic_message(errors) {
                return Some(Fault::Panicked(message));
            }
            if errors.contains("has overflowed its stack") {
                return Some(Fault::Exited(format!("its stack overflowed (a recursion without end?), {self}")));
            }
            if errors.contains("memory allocation of ") {
                let gibibytes = inherit.most_memory() >> 30;
                let memory = format!("it asked for more memory than the {gibibytes} GiB that a client may use, {self}");
                return Some(Fault::Exited(memory));
            }
        }
        Some(Fault::Exited(self.to_string()))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => write!(f, "status {code}"),
            Self::Signal(signal) => match signal_name(*signal) {
                Some(name) => write!(f, "signal {signal} ({name})"),
                None => write!(f, "signal {signal}"),
            },
            Self::Killed => f.write_str("ended by the harness"),
        }
    }
}

/// A signal's name, and what it means to somebody who did not expect it.
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL, an invalid instruction",
        6 => "SIGABRT",
        8 => "SIGFPE, an arithmetic error",
        9 => "SIGKILL; the system sends it when memory runs out",
        11 => "SIGSEGV, an invalid memory access",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => return None,
    })
}

/// The last panic in the output of a Rust program: `src/lib.rs:12:9: the message`.
fn panic_message(errors: &str) -> Option<String> {
    let (_, report) = errors.rsplit_once("panicked at ")?;
    let (place, rest) = report.split_once('\n').unwrap_or((report, ""));
    let message: Vec<_> = rest.lines().take_while(|line| !after_message(line)).collect();
    let mut text = format!("{} {}", place.trim_end(), message.join("\n").trim_end());
    if text.len() > MOST_PANIC {
        let end = (0..=MOST_PANIC).rev().find(|at| text.is_char_boundary(*at)).expect("0 is one");
        text.truncate(end);
        text.push('…');
    }
    Some(text.trim_end().to_owned())
}

/// Whether a line of a panic's report comes after its message.
fn after_message(line: &str) -> bool {
    line.starts_with("note: ") || line.starts_with("stack backtrace:") || line.starts_with("thread '")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_place_and_message() {
        let errors = "started\nthread 'main' (77) panicked at src/lib.rs:12:9:\nindex out of bounds\nthe len is 3\n\
                      note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let told = "src/lib.rs:12:9: index out of bounds\nthe len is 3";
        assert_eq!(Exit::Status(101).fault(errors, Inherit::Little), Some(Fault::Panicked(told.into())));
        assert_eq!(Exit::Signal(6).fault(errors, Inherit::Little), Some(Fault::Panicked(told.into())));
        // A panic in a task that the client survived does not explain another status.
        assert_eq!(Exit::Status(3).fault(errors, Inherit::Little), Some(Fault::Exited("status 3".into())));
    }

    #[test]
    fn a_very_long_panic_is_cut_between_characters() {
        let errors = format!("thread 'main' panicked at a.rs:1:1:\n{}", "ü".repeat(5_000));
        let Some(Fault::Panicked(told)) = Exit::Status(101).fault(&errors, Inherit::Little) else {
            panic!("it is a panic")
        };
        assert!(told.len() <= MOST_PANIC + '…'.len_utf8() && told.ends_with("ü…"));
    }

    #[test]
    fn other_ends_are_told_in_words() {
        let overflow = "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow\n";
        for (exit, errors, told) in [
            (Exit::Status(0), "", "status 0"),
            (Exit::Status(101), "no report", "status 101"),
            (Exit::Signal(11), "", "signal 11 (SIGSEGV, an invalid memory access)"),
            (Exit::Signal(64), "", "signal 64"),
            (
                Exit::Signal(6),
                "memory allocation of 1048576 bytes failed\n",
                "it asked for more memory than the 1 GiB that a client may use, signal 6 (SIGABRT)",
            ),
            (Exit::Signal(6), overflow, "its stack overflowed (a recursion without end?), signal 6 (SIGABRT)"),
        ] {
            assert_eq!(exit.fault(errors, Inherit::Little), Some(Fault::Exited(told.into())));
        }
        assert_eq!(Exit::Killed.fault("panicked at a:\nb", Inherit::Little), None);
    }
}
