//! The pages, a file each.

pub(crate) mod enter;
pub(crate) mod original;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod start;

use crate::problem::Problem;

/// So many entries a page of a list has.
const PAGE: usize = 25;

/// The number in a name of the ledger: 7 of `d7`.
fn numbered(name: &str, letter: char, what: &str) -> Result<i64, Problem> {
    let number = name.strip_prefix(letter).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let unknown = || Problem::missing(format!("there is no {what} {name:?}; one is named {letter}1"));
    number.and_then(|digits| digits.parse().ok()).ok_or_else(unknown)
}
