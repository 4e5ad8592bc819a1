//! The command line's entry.

use std::process::{ExitCode, Termination};

fn main() -> impl Termination {
    ExitCode::from(harness::cli::main() as u8)
}
