//! The tables of a `challenge.toml` and of `course.toml`.

use super::{DRAW, ENTRY, EXPECT, USER, logs::LOG};
use crate::spec::grammar::{Choice, Key, Open, Shape, Table, Word};

const FORMAT: Key = Key::new("format", Shape::Whole { from: 1, to: 1 }, "The version of this language: 1.");
const VALUES: Shape =
    Shape::Map(&Shape::OneOf(&[Shape::Length, Shape::Whole { from: 0, to: i64::MAX }, Shape::Choice(&DRAW)]));
const IDS: Shape = Shape::List { of: &Shape::Id, least: 0, most: 1_000 };

/// Which kind of connection a challenge practises.
static CHANNEL: Choice = Choice {
    name: "channel",
    about: "Which kind of connection a challenge practises.",
    words: &[&[
        Word::bare("websocket", "WebSocket, RFC 6455."),
        Word::bare("sse", "Server-Sent Events, WHATWG HTML section 9.2."),
        Word::bare("both", "The student chooses, or needs both."),
    ]],
    with: &[],
};

/// A part of the kit.
static KIT: Choice = Choice {
    name: "kit-part",
    about: "A part of the kit that a challenge can withhold.",
    words: &[&[Word::bare("sse", "`starter::sse`, the parser of event streams.")]],
    with: &[],
};

/// A whole `challenge.toml`.
pub(in crate::spec) static CHALLENGE: Table = Table {
    name: "challenge",
    noun: "the challenge",
    about: "One exercise: what the student reads about it, the scenarios that are played and the checks that judge them.",
    keys: &[
        FORMAT,
        Key::new("title", Shape::Text, "The exercise's name in a report."),
        Key::new("channel", Shape::Choice(&CHANNEL), "Which kind of connection it practises."),
        Key::new("summary", Shape::Text, "One sentence for the list of challenges."),
        Key::new("minutes", Shape::Whole { from: 1, to: 10_000 }, "How long a student may need, in minutes."),
        Key::maybe(
            "seed",
            Shape::Whole { from: 0, to: i64::MAX },
            "The seed that is used when none is given on the command line; 1 without it.",
        ).detail("Grading may use another one, and the report prints it."),
        Key::maybe(
            "latency",
            Shape::Length,
            "The simulated one-way latency between client and server, at least 1 ms; 10 ms without it.",
        ),
        Key::maybe(
            "without",
            Shape::List { of: &Shape::Choice(&KIT), least: 0, most: 10 },
            "Parts of the kit that a client may not use, because writing them is the exercise.",
        ).detail("With `[\"sse\"]`, `starter::sse` panics and says so."),
        Key::maybe(
            "client",
            VALUES,
            "What the client is told, by name: durations, whole numbers, draws, texts, tables and lists. A later value may name an earlier one.",
        ).detail("Drawn per seed and per scenario, so that a client that has a value written into its code fails within one run; but of a few words, two scenarios may draw the same one: grade with a seed of your own."),
        Key::new(
            "scenario",
            Shape::List { of: &Shape::Table(&SCENARIO), least: 1, most: 1_000 },
            "The stories that are played to the client.",
        ).detail("Each is a table `[[scenario]]`."),
        Key::new(
            "check",
            Shape::List { of: &Shape::Table(&CHECK), least: 1, most: 1_000 },
            "What is graded. A check stands below those that it requires.",
        ).detail("Each is a table `[[check]]`."),
        Key::maybe(
            "mistake",
            Shape::List { of: &Shape::Table(&MISTAKE), least: 0, most: 1_000 },
            "Submissions that are known to be wrong: one for each file in the folder `mistakes`.",
        ).detail("Each is a table `[[mistake]]`."),
    ],
};

