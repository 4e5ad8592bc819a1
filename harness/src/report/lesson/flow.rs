//! Running text of several paints, broken into lines.

use super::super::{style::Paint, text::char_width};

/// A piece of text in one paint. A space may become the end of a line; a no-break space is shown as a space, and does not; a line feed ends
/// a line.
pub(super) type Run = (Paint, String);

/// A line: pieces that stand beside each other.
pub(super) type Line = Vec<Run>;

/// Text without the characters that have a meaning in a [`Run`] but are no text.
pub(super) fn width(line: &[Run]) -> usize {
    line.iter().map(|(_, text)| super::super::text::width(text)).sum()
}

/// One character and its paint.
type Glyph = (Paint, char);

/// Breaks text into lines: between words; within a word that is too long for a line behind one of its hyphens, slashes and the like, or
/// anywhere.
pub(super) fn wrap(runs: &[Run], columns: usize) -> Vec<Line> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for paragraph in paragraphs(runs) {
        let mut line: Vec<Glyph> = Vec::new();
        let mut used = 0;
        for word in paragraph.split(|(_, c)| *c == ' ').filter(|word| !word.is_empty()) {
            let wide = columns_of(word);
            if used > 0 && used + 1 + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push((between(&line, word), ' '));
                used += 1;
            }
            let mut rest = word;
            while columns_of(rest) > columns {
                let (head, tail) = rest.split_at(break_at(rest, columns));
                lines.push(head.to_vec());
                rest = tail;
            }
            line.extend(rest);
            used += columns_of(rest);
        }
        lines.push(line);
    }
    lines.into_iter().map(|line| joined(&line)).collect()
}

/// How wide each word is, and where lines end: what a table needs to know to find out how many lines a cell takes.
pub(super) fn measure(runs: &[Run]) -> Vec<Vec<usize>> {
    let words = |paragraph: Vec<Glyph>| -> Vec<usize> {
        paragraph.split(|(_, c)| *c == ' ').filter(|word| !word.is_empty()).map(columns_of).collect()
    };
    paragraphs(runs).into_iter().map(words).collect()
}

/// How wide the longest part is that is broken only if it must be.
pub(super) fn longest_part(runs: &[Run]) -> usize {
    let parts = paragraphs(runs).into_iter().flat_map(|paragraph| {
        let parts = paragraph.split_inclusive(|(_, c)| *c == ' ' || is_joint(*c));
        parts
            .map(|part| columns_of(part) - usize::from(part.ends_with(&[(part[part.len() - 1].0, ' ')])))
            .collect::<Vec<_>>()
    });
    parts.max().unwrap_or(0)
}

fn paragraphs(runs: &[Run]) -> Vec<Vec<Glyph>> {
    let glyphs: Vec<Glyph> = runs.iter().flat_map(|(paint, text)| text.chars().map(|c| (*paint, c))).collect();
    glyphs.split(|(_, c)| *c == '\n').map(<[Glyph]>::to_vec).collect()
}

fn columns_of(glyphs: &[Glyph]) -> usize {
    glyphs.iter().map(|(_, c)| char_width(*c)).sum()
}

/// The paint of a space: that of its neighbours, if they have the same.
fn between(line: &[Glyph], word: &[Glyph]) -> Paint {
    match (line.last(), word.first()) {
        (Some((before, _)), Some((after, _))) if before == after => *before,
        _ => Paint::Plain,
    }
}

/// Behind what a word may be broken that is too long.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '/' | '_' | '.' | ',' | ':' | '\u{a0}' | '=' | '&' | '(' | '|')
}

/// Where to break a word that is too long for a line: at least one character is before it.
fn break_at(word: &[Glyph], columns: usize) -> usize {
    let mut used = 0;
    let fits = word.iter().take_while(|(_, c)| {
        used += char_width(*c);
        used <= columns
    });
    let most = fits.count().max(1);
    // A part that is left too short to be read is worse than a part that is cut.
    let joint = word[..most].iter().rposition(|(_, c)| is_joint(*c)).map(|at| at + 1);
    joint.filter(|at| *at * 3 >= most).unwrap_or(most)
}

/// Characters of one paint beside each other, joined.
fn joined(glyphs: &[Glyph]) -> Line {
    let text = |part: &[Glyph]| part.iter().map(|(_, c)| if *c == '\u{a0}' { ' ' } else { *c }).collect();
    glyphs.chunk_by(|a, b| a.0 == b.0).map(|part| (part[0].0, text(part))).collect()
}
