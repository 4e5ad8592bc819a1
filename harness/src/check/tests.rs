//! Text traces in, verdicts out.

mod claims;
mod fleet;
mod hostile;
mod lives;
mod moments;
mod status;
mod story;
mod submission;
mod waits;
