//! `onrecord correct`, `undo` and `corrections`: what persons say against the machine.

use std::io::{self, Write};
use std::path::Path;

use onrecord_ledger::{Correction, Edit, Error, Ledger, Ruling, RulingKind, Writer};

use super::add::now;
use super::told;
use crate::arguments::{Correct, Corrections, Undo, Undone};

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
        Ok(all.iter().filter(|it| made.contains(&it.id)).map(line).collect())
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
            Undone::EntityRuling(ruling) => writer.undo_entity_ruling(ruling, now())?,
        }
        writer.commit()?;
        let name = match undo.which {
            Undone::Correction(number) => number.to_string(),
            Undone::Ruling(number) => format!("m{number}"),
            Undone::EntityRuling(number) => format!("n{number}"),
        };
        Ok(everything(writer.ledger())?.into_iter().filter(|(id, ..)| *id == name).map(|(.., line)| line).collect())
    });
    print(&undo.ledger, undone)
}

/// Lists all corrections, and all merges and splits.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn list(corrections: &Corrections) -> io::Result<bool> {
    let all = Ledger::open(&corrections.ledger).and_then(|ledger| everything(&ledger));
    let all = all.map(|all| all.into_iter().map(|(.., line)| line).collect());
    print(&corrections.ledger, all)
}

/// Everything that persons say against the machine, the oldest first: its name, when, and a line of it.
fn everything(ledger: &Ledger) -> Result<Vec<(String, i64, String)>, Error> {
    let mut all: Vec<(String, i64, String)> =
        ledger.corrections(None)?.iter().map(|it| (it.id.to_string(), it.at, line(it))).collect();
    all.extend(ledger.rulings()?.iter().map(|it| (it.id.clone(), it.at, ruled(it))));
    all.sort_by_key(|(_, at, _)| *at);
    Ok(all)
}

fn print(ledger: &Path, lines: Result<Vec<String>, Error>) -> io::Result<bool> {
    match lines {
        Ok(lines) => {
            io::stdout().lock().write_all(lines.concat().as_bytes())?;
            Ok(true)
        }
        Err(error) => Ok(told(ledger, &error)),
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
        Edit::Accepted => "as it was read".to_owned(),
    };
    let by = by(&it.person, it.at, it.why.as_deref(), it.undone);
    format!("{}  s{}  {what}  {by}  “{}”\n", it.id, it.statement, it.text)
}

/// "n2  e20 is another than e4: d7 J. Smith  (Ida, 2025-04-09: his father)".
fn ruled(it: &Ruling) -> String {
    let others = it.others.join(", ");
    let what = match it.kind {
        RulingKind::Merge => format!("{others} is {}", it.of),
        RulingKind::Split => format!("{} is another than {others}: {}", it.of, it.parts.join(", ")),
    };
    format!("{}  {what}  {}\n", it.id, by(&it.person, it.at, it.why.as_deref(), it.undone))
}

/// "(Ida, 2025-04-09: he only doubts it, taken back 2025-04-10)".
fn by(person: &str, at: i64, why: Option<&str>, undone: Option<i64>) -> String {
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    let undone = undone.map(|at| format!(", taken back {}", day(at))).unwrap_or_default();
    format!("({person}, {}{why}{undone})", day(at))
}

fn named<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
