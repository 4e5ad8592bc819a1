//! What a session at the terminal is in, and what each event makes of it. It does nothing itself: what is to be done, it answers.

use std::time::Duration;

use super::{
    keys::{Key, Way},
    page::{Page, Text},
};
use crate::{
    grade::{Graded, Progress},
    report::{Place, State},
    verdict::Overall,
};

/// What happens to a session.
#[derive(Debug)]
pub(super) enum Event {
    /// A key.
    Key(Key),
    /// The terminal has this many columns and rows.
    Size(usize, usize),
    /// A file of the challenge has been saved.
    Saved,
    /// How saves are noticed from now on.
    Eyes(Eyes),
    /// A check is so far.
    Progress(u64, Progress),
    /// A check is over.
    Done(u64, Box<Checked>),
    /// A page that was asked for, of this challenge.
    Page(String, Text),
    /// Something to say, besides.
    Notice(String),
    /// The challenges and how the student stands, read anew.
    Places(Vec<Place>),
    /// Nobody is there any more.
    Gone,
}

/// What came of a check.
#[derive(Debug)]
pub(super) struct Checked {
    /// The verdict, or why there is none, as it is shown.
    pub(super) result: Result<Graded, String>,
    /// How long it took, from the save on.
    pub(super) took: Duration,
}

/// How saves are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eyes {
    /// The system tells.
    Events,
    /// The files are looked at again and again, because that was asked for.
    Polling,
    /// The same, because the system does not tell.
    Fallback,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// Look at the files of this challenge from now on.
    Follow(String),
    /// Check this challenge, in place of whatever is being checked.
    Check(String, u64),
    /// Break off what is being checked.
    Stop,
    /// Fetch a page.
    Fetch {
        /// About this challenge.
        slug: String,
        /// Which.
        page: Page,
        /// Whether more is asked for than was shown before.
        further: bool,
    },
    /// Open the student's file in an editor.
    Edit(String),
    /// Write the report as a page and open it.
    Report,
    /// Bring back the starter.
    Reset(String),
}

/// How far the check is.
#[derive(Debug)]
pub(super) enum Check {
    /// It has begun.
    Begun,
    /// It is so far.
    Under(Progress),
    /// It is over.
    Over(Box<Checked>),
}

/// A session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) places: Vec<Place>,
    pub(super) at: usize,
    pub(super) check: Check,
    /// The number of the check that is waited for. What comes of an earlier one is of a version that is no more.
    pub(super) generation: u64,
    pub(super) eyes: Eyes,
    pub(super) page: Page,
    /// The text of the page, if it is one that is fetched and has come.
    pub(super) text: Option<Text>,
    pub(super) scroll: usize,
    pub(super) notice: Option<String>,
    /// In the list: which of the places that the filter leaves.
    pub(super) chosen: usize,
    pub(super) filter: String,
    pub(super) typing: bool,
    pub(super) over: bool,
}

impl Session {
    /// A session that begins at one of the places, of which there is at least one.
    pub(super) fn new(places: Vec<Place>, at: usize, eyes: Eyes) -> Self {
        Self {
            at: at.min(places.len().saturating_sub(1)),
            places,
            check: Check::Begun,
            generation: 0,
            eyes,
            page: Page::Verdict,
            text: None,
            scroll: 0,
            notice: None,
            chosen: 0,
            filter: String::new(),
            typing: false,
            over: false,
        }
    }

    /// The challenge that is worked on.
    pub(super) fn place(&self) -> &Place {
        &self.places[self.at]
    }

