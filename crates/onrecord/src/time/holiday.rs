//! Days that have a name.

use jiff::civil::{Date, Weekday};

/// How a holiday's day is found in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Always the same month and day.
    Fixed(i8, i8),
    /// The so-many-eth weekday of a month, from its end where negative.
    Weekday(i8, i8, Weekday),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// The Tuesday after the first Monday of November.
    Election,
}

/// The holiday that the words begin with, and of how many words its name is.
pub(super) fn named(words: &[&str]) -> Option<(Rule, usize)> {
    const NAMES: [(&str, Rule); 26] = [
        ("new year ' s eve", Rule::Fixed(12, 31)),
        ("new year ' s day", Rule::Fixed(1, 1)),
        ("new years eve", Rule::Fixed(12, 31)),
        ("new years day", Rule::Fixed(1, 1)),
        ("martin luther king day", Rule::Weekday(1, 3, Weekday::Monday)),
        ("valentine ' s day", Rule::Fixed(2, 14)),
        ("presidents ' day", Rule::Weekday(2, 3, Weekday::Monday)),
        ("st . patrick ' s day", Rule::Fixed(3, 17)),
        ("ash wednesday", Rule::Easter(-46)),
        ("palm sunday", Rule::Easter(-7)),
        ("good friday", Rule::Easter(-2)),
        ("easter sunday", Rule::Easter(0)),
        ("easter monday", Rule::Easter(1)),
        ("easter", Rule::Easter(0)),
        ("may day", Rule::Fixed(5, 1)),
        ("memorial day", Rule::Weekday(5, -1, Weekday::Monday)),
        ("independence day", Rule::Fixed(7, 4)),
        ("labor day", Rule::Weekday(9, 1, Weekday::Monday)),
        ("columbus day", Rule::Weekday(10, 2, Weekday::Monday)),
        ("halloween", Rule::Fixed(10, 31)),
        ("election day", Rule::Election),
        ("veterans day", Rule::Fixed(11, 11)),
        ("thanksgiving", Rule::Weekday(11, 4, Weekday::Thursday)),
        ("christmas eve", Rule::Fixed(12, 24)),
        ("christmas", Rule::Fixed(12, 25)),
        ("boxing day", Rule::Fixed(12, 26)),
    ];
    NAMES.iter().find_map(|(name, rule)| {
        let mut count = 0;
        for (part, at) in name.split(' ').zip(0..) {
            let word = words.get(at)?;
            if *word != part && !(part == "'" && *word == "’") {
                return None;
            }
            count += 1;
        }
        let day = matches!(*name, "thanksgiving" | "christmas" | "easter") && words.get(count) == Some(&"day");
        Some((*rule, count + usize::from(day)))
    })
}

/// Its day in that year.
pub(super) fn day_in(rule: Rule, year: i16) -> Option<Date> {
    match rule {
        Rule::Fixed(month, day) => Date::new(year, month, day).ok(),
        Rule::Weekday(month, nth, weekday) => Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok(),
        Rule::Easter(after) => easter(year)?.checked_add(jiff::Span::new().try_days(after).ok()?).ok(),
        Rule::Election => {
            let monday = Date::new(year, 11, 1).ok()?.nth_weekday_of_month(1, Weekday::Monday).ok()?;
            monday.tomorrow().ok()
        }
    }
}

/// Easter Sunday in the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher (1876).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let correction = (century + 8) / 25;
    let epact = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days = epact + to_sunday - 7 * late + 114;
    let (month, day) = (i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?);
    Date::new(i16::try_from(year).ok()?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        let check = |name: &str, year, expected: &str| {
            let words: Vec<_> = name.split(' ').collect();
            let (rule, count) = named(&words).expect(name);
            assert_eq!(count, words.len(), "{name}");
            assert_eq!(day_in(rule, year).map(|day| day.to_string()).as_deref(), Some(expected), "{name}");
        };
        check("easter", 2024, "2024-03-31");
        check("easter", 2000, "2000-04-23");
        check("good friday", 2025, "2025-04-18");
        check("thanksgiving day", 1999, "1999-11-25");
        check("election day", 1998, "1998-11-03");
        check("memorial day", 2023, "2023-05-29");
        check("new year ’ s eve", 2023, "2023-12-31");
        assert_eq!(named(&["new", "year"]), None);
    }
}
