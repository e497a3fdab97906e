//! The closing account: what was read, what was not and why, and how fast.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// How many of a kind are named.
const NAMED: usize = 10;

/// What became of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was read.
    Read,
    /// There was nothing in it.
    Empty,
    /// There was no report in it.
    NoReport,
    /// It is in another language: its ISO 639-1 code.
    Language(String),
    /// It could not be read, for this reason.
    Unreadable(String),
}

/// The outcomes of a run. Of those that were not read it keeps the first few by name.
#[derive(Debug, Default)]
pub(crate) struct Account {
    read: u64,
    not_read: BTreeMap<Kind, Kept>,
}

/// Why reports were not read, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Empty,
    NoReport,
    Language,
    Unreadable,
}

#[derive(Debug, Default)]
struct Kept {
    count: u64,
    first: Vec<String>,
}

impl Account {
    /// Adds what became of the report at a place.
    pub(crate) fn add(&mut self, place: &str, outcome: &Outcome) {
        let (kind, named) = match outcome {
            Outcome::Read => {
                self.read += 1;
                return;
            }
            Outcome::Empty => (Kind::Empty, place.to_owned()),
            Outcome::NoReport => (Kind::NoReport, place.to_owned()),
            Outcome::Language(code) => (Kind::Language, format!("{place} ({code})")),
            Outcome::Unreadable(why) => (Kind::Unreadable, format!("{place}: {why}")),
        };
        let kept = self.not_read.entry(kind).or_default();
        kept.count += 1;
        if kept.first.len() < NAMED {
            kept.first.push(named);
        }
    }

    /// How many reports there were.
    pub(crate) fn total(&self) -> u64 {
        self.read + self.failed()
    }

    /// How many were not read.
    pub(crate) fn failed(&self) -> u64 {
        self.not_read.values().map(|kept| kept.count).sum()
    }

    /// What to say at the end: of several reports the counts and the rate, unless `quiet`; and always what was not read.
    pub(crate) fn told(&self, took: Duration, quiet: bool) -> String {
        let mut told = String::new();
        if let (1, Some((kind, kept))) = (self.total(), self.not_read.first_key_value()) {
            let first = &kept.first[0];
            return match kind {
                Kind::Unreadable => format!("onrecord: {first}\n"),
                Kind::Empty => format!("onrecord: {first}: there is nothing in it\n"),
                Kind::NoReport => format!("onrecord: {first}: there is no report in it, as far as can be told\n"),
                Kind::Language => format!("onrecord: {first}: not in English, and nothing else is read\n"),
            };
        }
        if self.total() > 1 && !quiet {
            let counts: Vec<String> =
                self.not_read.iter().map(|(kind, kept)| format!(", {} {}", grouped(kept.count), kind.told())).collect();
            let _ = writeln!(
                told,
                "onrecord: {} of {} reports read{} · {}, {}",
                grouped(self.read),
                grouped(self.total()),
                counts.concat(),
                clock(took),
                rate(self.total(), took)
            );
        }
        for (kind, kept) in &self.not_read {
            let _ = writeln!(told, "{}:", kind.told());
            for named in &kept.first {
                let _ = writeln!(told, "  {named}");
            }
            if kept.count > NAMED as u64 {
                let _ = writeln!(told, "  and {} more", grouped(kept.count - NAMED as u64));
            }
        }
        told
    }
}

impl Kind {
    fn told(self) -> &'static str {
        match self {
            Kind::Empty => "empty",
            Kind::NoReport => "without a report",
            Kind::Language => "not in English",
            Kind::Unreadable => "unreadable",
        }
    }
}

/// Reports a second.
pub(crate) fn rate(reports: u64, took: Duration) -> String {
    let rate = reports as f64 / took.as_secs_f64().max(1e-3);
    if rate < 100.0 { format!("{rate:.1} reports/s") } else { format!("{} reports/s", grouped(rate.round() as u64)) }
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time as it is read off a clock.
fn clock(took: Duration) -> String {
    let seconds = took.as_secs();
    match seconds {
        0 => format!("{:.2} s", took.as_secs_f64()),
        1..60 => format!("{:.1} s", took.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(outcomes: &[(&str, Outcome)], quiet: bool) -> String {
        let mut account = Account::default();
        for (place, outcome) in outcomes {
            account.add(place, outcome);
        }
        account.told(Duration::from_millis(2500), quiet)
    }

    #[test]
    fn one_report_is_told_in_one_line() {
        let missing = Outcome::Unreadable("there is no such file or folder".to_owned());
        for quiet in [true, false] {
            assert_eq!(told(&[("a.txt", Outcome::Read)], quiet), "");
            assert_eq!(
                told(&[("a.txt", missing.clone())], quiet),
                "onrecord: a.txt: there is no such file or folder\n"
            );
            let french = Outcome::Language("fr".to_owned());
            assert_eq!(
                told(&[("a.txt", french)], quiet),
                "onrecord: a.txt (fr): not in English, and nothing else is read\n"
            );
        }
    }

    #[test]
    fn several_are_counted_and_those_not_read_named() {
        let all = [
            ("a.txt", Outcome::Read),
            ("b.html", Outcome::NoReport),
            ("c.gz", Outcome::Unreadable("the gzip data is broken".to_owned())),
            ("d.txt", Outcome::Read),
            ("e.txt", Outcome::Empty),
            ("f.txt", Outcome::Language("fr".to_owned())),
        ];
        let counts = "onrecord: 2 of 6 reports read, 1 empty, 1 without a report, 1 not in English, 1 unreadable · \
                      2.5 s, 2.4 reports/s\n";
        let names = "empty:\n  e.txt\nwithout a report:\n  b.html\nnot in English:\n  f.txt (fr)\n\
                     unreadable:\n  c.gz: the gzip data is broken\n";
        assert_eq!(told(&all, false), format!("{counts}{names}"));
        assert_eq!(told(&all, true), names);
    }

    #[test]
    fn the_first_ten_of_many_are_named() {
        let places: Vec<String> = (1..=1234).map(|number| format!("corpus.ndjson:{number}")).collect();
        let all: Vec<(&str, Outcome)> = places.iter().map(|place| (place.as_str(), Outcome::Empty)).collect();
        let told = told(&all, true);
        assert!(told.contains("  corpus.ndjson:10\n  and 1,224 more\n"), "{told}");
    }

    #[test]
    fn numbers_times_and_rates() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
        assert_eq!(clock(Duration::from_secs(75)), "1 min 15 s");
        assert_eq!(clock(Duration::from_secs(3_725)), "1 h 2 min");
        assert_eq!(rate(11_988, Duration::from_secs(10)), "1,199 reports/s");
    }
}
