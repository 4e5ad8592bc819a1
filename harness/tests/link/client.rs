//! The clients of these tests, by name.

use std::{process::ExitCode, time::Duration};

use futures_util::{FutureExt, SinkExt, StreamExt};
use starter::{Action, ConnectError, Net, Reason, Result, Socket, Status, Ui, User, rand::RngExt, sse};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep, timeout},
};

/// Runs the client of that name; returns the exit code.
pub(crate) fn start(name: &str) -> i32 {
    let code = match name {
        "jitter" => starter::start(jitter),
        "waits" => starter::start(waits),
        "connects" => starter::start(connects),
        "gives-up" => starter::start(gives_up),
        "reads" => starter::start(reads),
        "speaks-after-end" => starter::start(speaks_after_end),
        "half-closes" => starter::start(half_closes),
        "sends-for-ever" => starter::start(sends_for_ever),
        "echoes" => starter::start(echoes),
        "fetches" => starter::start(fetches),
        "listens" => starter::start(listens),
        "hears" => starter::start(hears),
        "obeys" => starter::start(obeys),
        "returns" => starter::start(returns),
        "fails" => starter::start(fails),
        "panics" => starter::start(panics),
        "overflows" => starter::start(overflows),
        "task-panics" => starter::start(task_panics),
        "exits" => starter::start(exits),
        "advances" => starter::start(advances),
        "advances-and-returns" => starter::start(advances_and_returns),
        "resumes" => starter::start(resumes),
        "spins" => starter::start(spins),
        "blocks" => starter::start(blocks),
        "storms" => starter::start(storms),
        "reads-stdin" => starter::start(reads_stdin),
        "tells" => starter::start(tells),
        "in-contract" => starter::start(in_contract),
        _ => panic!("there is no client {name}"),
    };
    (0..=2).find(|&number| ExitCode::from(number) == code).map_or(3, i32::from)
}

/// How many milliseconds have passed.
fn ms(since: Instant) -> u128 {
    since.elapsed().as_millis()
}

fn describe(outcome: std::result::Result<Socket, ConnectError>) -> String {
    match outcome {
        Ok(_) => "connected".into(),
        Err(ConnectError::Http { status, headers }) => format!("{status} {:?}", headers.get("retry-after")),
        Err(error) => error.to_string(),
    }
}

/// Reconnects with full jitter.
async fn jitter(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut rng = net.rng();
    let mut attempt = 0;
    loop {
        ui.status(Status::Connecting);
        if let Ok(mut socket) = net.websocket("/chat").await {
            ui.status(Status::Connected);
            attempt = 0;
            while let Some(Ok(_)) = socket.next().await {
                // Reading has queued the answer to a ping; this sends it.
                let _ = socket.flush().await;
            }
        }
        let most = Duration::from_millis(500 << attempt.min(5));
        attempt += 1;
        let wait = rng.random_range(Duration::ZERO..=most);
        ui.status(Status::Retrying { attempt, wait });
        sleep(wait).await;
    }
}

async fn waits(_: Net, ui: Ui, _: User) -> Result<()> {
    let began = Instant::now();
    sleep(Duration::from_millis(1_234)).await;
    ui.show(ms(began));
    std::future::pending().await
}

async fn connects(net: Net, ui: Ui, _: User) -> Result<()> {
    loop {
        let began = Instant::now();
        let outcome = describe(net.websocket("/chat").await);
        ui.show(format!("{outcome} after {} ms", ms(began)));
        sleep(Duration::from_millis(100)).await;
    }
}

async fn gives_up(net: Net, ui: Ui, _: User) -> Result<()> {
    let outcome = timeout(Duration::from_millis(55), net.websocket("/chat")).await;
    ui.show(outcome.is_err());
    std::future::pending().await
}

/// Shows what it reads, and how that ends.
async fn reads(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    loop {
        match socket.next().await {
            Some(Ok(message)) => ui.show(message.to_string()),
            Some(Err(error)) => ui.show(format!("error: {error}")),
            None => break,
        }
    }
    ui.show("end");
    std::future::pending().await
}

async fn speaks_after_end(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    let stream = socket.get_mut();
    let mut byte = [0];
    ui.show(tokio::io::AsyncReadExt::read(stream, &mut byte).await?);
    stream.write_all(b"still here").await?;
    std::future::pending().await
}

async fn half_closes(net: Net, _: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    sleep(Duration::from_millis(100)).await;
    socket.get_mut().shutdown().await?;
    sleep(Duration::from_millis(100)).await;
    drop(socket);
    std::future::pending().await
}

/// Sends for a second, and shows how many bytes that were.
async fn sends_for_ever(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    let mut sent = 0;
    let _ = timeout(Duration::from_secs(1), async {
        while socket.send("x".repeat(1_000).into()).await.is_ok() {
            sent += 1_000;
        }
    })
    .await;
    ui.show(sent);
    std::future::pending().await
}

