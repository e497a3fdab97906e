//! The day of publication: every place where a report or its page gives one, and which of them is believed.
//!
//! In order of trust: what was given with the report; the page's own data for machines (JSON-LD `datePublished`, then the
//! meta elements of OpenGraph, Dublin Core and the like); the date that stands where readers see it (a line of its own
//! near the headline, then `<time>`); the date in the address. A day is taken as it is written, in the zone that it is
//! written for. Dates of updates are no candidates, nor are days after the report was fetched, where that day is known.
//! A numeric date that could be read two ways (03/04/2025) is none at all.

use jiff::civil::Date;

/// Where a date was found. The order of the variants is the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrigin {
    /// It came with the report.
    Given,
    /// `datePublished` of the page's JSON-LD, or of its microdata.
    StructuredData,
    /// A meta element: `article:published_time`, `DC.date.issued`, `pubdate` and others.
    Meta,
    /// A line of the text, such as "Published On 9 Apr 2025".
    Visible,
    /// A `<time>` element of the page.
    TimeElement,
    /// The path of the address, such as `/2025/04/09/`.
    Address,
}

/// A date that may be the day of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateCandidate {
    /// Where it was found.
    pub origin: DateOrigin,
    /// The day.
    pub date: Date,
    /// Whether it is the day of a time in UTC: where the paper is, it may have been the day before or after.
    pub utc: bool,
}

impl DateCandidate {
    /// A day that needs no clock.
    pub(super) fn day(origin: DateOrigin, date: Date) -> DateCandidate {
        DateCandidate { origin, date, utc: false }
    }

    /// The day of a timestamp.
    pub(super) fn stamp(origin: DateOrigin, stamp: &str) -> Option<DateCandidate> {
        let stamp = stamp.trim();
        let zero = ["Z", "+00:00", "+0000", "GMT", "UTC"].iter().any(|zone| stamp.ends_with(zone));
        Some(DateCandidate { origin, date: parse_stamp(stamp)?, utc: zero && stamp.contains(':') })
    }
}

/// The most trusted candidate that is not later than `retrieved`.
///
/// A day of UTC gives way to the day that the page shows or has in its address, if they are one day apart.
pub(super) fn choose(candidates: &[DateCandidate], retrieved: Option<Date>) -> Option<Date> {
    let believable = |c: &&DateCandidate| c.origin == DateOrigin::Given || retrieved.is_none_or(|day| c.date <= day);
    let best = candidates.iter().filter(believable).min_by_key(|c| c.origin)?;
    let beside = |c: &&DateCandidate| !c.utc && apart(c.date, best.date) == 1;
    let shown =
        candidates.iter().filter(believable).filter(|c| c.origin >= DateOrigin::Visible).min_by_key(|c| c.origin);
    Some(shown.filter(|_| best.utc).filter(beside).map_or(best.date, |c| c.date))
}

/// How many days lie between two dates.
fn apart(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days().abs())
}

/// The day of a timestamp made for machines: ISO 8601, RFC 2822 or eight digits; else of words, as on a page. It is the
/// day that is written, whatever the zone.
#[must_use]
pub fn parse_stamp(stamp: &str) -> Option<Date> {
    let stamp = stamp.trim();
    let bytes = stamp.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Option<i32> {
        let part = bytes.get(range)?;
        if part.iter().all(u8::is_ascii_digit) { std::str::from_utf8(part).ok()?.parse().ok() } else { None }
    };
    if let (Some(year), Some(separator)) = (digits(0..4), bytes.get(4)) {
        let separated = matches!(separator, b'-' | b'/' | b'.').then(|| {
            // Months and days without a leading zero occur too.
            let mut parts = stamp.splitn(3, [*separator as char]).skip(1);
            let month = parts.next()?.parse().ok()?;
            let rest = parts.next()?;
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            day(year, month, rest[..end].parse().ok()?)
        });
        let compact = || {
            let end = bytes.get(8).is_none_or(|b| !b.is_ascii_digit() || bytes.len() == 14);
            day(year, digits(4..6)?, digits(6..8)?).filter(|_| end)
        };
        if let Some(date) = separated.flatten().or_else(compact) {
            return Some(date);
        }
    }
    if stamp.len() <= 80 { words_of(stamp).date } else { None }
}

