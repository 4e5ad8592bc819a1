//! The pages of a session, and what the screen shows of them.

use super::session::{Check, Eyes, Session};
use crate::{
    cli::progress::broke_off,
    client,
    grade::Progress,
    report::{self, Chooser, Screen, Style, Tone},
    time::show,
    verdict::Overall,
};

/// What is shown between the frame's two rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The verdict, or how far the check is.
    Verdict,
    /// All challenges.
    List,
    /// The hints taken so far.
    Hint,
    /// The challenge's theory and task.
    Lesson,
    /// The student's file beside the nearest solution.
    Solution,
    /// What the keys do.
    Help,
    /// Whether the starter shall come back.
    Reset,
    /// What was done.
    Told,
}

/// A page that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    /// Which.
    pub(super) page: Page,
    /// Its lines, laid out for the width of the screen.
    pub(super) lines: Vec<String>,
    /// Which of them is to be seen first.
    pub(super) at: usize,
}

/// A page laid out: its lines and, where one of them is chosen, which.
pub(super) struct Laid {
    pub(super) lines: Vec<String>,
    pub(super) chosen: Option<usize>,
}

/// Lays out the page that a session is on.
pub(super) fn lay_out(session: &Session, style: Style) -> Laid {
    let lines = match session.page {
        Page::List => {
            let listed = session.listed();
            let chooser = Chooser {
                places: listed.iter().map(|at| &session.places[*at]).collect(),
                chosen: session.chosen,
                current: &session.place().slug,
                filter: &session.filter,
                typing: session.typing,
            };
            let (lines, chosen) = report::chooser(&chooser, style);
            return Laid { lines, chosen: Some(chosen) };
        }
        Page::Verdict => verdict(session, style),
        Page::Help => report::keys(&KEYS, style),
        Page::Reset => report::prose(&reset_question(&session.place().slug), style),
        Page::Hint | Page::Lesson | Page::Solution | Page::Told => match &session.text {
            Some(text) => text.lines.clone(),
            None => report::prose("One moment …", style),
        },
    };
    Laid { lines, chosen: None }
}

fn reset_question(slug: &str) -> String {
    format!(
        "Bring back the starter of {slug}?\n\nWhat you have written is put aside first, and you are told where. Press y to do it, any \
         other key to leave everything as it is."
    )
}

/// What one may do who has passed.
const PASSED: &str =
    "s shows your code beside the nearest solution, n goes to the next challenge, and l lists them all.";

fn verdict(session: &Session, style: Style) -> Vec<String> {
    match &session.check {
        Check::Begun => report::prose("Looking at what is to be built …", style),
        Check::Under(progress) => {
            let (what, done, of) = progressed(progress);
            report::bar(&what, done, of, style)
        }
        Check::Over(checked) => match &checked.result {
            Ok(graded) => {
                let text = report::findings(&graded.verdict, &graded.traces, PASSED, Style { hints: 0, ..style });
                text.lines().map(str::to_owned).collect()
            }
            Err(text) => text.lines().map(str::to_owned).collect(),
        },
    }
}

/// What is being done, and how much of it is.
fn progressed(progress: &Progress) -> (String, usize, usize) {
    match progress {
        Progress::Building(client::Progress::Line(line)) => (line.clone(), 0, 0),
        Progress::Building(client::Progress::Crates { done, total, now }) => {
            (format!("Building {now}"), *done as usize, *total as usize)
        }
        Progress::Running { done, of, broken } => (format!("Playing the scenarios{}", broke_off(*broken)), *done, *of),
    }
}

/// The frame around a page that has been laid out.
pub(super) fn frame<'a>(session: &'a Session, page: &'a [String], words: &'a Words) -> Screen<'a> {
    Screen {
        title: &words.title,
        passed: session.passed(),
        tone: words.tone,
        status: &words.status,
        watching: match session.eyes {
            Eyes::Events => "watching",
            Eyes::Polling | Eyes::Fallback => "polling",
        },
        page,
        scroll: session.scroll,
        notice: session.notice.as_deref(),
        keys: keys(session),
    }
}

/// What the frame says.
pub(super) struct Words {
    title: String,
    tone: Tone,
    status: String,
}

impl Words {
    pub(super) fn of(session: &Session, style: Style) -> Self {
        let place = session.place();
        let dot = if style.ascii { "-" } else { "·" };
        let (tone, status) = status(session);
        Self { title: format!("{} {dot} {}", place.slug, place.title), tone, status }
    }
}

fn status(session: &Session) -> (Tone, String) {
    match &session.check {
        Check::Begun | Check::Under(Progress::Building(_)) => (Tone::Busy, "building".into()),
        Check::Under(Progress::Running { done, of, broken }) => {
            (Tone::Busy, format!("running: {done} of {of} scenarios done{}", broke_off(*broken)))
        }
        Check::Over(checked) => match &checked.result {
            Err(_) => (Tone::Unsure, "nothing could be graded".into()),
            Ok(graded) => {
                let tone = match graded.verdict.outcome {
                    Overall::Passed => Tone::Good,
                    Overall::Inconclusive => Tone::Unsure,
                    _ => Tone::Bad,
                };
                let took = show(u64::try_from(checked.took.as_millis()).unwrap_or(u64::MAX));
                let next = if session.is_passed() { "; n goes to the next one" } else { "" };
                (tone, format!("{}{next} ({took})", report::outcome(&graded.verdict)))
            }
        },
    }
}

/// What the keys do, in the order of the frame's last line; what comes first matters most.
const KEYS: [(&str, &str); 13] = [
    ("n", "the next challenge"),
    ("p", "the previous challenge"),
    ("l", "all challenges: arrows and Enter choose one, / filters"),
    ("h", "a hint for the first check that failed; once more, the next one"),
    ("t", "the lesson: theory and task"),
    ("e", "open your file in $VISUAL or $EDITOR"),
    ("r", "check again"),
    ("x", "bring back the starter; your work is put aside first"),
    ("s", "your file beside the nearest solution, once you have passed"),
    ("o", "the report as a page in the browser"),
    ("arrows j k", "scroll by a line"),
    ("space b", "scroll by a page; g and G go to the ends"),
    ("Esc q", "back to the verdict; there q quits. Ctrl-C quits anywhere"),
];

fn keys(session: &Session) -> &'static [(&'static str, &'static str)] {
    if session.typing {
        return &[("Enter", "keep"), ("Esc", "show all")];
    }
    match session.page {
        Page::List => &[("j k", "choose"), ("Enter", "go there"), ("/", "filter"), ("q", "back")],
        Page::Reset => &[("y", "bring back the starter"), ("any other key", "leave it")],
        Page::Hint => &[("h", "next hint"), ("t", "lesson"), ("e", "edit"), ("q", "back")],
        Page::Lesson | Page::Solution | Page::Help | Page::Told => {
            &[("space", "page"), ("b", "page up"), ("e", "edit"), ("r", "run"), ("q", "back")]
        }
        Page::Verdict => &[
            ("n", "next"),
            ("p", "prev"),
            ("l", "list"),
            ("h", "hint"),
            ("t", "lesson"),
            ("e", "edit"),
            ("r", "run"),
            ("x", "reset"),
            ("?", "keys"),
            ("q", "quit"),
            ("o", "report"),
            ("s", "solution"),
        ],
    }
}
