//! Attributions: which words are whose.
//!
//! A tagger finds the spans (source, cue, content), a linker which of them belong together; this module turns the two
//! into attributions that hold what a record must: no cue without content but for silence, no content across the border
//! of a headline, and attributions inside the content of others.

pub(crate) mod link;
pub(crate) mod silence;

use std::ops::Range;

use crate::article::{Block, BlockKind};
use crate::attribution::link::{Linker, Spans};
use crate::model::{Kind, TaggedSpan};
use crate::token::Token;

/// One attribution: somebody, a word of saying, and what is said (PARC; PolNeAR, Newell et al., LREC 2018).
///
/// All spans are half-open ranges of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribution {
    /// Whose words or thoughts; none where the text names nobody.
    pub(crate) source: Option<Range<usize>>,
    /// The word or words of saying; none where a quotation stands by itself.
    pub(crate) cue: Option<Range<usize>>,
    /// What is said, in reading order; several spans where others stand between. Empty where nothing is: "declined to
    /// comment".
    pub(crate) content: Vec<Range<usize>>,
    /// The attribution in whose content this one stands, as an index; always an earlier one.
    pub(crate) within: Option<usize>,
}

impl Attribution {
    /// Its first token.
    pub(crate) fn start(&self) -> usize {
        let parts = self.source.iter().chain(&self.cue).chain(&self.content);
        parts.map(|part| part.start).min().unwrap_or(0)
    }

    /// The same as part of another's content that starts at the token `offset`; `None` where it is none: what a content
    /// itself is said to say needs somebody who says it, a word of saying, and a clause.
    pub(crate) fn nested(self, offset: usize, parent: usize) -> Option<Attribution> {
        let shift = |range: &Range<usize>| range.start + offset..range.end + offset;
        let (source, cue) = (self.source.as_ref().map(shift)?, self.cue.as_ref().map(shift)?);
        let content: Vec<Range<usize>> = self.content.iter().map(shift).collect();
        let says_something = content.iter().any(|part| part.len() > 1);
        says_something.then_some(Attribution { source: Some(source), cue: Some(cue), content, within: Some(parent) })
    }

    /// Whether the token stands in its content.
    pub(crate) fn says(&self, token: usize) -> bool {
        self.content.iter().any(|content| content.contains(&token))
    }
}

/// Joins tagged spans into attributions, in order of their first tokens.
pub(crate) fn assemble(
    text: &str,
    blocks: &[Block],
    tokens: &[Token],
    tagged: &[TaggedSpan],
    linker: &Linker,
) -> Vec<Attribution> {
    let mut spans = Spans::default();
    for tag in tagged {
        let list = match tag.kind {
            Kind::Source => &mut spans.sources,
            Kind::Cue => &mut spans.cues,
            Kind::Content => &mut spans.contents,
        };
        list.extend(cut(tag.tokens.clone(), blocks, tokens));
    }
    let links = linker.link(text, tokens, &spans);
    let mut attributions: Vec<Attribution> = (spans.cues.iter().zip(&links.source_of))
        .map(|(cue, source)| Attribution {
            source: source.map(|source| spans.sources[source].clone()),
            cue: Some(cue.clone()),
            content: Vec::new(),
            within: None,
        })
        .collect();
    for (content, cue) in spans.contents.iter().zip(&links.cue_of) {
        match cue {
            Some(cue) => attributions[*cue].content.push(content.clone()),
            // Words that nobody is said to have said are a quotation without its speaker, or nothing.
            None if is_quoted(text, tokens, content) => {
                attributions.push(Attribution { source: None, cue: None, content: vec![content.clone()], within: None })
            }
            None => {}
        }
    }
    attributions.sort_by_key(Attribution::start);
    attributions
}

/// A headline and a standfirst end what they say: a span that runs on into the next block is cut there.
fn cut(span: Range<usize>, blocks: &[Block], tokens: &[Token]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = span.start;
    let from = tokens[span.start].span.start();
    let until = tokens[span.end - 1].span.end();
    let first = blocks.partition_point(|block| block.span.end() <= from);
    for block in blocks[first..].iter().take_while(|block| block.span.end() < until) {
        if matches!(block.kind, BlockKind::Headline | BlockKind::Standfirst) {
            let end = start + tokens[start..span.end].partition_point(|token| token.span.start() < block.span.end());
            parts.push(start..end);
            start = end;
        }
    }
    parts.push(start..span.end);
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_quoted(text: &str, tokens: &[Token], content: &Range<usize>) -> bool {
    let word = |token: usize| tokens[token].span.of(text);
    ["“", "\"", "«", "„", "‘"].contains(&word(content.start)) || ["”", "\"", "»", "“"].contains(&word(content.end - 1))
}
