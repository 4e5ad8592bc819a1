//! Plays one scenario to one submission and returns its [`Trace`]: the place where clock, link, server and client process meet.
//!
//! It judges nothing. Both clocks give the same kind of trace. A [`Show`] is the same on a real port, and leaves none.

mod serve;
mod virtual_time;
mod wall;

use std::{borrow::Cow, collections::BTreeMap};

use sha2::{Digest as _, Sha256};

use crate::{
    client::{self, Program},
    record::Recorder,
    scenario::{Cast, Challenge, Scenario, Values},
    time::Millis,
    trace::{Clock, Fault, Header, How, Trace},
};

pub use serve::{Audience, Finale, Show};

/// What is run, and how.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The challenge the scenario belongs to.
    pub challenge: &'a Challenge,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// From which the client's values are drawn.
    pub seed: u64,
    /// The submission, built.
    pub program: &'a Program,
    /// On which clock.
    pub clock: ClockChoice,
}

/// Which clock a run is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClockChoice {
    /// Simulated time, over a link with this one-way latency.
    Virtual {
        /// At least 1 ms.
        latency: Millis,
    },
    /// Real time, over loopback TCP.
    Wall {
        /// What durations are divided by at most.
        speed: f64,
    },
}

/// What a run leaves.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What happened.
    pub trace: Trace,
    /// What the client was told.
    pub values: Values,
    /// The end of what the submission printed.
    pub output: String,
}

/// Why a run could not be made: the harness's or the machine's fault, never the submission's.
#[derive(Debug)]
pub enum Error {
    /// The client's process could not be started.
    Client(client::Error),
    /// A socket of the harness failed.
    Socket(std::io::Error),
}

impl Error {
    /// Whether there is no such program, or it may not be run.
    #[must_use]
    pub fn is_no_program(&self) -> bool {
        use std::io::ErrorKind::{NotFound, PermissionDenied};
        matches!(self, Self::Client(client::Error::Start { source, .. }) if matches!(source.kind(), NotFound | PermissionDenied))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Client(error) => write!(f, "cannot start the client: {error}"),
            Self::Socket(error) => write!(f, "cannot open a socket on 127.0.0.1: {error}"),
        }
    }
}

impl std::error::Error for Error {}

/// The shortest base delay on the wall clock, in milliseconds: below it, scheduling hides the client's own waits.
pub const SHORTEST_BASE: Millis = 100;

/// The environment variable that names the parts of the kit that are the exercise (`starter/CONTRACT.md`).
const WITHOUT: &str = "HARNESS_WITHOUT";

/// The name of the value that a scenario's time scale follows.
const BASE: &str = "base_delay";

impl Job<'_> {
    /// Runs it.
    ///
    /// # Errors
    /// If the process cannot be started or a socket not opened.
    pub fn run(&self) -> Result<Ran, Error> {
        let mut ran = match self.clock {
            ClockChoice::Virtual { latency } => virtual_time::run(self, latency),
            ClockChoice::Wall { .. } => wall::run(self),
        }?;
        ran.output = self.program.names.given(ran.output);
        self.name(&mut ran.trace.end.how);
        Ok(ran)
    }

    /// Calls the submission's files by the names that the student knows.
    fn name(&self, how: &mut How) {
        let names = &self.program.names;
        if let How::Broken(Fault::Panicked(text)) = how {
            *text = names.given(std::mem::take(text));
        }
    }

    /// The values of this run: on the wall clock scaled, but never so far that the base delay falls below [`SHORTEST_BASE`].
    fn values(&self) -> Values {
        let speed = match self.clock {
            ClockChoice::Virtual { .. } => 1.0,
            ClockChoice::Wall { speed } => speed.min(fastest(self.challenge, self.scenario, self.seed)),
        };
        self.challenge.values(self.scenario, self.seed, speed)
    }

    /// The submission, told which parts of the kit are the exercise.
    fn program(&self) -> Cow<'_, Program> {
        let without: Vec<_> = self.challenge.without.iter().map(|part| part.name()).collect();
        if without.is_empty() {
            return Cow::Borrowed(self.program);
        }
        let mut program = self.program.clone();
        program.env.push((WITHOUT.into(), without.join(",").into()));
        Cow::Owned(program)
    }

    fn cast(&self, values: &Values) -> Cast {
        let clock = match self.clock {
            ClockChoice::Virtual { .. } => Clock::Virtual,
            ClockChoice::Wall { .. } => Clock::Wall { speed: values.speed },
        };
        self.scenario.cast(values, clock.variants(self.seed))
    }

    fn header(&self, cast: &Cast, values: &Values, latency: Millis, slack: Millis) -> Header {
        let clock = match self.clock {
            ClockChoice::Virtual { .. } => Clock::Virtual,
            ClockChoice::Wall { .. } => Clock::Wall { speed: values.speed },
        };
        Header {
            challenge: self.challenge.slug.clone(),
            scenario: self.scenario.id.clone(),
            seed: self.seed,
            clients: cast.clients(),
            clock,
            latency,
            slack,
        }
    }
}

/// How fast a scenario can be played in real time so that the base delay is [`SHORTEST_BASE`] at least; 1 at least.
#[must_use]
pub fn fastest(challenge: &Challenge, scenario: &Scenario, seed: u64) -> f64 {
    let unscaled = challenge.values(scenario, seed, 1.0);
    let most = unscaled.durations.get(BASE).map_or(f64::INFINITY, |base| *base as f64 / SHORTEST_BASE as f64);
    most.max(1.0)
}

/// What a client is told: durations in whole milliseconds, everything else as it is.
#[must_use]
pub fn config(values: &Values) -> serde_json::Map<String, serde_json::Value> {
    let durations = values.durations.iter().map(|(name, ms)| (name.clone(), (*ms).into()));
    let counts = values.counts.iter().map(|(name, n)| (name.clone(), (*n).into()));
    let texts = values.texts.iter().map(|(name, text)| (name.clone(), text.clone().into()));
    let told = values.told.iter().map(|(name, value)| (name.clone(), value.clone()));
    durations.chain(counts).chain(texts).chain(told).collect()
}

/// What each client is told in place of that, by its number; only those of whom a case says so.
pub(crate) fn told_apart(
    scenario: &Scenario,
    cast: &Cast,
) -> BTreeMap<u32, serde_json::Map<String, serde_json::Value>> {
    let own = scenario.cases.iter().enumerate().filter(|(_, case)| !case.told.is_empty());
    own.flat_map(|(role, case)| cast.clients_of(role).map(|client| (client, case.told.iter().cloned().collect())))
        .collect()
}

/// What the clients are charged with if more happened than there was room for.
fn too_much(recorder: &Recorder) -> Option<Fault> {
    recorder.overflowed().map(|most| Fault::Flooded(format!("more than {most} things happened in one run")))
}

/// The seed of the client's random streams: from it, nobody can work back to the one that drew the values.
fn client_seed(seed: u64) -> u64 {
    let digest = Sha256::new().chain_update("the client's random streams").chain_update(seed.to_le_bytes()).finalize();
    digest.iter().take(size_of::<u64>()).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::client_seed;

    /// Recorded verdicts can be played again only as long as this never changes. The expected value was computed elsewhere:
    /// the first eight bytes of a SHA-256, big-endian.
    #[test]
    fn a_clients_seed_is_a_digest_of_the_seed() {
        assert_eq!(client_seed(1), 0x24f7_2372_7064_d836);
        assert_ne!(client_seed(2), client_seed(1));
    }
}
