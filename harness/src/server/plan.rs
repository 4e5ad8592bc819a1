//! Which play a connection gets: the first entry of the scenario's list that fits and is not used up.

use std::sync::Arc;

use crate::{
    scenario::{Entry, Play, Times, Values},
    time::Millis,
};

/// A scenario's `server` list with its lengths worked out. Every client of a fleet goes through it by itself.
#[derive(Debug)]
pub(super) struct Plan(Vec<Line>);

#[derive(Debug)]
enum Line {
    Play { play: Arc<Play>, times: Times, until: Option<Millis>, path: Option<String> },
    Group { repeat: u32, lines: Vec<Line> },
}

/// How far one client has come in a [`Plan`].
#[derive(Debug)]
pub(super) struct Progress(Vec<Used>);

#[derive(Debug)]
enum Used {
    Play(u32),
    Group { round: u32, inside: Vec<Used> },
}

/// What a connection gets.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    /// This play, which is thereby used once.
    Play(Arc<Play>),
    /// It depends on the path of the request, which must be read first.
    ByPath,
    /// Nothing fits.
    Nothing,
}

impl Plan {
    pub(super) fn new(entries: &[Entry], values: &Values) -> Self {
        Self(lines(entries, values))
    }

    /// A client that has not connected yet.
    pub(super) fn start(&self) -> Progress {
        Progress(fresh(&self.0))
    }

    /// What a connection that arrived at `arrival` gets. `path` is that of its request, once it is known.
    ///
    /// An entry's `until` governs arrivals only: what was chosen is played to its end.
    pub(super) fn choose(&self, progress: &mut Progress, arrival: Millis, path: Option<&str>) -> Choice {
        choose(&self.0, &mut progress.0, arrival, path)
    }
}

fn lines(entries: &[Entry], values: &Values) -> Vec<Line> {
    let line = |entry: &Entry| match entry {
        Entry::Play { play, times, until, path } => Line::Play {
            play: Arc::new(play.filled(values)),
            times: *times,
            until: until.as_ref().map(|until| values.ms(until)),
            path: path.clone(),
        },
        Entry::Group { repeat, entries } => Line::Group { repeat: *repeat, lines: lines(entries, values) },
    };
    entries.iter().map(line).collect()
}

fn fresh(lines: &[Line]) -> Vec<Used> {
    let used = |line: &Line| match line {
        Line::Play { .. } => Used::Play(0),
        Line::Group { lines, .. } => Used::Group { round: 0, inside: fresh(lines) },
    };
    lines.iter().map(used).collect()
}

fn choose(lines: &[Line], used: &mut [Used], arrival: Millis, path: Option<&str>) -> Choice {
    for (line, used) in lines.iter().zip(used) {
        if line.used_up(used, arrival) {
            continue;
        }
        let choice = match (line, used) {
            (Line::Play { play, path: bound, .. }, Used::Play(times)) => match (bound, path) {
                (Some(_), None) => Choice::ByPath,
                (Some(bound), Some(path)) if bound != path => Choice::Nothing,
                _ => {
                    *times += 1;
                    Choice::Play(Arc::clone(play))
                }
            },
            (Line::Group { lines, .. }, Used::Group { round, inside }) => {
                if lines.iter().zip(&*inside).all(|(line, used)| line.used_up(used, arrival)) {
                    *round += 1;
                    *inside = fresh(lines);
                }
                choose(lines, inside, arrival, path)
            }
            _ => unreachable!("the progress has the shape of the plan"),
        };
        if choice != Choice::Nothing {
            return choice;
        }
    }
    Choice::Nothing
}

impl Line {
    /// Whether no connection gets it any more.
    fn used_up(&self, used: &Used, arrival: Millis) -> bool {
        self.expired(arrival)
            || match (self, used) {
                (Self::Play { times: Times::Exactly(times), .. }, Used::Play(used)) => used >= times,
                (Self::Group { repeat, lines }, Used::Group { round, inside }) => {
                    round + 1 >= *repeat && lines.iter().zip(inside).all(|(line, used)| line.used_up(used, arrival))
                }
                _ => false,
            }
    }

