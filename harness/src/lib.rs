//! The grader: plays scripted servers against a student's client and judges what crossed the wire.
//!
//! The modules in the order of the data flow; each imports only from those in the lines above its own (`tests/it/layers.rs` holds
//! them to it):
//!
//! | layer | modules | may do |
//! |---|---|---|
//! | data | [`time`], [`scenario`], [`trace`], [`verdict`] | nothing but hold together |
//! | pure functions | [`spec`], [`check`], [`report`] | text and data in, text and data out |
//! | edges | [`clock`], [`link`], [`server`], [`client`] | I/O |
//! | one scenario | [`run`] | a scenario in, a [`trace::Trace`] out |
//! | one submission | [`grade`] | load, build, run, judge, report |
//! | one class | [`class`] | many submissions, and the folder of their results |
//! | one challenge | [`author`] | makes a new one |
//! | one student | [`practice`] | what was done so far, the starter and the way back to it |
//! | one machine | [`doctor`] | whether it has what grading needs |
//! | command line | [`cli`] | the only module that prints |

pub mod author;
pub mod check;
pub mod class;
pub mod cli;
pub mod client;
pub mod clock;
pub mod doctor;
pub mod grade;
pub mod link;
pub mod practice;
pub mod record;
mod replace;
pub mod report;
pub mod run;
pub mod scenario;
pub mod server;
pub mod spec;
pub mod time;
pub mod trace;
pub mod verdict;
