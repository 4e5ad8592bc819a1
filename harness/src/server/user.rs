//! The user of one client: a script of what is waited for and what is done.

use std::sync::Arc;

use super::sight::Sights;
use crate::{
    clock::Clock,
    scenario::{Length, Moment, Nth, Until, UserStep, Values},
    time::Millis,
};

/// Something that a user does to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Closes it.
    Close,
    /// Sends a text.
    Send(String),
    /// Is back online.
    Online,
    /// Something else, by name.
    Do(String),
}

/// The script of one client's user.
pub(super) struct Script {
    pub(super) client: u32,
    pub(super) steps: Arc<[UserStep]>,
    pub(super) values: Arc<Values>,
    pub(super) clock: Clock,
    pub(super) sights: Arc<Sights>,
}

impl Script {
    /// Goes through the script.
    pub(super) async fn perform(self, mut act: impl FnMut(u32, Act)) {
        let mut moments = 0;
        for step in &*self.steps {
            match step {
                UserStep::Until(Until::Moment(moment)) => {
                    self.until(moment, moments).await;
                    moments += 1;
                }
                UserStep::Until(Until::Quiet(span)) => self.quiet(span).await,
                UserStep::Wait(span) => self.clock.sleep(self.values.ms(span)).await,
                UserStep::Close => act(self.client, Act::Close),
                UserStep::Send(text) => act(self.client, Act::Send(text.clone())),
                UserStep::Online => act(self.client, Act::Online),
                UserStep::Do(name) => act(self.client, Act::Do(name.clone())),
            }
        }
    }

    /// Waits for a moment. A numbered one may have come already; `any` and `last` mean the next that comes.
    async fn until(&self, moment: &Moment, index: usize) {
        let nth = match moment {
            Moment::At(at) => return self.clock.sleep_until(self.values.ms(at)).await,
            Moment::Attempt(nth)
            | Moment::Lost(nth)
            | Moment::Accepted(nth)
            | Moment::Status(_, nth)
            | Moment::Received(_, nth)
            | Moment::Sent(_, nth)
            | Moment::User(_, nth) => *nth,
        };
        let wanted = match nth {
            Nth::Number(number) => number,
            Nth::Any | Nth::Last => self.sights.count(self.client, index) + 1,
        };
        while self.sights.count(self.client, index) < wanted {
            self.sights.changed(self.client).await;
        }
    }

    /// Waits until the client, having tried at least once, has made no attempt and had no connection for so long.
    async fn quiet(&self, span: &Length) {
        let span = self.values.ms(span);
        loop {
            let Some(since) = self.sights.quiet_since(self.client) else {
                self.sights.changed(self.client).await;
                continue;
            };
            let until: Millis = since + span;
            if self.clock.now() >= until {
                return;
            }
            tokio::select! {
                biased;
                () = self.clock.sleep_until(until) => {}
                () = self.sights.changed(self.client) => {}
            }
        }
    }
}

impl Act {
    /// How it reads in a trace: `close`, `online`, `send hello`, or its name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Close => "close".into(),
            Self::Online => "online".into(),
            Self::Send(text) => format!("send {text}"),
            Self::Do(name) => name.clone(),
        }
    }
}
