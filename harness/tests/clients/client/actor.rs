//! Programs for the other tests, in this very executable: what a shell cannot play.

use std::{
    ffi::OsStr,
    io::Write as _,
    process::{Command, Stdio},
};

use harness::client::{Built, Program, Subject, Workspace, build, interrupt};

use super::start;

/// The variable that names the part to play.
const PART: &str = "PLAY_PART";

/// A program that plays a part.
pub(super) fn actor(part: &str) -> Program {
    let mut program = Program::new(std::env::current_exe().expect("it has a name"));
    program.args = ["client::actor::play", "--exact", "--ignored", "--nocapture"].map(Into::into).to_vec();
    program.env.push((PART.into(), part.into()));
    program
}

/// The same for a test that starts it by itself.
pub(super) fn command(part: &str) -> Command {
    let program = actor(part);
    let mut command = Command::new(program.exe);
    command.args(program.args).envs(program.env).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
#[ignore = "it is a program that other tests start"]
fn play() {
    match std::env::var(PART).as_deref() {
        Ok("panic") => panic!("the answer is {}", 42),
        Ok("overflow") => println!("{}", deep(&[0; 1000]).len()),
        Ok("harness") => be_a_harness(),
        Ok("builder") => be_a_builder(),
        part => panic!("no such part: {part:?}"),
    }
}

/// Calls itself without end, and says nothing about it.
fn deep(bytes: &[u8]) -> Vec<u8> {
    let copy = std::hint::black_box([bytes[0]; 1000]);
    if std::hint::black_box(true) { [deep(&copy), copy.to_vec()].concat() } else { Vec::new() }
}

/// A harness that is busy with a client that has left its group, until it is interrupted.
fn be_a_harness() {
    interrupt::install(|| say("farewell")).expect("handlers are there");
    let (_client, link) = start("exec 3<&0; setsid sh -c 'echo $$ >&3; exec sleep 1000' & echo $$ >&3; pwd >&3; wait");
    for _ in 0..3 {
        say(&super::hear(&link));
    }
    wait_for_ever();
}

/// A harness that is busy with a build that never ends.
fn be_a_builder() {
    interrupt::install(|| say("farewell")).expect("handlers are there");
    let root = std::env::var_os("PLAY_ROOT").expect("it is given");
    let mut workspace = Workspace::at(OsStr::new(&root));
    workspace.cargo = workspace.root.join("cargo").into();
    let built: Result<Built, _> =
        build(&workspace, Subject::Challenge("echo"), false, &mut |progress| say(&format!("{progress:?}")));
    say(&format!("{built:?}"));
}

/// Says a line to the test that plays this part.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "> {line}").and_then(|()| out.flush()).expect("somebody listens");
}

fn wait_for_ever() {
    loop {
        std::thread::park();
    }
}
