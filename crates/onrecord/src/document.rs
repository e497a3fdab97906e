//! A document: a text with the layers that have been read from it so far.

use std::borrow::Cow;
use std::ops::Range;

use crate::Span;
use crate::article::Block;
use crate::attribution::Attribution;
use crate::lemma::{self, WordClass};
use crate::mention::Mention;
use crate::place::Place;
use crate::quantity::Quantity;
use crate::quotation::Quotation;
use crate::sentence::Sentence;
use crate::syntax::{Pos, Syntax};
use crate::time::Time;
use crate::token::{self, Token};

/// The layers that are found on the text itself, read-only; no layer copies the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) blocks: &'a [Block],
    pub(crate) tokens: &'a [Token],
    pub(crate) quotations: &'a [Quotation],
    pub(crate) sentences: &'a [Sentence],
    pub(crate) syntax: &'a Syntax,
    pub(crate) mentions: &'a [Mention],
    pub(crate) times: &'a [Time],
    pub(crate) quantities: &'a [Quantity],
    pub(crate) places: &'a [Place],
    pub(crate) attributions: &'a [Attribution],
}

impl<'a> Document<'a> {
    /// The token's words.
    pub(crate) fn word(&self, token: usize) -> &'a str {
        self.tokens[token].span.of(self.text)
    }

    /// The token in lower case.
    pub(crate) fn lower(&self, token: usize) -> Cow<'a, str> {
        token::lower(self.word(token))
    }

    /// The token's lemma, by its part of speech.
    pub(crate) fn lemma(&self, token: usize) -> String {
        lemma::lemma(self.word(token), class(self.syntax.pos(token)))
    }

    /// From the first byte of the first token to the last of the last. `tokens` is not empty.
    pub(crate) fn span(&self, tokens: &Range<usize>) -> Span {
        self.tokens[tokens.start].span.cover(self.tokens[tokens.end - 1].span)
    }

    /// The tokens that lie in the span, wholly or in part.
    pub(crate) fn tokens_in(&self, span: Span) -> Range<usize> {
        let start = self.tokens.partition_point(|token| token.span.end() <= span.start());
        let end = self.tokens.partition_point(|token| token.span.start() < span.end());
        start..end.max(start)
    }

    /// The sentence that holds the token, as an index.
    pub(crate) fn sentence_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.tokens.end <= token)
    }

    /// The mention that holds the token, as an index.
    pub(crate) fn mention_at(&self, token: usize) -> Option<usize> {
        let span = self.tokens[token].span;
        let at = self.mentions.partition_point(|mention| mention.span.end() <= span.start());
        self.mentions.get(at).filter(|mention| mention.span.overlaps(span)).map(|_| at)
    }

    /// The expression of time that holds the token, as an index.
    pub(crate) fn time_at(&self, token: usize) -> Option<usize> {
        let span = self.tokens[token].span;
        let at = self.times.partition_point(|time| time.span.end() <= span.start());
        self.times.get(at).filter(|time| time.span.overlaps(span)).map(|_| at)
    }

    /// Whether the token is a mark that opens or closes a quotation.
    pub(crate) fn is_quotation_mark(&self, token: usize) -> bool {
        matches!(self.word(token), "“" | "”" | "\"" | "‘" | "«" | "»" | "„" | "‟" | "‹" | "›" | "``" | "''")
    }

    /// The outermost quotation whose words hold the token, as an index.
    pub(crate) fn quotation_at(&self, token: usize) -> Option<usize> {
        let span = self.tokens[token].span;
        // Quotations nest, so those that start shortly before the token decide.
        let before = self.quotations.partition_point(|quotation| quotation.span.start() <= span.start());
        (before.saturating_sub(8)..before).find(|at| self.quotations[*at].inner.contains(span))
    }

    /// The block that holds the token, as an index; past the last for a token in none.
    pub(crate) fn block_of(&self, token: usize) -> usize {
        self.sentences.get(self.sentence_of(token)).map_or(usize::MAX, |sentence| sentence.block)
    }

    /// Whether the token has letters or digits.
    pub(crate) fn is_word(&self, token: usize) -> bool {
        self.word(token).chars().any(char::is_alphanumeric)
    }
}

fn class(tag: Pos) -> WordClass {
    match tag {
        Pos::Modal => WordClass::Verb,
        tag if tag.is_verb() => WordClass::Verb,
        Pos::Noun | Pos::Nouns => WordClass::Noun,
        Pos::Adjective
        | Pos::AdjectiveComparative
        | Pos::AdjectiveSuperlative
        | Pos::AdverbComparative
        | Pos::AdverbSuperlative => WordClass::Adjective,
        _ => WordClass::Other,
    }
}
