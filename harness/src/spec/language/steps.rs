//! The words for what a server and a user do.

use super::{
    ANY,
    logs::LOG_STEPS,
    moments::MOMENTS,
    texts::{SAID, SAID_OR_ANY},
};
use crate::spec::grammar::{Choice, Key, Shape, Table, Word};

/// A step, as a static of its own: steps nest.
static ONE_STEP: Shape = Shape::Choice(&STEP);

/// Steps, at least one.
const fn steps(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, most: 10_000 }
}

const ROUNDS: Shape = Shape::Whole { from: 1, to: 1_000_000 };

/// A table of whatever JSON can say.
const TABLE: Shape = Shape::Map(&Shape::Free);

/// A list of whatever JSON can say.
const LIST: Shape = Shape::List { of: &Shape::Free, least: 0, most: 1_000 };

/// How a value of `[client]` comes about, where it is no plain duration or number.
pub(in crate::spec) static DRAW: Choice = Choice {
    name: "draw",
    about: "A value that is drawn, or one that is told as it stands.",
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
        )
        .detail("At most ten a scenario."),
        Word::valued("text", Shape::Payload, "{ text = \"websocket\" }", "A text, told as it stands.")
            .detail("A bare text is a duration, so that a mistyped name cannot become a text."),
        Word::valued(
            "table",
            TABLE,
            "{ table = { down = \"often\", binary = false } }",
            "A table, told as it stands: texts, numbers, `true`, `false`, lists and tables.",
        )
        .detail("Nothing in it is a duration: `\"2s\"` stays a text."),
        Word::valued(
            "list",
            LIST,
            "{ list = [\"sse\", \"websocket\"] }",
            "A list, told as it stands: of texts, numbers, `true`, `false`, lists and tables.",
        )
        .detail("Nothing in it is a duration."),
        Word::valued(
            "one_of",
            Shape::List { of: &Shape::OneOf(&[Shape::Payload, TABLE, LIST]), least: 2, most: 1_000 },
            "{ one_of = [{ down = \"often\" }, { down = \"rare\" }] }",
            "One of these texts, tables or lists, told as it stands: drawn uniformly per seed and scenario.",
        )
        .detail("All are of one kind: a pool of stories with one right answer, say."),
    ]],
    with: &[],
};

/// A line of a `server` list.
pub(in crate::spec) static ENTRY: Choice = Choice {
    name: "entry",
    about: "A line of a scenario's `server` list. A connection gets the first entry that fits it and is not used up.",
    words: &[&[
        Word::valued(
            "play",
            steps(&ONE_STEP),
            "{ play = [\"accept\", \"hold\"] }",
            "What is done to each connection that gets this entry.",
        ).also(&["{ times = 3, play = [\"refuse\"] }", "{ until = \"65s\", play = [\"refuse\"] }", "{ path = \"/events\", times = \"any\", play = [\"sse\", \"hold\"] }"])
        .with(&[
            Key::maybe(
                "times",
                Shape::OneOf(&[ROUNDS, Shape::Choice(&ANY)]),
                "How many connections it serves, or `any`; without it 1, and `any` if it has an `until`.",
            ).detail("With `until`, it serves as many as arrive before then."),
            Key::maybe("until", Shape::Length, "Only connections that arrive before this time of the scenario get it.").detail("What has begun is played to its end."),
            Key::maybe(
                "path",
                Shape::Text,
                "Only requests for this path get it; its play then begins with `accept`, `sse` or `http`.",
            ).detail("The request has been read by then."),
            Key::maybe(
                "answers",
                Shape::List { of: &Shape::Table(&ANSWER), least: 1, most: 1_000 },
                "What the server does whenever the client says something, beside the steps, as long as the connection is open.",
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
        ).detail("In it, entries are used up by `times`, so neither `until` nor `any` stands there.")]),
    ]],
    with: &[],
};

/// What a server answers.
pub(in crate::spec) static HEARD: Choice = Choice {
    name: "occasion",
    about: "What a server answers.",
    words: &[&[
        Word::valued(
            "message",
            SAID_OR_ANY,
            "{ message = { json = { type = \"say\" } } }",
            "A text message: one that says this, or any if it is `true`.",
        )
        .or_bare(),
        Word::valued("ping", Shape::Any, "{ ping = true }", "A ping.").or_bare(),
    ]],
    with: &[],
};

