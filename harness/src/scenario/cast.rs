//! Which clients a run of a scenario has, and what each of them is played.
//!
//! The clients of a scenario without cases are all alike. In one with cases, each client is played one variant of one case. The clients
//! of a case stand side by side and are counted, not listed: thousands of them cost no more than one.

use crate::time::Millis;

use serde_json::Value;

use super::{Cut, Entry, Newline, Scenario, Split, Step, UserStep, Values, Variant, Vary};

/// One of the stories of a scenario that has several: it is played to clients of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name, unique in the scenario.
    pub id: String,
    /// Which play a connection gets, as in [`Scenario::server`].
    pub server: Vec<Entry>,
    /// What the user does, as in [`Scenario::user`].
    pub user: Vec<UserStep>,
    /// How its raw bytes are varied: the variants of each of these; none leave the bytes as they are written.
    pub vary: Vec<Vary>,
    /// What its client is told in place of the scenario's tables and lists, by name.
    pub told: Vec<(String, Value)>,
}

/// What some clients of a scenario are played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Role<'s> {
    /// Which play a connection gets.
    pub server: &'s [Entry],
    /// What the user does.
    pub user: &'s [UserStep],
    /// How its raw bytes are varied, as in [`Case::vary`]; none for the clients of a scenario without cases.
    pub vary: Option<&'s [Vary]>,
}

/// Which variants of its cases a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variants {
    /// All of them.
    All,
    /// Of each case, one for each way to split it, chosen by this seed: each client of a run in real time is a process.
    Sample(u64),
}

impl Case {
    /// Whether any of its variants is split so.
    #[must_use]
    pub fn is_split(&self, split: Split) -> bool {
        let all = self.vary.iter().any(|vary| vary.splits.contains(&split));
        all || (self.vary.is_empty() && split == Split::Whole)
    }
}

impl Scenario {
    /// What its clients are played: one role for each case, or a single one if there are none.
    #[must_use]
    pub fn roles(&self) -> Vec<Role<'_>> {
        if self.cases.is_empty() {
            return vec![Role { server: &self.server, user: &self.user, vary: None }];
        }
        self.cases
            .iter()
            .map(|case| Role { server: &case.server, user: &case.user, vary: Some(case.vary.as_slice()) })
            .collect()
    }

    /// The clients of a run with `values`.
    #[must_use]
    pub fn cast(&self, values: &Values, variants: Variants) -> Cast {
        let mut cast = Cast { groups: Vec::new(), clients: 0 };
        for (role, Role { server, vary, .. }) in self.roles().into_iter().enumerate() {
            match (vary, variants) {
                (None, _) => cast.add(Group { role, ..Group::NONE }, self.clients),
                (Some([]), _) => cast.add(Group { role, ..Group::NONE }, 1),
                (Some(all), Variants::All) => all.iter().for_each(|vary| cast.add_all(role, vary, server, values)),
                (Some(all), Variants::Sample(seed)) => cast.add_sample(role, all, server, values, seed),
            }
        }
        cast
    }

    /// The raw bytes that a variant of a role sends on one connection: the most that any of its plays does.
    #[must_use]
    pub fn stream(&self, role: usize, values: &Values, variant: Variant) -> Vec<u8> {
        self.roles().get(role).map(|role| stream(role.server, values, variant)).unwrap_or_default()
    }
}

/// The clients of one run, in the order of the cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// In the order of their clients; none is empty.
    groups: Vec<Group>,
    clients: u32,
}

/// Clients that stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    /// The first of them.
    first: u32,
    /// The index of what they are played in [`Scenario::roles`].
    role: usize,
    newline: Option<Newline>,
    cuts: Cuts,
    /// How long the server waits between two pieces.
    gap: Millis,
}

impl Group {
    /// A group before it is added.
    const NONE: Self = Self { first: 0, role: 0, newline: None, cuts: Cuts::Whole, gap: 0 };
}

/// Where the bytes of a group are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cuts {
    Whole,
    Bytes,
    /// Each client one byte later than the one before it, from here on.
    From(usize),
}

impl Cast {
    /// Adds clients of one group.
    fn add(&mut self, group: Group, clients: u32) {
        if clients > 0 {
            self.groups.push(Group { first: self.clients, ..group });
            self.clients = self.clients.saturating_add(clients);
        }
    }

    /// Adds every variant of a case.
    fn add_all(&mut self, role: usize, vary: &Vary, server: &[Entry], values: &Values) {
        for newline in vary.newlines() {
            for split in &vary.splits {
                let (cuts, clients) = match split {
                    Split::Whole => (Cuts::Whole, 1),
                    Split::Bytes => (Cuts::Bytes, 1),
                    Split::Every => (Cuts::From(1), offsets(server, values, newline)),
                };
                self.add(Group { role, newline, cuts, gap: values.ms(&vary.gap), ..Group::NONE }, clients);
            }
        }
    }

