//! Where in a play one connection is: steps in order, `repeat` unrolled, `{n}` replaced.

use crate::scenario::{Expected, Step, StreamEvent};

/// Gives the steps of a play one by one.
#[derive(Debug)]
pub(super) struct Cursor(Vec<Frame>);

#[derive(Debug)]
struct Frame {
    steps: Vec<Step>,
    next: usize,
    /// The count that `{n}` stands for, in a `repeat`.
    round: Option<u32>,
    rounds: u32,
}

impl Cursor {
    pub(super) fn new(steps: &[Step]) -> Self {
        Self(vec![Frame { steps: steps.to_vec(), next: 0, round: None, rounds: 1 }])
    }

    /// Puts other steps in the place of all that are left.
    pub(super) fn replace(&mut self, steps: Vec<Step>) {
        *self = Self(vec![Frame { steps, next: 0, round: None, rounds: 1 }]);
    }

    /// The next step; never a `repeat`, whose steps come instead.
    pub(super) fn next(&mut self) -> Option<Step> {
        loop {
            let frame = self.0.last_mut()?;
            let Some(step) = frame.steps.get(frame.next) else {
                match frame.round {
                    Some(round) if round < frame.rounds => (frame.round, frame.next) = (Some(round + 1), 0),
                    _ => drop(self.0.pop()),
                }
                continue;
            };
            frame.next += 1;
            match step {
                Step::Repeat { times, steps } => {
                    if *times > 0 && !steps.is_empty() {
                        let frame = Frame { steps: steps.clone(), next: 0, round: Some(1), rounds: *times };
                        self.0.push(frame);
                    }
                }
                step => return Some(frame.round.map_or_else(|| step.clone(), |n| numbered(step, n))),
            }
        }
    }
}

/// The step with the count in the place of `{n}`. A `repeat` inside has a count of its own.
fn numbered(step: &Step, n: u32) -> Step {
    let number = |text: &String| text.replace("{n}", &n.to_string());
    let maybe = |text: &Option<String>| text.as_ref().map(number);
    match step {
        Step::Send(text) => Step::Send(number(text)),
        Step::Event(StreamEvent { kind, id, data }) => {
            Step::Event(StreamEvent { kind: maybe(kind), id: maybe(id), data: number(data) })
        }
        Step::Bytes(bytes) => Step::Bytes(number(bytes)),
        Step::Ping(payload) => Step::Ping(number(payload)),
        Step::Pong(payload) => Step::Pong(number(payload)),
        Step::Close { code, reason } => Step::Close { code: *code, reason: number(reason) },
        Step::Http { status, headers, body, retry_after } => Step::Http {
            status: *status,
            headers: headers.iter().map(|(name, value)| (name.clone(), number(value))).collect(),
            body: number(body),
            retry_after: retry_after.clone(),
        },
        Step::Expect { what, within, otherwise } => Step::Expect {
            what: match what {
                Expected::Message(text) => Expected::Message(maybe(text)),
                Expected::Pong(payload) => Expected::Pong(maybe(payload)),
                Expected::Header { name, value } => Expected::Header { name: name.clone(), value: maybe(value) },
                Expected::Ping | Expected::Close(_) => what.clone(),
            },
            within: within.clone(),
            otherwise: otherwise.iter().map(|step| numbered(step, n)).collect(),
        },
        _ => step.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(text: &str) -> Step {
        Step::Send(text.into())
    }

    fn texts(mut cursor: Cursor) -> Vec<String> {
        let text = |step| match step {
            Step::Send(text) => text,
            other => format!("{other:?}"),
        };
        std::iter::from_fn(|| cursor.next()).map(text).collect()
    }

    #[test]
    fn repeats_count_from_one_and_nest() {
        let inner = Step::Repeat { times: 2, steps: vec![send("in {n}")] };
        let steps = [
            send("{n}"),
            Step::Repeat { times: 2, steps: vec![send("out {n}"), inner, send("after {n}")] },
            send("end"),
        ];
        let expected = ["{n}", "out 1", "in 1", "in 2", "after 1", "out 2", "in 1", "in 2", "after 2", "end"];
        assert_eq!(texts(Cursor::new(&steps)), expected);
    }

    #[test]
    fn empty_repeats_are_passed_over() {
        let steps = [
            Step::Repeat { times: u32::MAX, steps: vec![] },
            Step::Repeat { times: 0, steps: vec![send("never")] },
            send("end"),
        ];
        assert_eq!(texts(Cursor::new(&steps)), ["end"]);
    }

    #[test]
    fn what_replaces_the_rest_replaces_all_of_it() {
        let mut cursor = Cursor::new(&[Step::Repeat { times: 3, steps: vec![send("{n}"), send("b")] }, send("never")]);
        assert_eq!(cursor.next(), Some(send("1")));
        cursor.replace(vec![send("instead")]);
        assert_eq!(texts(cursor), ["instead"]);
    }

    #[test]
    fn every_text_of_a_step_is_numbered() {
        let expect = |text: &str| Step::Expect {
            what: Expected::Message(Some(text.into())),
            within: None,
            otherwise: vec![Step::Close { code: None, reason: text.into() }],
        };
        let http = |text: &str| Step::Http {
            status: 503,
            headers: vec![("retry-after".into(), text.into())],
            body: text.into(),
            retry_after: None,
        };
        let steps = |text: &str| vec![expect(text), http(text), Step::Ping(text.into()), Step::Pong(text.into())];
        let mut cursor = Cursor::new(&[Step::Repeat { times: 1, steps: steps("{n}") }]);
        assert_eq!(std::iter::from_fn(|| cursor.next()).collect::<Vec<_>>(), steps("1"));
    }
}
