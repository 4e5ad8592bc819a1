//! A scenario of a challenge, served on a real port.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use super::{
    Catalog, Error, Progress, Submission,
    catalog::unknown,
    prepare::{Prepared, Ready, Workshop, resolve},
    verdict::Subject,
};
use crate::{
    report::Playbill,
    run::{Audience, ClockChoice, Finale, Show, fastest},
    scenario::{Cast, Challenge, Scenario, Values, Variants},
    server,
    verdict::Verdict,
};

/// The port that is taken if it is free and no other is asked for: the same address every time is one less thing to look up.
const USUAL_PORT: u16 = 7878;

/// What is served, and to whom.
#[derive(Debug, Clone)]
pub struct PlayOptions {
    /// The challenge's slug.
    pub slug: String,
    /// The scenario's id; the first one if none is named.
    pub scenario: Option<String>,
    /// Where a scenario has cases, the id of the one that is served; the first one if none is named.
    pub case: Option<String>,
    /// Which variant of the case, from 1.
    pub variant: Option<u32>,
    /// In place of the challenge's own seed.
    pub seed: Option<u64>,
    /// What durations are divided by.
    pub speed: f64,
    /// The port: 0 for any that is free, none for the usual one or, if that is taken, any.
    pub port: Option<u16>,
    /// A client to play it to; whoever connects if there is none.
    pub client: Option<Submission>,
    /// Whether it is played to whoever connects only once.
    pub once: bool,
    /// Whether the compiler's output is coloured.
    pub colour: bool,
}

/// What opening leads to.
pub enum Opened {
    /// The port is open, and all is ready.
    Ready(Box<Play>),
    /// The client does not compile.
    NotCompiled(Box<Verdict>),
}

/// A scenario that is ready to be served.
pub struct Play {
    challenge: Challenge,
    /// The scenario's place in the challenge.
    scenario: usize,
    seed: u64,
    values: Values,
    /// The clients of a graded run, and which of them this is.
    cast: Cast,
    served: u32,
    listener: TcpListener,
    address: String,
    client: Option<(Submission, Ready)>,
    once: bool,
}

/// Opens the port and builds the client, if there is one.
///
/// # Errors
/// [`Error`]: something that is named does not exist, or the port cannot be had.
pub fn open(catalog: &Catalog, options: &PlayOptions, progress: &(dyn Fn(Progress) + Sync)) -> Result<Opened, Error> {
    let challenge = catalog.load(&options.slug)?;
    let scenario = scenario(&challenge, options.scenario.as_deref())?;
    let seed = options.seed.unwrap_or(challenge.seed);
    let most = match options.client {
        Some(_) => fastest(&challenge, &challenge.scenarios[scenario], seed),
        None => f64::INFINITY,
    };
    let values = challenge.values(&challenge.scenarios[scenario], seed, options.speed.min(most));
    let cast = challenge.scenarios[scenario].cast(&values, Variants::All);
    let served = client(&challenge.scenarios[scenario], &cast, options)?;
    let listener = listen(options.port)?;
    let address = listener.local_addr().map_err(|error| Error::Harness(format!("cannot listen: {error}")))?;
    let address = SocketAddr::to_string(&address);
    let client = match &options.client {
        None => None,
        Some(submission) => match prepare(catalog, &challenge, submission, (seed, options), progress)? {
            Ok(client) => Some(client),
            Err(verdict) => return Ok(Opened::NotCompiled(verdict)),
        },
    };
    let once = options.once;
    let play = Play { challenge, scenario, seed, values, cast, served, listener, address, client, once };
    Ok(Opened::Ready(Box::new(play)))
}

fn scenario(challenge: &Challenge, id: Option<&str>) -> Result<usize, Error> {
    let is_meant = |scenario: &Scenario| !scenario.hidden && id.is_none_or(|id| scenario.id == id);
    challenge.scenarios.iter().position(is_meant).ok_or_else(|| match id {
        None => Error::Usage(format!("no scenario of {} can be served: all of them are hidden", challenge.slug)),
        Some(id) if challenge.scenario(id).is_some() => {
            Error::Usage(format!("scenario {id} is hidden: it is not served"))
        }
        Some(id) => {
            let known: Vec<_> = challenge.open_scenarios().map(|scenario| scenario.id.clone()).collect();
            Error::Usage(unknown("scenario", id, &known))
        }
    })
}

