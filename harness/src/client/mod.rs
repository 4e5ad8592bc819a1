//! The submission as a program: building it, starting it, watching it, and ending it with all that it started.
//!
//! A submission is somebody else's code. It is never linked into the harness; what it prints is bounded, what it claims is
//! validated, and nothing that it started is left behind when [`Client::finish`] returns.
//!
//! - [`Workspace`] and [`build`]: cargo, run so that nothing the harness was built with is compiled a second time.
//! - [`Program`], [`spawn_linked`], [`spawn_contract`]: the process, with a clean environment.
//! - [`Client::watch`]: whether a silent client is computing, spinning or blocked.
//! - [`Client::finish`]: the end of the process, and [`interrupt`]: the end of all of them.
//! - [`source`]: what in the submission's source simulated time cannot see.

mod attend;
mod build;
mod contract;
mod error;
mod exit;
pub mod interrupt;
mod live;
mod messages;
mod output;
mod proc;
mod program;
pub mod source;
mod spawn;
mod submission;
mod watch;
mod workspace;

pub use attend::Acts;
pub use build::{Artifact, Built, Progress, Subject, build};
pub use contract::{MOST_CLAIMS, MOST_LINE};
pub use error::Error;
pub use exit::Exit;
pub use output::{MOST_OUTPUT, Output};
pub use program::{Inherit, Names, Program};
pub use spawn::{Client, Contract, ContractLine, Finished, spawn_contract, spawn_linked};
pub use watch::{BLOCKED_AFTER, NAPPING_AFTER, SILENT_AFTER, SPINNING_AFTER};
pub use workspace::Workspace;