async fn echoes(net: Net, _: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    while let Some(message) = socket.next().await {
        socket.send(message?).await?;
    }
    Ok(())
}

async fn fetches(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut response = net.post("/things?x=1", &[("x-token", "7")], "the body").await?;
    ui.show(response.status.as_u16());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await {
        body.extend_from_slice(&chunk?);
    }
    ui.show(String::from_utf8(body)?);
    drop(response);
    std::future::pending().await
}

async fn listens(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut events = sse::events(net.get("/events", &[]).await?);
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => ui.show(format!("{} {} {}", event.name, event.data, event.id)),
            Err(_) => ui.show("lost"),
        }
    }
    std::future::pending().await
}

/// Says when it last heard bytes, whenever it has waited for an event in vain.
async fn hears(net: Net, ui: Ui, _: User) -> Result<()> {
    let start = Instant::now();
    let mut events = sse::events(net.get("/events", &[]).await?);
    while timeout(Duration::from_millis(400), events.next()).await.is_err() {
        ui.show(events.heard_at().duration_since(start).as_millis() as u64);
    }
    std::future::pending().await
}

async fn obeys(_: Net, ui: Ui, user: User) -> Result<()> {
    loop {
        tokio::select! {
            () = user.closed() => break,
            action = user.next() => match action {
                Action::Send(text) => ui.show(text),
                other => ui.show(format!("{other:?}")),
            },
        }
    }
    ui.status(Status::Disconnected { reason: Reason::ClosedByUser });
    Ok(())
}

async fn returns(net: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(100 * (net.id() as u64 + 1))).await;
    Ok(())
}

async fn fails(net: Net, _: Ui, _: User) -> Result<()> {
    let _socket = net.websocket("/chat").await?;
    Ok(())
}

async fn panics(_: Net, ui: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    ui.status(Status::Connecting);
    panic!("no {} today", "luck");
}

/// Panics in the standard library.
async fn overflows(net: Net, _: Ui, _: User) -> Result<()> {
    let _ = 2_u32.pow(32 + u32::try_from(net.id())?);
    Ok(())
}

async fn task_panics(_: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    tokio::spawn(async { assert_eq!(1, 2, "in a task") });
    std::future::pending().await
}

/// Exits a little after it has answered a ping.
async fn exits(net: Net, ui: Ui, _: User) -> Result<()> {
    let mut socket = net.websocket("/chat").await?;
    socket.next().await;
    socket.flush().await?;
    sleep(Duration::from_millis(5)).await;
    ui.status(Status::Connected);
    sleep(Duration::from_millis(1)).await;
    std::process::exit(3);
}

async fn advances(_: Net, ui: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    ui.status(Status::Connected);
    std::future::pending().await
}

async fn advances_and_returns(_: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    Ok(())
}

async fn resumes(_: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    tokio::time::resume();
    sleep(Duration::from_millis(5)).await;
    std::future::pending().await
}

async fn spins(_: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    loop {
        std::hint::spin_loop();
    }
}

async fn blocks(_: Net, _: Ui, _: User) -> Result<()> {
    sleep(Duration::from_millis(40)).await;
    std::thread::park();
    Ok(())
}

/// Opens connection after connection and waits for none.
async fn storms(net: Net, _: Ui, _: User) -> Result<()> {
    loop {
        let _ = net.websocket("/chat").now_or_never();
    }
}

async fn reads_stdin(_: Net, ui: Ui, _: User) -> Result<()> {
    let mut line = String::new();
    let length = std::io::stdin().read_line(&mut line)?;
    ui.show(length);
    let began = Instant::now();
    tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(20))).await?;
    ui.show(ms(began));
    std::future::pending().await
}

/// Shows all that it is told.
async fn tells(net: Net, ui: Ui, _: User) -> Result<()> {
    #[derive(serde::Deserialize)]
    struct Config {
        base_delay: Duration,
        max_retries: u32,
    }
    let config: Config = net.config()?;
    ui.show((net.id(), config.base_delay.as_millis(), config.max_retries));
    ui.show([net.rng(), net.rng()].map(|mut rng| rng.random::<u64>()));
    std::future::pending().await
}

async fn in_contract(net: Net, ui: Ui, user: User) -> Result<()> {
    print!("debugging without an end of line");
    ui.status(Status::Connecting);
    let mut socket = net.websocket("/chat").await?;
    ui.status(Status::Connected);
    let Action::Send(text) = user.next().await else { return Err("another action was expected".into()) };
    socket.send(text.into()).await?;
    user.closed().await;
    ui.show(net.id());
    match socket.next().await {
        Some(message) => Err(format!("the server said {}", message?).into()),
        None => Ok(()),
    }
}
