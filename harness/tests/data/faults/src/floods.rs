//! Clients that do too much of something.

use std::{io::Write, time::Duration};

use futures_util::{SinkExt, StreamExt, stream::FuturesUnordered};
use starter::{Net, Reason, Result, Status, Ui};
use tokio_tungstenite::tungstenite::Message;

use crate::{fine, greeted};

pub(crate) async fn storms(net: &Net, ui: &Ui) -> Result<()> {
    loop {
        ui.status(Status::Connecting);
        if let Ok(mut socket) = net.websocket("/chat").await {
            while let Some(Ok(_)) = socket.next().await {}
        }
    }
}

pub(crate) async fn hoards_connections(net: &Net, ui: &Ui) -> Result<()> {
    let mut sockets = Vec::new();
    loop {
        sockets.push(greeted(net, ui).await?);
    }
}

pub(crate) async fn opens_at_once(net: &Net, _: &Ui) -> Result<()> {
    let attempts: FuturesUnordered<_> = (0..200_000).map(|_| net.websocket("/chat")).collect();
    let sockets: Vec<_> = attempts.collect().await;
    drop(sockets);
    Ok(())
}

pub(crate) async fn prints(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let line = "x".repeat(1023);
    let mut out = std::io::stdout().lock();
    for _ in 0..1 << 20 {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

pub(crate) async fn prints_errors(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    loop {
        eprintln!("retrying");
    }
}

pub(crate) async fn prints_one_line(net: &Net, ui: &Ui) -> Result<()> {
    println!("{}", "x".repeat(8 << 20));
    fine(net, ui).await
}

pub(crate) async fn sends_much(net: &Net, ui: &Ui) -> Result<()> {
    let mut socket = greeted(net, ui).await?;
    socket.send(Message::binary(vec![b'x'; 100 << 20])).await?;
    while let Some(Ok(_)) = socket.next().await {}
    Ok(())
}

pub(crate) async fn sends_often(net: &Net, ui: &Ui) -> Result<()> {
    let mut socket = greeted(net, ui).await?;
    loop {
        socket.send(Message::text("again")).await?;
    }
}

pub(crate) async fn reports_at_once(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    for attempt in 0..1_000_000 {
        ui.status(Status::Retrying { attempt, wait: Duration::from_millis(1) });
    }
    Ok(())
}

pub(crate) async fn reports_over_time(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    loop {
        for _ in 0..100 {
            ui.status(Status::Connecting);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) async fn shows_much(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let much = "x".repeat(1 << 19);
    loop {
        ui.show(&much);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) async fn gives_long_reasons(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    ui.status(Status::Disconnected { reason: Reason::Refused("x".repeat(200 << 20)) });
    std::future::pending().await
}

pub(crate) async fn eats_memory(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let mut all = Vec::new();
    loop {
        all.push(vec![1_u8; 1 << 20]);
    }
}

pub(crate) async fn eats_memory_at_once(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let zeros = vec![0_u8; 1 << 40];
    println!("{}", zeros[net.id()]);
    Ok(())
}
