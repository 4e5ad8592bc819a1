//! The words for what a check asserts.

use super::{
    MOMENT, STATUS,
    logs::ALL,
    moments::{MOMENTS, NUMBER},
    texts::SAID,
};
use crate::spec::grammar::{Choice, Key, Shape, Table, Word};

const COUNT: Shape = Shape::Whole { from: 1, to: 1_000_000 };
const AT: Shape = Shape::Choice(&MOMENT);
const SHARE: Shape = Shape::Number { from: 0.01, to: 1.0 };
const RETRIES: Shape = Shape::List { of: &COUNT, least: 1, most: 1_000 };
const SPAN: Shape = Shape::List { of: &Shape::Length, least: 2, most: 2 };

const fn table(name: &'static str, keys: &'static [Key]) -> Table {
    Table { name, noun: "the assertion", about: "", keys }
}

static TOGETHER: Table = table(
    "waits_together",
    &[
        Key::either("first", COUNT, "Only the first so many waits in a row are added up."),
        Key::either("any", COUNT, "Any so many waits in a row are added up."),
        Key::new("at_least", Shape::Length, "What they must add up to."),
    ],
);

static ESCAPE: Table = table(
    "waits_escape",
    &[
        Key::new("over", Shape::Length, "What one wait must exceed."),
        Key::new("within", COUNT, "Among the first so many waits."),
    ],
);

static CEILING: Table = table(
    "waits_ceiling",
    &[
        Key::new("after_up", Shape::Length, "How long a connection must have been up for its loss to be judged."),
        Key::new("first", Shape::Length, "The most that the first wait after the loss may be."),
        Key::maybe(
            "factor",
            Shape::Number { from: 1.0, to: 100.0 },
            "What each further wait's ceiling is multiplied with; 3 without it.",
        ),
        Key::new("times", COUNT, "How many such losses there must be."),
        Key::new("retries", COUNT, "How many waits after each of them are judged."),
    ],
);

static ATTEMPTS: Table = table(
    "attempts",
    &[
        Key::maybe("after", AT, "Counted after this moment; from the start without it."),
        Key::maybe("within", Shape::Length, "Counted for this long; to the end without it."),
        Key::either("exactly", Shape::Count, "No more and no fewer."),
        Key::either("at_least", Shape::Count, "That many or more."),
        Key::either("at_most", Shape::Count, "That many or fewer."),
    ],
);

static STORM: Table = table(
    "storm",
    &[
        Key::new("within", Shape::Length, "How long after the first loss retries are counted."),
        Key::new("at_most", Shape::Count, "That many or fewer."),
    ],
);

static TRUE: Table = table(
    "status_true",
    &[
        Key::new("slack", Shape::Length, "A disagreement shorter than this is not judged.").detail("All wrong stretches count together while one truth lasts."),
        Key::new("connected_from", AT, "From which moment of a connection it counts as connected.").detail("It must be evidence of each connection: `{ accepted = \"any\" }`, `sent`, `received` or `answered` (by an upgrade or a stream), without a number."),
    ],
);

static ENDS: Table = table(
    "ends",
    &[
        Key::new("status", Shape::Choice(&STATUS), "The status that the client shows last."),
        Key::new("after", AT, "Counted from this moment."),
        Key::new("within", Shape::Length, "How long it may take until `run` has returned."),
    ],
);

static RECEIVED: Table = table(
    "received",
    &[
        Key::maybe("matching", SAID, "Which messages are judged; every text message without it."),
        Key::new(
            "exactly",
            Shape::List { of: &SAID, least: 0, most: 100_000 },
            "What they say, in order: no more and no fewer messages.",
        ),
        Key::maybe(
            "unique_by",
            Shape::Text,
            "The member by which a message that is sent again is known, such as `id` or `data.id`: it then counts once.",
        ),
        Key::maybe(
            "connection",
            COUNT,
            "Only messages on this connection, by its number among those that the server accepts, from 1; on all of them without it.",
        ),
    ],
);

static SCRIPTED: Table = table(
    "scripted",
    &[Key::new(
        "connections",
        Shape::List { of: &COUNT, least: 1, most: 1_000 },
        "Which of the connections that the server accepts, from 1.",
    )],
);

static FLEET_TOGETHER: Table = table(
    "fleet_together",
    &[
        Key::new("retries", RETRIES, "Which retries after each drop are judged, from 1."),
        Key::new("window", Shape::Length, "The time within which not all clients may come back."),
    ],
);

