//! The ruler of a timeline.

use super::canvas::{Canvas, Scale};
use crate::{
    report::style::{Paint, Style},
    time::Millis,
};

/// How far apart labels stand at least, in columns.
const APART: u64 = 10;

/// The labels, in seconds, and the ruler under them.
pub(super) fn rows(scale: &Scale, end: Option<Millis>, style: Style) -> [Canvas; 2] {
    let (mut labels, mut ruler) = (Canvas::new(scale.columns), Canvas::new(scale.columns));
    ruler.fill(0..scale.columns, style.pick('─', '-'), Paint::Faint);
    let step = step(scale);
    let first = scale.from.div_ceil(step);
    for at in (first..=scale.to / step).map(|n| n * step) {
        let (column, label) = (scale.column(at), seconds(at, step));
        if scale.begins(column) <= scale.to && labels.is_free(column..column + label.len()) {
            labels.write(column, &label, Paint::Faint);
            ruler.set(column, style.pick('┬', '+'), Paint::Faint);
        }
    }
    if end.is_some_and(|end| end <= scale.to) {
        ruler.set(scale.columns - 1, style.pick('┤', '|'), Paint::Faint);
        if labels.is_free(scale.columns - 4..scale.columns) {
            labels.write(scale.columns - 3, "end", Paint::Faint);
        }
    }
    [labels, ruler]
}

/// The smallest of 1, 2, 5, 10, 20, … milliseconds that keeps the labels apart.
fn step(scale: &Scale) -> Millis {
    let least = (scale.to - scale.from).saturating_mul(APART) / scale.columns as u64;
    let mut decade: Millis = 1;
    loop {
        for step in [decade, 2 * decade, 5 * decade] {
            if step >= least.max(1) {
                return step;
            }
        }
        decade = decade.saturating_mul(10).min(Millis::MAX / 5);
    }
}

/// A time in seconds, with as many decimals as the step needs.
fn seconds(at: Millis, step: Millis) -> String {
    let decimals = match step {
        0..10 => 3,
        10..100 => 2,
        100..1_000 => 1,
        _ => 0,
    };
    let text = format!("{}.{:03}", at / 1_000, at % 1_000);
    let whole = text.len() - 4;
    text[..if decimals == 0 { whole } else { whole + 1 + decimals }].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: Millis, to: Millis, expected: &str) {
        let scale = Scale { from, to, columns: 40 };
        let style = Style { ascii: true, ..Style::default() };
        let [labels, ruler] = rows(&scale, Some(9_999), style).map(|row| row.show(style));
        assert_eq!(format!("{ruler}\n{labels}"), expected);
    }

    #[test]
    fn labels_are_round_and_apart() {
        check(4_900, 8_100, "-+-----------+------------+-----------+-\n 5           6            7           8");
        check(0, 60, "+------------+------------+-------------\n0.00         0.02         0.04");
    }
}
