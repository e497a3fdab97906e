//! Attributions: which words are whose.

use crate::Span;

/// One attribution: somebody, a word of saying, and what is said (PARC; PolNeAR, Newell et al., LREC 2018).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribution {
    /// Whose words or thoughts: mostly one span, several where they stand apart, none where the text names nobody.
    pub(crate) sources: Vec<Span>,
    /// The word or words of saying.
    pub(crate) cue: Option<Span>,
    /// What is said, in reading order.
    pub(crate) content: Vec<Span>,
    /// The attribution in whose content this one stands, as an index into the document's attributions.
    pub(crate) within: Option<usize>,
}
