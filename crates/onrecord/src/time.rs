//! Expressions of time and their TIMEX3 values (TimeML 1.2.1; ISO 8601).

use crate::Span;

/// What kind of time an expression names: TIMEX3's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    /// A day, month, year or the like.
    Date,
    /// A part of a day or a time of day.
    Time,
    /// A length of time.
    Duration,
    /// A recurring time.
    Set,
}

/// One expression of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it names.
    pub(crate) kind: TimeKind,
    /// Its TIMEX3 value ("2025-04-09", "2022-02", "P3D", "PAST_REF"); `None` where it cannot be told.
    pub(crate) value: Option<String>,
}
