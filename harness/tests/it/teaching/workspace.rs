//! Small workspaces with one challenge, whose submissions take no time to build: each is a program that becomes a client that is built once, and tells it
//! how to behave.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use crate::{
    command_line::{Done, harness},
    robustness::workspace::{make, target, write_changed},
};

/// A workspace of one test's own.
pub(crate) struct Teacher {
    pub(crate) root: PathBuf,
}

/// The challenge that each of them has. They share no target folder, so it need not be another one in each.
pub(crate) const SLUG: &str = "greet";

impl Teacher {
    /// A challenge that proves itself.
    pub(crate) fn new(name: &str) -> Self {
        let teacher = Self { root: Path::new(env!("CARGO_TARGET_TMPDIR")).join("teaching").join(name) };
        // What an earlier run has left.
        let _ = fs::remove_dir_all(&teacher.root);
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"harness\", \"solutions\", \"challenges/*\"]\n";
        teacher.write("Cargo.toml", members);
        teacher.package("harness", "harness");
        teacher.write("harness/src/lib.rs", "");
        teacher.package("solutions", "solutions");
        teacher.write("solutions/src/bin/greet-solutions.rs", &becomes_client(".args(std::env::args_os().skip(1))"));
        let folder = format!("challenges/{SLUG}");
        teacher.package(&folder, SLUG);
        teacher.write(&format!("{folder}/src/main.rs"), &becomes_client(".arg(\"says-nothing\")"));
        teacher.write(&format!("{folder}/src/lib.rs"), "");
        teacher.spec(SPEC);
        teacher.write(&format!("{folder}/README.md"), README);
        teacher.solution("right");
        teacher.mistake("says-nothing");
        teacher
    }

    /// The same, with another spec.
    pub(crate) fn with_spec(name: &str, change: impl FnOnce(&str) -> String) -> Self {
        let teacher = Self::new(name);
        teacher.spec(&change(SPEC));
        teacher
    }

    pub(crate) fn spec(&self, text: &str) {
        self.write(&format!("challenges/{SLUG}/challenge.toml"), text);
    }

    /// A solution, which behaves as its name says.
    pub(crate) fn solution(&self, name: &str) {
        self.write(&format!("solutions/{SLUG}/{name}.rs"), "");
    }

    /// A mistake, which behaves as its name says.
    pub(crate) fn mistake(&self, name: &str) {
        self.write(&format!("challenges/{SLUG}/mistakes/{name}.rs"), "");
    }

    /// The student's client behaves so.
    pub(crate) fn starter(&self, name: &str) {
        self.write(&format!("challenges/{SLUG}/src/main.rs"), &becomes_client(&format!(".arg({name:?})")));
    }

    fn package(&self, folder: &str, name: &str) {
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        self.write(&format!("{folder}/Cargo.toml"), &manifest);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write_changed(&self.root.join(name), text.as_bytes());
    }

    /// The target folder of this workspace's own.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// A command line that is written as one would type it, here.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = harness(line.split_whitespace());
        command.current_dir(&self.root).env_remove("CARGO_MANIFEST_DIR").env("CARGO_TARGET_DIR", self.target());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, line: &str) -> Done {
        Done::of(&mut self.command(line))
    }
}

/// The source of a program that becomes the client.
fn becomes_client(arguments: &str) -> String {
    let client = client().display();
    format!(
        "use std::os::unix::process::CommandExt as _;\n\nfn main() {{\n    \
         let error = std::process::Command::new({:?}){arguments}.exec();\n    panic!(\"{{error}}\");\n}}\n",
        client.to_string()
    )
}

/// The client, built.
fn client() -> &'static Path {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("teaching-client");
        make(&root);
        let write = |name: &str, text: &str| write_changed(&root.join("challenges/taught").join(name), text.as_bytes());
        write("Cargo.toml", &include_str!("../../data/faults/Cargo.toml").replace("faults", "taught"));
        write("challenge.toml", &SPEC.split("[[mistake]]").next().unwrap_or_default().replace("SOME", "ALL"));
        write("src/main.rs", "starter::main!(taught::run);\n");
        write("src/lib.rs", CLIENT);
        let mut command = harness(["check", "taught"]);
        command.current_dir(&root).env_remove("CARGO_MANIFEST_DIR").env("CARGO_TARGET_DIR", target());
        let done = Done::of(&mut command);
        assert_eq!(done.code, Some(0), "{}", done.all());
        // In the profile of the harness.
        Path::new(env!("CARGO_BIN_EXE_harness")).with_file_name("taught")
    });
    &BUILT
}

const CLIENT: &str = r#"//! Shows what the server says, in the way that its argument names.

use futures_util::{SinkExt, StreamExt};
use starter::{Net, Result, Status, Ui, User};

/// Runs the client.
pub async fn run(net: Net, ui: Ui, _user: User) -> Result<()> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let way = name.rsplit('/').next().unwrap_or_default();
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/").await?;
    ui.status(Status::Connected);
    if way == "unlike-itself" {
        // No two processes have one number at the same time.
        socket.send(std::process::id().to_string().into()).await?;
    }
    while let Some(Ok(text)) = socket.next().await {
        let text = text.into_text()?;
        match way {
            "says-nothing" => {}
            "says-it-twice" => {
                ui.show(text.as_str());
                ui.show(text.as_str());
            }
            "says-it-late" => {
                tokio::time::sleep(std::time::Duration::from_secs(3)).await;
                ui.show(text.as_str());
            }
            _ => ui.show(text.as_str()),
        }
    }
    Ok(())
}
"#;

const README: &str = "# Greet\n\nShow what the server says.\n\n## The idea\n\nShow it within `patience`, once.\n\n\
                      ## What is checked\n\nThe greeting.\n";

/// Two checks, and a mistake that both catch: the second one needs the first.
const SPEC: &str = r#"format  = 1
title   = "Greet the user"
channel = "websocket"
summary = "Show what the server says."
minutes = 1

[client]
patience = "1s"

[[scenario]]
id     = "greeting"
about  = "The server greets and waits."
lasts  = "10s"
server = [{ times = "any", play = ["accept", { send = "hello" }, "hold"] }]

[[check]]
id     = "shown"
in     = "greeting"
points = 2
title  = "The greeting is shown"
expect = { shown = ["hello"] }
why    = "A greeting is for the user."
read   = "README.md#the-idea"
hints  = ["What does the server say?", "It greets.", "`ui.show(…)`"]

[[mistake]]
id    = "says-nothing"
fails = ["shown/missing"]
tells = "What the server says is thrown away."
"#;

/// A check that is in time for its value.
pub(crate) const IN_TIME: &str = r#"
[[check]]
id       = "in-time"
in       = "greeting"
points   = 1
requires = ["shown"]
title    = "The greeting is shown in time"
expect   = { shown_last = "hello", at = { accepted = 1 }, within = "patience" }
why      = "A late greeting is none."
read     = "README.md#the-idea"
hints    = ["When is it shown?", "Late.", "`ui.show(…)`"]
"#;
