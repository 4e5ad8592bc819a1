//! Small workspaces with a course of two challenges, whose client is easily right, wrong, broken or endless.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::robustness::workspace::{make, write_changed};

/// A client that does what is asked.
pub(super) const RIGHT: &str = "ui.show(text.as_str());";
/// A client that does not.
pub(super) const WRONG: &str = "ui.show(\"nothing of the kind\"); drop(text);";
/// A client whose check takes seconds, until the harness gives it up.
pub(super) const ENDLESS: &str = "drop(text); loop { std::hint::spin_loop(); }";
/// No client at all.
pub(super) const BROKEN: &str = "ui.show(text.as_str()";

/// A workspace of one test's own.
pub(super) struct Course {
    pub(super) root: PathBuf,
    /// The slug of the first challenge. Packages of one name at the same place in their workspaces are one to cargo, so each test has names of
    /// its own.
    pub(super) first: String,
    pub(super) second: String,
}

impl Course {
    /// A course with this client in its first challenge and a wrong one in its second.
    pub(super) fn new(name: &str, client: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("session").join(name);
        // What an earlier run has left: its progress, and what it was in the middle of.
        let _ = fs::remove_dir_all(&root);
        make(&root);
        let course = Self { root, first: format!("{name}-first"), second: format!("{name}-second") };
        course.challenge(&course.first, "Greet the user", client);
        course.challenge(&course.second, "Greet another user", WRONG);
        let order = format!(
            "format = 1\n\n[[chapter]]\ntitle = \"Greetings\"\nchallenges = [\"{}\", \"{}\"]\n",
            course.first, course.second
        );
        course.write("challenges/course.toml", &order);
        course
    }

    fn challenge(&self, slug: &str, title: &str, client: &str) {
        let manifest = include_str!("../../data/faults/Cargo.toml").replace("faults", slug);
        self.write(&format!("challenges/{slug}/Cargo.toml"), &manifest);
        self.write(&format!("challenges/{slug}/challenge.toml"), &SPEC.replace("TITLE", title));
        self.write(&format!("challenges/{slug}/README.md"), README);
        self.write(
            &format!("challenges/{slug}/src/main.rs"),
            &format!("starter::main!({}::run);\n", slug.replace('-', "_")),
        );
        self.save_in(slug, client);
    }

    /// Saves a client in the first challenge, as an editor does.
    pub(super) fn save(&self, client: &str) {
        self.save_in(&self.first, client);
    }

    fn save_in(&self, slug: &str, client: &str) {
        let file = self.file(slug);
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("it is writable");
        fs::write(file, CLIENT.replace("DO", client)).expect("it is writable");
    }

    /// The student's file.
    pub(super) fn file(&self, slug: &str) -> PathBuf {
        self.root.join("challenges").join(slug).join("src/lib.rs")
    }

    fn write(&self, name: &str, text: &str) {
        write_changed(&self.root.join(name), text.as_bytes());
    }
}

const CLIENT: &str = r#"//! Shows what the server says.

use futures_util::StreamExt;
use starter::{Net, Result, Status, Ui, User};

/// Runs the client.
pub async fn run(net: Net, ui: Ui, _user: User) -> Result<()> {
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/").await?;
    ui.status(Status::Connected);
    while let Some(Ok(text)) = socket.next().await {
        let text = text.into_text()?;
        DO
    }
    Ok(())
}
"#;

const README: &str = "# Greet the user\n\nThe server says hello.\n\n## The idea\n\nA greeting is for the user.\n";

const SPEC: &str = r#"
format  = 1
title   = "TITLE"
channel = "websocket"
summary = "Show what the server says."
minutes = 1

[client]
base_delay = "1s"

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

[[check]]
id     = "connected"
in     = "greeting"
points = 1
title  = "The connection is shown"
expect = { status_sequence = "connecting connected" }
why    = "A user wants to know."
read   = "README.md#the-idea"
hints  = ["What does the user see?", "Nothing.", "`ui.status(…)`"]
"#;
