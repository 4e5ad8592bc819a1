//! A session at the terminal, as a student has it: the real program in a pseudo-terminal, real keys, real saves.
#![cfg(target_os = "linux")]

mod course;
mod editing;
mod ending;
mod paging;
mod piped;
mod programs;
mod screens;
mod teaching;
mod terminal;

use std::time::Duration;

/// Long enough for anything that happens at all, on any machine. No test measures anything by it.
const EVENTUALLY: Duration = Duration::from_secs(240);
