//! `onrecord source`: what a source has said, denied and declined to say.

use std::io;

use onrecord_ledger::Ledger;

use super::answer;
use super::search::table;
use crate::arguments::Search;
use crate::view;

/// Prints what the source has said, or whom the name may mean. Answers whether there is any of it.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(search: &Search) -> io::Result<bool> {
    let ask = |ledger: &Ledger| ledger.source(&search.query, search.limit);
    let source = answer(&search.ledger, &search.output, ask, view::source, |source| table(&source.results.claims))?;
    Ok(source.is_some_and(|source| source.results.total > 0 || !source.others.is_empty()))
}
