//! The harness as its users see it: real processes, real sockets, real files.

mod client;
mod command_line;
mod good_specs;
mod good_specs_said;
mod layers;
mod robustness;
mod schema;
mod server;
mod spec_coverage;
mod spec_reference;
mod spec_schema;
mod specs;
mod wall;
