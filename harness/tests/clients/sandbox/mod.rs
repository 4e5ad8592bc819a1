//! The sandbox, tried by submissions that want out of it: real processes, the real compiler.
//!
//! The strict tier needs a kernel that can do it. Where there is none these tests fail and say so, unless the variable
//! `HARNESS_WITHOUT_STRICT` is set: then they are left out, on purpose.
#![cfg(target_os = "linux")]

mod compiler;
mod escapes;
mod launcher;
mod limits;
mod security;
mod tiers;

use std::sync::LazyLock;

use harness::{
    client::{Built, Program, Sandbox, Subject, Workspace, build, sandbox},
    grade::Catalog,
    run::{ClockChoice, Job, Ran},
    scenario::Challenge,
    trace::How,
};

use crate::robustness::workspace;

/// The harness, to which a test is a stranger.
const HARNESS: &str = env!("CARGO_BIN_EXE_harness");

/// Whether the strict tier can be tested here. Where it cannot and nobody has said so, the test fails.
fn strict_works() -> bool {
    sandbox::launch_with(HARNESS);
    let strongest = sandbox::strongest(&Workspace::find().expect("the test runs inside it"));
    let left_out = std::env::var_os("HARNESS_WITHOUT_STRICT").is_some();
    assert!(strongest.sandbox == Sandbox::Strict || left_out, "this machine cannot be strict: {}", strongest.why);
    strongest.sandbox == Sandbox::Strict
}

/// The workspace of the faults, whose submissions are shut in so far.
fn faults(sandbox: Sandbox) -> Workspace {
    let target = workspace::target().to_owned();
    Workspace { sandbox, target, ..Workspace::at(workspace::root()) }
}

/// The client of the faults, built by a compiler that is shut in.
static BUILT: LazyLock<(Challenge, Built)> = LazyLock::new(|| {
    let workspace = faults(Sandbox::Strict);
    let challenge = Catalog::of(workspace.clone()).load("faults").expect("it is valid");
    let built = build(&workspace, Subject::Challenge("faults"), false, &mut |_| {}).expect("it compiles");
    (challenge, built)
});

/// Plays a fault, shut in so far.
fn play(sandbox: Sandbox, fault: &str) -> Ran {
    let (challenge, built) = &*BUILT;
    let scenario = challenge.scenario(fault).expect("there is such a fault");
    let program = Program { sandbox, ..Program::new(&built.executable) };
    let clock = ClockChoice::Virtual { latency: challenge.latency };
    Job { challenge, scenario, seed: 1, program: &program, clock }.run().expect("it can be started")
}

/// How a fault ended.
fn ended(ran: &Ran) -> String {
    match &ran.trace.end.how {
        How::Broken(fault) => fault.sentence(),
        other => format!("{other:?}"),
    }
}
