//! What a check asserts about a trace: one variant for each kind of check. [`crate::check`] says what each means and how it is judged.

use super::{Content, Count, Json, Length, Moment, Nth, StatusKind, Template, Values};

/// One assertion. Its meaning, tolerance, findings and chance of failing a correct client are documented at its judge in
/// [`crate::check`].
#[derive(Debug, Clone, PartialEq)]
pub enum Expect {
    /// T7: waits in a row add up to at least this.
    WaitsTogether {
        /// How many in a row.
        waits: u32,
        /// Only the first so many, or any so many in a row.
        anywhere: bool,
        /// What they add up to.
        at_least: Length,
    },
    /// T6: among the first waits, one is longer than this.
    WaitsEscape {
        /// What one wait must exceed.
        over: Length,
        /// Among so many.
        within: u32,
    },
    /// No wait is longer than this.
    WaitsAtMost {
        /// The longest wait allowed.
        most: Length,
    },
    /// After a connection that was up long enough, the n-th wait is at most `first * factor^(n-1)`.
    WaitsCeiling {
        /// How long the connection must have been up.
        after_up: Length,
        /// The most that the first wait may be.
        first: Length,
        /// What each further wait's ceiling is multiplied with.
        factor: f64,
        /// How many waits after each loss are judged.
        retries: u32,
        /// How many such losses there must be.
        times: u32,
    },
    /// So many attempts, in a window of time.
    Attempts {
        /// Counted after this moment; from the start without it.
        after: Option<Moment>,
        /// Counted for this long; to the end without it.
        within: Option<Length>,
        /// How many.
        quantity: Quantity,
    },
    /// T5: at most so many retries within this time of the first loss.
    Storm {
        /// The time.
        within: Length,
        /// At most so many.
        at_most: Count,
    },
    /// The reported statuses, in order, match a regular expression over their names.
    StatusSequence {
        /// Names separated by spaces, with `( ) | * + ?`.
        pattern: String,
    },
    /// What is reported agrees with the wire at every instant.
    StatusTrue {
        /// A disagreement shorter than this is not judged.
        slack: Length,
        /// From which moment of a connection it counts as connected: the n of the moment is not used.
        connected_from: Moment,
    },
    /// After one moment, another follows within a time.
    After {
        /// The first moment.
        after: Moment,
        /// The one that must follow.
        then: Moment,
        /// Not earlier than this after the first.
        at_least: Length,
        /// Not later than this after the first.
        at_most: Length,
    },
    /// After one moment, another never comes.
    Never {
        /// What must not come.
        never: Moment,
        /// After this moment.
        after: Moment,
        /// Not counted for so long after it.
        slack: Length,
    },
    /// A moment comes, so many times at least.
    Happens {
        /// What comes.
        moment: Moment,
        /// How often at least.
        times: u32,
    },
    /// The n-th request, or each, is like this.
    Request {
        /// Which of them.
        which: Nth,
        /// Only requests for this path count.
        path: Option<String>,
        /// Its method.
        method: Option<String>,
        /// Its header fields, by name in lower case.
        fields: Vec<(String, Field)>,
    },
    /// So many requests.
    Requests {
        /// Only requests for this path count.
        path: Option<String>,
        /// How many.
        quantity: Quantity,
    },
    /// At most so many attempts and connections of one client are alive at once.
    LiveAtMost {
        /// How many.
        most: u32,
    },
    /// What is shown to the user is exactly this list, in order.
    Shown {
        /// What is shown.
        exactly: Vec<Json>,
    },
    /// The messages of a client that match a pattern are exactly these, in order.
    Received {
        /// Which messages; every text message without it.
        matching: Option<Content>,
        /// What each says, at least.
        exactly: Vec<Content>,
        /// The names that lead to a member by which a repeated message is known.
        unique_by: Option<Vec<String>>,
        /// Only those on the connection that the server accepts as the n-th, from 1; on all of them without it.
        connection: Option<u32>,
    },
    /// Everything that the server's script expects on these connections has come.
    Scripted {
        /// The connections that the server accepts, from 1; all of them without a list.
        connections: Option<Vec<u32>>,
    },
    /// The texts of the scenario's log are shown to the user, each entry's once and in order.
    ShownLog,
    /// What the user sees last, or at a moment, is this.
    ShownLast {
        /// What it is.
        value: Json,
        /// When; at the end of the run without it.
        at: Option<Moment>,
        /// How long after that moment it may take.
        within: Length,
    },
    /// At most so many reports of a status repeat the one before.
    StatusRepeats {
        /// How many.
        most: u32,
    },
    /// What `Retrying` says of the attempt that follows comes true.
    RetriesAnnounced {
        /// How many waits that an attempt ended there must be.
        times: u32,
    },
    /// The client ends: shows a last status and returns from `run`.
    Ends {
        /// The status that it shows last.
        status: StatusKind,
        /// Counted from this moment.
        after: Moment,
        /// How long it may take.
        within: Length,
    },
    /// While a connection is open, a moment comes again and again, at least and at most so far apart.
    Every {
        /// What comes: something that a side sends on the connection.
        moment: Moment,
        /// The shortest gap between two of them.
        least: Length,
        /// The longest gap, counted from the opening for the first and to the end of the connection for the last.
        most: Length,
        /// On which of the connections that were open.
        connection: Nth,
        /// Whether what arrives from the server ends a gap too: the longest gap is one in which nothing arrives.
        idle: bool,
        /// How many there must be.
        times: u32,
    },
    /// T1: clients dropped together do not come back within one window.
    FleetTogether {
        /// Which retries after each drop are judged.
        retries: Vec<u32>,
        /// The window.
        window: Length,
    },
    /// T2: the waits of a fleet are not nearly all within a ratio of each other.
    FleetRatio {
        /// Which retries after each drop are judged.
        retries: Vec<u32>,
        /// The ratio.
        ratio: f64,
        /// The share of the waits that fails.
        share: f64,
        /// How many waits there must be.
        samples: u32,
    },
    /// T3: at the cap, the waits of a fleet are not nearly all within a band around it.
    FleetAtCap {
        /// From this retry of a loss on.
        from_retry: u32,
        /// The cap.
        cap: Length,
        /// The band, as parts of the cap.
        band: (f64, f64),
        /// The share of the waits that fails.
        share: f64,
        /// How many waits there must be.
        samples: u32,
    },
    /// T4: not every client repeats its own wait.
    FleetFrozen {
        /// Which retry after each drop is judged, or the first of several in a row.
        retry: u32,
        /// Over what it could be repeated.
        over: Repeats,
        /// How close together the waits of one client count as the same.
        window: Length,
    },
}

