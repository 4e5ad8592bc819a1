//! The user of one client: a script of what is waited for and what is done.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::notes::Run;
use crate::{
    link::{self, Act},
    scenario::{Length, Moment, Nth, Until, UserStep, Values},
    time::Millis,
    trace::What,
};

/// The ways to the clients' users.
#[derive(Debug)]
pub enum UserLine {
    /// Over the link, which notes what the users do.
    Link(link::UserLine),
    /// To whoever writes to the clients' standard inputs.
    Wall(UnboundedSender<(u32, Act)>),
}

impl UserLine {
    /// The user of `client` does something.
    pub(super) fn act(&self, run: &Run, client: u32, act: Act) {
        let name = name(&act);
        match self {
            Self::Link(line) => line.act(client, &act),
            Self::Wall(line) => {
                run.recorder.note(run.clock.now(), client, None, What::User(name.clone()));
                // Nobody takes it once the clients are gone.
                let _ = line.send((client, act));
            }
        }
        run.sights.saw(client, &What::User(name));
    }
}

/// The script of one client's user.
pub(super) struct Script {
    pub(super) client: u32,
    pub(super) steps: Arc<[UserStep]>,
    pub(super) values: Arc<Values>,
    pub(super) run: Run,
    pub(super) line: Arc<UserLine>,
}

impl Script {
    /// Goes through the script.
    pub(super) async fn perform(self) {
        let act = |act| self.line.act(&self.run, self.client, act);
        let mut moments = 0;
        for step in &*self.steps {
            match step {
                UserStep::Until(Until::Moment(moment)) => {
                    self.until(moment, moments).await;
                    moments += 1;
                }
                UserStep::Until(Until::Quiet(span)) => self.quiet(span).await,
                UserStep::Wait(span) => self.run.clock.sleep(self.values.ms(span)).await,
                UserStep::Close => act(Act::Close),
                UserStep::Send(text) => act(Act::Send(text.filled(&self.values).to_string())),
                UserStep::Online => act(Act::Online),
                UserStep::Do(name) => act(Act::Do(name.clone())),
            }
        }
    }

    /// Waits for a moment. A numbered one may have come already; `any` and `last` mean the next that comes.
    async fn until(&self, moment: &Moment, index: usize) {
        let nth = match moment {
            Moment::At(at) => return self.run.clock.sleep_until(self.values.ms(at)).await,
            moment => moment.nth().expect("only points in time have no number"),
        };
        let wanted = match nth {
            Nth::Number(number) => number,
            Nth::Any | Nth::Last => self.run.sights.count(self.client, index) + 1,
        };
        while self.run.sights.count(self.client, index) < wanted {
            self.run.sights.changed(self.client).await;
        }
    }

    /// Waits until the client, having tried at least once, has made no attempt and had no connection for so long.
    async fn quiet(&self, span: &Length) {
        let span = self.values.ms(span);
        loop {
            let Some(since) = self.run.sights.quiet_since(self.client) else {
                self.run.sights.changed(self.client).await;
                continue;
            };
            let until: Millis = since + span;
            if self.run.clock.now() >= until {
                return;
            }
            tokio::select! {
                biased;
                () = self.run.clock.sleep_until(until) => {}
                () = self.run.sights.changed(self.client) => {}
            }
        }
    }
}

/// How an act reads in a trace: `close`, `online`, `send hello`, or its name.
fn name(act: &Act) -> String {
    match act {
        Act::Close => "close".into(),
        Act::Online => "online".into(),
        Act::Send(text) => format!("send {text}"),
        Act::Do(name) => name.clone(),
    }
}
