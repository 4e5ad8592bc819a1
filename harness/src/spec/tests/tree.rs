//! A spec as a tree that can be changed and written again, in the order of its keys and whether or not it is right.

use std::{fmt::Write as _, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{chance::Chance, hostile};

/// A value of a file.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// As it is written.
    Leaf(String),
    List(Vec<Tree>),
    /// Keys as they are written.
    Table(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads a file that is right.
    pub(super) fn read(text: &str) -> Self {
        let table = DeTable::parse(text).expect("it is TOML").into_inner();
        Self::of(text, &Spanned::new(0..0, DeValue::Table(table)))
    }

    fn of(text: &str, node: &Spanned<DeValue<'_>>) -> Self {
        match node.get_ref() {
            DeValue::Array(items) => Self::List(items.iter().map(|item| Self::of(text, item)).collect()),
            DeValue::Table(table) => {
                let mut pairs: Vec<_> = table.iter().collect();
                pairs.sort_by_key(|(key, _)| key.span().start);
                let written = |span: Range<usize>| text[span].to_owned();
                Self::Table(pairs.iter().map(|(key, value)| (written(key.span()), Self::of(text, value))).collect())
            }
            _ => Self::Leaf(text[node.span()].to_owned()),
        }
    }

    /// Writes a file.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        let Self::Table(pairs) = self else { return "0".to_owned() };
        for (key, value) in pairs {
            match value {
                Self::Table(inner) => lines(&mut out, &format!("[{key}]"), inner),
                Self::List(items) if items.iter().all(|item| matches!(item, Self::Table(_))) && !items.is_empty() => {
                    for item in items {
                        if let Self::Table(inner) = item {
                            lines(&mut out, &format!("[[{key}]]"), inner);
                        }
                    }
                }
                value => {
                    let _ = write!(out, "{key} = ");
                    value.inline(&mut out);
                    out.push('\n');
                }
            }
        }
        out
    }

    fn inline(&self, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::List(items) => {
                out.push('[');
                for item in items {
                    item.inline(out);
                    out.push_str(", ");
                }
                out.push(']');
            }
            Self::Table(pairs) => {
                out.push('{');
                for (i, (key, value)) in pairs.iter().enumerate() {
                    let _ = write!(out, "{}{key} = ", if i > 0 { ", " } else { " " });
                    value.inline(out);
                }
                out.push_str(" }");
            }
        }
    }

    /// A part of it: itself, or one in it.
    fn any(&self, chance: &mut Chance) -> &Self {
        match self {
            Self::List(items) if !items.is_empty() && !chance.one_in(4) => chance.pick(items).any(chance),
            Self::Table(pairs) if !pairs.is_empty() && !chance.one_in(6) => chance.pick(pairs).1.any(chance),
            _ => self,
        }
    }

    fn any_mut(&mut self, chance: &mut Chance) -> &mut Self {
        let is_this = match self {
            Self::Leaf(_) => true,
            Self::List(items) => items.is_empty() || chance.one_in(6),
            Self::Table(pairs) => pairs.is_empty() || chance.one_in(8),
        };
        if is_this {
            return self;
        }
        match self {
            Self::List(items) => {
                let nth = chance.below(items.len());
                items[nth].any_mut(chance)
            }
            Self::Table(pairs) => {
                let nth = chance.below(pairs.len());
                pairs[nth].1.any_mut(chance)
            }
            leaf @ Self::Leaf(_) => leaf,
        }
    }

    /// Changes something in it. Values may come from `other`.
    pub(super) fn mutate(&mut self, other: &Self, chance: &mut Chance) {
        if chance.one_in(12) {
            return self.entangle(chance);
        }
        let foreign = match chance.below(3) {
            0 => self.any(chance).clone(),
            1 => other.any(chance).clone(),
            _ => Self::Leaf(hostile::value(chance)),
        };
        let at = self.any_mut(chance);
        match (at, chance.below(4)) {
            (Self::List(items), 0..3) => change_list(items, foreign, chance),
            (Self::Table(pairs), 0..3) => change_table(pairs, foreign, chance),
            (Self::Leaf(text), 0) => change_leaf(text, chance),
            (at, 1) if chance.one_in(6) => {
                let depth = chance.up_to_one(&[1, 3, 120]);
                for _ in 0..depth {
                    let inner = std::mem::replace(at, Self::List(Vec::new()));
                    *at =
                        if chance.one_in(2) { Self::List(vec![inner]) } else { Self::Table(vec![("a".into(), inner)]) };
                }
            }
            (at, _) => *at = foreign,
        }
    }

    /// Lets checks require each other, or values name each other, in whatever order.
    fn entangle(&mut self, chance: &mut Chance) {
        let Self::Table(pairs) = self else { return };
        let at = |pairs: &[(String, Self)], key: &str| pairs.iter().position(|(name, _)| name == key);
        if chance.one_in(2)
            && let Some(Self::List(checks)) = at(pairs, "check").map(|at| &mut pairs[at].1)
        {
            let id = |check: &Self| match check {
                Self::Table(pairs) => at(pairs, "id").map(|at| pairs[at].1.clone()),
                _ => None,
            };
            let ids: Vec<_> = checks.iter().filter_map(id).collect();
            for check in checks.iter_mut().filter(|_| !ids.is_empty()) {
                let requires = (0..chance.below(3)).map(|_| chance.pick(&ids).clone()).collect();
                if let Self::Table(pairs) = check {
                    pairs.retain(|(key, _)| key != "requires");
                    pairs.push(("requires".into(), Self::List(requires)));
                }
            }
        } else if let Some(Self::Table(values)) = at(pairs, "client").map(|at| &mut pairs[at].1) {
            let names: Vec<_> = values.iter().map(|(name, _)| name.clone()).collect();
            for (_, value) in values {
                if chance.one_in(2) {
                    let factor = chance.one(&["2", "0.5", "1000"]);
                    *value = Self::Leaf(format!("\"{factor} * {}\"", chance.pick(&names)));
                }
            }
        }
    }
}