/// Over what a client could repeat its wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// Before the same retry of so many rounds.
    Rounds(u32),
    /// Before so many retries in a row, in one outage.
    InARow(u32),
}

impl Expect {
    /// In which ways it can fail: what `fails = ["check/finding"]` of a mistake may name. [`crate::check`] says what each means.
    #[must_use]
    pub fn findings(&self) -> &'static [&'static str] {
        match self {
            Self::WaitsTogether { .. } => &["too-short", "too-few"],
            Self::WaitsEscape { .. } => &["never-longer", "too-few"],
            Self::WaitsAtMost { .. } => &["keeps-growing", "jitter-above-cap", "too-few"],
            Self::WaitsCeiling { .. } => &["too-long", "too-few"],
            Self::Attempts { .. } => &["too-many", "too-few", "not-begun"],
            Self::Storm { .. } => &["too-many", "not-begun"],
            Self::StatusSequence { .. } => &["other-order", "cut-short"],
            Self::StatusTrue { .. } => &[
                "nothing-shown",
                "connected-while-down",
                "connected-not-shown",
                "wait-not-shown",
                "attempt-not-shown",
                "ended-too-soon",
                "end-not-shown",
                "not-begun",
            ],
            Self::After { .. } => &["never", "gone", "early", "late", "not-begun"],
            Self::Never { .. } => &["happened", "not-begun"],
            Self::Happens { .. } => &["too-few", "gone"],
            Self::Request { .. } => &["no-request", "other-method", "field-missing", "field-unwanted", "field-other"],
            Self::Requests { .. } => &["too-many", "too-few"],
            Self::LiveAtMost { .. } => &["while-pending", "while-connected", "not-begun"],
            Self::Shown { .. } | Self::ShownLog => &["missing", "repeated", "other-order", "unexpected"],
            Self::ShownLast { .. } => &["nothing-shown", "missing", "unexpected", "other", "not-begun"],
            Self::StatusRepeats { .. } => &["repeated", "not-begun"],
            Self::RetriesAnnounced { .. } => &["not-announced", "wrong-attempt", "wrong-wait", "too-few"],
            Self::Received { unique_by: None, connection: Some(_), .. } => {
                &["missing", "repeated", "other-order", "unexpected", "not-begun"]
            }
            Self::Received { connection: Some(_), .. } => {
                &["missing", "changed-id", "reused-id", "no-id", "other-order", "unexpected", "not-begun"]
            }
            Self::Received { unique_by: None, .. } => &["missing", "repeated", "other-order", "unexpected"],
            Self::Received { .. } => &["missing", "changed-id", "reused-id", "no-id", "other-order", "unexpected"],
            Self::Scripted { .. } => &["missed", "not-begun"],
            Self::Ends { .. } => &["wrong-status", "never-ended", "late", "not-begun"],
            Self::Every { .. } => &["missing", "stopped", "too-seldom", "too-often", "too-few", "not-begun"],
            Self::FleetTogether { .. } => &["no-draw", "shared-draw", "first-only", "sometimes", "too-few"],
            Self::FleetRatio { .. } | Self::FleetAtCap { .. } => &["narrow", "too-few"],
            Self::FleetFrozen { .. } => &["frozen", "too-few"],
        }
    }
}

/// What a header field of a request must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// It is not there.
    Absent,
    /// It is there, whatever it says.
    Present,
    /// It says exactly this.
    Is(Template),
    /// It is a list with this member, whose parameters do not matter (RFC 9110 section 5.6.1).
    Has(Template),
    /// It says exactly this, or is not there if this is empty.
    IsOrAbsent(Template),
}

impl Field {
    /// With the words and values of a run.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        match self {
            Self::Is(text) => Self::Is(text.filled(values)),
            Self::Has(text) => Self::Has(text.filled(values)),
            Self::IsOrAbsent(text) => Self::IsOrAbsent(text.filled(values)),
            Self::Absent | Self::Present => self.clone(),
        }
    }
}

/// How many of something there must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// No more and no fewer.
    Exactly(Count),
    /// That many or more.
    AtLeast(Count),
    /// That many or fewer.
    AtMost(Count),
}
