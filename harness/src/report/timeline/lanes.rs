//! The lanes of a timeline: what the server did, what was connected, what was tried, what was shown.

use std::ops::Range;

use super::{
    canvas::{Canvas, Scale},
    legend::Legend,
    story::{Mark, Story, Wait},
};
use crate::{
    report::{
        style::{Paint, Style},
        text::{safe, width},
    },
    time::{Millis, show},
    trace::Status,
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
        if let Some((from, to)) = self.story.last_wait().filter(|_| !self.is_final()) {
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

    /// What the client told the user. A status too short for a column of its own keeps the first of the next one's.
    pub(super) fn status(&mut self) -> Canvas {
        let mut row = Canvas::new(self.scale.columns);
        let mut taken = None;
        for (i, (at, status)) in self.story.statuses.iter().enumerate() {
            let until = self.story.statuses.get(i + 1).map_or(self.story.end, |(at, _)| *at);
            let Some(mut columns) = self.scale.columns_of(*at, until) else { continue };
            if taken == Some(columns.start) && columns.len() > 1 {
                columns.start += 1;
            }
            taken = Some(columns.start);
            let kind = Kind::of(status);
            let name = status.kind().name();
            let names = match status {
                Status::Retrying { attempt, .. } => vec![format!("{name} {attempt}"), name.to_owned()],
                _ => vec![name.to_owned()],
            };
            // A gap keeps it apart from the next one, which the last does not have.
            let room = columns.len() - usize::from(kind != Kind::Disconnected);
            self.fill(&mut row, columns.clone(), kind);
            if let Some(name) = names.iter().find(|name| name.len() <= room) {
                row.write(columns.start, name, kind.paint());
            }
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

    /// Whether the client has said that it is over: then it does not wait for anything.
    fn is_final(&self) -> bool {
        matches!(self.story.statuses.last(), Some((_, Status::Disconnected { .. })))
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
            Self::Connecting => Paint::Note,
            Self::Connected => Paint::Good,
            Self::Waiting => Paint::Warn,
            Self::Disconnected => Paint::Faint,
        }
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
