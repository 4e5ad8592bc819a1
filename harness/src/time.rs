//! Points and spans of a scenario's time.
//!
//! Everything that the grader records or compares is in whole milliseconds since the scenario began: the resolution of tokio's
//! timers, and fine enough for a virtual clock whose latency is ten of them.

/// Milliseconds: a span, or a point counted from the start of the scenario.
pub type Millis = u64;

/// How a point or span reads in a report: `0 ms`, `740 ms`, `5.01 s`, `65 s`, `2 min 5 s`.
#[must_use]
pub fn show(ms: Millis) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..120_000 => {
            let text = format!("{}.{:03}", ms / 1_000, ms % 1_000);
            format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => match (ms / 60_000, ms % 60_000 / 1_000) {
            (minutes, 0) => format!("{minutes} min"),
            (minutes, seconds) => format!("{minutes} min {seconds} s"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn spans_read_as_people_write_them() {
        let shown: Vec<_> = [0, 740, 1_000, 5_010, 65_000, 119_999, 120_000, 125_000].into_iter().map(show).collect();
        assert_eq!(shown, ["0 ms", "740 ms", "1 s", "5.01 s", "65 s", "119.999 s", "2 min", "2 min 5 s"]);
    }
}