    /// What begins it.
    pub(super) fn begin(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Follow(self.place().slug.clone())];
        effects.extend(self.check_anew());
        effects
    }

    /// The verdict that is shown, if there is one.
    pub(super) fn graded(&self) -> Option<&Graded> {
        match &self.check {
            Check::Over(checked) => checked.result.as_ref().ok(),
            Check::Begun | Check::Under(_) => None,
        }
    }

    /// The places that the filter leaves, by their index.
    pub(super) fn listed(&self) -> Vec<usize> {
        let words: Vec<_> = self.filter.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let fits = |place: &Place| {
            let text = format!("{} {} {}", place.slug, place.title, place.chapter).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        (0..self.places.len()).filter(|i| fits(&self.places[*i])).collect()
    }

    /// Takes an event. `shown` is how many lines of the page the screen shows, `lines` how many the page has.
    pub(super) fn on(&mut self, event: Event, shown: usize, lines: usize) -> Vec<Effect> {
        match event {
            Event::Key(key) => return self.key(key, shown, lines),
            // What has been laid out for another width is laid out again.
            Event::Size(..) if self.text.is_some() && self.page != Page::Told => {
                return vec![self.ask(self.page, false)];
            }
            Event::Size(..) => {}
            Event::Saved => return self.check_anew(),
            Event::Eyes(eyes) => self.see(eyes),
            Event::Progress(generation, progress) if generation == self.generation => {
                if !matches!(self.check, Check::Over(_)) {
                    self.check = Check::Under(progress);
                }
            }
            Event::Done(generation, checked) if generation == self.generation => {
                self.check = Check::Over(checked);
                if self.page == Page::Verdict {
                    self.scroll = 0;
                }
            }
            // Of a version that is no more.
            Event::Progress(..) | Event::Done(..) => {}
            Event::Page(slug, text) => {
                if slug == self.place().slug && self.page == text.page {
                    if self.text.is_none() {
                        self.scroll = text.at;
                    }
                    self.text = Some(text);
                }
            }
            Event::Notice(notice) => self.notice = Some(notice),
            Event::Places(places) => self.replace(places),
            Event::Gone => self.over = true,
        }
        Vec::new()
    }

    /// Scrolls as little as needed to have a line in sight.
    pub(super) fn keep_in_sight(&mut self, line: usize, shown: usize) {
        self.scroll = self.scroll.clamp((line + 1).saturating_sub(shown), line);
    }

    fn see(&mut self, eyes: Eyes) {
        if eyes == Eyes::Fallback && self.eyes != Eyes::Fallback {
            self.notice = Some("The system did not tell of a save: the files are looked at all the time now.".into());
        }
        self.eyes = eyes;
    }

    /// The challenges as they are now; where one is stays the same.
    fn replace(&mut self, places: Vec<Place>) {
        let here = self.place().slug.clone();
        if let Some(at) = places.iter().position(|place| place.slug == here) {
            (self.places, self.at) = (places, at);
        }
    }

    fn check_anew(&mut self) -> Vec<Effect> {
        self.generation += 1;
        self.check = Check::Begun;
        self.notice = None;
        if self.page == Page::Verdict {
            self.scroll = 0;
        }
        vec![Effect::Stop, Effect::Check(self.place().slug.clone(), self.generation)]
    }

    fn go_to(&mut self, at: usize) -> Vec<Effect> {
        self.show(Page::Verdict);
        if at == self.at {
            return Vec::new();
        }
        self.at = at;
        self.begin()
    }

    fn show(&mut self, page: Page) {
        // Who comes back to the list later wants all of it.
        self.filter.clear();
        (self.page, self.text, self.scroll) = (page, None, 0);
    }

    /// Shows a page that has to be fetched. Asked for again, a hint gives its next step.
    fn fetch(&mut self, page: Page) -> Vec<Effect> {
        let again = self.page == page;
        self.show(page);
        vec![self.ask(page, again)]
    }

    fn ask(&self, page: Page, further: bool) -> Effect {
        Effect::Fetch { slug: self.place().slug.clone(), page, further }
    }

    fn key(&mut self, key: Key, shown: usize, lines: usize) -> Vec<Effect> {
        if self.typing {
            return self.type_filter(key);
        }
        let key = key.meant();
        self.notice = None;
        if self.page == Page::Reset {
            return self.answer(key);
        }
        match key {
            Key::Quit => {
                self.over = true;
                Vec::new()
            }
            Key::Leave if self.page == Page::Verdict => {
                self.over = true;
                Vec::new()
            }
            Key::Move(way) if self.page == Page::List => self.choose(way, shown),
            Key::Move(way) => self.scroll_by(way, shown, lines),
            Key::Enter if self.page == Page::List => match self.listed().get(self.chosen) {
                Some(at) => self.go_to(*at),
                None => Vec::new(),
            },
            Key::Escape if self.page == Page::List && !self.filter.is_empty() => {
                self.filter.clear();
                self.chosen = 0;
                Vec::new()
            }
            Key::Escape | Key::Enter | Key::Leave => {
                self.show(Page::Verdict);
                Vec::new()
            }
            Key::Char(c) => self.letter(c),
            Key::Backspace | Key::Other => Vec::new(),
        }
    }

    fn letter(&mut self, c: char) -> Vec<Effect> {
        match c {
            'n' => self.step(1),
            'p' => self.step(-1),
            'r' => {
                self.show(Page::Verdict);
                self.check_anew()
            }
            'l' if self.page == Page::List => {
                self.show(Page::Verdict);
                Vec::new()
            }
            'l' => {
                self.show(Page::List);
                let at = self.at;
                self.chosen = self.listed().iter().position(|listed| *listed == at).unwrap_or(0);
                Vec::new()
            }
            '/' if self.page == Page::List => {
                self.typing = true;
                Vec::new()
            }
            'h' => self.fetch(Page::Hint),
            't' => self.fetch(Page::Lesson),
            's' => self.fetch(Page::Solution),
            'e' => vec![Effect::Edit(self.place().slug.clone())],
            'o' if self.graded().is_some() => vec![Effect::Report],
            'o' => {
                self.notice = Some("There is no verdict yet that a report could be about.".into());
                Vec::new()
            }
            'x' => {
                self.show(Page::Reset);
                Vec::new()
            }
            '?' => {
                self.show(Page::Help);
                Vec::new()
            }
            _ => {
                self.notice = Some(format!("{} has no meaning here; ? tells which keys have.", shown_key(c)));
                Vec::new()
            }
        }
    }

    /// The next challenge or the one before.
    fn step(&mut self, by: isize) -> Vec<Effect> {
        match self.at.checked_add_signed(by).filter(|at| *at < self.places.len()) {
            Some(at) => self.go_to(at),
            None => {
                let which = if by > 0 { "last" } else { "first" };
                self.notice = Some(format!("This is the {which} challenge; l lists them all."));
                Vec::new()
            }
        }
    }

    /// Whether the starter shall really come back.
    fn answer(&mut self, key: Key) -> Vec<Effect> {
        let yes = key == Key::Char('y');
        self.show(Page::Verdict);
        match key {
            Key::Quit => {
                self.over = true;
                Vec::new()
            }
            _ if yes => {
                self.show(Page::Told);
                vec![Effect::Reset(self.place().slug.clone())]
            }
            _ => {
                self.notice = Some("Nothing was changed.".into());
                Vec::new()
            }
        }
    }

    fn type_filter(&mut self, key: Key) -> Vec<Effect> {
        match key {
            Key::Char(c) => self.filter.push(c),
            Key::Backspace => drop(self.filter.pop()),
            Key::Enter | Key::Move(_) => self.typing = false,
            Key::Escape => {
                self.typing = false;
                self.filter.clear();
            }
            Key::Quit => self.over = true,
            Key::Leave | Key::Other => {}
        }
        self.chosen = 0;
        Vec::new()
    }

    fn choose(&mut self, way: Way, shown: usize) -> Vec<Effect> {
        let last = self.listed().len().saturating_sub(1);
        self.chosen = way.from(self.chosen, shown, last);
        Vec::new()
    }

    fn scroll_by(&mut self, way: Way, shown: usize, lines: usize) -> Vec<Effect> {
        self.scroll = way.from(self.scroll, shown, lines.saturating_sub(shown));
        Vec::new()
    }

    /// Whether the challenge has just been passed.
    pub(super) fn is_passed(&self) -> bool {
        self.graded().is_some_and(|graded| graded.verdict.outcome == Overall::Passed)
    }

    /// How many challenges are passed, and of how many.
    pub(super) fn passed(&self) -> (usize, usize) {
        let passed = self.places.iter().filter(|place| place.state == State::Passed).count();
        (passed, self.places.len())
    }
}

/// A key as it is named to people.
fn shown_key(c: char) -> String {
    if c.is_control() { "This key".into() } else { format!("`{c}`") }
}
