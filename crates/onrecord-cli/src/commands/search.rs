//! `onrecord search`: finds claims in a ledger.

use std::io::{self, Write};

use onrecord_ledger::{Found, Ledger, csv};

use crate::arguments::{Answer, Search};
use crate::tell;
use crate::view::{self, Look};

/// Prints what is found. Answers whether anything was.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(search: &Search) -> io::Result<bool> {
    let results = Ledger::open(&search.ledger).and_then(|ledger| ledger.search(&search.query, search.limit));
    let results = match results {
        Ok(results) => results,
        Err(error) => {
            tell(&format!("{}: {error}", search.ledger.display()));
            return Ok(false);
        }
    };
    let look = Look { width: search.output.width, color: search.output.color };
    let printed = match search.output.format {
        Answer::Table => view::results(&results, look),
        Answer::Json => serde_json::to_string_pretty(&results)? + "\n",
        Answer::Csv => table(&results.claims),
    };
    io::stdout().lock().write_all(printed.as_bytes())?;
    Ok(results.total > 0)
}

/// The claims as CSV.
pub(super) fn table(claims: &[Found]) -> String {
    let mut out = csv::row(Found::COLUMNS);
    for found in claims {
        out += &csv::row(found.cells());
    }
    out
}
