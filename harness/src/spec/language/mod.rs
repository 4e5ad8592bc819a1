//! The spec language: every key and word of a `challenge.toml` and of `course.toml`, with its shape and meaning.
//!
//! `challenges/README.md` explains the same words with examples, and a test holds it to them.

mod expects;
mod file;
mod moments;
mod steps;

pub(super) use expects::{EXPECT, HAPPENS};
pub(super) use file::{CHALLENGE, COURSE};
pub(super) use moments::{ANY, MOMENT, STATUS};
pub(super) use steps::{AWAITED, DRAW, ENTRY, STEP, UNTIL, USER};