/// The day in an address's path: `/2025/04/09/`, `/2025/apr/09/`, `/2025-04-09-`, `20250409`.
pub(super) fn parse_address(url: &str) -> Option<Date> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).skip(1).collect();
    let triple = parts.windows(3).find_map(|three| {
        let [year, month, date] = three else { return None };
        let digits = |text: &str, most: usize| -> Option<i32> {
            (!text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse().ok())?
        };
        let year = (year.len() == 4).then(|| digits(year, 4)).flatten().filter(|y| plausible_year(*y))?;
        let month = digits(month, 2).or_else(|| month_named(month))?;
        day(year, month, digits(date, 2)?)
    });
    triple.or_else(|| {
        parts.iter().find_map(|part| {
            (part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit())).then(|| parse_stamp(part))?
        })
    })
}

/// The day that a dateline's "April 9" means: the one nearest to the day of publication, where that is known.
pub(super) fn near(words: &str, published: Option<Date>) -> Option<Date> {
    if let Some(date) = words_of(words).date {
        return Some(date);
    }
    let published = published?;
    let tokens = tokens(words);
    let (first, second) = (tokens.first()?, tokens.get(1)?);
    let month = |t: &String| month_named(&t.to_lowercase());
    let (month, number) = match (month(first), month(second)) {
        (Some(month), _) => (month, small_number(second)?),
        (_, Some(month)) => (month, small_number(first)?),
        _ => return None,
    };
    let year = i32::from(published.year());
    (year - 1..=year + 1).filter_map(|y| day(y, month, number)).min_by_key(|date| apart(published, *date))
}

/// What a line says that may be a date line: "Tuesday, July 2nd, 2013", "3 July 2013 Last updated at 13:38 GMT".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DateWords {
    /// The first full date that is not the date of an update.
    pub(super) date: Option<Date>,
    /// Whether there is a full date of any kind, or a time of day, or an age ("2 hours ago").
    pub(super) any: bool,
    /// Words that belong to no date: up to three may name the paper or agency.
    pub(super) strangers: Vec<String>,
    /// Whether a word like "published" or "updated" stands in it.
    pub(super) says_published: bool,
}

/// Whether the line is about its own date and nothing else, and which date that is.
pub(super) fn date_line(line: &str) -> Option<Option<Date>> {
    if line.len() > 140 || !line.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let words = words_of(line);
    // "AFP, Tuesday 2 Jul 2013": a name before the date, and nothing after it.
    let names = words.strangers.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase));
    let few = match words.strangers.len() {
        0 => true,
        1..=3 => names && words.date.is_some() && !line.trim_end().ends_with(['.', '?', '!']),
        _ => false,
    };
    (words.any && few).then_some(words.date)
}

/// Whether a word in small letters names a month or a day of the week.
pub(super) fn names_a_day(lower: &str) -> bool {
    month_named(lower).is_some() || weekday(lower)
}

/// The first full date in a line that gives its own date among other things.
pub(super) fn date_in(line: &str) -> Option<Date> {
    if line.len() > 300 { None } else { words_of(line).date }
}

