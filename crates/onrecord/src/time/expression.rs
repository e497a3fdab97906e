//! Finds expressions of time in a sentence: a grammar over its words, tried from left to right, the longest first.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::calendar::{self, Direction, Unit};
use super::period::Period;
use super::{Time, TimeKind, holiday, words};
use crate::lemma::{WordClass, is_closed, lemma};
use crate::number::{self, Form, Number};
use crate::token::{self, Token};

/// Adds the times of the sentence whose tokens are given. `period` is the quarter or year that the report gives figures of.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    anchor: Option<Date>,
    times: &mut Vec<Time>,
    period: &mut Option<Period>,
) {
    let words = tokens.iter().map(|token| token::lower(token.span.of(text))).collect();
    let mut scan = Scan { text, tokens, words, anchor, period: *period };
    let first = times.len();
    let mut clocks = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        // Of marks only an apostrophe opens an expression.
        if !scan.word(at).starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '‘')) {
            at += 1;
            continue;
        }
        let Some(found) = scan.expression(at, times).or_else(|| scan.told(at, times)) else {
            at += 1;
            continue;
        };
        debug_assert!(found.end > at, "an expression has words");
        if found.clock.is_some() && found.value.is_none() {
            clocks.push((times.len(), found.clock));
        }
        if let Some(named) = found.value.as_deref().filter(|_| found.is_period) {
            let ended = matches!(scan.word(found.end), "ended");
            let over = |period: &Period| ended || anchor.is_none_or(|day| period.is_over(day));
            let named = Period::named(named, times.len()).filter(over);
            scan.period = named.map(|named| named.following(scan.period)).or(scan.period);
        } else if let (Some("P6M" | "P9M"), Some(day)) = (found.value.as_deref(), anchor)
            && matches!(scan.word(at), "the" | "first" | "latest")
        {
            scan.period = Some(Period::year_round(scan.period, day, times.len()));
        }
        let span = tokens[at].span.cover(tokens[found.end - 1].span);
        times.push(Time { span, kind: found.kind, value: found.value });
        at = found.end;
        for (start, end, kind, value) in found.more {
            let span = tokens[start].span.cover(tokens[end - 1].span);
            times.push(Time { span, kind, value: Some(value) });
            at = end;
        }
    }
    *period = scan.period;
    // A time of day belongs to the day that its sentence names, else to that of the report.
    let day = times[first..].iter().find_map(|time| day_part(time.value.as_deref()?)).map(str::to_owned);
    let day = day.or_else(|| anchor.map(calendar::day_value));
    for (at, clock) in clocks {
        times[at].value = clock.map(|clock| format!("{}{clock}", day.as_deref().unwrap_or("XXXX-XX-XX")));
    }
}

/// The first day of what a value names, if it is known to so many letters: 4 to the year, 7 the month, 10 the day.
fn day_in(value: &str, least: usize) -> Option<Date> {
    let number = |from: usize, to: usize| value.get(from..to).map_or(Some(1), |part| part.parse::<i8>().ok());
    let year = value.get(..4).filter(|_| value.len() >= least)?.parse().ok()?;
    Date::new(year, number(5, 7)?, number(8, 10)?).ok()
}

fn day_part(value: &str) -> Option<&str> {
    let day = value.get(..10)?;
    let digits = |range| day.get(range).is_some_and(|part: &str| part.bytes().all(|b| b.is_ascii_digit()));
    (digits(0..4) && digits(5..7) && digits(8..10)).then_some(day)
}

/// An expression that begins at a token.
pub(super) struct Found {
    /// The index after its last token.
    pub(super) end: usize,
    pub(super) kind: TimeKind,
    pub(super) value: Option<String>,
    /// Whether it is the period of which a report gives figures.
    pub(super) is_period: bool,
    /// The time of day, where it names one and no day ("T06:22").
    clock: Option<String>,
    /// Further days that share its month or recur with it: "April 24 and 25", "every Tuesday and Thursday".
    more: Vec<(usize, usize, TimeKind, String)>,
}

impl Found {
    pub(super) fn new(end: usize, kind: TimeKind, value: impl Into<Option<String>>) -> Option<Found> {
        Some(Found { end, kind, value: value.into(), is_period: false, clock: None, more: Vec::new() })
    }

    pub(super) fn date(end: usize, value: impl Into<Option<String>>) -> Option<Found> {
        Found::new(end, TimeKind::Date, value)
    }

    /// The same, as the period of which the report gives figures or as none.
    pub(super) fn with_period(self, is_period: bool) -> Found {
        Found { is_period, ..self }
    }
}

/// A sentence that is being read.
pub(super) struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// In lower case.
    pub(super) words: Vec<Cow<'a, str>>,
    pub(super) anchor: Option<Date>,
    pub(super) period: Option<Period>,
}

