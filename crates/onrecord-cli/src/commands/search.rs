//! `onrecord search`: finds claims in a ledger.

use std::io;

use onrecord_ledger::{Found, Ledger, csv};

use super::answer;
use crate::arguments::Search;
use crate::view;

/// Prints what is found. Answers whether anything was.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(search: &Search) -> io::Result<bool> {
    let ask = |ledger: &Ledger| ledger.search(&search.query, search.limit);
    let results = answer(&search.ledger, &search.output, ask, view::results, |results| table(&results.claims))?;
    Ok(results.is_some_and(|results| results.total > 0))
}

/// The claims as CSV.
pub(super) fn table(claims: &[Found]) -> String {
    let mut out = csv::row(Found::COLUMNS);
    for found in claims {
        out += &csv::row(found.cells());
    }
    out
}
