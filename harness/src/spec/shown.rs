//! What a client shows, as JSON.

use super::{grammar::Node, scope::Notes, told};
use crate::scenario::Expect;

/// Reads the list of what is shown.
pub(super) fn expect(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let items: Vec<_> = node.get_ref().as_array()?.iter().map(|item| told::value(item, notes)).collect();
    let exactly = items.into_iter().map(|item| item.map(|value| value.to_string())).collect::<Option<_>>()?;
    Some(Expect::Shown { exactly })
}
