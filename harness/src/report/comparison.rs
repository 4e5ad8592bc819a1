//! A student's file beside a solution.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{char_width, count, pad, safe},
};

/// A student's file beside a solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The challenge.
    pub slug: String,
    /// The student's file, as it is named to people.
    pub own: String,
    /// The solution.
    pub design: Design,
    /// Whether it was chosen because it is the nearest.
    pub is_nearest: bool,
    /// Whether both were formatted before they were compared.
    pub is_formatted: bool,
    /// Both, line by line.
    pub pairs: Vec<Pair>,
    /// The other solutions.
    pub others: Vec<Design>,
}

/// A solution, and what it says about its design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// Its name.
    pub name: String,
    /// A sentence or two.
    pub about: String,
}

/// What stands side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pair {
    /// The same line in both.
    Both(String),
    /// A line, and the one that stands in its place.
    Changed(String, String),
    /// A line of the student's only.
    Left(String),
    /// A line of the solution's only.
    Right(String),
}

impl Pair {
    /// How many lines it takes from the two files.
    #[must_use]
    pub fn lines(&self) -> usize {
        if let Self::Changed(..) = self { 2 } else { 1 }
    }
}

/// How many lines that are the same are shown around those that are not.
const CONTEXT: usize = 3;
/// The most characters of a line that are shown.
const MOST: usize = 400;

/// Renders a comparison: what the solution's design is, both files side by side with what is the same folded, and the other designs.
#[must_use]
pub fn comparison(comparison: &Comparison, style: Style) -> String {
    let Comparison { slug, own, design, is_nearest, is_formatted, pairs, others } = comparison;
    let mut sheet = Sheet::new(style);
    let nearest = if *is_nearest { ", the nearest to yours" } else { "" };
    let dash = style.pick("–", "-");
    sheet.text(0, Paint::Strong, &format!("Solution {}{nearest} {dash} {}", design.name, design.about));
    if !is_formatted {
        let why = "Your file could not be formatted, so spaces and line ends count as differences: does it parse, and is rustfmt there?";
        sheet.text(0, Paint::Warn, why);
    }
    sheet.blank();
    let half = (style.columns() - 3) / 2;
    let heads = [pad(&clip(own, half, style), half), format!("solutions/{slug}/{}.rs", design.name)];
    sheet.line(0, &[(Paint::Faint, &heads[0]), (Paint::Plain, "   "), (Paint::Faint, &clip(&heads[1], half, style))]);
    beside(&mut sheet, pairs, half);
    if !others.is_empty() {
        sheet.blank();
        sheet.text(0, Paint::Strong, "Others do it differently:");
        self::designs(&mut sheet, slug, others);
    }
    sheet.finish()
}

/// Renders what the solutions of a challenge say about themselves.
#[must_use]
pub fn designs_of(slug: &str, designs: &[Design], style: Style) -> String {
    let mut sheet = Sheet::new(style);
    self::designs(&mut sheet, slug, designs);
    sheet.finish()
}

fn designs(sheet: &mut Sheet, slug: &str, designs: &[Design]) {
    for design in designs {
        sheet.blank();
        sheet.line(2, &[(Paint::Note, &safe(&design.name, MOST, sheet.style))]);
        sheet.text(4, Paint::Plain, &design.about);
    }
    if let Some(first) = designs.first() {
        sheet.blank();
        sheet.command("see one", &format!("cargo run -p harness -- solution {slug} {}", first.name));
    }
}

fn clip(text: &str, columns: usize, style: Style) -> String {
    super::text::clip(&safe(text, MOST, style), columns, style)
}

/// Both files, with what is the same folded.
fn beside(sheet: &mut Sheet, pairs: &[Pair], half: usize) {
    let differs = |i: usize| !matches!(pairs[i], Pair::Both(_));
    let near = |i: usize| (i.saturating_sub(CONTEXT)..(i + CONTEXT + 1).min(pairs.len())).any(differs);
    let mut folded = 0;
    for (i, pair) in pairs.iter().enumerate() {
        if !near(i) {
            folded += 1;
            continue;
        }
        fold(sheet, std::mem::take(&mut folded));
        draw(sheet, pair, half);
    }
    fold(sheet, folded);
}

