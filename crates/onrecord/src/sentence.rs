//! Sentences.

use std::ops::Range;

use crate::Span;

/// One sentence. It never crosses the border of a block, and never ends inside a quotation of its own line of thought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Where it stands, quotation marks and closing punctuation included.
    pub(crate) span: Span,
    /// Its tokens, as indices into the document's.
    pub(crate) tokens: Range<usize>,
    /// The block that it stands in, as an index.
    pub(crate) block: usize,
}
