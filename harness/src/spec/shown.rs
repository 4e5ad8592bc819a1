//! What a client shows, as JSON.

use serde_json::Value;
use toml::de::DeValue;

use super::{grammar::Node, problem::Problem, scope::Notes, view};
use crate::scenario::Expect;

/// Reads the list of what is shown.
pub(super) fn expect(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let items: Vec<_> = node.get_ref().as_array()?.iter().map(|item| json(item, notes)).collect();
    let exactly = items.into_iter().map(|item| item.map(|value| value.to_string())).collect::<Option<_>>()?;
    Some(Expect::Shown { exactly })
}

/// The JSON of a TOML value, for those that JSON can say.
pub(super) fn json(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Value> {
    let value = match node.get_ref() {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Boolean(flag) => Some((*flag).into()),
        DeValue::Integer(_) => view::integer(node).map(Value::from),
        DeValue::Float(_) => view::number(node).map(Value::from),
        DeValue::Datetime(_) => None,
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| json(item, notes)).collect();
            return items.into_iter().collect();
        }
        DeValue::Table(_) => {
            let pairs = view::entries(node).into_iter();
            let pairs: Vec<_> =
                pairs.map(|(key, item)| Some((key.get_ref().to_string(), json(item, notes)?))).collect();
            return pairs.into_iter().collect();
        }
    };
    if value.is_none() {
        let problem = Problem::at(node.span(), "JSON has no such value", view::found(node));
        notes.push(
            problem.help("a client shows texts, finite numbers of at most 64 bits, `true`, `false`, lists and tables"),
        );
    }
    value
}

/// Reads the list of what is sent.
pub(super) fn said(node: Node<'_>, list: Node<'_>) -> Option<Expect> {
    let texts: Option<_> = view::items(list).iter().map(|item| view::text(item).map(str::to_owned)).collect();
    let connection = match view::get(node, "connection") {
        Some(number) => Some(view::whole(number)?),
        None => None,
    };
    Some(Expect::Said { exactly: texts?, connection })
}
