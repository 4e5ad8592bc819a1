//! A run in real time: the server listens on loopback TCP, each client is a process that speaks the contract.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    num::NonZero,
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio::sync::{
    Mutex, MutexGuard, Semaphore,
    mpsc::{self, UnboundedReceiver, UnboundedSender},
};

use super::{BASE, Error, Job, Ran, SHORTEST_BASE, client_seed, config, told_apart, too_much};
use crate::{
    client::{self, Acts, Client, Contract, ContractLine, Exit},
    clock::{Clock, Lag, WallClock},
    link::Act,
    record::Recorder,
    scenario::{Cast, Values},
    server::{self, Stage, UserLine},
    time::{Millis, show},
    trace::{Claim, End, Event, Fault, How, Trace, What},
};

/// How often a run is made at most, if the machine cannot keep real time.
const TRIES: u32 = 3;

/// Slack is at least this part of the base delay.
const LEAST_SLACK: f64 = 0.05;

/// Slack is this many times the worst lag that was sampled: what the server does wakes the client, whose report wakes the thread that
/// reads it, which wakes the run.
const LAGS: Millis = 3;

/// How often the clients are looked at. What a thread waits for a processor is known only in sum: seldom looks would make one long wait of
/// many short ones.
const LOOK: Millis = 10;

/// How often a client that starts is looked at.
const LOOK_FOR_START: Millis = 2;

/// How long a client may keep others from starting.
const LONGEST_START: Millis = 500;

/// How many clients there may be for each processor, in all runs that go side by side. They mostly sleep, but one event often wakes all of
/// a run, and each is a program that starts and ends.
const CLIENTS: usize = 12;

/// The room for clients.
static ROOM: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(most_clients()));

