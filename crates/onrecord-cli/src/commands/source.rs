//! `onrecord source`: what a source has said, denied and declined to say.

use std::io::{self, Write};

use onrecord_ledger::Ledger;

use super::search::table;
use crate::arguments::{Answer, Search};
use crate::tell;
use crate::view::{self, Look};

/// Prints what the source has said, or whom the name may mean. Answers whether there is any of it.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(search: &Search) -> io::Result<bool> {
    let source = Ledger::open(&search.ledger).and_then(|ledger| ledger.source(&search.query, search.limit));
    let source = match source {
        Ok(source) => source,
        Err(error) => {
            tell(&format!("{}: {error}", search.ledger.display()));
            return Ok(false);
        }
    };
    let look = Look { width: search.output.width, color: search.output.color };
    let printed = match search.output.format {
        Answer::Table => view::source(&source, look),
        Answer::Json => serde_json::to_string_pretty(&source)? + "\n",
        Answer::Csv => table(&source.results.claims),
    };
    io::stdout().lock().write_all(printed.as_bytes())?;
    Ok(source.results.total > 0 || !source.others.is_empty())
}
