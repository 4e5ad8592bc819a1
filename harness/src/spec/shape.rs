//! Holds a file against the tables of the language: unknown keys and words, missing keys, wrong types, numbers out of range.
//!
//! It knows nothing of what a value means. Every part of the file is looked at, whatever is wrong with the others.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{
    grammar::{Choice, Key, Need, Node, Open, Shape, Table, Word},
    names::{is_kebab, is_snake, nearest, sayings},
    problem::Problem,
    view,
};

/// Finds everything in `node` that has not the shape `shape`. `what` names the value in a sentence: "`minutes`".
pub(super) fn check(shape: &Shape, node: Node<'_>, what: &str, problems: &mut Vec<Problem>) {
    let says = shape.says();
    if !shape.takes(node.get_ref()) {
        let header = matches!(shape, Shape::List { of: Shape::Table(_), .. }) && node.get_ref().is_table();
        let help = header.then(|| format!("write its header with two brackets: [[{}]]", what.trim_matches('`')));
        problems.push(wrong(node, what, &says).maybe_help(help));
        return;
    }
    match shape {
        Shape::Payload | Shape::Length | Shape::Count | Shape::Free => {}
        Shape::Text => text(node, what, problems),
        Shape::Id => id(node, what, problems),
        Shape::Whole { from, to } => {
            if view::integer(node).is_none_or(|n| n < *from || n > *to) {
                problems.push(wrong(node, what, &says));
            }
        }
        Shape::Number { from, to } => {
            if view::number(node).is_none_or(|n| !(*from..=*to).contains(&n)) {
                problems.push(wrong(node, what, &says));
            }
        }
        Shape::Any => {
            if node.get_ref().as_bool() != Some(true) {
                problems.push(wrong(node, what, &says));
            }
        }
        Shape::OneOf(shapes) => match shapes.iter().find(|shape| shape.takes(node.get_ref())) {
            Some(Shape::Choice(choice)) if node.get_ref().is_str() && choice.pick(node).is_none() => {
                problems.push(wrong(node, what, &says));
            }
            Some(shape) => check(shape, node, what, problems),
            None => {}
        },
        Shape::List { of, least, most } => list(of, node, what, (*least, *most), problems),
        Shape::OneOrMore(of) if node.get_ref().is_array() => list(of, node, what, (1, usize::MAX), problems),
        Shape::OneOrMore(of) => check(of, node, what, problems),
        Shape::Map(of) => {
            for (key, value) in view::entries(node) {
                check(of, value, &format!("`{}`", key.get_ref()), problems);
            }
        }
        Shape::Table(keys) => table(keys, node, problems),
        Shape::Open(keys) => open(keys, node, problems),
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
        let help =
            "kebab case: lower-case letters and digits in words joined by single hyphens, beginning with a letter";
        problems.push(
            Problem::at(node.span(), format!("{what} is not in kebab case"), format!("found `{text}`")).help(help),
        );
    }
}

