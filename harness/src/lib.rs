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
//! | command line | [`cli`] | the only module that prints |

pub mod check;
pub mod cli;
pub mod client;
pub mod clock;
pub mod grade;
pub mod link;
pub mod record;
pub mod report;
pub mod run;
pub mod scenario;
pub mod server;
pub mod spec;
pub mod time;
pub mod trace;
pub mod verdict;
