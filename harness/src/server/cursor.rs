//! Where in a play one connection is: steps in order, `repeat` unrolled, `{n}` replaced.

use crate::scenario::{Expected, Step};

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

    /// The next expectation of the steps that are left.
    pub(super) fn expected(&self) -> Option<Expected> {
        self.0.iter().rev().find_map(|frame| {
            let in_round = |steps: &[Step], round: Option<u32>| {
                let what = first_expected(steps)?;
                Some(round.map_or_else(|| what.clone(), |n| what.map(&|text| text.numbered(n))))
            };
            let later = frame.round.filter(|round| *round < frame.rounds).map(|round| round + 1);
            in_round(&frame.steps[frame.next..], frame.round)
                .or_else(|| later.and_then(|round| in_round(&frame.steps, Some(round))))
        })
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
                step => return Some(frame.round.map_or_else(|| step.clone(), |n| step.map(&|text| text.numbered(n)))),
            }
        }
    }
}

/// The first expectation among the steps, in whatever `repeat` it stands. What stands under `else` is for another course of the play.
fn first_expected(steps: &[Step]) -> Option<Expected> {
    steps.iter().find_map(|step| match step {
        Step::Expect { what, .. } => Some(what.clone()),
        Step::Repeat { times: 1.., steps } => first_expected(steps).map(|what| what.map(&|text| text.numbered(1))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(text: &str) -> Step {
        Step::Send(text.into())
    }

    fn texts(mut cursor: Cursor) -> Vec<String> {
        let text = |step| match step {
            Step::Send(text) => text.text(),
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
        let mut cursor =
            Cursor::new(&[Step::Repeat { times: 3, steps: vec![send("round {n}"), send("b")] }, send("never")]);
        assert_eq!(cursor.next(), Some(send("round 1")));
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
        let mut cursor = Cursor::new(&[Step::Repeat { times: 1, steps: steps("round {n}") }]);
        assert_eq!(std::iter::from_fn(|| cursor.next()).collect::<Vec<_>>(), steps("round 1"));
    }
}
