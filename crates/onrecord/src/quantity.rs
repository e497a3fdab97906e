//! Quantities: numbers with their bounds and the things counted.

use crate::Span;

/// How a number is bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Just so many.
    #[default]
    Exact,
    /// So many or more.
    AtLeast,
    /// So many or fewer.
    AtMost,
    /// More than so many.
    MoreThan,
    /// Fewer than so many.
    LessThan,
    /// Roughly so many.
    About,
}

/// One quantity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    /// Where its number stands, without its bound, its currency sign and the thing counted.
    pub(crate) span: Span,
    /// The number; of a range the lower one.
    pub(crate) value: f64,
    /// The upper number of a range.
    pub(crate) to: Option<f64>,
    /// How it is bounded.
    pub(crate) bound: Bound,
    /// The thing counted as the text has it, an ISO 4217 code for money, "%" for a share; `None` where it cannot be told.
    pub(crate) of: Option<String>,
    /// Whether the number is only an order of magnitude ("thousands of").
    pub(crate) vague: bool,
}
