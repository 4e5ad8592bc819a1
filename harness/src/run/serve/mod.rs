//! A scenario's server on a real port, in real time: for whoever connects, again and again, or for one client of the harness, once.
//!
//! It grades nothing and keeps nothing: what happens is told to an [`Audience`].

mod pages;
mod printed;

use std::{future::pending, net::TcpListener, sync::Arc};

use tokio::{
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver},
};

use printed::Printed;

use super::{
    ClockChoice, Error, Job,
    wall::{self, Crowd},
};
use crate::{
    client::Program,
    clock::{Clock, WallClock},
    record::{Observer, Recorder},
    scenario::{Cast, Challenge, Scenario, Values},
    server::{self, Door, Knocks, Stage, UserLine, Usher},
    time::Millis,
    trace::{Claim, Fault, How},
};

/// Who is told what happens.
pub trait Audience: Observer + 'static {
    /// The scenario begins, and its clock stands at 0.
    fn begins(&self);

    /// The client of the harness prints a line.
    fn prints(&self, at: Millis, line: &str);

    /// The scenario is over: whatever was open is closed.
    fn is_over(&self, at: Millis, how: &How);
}

/// A scenario as it is played to one client.
pub struct Show<'a> {
    /// The challenge the scenario belongs to.
    pub challenge: &'a Challenge,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// From which the values were drawn.
    pub seed: u64,
    /// What a client is told. One of the harness can keep pace up to [`fastest`](super::fastest()).
    pub values: &'a Values,
    /// What the one client is played.
    pub cast: Arc<Cast>,
}

/// How a client of the harness has ended.
#[derive(Debug)]
pub struct Finale {
    /// When.
    pub at: Millis,
    /// Why.
    pub how: How,
}

impl Show<'_> {
    /// Plays to whoever connects: from the beginning with the first connection and, unless it is for `once`, with the next connection after
    /// each end. Goes on until `leave`.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub fn to_anybody<A: Audience>(
        &self,
        listener: TcpListener,
        audience: &Arc<A>,
        once: bool,
        leave: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let scenario = pages::readable(self.scenario);
        run(async {
            let door = Door::of(listener)?;
            let rounds = async {
                loop {
                    let first = door.next().await;
                    self.round(&scenario, &door, first, audience).await;
                    if once {
                        break;
                    }
                }
            };
            tokio::select! {
                biased;
                () = leave => {}
                () = rounds => {}
            }
            Ok(())
        })?
        .map_err(Error::Socket)
    }

    /// Plays it once to a client of the harness; others may connect as well. None if `leave` was first.
    ///
    /// # Errors
    /// If the listener cannot be used, or the client not started.
    pub fn to_client<A: Audience>(
        &self,
        listener: TcpListener,
        audience: &Arc<A>,
        program: &Program,
        leave: impl Future<Output = ()>,
    ) -> Result<Option<Finale>, Error> {
        let clock = ClockChoice::Wall { speed: self.values.speed };
        let Self { challenge, scenario, seed, .. } = *self;
        let job = Job { challenge, scenario, seed, program, clock };
        run(self.with_client(&job, listener, audience, leave))?
    }

    async fn round<A: Audience>(&self, scenario: &Scenario, door: &Door, first: TcpStream, audience: &Arc<A>) {
        let (clock, recorder) = (Clock::Wall(WallClock::start()), Recorder::told_to(audience.clone()));
        audience.begins();
        // Nobody claims anything, and nobody acts: what the user would do is only noted.
        let (_claims, claimed) = mpsc::unbounded_channel();
        let user = UserLine::Wall(mpsc::unbounded_channel().0);
        let how = self.play(scenario, door, Some(first), (&clock, &recorder), claimed, user).await;
        self.close((clock.now(), &how), &recorder, audience);
    }

    async fn with_client<A: Audience>(
        &self,
        job: &Job<'_>,
        listener: TcpListener,
        audience: &Arc<A>,
        leave: impl Future<Output = ()>,
    ) -> Result<Option<Finale>, Error> {
        let address = listener.local_addr().map_err(Error::Socket)?;
        let door = Door::of(listener).map_err(Error::Socket)?;
        let (clock, recorder) = (Clock::Wall(WallClock::start()), Recorder::told_to(audience.clone()));
        let Crowd { processes, lines, claimed } = Crowd::start(job, self.values, &self.cast, &[address])?;
        audience.begins();
        let mut printed = Printed::of(&processes, |line| audience.prints(clock.now(), &job.program.names.given(line)));
        let (user, acts) = mpsc::unbounded_channel();
        let (tell, claims) = mpsc::unbounded_channel();
        let (users, broken) = wall::attend(lines);
        let play = self.play(self.scenario, &door, None, (&clock, &recorder), claims, UserLine::Wall(user));
        let how = tokio::select! {
            biased;
            () = leave => return Ok(None),
            () = wall::broke_off(broken) => None,
            how = play => Some(how),
            () = wall::note_claims(claimed, tell, &recorder, &clock) => None,
            () = wall::tell_acts(acts, &users) => None,
            () = printed.tell() => None,
        };
        let at = clock.now();
        let (fault, _) = wall::finish(processes, how.is_none());
        printed.tell_rest();
        let fault = || fault.unwrap_or_else(|| Fault::Exited("for no known reason".into()));
        let mut how = how.unwrap_or_else(|| How::Broken(fault()));
        job.name(&mut how);
        self.close((at, &how), &recorder, audience);
        Ok(Some(Finale { at, how }))
    }

    /// Plays until the script ends it, the client has returned or is too much, or the time is up.
    async fn play(
        &self,
        scenario: &Scenario,
        door: &Door,
        first: Option<TcpStream>,
        (clock, recorder): (&Clock, &Recorder),
        claims: UnboundedReceiver<(u32, Claim)>,
        user: UserLine,
    ) -> How {
        let (knock, knocks) = mpsc::unbounded_channel();
        let usher = Usher::of_one(recorder.clone(), clock.clone());
        let admit = async {
            usher.admit(door, first, &knock).await;
            pending().await
        };
        let stage =
            Stage { clock: clock.clone(), recorder: recorder.clone(), knocks: Knocks::Tcp(knocks), claims, user };
        tokio::select! {
            biased;
            () = clock.sleep_until(self.values.ms(&scenario.lasts)) => How::TimeUp,
            how = server::play(scenario, &self.cast, self.values, stage) => how,
            how = admit => how,
        }
    }

    /// Tells what the script still expected, and that it is over.
    fn close<A: Audience>(&self, (at, how): (Millis, &How), recorder: &Recorder, audience: &Arc<A>) {
        recorder.cut(at);
        audience.is_over(at, how);
    }
}

fn run<T>(show: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Socket)?;
    Ok(runtime.block_on(show))
}
