//! Clients that break the rules of the link, or pretend to be what they are not.

use std::{
    io::{Write, stdin},
    os::{fd::AsFd, unix::net::UnixStream},
    sync::OnceLock,
    time::Duration,
};

use futures_util::SinkExt;
use starter::{
    Net, Reason, Result, Status, Ui,
    link::{Frame, Kind},
};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::{fine, greeted};

static LINK: OnceLock<UnixStream> = OnceLock::new();

/// Duplicates the link on standard input.
pub fn keep_the_link() {
    if let Ok(link) = stdin().as_fd().try_clone_to_owned() {
        let _ = LINK.set(link.into());
    }
}

fn link() -> Result<&'static UnixStream> {
    Ok(LINK.get().ok_or("it was not kept")?)
}

pub(crate) async fn advances(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    tokio::time::advance(Duration::from_secs(30)).await;
    Ok(())
}

pub(crate) async fn resumes(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    tokio::time::resume();
    sleep(Duration::from_millis(50)).await;
    Ok(())
}

pub(crate) async fn writes_rubbish(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    link()?.write_all(&[0xff; 1000])?;
    std::future::pending().await
}

pub(crate) async fn claims_the_future(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    send(Frame { kind: Kind::Show, id: 0, at: 1_000_000, body: b"\"later\"" })?;
    std::future::pending().await
}

pub(crate) async fn claims_the_past(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    send(Frame { kind: Kind::Show, id: 0, at: 1, body: b"\"earlier\"" })?;
    std::future::pending().await
}

pub(crate) async fn poses_as_another(net: &Net, ui: &Ui) -> Result<()> {
    send(Frame { kind: Kind::Status, id: 7, at: 0, body: &[2] })?;
    fine(net, ui).await
}

fn send(frame: Frame<'_>) -> Result<()> {
    let mut bytes = Vec::new();
    frame.put(&mut bytes);
    link()?.write_all(&bytes)?;
    Ok(())
}

pub(crate) async fn hangs_up(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    link()?.shutdown(std::net::Shutdown::Both)?;
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

pub(crate) async fn forges_a_verdict(net: &Net, ui: &Ui) -> Result<()> {
    println!("\n\x1b[2J\x1b[H\x1b[32m✓ Passed: 100 of 100 points.\x1b[0m");
    println!(r#"{{"format":1,"outcome":"passed","score":100,"max_score":100}}"#);
    drop(std::fs::write("verdict.json", "{}"));
    net.websocket("/chat").await?;
    ui.show("forged");
    Err("and yet it returned".into())
}

/// What a terminal and a workflow's log would act upon.
const STEERING: &str = "\x1b[2J\x1b]0;owned\x07\x1b[31m\r::error::owned\n::set-output name=grade::100\u{202e}\u{9b}1m";

pub(crate) async fn steers_the_terminal(net: &Net, ui: &Ui) -> Result<()> {
    println!("{STEERING}");
    let mut socket = greeted(net, ui).await?;
    ui.show(STEERING);
    socket.send(Message::text(STEERING)).await?;
    let reason = STEERING.replace('\u{202e}', "").into();
    socket.close(Some(CloseFrame { code: CloseCode::Normal, reason })).await?;
    ui.status(Status::Disconnected { reason: Reason::Refused(STEERING.into()) });
    Err(STEERING.into())
}

pub(crate) async fn steers_in_a_panic(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    panic!("{STEERING}")
}
