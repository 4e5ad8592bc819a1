//! The command line's entry.

use std::process::{ExitCode, Termination};

fn main() -> impl Termination {
    harness::client::sandbox::confine_if_asked();
    ExitCode::from(harness::cli::main() as u8)
}
