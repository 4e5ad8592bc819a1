//! Plays: their steps, and whether each of them can run.

use std::ops::Range;

use super::{
    answer,
    grammar::{Node, Word},
    language::{AWAITED, RETRY_AFTER, STEP},
    life::Life,
    problem::Problem,
    scope::{Notes, Scope},
    texts::Place,
    view,
};
use crate::scenario::{Expected, Length, LogSpec, Play, RetryAfter, Step, Template};

/// What the steps of a scenario are read against.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s> {
    /// The values that they may name.
    pub(super) scope: &'s Scope,
    /// How long the scenario lasts, if that is known.
    pub(super) lasts: Option<&'s Length>,
    /// The scenario's log, if it has one; none inside if something is wrong with that, which has been said.
    pub(super) log: Option<Option<&'s LogSpec>>,
}

impl Setting<'_> {
    /// Reads a duration that must be over before the scenario is; `what` names it in a sentence.
    pub(super) fn within(&self, node: Node<'_>, what: &str, notes: &mut Notes<'_>) -> Option<Length> {
        let length = self.scope.positive(node, notes)?;
        self.fits(&length, node.span(), what, notes).then_some(length)
    }

    /// Whether `length` is not longer than the scenario, which is noted if it is.
    pub(super) fn fits(&self, length: &Length, span: Range<usize>, what: &str, notes: &mut Notes<'_>) -> bool {
        let Some(lasts) = self.lasts else { return true };
        let Some(values) = self.scope.worst(|values| values.ms(length) > values.ms(lasts)) else { return true };
        let (is, most) = (crate::time::show(values.ms(length)), crate::time::show(values.ms(lasts)));
        let label = format!("{is}{}, and the scenario lasts {most}", self.scope.when(values));
        notes.push(Problem::at(span, format!("{what} does not fit into the scenario"), label));
        false
    }
}

/// Reads the play of an entry. `path` is true if only requests for some path get it.
pub(super) fn play(
    node: Node<'_>,
    answers: Option<Node<'_>>,
    path: bool,
    setting: Setting<'_>,
    notes: &mut Notes<'_>,
) -> Option<Play> {
    let mut life = Life::new(path);
    let steps = Steps { setting, rounds: false }.read(node, &mut life, notes);
    let answers = answers.map_or(Some(Vec::new()), |list| answer::answers(list, setting, notes));
    Some(Play { steps: steps?, answers: answers? })
}

/// Reads the steps of an answer, given to a connection that has come so far.
pub(super) fn steps(node: Node<'_>, life: &mut Life, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Vec<Step>> {
    Steps { setting, rounds: false }.read(node, life, notes)
}

/// Reads steps.
#[derive(Clone, Copy)]
struct Steps<'s> {
    setting: Setting<'s>,
    /// Whether they are in a `repeat`.
    rounds: bool,
}

impl<'s> Steps<'s> {
    fn read(self, node: Node<'_>, life: &mut Life, notes: &mut Notes<'_>) -> Option<Vec<Step>> {
        let items = node.get_ref().as_array()?;
        let steps: Vec<_> = items.iter().map(|item| self.step(item, life, notes)).collect();
        steps.into_iter().collect()
    }

    fn step(self, node: Node<'_>, life: &mut Life, notes: &mut Notes<'_>) -> Option<Step> {
        let Some((word, value)) = STEP.pick(node) else {
            life.unknown();
            return None;
        };
        if word.name != "repeat" {
            life.step(word, node.span(), notes);
        }
        if super::log::is_of_log(word) {
            return super::log::step(word, node, value, (self.place(life), life), notes);
        }
        match value {
            None => bare(word.name),
            Some(value) => self.valued(word, node, value, life, notes),
        }
    }

    fn valued(
        self,
        word: &Word,
        node: Node<'_>,
        value: Node<'_>,
        life: &mut Life,
        notes: &mut Notes<'_>,
    ) -> Option<Step> {
        Some(match word.name {
            "http" => http(value, self.place(life), notes)?,
            "sse" => super::stream::open(value, self.place(life), notes)?,
            "event" => Step::Event(super::stream::event(value, self.place(life), notes)?),
            "comment" => Step::Comment(super::stream::one_line(value, self.place(life), notes)?),
            "retry" => Step::Retry(self.setting.scope.length(value, notes)?),
            "bytes" => Step::Bytes(Place { raw: true, ..self.place(life) }.template(value, notes)?),
            "send" => Step::Send(self.place(life).content(value, notes)?),
            "binary" => Step::Binary(binary(value, notes)?),
            "ping" => Step::Ping(payload(value, self.place(life), notes)?),
            "pong" => Step::Pong(payload(value, self.place(life), notes)?),
            "pongs" => Step::Pongs(view::text(value)? == "on"),
            "close" => close(value, self.place(life), notes)?,
            "wait" => Step::Wait(self.setting.within(value, "the wait", notes)?),
            "at_next" => Step::AtNext(self.setting.within(value, "the wait", notes)?),
            "linger" => Step::Linger(self.setting.within(value, "the time", notes)?),
            "cut_after" => Step::CutAfter(view::whole(value)?),
            "expect" => self.expect(value, life, notes)?,
            "repeat" => self.repeat(node, value, life, notes)?,
            _ => return None,
        })
    }

