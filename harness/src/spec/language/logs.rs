//! The words for a scenario's log.

use crate::spec::grammar::{Choice, Key, Shape, Table, Word};

const ENTRIES: Shape = Shape::Whole { from: 1, to: 10_000 };

/// A scenario's log.
pub(in crate::spec) static LOG: Table = Table {
    name: "log",
    noun: "the log",
    about: "What a scenario's server serves: numbered entries, each with an id and a text that are drawn per seed and scenario.",
    keys: &[
        Key::either("entries", ENTRIES, "How many entries it has."),
        Key::either(
            "epochs",
            Shape::List { of: &ENTRIES, least: 1, most: 100 },
            "How many entries each of its epochs has; in each they are numbered from 1.",
        ),
        Key::maybe(
            "same_text",
            Shape::List { of: &Shape::Whole { from: 1, to: 1_000_000 }, least: 2, most: 10_000 },
            "Entries, counted over all epochs from 1, that have the same text.",
        ).detail("What is said twice is not a repetition."),
        Key::maybe(
            "message",
            Shape::Map(&Shape::Free),
            "An entry as a message of a WebSocket: JSON, in which `{seq}`, `{epoch}`, `{id}` and `{text}` are the entry's.",
        ).detail("Needed where an entry is sent on a WebSocket."),
    ],
};

/// All that is left of an epoch.
static REST: Choice = Choice {
    name: "rest",
    about: "All that is left.",
    words: &[&[Word::bare("rest", "All entries of the epoch that are left.")]],
    with: &[],
};

static REPLAY: Table = Table {
    name: "replay",
    noun: "the replay",
    about: "What is sent again.",
    keys: &[
        Key::new(
            "after",
            Shape::OneOf(&[Shape::Whole { from: 0, to: 1_000_000 }, Shape::Text]),
            "The client's place: `last-event-id` takes it from that field of the request; a number, or what fills a hole such as `{on.seq}`, is its number in the epoch.",
        ).detail("0 is the epoch's beginning. After a place that the log does not know, nothing is sent."),
        Key::maybe("overlap", ENTRIES, "So many entries before that place are sent too; none without it."),
    ],
};

/// What a server does with its log.
pub(super) static LOG_STEPS: [Word; 5] = [
    Word::valued(
        "emit",
        Shape::OneOf(&[ENTRIES, Shape::Choice(&REST)]),
        "{ emit = 5 }",
        "Sends the next entries of the log's epoch: so many, or the `rest`.",
    )
    .also(&["{ emit = \"rest\" }"])
    .detail("Fewer, if there are no more."),
    Word::bare(
        "emit_part",
        "Sends the first half of the next entry of the log: its id, and its text up to the middle.",
    ),
    Word::valued(
        "hold_back",
        ENTRIES,
        "{ hold_back = 2 }",
        "Passes over the next entries of the log: they count as emitted, but are not sent.",
    ),
    Word::valued(
        "replay",
        Shape::Table(&REPLAY),
        "{ replay = { after = \"last-event-id\", overlap = 2 } }",
        "Sends again what has been emitted in this epoch after the client's place.",
    ),
    Word::bare("new_epoch", "Begins the next epoch of the log.").detail("Nothing of an earlier one is sent any more."),
];

/// All of the log.
pub(super) static ALL: Choice = Choice {
    name: "all",
    about: "All of the log.",
    words: &[&[Word::bare("all", "Every entry, those of a later epoch after those of the earlier ones.")]],
    with: &[],
};
