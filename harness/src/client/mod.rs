//! The submission as a program: building it, starting it, watching it, and ending it with all that it started.
//!
//! A submission is somebody else's code. It is never linked into the harness; what it prints is bounded, what it claims is
//! validated, and nothing that it started is left behind when [`Client::finish`] returns.
//!
//! - [`Sources`]: what is taken of a submission.
//! - [`Workspace`] and [`build`]: cargo, run so that nothing the harness was built with is compiled a second time.
//! - [`Staging`]: a copy of the workspace in which a new crate is made ready.
//! - [`Program`], [`spawn_linked`], [`spawn_contract`]: the process, with a clean environment.
//! - [`Client::watch`]: whether a silent client is computing, spinning or blocked.
//! - [`Client::finish`]: the end of the process, and [`interrupt`]: the end of all of them.
//! - [`Sandbox`]: how far a submission is shut in.
//! - [`Stop`]: the end of one grading that nobody waits for any more.
//! - [`source`]: what in the submission's source simulated time cannot see.
//!
//! What the system does for that is in `unix/` and `windows/`: the same modules with the same interface.

mod area;
mod attend;
mod build;
mod contract;
mod diagnostics;
mod error;
mod exit;
#[cfg_attr(unix, path = "unix/family.rs")]
#[cfg_attr(not(unix), path = "windows/family.rs")]
mod family;
pub mod interrupt;
mod live;
mod messages;
mod meter;
#[cfg_attr(unix, path = "unix/mirror.rs")]
#[cfg_attr(not(unix), path = "windows/mirror.rs")]
mod mirror;
#[cfg_attr(unix, path = "unix/modes.rs")]
#[cfg_attr(not(unix), path = "windows/modes.rs")]
mod modes;
mod output;
#[cfg_attr(unix, path = "unix/pipes.rs")]
#[cfg_attr(not(unix), path = "windows/pipes.rs")]
mod pipes;
#[cfg_attr(unix, path = "unix/proc.rs")]
#[cfg_attr(not(unix), path = "windows/proc.rs")]
mod proc;
mod program;
mod remove;
pub mod sandbox;
#[cfg_attr(unix, path = "unix/signals.rs")]
#[cfg_attr(not(unix), path = "windows/signals.rs")]
mod signals;
pub mod solutions;
pub mod source;
mod sources;
mod spawn;
mod staging;
mod starving;
mod stop;
mod submission;
mod watch;
mod workspace;

pub use attend::Acts;
pub use build::{Artifact, Built, Progress, Subject, build};
pub use contract::{MOST_CLAIMS, MOST_LINE};
pub use error::Error;
pub use exit::Exit;
pub use live::leave_to_user;
pub use output::{MOST_OUTPUT, Output};
pub use program::{Inherit, Names, Program, portable, words};
pub use sandbox::Sandbox;
pub use sources::{Holds, Sources, fingerprint, is_submission, may_be_submission};
pub use spawn::{Client, Contract, ContractLine, Finished, spawn_contract, spawn_linked};
pub use staging::Staging;
pub use stop::Stop;
pub use watch::{BLOCKED_AFTER, NAPPING_AFTER, SILENT_AFTER, SPINNING_AFTER};
pub use workspace::Workspace;
