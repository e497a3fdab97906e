//! `onrecord history`: the versions and the readings of a report, and what each changed.

use std::fmt::Write as _;
use std::io;

use onrecord_ledger::{Ledger, Reading, csv};

use super::answer;
use super::correct::day;
use crate::arguments::History;

/// Prints what became of a report. Answers whether there is such a one.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(history: &History) -> io::Result<bool> {
    let lines = |readings: &Vec<Reading>, _| readings.iter().map(lines).collect();
    let ask = |ledger: &Ledger| ledger.history(history.report);
    Ok(answer(&history.ledger, &history.output, ask, lines, |readings| table(readings))?.is_some())
}

/// A line of the reading, and one of each claim that it changed: + is new, - is gone, ~ was and is otherwise.
fn lines(it: &Reading) -> String {
    let until = it.until.map(|at| format!(", until {}", day(at))).unwrap_or_default();
    let mut out = format!("version {}, added {}, read by {}{until}\n", it.version, day(it.added), it.reader);
    let mut line = |mark: &str, words: &str| {
        let _ = writeln!(out, "  {mark} {words}");
    };
    it.new.iter().for_each(|words| line("+", words));
    it.dropped.iter().for_each(|words| line("-", words));
    for altered in &it.altered {
        line("~", &altered.before);
        line(" ", &altered.after);
    }
    if it.kept > 0 {
        line("=", &format!("{} as before", it.kept));
    }
    out
}

fn table(readings: &[Reading]) -> String {
    let mut out = csv::row(["version", "reader", "added", "until", "change", "before", "after"]);
    for it in readings {
        let mut row = |change: &str, before: &str, after: &str| {
            let until = it.until.map(day).unwrap_or_default();
            let cells = [&it.version.to_string(), &it.reader, &day(it.added), &until, change, before, after];
            out += &csv::row(cells.map(str::to_owned));
        };
        it.new.iter().for_each(|words| row("new", "", words));
        it.dropped.iter().for_each(|words| row("dropped", words, ""));
        it.altered.iter().for_each(|altered| row("altered", &altered.before, &altered.after));
    }
    out
}
