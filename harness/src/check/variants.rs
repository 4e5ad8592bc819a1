//! The clients of one case, which are judged together: what is expected of each is the same.

use super::{
    case::{Judged, Miss},
    history::Client,
};
use crate::{
    scenario::{CaseCheck, Cast, Cut, Scenario, Values, Variant},
    verdict::{Judgement, Outcome},
};

/// How many bytes are shown on each side of a cut.
const AROUND: usize = 12;

/// The variants of one case that a check is about.
#[derive(Debug)]
pub(super) struct Variants<'a> {
    role: usize,
    scenario: &'a Scenario,
    values: &'a Values,
    /// The clients that are played them, the simplest first: uncut, then cut once, then byte by byte.
    clients: Vec<(u32, Variant)>,
}

impl<'a> Variants<'a> {
    /// The variants that `check` is about.
    pub(super) fn of(check: &CaseCheck, scenario: &'a Scenario, cast: &Cast, values: &'a Values) -> Self {
        let clients = cast.clients_of(check.case).map(|client| (client, cast.variant(client)));
        let mut clients: Vec<_> = clients.filter(|(_, variant)| check.cuts.contains(&variant.cut.split())).collect();
        clients.sort_by_key(|(_, variant)| match variant.cut {
            Cut::Whole => 0,
            Cut::At(_) => 1,
            Cut::Bytes => 2,
        });
        Self { role: check.case, scenario, values, clients }
    }

    /// Judges each of them: all must hold. The simplest that does not is the miss.
    pub(super) fn judge(&self, clients: &[Client<'_>], judge: impl Fn(&Client<'_>) -> Judged) -> Judged {
        let case = &self.scenario.cases[self.role].id;
        let (mut first, mut miss, mut misses) = (None, None, 0);
        for (client, variant) in &self.clients {
            match judge(&clients[*client as usize]) {
                Ok(got) => drop(first.get_or_insert(got)),
                Err(found) => {
                    misses += 1;
                    miss.get_or_insert((found, *variant));
                }
            }
        }
        let Some((miss, variant)) = miss else {
            return Ok(format!("Case `{case}`: {}", first.expect("of each variant asked for one is played")));
        };
        let mut got = format!("Case `{case}`{}: {}", self.describe(variant), miss.got);
        if self.clients.len() > 1 {
            got += &format!(" {misses} of {} ways to send this stream fail.", self.clients.len());
        }
        Err(Miss { got, ..miss })
    }

    /// What sets a variant apart: its line ends and where it is cut.
    fn describe(&self, variant: Variant) -> String {
        let newline = variant.newline.map(|newline| format!(", lines ending in {}", newline.name()));
        let cut = match variant.cut {
            Cut::Whole => String::new(),
            Cut::Bytes => ", sent byte by byte".to_owned(),
            Cut::At(offset) => {
                let stream = self.scenario.stream(self.role, self.values, variant);
                let (before, after) = stream.split_at(offset.min(stream.len()));
                let before = escaped(&before[before.len().saturating_sub(AROUND)..]);
                let after = escaped(&after[..after.len().min(AROUND)]);
                let bytes = if offset == 1 { "byte" } else { "bytes" };
                format!(", cut after {offset} {bytes} (`{before}` | `{after}`)")
            }
        };
        newline.unwrap_or_default() + &cut
    }
}

/// Bytes as they would be written in a program; what is no text as its numbers.
fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\'' => out.push(c),
                '\u{feff}' => out.push_str("\\u{feff}"),
                _ => out.extend(c.escape_debug()),
            }
        }
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out
}

/// What is concluded from all the cases that a check is about, and which of several it is about.
pub(super) fn all_cases(mut judged: Vec<(&str, Judgement)>) -> (Judgement, Option<String>) {
    let several = judged.len() > 1;
    let failed: Vec<_> = judged.iter().filter(|(_, one)| one.outcome == Outcome::Fail).map(|(id, _)| *id).collect();
    let first = judged.iter().position(|(_, one)| one.outcome != Outcome::Pass).unwrap_or(0);
    let cases = judged.len();
    let (id, mut judgement) = judged.swap_remove(first);
    judgement.expected = format!("Case `{id}`: {}", judgement.expected);
    match judgement.outcome {
        Outcome::Pass if several => judgement.got += &format!(" All {cases} cases hold."),
        Outcome::Fail if failed.len() > 1 => {
            let others: Vec<_> = failed[1..].iter().map(|id| format!("`{id}`")).collect();
            judgement.got += &format!(" These cases fail too: {}.", others.join(", "));
        }
        _ => {}
    }
    let case = (several && judgement.outcome == Outcome::Fail).then(|| id.to_owned());
    (judgement, case)
}
