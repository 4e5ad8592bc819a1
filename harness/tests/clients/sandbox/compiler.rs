//! What a submission may reach while it is compiled, and how long that may take.

use std::{fs, path::Path, time::Duration};

use harness::client::{Built, Error, Sandbox, Subject, Workspace};
use tempfile::TempDir;

use super::strict_works;
use crate::client::building::{MANIFEST, Small, printed, word};

/// A workspace with secrets, whose submissions are shut in.
struct Strict {
    small: Small,
    dir: TempDir,
}

impl Strict {
    /// Nothing if this machine cannot do it, and somebody has said so.
    fn new() -> Option<Self> {
        strict_works().then(|| {
            let mut small = Small::new();
            small.write("solutions/Cargo.toml", &MANIFEST.replace("echo", "solutions"));
            small.write("solutions/echo/good.rs", "\"the solution\"");
            small.write("solutions/src/lib.rs", "");
            small.write("challenges/echo/challenge.toml", "\"the spec\"");
            small.write("challenges/echo/mistakes/bad.rs", "\"the mistake\"");
            let members = "[workspace]\nresolver = \"3\"\nmembers = [\"harness\", \"solutions\", \"challenges/*\"]\n";
            small.write("Cargo.toml", members);
            small.build(Subject::Challenge("echo")).expect("the lock file is written");
            small.workspace.sandbox = Sandbox::Strict;
            Self { small, dir: TempDir::new().expect("there is room") }
        })
    }

    /// Builds a submission with this source.
    fn submit(&self, source: &str) -> Result<Built, Error> {
        self.write("src/lib.rs", source);
        self.build()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    }

    fn build(&self) -> Result<Built, Error> {
        self.small.submit(self.dir.path())
    }

    /// What the compiler says to a submission with this source.
    fn refused(&self, source: &str) -> String {
        match self.submit(source) {
            Err(Error::Compile { package, rendered, .. }) if package == "echo" => rendered,
            other => panic!("{source}: {other:?}"),
        }
    }

    fn root(&self) -> &Path {
        &self.small.workspace.root
    }
}

#[test]
fn what_compiles_at_home_compiles_here() {
    let Some(strict) = Strict::new() else { return };
    assert_eq!(printed(&strict.submit(&word("shut in")).expect("it compiles")), "shut in\n");
    let own = strict.small.build(Subject::Challenge("echo")).expect("the student's own crate, too");
    assert_eq!(printed(&own), "first\n");
    let error = strict.refused("pub fn word() -> &'static str { 1 }");
    let place = strict.dir.path().join("src/lib.rs:1:33");
    assert!(error.contains("mismatched types") && error.contains(&place.display().to_string()), "{error}");
}

#[test]
fn no_solution_spec_or_mistake_can_be_included() {
    let Some(strict) = Strict::new() else { return };
    for secret in ["solutions/echo/good.rs", "challenges/echo/challenge.toml", "challenges/echo/mistakes/bad.rs"] {
        let path = strict.root().join(secret);
        assert!(path.is_file(), "there is something to find in {}", path.display());
        let path = path.display();
        for source in [
            format!("pub fn word() -> &'static str {{ include_str!(\"{path}\") }}"),
            format!("pub fn word() -> &'static [u8] {{ include_bytes!(\"{path}\") }}"),
            format!("pub fn word() -> &'static str {{ include!(\"{path}\") }}"),
            format!("#[path = \"{path}\"] mod secret;"),
        ] {
            let said = strict.refused(&source);
            assert!(said.contains("Permission denied"), "{source}: {said}");
        }
        // The assembler does not say why.
        let said = strict.refused(&format!("std::arch::global_asm!(\".incbin \\\"{path}\\\"\");"));
        assert!(said.contains("incbin"), "{said}");
        // Below the workspace in which it is built, there are none.
        let said = strict.refused(&format!("pub fn word() -> &'static str {{ include_str!(\"../../../{secret}\") }}"));
        assert!(said.contains("No such file"), "{said}");
    }
}

/// The same at home, where the compiler is the user's own: so the attempts above are real.
#[test]
fn without_the_sandbox_they_could_be() {
    let Some(mut strict) = Strict::new() else { return };
    strict.small.workspace.sandbox = Sandbox::Basic;
    let path = strict.root().join("solutions/echo/good.rs");
    let source = format!("pub fn word() -> &'static str {{ include!(\"{}\") }}", path.display());
    assert_eq!(printed(&strict.submit(&source).expect("it compiles")), "the solution\n");
}

