//! The ruler under a timeline. The script draws it anew when it zooms.

use maud::{Markup, html as markup};

use super::shapes::Axis;
use crate::time::Millis;

/// How many labels there are at most.
const LABELS: Millis = 8;

/// Lines through all lanes, and their times below.
pub(super) fn ruler(axis: Axis, height: u32) -> Markup {
    let step = step(axis.end);
    let at: Vec<Millis> = (0..=axis.end / step).map(|n| n * step).collect();
    markup! {
        g.ruler {
            @for at in at {
                rect x=(axis.x(at)) width="1" height=(height) {}
                text class=[(axis.share(at) > 97.0).then_some("last")] x=(axis.x(at)) y=(height + 14) { (seconds(at, step)) }
            }
        }
    }
}

/// The smallest of 1, 2, 5, 10, 20, … milliseconds of which there are not too many.
fn step(end: Millis) -> Millis {
    let least = end.div_ceil(LABELS).max(1);
    let decade = 10_u64.pow(least.ilog10());
    [1, 2, 5, 10].into_iter().map(|n| decade.saturating_mul(n)).find(|step| *step >= least).unwrap_or(Millis::MAX)
}

/// A time in seconds, with as many decimals as the step needs.
fn seconds(at: Millis, step: Millis) -> String {
    let text = format!("{}.{:03}", at / 1_000, at % 1_000);
    let decimals = match step {
        0..10 => 3,
        10..100 => 2,
        100..1_000 => 1,
        _ => 0,
    };
    let whole = text.len() - 4;
    format!("{} s", &text[..if decimals == 0 { whole } else { whole + 1 + decimals }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_round_and_few() {
        for (end, expected) in [(0, 1), (8, 1), (9, 2), (74_220, 10_000), (80_000, 10_000), (80_001, 20_000)] {
            assert_eq!(step(end), expected, "{end}");
        }
        step(Millis::MAX);
        assert_eq!([seconds(20, 10), seconds(10_000, 10_000)], ["0.02 s", "10 s"]);
    }
}