fn words_of(line: &str) -> DateWords {
    let tokens = tokens(line);
    let mut out = DateWords::default();
    let mut at = 0;
    let mut update = false;
    while at < tokens.len() {
        if let Some((date, used)) = full_date(&tokens[at..]) {
            out.any = true;
            if out.date.is_none() && !update {
                out.date = Some(date);
            }
            at += used;
            update = false;
            continue;
        }
        let token = tokens[at].as_str();
        let lower = token.to_lowercase();
        let number = token.bytes().all(|b| b.is_ascii_digit());
        if let Some(used) = clock(&tokens[at..]) {
            out.any = true;
            at += used;
        } else if let Some(used) = age(&tokens[at..]) {
            out.any = true;
            at += used;
        } else if matches!(lower.as_str(), "updated" | "modified" | "update" | "edited") {
            // "3 July 2013 Last updated at 13:38": the date before it is the report's, one after it is not.
            update = true;
            out.says_published = true;
            at += 1;
        } else if matches!(
            lower.as_str(),
            "published" | "posted" | "created" | "filed" | "issued" | "publication" | "released"
        ) {
            update = false;
            out.says_published = true;
            at += 1;
        } else if matches!(
            lower.as_str(),
            "on" | "at"
                | "last"
                | "first"
                | "date"
                | "of"
                | "original"
                | "originally"
                | "time"
                | "local"
                | "the"
                | "and"
        ) || weekday(&lower)
            || zone(token)
        {
            at += 1;
        } else if month_named(&lower).is_some() && tokens.get(at + 1).is_some_and(|t| small_number(t).is_some()) {
            // A day without its year tells nothing, but it is still the language of date lines.
            at += 2;
        } else if number
            && token.len() <= 2
            && tokens.get(at + 1).is_some_and(|t| month_named(&t.to_lowercase()).is_some())
        {
            at += 2;
        } else {
            out.strangers.push(token.to_owned());
            at += 1;
        }
    }
    // Of a line with nothing but the date of an update, that date is the best there is to tell where it ends, but it is
    // not the day of publication.
    out
}

/// Words and numbers, "20259" taken apart into "2025" and "9" (a page that shows its date twice is copied so).
fn tokens(line: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut flush = |current: &mut String| {
        if current.is_empty() {
            return;
        }
        let word = std::mem::take(current);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let glued =
            (5..=6).contains(&digits) && word.parse::<i32>().is_ok() && word[..4].parse().is_ok_and(plausible_year);
        if glued {
            out.push(word[..4].to_owned());
            out.push(word[4..].to_owned());
        } else {
            out.push(word);
        }
    };
    let chars: Vec<char> = line.chars().collect();
    for (i, c) in chars.iter().copied().enumerate() {
        let between_digits = |c: char| {
            matches!(c, ':' | '/' | '.' | '-')
                && i > 0
                && chars[i - 1].is_ascii_digit()
                && chars.get(i + 1).is_some_and(char::is_ascii_digit)
        };
        if c.is_alphanumeric() || between_digits(c) {
            current.push(c);
        } else {
            flush(&mut current);
        }
    }
    flush(&mut current);
    out
}

fn full_date(tokens: &[String]) -> Option<(Date, usize)> {
    let token = |i: usize| tokens.get(i).map(String::as_str);
    let month = |i: usize| month_named(&token(i)?.to_lowercase());
    let year = |i: usize| token(i).filter(|t| t.len() == 4)?.parse().ok().filter(|y| plausible_year(*y));
    let number = |i: usize| small_number(token(i)?);
    // 9 Apr 2025 · 9th of April 2025 · April 9, 2025 · 2025 April 9
    if let (Some(d), Some(m), Some(y)) = (number(0), month(1), year(2)) {
        return Some((day(y, m, d)?, 3));
    }
    if let (Some(d), Some("of"), Some(m), Some(y)) = (number(0), token(1), month(2), year(3)) {
        return Some((day(y, m, d)?, 4));
    }
    if let (Some(m), Some(d), Some(y)) = (month(0), number(1), year(2)) {
        return Some((day(y, m, d)?, 3));
    }
    if let (Some(y), Some(m), Some(d)) = (year(0), month(1), number(2)) {
        return Some((day(y, m, d)?, 3));
    }
    numeric(token(0)?).map(|date| (date, 1))
}

/// 2025-04-09, 9.4.2025, 13/04/2025, and 04/13/2025; not 03/04/2025, which is read two ways.
fn numeric(token: &str) -> Option<Date> {
    // "2025-04-09T10:00" arrives with its tail.
    let token = token.split(['T', ':']).next()?;
    let separator = token.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<i32> = token.split(separator).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [a, b, c] = parts[..] else { return None };
    if plausible_year(a) {
        return day(a, b, c);
    }
    let year = if plausible_year(c) { c } else { return None };
    match (a, b) {
        _ if separator == '.' => day(year, b, a),
        (a, b) if a == b => day(year, a, b),
        (13.., 1..=12) => day(year, b, a),
        (1..=12, 13..) => day(year, a, b),
        _ => None,
    }
}

