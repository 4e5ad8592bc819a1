//! Holds a file against the tables of the language: unknown keys and words, missing keys, wrong types, numbers out of range.
//!
//! It knows nothing of what a value means. Every part of the file is looked at, whatever is wrong with the others.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{
    grammar::{Choice, Key, Need, Node, Shape, Table, Word},
    names::{is_kebab, nearest, sayings},
    problem::Problem,
    view,
};

/// Finds everything in `node` that has not the shape `shape`. `what` names the value in a sentence: "`minutes`".
pub(super) fn check(shape: &Shape, node: Node<'_>, what: &str, problems: &mut Vec<Problem>) {
    if !shape.takes(node.get_ref()) {
        problems.push(wrong(node, what, &shape.says()));
        return;
    }
    match shape {
        Shape::Payload | Shape::Length | Shape::Count | Shape::Free => {}
        Shape::Text => text(node, what, problems),
        Shape::Id => id(node, what, problems),
        Shape::Whole { from, to } => {
            if view::integer(node).is_none_or(|n| n < *from || n > *to) {
                problems.push(wrong(node, what, &shape.says()));
            }
        }
        Shape::Number { from, to } => {
            if view::number(node).is_none_or(|n| !(*from..=*to).contains(&n)) {
                problems.push(wrong(node, what, &shape.says()));
            }
        }
        Shape::Any => {
            if node.get_ref().as_bool() != Some(true) {
                problems.push(wrong(node, what, &shape.says()));
            }
        }
        Shape::OneOf(shapes) => {
            if let Some(shape) = shapes.iter().find(|shape| shape.takes(node.get_ref())) {
                check(shape, node, what, problems);
            }
        }
        Shape::List { of, least, most } => list(of, node, what, (*least, *most), problems),
        Shape::OneOrMore(of) if node.get_ref().is_array() => list(of, node, what, (1, usize::MAX), problems),
        Shape::OneOrMore(of) => check(of, node, what, problems),
        Shape::Map(of) => {
            for (key, value) in view::entries(node) {
                check(of, value, &format!("`{}`", key.get_ref()), problems);
            }
        }
        Shape::Table(keys) => table(keys, node, problems),
        Shape::Choice(choice) => word(choice, node, what, problems),
    }
}

/// A value that is not what it must be.
fn wrong(node: Node<'_>, what: &str, allowed: &str) -> Problem {
    Problem::at(node.span(), format!("{what} must be {}", first_clause(allowed)), view::found(node))
        .maybe_help((first_clause(allowed) != allowed).then(|| format!("it must be {allowed}")))
}

/// What a title can say of a long list of alternatives.
fn first_clause(allowed: &str) -> &str {
    if allowed.len() <= 60 { allowed } else { allowed.split([',', ':']).next().unwrap_or(allowed) }
}

fn text(node: Node<'_>, what: &str, problems: &mut Vec<Problem>) {
    if view::text(node).is_some_and(|text| text.trim().is_empty()) {
        problems.push(Problem::at(node.span(), format!("{what} is empty"), "a text is needed here"));
    }
}

fn id(node: Node<'_>, what: &str, problems: &mut Vec<Problem>) {
    let Some(text) = view::text(node) else { return };
    if !is_kebab(text) {
        let help = "kebab case: lower-case letters and digits in words joined by single hyphens, beginning with a letter";
        problems.push(Problem::at(node.span(), format!("{what} is not in kebab case"), format!("found `{text}`")).help(help));
    }
}

fn list(of: &Shape, node: Node<'_>, what: &str, (least, most): (usize, usize), problems: &mut Vec<Problem>) {
    let items = view::items(node);
    if items.len() < least || items.len() > most {
        let wanted = match (least, most) {
            (least, most) if least == most => format!("exactly {least} are needed"),
            (least, _) if items.len() < least => format!("at least {least} is needed"),
            (_, most) => format!("at most {most} are allowed"),
        };
        let title = format!("{what} has {} {}", items.len(), if items.len() == 1 { "item" } else { "items" });
        problems.push(Problem::at(node.span(), title, wanted));
    }
    let what = format!("an item of {what}");
    for item in items {
        check(of, item, &what, problems);
    }
}

/// Holds a table's keys against `table`.
pub(super) fn table(table: &Table, node: Node<'_>, problems: &mut Vec<Problem>) {
    let owner = Owner { noun: table.noun.into(), span: node.span() };
    let Some(found) = node.get_ref().as_table() else { return };
    owner.missing(table.keys.iter(), found, problems);
    for (key, value) in view::entries(node) {
        match table.keys.iter().find(|known| known.name == key.get_ref()) {
            Some(known) => check(&known.shape, value, &format!("`{}`", known.name), problems),
            None => {
                let allowed = table.keys.iter().map(|key| key.name);
                problems.push(owner.unknown(key.get_ref(), key.span(), allowed));
            }
        }
    }
}

/// Whose keys are looked at.
struct Owner {
    noun: String,
    span: Range<usize>,
}

impl Owner {
    fn unknown(&self, key: &str, span: Range<usize>, allowed: impl Iterator<Item = &'static str> + Clone) -> Problem {
        let near = nearest(key, allowed.clone());
        Problem::at(span, format!("unknown key `{key}`"), format!("{} has no such key", self.noun))
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
            .help(format!("allowed here: {}", sayings(allowed)))
    }

