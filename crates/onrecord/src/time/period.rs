//! The periods of business reports: a quarter or a year that has been named stands for "the latest period" after it, and
//! "a year earlier" beside its figures is the same quarter of the year before.

use std::borrow::Cow;

use jiff::civil::Date;

use super::Time;
use super::calendar::{self, Unit};
use super::expression::{Found, Scan};
use super::words;
use crate::number::Form;

/// A quarter or a year that a report has given figures of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    year: i16,
    /// From 1; none for a whole year.
    quarter: Option<i8>,
    /// How many expressions of time came before it.
    at: usize,
}

/// So many expressions of time later a period is forgotten.
const REMEMBERED: usize = 12;

impl Period {
    /// The period that a value names, read as the `at`-eth expression of its report.
    pub(super) fn named(value: &str, at: usize) -> Option<Period> {
        let year = value.get(..4)?.parse().ok()?;
        let quarter = match value.get(4..)? {
            "" => None,
            rest => Some(rest.strip_prefix("-Q")?.parse().ok().filter(|quarter| (1..=4).contains(quarter))?),
        };
        Some(Period { year, quarter, at })
    }

    /// What is told of after `after` was the period until now: a figure of the year before is only compared with it.
    pub(super) fn following(self, after: Option<Period>) -> Period {
        match after {
            Some(before) if before.quarter == self.quarter && before.year == self.year + 1 => {
                Period { at: self.at, ..before }
            }
            _ => self,
        }
    }

    /// The whole year of it, or that of `day`: nine months are compared with those of the year before.
    pub(super) fn year_round(period: Option<Period>, day: Date, at: usize) -> Period {
        Period { year: period.map_or(day.year(), |period| period.year), quarter: None, at }
    }

    /// Whether it has ended by a day, so that there are figures of it.
    pub(super) fn is_over(self, day: Date) -> bool {
        let now = (day.year(), (day.month() + 2) / 3);
        self.quarter.map_or(self.year <= now.0, |quarter| (self.year, quarter) < now)
    }

    fn in_year(self, year: i16) -> String {
        match self.quarter {
            Some(quarter) => format!("{year:04}-Q{quarter}"),
            None => calendar::year_value(i32::from(year)),
        }
    }
}

/// Which year's period is meant.
#[derive(Clone, Copy)]
enum Which {
    Same,
    YearBefore,
    Of(i16),
}

