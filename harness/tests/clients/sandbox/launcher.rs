//! The process that shuts itself in, called as the harness calls it.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use super::{HARNESS, strict_works};

/// A policy under which a shell can run.
fn policy() -> Value {
    json!({
        "secret": "5ec4e7",
        "limits": { "memory": 1 << 30, "processor": 100, "file": 1 << 20, "open": 64, "tasks": 1000 },
        "places": { "read": [], "run": ["/usr", "/bin", "/lib", "/lib64"], "change": [], "add": [], "write": ["/dev/null"], "own_process": true },
        "calls": "Compiler",
    })
}

fn run(policy: &Value, program: &[&str]) -> Output {
    Command::new(HARNESS)
        .args(["confine", &policy.to_string()])
        .args(program)
        .stdin(Stdio::null())
        .output()
        .expect("it is built")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it is text")
}

#[test]
fn it_becomes_the_program_with_its_number_arguments_and_status() {
    if !strict_works() {
        return;
    }
    let output = run(&policy(), &["/bin/sh", "-c", "echo $1; exit 7", "sh", "a b"]);
    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(7), "a b\n", ""));
}

#[test]
fn the_limits_hold() {
    if !strict_works() {
        return;
    }
    let mut quick = policy();
    quick["limits"]["processor"] = json!(1);
    let output = run(&quick, &["/bin/sh", "-c", "while :; do :; done"]);
    assert_eq!(output.status.signal(), Some(24), "{output:?}");
    let limits = run(&policy(), &["/bin/sh", "-c", "ulimit -Hn; ulimit -Hc; ulimit -Ht"]);
    assert_eq!(text(&limits.stdout), "64\n0\n105\n");
}

/// A runner of jobs may leave a file open to all that it starts.
#[test]
fn what_was_left_open_is_closed() {
    if !strict_works() {
        return;
    }
    let secret = tempfile::NamedTempFile::new().expect("there is room");
    fs::write(secret.path(), "a secret").expect("it is writable");
    let script = format!("exec 9<{}; exec \"$@\"", secret.path().display());
    let policy = policy().to_string();
    let with = |more: &[&str]| {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &script, "sh"]).args(more).args(["/bin/sh", "-c", "cat <&9"]);
        command.stdin(Stdio::null()).output().expect("there is a shell")
    };
    assert_eq!(text(&with(&[]).stdout), "a secret", "without the sandbox it is read");
    let confined = with(&[HARNESS, "confine", &policy]);
    assert_eq!(text(&confined.stdout), "", "{confined:?}");
    assert!(text(&confined.stderr).contains("9"), "{confined:?}");
}

#[test]
fn privileges_are_given_up() {
    if !strict_works() {
        return;
    }
    let mut open = policy();
    open["places"]["read"] = json!(["/proc"]);
    let output = run(&open, &["/bin/sh", "-c", "while read -r line; do echo \"$line\"; done </proc/self/status"]);
    let status = text(&output.stdout);
    let capabilities = |name: &str| {
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} in {output:?}"));
        u64::from_str_radix(line.trim(), 16).expect("it is a number")
    };
    // CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: which files are meant says the policy.
    for name in ["CapEff:", "CapPrm:", "CapInh:", "CapAmb:"] {
        assert_eq!(capabilities(name) & !0b110, 0, "{name} in {status}");
    }
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
}

#[test]
fn a_program_that_is_not_there_and_a_policy_that_is_none_are_told() {
    if !strict_works() {
        return;
    }
    let missing = run(&policy(), &["/nowhere/client"]);
    assert_eq!((missing.status.code(), text(&missing.stderr)), (Some(3), "\n5ec4e7 program 2\n"));
    let none = Command::new(HARNESS).arg("confine").output().expect("it is built");
    assert_eq!(none.status.code(), Some(3));
    assert!(text(&none.stderr).starts_with("error: `confine` is what the harness calls itself with"), "{none:?}");
}

/// An administrator and an ordinary user are shut in alike.
#[test]
fn an_ordinary_user_is_shut_in_like_an_administrator() {
    if !strict_works() {
        return;
    }
    let probe = |command: &mut Command| {
        let mut policy = policy();
        policy["calls"] = json!("Client");
        policy["places"]["run"].as_array_mut().expect("it is a list").push(json!(HARNESS));
        let output =
            command.args([HARNESS, "confine", &policy.to_string(), HARNESS, "confine-probe", "/etc/passwd"]).output();
        let output = output.expect("there is an env");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), "shut in"), "{output:?}");
    };
    probe(&mut Command::new("env"));
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let may_run = || Command::new("setpriv").args(["--reuid=65534", "--clear-groups", HARNESS, "--version"]).output();
    if is_root && may_run().is_ok_and(|output| output.status.success()) {
        probe(Command::new("setpriv").args(["--reuid=65534", "--regid=65534", "--clear-groups"]));
    }
}
