//! How a process ended, in words, and what that says about the submission.

use std::fmt;

use super::sandbox::Limits;
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

/// The statuses of a process that ended itself at once, and of one whose stack overflowed, on Windows: `STATUS_STACK_BUFFER_OVERRUN`, which is
/// what a fast failure is told as, and `STATUS_STACK_OVERFLOW`.
const FAILED_FAST: i32 = 0xc000_0409_u32.cast_signed();
const OVERFLOWED: i32 = 0xc000_00fd_u32.cast_signed();

/// `SIGXCPU` and `SIGXFSZ`: what a process gets for going past its limit of processor time, and of the size of a file.
const TOO_LONG: i32 = 24;
const TOO_LARGE: i32 = 25;

impl Exit {
    /// What a process with these limits is charged with that ended like this before its client returned from `run`. `errors` is the end
    /// of what it wrote to standard error. `None` if the harness ended it.
    pub(super) fn fault(self, errors: &str, limits: &Limits) -> Option<Fault> {
        match (self, limits.processor, limits.file) {
            (Self::Killed, ..) => return None,
            (Self::Signal(TOO_LONG), Some(seconds), _) => {
                return Some(Fault::Flooded(format!("it used more than {seconds} s of processor time")));
            }
            (Self::Signal(TOO_LARGE), _, Some(bytes)) => {
                return Some(Fault::Flooded(format!("it wrote a file of more than {} MiB", bytes >> 20)));
            }
            _ => {}
        }
        if let Self::Status(PANICKED | FAILED_FAST | OVERFLOWED) | Self::Signal(ABORTED) = self {
            if let Some(message) = panic_message(errors) {
                return Some(Fault::Panicked(message));
            }
            if errors.contains("has overflowed its stack") || self == Self::Status(OVERFLOWED) {
                return Some(Fault::Exited(format!("its stack overflowed (a recursion without end?), {self}")));
            }
            if errors.contains("memory allocation of ") {
                let gibibytes = limits.memory >> 30;
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
            // Windows tells of exceptions in the same number; its severity makes it negative.
            Self::Status(code @ ..0) => match exception_name(*code) {
                Some(name) => write!(f, "status {code:#x} ({name})"),
                None => write!(f, "status {code:#x}"),
            },
            Self::Status(code) => write!(f, "status {code}"),
            Self::Signal(signal) => match signal_name(*signal) {
                Some(name) => write!(f, "signal {signal} ({name})"),
                None => write!(f, "signal {signal}"),
            },
            Self::Killed => f.write_str("ended by the harness"),
        }
    }
}

/// What an exception of Windows means (ntstatus.h).
fn exception_name(code: i32) -> Option<&'static str> {
    Some(match code.cast_unsigned() {
        0xc000_0005 => "an invalid memory access",
        0xc000_001d => "an invalid instruction",
        0xc000_0094 => "a division by zero",
        0xc000_00fd => "a stack overflow",
        0xc000_0135 => "a library that it needs is not there",
        0xc000_013a => "Ctrl-C",
        0xc000_0409 => "it aborted",
        _ => return None,
    })
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
        9 => "SIGKILL; the system sends it when memory or processor time runs out",
        11 => "SIGSEGV, an invalid memory access",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU, too much processor time",
        25 => "SIGXFSZ, too large a file",
        31 => "SIGSYS, a system call that the sandbox does not allow",
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
    use crate::client::{Inherit, Sandbox};

    fn limits() -> Limits {
        Limits::of_a_client(Sandbox::Basic, Inherit::Little)
    }

    #[test]
    fn a_panic_is_told_with_its_place_and_message() {
        let errors = "started\nthread 'main' (77) panicked at src/lib.rs:12:9:\nindex out of bounds\nthe len is 3\n\
                      note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let told = "src/lib.rs:12:9: index out of bounds\nthe len is 3";
        assert_eq!(Exit::Status(101).fault(errors, &limits()), Some(Fault::Panicked(told.into())));
        assert_eq!(Exit::Signal(6).fault(errors, &limits()), Some(Fault::Panicked(told.into())));
        // A panic in a task that the client survived does not explain another status.
        assert_eq!(Exit::Status(3).fault(errors, &limits()), Some(Fault::Exited("status 3".into())));
    }

    #[test]
    fn a_very_long_panic_is_cut_between_characters() {
        let errors = format!("thread 'main' panicked at a.rs:1:1:\n{}", "ü".repeat(5_000));
        let Some(Fault::Panicked(told)) = Exit::Status(101).fault(&errors, &limits()) else { panic!("it is a panic") };
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
            (Exit::Status(-1_073_741_819), "", "status 0xc0000005 (an invalid memory access)"),
            (Exit::Status(-1), "", "status 0xffffffff"),
            (
                Exit::Status(-1_073_741_571),
                "",
                "its stack overflowed (a recursion without end?), status 0xc00000fd (a stack overflow)",
            ),
            (
                Exit::Signal(6),
                "memory allocation of 1048576 bytes failed\n",
                "it asked for more memory than the 1 GiB that a client may use, signal 6 (SIGABRT)",
            ),
            (Exit::Signal(6), overflow, "its stack overflowed (a recursion without end?), signal 6 (SIGABRT)"),
        ] {
            assert_eq!(exit.fault(errors, &limits()), Some(Fault::Exited(told.into())));
        }
        assert_eq!(Exit::Killed.fault("panicked at a:\nb", &limits()), None);
    }

    #[test]
    fn a_limit_is_told_as_what_it_is() {
        for (signal, told) in [
            (24, "the client was stopped because it used more than 120 s of processor time"),
            (25, "the client was stopped because it wrote a file of more than 16 MiB"),
        ] {
            let fault = Exit::Signal(signal).fault("", &limits()).expect("the harness did not end it");
            assert_eq!(fault.sentence(), told);
            let unlimited = Limits::of_a_client(Sandbox::Off, Inherit::Little);
            assert!(matches!(Exit::Signal(signal).fault("", &unlimited), Some(Fault::Exited(_))), "nobody has set one");
        }
    }
}
