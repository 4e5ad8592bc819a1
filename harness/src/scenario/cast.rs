//! Which clients a run of a scenario has, and what each of them is played.
//!
//! The clients of a scenario without cases are all alike. In one with cases, each client is played one variant of one case. The clients
//! of a case stand side by side and are counted, not listed: thousands of them cost no more than one.

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
    /// How its raw bytes are varied.
    pub vary: Vary,
}

/// What some clients of a scenario are played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Role<'s> {
    /// Which play a connection gets.
    pub server: &'s [Entry],
    /// What the user does.
    pub user: &'s [UserStep],
    /// How its raw bytes are varied; none if they are not.
    pub vary: Option<&'s Vary>,
}

/// Which variants of its cases a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variants {
    /// All of them.
    All,
    /// For each way to split one of each case, chosen by this seed: each client of a run in real time is a process.
    Sample(u64),
}

impl Scenario {
    /// What its clients are played: one role for each case, or a single one if there are none.
    #[must_use]
    pub fn roles(&self) -> Vec<Role<'_>> {
        if self.cases.is_empty() {
            return vec![Role { server: &self.server, user: &self.user, vary: None }];
        }
        self.cases.iter().map(|case| Role { server: &case.server, user: &case.user, vary: Some(&case.vary) }).collect()
    }

    /// The clients of a run with `values`.
    #[must_use]
    pub fn cast(&self, values: &Values, variants: Variants) -> Cast {
        let mut cast = Cast { groups: Vec::new(), clients: 0 };
        for (role, Role { server, vary, .. }) in self.roles().into_iter().enumerate() {
            match (vary, variants) {
                (None, _) => cast.add(Group { role, newline: None, cuts: Cuts::Whole, ..Group::NONE }, self.clients),
                (Some(vary), Variants::All) => cast.add_all(role, vary, server, values),
                (Some(vary), Variants::Sample(seed)) => cast.add_sample(role, vary, server, values, seed),
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
}

impl Group {
    /// A group before it is added.
    const NONE: Self = Self { first: 0, role: 0, newline: None, cuts: Cuts::Whole };
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
        for newline in newlines(vary) {
            for split in &vary.splits {
                let (cuts, clients) = match split {
                    Split::Whole => (Cuts::Whole, 1),
                    Split::Bytes => (Cuts::Bytes, 1),
                    Split::Every => (Cuts::From(1), offsets(server, values, newline)),
                };
                self.add(Group { role, newline, cuts, ..Group::NONE }, clients);
            }
        }
    }

    /// Adds one variant of a case for each way to split, each with another line end.
    fn add_sample(&mut self, role: usize, vary: &Vary, server: &[Entry], values: &Values, seed: u64) {
        let newlines = newlines(vary);
        for (turn, split) in vary.splits.iter().enumerate() {
            let newline = newlines[(role + turn) % newlines.len()];
            let (cuts, clients) = match split {
                Split::Whole => (Cuts::Whole, 1),
                Split::Bytes => (Cuts::Bytes, 1),
                Split::Every => {
                    let offsets = u64::from(offsets(server, values, newline));
                    let drawn = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31) ^ role as u64;
                    // No stream is so long that a place in it would not fit.
                    (Cuts::From(1 + (drawn % offsets.max(1)) as usize), offsets.min(1) as u32)
                }
            };
            self.add(Group { role, newline, cuts, ..Group::NONE }, clients);
        }
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

/// The line ends of a case, at least one.
fn newlines(vary: &Vary) -> Vec<Option<Newline>> {
    if vary.newlines.is_empty() { vec![None] } else { vary.newlines.iter().copied().map(Some).collect() }
}

/// At how many places the bytes of a connection can be cut in two.
fn offsets(server: &[Entry], values: &Values, newline: Option<Newline>) -> u32 {
    let length = stream(server, values, Variant { newline, cut: Cut::Whole }).len();
    u32::try_from(length.saturating_sub(1)).unwrap_or(u32::MAX)
}

/// The raw bytes that are sent on one connection: the most that any play of the list sends.
fn stream(server: &[Entry], values: &Values, variant: Variant) -> Vec<u8> {
    let streams = server.iter().map(|entry| match entry {
        Entry::Play { play, .. } => variant.bytes(&raw(&play.steps, values)),
        Entry::Group { entries, .. } => stream(entries, values, variant),
    });
    // Of those of one length the first.
    streams.rev().max_by_key(Vec::len).unwrap_or_default()
}

/// The raw bytes of steps, as they are written.
fn raw(steps: &[Step], values: &Values) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Bytes(bytes) => text += &bytes.filled(values).to_string(),
            Step::Repeat { times, steps } => {
                let round = raw(steps, values);
                (1..=*times).for_each(|n| text += &round.replace("{n}", &n.to_string()));
            }
            _ => {}
        }
    }
    text
}