    /// What a text at this point of the play may name.
    fn place(self, life: &Life) -> Place<'s> {
        Place { rounds: self.rounds, follows: life.follows, ..Place::outside(self.setting) }
    }

    fn repeat(self, node: Node<'_>, value: Node<'_>, life: &mut Life, notes: &mut Notes<'_>) -> Option<Step> {
        let before = life.clone();
        let steps = view::get(node, "steps").and_then(|steps| Steps { rounds: true, ..self }.read(steps, life, notes));
        let times = view::whole(value)?;
        if times > 1 && !life.repeats(&before) {
            let title = "these steps cannot be repeated";
            let label = "a round leaves the connection in another state than it found it";
            notes.push(Problem::at(value.span(), title, label).help("repeat the entry instead, or move the step out"));
            life.unknown();
        }
        Some(Step::Repeat { times, steps: steps? })
    }

    fn expect(self, node: Node<'_>, life: &mut Life, notes: &mut Notes<'_>) -> Option<Step> {
        let (word, value) = AWAITED.pick(node)?;
        let within = view::get(node, "within").map(|within| self.setting.within(within, "the time", notes));
        let otherwise = match view::get(node, "else") {
            Some(steps) => self.read(steps, &mut life.clone(), notes),
            None => Some(Vec::new()),
        };
        let what = awaited(word.name, value, node, self.place(life), notes);
        life.follows |= matches!(word.name, "message" | "ping" | "pong");
        let within = within.map_or(Some(None), |within| within.map(Some))?;
        Some(Step::Expect { what: what?, within, otherwise: otherwise? })
    }
}

fn bare(word: &str) -> Option<Step> {
    Some(match word {
        "refuse" => Step::Refuse,
        "accept_silent" => Step::AcceptSilent,
        "accept" | "answer" => Step::Accept,
        "ping" => Step::Ping(Template::default()),
        "pong" => Step::Pong(Template::default()),
        "sse" => Step::Sse { content_type: super::stream::TYPE.into(), headers: Vec::new() },
        "close" => Step::Close { code: None, reason: Template::default() },
        "stall" => Step::Stall,
        "stop_reading" => Step::StopReading,
        "resume" => Step::Resume,
        "half_close" => Step::HalfClose,
        "fin" => Step::Fin,
        "reset" => Step::Reset,
        "hold" => Step::Hold,
        "end" => Step::End,
        _ => return None,
    })
}

/// Reads what a server waits for, or answers.
pub(super) fn awaited(
    word: &str,
    value: Option<Node<'_>>,
    node: Node<'_>,
    place: Place<'_>,
    notes: &mut Notes<'_>,
) -> Option<Expected> {
    // `true` stands for any.
    let said = value.filter(|value| !value.get_ref().is_bool());
    Some(match word {
        "message" => match said {
            Some(said) => Expected::Message(Some(place.content(said, notes)?)),
            None => Expected::Message(None),
        },
        "ping" => Expected::Ping,
        "pong" => match said {
            Some(said) => Expected::Pong(Some(payload(said, place, notes)?)),
            None => Expected::Pong(None),
        },
        "close" => Expected::Close(value.and_then(view::whole)),
        "header" => {
            let name = field_name(value?.span(), view::text(value?)?, notes)?;
            let value = match view::get(node, "value") {
                Some(value) => Some(place.template(value, notes)?),
                None => None,
            };
            Expected::Header { name, value }
        }
        _ => return None,
    })
}

/// Reads an HTTP response.
fn http(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Step> {
    let headers = header_fields(node, place, notes);
    let body = view::get(node, "body");
    let status = view::whole(view::get(node, "status")?)?;
    let text = body.map_or(Some(""), view::text)?;
    if let (Some(body), 204 | 205 | 304, false) = (body, status, text.is_empty()) {
        let label = "this would never be sent";
        notes.push(Problem::at(body.span(), format!("a response with status {status} has no body"), label));
    }
    let retry_after = view::get(node, "retry_after").map(|after| retry_after(after, headers.as_deref(), place, notes));
    let retry_after = retry_after.map_or(Some(None), |after| after.map(Some))?;
    let body = body.map_or_else(|| Some(Template::default()), |body| place.template(body, notes));
    Some(Step::Http { status, headers: headers?, body: body?, retry_after })
}

/// Reads when a client shall come back; the fields of the answer must not say it too.
fn retry_after(
    node: Node<'_>,
    headers: Option<&[(String, Template)]>,
    place: Place<'_>,
    notes: &mut Notes<'_>,
) -> Option<RetryAfter> {
    let (after, own): (_, &[&str]) = match RETRY_AFTER.pick(node) {
        Some((_, Some(date))) => (RetryAfter::Date(place.scope.length(date, notes)?), &["retry-after", "date"]),
        _ => (RetryAfter::Seconds(place.scope.length(node, notes)?), &["retry-after"]),
    };
    let twice = headers.unwrap_or_default().iter().find(|(name, _)| own.contains(&name.as_str()));
    if let Some((name, _)) = twice {
        let title = format!("`{name}` is said twice");
        notes.push(Problem::at(node.span(), title, "here and in `headers`").help("leave it out of `headers`"));
        return None;
    }
    Some(after)
}

/// The further header fields of an answer.
pub(super) fn header_fields(
    node: Node<'_>,
    place: Place<'_>,
    notes: &mut Notes<'_>,
) -> Option<Vec<(String, Template)>> {
    let fields = view::get(node, "headers").map(view::entries).unwrap_or_default();
    let field = |(key, value): view::Pair<'_>| {
        let name = field_name(key.span(), key.get_ref(), notes);
        Some((name?, field_value(value, place, notes)?))
    };
    let fields: Vec<_> = fields.into_iter().map(field).collect();
    fields.into_iter().collect()
}

