//! What a fleet did, as histograms: when its clients came, and how long they had waited.

use super::{
    canvas::{Canvas, Scale},
    marks, row, ruler,
    story::{Story, Wait},
};
use crate::{
    report::{
        sheet::{LABEL, Sheet},
        style::{Paint, Style},
        text::count,
    },
    time::{Millis, show},
    trace::Trace,
    verdict::Evidence,
};

/// How high the bars are, in rows.
const HEIGHT: usize = 4;
/// From this retry on, waits are shown together with those of later retries when there was only one outage: they are at the cap.
const LATE: u32 = 4;

/// Draws the arrivals of the round in which the evidence lies, and the waits before that retry over all rounds.
///
/// Where waits are expected not to be, or not all, is a window behind the beginning of the wait in the evidence. It is laid over the arrivals where
/// all those waits begin together, with the loss.
pub(super) fn draw(sheet: &mut Sheet, trace: &Trace, evidence: &Evidence, windows: &[&Evidence]) {
    let stories = Story::of_all(trace);
    let Some(round) = Round::of(&stories, evidence) else { return };
    let columns = sheet.style.columns() - super::INDENT - LABEL;

    let Waits { title: title_of_waits, lengths, together } = Waits::of(&stories, &round, evidence);
    let arrivals: Vec<_> = stories.iter().flat_map(|story| story.tries.iter().map(|t| t.at)).collect();
    let scale = Scale { from: round.from, to: round.to, columns };
    let title = format!("Attempts of {} after the loss at {}", count(stories.len(), "client"), show(round.from));
    sheet.text(super::INDENT, Paint::Strong, &title);
    bars(sheet, &scale, &arrivals);
    ruler(sheet, &scale, None);
    for window in windows.iter().filter(|_| together) {
        marks::band(sheet, &scale, (window.from, window.to), &window.label);
    }
    marks::first(sheet, &scale, (evidence.from, evidence.to), &evidence.label);

    sheet.blank();
    let longest = lengths.iter().max().copied().unwrap_or(0);
    let scale = Scale { from: 0, to: (longest + longest / 10).max(columns as Millis), columns };
    sheet.text(super::INDENT, Paint::Strong, &title_of_waits);
    bars(sheet, &scale, &lengths);
    ruler(sheet, &scale, None);
    for window in windows {
        let length = |at: Millis| at.saturating_sub(evidence.from);
        marks::band(sheet, &scale, (length(window.from), length(window.to)), &window.label);
    }
}

/// How long clients waited before the retry that the evidence is about, over all rounds.
pub(in crate::report) struct Waits {
    pub(in crate::report) title: String,
    pub(in crate::report) lengths: Vec<Millis>,
    /// Whether all of them began together with the wait in the evidence: then what is expected of waits holds for arrivals.
    pub(in crate::report) together: bool,
}

impl Waits {
    /// The waits that the evidence is about; none if it is about no round.
    pub(in crate::report) fn about(trace: &Trace, evidence: &Evidence) -> Option<Self> {
        let stories = Story::of_all(trace);
        Some(Self::of(&stories, &Round::of(&stories, evidence)?, evidence))
    }

    fn of(stories: &[Story], round: &Round, evidence: &Evidence) -> Self {
        let waits = stories.iter().flat_map(Story::waits).filter(|wait| round.compares(wait));
        let lengths: Vec<_> = waits.map(|wait| wait.to - wait.from).collect();
        let later = if round.late { " and later ones" } else { "" };
        let (waits, rounds) = (count(lengths.len(), "wait"), count(round.rounds, "round"));
        let title = format!("How long they waited before retry {}{later} ({waits} in {rounds})", round.retry);
        Self { title, lengths, together: evidence.from == round.from }
    }
}

/// The outage in which the evidence lies.
#[derive(Debug, PartialEq, Eq)]
struct Round {
    /// When the clients lost their connections.
    from: Millis,
    /// When they were all connected again, or the next loss.
    to: Millis,
    /// Which retry the evidence is about.
    retry: u32,
    /// Whether later retries are looked at with it.
    late: bool,
    /// How many outages there were.
    rounds: usize,
}

impl Round {
    fn of(stories: &[Story], evidence: &Evidence) -> Option<Self> {
        let story = stories.get(evidence.client as usize)?;
        let at = story.tries.iter().rposition(|t| t.at <= evidence.to)?;
        let inside = story.tries[..=at].iter().position(|t| t.at >= evidence.from).unwrap_or(at);
        let retry = story.tries[inside].retry;
        let before = story.tries[..inside].iter().rposition(|t| t.open.is_some());
        let from = before.and_then(|i| story.tries[i].over).unwrap_or(0);
        let next_loss = story.tries[inside..].iter().filter(|t| t.open.is_some()).find_map(|t| t.over);
        let back =
            stories.iter().filter_map(|story| story.tries.iter().filter_map(|t| t.open).find(|open| *open > from));
        let until =
            back.max().unwrap_or(story.end).max(evidence.to).min(next_loss.unwrap_or(story.end).max(evidence.to));
        let rounds =
            story.tries.iter().filter(|t| t.open.is_some() && t.over.is_some_and(|over| over < story.end)).count();
        let to = until + (until - from.min(until)) / 25 + 66;
        Some(Self { from, to, retry: retry.max(1), late: rounds <= 1 && retry >= LATE, rounds })
    }

    /// Whether this wait belongs with the one that the evidence is about.
    fn compares(&self, wait: &Wait) -> bool {
        if self.late { wait.retry >= self.retry } else { wait.retry == self.retry }
    }
}

/// A bar for each column, as high as the number of values in it.
fn bars(sheet: &mut Sheet, scale: &Scale, values: &[Millis]) {
    let mut counts = vec![0_usize; scale.columns];
    for value in values.iter().filter(|value| scale.shows(**value)) {
        counts[scale.column(*value)] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0).max(1);
    for level in (0..HEIGHT).rev() {
        let mut canvas = Canvas::new(scale.columns);
        for (column, n) in counts.iter().enumerate() {
            let eighths = (n * HEIGHT * 8).div_ceil(most).saturating_sub(level * 8).min(8);
            canvas.set(column, block(eighths, sheet.style), if *n == most { Paint::Bad } else { Paint::Note });
        }
        let label = if level == HEIGHT - 1 { most.to_string() } else { String::new() };
        row(sheet, &label, &canvas);
    }
}

/// A block of so many eighths of a row.
fn block(eighths: usize, style: Style) -> char {
    const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    match style.ascii {
        false => BLOCKS[eighths],
        true if eighths > 0 => '#',
        true => ' ',
    }
}
