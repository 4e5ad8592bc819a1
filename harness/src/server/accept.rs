//! The run of one scenario: connections get their plays, users their scripts, until it is over.

use std::{
    future::pending,
    panic,
    sync::{Arc, Mutex},
};

use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::{JoinError, JoinSet},
};

use super::{
    listen::{Knock, Knocks},
    notes::{Notes, Run},
    plan::{Choice, Plan, Progress},
    play::{Player, Raw},
    sight::Sights,
    user::{Script, UserLine},
    valve::Valve,
};
use crate::{
    clock::Clock,
    link::World,
    record::Recorder,
    scenario::{Cast, Opening, Role, Scenario, Values},
    time::Millis,
    trace::{Claim, Fault, How, ServerAct, What},
};

/// How often one client may connect in a run.
pub const MOST_ATTEMPTS: u32 = 20_000;
/// How many connections the server holds for one client at once: open ones, and ended ones that the client has not left.
pub const MOST_OPEN: u32 = 500;

/// What a scenario is played on.
pub struct Stage {
    /// The scenario's clock.
    pub clock: Clock,
    /// Where everything is noted.
    pub recorder: Recorder,
    /// The clients' attempts to connect.
    pub knocks: Knocks,
    /// What the clients report. It has been noted already, by whoever has read it.
    pub claims: UnboundedReceiver<(u32, Claim)>,
    /// The way to the clients' users.
    pub user: UserLine,
}

impl Stage {
    /// A stage in simulated time.
    #[must_use]
    pub fn on_link(world: World, recorder: Recorder) -> Self {
        let World { clock, knocks, claims, user } = world;
        Self { clock, recorder, knocks: Knocks::Link(knocks), claims, user: UserLine::Link(user) }
    }
}

/// Plays a scenario to the clients of `cast` until its script ends it, all of them have returned, or one has broken its bounds. That the
/// scenario's time is up is for the caller to see, who then drops this future, and with it every connection.
///
/// # Panics
/// If the harness itself has a fault.
pub async fn play(scenario: &Scenario, cast: &Arc<Cast>, values: &Values, stage: Stage) -> How {
    let Stage { clock, recorder, mut knocks, mut claims, user } = stage;
    let (end, mut ends) = mpsc::unbounded_channel();
    let roles = scenario.roles();
    let sights = Arc::new(Sights::new(&roles, Arc::clone(cast), values));
    let values = Arc::new(values.clone());
    let mut house = House {
        cast: Arc::clone(cast),
        plans: roles.iter().map(|role| Arc::new(Plan::new(role.server, &values))).collect(),
        progress: Arc::new(Mutex::new((0..cast.clients()).map(|_| None).collect())),
        values,
        run: Run { clock, recorder, sights },
        end,
        connections: JoinSet::new(),
        users: JoinSet::new(),
    };
    house.seat_users(&roles, user);
    let mut returned = None;
    loop {
        let alone = house.connections.is_empty();
        tokio::select! {
            biased;
            Some(done) = house.connections.join_next() => pass_on_panic(done),
            Some(done) = house.users.join_next() => pass_on_panic(done),
            Some(how) = ends.recv() => return how,
            Some((client, claim)) = claims.recv() => {
                if house.claimed(client, claim) {
                    returned = Some(house.run.clock.now());
                }
            }
            Some(knock) = knocks.recv() => house.meet(knock),
            () = overtaken(&house.run.clock, returned, alone) => return How::Returned,
            else => pending().await,
        }
    }
}

/// How long connections are still heard after all clients have returned, in real time: what a client reports and what it does on its
/// connections travel on different ways, and the report may overtake. On the link nothing overtakes.
const OVERTAKEN: Millis = 1_000;
/// How long the same holds if no connection is open: one may still have to be accepted. What had come by then is seen before this is over.
const KNOCKING: Millis = 20;

async fn overtaken(clock: &Clock, returned: Option<Millis>, alone: bool) {
    match (clock, returned) {
        (_, None) => pending().await,
        (Clock::Virtual(_), Some(_)) => {}
        (Clock::Wall(_), Some(at)) => clock.sleep_until(at + if alone { KNOCKING } else { OVERTAKEN }).await,
    }
}

/// What all connections of a run have in common.
struct House {
    cast: Arc<Cast>,
    /// The plan of each role.
    plans: Vec<Arc<Plan>>,
    /// How far each client has come in its plan; none for one that has not connected.
    progress: Arc<Mutex<Vec<Option<Progress>>>>,
    values: Arc<Values>,
    run: Run,
    end: UnboundedSender<How>,
    /// What plays the connections. Dropping it ends them.
    connections: JoinSet<()>,
    /// What plays the users.
    users: JoinSet<()>,
}

