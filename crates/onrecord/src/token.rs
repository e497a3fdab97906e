//! Tokens: the words and marks that every later stage counts in.

use crate::Span;

/// A run of word characters, or one other printing character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where it stands.
    pub(crate) span: Span,
}
