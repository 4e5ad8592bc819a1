//! The lanes of a timeline: what the server did, what was connected, what was tried, what was shown.

use std::ops::Range;

use super::{
    canvas::{Canvas, Scale},
    legend::Legend,
    story::{Beat, Mark, Story, Wait},
    truth::{Lie, Truth, Wire},
};
use crate::{
    report::{
        style::{Paint, Style},
        text::{safe, width},
    },
    scenario::Side,
    time::{Millis, show},
    trace::Status,
    verdict::Evidence,
};

/// Draws the lanes of one client's story.
pub(super) struct Lanes<'a> {
    pub(super) story: &'a Story,
    pub(super) scale: Scale,
    pub(super) style: Style,
    pub(super) legend: Legend,
}

impl Lanes<'_> {
    /// What the server did: the weightiest of each column.
    pub(super) fn server(&mut self) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        let mut marks = vec![None; self.scale.columns];
        for (at, mark) in self.story.server.iter().filter(|(at, _)| self.scale.shows(*at)) {
            let seen = &mut marks[self.scale.column(*at)];
            *seen = (*seen).max(Some(*mark));
        }
        for (column, mark) in marks.into_iter().enumerate().filter_map(|(column, mark)| Some((column, mark?))) {
            let (unicode, ascii, paint, meaning) = describe(mark);
            row.set(column, self.legend.glyph(unicode, ascii, meaning, self.style), paint);
        }
        row
    }

    /// Whether anything is connected or on the way; a digit where there is more than one.
    pub(super) fn connection(&mut self) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        for t in &self.story.tries {
            let over = t.over.unwrap_or(self.story.end);
            self.stretch(&mut row, t.at, t.open.unwrap_or(over), Kind::Connecting);
        }
        for t in &self.story.tries {
            if let Some(open) = t.open {
                self.stretch(&mut row, open, t.over.unwrap_or(self.story.end), Kind::Connected);
            }
        }
        for at in self.story.sent.iter().filter(|at| self.scale.shows(**at)) {
            row.set(
                self.scale.column(*at),
                self.legend.glyph('╋', 's', "sent by the client", self.style),
                Paint::Strong,
            );
        }
        let alive = self.story.alive();
        for (i, (at, alive_then)) in alive.iter().enumerate().filter(|(_, (_, n))| *n > 1) {
            let until = alive.get(i + 1).map_or(self.story.end, |(at, _)| *at);
            if let Some(columns) = self.scale.columns_of(*at, until).filter(|_| until > *at) {
                row.fill(columns, self.legend.digit(*alive_then, "so many at once", self.style), Paint::Bad);
            }
        }
        row
    }

    /// The attempts, and how long the waits between them were.
    pub(super) fn tries(&mut self) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        for Wait { from, to, .. } in self.story.waits() {
            self.wait(&mut row, from, to, &spell(to - from));
        }
        if let Some((from, to)) = self.story.last_wait() {
            self.wait(&mut row, from, to, "");
        }
        let mut counts = vec![0_usize; self.scale.columns];
        for t in self.story.tries.iter().filter(|t| self.scale.shows(t.at)) {
            counts[self.scale.column(t.at)] += 1;
        }
        for (column, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let glyph = match count {
                1 => self.legend.glyph('┃', '|', "attempt", self.style),
                _ => self.legend.digit(count, "so many at once", self.style),
            };
            row.set(column, glyph, Paint::Strong);
        }
        row
    }

    /// What the client told the user.
    pub(super) fn status(&mut self) -> Canvas {
        let end = self.story.end;
        let untils = self.story.statuses.iter().skip(1).map(|(at, _)| *at).chain([end]);
        let told = self.story.statuses.iter().zip(untils).map(|((at, status), until)| {
            let name = status.kind().name();
            let names = match status {
                Status::Retrying { attempt, .. } => vec![format!("{name} {attempt}"), name.to_owned()],
                _ => vec![name.to_owned()],
            };
            (*at, until, Kind::of(status), names)
        });
        self.named(told)
    }

    /// What the wire says of the same.
    pub(super) fn truth(&mut self, truths: &[Truth]) -> Canvas {
        self.named(truths.chunk_by(|one, next| one.is == next.is).map(|same| {
            let (kind, name) = match same[0].is {
                Wire::Over => (Kind::Disconnected, "over"),
                Wire::Waiting => (Kind::Waiting, "waiting"),
                Wire::Connecting => (Kind::Connecting, "connecting"),
                Wire::Open => (Kind::Open, "open"),
                Wire::Connected => (Kind::Connected, "connected"),
            };
            (same[0].from, same[same.len() - 1].to, kind, vec![name.to_owned()])
        }))
    }

    /// Where the two disagree: where that is a lie whatever is asked, or where a judge says so.
    pub(super) fn lies(&mut self, lies: &[Lie], judged: &[&Evidence]) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        for lie in lies {
            let told = judged.iter().map(|evidence| (evidence.from.max(lie.from), evidence.to.min(lie.to)));
            let told = told.filter(|(from, to)| from < to);
            let whole = lie.is_sure.then_some((lie.from, lie.to));
            for (from, to) in whole.into_iter().chain(told) {
                if let Some(columns) = self.scale.columns_of(from, to) {
                    row.fill(columns, self.legend.glyph('≠', '#', "not true", self.style), Paint::Worst);
                }
            }
        }
        row
    }

    /// Stretches with their names where there is room. One too short for a column of its own keeps the first of the next one's.
    fn named(&mut self, stretches: impl Iterator<Item = (Millis, Millis, Kind, Vec<String>)>) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        let mut taken = None;
        for (from, to, kind, names) in stretches {
            let Some(mut columns) = self.scale.columns_of(from, to) else { continue };
            if taken == Some(columns.start) && columns.len() > 1 {
                columns.start += 1;
            }
            taken = Some(columns.start);
            // A gap keeps it apart from the next one, which the last does not have.
            let room = columns.len() - usize::from(kind != Kind::Disconnected);
            self.fill(&mut row, columns.clone(), kind);
            if let Some(name) = names.iter().find(|name| name.len() <= room) {
                row.write(columns.start, name, kind.paint());
            }
        }
        row
    }

    /// The heartbeats that are control frames or parts of a stream, or those that are messages.
    pub(super) fn pings(&mut self, are_messages: bool) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        let mut seen: Vec<Vec<(Side, Beat)>> = vec![Vec::new(); self.scale.columns];
        for ping in self.story.pings.iter().filter(|ping| ping.is_message == are_messages && self.scale.shows(ping.at))
        {
            let kinds = &mut seen[self.scale.column(ping.at)];
            if !kinds.contains(&(ping.by, ping.beat)) {
                kinds.push((ping.by, ping.beat));
            }
        }
        for (column, kinds) in seen.into_iter().enumerate() {
            let (unicode, ascii, paint, meaning) = match kinds.as_slice() {
                [] => continue,
                [(by, beat)] => describe_ping(*by, *beat),
                _ if kinds.iter().any(|(_, beat)| *beat == Beat::Pong) => ('↕', '%', Paint::Good, "ping and pong"),
                _ => ('⇅', '&', Paint::Strong, "pings both ways"),
            };
            row.set(column, self.legend.glyph(unicode, ascii, meaning, self.style), paint);
        }
        row
    }

    /// What the user did.
    pub(super) fn user(&mut self) -> Canvas {
        self.texts(&self.story.user, self.style.pick('▼', 'v'))
    }

    /// What the client showed besides its status.
    pub(super) fn shown(&mut self) -> Canvas {
        self.texts(&self.story.shown, self.style.pick('▷', '>'))
    }

    /// Moments with what they say, where there is room for it: after the mark or before it, cut short if need be.
    fn texts(&self, moments: &[(Millis, String)], mark: char) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        let moments = || moments.iter().filter(|(at, _)| self.scale.shows(*at));
        for (at, _) in moments() {
            row.set(self.scale.column(*at), mark, Paint::Note);
        }
        for (at, text) in moments() {
            let column = self.scale.column(*at);
            for most in [24, 12] {
                let text = safe(text, most, Style { ascii: true, ..self.style });
                let (before, after) = (column.saturating_sub(width(&text) + 1), column + 1);
                if row.is_free(after..after + width(&text) + 1) {
                    row.write(after + 1, &text, Paint::Note);
                    break;
                }
                if row.is_free(before..column) {
                    row.write(before, &text, Paint::Note);
                    break;
                }
            }
        }
        row
    }

    fn wait(&mut self, row: &mut Canvas, from: Millis, to: Millis, length: &str) {
        self.stretch(row, from, to, Kind::Waiting);
        if let Some(columns) = self.scale.columns_of(from, to)
            && from >= self.scale.from
            && to <= self.scale.to
            && columns.len() > length.len()
        {
            let start = columns.start + (columns.len() - length.len()).div_ceil(2);
            row.write(start, length, Paint::Plain);
        }
    }

    fn stretch(&mut self, row: &mut Canvas, from: Millis, to: Millis, kind: Kind) {
        if let Some(columns) = self.scale.columns_of(from, to) {
            self.fill(row, columns, kind);
        }
    }

    fn fill(&mut self, row: &mut Canvas, columns: Range<usize>, kind: Kind) {
        let (unicode, ascii, meaning) = match kind {
            Kind::Connecting => ('┄', '-', "connecting"),
            Kind::Open => ('╍', '*', "open, nothing heard"),
            Kind::Connected => ('━', '=', "connected"),
            Kind::Waiting => ('·', '.', "waiting"),
            Kind::Disconnected => ('░', '_', "disconnected"),
        };
        row.fill(columns, self.legend.glyph(unicode, ascii, meaning, self.style), kind.paint());
    }
}

