//! `ezsockets`: a WebSocket with the reconnection of the library. (Its frames are those of an older `tokio-tungstenite`.)

use async_trait::async_trait;
use bytes::Bytes;
use ezsockets::{ClientConfig, ClientExt, CloseFrame, Error, Utf8Bytes, WSError, client::ClientCloseMode};
use outsiders::{address, config, connected, connecting, disconnected, duration, retrying, show, user};

struct Chat {
    failures: u64,
    wait: std::time::Duration,
}

impl Chat {
    /// The library waits by itself and does not say for how long.
    fn failed(&mut self) -> Result<ClientCloseMode, Error> {
        self.failures += 1;
        retrying(self.failures, self.wait);
        Ok(ClientCloseMode::Reconnect)
    }
}

#[async_trait]
impl ClientExt for Chat {
    type Call = ();

    async fn on_text(&mut self, text: Utf8Bytes) -> Result<(), Error> {
        if text.as_str() == "hello" {
            self.failures = 0;
            connected();
        }
        show(text.as_str());
        Ok(())
    }

    async fn on_binary(&mut self, _: Bytes) -> Result<(), Error> {
        Ok(())
    }

    async fn on_call(&mut self, (): ()) -> Result<(), Error> {
        Ok(())
    }

    async fn on_connect_fail(&mut self, _: WSError) -> Result<ClientCloseMode, Error> {
        self.failed()
    }

    async fn on_close(&mut self, _: Option<CloseFrame>) -> Result<ClientCloseMode, Error> {
        self.failed()
    }

    async fn on_disconnect(&mut self) -> Result<ClientCloseMode, Error> {
        self.failed()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let ((address, path), config) = (address(), config());
    let mut client = ClientConfig::new(format!("ws://{address}{path}").as_str());
    let wait = duration(&config, "base_delay").unwrap_or(ezsockets::client::DEFAULT_RECONNECT_INTERVAL);
    client = client.reconnect_interval(wait);
    if let Some(most) = config["max_retries"].as_u64() {
        client = client.max_reconnect_attempts(most as usize).max_initial_connect_attempts(most as usize);
    }
    connecting();
    let (handle, done) = ezsockets::connect(|_| Chat { failures: 0, wait }, client).await;
    let (mut user, mut done) = (user(), Box::pin(done));
    loop {
        tokio::select! {
            outcome = &mut done => {
                disconnected(if outcome.is_ok() { "closed by user" } else { "gave up" });
                return outcome;
            }
            act = user.recv() => match act.flatten() {
                Some(text) => drop(handle.text(text)?),
                None => drop(handle.close(None)?),
            },
        }
    }
}