fn list(of: &Shape, node: Node<'_>, what: &str, (least, most): (usize, usize), problems: &mut Vec<Problem>) {
    let items = view::items(node);
    if items.len() < least || items.len() > most {
        let wanted = match (least, most) {
            (least, most) if least == most => format!("exactly {least} are needed"),
            (1, _) if items.is_empty() => "at least 1 is needed".to_owned(),
            (least, _) if items.len() < least => format!("at least {least} are needed"),
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
    let owner = Owner { noun: table.noun, span: node.span(), beside: false };
    owner.keys(table.keys.iter(), node, problems, |_| false);
}

/// Holds a table's keys against `table`; those that are not listed there are the file's own.
fn open(keys: &Open, node: Node<'_>, problems: &mut Vec<Problem>) {
    let Open { table, others } = keys;
    let own = |key: &str| table.keys.iter().all(|known| known.name != key);
    let owner = Owner { noun: table.noun, span: node.span(), beside: false };
    owner.keys(table.keys.iter(), node, problems, own);
    for (key, value) in view::entries(node).into_iter().filter(|(key, _)| own(key.get_ref())) {
        if !is_snake(key.get_ref()) {
            let help = "lower-case letters and digits in words joined by single underscores, beginning with a letter";
            let title = format!("`{}` is no name for a value", key.get_ref());
            problems.push(Problem::at(key.span(), title, "choose another").help(help));
        }
        check(others, value, &format!("`{}`", key.get_ref()), problems);
    }
}

/// Whose keys are looked at.
struct Owner<'n> {
    noun: &'n str,
    span: Range<usize>,
    /// Whether they stand beside a word.
    beside: bool,
}

impl Owner<'_> {
    /// Holds the keys of `node` against `known`; those that are `other`, somebody else looks at.
    fn keys<'k>(
        &self,
        known: impl Iterator<Item = &'k Key> + Clone,
        node: Node<'_>,
        problems: &mut Vec<Problem>,
        other: impl Fn(&str) -> bool,
    ) {
        let Some(found) = node.get_ref().as_table() else { return };
        let missing: Vec<_> =
            known.clone().filter(|key| key.need == Need::Always && !found.contains_key(key.name)).collect();
        let mut mistyped = Vec::new();
        for (key, value) in view::entries(node).into_iter().filter(|(key, _)| !other(key.get_ref())) {
            if let Some(known) = known.clone().find(|known| known.name == key.get_ref()) {
                check(&known.shape, value, &format!("`{}`", known.name), problems);
                continue;
            }
            problems.push(self.unknown(key.get_ref(), key.span(), known.clone().map(|key| key.name)));
            mistyped.extend(nearest(key.get_ref(), missing.iter().map(|key| key.name)));
        }
        for key in missing.iter().filter(|key| !mistyped.contains(&key.name)) {
            problems.push(self.missing(key));
        }
        self.either(known.filter(|key| key.need == Need::Either).collect(), found, problems);
    }

    fn unknown(&self, key: &str, span: Range<usize>, allowed: impl Iterator<Item = &'static str> + Clone) -> Problem {
        let near = nearest(key, allowed.clone());
        let (label, place) = match self.beside {
            false => (format!("{} has no such key", self.noun), "here".to_owned()),
            true => (format!("it cannot stand beside {}", self.noun), format!("beside {}", self.noun)),
        };
        let help = match allowed.clone().next() {
            Some(_) => format!("allowed {place}: {}", sayings(allowed)),
            None => format!("nothing is allowed {place}"),
        };
        Problem::at(span, format!("unknown key `{key}`"), label)
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
            .help(help)
    }

    fn missing(&self, key: &Key) -> Problem {
        let title = format!("{} lacks the key `{}`", self.noun, key.name);
        let help = format!("`{}`: {} It must be {}.", key.name, key.about, key.shape.says());
        Problem::at(self.span.clone(), title, format!("`{}` is missing", key.name)).help(help)
    }

    /// Notes if not exactly one of these keys is there.
    fn either(&self, keys: Vec<&Key>, found: &DeTable<'_>, problems: &mut Vec<Problem>) {
        let names = sayings(keys.iter().map(|key| key.name));
        let present: Vec<_> = keys.iter().filter_map(|key| found.get_key_value(key.name)).collect();
        match present.as_slice() {
            [] if !keys.is_empty() => {
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
            let close =
                keys.iter().find(|(key, _)| nearest(key.get_ref(), choice.all().map(|word| word.name)).is_some());
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
    let owner = Owner { noun: &what, span: node.span(), beside: true };
    let second = |key: &str| key != word.name && choice.word(key).is_some() && !word.with.iter().any(|w| w.name == key);
    owner.keys(word.with.iter().chain(choice.with), node, problems, |key| key == word.name || second(key));
    for (key, _) in view::entries(node).into_iter().filter(|(key, _)| second(key.get_ref())) {
        let title = format!("`{}` and `{}` do not go together", word.name, key.get_ref());
        let help = format!("{} says one thing; write two", choice.noun());
        problems.push(Problem::at(key.span(), title, "a second word").help(help));
    }
}
