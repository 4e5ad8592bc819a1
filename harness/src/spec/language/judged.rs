//! How the kinds of checks are judged: their tolerances, the ways in which they fail, and how likely a correct client fails them. The
//! documentation of `crate::check` derives each.

/// How a kind of check is judged.
pub(in crate::spec) struct Judged {
    /// Its word.
    pub(in crate::spec) kind: &'static str,
    /// What is let pass.
    pub(in crate::spec) tolerance: &'static str,
    /// In which ways it can fail, and what each means.
    pub(in crate::spec) findings: &'static [(&'static str, &'static str)],
    /// The probability that a correct client fails it.
    pub(in crate::spec) chance: &'static str,
}

const NO_TIME: &str = "No time is measured.";
const NONE: &str = "None.";
const SCENARIOS: &str = "None by itself; a scenario whose times a correct client may miss is the spec's mistake.";
const NOT_BEGUN: (&str, &str) = ("not-begun", "the moment that it counts from never came");
const NO_CONNECTION: (&str, &str) = ("not-begun", "there was no such connection");

/// The kinds, in the order of the language.
pub(in crate::spec) static JUDGED: [Judged; 26] = [
    Judged {
        kind: "waits_together",
        tolerance: NONE,
        findings: &[("too-short", "the sum is smaller"), ("too-few", "there are not so many waits")],
        chance: "3e-16.",
    },
    Judged {
        kind: "waits_escape",
        tolerance: NONE,
        findings: &[
            ("never-longer", "as many waits, and none is longer"),
            ("too-few", "the waits ended before one was longer"),
        ],
        chance: "2e-11.",
    },
    Judged {
        kind: "waits_at_most",
        tolerance: "50 ms.",
        findings: &[
            ("keeps-growing", "the longest wait is over twice as long"),
            ("jitter-above-cap", "it is longer, but not twice as long"),
            ("too-few", "there was no wait"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "waits_ceiling",
        tolerance: "50 ms.",
        findings: &[("too-long", "a wait is above its ceiling"), ("too-few", "there were fewer such losses")],
        chance: NONE,
    },
    Judged {
        kind: "attempts",
        tolerance: "Where the window has an end, 50 ms there.",
        findings: &[("too-many", ""), ("too-few", ""), NOT_BEGUN],
        chance: SCENARIOS,
    },
    Judged {
        kind: "storm",
        tolerance: "The window ends 50 ms earlier.",
        findings: &[("too-many", ""), ("not-begun", "no connection was lost")],
        chance: "2e-12.",
    },
    Judged {
        kind: "live_at_most",
        tolerance: "Overlaps under 50 ms.",
        findings: &[
            ("while-pending", "an attempt starts while too many others are unanswered"),
            ("while-connected", "one starts while too many connections are open"),
            ("not-begun", "there was no attempt"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "status_sequence",
        tolerance: NO_TIME,
        findings: &[
            ("other-order", "a status cannot stand where it does"),
            ("cut-short", "the reports end before the expression can"),
        ],
        chance: "The expression's.",
    },
    Judged {
        kind: "status_true",
        tolerance: "`slack`, for all wrong stretches together while one truth lasts; and one second for anything but `disconnected` after the user's close.",
        findings: &[
            ("nothing-shown", "no status had been reported"),
            ("connected-while-down", "it shows `connected` while no connection is usable"),
            ("connected-not-shown", "a connection is usable, and it shows something else"),
            ("wait-not-shown", "it shows `connecting` in a wait"),
            ("attempt-not-shown", "it shows `retrying` in an attempt"),
            ("ended-too-soon", "it shows `disconnected` and goes on"),
            ("end-not-shown", "it has ended and shows something else"),
            ("not-begun", "there was no attempt"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "shown",
        tolerance: NO_TIME,
        findings: &[
            ("missing", "something of the list is left out, or the last never came"),
            ("repeated", "something is shown that has been shown before"),
            ("other-order", "something of the list comes too early"),
            ("unexpected", "something is not of the list"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "status_repeats_at_most",
        tolerance: NO_TIME,
        findings: &[("repeated", "too many do"), ("not-begun", "no status was ever reported")],
        chance: NONE,
    },
    Judged {
        kind: "retries_announced",
        tolerance: "50 ms; waits under 50 ms are not judged.",
        findings: &[
            ("not-announced", "no `retrying` was reported in the wait"),
            ("wrong-attempt", "the number is another"),
            ("wrong-wait", "the attempt came earlier or later"),
            ("too-few", "there were not so many waits"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "ends",
        tolerance: "50 ms.",
        findings: &[
            ("wrong-status", "the last status is another"),
            ("never-ended", "`run` did not return"),
            ("late", ""),
            NOT_BEGUN,
        ],
        chance: NONE,
    },
    Judged {
        kind: "shown_last",
        tolerance: "50 ms after that time.",
        findings: &[
            ("nothing-shown", ""),
            ("missing", "a key of the value is not there"),
            ("unexpected", "a key is there that the value does not have"),
            ("other", "something else differs"),
            NOT_BEGUN,
        ],
        chance: NONE,
    },
    Judged {
        kind: "request",
        tolerance: "None is needed.",
        findings: &[
            ("no-request", "it never came"),
            ("other-method", ""),
            ("field-missing", "a field is not there"),
            ("field-unwanted", "a field is there"),
            ("field-other", "a field says something else"),
        ],
        chance: SCENARIOS,
    },
    Judged {
        kind: "requests",
        tolerance: "None is needed.",
        findings: &[("too-many", ""), ("too-few", "")],
        chance: SCENARIOS,
    },
    Judged {
        kind: "never",
        tolerance: "`slack` after that moment; 0 if it is not given.",
        findings: &[("happened", "it came"), NOT_BEGUN],
        chance: NONE,
    },
    Judged {
        kind: "after",
        tolerance: "50 ms at both ends.",
        findings: &[
            ("never", "it does not come before the run is over"),
            ("gone", "nor could it, for `run` had returned"),
            ("early", "it comes too soon, or came before the first moment"),
            ("late", ""),
            ("not-begun", "the first moment never came"),
        ],
        chance: SCENARIOS,
    },
    Judged {
        kind: "every",
        tolerance: "50 ms on both gaps.",
        findings: &[
            ("missing", "it never comes"),
            ("stopped", "it has come and does not any more"),
            ("too-seldom", "a gap is too long"),
            ("too-often", "a gap is too short"),
            ("too-few", "the connection was over before it had come so many times"),
            NO_CONNECTION,
        ],
        chance: SCENARIOS,
    },
    Judged {
        kind: "happens",
        tolerance: NO_TIME,
        findings: &[
            ("too-few", "it never came, or not often enough"),
            ("gone", "nor could it come again, for `run` had returned"),
        ],
        chance: SCENARIOS,
    },
    Judged {
        kind: "fleet_together",
        tolerance: NONE,
        findings: &[
            ("no-draw", "all clients wait the same, in every round"),
            ("shared-draw", "all the same, but differently each round: every client draws the same numbers"),
            ("first-only", "only the first of the judged retries is in step"),
            ("sometimes", "it happens in other ways"),
            ("too-few", "no round in which every client made the retry"),
        ],
        chance: "3e-11, for 20 clients and 15 rounds.",
    },
    Judged {
        kind: "fleet_ratio",
        tolerance: NONE,
        findings: &[
            ("narrow", "too many waits are within the ratio"),
            ("too-few", "there are fewer waits than the check asks for"),
        ],
        chance: "6e-18.",
    },
    Judged {
        kind: "fleet_at_cap",
        tolerance: NONE,
        findings: &[
            ("narrow", "too many waits are at the cap"),
            ("too-few", "there are fewer waits than the check asks for"),
        ],
        chance: "5e-15.",
    },
    Judged {
        kind: "fleet_frozen",
        tolerance: NONE,
        findings: &[
            ("frozen", "every client repeats its wait"),
            ("too-few", "a client made the retry in fewer rounds, or not so many in a row"),
        ],
        chance: "7e-14.",
    },
    Judged {
        kind: "received",
        tolerance: NO_TIME,
        findings: &[
            ("missing", "a message of the list is left out, or the last never came"),
            ("repeated", "one is sent again, without `unique_by`"),
            ("changed-id", "with `unique_by`: one is sent again under another id"),
            ("reused-id", "with `unique_by`: another message is sent under the same id"),
            ("no-id", "with `unique_by`: one has no such member"),
            ("other-order", "one of the list comes too early"),
            ("unexpected", "one says nothing of the list"),
            ("not-begun", "with a `connection`: there was none of that number"),
        ],
        chance: NONE,
    },
    Judged {
        kind: "scripted",
        tolerance: "That of the script's own times.",
        findings: &[
            ("missed", "something that was expected has not come"),
            ("not-begun", "there was no such connection, or nothing was expected"),
        ],
        chance: "The script's.",
    },
];
