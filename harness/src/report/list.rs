//! The challenges that there are, and how far the student is with each.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, count, list as enumerate, pad, safe, width},
};
use crate::scenario::{Challenge, Channel};

/// The version of the list's JSON form. It changes when a key changes its meaning or goes.
const FORMAT: u32 = 1;

/// The widest column of slugs.
const WIDEST: usize = 30;

/// How far what a challenge is about is indented.
const INDENT: usize = 6;

/// The challenges of a course, in its order, with what the student has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct List {
    /// The version of this record.
    pub format: u32,
    /// The challenge that was worked on last, whether it is in the list or not.
    pub last: Option<String>,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// A part of the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Chapter {
    /// Its title; none for challenges that the course does not place.
    pub title: Option<String>,
    /// Its challenges, in order.
    pub challenges: Vec<Listed>,
}

/// A challenge in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listed {
    /// Its folder's name.
    pub slug: String,
    /// What its spec says; none if the spec has mistakes.
    pub about: Option<About>,
    /// How far the student is.
    pub state: State,
    /// The best score so far; none if it has never been checked.
    pub best: Option<Best>,
    /// When it was checked for the first time, as RFC 3339 in UTC.
    pub started: Option<String>,
    /// When it was checked last.
    pub checked: Option<String>,
    /// When it was passed for the first time.
    pub passed: Option<String>,
    /// When the student gave up, to see a solution.
    pub gave_up: Option<String>,
    /// The challenges that should be done before it.
    pub requires: Vec<String>,
    /// Those of them that are not passed.
    pub after: Vec<String>,
}

/// What the spec of a challenge says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About {
    /// Its name.
    pub title: String,
    /// What it practises: `websocket`, `sse`, or `both`.
    pub channel: String,
    /// One sentence.
    pub summary: String,
    /// How long a student may need.
    pub minutes: u32,
    /// What can be scored.
    pub points: u32,
}

/// A score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Best {
    /// Points earned.
    pub score: u32,
    /// Points that could be earned then: a course may change.
    pub max_score: u32,
}

/// How far a student is with a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Never checked, and the files are the starter's.
    NotStarted,
    /// Checked, or at least changed.
    Started,
    /// Passed at least once.
    Passed,
}

impl State {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::Started => "started",
            Self::Passed => "passed",
        }
    }
}

impl About {
    /// What a challenge's spec says.
    #[must_use]
    pub fn of(challenge: &Challenge) -> Self {
        Self {
            title: challenge.title.clone(),
            channel: word(challenge.channel).into(),
            summary: challenge.summary.clone(),
            minutes: challenge.minutes,
            points: challenge.checks.iter().map(|check| check.points).sum(),
        }
    }
}

impl List {
    /// A list of these chapters, without those that are empty.
    #[must_use]
    pub fn new(last: Option<String>, chapters: Vec<Chapter>) -> Self {
        let chapters = chapters.into_iter().filter(|chapter| !chapter.challenges.is_empty()).collect();
        Self { format: FORMAT, last, chapters }
    }

    /// Only the challenges in one of these states (in any, if none is named) that each of these words is said of: in its slug, its title, its
    /// chapter or its channel, whatever the case of the letters.
    #[must_use]
    pub fn filtered(self, words: &[String], states: &[State]) -> Self {
        let words: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
        let kept = |mut chapter: Chapter| {
            let title = chapter.title.clone().unwrap_or_default();
            chapter.challenges.retain(|listed| {
                let said = listed.said(&title);
                let fits = states.is_empty() || states.contains(&listed.state);
                fits && words.iter().all(|word| said.iter().any(|text| text.contains(word)))
            });
            chapter
        };
        Self::new(self.last, self.chapters.into_iter().map(kept).collect())
    }

    fn all(&self) -> impl Iterator<Item = &Listed> {
        self.chapters.iter().flat_map(|chapter| &chapter.challenges)
    }
}

impl Listed {
    /// The texts that a filter looks into, in small letters.
    fn said(&self, chapter: &str) -> Vec<String> {
        let mut texts = vec![self.slug.to_lowercase(), chapter.to_lowercase()];
        if let Some(about) = &self.about {
            texts.extend([about.title.to_lowercase(), about.channel.clone(), shown(&about.channel).to_lowercase()]);
        }
        texts
    }
}

/// A channel's name in specs and records.
fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::WebSocket => "websocket",
        Channel::Sse => "sse",
        Channel::Both => "both",
    }
}

