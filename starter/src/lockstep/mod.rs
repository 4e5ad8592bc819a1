//! Simulated time: the client's end of the link.
//!
//! The client runs on a current-thread tokio runtime whose clock is paused. Whenever nothing is left to run at an instant, tokio calls
//! the hook that is set with `on_thread_park`; there [`Exchange::park`] hands out what has arrived, or decides how far the clock may
//! move, or writes what the client has written and waits for the harness. Tokio's auto-advance then moves the clock to the next timer:
//! the client's own, or that of the [`Driver`], which stands at the next arrival or at the horizon.

mod driver;
mod exchange;
#[cfg(all(unix, test))]
mod loopback;
mod panics;
mod socket;
#[cfg_attr(unix, path = "inherited.rs")]
#[cfg_attr(not(unix), path = "loopback.rs")]
mod transport;

use std::{
    future::poll_fn,
    process::ExitCode,
    sync::{Arc, Mutex, OnceLock},
};

use tokio::{
    runtime::{Builder, LocalOptions, LocalRuntime},
    time::Instant,
};

use crate::{
    ConnectError, Net, Result, Stream, Ui, User,
    link::{Opening, Report, Start, Wire},
    net::stream::Kind as Under,
    user::Line,
    world::{Reporter, World},
};
use driver::Driver;
use exchange::Exchange;

/// Runs all copies of the client in simulated time, until all have returned or the harness ends the run.
pub(crate) fn play<F>(run: fn(Net, Ui, User) -> F) -> ExitCode
where
    F: Future<Output = Result<()>> + 'static,
{
    let (mut socket, wire) = match socket::open() {
        Ok(open) => open,
        Err(error) => {
            eprintln!("The link cannot be used: {error}.");
            return ExitCode::from(2);
        }
    };
    let start = match socket.start() {
        Ok(start) => start,
        Err(error) => {
            eprintln!("The harness's first frame cannot be read: {error}.");
            return ExitCode::from(2);
        }
    };
    panics::report_panics(wire.clone());
    let lines: Vec<_> = (0..start.clients).map(|_| Line::default()).collect();
    let exchange = Exchange::new(socket, wire.clone(), &start, lines.clone());
    let deadline = exchange.deadline();
    let exchange = Arc::new(Mutex::new(exchange));
    let origin = Arc::new(OnceLock::new());
    let runtime = runtime(&exchange, &origin, &wire);
    let outcome = {
        let _inside = runtime.enter();
        origin.set(Instant::now())
    };
    outcome.expect("nobody else sets the origin");
    runtime.block_on(async {
        tokio::spawn(Driver::new(Instant::now(), deadline));
        let copies: Vec<_> = seats(&start, &wire, lines)
            .map(|(net, ui, user, reporter)| {
                tokio::task::spawn_local(async move {
                    let error = run(net, ui, user).await.err();
                    reporter.returned(error.map(|error| shortened(error.to_string())));
                })
            })
            .collect();
        for copy in copies {
            // A copy that panicked has ended the process.
            let _ = copy.await;
        }
    });
    let ended = {
        let _inside = runtime.enter();
        origin.get().map(Instant::elapsed).unwrap_or_default()
    };
    // Tasks that are left are dropped, and with them their connections, as at the end of any program.
    runtime.shutdown_background();
    exchange.lock().expect("no holder of this lock panics").close(ended);
    ExitCode::SUCCESS
}

fn runtime(exchange: &Arc<Mutex<Exchange>>, origin: &Arc<OnceLock<Instant>>, wire: &Wire) -> LocalRuntime {
    let (exchange, at_park) = (exchange.clone(), origin.clone());
    let (wire, at_unpark) = (wire.clone(), origin.clone());
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .on_thread_park(move || {
            if let Some(origin) = at_park.get() {
                exchange.lock().expect("no holder of this lock panics").park(origin.elapsed());
            }
        })
        .on_thread_unpark(move || {
            if let Some(origin) = at_unpark.get() {
                wire.set_now(exchange::whole_millis(origin.elapsed()));
            }
        })
        .build_local(LocalOptions::default());
    runtime.expect("a runtime without I/O needs nothing from the operating system")
}

/// The longest text of an error that is reported, in bytes: longer ones are cut.
const MOST_ERROR: usize = 64 * 1024;

/// The beginning of a text that is too long for a report.
fn shortened(mut text: String) -> String {
    if text.len() > MOST_ERROR {
        let end = (0..=MOST_ERROR).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

/// What each copy of the client is given.
fn seats(start: &Start, wire: &Wire, lines: Vec<Line>) -> impl Iterator<Item = (Net, Ui, User, Reporter)> {
    let (wire, seed, config) = (wire.clone(), start.seed, Arc::new(start.config.clone()));
    let own = start.own.clone();
    let told = move |client: u32| match own.get(&client) {
        Some(own) => Arc::new(config.iter().chain(own).map(|(name, value)| (name.clone(), value.clone())).collect()),
        None => config.clone(),
    };
    lines.into_iter().zip(0..).map(move |(line, client)| {
        let reporter = Reporter::Link { wire: wire.clone(), client };
        let net = Net::new(client, told(client), seed, World::Link(wire.clone()));
        (net, Ui::new(reporter.clone()), User::new(line), reporter)
    })
}

/// Opens a connection.
pub(crate) async fn connect(wire: &Wire, client: u32) -> Result<Stream, ConnectError> {
    let conn = wire.open(client);
    match poll_fn(|cx| conn.poll_opening(cx)).await {
        Opening::Refused => Err(ConnectError::Refused),
        Opening::Reset => Err(ConnectError::Reset),
        Opening::Pending | Opening::Accepted => Ok(Stream(Under::Link(conn))),
    }
}

/// Reports to the harness.
pub(crate) fn report(wire: &Wire, client: u32, report: &Report) {
    let (kind, body) = report.encode();
    wire.put(kind, client, &body);
}
