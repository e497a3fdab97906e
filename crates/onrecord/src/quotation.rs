//! Quotation marks, paired.

use crate::Span;

/// One quotation: the words between an opening mark and its closing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// With its marks.
    pub(crate) span: Span,
    /// Without them.
    pub(crate) inner: Span,
    /// How many other quotations it stands in: 0 is outermost.
    pub(crate) depth: u8,
    /// Whether it goes on from the quotation before it: a speech over several paragraphs opens again in each and closes
    /// in the last alone.
    pub(crate) resumes: bool,
}