/// 13:38, 6:22AM, 7.41 p.m., 1338: how many tokens it takes.
fn clock(tokens: &[String]) -> Option<usize> {
    let first = tokens.first()?.to_ascii_lowercase();
    let digits = first.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let tail = &first[digits.len()..];
    if digits.is_empty() || !matches!(tail, "" | "am" | "pm" | "a" | "p" | "h" | "hrs" | "gmt" | "ist" | "et") {
        return None;
    }
    let (hours, rest) = digits.split_once([':', '.']).unwrap_or((digits, ""));
    let in_day = hours.parse::<u32>().is_ok_and(|h| h < 25)
        && rest.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    let split = |used: usize| tokens.get(used).map(|t| t.to_ascii_lowercase());
    let half = match split(1).as_deref() {
        Some("am" | "pm" | "hrs") => 1,
        Some("a" | "p") if split(2).as_deref() == Some("m") => 2,
        _ => 0,
    };
    let says_so = !rest.is_empty() || !tail.is_empty() || half > 0;
    let glued = if matches!(tail, "a" | "p") && split(1).as_deref() == Some("m") { 1 } else { half };
    (in_day && says_so).then_some(1 + glued)
}

/// "7 years ago", "about 2 hrs ago": how many tokens it takes.
fn age(tokens: &[String]) -> Option<usize> {
    let number = tokens.first().filter(|t| t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit()));
    let unit = tokens.get(1)?.to_lowercase();
    let unit = unit.trim_end_matches('s');
    let known = matches!(unit, "year" | "month" | "week" | "day" | "hour" | "hr" | "minute" | "min" | "second" | "sec");
    (number.is_some() && known && tokens.get(2)?.eq_ignore_ascii_case("ago")).then_some(3)
}

fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    if !plausible_year(year) {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The first newspaper is of 1605; a year far ahead is a typing error or a number that is no year.
fn plausible_year(year: i32) -> bool {
    (1605..=2150).contains(&year)
}

fn small_number(token: &str) -> Option<i32> {
    let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = matches!(token[digits.len()..].to_ascii_lowercase().as_str(), "" | "st" | "nd" | "rd" | "th");
    digits.parse().ok().filter(|n| ordinal && digits.len() <= 2 && (1..=31).contains(n))
}

fn month_named(lower: &str) -> Option<i32> {
    let lower = lower.trim_end_matches('.');
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if lower == "sept" {
        return Some(9);
    }
    let at = MONTHS.iter().position(|month| *month == lower || (lower.len() == 3 && month.starts_with(lower)))?;
    i32::try_from(at + 1).ok()
}

fn weekday(lower: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.contains(&lower)
        || matches!(lower, "mon" | "tue" | "tues" | "wed" | "weds" | "thu" | "thur" | "thurs" | "fri" | "sat" | "sun")
}

fn zone(token: &str) -> bool {
    matches!(
        token,
        "GMT"
            | "UTC"
            | "BST"
            | "ET"
            | "EST"
            | "EDT"
            | "CT"
            | "CST"
            | "CDT"
            | "MT"
            | "MST"
            | "MDT"
            | "PT"
            | "PST"
            | "PDT"
            | "CET"
            | "CEST"
            | "EET"
            | "IST"
            | "AEST"
            | "AEDT"
            | "JST"
            | "HKT"
            | "SGT"
            | "NZDT"
            | "NZST"
            | "Z"
            | "BdST"
            | "Eastern"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let got = match date_line(line) {
            None => "no".to_owned(),
            Some(None) => "line".to_owned(),
            Some(Some(date)) => date.to_string(),
        };
        assert_eq!(got, expected, "{line}");
    }

    #[test]
    fn date_lines() {
        for (line, expected) in [
            ("Published On 9 Apr 20259 Apr 2025", "2025-04-09"),
            ("3 July 2013 Last updated at 13:38 GMT", "2013-07-03"),
            ("Tuesday, July 2nd, 2013", "2013-07-02"),
            ("WEDNESDAY 03 JULY 2013", "2013-07-03"),
            ("July 03, 2013 6:22AM", "2013-07-03"),
            ("on July 02 2013 7:41 AM", "2013-07-02"),
            ("AFP, Tuesday 2 Jul 2013", "2013-07-02"),
            ("July 2, 2013 07:44", "2013-07-02"),
            ("Posted: 10:15 p.m. ET, Sept. 9, 2019", "2019-09-09"),
            ("Published: 2013-07-02 | Updated: 2013-07-05", "2013-07-02"),
            ("Updated July 5, 2013", "line"),
            ("Updated 6:22 AM", "line"),
            ("7 years ago", "line"),
            ("13/04/2025", "2025-04-13"),
            ("04/13/2025 09:00", "2025-04-13"),
            ("03/04/2025", "no"),
            ("9.4.2025", "2025-04-09"),
            ("2025-04-09T10:00:00Z", "2025-04-09"),
            ("The 9 April 2025 vote was held in Kolm", "no"),
            ("Voters go back to the polls on 9 April 2025.", "no"),
            ("Wednesday", "no"),
            ("24 dead", "no"),
            ("31 February 2025", "no"),
            ("At least 14 hurt", "no"),
        ] {
            check(line, expected);
        }
    }

    #[test]
    fn stamps_and_addresses() {
        let day = |s: &str| s.parse::<Date>().ok();
        for (stamp, expected) in [
            ("2013-07-02T23:41:00-04:00", "2013-07-02"),
            ("20130702", "2013-07-02"),
            ("20130702114100", "2013-07-02"),
            ("2013/7/2", "2013-07-02"),
            ("Tue, 02 Jul 2013 11:41:00 GMT", "2013-07-02"),
            ("Tue Jul 02 11:41:00 UTC 2013", "none"),
            ("1372765260", "none"),
            ("", "none"),
            ("2013-13-40", "none"),
        ] {
            assert_eq!(parse_stamp(stamp), day(expected), "{stamp}");
        }
        for (url, expected) in [
            ("https://kolmpost.example/world/2013/07/02/quake.html", "2013-07-02"),
            ("https://kolmpost.example/2013/jul/02/quake", "2013-07-02"),
            ("https://kolmpost.example/news/quake-2013-07-02/", "2013-07-02"),
            ("https://kolmpost.example/a/20130702-quake", "2013-07-02"),
            ("https://kolmpost.example/news/12345678", "none"),
            ("https://kolmpost.example/2013/07/quake", "none"),
        ] {
            assert_eq!(parse_address(url), day(expected), "{url}");
        }
    }

    #[test]
    fn trust() {
        let candidate = |origin, s: &str| DateCandidate::day(origin, s.parse().unwrap());
        let all = [
            candidate(DateOrigin::Address, "2025-04-08"),
            candidate(DateOrigin::Meta, "2025-04-20"),
            candidate(DateOrigin::Visible, "2025-04-09"),
        ];
        assert_eq!(choose(&all, None), "2025-04-20".parse().ok());
        assert_eq!(choose(&all, "2025-04-10".parse().ok()), "2025-04-09".parse().ok());
        assert_eq!(choose(&[], None), None);
        let utc = DateCandidate::stamp(DateOrigin::StructuredData, "2024-02-29T02:10:00Z").unwrap();
        assert_eq!(choose(&[utc, candidate(DateOrigin::Address, "2024-02-28")], None), "2024-02-28".parse().ok());
        assert_eq!(choose(&[utc, candidate(DateOrigin::Address, "2024-03-11")], None), "2024-02-29".parse().ok());
        let local = DateCandidate::stamp(DateOrigin::StructuredData, "2024-02-29T02:10:00+02:00").unwrap();
        assert_eq!(choose(&[local, candidate(DateOrigin::Address, "2024-02-28")], None), "2024-02-29".parse().ok());
    }
}
