//! The texts of plays, moments and expectations, replaced by others: how a run's words and values, the rounds of a `repeat` and what a
//! client has said get into them.

use super::{Answer, EventText, Expected, LogStep, Moment, Play, Since, Step, Template, Values};

/// What makes one text of another.
type Change<'a> = &'a dyn Fn(&Template) -> Template;

impl Play {
    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        let change: Change<'_> = &|text| text.filled(values);
        let answer = |answer: &Answer| Answer {
            on: answer.on.map(change),
            times: answer.times,
            after: answer.after.clone(),
            with: all(&answer.with, change),
        };
        Self { steps: all(&self.steps, change), answers: self.answers.iter().map(answer).collect() }
    }
}

fn all(steps: &[Step], change: Change<'_>) -> Vec<Step> {
    steps.iter().map(|step| step.map(change).nested(|steps| all(steps, change))).collect()
}

impl Step {
    /// The same step with other texts. The steps of a `repeat` are left as they are.
    #[must_use]
    pub fn map(&self, change: Change<'_>) -> Self {
        match self {
            Self::Send(content) => Self::Send(content.map(change)),
            Self::Ping(payload) => Self::Ping(change(payload)),
            Self::Pong(payload) => Self::Pong(change(payload)),
            Self::Close { code, reason } => Self::Close { code: *code, reason: change(reason) },
            Self::Http { status, headers, body, retry_after } => Self::Http {
                status: *status,
                headers: headers.iter().map(|(name, value)| (name.clone(), change(value))).collect(),
                body: change(body),
                retry_after: retry_after.clone(),
            },
            Self::Sse { content_type, headers } => Self::Sse {
                content_type: change(content_type),
                headers: headers.iter().map(|(name, value)| (name.clone(), change(value))).collect(),
            },
            Self::Event(EventText { kind, id, data }) => Self::Event(EventText {
                kind: kind.as_ref().map(change),
                id: id.as_ref().map(change),
                data: data.map(change),
            }),
            Self::Comment(text) => Self::Comment(change(text)),
            Self::Bytes(bytes) => Self::Bytes(change(bytes)),
            Self::Log(LogStep::Replay { after: Since::Said(place), overlap }) => {
                Self::Log(LogStep::Replay { after: Since::Said(change(place)), overlap: *overlap })
            }
            Self::Expect { what, within, otherwise } => Self::Expect {
                what: what.map(change),
                within: within.clone(),
                otherwise: otherwise.iter().map(|step| step.map(change)).collect(),
            },
            _ => self.clone(),
        }
    }

    /// The same step; a `repeat` with other steps.
    fn nested(self, change: impl Fn(&[Self]) -> Vec<Self>) -> Self {
        match self {
            Self::Repeat { times, steps } => Self::Repeat { times, steps: change(&steps) },
            Self::Expect { what, within, otherwise } => Self::Expect { what, within, otherwise: change(&otherwise) },
            other => other,
        }
    }
}

impl Expected {
    /// The same with other texts.
    #[must_use]
    pub fn map(&self, change: Change<'_>) -> Self {
        match self {
            Self::Message(content) => Self::Message(content.as_ref().map(|content| content.map(change))),
            Self::Pong(payload) => Self::Pong(payload.as_ref().map(change)),
            Self::Header { name, value } => Self::Header { name: name.clone(), value: value.as_ref().map(change) },
            Self::Ping | Self::Close(_) => self.clone(),
        }
    }
}

impl Moment {
    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        match self {
            Self::Received(content, nth) => Self::Received(content.filled(values), *nth),
            Self::Sent(content, nth) => Self::Sent(content.filled(values), *nth),
            Self::User(act, nth) => Self::User(act.filled(values), *nth),
            Self::Shown(json, nth) => Self::Shown(json.map(&|text| text.filled(values)), *nth),
            _ => self.clone(),
        }
    }
}
