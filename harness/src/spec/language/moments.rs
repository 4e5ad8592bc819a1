//! The words for moments of a scenario.

use super::texts::SAID;
use crate::spec::grammar::{Choice, Key, Shape, Word};

/// Which of several, where only "each" makes sense beside a number.
pub(in crate::spec) static ANY: Choice =
    Choice { name: "any", about: "As many as come.", words: &[&[Word::bare("any", "As many as come.")]], with: &[] };

/// Which of several.
static NTH: Choice = Choice {
    name: "nth",
    about: "Which one of several.",
    words: &[&[Word::bare("any", "Each of them."), Word::bare("last", "The last of the run.")]],
    with: &[],
};

/// A status.
pub(in crate::spec) static STATUS: Choice = Choice {
    name: "status",
    about: "A status that the client reports.",
    words: &[&[
        Word::bare("connecting", "An attempt is under way."),
        Word::bare("connected", "Connected."),
        Word::bare("retrying", "Waiting for the next attempt."),
        Word::bare("disconnected", "Ended for good."),
    ]],
    with: &[],
};

pub(super) const NUMBER: Shape = Shape::OneOf(&[Shape::Whole { from: 1, to: 1_000_000 }, Shape::Choice(&NTH)]);
/// A status of an answer.
const ANSWER: Shape = Shape::Whole { from: 100, to: 599 };
/// Close codes; 1005 is a frame without one (RFC 6455 section 7.1.5).
const CODE: Shape = Shape::Whole { from: 1000, to: 4999 };
const CODES: Shape = Shape::OneOf(&[Shape::Any, Shape::OneOrMore(&CODE)]);
const NTH_KEY: &[Key] = &[Key::maybe(
    "nth",
    NUMBER,
    "Which one of several, from 1, or `any` or `last`. Without it the first; in `then` the next, in `never` and `happens` any.",
)];

/// The words for moments.
pub(super) const MOMENTS: &[Word] = &[
    Word::valued("attempt", NUMBER, "{ attempt = 3 }", "The client starts its n-th attempt to connect."),
    Word::valued(
        "lost",
        NUMBER,
        "{ lost = 1 }",
        "The client loses its n-th connection: by reset, end of stream or close frame, whichever it can see first.",
    ),
    Word::valued("accepted", NUMBER, "{ accepted = 2 }", "The server accepts its n-th connection, answered or not."),
    Word::valued(
        "status",
        Shape::Choice(&STATUS),
        "{ status = \"connected\", nth = 2 }",
        "The client reports this status for the n-th time.",
    )
    .with(NTH_KEY),
    Word::valued(
        "received",
        SAID,
        "{ received = \"hi\" }",
        "The server receives something that says this for the n-th time: a message, or the body of a request.",
    )
    .with(NTH_KEY),
    Word::valued(
        "sent",
        SAID,
        "{ sent = \"hello\" }",
        "The server sends something that says this for the n-th time: a message, or the data of an event.",
    )
    .with(NTH_KEY),
    Word::valued(
        "request",
        Shape::Text,
        "{ request = \"/events\" }",
        "The server reads a request for this path, whatever its query, for the n-th time.",
    ).detail("A WebSocket's handshake is a request too.")
    .with(NTH_KEY),
    Word::valued(
        "answered",
        Shape::OneOrMore(&ANSWER),
        "{ answered = 503 }",
        "The server answers a request with this status, or one of these, for the n-th time.",
    ).also(&["{ answered = [401, 403] }"])
    .with(NTH_KEY),
    Word::valued(
        "user",
        Shape::Text,
        "{ user = \"close\" }",
        "The user acts for the n-th time in this way: `close`, `online`, a text sent, or the name of a `do`.",
    )
    .with(NTH_KEY),
    Word::valued(
        "shown",
        Shape::Free,
        "{ shown = { text = \"hi\", state = \"sent\" } }",
        "The client shows this to the user for the n-th time; compared as JSON.",
    )
    .with(NTH_KEY),
    Word::valued("client_ping", NUMBER, "{ client_ping = \"any\" }", "The client sends its n-th ping.").detail("(RFC 6455 section 5.5)"),
    Word::valued("client_pong", NUMBER, "{ client_pong = 1 }", "The client sends its n-th pong.").detail("(RFC 6455 section 5.5)"),
    Word::valued(
        "client_close",
        CODES,
        "{ client_close = [1000, 1001] }",
        "The client sends a close frame for the n-th time: with this code, one of these codes, or (`true`) any.",
    ).also(&["{ client_close = 4000 }", "{ client_close = true }"]).detail("1005 is a frame without a code.")
    .with(NTH_KEY),
    Word::valued("server_ping", NUMBER, "{ server_ping = 1 }", "The server sends its n-th ping.").detail("It does so by its script, or because it answers."),
    Word::valued("server_pong", NUMBER, "{ server_pong = 2 }", "The server sends its n-th pong.").detail("It does so by its script, or because it answers."),
    Word::valued(
        "server_close",
        CODES,
        "{ server_close = 4408 }",
        "The server sends a close frame for the n-th time: with this code, one of these codes, or (`true`) any.",
    ).detail("It does so by its script, or because it answers.")
    .with(NTH_KEY),
    Word::valued("stalled", NUMBER, "{ stalled = 1 }", "The server falls silent for the n-th time: it stalls.").detail("From here on the client gets nothing more of that connection, unless it is resumed."),
    Word::valued(
        "left",
        NUMBER,
        "{ left = 1 }",
        "The client ends an open connection itself for the n-th time: by close frame, drop or reset, whichever comes first.",
    ).detail("A connection that the server ends first is `lost`."),
    Word::valued("at", Shape::Length, "{ at = \"65s\" }", "A point in time, counted from the start of the scenario."),
];

/// A moment.
pub(in crate::spec) static MOMENT: Choice = Choice {
    name: "moment",
    about: "A moment of a scenario. Times are those at the client: what the server does counts from when the client can see it.",
    words: &[MOMENTS],
    with: &[],
};
