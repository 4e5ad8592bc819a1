//! What is final is an error, and travels with `?`; what passes is a value, and goes round the loop.
//!
//! The wait is equal jitter, or what the server asks for with up to a tenth of `max_delay` more, whichever is longer.

use std::{ops::ControlFlow, time::Duration};

use futures_util::StreamExt;
use rand::RngExt;
use serde::Deserialize;
use starter::{
    ConnectError, Net, Reason, Result, Status, Ui, User,
    http::{HeaderMap, StatusCode},
    http_date, sse,
};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

#[derive(Deserialize)]
struct Config {
    transport: Transport,
    base_delay: Duration,
    max_delay: Duration,
    max_retries: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Transport {
    WebSocket,
    Sse,
}

/// There is no point in another attempt, and this is why.
struct Final(String);

/// An attempt or connection is over, and another one may do better.
#[derive(Default)]
struct Passing {
    greeted: bool,
    retry_after: Option<Duration>,
}

/// Runs the client until the user closes it, or until there is no point in trying again.
pub async fn run(net: Net, ui: Ui, user: User) -> Result<()> {
    let config: Config = net.config()?;
    let client = Client { net, ui: ui.clone(), config };
    let reason = tokio::select! {
        () = user.closed() => Reason::ClosedByUser,
        ended = client.stay_connected() => match ended {
            Ok(()) => Reason::GaveUp,
            Err(Final(why)) => Reason::Refused(why),
        },
    };
    ui.status(Status::Disconnected { reason });
    Ok(())
}

struct Client {
    net: Net,
    ui: Ui,
    config: Config,
}

impl Client {
    /// Returns when the retries are used up.
    async fn stay_connected(&self) -> Result<(), Final> {
        let mut rng = self.net.rng();
        let mut retries = 0;
        loop {
            self.ui.status(Status::Connecting);
            let over = match self.config.transport {
                Transport::WebSocket => self.websocket().await?,
                Transport::Sse => self.stream().await?,
            };
            if over.greeted {
                retries = 0;
            }
            if retries == self.config.max_retries {
                return Ok(());
            }
            let ceiling = self.config.base_delay.saturating_mul(1 << retries.min(20)).min(self.config.max_delay);
            let asked = over.retry_after.map(|asked| asked + self.config.max_delay.mul_f64(rng.random_range(0.0..0.1)));
            let wait = ceiling.mul_f64(rng.random_range(0.5..1.0)).max(asked.unwrap_or_default());
            retries += 1;
            self.ui.status(Status::Retrying { attempt: retries, wait });
            sleep(wait).await;
        }
    }

    async fn websocket(&self) -> Result<Passing, Final> {
        let mut over = Passing::default();
        let mut socket = match self.net.websocket("/live").await {
            Ok(socket) => socket,
            Err(ConnectError::Http { status, headers }) => return answered(status, &headers),
            Err(_) => return Ok(over),
        };
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => over.greeted |= self.take(&text)?,
                Message::Close(Some(frame)) => {
                    // The closing handshake is finished before anything else: reading on sends the answer.
                    let code = u16::from(frame.code);
                    while socket.next().await.is_some() {}
                    return if [1001, 1011, 1012, 1013].contains(&code) {
                        Ok(over)
                    } else {
                        Err(Final(code.to_string()))
                    };
                }
                _ => {}
            }
        }
        Ok(over)
    }

    async fn stream(&self) -> Result<Passing, Final> {
        let mut over = Passing::default();
        let Ok(response) = self.net.get("/live", &[("accept", "text/event-stream")]).await else { return Ok(over) };
        if response.status != StatusCode::OK {
            return answered(response.status, &response.headers);
        }
        let mut events = sse::events(response);
        while let Some(Ok(event)) = events.next().await {
            over.greeted |= self.take(&event.data)?;
        }
        Ok(over)
    }

    /// Whether it is the greeting.
    fn take(&self, text: &str) -> Result<bool, Final> {
        match text.strip_prefix("hello ") {
            Some("1") => {
                self.ui.status(Status::Connected);
                Ok(true)
            }
            Some(version) => Err(Final(format!("version {version}"))),
            None => {
                self.ui.show(text);
                Ok(false)
            }
        }
    }
}

/// The server has answered with something else than what was asked for.
fn answered(status: StatusCode, headers: &HeaderMap) -> Result<Passing, Final> {
    let passes =
        [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE].contains(&status);
    if passes {
        Ok(Passing { greeted: false, retry_after: asked(headers).break_value() })
    } else {
        Err(Final(status.to_string()))
    }
}

/// Breaks with the first form of Retry-After that can be read.
fn asked(headers: &HeaderMap) -> ControlFlow<Duration> {
    let field = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(after) = field("retry-after") else { return ControlFlow::Continue(()) };
    if let Ok(seconds) = after.parse() {
        return ControlFlow::Break(Duration::from_secs(seconds));
    }
    if let (Some(then), Some(now)) = (http_date(after), field("date").and_then(http_date)) {
        return ControlFlow::Break(then.saturating_sub(now));
    }
    ControlFlow::Continue(())
}