impl Scan<'_> {
    /// The period that is being told of.
    fn period_told(&self, times: &[Time]) -> Option<Period> {
        self.period.filter(|period| times.len() <= period.at + REMEMBERED)
    }

    /// The period a year before that which is told of, where the sentence gives figures or `at` is behind "from".
    pub(super) fn period_before(&self, at: usize, times: &[Time]) -> Option<String> {
        let compared = matches!(self.before(at), "from" | "than" | "with");
        let told = self.period_told(times).filter(|_| compared || self.has_figures())?;
        Some(told.in_year(told.year - 1))
    }

    /// A year that is told in words: "nineteen ninety-six", "the year two thousand"; with the index behind it.
    pub(super) fn year_in_words(&self, at: usize) -> Option<(usize, i16)> {
        let hundreds = match self.word(at) {
            "eighteen" => 1800,
            "nineteen" => 1900,
            "two" if self.word(at + 1) == "thousand" && self.before(at) == "year" => return Some((at + 2, 2000)),
            _ => return None,
        };
        let next = self.after_hyphen(at + 1);
        let number = self.number(next).filter(|number| number.form == Form::Words && number.scale == 1.0)?;
        let plain = number.value.fract() == 0.0 && (13.0..100.0).contains(&number.value);
        #[expect(clippy::cast_possible_truncation, reason = "it is below a hundred")]
        plain.then_some((number.end, hundreds + number.value as i16))
    }

    /// Whether the sentence has sums of money or shares.
    fn has_figures(&self) -> bool {
        let figure = |word: &Cow<'_, str>| {
            matches!(&**word, "$" | "£" | "€" | "#" | "%" | "percent" | "million" | "billion" | "cents")
        };
        self.words.iter().any(figure)
    }

    /// "the latest quarter", "the year-ago period", "the 1988 quarter", "last year's third quarter", "the quarter ended
    /// Sept. 30", "the same period a year earlier"; `at` is behind the article.
    pub(super) fn period_phrase(&self, at: usize, times: &[Time]) -> Option<Found> {
        let mut name = at;
        let mut which = Which::Same;
        let anchor = self.anchor;
        loop {
            match self.word(name) {
                "latest" | "same" | "corresponding" | "comparable" | "similar" => name += 1,
                "fiscal" if name > at => name += 1,
                "most" if self.word(name + 1) == "recent" => name += 2,
                "year"
                    if matches!(self.word(name + 2), "ago" | "earlier") && self.after_hyphen(name + 1) == name + 2 =>
                {
                    (name, which) = (name + 3, Which::YearBefore);
                }
                shift @ ("last" | "this" | "next")
                    if self.word(name + 1) == "year" && self.word(name + 3) == "s" && self.glued(name + 3) =>
                {
                    let years = match shift {
                        "last" => -1,
                        "this" => 0,
                        _ => 1,
                    };
                    (name, which) = (name + 4, Which::Of(anchor?.year() + years));
                }
                _ => match self.digits(name, 4).filter(|year| (1900..2100).contains(year)) {
                    Some(year) => (name, which) = (name + 1, Which::Of(year)),
                    None => break,
                },
            }
        }
        let ordinal = words::ordinal(self.word(name)).filter(|nth| (1..=4).contains(nth));
        let noun = if ordinal.is_some() { self.after_hyphen(name + 1) } else { name };
        let is_quarter = self.word(noun) == "quarter";
        if !is_quarter && (self.word(noun) != "period" || ordinal.is_some()) {
            return None;
        }
        let mut end = noun + 1;
        if name == at {
            // The quarter alone is that which is told of, or that which ends on the day behind it.
            return (is_quarter && ordinal.is_none()).then(|| self.quarter_ended(end)).flatten();
        }
        if matches!(which, Which::Same) {
            let of = end + usize::from(matches!(self.word(end), "of" | "in"));
            if matches!(self.word(end), "a")
                && self.word(end + 1) == "year"
                && matches!(self.word(end + 2), "ago" | "earlier")
            {
                (end, which) = (end + 3, Which::YearBefore);
            } else if self.word(of) == "last" && self.word(of + 1) == "year" {
                (end, which) = (of + 2, Which::Of(anchor?.year() - 1));
            } else if let Some(year) = self.digits(of, 4).filter(|year| of > end && (1900..2100).contains(year)) {
                (end, which) = (of + 1, Which::Of(year));
            }
        }
        let told = self.period_told(times);
        let base = match (ordinal, told) {
            (Some(nth), _) => {
                let quarter = i8::try_from(nth).ok();
                let year = told.filter(|told| told.quarter == quarter).map(|told| told.year);
                let last = self.quarter_before(quarter?);
                year.or(last).map(|year| Period { year, quarter, at: 0 })
            }
            (None, Some(told)) if !is_quarter || told.quarter.is_some() => Some(told),
            // The latest quarter is over.
            (None, _) if is_quarter => Unit::Quarter.shifted(anchor?, -1).and_then(|value| Period::named(&value, 0)),
            _ => None,
        };
        let value = base.map(|base| match which {
            Which::Same => base.in_year(base.year),
            Which::YearBefore => base.in_year(base.year - 1),
            Which::Of(year) => base.in_year(year),
        });
        if value.is_none() && !is_quarter {
            return None;
        }
        Found::date(end, value).map(|found| found.with_period(matches!(which, Which::Same)))
    }

    /// The last year in which a quarter has begun.
    fn quarter_before(&self, quarter: i8) -> Option<i16> {
        let anchor = self.anchor?;
        Some(anchor.year() - i16::from((anchor.month() + 2) / 3 < quarter))
    }

    /// A quarter of which is only told when it ends: that in which most of its months lie.
    pub(super) fn quarter_ended(&self, end: usize) -> Option<Found> {
        if !matches!(self.word(end), "ended" | "ending") {
            return None;
        }
        let (_, month, _, year) = self.month_and_day(end + 1)?;
        let year = match (year, self.anchor) {
            (Some(year), _) => year,
            (None, anchor) => anchor.map(|anchor| anchor.year() - i16::from(month > anchor.month()))?,
        };
        let (year, middle) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        Found::date(end, format!("{year:04}-Q{}", (middle + 2) / 3)).map(|found| found.with_period(true))
    }
}
