//! What happened, as the last columns of a line, both ways; and how a run ended.

use super::line::{Line, hex, mismatch, payload, quote, word};
use crate::{
    scenario::StreamEvent,
    trace::{Claim, ClientAct, Fault, How, Message, ServerAct, Status, What, is_hidden},
};

/// Who did it, and what.
pub(super) fn write_what(what: &What) -> (&'static str, String) {
    match what {
        What::Client(act) => ("client", write_client(act)),
        What::Server(act) => ("server", write_server(act)),
        What::Claim(claim) => ("claim", write_claim(claim)),
        What::User(act) => ("user", word(act)),
    }
}

pub(super) fn read_what(line: &mut Line<'_>) -> Result<What, String> {
    let expected = "`client`, `server`, `claim` or `user`";
    match line.word(expected)? {
        "client" => read_client(line).map(What::Client),
        "server" => read_server(line).map(What::Server),
        "claim" => read_claim(line).map(What::Claim),
        "user" => line.text("what the user does").map(What::User),
        other => Err(mismatch(expected, other)),
    }
}

fn write_client(act: &ClientAct) -> String {
    match act {
        ClientAct::Attempt => "attempt".to_owned(),
        ClientAct::Request { method, path, fields, body } => write_request(method, path, fields, body),
        ClientAct::Message(message) => write_message(message),
        ClientAct::HalfClose => "half-close".to_owned(),
        ClientAct::Drop => "drop".to_owned(),
        ClientAct::Reset => "reset".to_owned(),
    }
}

fn read_client(line: &mut Line<'_>) -> Result<ClientAct, String> {
    let expected =
        "`attempt`, `request`, a message (`text`, `binary`, `ping`, `pong`, `close`), `half-close`, `drop` or `reset`";
    Ok(match line.word(expected)? {
        "attempt" => ClientAct::Attempt,
        "request" => read_request(line)?,
        "half-close" => ClientAct::HalfClose,
        "drop" => ClientAct::Drop,
        "reset" => ClientAct::Reset,
        other => ClientAct::Message(read_message(other, line, expected)?),
    })
}

fn write_request(method: &str, path: &str, fields: &[(String, String)], body: &str) -> String {
    let mut out = format!("request {} {}", word(method), word(path));
    for (name, value) in fields {
        out += &format!(" field {} {}", word(name), quote(value));
    }
    if !body.is_empty() {
        out += &format!(" body {}", quote(body));
    }
    out
}

fn read_request(line: &mut Line<'_>) -> Result<ClientAct, String> {
    let (method, path) = (line.text("the method")?, line.text("the path")?);
    let (mut fields, mut body) = (Vec::new(), String::new());
    while !line.is_done() {
        let expected = "`field` or `body`";
        match line.word(expected)? {
            "field" => fields.push((line.text("a field's name")?, line.text("a field's value in quotes")?)),
            "body" => body = line.text("a body in quotes")?,
            other => return Err(mismatch(expected, other)),
        }
    }
    Ok(ClientAct::Request { method, path, fields, body })
}

fn write_event(event: &StreamEvent) -> String {
    let mut out = format!("event {}", quote(&event.data));
    for (name, value) in [("type", &event.kind), ("id", &event.id)] {
        if let Some(value) = value {
            out += &format!(" {name} {}", quote(value));
        }
    }
    out
}

fn read_event(line: &mut Line<'_>) -> Result<StreamEvent, String> {
    let mut event = StreamEvent { data: line.text("data in quotes")?, ..StreamEvent::default() };
    while !line.is_done() {
        let expected = "`type` or `id`";
        let place = match line.word(expected)? {
            "type" => &mut event.kind,
            "id" => &mut event.id,
            other => return Err(mismatch(expected, other)),
        };
        *place = Some(line.text("a text in quotes")?);
    }
    Ok(event)
}

fn write_server(act: &ServerAct) -> String {
    match act {
        ServerAct::Accept => "accept".to_owned(),
        ServerAct::Refuse => "refuse".to_owned(),
        ServerAct::Answer { status } => format!("answer {status}"),
        ServerAct::Stream => "stream".to_owned(),
        ServerAct::Event(event) => write_event(event),
        ServerAct::Bytes(bytes) => format!("bytes {}", payload(bytes)),
        ServerAct::Message(message) => write_message(message),
        ServerAct::Stall => "stall".to_owned(),
        ServerAct::StopReading => "stop-reading".to_owned(),
        ServerAct::Resume => "resume".to_owned(),
        ServerAct::HalfClose => "half-close".to_owned(),
        ServerAct::Fin => "fin".to_owned(),
        ServerAct::Reset => "reset".to_owned(),
        ServerAct::Expected { what, met: true } => format!("met {}", quote(what)),
        ServerAct::Expected { what, met: false } => format!("missed {}", quote(what)),
    }
}

fn read_server(line: &mut Line<'_>) -> Result<ServerAct, String> {
    let expected = "`accept`, `refuse`, `answer`, `stream`, `event`, `bytes`, a message (`text`, `binary`, `ping`, `pong`, `close`), `stall`, \
                    `stop-reading`, `resume`, `half-close`, `fin`, `reset`, `met` or `missed`";
    Ok(match line.word(expected)? {
        "accept" => ServerAct::Accept,
        "refuse" => ServerAct::Refuse,
        "answer" => ServerAct::Answer { status: line.number("", "a status code")? },
        "stream" => ServerAct::Stream,
        "event" => ServerAct::Event(read_event(line)?),
        "bytes" => ServerAct::Bytes(line.bytes()?),
        "stall" => ServerAct::Stall,
        "stop-reading" => ServerAct::StopReading,
        "resume" => ServerAct::Resume,
        "half-close" => ServerAct::HalfClose,
        "fin" => ServerAct::Fin,
        "reset" => ServerAct::Reset,
        "met" => ServerAct::Expected { what: line.text("what was expected")?, met: true },
        "missed" => ServerAct::Expected { what: line.text("what was expected")?, met: false },
        other => ServerAct::Message(read_message(other, line, expected)?),
    })
}

