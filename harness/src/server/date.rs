//! Dates as HTTP writes them (RFC 9110 section 5.6.7), and what a server says about when to come back.

use crate::{
    scenario::{RetryAfter, Values},
    time::Millis,
};

/// When a scenario begins by the server's calendar, in seconds since 1970: the first day of 2030. A fixed day, so that two runs are the
/// same; far from any real one, so that a client which holds the server's dates against its own calendar is found out.
const EPOCH: u64 = 1_893_456_000;

/// The header fields that ask the client to come back after a time, at `now` on the scenario's clock (RFC 9110 section 10.2.3). Both
/// forms count whole seconds, so the time is rounded up to them. A date comes with the `Date` that it counts from.
pub(super) fn retry_after(after: &RetryAfter, values: &Values, now: Millis) -> Vec<(String, String)> {
    let seconds = |length| values.ms(length).div_ceil(1_000);
    match after {
        RetryAfter::Seconds(length) => vec![("retry-after".into(), seconds(length).to_string())],
        RetryAfter::Date(length) => {
            let date = EPOCH + now / 1_000;
            vec![("date".into(), http_date(date)), ("retry-after".into(), http_date(date + seconds(length)))]
        }
    }
}

/// An IMF-fixdate, the one form in which dates are sent: `Tue, 01 Jan 2030 00:00:00 GMT`.
fn http_date(since_1970: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, time) = (since_1970 / 86_400, since_1970 % 86_400);
    let (mut year, mut day) = (1970, days);
    while day >= length_of_year(year) {
        day -= length_of_year(year);
        year += 1;
    }
    let mut month = 0;
    while day >= length_of_month(month, year) {
        day -= length_of_month(month, year);
        month += 1;
    }
    let weekday = DAYS[(days % 7) as usize];
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{weekday}, {:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT", day + 1, MONTHS[month])
}

/// In days.
fn length_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

/// In days; the months count from 0.
fn length_of_month(month: usize, year: u64) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::scenario::Length;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // The first is the example of RFC 9110 section 5.6.7; the others were taken from `date --utc`.
        let dates = [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (EPOCH - 1, "Mon, 31 Dec 2029 23:59:59 GMT"),
            (EPOCH, "Tue, 01 Jan 2030 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ];
        for (seconds, date) in dates {
            assert_eq!(http_date(seconds), date);
        }
    }

    #[test]
    fn a_time_is_rounded_up_to_seconds() {
        let values = Values::none();
        let fields = |after| retry_after(&after, &values, 61_999);
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(fields(RetryAfter::Seconds(Length::literal(2_001))), [field("retry-after", "3")]);
        assert_eq!(
            fields(RetryAfter::Date(Length::literal(3_000))),
            [field("date", "Tue, 01 Jan 2030 00:01:01 GMT"), field("retry-after", "Tue, 01 Jan 2030 00:01:04 GMT"),]
        );
    }
}
