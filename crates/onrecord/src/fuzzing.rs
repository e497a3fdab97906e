//! What the fuzz targets run: the reader's stages on arbitrary input, with the laws that every layer must keep.
//!
//! Built for fuzzing and for the tests, where inputs that once broke a law are kept.

#![allow(missing_docs, reason = "no part of the library's interface")]

use crate::article::{self, Input, ndjson};
use crate::lemma::{WordClass, lemma};
use crate::{Article, Span, quotation, sentence, token};

/// Any text through intake and the layers.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let article = Article::from_text(&text);
    assert_eq!(article.text, text, "plain text is kept as it is");
    layers(&article);
    assert_eq!(article, Article::from_text(&text), "the same text gives the same article");
}

/// Any bytes through the intake of pages, and what it finds through the layers.
pub fn html(data: &[u8]) {
    let input = Input { bytes: data, format: article::Format::Html, ..Input::default() };
    let Ok(article) = article::read(&input) else { return };
    layers(&article);
    assert_eq!(Ok(article), article::read(&input), "the same page gives the same article");
}

/// Any line through the intake of NDJSON, and the report in it through the layers.
pub fn ndjson(data: &[u8]) {
    let Ok(line) = str::from_utf8(data) else { return };
    let Ok(line) = ndjson::parse(line) else { return };
    let article = article::read(&line.input()).expect("text is no broken bytes");
    layers(&article);
}

/// Any bytes through the loader of weights.
pub fn weights(data: &[u8]) {
    let _ = crate::model::Model::from_bytes(data.to_vec());
}

fn layers(article: &Article) {
    let (text, blocks) = (article.text.as_str(), &article.blocks);
    assert_ordered("blocks", text, &blocks.iter().map(|block| block.span).collect::<Vec<_>>());
    let tokens = token::tokenize(text, blocks);
    let spans: Vec<Span> = tokens.iter().map(|token| token.span).collect();
    assert_ordered("tokens", text, &spans);
    let quotations = quotation::pair(text, blocks);
    for quotation in &quotations {
        assert_on_boundaries("quotation", text, quotation.span);
        assert_on_boundaries("inside of quotation", text, quotation.inner);
        assert!(quotation.span.contains(quotation.inner), "{quotation:?}");
        let block = blocks.partition_point(|block| block.span.end() <= quotation.span.start());
        assert!(blocks[block].span.contains(quotation.span), "{quotation:?} crosses blocks");
    }
    let sentences = sentence::split(text, blocks, &tokens, &quotations);
    assert_ordered("sentences", text, &sentences.iter().map(|sentence| sentence.span).collect::<Vec<_>>());
    let covered: usize = sentences.iter().map(|sentence| sentence.tokens.len()).sum();
    assert_eq!(covered, tokens.len(), "every token stands in one sentence");
    let classes = [WordClass::Verb, WordClass::Noun, WordClass::Adjective, WordClass::Other];
    for (token, class) in tokens.iter().zip(classes.into_iter().cycle()) {
        assert!(!lemma(token.span.of(text), class).is_empty(), "a word has a lemma");
    }
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
