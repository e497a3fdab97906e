//! The model's part, played by bytes: every layer that it would find, of any shape that it could have.

use std::cmp::Ordering;
use std::ops::Range;

use crate::Span;
use crate::mention::{EntityKind, Mention};
use crate::model::{Kind, TaggedSpan};
use crate::sentence::Sentence;
use crate::syntax::{Node, Pos, Relation, Syntax};
use crate::token::Token;

/// Bytes that tell what is found, used over and over.
pub(crate) struct Script<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Script<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Script<'a> {
        Script { bytes, at: 0 }
    }

    /// A number below `count`, which is not 0.
    fn below(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at % self.bytes.len().max(1)).copied().unwrap_or(0);
        // The position takes part, so that a short script does not do the same in every sentence.
        self.at += 1;
        (usize::from(byte) + self.at / self.bytes.len().max(1)) % count
    }

    /// Ranges of tokens with a kind each, in order, none overlapping another.
    fn ranges(&mut self, kinds: usize, tokens: usize) -> Vec<(usize, Range<usize>)> {
        let mut ranges = Vec::new();
        let mut start = 0;
        while start < tokens {
            let (kind, length) = (self.below(kinds + 1), 1 + self.below(9));
            let end = tokens.min(start + length);
            if kind < kinds {
                ranges.push((kind, start..end));
            }
            start = end;
        }
        ranges
    }

    /// Sources, cues and contents.
    pub(crate) fn tags(&mut self, tokens: usize) -> Vec<TaggedSpan> {
        let kinds = [Kind::Source, Kind::Cue, Kind::Content];
        let ranges = self.ranges(kinds.len(), tokens);
        ranges.into_iter().map(|(kind, tokens)| TaggedSpan { kind: kinds[kind], tokens, probability: 0.5 }).collect()
    }

    /// Names of people, places and the like.
    pub(crate) fn mentions(&mut self, tokens: &[Token]) -> Vec<Mention> {
        let kinds =
            [EntityKind::Person, EntityKind::Organization, EntityKind::Place, EntityKind::Group, EntityKind::Document];
        let ranges = self.ranges(kinds.len(), tokens.len());
        let span = |range: Range<usize>| Span::new(tokens[range.start].span.start(), tokens[range.end - 1].span.end());
        ranges.into_iter().map(|(kind, range)| Mention { span: span(range), kind: kinds[kind] }).collect()
    }

    /// A tree for each sentence, of any labels.
    pub(crate) fn syntax(&mut self, tokens: usize, sentences: &[Sentence]) -> Syntax {
        let root = Node { pos: Pos::Noun, head: None, relation: Relation::Root };
        let mut nodes = vec![root; tokens];
        for sentence in sentences {
            let Range { start, end } = sentence.tokens.clone();
            let top = start + self.below(end - start);
            for (token, node) in (start..end).zip(&mut nodes[start..end]) {
                // Heads lie towards the top, so that there is no cycle.
                let head = match token.cmp(&top) {
                    Ordering::Less => Some(token + 1 + self.below(top - token)),
                    Ordering::Equal => None,
                    Ordering::Greater => Some(token - 1 - self.below(token - top)),
                };
                *node = Node {
                    pos: Pos::ALL[self.below(Pos::ALL.len())],
                    head: head.and_then(|head| u32::try_from(head).ok()),
                    relation: Relation::ALL[self.below(Relation::ALL.len())],
                };
            }
        }
        Syntax::new(nodes)
    }
}