static SCENARIO: Table = Table {
    name: "scenario",
    noun: "the scenario",
    about: "One story that is played to the client, on a clock of its own that starts at 0.",
    keys: &[
        Key::new("id", Shape::Id, "Its name, unique in the challenge."),
        Key::new("about", Shape::Text, "One sentence: what happens.").detail("Students read it."),
        Key::new("lasts", Shape::Length, "When it ends at the latest; at most 24h.")
            .detail("An `end` step, or the return of every client, ends it before."),
        Key::maybe(
            "clients",
            Shape::Whole { from: 1, to: 10_000 },
            "How many copies of the client run at once: more than one is a fleet; 1 without it.",
        ),
        Key::maybe("client", VALUES, "Values of `[client]` that this scenario replaces or adds.")
            .detail("A replaced value stays what it was: duration, number or text."),
        Key::maybe("log", Shape::Table(&LOG), "What its server serves: drawn entries, for `emit` and `replay`."),
        Key::maybe(
            "server",
            SERVER,
            "Which play a connection gets: the first entry that is not used up. Each client of a fleet has the list to itself. Needed, unless every case has its own.",
        ),
        Key::maybe("user", SCRIPT, "What the user does, in every client of a fleet."),
        Key::maybe(
            "case",
            Shape::List { of: &Shape::Open(&CASE), least: 1, most: 1_000 },
            "Stories of the same kind, played side by side: each to a client of its own.",
        )
        .detail("Each is a table `[[scenario.case]]`. `clients` and `case` exclude each other."),
        Key::maybe(
            "vary",
            VARY,
            "How the raw `bytes` of each case are varied: each combination is one client. Of a list, the variants of each.",
        ),
        CLOCK,
        Key::maybe(
            "hidden",
            Shape::Any,
            "Students are shown nothing of it but the outcome and the points of its checks and what to read; `play` does not serve it.",
        ),
    ],
};

const SERVER: Shape = Shape::List { of: &Shape::Choice(&ENTRY), least: 1, most: 1_000 };
const SCRIPT: Shape = Shape::List { of: &Shape::Choice(&USER), least: 1, most: 1_000 };

static CASE: Open = Open {
    table: Table {
        name: "case",
        noun: "the case",
        about: "One of the stories of a scenario. Its other keys are its own: texts, which `{case.NAME}` stands for in the scenario's `server` and `user` and in the `expect` of checks, and lists of what is shown.",
        keys: &[
            Key::new("id", Shape::Id, "Its name, unique in the scenario."),
            Key::maybe("server", SERVER, "Its own in place of the scenario's."),
            Key::maybe("user", SCRIPT, "Its own in place of the scenario's."),
            Key::maybe("vary", VARY, "Its own in place of the scenario's."),
            Key::maybe(
                "told",
                Shape::Map(&Shape::Free),
                "What its client is told in place of values of the scenario, by their names: tables and lists, as they stand.",
            ),
        ],
    },
    others: Shape::OneOf(&[Shape::Payload, Shape::List { of: &Shape::Free, least: 0, most: 100_000 }]),
};

const VARY: Shape = Shape::OneOrMore(&Shape::Table(&VARIATIONS));

static VARIATIONS: Table = Table {
    name: "vary",
    noun: "`vary`",
    about: "How raw bytes are varied. Each combination is one client.",
    keys: &[
        Key::maybe(
            "newline",
            Shape::List { of: &Shape::Choice(&NEWLINE), least: 1, most: 3 },
            "What each line feed of the bytes is replaced by; left as it is without it.",
        )
        .detail("Only raw `bytes` are varied."),
        Key::maybe(
            "split",
            Shape::List { of: &Shape::Choice(&SPLIT), least: 1, most: 3 },
            "How the bytes are split; `whole` without it.",
        )
        .detail("Offsets count over the raw bytes of one connection, whatever steps they stand in."),
        Key::maybe("gap", Shape::Length, "How long the server waits between two pieces; 20 ms without it."),
    ],
};

/// What ends a line.
static NEWLINE: Choice = Choice {
    name: "newline",
    about: "What ends a line (WHATWG HTML section 9.2.5).",
    words: &[&[
        Word::bare("lf", "A line feed."),
        Word::bare("crlf", "A carriage return and a line feed."),
        Word::bare("cr", "A carriage return alone."),
    ]],
    with: &[],
};

/// A way to split bytes.
static SPLIT: Choice = Choice {
    name: "split",
    about: "A way to split bytes.",
    words: &[&[
        Word::bare("whole", "Not at all."),
        Word::bare("bytes", "Byte by byte."),
        Word::bare("every", "In two, at every offset: a client for each."),
    ]],
    with: &[],
};

