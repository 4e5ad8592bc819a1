//! What a student has done so far, kept in a small file of the workspace.
//!
//! - [`Progress`]: what is known, as data; [`Store`]: where it is kept. Nothing that happens to the file is ever an error.
//! - [`state`], [`states`]: how far the student is.
//! - [`list()`]: the course with all that; [`stuck_at`]: which check a hint is for.
//! - [`starter`]: what the student's files were at first; [`reset`]: the way back to that, with a backup.
//! - [`compare`]: the student's file beside the nearest solution.

mod files;
mod format;
mod git;
mod hint;
mod list;
mod lock;
mod notice;
mod progress;
mod reset;
mod solutions;
mod starter;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod timestamp;

pub use crate::report::State;
pub use files::Files;
pub use hint::{Because, Stuck, stuck_at};
pub use list::list;
pub use notice::Notice;
pub use progress::{Progress, Record};
pub use reset::{Reset, reset};
pub use solutions::{compare, designs};
pub use starter::{Origin, Starter, keep_starter, starter};
pub use state::{state, states};
pub use store::Store;
pub use timestamp::Timestamp;
