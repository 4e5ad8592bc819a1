//! Looks into the values of a file.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeString, DeValue},
};

use super::grammar::Node;

/// A key of a table and its value.
pub(super) type Pair<'a> = (&'a Spanned<DeString<'a>>, Node<'a>);

/// The value of a key.
pub(super) fn get<'a>(node: Node<'a>, key: &str) -> Option<Node<'a>> {
    node.get_ref().as_table()?.get(key)
}

/// The keys and values of a table, in the order of the file.
pub(super) fn entries<'a>(node: Node<'a>) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> = node.get_ref().as_table().into_iter().flat_map(|table| table.iter()).collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    pairs
}

/// The items of a list; a single value is a list of one.
pub(super) fn items<'a>(node: Node<'a>) -> &'a [Spanned<DeValue<'a>>] {
    node.get_ref().as_array().map_or(std::slice::from_ref(node), |list| list)
}

/// From where to where in the file a value and all that is in it stand: a table with a header goes on below it.
pub(super) fn extent(node: Node<'_>) -> Range<usize> {
    let inner: Vec<Range<usize>> = match node.get_ref() {
        DeValue::Table(table) => table.iter().flat_map(|(key, value)| [key.span(), extent(value)]).collect(),
        DeValue::Array(items) => items.iter().map(extent).collect(),
        _ => Vec::new(),
    };
    let span = node.span();
    let start = inner.iter().map(|range| range.start).min().unwrap_or(span.start).min(span.start);
    let end = inner.iter().map(|range| range.end).max().unwrap_or(span.end).max(span.end);
    start..end
}

/// A text.
pub(super) fn text<'a>(node: Node<'a>) -> Option<&'a str> {
    node.get_ref().as_str()
}

/// A whole number that fits.
pub(super) fn integer(node: Node<'_>) -> Option<i64> {
    let number = node.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A whole number of the type that is wanted.
pub(super) fn whole<T: TryFrom<i64>>(node: Node<'_>) -> Option<T> {
    integer(node)?.try_into().ok()
}

/// A finite number, written with or without a point.
pub(super) fn number(node: Node<'_>) -> Option<f64> {
    match node.get_ref() {
        DeValue::Float(float) => float.as_str().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => integer(node).map(|n| n as f64),
    }
}

/// What a value is, for an error.
pub(super) fn found(node: Node<'_>) -> String {
    match node.get_ref() {
        DeValue::String(text) if text.chars().count() > 30 => "found a text".into(),
        DeValue::String(text) => format!("found the text {text:?}"),
        DeValue::Integer(number) => format!("found the number {number}"),
        DeValue::Float(number) => format!("found the number {number}"),
        DeValue::Boolean(flag) => format!("found `{flag}`"),
        DeValue::Datetime(_) => "found a date or time".into(),
        DeValue::Array(_) => "found a list".into(),
        DeValue::Table(_) => "found a table".into(),
    }
}

/// Where the byte at `offset` of a text's value stands in the file: texts without escapes map byte by byte.
pub(super) fn inside(source: &str, node: Node<'_>, range: Range<usize>) -> Range<usize> {
    let span = node.span();
    let (Some(text), Some(raw)) = (text(node), source.get(span.clone())) else { return span };
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let same = raw.len() == text.len() + 2 * quotes && raw.get(quotes..raw.len() - quotes) == Some(text);
    if same { span.start + quotes + range.start..span.start + quotes + range.end } else { span }
}