fn fold(sheet: &mut Sheet, lines: usize) {
    if lines > 0 {
        let dots = sheet.style.pick("⋯", "...");
        sheet.line(0, &[(Paint::Faint, &format!("{dots} {} the same", count(lines, "line")))]);
    }
}

/// A pair, in as many rows as the longer of the two needs. The sign between them is that of `diff --side-by-side`.
fn draw(sheet: &mut Sheet, pair: &Pair, half: usize) {
    let style = sheet.style;
    let (left, sign, right) = match pair {
        Pair::Both(text) => (text.as_str(), " ", text.as_str()),
        Pair::Changed(left, right) => (left.as_str(), "|", right.as_str()),
        Pair::Left(left) => (left.as_str(), "<", ""),
        Pair::Right(right) => ("", ">", right.as_str()),
    };
    let (left_paint, right_paint) = if sign == " " { (Paint::Plain, Paint::Plain) } else { (Paint::Bad, Paint::Good) };
    let (left, right) = (rows(left, half, style), rows(right, half, style));
    for i in 0..left.len().max(right.len()) {
        let cell = |rows: &[String]| pad(rows.get(i).map_or("", String::as_str), half);
        let sign = if i == 0 { sign } else { " " };
        sheet.line(
            0,
            &[
                (left_paint, &cell(&left)),
                (Paint::Plain, " "),
                (Paint::Note, sign),
                (Paint::Plain, " "),
                (right_paint, &cell(&right)),
            ],
        );
    }
}

/// A line of code in rows of so many columns; what does not fit goes on below, further in than it began.
fn rows(line: &str, columns: usize, style: Style) -> Vec<String> {
    let line = safe(line, MOST, style);
    let indent = line.len() - line.trim_start().len() + 4;
    let indent = if indent + 8 > columns { 0 } else { indent };
    let mut rows = vec![String::new()];
    let mut used = 0;
    for c in line.chars() {
        if used + char_width(c) > columns {
            rows.push(" ".repeat(indent));
            used = indent;
        }
        used += char_width(c);
        rows.last_mut().expect("there is one").push(c);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Comparison {
        let both = |n: usize| (0..n).map(|i| Pair::Both(format!("    let value_{i} = {i};")));
        let mut pairs: Vec<_> = both(9).collect();
        pairs.push(Pair::Changed("    sleep(config.base_delay).await;".into(), "    sleep(wait).await;".into()));
        pairs.push(Pair::Right(
            "    let wait = rng.random_range(Duration::ZERO..=ceiling(config.base_delay, retries, config.max_delay));"
                .into(),
        ));
        pairs.push(Pair::Left("    // \u{1b}[2J a comment that does something to the terminal".into()));
        pairs.extend(both(5));
        Comparison {
            slug: "reconnect-backoff".into(),
            own: "challenges/reconnect-backoff/src/lib.rs".into(),
            design: Design {
                name: "full-jitter".into(),
                about: "Full jitter, in one loop: connect, read, wait, again.".into(),
            },
            is_nearest: true,
            is_formatted: true,
            pairs,
            others: vec![Design { name: "events".into(), about: "Events and one owner.".into() }],
        }
    }

    #[test]
    fn side_by_side() {
        insta::assert_snapshot!("wide", comparison(&example(), Style { width: 100, ..Style::default() }));
        let plain = Comparison { is_formatted: false, is_nearest: false, others: Vec::new(), ..example() };
        insta::assert_snapshot!(
            "narrow_and_plain",
            comparison(&plain, Style { width: 60, ascii: true, ..Style::default() })
        );
    }

    #[test]
    fn every_line_fits() {
        for width in [60, 80, 81, 120] {
            let text = comparison(&example(), Style { width, ..Style::default() });
            assert!(text.lines().all(|line| super::super::text::width(line) <= width), "{width}\n{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
        }
    }
}
