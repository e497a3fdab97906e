//! Attributions: which words are whose.
//!
//! A tagger finds the spans (source, cue, content), a linker which of them belong together; this module turns the two
//! into attributions that hold what a record must: no cue without content but for silence, no content across the border
//! of a headline, and attributions inside the content of others.

pub(crate) mod citation;
pub(crate) mod confidence;
pub(crate) mod link;
pub(crate) mod silence;
pub(crate) mod subject;

use std::ops::Range;

use crate::article::{Block, BlockKind};
use crate::attribution::confidence::{Confidence, Evidence};
use crate::attribution::link::{Choice, Linker, Spans};
use crate::model::{Kind, TaggedSpan};
use crate::token::Token;

/// One attribution: somebody, a word of saying, and what is said (PARC; PolNeAR, Newell et al., LREC 2018).
///
/// All spans are half-open ranges of tokens.
#[derive(Clone, Debug, PartialEq)]
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
    /// How probable it is that all of it is right, 0 to 1; none where nothing was learned that tells.
    pub(crate) confidence: Option<f32>,
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
        let own = (Some(source), Some(cue), Some(parent));
        says_something.then_some(Attribution { source: own.0, cue: own.1, within: own.2, content, ..self })
    }

    /// Whether both have a word of saying in common.
    pub(crate) fn shares_cue(&self, other: &Attribution) -> bool {
        let pair = self.cue.as_ref().zip(other.cue.as_ref());
        pair.is_some_and(|(one, other)| one.start < other.end && other.start < one.end)
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
    confidence: Option<&Confidence>,
) -> Vec<Attribution> {
    let weighed = weigh(text, blocks, tokens, tagged, linker).into_iter();
    weighed
        .map(|(attribution, evidence)| Attribution {
            confidence: confidence.map(|confidence| confidence.of(&evidence)),
            ..attribution
        })
        .collect()
}

/// The same, each with what speaks for it.
pub(crate) fn weigh(
    text: &str,
    blocks: &[Block],
    tokens: &[Token],
    tagged: &[TaggedSpan],
    linker: &Linker,
) -> Vec<(Attribution, Evidence)> {
    let mut spans = Spans::default();
    // How probable each of the spans is.
    let (mut sources, mut cues, mut contents) = (Vec::new(), Vec::new(), Vec::new());
    for tag in tagged {
        let (list, probabilities) = match tag.kind {
            Kind::Source => (&mut spans.sources, &mut sources),
            Kind::Cue => (&mut spans.cues, &mut cues),
            Kind::Content => (&mut spans.contents, &mut contents),
        };
        list.extend(cut(tag.tokens.clone(), blocks, tokens));
        probabilities.resize(list.len(), tag.probability);
    }
    let links = linker.link(text, tokens, &spans);
    let nothing = Evidence {
        content: 1.0,
        cue: None,
        source: None,
        content_cue: f32::INFINITY,
        cue_source: f32::INFINITY,
        length: 0,
        pieces: 0,
        quoted: false,
    };
    let mut attributions: Vec<(Attribution, Evidence)> = (spans.cues.iter().zip(&links.source_of).zip(cues))
        .map(|((cue, source), probability)| {
            let attribution = Attribution {
                source: source.chosen.map(|source| spans.sources[source].clone()),
                cue: Some(cue.clone()),
                content: Vec::new(),
                within: None,
                confidence: None,
            };
            let of_source = source.chosen.map(|source| sources[source]);
            (attribution, Evidence { cue: Some(probability), source: of_source, cue_source: source.margin, ..nothing })
        })
        .collect();
    for ((content, Choice { chosen, margin }), probability) in spans.contents.iter().zip(&links.cue_of).zip(contents) {
        let quoted = is_quoted(text, tokens, content);
        let (attribution, evidence) = match chosen {
            Some(cue) => &mut attributions[*cue],
            // Words that nobody is said to have said are a quotation without its speaker, or nothing.
            None if quoted => {
                let alone =
                    Attribution { source: None, cue: None, content: Vec::new(), within: None, confidence: None };
                attributions.push((alone, nothing));
                let last = attributions.len() - 1;
                &mut attributions[last]
            }
            None => continue,
        };
        attribution.content.push(content.clone());
        evidence.content = evidence.content.min(probability);
        evidence.content_cue = evidence.content_cue.min(*margin);
        evidence.length += content.len();
        evidence.pieces += 1;
        evidence.quoted |= quoted;
    }
    attributions.sort_by_key(|(attribution, _)| attribution.start());
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