impl House {
    fn seat_users(&mut self, roles: &[Role<'_>], line: UserLine) {
        let scripts: Vec<Arc<[_]>> = roles.iter().map(|role| role.user.to_vec().into()).collect();
        let line = Arc::new(line);
        for client in 0..self.cast.clients() {
            let steps = &scripts[self.cast.role(client)];
            if steps.is_empty() {
                continue;
            }
            let script = Script {
                client,
                steps: Arc::clone(steps),
                values: Arc::clone(&self.values),
                run: self.run.clone(),
                line: Arc::clone(&line),
            };
            self.users.spawn(script.perform());
        }
    }

    /// A client reports something. Tells whether all have now returned.
    fn claimed(&self, client: u32, claim: Claim) -> bool {
        if !self.run.sights.knows(client) {
            return false;
        }
        let returned = matches!(claim, Claim::Returned(_));
        self.run.sights.saw(client, &What::Claim(claim));
        returned && self.run.sights.returned(client)
    }

    fn meet(&mut self, knock: Knock) {
        let (client, at) = (knock.client(), self.run.clock.now());
        if !self.run.sights.knows(client) {
            return knock.refuse();
        }
        let attempts = self.run.sights.attempt(client, at);
        if attempts > MOST_ATTEMPTS {
            self.stop(Fault::Stormed(attempts));
            return knock.refuse();
        }
        match self.choose(client, at, None) {
            Choice::Play(play) if play.opening() == Opening::Refuse => self.refuse(knock),
            Choice::Nothing => self.refuse(knock),
            Choice::Play(play) => {
                let Some(mut player) = self.accept(knock) else { return };
                self.connections.spawn(async move {
                    if play.opening() == Opening::Silent || player.request().await.is_some() {
                        player.play(&play).await;
                    } else {
                        player.leave().await;
                    }
                });
            }
            Choice::ByPath => {
                let Some(mut player) = self.accept(knock) else { return };
                let (plan, progress) = (Arc::clone(self.plan(client)), Arc::clone(&self.progress));
                self.connections.spawn(async move {
                    let Some(path) = player.request().await else { return player.leave().await };
                    match choose(&plan, &progress, client, at, Some(&path)) {
                        Choice::Play(play) => player.play(&play).await,
                        Choice::ByPath | Choice::Nothing => player.refer().await,
                    }
                });
            }
        }
    }

    fn refuse(&self, knock: Knock) {
        let (client, conn) = (knock.client(), knock.conn());
        knock.refuse();
        self.run.recorder.note(self.run.clock.now(), client, Some(conn), What::Server(ServerAct::Refuse));
    }

    /// Takes a connection, unless the client has too many.
    fn accept(&self, knock: Knock) -> Option<Player> {
        let (client, conn) = (knock.client(), knock.conn());
        let (notes, held) = Notes::accepted(self.run.clone(), client, conn);
        if held > MOST_OPEN {
            self.stop(Fault::Flooded(format!("it held {held} connections at once")));
        }
        let valve = Valve::new(knock.accept(), notes.clone());
        let raw = Raw { variant: self.cast.variant(client), gap: self.cast.gap(client), sent: 0 };
        Some(Player::new(valve, notes, Arc::clone(&self.values), raw, self.end.clone()))
    }

    /// What a client is played.
    fn plan(&self, client: u32) -> &Arc<Plan> {
        &self.plans[self.cast.role(client)]
    }

    fn choose(&self, client: u32, at: Millis, path: Option<&str>) -> Choice {
        choose(self.plan(client), &self.progress, client, at, path)
    }

    fn stop(&self, fault: Fault) {
        // This side holds the receiver as long as it plays.
        let _ = self.end.send(How::Broken(fault));
    }
}

fn choose(plan: &Plan, progress: &Mutex<Vec<Option<Progress>>>, client: u32, at: Millis, path: Option<&str>) -> Choice {
    let mut progress = progress.lock().expect("no task panics while it chooses");
    plan.choose(progress[client as usize].get_or_insert_with(|| plan.start()), at, path)
}

fn pass_on_panic(done: Result<(), JoinError>) {
    if let Err(error) = done
        && let Ok(cause) = error.try_into_panic()
    {
        panic::resume_unwind(cause);
    }
}
