//! T3: jitter survives the cap.
//!
//! **Asserts** that of a fleet's waits late in an outage, from a retry on, less than a share is within a band around the cap.
//!
//! **Measures** each wait by itself, of all clients and all outages.
//!
//! **Tolerance**: none; the band and the share are wide.
//!
//! **Findings**: `narrow`, too many waits are at the cap; `too-few`, there are fewer such waits than the check asks for.
//!
//! **Window**: the band, behind the beginning of the first wait in it.
//!
//! **Chance of failing a correct client**, for the band from 0.9 to 1.1 of a cap c = 16 b, the share 0.9 and 300 waits or more:
//!
//! - Full jitter is in the band with 0.1, equal jitter with 0.2: nothing to fear.
//! - Decorrelated jitter draws min(c, uniform on [b, 3x]), x the wait before, so exactly c quite often: asking that waits differ would be
//!   wrong. Whatever x ≤ c, P(next ≥ 0.9 c) ≤ (3c − 0.9c)/(3c − b) = 2.1·16/47 = 0.715. So the number in the band is at most
//!   as large as a binomial one with 0.715, and P(Bin(300, 0.715) ≥ 270) = 5·10⁻¹⁵; with 320 waits 6·10⁻¹⁶. With waits that are off by 5 %
//!   of the base delay, 0.73: 3·10⁻¹³.
//!
//! The first retries of an outage are left out because their ceilings are below the cap: from the sixth on the ceiling of full and equal
//! jitter is 32 b.
//!
//! **Power**: a client whose cap cuts the jitter off waits for c itself, always.

use super::{Crowd, samples, too_few};
use crate::check::{
    case::{Case, Judged, Miss, judgement},
    history::ordinal,
};
use crate::{
    scenario::Length,
    time::{Millis, show},
    verdict::Judgement,
};

/// What is asserted: the fields of [`Expect::FleetAtCap`](crate::scenario::Expect::FleetAtCap).
pub(in crate::check) struct AtCap<'a> {
    pub from_retry: u32,
    pub cap: &'a Length,
    pub band: (f64, f64),
    pub share: f64,
    pub samples: u32,
}

impl AtCap<'_> {
    fn band(&self, case: &Case<'_>) -> (Millis, Millis) {
        let cap = case.ms(self.cap) as f64;
        ((self.band.0 * cap).round() as Millis, (self.band.1 * cap).round() as Millis)
    }
}

pub(in crate::check) fn judge(case: &Case<'_>, at_cap: &AtCap<'_>) -> Judgement {
    let (low, high) = at_cap.band(case);
    let expected = format!(
        "From the {} retry of an outage on, less than {:.0} % of at least {} waits are between {} and {}, around {}.",
        ordinal(at_cap.from_retry),
        100.0 * at_cap.share,
        at_cap.samples,
        show(low),
        show(high),
        case.describe(at_cap.cap),
    );
    judgement(expected, judge_fleet(case, at_cap))
}

fn judge_fleet(case: &Case<'_>, at_cap: &AtCap<'_>) -> Judged {
    let waits = samples(case.history, |retry| retry >= at_cap.from_retry);
    if waits.len() < at_cap.samples.max(1) as usize {
        let got = format!("There were only {} waits from the {} retry on.", waits.len(), ordinal(at_cap.from_retry));
        return Err(too_few(case, &waits, got));
    }
    let (low, high) = at_cap.band(case);
    let inside = waits.iter().filter(|sample| (low..=high).contains(&sample.length()));
    let crowd = Crowd { inside: inside.clone().count(), all: waits.len() };
    let got = format!("{} are between {} and {}.", crowd.words(), show(low), show(high));
    if !crowd.is_too_dense(at_cap.share) {
        return Ok(got);
    }
    let first = inside.min_by_key(|sample| (sample.wait.from, sample.client.id));
    let evidence = first.map(|sample| sample.evidence(format!("waits {}, as nearly all do", show(sample.length()))));
    let expected = format!("less than {:.0} % in here", 100.0 * at_cap.share);
    let window = first.map(|sample| sample.window((low, high), expected));
    Err(Miss { windows: window.into_iter().collect(), ..Miss::new("narrow", got, evidence.into_iter().collect()) })
}
