//! When what a claim tells of took place.

use jiff::civil::Date;
use onrecord::record::Time;
use serde::{Deserialize, Serialize};

/// The days in which something took place, counted from 1970-01-01, both ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) from: i32,
    pub(crate) to: i32,
    /// The claim itself says so.
    pub(crate) own: bool,
}

/// The part of a day, where a claim names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DayPart {
    Morning,
    Afternoon,
    Evening,
}

/// A time of day with the zone that it is given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    pub(crate) minute: u16,
    pub(crate) zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Zone {
    Unsaid,
    Local,
    Universal,
}

impl Frame {
    /// How many days lie between two frames; 0 where they overlap.
    pub(crate) fn gap(self, other: Frame) -> i32 {
        (self.from - other.to).max(other.from - self.to).max(0)
    }
}

/// The days that a TIMEX3 value names: a day, a week, a month or a year; nothing for what is left open ("XXXX-01-04").
pub(crate) fn days(value: &str) -> Option<(i32, i32)> {
    let value = value.split('T').next().unwrap_or(value);
    let mut parts = value.split('-');
    let year: i16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let Some(second) = parts.next() else { return Some((day(year, 1, 1)?, day(year, 12, 31)?)) };
    if let Some(week) = second.strip_prefix('W') {
        let week: i32 = week.parse().ok()?;
        let start = day(year, 1, 1)? + 7 * (week - 1);
        return Some((start - 3, start + 9));
    }
    let month: i8 = second.parse().ok()?;
    match parts.next() {
        Some(date) => {
            let at = day(year, month, date.parse().ok()?)?;
            Some((at, at))
        }
        None => Some((day(year, month, 1)?, number(Date::new(year, month, 1).ok()?.last_of_month()))),
    }
}

/// The day of a date, `YYYY-MM-DD`.
pub(crate) fn day_of(date: &str) -> Option<i32> {
    date.parse().ok().map(number)
}

fn day(year: i16, month: i8, day: i8) -> Option<i32> {
    Date::new(year, month, day).ok().map(number)
}

fn number(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until((jiff::Unit::Day, date)).map_or(0, |span| span.get_days())
}

/// The time of day among a claim's times.
pub(crate) fn clock(times: &[Time]) -> Option<Clock> {
    times.iter().find_map(|time| {
        let (_, of_day) = time.value.as_deref()?.split_once('T')?;
        let universal = of_day.ends_with('Z') || time.text.contains("GMT") || time.text.contains("UTC");
        let (hour, rest) = of_day.trim_end_matches('Z').split_once(':')?;
        let minute: u16 = rest.get(..2)?.parse().ok()?;
        let zone = match () {
            () if universal => Zone::Universal,
            () if time.text.to_lowercase().contains("local") => Zone::Local,
            () => Zone::Unsaid,
        };
        Some(Clock { minute: hour.parse::<u16>().ok()? * 60 + minute, zone })
    })
}

/// The part of the day among a claim's times.
pub(crate) fn day_part(times: &[Time]) -> Option<DayPart> {
    times.iter().find_map(|time| {
        let text = time.text.to_lowercase();
        let says = |words: &[&str]| text.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word));
        match () {
            () if says(&["early", "morning", "dawn", "daybreak"]) => Some(DayPart::Morning),
            () if says(&["afternoon"]) => Some(DayPart::Afternoon),
            () if says(&["evening", "late", "night", "dusk"]) => Some(DayPart::Evening),
            () => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (value, expected) in [
            ("1970-01-01", Some((0, 0))),
            ("1970-02", Some((31, 58))),
            ("1970", Some((0, 364))),
            ("1970-01-02TNI", Some((1, 1))),
            ("1970-W02", Some((4, 16))),
            ("XXXX-01-04", None),
            ("PRESENT_REF", None),
            ("P3D", None),
            ("1970-13-01", None),
        ] {
            assert_eq!(days(value), expected, "{value}");
        }
        assert_eq!(day_of("2013-07-02").map(|day| day % 7), Some(15_888 % 7));
    }

    #[test]
    fn gaps() {
        let frame = |from, to| Frame { from, to, own: true };
        assert_eq!(frame(0, 5).gap(frame(5, 9)), 0);
        assert_eq!(frame(0, 5).gap(frame(8, 9)), 3);
        assert_eq!(frame(8, 9).gap(frame(0, 5)), 3);
    }
}
