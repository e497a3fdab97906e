//! TIMEX3 values of days, weeks, months and so on, near a given day.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Length, ToSpan};

/// Lengths of time that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

impl Unit {
    /// The unit that a word names, in the singular or the plural.
    pub(super) fn named(word: &str) -> Option<Unit> {
        Some(match word.strip_suffix('s').unwrap_or(word) {
            "second" | "sec" => Unit::Second,
            "minute" | "min" => Unit::Minute,
            "hour" | "hr" => Unit::Hour,
            "day" => Unit::Day,
            "week" | "wk" => Unit::Week,
            "fortnight" | "weekend" => Unit::Weekend,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "year" | "yr" => Unit::Year,
            "decade" => Unit::Decade,
            "century" | "centurie" => Unit::Century,
            _ => return None,
        })
    }

    /// So many of it, as a TIMEX3 duration: "P3D", "PT5H30M", "P2.5Y"; "X" for a number that nobody gives.
    pub(super) fn duration(self, count: Option<f64>) -> String {
        let Some(count) = count else { return self.counted("X") };
        let (whole, rest) = (count.trunc(), count.fract());
        match self {
            Unit::Hour if rest > 0.0 => {
                let minutes = (rest * 60.0).round();
                if whole > 0.0 { format!("PT{whole}H{minutes}M") } else { format!("PT{minutes}M") }
            }
            Unit::Decade => Unit::Year.duration(Some(count * 10.0)),
            Unit::Century => Unit::Year.duration(Some(count * 100.0)),
            _ => self.counted(&format!("{}", (count * 100.0).round() / 100.0)),
        }
    }

    fn counted(self, count: &str) -> String {
        match self {
            Unit::Second => format!("PT{count}S"),
            Unit::Minute => format!("PT{count}M"),
            Unit::Hour => format!("PT{count}H"),
            Unit::Day => format!("P{count}D"),
            Unit::Week => format!("P{count}W"),
            Unit::Weekend => format!("P{count}WE"),
            Unit::Month => format!("P{count}M"),
            Unit::Quarter => format!("P{count}Q"),
            // TIMEX3 has no letter for longer ones: they are told in years.
            Unit::Year | Unit::Decade | Unit::Century => format!("P{count}Y"),
        }
    }

    /// The week, month, year … that lies so many of them from that of `day`, to the unit's own grain.
    pub(super) fn shifted(self, day: Date, count: i32) -> Option<String> {
        let moved = |length: Length| day.checked_add(length).ok();
        Some(match self {
            // Clock times are not known, so that hours stay within the day.
            Unit::Second | Unit::Minute | Unit::Hour => day_value(day),
            Unit::Day => day_value(moved(count.days())?),
            Unit::Week => week_value(moved(count.weeks())?),
            Unit::Weekend => format!("{}-WE", week_value(moved(count.weeks())?)),
            Unit::Month => month_value(moved(count.months())?),
            Unit::Quarter => quarter_value(moved(count.checked_mul(3)?.months())?),
            Unit::Year => year_value(i32::from(day.year()) + count),
            Unit::Decade if count == 0 => decade_value(i32::from(day.year())),
            Unit::Decade => year_value(i32::from(day.year()) + count.checked_mul(10)?),
            Unit::Century => format!("{:02}", (i32::from(day.year()) + count.checked_mul(100)?) / 100),
        })
    }
}

pub(super) fn day_value(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

pub(super) fn week_value(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

pub(super) fn month_value(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

pub(super) fn quarter_value(day: Date) -> String {
    format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3)
}

pub(super) fn year_value(year: i32) -> String {
    format!("{year:04}")
}

pub(super) fn decade_value(year: i32) -> String {
    format!("{:03}X", year / 10)
}

/// Where a time without a year lies as seen from the day of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Past,
    Future,
    /// Whichever is nearer.
    Near,
}

/// The day of the week, the nearest on that side; the day of the report itself counts for both.
pub(super) fn weekday_near(day: Date, weekday: Weekday, direction: Direction) -> Option<Date> {
    if day.weekday() == weekday {
        return Some(day);
    }
    match direction {
        Direction::Future => day.nth_weekday(1, weekday).ok(),
        Direction::Past | Direction::Near => day.nth_weekday(-1, weekday).ok(),
    }
}

/// How many times nearer a day must lie on the other side than that which the tense asks for, to be meant all the same:
/// papers give the year of what lies nearly a year away.
const NEARER: u64 = 6;

/// The day of that month in the year that the direction asks for.
pub(super) fn month_day_near(anchor: Date, month: i8, day: i8, direction: Direction) -> Option<Date> {
    let far = |day: Date| anchor.duration_until(day).as_secs().unsigned_abs();
    let years = [-1, 0, 1].map(|shift| Date::new(anchor.year() + shift, month, day).ok());
    let mut days = years.into_iter().flatten();
    let nearest = days.clone().min_by_key(|day| far(*day))?;
    let asked = match direction {
        Direction::Past => days.rfind(|day| *day <= anchor)?,
        Direction::Future => days.find(|day| *day >= anchor)?,
        Direction::Near => nearest,
    };
    Some(if far(nearest) * NEARER < far(asked) { nearest } else { asked })
}

/// The year in which a bare month lies. The month of the report itself is that year's.
pub(super) fn month_near(anchor: Date, month: i8, direction: Direction) -> i16 {
    let ahead = (month - anchor.month()).rem_euclid(12);
    let forward = match direction {
        _ if ahead == 0 => true,
        Direction::Past => ahead == 1,
        Direction::Future => ahead < 11,
        Direction::Near => ahead < 6,
    };
    let shift = if forward { i16::from(month < anchor.month()) } else { -i16::from(month > anchor.month()) };
    anchor.year() + shift
}