    /// Adds one variant of a case for each way in which it is split: the next one with another line end, and so is the next case.
    fn add_sample(&mut self, role: usize, all: &[Vary], server: &[Entry], values: &Values, seed: u64) {
        for (turn, split) in Split::ALL.into_iter().enumerate() {
            let split_so = all.iter().filter(|vary| vary.splits.contains(&split));
            let choices: Vec<_> =
                split_so.flat_map(|vary| vary.newlines().into_iter().map(move |newline| (vary, newline))).collect();
            let Some((vary, newline)) = choices.get((role + turn) % choices.len().max(1)) else { continue };
            let (cuts, clients) = match split {
                Split::Whole => (Cuts::Whole, 1),
                Split::Bytes => (Cuts::Bytes, 1),
                Split::Every => {
                    let offsets = u64::from(offsets(server, values, *newline));
                    let drawn = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31) ^ role as u64;
                    // No stream is so long that a place in it would not fit.
                    (Cuts::From(1 + (drawn % offsets.max(1)) as usize), offsets.min(1) as u32)
                }
            };
            self.add(Group { role, newline: *newline, cuts, gap: values.ms(&vary.gap), ..Group::NONE }, clients);
        }
    }

    /// Only this client, as number 0.
    #[must_use]
    pub fn only(&self, client: u32) -> Self {
        let group = self.group(client);
        let cuts = match self.variant(client).cut {
            Cut::Whole => Cuts::Whole,
            Cut::Bytes => Cuts::Bytes,
            Cut::At(offset) => Cuts::From(offset),
        };
        Self { groups: vec![Group { first: 0, cuts, ..group }], clients: 1 }
    }

    /// How many clients there are.
    #[must_use]
    pub fn clients(&self) -> u32 {
        self.clients
    }

    /// What a client is played, as an index in [`Scenario::roles`]. Clients that are not of the run are played what the last one is.
    #[must_use]
    pub fn role(&self, client: u32) -> usize {
        self.group(client).role
    }

    /// How the bytes that a client gets are varied.
    #[must_use]
    pub fn variant(&self, client: u32) -> Variant {
        let group = self.group(client);
        let cut = match group.cuts {
            Cuts::Whole => Cut::Whole,
            Cuts::Bytes => Cut::Bytes,
            Cuts::From(offset) => Cut::At(offset + client.saturating_sub(group.first) as usize),
        };
        Variant { newline: group.newline, cut }
    }

    /// How long the server waits between two pieces of what a client gets.
    #[must_use]
    pub fn gap(&self, client: u32) -> Millis {
        self.group(client).gap
    }

    /// The clients that are played a role.
    pub fn clients_of(&self, role: usize) -> impl Iterator<Item = u32> {
        // Groups of one role stand side by side.
        let from = self.groups.partition_point(|group| group.role < role);
        let to = self.groups.partition_point(|group| group.role <= role);
        let first = |index: usize| self.groups.get(index).map_or(self.clients, |group| group.first);
        first(from)..first(to)
    }

    fn group(&self, client: u32) -> Group {
        let after = self.groups.partition_point(|group| group.first <= client);
        after.checked_sub(1).map_or(Group::NONE, |group| self.groups[group])
    }
}

/// At how many places the bytes of a connection can be cut in two.
fn offsets(server: &[Entry], values: &Values, newline: Option<Newline>) -> u32 {
    let length = stream(server, values, Variant { newline, cut: Cut::Whole }).len();
    u32::try_from(length.saturating_sub(1)).unwrap_or(u32::MAX)
}

/// The raw bytes that are sent on one connection: the most that any play of the list sends.
fn stream(server: &[Entry], values: &Values, variant: Variant) -> Vec<u8> {
    let streams = server.iter().map(|entry| match entry {
        Entry::Play { play, .. } => variant.bytes(&raw(&play.steps, values, None)),
        Entry::Group { entries, .. } => stream(entries, values, variant),
    });
    // Of those of one length the first.
    streams.rev().max_by_key(Vec::len).unwrap_or_default()
}

