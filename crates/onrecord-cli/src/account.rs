//! The closing account: what was read, what was not and why, and how fast.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use onrecord::article::Verdict;

/// How many of a kind are named.
const NAMED: usize = 10;

/// What became of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was read.
    Read,
    /// It was read into a ledger.
    Added,
    /// The ledger had it.
    Known,
    /// The ledger had another version of it: how its claims differ from those of the one before.
    Changed(String),
    /// The ledger had it, read otherwise: how its claims differ from those of the reading before.
    Reread(String),
    /// There was nothing in it.
    Empty,
    /// There was no report in it.
    NoReport,
    /// It is in another language: its ISO 639-1 code.
    Language(String),
    /// It could not be read, for this reason.
    Unreadable(String),
    /// It is no report, but this.
    Passed(String),
}

impl Outcome {
    /// Of a report that was read, or of what is none.
    pub(crate) fn of(verdict: &Verdict) -> Outcome {
        match verdict {
            Verdict::Read => Outcome::Read,
            Verdict::Empty => Outcome::Empty,
            Verdict::NoReport => Outcome::NoReport,
            Verdict::Language(code) => Outcome::Language(code.clone()),
        }
    }

    /// Of one on which the reader panicked, with what it said.
    pub(crate) fn failed(said: &str) -> Outcome {
        Outcome::Unreadable(format!(
            "the reader itself failed on it, which it never should; please report this, with the text: {said}"
        ))
    }
}

/// The outcomes of a run. Of those that were not read it keeps the first few by name.
#[derive(Debug, Default)]
pub(crate) struct Account {
    read: u64,
    added: u64,
    known: u64,
    named: BTreeMap<Kind, Kept>,
    passed: Kept,
}

/// What is told of reports by name, in this order: first of those that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Changed,
    Reread,
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
        let (kept, named) = match outcome {
            Outcome::Read => return self.read += 1,
            Outcome::Added => return self.added += 1,
            Outcome::Known => return self.known += 1,
            Outcome::Changed(how) => (self.named.entry(Kind::Changed).or_default(), format!("{place}: {how}")),
            Outcome::Reread(how) => (self.named.entry(Kind::Reread).or_default(), format!("{place}: {how}")),
            Outcome::Empty => (self.named.entry(Kind::Empty).or_default(), place.to_owned()),
            Outcome::NoReport => (self.named.entry(Kind::NoReport).or_default(), place.to_owned()),
            Outcome::Language(code) => (self.named.entry(Kind::Language).or_default(), format!("{place} ({code})")),
            Outcome::Unreadable(why) => (self.named.entry(Kind::Unreadable).or_default(), format!("{place}: {why}")),
            Outcome::Passed(what) => (&mut self.passed, format!("{place}: {what}")),
        };
        kept.count += 1;
        if kept.first.len() < NAMED {
            kept.first.push(named);
        }
    }

    /// How many reports there were.
    pub(crate) fn total(&self) -> u64 {
        self.read + self.added + self.known + self.named.values().map(|kept| kept.count).sum::<u64>()
    }

    /// How many were not read.
    pub(crate) fn failed(&self) -> u64 {
        self.named.iter().filter(|(kind, _)| !kind.is_read()).map(|(_, kept)| kept.count).sum()
    }

    /// What to say at the end: of several reports the counts and the rate, unless `quiet`; and always what was not read.
    pub(crate) fn told(&self, took: Duration, quiet: bool) -> String {
        let mut told = self.told_of_reports(took, quiet);
        if !quiet && self.passed.count > 0 {
            told.push_str("passed over:\n");
            self.passed.list(&mut told);
        }
        told
    }

    fn told_of_reports(&self, took: Duration, quiet: bool) -> String {
        let mut told = String::new();
        if let (1, Some((kind, kept))) = (self.total(), self.named.first_key_value()) {
            let first = &kept.first[0];
            return match kind {
                Kind::Changed | Kind::Reread if quiet => String::new(),
                Kind::Changed => format!("onrecord: {first} (changed)\n"),
                Kind::Reread => format!("onrecord: {first} (read otherwise)\n"),
                Kind::Unreadable => format!("onrecord: {first}\n"),
                Kind::Empty => format!("onrecord: {first}: there is nothing in it\n"),
                Kind::NoReport => format!("onrecord: {first}: there is no report in it, as far as can be told\n"),
                Kind::Language => format!("onrecord: {first}: not in English, and nothing else is read\n"),
            };
        }
        let all = self.total();
        let head = if self.read > 0 || self.added + self.known == 0 && !self.named.keys().any(|kind| kind.is_read()) {
            (all > 1).then(|| format!("{} of {} reports read", grouped(self.read), grouped(all)))
        } else {
            Some(format!("{} added, {} known", grouped(self.added), grouped(self.known)))
        };
        if let Some(head) = head.filter(|_| !quiet) {
            let counts: Vec<String> =
                self.named.iter().map(|(kind, kept)| format!(", {} {}", grouped(kept.count), kind.told())).collect();
            let (counts, took, rate) = (counts.concat(), clock(took), rate(all, took));
            let _ = writeln!(told, "onrecord: {head}{counts} · {took}, {rate}");
        }
        for (kind, kept) in self.named.iter().filter(|(kind, _)| !quiet || !kind.is_read()) {
            let _ = writeln!(told, "{}:", kind.told());
            kept.list(&mut told);
        }
        told
    }
}

