//! Where a list is not the list that was wanted, and how a report quotes what is in it.

/// How many characters of a text are quoted.
const QUOTED: usize = 60;

/// In which way a list first differs from the one that was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// Something is left out and never comes, or the last ones never came.
    Missing,
    /// Something comes again.
    Repeated,
    /// Something comes before its turn: what is due comes later.
    OtherOrder,
    /// Something does not belong there.
    Unexpected,
}

impl Difference {
    /// Its name among the findings of a check.
    pub(super) fn finding(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Repeated => "repeated",
            Self::OtherOrder => "other-order",
            Self::Unexpected => "unexpected",
        }
    }
}

/// The first place at which `found` is not `wanted`, if there is one, and in which way.
pub(super) fn difference<T: PartialEq>(found: &[T], wanted: &[T]) -> Option<(usize, Difference)> {
    let index = (0..found.len().max(wanted.len())).find(|index| found.get(*index) != wanted.get(*index))?;
    let Some(here) = found.get(index) else { return Some((index, Difference::Missing)) };
    let rest = wanted.get(index..).unwrap_or_default();
    let difference = match (rest.contains(here), rest.first()) {
        (false, _) if found[..index].contains(here) => Difference::Repeated,
        (true, Some(due)) if found[index..].contains(due) => Difference::OtherOrder,
        (true, _) => Difference::Missing,
        (false, _) => Difference::Unexpected,
    };
    Some((index, difference))
}

/// A text in quotes, cut where it is long.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((cut, _)) => format!("`{}…`", &text[..cut]),
        None => format!("`{text}`"),
    }
}
