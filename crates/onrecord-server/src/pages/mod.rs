//! The pages, a file each.

pub(crate) mod add;
pub(crate) mod enter;
pub(crate) mod entities;
pub(crate) mod history;
pub(crate) mod matter;
pub(crate) mod original;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod rulings;
pub(crate) mod search;
pub(crate) mod source;
pub(crate) mod start;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// So many entries a page of a list has.
const PAGE: usize = 25;

/// That two matters are one, or two entities.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Merging {
    /// The one that is this one: `C40`, `e9`.
    pub(crate) from: String,
    /// Who says so; the desk's own person if nobody is named.
    #[serde(default, rename = "as")]
    pub(crate) person: Option<String>,
    /// Why.
    #[serde(default)]
    pub(crate) why: Option<String>,
}

/// What a person has said of matters, or of entities.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Ruled {
    /// Its name in the ledger, by which it is taken back: `m3`, `n3`.
    pub(crate) ruling: String,
    /// The matter or the entity that the parts belong to now.
    pub(crate) of: String,
}

/// The number in a name of the ledger: 7 of `d7`.
fn numbered(name: &str, letter: char, what: &str) -> Result<i64, Problem> {
    let number = name.strip_prefix(letter).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let unknown = || Problem::missing(format!("there is no {what} {name:?}; one is named {letter}1"));
    number.and_then(|digits| digits.parse().ok()).ok_or_else(unknown)
}
