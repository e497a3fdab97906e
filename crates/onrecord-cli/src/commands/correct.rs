//! `onrecord correct`, `undo` and `corrections`: what persons say against the machine.

use std::io::{self, Write};
use std::path::Path;

use onrecord_ledger::{Correction, Edit, Error, Ledger, Writer};

use super::add::now;
use crate::arguments::{Correct, Corrections, Undo, Undone};
use crate::tell;

/// Makes the corrections. Answers whether all could be made; if one cannot, none is.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn correct(correct: &Correct) -> io::Result<bool> {
    let made = Writer::open_existing(&correct.ledger).and_then(|mut writer| {
        let mut made = Vec::new();
        for edit in &correct.edits {
            made.push(writer.correct(correct.statement, edit, &correct.person, correct.why.as_deref(), now())?);
        }
        writer.commit()?;
        let all = writer.ledger().corrections(Some(correct.statement))?;
        Ok(all.into_iter().filter(|it| made.contains(&it.id)).collect())
    });
    print(&correct.ledger, made)
}

/// Takes a correction back.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn undo(undo: &Undo) -> io::Result<bool> {
    let undone = Writer::open_existing(&undo.ledger).and_then(|mut writer| {
        match undo.which {
            Undone::Correction(correction) => writer.undo(correction, now())?,
            Undone::Ruling(ruling) => writer.undo_ruling(ruling, now())?,
        }
        writer.commit()?;
        let all = writer.ledger().corrections(None)?;
        Ok(all.into_iter().filter(|it| undo.which == Undone::Correction(it.id)).collect())
    });
    print(&undo.ledger, undone)
}

/// Lists all corrections.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn list(corrections: &Corrections) -> io::Result<bool> {
    let all = Ledger::open(&corrections.ledger).and_then(|ledger| ledger.corrections(None));
    print(&corrections.ledger, all)
}

fn print(ledger: &Path, corrections: Result<Vec<Correction>, Error>) -> io::Result<bool> {
    match corrections {
        Ok(corrections) => {
            let lines: Vec<String> = corrections.iter().map(line).collect();
            io::stdout().lock().write_all(lines.concat().as_bytes())?;
            Ok(true)
        }
        Err(error) => {
            tell(&format!("{}: {error}", ledger.display()));
            Ok(false)
        }
    }
}

/// "3  s17  act: deny  (Ida, 2025-04-09: he only doubts it)  “there were any cracks”".
fn line(it: &Correction) -> String {
    let none = || "none".to_owned();
    let what = match &it.edit {
        Edit::Act(act) => format!("act: {}", act.as_ref().map_or_else(none, named)),
        Edit::Chain(chain) => format!("source: {}", if chain.is_empty() { none() } else { chain.join(" ← ") }),
        Edit::Certainty(claim, certainty) => {
            format!("claim {claim}, certainty: {}", certainty.as_ref().map_or_else(none, named))
        }
        Edit::Struck => "no statement".to_owned(),
    };
    let why = it.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let undone = it.undone.map(|at| format!(", taken back {}", day(at))).unwrap_or_default();
    format!("{}  s{}  {what}  ({}, {}{why}{undone})  “{}”\n", it.id, it.statement, it.person, day(it.at), it.text)
}

fn named<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
