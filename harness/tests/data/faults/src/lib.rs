//! A client that misbehaves in the way that the scenario names.

mod ends;
mod escapes;
mod floods;
pub mod lies;
mod strays;
mod stuck;

use futures_util::StreamExt;
use serde::Deserialize;
use starter::{Net, Result, Status, Ui, User};

#[derive(Deserialize)]
struct Config {
    fault: String,
}

/// Does what the scenario's `fault` says.
pub async fn run(net: Net, ui: Ui, _user: User) -> Result<()> {
    let Config { fault } = net.config()?;
    match fault.as_str() {
        "nothing" => fine(&net, &ui).await,
        "never-connects" => std::future::pending().await,
        "returns-at-once" => Ok(()),
        "returns-an-error" => Err("no luck today".into()),
        "panics" => ends::panics(&net, &ui).await,
        "panics-in-a-task" => ends::panics_in_a_task(&net, &ui).await,
        "exits-with-0" => ends::exits(&net, &ui, 0).await,
        "exits-with-3" => ends::exits(&net, &ui, 3).await,
        "exits-at-once" => std::process::exit(0),
        "one-exits" if net.id() == 1 => ends::exits(&net, &ui, 0).await,
        "one-exits" => fine(&net, &ui).await,
        "aborts" => ends::aborts(&net, &ui).await,
        "overflows-its-stack" => ends::overflows(&net, &ui).await,
        "stays-in-a-drop" => ends::stays_in_a_drop(&net, &ui).await,
        "spins" => stuck::spins(&net, &ui).await,
        "yields-for-ever" => stuck::yields_for_ever(&net, &ui).await,
        "sleeps" => stuck::sleeps(&net, &ui).await,
        "deadlocks" => stuck::deadlocks(&net, &ui).await,
        "blocks-elsewhere" => stuck::blocks_elsewhere(&net, &ui).await,
        "waits-for-a-program" => stuck::waits_for_a_program(&net, &ui).await,
        "stops-itself" => stuck::stops_itself(&net, &ui).await,
        "storms" => floods::storms(&net, &ui).await,
        "hoards-connections" => floods::hoards_connections(&net, &ui).await,
        "opens-at-once" => floods::opens_at_once(&net, &ui).await,
        "prints" => floods::prints(&net, &ui).await,
        "prints-errors" => floods::prints_errors(&net, &ui).await,
        "prints-one-line" => floods::prints_one_line(&net, &ui).await,
        "sends-much" => floods::sends_much(&net, &ui).await,
        "sends-often" => floods::sends_often(&net, &ui).await,
        "reports-at-once" => floods::reports_at_once(&net, &ui).await,
        "reports-over-time" => floods::reports_over_time(&net, &ui).await,
        "shows-much" => floods::shows_much(&net, &ui).await,
        "gives-long-reasons" => floods::gives_long_reasons(&net, &ui).await,
        "returns-a-long-error" => Err("x".repeat(200 << 20).into()),
        "panics-at-length" => panic!("{}", "x".repeat(200 << 20)),
        "eats-memory" => floods::eats_memory(&net, &ui).await,
        "eats-memory-at-once" => floods::eats_memory_at_once(&net, &ui).await,
        "leaves-a-child" => strays::leaves_a_child(&net, &ui).await,
        "leaves-a-daemon" => strays::leaves_a_daemon(&net, &ui).await,
        "leaves-a-daemon-and-exits" => strays::leaves_a_daemon_and_exits(&net, &ui).await,
        "leaves-a-daemon-that-prints" => strays::leaves_a_daemon_that_prints(&net, &ui).await,
        "leaves-a-daemon-that-blocks" => strays::leaves_a_daemon_that_blocks(&net, &ui).await,
        "leaves-a-thread" => strays::leaves_a_thread(&net, &ui).await,
        "reads-input" => strays::reads_input(&net, &ui).await,
        "advances" => lies::advances(&net, &ui).await,
        "resumes" => lies::resumes(&net, &ui).await,
        "writes-rubbish" => lies::writes_rubbish(&net, &ui).await,
        "claims-the-future" => lies::claims_the_future(&net, &ui).await,
        "claims-the-past" => lies::claims_the_past(&net, &ui).await,
        "poses-as-another" => lies::poses_as_another(&net, &ui).await,
        "hangs-up" => lies::hangs_up(&net, &ui).await,
        "forges-a-verdict" => lies::forges_a_verdict(&net, &ui).await,
        "steers-the-terminal" => lies::steers_the_terminal(&net, &ui).await,
        "steers-in-a-panic" => lies::steers_in_a_panic(&net, &ui).await,
        "escapes" => escapes::escapes(&net, &ui).await,
        "fills-a-file" => escapes::fills_a_file(&net, &ui).await,
        "fills-its-folder" => escapes::fills_its_folder(&net, &ui).await,
        "digs" => escapes::digs(&net, &ui).await,
        "starts-threads" => escapes::starts_threads(&net, &ui).await,
        "starts-programs" => escapes::starts_programs(&net, &ui).await,
        "becomes-itself" => escapes::becomes_itself(&net, &ui).await,
        "becomes-another" => escapes::becomes_another(&net, &ui).await,
        other => Err(format!("there is no fault {other:?}").into()),
    }
}

/// Connects, shows what arrives, and stays until the connection ends.
async fn fine(net: &Net, ui: &Ui) -> Result<()> {
    let mut socket = greeted(net, ui).await?;
    while let Some(Ok(_)) = socket.next().await {}
    Ok(())
}

/// A connection whose greeting has been shown.
async fn greeted(net: &Net, ui: &Ui) -> Result<starter::Socket> {
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/chat").await?;
    if let Some(Ok(message)) = socket.next().await {
        ui.status(Status::Connected);
        ui.show(message.to_text()?);
    }
    Ok(socket)
}