static CHECK: Table = Table {
    name: "check",
    noun: "the check",
    about: "One thing that is graded, in one scenario.",
    keys: &[
        Key::new("id", Shape::Id, "Its name, unique in the challenge and stable: reports show it."),
        Key::new("in", Shape::Id, "The scenario whose trace it reads."),
        Key::maybe(
            "case",
            Shape::OneOrMore(&Shape::Id),
            "Which of the scenario's cases it is about; all of them without it.",
        )
        .detail("It holds if it holds for each of them."),
        Key::maybe(
            "cut",
            Shape::OneOrMore(&Shape::Choice(&SPLIT)),
            "Which variants of these cases it is about, by how their bytes are split; all of them without it.",
        ),
        Key::new("points", Shape::Whole { from: 1, to: 1_000 }, "What it is worth."),
        Key::maybe(
            "requires",
            IDS,
            "Checks that must pass before this one is judged; if they do not, it is not reached.",
        )
        .detail("They stand above it in the file, which is the order in which results are shown."),
        Key::new("title", Shape::Text, "What a correct client does, in words."),
        Key::new("expect", Shape::OneOrMore(&Shape::Choice(&EXPECT)), "What it asserts; of a list, all."),
        Key::new("why", Shape::Text, "Why it matters in production."),
        Key::new("read", Shape::Text, "What to read, as a link relative to the challenge's folder."),
        Key::new(
            "hints",
            Shape::List { of: &Shape::Text, least: 3, most: 3 },
            "Three hints: a question, then a concept, then the line to write.",
        ),
        Key::maybe(
            "hidden",
            Shape::Any,
            "Students are shown nothing of it but its outcome, its points and what to read.",
        ),
    ],
};

static MISTAKE: Table = Table {
    name: "mistake",
    noun: "the mistake",
    about: "A submission that is known to be wrong, and the checks that must catch it.",
    keys: &[
        Key::new("id", Shape::Id, "Its name: the file is `mistakes/<id>.rs`.").detail("Every file has an entry, and every entry a file."),
        Key::new(
            "fails",
            Shape::List { of: &Shape::Text, least: 1, most: 1_000 },
            "Exactly the checks that fail, as `check` or, where one check can fail in different ways, `check/finding`. Of a check about several cases, the finding is the first case that fails.",
        ).detail("Cases are in the order of the scenario. A check that requires another one of them is not reached, so it is not named."),
        Key::new("tells", Shape::Text, "One sentence for a student whose submission fails in the same way."),
        CLOCK,
    ],
};

const CLOCK: Key = Key::maybe("clock", Shape::Table(&VIRTUAL), "On which clock it makes sense, if not on both.")
    .detail("Such as `{ virtual = \"why\" }`.");

static VIRTUAL: Table = Table {
    name: "clock",
    noun: "`clock`",
    about: "On which clock it makes sense.",
    keys: &[Key::new("virtual", Shape::Text, "Why it makes no sense in real time.").detail(
        "`--clock wall` leaves a scenario out, and with a mistake it says that it cannot be told apart in real time.",
    )],
};

/// A whole `course.toml`.
pub(in crate::spec) static COURSE: Table = Table {
    name: "course",
    noun: "the course",
    about: "The order of the challenges.",
    keys: &[
        FORMAT,
        Key::new(
            "chapter",
            Shape::List { of: &Shape::Table(&CHAPTER), least: 1, most: 1_000 },
            "The chapters, in order.",
        )
        .detail("Each is a table `[[chapter]]`."),
        Key::maybe(
            "requires",
            Shape::Map(&IDS),
            "By challenge: the challenges, earlier in the course, that should be done before it.",
        ),
    ],
};

static CHAPTER: Table = Table {
    name: "chapter",
    noun: "the chapter",
    about: "Challenges that belong together.",
    keys: &[
        Key::new("title", Shape::Text, "Its name."),
        Key::new(
            "challenges",
            Shape::List { of: &Shape::Id, least: 1, most: 1_000 },
            "The folders of its challenges, in order.",
        ),
    ],
};