/// The name of a header field, in lower case (RFC 9110 section 5.1).
pub(super) fn field_name(span: Range<usize>, name: &str, notes: &mut Notes<'_>) -> Option<String> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        let help = "letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 section 5.6.2)";
        notes.push(Problem::at(span, "this is no name of a header field", format!("found `{name}`")).help(help));
        return None;
    }
    let name = name.to_ascii_lowercase();
    if ["content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
        notes.push(Problem::at(span, format!("`{name}` is set by the server itself"), "leave it out"));
        return None;
    }
    Some(name)
}

pub(super) fn field_value(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Template> {
    let value = view::text(node)?;
    if !value.chars().all(|c| c == '\t' || (' '..='~').contains(&c)) {
        let label = "visible ASCII characters, spaces and tabs only (RFC 9110 section 5.5)";
        notes.push(Problem::at(node.span(), "this is no value of a header field", label));
        return None;
    }
    place.template(node, notes)
}

/// The payload of a ping or pong: at most 125 bytes (RFC 6455 section 5.5).
fn payload(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Template> {
    let text = view::text(node)?;
    if text.len() > 125 {
        let label = format!("{} bytes; a control frame holds at most 125 (RFC 6455 section 5.5)", text.len());
        notes.push(Problem::at(node.span(), "the payload does not fit", label));
        return None;
    }
    place.template(node, notes)
}

/// Bytes written in hexadecimal, with spaces wherever they help.
fn binary(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Vec<u8>> {
    let text = view::text(node)?;
    if let Some((at, wrong)) = text.char_indices().find(|(_, c)| !c.is_ascii_hexdigit() && *c != ' ') {
        let at = view::inside(notes.text, node, at..at + wrong.len_utf8());
        let problem = Problem::at(at, "this is no hexadecimal number", format!("found `{wrong}`"));
        notes.push(problem.help("two digits a byte, with spaces wherever they help: \"00 ff 7f\""));
        return None;
    }
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    if digits.len() % 2 == 1 {
        let label = format!("found {} digits", digits.len());
        notes.push(Problem::at(node.span(), "a byte has two hexadecimal digits", label));
        return None;
    }
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Reads a close frame.
fn close(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Step> {
    let reason = match view::get(node, "reason") {
        Some(reason) => close_reason(reason, place, notes),
        None => Some(Template::default()),
    };
    let code = match view::get(node, "code") {
        Some(code) => Some(close_code(code, notes)?),
        None => None,
    };
    let reason = reason?;
    if let (None, false, Some(at)) = (code, reason == Template::default(), view::get(node, "reason")) {
        let label = "the reason follows the code (RFC 6455 section 5.5.1)";
        notes.push(Problem::at(at.span(), "a reason needs a code", label).help("add `code = 1000`"));
        return None;
    }
    Some(Step::Close { code, reason })
}

fn close_reason(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Template> {
    let reason = view::text(node)?;
    if reason.len() > 123 {
        let label = format!("{} bytes; 123 fit beside the code (RFC 6455 section 5.5)", reason.len());
        notes.push(Problem::at(node.span(), "the reason does not fit", label));
        return None;
    }
    place.template(node, notes)
}

/// A close code that may be sent (RFC 6455 section 7.4; 1012 to 1014 from the IANA registry).
fn close_code(node: Node<'_>, notes: &mut Notes<'_>) -> Option<u16> {
    let code = view::integer(node)?;
    let fault = match code {
        1004 => "reserved",
        1005 => "stands for a frame without a code; write \"close\"",
        1006 => "stands for a loss without a frame; write \"reset\" or \"fin\"",
        1015 => "stands for a failed TLS handshake",
        1000..=1014 | 3000..=4999 => return code.try_into().ok(),
        1016..=2999 => "not assigned",
        _ => "outside of 1000 to 4999",
    };
    let title = format!("close code {code} must not be sent");
    let help = "allowed: 1000 to 1003, 1007 to 1014, 3000 to 4999 (RFC 6455 section 7.4)";
    notes.push(Problem::at(node.span(), title, fault).help(help));
    None
}
