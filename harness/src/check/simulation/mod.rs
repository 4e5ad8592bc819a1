//! Whole submissions, simulated: thousands of clients whose only property is how they wait, played against the scenarios of
//! `reconnect-backoff` and judged by its checks as a real submission is. They show that the bounds of the statistical checks are where
//! their documentation derives them to be.
//!
//! A client here is its waits: no process, no link, no bytes. What it does is written as the events of a real [`Trace`](crate::trace::Trace),
//! with the latency of the link in every one, so that the judges have the same work as always. Messages and statuses are left out, for no
//! judge of a wait reads them.

mod policy;
mod tests;
mod world;