fn most_clients() -> usize {
    CLIENTS * std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Held by a run while its clients start. Loading a program is more work than anything it does later: a dozen that start at once make each
/// other, and the runs that have begun, late.
static STARTING: Mutex<()> = Mutex::const_new(());

/// How long a client that has broken off may take to tell how it died.
const GRACE: Duration = Duration::from_secs(2);

pub(super) fn run(job: &Job<'_>) -> Result<Ran, Error> {
    let mut ran = once(job)?;
    for _ in 1..TRIES {
        if !matches!(ran.trace.end.how, How::Inconclusive(_)) {
            break;
        }
        ran = once(job)?;
    }
    Ok(ran)
}

fn once(job: &Job<'_>) -> Result<Ran, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Socket)?;
    runtime.block_on(play(job))
}

/// The clients' processes and what they say.
pub(super) struct Crowd {
    pub(super) processes: Vec<Client>,
    pub(super) lines: Vec<ContractLine>,
    pub(super) claimed: UnboundedReceiver<(u32, Claim)>,
}

impl Crowd {
    pub(super) fn start(job: &Job<'_>, values: &Values, cast: &Cast, addresses: &[SocketAddr]) -> Result<Self, Error> {
        let own = told_apart(job.scenario, cast);
        let (claim, claimed) = mpsc::unbounded_channel();
        let mut crowd = Self { processes: Vec::new(), lines: Vec::new(), claimed };
        for (client, address) in (0..).zip(addresses) {
            let mut config = config(values);
            config.extend(own.get(&client).cloned().unwrap_or_default());
            let contract = Contract { address: *address, config: &config, seed: client_seed(job.seed), client };
            let started = client::spawn_contract(&job.program(), &contract, claim.clone());
            let (process, line) = started.map_err(Error::Client)?;
            crowd.processes.push(process);
            crowd.lines.push(line);
        }
        Ok(crowd)
    }
}

async fn play(job: &Job<'_>) -> Result<Ran, Error> {
    let values = job.values();
    let cast = Arc::new(job.cast(&values));
    let recorder = Recorder::of(cast.clients());
    // A run with more clients than there is room for has it for itself.
    let room = cast.clients().min(u32::try_from(most_clients()).unwrap_or(u32::MAX));
    let _room = ROOM.acquire_many(room).await.expect("nobody closes it");
    let starting = STARTING.lock().await;
    let wall = WallClock::start();
    let (clock, lag) = (Clock::Wall(wall), Lag::sample(wall));
    let (addresses, knocks) = server::listen(cast.clients(), &recorder, &clock).map_err(Error::Socket)?;
    let Crowd { mut processes, lines, claimed } = Crowd::start(job, &values, &cast, &addresses)?;
    let (user, acts) = mpsc::unbounded_channel();
    let (tell, claims) = mpsc::unbounded_channel();
    let user = UserLine::Wall(user);
    let stage = Stage { clock: clock.clone(), recorder: recorder.clone(), knocks, claims, user };
    let lasts = values.ms(&job.scenario.lasts);
    let (users, broken) = attend(lines);
    let mut watch = Watch { processes: &mut processes, before: Duration::ZERO, starved: Duration::ZERO };
    let how = tokio::select! {
        biased;
        () = clock.sleep_until(lasts) => Some(How::TimeUp),
        () = broke_off(broken) => None,
        how = server::play(job.scenario, &cast, &values, stage) => Some(how),
        () = note_claims(claimed, tell, &recorder, &clock) => None,
        () = tell_acts(acts, &users) => None,
        () = watch.keep(starting, &recorder, &clock) => None,
    };
    let at = clock.now().min(lasts);
    let (before, starved) = (whole_ms(watch.before), whole_ms(watch.starved));
    lag.settle().await;
    let (fault, output) = finish(processes, how.is_none());
    let how = too_much(&recorder).map(How::Broken).or(how);
    recorder.cut(at);
    let events = recorder.events();
    let moments: Vec<_> = events.iter().map(|event| event.at).collect();
    // Where nobody tells how long a client waited for a processor, it may have been as long as this process did, whenever that was.
    let late = if Client::STARVING_IS_TOLD { lag.felt(&moments).max(starved) } else { lag.worst() };
    // Of a client that has done nothing, nobody knows whether it would have.
    let late = if all_acted(&events, cast.clients()) { late } else { late.max(before).max(lag.worst()) };
    let slack = slack(&values, late);
    let how = how.unwrap_or_else(|| How::Broken(fault.unwrap_or_else(|| Fault::Exited("for no known reason".into()))));
    let end = End { at, how: conclusive(how, slack, &values) };
    let trace = Trace { header: job.header(&cast, &values, 0, slack), events, end };
    Ok(Ran { trace, values, output })
}

/// Splits the lines into the ways to the users and what says that a client has broken off.
pub(super) fn attend(lines: Vec<ContractLine>) -> (Vec<Acts>, UnboundedReceiver<()>) {
    let (tell, broken) = mpsc::unbounded_channel();
    let mut users = Vec::new();
    for line in lines {
        let (tell, ended) = (tell.clone(), line.ended);
        tokio::spawn(async move {
            if ended.await.is_ok_and(|exit| !matches!(exit, Exit::Status(0 | 1))) {
                // Nobody listens any more if the run has ended meanwhile.
                let _ = tell.send(());
            }
        });
        users.push(line.acts);
    }
    (users, broken)
}

pub(super) async fn broke_off(mut broken: UnboundedReceiver<()>) {
    if broken.recv().await.is_none() {
        std::future::pending().await
    }
}

/// Notes the clients' claims at the time at which they are heard and passes them on.
pub(super) async fn note_claims(
    mut claimed: UnboundedReceiver<(u32, Claim)>,
    tell: UnboundedSender<(u32, Claim)>,
    recorder: &Recorder,
    clock: &Clock,
) {
    while let Some((client, claim)) = claimed.recv().await {
        recorder.note(clock.now(), client, None, What::Claim(claim.clone()));
        // The script may have ended: then the run does too.
        let _ = tell.send((client, claim));
    }
    std::future::pending().await
}

/// Tells the clients what their users do.
pub(super) async fn tell_acts(mut acts: UnboundedReceiver<(u32, Act)>, users: &[Acts]) {
    while let Some((client, act)) = acts.recv().await {
        users[client as usize].act(&act);
    }
    std::future::pending().await
}

/// Whether each of so many clients has done something.
fn all_acted(events: &[Event], clients: u32) -> bool {
    let own = events.iter().filter(|event| matches!(event.what, What::Client(_) | What::Claim(_)));
    let acted: BTreeSet<_> = own.map(|event| event.client).collect();
    acted.len() >= clients as usize
}

/// How long the machine keeps the clients waiting.
struct Watch<'a> {
    processes: &'a mut [Client],
    /// The longest that a client was kept waiting for a processor, or a thread that hears one, before any had done anything.
    before: Duration,
    /// The longest after that.
    starved: Duration,
}