/// A channel's name for people.
fn shown(channel: &str) -> &str {
    match channel {
        "websocket" => "WebSocket",
        "sse" => "SSE",
        "both" => "either",
        other => other,
    }
}

/// Renders the list: for each challenge its slug, points, state and title on a line, what it is about below.
#[must_use]
pub fn list(list: &List, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    if list.chapters.is_empty() {
        sheet.text(0, Paint::Plain, "There are no challenges here.");
        return sheet.finish();
    }
    let column = list.all().map(|listed| width(&listed.slug)).max().unwrap_or(0).min(WIDEST) + 2;
    for chapter in &list.chapters {
        sheet.blank();
        if let Some(title) = &chapter.title {
            sheet.text(0, Paint::Strong, title);
        }
        for listed in &chapter.challenges {
            entry(&mut sheet, listed, list.last.as_ref() == Some(&listed.slug), column);
        }
    }
    sheet.blank();
    summary(&mut sheet, list);
    sheet.finish()
}

fn entry(sheet: &mut Sheet, listed: &Listed, is_last: bool, column: usize) {
    let style = sheet.style;
    let slug = pad(&clip(&safe(&listed.slug, 200, style), column - 2, style), column);
    let here = if is_last { style.pick("› ", "> ") } else { "  " };
    let (paint, mark) = match listed.state {
        State::Passed => (Paint::Good, style.pick("✓ ", "+ ")),
        State::Started => (Paint::Warn, style.pick("• ", "* ")),
        State::NotStarted => (Paint::Faint, "  "),
    };
    let Some(about) = &listed.about else {
        sheet.line(
            0,
            &[
                (Paint::Note, here),
                (paint, mark),
                (Paint::Note, &slug),
                (Paint::Bad, "its spec has mistakes, told above"),
            ],
        );
        return;
    };
    let score = match listed.best {
        Some(best) => format!("{}/{}", best.score, best.max_score),
        None => about.points.to_string(),
    };
    let (score, state) = (format!("{score:>7}  "), format!("{:<20}", state(listed)));
    let room = style.columns().saturating_sub(4 + column + width(&score) + width(&state));
    let title = clip(&safe(&about.title, 200, style), room, style);
    sheet.line(
        0,
        &[
            (Paint::Note, here),
            (paint, mark),
            (Paint::Note, &slug),
            (if listed.best.is_some() { Paint::Plain } else { Paint::Faint }, &score),
            (paint, &state),
            (Paint::Strong, &title),
        ],
    );
    let summary = format!("{} ({}, {} min)", about.summary, shown(&about.channel), about.minutes);
    sheet.text(INDENT, Paint::Plain, &summary);
    if !listed.after.is_empty() && listed.state != State::Passed {
        sheet.text(INDENT, Paint::Faint, &format!("After {}.", enumerate(&listed.after)));
    }
}

/// The state, with its date.
fn state(listed: &Listed) -> String {
    let date = match listed.state {
        State::Passed => &listed.passed,
        State::Started => &listed.started,
        State::NotStarted => &None,
    };
    let date = date.as_deref().and_then(|time| time.split('T').next()).unwrap_or_default();
    format!("{} {date}", listed.state.name()).trim_end().to_owned()
}

/// How far the student is, and how to go on.
fn summary(sheet: &mut Sheet, list: &List) {
    let all: Vec<_> = list.all().collect();
    let passed = all.iter().filter(|listed| listed.state == State::Passed).count();
    sheet.text(0, Paint::Plain, &format!("{passed} of {} passed.", count(all.len(), "challenge")));
    let slug = next(list).map_or("SLUG", |listed| &listed.slug);
    let command = format!("cargo run -p harness -- check {}", safe(slug, 200, sheet.style));
    let label = if slug == "SLUG" { "Check one: " } else { "Go on with: " };
    sheet.line(0, &[(Paint::Plain, label), (Paint::Note, &command)]);
}

/// What a student may want to do next: what was worked on last, if it is not passed; else the first that is not and needs no other first;
/// else the first that is not.
fn next(list: &List) -> Option<&Listed> {
    let open = |listed: &&Listed| listed.state != State::Passed && listed.about.is_some();
    let last = list.all().filter(open).find(|listed| list.last.as_ref() == Some(&listed.slug));
    last.or_else(|| list.all().filter(open).find(|listed| listed.after.is_empty())).or_else(|| list.all().find(open))
}

/// The JSON Schema of the list, as it is committed in `harness/schema/list.schema.json`.
///
/// # Panics
/// Never: schemas are JSON.
#[must_use]
pub fn list_schema() -> String {
    super::json(&schemars::schema_for!(List))
}