/// What a stretch of a lane stands for: the same on the lane of the wire and on that of the claims, so that a lie can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Connecting,
    Open,
    Connected,
    Waiting,
    Disconnected,
}

impl Kind {
    fn of(status: &Status) -> Self {
        match status {
            Status::Connecting => Self::Connecting,
            Status::Connected => Self::Connected,
            Status::Retrying { .. } => Self::Waiting,
            Status::Disconnected { .. } => Self::Disconnected,
        }
    }

    fn paint(self) -> Paint {
        match self {
            Self::Connecting | Self::Open => Paint::Note,
            Self::Connected => Paint::Good,
            Self::Waiting => Paint::Warn,
            Self::Disconnected => Paint::Faint,
        }
    }
}

fn describe_ping(by: Side, beat: Beat) -> (char, char, Paint, &'static str) {
    match (by, beat) {
        (Side::Client, Beat::Ping) => ('↑', 'i', Paint::Strong, "client's ping"),
        (Side::Client, _) => ('⇡', 'o', Paint::Plain, "client's pong"),
        (Side::Server, Beat::Ping) => ('⇣', 'I', Paint::Strong, "server's ping"),
        (Side::Server, Beat::Pong) => ('↓', 'O', Paint::Plain, "server's pong"),
        (Side::Server, Beat::Comment) => ('⇩', ';', Paint::Plain, "comment"),
    }
}

fn describe(mark: Mark) -> (char, char, Paint, &'static str) {
    match mark {
        Mark::Message => ('›', 'm', Paint::Plain, "message"),
        Mark::Pause => ('¦', ':', Paint::Warn, "pause"),
        Mark::Accept => ('●', 'A', Paint::Good, "accept"),
        Mark::Answer => ('!', '!', Paint::Warn, "answer"),
        Mark::Refuse => ('○', 'R', Paint::Bad, "refuse"),
        Mark::Close => ('■', 'C', Paint::Bad, "close"),
        Mark::Reset => ('✗', 'X', Paint::Bad, "reset"),
    }
}

/// A span in few columns: `311 ms`, `1.03 s`, `65 s`.
fn spell(ms: Millis) -> String {
    match ms {
        0..1_000 => show(ms),
        1_000..10_000 => show(ms / 10 * 10),
        _ => show(ms / 100 * 100),
    }
}