static RATIO: Table = table(
    "fleet_ratio",
    &[
        Key::new("retries", RETRIES, "Which retries after each drop are judged, from 1."),
        Key::new(
            "ratio",
            Shape::Number { from: 1.0, to: 100.0 },
            "How far apart the longest and the shortest wait of a band are.",
        ),
        Key::new("share", SHARE, "The share of the waits in one band that fails."),
        Key::new("samples", COUNT, "How many waits there must be."),
    ],
);

static AT_CAP: Table = table(
    "fleet_at_cap",
    &[
        Key::new("from_retry", COUNT, "From this retry of a loss on, from 1."),
        Key::new("cap", Shape::Length, "The longest wait allowed."),
        Key::new(
            "band",
            Shape::List { of: &Shape::Number { from: 0.0, to: 100.0 }, least: 2, most: 2 },
            "The band around the cap, as parts of it.",
        ),
        Key::new("share", SHARE, "The share of the waits in the band that fails."),
        Key::new("samples", COUNT, "How many waits there must be."),
    ],
);

static FROZEN: Table = table(
    "fleet_frozen",
    &[
        Key::new("retry", COUNT, "Which retry after each drop is judged, from 1; or the first of those in a row."),
        Key::either("rounds", COUNT, "Compares its waits before this retry over so many drops, from the first."),
        Key::either("in_a_row", COUNT, "Compares its waits before so many retries of one outage, from this retry on."),
        Key::new("window", Shape::Length, "How close together the waits of one client count as the same."),
    ],
);

const WAITS: &[Word] = &[
    Word::valued(
        "waits_together",
        Shape::Table(&TOGETHER),
        "{ waits_together = { first = 10, at_least = \"base_delay\" } }",
        "Waits in a row add up to at least this.",
    )
    .also(&["{ waits_together = { any = 10, at_least = \"base_delay\" } }"])
    .detail("So there are waits at all."),
    Word::valued(
        "waits_escape",
        Shape::Table(&ESCAPE),
        "{ waits_escape = { over = \"3 * base_delay\", within = 33 } }",
        "Among the first waits, one is longer than this: waits grow.",
    ),
    Word::valued("waits_at_most", Shape::Length, "{ waits_at_most = \"max_delay\" }", "No wait is longer than this.")
        .detail("That includes jitter."),
    Word::valued(
        "waits_ceiling",
        Shape::Table(&CEILING),
        "{ waits_ceiling = { after_up = \"2 * stable_after\", first = \"3 * base_delay\", times = 3, retries = 3 } }",
        "After a connection that was up long enough, the n-th wait is at most first * factor^(n-1).",
    ),
    Word::valued(
        "attempts",
        Shape::Table(&ATTEMPTS),
        "{ attempts = { after = { lost = 1 }, exactly = \"max_retries\" } }",
        "So many attempts, in a window of time.",
    )
    .also(&["{ attempts = { after = { at = \"10s\" }, within = \"30s\", at_most = 9 } }"]),
    Word::valued(
        "storm",
        Shape::Table(&STORM),
        "{ storm = { within = \"40 * base_delay\", at_most = 27 } }",
        "At most so many retries within this time of the first loss.",
    ),
    Word::valued(
        "live_at_most",
        COUNT,
        "{ live_at_most = 1 }",
        "At most so many attempts and connections of one client are alive at once.",
    ),
];

static REQUESTS_TABLE: Table = table(
    "requests",
    &[
        Key::maybe("path", Shape::Text, "Only requests for this path count, whatever their query."),
        Key::either("exactly", Shape::Count, "No more and no fewer."),
        Key::either("at_least", Shape::Count, "That many or more."),
        Key::either("at_most", Shape::Count, "That many or fewer."),
    ],
);

/// What a header field must be.
pub(in crate::spec) static FIELD: Choice = Choice {
    name: "field",
    about: "What a header field of a request must be.",
    words: &[&[
        Word::bare("absent", "It is not there."),
        Word::bare("present", "It is there, whatever it says."),
        Word::valued("is", Shape::Payload, "{ is = \"7\" }", "It says exactly this."),
        Word::valued(
            "has",
            Shape::Text,
            "{ has = \"text/event-stream\" }",
            "It is a list with this member, whose parameters do not matter (RFC 9110 section 5.6.1).",
        ),
        Word::valued(
            "is_or_absent",
            Shape::Payload,
            "{ is_or_absent = \"\" }",
            "It says exactly this, or is not there.",
        ),
    ]],
    with: &[],
};