/// Writes a table with a header.
fn lines(out: &mut String, header: &str, pairs: &[(String, Tree)]) {
    let _ = writeln!(out, "{header}");
    for (key, value) in pairs {
        let _ = write!(out, "{key} = ");
        value.inline(out);
        out.push('\n');
    }
}

fn change_list(items: &mut Vec<Tree>, foreign: Tree, chance: &mut Chance) {
    let nth = chance.below(items.len() + 1);
    match (chance.below(6), items.get(nth).cloned()) {
        (0, Some(_)) => drop(items.remove(nth)),
        (1, Some(item)) => items.insert(nth, item),
        (2, Some(item)) => {
            let other = chance.below(items.len());
            items[nth] = std::mem::replace(&mut items[other], item);
        }
        (3, Some(item)) if chance.one_in(30) => items.extend(vec![item; chance.below(1_100)]),
        (4, _) if chance.one_in(4) => items.clear(),
        (_, Some(_)) if chance.one_in(2) => items[nth] = foreign,
        _ => items.insert(nth, foreign),
    }
}

fn change_table(pairs: &mut Vec<(String, Tree)>, foreign: Tree, chance: &mut Chance) {
    let nth = chance.below(pairs.len() + 1);
    match (chance.below(7), pairs.get(nth).cloned()) {
        (0 | 1, Some(_)) => drop(pairs.remove(nth)),
        (2, Some((key, _))) => pairs.push((key, foreign)),
        (3, Some((key, _))) => pairs[nth].0 = misspelt(&key, chance),
        (4, Some((_, value))) => {
            let other = chance.below(pairs.len());
            pairs[nth].1 = std::mem::replace(&mut pairs[other].1, value);
        }
        (5, _) => pairs.push((chance.one(KEYS).to_owned(), foreign)),
        (_, Some(_)) => pairs[nth].1 = foreign,
        (_, None) => pairs.push((hostile::quoted(hostile::part(chance)), foreign)),
    }
}

/// Keys that may be right where they are put.
const KEYS: &[&str] = &[
    "id", "in", "case", "cut", "hidden", "clock", "log", "vary", "clients", "client", "user", "server", "requires",
    "points", "within", "after", "then", "times", "until", "path", "repeat", "entries", "steps", "play", "answers",
    "else", "nth", "at", "exactly", "without", "latency",
];

fn misspelt(key: &str, chance: &mut Chance) -> String {
    let mut chars: Vec<_> = key.chars().collect();
    let nth = chance.below(chars.len().max(1));
    match chance.below(3) {
        0 if nth < chars.len() => drop(chars.remove(nth)),
        1 if nth < chars.len() => chars.insert(nth, chars[nth]),
        _ => chars.push('x'),
    }
    chars.into_iter().collect()
}

/// Changes what is written: a text by a part of it, anything else to something else.
fn change_leaf(text: &mut String, chance: &mut Chance) {
    if !text.starts_with('"') || text.len() < 2 || text.starts_with("\"\"\"") {
        *text = hostile::value(chance);
        return;
    }
    let inner: Vec<_> = text[1..text.len() - 1].chars().collect();
    let from = chance.below(inner.len() + 1);
    let to = from + chance.below(inner.len() - from + 1);
    let part = hostile::quoted(hostile::part(chance));
    let middle = &part[1..part.len() - 1];
    let kept = if chance.one_in(2) { to } else { from };
    *text =
        format!("\"{}{middle}{}\"", inner[..from].iter().collect::<String>(), inner[kept..].iter().collect::<String>());
}
