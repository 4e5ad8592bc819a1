//! The cases of a scenario, and what stands for a value of theirs: `{case.NAME}` in a text, `{ case = "NAME" }` in place of a list.
//!
//! What is written once for all cases is read once for each, after its own values have been put in. So every rule holds for what is
//! really played, and nothing that comes later knows of templates.

use std::{mem, ops::Range};

use toml::{
    Spanned,
    de::{DeString, DeValue},
};

use super::{
    check::unknown,
    grammar::Node,
    names::{nearest, sayings},
    problem::Problem,
    scope::Notes,
    view,
};

/// What begins a name of a case's own text.
const OPEN: &str = "{case.";

/// The keys of a case that are not its own.
const KEYS: [&str; 5] = ["id", "server", "user", "vary", "told"];

/// What is known of a case of the file, even if something is wrong with it.
pub(super) struct Known<'a> {
    /// Its id, and where it stands.
    pub(super) id: Option<(String, Range<usize>)>,
    /// The whole of it.
    pub(super) node: Node<'a>,
    /// Its own values.
    own: Vec<view::Pair<'a>>,
}

/// Reads a case.
pub(super) fn case(node: Node<'_>) -> Known<'_> {
    let id = view::get(node, "id").and_then(|id| Some((view::text(id)?.to_owned(), id.span())));
    let own = view::entries(node).into_iter().filter(|(key, _)| !KEYS.contains(&key.get_ref().as_ref())).collect();
    Known { id, node, own }
}

impl<'a> Known<'a> {
    /// Its own value of that name, if it is one of these.
    fn value(&self, name: &str, wanted: Wanted) -> Option<Node<'a>> {
        let (_, value) = self.own.iter().find(|(key, _)| key.get_ref() == name)?;
        let right = match wanted {
            Wanted::Text => value.get_ref().is_str(),
            Wanted::List => value.get_ref().is_array(),
        };
        right.then_some(*value)
    }

    fn names(&self, wanted: Wanted) -> impl Iterator<Item = &str> + Clone {
        let own = self.own.iter().map(|(key, _)| key.get_ref().as_ref());
        own.filter(move |name| self.value(name, wanted).is_some())
    }

    /// What `template` says in this case.
    pub(super) fn fill(&self, template: Node<'a>) -> Spanned<DeValue<'a>> {
        let mut filled = template.clone();
        self.put_in(&mut filled);
        filled
    }

    fn put_in(&self, node: &mut Spanned<DeValue<'a>>) {
        if let Some(list) = list_named(node).and_then(|name| self.value(name, Wanted::List)) {
            *node = Spanned::new(node.span(), list.get_ref().clone());
            return;
        }
        match node.get_mut() {
            DeValue::String(text) => {
                if let Some(filled) = self.text(text) {
                    *text = DeString::Owned(filled);
                }
            }
            DeValue::Array(items) => items.iter_mut().for_each(|item| self.put_in(item)),
            DeValue::Table(table) => table.iter_mut().for_each(|(_, value)| self.put_in(value)),
            _ => {}
        }
    }

    /// A text with this case's own in it; nothing if it names none. A name that the case does not have has been noted.
    fn text(&self, text: &str) -> Option<String> {
        let names = names_in(text);
        let (mut filled, mut from) = (String::new(), 0);
        for at in &names {
            filled.push_str(&text[from..at.start]);
            filled.push_str(self.value(inner(text, at), Wanted::Text).and_then(view::text).unwrap_or_default());
            from = at.end;
        }
        filled.push_str(&text[from..]);
        (!names.is_empty()).then_some(filled)
    }
}

/// Reads what is written once for some cases, once for each of them. What is wrong in all of them is told once; what is wrong in one of
/// several says in which.
pub(super) fn each<'k, 'a: 'k, T>(
    cases: &[&'k Known<'a>],
    notes: &mut Notes<'_>,
    mut read: impl FnMut(&'k Known<'a>, &mut Notes<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let before = mem::take(&mut notes.problems);
    let (mut all, mut found) = (Vec::new(), Vec::new());
    for case in cases {
        all.push(read(case, notes));
        found.push(mem::take(&mut notes.problems));
    }
    notes.problems = before;
    for (n, (case, problems)) in cases.iter().zip(&found).enumerate() {
        for problem in problems {
            let of_all = found.iter().all(|other| other.contains(problem));
            match &case.id {
                _ if of_all && n > 0 => {}
                Some((id, _)) if !of_all => notes.push(problem.clone().help(format!("so it is in the case `{id}`"))),
                _ => notes.push(problem.clone()),
            }
        }
    }
    all.into_iter().collect()
}

/// What a template can ask of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Text,
    List,
}