    /// Reports the keys that must be there and are not, and those that exclude each other.
    fn missing<'k>(&self, keys: impl Iterator<Item = &'k Key> + Clone, found: &DeTable<'_>, problems: &mut Vec<Problem>) {
        for key in keys.clone().filter(|key| key.need == Need::Always && !found.contains_key(key.name)) {
            let title = format!("{} lacks the key `{}`", self.noun, key.name);
            let help = format!("`{}`: {} It must be {}.", key.name, key.about, key.shape.says());
            problems.push(Problem::at(self.span.clone(), title, format!("`{}` is missing", key.name)).help(help));
        }
        let either: Vec<_> = keys.filter(|key| key.need == Need::Either).collect();
        let names = sayings(either.iter().map(|key| key.name));
        let present: Vec<_> = either.iter().filter_map(|key| found.get_key_value(key.name)).collect();
        match present.as_slice() {
            [] if !either.is_empty() => {
                let title = format!("{} lacks one of the keys {names}", self.noun);
                problems.push(Problem::at(self.span.clone(), title, "one of them is needed"));
            }
            [(first, _), rest @ ..] => {
                for (key, _) in rest {
                    let title = format!("`{}` and `{}` exclude each other", first.get_ref(), key.get_ref());
                    let problem = Problem::at(key.span(), title, format!("only one of {names} can be meant"));
                    problems.push(problem.note(first.span(), "the other one is here"));
                }
            }
            [] => {}
        }
    }
}

/// Holds a word and its value against `choice`.
fn word(choice: &Choice, node: Node<'_>, what: &str, problems: &mut Vec<Problem>) {
    match (node.get_ref(), choice.pick(node)) {
        (DeValue::String(_), Some((word, _))) if !word.bare => problems.push(needs_value(word, node)),
        (_, Some((word, Some(value)))) => tagged(choice, word, node, value, problems),
        (_, Some((_, None))) => {}
        (value, None) => problems.push(no_word(choice, value, node, what)),
    }
}

/// A word that cannot stand alone does.
fn needs_value(word: &Word, node: Node<'_>) -> Problem {
    let says = word.value.as_ref().map(Shape::says).unwrap_or_default();
    Problem::at(node.span(), format!("`{}` cannot stand alone", word.name), format!("it needs {}", first_clause(&says)))
        .help(format!("write `{}`: {}", word.example, word.about))
}

/// No word of the choice is there.
fn no_word(choice: &Choice, value: &DeValue<'_>, node: Node<'_>, what: &str) -> Problem {
    let name = choice.name.replace('-', " ");
    let allowed = sayings(choice.all().map(|word| word.name));
    let guess = match value {
        DeValue::String(text) => Some((text.to_string(), node.span())),
        _ => {
            let keys = view::entries(node);
            let close = keys.iter().find(|(key, _)| nearest(key.get_ref(), choice.all().map(|word| word.name)).is_some());
            close.or(keys.first()).map(|(key, _)| (key.get_ref().to_string(), key.span()))
        }
    };
    let Some((found, span)) = guess else {
        return Problem::at(node.span(), format!("{what} says nothing"), format!("the {name} is missing"))
            .help(format!("one of: {allowed}"));
    };
    let near = nearest(&found, choice.all().map(|word| word.name));
    Problem::at(span, format!("unknown {name} `{found}`"), format!("no {name} is called so"))
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        .help(format!("allowed here: {allowed}"))
}

/// Holds `{ word = value, … }` against the word.
fn tagged(choice: &Choice, word: &Word, node: Node<'_>, value: Node<'_>, problems: &mut Vec<Problem>) {
    let what = format!("`{}`", word.name);
    match &word.value {
        Some(shape) => check(shape, value, &what, problems),
        None => problems.push(
            Problem::at(value.span(), format!("{what} takes no value"), view::found(value))
                .help(format!("write it as a bare word: \"{}\"", word.name)),
        ),
    }
    let beside = || word.with.iter().chain(choice.with);
    let owner = Owner { noun: what, span: node.span() };
    let Some(found) = node.get_ref().as_table() else { return };
    owner.missing(beside(), found, problems);
    for (key, value) in view::entries(node) {
        let name: &str = key.get_ref();
        if name == word.name {
            continue;
        }
        if let Some(known) = beside().find(|known| known.name == name) {
            check(&known.shape, value, &format!("`{name}`"), problems);
        } else if choice.word(name).is_some() {
            let title = format!("`{}` and `{name}` do not go together", word.name);
            let help = format!("a {} says one thing; write two", choice.name.replace('-', " "));
            problems.push(Problem::at(key.span(), title, "a second word").help(help));
        } else {
            let allowed = beside().map(|key| key.name);
            problems.push(owner.beside(name, key.span(), allowed));
        }
    }
}

impl Owner {
    fn beside(&self, key: &str, span: Range<usize>, allowed: impl Iterator<Item = &'static str> + Clone) -> Problem {
        let near = nearest(key, allowed.clone());
        let help = match allowed.clone().next() {
            Some(_) => format!("allowed beside {}: {}", self.noun, sayings(allowed)),
            None => format!("nothing is allowed beside {}", self.noun),
        };
        Problem::at(span, format!("unknown key `{key}`"), format!("it cannot stand beside {}", self.noun))
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
            .help(help)
    }
}
