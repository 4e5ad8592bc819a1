//! Text traces in, verdicts out.

mod cases;
mod claims;
mod fleet;
mod hostile;
mod lives;
mod messages;
mod moments;
mod requests;
mod rhythm;
mod shown_last;
mod status;
mod story;
mod submission;
mod waits;
mod windows;
