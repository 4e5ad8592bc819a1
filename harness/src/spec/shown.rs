//! What a client shows, as JSON.

use super::{expect::Stage, grammar::Node, scope::Notes, told, view};
use crate::scenario::Expect;

/// Reads the list of what is shown.
pub(super) fn expect(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let items: Vec<_> = node.get_ref().as_array()?.iter().map(|item| told::value(item, notes)).collect();
    let exactly = items.into_iter().map(|item| item.map(|value| value.to_string())).collect::<Option<_>>()?;
    Some(Expect::Shown { exactly })
}

/// Reads what is shown last, or at a moment; `value` says what.
pub(super) fn last(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let at = view::get(node, "at").map(|at| stage.moment(at, notes));
    let value = told::value(value, notes);
    Some(Expect::ShownLast { value: value?.to_string(), at: at.map_or(Some(None), |at| at.map(Some))? })
}