    /// Whether it would get no connection even if it had never been used.
    fn expired(&self, arrival: Millis) -> bool {
        match self {
            Self::Play { times, until, .. } => {
                *times == Times::Exactly(0) || until.is_some_and(|until| arrival >= until)
            }
            Self::Group { repeat, lines } => *repeat == 0 || lines.iter().all(|line| line.expired(arrival)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Length, Step};

    fn values() -> Values {
        Values::none()
    }

    fn named(name: &str) -> Play {
        Play { steps: vec![Step::Send(name.into())], answers: vec![] }
    }

    fn entry(name: &str, times: Times) -> Entry {
        Entry::Play { play: named(name), times, until: None, path: None }
    }

    fn before(name: &str, until: Millis) -> Entry {
        Entry::Play { play: named(name), times: Times::Any, until: Some(Length::literal(until)), path: None }
    }

    fn at_path(name: &str, times: Times, path: &str) -> Entry {
        Entry::Play { play: named(name), times, until: None, path: Some(path.into()) }
    }

    /// What connections get that arrive at these times and ask for these paths.
    fn chosen(entries: &[Entry], arrivals: &[(Millis, Option<&str>)]) -> Vec<String> {
        let plan = Plan::new(entries, &values());
        let mut progress = plan.start();
        let name = |choice| match choice {
            Choice::Play(play) => match &play.steps[0] {
                Step::Send(name) => name.text(),
                other => panic!("{other:?}"),
            },
            Choice::ByPath => "?".into(),
            Choice::Nothing => "-".into(),
        };
        arrivals.iter().map(|(at, path)| name(plan.choose(&mut progress, *at, *path))).collect()
    }

    #[test]
    fn entries_are_used_up_in_order() {
        let list = [entry("a", Times::Exactly(1)), entry("b", Times::Exactly(2)), entry("c", Times::Any)];
        assert_eq!(chosen(&list, &[(0, None); 6]), ["a", "b", "b", "c", "c", "c"]);
    }

    #[test]
    fn until_is_a_matter_of_the_arrival() {
        let list = [entry("a", Times::Exactly(1)), before("b", 65), entry("c", Times::Any)];
        assert_eq!(chosen(&list, &[(0, None), (1, None), (64, None), (65, None)]), ["a", "b", "b", "c"]);
    }

    #[test]
    fn an_entry_whose_time_is_over_is_skipped_although_it_was_never_used() {
        let list = [entry("a", Times::Exactly(1)), before("b", 65), entry("c", Times::Any)];
        assert_eq!(chosen(&list, &[(70, None), (71, None)]), ["a", "c"]);
    }

    #[test]
    fn groups_repeat_also_inside_groups() {
        let inner =
            Entry::Group { repeat: 2, entries: vec![entry("b", Times::Exactly(1)), entry("c", Times::Exactly(1))] };
        let list =
            [Entry::Group { repeat: 2, entries: vec![entry("a", Times::Exactly(1)), inner] }, entry("z", Times::Any)];
        assert_eq!(chosen(&list, &[(0, None); 12]).concat(), "abcbcabcbczz");
    }

    #[test]
    fn a_group_whose_time_is_over_is_left_at_once() {
        let list = [Entry::Group { repeat: u32::MAX, entries: vec![before("a", 10)] }, entry("z", Times::Any)];
        assert_eq!(chosen(&list, &[(9, None), (10, None)]), ["a", "z"]);
    }

    #[test]
    fn nothing_is_left_when_the_list_has_run_out() {
        assert_eq!(chosen(&[entry("a", Times::Exactly(1))], &[(0, None); 2]), ["a", "-"]);
    }

    #[test]
    fn a_path_is_asked_for_only_where_it_decides() {
        let list = [entry("a", Times::Exactly(1)), at_path("b", Times::Any, "/b"), entry("c", Times::Any)];
        let arrivals = [(0, None), (0, None), (0, Some("/b")), (0, Some("/x")), (0, Some("/b"))];
        assert_eq!(chosen(&list, &arrivals), ["a", "?", "b", "c", "b"]);
    }

    #[test]
    fn a_path_that_is_not_asked_for_does_not_use_its_entry_up() {
        let list = [at_path("a", Times::Exactly(1), "/a"), at_path("b", Times::Any, "/b")];
        let arrivals = [(0, Some("/b")), (0, Some("/c")), (0, Some("/a")), (0, Some("/a"))];
        assert_eq!(chosen(&list, &arrivals), ["b", "-", "a", "-"]);
    }
}
