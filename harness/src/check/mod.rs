//! The judges: pure functions from what was recorded to what is concluded.
//!
//! [`judge`] judges a whole submission, [`judge_one`] one assertion about one run. Every kind of [`Expect`] has a file of its own, whose
//! documentation says what it asserts, from which moment to which it measures, what it tolerates, in which ways it can fail (its
//! *findings*) and how likely it is to fail a correct client, with the derivation. They read a trace through one shared analysis
//! (`history`), which is the only place that knows how events become attempts, waits and losses.
//!
//! What all judges hold to:
//!
//! - Times are those at the client; network time is in none of them.
//! - In doubt for the client: tolerances only ever widen what is accepted.
//! - No lower bound on a single wait: with full jitter (`U(0, ceiling)`) each may be next to nothing. What chance can break is judged over
//!   many draws, and a correct client's chance of failing is derived and stated. Over all checks of one submission it stays below 10⁻⁹: in
//!   `reconnect-backoff` it is 4·10⁻¹¹ for decorrelated jitter (T6, in two scenarios), 3·10⁻¹¹ for equal jitter (T1, in fifteen rounds) and
//!   less for full jitter.
//! - Evidence that never came is a failure that says so, never a pass.
//! - A trace may be hostile: judging takes time in proportion to its length (times a logarithm), and never panics.
//!
//! The statistical tests by the names that the documentation of the judges uses, b the base delay and c the cap; the policies they must never fail are
//! those of the AWS Architecture Blog, "Exponential Backoff And Jitter": with e = min(c, b·2ᵏ) for the k-th retry from 0, *full* jitter draws from
//! [0, e], *equal* jitter from [e/2, e], *decorrelated* jitter min(c, a draw from [b, 3·previous]), beginning with b. (RFC 6455 section 7.2.3 asks for a
//! random first delay and truncated exponential backoff; the gRPC connection backoff protocol for ±20 %, which T2 refuses.)
//!
//! | test | kind | what it finds |
//! |---|---|---|
//! | T1 | `fleet_together` | clients in step |
//! | T2 | `fleet_ratio` | too little jitter |
//! | T3 | `fleet_at_cap` | jitter lost at the cap |
//! | T4 | `fleet_frozen` | a random factor drawn once, for ever or for an outage |
//! | T5 | `storm` | too many attempts |
//! | T6 | `waits_escape` | waits that do not grow |
//! | T7 | `waits_together` | no waits |

mod after;
mod attempts;
mod case;
mod ends;
mod every;
mod fails;
mod fleet;
mod happens;
mod history;
mod live_at_most;
mod looks_like;
mod never;
mod received;
mod request;
mod requests;
mod retries_announced;
mod scripted;
mod sequence;
mod shown;
mod shown_last;
mod status_repeats;
mod status_sequence;
mod status_true;
mod storm;
mod submission;
mod truth;
mod variants;
mod waits_at_most;
mod waits_ceiling;
mod waits_escape;
mod waits_together;

pub use fails::fails;
pub use looks_like::looks_like;
pub use submission::{first_miss, judge};

use crate::{
    scenario::{Expect, Values},
    trace::{How, Trace},
    verdict::{Judgement, Outcome},
};
use case::Case;
use history::History;
use variants::Variants;

/// Judges one assertion about one run, played with `values`.
///
/// A run that broke off or that the harness could not keep up with is not judged: the answer is [`Outcome::NotReached`] or
/// [`Outcome::Inconclusive`].
#[must_use]
pub fn judge_one(expect: &Expect, trace: &Trace, values: &Values) -> Judgement {
    judge_run(std::slice::from_ref(expect), trace, &History::of(trace), values, None)
}

/// Judges assertions that must all hold, of all clients or of some.
fn judge_run(
    expects: &[Expect],
    trace: &Trace,
    history: &History<'_>,
    values: &Values,
    variants: Option<&Variants<'_>>,
) -> Judgement {
    let case = Case { history, values, header: &trace.header, how: &trace.end.how, variants };
    let mut all = expects.iter().map(|expect| dispatch(expect, &case));
    match &trace.end.how {
        How::Broken(fault) => unjudged(all, Outcome::NotReached, &format!("The run broke off: {}.", fault.sentence())),
        How::Inconclusive(why) => unjudged(all, Outcome::Inconclusive, &format!("The run could not be judged: {why}.")),
        How::Script | How::TimeUp | How::Returned => {
            let first = all.next().unwrap_or_else(|| case::judgement(String::new(), Ok(String::new())));
            all.fold(first, both)
        }
    }
}

