//! Clients that never come to wait, or that block.

use std::{process::Command, sync::Mutex, time::Duration};

use starter::{Net, Result, Ui};

use crate::greeted;

pub(crate) async fn spins(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let mut n = 0_u64;
    while std::hint::black_box(n) < u64::MAX {
        n += 1;
    }
    Ok(())
}

pub(crate) async fn yields_for_ever(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    loop {
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn sleeps(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    std::thread::sleep(Duration::from_secs(1_000_000));
    Ok(())
}

pub(crate) async fn deadlocks(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    let mutex = Mutex::new(0);
    let _first = mutex.lock();
    let _second = mutex.lock();
    Ok(())
}

pub(crate) async fn blocks_elsewhere(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(1_000_000))).await?;
    Ok(())
}

pub(crate) async fn waits_for_a_program(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    Command::new("sleep").arg("1000000").status()?;
    Ok(())
}

pub(crate) async fn stops_itself(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    Command::new("kill").args(["-STOP", &std::process::id().to_string()]).status()?;
    Ok(())
}
