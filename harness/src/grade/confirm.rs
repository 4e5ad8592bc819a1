//! In real time, what fails is played once more.
//!
//! A machine that has other things to do can be late between two looks of the harness, and a correct client must not pay for that. What the
//! machine is to blame for seldom happens twice in one place; what the client does wrong does.

use std::collections::BTreeSet;

use super::{check::keep, verdict::judge};
use crate::{
    run::{self, Ran},
    scenario::Challenge,
    trace::How,
    verdict::Outcome,
};

/// Plays each scenario in which a check failed once more, and keeps of the two plays the one that is better for the client. `play` plays all
/// scenarios of a challenge.
pub(super) fn confirm(
    challenge: &Challenge,
    ran: &mut [Ran],
    mut play: impl FnMut(&Challenge) -> Result<Vec<Ran>, run::Error>,
) -> Result<(), run::Error> {
    let mut confirmed = BTreeSet::new();
    loop {
        let failed: BTreeSet<_> = judge(challenge, ran)
            .into_iter()
            .filter(|check| check.outcome == Outcome::Fail && !confirmed.contains(&check.scenario))
            .map(|check| check.scenario)
            .collect();
        // One that passes now may let checks be judged that fail in their turn.
        if failed.is_empty() {
            return Ok(());
        }
        for second in play(&keep(challenge, |scenario| failed.contains(&scenario.id)))? {
            replace_if_better(challenge, ran, second);
        }
        confirmed.extend(failed);
    }
}

fn replace_if_better(challenge: &Challenge, ran: &mut [Ran], second: Ran) {
    let id = second.trace.header.scenario.clone();
    let Some(at) = ran.iter().position(|ran| ran.trace.header.scenario == id) else { return };
    let passes = |ran: &[Ran]| {
        let checks = judge(challenge, ran).into_iter();
        checks.filter(|check| check.scenario == id && check.outcome == Outcome::Pass).count()
    };
    // If the machine is too busy for the second, the first tells nothing either.
    let is_void = matches!(second.trace.end.how, How::Inconclusive(_));
    let before = passes(ran);
    let first = std::mem::replace(&mut ran[at], second);
    if !is_void && passes(ran) <= before {
        ran[at] = first;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::{scenario::Values, spec, trace::parse};

    /// Two scenarios: what is judged in the second requires what is judged in the first.
    fn challenge() -> Challenge {
        let mut text = "format = 1\ntitle = \"T\"\nchannel = \"websocket\"\nsummary = \"S.\"\nminutes = 1\n\n\
                        [client]\nbase_delay = \"1s\"\n"
            .to_owned();
        for (id, requires) in [("one", ""), ("two", "\"one\"")] {
            text += &format!(
                "\n[[scenario]]\nid = \"{id}\"\nabout = \"The server greets.\"\nlasts = \"10s\"\n\
                 server = [{{ times = \"any\", play = [\"accept\", {{ send = \"hello\" }}, \"hold\"] }}]\n\n\
                 [[check]]\nid = \"{id}\"\nin = \"{id}\"\nrequires = [{requires}]\npoints = 1\ntitle = \"It is shown\"\n\
                 expect = {{ shown = [\"hello\"] }}\nwhy = \"It is for the user.\"\nread = \"README.md#a\"\n\
                 hints = [\"What?\", \"This.\", \"`ui.show(…)`\"]\n"
            );
        }
        spec::parse("taught", "challenge.toml", &text, None).unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// A play of a scenario in which this is shown.
    fn ran(scenario: &str, shown: &str, end: &str) -> Ran {
        let text = format!(
            "# trace 1\nchallenge taught  scenario {scenario}  seed 1  clients 1  clock wall speed=1  latency 0  slack 50\n\
             100 c0 - claim show \"{shown}\"\nend 10000 {end}\n"
        );
        let trace = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}")).remove(0);
        Ran { trace, values: Values::none(), output: shown.to_owned() }
    }

    /// What is shown in the plays that count, and what was played again, if first `first` is shown and then `second`.
    fn confirmed(first: [&str; 2], second: [&str; 2], end: &str) -> (Vec<String>, Vec<String>) {
        let (challenge, again) = (challenge(), RefCell::new(Vec::new()));
        let mut plays = vec![ran("one", first[0], "time-up"), ran("two", first[1], "time-up")];
        let play = |challenge: &Challenge| {
            let played = challenge.scenarios.iter().map(|scenario| {
                again.borrow_mut().push(scenario.id.clone());
                ran(&scenario.id, second[usize::from(scenario.id == "two")], end)
            });
            Ok(played.collect())
        };
        confirm(&challenge, &mut plays, play).expect("nothing goes wrong");
        (plays.into_iter().map(|ran| ran.output).collect(), again.into_inner())
    }

    #[test]
    fn what_passes_is_played_once() {
        assert_eq!(
            confirmed(["hello", "hello"], ["", ""], "time-up"),
            (["hello", "hello"].map(Into::into).into(), vec![])
        );
    }

    #[test]
    fn what_fails_twice_fails() {
        let (kept, again) = confirmed(["bye", "hello"], ["ciao", "hello"], "time-up");
        assert_eq!((kept, again), (vec!["bye".into(), "hello".into()], vec!["one".into()]));
    }

    #[test]
    fn what_fails_once_passes_and_so_may_what_requires_it() {
        let (kept, again) = confirmed(["bye", "hello"], ["hello", ""], "time-up");
        assert_eq!((kept, again), (vec!["hello".into(), "hello".into()], vec!["one".into()]));
        let (kept, again) = confirmed(["bye", "bye"], ["hello", "hello"], "time-up");
        assert_eq!((kept, again), (vec!["hello".into(), "hello".into()], vec!["one".into(), "two".into()]));
    }

    #[test]
    fn what_cannot_be_played_again_is_open() {
        let (kept, _) = confirmed(["bye", "hello"], ["late", ""], "inconclusive \"busy\"");
        assert_eq!(kept, ["late", "hello"]);
    }
}