static REQUESTS: [Word; 2] = [
    Word::valued(
        "request",
        NUMBER,
        "{ request = 2, path = \"/events\", header = { last-event-id = { is = \"7\" } } }",
        "The n-th request, or with `any` each, is like this. A WebSocket's handshake is a request too.",
    )
    .detail("With `last`, the last one. Only those for a `path` count if one is given.")
    .with(&[
        Key::maybe("path", Shape::Text, "Only requests for this path count, whatever their query."),
        Key::maybe("method", Shape::Text, "Its method."),
        Key::maybe("header", Shape::Map(&Shape::Choice(&FIELD)), "Its header fields, by name."),
    ]),
    Word::valued(
        "requests",
        Shape::Table(&REQUESTS_TABLE),
        "{ requests = { path = \"/events\", at_most = 3 } }",
        "So many requests.",
    ),
];
static OF_CASE: Table = Table {
    name: "of_case",
    noun: "the list",
    about: "A list of the case's own, or the texts of the scenario's log.",
    keys: &[
        Key::either("case", Shape::Text, "Its name: every case that the check is about has a list that is called so.")
            .detail("Such as `{ shown = { case = \"shows\" } }`."),
        Key::either("log", Shape::Choice(&ALL), "Which entries of the log."),
    ],
};

const SHOWN: Shape = Shape::OneOf(&[Shape::List { of: &Shape::Free, least: 0, most: 100_000 }, Shape::Table(&OF_CASE)]);

static STATE: [Word; 1] = [Word::valued(
    "shown_last",
    Shape::Free,
    "{ shown_last = { cpu = 41 }, at = { lost = 1 } }",
    "What the user sees last, or at a moment, is this; what was shown before does not matter.",
)
.also(&["{ shown_last = { cpu = 41, memory = \"7 %\" } }"])
.detail("It is compared as JSON. For clients that show a state, such as a map, again and again.")
.with(&[
    Key::maybe("at", AT, "At this moment; at the end of the run without it."),
    Key::maybe("within", Shape::Length, "How long after that moment it may take; 0 without it."),
])];

const CLAIMS: &[Word] = &[
    Word::valued(
        "status_sequence",
        Shape::Text,
        "{ status_sequence = \"connecting connected (retrying connecting)+ connected\" }",
        "The reported statuses, in order, match a regular expression over their names.",
    ).detail("It does so from the first to the last; equal ones in a row are taken as one. Names are separated by spaces, with `( ) | * + ?`."),
    Word::valued(
        "status_true",
        Shape::Table(&TRUE),
        "{ status_true = { slack = \"100ms\", connected_from = { sent = \"hello\" } } }",
        "What is reported agrees with the wire at every instant.",
    ),
    Word::valued(
        "shown",
        SHOWN,
        "{ shown = [\"first\", { id = 2, text = \"second\" }] }",
        "What is shown to the user is exactly this list, or the texts of the log, in order.",
    ).detail("It is compared as JSON.").also(&["{ shown = { log = \"all\" } }"]),
    Word::valued(
        "status_repeats_at_most",
        Shape::Whole { from: 0, to: 1_000_000 },
        "{ status_repeats_at_most = 0 }",
        "At most so many reports of a status repeat the one before.",
    ).detail("The same status, whatever its particulars say."),
    Word::valued(
        "retries_announced",
        COUNT,
        "{ retries_announced = 3 }",
        "What `retrying` says of the next attempt, its number and the wait before it, comes true; so often at least.",
    ).detail("The number is 1 for the first attempt after a loss, or after the first attempt of all. What is counted are waits that an attempt ended."),
    Word::valued(
        "ends",
        Shape::Table(&ENDS),
        "{ ends = { status = \"disconnected\", after = { user = \"close\" }, within = \"1s\" } }",
        "The client ends: it shows a last status and returns from `run`.",
    ).detail("The status stays its last, and both are within this time after a moment."),
];

const SAYINGS: &[Word] = &[
    Word::valued(
        "received",
        Shape::Table(&RECEIVED),
        "{ received = { matching = { json = { type = \"say\" } }, exactly = [{ json = { data = { text = \"hi\" } } }], unique_by = \"id\" } }",
        "The messages that a client sends are exactly these, in order.",
    ).also(&["{ received = { exactly = [\"{word.one}\", \"bye\"], connection = 2 } }"]).detail("They are in the order in which it sends them. The list is held against those that are like `matching`, on one `connection` or on all together."),
    Word::valued(
        "scripted",
        Shape::Table(&SCRIPTED),
        "{ scripted = { connections = [2, 3] } }",
        "Everything that the server's script expects on these connections comes; bare: on all of them.",
    )
    .or_bare(),
];

