//! `play`: the real binary on a real port, with real clients.

mod bounds;
mod clients;
mod serving;
mod strangers;