/// Which client of a graded run is the one that is asked for.
fn client(scenario: &Scenario, cast: &Cast, options: &PlayOptions) -> Result<u32, Error> {
    if scenario.cases.is_empty() {
        return match (&options.case, options.variant) {
            (None, None) => Ok(0),
            _ => Err(Error::Usage(format!("scenario {} has no cases and no variants of them", scenario.id))),
        };
    }
    let role = match &options.case {
        None => 0,
        Some(id) => scenario.cases.iter().position(|case| case.id == *id).ok_or_else(|| {
            let known: Vec<_> = scenario.cases.iter().map(|case| case.id.clone()).collect();
            Error::Usage(unknown("case", id, &known))
        })?,
    };
    let variant = options.variant.unwrap_or(1);
    let clients: Vec<_> = cast.clients_of(role).collect();
    let found = (variant as usize).checked_sub(1).and_then(|index| clients.get(index));
    found.copied().ok_or_else(|| {
        let (case, variants) = (&scenario.cases[role].id, clients.len());
        Error::Usage(format!("case {case} has no variant {variant}: it has {variants}, from 1"))
    })
}

fn listen(port: Option<u16>) -> Result<TcpListener, Error> {
    let asked = port.unwrap_or(USUAL_PORT);
    let listener = match server::bind(asked) {
        Err(_) if port.is_none() => server::bind(0),
        bound => bound,
    };
    listener.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Error::Usage(format!(
            "port {asked} is in use: by another program, or by another `play`\n\
             Name another with --port, or leave it out to have a free one."
        )),
        io::ErrorKind::PermissionDenied => {
            Error::Usage(format!("port {asked} is not for everybody: those from 1024 on are"))
        }
        _ => Error::Harness(format!("cannot listen on port {asked} of 127.0.0.1: {error}")),
    })
}

/// Builds the client; if it does not compile, the verdict says why.
fn prepare(
    catalog: &Catalog,
    challenge: &Challenge,
    submission: &Submission,
    (seed, options): (u64, &PlayOptions),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Result<(Submission, Ready), Box<Verdict>>, Error> {
    let submission = resolve(catalog, challenge, submission)?;
    match Workshop::new(catalog, challenge, options.colour, progress).prepare(&submission)? {
        Prepared::Ready(ready) => Ok(Ok((submission, *ready))),
        Prepared::NotCompiled(compiler) => {
            let clock = ClockChoice::Wall { speed: options.speed };
            let sandbox = Some(catalog.workspace.sandbox);
            let subject = Subject { challenge, submission: &submission, seed, clock, sandbox, only: None };
            Ok(Err(Box::new(subject.not_compiled(compiler))))
        }
    }
}

impl Play {
    /// What is to be read before it begins.
    pub fn announce<T>(&self, read: impl FnOnce(&Playbill<'_>) -> T) -> T {
        let client = self.client.as_ref().map(|(submission, _)| submission.name(&self.challenge.slug));
        read(&Playbill {
            challenge: &self.challenge,
            scenario: &self.challenge.scenarios[self.scenario],
            cast: &self.cast,
            served: self.served,
            values: &self.values,
            address: &self.address,
            client: client.as_deref(),
            once: self.once,
        })
    }

    /// Whether it is played to a client of the harness.
    #[must_use]
    pub fn has_client(&self) -> bool {
        self.client.is_some()
    }

    /// Whether it ends when the scenario is over.
    #[must_use]
    pub fn is_once(&self) -> bool {
        self.once
    }

    /// The command that grades the client.
    #[must_use]
    pub fn check(&self) -> String {
        let options = self.client.as_ref().map(|(submission, _)| submission.options()).unwrap_or_default();
        format!("cargo run -p harness -- check {}{options}", self.challenge.slug)
    }

    /// Serves it until it is over or `leave`, whichever is first. Gives how the client of the harness has ended, if there was one and it was
    /// not left.
    ///
    /// # Errors
    /// [`Error`]: the client cannot be started, or the listener not be used.
    pub fn run<A: Audience>(self, audience: &Arc<A>, leave: impl Future<Output = ()>) -> Result<Option<Finale>, Error> {
        let cast = Arc::new(self.cast.only(self.served));
        let scenario = &self.challenge.scenarios[self.scenario];
        let show = Show { challenge: &self.challenge, scenario, seed: self.seed, values: &self.values, cast };
        match &self.client {
            None => show.to_anybody(self.listener, audience, self.once, leave).map(|()| None).map_err(Error::from),
            Some((submission, ready)) => {
                show.to_client(self.listener, audience, &ready.program, leave).map_err(|error| match submission {
                    Submission::Command(_) if error.is_no_program() => Error::Usage(error.to_string()),
                    _ => error.into(),
                })
            }
        }
    }
}
