//! What happens while a scenario is served: a line for each event, as it happens.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{char_width, count, safe, width},
};
use crate::{
    time::{Millis, show},
    trace::{Claim, ClientAct, Event, How, Intent, Message, ServerAct, Status, What},
};

/// The longest text of somebody else's that a line shows, in characters, and the most bytes.
const MOST_TEXT: usize = 240;
const MOST_BYTES: usize = 24;
/// How many columns stand before what happens: the time, the connection and who.
const TIME: usize = 9;
const CONN: usize = 7;
const WHO: usize = 8;

/// Writes the lines of a scenario that is being served.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// How they look. A line that does not fit is broken, unless there are no columns to fit into.
    pub style: Style,
    /// Whether the user's acts reach the client: a stranger has no user of ours.
    pub user_acts: bool,
}

/// What a line tells: who it is about, what happened, and its colour.
struct Said {
    who: &'static str,
    what: String,
    paint: Paint,
}

impl Said {
    fn new(who: &'static str, paint: Paint, what: impl Into<String>) -> Self {
        Self { who, what: what.into(), paint }
    }
}

impl Live {
    /// Something has happened.
    #[must_use]
    pub fn event(self, event: &Event) -> String {
        let said = match &event.what {
            What::Client(act) => self.client(act),
            What::Server(act) => self.server(act),
            What::Claim(claim) => self.claim(claim),
            What::User(act) => self.user(act),
        };
        self.line(event.at, event.conn, &said)
    }

    /// The script has turned to something.
    #[must_use]
    pub fn intent(self, at: Millis, conn: u32, intent: &Intent) -> String {
        let what = match intent {
            Intent::LeaveUnread => "leaves the request unread".to_owned(),
            Intent::Wait(span) => format!("waits {}", show(*span)),
            Intent::Hold => "keeps the connection open until the client ends it".to_owned(),
            Intent::Expect { what, within } => {
                let within = within.map(|span| format!(" within {}", show(span))).unwrap_or_default();
                format!("expects {}{within}", self.text(what))
            }
            Intent::Pongs(true) => "answers pings from here on".to_owned(),
            Intent::Pongs(false) => "answers no ping by itself from here on".to_owned(),
            Intent::CutAfter(bytes) => format!("will reset the connection after {bytes} more bytes"),
            Intent::Linger(span) => format!("will keep the stream open for {} after a close", show(*span)),
        };
        self.line(at, Some(conn), &Said::new("server", Paint::Faint, what))
    }

    /// The client has printed a line.
    #[must_use]
    pub fn prints(self, at: Millis, line: &str) -> String {
        self.line(at, None, &Said::new("prints", Paint::Plain, self.text(line.trim_end())))
    }

    /// The scenario begins, and what set it off.
    #[must_use]
    pub fn begins(self, set_off_by: &str) -> String {
        self.headline(Paint::Strong, &format!("The clock starts with {set_off_by}."))
    }

    /// The scenario is over.
    #[must_use]
    pub fn is_over(self, at: Millis, how: &How, then: &str) -> String {
        let why = match how {
            How::Script => "its script has come to its end".to_owned(),
            How::TimeUp => "its time is up".to_owned(),
            How::Returned => "the client has returned".to_owned(),
            How::Broken(fault) => self.text(&fault.sentence()),
            How::Inconclusive(why) => self.text(why),
        };
        let paint = if matches!(how, How::Broken(_)) { Paint::Bad } else { Paint::Strong };
        let then = if then.is_empty() { String::new() } else { format!(" {then}") };
        self.headline(paint, &format!("The scenario is over after {}: {why}.{then}", show(at)))
    }

    /// Some lines could not be written in time.
    #[must_use]
    pub fn missing(self, lines: usize) -> String {
        let text = format!("{} left out: more came than could be written.", count(lines, "line"));
        self.headline(Paint::Warn, &text)
    }

    fn client(self, act: &ClientAct) -> Said {
        let what = match act {
            ClientAct::Attempt => "connects".to_owned(),
            ClientAct::Request { method, path, fields, body } => self.request(method, path, fields, body),
            ClientAct::Message(message) => self.message(message),
            ClientAct::HalfClose => "ends its side of the stream".to_owned(),
            ClientAct::Drop => "ends the connection".to_owned(),
            ClientAct::Reset => "resets the connection".to_owned(),
        };
        Said::new("client", Paint::Note, what)
    }

