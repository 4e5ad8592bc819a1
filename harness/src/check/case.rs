//! What every judge is given, and the forms in which it answers.

use super::{
    history::{Client, History},
    variants::Variants,
};
use crate::{
    scenario::{Length, Unit, Values},
    time::{Millis, show},
    trace::{Header, How},
    verdict::{Evidence, Judgement, Lane, Outcome},
};

/// How far a single wait or moment may be off, in milliseconds of the spec: rounding to whole milliseconds, the client's own work
/// between a loss and its timer, and a timer of 16 ms resolution are well inside; a tenth of the shortest base delay is twice that.
const SLACK: f64 = 50.0;

/// One run to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub history: &'a History<'a>,
    pub values: &'a Values,
    pub header: &'a Header,
    /// How the run ended.
    pub how: &'a How,
    /// Which clients are judged, where that is not all.
    pub variants: Option<&'a Variants<'a>>,
}

/// In which way an assertion does not hold.
#[derive(Debug)]
pub(super) struct Miss {
    pub finding: &'static str,
    /// What happened instead: a sentence.
    pub got: String,
    /// Where; the first is the first miss.
    pub evidence: Vec<Evidence>,
    /// Where it was expected instead.
    pub windows: Vec<Evidence>,
}

/// What was measured where it holds, or how it does not.
pub(super) type Judged = Result<String, Miss>;

impl Case<'_> {
    /// How far a single wait or moment may be off: 50 ms of the spec divided by the run's speed, and never less than the slack that
    /// the run itself needs.
    pub(super) fn tolerance(&self) -> Millis {
        ((SLACK / self.values.speed).round() as Millis).max(self.header.slack)
    }

    /// What `length` comes to.
    pub(super) fn ms(&self, length: &Length) -> Millis {
        self.values.ms(length)
    }

    /// How a report names a length: its value and, unless it is written out in the spec, where that comes from.
    pub(super) fn describe(&self, length: &Length) -> String {
        let value = show(self.ms(length));
        if length.terms.iter().all(|term| matches!(term.unit, Unit::Literal(_))) {
            return value;
        }
        let terms: Vec<String> = length.terms.iter().map(|term| self.term(term.factor, &term.unit)).collect();
        format!("{value} ({})", terms.join(" + "))
    }

    fn term(&self, factor: f64, unit: &Unit) -> String {
        match unit {
            Unit::Literal(ms) => show((factor * *ms as f64 / self.values.speed).round() as Millis),
            Unit::Name(name) if (factor - 1.0).abs() < f64::EPSILON => name.clone(),
            Unit::Name(name) => format!("{factor} × {name}"),
        }
    }

    /// When nothing more could come, after "when".
    pub(super) fn over(&self) -> &'static str {
        match self.how {
            How::Returned => "`run` returned",
            How::Script | How::TimeUp | How::Broken(_) | How::Inconclusive(_) => "the scenario was over",
        }
    }

    /// Judges each client by itself: all must hold. The first that does not is the miss.
    pub(super) fn each_client(&self, expected: String, judge: impl Fn(&Client<'_>) -> Judged) -> Judgement {
        if let Some(variants) = self.variants {
            return judgement(expected, variants.judge(&self.history.clients, judge));
        }
        let mut first = None;
        for client in &self.history.clients {
            match judge(client) {
                Ok(got) => {
                    first.get_or_insert(got);
                }
                Err(mut miss) => {
                    if self.history.clients.len() > 1 {
                        miss.got = format!("Client {}: {}", client.id, miss.got);
                    }
                    return judgement(expected, Err(miss));
                }
            }
        }
        match first {
            Some(got) => judgement(expected, Ok(got)),
            None => Judgement { outcome: Outcome::Fail, ..judgement(expected, Ok("There was no client.".to_owned())) },
        }
    }
}

/// The finding where there is less of something than a judgement needs.
pub(super) const TOO_FEW: &str = "too-few";
/// The finding where something did not come because `run` had returned: a fault of another kind than a client that is still there.
pub(super) const GONE: &str = "gone";
/// The finding where the moment from which is measured never came.
pub(super) const NOT_BEGUN: &str = "not-begun";

impl Miss {
    pub(super) fn new(finding: &'static str, got: impl Into<String>, evidence: Vec<Evidence>) -> Self {
        Self { finding, got: got.into(), evidence, windows: Vec::new() }
    }

    /// With where it was expected instead. The label says the rest of a sentence that begins with "expected".
    pub(super) fn expected(mut self, window: Evidence) -> Self {
        self.windows.push(window);
        self
    }

    /// The moment from which is measured never came.
    pub(super) fn not_begun(client: &Client<'_>, end: Millis, what: &str) -> Self {
        let label = format!("never: {what}");
        Self::new(
            NOT_BEGUN,
            format!("There was nothing to measure from: {what} never came."),
            vec![moment(client, end, Lane::Server, label)],
        )
    }
}

/// The answer of a judge.
pub(super) fn judgement(expected: String, judged: Judged) -> Judgement {
    match judged {
        Ok(got) => Judgement {
            outcome: Outcome::Pass,
            finding: None,
            expected,
            got,
            evidence: Vec::new(),
            windows: Vec::new(),
        },
        Err(Miss { finding, got, evidence, windows }) => {
            Judgement { outcome: Outcome::Fail, finding: Some(finding), expected, got, evidence, windows }
        }
    }
}

/// A stretch of the timeline.
pub(super) fn stretch(client: &Client<'_>, from: Millis, to: Millis, lane: Lane, label: impl Into<String>) -> Evidence {
    Evidence { client: client.id, from, to, lane, label: label.into() }
}

/// A point of the timeline.
pub(super) fn moment(client: &Client<'_>, at: Millis, lane: Lane, label: impl Into<String>) -> Evidence {
    stretch(client, at, at, lane, label)
}

/// A stretch of the timeline that begins at `from` and is so long.
pub(super) fn lasting(
    client: &Client<'_>,
    from: Millis,
    length: Millis,
    lane: Lane,
    label: impl Into<String>,
) -> Evidence {
    stretch(client, from, from.saturating_add(length), lane, label)
}

/// The longest name of a moment that is repeated in the label of a window.
const MOST_NAMED: usize = 40;

/// Where something is expected between two lengths after `from`, which is when `since` came.
pub(super) fn due(
    client: &Client<'_>,
    (from, since): (Millis, &str),
    (least, most): (Millis, Millis),
    lane: Lane,
) -> Evidence {
    let since = Some(since).filter(|since| since.chars().count() <= MOST_NAMED);
    let of = since.map_or_else(String::new, |since| format!(" of {since}"));
    let after = since.map_or_else(|| "later".to_owned(), |since| format!("after {since}"));
    let label = match least {
        0 if most == 0 => "at once".to_owned(),
        0 => format!("within {}{of}", show(most)),
        _ if least == most => format!("{} {after}", show(most)),
        _ => format!("{} to {} {after}", show(least), show(most)),
    };
    stretch(client, from.saturating_add(least), from.saturating_add(most), lane, label)
}

/// A sentence's beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `1 attempt`, `2 attempts`.
pub(super) fn count(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
