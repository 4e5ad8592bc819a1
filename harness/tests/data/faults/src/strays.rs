//! Clients that start what outlives them, and one that reads what is not theirs.

use std::{io::Read, process::Command, time::Duration};

use starter::{Net, Result, Ui};

use crate::{fine, greeted};

pub(crate) async fn leaves_a_child(net: &Net, ui: &Ui) -> Result<()> {
    Command::new("sleep").arg("1000000").spawn()?;
    fine(net, ui).await
}

pub(crate) async fn leaves_a_daemon(net: &Net, ui: &Ui) -> Result<()> {
    daemon("sleep 1000000")?;
    fine(net, ui).await
}

pub(crate) async fn leaves_a_daemon_and_exits(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    daemon("sleep 1000000")?;
    std::process::exit(0)
}

pub(crate) async fn leaves_a_daemon_that_prints(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    daemon("yes from the daemon")?;
    std::future::pending().await
}

/// Starts a program in a session of its own, whose parent is gone at once.
fn daemon(command: &str) -> Result<()> {
    Command::new("setsid").args(["sh", "-c", &format!("{command} &")]).status()?;
    Ok(())
}

pub(crate) async fn leaves_a_thread(net: &Net, ui: &Ui) -> Result<()> {
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    });
    greeted(net, ui).await.map(drop)
}

pub(crate) async fn reads_input(net: &Net, ui: &Ui) -> Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    println!("input: {input:?}");
    fine(net, ui).await
}

pub(crate) async fn leaves_a_daemon_that_blocks(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    daemon("sleep 1000000")?;
    std::thread::sleep(Duration::from_secs(1_000_000));
    Ok(())
}
