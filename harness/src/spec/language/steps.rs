//! The words for what a server and a user do.

use super::{ANY, moments::MOMENTS};
use crate::spec::grammar::{Choice, Key, Shape, Table, Word};

/// A step, as a static of its own: steps nest.
static ONE_STEP: Shape = Shape::Choice(&STEP);

/// Steps, at least one.
const fn steps(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, most: 10_000 }
}

const ROUNDS: Shape = Shape::Whole { from: 1, to: 1_000_000 };

/// How a value of `[client]` comes about, where it is no plain duration or number.
pub(in crate::spec) static DRAW: Choice = Choice {
    name: "draw",
    about: "A value that is drawn, or a text.",
    words: &[&[
        Word::valued(
            "between",
            Shape::List {
                of: &Shape::OneOf(&[Shape::Length, Shape::Whole { from: 0, to: i64::MAX }]),
                least: 2,
                most: 2,
            },
            "{ between = [\"400ms\", \"900ms\"] }",
            "Drawn uniformly between two durations or two whole numbers, both included, per seed and scenario.",
        ),
        Word::valued("text", Shape::Payload, "{ text = \"websocket\" }", "A text, told as it stands."),
    ]],
    with: &[],
};

/// A line of a `server` list.
pub(in crate::spec) static ENTRY: Choice = Choice {
    name: "entry",
    about: "A line of a scenario's `server` list. A connection gets the first entry that is not used up.",
    words: &[&[
        Word::valued(
            "play",
            steps(&ONE_STEP),
            "{ play = [\"accept\", \"hold\"] }",
            "What is done to each connection that gets this entry.",
        )
        .with(&[
            Key::maybe(
                "times",
                Shape::OneOf(&[ROUNDS, Shape::Choice(&ANY)]),
                "How many connections it serves, or `any`; without it 1, and `any` if it has an `until`.",
            ),
            Key::maybe("until", Shape::Length, "Only connections that arrive before this time of the scenario get it."),
            Key::maybe(
                "path",
                Shape::Text,
                "Only requests for this path get it; its play then begins with `accept` or `http`.",
            ),
        ]),
        Word::valued(
            "repeat",
            ROUNDS,
            "{ repeat = 15, entries = [{ play = [\"refuse\"] }] }",
            "Goes through a list of entries so many times.",
        )
        .with(&[Key::new(
            "entries",
            Shape::List { of: &Shape::Choice(&ENTRY), least: 1, most: 1_000 },
            "The list that is gone through.",
        )]),
    ]],
    with: &[],
};

static CLOSE: Table = Table {
    name: "close",
    noun: "the close frame",
    about: "What a close frame says (RFC 6455 section 5.5.1).",
    keys: &[
        Key::maybe(
            "code",
            Shape::Whole { from: 0, to: 65_535 },
            "The status code (RFC 6455 section 7.4); without it the frame is empty.",
        ),
        Key::maybe("reason", Shape::Payload, "The reason, at most 123 bytes; it needs a code before it."),
    ],
};

static HTTP: Table = Table {
    name: "http",
    noun: "the response",
    about: "An HTTP response.",
    keys: &[
        Key::new("status", Shape::Whole { from: 200, to: 599 }, "The status code."),
        Key::maybe("headers", Shape::Map(&Shape::Payload), "Further header fields, by name."),
        Key::maybe("body", Shape::Payload, "The body; empty without it."),
    ],
};

/// What a server can wait for.
pub(in crate::spec) static AWAITED: Choice = Choice {
    name: "expectation",
    about: "What a server waits for the client to do.",
    words: &[&[
        Word::valued(
            "message",
            Shape::OneOf(&[Shape::Payload, Shape::Any]),
            "{ message = \"hi\", within = \"2s\" }",
            "A text message: exactly this one, or any if it is `true`.",
        )
        .or_bare()
        .with(&AWAITING),
        Word::valued("ping", Shape::Any, "{ ping = true, within = \"2s\" }", "A ping.").or_bare().with(&AWAITING),
        Word::valued(
            "pong",
            Shape::OneOf(&[Shape::Payload, Shape::Any]),
            "{ pong = \"1\", within = \"2s\" }",
            "A pong: with exactly this payload, or any if it is `true`.",
        )
        .or_bare()
        .with(&AWAITING),
        Word::valued(
            "close",
            Shape::OneOf(&[Shape::Whole { from: 1_000, to: 4_999 }, Shape::Any]),
            "{ close = 1000, within = \"2s\" }",
            "A close frame: with exactly this code, or any if it is `true`.",
        )
        .or_bare()
        .with(&AWAITING),
        Word::valued(
            "header",
            Shape::Text,
            "{ header = \"last-event-id\", value = \"7\" }",
            "The request had this header field. Judged when the step is reached.",
        )
        .with(&[
            Key::maybe("value", Shape::Payload, "Its value; any without it."),
            Key::maybe("else", steps(&ONE_STEP), "What is played instead of the rest if it is not so."),
        ]),
    ]],
    with: &[],
};

static AWAITING: [Key; 2] = [
    Key::maybe("within", Shape::Length, "Within this time; without it, before the scenario ends."),
    Key::maybe("else", steps(&ONE_STEP), "What is played instead of the rest if it does not come."),
];

