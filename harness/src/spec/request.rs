//! What checks assert about requests.

use super::{
    expect::{Stage, quantity},
    grammar::Node,
    language::FIELD,
    moment, play,
    scope::Notes,
    texts::Place,
    view,
};
use crate::scenario::{Expect, Field};

/// Reads what a request must be like; `value` says which.
pub(super) fn request(node: Node<'_>, value: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let text = |key: &str| view::get(node, key).and_then(view::text).map(str::to_owned);
    let fields = view::get(node, "header").map(view::entries).unwrap_or_default();
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(key, value)| {
            Some((
                play::field_name(key.span(), key.get_ref(), notes)?,
                field(value, Place::outside(stage.setting.scope), notes)?,
            ))
        })
        .collect();
    Some(Expect::Request {
        which: moment::number(value)?,
        path: text("path"),
        method: text("method"),
        fields: fields.into_iter().collect::<Option<_>>()?,
    })
}

/// Reads how many requests there must be.
pub(super) fn requests(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let path = view::get(node, "path").and_then(view::text).map(str::to_owned);
    Some(Expect::Requests { path, quantity: quantity(node, stage, notes)? })
}

fn field(node: Node<'_>, place: Place<'_>, notes: &mut Notes<'_>) -> Option<Field> {
    let (word, value) = FIELD.pick(node)?;
    let mut text = || place.template(value?, notes);
    Some(match word.name {
        "absent" => Field::Absent,
        "present" => Field::Present,
        "is" => Field::Is(text()?),
        "has" => Field::Has(text()?),
        "is_or_absent" => Field::IsOrAbsent(text()?),
        _ => return None,
    })
}
