//! Cargo, the compiler, the linker, and the tools around them.

use std::fs;

use tempfile::TempDir;

use super::ask::{Answer, ask};
use crate::{
    client::Workspace,
    report::{Finding, Health},
};

/// The oldest compiler that the workspace can be built with.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// What installs a toolchain.
const RUSTUP: &str = "Install Rust with rustup: https://rustup.rs";

/// Whether cargo and the compiler are there, and new enough.
pub(super) fn toolchain(workspace: &Workspace) -> Vec<Finding> {
    let cargo = match ask(&workspace.cargo, &["--version"], &workspace.root) {
        Answer::Yes(version) => Finding::good("cargo", version),
        answer => Finding::poor("cargo", Health::Bad, why(&answer), RUSTUP),
    };
    vec![cargo, compiler(ask("rustc", &["--version"], &workspace.root))]
}

fn compiler(answer: Answer) -> Finding {
    match answer {
        Answer::Yes(version) if !is_older(&version) => Finding::good("rustc", version),
        Answer::Yes(version) => {
            let seen = format!("{version}, and {OLDEST} or newer is needed");
            Finding::poor("rustc", Health::Bad, seen, "rustup update stable")
        }
        answer => Finding::poor("rustc", Health::Bad, why(&answer), RUSTUP),
    }
}

/// Whether a version such as `rustc 1.84.0 (9fc6b4312 2025-01-07)` is older than the workspace needs.
fn is_older(version: &str) -> bool {
    let parts = |text: &str| -> Option<(u32, u32)> {
        let mut numbers = text.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    let own = version.split_whitespace().nth(1).and_then(parts);
    own.is_some_and(|own| parts(OLDEST).is_some_and(|oldest| own < oldest))
}

/// Whether a program can be linked, and runs.
pub(super) fn linker(workspace: &Workspace) -> Vec<Finding> {
    let bad = |seen: String| vec![Finding::poor("linker", Health::Bad, seen, LINKER)];
    // Beside what cargo builds, as some systems run no programs from their temporary folders.
    let made = fs::create_dir_all(&workspace.target).and_then(|()| TempDir::new_in(&workspace.target));
    let Ok(folder) = made else {
        return bad(format!("nothing can be written in {}", workspace.target.display()));
    };
    let program = folder.path().join(if cfg!(windows) { "hello.exe" } else { "hello" });
    let source = folder.path().join("hello.rs");
    if let Err(error) = fs::write(&source, "fn main() {}\n") {
        return bad(format!("nothing can be written in {}: {error}", folder.path().display()));
    }
    let arguments = ["--edition".as_ref(), "2024".as_ref(), "-o".as_ref(), program.as_os_str(), source.as_os_str()];
    match ask("rustc", &arguments, folder.path()) {
        Answer::Yes(_) => {}
        answer => return bad(format!("no program can be linked: {}", why(&answer))),
    }
    match ask(&program, &[""; 0], folder.path()) {
        Answer::Yes(_) => vec![Finding::good("linker", "links programs, and they run")],
        answer => bad(format!("a program was linked and does not run: {}", why(&answer))),
    }
}

/// What brings a linker.
const LINKER: &str = if cfg!(windows) {
    "Install the Visual Studio Build Tools with the C++ workload."
} else if cfg!(target_os = "macos") {
    "xcode-select --install"
} else {
    "Install a C compiler: `apt install build-essential` (Debian, Ubuntu), `dnf install gcc` (Fedora), `pacman -S base-devel` (Arch)."
};

/// The tools that help and that nothing depends on.
pub(super) fn tools(workspace: &Workspace) -> Vec<Finding> {
    let tool = |name: &str, argument: &str, seen: &str, advice: &str| match ask(name, &[argument], &workspace.root) {
        Answer::Yes(version) => Finding::good(name, version),
        answer => Finding::poor(name, Health::Fair, format!("{}: {seen}", why(&answer)), advice),
    };
    vec![
        tool(
            "rust-analyzer",
            "--version",
            "your editor may bring its own",
            "rustup component add rust-analyzer, then open this folder in your editor: it is one project",
        ),
        tool("rustfmt", "--version", "`solution` compares files as they are formatted", "rustup component add rustfmt"),
        tool("git", "--version", "`reset` knows the starter only if the harness has seen it", "Install git."),
    ]
}

/// Why there is no good answer.
fn why(answer: &Answer) -> String {
    match answer {
        Answer::Yes(said) => format!("it said {said:?}"),
        Answer::No(said) if said.is_empty() => "it failed".into(),
        Answer::No(said) | Answer::Missing(said) => said.clone(),
        Answer::Silent => "it has not answered for a minute".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_compiler_is_told() {
        assert!(is_older("rustc 1.84.0 (9fc6b4312 2025-01-07)"));
        assert!(!is_older(&format!("rustc {OLDEST}.0 (0123456 2026-01-01)")));
        assert!(!is_older("rustc 2.0.0-nightly"));
        assert!(!is_older("something of one's own"));
        let old = compiler(Answer::Yes("rustc 1.70.0 (90c541806 2023-05-31)".into()));
        assert_eq!((old.health, old.advice.as_str()), (Health::Bad, "rustup update stable"));
        assert_eq!(compiler(Answer::Missing("there is none".into())).advice, RUSTUP);
    }
}