/// The raw bytes of steps, as they are written; `round` is that of the `repeat` in which they stand.
fn raw(steps: &[Step], values: &Values, round: Option<u32>) -> Vec<u8> {
    let mut all = Vec::new();
    for step in steps {
        match step {
            Step::Bytes(bytes) => {
                let bytes = bytes.filled(values);
                all.extend(round.map_or(bytes.clone(), |n| bytes.numbered(n)).bytes());
            }
            Step::Repeat { times, steps } => (1..=*times).for_each(|n| all.extend(raw(steps, values, Some(n)))),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Length, Play, Times, Words};

    fn values() -> Values {
        Values { words: Words::of(1, "x"), ..Values::none() }
    }

    /// A scenario whose cases send these streams, each varied in these ways.
    fn scenario(cases: &[(&str, &[Vary])]) -> Scenario {
        let case = |(stream, vary): &(&str, &[Vary])| {
            let play = Play { steps: vec![Step::Bytes((*stream).into())], answers: Vec::new() };
            let server = vec![Entry::Play { play, times: Times::Any, until: None, path: None }];
            Case { id: (*stream).to_owned(), server, user: Vec::new(), vary: vary.to_vec(), told: Vec::new() }
        };
        Scenario {
            id: "x".to_owned(),
            about: String::new(),
            lasts: Length::literal(1_000),
            clients: 3,
            client: Vec::new(),
            server: Vec::new(),
            user: Vec::new(),
            cases: cases.iter().map(case).collect(),
            log: None,
            virtual_only: None,
            hidden: false,
        }
    }

    fn vary(newlines: &[Newline], splits: &[Split]) -> Vary {
        Vary { newlines: newlines.to_vec(), splits: splits.to_vec(), gap: Length::literal(20) }
    }

    fn told(cast: &Cast) -> Vec<(usize, Option<Newline>, Cut)> {
        let told = |client| {
            let Variant { newline, cut } = cast.variant(client);
            (cast.role(client), newline, cut)
        };
        (0..cast.clients()).map(told).collect()
    }

    #[test]
    fn without_cases_all_clients_are_alike() {
        let cast = scenario(&[]).cast(&values(), Variants::All);
        assert_eq!(told(&cast), [(0, None, Cut::Whole); 3]);
        assert_eq!(cast.clients_of(0).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn every_variant_of_every_case_is_one_client() {
        let whole = vary(&[], &[Split::Whole]);
        let all = vary(&[Newline::Lf, Newline::CrLf], &Split::ALL);
        let cast = scenario(&[("a", &[]), ("b\n", &[whole, all]), ("c", &[])]).cast(&values(), Variants::All);
        let (lf, crlf) = (Some(Newline::Lf), Some(Newline::CrLf));
        assert_eq!(
            told(&cast),
            [
                (0, None, Cut::Whole),
                (1, None, Cut::Whole),
                (1, lf, Cut::Whole),
                (1, lf, Cut::Bytes),
                (1, lf, Cut::At(1)),
                (1, crlf, Cut::Whole),
                (1, crlf, Cut::Bytes),
                (1, crlf, Cut::At(1)),
                (1, crlf, Cut::At(2)),
                (2, None, Cut::Whole),
            ]
        );
        let of = |role| cast.clients_of(role).collect::<Vec<_>>();
        assert_eq!((of(0), of(2)), (vec![0], vec![9]));
        assert_eq!(of(1), (1..9).collect::<Vec<_>>());
        assert_eq!((cast.gap(0), cast.gap(8)), (0, 20));
    }

    #[test]
    fn one_of_several_is_played_what_it_was() {
        let all = vary(&[Newline::Lf, Newline::CrLf], &Split::ALL);
        let cast = scenario(&[("a", &[]), ("b\n", &[all]), ("c", &[])]).cast(&values(), Variants::All);
        for client in 0..cast.clients() {
            assert_eq!(told(&cast.only(client)), [told(&cast)[client as usize]]);
            assert_eq!(cast.only(client).gap(0), cast.gap(client));
        }
    }

    #[test]
    fn a_sample_has_one_client_for_each_way_to_split() {
        let newlines = vary(&Newline::ALL, &[Split::Whole, Split::Every]);
        let sample = |seed| {
            let scenario =
                scenario(&[("abcdefgh\n", std::slice::from_ref(&newlines)), ("i", std::slice::from_ref(&newlines))]);
            told(&scenario.cast(&values(), Variants::Sample(seed)))
        };
        let first = sample(1);
        assert_eq!(first, sample(1));
        assert_eq!(first[0], (0, Some(Newline::Lf), Cut::Whole));
        assert!(matches!(first[1], (0, Some(Newline::Cr), Cut::At(1..=8))), "{first:?}");
        // One byte cannot be cut.
        assert_eq!(first[2..], [(1, Some(Newline::CrLf), Cut::Whole)]);
        assert!((2..20).any(|seed| sample(seed) != first));
    }

    #[test]
    fn the_longest_play_is_the_stream() {
        let mut scenario = scenario(&[("short", &[])]);
        let steps =
            vec![Step::Repeat { times: 2, steps: vec![Step::Bytes("{n}\n".into())] }, Step::Bytes("end".into())];
        let play = Play { steps, answers: Vec::new() };
        let entry = Entry::Play { play, times: Times::Any, until: None, path: None };
        scenario.cases[0].server.insert(0, Entry::Group { repeat: 2, entries: vec![entry] });
        let variant = Variant { newline: Some(Newline::CrLf), cut: Cut::Bytes };
        assert_eq!(scenario.stream(0, &values(), variant), b"1\r\n2\r\nend");
    }
}
