//! What the fuzz targets run: the reader's stages on arbitrary input, with the laws that every layer must keep.
//!
//! Built for fuzzing and for the tests, where inputs that once broke a law are kept.

#![allow(missing_docs, reason = "no part of the library's interface")]

use crate::lemma::{WordClass, lemma};
use crate::{Block, BlockKind, Span, quotation, sentence, token};

/// Any text through the layers.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let blocks = paragraphs(&text);
    let tokens = token::tokenize(&text, &blocks);
    let spans: Vec<Span> = tokens.iter().map(|token| token.span).collect();
    assert_ordered("tokens", &text, &spans);
    let quotations = quotation::pair(&text, &blocks);
    for quotation in &quotations {
        assert_on_boundaries("quotation", &text, quotation.span);
        assert_on_boundaries("inside of quotation", &text, quotation.inner);
        assert!(quotation.span.contains(quotation.inner), "{quotation:?}");
        assert!(blocks.iter().any(|block| block.span.contains(quotation.span)), "{quotation:?} crosses blocks");
    }
    let sentences = sentence::split(&text, &blocks, &tokens, &quotations);
    assert_ordered("sentences", &text, &sentences.iter().map(|sentence| sentence.span).collect::<Vec<_>>());
    let covered: usize = sentences.iter().map(|sentence| sentence.tokens.len()).sum();
    assert_eq!(covered, tokens.len(), "every token stands in one sentence");
    for token in &tokens {
        for class in [WordClass::Verb, WordClass::Noun, WordClass::Adjective, WordClass::Other] {
            assert!(!lemma(token.span.of(&text), class).is_empty(), "a word has a lemma");
        }
    }
}

/// A block a paragraph.
fn paragraphs(text: &str) -> Vec<Block> {
    let mut start = 0;
    let mut blocks = Vec::new();
    for part in text.split_inclusive('\n') {
        let span = Span::new(start, start + part.len()).trim(text);
        if !span.is_empty() {
            blocks.push(Block { kind: BlockKind::Paragraph, span });
        }
        start += part.len();
    }
    blocks
}

fn assert_ordered(layer: &str, text: &str, spans: &[Span]) {
    for span in spans {
        assert_on_boundaries(layer, text, *span);
        assert!(!span.is_empty(), "{layer}: {span:?} is empty");
    }
    for pair in spans.windows(2) {
        assert!(pair[0].end() <= pair[1].start(), "{layer}: {:?} and {:?} overlap", pair[0], pair[1]);
    }
}

fn assert_on_boundaries(layer: &str, text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{layer}: {span:?} cuts a character");
}