impl Kept {
    fn list(&self, told: &mut String) {
        for named in &self.first {
            let _ = writeln!(told, "  {named}");
        }
        if self.count > NAMED as u64 {
            let _ = writeln!(told, "  and {} more", grouped(self.count - NAMED as u64));
        }
    }
}

impl Kind {
    /// Whether such reports were read.
    fn is_read(self) -> bool {
        matches!(self, Kind::Changed | Kind::Reread)
    }

    fn told(self) -> &'static str {
        match self {
            Kind::Changed => "changed",
            Kind::Reread => "read otherwise",
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
    onrecord::grouped(&number.to_string())
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
    fn what_a_ledger_took_is_counted() {
        let changed = Outcome::Changed("2 claims added, 1 dropped".to_owned());
        let all = [
            ("a.txt", Outcome::Added),
            ("b.txt", Outcome::Known),
            ("c.txt", changed.clone()),
            ("d.txt", Outcome::Empty),
            ("e.txt", Outcome::Added),
        ];
        let counts = "onrecord: 2 added, 1 known, 1 changed, 1 empty · 2.5 s, 2.0 reports/s\n";
        let changes = "changed:\n  c.txt: 2 claims added, 1 dropped\n";
        assert_eq!(told(&all, false), format!("{counts}{changes}empty:\n  d.txt\n"));
        assert_eq!(told(&all, true), "empty:\n  d.txt\n");
        assert_eq!(told(&[("a.txt", Outcome::Added)], false), "onrecord: 1 added, 0 known · 2.5 s, 0.4 reports/s\n");
        assert_eq!(told(&[("a.txt", Outcome::Known)], true), "");
        assert_eq!(told(&[("c.txt", changed)], false), "onrecord: c.txt: 2 claims added, 1 dropped (changed)\n");
    }

    #[test]
    fn the_first_ten_of_many_are_named() {
        let places: Vec<String> = (1..=1234).map(|number| format!("corpus.ndjson:{number}")).collect();
        let all: Vec<(&str, Outcome)> = places.iter().map(|place| (place.as_str(), Outcome::Empty)).collect();
        let told = told(&all, true);
        assert!(told.contains("  corpus.ndjson:10\n  and 1,224 more\n"), "{told}");
    }

    #[test]
    fn what_is_no_report_is_told_and_not_counted() {
        let passed = ("crawl.warc", Outcome::Passed("3 request records".to_owned()));
        assert_eq!(told(std::slice::from_ref(&passed), false), "passed over:\n  crawl.warc: 3 request records\n");
        assert_eq!(told(std::slice::from_ref(&passed), true), "");
        let all = [("a", Outcome::Added), passed];
        let head = "onrecord: 1 added, 0 known · 2.5 s, 0.4 reports/s\n";
        assert_eq!(told(&all, false), format!("{head}passed over:\n  crawl.warc: 3 request records\n"));
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
