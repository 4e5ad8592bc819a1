//! The lanes of one client: what both sides did, what was connected, tried, claimed and true.

use maud::{Markup, html as markup};

use super::{
    legend::Legend,
    picture::{Picture, Row},
    picture_anchor,
    shapes::{Axis, Stretch, label, moment},
    wire,
};
use crate::{
    report::{
        html::{
            marked::{Mark, Marked},
            scene::Scene,
            words::{short, span},
        },
        text::count,
        timeline::{
            story::{Beat, Ping, Story, Try},
            truth::{Lie, Wire},
        },
    },
    scenario::Side,
    time::{Millis, show},
    trace::{Event, Heartbeat, Message, ServerAct, Status, Trace, What, describe},
    verdict::Lane,
};

/// The longest description of a moment, in characters.
const MOST_TITLE: usize = 160;
/// The longest text beside a moment, in characters.
const MOST_BESIDE: usize = 24;
/// How high a lane is.
const HEIGHT: u32 = 26;
/// How high a bar on it is, and how far below its top.
const BAR: u32 = 18;
const BAR_AT: u32 = 4;
/// How many connections at once have a bar of their own.
const LEVELS: u32 = 4;

/// The timeline of one client.
pub(super) fn picture(scene: &Scene<'_>, trace: &Trace, client: u32, most: usize) -> Picture {
    let story = Story::of(trace, client);
    let here = |marked: &&Marked| marked.place.client == client && marked.place.lane != Lane::Fleet;
    let marked: Vec<Marked> = scene.marked.iter().filter(here).cloned().collect();
    let mut lanes = Lanes {
        trace,
        client,
        axis: Axis { end: trace.end.at },
        marked: &marked,
        most,
        legend: Legend::default(),
        left_out: Vec::new(),
    };
    let about = |lane| marked.iter().any(|marked| marked.place.lane == lane);
    let mut rows = vec![
        lanes.server(&story),
        lanes.client(),
        lanes.pings(&story),
        lanes.connection(&story),
        lanes.tries(&story),
        lanes.status(&story),
        lanes.truth(&story),
        lanes.shown(&story),
        lanes.user(&story),
    ];
    let always = [Lane::Server, Lane::Connection, Lane::Tries, Lane::Status];
    rows.retain(|row| !row.items.is_empty() || row.lane.is_some_and(|lane| always.contains(&lane) || about(lane)));
    let title = match trace.header.clients {
        1 => "The client".to_owned(),
        all => format!("Client {client} of the {all}, numbered from 0"),
    };
    Picture {
        anchor: picture_anchor(scene, Some(client)),
        title,
        summary: summary(&story),
        axis: lanes.axis,
        lanes: rows,
        overview: lanes.overview(&story),
        legend: lanes.legend,
        left_out: lanes.left_out,
        times: None,
        marked,
    }
}

/// What a timeline shows, in a sentence.
fn summary(story: &Story) -> String {
    let opened = story.tries.iter().filter(|t| t.open.is_some()).count();
    let longest = story.waits().iter().map(|wait| wait.to - wait.from).max();
    let longest = longest.map(|wait| format!(", longest wait {}", show(wait))).unwrap_or_default();
    let (attempts, opened) = (count(story.tries.len(), "attempt"), count(opened, "connection"));
    format!("{}: {attempts}, {opened}{longest}.", show(story.end))
}

struct Lanes<'a> {
    trace: &'a Trace,
    client: u32,
    axis: Axis,
    marked: &'a [Marked],
    /// How many things a lane shows at most.
    most: usize,
    legend: Legend,
    left_out: Vec<String>,
}

