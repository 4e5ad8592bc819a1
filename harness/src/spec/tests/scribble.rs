//! Changes in the text of a spec, by somebody who knows nothing of TOML.

use std::ops::Range;

use super::{chance::Chance, hostile};

/// Changes something in a text. Pieces may come from `other`.
pub(super) fn scribble(text: &mut String, other: &str, chance: &mut Chance) {
    let token = token(text, chance);
    let range = range(text, chance);
    match chance.below(9) {
        0 => drop(text.drain(range)),
        1 => {
            let piece = text[range.clone()].to_owned();
            text.insert_str(range.end, &piece);
        }
        2 => {
            let foreign = self::range(other, chance);
            text.replace_range(range, &other[foreign]);
        }
        3 => {
            let foreign = self::token(other, chance);
            text.replace_range(token, &other[foreign]);
        }
        4 => text.replace_range(token, &hostile::value(chance)),
        5 => text.insert_str(token.start, &hostile::piece(chance)),
        6 => drop(text.drain(token)),
        7 if chance.one_in(4) => text.truncate(range.end),
        7 => {
            let second = self::token(text, chance);
            let (first, second) = if token.start <= second.start { (token, second) } else { (second, token) };
            if first.end <= second.start {
                let (one, two) = (text[first.clone()].to_owned(), text[second.clone()].to_owned());
                text.replace_range(second, &one);
                text.replace_range(first, &two);
            }
        }
        _ => text.insert_str(range.start, &hostile::piece(chance)),
    }
}

/// A few characters in a row, seldom many.
fn range(text: &str, chance: &mut Chance) -> Range<usize> {
    let most = chance.one(&[1, 4, 4, 40, 400]);
    let from = boundary(text, chance.below(text.len() + 1));
    from..boundary(text, (from + chance.below(most + 1)).min(text.len())).max(from)
}

/// A word, a text with its quotes, or a sign.
fn token(text: &str, chance: &mut Chance) -> Range<usize> {
    let at = boundary(text, chance.below(text.len() + 1));
    let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let line = &text[at..line_end];
    let start = at + line.find(|c: char| !c.is_whitespace()).unwrap_or(0);
    let rest = &text[start..line_end];
    let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let length = match rest.chars().next() {
        None => 0,
        Some('"') => rest[1..].find('"').map_or(1, |end| end + 2),
        Some(c) if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
    };
    start..start + length
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
