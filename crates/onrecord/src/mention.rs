//! Mentions: the names of persons, organizations, groups and places.

use crate::Span;

/// What kind of thing a mention names.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A human being.
    Person,
    /// A company, party, ministry, army, paper.
    Organization,
    /// A country, city, region, river.
    Place,
    /// Nationals, believers, partisans; officials and others without a name.
    Group,
    /// A poll, a study, a court filing.
    Document,
}

/// One name in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it names.
    pub(crate) kind: EntityKind,
}
