//! Plays one scenario to one submission and returns its [`Trace`]: the place where clock, link, server and client process meet.
//!
//! It judges nothing. Both clocks give the same kind of trace.

mod virtual_time;
mod wall;

use std::borrow::Cow;

use crate::{
    client::{self, Program},
    record::Recorder,
    scenario::{Cast, Challenge, Scenario, Values},
    time::Millis,
    trace::{Clock, Fault, Header, How, Trace},
};

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
        let names = &self.program.names;
        ran.output = names.given(ran.output);
        if let How::Broken(Fault::Panicked(text)) = &mut ran.trace.end.how {
            *text = names.given(std::mem::take(text));
        }
        Ok(ran)
    }

    /// The values of this run: on the wall clock scaled, but never so far that the base delay falls below [`SHORTEST_BASE`].
    fn values(&self) -> Values {
        self.challenge.values(self.scenario, self.seed, speed(self))
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

fn speed(job: &Job<'_>) -> f64 {
    let ClockChoice::Wall { speed } = job.clock else { return 1.0 };
    let unscaled = job.challenge.values(job.scenario, job.seed, 1.0);
    let most = unscaled.durations.get(BASE).map_or(f64::INFINITY, |base| *base as f64 / SHORTEST_BASE as f64);
    speed.min(most).max(1.0)
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

/// What the clients are charged with if more happened than there was room for.
fn too_much(recorder: &Recorder) -> Option<Fault> {
    recorder.overflowed().map(|most| Fault::Flooded(format!("more than {most} things happened in one run")))
}

/// The seed of the client's random streams: not the one that drew the values, so that nothing can be derived from them.
fn client_seed(seed: u64) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x0005_eed0_fc11_e475
}
