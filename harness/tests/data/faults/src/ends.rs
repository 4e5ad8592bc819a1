//! Clients that end before their time.

use starter::{Net, Result, Ui};

use crate::{fine, greeted};

pub(crate) async fn panics(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    println!("about to index");
    let empty: Vec<u8> = std::env::args().skip(100).map(|_| 0).collect();
    println!("{}", empty[net.id()]);
    Ok(())
}

pub(crate) async fn panics_in_a_task(net: &Net, ui: &Ui) -> Result<()> {
    let task = tokio::spawn(async { panic!("nobody awaits this") });
    fine(net, ui).await?;
    task.await?
}

pub(crate) async fn exits(net: &Net, ui: &Ui, code: i32) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    std::process::exit(code)
}

pub(crate) async fn aborts(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    std::process::abort()
}

pub(crate) async fn overflows(net: &Net, ui: &Ui) -> Result<()> {
    let _socket = greeted(net, ui).await?;
    println!("{}", deep(1));
    Ok(())
}

#[expect(unconditional_recursion, reason = "that is the fault")]
fn deep(n: u64) -> u64 {
    std::hint::black_box([n; 100])[50] + deep(n + 1)
}

pub(crate) async fn stays_in_a_drop(net: &Net, ui: &Ui) -> Result<()> {
    struct Stay;
    impl Drop for Stay {
        fn drop(&mut self) {
            loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            }
        }
    }
    let _stay = Stay;
    greeted(net, ui).await.map(drop)
}
