//! `harness play`.

mod log;

use clap::Args;

use super::{
    Exit,
    args::{SubmissionArguments, speed},
    progress::Line,
    terminal::{self, Terminal},
};
use crate::{
    client::interrupt,
    grade::{self, Catalog, Error, Opened, Play, PlayOptions, Submission},
    report::{self, Live, Style},
    run::Finale,
    trace::How,
};
use log::{Log, Words};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  harness play sse-minimal                          its first scenario, for curl or a browser
  harness play reconnect-backoff outage             another one
  harness play sse-parser decode --case mixed-ends  one of its cases
  harness play heartbeat --port 9000 --speed 5      on this port, five times as fast
  harness play reconnect-backoff --with-client      to your own client, with its status
  harness play reconnect-backoff blip --solution    to a correct one")]
pub(super) struct PlayArguments {
    /// The challenge, as `harness list` names it.
    pub(super) challenge: String,
    /// The scenario; the first one if none is named.
    pub(super) scenario: Option<String>,
    /// Where a scenario has cases, the one that is served; the first one if none is named.
    #[arg(long, value_name = "ID")]
    pub(super) case: Option<String>,
    /// Which variant of the case: how its bytes are split, and its line ends [default: 1].
    #[arg(long, value_name = "N")]
    pub(super) variant: Option<u32>,
    /// The port on 127.0.0.1; 0 is any free one [default: 7878, or any free one if that is taken].
    #[arg(long, value_name = "N")]
    pub(super) port: Option<u16>,
    /// Divides every duration by this; with a client, base delays stay at 100 ms or more.
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub(super) speed: f64,
    /// Draws the values from this seed in place of the challenge's own.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Ends when the scenario is over, in place of beginning it anew with the next connection.
    #[arg(long)]
    pub(super) once: bool,
    /// Builds your own client and plays to it, once; the options below name another one.
    #[arg(long)]
    pub(super) with_client: bool,
    #[command(flatten)]
    pub(super) submission: SubmissionArguments,
    /// Any program that follows starter/CONTRACT.md, with its arguments.
    #[arg(long, value_name = "COMMAND", group = "what")]
    pub(super) client: Option<String>,
}

impl PlayArguments {
    /// The client that it is played to, if any.
    fn submission(&self) -> Option<Submission> {
        let command = self.client.clone().map(Submission::Command);
        command.or_else(|| self.submission.named()).or_else(|| self.with_client.then_some(Submission::Student))
    }
}

pub(super) fn run(catalog: &Catalog, arguments: &PlayArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let options = PlayOptions {
        slug: arguments.challenge.clone(),
        scenario: arguments.scenario.clone(),
        case: arguments.case.clone(),
        variant: arguments.variant,
        seed: arguments.seed,
        speed: arguments.speed,
        port: arguments.port,
        client: arguments.submission(),
        once: arguments.once,
        colour: terminal.style.colour,
    };
    let line = Line::new(terminal.live);
    let opened = grade::open(catalog, &options, &|progress| line.show(&progress))?;
    drop(line);
    match opened {
        Opened::Ready(play) => serve(*play, terminal),
        Opened::NotCompiled(verdict) => {
            terminal.print(&report::terminal(&verdict, &[], terminal.style))?;
            Ok(Exit::from(verdict.outcome))
        }
    }
}

fn serve(play: Play, terminal: &Terminal) -> Result<Exit, Error> {
    let harness = |error| Error::Harness(format!("cannot write the log: {error}"));
    // Whoever has read how to end it may do so at once.
    let interrupted = interrupt::next();
    terminal.print(&play.announce(|bill| report::playbill(bill, terminal.style)))?;
    let live = Live { style: log_style(terminal), user_acts: play.has_client() };
    let (log, writer, gone) = Log::start(live, words(&play)).map_err(harness)?;
    let leave = async {
        tokio::select! {
            _ = interrupted => {}
            () = gone.notified() => {}
        }
    };
    let check = play.check();
    let result = play.run(&log, leave);
    let finale = result.as_ref().ok().and_then(Option::as_ref);
    log.finish(finale.map(|_| report::finale(&check, terminal.style)).unwrap_or_default());
    writer.join().map_err(harness)?;
    // The `^C` that the terminal shows would stand before the prompt.
    terminal::restore();
    Ok(exit(result?.as_ref()))
}

/// A line of the log that goes to a file or another program is one line, however long.
fn log_style(terminal: &Terminal) -> Style {
    if terminal.to_terminal { terminal.style } else { Style { width: usize::MAX, ..terminal.style } }
}

fn words(play: &Play) -> Words {
    match (play.has_client(), play.is_once()) {
        (true, _) => Words { set_off_by: "the client", then: "" },
        (false, true) => Words { set_off_by: "this connection", then: "" },
        (false, false) => Words { set_off_by: "this connection", then: "It begins anew with the next connection." },
    }
}

/// Serving has no verdict, but a client that broke off has fallen short.
fn exit(finale: Option<&Finale>) -> Exit {
    match finale.map(|finale| &finale.how) {
        Some(How::Broken(_)) => Exit::FellShort,
        _ => Exit::Passed,
    }
}
