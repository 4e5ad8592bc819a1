//! What crosses the wire when such a client plays a scenario.

use super::policy::{Backoff, Policy};
use crate::{
    scenario::{Entry, Scenario, Step, Times, Values},
    time::Millis,
    trace::{ClientAct, Clock, End, Event, Header, How, Message, ServerAct, Trace, What},
};

/// What becomes of one connection.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Refuse,
    /// It is accepted and never answered: the client gives it up after its deadline.
    Mute(Millis),
    /// It is answered after a time and greeted, and then reset after another.
    Reset {
        answer: Millis,
        wait: Millis,
    },
    /// … or ended in some way at the next multiple of a time.
    EndAtNext(Millis, Cut),
    /// … or the scenario ends after a time.
    EndAfter(Millis),
    /// … or it stays.
    Hold,
}

/// How the server ends a connection.
#[derive(Debug, Clone, Copy)]
enum Cut {
    Reset,
    /// With a close frame; the stream ends when the client's has come.
    Close,
    /// By the end of the stream alone.
    Fin,
}

/// Plays a scenario with a submission of that seed, all of whose clients wait by one policy.
pub(super) fn play(scenario: &Scenario, values: &Values, latency: Millis, policy: Policy, seed: u64) -> Trace {
    let mut turns = Vec::new();
    take_turns(&scenario.server, values, &mut turns);
    let mut world = World { latency, lasts: values.ms(&scenario.lasts), conns: 0, end: None, events: Vec::new() };
    for client in 0..scenario.clients {
        let (base, cap) = (values.durations["base_delay"], values.durations["max_delay"]);
        let backoff = Backoff::new(policy, base, cap, seed, client);
        world.client(client, backoff, values.durations["stable_after"], &turns);
    }
    let (at, how) = match world.end {
        Some(at) => (at, How::Script),
        None => (world.lasts, How::TimeUp),
    };
    let mut events = world.events;
    events.sort_by_key(|event| event.at);
    events.truncate(events.partition_point(|event| event.at <= at));
    let header = Header {
        challenge: "reconnect-backoff".to_owned(),
        scenario: scenario.id.clone(),
        seed,
        clients: scenario.clients,
        clock: Clock::Virtual,
        latency,
        slack: 0,
    };
    Trace { header, events, end: End { at, how } }
}

/// The entries as the connections of one client get them; the last serves all that are left.
fn take_turns(entries: &[Entry], values: &Values, turns: &mut Vec<Turn>) {
    for entry in entries {
        match entry {
            Entry::Group { repeat, entries } => (0..*repeat).for_each(|_| take_turns(entries, values, turns)),
            Entry::Play { play, times, until: None, path: None } => {
                let times = if let Times::Exactly(times) = times { *times } else { 1 };
                turns.extend((0..times).map(|_| turn(&play.steps, values)));
            }
            Entry::Play { .. } => panic!("this simulation knows neither `until` nor `path`"),
        }
    }
}

fn turn(steps: &[Step], values: &Values) -> Turn {
    // What else is said does not change how such a client waits.
    let is_heard = |step: &&Step| !matches!(step, Step::Ping(_)) && **step != Step::Send("news".into());
    let steps: Vec<Step> = steps.iter().filter(is_heard).cloned().collect();
    match steps.as_slice() {
        [Step::Refuse] => Turn::Refuse,
        [Step::AcceptSilent, Step::Hold] => Turn::Mute(values.durations["connect_timeout"]),
        [Step::Accept, Step::Send(_), Step::Wait(wait), Step::Reset] => {
            Turn::Reset { answer: 0, wait: values.ms(wait) }
        }
        [Step::AcceptSilent, Step::Wait(answer), Step::Accept, Step::Send(_), Step::Wait(wait), Step::Reset] => {
            Turn::Reset { answer: values.ms(answer), wait: values.ms(wait) }
        }
        [Step::Accept, Step::Send(_), Step::AtNext(next), Step::Reset] => Turn::EndAtNext(values.ms(next), Cut::Reset),
        [Step::Accept, Step::Send(_), Step::AtNext(next), Step::Close { .. }] => {
            Turn::EndAtNext(values.ms(next), Cut::Close)
        }
        [Step::Accept, Step::Send(_), Step::AtNext(next), Step::Fin] => Turn::EndAtNext(values.ms(next), Cut::Fin),
        [Step::Accept, Step::Send(_), Step::Wait(wait), Step::End] => Turn::EndAfter(values.ms(wait)),
        [Step::Accept, Step::Send(_), Step::Hold] => Turn::Hold,
        other => panic!("this simulation does not know how to play {other:?}"),
    }
}

struct World {
    latency: Millis,
    lasts: Millis,
    conns: u32,
    end: Option<Millis>,
    events: Vec<Event>,
}

impl World {
    /// Plays one client to the end.
    fn client(&mut self, client: u32, mut backoff: Backoff, stable_after: Millis, turns: &[Turn]) {
        let mut turns = turns.iter().copied();
        let mut turn = turns.next().expect("a server with entries");
        let mut at = 0;
        while at <= self.lasts {
            let Some(over) = self.connection(client, at, turn) else { return };
            if over.up >= stable_after {
                backoff.reset();
            }
            at = over.at + backoff.next();
            turn = turns.next().unwrap_or(turn);
        }
    }

    /// One attempt at `at` and what comes of it: the end that the client sees, if there is one.
    fn connection(&mut self, client: u32, at: Millis, turn: Turn) -> Option<Over> {
        self.conns += 1;
        let conn = Some(self.conns);
        let mut note = |at, what| self.events.push(Event { at, client, conn, what });
        note(at, What::Client(ClientAct::Attempt));
        let latency = self.latency;
        if let Turn::Mute(deadline) = turn {
            note(at + latency, What::Server(ServerAct::Accept));
            note(at + deadline, What::Client(ClientAct::Drop));
            return Some(Over { at: at + deadline, up: 0 });
        }
        let Turn::Refuse = turn else {
            // The request follows the first answer of the network, and the upgrade answers the request.
            let slow = if let Turn::Reset { answer, .. } = turn { answer } else { 0 };
            let answered = at + 3 * latency + slow;
            note(at + latency, What::Server(ServerAct::Accept));
            note(answered, What::Server(ServerAct::Answer { status: 101 }));
            let (over, cut) = match turn {
                Turn::Refuse | Turn::Mute(_) | Turn::Hold => return None,
                Turn::EndAfter(wait) => {
                    self.end = Some(answered + wait);
                    return None;
                }
                Turn::Reset { wait, .. } => (answered + wait, Cut::Reset),
                Turn::EndAtNext(next, cut) => ((answered / next + 1) * next, cut),
            };
            match cut {
                Cut::Reset => note(over, What::Server(ServerAct::Reset)),
                Cut::Fin => note(over, What::Server(ServerAct::Fin)),
                Cut::Close => {
                    let frame = Message::Close { code: Some(1012), reason: "restart".to_owned() };
                    note(over, What::Server(ServerAct::Message(frame)));
                    note(over + 2 * latency, What::Server(ServerAct::Fin));
                }
            }
            return Some(Over { at: over + latency, up: over - answered });
        };
        note(at + latency, What::Server(ServerAct::Refuse));
        Some(Over { at: at + 2 * latency, up: 0 })
    }
}

/// The end of a connection as its client sees it.
struct Over {
    at: Millis,
    /// How long it was up.
    up: Millis,
}
