//! What a request is like.
//!
//! **Asserts** that the n-th request of a client, or each of them, has a method and header fields. A WebSocket's handshake is a request too.
//! Names of fields are compared without regard to case, values exactly (RFC 9110 section 5).
//!
//! **Measures** no time; there is no tolerance.
//!
//! **Findings**: `no-request`, it never came; `other-method`; `field-missing`, `field-unwanted`, `field-other`: a field is not there, is
//! there, or says something else.
//!
//! **Chance of failing a correct client**: none by itself; a scenario that ends before a correct client asks is the spec's mistake.

use super::{
    case::{Case, Judged, Miss, count, moment},
    history::{Client, Request, ordinal},
};
use crate::{
    scenario::{Field, Nth, Template},
    verdict::{Judgement, Lane},
};

/// What is asserted.
pub(super) struct Wanted<'e> {
    pub which: Nth,
    pub path: Option<&'e str>,
    pub method: Option<&'e str>,
    pub fields: &'e [(String, Field)],
}

pub(super) fn judge(case: &Case<'_>, wanted: &Wanted<'_>) -> Judgement {
    let fields: Vec<_> = wanted.fields.iter().map(|(name, field)| (name.clone(), field.filled(case.values))).collect();
    let wanted = &Wanted { fields: &fields, ..*wanted };
    let target = wanted.path.map_or_else(String::new, |path| format!(" for `{path}`"));
    let which = match wanted.which {
        Nth::Number(n) => format!("The {} request{target}", ordinal(n)),
        Nth::Any => format!("Each request{target}"),
        Nth::Last => format!("The last request{target}"),
    };
    let method = wanted.method.map(|method| format!("has the method {method}"));
    let likes = method.into_iter().chain(wanted.fields.iter().map(|(name, field)| like(name, field)));
    let likes: Vec<String> = likes.collect();
    let expected =
        if likes.is_empty() { format!("{which} comes.") } else { format!("{which} {}.", likes.join(" and ")) };
    case.each_client(expected, |client| judge_client(case, client, wanted))
}

/// What a field must be, as the end of a sentence about its request.
fn like(name: &str, field: &Field) -> String {
    match field {
        Field::Absent => format!("has no `{name}`"),
        Field::Present => format!("has a `{name}`"),
        Field::Is(value) => format!("has `{name}: {value}`"),
        Field::Has(value) => format!("has `{value}` in `{name}`"),
        Field::IsOrAbsent(value) if *value == Template::default() => format!("has an empty `{name}` or none"),
        Field::IsOrAbsent(value) => format!("has `{name}: {value}` or none"),
    }
}

fn judge_client(case: &Case<'_>, client: &Client<'_>, wanted: &Wanted<'_>) -> Judged {
    let all: Vec<_> =
        client.requests.iter().filter(|request| wanted.path.is_none_or(|path| request.is_for(path))).collect();
    let chosen = match wanted.which {
        Nth::Any => &all[..],
        Nth::Last => &all[all.len().saturating_sub(1)..],
        Nth::Number(n) => all.get(n as usize - 1..n as usize).unwrap_or_default(),
    };
    if chosen.is_empty() {
        let got = format!("There were only {} when {}.", count(all.len() as u64, "request"), case.over());
        let got = if all.is_empty() { format!("There was none when {}.", case.over()) } else { got };
        return Err(Miss::new("no-request", got, vec![moment(client, case.history.end, Lane::Tries, "no request")]));
    }
    for request in chosen {
        if let Some((finding, got)) = wanted.fault(request) {
            let got = format!("`{} {}` at {} {got}.", request.method, request.path, crate::time::show(request.at));
            return Err(Miss::new(finding, got, vec![moment(client, request.at, Lane::Tries, finding)]));
        }
    }
    Ok(format!("{} did.", crate::check::case::capital(&count(chosen.len() as u64, "request"))))
}

impl Wanted<'_> {
    /// What is wrong with a request, if anything.
    fn fault(&self, request: &Request<'_>) -> Option<(&'static str, String)> {
        if self.method.is_some_and(|method| method != request.method) {
            return Some(("other-method", "has another method".to_owned()));
        }
        self.fields.iter().find_map(|(name, field)| wrong(name, field, request))
    }
}

fn wrong(name: &str, field: &Field, request: &Request<'_>) -> Option<(&'static str, String)> {
    let values: Vec<&str> =
        request.fields.iter().filter(|(known, _)| known == name).map(|(_, value)| &**value).collect();
    let says = || format!("has `{name}: {}`", values.join(", "));
    match (field, values.as_slice()) {
        (Field::Absent, []) | (Field::IsOrAbsent(_), []) => None,
        (Field::Absent, _) => Some(("field-unwanted", says())),
        (Field::Present | Field::Is(_) | Field::Has(_), []) => Some(("field-missing", format!("has no `{name}`"))),
        (Field::Present, _) => None,
        (Field::Is(wanted) | Field::IsOrAbsent(wanted), [value]) if *value == wanted.to_string() => None,
        (Field::Has(wanted), values) if values.iter().any(|value| has(value, &wanted.to_string())) => None,
        _ => Some(("field-other", says())),
    }
}

/// Whether a list has a member, whatever its parameters (RFC 9110 sections 5.6.1 and 5.6.6).
fn has(list: &str, wanted: &str) -> bool {
    let name = |member: &str| member.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    list.split(',').any(|member| name(member) == wanted.to_ascii_lowercase())
}