/// The name of the case's list that a table stands for.
fn list_named<'n>(node: &'n Spanned<DeValue<'_>>) -> Option<&'n str> {
    let table = node.get_ref().as_table().filter(|table| table.len() == 1)?;
    table.get("case")?.get_ref().as_str()
}

/// Where in a text `{case.NAME}` stands.
fn names_in(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(OPEN).map(|at| from + at) {
        let Some(end) = text[start..].find('}').map(|at| start + at + 1) else { break };
        found.push(start..end);
        from = end;
    }
    found
}

fn inner<'t>(text: &'t str, at: &Range<usize>) -> &'t str {
    &text[at.start + OPEN.len()..at.end - 1]
}

/// Holds the names in `template` against the cases that it is for; whether all of them have what it asks for.
pub(super) fn names(template: Node<'_>, cases: &[&Known<'_>], notes: &mut Notes<'_>) -> bool {
    if let Some(name) = list_named(template) {
        let at = view::get(template, "case").map_or(template.span(), Spanned::span);
        return has(name, at, Wanted::List, cases, notes);
    }
    let mut right = true;
    match template.get_ref() {
        DeValue::String(text) => {
            for at in names_in(text) {
                right &=
                    has(inner(text, &at), view::inside(notes.text, template, at.clone()), Wanted::Text, cases, notes);
            }
        }
        DeValue::Array(items) => items.iter().for_each(|item| right &= names(item, cases, notes)),
        DeValue::Table(_) => {
            view::entries(template).into_iter().for_each(|(_, value)| right &= names(value, cases, notes));
        }
        _ => {}
    }
    right
}

/// Whether each of the cases has such a value.
fn has(name: &str, at: Range<usize>, wanted: Wanted, cases: &[&Known<'_>], notes: &mut Notes<'_>) -> bool {
    let kind = match wanted {
        Wanted::Text => "text",
        Wanted::List => "list",
    };
    if cases.is_empty() {
        let problem = Problem::at(at, format!("`{name}` is a {kind} of no case"), "the scenario has no cases");
        notes.push(problem.help("write [[scenario.case]] tables below the scenario"));
        return false;
    }
    let lack: Vec<_> = cases.iter().filter(|case| case.value(name, wanted).is_none()).collect();
    let Some(first) = lack.first() else { return true };
    let ids = lack.iter().filter_map(|case| Some(case.id.as_ref()?.0.as_str()));
    let title = format!("not every case has a {kind} `{name}`");
    let near = nearest(name, first.names(wanted)).map(|near| format!("did you mean `{near}`?"));
    let problem = Problem::at(at, title, format!("it is missing in {}", sayings(ids))).maybe_help(near);
    notes.push(problem.note(first.node.span(), format!("this case has no {kind} that is called so")));
    false
}

/// The cases that a check is about: those that it names, or all.
pub(super) fn chosen<'k, 'a>(
    named: Option<Node<'_>>,
    scenario: &str,
    cases: &'k [Known<'a>],
    notes: &mut Notes<'_>,
) -> Option<Vec<(usize, &'k Known<'a>)>> {
    let Some(named) = named else { return Some(cases.iter().enumerate().collect()) };
    if cases.is_empty() {
        let label = format!("`{scenario}` has no cases");
        notes.push(Problem::at(named.span(), "a check cannot choose among no cases", label).help("leave it out"));
        return None;
    }
    let mut chosen: Vec<Option<(usize, &Known<'_>)>> = Vec::new();
    for item in view::items(named) {
        let name = view::text(item)?;
        let found = cases.iter().enumerate().find(|(_, case)| case.id.as_ref().is_some_and(|(id, _)| id == name));
        if found.is_none() && cases.iter().all(|case| case.id.is_some()) {
            let ids = cases.iter().filter_map(|case| Some(case.id.as_ref()?.0.as_str()));
            notes.push(unknown("case", name, item.span(), "`case` names a case that does not exist", ids));
        }
        if let Some((found, _)) = found
            && chosen.iter().flatten().any(|(other, _)| *other == found)
        {
            notes.push(Problem::at(item.span(), "this case is named twice", "leave it out"));
        }
        chosen.push(found);
    }
    let mut chosen: Vec<_> = chosen.into_iter().collect::<Option<_>>()?;
    chosen.sort_by_key(|(index, _)| *index);
    Some(chosen)
}
