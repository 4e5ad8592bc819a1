//! What a client does that fails a check: for those who look for a mistake that does.

use crate::scenario::{Expect, Field, Quantity};

/// What a client does that fails this assertion, as the end of a sentence that begins with "a client that".
#[must_use]
pub fn fails(expect: &Expect) -> &'static str {
    match expect {
        Expect::WaitsTogether { .. } => "tries again at once, or after waits that are much too short",
        Expect::WaitsEscape { .. } => "waits equally long after every failure",
        Expect::WaitsAtMost { .. } => "lets its waits grow without a cap, or adds jitter on top of the cap",
        Expect::WaitsCeiling { .. } => "goes on with the long waits of before after a stable connection",
        Expect::Attempts { quantity, .. } => match quantity {
            Quantity::AtLeast(_) => "gives up too early",
            Quantity::AtMost(_) => "tries again too often, or does not stop",
            Quantity::Exactly(_) => "tries once too often, or once too seldom",
        },
        Expect::Storm { .. } => "tries again many times at once after a loss",
        Expect::StatusSequence { .. } => "leaves out a status, or shows one that is not due",
        Expect::StatusTrue { .. } => "shows a status that is not true: `Connected` too early, or still after the loss",
        Expect::After { .. } => "does what is asked for too early, too late, or never",
        Expect::Never { .. } => "does once what must not be done any more",
        Expect::Happens { .. } => "ends, or goes another way, before what is asked for has happened",
        Expect::Request { fields, .. } => match fields.iter().any(|(_, field)| *field == Field::Absent) {
            true => "sends a header field that must not be there",
            false => "leaves a header field out, or asks in another way",
        },
        Expect::Requests { .. } => "asks once too often, or not at all",
        Expect::LiveAtMost { .. } => "opens another connection while one is open or under way",
        Expect::Shown { .. } | Expect::ShownLog => "leaves out, repeats or reorders what it shows",
        Expect::ShownLast { .. } => "goes on showing something old",
        Expect::Received { .. } => "leaves out, repeats or reorders what it sends",
        Expect::Scripted { .. } => "does not do what the server's script expects of it",
        Expect::StatusRepeats { .. } => "shows the same status again and again",
        Expect::RetriesAnnounced { .. } => "announces another wait, or another attempt, than the one that follows",
        Expect::Ends { .. } => "does not end when it should, or ends with another status",
        Expect::Every { .. } => "does it too seldom, too often, or stops doing it",
        Expect::FleetTogether { .. } => "waits without jitter, or draws the same jitter in every copy",
        Expect::FleetRatio { .. } => "spreads its waits too little",
        Expect::FleetAtCap { .. } => "loses its jitter once the wait has reached the cap",
        Expect::FleetFrozen { .. } => "draws its jitter once and keeps it",
    }
}
