//! Values of `[client]` that a client is told as they stand: texts, tables and lists.

use serde_json::Value;
use toml::de::DeValue;

use super::{grammar::Node, problem::Problem, scope::Notes, view};
use crate::scenario::Draw;

/// What TOML calls a value that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Table,
    List,
}

/// Reads the value of `word`: `text`, `table`, `list` or `one_of`.
pub(super) fn draw(word: &str, node: Node<'_>, notes: &mut Notes<'_>) -> Option<(Kind, Draw)> {
    match word {
        "text" => Some((Kind::Text, Draw::Text(view::text(node)?.to_owned()))),
        "table" => Some((Kind::Table, Draw::Told(value(node, notes)?))),
        "list" => Some((Kind::List, Draw::Told(value(node, notes)?))),
        "one_of" => one_of(node, notes),
        _ => None,
    }
}

/// Values of one kind, so that a client knows what to read.
fn one_of(node: Node<'_>, notes: &mut Notes<'_>) -> Option<(Kind, Draw)> {
    let items = view::items(node);
    let (first, kind) = items.first().and_then(|first| Some((first, kind(first)?)))?;
    if let Some(other) = items.iter().find(|item| self::kind(item) != Some(kind)) {
        let problem = Problem::at(other.span(), "`one_of` needs values of one kind", view::found(other));
        notes.push(problem.note(first.span(), view::found(first)));
        return None;
    }
    let values: Vec<_> = items.iter().map(|item| value(item, notes)).collect();
    Some((kind, Draw::OneOf(values.into_iter().collect::<Option<_>>()?)))
}

pub(super) fn kind(node: Node<'_>) -> Option<Kind> {
    match node.get_ref() {
        DeValue::String(_) => Some(Kind::Text),
        DeValue::Table(_) => Some(Kind::Table),
        DeValue::Array(_) => Some(Kind::List),
        _ => None,
    }
}

/// The JSON of a TOML value, for those that JSON can say.
pub(super) fn value(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Value> {
    let value = match node.get_ref() {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Boolean(flag) => Some((*flag).into()),
        DeValue::Integer(_) => view::integer(node).map(Value::from),
        DeValue::Float(_) => view::number(node).map(Value::from),
        DeValue::Datetime(_) => None,
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| self::value(item, notes)).collect();
            return items.into_iter().collect();
        }
        DeValue::Table(_) => {
            let pairs = view::entries(node).into_iter();
            let pairs: Vec<_> =
                pairs.map(|(key, item)| Some((key.get_ref().to_string(), self::value(item, notes)?))).collect();
            return pairs.into_iter().collect();
        }
    };
    if value.is_none() {
        let problem = Problem::at(node.span(), "JSON has no such value", view::found(node));
        notes
            .push(problem.help("allowed: texts, finite numbers of at most 64 bits, `true`, `false`, lists and tables"));
    }
    value
}
