//! What a client may reach.

use std::collections::BTreeMap;

use harness::{client::Sandbox, trace::How};

use super::{ended, play, strict_works};

const DENIED: &str = "Permission denied (os error 13)";
const NOT_PERMITTED: &str = "Operation not permitted (os error 1)";
const UNKNOWN: &str = "Function not implemented (os error 38)";

/// What came of each attempt.
fn attempts(output: &str) -> BTreeMap<&str, &str> {
    output.lines().filter_map(|line| line.split_once(": ")).collect()
}

/// What of `done` does not hold: the attempts and what came of them.
fn others<'a>(attempts: &BTreeMap<&'a str, &'a str>, names: &[&'a str], expected: &str) -> Vec<(&'a str, &'a str)> {
    let found = names.iter().map(|name| (*name, *attempts.get(name).unwrap_or(&"not tried")));
    found.filter(|(_, found)| *found != expected).collect()
}

const SOCKETS: &[&str] =
    &["tcp connect", "tcp listen", "udp", "unix listen", "unix connect", "abstract listen", "datagram pair", "netlink"];

const FILES: &[&str] = &[
    "read the spec",
    "read the course",
    "read another program",
    "list /",
    "list /etc",
    "list /home",
    "list /proc",
    "list /root",
    "list /tmp",
    "list /var",
    "read /etc/passwd",
    "through its root",
    "through its folder",
    "write to /tmp",
    "write to /var/tmp",
    "write to /dev/shm",
    "write to ..",
    "open its environ",
    "open its mem",
    "open its cmdline",
    "open its maps",
    "open its fd/1",
    "remove a file",
];

const CALLS: &[&str] = &[
    "chmod itself",
    "truncate",
    "start a program",
    "fork",
    "kill the harness",
    "kill a thread of it",
    "kill everything",
    "have it killed by a file",
    "limit the harness",
    "join its group",
    "leave the session",
    "trace it",
    "read its memory",
    "memfd",
    "shared memory",
    "shared pages",
    "nameless file",
    "new namespaces",
    "mount",
    "bpf",
    "perf",
    "keys",
    "userfaultfd",
];

const OWN: &[&str] = &["stream pair", "own folder", "own process", "null", "random", "thread"];

#[test]
fn a_strict_client_reaches_nothing_and_is_graded_all_the_same() {
    if !strict_works() {
        return;
    }
    let ran = play(Sandbox::Strict, "escapes");
    assert_eq!(ran.trace.end.how, How::TimeUp, "{}", ran.output);
    let attempts = attempts(&ran.output);
    let busy = ["overwrite itself"];
    let unknown = ["io_uring", "a call of the future", "a call of another table"];
    for (names, expected) in [
        (SOCKETS, DENIED),
        (FILES, DENIED),
        (CALLS, NOT_PERMITTED),
        (&unknown, UNKNOWN),
        (&busy, "Text file busy (os error 26)"),
        (OWN, "done"),
    ] {
        let others = others(&attempts, names, expected);
        assert!(others.is_empty(), "not {expected:?}: {others:#?}");
    }
    let known: usize = [SOCKETS, FILES, CALLS, &unknown, &busy, OWN].iter().map(|names| names.len()).sum();
    assert_eq!(attempts.len(), known + 1, "each attempt is expected here: {attempts:#?}");
    let known = ["HARNESS_LINK", "HARNESS_PROCESS", "HOME", "LANG", "LANGUAGE", "RUST_BACKTRACE", "TMPDIR", "TZ"];
    let unexpected = attempts["variables"].split(' ').filter(|name| !known.contains(name));
    assert_eq!(unexpected.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// So the attempts are real: what is refused above can be done by a client that is not shut in.
#[test]
fn a_client_that_is_not_shut_in_reaches_it() {
    let ran = play(Sandbox::Off, "escapes");
    let attempts = attempts(&ran.output);
    let done: Vec<_> = SOCKETS.iter().chain(FILES).chain(OWN).copied().collect();
    let depends = ["unix connect", "list /root", "open its mem", "write to /dev/shm"];
    let done: Vec<_> = done.into_iter().filter(|name| !depends.contains(name)).collect();
    let others = others(&attempts, &done, "done");
    assert!(others.is_empty(), "{others:#?}");
    let calls =
        ["start a program", "fork", "kill the harness", "memfd", "shared memory", "shared pages", "limit the harness"];
    assert_eq!(self::others(&attempts, &calls, "done"), []);
}

#[test]
fn a_strict_client_becomes_no_other_program() {
    if !strict_works() {
        return;
    }
    let ran = play(Sandbox::Strict, "becomes-another");
    assert_eq!(ran.trace.end.how, How::Returned, "it is told that it may not");
    let itself = ended(&play(Sandbox::Strict, "becomes-itself"));
    assert!(itself.starts_with("the client's process ended before `run` returned: "), "{itself}");
    let basic = ended(&play(Sandbox::Basic, "becomes-another"));
    assert_eq!(basic, "the client's process ended before `run` returned: status 0");
}