    fn request(self, method: &str, path: &str, fields: &[(String, String)], body: &str) -> String {
        let (own, browsers): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| !is_browsers(name));
        let mut fields: Vec<_> = own.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        if !browsers.is_empty() {
            fields.push(format!("and {} of the browser's own", browsers.len()));
        }
        let mut text = self.text(&format!("{method} {path}"));
        if !fields.is_empty() {
            text += &format!(" ({})", self.text(&fields.join("; ")));
        }
        if !body.is_empty() {
            text += &format!(" {}", self.quoted(body));
        }
        text
    }

    fn server(self, act: &ServerAct) -> Said {
        let plain = |what: &str| Said::new("server", Paint::Plain, what);
        match act {
            ServerAct::Accept => plain("accepts"),
            ServerAct::Refuse => Said::new("server", Paint::Bad, "refuses: a reset at once"),
            ServerAct::Answer { status } => {
                let code = http::StatusCode::from_u16(*status).ok();
                let reason = code.and_then(|code| code.canonical_reason()).unwrap_or_default();
                let paint = if *status < 400 { Paint::Plain } else { Paint::Bad };
                Said::new("server", paint, format!("answers {status} {reason}"))
            }
            ServerAct::Stream => plain("keeps the answer open: a stream of events"),
            ServerAct::Event(event) => {
                let part = |name, value: &Option<String>| {
                    value.as_ref().map(|value| format!(", {name} {}", self.quoted(value))).unwrap_or_default()
                };
                let (kind, id) = (part("type", &event.kind), part("id", &event.id));
                plain(&format!("sends the event {}{kind}{id}", self.quoted(&event.data)))
            }
            ServerAct::Bytes(bytes) => plain(&format!("sends {}", self.bytes(bytes))),
            ServerAct::Message(message) => plain(&self.message(message)),
            ServerAct::Stall => Said::new("server", Paint::Warn, "stops writing"),
            ServerAct::StopReading => Said::new("server", Paint::Warn, "stops reading"),
            ServerAct::Resume => plain("writes and reads again"),
            ServerAct::HalfClose => Said::new("server", Paint::Bad, "ends its side of the stream"),
            ServerAct::Fin => Said::new("server", Paint::Bad, "ends the connection"),
            ServerAct::Reset => Said::new("server", Paint::Bad, "resets the connection"),
            ServerAct::Expected { what, met: true } => {
                Said::new("server", Paint::Good, format!("has got what it expected: {}", self.text(what)))
            }
            ServerAct::Expected { what, met: false } => {
                Said::new("server", Paint::Warn, format!("has not got what it expected: {}", self.text(what)))
            }
        }
    }

    fn message(self, message: &Message) -> String {
        let payload = |bytes: &[u8]| match bytes {
            [] => String::new(),
            bytes => format!(" {}", self.bytes(bytes)),
        };
        match message {
            Message::Text(text) => format!("sends {}", self.quoted(text)),
            Message::Binary(bytes) => format!("sends {}", self.numbers(bytes)),
            Message::Ping(bytes) => format!("sends a ping{}", payload(bytes)),
            Message::Pong(bytes) => format!("sends a pong{}", payload(bytes)),
            Message::Close { code, reason } => {
                let code = code.map(|code| format!(" {code}")).unwrap_or_default();
                format!("sends a close frame{code}{}", payload(reason.as_bytes()))
            }
        }
    }

    /// What a client says of itself has a colour of its own: it need not be true.
    fn claim(self, claim: &Claim) -> Said {
        let status = |what: &str| Said::new("status", Paint::Good, what);
        match claim {
            Claim::Status(Status::Retrying { attempt, wait }) => {
                status(&format!("retrying: attempt {attempt} in {}", show(*wait)))
            }
            Claim::Status(Status::Disconnected { reason }) => status(&format!("disconnected: {}", self.text(reason))),
            Claim::Status(other) => status(other.kind().name()),
            Claim::Show(json) => Said::new("shows", Paint::Good, self.text(json)),
            Claim::Returned(None) => Said::new("client", Paint::Note, "has returned"),
            Claim::Returned(Some(error)) => {
                Said::new("client", Paint::Bad, format!("has returned an error: {}", self.text(error)))
            }
        }
    }

    fn user(self, act: &str) -> Said {
        let (does, would) = match act {
            "close" => ("closes the client".to_owned(), "close the client".to_owned()),
            "online" => ("is back online".to_owned(), "be back online".to_owned()),
            other => match other.strip_prefix("send ") {
                Some(text) => (format!("sends {}", self.quoted(text)), format!("send {}", self.quoted(text))),
                None => (format!("does {}", self.quoted(other)), format!("do {}", self.quoted(other))),
            },
        };
        let what = if self.user_acts { does } else { format!("would now {would}") };
        Said::new("user", Paint::Warn, what)
    }

    /// Bytes that are usually a text.
    fn bytes(self, bytes: &[u8]) -> String {
        std::str::from_utf8(bytes).map_or_else(|_| self.numbers(bytes), |text| self.quoted(text))
    }

    /// How many bytes there are, and the first of them.
    fn numbers(self, bytes: &[u8]) -> String {
        let shown: Vec<_> = bytes.iter().take(MOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
        let more = if bytes.len() > MOST_BYTES { self.style.pick(" …", " ...") } else { "" };
        format!("{}: {}{more}", count(bytes.len(), "byte"), shown.join(" "))
    }

    /// Somebody else's text, with its line ends and tabs to be seen.
    fn quoted(self, text: &str) -> String {
        let text: String = text.chars().take(MOST_TEXT + 1).collect();
        let text = self.text(&text.replace('\r', "\\r").replace('\n', "\\n").replace('\t', "\\t"));
        let (open, close) = self.style.pick(("“", "”"), ("\"", "\""));
        format!("{open}{text}{close}")
    }

    fn text(self, text: &str) -> String {
        safe(text, MOST_TEXT, self.style)
    }

    fn line(self, at: Millis, conn: Option<u32>, said: &Said) -> String {
        let time = format!("{}.{:03}", at / 1_000, at % 1_000);
        let conn = conn.map(|conn| format!("#{conn}")).unwrap_or_default();
        let mut sheet = Sheet::new(self.style);
        let who = if said.paint == Paint::Faint { Paint::Faint } else { Paint::Strong };
        let columns = self.style.columns().saturating_sub(TIME + 2 + CONN + WHO);
        for (i, text) in broken(&said.what, columns).into_iter().enumerate() {
            let (time, conn, name) = if i == 0 { (time.as_str(), conn.as_str(), said.who) } else { ("", "", "") };
            sheet.line(
                0,
                &[
                    (Paint::Faint, &format!("{time:>TIME$}  {conn:<CONN$}")),
                    (who, &format!("{name:<WHO$}")),
                    (said.paint, &text),
                ],
            );
        }
        sheet.finish()
    }

    fn headline(self, paint: Paint, text: &str) -> String {
        let mut sheet = Sheet::new(self.style);
        for line in broken(text, self.style.columns()) {
            sheet.line(0, &[(paint, &line)]);
        }
        sheet.finish()
    }
}

/// Whether a header field is one of the many in which a browser tells of itself and of the page: of what a client does they tell nothing.
fn is_browsers(name: &str) -> bool {
    ["sec-ch-", "sec-fetch-", "sec-gpc"].iter().any(|start| name.starts_with(start))
}

/// Breaks a line that does not fit, after a space if one is near, and keeps all its spaces: in what a client sends, they count.
fn broken(text: &str, columns: usize) -> Vec<String> {
    let (mut lines, mut line, mut used, mut after_space) = (Vec::new(), String::new(), 0, 0);
    for c in text.chars() {
        if used + char_width(c) > columns {
            let rest = line.split_off(if after_space > columns / 2 { after_space } else { line.len() });
            used = width(&rest);
            after_space = 0;
            lines.push(std::mem::replace(&mut line, rest));
        }
        line.push(c);
        used += char_width(c);
        if c == ' ' {
            after_space = line.len();
        }
    }
    lines.push(line);
    lines
}