static ANSWER: Table = Table {
    name: "answer",
    noun: "the answer",
    about: "What a server does whenever the client says something. A message gets the first answer that fits and is not used up.",
    keys: &[
        Key::new("on", Shape::Choice(&HEARD), "What is answered."),
        Key::maybe(
            "times",
            Shape::OneOf(&[ROUNDS, Shape::Choice(&ANY)]),
            "How often it is given on one connection, or `any`, as without it.",
        ),
        Key::maybe("after", Shape::Length, "How long after the server has read the message; at once without it."),
        Key::new(
            "with",
            steps(&ONE_STEP),
            "What is done: steps that take no time. `{on}` is the message that is answered, `{on.key}` one of its members.",
        ).detail("These are `send`, `emit`, `hold_back`, `replay`, `new_epoch`, `binary`, `ping`, `pong`, `pongs`, `close`, `stall`, `stop_reading`, `resume`, `half_close`, `cut_after`, `fin`, `reset`, `end`."),
    ],
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
        )
        .detail("Codes that may be sent: 1000–1003, 1007–1014, 3000–4999."),
        Key::maybe("reason", Shape::Payload, "The reason, at most 123 bytes; it needs a code before it."),
    ],
};

static SSE: Table = Table {
    name: "sse",
    noun: "the stream",
    about: "An answer that opens a stream of events.",
    keys: &[
        Key::maybe("content_type", Shape::Payload, "Its content type; `text/event-stream` without it."),
        Key::maybe("headers", Shape::Map(&Shape::Payload), "Further header fields, by name."),
    ],
};

static EVENT: Table = Table {
    name: "event",
    noun: "the event",
    about: "An event of a stream (WHATWG HTML section 9.2.6). A field that is left out is not sent.",
    keys: &[
        Key::maybe("data", SAID, "Its data, a `data` line for each line of it; empty without it."),
        Key::maybe("type", Shape::Payload, "Its type, in an `event` line."),
        Key::maybe("id", Shape::Payload, "The last event ID from here on, in an `id` line."),
    ],
};

static HTTP: Table = Table {
    name: "http",
    noun: "the response",
    about: "An HTTP response.",
    keys: &[
        Key::new("status", Shape::Whole { from: 200, to: 599 }, "The status code."),
        Key::maybe("headers", Shape::Map(&Shape::Payload), "Further header fields, by name.").detail("`content-length`, `transfer-encoding` and `connection` are the server's own."),
        Key::maybe("body", Shape::Payload, "The body; empty without it."),
        Key::maybe(
            "retry_after",
            Shape::OneOf(&[Shape::Length, Shape::Choice(&RETRY_AFTER)]),
            "When the client shall come back, rounded up to whole seconds. Its scenario needs `clock = { virtual = … }`.",
        ).detail("(RFC 9110 section 10.2.3)"),
    ],
};

/// When a client shall come back, where it is not said in seconds.
pub(in crate::spec) static RETRY_AFTER: Choice = Choice {
    name: "retry-after",
    about: "When a client shall come back (RFC 9110 section 10.2.3).",
    words: &[&[Word::valued(
        "date",
        Shape::Length,
        "{ date = \"3s\" }",
        "Said as a date, this long after the `Date` that is sent with it.",
    )]],
    with: &[],
};