impl Lanes<'_> {
    fn server(&mut self, story: &Story) -> Row {
        // Comments are heartbeats, which have a lane of their own; the story knows when the client saw them.
        let comments: Vec<_> =
            story.pings.iter().filter(|ping| ping.beat == Beat::Comment).map(|ping| ping.at).collect();
        let latency = self.trace.header.latency;
        let symbol = |event: &Event| match &event.what {
            What::Server(act) => wire::of_server(act).filter(|_| !is_heartbeat_of_server(act)).filter(|_| {
                !matches!(act, ServerAct::Bytes(_))
                    || comments.binary_search(&event.at.saturating_add(latency)).is_err()
            }),
            _ => None,
        };
        let items = self.acts("server", symbol);
        Row { name: "server", lane: Some(Lane::Server), height: HEIGHT, items }
    }

    fn client(&mut self) -> Row {
        let symbol = |event: &Event| {
            match &event.what {
            What::Client(act) => wire::of_client(act).filter(|_| {
                !matches!(act, crate::trace::ClientAct::Message(Message::Text(text)) if Heartbeat::of_text(text).is_some())
            }),
            _ => None,
        }
        };
        let items = self.acts("client", symbol);
        Row { name: "client", lane: None, height: HEIGHT, items }
    }

    /// The acts of one side that have a symbol.
    fn acts(&mut self, name: &'static str, symbol: impl Fn(&Event) -> Option<&'static str>) -> Vec<Markup> {
        let trace = self.trace;
        let events = trace.events.iter().filter(|event| event.client == self.client);
        let acts: Vec<_> = events.filter_map(|event| Some((event, symbol(event)?))).collect();
        let acts = self.nearest(acts, |(event, _)| event.at, name);
        let draw = |(event, symbol): (&Event, &'static str)| {
            let conn = event.conn.map(|conn| format!(" on #{conn}")).unwrap_or_default();
            let (who, what) = describe(&event.what);
            let title = format!("{who}: {}{conn}", short(&what, MOST_TITLE));
            moment(self.axis, event.at, HEIGHT / 2, self.legend.uses(symbol), &title)
        };
        acts.into_iter().map(draw).collect()
    }

    fn pings(&mut self, story: &Story) -> Row {
        let pings: Vec<&Ping> = self.nearest(story.pings.iter().collect(), |ping| ping.at, "pings");
        let draw = |ping: &Ping| {
            let (symbol, what) = match (ping.by, ping.beat) {
                (Side::Client, Beat::Ping) => ("client-ping", "the client's ping"),
                (Side::Client, _) => ("client-pong", "the client's pong"),
                (Side::Server, Beat::Ping) => ("server-ping", "the server's ping"),
                (Side::Server, Beat::Pong) => ("server-pong", "the server's pong"),
                (Side::Server, Beat::Comment) => ("comment", "a comment of the server"),
            };
            let kind = if ping.is_message { ", a message of the application" } else { "" };
            moment(self.axis, ping.at, HEIGHT / 2, self.legend.uses(symbol), &format!("{what}{kind}"))
        };
        Row { name: "pings", lane: Some(Lane::Pings), height: HEIGHT, items: pings.into_iter().map(draw).collect() }
    }

    /// Each try and the connection that came of it, those that live at once above each other.
    fn connection(&mut self, story: &Story) -> Row {
        let levels = levels(story);
        let depth = levels.iter().max().map_or(1, |level| level + 1);
        let (bar, step) = if depth == 1 { (BAR, 0) } else { (12, 14) };
        let mut items = Vec::new();
        let tries = story.tries.iter().zip(&levels).enumerate().collect();
        for (number, (t, level)) in self.nearest(tries, |(_, (t, _))| t.at, "connection") {
            let over = t.over.unwrap_or(story.end);
            let heard = t.open.map(|open| t.heard.unwrap_or(over).clamp(open, over));
            let parts = [
                (Some(t.at), t.open.or(Some(over)), "connecting"),
                (t.open, heard, "open"),
                (heard, Some(over), "connected"),
            ];
            for (from, to, kind) in parts {
                let (Some(from), Some(to)) = (from, to) else { continue };
                if to > from || (kind == "connecting" && t.open.is_none()) {
                    let title = format!("attempt {}: {kind} ({})", number + 1, span(from, to));
                    let kind = self.legend.uses(kind);
                    let stretch = Stretch { from, to, kind, name: kind, title };
                    items.push(stretch.draw(self.axis, BAR_AT + level * step, bar));
                }
            }
        }
        Row { name: "connection", lane: Some(Lane::Connection), height: HEIGHT.max(2 * BAR_AT + depth * step), items }
    }

    /// The attempts, and the waits between them.
    fn tries(&mut self, story: &Story) -> Row {
        let mut items = Vec::new();
        let last = story.last_wait();
        let waits = story.waits().into_iter().map(|wait| (wait.from, wait.to, true));
        let waits = waits.chain(last.map(|(from, to)| (from, to, false))).collect();
        for (from, to, is_over) in self.nearest(waits, |(from, ..)| *from, "tries") {
            let length = show(to - from);
            let title = match is_over {
                true => format!("waited {length} ({})", span(from, to)),
                false => format!("no attempt any more for {length} ({})", span(from, to)),
            };
            let kind = self.legend.uses("waiting");
            items.push(Stretch { from, to, kind, name: &length, title }.draw(self.axis, BAR_AT, BAR));
        }
        for (number, t) in self.nearest(story.tries.iter().enumerate().collect(), |(_, t)| t.at, "tries") {
            let title = format!("attempt {}{}", number + 1, came_of(t));
            items.push(moment(self.axis, t.at, HEIGHT / 2, self.legend.uses("attempt"), &title));
        }
        Row { name: "tries", lane: Some(Lane::Tries), height: HEIGHT, items }
    }

    /// What the client told the user.
    fn status(&mut self, story: &Story) -> Row {
        let untils = story.statuses.iter().skip(1).map(|(at, _)| *at).chain([story.end]);
        let mut items = Vec::new();
        let statuses = story.statuses.iter().zip(untils).collect();
        for ((from, status), to) in self.nearest(statuses, |((from, _), _)| *from, "status") {
            let (kind, name) = match status {
                Status::Connecting => ("connecting", "connecting".to_owned()),
                Status::Connected => ("connected", "connected".to_owned()),
                Status::Retrying { attempt, .. } => ("waiting", format!("retrying {attempt}")),
                Status::Disconnected { .. } => ("disconnected", "disconnected".to_owned()),
            };
            let detail = match status {
                Status::Retrying { wait, .. } => format!(", announces a wait of {}", show(*wait)),
                Status::Disconnected { reason } => format!(": {}", short(reason, MOST_TITLE)),
                _ => String::new(),
            };
            let title = format!("the client says {name}{detail} ({})", span(*from, to));
            items.push(
                Stretch { from: *from, to, kind: self.legend.uses(kind), name: &name, title }
                    .draw(self.axis, BAR_AT, BAR),
            );
        }
        Row { name: "status", lane: Some(Lane::Status), height: HEIGHT, items }
    }

    /// What the wire says of the same, and where the two disagree.
    fn truth(&mut self, story: &Story) -> Row {
        let truths = story.truths();
        let same = truths.chunk_by(|one, next| one.is == next.is);
        let stretches = same.map(|same| (same[0].from, same[same.len() - 1].to, same[0].is)).collect();
        let mut items = Vec::new();
        for (from, to, is) in self.nearest(stretches, |(from, ..)| *from, "truth") {
            let (kind, name) = match is {
                Wire::Over => ("disconnected", "over"),
                Wire::Waiting => ("waiting", "waiting"),
                Wire::Connecting => ("connecting", "connecting"),
                Wire::Open => ("open", "open"),
                Wire::Connected => ("connected", "connected"),
            };
            let title = format!("the wire says {name} ({})", span(from, to));
            let kind = self.legend.uses(kind);
            items.push(Stretch { from, to, kind, name, title }.draw(self.axis, BAR_AT, BAR));
        }
        for (from, to) in self.nearest(self.lies(story), |(from, _)| *from, "truth") {
            let title = format!("what the client says is not true ({})", span(from, to));
            let kind = self.legend.uses("lie");
            items.push(Stretch { from, to, kind, name: "", title }.draw(self.axis, 0, 5));
        }
        Row { name: "truth", lane: Some(Lane::Truth), height: HEIGHT, items }
    }

    /// Where the client claims what is not true: whatever is asked, or where a judge has held the two against each other and says so.
    fn lies(&self, story: &Story) -> Vec<(Millis, Millis)> {
        let places = |lane, kinds: &[Mark]| {
            let fits = |marked: &&Marked| marked.place.lane == lane && kinds.contains(&marked.kind);
            self.marked.iter().filter(fits).map(|marked| &marked.place).collect::<Vec<_>>()
        };
        let is_judged = !places(Lane::Truth, &[Mark::Window]).is_empty();
        let judged = if is_judged { places(Lane::Status, &[Mark::Miss, Mark::More]) } else { Vec::new() };
        let told = |lie: Lie| {
            let told = judged.iter().map(move |place| (place.from.max(lie.from), place.to.min(lie.to)));
            lie.is_sure.then_some((lie.from, lie.to)).into_iter().chain(told).filter(|(from, to)| from < to)
        };
        story.lies().into_iter().flat_map(told).collect()
    }

    fn shown(&mut self, story: &Story) -> Row {
        let items = self.texts(&story.shown, "shown", "shown");
        Row { name: "shown", lane: Some(Lane::Shown), height: HEIGHT, items }
    }

    fn user(&mut self, story: &Story) -> Row {
        let items = self.texts(&story.user, "user", "the user does");
        Row { name: "user", lane: None, height: HEIGHT, items }
    }

    /// Moments with what they say, the text beside them where there is room before the next.
    fn texts(&mut self, moments: &[(Millis, String)], symbol: &'static str, does: &str) -> Vec<Markup> {
        let moments: Vec<&(Millis, String)> = self.nearest(moments.iter().collect(), |(at, _)| *at, symbol);
        let untils = moments.iter().skip(1).map(|(at, _)| *at).chain([self.trace.end.at]);
        let mut items = Vec::new();
        for ((at, text), until) in moments.iter().zip(untils) {
            let title = format!("{does}: {}", short(text, MOST_TITLE));
            items.push(moment(self.axis, *at, HEIGHT / 2, self.legend.uses(symbol), &title));
            items.push(label(self.axis, *at, until, HEIGHT / 2 + 4, &short(text, MOST_BESIDE)));
        }
        items
    }

    /// As many as a lane may have: those nearest to where something went wrong.
    fn nearest<T>(&mut self, mut moments: Vec<T>, at: impl Fn(&T) -> Millis, name: &str) -> Vec<T> {
        let more = moments.len().saturating_sub(self.most);
        if more > 0 {
            let wrong: Vec<_> = self.marked.iter().filter(|marked| marked.is_wrong()).map(|m| m.place.from).collect();
            let far = |moment: &T| wrong.iter().map(|from| from.abs_diff(at(moment))).min().unwrap_or_default();
            moments.sort_by_key(far);
            moments.truncate(self.most);
            moments.sort_by_key(&at);
            self.left_out.push(format!("On the lane “{name}”, {more} more are not drawn."));
        }
        moments
    }

    /// The connections over the whole run, those too near to tell apart as one.
    fn overview(&self, story: &Story) -> Markup {
        let near = self.axis.end / 400;
        let mut stretches: Vec<(Millis, Millis)> = Vec::new();
        for t in &story.tries {
            let Some(open) = t.open else { continue };
            let over = t.over.unwrap_or(story.end);
            match stretches.last_mut().filter(|(_, last)| open <= last.saturating_add(near)) {
                Some((_, last)) => *last = over.max(*last),
                None => stretches.push((open, over)),
            }
        }
        markup! {
            @for (from, to) in stretches {
                rect.up x=(self.axis.x(from)) y="4" width=(self.axis.width(from, to)) height="8" {}
            }
        }
    }
}

fn is_heartbeat_of_server(act: &ServerAct) -> bool {
    matches!(act, ServerAct::Message(Message::Text(text)) if Heartbeat::of_text(text).is_some())
}

/// What came of an attempt, as the end of a sentence.
fn came_of(t: &Try) -> String {
    match (t.open, t.over) {
        (Some(open), _) => format!(", connected after {}", show(open - t.at)),
        (None, Some(over)) => format!(", failed after {}", show(over.saturating_sub(t.at))),
        (None, None) => ", never answered".to_owned(),
    }
}

/// On which level each try is drawn: the lowest that is free.
fn levels(story: &Story) -> Vec<u32> {
    let mut free_from = [0; LEVELS as usize];
    let level = |t: &Try| {
        let free = free_from.iter().position(|from| *from <= t.at).unwrap_or(LEVELS as usize - 1);
        free_from[free] = t.over.unwrap_or(Millis::MAX).max(free_from[free]);
        free as u32
    };
    story.tries.iter().map(level).collect()
}