/// What would have been expected of a run that cannot be judged.
fn unjudged(all: impl Iterator<Item = Judgement>, outcome: Outcome, got: &str) -> Judgement {
    let expected: Vec<String> = all.map(|judgement| judgement.expected).collect();
    Judgement { outcome, ..case::judgement(expected.join(" "), Ok(got.to_owned())) }
}

/// Two assertions that must both hold: the first that does not says why.
fn both(one: Judgement, other: Judgement) -> Judgement {
    let expected = format!("{} {}", one.expected, other.expected);
    match (one.outcome, other.outcome) {
        (Outcome::Pass, Outcome::Pass) => Judgement { expected, got: format!("{} {}", one.got, other.got), ..one },
        (Outcome::Pass, _) | (_, Outcome::Fail) if one.outcome != Outcome::Fail => Judgement { expected, ..other },
        (Outcome::Fail, Outcome::Fail) => {
            let evidence = [one.evidence, other.evidence].concat();
            let windows = [one.windows, other.windows].concat();
            Judgement { expected, got: format!("{} {}", one.got, other.got), evidence, windows, ..one }
        }
        _ => Judgement { expected, ..one },
    }
}

/// Each kind to its judge.
fn dispatch(expect: &Expect, case: &Case<'_>) -> Judgement {
    let judgement = match expect {
        Expect::WaitsTogether { waits, anywhere, at_least } => waits_together::judge(case, *waits, *anywhere, at_least),
        Expect::WaitsEscape { over, within } => waits_escape::judge(case, over, *within),
        Expect::WaitsAtMost { most } => waits_at_most::judge(case, most),
        Expect::WaitsCeiling { after_up, first, factor, retries, times } => {
            let (factor, retries, times) = (*factor, *retries, *times);
            waits_ceiling::judge(case, &waits_ceiling::Ceiling { after_up, first, factor, retries, times })
        }
        Expect::Attempts { after, within, quantity } => {
            attempts::judge(case, after.as_ref(), within.as_ref(), quantity)
        }
        Expect::Storm { within, at_most } => storm::judge(case, within, at_most),
        Expect::StatusSequence { pattern } => status_sequence::judge(case, pattern),
        Expect::StatusTrue { slack, connected_from } => status_true::judge(case, slack, connected_from),
        Expect::After { after, then, at_least, at_most } => {
            after::judge(case, &after::Following { after, then, at_least, at_most })
        }
        Expect::Never { never, after, slack } => never::judge(case, never, after, slack),
        Expect::Happens { moment, times } => happens::judge(case, moment, *times),
        Expect::Request { which, path, method, fields } => {
            let (path, method) = (path.as_deref(), method.as_deref());
            request::judge(case, &request::Wanted { which: *which, path, method, fields })
        }
        Expect::Requests { path, quantity } => requests::judge(case, path.as_deref(), quantity),
        Expect::LiveAtMost { most } => live_at_most::judge(case, *most),
        Expect::Shown { exactly } => shown::judge(case, exactly),
        Expect::ShownLog => shown::judge_log(case),
        Expect::ShownLast { value, at, within } => shown_last::judge(case, value, at.as_ref(), within),
        Expect::Received { matching, exactly, unique_by, connection } => {
            received::judge(case, matching.as_ref(), exactly, unique_by.as_deref(), *connection)
        }
        Expect::Scripted { connections } => scripted::judge(case, connections.as_deref()),
        Expect::StatusRepeats { most } => status_repeats::judge(case, *most),
        Expect::RetriesAnnounced { times } => retries_announced::judge(case, *times),
        Expect::Ends { status, after, within } => ends::judge(case, *status, after, within),
        Expect::Every { moment, least, most, connection, idle, times } => {
            let (connection, idle, times) = (*connection, *idle, *times);
            every::judge(case, &every::Rhythm { moment, least, most, connection, idle, times })
        }
        Expect::FleetTogether { retries, window } => fleet::together::judge(case, retries, window),
        Expect::FleetRatio { retries, ratio, share, samples } => {
            fleet::ratio::judge(case, retries, *ratio, *share, *samples)
        }
        Expect::FleetAtCap { from_retry, cap, band, share, samples } => {
            let (from_retry, band, share, samples) = (*from_retry, *band, *share, *samples);
            fleet::at_cap::judge(case, &fleet::at_cap::AtCap { from_retry, cap, band, share, samples })
        }
        Expect::FleetFrozen { retry, over, window } => fleet::frozen::judge(case, *retry, *over, window),
    };
    assert!(judgement.finding.is_none_or(|finding| expect.findings().contains(&finding)), "{judgement:?}");
    judgement
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
