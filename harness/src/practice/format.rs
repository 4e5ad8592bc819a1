//! Source text as `rustfmt` writes it, so that two files differ only where their code does.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::client::Workspace;

/// How long `rustfmt` may take: a file that was written to keep it busy must not keep the student waiting for ever.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest file that is formatted, in bytes.
const MOST: u64 = 1 << 20;
/// The edition where the workspace names none.
const EDITION: &str = "2024";

/// A source text, formatted by the rules of the workspace; none if it does not parse, or if there is no `rustfmt`.
pub(super) fn formatted(workspace: &Workspace, file: &Path, text: &str) -> Option<String> {
    let folder = file.parent()?;
    let mut command = Command::new("rustfmt");
    command.args(["--edition", &edition(workspace), "--emit", "stdout", "--quiet"]);
    let rules = workspace.root.join("rustfmt.toml");
    if rules.is_file() {
        command.arg("--config-path").arg(rules);
    }
    // A file of modules names others that lie beside it.
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let (mut stdin, stdout) = (child.stdin.take()?, child.stdout.take()?);
    let text = text.to_owned();
    thread::spawn(move || {
        // It may have ended without reading everything.
        let _ = stdin.write_all(text.as_bytes());
    });
    let (sender, written) = mpsc::channel();
    thread::spawn(move || {
        let mut out = String::new();
        let read = stdout.take(MOST).read_to_string(&mut out);
        // Who asked may have given up.
        let _ = sender.send(read.is_ok().then_some(out));
    });
    let out = written.recv_timeout(PATIENCE).ok().flatten();
    if out.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    out.filter(|out| status.success() && !out.is_empty())
}

fn edition(workspace: &Workspace) -> String {
    let named = || {
        let manifest: toml::Table = fs::read_to_string(workspace.root.join("Cargo.toml")).ok()?.parse().ok()?;
        Some(manifest.get("workspace")?.get("package")?.get("edition")?.as_str()?.to_owned())
    };
    named().unwrap_or_else(|| EDITION.to_owned())
}
