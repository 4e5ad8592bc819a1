//! Blocks to lines that fit.

use super::{
    super::{
        style::{Paint, Style},
        text::{char_width, safe, width as width_of},
    },
    flow::{Line, Run, width, wrap},
    read::Block,
    table,
};

/// How far code is indented.
const CODE: usize = 4;

/// The narrowest text that is laid out, however deep it stands.
const NARROWEST: usize = 16;

/// Lays a block out. An empty line has no pieces.
pub(super) fn block(block: &Block, columns: usize, style: Style) -> Vec<Line> {
    let columns = columns.max(NARROWEST);
    match block {
        Block::Heading { level, text } => heading(*level, text, columns, style),
        Block::Paragraph(text) => wrap(text, columns),
        Block::Code(code) => code_lines(code, columns, style),
        Block::Quote(blocks) => {
            let bar = style.pick("│ ", "| ");
            prefixed(self::blocks(blocks, columns - 2, style), |_| bar.to_owned())
        }
        Block::List { first, items } => list(*first, items, columns, style),
        Block::Table { align, head, rows } => table::draw(align, head, rows, columns, style),
        Block::Rule => vec![vec![(Paint::Faint, style.pick("─", "-").repeat(columns))]],
        Block::Addresses(addresses) => addresses.iter().flat_map(|(n, url)| address(*n, url, columns, style)).collect(),
    }
}

/// Lays out blocks with an empty line between them.
fn blocks(blocks: &[Block], columns: usize, style: Style) -> Vec<Line> {
    let drawn: Vec<_> = blocks.iter().map(|inner| block(inner, columns, style)).collect();
    drawn.join(&Vec::new())
}

/// A heading: the deeper, the lighter the line with it.
fn heading(level: u8, text: &[Run], columns: usize, style: Style) -> Vec<Line> {
    let (heavy, light) = style.pick(("━", "─"), ("=", "-"));
    let (before, rule) = match level {
        1 => ("", heavy),
        2 => (heavy, heavy),
        3 => (light, light),
        _ => return wrap(text, columns),
    };
    let indent = if before.is_empty() { 0 } else { 3 };
    let mut lines = wrap(text, columns - indent);
    if level == 1 {
        let longest = lines.iter().map(|line| width(line)).max().unwrap_or(0);
        lines.push(vec![(Paint::Faint, rule.repeat(longest))]);
        return lines;
    }
    let mut lines = prefixed(lines, |first| if first { format!("{} ", before.repeat(2)) } else { "   ".to_owned() });
    if let Some(first) = lines.first_mut() {
        let left = columns.saturating_sub(width(first) + 1);
        first.push((Paint::Faint, format!(" {}", rule.repeat(left))));
    }
    lines
}

/// Lines with something before each; `prefix` is asked whether it is the first.
fn prefixed(lines: Vec<Line>, prefix: impl Fn(bool) -> String) -> Vec<Line> {
    let line = |(i, mut line): (usize, Line)| {
        let prefix = prefix(i == 0);
        // An empty line stays one unless something shows before it.
        if !line.is_empty() || !prefix.trim().is_empty() {
            line.insert(0, (Paint::Faint, prefix));
        }
        line
    };
    lines.into_iter().enumerate().map(line).collect()
}

fn list(first: Option<u64>, items: &[Vec<Block>], columns: usize, style: Style) -> Vec<Line> {
    let mark = |i: usize| match first {
        Some(first) => format!("{}. ", first.saturating_add(i as u64)),
        None => style.pick("• ", "* ").to_owned(),
    };
    let hang = (0..items.len()).map(|i| mark(i).chars().count()).max().unwrap_or(0);
    let item = |(i, blocks): (usize, &Vec<Block>)| {
        let mark = format!("{:>hang$}", mark(i));
        let blank = " ".repeat(hang);
        let mut lines = item_lines(blocks, columns.saturating_sub(hang), style);
        if lines.is_empty() {
            lines.push(Vec::new());
        }
        prefixed(lines, |first| if first { mark.clone() } else { blank.clone() })
    };
    // Entries of several paragraphs have an empty line between them, entries of one line or a list below it have none.
    let loose =
        items.iter().any(|blocks| blocks.iter().filter(|block| !matches!(block, Block::List { .. })).count() > 1);
    let drawn: Vec<_> = items.iter().enumerate().map(item).collect();
    if loose { drawn.join(&Vec::new()) } else { drawn.concat() }
}

/// The blocks of an entry: a list stands directly below the text that it belongs to.
fn item_lines(blocks: &[Block], columns: usize, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    for (i, inner) in blocks.iter().enumerate() {
        if i > 0 && !matches!(inner, Block::List { .. }) {
            lines.push(Vec::new());
        }
        lines.extend(block(inner, columns, style));
    }
    lines
}

/// Code: line by line, and a mark before what is left of a line that is too long.
fn code_lines(code: &str, columns: usize, style: Style) -> Vec<Line> {
    let code: Vec<_> = code.lines().map(|line| safe(&tabs_expanded(line), usize::MAX, style)).collect();
    let longest = code.iter().map(|line| width_of(line)).max().unwrap_or(0);
    // A drawing is worth more than its indentation.
    let indent = if longest <= columns { CODE.min(columns - longest) } else { CODE };
    let room = columns - indent;
    let mark = style.pick("↪ ", "\\ ");
    let mut lines = Vec::new();
    for line in &code {
        let mut rest = line.as_str();
        let mut begins = true;
        while begins || !rest.is_empty() {
            let before = if begins { "" } else { mark };
            let (head, tail) = rest.split_at(fitting(rest, room - before.chars().count()));
            let mut pieces = vec![(Paint::Plain, " ".repeat(indent)), (Paint::Faint, before.to_owned())];
            pieces.push((Paint::Note, head.to_owned()));
            lines.push(if head.is_empty() { Vec::new() } else { pieces });
            (rest, begins) = (tail, false);
        }
    }
    lines
}

/// How many bytes of a text fit into so many columns: at least one character's.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += char_width(c);
        if used > columns && at > 0 {
            return at;
        }
    }
    text.len()
}

/// A line with spaces in place of its tabs, as far as the next of the stops that are eight columns apart.
pub(super) fn tabs_expanded(line: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(line.len()), 0);
    for c in line.chars() {
        let (filler, count) = if c == '\t' { (' ', 8 - at % 8) } else { (c, 1) };
        out.extend(std::iter::repeat_n(filler, count));
        at += if c == '\t' { count } else { char_width(c) };
    }
    out
}

fn address(number: usize, url: &str, columns: usize, style: Style) -> Vec<Line> {
    let mark = format!("[{number}] ");
    let url = safe(url, usize::MAX, style);
    let blank = " ".repeat(mark.len());
    let lines = wrap(&[(Paint::Faint, url)], columns - mark.len());
    prefixed(lines, |first| if first { mark.clone() } else { blank.clone() })
}