/// A step of a play.
pub(in crate::spec) static STEP: Choice = Choice {
    name: "step",
    about: "One act of the scripted server. While it waits or holds, a server reads, and answers pings and closes.",
    words: &[OPENING, FRAMES, &TIMING, FAULTS, ENDINGS],
    with: &[],
};

const OPENING: &[Word] = &[
    Word::bare("refuse", "Refuses the connection: the client's connect fails."),
    Word::bare("accept_silent", "Accepts the connection and leaves the request unread."),
    Word::bare("accept", "Reads the request and upgrades to WebSocket."),
    Word::bare("answer", "Reads the request that `accept_silent` left unread, and upgrades to WebSocket."),
    Word::valued(
        "http",
        Shape::Table(&HTTP),
        "{ http = { status = 503, headers = { retry-after = \"5\" }, body = \"busy\" } }",
        "Answers the request with an HTTP response and closes.",
    ),
];

const FRAMES: &[Word] = &[
    Word::valued(
        "send",
        Shape::Payload,
        "{ send = \"hello\" }",
        "Sends a text message. In a `repeat`, `{n}` is the round, from 1.",
    ),
    Word::valued("binary", Shape::Payload, "{ binary = \"00 ff\" }", "Sends a binary message, written in hexadecimal."),
    Word::valued("ping", Shape::Payload, "{ ping = \"1\" }", "Sends a ping with this payload; empty without it.")
        .or_bare(),
    Word::valued("pong", Shape::Payload, "{ pong = \"1\" }", "Sends a pong with this payload; empty without it.")
        .or_bare(),
    Word::valued(
        "close",
        Shape::Table(&CLOSE),
        "{ close = { code = 1012, reason = \"restart\" } }",
        "Sends a close frame, waits for the client's, then ends the stream. Bare: a close frame without a code.",
    )
    .or_bare(),
];

static TIMING: [Word; 4] = [
    Word::valued("wait", Shape::Length, "{ wait = \"5s\" }", "Lets time pass."),
    Word::valued(
        "at_next",
        Shape::Length,
        "{ at_next = \"80 * base_delay\" }",
        "Waits until the next multiple of this on the scenario's clock: how a fleet is dropped together.",
    ),
    Word::valued(
        "expect",
        Shape::Choice(&AWAITED),
        "{ expect = { message = \"hi\", within = \"2s\" } }",
        "Waits until the client does something. Whether it did is recorded, and the play goes on unless `else` says otherwise.",
    ),
    Word::valued(
        "repeat",
        ROUNDS,
        "{ repeat = 60, steps = [{ wait = \"1s\" }, { send = \"tick {n}\" }] }",
        "Plays steps so many times.",
    )
    .with(&[Key::new("steps", steps(&ONE_STEP), "The steps that are repeated.")]),
];

const FAULTS: &[Word] = &[
    Word::bare("stall", "Stops writing: what is sent from here on stays in the server until `resume`."),
    Word::bare("stop_reading", "Stops reading: what the client sends stays in the network until `resume`."),
    Word::bare("resume", "Ends `stall` and `stop_reading`."),
    Word::bare("half_close", "Ends the server's direction of the stream and keeps reading."),
    Word::valued(
        "cut_after",
        Shape::Whole { from: 0, to: i64::MAX },
        "{ cut_after = 3 }",
        "Lets this many further bytes out, then resets.",
    ),
    Word::valued(
        "linger",
        Shape::Length,
        "{ linger = \"5s\" }",
        "From here on, the stream stays open for so long after a closing handshake.",
    ),
];

const ENDINGS: &[Word] = &[
    Word::bare("fin", "Ends the stream without a close frame."),
    Word::bare("reset", "Resets the connection."),
    Word::bare("hold", "Keeps the connection open until the client ends it."),
    Word::bare("end", "Ends the scenario."),
];

/// What a user's script can wait for.
pub(in crate::spec) static UNTIL: Choice = Choice {
    name: "until",
    about: "What the user waits for: a moment, or quiet.",
    words: &[
        &[Word::valued(
            "quiet",
            Shape::Length,
            "{ quiet = \"2 * base_delay\" }",
            "No attempt has been seen for this long while no connection is open.",
        )],
        MOMENTS,
    ],
    with: &[],
};

/// A step of the user's script.
pub(in crate::spec) static USER: Choice = Choice {
    name: "user-step",
    about: "One act of the user.",
    words: &[&[
        Word::valued("until", Shape::Choice(&UNTIL), "{ until = { status = \"connected\" } }", "Waits for a moment."),
        Word::valued("wait", Shape::Length, "{ wait = \"5s\" }", "Lets time pass."),
        Word::bare("close", "Closes the client: `user.closed()` resolves."),
        Word::valued("send", Shape::Payload, "{ send = \"hi\" }", "Sends a text: `user.next()` returns it."),
        Word::bare("online", "The device is back online."),
        Word::valued("do", Shape::Id, "{ do = \"open-widget\" }", "Something else, by name."),
    ]],
    with: &[],
};
