//! The life of a connection under a play: which steps can still run at each point of it.

use std::ops::Range;

use super::{grammar::Word, problem::Problem, scope::Notes};

/// How far a connection has come.
#[derive(Debug, Clone)]
pub(super) struct Life {
    stage: Stage,
    /// Whether the request has been read before the play begins.
    path: bool,
    /// Whether the client has been expected to say something that later steps can follow.
    pub(super) follows: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// It knocks.
    Knocking,
    /// It is accepted, and its request is not read.
    Silent,
    /// It is an open WebSocket.
    Open,
    /// It is an open stream of events.
    Streaming,
    /// It is an open WebSocket on which nothing more can be sent, since this step.
    HalfClosed(Range<usize>),
    /// The stream has ended with this step, and the script goes on.
    Closed(&'static str, Range<usize>),
    /// The play is over with this step.
    Over(&'static str, Range<usize>),
    /// A step is wrong, which has been said: nothing more can be told.
    Unknown,
}

impl Life {
    /// A connection that knocks. `path` is true if its request has been read.
    pub(super) fn new(path: bool) -> Self {
        Self { stage: Stage::Knocking, path, follows: false }
    }

    /// An open WebSocket on which the client has said something.
    pub(super) fn answering() -> Self {
        Self { stage: Stage::Open, path: false, follows: true }
    }

    /// Nothing more can be told about this connection.
    pub(super) fn unknown(&mut self) {
        self.stage = Stage::Unknown;
    }

    /// Whether steps that led here from `before` can be played again.
    pub(super) fn repeats(&self, before: &Self) -> bool {
        let unknown = |life: &Self| matches!(life.stage, Stage::Unknown);
        unknown(self) || unknown(before) || std::mem::discriminant(&self.stage) == std::mem::discriminant(&before.stage)
    }

    /// Plays one step; notes if it cannot run.
    pub(super) fn step(&mut self, word: &'static Word, span: Range<usize>, notes: &mut Notes<'_>) {
        if let Some(problem) = self.fault(word.name, &span) {
            notes.push(problem);
            self.unknown();
            return;
        }
        self.stage = match (word.name, &self.stage) {
            (_, Stage::Unknown) => return,
            ("accept" | "answer", _) => Stage::Open,
            ("accept_silent", _) => Stage::Silent,
            ("sse", _) => Stage::Streaming,
            ("half_close", Stage::Open | Stage::Streaming) => Stage::HalfClosed(span),
            ("close" | "http", _) => Stage::Closed(word.name, span),
            ("refuse" | "reset" | "fin" | "hold" | "end", _) => Stage::Over(word.name, span),
            _ => return,
        };
    }

    /// Why a step cannot run here.
    fn fault(&self, word: &'static str, span: &Range<usize>) -> Option<Problem> {
        match &self.stage {
            Stage::Unknown => None,
            Stage::Knocking => self.knocking(word, span),
            Stage::Silent => silent(word, span),
            Stage::Open => open(word, span),
            Stage::Streaming => streaming(word, span),
            Stage::HalfClosed(since) => open(word, span).or_else(|| half_closed(word, span, since)),
            Stage::Closed(by, at) => {
                if ["wait", "at_next", "end"].contains(&word) {
                    return None;
                }
                let label = "the connection is closed by then";
                let problem = Problem::at(span.clone(), format!("`{word}` can never run"), label);
                Some(
                    problem
                        .note(at.clone(), format!("`{by}` ends the connection"))
                        .help("allowed after it: `wait`, `at_next`, `end`"),
                )
            }
            Stage::Over(by, at) => {
                let why = match *by {
                    "hold" => "`hold` lasts until the client ends the connection",
                    "end" => "`end` ends the scenario",
                    "refuse" => "`refuse` leaves no connection",
                    _ => "the connection is gone after this",
                };
                let problem = Problem::at(span.clone(), format!("`{word}` can never run"), "the play is over by then");
                Some(problem.note(at.clone(), why))
            }
        }
    }

    fn knocking(&self, word: &'static str, span: &Range<usize>) -> Option<Problem> {
        match word {
            "accept" | "sse" | "http" => None,
            "refuse" | "accept_silent" if self.path => {
                let title = format!("`{word}` cannot begin a play with a `path`");
                let label = "the path is known only once the request has been read";
                Some(Problem::at(span.clone(), title, label).help("allowed first: `accept`, `sse`, `http`"))
            }
            "refuse" | "accept_silent" => None,
            "answer" => {
                let label = "no request has been left unread";
                let problem = Problem::at(span.clone(), "`answer` without `accept_silent` before it", label);
                Some(problem.help("`accept` reads the request and answers it at once"))
            }
            _ => {
                let title = format!("`{word}` before the connection is open");
                let problem = Problem::at(span.clone(), title, "nothing has been accepted yet");
                Some(problem.help("a play begins with `accept`, `sse`, `accept_silent`, `http` or `refuse`"))
            }
        }
    }
}

fn silent(word: &'static str, span: &Range<usize>) -> Option<Problem> {
    match word {
        "answer" | "sse" | "http" | "wait" | "at_next" | "half_close" | "fin" | "reset" | "hold" | "end" => None,
        "accept" => {
            let label = "the connection has been accepted already";
            Some(Problem::at(span.clone(), "`accept` after `accept_silent`", label).help("write `answer`"))
        }
        "refuse" | "accept_silent" => {
            let label = "the connection has been accepted already";
            Some(Problem::at(span.clone(), format!("`{word}` after `accept_silent`"), label))
        }
        _ => {
            let title = format!("`{word}` before the connection is open");
            let problem = Problem::at(span.clone(), title, "the request has not been answered yet");
            Some(problem.help("write `answer` before it"))
        }
    }
}

fn open(word: &'static str, span: &Range<usize>) -> Option<Problem> {
    match word {
        "event" | "comment" | "retry" | "bytes" => {
            let problem = Problem::at(span.clone(), format!("`{word}` on a WebSocket"), "this is no stream of events");
            Some(problem.help("`sse` opens one in place of `accept`"))
        }
        "refuse" | "accept" | "accept_silent" | "answer" | "sse" | "http" => {
            let title = format!("`{word}` on an open connection");
            let problem = Problem::at(span.clone(), title, "the request has been answered already");
            Some(problem.help("what the next connection gets is written in an entry of its own"))
        }
        _ => None,
    }
}

fn streaming(word: &'static str, span: &Range<usize>) -> Option<Problem> {
    match word {
        "send" | "binary" | "ping" | "pong" | "close" => {
            let title = format!("`{word}` on a stream of events");
            let problem = Problem::at(span.clone(), title, "this is no WebSocket");
            Some(problem.help("a stream carries `event`, `comment`, `retry` and `bytes`"))
        }
        "event" | "comment" | "retry" | "bytes" => None,
        _ => open(word, span),
    }
}

fn half_closed(word: &'static str, span: &Range<usize>, since: &Range<usize>) -> Option<Problem> {
    match word {
        "send" | "binary" | "ping" | "pong" | "close" | "cut_after" | "stall" | "half_close" => {
            let title = format!("`{word}` can never run");
            let problem = Problem::at(span.clone(), title, "nothing can be sent any more");
            Some(problem.note(since.clone(), "the server's direction ends here"))
        }
        _ => None,
    }
}