/// What a server can wait for.
pub(in crate::spec) static AWAITED: Choice = Choice {
    name: "expectation",
    about: "What a server waits for the client to do.",
    words: &[&[
        Word::valued(
            "message",
            SAID_OR_ANY,
            "{ message = \"hi\", within = \"2s\" }",
            "A text message: one that says this, or any if it is `true`.",
        )
        .also(&["{ message = true }", "{ message = { json = { type = \"say\" } } }"])
        .or_bare()
        .with(&AWAITING),
        Word::valued("ping", Shape::Any, "{ ping = true, within = \"2s\" }", "A ping.").or_bare().with(&AWAITING),
        Word::valued(
            "pong",
            Shape::OneOf(&[Shape::Payload, Shape::Any]),
            "{ pong = \"1\", within = \"2s\" }",
            "A pong: with exactly this payload, or any if it is `true`.",
        )
        .also(&["{ pong = true }"])
        .or_bare()
        .with(&AWAITING),
        Word::valued(
            "close",
            Shape::OneOf(&[Shape::Whole { from: 1_000, to: 4_999 }, Shape::Any]),
            "{ close = 1000, within = \"2s\" }",
            "A close frame: with exactly this code, or any if it is `true`.",
        )
        .also(&["{ close = true }"])
        .or_bare()
        .with(&AWAITING),
        Word::valued(
            "header",
            Shape::Text,
            "{ header = \"last-event-id\", value = \"7\" }",
            "The request had this header field. Judged when the step is reached.",
        )
        .also(&["{ header = \"last-event-id\" }"])
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
    words: &[OPENING, &STREAM, FRAMES, &LOG_STEPS, &TIMING, FAULTS, ENDINGS],
    with: &[],
};

const OPENING: &[Word] = &[
    Word::bare("refuse", "Refuses the connection: the client's connect fails.").detail("It is a whole play."),
    Word::bare("accept_silent", "Accepts the connection and leaves the request unread."),
    Word::bare("accept", "Reads the request and upgrades to WebSocket.").detail("(RFC 6455 section 4.2.2)"),
    Word::bare("answer", "Reads the request that `accept_silent` left unread, and upgrades to WebSocket."),
    Word::valued(
        "sse",
        Shape::Table(&SSE),
        "{ sse = { content_type = \"text/event-stream\", headers = { cache-control = \"no-store\" } } }",
        "Answers the request with a stream of events that stays open. Bare: with nothing but its content type.",
    )
    .detail("(WHATWG HTML section 9.2)")
    .or_bare(),
    Word::valued(
        "http",
        Shape::Table(&HTTP),
        "{ http = { status = 503, headers = { retry-after = \"5\" }, body = \"busy\" } }",
        "Answers the request with an HTTP response and closes.",
    ),
];

static STREAM: [Word; 4] = [
    Word::valued(
        "event",
        Shape::OneOf(&[Shape::Payload, Shape::Table(&EVENT)]),
        "{ event = { data = \"hello\", type = \"tick\", id = \"7\" } }",
        "Sends an event, or one that has only data. In a `repeat`, `{n}` is the round, from 1.",
    )
    .also(&["{ event = \"hello\" }"]),
    Word::valued("comment", Shape::Payload, "{ comment = \"keep-alive\" }", "Sends a comment line."),
    Word::valued(
        "retry",
        Shape::Length,
        "{ retry = \"700ms\" }",
        "Sends a line that sets the stream's reconnection time, in the milliseconds of the run.",
    ),
    Word::valued(
        "bytes",
        Shape::Payload,
        "{ bytes = \"id: 7\\ndata: half\" }",
        "Sends these bytes of the stream as they stand. In a `repeat`, `{n}` is the round, from 1.",
    )
    .detail("So half an event, strange line ends and unknown fields can be sent."),
];
/// A switch.
static SWITCH: Choice = Choice {
    name: "switch",
    about: "Whether something is done.",
    words: &[&[Word::bare("on", "It is done."), Word::bare("off", "It is not.")]],
    with: &[],
};

const FRAMES: &[Word] = &[
    Word::valued(
        "send",
        SAID,
        "{ send = \"hello\" }",
        "Sends a text message. In a `repeat`, `{n}` is the round, from 1.",
    )
    .also(&["{ send = { json = { type = \"welcome\" } } }"]),
    Word::valued("binary", Shape::Payload, "{ binary = \"00 ff\" }", "Sends a binary message, written in hexadecimal."),
    Word::valued("ping", Shape::Payload, "{ ping = \"1\" }", "Sends a ping with this payload; empty without it.")
        .detail("It has at most 125 bytes.")
        .or_bare(),
    Word::valued("pong", Shape::Payload, "{ pong = \"1\" }", "Sends a pong with this payload; empty without it.")
        .detail("It has at most 125 bytes.")
        .or_bare(),
    Word::valued(
        "pongs",
        Shape::Choice(&SWITCH),
        "{ pongs = \"off\" }",
        "Whether the server answers pings by itself from here on, as it does at first.",
    )
    .detail("It lasts until the connection ends."),
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
    )
    .detail("It does not matter when each client came."),
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
    .detail("A round must leave the connection as it found it.")
    .with(&[Key::new("steps", steps(&ONE_STEP), "The steps that are repeated.")]),
];

const FAULTS: &[Word] = &[
    Word::bare("stall", "Stops writing: what is sent from here on stays in the server until `resume`.").detail("That goes for answers, too. What the client sends is still read and recorded: a dead connection of which TCP knows nothing is `\"stall\", \"hold\"`."),
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
    ).detail("It does not matter who began it, and the client may leave before. (RFC 6455 section 7.1.1 has the server end it at once; a busy one does not.)"),
];

const ENDINGS: &[Word] = &[
    Word::bare("fin", "Ends the stream without a close frame; the body of an event stream ends as a whole one does."),
    Word::bare("reset", "Resets the connection."),
    Word::bare("hold", "Keeps the connection open until the client ends it."),
    Word::bare("end", "Ends the scenario.").detail("It does so for the whole fleet."),
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
        )
        .detail("So the client is inside a wait, whatever it says about itself.")],
        MOMENTS,
    ],
    with: &[],
};

/// A step of the user's script.
pub(in crate::spec) static USER: Choice = Choice {
    name: "user-step",
    about: "One act of the user.",
    words: &[&[
        Word::valued("until", Shape::Choice(&UNTIL), "{ until = { status = \"connected\" } }", "Waits for a moment.")
            .also(&["{ until = { quiet = \"2 * base_delay\" } }"])
            .detail("One with a number, or quiet."),
        Word::valued("wait", Shape::Length, "{ wait = \"5s\" }", "Lets time pass."),
        Word::bare("close", "Closes the client: `user.closed()` resolves.").detail("Nothing can follow."),
        Word::valued(
            "send",
            Shape::Payload,
            "{ send = \"hi {word.name}\" }",
            "Sends a text: `user.next()` returns it.",
        ),
        Word::bare("online", "The device is back online."),
        Word::valued("do", Shape::Id, "{ do = \"open-widget\" }", "Something else, by a name of the challenge's own."),
    ]],
    with: &[],
};