fn write_message(message: &Message) -> String {
    match message {
        Message::Text(text) => format!("text {}", quote(text)),
        Message::Binary(bytes) => format!("binary {}", hex(bytes)),
        Message::Ping(bytes) => format!("ping {}", payload(bytes)),
        Message::Pong(bytes) => format!("pong {}", payload(bytes)),
        Message::Close { code, reason } => {
            let code = code.map_or_else(|| "-".to_owned(), |code| code.to_string());
            format!("close {code} {}", quote(reason))
        }
    }
}

fn read_message(kind: &str, line: &mut Line<'_>, expected: &str) -> Result<Message, String> {
    Ok(match kind {
        "text" => Message::Text(line.text("a text in quotes")?),
        "binary" => Message::Binary(line.bytes()?),
        "ping" => Message::Ping(line.bytes()?),
        "pong" => Message::Pong(line.bytes()?),
        "close" => {
            let expected = "a close code, or `-` for none";
            let code = match line.word(expected)? {
                "-" => None,
                digits => Some(digits.parse().map_err(|_| mismatch(expected, digits))?),
            };
            Message::Close { code, reason: line.text("a reason in quotes")? }
        }
        other => return Err(mismatch(expected, other)),
    })
}

fn write_claim(claim: &Claim) -> String {
    match claim {
        Claim::Status(Status::Retrying { attempt, wait }) => format!("retrying attempt={attempt} wait={wait}"),
        Claim::Status(Status::Disconnected { reason }) => format!("disconnected {}", quote(reason)),
        Claim::Status(status) => status.kind().name().to_owned(),
        Claim::Show(json) if stands_bare(json) => format!("show {json}"),
        Claim::Show(json) => format!("show escaped {}", quote(json)),
        Claim::Returned(None) => "returned".to_owned(),
        Claim::Returned(Some(error)) => format!("returned {}", quote(error)),
    }
}

/// Whether a shown JSON text can stand at the end of a line as it is.
fn stands_bare(json: &str) -> bool {
    !json.is_empty() && json.trim() == json && !json.starts_with("escaped") && !json.contains(is_hidden)
}

fn read_claim(line: &mut Line<'_>) -> Result<Claim, String> {
    let expected = "`connecting`, `connected`, `retrying`, `disconnected`, `show` or `returned`";
    Ok(match line.word(expected)? {
        "connecting" => Claim::Status(Status::Connecting),
        "connected" => Claim::Status(Status::Connected),
        "retrying" => {
            let attempt = line.number("attempt=", "`attempt=` and a number")?;
            Claim::Status(Status::Retrying { attempt, wait: line.number("wait=", "`wait=` and milliseconds")? })
        }
        "disconnected" => Claim::Status(Status::Disconnected { reason: line.text("a reason in quotes")? }),
        "show" => Claim::Show(read_shown(line)?),
        "returned" if line.is_done() => Claim::Returned(None),
        "returned" => Claim::Returned(Some(line.text("an error in quotes")?)),
        other => return Err(mismatch(expected, other)),
    })
}

fn read_shown(line: &mut Line<'_>) -> Result<String, String> {
    let json = line.rest();
    match json.strip_prefix("escaped") {
        _ if json.is_empty() => Err(mismatch("what is shown, as JSON", json)),
        None => Ok(json.to_owned()),
        Some(quoted) => {
            *line = Line::new(quoted);
            line.text("a text in quotes")
        }
    }
}

pub(super) fn write_how(how: &How) -> String {
    match how {
        How::Script => "script".to_owned(),
        How::TimeUp => "time-up".to_owned(),
        How::Returned => "returned".to_owned(),
        How::Inconclusive(why) => format!("inconclusive {}", quote(why)),
        How::Broken(fault) => match fault {
            Fault::Panicked(text) => format!("panicked {}", quote(text)),
            Fault::Exited(text) => format!("exited {}", quote(text)),
            Fault::Spinning(text) => format!("spinning {}", quote(text)),
            Fault::Blocked(text) => format!("blocked {}", quote(text)),
            Fault::Flooded(text) => format!("flooded {}", quote(text)),
            Fault::Stormed(attempts) => format!("stormed {attempts}"),
            Fault::Violated(text) => format!("violated {}", quote(text)),
        },
    }
}

pub(super) fn read_how(line: &mut Line<'_>) -> Result<How, String> {
    let expected = "`script`, `time-up`, `returned`, `inconclusive`, `panicked`, `exited`, `spinning`, `blocked`, `flooded`, \
                    `stormed` or `violated`";
    let text = "a text in quotes";
    Ok(match line.word(expected)? {
        "script" => How::Script,
        "time-up" => How::TimeUp,
        "returned" => How::Returned,
        "inconclusive" => How::Inconclusive(line.text(text)?),
        "panicked" => How::Broken(Fault::Panicked(line.text(text)?)),
        "exited" => How::Broken(Fault::Exited(line.text(text)?)),
        "spinning" => How::Broken(Fault::Spinning(line.text(text)?)),
        "blocked" => How::Broken(Fault::Blocked(line.text(text)?)),
        "flooded" => How::Broken(Fault::Flooded(line.text(text)?)),
        "stormed" => How::Broken(Fault::Stormed(line.number("", "a number of attempts")?)),
        "violated" => How::Broken(Fault::Violated(line.text(text)?)),
        other => return Err(mismatch(expected, other)),
    })
}
