//! What the program does, a file a command.

pub(crate) mod add;
pub(crate) mod claims;
pub(crate) mod correct;
pub(crate) mod entities;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod mcp;
pub(crate) mod read;
pub(crate) mod reread;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod source;
pub(crate) mod verify;

use std::io::{self, Write};
use std::path::Path;

use onrecord_ledger::{Error, Ledger};
use serde::Serialize;

use crate::arguments::{Answer, Output};
use crate::tell;
use crate::view::Look;

/// Prints what a ledger answers in the form that is asked for: as a table, as JSON or as CSV. Gives the answer; none where the
/// ledger has none, which is told.
///
/// # Errors
/// If standard output cannot be written to.
fn answer<T: Serialize>(
    ledger: &Path,
    output: &Output,
    ask: impl FnOnce(&Ledger) -> Result<T, Error>,
    table: impl FnOnce(&T, Look) -> String,
    csv: impl FnOnce(&T) -> String,
) -> io::Result<Option<T>> {
    let answer = match Ledger::open(ledger).and_then(|ledger| ask(&ledger)) {
        Ok(answer) => answer,
        Err(error) => {
            told(ledger, &error);
            return Ok(None);
        }
    };
    let printed = match output.format {
        Answer::Table => table(&answer, Look { width: output.width, color: output.color }),
        Answer::Json => serde_json::to_string_pretty(&answer)? + "\n",
        Answer::Csv => csv(&answer),
    };
    io::stdout().lock().write_all(printed.as_bytes())?;
    Ok(Some(answer))
}

/// Tells what went wrong with a ledger, or another place. Answers that it did.
fn told(place: &Path, error: &Error) -> bool {
    tell(&format!("{}: {error}", place.display()));
    false
}