impl Scan<'_> {
    fn expression(&self, at: usize, times: &[Time]) -> Option<Found> {
        let word = self.word(at);
        if word == "the" {
            return self.definite(at + 1, times);
        }
        if matches!(word, "earlier" | "later") && self.word(at + 1) == "that" {
            return None;
        }
        self.numeric(at)
            .or_else(|| self.clock(at))
            .or_else(|| self.day(at))
            .or_else(|| self.month(at))
            .or_else(|| self.holiday(at))
            .or_else(|| self.century_or_decade(at))
            .or_else(|| self.period_phrase(at, times))
            .or_else(|| self.quarter(at))
            .or_else(|| self.year(at))
            .or_else(|| self.season(at))
            .or_else(|| self.deictic(at))
            .or_else(|| self.relative(at, times))
            .or_else(|| self.within(at))
            .or_else(|| self.recurring(at))
            .or_else(|| self.length(at, times))
    }

    /// What the article "the" may begin.
    fn definite(&self, at: usize, times: &[Time]) -> Option<Found> {
        let word = self.word(at);
        if let Some(found) = self.period_phrase(at, times) {
            return Some(found);
        }
        if matches!(word, "following" | "previous")
            && let Some(found) = self.unit_told(at, times)
        {
            return Some(found);
        }
        if matches!(
            word,
            "last" | "next" | "past" | "coming" | "previous" | "following" | "current" | "first" | "latest"
        ) && let Some(found) = self.span_of(at).or_else(|| self.relative(at, times))
        {
            return Some(found);
        }
        if matches!(word, "end" | "beginning" | "start" | "middle" | "close") && self.word(at + 1) == "of" {
            return self.edge(at + 2, times);
        }
        if word == "weekend" {
            return self.weekend(at, at + 1);
        }
        if word == "past" && !self.is_noun_like(at + 1) {
            return Found::date(at + 1, "PAST_REF".to_owned());
        }
        if word == "day" && self.word(at + 1) == "before" && self.word(at + 2) == "yesterday" {
            return Found::date(at + 3, self.shifted(Unit::Day, -2));
        }
        if word == "day" && self.word(at + 1) == "after" && self.word(at + 2) == "tomorrow" {
            return Found::date(at + 3, self.shifted(Unit::Day, 2));
        }
        let full = at + usize::from(matches!(word, "full" | "fiscal"));
        if self.word(full) == "year" && matches!(self.word(full + 1), "ended" | "ending" | "to" | "through") {
            let dated = self.month_and_day(full + 2).is_some() || self.deictic(full + 2).is_some();
            if dated {
                return Found::new(full + 1, TimeKind::Duration, "P1Y".to_owned());
            }
        }
        // "for the year", "in the quarter": those of the report.
        let name = self.word(full);
        if matches!(name, "year" | "quarter" | "month" | "week")
            && matches!(self.word(at.wrapping_sub(2)), "in" | "for" | "during" | "of" | "through" | "throughout")
            && !self.capital(full)
            && (self.word(full + 1) != "of" && !self.is_noun_like(full + 1)
                || full > at
                || matches!(self.word(full + 1), "ended" | "ending"))
        {
            let unit = Unit::named(name)?;
            let value = if unit == Unit::Quarter { self.quarter_told(times) } else { None };
            let found = Found::date(full + 1, value.or_else(|| self.shifted(unit, 0)));
            return found.map(|found| found.with_period(matches!(unit, Unit::Year | Unit::Quarter)));
        }
        if word == "moment" && self.word(at.wrapping_sub(2)) == "at" {
            return Found::date(at + 1, "PRESENT_REF".to_owned());
        }
        self.day_of_month(at)
            .or_else(|| self.quarter(at))
            .or_else(|| self.century_or_decade(at))
            .or_else(|| self.season(at))
            .or_else(|| self.deictic(at).filter(|_| word == "future"))
    }

    /// "that day", "the same year", "the next day": counted from what was told last.
    fn told(&self, at: usize, times: &[Time]) -> Option<Found> {
        let mut name = at;
        let shift = match (self.word(at), self.word(at + 1)) {
            ("that" | "the", "same") => {
                name += 2;
                0
            }
            ("that", _) => {
                name += 1;
                0
            }
            ("the", "next" | "following") => {
                name += 2;
                1
            }
            ("the", "previous") => {
                name += 2;
                -1
            }
            ("the", "day") if self.word(at + 2) == "before" && matches!(self.word(at + 3), "." | ",") => {
                return Found::date(at + 3, self.day_told(times, -1));
            }
            _ => return None,
        };
        let word = self.word(name);
        let end = name + 1;
        if let Some(part) = words::part_of_day(word).filter(|_| !word.ends_with('s')) {
            return Found::new(end, TimeKind::Time, self.day_told(times, shift).map(|day| day + part));
        }
        match word {
            "day" => Found::date(end, self.day_told(times, shift)),
            "month" | "year" if shift == 0 => {
                let length = if word == "month" { 7 } else { 4 };
                let whole = |value: &&str| value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                let mut values = times.iter().rev().take(8).filter_map(|time| time.value.as_deref()?.get(..length));
                Found::date(end, values.find(whole).map(str::to_owned))
            }
            _ => None,
        }
    }

    /// The quarter of a year told of last.
    fn quarter_told(&self, times: &[Time]) -> Option<String> {
        let values = times.iter().rev().take(12).filter_map(|time| time.value.as_deref());
        values.into_iter().find(|value| value.len() == 7 && value[4..].starts_with("-Q")).map(str::to_owned)
    }

    /// The day told of last, shifted.
    fn day_told(&self, times: &[Time], shift: i32) -> Option<String> {
        let day = times.iter().rev().take(8).find_map(|time| day_part(time.value.as_deref()?))?;
        Unit::Day.shifted(day.parse().ok()?, shift)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word)
    }

    fn written(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.text))
    }

    pub(super) fn glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|token| token.span.start() == self.tokens[at - 1].span.end())
    }

    pub(super) fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    fn capital(&self, at: usize) -> bool {
        self.written(at).starts_with(char::is_uppercase)
    }

    pub(super) fn number(&self, at: usize) -> Option<Number> {
        number::number(self.text, self.tokens, at, self.tokens.len(), false)
    }

    /// A whole number written in at most so many digits, and nothing else.
    pub(super) fn digits(&self, at: usize, most: usize) -> Option<i16> {
        let word = self.word(at);
        (word.len() <= most && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok()).flatten()
    }

    /// The index after a hyphen at `at` that sticks to both its neighbours, else `at`.
    pub(super) fn after_hyphen(&self, at: usize) -> usize {
        let hyphen = matches!(self.word(at), "-" | "‐" | "‑" | "–") && self.glued(at) && self.glued(at + 1);
        if hyphen { at + 1 } else { at }
    }

    fn shifted(&self, unit: Unit, count: i32) -> Option<String> {
        unit.shifted(self.anchor?, count)
    }

    /// "2025-04-09", "4/9/2025".
    fn numeric(&self, at: usize) -> Option<Found> {
        let mark = self.word(at + 1);
        if !matches!(mark, "-" | "/") || self.word(at + 3) != mark || !(at + 1..at + 5).all(|at| self.glued(at)) {
            return None;
        }
        let (first, second, third) = (self.digits(at, 4)?, self.digits(at + 2, 2)?, self.digits(at + 4, 4)?);
        let (year, month, day) = if self.word(at).len() == 4 {
            (first, second, third)
        } else if first > 12 {
            (third, second, first)
        } else {
            (third, first, second)
        };
        let year = match (year, self.word(at + 4).len()) {
            (0..=49, 2) => 2000 + year,
            (50..=99, 2) => 1900 + year,
            _ => year,
        };
        if !(1000..2200).contains(&year) {
            return None;
        }
        let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Found::date(at + 5, calendar::day_value(day))
    }

    /// "6:22 a.m.", "9pm", "14:30", "noon", "5 o'clock", each with the zone and the day that follow it.
    fn clock(&self, at: usize) -> Option<Found> {
        let (mut end, hour, minute) = self.time_of_day(at)?;
        let zone = self.written(end);
        if (2..=4).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase()) && zone.ends_with(['T', 'C']) {
            end += 1;
        } else if matches!(self.word(end), "eastern" | "central" | "pacific" | "mountain" | "local" | "moscow") {
            let time = end + 1 + usize::from(matches!(self.word(end + 1), "standard" | "daylight"));
            end = if self.word(time) == "time" { time + 1 } else { end };
        }
        let zulu = if matches!(zone, "GMT" | "UTC") || matches!(self.before(end), "gmt" | "utc") { "Z" } else { "" };
        let clock = format!("T{hour:02}:{minute:02}{zulu}");
        let comma = end + usize::from(self.word(end) == ",");
        let on = comma + usize::from(self.word(comma) == "on");
        let day = self.day_led(on, at).or_else(|| self.month(on)).or_else(|| self.deictic(on));
        if let Some(day) = day
            && let Some(value) = day.value.as_deref().and_then(day_part)
        {
            return Found::new(day.end, TimeKind::Time, format!("{value}{clock}"));
        }
        Found::new(end, TimeKind::Time, None).map(|found| Found { clock: Some(clock), ..found })
    }

    /// The hour and the minute at `at`, and the index after them.
    fn time_of_day(&self, at: usize) -> Option<(usize, i16, i16)> {
        match self.word(at) {
            "noon" | "midday" => return Some((at + 1, 12, 0)),
            "midnight" => return Some((at + 1, 24, 0)),
            _ => {}
        }
        // A number in the middle of another is no hour.
        if at > 0 && self.glued(at) && matches!(self.before(at), "." | "," | ":" | "/" | "$" | "£" | "€" | "-") {
            return None;
        }
        let (mut end, mut minute) = (at + 1, 0);
        let mut half = None;
        let word = self.word(at);
        let hour_digits = word.trim_end_matches("am").trim_end_matches("pm");
        if hour_digits.len() == 4 && matches!(self.word(at + 1), "gmt" | "utc") {
            let hour: i16 = hour_digits.parse().ok()?;
            return (hour < 2400 && hour % 100 < 60).then_some((at + 1, hour / 100, hour % 100));
        }
        let hour: i16 = hour_digits.parse().ok().filter(|_| hour_digits.len() <= 2)?;
        let mut colon = false;
        if word.len() > hour_digits.len() {
            half = Some(word.ends_with("pm"));
        } else if matches!(self.word(at + 1), ":" | ".") && self.glued(at + 1) && self.glued(at + 2) {
            let minutes = self.word(at + 2);
            let digits = minutes.trim_end_matches("am").trim_end_matches("pm");
            if digits.len() == 2
                && let Ok(number) = digits.parse::<i16>()
            {
                minute = number;
                colon = self.word(at + 1) == ":" && !(self.word(at + 3) == ":" && self.glued(at + 3));
                half = (minutes.len() > 2).then(|| minutes.ends_with("pm"));
                end = at + 3;
            }
        }
        if half.is_none() {
            match self.word(end) {
                "am" | "pm" => {
                    half = Some(self.word(end) == "pm");
                    end += 1;
                }
                letter @ ("a" | "p") if self.word(end + 1) == "." && self.word(end + 2) == "m" => {
                    half = Some(letter == "p");
                    end += 3;
                    if self.word(end) == "." && self.glued(end) && end + 1 < self.tokens.len() {
                        end += 1;
                    }
                }
                "o" if matches!(self.word(end + 1), "'" | "’") && self.word(end + 2) == "clock" => {
                    end += 3;
                    colon = true;
                }
                _ => {}
            }
        }
        if half.is_none() && self.word(end) == "in" && self.word(end + 1) == "the" && hour <= 12 {
            match self.word(end + 2) {
                "morning" => (half, end) = (Some(false), end + 3),
                "afternoon" | "evening" => (half, end) = (Some(true), end + 3),
                _ => {}
            }
        }
        let hour = match half {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            Some(_) if hour > 12 => return None,
            None if !colon => return None,
            // The length of a film is written in the same way.
            None if !self.is_hour(at, end) => return None,
            _ => hour,
        };
        (hour < 24 && minute < 60).then_some((end, hour, minute))
    }

    /// Whether two numbers with a colon are a time of day: a preposition leads them, or a zone or a day follows.
    fn is_hour(&self, at: usize, end: usize) -> bool {
        let zone = self.written(end);
        matches!(
            self.before(at),
            "at" | "by"
                | "until"
                | "till"
                | "around"
                | "about"
                | "from"
                | "before"
                | "after"
                | "since"
                | "to"
                | "and"
                | "between"
        ) || (2..=4).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase())
            || matches!(self.word(end), "on" | "in" | "local" | "hours")
    }

    /// "Tuesday", "last Friday", "Tuesday morning", "Friday, Oct. 23", "Fridays".
    fn day(&self, at: usize) -> Option<Found> {
        self.day_led(at, at)
    }

    /// The same where the whole expression begins at `lead`.
    fn day_led(&self, at: usize, lead: usize) -> Option<Found> {
        let (modifier, mut name) = self.modifier(at);
        if modifier.is_some_and(|modifier| matches!(modifier, "early" | "late")) {
            name = self.after_hyphen(name);
        }
        let word = self.word(name);
        let weekday = if let Some(weekday) = words::weekday(word).filter(|_| self.capital(name)) {
            weekday
        } else if let Some(weekday) =
            words::weekday(word.strip_suffix('s').unwrap_or("")).filter(|_| self.capital(name))
        {
            let value = format!("XXXX-WXX-{}", weekday.to_monday_one_offset());
            return Found::new(name + 1, TimeKind::Set, value);
        } else {
            let weekday = words::short_weekday(word).filter(|_| self.capital(name))?;
            let dotted = self.word(name + 1) == "." && self.glued(name + 1);
            let comma = name + 1 + usize::from(dotted);
            let date = self.month_name(comma + usize::from(self.word(comma) == ",")).is_some();
            let led = dotted && name + 2 < self.tokens.len() && matches!(self.before(at), "on" | "last" | "next");
            if !date && !led {
                return None;
            }
            weekday
        };
        let mut end = name + 1;
        if self.word(end) == "." && self.glued(end) && word.len() < 6 {
            end += 1;
        }
        if matches!(modifier, Some("every" | "each")) {
            let value = |weekday: Weekday| format!("XXXX-WXX-{}", weekday.to_monday_one_offset());
            let mut found = Found::new(end, TimeKind::Set, value(weekday))?;
            if matches!(self.word(end), "and" | "or")
                && let Some(second) = words::weekday(self.word(end + 1)).filter(|_| self.capital(end + 1))
            {
                found.more.push((end + 1, end + 2, TimeKind::Set, value(second)));
            }
            return Some(found);
        }
        // "Wednesday last week", "Monday of next week"
        let week = end + usize::from(self.word(end) == "of");
        if self.word(week + 1) == "week"
            && let Some(shift) = match self.word(week) {
                "last" => Some(-1),
                "this" => Some(0),
                "next" => Some(1),
                _ => None,
            }
        {
            let monday = self.anchor.and_then(|anchor| {
                let back = i64::from(anchor.weekday().to_monday_zero_offset());
                anchor.checked_sub(back.days()).ok()?.checked_add(shift.weeks()).ok()
            });
            let day =
                monday.and_then(|monday| monday.checked_add(i64::from(weekday.to_monday_zero_offset()).days()).ok());
            return Found::date(week + 2, day.map(calendar::day_value));
        }
        // The date beside it says which one.
        let next = end + usize::from(self.word(end) == ",");
        if self.month_name(next).is_some()
            && let Some((past, month, day, year)) = self.month_and_day(next)
        {
            let day =
                year.or_else(|| self.year_with(month, day, weekday)).and_then(|year| Date::new(year, month, day).ok());
            if let Some(day) = day {
                return self.day_with_part(past, Some(day), String::new());
            }
        }
        let day = self.anchor.and_then(|anchor| self.weekday(anchor, weekday, modifier, lead, end));
        self.day_with_part(end, day, format!("XXXX-WXX-{}", weekday.to_monday_one_offset()))
    }

    /// Whether "last" is the verb: "will last 30 days".
    fn is_verb_last(&self, at: usize) -> bool {
        self.word(at) == "last"
            && matches!(
                self.before(at),
                "will" | "would" | "to" | "could" | "may" | "might" | "can" | "should" | "must" | "not" | "ll"
            )
    }

    /// The word that leads an expression, where one does, and where the rest begins.
    fn modifier(&self, at: usize) -> (Option<&str>, usize) {
        let word = self.word(at);
        let leads = matches!(
            word,
            "last"
                | "next"
                | "this"
                | "early"
                | "late"
                | "every"
                | "each"
                | "mid"
                | "past"
                | "coming"
                | "following"
                | "previous"
        );
        if !leads || self.is_verb_last(at) {
            return (None, at);
        }
        // "this past Tuesday", "this coming Friday".
        if word == "this" && matches!(self.word(at + 1), "past" | "coming") {
            return (Some(if self.word(at + 1) == "past" { "last" } else { "next" }), at + 2);
        }
        (Some(word), at + 1)
    }

    fn weekday(&self, anchor: Date, weekday: Weekday, modifier: Option<&str>, at: usize, end: usize) -> Option<Date> {
        match modifier {
            Some("last" | "previous" | "past") => anchor.nth_weekday(-1, weekday).ok(),
            Some("next") => {
                // That of the week to come.
                let monday = anchor.nth_weekday(1, Weekday::Monday).ok()?;
                monday.checked_add(i64::from(weekday.to_monday_zero_offset()).days()).ok()
            }
            Some("coming" | "following") => anchor.nth_weekday(1, weekday).ok(),
            Some("this") => {
                let direction = self.direction(at, end);
                let direction = if direction == Direction::Near { Direction::Future } else { direction };
                calendar::weekday_near(anchor, weekday, direction)
            }
            _ => calendar::weekday_near(anchor, weekday, self.direction(at, end)),
        }
    }

    /// A day, with the part of it that the next word names.
    fn day_with_part(&self, end: usize, day: Option<Date>, otherwise: String) -> Option<Found> {
        let value = day.map_or(otherwise, calendar::day_value);
        match words::part_of_day(self.word(end)) {
            Some(part) if !self.word(end).ends_with('s') => {
                Found::new(end + 1, TimeKind::Time, format!("{value}{part}"))
            }
            _ => Found::date(end, value),
        }
    }

    /// The year near the report's in which a date falls on a weekday.
    fn year_with(&self, month: i8, day: i8, weekday: Weekday) -> Option<i16> {
        let anchor = self.anchor?;
        let falls = |year: i16| Date::new(year, month, day).is_ok_and(|date| date.weekday() == weekday);
        let near = calendar::month_day_near(anchor, month, day, Direction::Near)?.year();
        [near, anchor.year(), anchor.year() - 1, anchor.year() + 1].into_iter().find(|year| falls(*year)).or(Some(near))
    }

    /// The month at `at`, and the index after its name and full stop.
    fn month_name(&self, at: usize) -> Option<(i8, usize)> {
        if !self.capital(at) {
            return None;
        }
        if let Some(month) = words::month(self.word(at)) {
            return Some((month, at + 1));
        }
        let month = words::short_month(self.word(at))?;
        let dot = self.word(at + 1) == "." && self.glued(at + 1);
        let end = at + 1 + usize::from(dot);
        // The full stop may be the sentence's own.
        let end = if end == self.tokens.len() { at + 1 } else { end };
        (dot || self.digits(end, 4).is_some()).then_some((month, end))
    }

    /// "April 8", "Apr. 8th, 2025": the index after it, month, day, year.
    pub(super) fn month_and_day(&self, at: usize) -> Option<(usize, i8, i8, Option<i16>)> {
        let (month, next) = self.month_name(at)?;
        let day = self.day_number(next)?;
        let end = next + 1;
        let (end, year) = self.year_after(end);
        Some((end, month, day, year))
    }

    /// The day of a month at `at`: "8", "8th".
    fn day_number(&self, at: usize) -> Option<i8> {
        let word = self.word(at);
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if digits.is_empty() || digits.len() > 2 || !matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th") {
            return None;
        }
        let day: i8 = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
        // "May 1,200 men", "May 3.5 percent", "April 20 people"
        let mark = matches!(self.word(at + 1), "," | "." | ":" | "/") && self.glued(at + 1) && self.glued(at + 2);
        let number = mark && self.word(at + 2).starts_with(|c: char| c.is_ascii_digit());
        let led = at >= 2 && matches!(self.before(at - 1), "in" | "since" | "during" | "by");
        let counted = led && self.is_plural(at + 1) || matches!(self.word(at + 1), "%" | "percent");
        (!number && !counted).then_some(day)
    }

    /// Whether a word in small letters is a plural noun, so that a number before it counts.
    fn is_plural(&self, at: usize) -> bool {
        let word = self.word(at);
        let plain = !self.capital(at) && word.len() > 3 && word.bytes().all(|b| b.is_ascii_lowercase());
        plain && lemma(word, WordClass::Noun) != word
            || matches!(word, "people" | "men" | "women" | "children" | "million" | "billion" | "percent")
    }

    /// The year that follows a month or a day, and the index after it.
    fn year_after(&self, at: usize) -> (usize, Option<i16>) {
        let next = at + usize::from(matches!(self.word(at), "," | "of"));
        if let Some(year) = self.digits(next, 4).filter(|_| self.word(next).len() == 4)
            && (1000..2200).contains(&year)
            && !(self.word(next + 1) == "," && self.glued(next + 1) && self.glued(next + 2))
        {
            return (next + 1, Some(year));
        }
        if let Some((end, year)) = self.year_in_words(next) {
            return (end, Some(year));
        }
        let of = at + usize::from(self.word(at) == "of");
        let shift = match (self.word(of), self.word(of + 1)) {
            ("last", "year") => -1,
            ("this", "year") => 0,
            ("next", "year") => 1,
            _ => return (at, None),
        };
        match self.anchor {
            Some(anchor) => (of + 2, Some(anchor.year() + shift)),
            None => (at, None),
        }
    }

    /// "April", "early March", "last October", "April 8", "April 8, 2025", "April 2025", "8 April".
    fn month(&self, at: usize) -> Option<Found> {
        if let Some(found) = self.day_of_month(at) {
            return Some(found);
        }
        let (modifier, name) = self.modifier(at);
        let name = if modifier.is_some() { self.after_hyphen(name) } else { name };
        let (month, next) = self.month_name(name)?;
        if matches!(modifier, Some("every" | "each")) {
            return Found::new(next, TimeKind::Set, format!("XXXX-{month:02}"));
        }
        if let Some((end, month, day, year)) = self.month_and_day(name) {
            let date = match (year, self.anchor) {
                (Some(year), _) => Date::new(year, month, day).ok(),
                (None, Some(anchor)) => {
                    let direction = self.side(modifier).unwrap_or_else(|| self.direction(at, end));
                    calendar::month_day_near(anchor, month, day, direction)
                }
                (None, None) => None,
            };
            let mut found = self.day_with_part(end, date, format!("XXXX-{month:02}-{day:02}"))?;
            // "April 24 and 25", "Oct. 18-22"
            let link = next + 1;
            if year.is_none()
                && matches!(self.word(link), "and" | "-" | "–" | "to" | "through" | "or")
                && let Some(second) = self.day_number(link + 1).filter(|second| *second > day)
                && self.month_name(link + 2).is_none()
                && Unit::named(self.word(link + 2)).is_none()
            {
                let date = date.and_then(|date| Date::new(date.year(), month, second).ok());
                let value = date.map_or(format!("XXXX-{month:02}-{second:02}"), calendar::day_value);
                found.more.push((link + 1, link + 2, TimeKind::Date, value));
            }
            return Some(found);
        }
        if matches!(self.word(name), "may" | "march") && !self.is_month(at, name, next) {
            return None;
        }
        let (end, year) = self.year_after(next);
        let year = year.or_else(|| {
            let anchor = self.anchor?;
            Some(match self.side(modifier) {
                Some(Direction::Past) if month == anchor.month() => anchor.year() - 1,
                Some(Direction::Future) if month == anchor.month() => anchor.year() + 1,
                Some(direction) => calendar::month_near(anchor, month, direction),
                None => calendar::month_near(anchor, month, self.direction(at, end)),
            })
        });
        Found::date(end, year.map_or(format!("XXXX-{month:02}"), |year| format!("{year:04}-{month:02}")))
    }

    /// "8 April 2025", "8th of April".
    fn day_of_month(&self, at: usize) -> Option<Found> {
        let day = self.day_number(at)?;
        let of = at + 1 + usize::from(self.word(at + 1) == "of");
        let (month, next) = self.month_name(of)?;
        if matches!(self.word(of), "may" | "march")
            && self.written(of - 1).starts_with(char::is_lowercase)
            && of == at + 1
        {
            return None;
        }
        let (end, year) = self.year_after(next);
        let date = match (year, self.anchor) {
            (Some(year), _) => Date::new(year, month, day).ok(),
            (None, Some(anchor)) => calendar::month_day_near(anchor, month, day, self.direction(at, end)),
            (None, None) => None,
        };
        self.day_with_part(end, date, format!("XXXX-{month:02}-{day:02}"))
    }

    /// Whether "May" or "March" without a day is the month: after a preposition or a modifier, or before a year.
    fn is_month(&self, at: usize, name: usize, next: usize) -> bool {
        let year = self.year_after(next).1.is_some();
        let noun = self.word(next);
        let attribute = self.before(name) == "the"
            && !self.capital(next)
            && noun.len() > 3
            && noun.bytes().all(|b| b.is_ascii_lowercase())
            && !matches!(noun, "that" | "from" | "with" | "against" | "through" | "over" | "into" | "were" | "will");
        if attribute {
            return true;
        }
        let joined = matches!(self.before(name), "to" | "and" | "or" | "-" | "–");
        let led = at < name
            || joined && name >= 2 && words::month(self.word(name - 2)).is_some() && self.capital(name - 2)
            || matches!(
                self.before(name),
                "in" | "since"
                    | "until"
                    | "till"
                    | "by"
                    | "from"
                    | "through"
                    | "during"
                    | "of"
                    | "for"
                    | "before"
                    | "after"
            );
        year || led && !(self.before(name) == "of" && name + 1 < self.tokens.len() && self.capital(name + 1))
    }

    /// On which side of the report a modifier puts what follows.
    fn side(&self, modifier: Option<&str>) -> Option<Direction> {
        match modifier? {
            "last" | "past" | "previous" => Some(Direction::Past),
            "next" | "coming" | "following" => Some(Direction::Future),
            _ => None,
        }
    }

    fn holiday(&self, at: usize) -> Option<Found> {
        let (modifier, name) = self.modifier(at);
        if !self.capital(name) {
            return None;
        }
        let rest: Vec<&str> = self.words[name..self.words.len().min(name + 6)].iter().map(|word| &**word).collect();
        let (rule, count) = holiday::named(&rest)?;
        let end = name + count;
        let (end, year) = self.year_after(end);
        let day = match (year, self.anchor) {
            (Some(year), _) => holiday::day_in(rule, year),
            (None, Some(anchor)) => {
                let direction = self.side(modifier).unwrap_or_else(|| self.direction(at, end));
                let mut days = [-1, 0, 1].into_iter().filter_map(|shift| holiday::day_in(rule, anchor.year() + shift));
                match direction {
                    Direction::Past => days.rfind(|day| *day <= anchor),
                    Direction::Future => days.find(|day| *day >= anchor),
                    Direction::Near => days.min_by_key(|day| anchor.duration_until(*day).as_secs().unsigned_abs()),
                }
            }
            (None, None) => None,
        };
        Found::date(end, day.map(calendar::day_value))
    }

    /// "the 20th century", "1990s", "'90s", "the early 1990s", "nineties".
    fn century_or_decade(&self, at: usize) -> Option<Found> {
        let (modifier, mut name) = self.modifier(at);
        if !matches!(modifier, None | Some("early" | "late" | "mid")) {
            return None;
        }
        name = self.after_hyphen(name);
        if let Some(ordinal) = words::ordinal(self.word(name)) {
            let century = self.after_hyphen(name + 1);
            if self.word(century) == "century" && ordinal > 0 {
                return Found::date(century + 1, format!("{:02}", ordinal - 1));
            }
        }
        let quoted = matches!(self.word(name), "'" | "’" | "‘") && self.glued(name + 1);
        let digits = name + usize::from(quoted);
        let word = self.word(digits);
        let bare = word.strip_suffix('s').or_else(|| {
            let s =
                matches!(self.word(digits + 1), "'" | "’") && self.word(digits + 2) == "s" && self.glued(digits + 2);
            s.then_some(word)
        });
        let end = if word.ends_with('s') { digits + 1 } else { digits + 3 };
        if let Some(bare) = bare.filter(|bare| bare.ends_with('0') && bare.bytes().all(|b| b.is_ascii_digit())) {
            let year: i32 = bare.parse().ok()?;
            return match bare.len() {
                4 if (1500..2100).contains(&year) => Found::date(end, calendar::decade_value(year)),
                2 if quoted || self.before(at) == "the" => {
                    Found::date(end, calendar::decade_value(if year < 20 { 2000 } else { 1900 } + year))
                }
                _ => None,
            };
        }
        let year = words::decade(self.word(name)).filter(|_| self.before(at) == "the")?;
        Found::date(name + 1, calendar::decade_value(year))
    }

    /// "1998", "2014-15", "fiscal 1998", "early 2005".
    fn year(&self, at: usize) -> Option<Found> {
        if let Some((end, year)) = self.year_in_words(at) {
            return Found::date(end, calendar::year_value(i32::from(year)));
        }
        let (modifier, name) = self.modifier(at);
        let name = if matches!(modifier, Some("early" | "late" | "mid")) { self.after_hyphen(name) } else { at };
        let year = self.digits(name, 4).filter(|_| self.word(name).len() == 4)?;
        if name > 0 && self.glued(name) && !matches!(self.before(name), "(" | "-" | "–" | "—" | "“" | "‘" | "\"" | "/")
        {
            return None;
        }
        // A part of a bigger number, a sum, a code.
        let glued_on = self.glued(name + 1) && self.glued(name + 2);
        if glued_on && matches!(self.word(name + 1), "," | "." | ":" | "/") && self.digits(name + 2, 9).is_some() {
            return None;
        }
        if matches!(self.before(name), "$" | "£" | "€" | "#" | "no" | "number" | "than" | "about" | "nearly" | "some")
            || year % 10 == 0 && self.before(name) != "the" && self.is_plural(name + 1)
            || matches!(
                self.word(name + 1),
                "people" | "men" | "women" | "children" | "%" | "percent" | "a.m" | "gmt" | "km" | "feet" | "sq"
            )
        {
            return None;
        }
        let led = matches!(
            self.before(name),
            "in" | "since"
                | "of"
                | "by"
                | "until"
                | "from"
                | "to"
                | "through"
                | "during"
                | "before"
                | "after"
                | "and"
                | "between"
                | "the"
                | "a"
                | "fiscal"
                | "year"
                | ","
                | "("
                | "-"
                | "–"
                | "early"
                | "late"
                | "mid"
                | "for"
                | "on"
                | "or"
                | "till"
                | "around"
                | "circa"
                | "summer"
                | "spring"
                | "fall"
                | "winter"
        );
        let plausible = if led { 1500..2100 } else { 1900..2050 };
        if !plausible.contains(&year) {
            return None;
        }
        let value = calendar::year_value(i32::from(year));
        // "2014-15" is the first year as far as TIMEX3 can say it.
        let second = self.after_hyphen(name + 1);
        let pair = second > name + 1 && self.digits(second, 2).is_some_and(|second| second == (year + 1) % 100);
        Found::date(if pair { second + 1 } else { name + 1 }, value)
    }

    /// "the third quarter of 1998", "third-quarter", "Q3 2024", "first half".
    fn quarter(&self, at: usize) -> Option<Found> {
        let word = self.word(at);
        let short = word.strip_prefix('q').and_then(|digit| digit.parse::<u32>().ok()).filter(|_| self.capital(at));
        let ordinal = words::ordinal(word);
        let unit = self.after_hyphen(at + 1);
        let (nth, is_half, end) = match (short, ordinal, self.word(unit)) {
            (Some(nth @ 1..=4), ..) => (nth, false, at + 1),
            (None, Some(nth @ 1..=4), "quarter") => (nth, false, unit + 1),
            (None, Some(nth @ 1..=2), "half") => (nth, true, unit + 1),
            _ => return None,
        };
        let fiscal = if self.word(end) == "of" && self.word(end + 1) == "fiscal" { end + 2 } else { end };
        let (past, year) = self.year_after(fiscal);
        // The half of a match or a show is none of the year's.
        if is_half && year.is_none() && self.word(end) != "of" {
            return None;
        }
        if is_half && year.is_none() && !(self.word(end + 1) == "the" && self.word(end + 2) == "year") {
            return None;
        }
        let end = if year.is_some() { past } else { end };
        let letter = if is_half { 'H' } else { 'Q' };
        let year = year.or_else(|| {
            let anchor = self.anchor?;
            let now = u32::from(anchor.month().unsigned_abs() + 2) / 3;
            let begun = if is_half { nth <= now.div_ceil(2) } else { nth <= now };
            // Figures of the quarter that has just ended are still expected: "will report a third-quarter loss".
            let ended = !is_half && (now + 3 - nth) % 4 == 0;
            let shift = match self.direction(at, end) {
                Direction::Future if !ended => i16::from(nth < now),
                _ => -i16::from(!begun),
            };
            Some(anchor.year() + shift)
        });
        let value = year.map_or(format!("XXXX-{letter}{nth}"), |year| format!("{year:04}-{letter}{nth}"));
        Found::date(end, value).map(|found| found.with_period(!is_half))
    }

    /// "last fall", "the spring of 1999", "summer 2005".
    fn season(&self, at: usize) -> Option<Found> {
        let (modifier, name) = self.modifier(at);
        let name = if matches!(modifier, Some("mid" | "early" | "late")) { self.after_hyphen(name) } else { name };
        let season = words::season(self.word(name))?;
        let (end, year) = self.year_after(name + 1);
        if let Some(year) = year {
            return Found::date(end, format!("{year:04}-{season}"));
        }
        let definite = self.before(at) == "the"
            && matches!(
                self.before(at.saturating_sub(1)),
                "in" | "during" | "by" | "until" | "into" | "of" | "through" | "throughout" | "over" | "since"
            );
        let direction = match modifier {
            Some("every" | "each") => return Found::new(name + 1, TimeKind::Set, format!("XXXX-{season}")),
            Some("last" | "past" | "previous") => Direction::Past,
            Some("next" | "coming" | "following") => Direction::Future,
            Some("this") => Direction::Near,
            _ if definite => self.direction(at, end),
            _ => return None,
        };
        // The months in which it begins and ends; winter counts by the year in which it begins.
        let (first, last) = match season {
            "SP" => (3, 5),
            "SU" => (6, 8),
            "FA" => (9, 11),
            _ => (12, 14),
        };
        let year = self.anchor.map(|anchor| {
            let month = anchor.month();
            let shift = match direction {
                Direction::Past => -i16::from(last >= month),
                Direction::Future => i16::from(first <= month),
                Direction::Near => 0,
            };
            anchor.year() + shift
        });
        Found::date(name + 1, year.map_or(format!("XXXX-{season}"), |year| format!("{year:04}-{season}")))
    }

    /// "today", "last night", "this morning", "tomorrow", "now", "recently".
    fn deictic(&self, at: usize) -> Option<Found> {
        let part = |end: usize, shift: i32| {
            let day = self.shifted(Unit::Day, shift)?;
            match words::part_of_day(self.word(end)) {
                Some(part) => Found::new(end + 1, TimeKind::Time, format!("{day}{part}")),
                None => Found::date(end, day),
            }
        };
        let without = |kind| Found::new(at + 1, kind, None);
        // "USA TODAY" is a paper.
        if self.written(at).len() > 1 && !self.written(at).chars().any(char::is_lowercase) {
            return None;
        }
        match self.word(at) {
            "today" => part(at + 1, 0).or_else(|| without(TimeKind::Date)),
            "yesterday" => part(at + 1, -1).or_else(|| without(TimeKind::Date)),
            "tomorrow" => part(at + 1, 1).or_else(|| without(TimeKind::Date)),
            "tonight" => Found::new(at + 1, TimeKind::Time, self.shifted(Unit::Day, 0).map(|day| day + "TNI")),
            "last" if self.word(at + 1) == "night" => {
                Found::new(at + 2, TimeKind::Time, self.shifted(Unit::Day, -1).map(|day| day + "TNI"))
            }
            "this" => {
                let part = words::part_of_day(self.word(at + 1)).filter(|_| !self.word(at + 1).ends_with('s'))?;
                Found::new(at + 2, TimeKind::Time, self.shifted(Unit::Day, 0).map(|day| day + part))
            }
            "at" if self.word(at + 1) == "present" => Found::date(at + 2, "PRESENT_REF".to_owned()),
            "overnight" => Found::new(at + 1, TimeKind::Time, self.shifted(Unit::Day, 0).map(|day| day + "TNI")),
            "these" if self.word(at + 1) == "days" => Found::date(at + 2, "PRESENT_REF".to_owned()),
            word => {
                let value = words::reference(word)?;
                // "recent weeks" is a length; "recent" alone says too little.
                if matches!(word, "recent" | "formerly" | "previously" | "lately") {
                    return None;
                }
                Found::date(at + 1, value.to_owned())
            }
        }
    }

    /// "last week", "this year", "next month", "the past two months", "recent years", "the coming weeks".
    fn relative(&self, at: usize, times: &[Time]) -> Option<Found> {
        if let Some(found) = self.span_of(at) {
            return Some(found);
        }
        if self.is_verb_last(at) {
            return None;
        }
        let word = self.word(at);
        let mut name = at + 1;
        let shift = match word {
            "last" | "previous" => -1,
            "this" | "current" => 0,
            "next" | "coming" | "following" => 1,
            // "earlier this year", "later this week" have the value of the year and of the week.
            "earlier" | "later" | "early" | "late" if matches!(self.word(at + 1), "this" | "last" | "next") => {
                let day = self.deictic(at + 1);
                let found = day.or_else(|| self.relative(at + 1, times))?;
                return matches!(found.kind, TimeKind::Date | TimeKind::Time).then_some(found);
            }
            _ => return None,
        };
        if word == "this" && matches!(self.word(name), "past" | "coming") {
            return self.relative(name, times);
        }
        if self.word(name) == "fiscal" {
            name += 1;
        }
        let unit = Unit::named(self.word(name)).filter(|_| !self.word(name).ends_with('s'))?;
        match unit {
            Unit::Weekend if self.word(name) == "weekend" => self.weekend(at, name + 1),
            Unit::Weekend | Unit::Second | Unit::Minute | Unit::Hour => None,
            // "this day", "the next day" depend on what was told before.
            Unit::Day => None,
            Unit::Decade | Unit::Century if !matches!(word, "this" | "current") => {
                Found::new(name + 1, TimeKind::Duration, unit.duration(Some(1.0)))
            }
            Unit::Year if word == "last" && self.is_compared(at, name + 1) => {
                Found::date(name + 1, self.period_before(at, times).or_else(|| self.shifted(unit, shift)))
            }
            _ => Found::date(name + 1, self.shifted(unit, shift)),
        }
    }

    /// Whether a figure right beside "last year" is compared with another: "from $3 million last year", "last year's $3
    /// million".
    fn is_compared(&self, at: usize, end: usize) -> bool {
        let with = |at: usize| matches!(self.word(at), "from" | "compared" | "than" | "against" | "versus");
        let figure = |at: usize| {
            matches!(self.word(at), "million" | "billion" | "share" | "percent" | "%" | "cents")
                || self.word(at).starts_with(|c: char| c.is_ascii_digit())
        };
        let owns = self.word(end + 1) == "s" && matches!(self.word(end + 2), "$" | "£" | "€" | "#");
        let before = at.checked_sub(1).is_some_and(|before| {
            figure(before) || self.word(before) == "," && figure(before - usize::from(before > 0))
        });
        (owns || before) && (at.saturating_sub(16)..at).any(with)
    }

    /// A unit of time counted from what was told last: "the following month", "the previous year".
    fn unit_told(&self, at: usize, times: &[Time]) -> Option<Found> {
        let word = self.word(at + 1);
        let shift = if self.word(at) == "following" { 1 } else { -1 };
        if let Some(weekday) = words::weekday(word).filter(|_| self.capital(at + 1)) {
            let told = times.iter().rev().take(2).find_map(|time| day_in(time.value.as_deref()?, 10))?;
            return self.day_with_part(at + 2, told.nth_weekday(shift, weekday).ok(), String::new());
        }
        let unit = Unit::named(word).filter(|_| !word.ends_with('s'))?;
        let least = match unit {
            Unit::Week => 10,
            Unit::Month => 7,
            Unit::Year => 4,
            _ => return None,
        };
        let told = times.iter().rev().take(2).find_map(|time| day_in(time.value.as_deref()?, least))?;
        Found::date(at + 2, unit.shifted(told, shift))
    }

    /// The end or the beginning of a time that begins at `at`: it has that time's value.
    fn edge(&self, at: usize, times: &[Time]) -> Option<Found> {
        let name = at + usize::from(self.word(at) == "the");
        let unit = Unit::named(self.word(name)).filter(|_| name > at);
        if let Some(unit @ (Unit::Week | Unit::Month | Unit::Year | Unit::Decade)) = unit
            && !self.word(name).ends_with('s')
            && self.word(name + 1) != "of"
        {
            return Found::date(name + 1, self.shifted(unit, 0));
        }
        self.expression(at, times).filter(|found| found.kind == TimeKind::Date && found.more.is_empty())
    }

    /// "earlier in the year", "later in the week", "year-end", "by year's end".
    fn within(&self, at: usize) -> Option<Found> {
        let word = self.word(at);
        if matches!(word, "earlier" | "later" | "early" | "late")
            && self.word(at + 1) == "in"
            && self.word(at + 2) == "the"
            && let Some(unit @ (Unit::Week | Unit::Month | Unit::Year | Unit::Decade)) = Unit::named(self.word(at + 3))
            && !self.word(at + 3).ends_with('s')
            && self.word(at + 4) != "of"
        {
            return Found::date(at + 4, self.shifted(unit, 0));
        }
        if let Some(unit @ (Unit::Week | Unit::Month | Unit::Year)) = Unit::named(word)
            && matches!(self.before(at), "by" | "at" | "until" | "before" | "after" | "since" | "of" | "from")
        {
            let name = match self.word(at + 1) {
                "'" | "’" if self.word(at + 2) == "s" && self.glued(at + 1) => at + 3,
                _ => self.after_hyphen(at + 1),
            };
            let noun = Unit::named(self.word(name + 1)).is_none()
                && !self.word(name + 1).starts_with(char::is_alphanumeric)
                || matches!(
                    self.word(name + 1),
                    "and" | "or" | "to" | "because" | "as" | "with" | "if" | "in" | "after"
                );
            if self.word(name) == "end" && noun {
                return Found::date(name + 1, self.shifted(unit, 0));
            }
        }
        None
    }

    /// "weekend" and what goes before it.
    fn weekend(&self, at: usize, end: usize) -> Option<Found> {
        let Some(anchor) = self.anchor else { return Found::date(end, None) };
        let at_work = anchor.weekday().to_monday_one_offset() <= 5;
        let shift = match self.word(at) {
            "last" | "past" => -1,
            "next" => 1,
            "coming" => 0,
            // On a Monday or Tuesday it is that just past.
            "this" => {
                -i32::from(anchor.weekday().to_monday_one_offset() <= 2 && self.direction(at, end) != Direction::Future)
            }
            _ if self.direction(at, end) == Direction::Future => 0,
            _ => -i32::from(at_work),
        };
        Found::date(end, self.shifted(Unit::Weekend, shift))
    }

    /// A length counted back or forward from the report: "the past two months", "recent days", "the next few years".
    fn span_of(&self, at: usize) -> Option<Found> {
        let word = self.word(at);
        if self.is_verb_last(at) {
            return None;
        }
        if !matches!(
            word,
            "last" | "past" | "next" | "coming" | "recent" | "first" | "previous" | "following" | "latest"
        ) {
            return None;
        }
        let mut name = at + 1;
        let few = matches!(self.word(name), "few" | "several" | "couple" | "many");
        let mut count = Some(1.0);
        let mut counted = false;
        if few {
            name += 1 + usize::from(self.word(name + 1) == "of");
            count = None;
            counted = true;
        } else if let Some(number) =
            self.number(name).filter(|number| number.form == Form::Digits || number.form == Form::Words)
        {
            name = number.end;
            count = Some(number.value);
            counted = true;
        }
        if matches!(self.word(name), "or") && self.number(name + 1).is_some() {
            return None;
        }
        name += usize::from(matches!(self.word(name), "full" | "fiscal" | "calendar" | "trading" | "business"));
        let unit = Unit::named(self.word(name))?;
        let plural = self.word(name).ends_with('s');
        if !counted && plural {
            count = None;
        }
        match word {
            "past" if !counted && !plural && unit == Unit::Weekend => return self.weekend(at, name + 1),
            "past" => {}
            "recent" if plural => {}
            "coming" if plural => {}
            _ if counted => {}
            _ => return None,
        }
        Found::new(name + 1, TimeKind::Duration, unit.duration(count))
    }

    /// "daily", "every day", "each year", "every two weeks", "weekdays".
    fn recurring(&self, at: usize) -> Option<Found> {
        let word = self.word(at);
        if let Some(value) = words::recurring(word) {
            return Found::new(at + 1, TimeKind::Set, value.to_owned());
        }
        if matches!(word, "weekdays" | "weekends") {
            let value = if word == "weekdays" { "XXXX-WXX" } else { "XXXX-WXX-WE" };
            return Found::new(at + 1, TimeKind::Set, value.to_owned());
        }
        if word == "per" {
            let unit = Unit::named(self.word(at + 1)).filter(|_| !self.word(at + 1).ends_with('s'))?;
            return Found::new(at + 2, TimeKind::Set, unit.duration(Some(1.0)));
        }
        if !matches!(word, "every" | "each") {
            return None;
        }
        let mut name = at + 1;
        let mut count = 1.0;
        if let Some(number) = self.number(name) {
            (name, count) = (number.end, number.value);
        } else if self.word(name) == "other" {
            (name, count) = (name + 1, 2.0);
        }
        if let Some(part) = words::part_of_day(self.word(name)) {
            return Found::new(name + 1, TimeKind::Set, format!("XXXX-XX-XX{part}"));
        }
        let unit = Unit::named(self.word(name))?;
        Found::new(name + 1, TimeKind::Set, unit.duration(Some(count)))
    }

    /// "three days", "a week", "several months", "two-day", "half an hour", "for years", "decades-long", and with "ago"
    /// the time so far back.
    fn length(&self, at: usize, times: &[Time]) -> Option<Found> {
        let word = self.word(at);
        // "decades-long", "yearlong"
        if let Some(unit) = word.strip_suffix("long").and_then(Unit::named) {
            return Found::new(at + 1, TimeKind::Duration, unit.duration(Some(1.0)));
        }
        let hyphened = self.after_hyphen(at + 1);
        if let Some(unit) = Unit::named(word).filter(|_| hyphened > at + 1) {
            if self.word(hyphened) == "long" {
                let count = (!word.ends_with('s')).then_some(1.0);
                return Found::new(hyphened + 1, TimeKind::Duration, unit.duration(count));
            }
            // "year-earlier", "year-ago"
            if matches!(self.word(hyphened), "earlier" | "ago") && unit != Unit::Second {
                let period = if unit == Unit::Year { self.period_before(at, times) } else { None };
                return Found::date(hyphened + 1, period.or_else(|| self.shifted(unit, -1)));
            }
        }
        if let Some(unit) = Unit::named(word).filter(|_| word.ends_with('s') && word != "seconds") {
            // "three-quarters", "three quarters of the homes"
            let part = unit == Unit::Quarter && self.word(at + 1) == "of";
            if part || self.glued(at) || matches!(self.before(at), "early" | "late" | "wee" | "small") {
                return None;
            }
            let led = matches!(self.before(at), "for" | "in" | "within" | "after" | "over" | "of" | "recent");
            let goes_on = matches!(self.word(at + 1), "ago" | "before" | "after" | "later" | "earlier" | "of");
            if !(led || goes_on) {
                return None;
            }
            return self.with_direction(at, at + 1, unit, None, times);
        }
        let (name, count, article) = self.count(at)?;
        let (name, hyphen) = (self.after_hyphen(name), self.after_hyphen(name) > name);
        let mut name = name;
        if !hyphen
            && matches!(
                self.word(name),
                "more"
                    | "full"
                    | "consecutive"
                    | "straight"
                    | "additional"
                    | "long"
                    | "whole"
                    | "calendar"
                    | "business"
                    | "trading"
                    | "working"
                    | "fiscal"
                    | "extra"
                    | "solid"
                    | "short"
                    | "successive"
                    | "half"
            )
        {
            name += 1;
        }
        let unit_word = self.word(name);
        let unit = Unit::named(unit_word)?;
        let plural = unit_word.ends_with('s');
        // "It will one day be seen": no length.
        if word == "one" && unit_word == "day" && name == at + 1 {
            let modal = |word: &str| matches!(word, "will" | "would" | "may" | "might" | "could" | "can" | "ll");
            if modal(self.before(at)) || modal(self.word(name + 1)) {
                return Found::date(name + 1, "FUTURE_REF".to_owned());
            }
        }
        // "60 Minutes" is a programme.
        if self.capital(name) && self.digits(at, 3).is_some() && at > 0 && !self.capital(at - 1) {
            return None;
        }
        match unit {
            // "a second term", "a quarter of them", "weekend" and abbreviations that are words.
            Unit::Second if article || !plural && !hyphen => return None,
            Unit::Quarter if !plural || self.word(name + 1) == "of" => return None,
            Unit::Minute | Unit::Hour | Unit::Week | Unit::Year
                if unit_word.len() < 4 && self.digits(name - 1, 4).is_none() =>
            {
                return None;
            }
            Unit::Weekend if unit_word.starts_with("fortnight") => {
                return Found::new(name + 1, TimeKind::Duration, Unit::Week.duration(count.map(|count| count * 2.0)));
            }
            _ => {}
        }
        let attribute = matches!(self.before(at), "a" | "the" | "his" | "her" | "their" | "its");
        if !plural && !hyphen && !article && !attribute && count != Some(1.0) && !self.glued(name) {
            return None;
        }
        let mut end = name + 1;
        let next = self.after_hyphen(end);
        // Ages tell of somebody, not of a time.
        if matches!(self.word(next), "old" | "olds") {
            return None;
        }
        if next > end && self.word(next) == "long" {
            end = next + 1;
        } else if next > end && article && matches!(self.word(next), "ago" | "earlier") {
            return self.with_direction(at, next, unit, count, times);
        } else if article
            && !matches!(self.word(end), "ago" | "earlier")
            && matches!(self.before(at), "%" | "percent" | "times" | "million" | "billion")
        {
            return Found::new(end, TimeKind::Set, unit.duration(count));
        }
        // "two years and three months" stays two; "a year and a half" is one.
        if count == Some(1.0) && self.word(end) == "and" && self.word(end + 1) == "a" && self.word(end + 2) == "half" {
            return self.with_direction(at, end + 3, unit, Some(1.5), times);
        }
        self.with_direction(at, end, unit, count, times)
    }

    /// How many units follow, the index of what is counted, and whether an article says so.
    fn count(&self, at: usize) -> Option<(usize, Option<f64>, bool)> {
        let word = self.word(at);
        match word {
            "several" | "many" | "few" => return Some((at + 1, None, false)),
            "a" | "an" if matches!(self.word(at + 1), "few" | "couple" | "good" | "great") => {
                let couple = self.word(at + 1) == "couple";
                let next = at + 2 + usize::from(self.word(at + 2) == "of" || self.word(at + 2) == "many");
                return Some((next, couple.then_some(2.0), false));
            }
            "half" if matches!(self.word(at + 1), "a" | "an") => return Some((at + 2, Some(0.5), true)),
            _ => {}
        }
        if let Some(number) = self.number(at).filter(|number| number.suffix.is_empty()) {
            // "a third" and "hundreds" count too, but no unit that is written as one word with its number.
            let count = (number.form != Form::Vague).then_some(number.value);
            let next =
                if number.form == Form::Vague && self.word(number.end) == "of" { number.end + 1 } else { number.end };
            // "two to three years", "10 or 12 days", "30-40 minutes"
            let link = matches!(self.word(next), "to" | "or" | "-" | "–" | "and");
            if link
                && let Some(second) = self.number(next + 1).filter(|second| second.value > number.value)
                && Unit::named(self.word(self.after_hyphen(second.end))).is_some()
            {
                return Some((second.end, count, false));
            }
            return Some((next, count, false));
        }
        matches!(word, "a" | "an").then_some((at + 1, Some(1.0), true))
    }

    /// A length, or the time that "ago", "earlier" or "from now" makes of it.
    fn with_direction(&self, at: usize, end: usize, unit: Unit, count: Option<f64>, times: &[Time]) -> Option<Found> {
        let (past, sign) = match self.word(end) {
            "ago" | "earlier" => (end + 1, -1.0),
            "before" if matches!(self.word(end + 1), "" | "." | ",") => (end + 1, -1.0),
            "from" if matches!(self.word(end + 1), "now" | "today") => (end + 2, 1.0),
            "hence" => (end + 1, 1.0),
            _ => return Found::new(end, TimeKind::Duration, unit.duration(count)),
        };
        let Some(count) = count else {
            return Found::date(past, if sign < 0.0 { "PAST_REF" } else { "FUTURE_REF" }.to_owned());
        };
        #[expect(clippy::cast_possible_truncation, reason = "what does not fit in 32 bits is clamped, and has no date")]
        let shift = (count * sign).round() as i32;
        let period = if unit == Unit::Year && shift == -1 { self.period_before(at, times) } else { None };
        Found::date(past, period.or_else(|| self.shifted(unit, shift)))
    }

    /// Whether the word may go on with a noun phrase: it is none of the closed classes and no mark.
    fn is_noun_like(&self, at: usize) -> bool {
        let word = self.word(at);
        word.starts_with(char::is_alphabetic) && !is_closed(word)
    }

    /// Whether the clause around an expression speaks of what was or of what will be.
    fn direction(&self, at: usize, end: usize) -> Direction {
        let possessive = matches!(self.word(end), "'" | "’") && self.word(end + 1) == "s" && self.glued(end);
        if possessive {
            return Direction::Near;
        }
        // "by Friday", "by the end of September"
        let edge =
            at >= 2 && self.before(at) == "of" && matches!(self.word(at - 2), "end" | "start" | "beginning" | "middle");
        let head = if edge { at.saturating_sub(2 + usize::from(at >= 3 && self.word(at - 3) == "the")) } else { at };
        let limit = matches!(self.before(head), "until" | "by" | "till");
        match self.before(at) {
            "since" => return Direction::Past,
            "as" if at >= 3 && matches!(self.word(at - 2), "early" | "soon") => return Direction::Future,
            "and" | "through" | "to" if (at.saturating_sub(3)..at).any(|at| self.word(at) == "now") => {
                return Direction::Future;
            }
            _ => {}
        }
        if !limit {
            for left in (at.saturating_sub(12)..at).rev() {
                match self.word(left) {
                    "," | ";" | ":" | "—" | "“" | "\"" | "that" if left + 1 < at => break,
                    _ => {}
                }
                if let Some(direction) = self.tense(left) {
                    return direction;
                }
            }
        }
        for right in end..self.tokens.len().min(end + 12) {
            match self.word(right) {
                // "On Friday, the court heard her": but not "in March, an official said".
                "," if right == end && at <= 2 => {}
                "," | ";" | ":" | "—" | "“" | "\"" | "." => break,
                _ => {}
            }
            if let Some(direction) = self.tense(right) {
                return direction;
            }
        }
        if limit { Direction::Future } else { Direction::Near }
    }

    fn tense(&self, at: usize) -> Option<Direction> {
        let word = self.word(at);
        match word {
            "will" | "shall" | "ll" | "would" | "should" | "might" => {
                return Some(Direction::Future);
            }
            "may" if !self.capital(at) => return Some(Direction::Future),
            "if" | "unless" => return Some(Direction::Future),
            // "The offer expires on Friday", "they are to meet on Monday"
            "opens" | "reopens" | "begins" | "closes" | "expires" | "resumes" | "convenes" => {
                return Some(Direction::Future);
            }
            "is" | "are" if self.word(at + 1) == "to" => return Some(Direction::Future),
            "scheduled" | "slated" | "planned" | "expected" | "poised" | "upcoming" if self.before(at) != "had" => {
                return Some(Direction::Future);
            }
            "due" | "set" | "going" if matches!(self.word(at + 1), "to" | "for" | "on" | "in" | "next") => {
                return Some(Direction::Future);
            }
            "hope" | "hopes" | "plan" | "plans" | "planning" | "intend" | "intends" | "aims" | "wants" | "expects"
            | "expect" | "vowed" | "promised" | "agreed" | "pledged"
                if self.word(at + 1) == "to" =>
            {
                return Some(Direction::Future);
            }
            "expects" | "expect" | "anticipates" | "anticipate" | "forecasts" | "predicts" => {
                return Some(Direction::Future);
            }
            "was" | "were" | "had" | "did" | "has" | "have" => return Some(Direction::Past),
            _ => {}
        }
        if word.len() < 3 || self.capital(at) && at > 0 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        // "is heard" and "will be held" are of the tense of the verb before them.
        if matches!(self.before(at), "is" | "are" | "be" | "being" | "get" | "gets") {
            return None;
        }
        // "a still unspecified date", "the proposed law"
        let adjective = matches!(
            self.before(at),
            "a" | "an" | "the" | "its" | "their" | "his" | "her" | "this" | "that" | "these" | "those" | "still" | "of"
        ) && self.word(at + 1).starts_with(|c: char| c.is_ascii_lowercase());
        if adjective {
            return None;
        }
        let inflected = word.ends_with("ed") || !(word.ends_with('s') || word.ends_with("ing"));
        (inflected && lemma(word, WordClass::Verb) != word).then_some(Direction::Past)
    }
}
