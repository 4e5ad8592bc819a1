//! Tables whose columns share the width.

use pulldown_cmark::Alignment;

use super::{
    super::style::{Paint, Style},
    flow::{Line, Run, longest_part, measure, width, wrap},
};

/// How many columns of the terminal are between two of the table.
const GAP: usize = 2;

/// What a column needs at least to be one.
const NARROWEST: usize = 3;

/// Lays a table out: columns as wide as they need to be if there is room, or else so that the table takes few lines. If there is no room for
/// columns at all, each row becomes a list of its cells.
pub(super) fn draw(
    align: &[Alignment],
    head: &[Vec<Run>],
    rows: &[Vec<Vec<Run>>],
    columns: usize,
    style: Style,
) -> Vec<Line> {
    let all: Vec<&[Vec<Run>]> = std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).collect();
    let Some(widths) = widths(&all, columns) else { return records(head, rows, columns) };
    let row = |cells: &[Vec<Run>]| row(align, cells, &widths);
    let mut lines = row(head);
    let rule = |width: &usize| (Paint::Faint, style.pick("─", "-").repeat(*width));
    let rules: Vec<_> = widths.iter().map(rule).collect();
    lines.push(rules.join(&(Paint::Plain, " ".repeat(GAP))));
    let drawn: Vec<_> = rows.iter().map(|cells| row(cells)).collect();
    // Where even the first column goes over several lines, rows could not be told from lines without something between them.
    let runs_over = rows.iter().any(|cells| cells.first().is_some_and(|cell| wrap(cell, widths[0]).len() > 1));
    lines.extend(if runs_over { drawn.join(&Vec::new()) } else { drawn.concat() });
    lines
}

/// Joins pieces with something between each two.
trait Join {
    fn join(&self, between: &Run) -> Line;
}

impl Join for Vec<Run> {
    fn join(&self, between: &Run) -> Line {
        let pairs = self.iter().flat_map(|piece| [between.clone(), piece.clone()]);
        pairs.skip(1).collect()
    }
}

fn row(align: &[Alignment], cells: &[Vec<Run>], widths: &[usize]) -> Vec<Line> {
    let cells: Vec<_> =
        widths.iter().enumerate().map(|(i, width)| wrap(cells.get(i).map_or(&[], Vec::as_slice), *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| -> Line {
        let mut line = Vec::new();
        for (i, columns) in widths.iter().enumerate() {
            let piece = cells[i].get(at).cloned().unwrap_or_default();
            let left = columns.saturating_sub(width(&piece));
            let before = match align.get(i) {
                Some(Alignment::Right) => left,
                Some(Alignment::Center) => left / 2,
                _ => 0,
            };
            let gap = if i + 1 == widths.len() { 0 } else { GAP };
            line.push((Paint::Plain, " ".repeat(before)));
            line.extend(piece);
            line.push((Paint::Plain, " ".repeat(left - before + gap)));
        }
        line
    };
    (0..height).map(line).collect()
}

/// How wide each column is; nothing if there is no room.
fn widths(rows: &[&[Vec<Run>]], columns: usize) -> Option<Vec<usize>> {
    let count = rows.first()?.len();
    let room = columns.checked_sub(GAP * count.saturating_sub(1))?;
    let cells = |i: usize| rows.iter().filter_map(move |row| row.get(i));
    let natural = |i: usize| cells(i).flat_map(|cell| measure(cell)).map(|words| line_width(&words)).max().unwrap_or(0);
    let natural: Vec<_> = (0..count).map(natural).collect();
    if natural.iter().sum::<usize>() <= room {
        return Some(natural);
    }
    // Words are broken only where there is no other way.
    let whole = |i: usize| cells(i).flat_map(|cell| measure(cell)).flatten().max().unwrap_or(0).max(NARROWEST);
    let parts = |i: usize| cells(i).map(|cell| longest_part(cell)).max().unwrap_or(0).max(NARROWEST);
    let fitting = |least: Vec<usize>| {
        let left = room.checked_sub(least.iter().sum())?;
        Some((least, left))
    };
    let (least, left) =
        fitting((0..count).map(whole).collect()).or_else(|| fitting((0..count).map(parts).collect()))?;
    let words: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| measure(cell)).collect()).collect();
    Some(balanced(&words, natural, least, left))
}

/// Shares what is left among the columns that can use it, so that the table takes few lines.
fn balanced(words: &[Vec<Vec<Vec<usize>>>], natural: Vec<usize>, least: Vec<usize>, mut left: usize) -> Vec<usize> {
    let mut widths = least.clone();
    // First to the one that lacks most, in proportion to what it has.
    while left > 0 {
        let lacks = |i: &usize| natural[*i] * 1_000 / widths[*i].max(1);
        let Some(most) = (0..widths.len()).filter(|i| widths[*i] < natural[*i]).max_by_key(lacks) else { break };
        widths[most] += 1;
        left -= 1;
    }
    // Then from one column to another, as long as that makes the table shorter.
    let mut best = height(words, &widths);
    while let Some((better, fewer)) =
        moves(&widths, &least).map(|w| (height(words, &w), w)).min().filter(|m| m.0 < best)
    {
        (best, widths) = (better, fewer);
    }
    widths
}

/// Every way to move some columns of the terminal from one column of the table to another.
fn moves(widths: &[usize], least: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let pairs = (0..widths.len()).flat_map(move |from| (0..widths.len()).map(move |to| (from, to)));
    pairs.filter(|(from, to)| from != to).flat_map(move |(from, to)| {
        (1..=8_usize).filter(move |n| widths[from] >= least[from] + n).map(move |n| {
            let mut moved = widths.to_vec();
            moved[from] -= n;
            moved[to] += n;
            moved
        })
    })
}

/// How many lines the rows take, and all cells together.
fn height(words: &[Vec<Vec<Vec<usize>>>], widths: &[usize]) -> (usize, usize) {
    let mut height = (0, 0);
    for row in words {
        let cells = row.iter().zip(widths).map(|(cell, columns)| lines(cell, *columns));
        let (most, sum) = cells.fold((0, 0), |(most, sum), lines| (lines.max(most), sum + lines));
        height = (height.0 + most, height.1 + sum);
    }
    height
}

/// How many lines words take, as [`wrap`] breaks them.
fn lines(paragraphs: &[Vec<usize>], columns: usize) -> usize {
    let columns = columns.max(2);
    let mut lines = 0;
    for words in paragraphs {
        let mut used = 0;
        lines += 1;
        for word in words {
            if used > 0 && used + 1 + word > columns {
                lines += 1;
                used = 0;
            }
            used += word + usize::from(used > 0);
            while used > columns {
                lines += 1;
                used -= columns;
            }
        }
    }
    lines
}

fn line_width(words: &[usize]) -> usize {
    words.iter().sum::<usize>() + words.len().saturating_sub(1)
}

/// Each row as a list: what the column is called, and the cell.
fn records(head: &[Vec<Run>], rows: &[Vec<Vec<Run>>], columns: usize) -> Vec<Line> {
    let record = |cells: &Vec<Vec<Run>>| -> Vec<Line> {
        let filled = cells.iter().zip(head).filter(|(cell, _)| !cell.is_empty());
        let lines = filled.flat_map(|(cell, head)| {
            let colon = [(Paint::Strong, ": ".to_owned())];
            wrap(&[head.as_slice(), &colon, cell].concat(), columns)
        });
        lines.collect()
    };
    rows.iter().map(record).collect::<Vec<_>>().join(&Vec::new())
}
