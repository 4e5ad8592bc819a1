//! Lets the pages of a browser read what the scripted server answers.

use crate::scenario::{Entry, Play, Scenario, Step, Template};

/// The field by which a server lets pages of any origin read its answer (WHATWG Fetch section 3.2.3).
const FIELD: (&str, &str) = ("access-control-allow-origin", "*");

/// The same scenario, whose answers any page may read: a student's page comes from another port, or from a file. A WebSocket needs no
/// permission.
pub(super) fn readable(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.server.iter_mut().for_each(entry);
    scenario.cases.iter_mut().flat_map(|case| &mut case.server).for_each(entry);
    scenario
}

fn entry(entry: &mut Entry) {
    match entry {
        Entry::Play { play: Play { steps, .. }, .. } => steps.iter_mut().for_each(step),
        Entry::Group { entries, .. } => entries.iter_mut().for_each(self::entry),
    }
}

fn step(step: &mut Step) {
    match step {
        // What the script says about it itself is what the exercise is about.
        Step::Http { headers, .. } | Step::Sse { headers, .. } if !has_field(headers) => {
            headers.push((FIELD.0.to_owned(), Template::literal(FIELD.1)));
        }
        Step::Repeat { steps, .. } | Step::Expect { otherwise: steps, .. } => steps.iter_mut().for_each(self::step),
        _ => {}
    }
}

fn has_field(headers: &[(String, Template)]) -> bool {
    headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(FIELD.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Expected, Times};

    fn answer(headers: &[(&str, &str)]) -> Step {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), Template::literal(*value)));
        Step::Sse { content_type: "text/event-stream".into(), headers: headers.collect() }
    }

    #[test]
    fn every_answer_can_be_read_wherever_it_stands() {
        let what = Expected::Header { name: "last-event-id".into(), value: None };
        let nested = |inner: Step| Step::Expect {
            what: what.clone(),
            within: None,
            otherwise: vec![Step::Repeat { times: 1, steps: vec![inner] }],
        };
        let with = |steps: Vec<Step>| {
            let play = Play { steps, answers: Vec::new() };
            let entry = Entry::Play { play, times: Times::Any, until: None, path: None };
            Entry::Group { repeat: 1, entries: vec![entry] }
        };
        let own = [("Access-Control-Allow-Origin", "https://example.org")];
        let mut group = with(vec![nested(answer(&[("x", "y")])), answer(&own), Step::Hold]);
        entry(&mut group);
        assert_eq!(group, with(vec![nested(answer(&[("x", "y"), FIELD])), answer(&own), Step::Hold]));
    }
}
