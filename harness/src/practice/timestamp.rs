//! A moment of the calendar, to the second.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use toml::value::Datetime;

/// The last second that a date of four digits can name: 9999-12-31T23:59:59Z.
const LAST: u64 = 253_402_300_799;

/// A moment of the calendar, to the second, shown in UTC as RFC 3339 writes it: `2026-03-04T12:30:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The time by the machine's clock.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Its day: `2026-03-04`.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take_while(|c| *c != 'T').collect()
    }

    /// Written so that it can be part of a file's name on every system: `2026-03-04T12-30-00Z`.
    #[must_use]
    pub fn file_name(self) -> String {
        self.to_string().replace(':', "-")
    }

    /// What TOML calls an offset date-time.
    pub(super) fn datetime(self) -> Datetime {
        self.to_string().parse().expect("RFC 3339 is how TOML writes it")
    }
}

/// A clock that has lost its battery is no reason to stop: a time that no date of four digits names becomes the nearest that one does.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()).min(LAST))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(self.0)).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = humantime::TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        humantime::parse_rfc3339(text).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        for text in ["1970-01-01T00:00:00Z", "2026-03-04T12:30:59Z", "9999-12-31T23:59:59Z"] {
            let time: Timestamp = text.parse().expect("it is RFC 3339");
            assert_eq!((time.to_string(), time.datetime().to_string()), (text.to_owned(), text.to_owned()));
        }
        let time: Timestamp = "2026-03-04T12:30:59Z".parse().expect("it is RFC 3339");
        assert_eq!((time.date(), time.file_name()), ("2026-03-04".into(), "2026-03-04T12-30-59Z".into()));
    }

    #[test]
    fn a_clock_that_is_wrong_stops_nobody() {
        let before = UNIX_EPOCH - Duration::from_secs(86_400);
        assert_eq!(Timestamp::from(before).to_string(), "1970-01-01T00:00:00Z");
        let late = UNIX_EPOCH + Duration::from_secs(LAST + 1);
        assert_eq!(Timestamp::from(late).to_string(), "9999-12-31T23:59:59Z");
    }
}