impl Watch<'_> {
    /// Watches until it is dropped. What was before the first client has done anything no check measures, where they all do something.
    async fn keep(&mut self, starting: MutexGuard<'static, ()>, recorder: &Recorder, clock: &Clock) {
        let mut starting = Some(starting);
        let mut next = 0;
        while recorder.with(<[_]>::is_empty) {
            if clock.now() >= next {
                self.before = self.before.max(self.starved());
                next = clock.now() + LOOK;
            }
            clock.sleep(LOOK_FOR_START).await;
            starting.take_if(|_| clock.now() >= LONGEST_START);
        }
        drop(starting);
        loop {
            self.starved = self.starved.max(self.starved());
            clock.sleep(LOOK).await;
        }
    }

    /// The longest since the last call.
    fn starved(&mut self) -> Duration {
        self.processes.iter_mut().map(Client::starved).max().unwrap_or_default()
    }
}

/// Milliseconds, rounded up.
fn whole_ms(span: Duration) -> Millis {
    Millis::try_from(span.as_micros().div_ceil(1_000)).unwrap_or(Millis::MAX)
}

/// Ends the processes. Answers the first fault, and the end of what they printed.
pub(super) fn finish(processes: Vec<Client>, broken: bool) -> (Option<Fault>, String) {
    let (mut fault, mut output) = (None, String::new());
    for process in processes {
        let finished = process.finish(if broken && fault.is_none() { GRACE } else { Duration::ZERO });
        fault = fault.or(finished.fault);
        output += &finished.output.text;
    }
    (fault, output)
}

/// How far times may be off through no fault of the client.
fn slack(values: &Values, lag: Millis) -> Millis {
    ((base(values) as f64 * LEAST_SLACK).ceil() as Millis).max(LAGS * lag)
}

/// Nothing is concluded from a run whose slack is past the base delay: it would hide what the checks look for.
fn conclusive(how: How, slack: Millis, values: &Values) -> How {
    let most = base(values);
    match how {
        How::Broken(_) => how,
        _ if slack > most => How::Inconclusive(format!(
            "the machine was too busy for real time: it was up to {} late, which leaves times uncertain by {}, more than {}",
            show(slack / LAGS),
            show(slack),
            show(most)
        )),
        _ => how,
    }
}

fn base(values: &Values) -> Millis {
    values.durations.get(BASE).copied().unwrap_or(SHORTEST_BASE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ClientAct;

    fn values(base: Millis) -> Values {
        Values { durations: [(BASE.to_owned(), base)].into(), speed: 4.0, ..Values::none() }
    }

    #[test]
    fn a_client_that_has_done_nothing_is_missed() {
        let acts = |client| Event { at: 1, client, conn: None, what: What::Client(ClientAct::Attempt) };
        assert!(all_acted(&[acts(1), acts(0), acts(1)], 2));
        assert!(!all_acted(&[acts(1), acts(1)], 2));
        assert!(!all_acted(&[], 1));
    }

    #[test]
    fn slack_is_a_part_of_the_base_or_a_multiple_of_the_lag() {
        assert_eq!((slack(&values(100), 1), slack(&values(100), 20), slack(&values(1_000), 10)), (5, 60, 50));
    }

    #[test]
    fn a_machine_that_is_too_late_concludes_nothing() {
        assert_eq!(conclusive(How::TimeUp, 100, &values(100)), How::TimeUp);
        assert!(
            matches!(conclusive(How::TimeUp, 102, &values(100)), How::Inconclusive(why) if why.contains("34 ms late"))
        );
    }

    #[test]
    fn a_client_that_broke_off_did_so_on_any_machine() {
        let broken = How::Broken(Fault::Flooded("it printed".into()));
        assert_eq!(conclusive(broken.clone(), 500, &values(100)), broken);
    }
}
