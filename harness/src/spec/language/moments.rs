//! The words for moments of a scenario.

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

const NUMBER: Shape = Shape::OneOf(&[Shape::Whole { from: 1, to: 1_000_000 }, Shape::Choice(&NTH)]);
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
        Shape::Payload,
        "{ received = \"hi\" }",
        "The server receives this text for the n-th time.",
    )
    .with(NTH_KEY),
    Word::valued("sent", Shape::Payload, "{ sent = \"hello\" }", "The server sends this text for the n-th time.")
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
    Word::valued("at", Shape::Length, "{ at = \"65s\" }", "A point in time, counted from the start of the scenario."),
];

/// A moment.
pub(in crate::spec) static MOMENT: Choice = Choice {
    name: "moment",
    about: "A moment of a scenario. Times are those at the client: what the server does counts from when the client can see it.",
    words: &[MOMENTS],
    with: &[],
};
