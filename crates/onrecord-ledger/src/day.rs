//! Days as numbers, days since the first of January 1970, for ranges and order; and as they are written.

use jiff::civil::{Date, date};

/// The day of a date, or of a TIMEX3 value that begins with a whole date ("2025-04-09T10:00"); `None` where the value is
/// less than a day ("2025-04", "XXXX-WXX-2").
pub(crate) fn number(value: &str) -> Option<i64> {
    let (day, rest) = value.split_at_checked(10)?;
    let plain = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !plain || !(rest.is_empty() || rest.starts_with('T')) {
        return None;
    }
    day.parse().ok().map(of)
}

/// The number of a day.
#[must_use]
pub(crate) fn of(day: Date) -> i64 {
    i64::from((day - EPOCH).get_days())
}

/// The date of a number, `YYYY-MM-DD`.
pub(crate) fn written(number: i64) -> Option<String> {
    let span = jiff::Span::new().try_days(number).ok()?;
    EPOCH.checked_add(span).ok().map(|day| day.to_string())
}

const EPOCH: Date = date(1970, 1, 1);

/// Days as serde has them: `YYYY-MM-DD`, or null. For `#[serde(with)]`.
pub mod iso {
    use jiff::civil::Date;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes a day, or null.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(serializer)
    }

    /// Reads a day, or null.
    ///
    /// # Errors
    /// If it is written in another way, and those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let written: Option<String> = Option::deserialize(deserializer)?;
        let day = |day: String| {
            day.parse().map_err(|_| D::Error::custom(format!("{day:?} is no day; one is written YYYY-MM-DD")))
        };
        written.map(day).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_have_a_number() {
        for (value, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-02-01", Some(31)),
            ("1969-12-31", Some(-1)),
            ("2025-04-09", Some(20_187)),
            ("2025-04-09T10:00", Some(20_187)),
            ("2025-04-09TEV", Some(20_187)),
            ("2025-04", None),
            ("2025-W15-3", None),
            ("XXXX-WXX-2", None),
            ("2025-02-30", None),
            ("2025-04-09x", None),
            ("über-diesen", None),
            ("", None),
        ] {
            assert_eq!(number(value), expected, "{value}");
            if let Some(number) = expected {
                assert_eq!(written(number).as_deref(), value.get(..10));
            }
        }
    }
}
