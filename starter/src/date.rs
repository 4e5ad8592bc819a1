//! Dates in header fields.

use std::time::Duration;

/// Reads a date as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7): the time since the beginning of 1970.
/// `None` if it is no such date.
///
/// The difference of two dates of one answer says how long something is from *now*, whatever the clocks of client and server show.
///
/// ```
/// use starter::http_date;
///
/// let now = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
/// let then = http_date("Sun, 06 Nov 1994 08:50:07 GMT").unwrap();
/// assert_eq!((then - now).as_secs(), 30);
/// assert_eq!(http_date("30"), None);
/// ```
#[must_use]
pub fn http_date(text: &str) -> Option<Duration> {
    let (_, date) = text.trim().split_once(", ")?;
    let mut parts = date.split(' ');
    let (day, month, year) = (number(parts.next()?)?, month(parts.next()?)?, number(parts.next()?)?);
    let time: Vec<u64> = parts.next()?.split(':').map(number).collect::<Option<_>>()?;
    let ([hour, minute, second], Some("GMT"), None) = (time.as_slice(), parts.next(), parts.next()) else {
        return None;
    };
    if !(1970..=9999).contains(&year) || !(1..=31).contains(&day) || *hour > 23 || *minute > 59 || *second > 60 {
        return None;
    }
    let days = days_before(year, month) + day - 1;
    Some(Duration::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The number of a month, from 1.
fn month(name: &str) -> Option<u64> {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    names.iter().zip(1..).find_map(|(known, n)| (*known == name).then_some(n))
}

/// The days from the beginning of 1970 to that of a month, in the Gregorian calendar.
fn days_before(year: u64, month: u64) -> u64 {
    // Counted in years that begin in March, so that the day which a leap year adds is the last of one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // The first is the example of RFC 9110; the others were taken from `date --utc`.
        let dates = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
            ("Mon, 31 Dec 2029 23:59:59 GMT", 1_893_455_999),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ];
        for (date, seconds) in dates {
            assert_eq!(http_date(date), Some(Duration::from_secs(seconds)), "{date}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let texts = [
            "",
            "3",
            "soon",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
        ];
        for text in texts {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