/// `never` stands before `after`, which it may have beside it.
const ORDER: &[Word] = &[
    Word::valued(
        "never",
        AT,
        "{ never = { attempt = \"any\" }, after = { user = \"close\" }, slack = \"100ms\" }",
        "After one moment, another never comes: without a number of its own, not one.",
    )
    .with(&[
        Key::new("after", AT, "After which moment it must not come."),
        Key::maybe("slack", Shape::Length, "It is not counted for so long after that moment; 0 without it."),
    ]),
    Word::valued(
        "after",
        AT,
        "{ after = { lost = 1 }, then = { status = \"connected\" }, within = [\"0s\", \"3 * max_delay\"] }",
        "After one moment, another follows within a time: without a number of its own, the next one.",
    )
    .with(&[
        Key::new("then", AT, "The moment that must follow."),
        Key::new("within", SPAN, "Not earlier and not later than this after the first: [earliest, latest]."),
    ]),
    Word::valued(
        "every",
        AT,
        "{ every = { client_ping = \"any\" }, gaps = [\"5s\", \"10s\"], connection = 1, times = 3 }",
        "While a connection is open, something that a side sends on it comes again and again.",
    ).also(&["{ every = { received = \"alive\" }, gaps = [\"0s\", \"10s\"], connection = \"any\", idle = true, times = 3 }"]).detail("The longest time also counts from the opening to the first and from the last to the end; the first may come at once.")
    .with(&[
        Key::new("gaps", SPAN, "The shortest and the longest time from one to the next: [shortest, longest]."),
        Key::maybe("connection", NUMBER, "On which of the connections that were open; the first without it.").detail("`any` is each of them."),
        Key::maybe("idle", Shape::Any, "`true`: the longest time is one in which nothing arrives from the server.").detail("Whatever arrives (not on a stalled connection) ends a gap too, as in \"ask when you have heard nothing for so long\"."),
        Key::new("times", COUNT, "How often it must come at least.").detail("With fewer, there is too little to judge."),
    ]),
    Word::valued(
        "happens",
        Shape::Choice(&HAPPENS),
        "{ happens = { status = \"connected\", times = 4 } }",
        "A moment comes.",
    ).also(&["{ happens = { lost = 2 } }"]).detail("A moment without a number is any of them; one with a number comes once."),
];

/// A moment that may be counted. Its words are those of [`MOMENT`]; `times` may stand beside each.
pub(in crate::spec) static HAPPENS: Choice = Choice {
    name: "happening",
    about: "A moment that comes, so many times at least.",
    words: &[MOMENTS],
    with: &[Key::maybe("times", COUNT, "How often at least; 1 without it.")],
};

const FLEETS: &[Word] = &[
    Word::valued(
        "fleet_together",
        Shape::Table(&FLEET_TOGETHER),
        "{ fleet_together = { retries = [1, 3], window = \"0.1 * base_delay\" } }",
        "Clients dropped together do not all come back within one window.",
    )
    .detail("A round is what follows one drop."),
    Word::valued(
        "fleet_ratio",
        Shape::Table(&RATIO),
        "{ fleet_ratio = { retries = [1, 3], ratio = 1.5, share = 0.9, samples = 300 } }",
        "The waits of a fleet are not nearly all within a ratio of each other.",
    )
    .detail("Jitter covers a good part of the wait."),
    Word::valued(
        "fleet_at_cap",
        Shape::Table(&AT_CAP),
        "{ fleet_at_cap = { from_retry = 6, cap = \"max_delay\", band = [0.9, 1.1], share = 0.9, samples = 300 } }",
        "At the cap, the waits of a fleet are not nearly all within a band around it.",
    )
    .detail("Jitter survives the cap."),
    Word::valued(
        "fleet_frozen",
        Shape::Table(&FROZEN),
        "{ fleet_frozen = { retry = 3, rounds = 4, window = \"0.1 * base_delay\" } }",
        "Not every client of a fleet repeats its own wait, over the rounds or in one outage.",
    )
    .also(&["{ fleet_frozen = { retry = 17, in_a_row = 4, window = \"0.1 * base_delay\" } }"])
    .detail("Each wait is a fresh draw."),
];

/// What a check asserts.
pub(in crate::spec) static EXPECT: Choice = Choice {
    name: "assertion",
    about: "What a check asserts about the trace of its scenario.",
    words: &[WAITS, CLAIMS, &STATE, &REQUESTS, ORDER, FLEETS, SAYINGS],
    with: &[],
};
