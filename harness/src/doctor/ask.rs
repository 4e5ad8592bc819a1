//! Asking a program, within bounds.

use std::{
    ffi::OsStr,
    io::{self, Read as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long a program may take to answer: a compiler that links on a slow disk takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much of an answer is read, in bytes.
const MOST: u64 = 64 * 1024;

/// What a program answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It did what was asked. The first line that it printed.
    Yes(String),
    /// It is there and refused. What it said about that.
    No(String),
    /// There is no such program, or it cannot be started.
    Missing(String),
    /// It has not answered in time.
    Silent,
}

/// Asks a program for its version, or to do something, in a folder.
pub(super) fn ask<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: &[A], folder: &Path) -> Answer {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Answer::Missing("there is none".into()),
        Err(error) => return Answer::Missing(format!("it cannot be started: {error}")),
    };
    let (out, err) = (read(child.stdout.take()), read(child.stderr.take()));
    // Both end with the program; one that closes them and goes on is not waited for any longer.
    let (Ok(out), Ok(err)) = (out.recv_timeout(PATIENCE), err.recv_timeout(PATIENCE)) else {
        let _ = child.kill();
        let _ = child.wait();
        return Answer::Silent;
    };
    match child.wait() {
        Ok(status) if status.success() => Answer::Yes(first_line(&out)),
        _ if err.trim().is_empty() => Answer::No(first_line(&out)),
        _ => Answer::No(complaint(&err)),
    }
}

fn read(stream: Option<impl io::Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, text) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(MOST).read_to_end(&mut bytes);
            // A program whose output nobody reads to its end fails by that.
            let _ = io::copy(&mut stream, &mut io::sink());
        }
        // Who asked may have given up.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    text
}

fn first_line(text: &str) -> String {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

/// The first error, or what was said last.
fn complaint(text: &str) -> String {
    let error = text.lines().find(|line| line.starts_with("error"));
    let last = || text.lines().rfind(|line| !line.trim().is_empty());
    error.or_else(last).unwrap_or_default().trim().to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str) -> Answer {
        ask("/bin/sh", &["-c", script], Path::new("/"))
    }

    #[test]
    fn every_answer_is_told_from_the_others() {
        assert_eq!(sh("echo 1.95; echo more"), Answer::Yes("1.95".into()));
        assert_eq!(sh("echo begun >&2; echo 'no component' >&2; echo; exit 1"), Answer::No("no component".into()));
        assert_eq!(
            sh("echo 'error: no linker' >&2; echo '15: unknown' >&2; exit 1"),
            Answer::No("error: no linker".into())
        );
        assert_eq!(ask("/no/such/program", &["--version"], Path::new("/")), Answer::Missing("there is none".into()));
        // More than a pipe holds, in both of them.
        let much = "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; echo x >&2; i=$((i+1)); done";
        assert!(matches!(sh(much), Answer::Yes(line) if line.len() == 40));
    }
}
