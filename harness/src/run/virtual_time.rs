//! A run in simulated time: client and server in lockstep over a link.

use std::{sync::Arc, time::Duration};

use super::{Error, Job, Ran, client_seed, config, told_apart, too_much};
use crate::{
    client,
    link::{self, Ended, Start},
    record::Recorder,
    server,
    time::Millis,
    trace::{End, Fault, How, Trace},
};

/// How long a client that has closed the link by itself may take to tell how it died, in real time.
const GRACE: Duration = Duration::from_secs(2);

pub(super) fn run(job: &Job<'_>, latency: Millis) -> Result<Ran, Error> {
    let values = job.values();
    let cast = Arc::new(job.cast(&values));
    let recorder = Recorder::of(cast.clients());
    let (mut client, socket) = client::spawn_linked(&job.program()).map_err(Error::Client)?;
    let start = Start {
        clients: cast.clients(),
        config: config(&values),
        own: told_apart(job.scenario, &cast),
        seed: client_seed(job.seed),
        latency,
        lasts: values.ms(&job.scenario.lasts),
    };
    let watch = |silent| client.watch(silent);
    let played = link::play(socket, start, recorder.clone(), watch, async |world| {
        server::play(job.scenario, &cast, &values, server::Stage::on_link(world, recorder.clone())).await
    });
    let hung_up = matches!(played.how, Ended::HungUp);
    let finished = client.finish(if hung_up { GRACE } else { Duration::ZERO });
    if let Some(error) = finished.not_started {
        return Err(Error::Client(error));
    }
    let how = match (played.how, finished.fault) {
        (Ended::Done(how), _) => how,
        (Ended::TimeUp, _) => How::TimeUp,
        (Ended::Fault(fault), _) | (Ended::HungUp, Some(fault)) => How::Broken(fault),
        (Ended::HungUp, None) => How::Broken(Fault::Exited(format!("it closed the link ({})", finished.exit))),
    };
    let end = End { at: played.at, how: too_much(&recorder).map_or(how, How::Broken) };
    let trace = Trace { header: job.header(&cast, &values, latency, 0), events: recorder.events(), end };
    Ok(Ran { trace, values, output: finished.output.text })
}