#[test]
fn nothing_of_the_user_can_be_included() {
    let Some(strict) = Strict::new() else { return };
    let secret = strict.dir.path().join("secret");
    strict.write("secret", "a secret beside the submission");
    for path in [secret.to_str().expect("it is text"), "/etc/passwd", "/proc/self/environ", "/proc/version"] {
        let said = strict.refused(&format!("pub fn word() -> &'static [u8] {{ include_bytes!({path:?}) }}"));
        assert!(said.contains("Permission denied"), "{path}: {said}");
    }
}

#[test]
fn the_environment_of_the_compiler_tells_nothing() {
    let Some(strict) = Strict::new() else { return };
    let built = strict.submit(
        "pub fn word() -> String { format!(\"{:?} {:?} {:?} {}\", option_env!(\"USER\"), option_env!(\"CARGO_TARGET_DIR\"), \
         option_env!(\"SHELL\"), env!(\"HOME\")) }",
    );
    let temporary = strict.small.workspace.target.join("strict/tmp");
    assert_eq!(printed(&built.expect("it compiles")), format!("None None None {}\n", temporary.display()));
}

#[test]
fn of_one_submission_nothing_is_left_for_the_next() {
    let Some(strict) = Strict::new() else { return };
    strict.submit(&word("an original idea")).expect("it compiles");
    strict.refused("pub fn word() -> &'static str { \"an original idea");
    let area = strict.small.workspace.target.join("strict/target");
    assert!(area.is_dir());
    let mut left = Vec::new();
    each_file(&area, &mut |path| {
        let text = fs::read(path).expect("it is readable");
        if text.windows(16).any(|part| part == b"an original idea") {
            left.push(path.to_owned());
        }
    });
    assert_eq!(left, Vec::<std::path::PathBuf>::new());
}

fn each_file(folder: &Path, look: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("it is readable").flatten() {
        match entry.path() {
            path if path.is_dir() => each_file(&path, look),
            path => look(&path),
        }
    }
}

#[test]
fn of_a_submission_only_sources_are_taken() {
    let Some(strict) = Strict::new() else { return };
    strict.write("build.rs", "fn main() { panic!(\"a build script ran\") }");
    strict.write("Cargo.toml", &format!("{MANIFEST}build = \"build.rs\"\n[dependencies]\nnone-such = \"1\"\n"));
    strict.write(".cargo/config.toml", "[build]\nrustc = \"/nowhere/rustc\"\n");
    strict.write("src/.cargo/config.toml", "[build]\nrustc = \"/nowhere/rustc\"\n");
    strict.write("rust-toolchain.toml", "[toolchain]\nchannel = \"none-such\"\n");
    strict.write("src/main.rs", "fn main() { println!(\"my own start\") }");
    strict.write("src/bin/echo-submission.rs", "fn main() { println!(\"my own program\") }");
    assert_eq!(printed(&strict.submit(&word("harmless")).expect("it compiles")), "harmless\n");
}

#[test]
fn a_link_in_place_of_the_sources_is_refused() {
    let Some(strict) = Strict::new() else { return };
    std::os::unix::fs::symlink(strict.root().join("challenges/echo/src"), strict.dir.path().join("src"))
        .expect("it is writable");
    let error = strict.build().expect_err("it is refused");
    assert!(matches!(&error, Error::Submission { why, .. } if why.contains("link to another folder")), "{error}");
}

#[test]
fn a_compiler_that_does_not_come_to_an_end_is_stopped() {
    let Some(mut strict) = Strict::new() else { return };
    strict.small.workspace = Workspace { patience: Duration::from_secs(20), ..strict.small.workspace.clone() };
    let said = strict.refused(
        "#![allow(long_running_const_eval)]\n\
         const N: u64 = { let mut n = 0_u64; while n < u64::MAX { n += 1; } n };\n\
         pub fn word() -> u64 { N }",
    );
    assert_eq!(said, "error: the compiler was stopped: it has not finished `echo` in 20 s");
    assert_eq!(printed(&strict.submit(&word("the next")).expect("it compiles")), "the next\n");
}

#[test]
fn a_macro_that_grows_without_end_is_stopped() {
    let Some(strict) = Strict::new() else { return };
    let said = strict.refused(
        "macro_rules! twice { ($($x:tt)*) => { twice!($($x)* $($x)*); }; }\n\
         twice!(x);\npub fn word() -> u8 { 1 }",
    );
    assert!(said.contains("recursion limit") || said.contains("more memory"), "{said}");
}
