//! Tests with real processes, sockets and builds.

mod client;
