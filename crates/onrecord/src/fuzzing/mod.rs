//! What the fuzz targets run: the reader's stages on arbitrary input, with the laws that every layer must keep.
//!
//! Built for fuzzing and for the tests, where inputs that once broke a law are kept.

#![allow(missing_docs, reason = "no part of the library's interface")]

mod lawful;
mod script;

use std::path::Path;
use std::sync::LazyLock;

use lawful::assert_lawful;
use script::Script;

use crate::article::{self, Input, ndjson};
use crate::attribution::link::Linker;
use crate::document::Document;
use crate::lemma::{WordClass, lemma};
use crate::model::Model;
use crate::record::build::Origin;
use crate::{Article, Reader, Record, Span, attribution, pipeline, place, quantity, quotation, sentence, time, token};

/// So many bytes at the beginning also play the model's part.
const SCRIPT: usize = 24;

/// Any text through intake, layers and assembly; what the model would find is told by the text's own beginning.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let article = Article::from_text(&text);
    assert_eq!(article.text, text, "plain text is kept as it is");
    let record = played(&article, &data[..data.len().min(SCRIPT)]);
    assert_eq!(article, Article::from_text(&text), "the same text gives the same article");
    assert_eq!(record, played(&article, &data[..data.len().min(SCRIPT)]), "and the same record");
}

/// Any bytes through the intake of pages, and what it finds through layers and assembly.
pub fn html(data: &[u8]) {
    let input = Input { bytes: data, format: article::Format::Html, ..Input::default() };
    let Ok(article) = article::read(&input) else { return };
    played(&article, &data[data.len().saturating_sub(SCRIPT)..]);
    assert_eq!(Ok(article), article::read(&input), "the same page gives the same article");
}

/// Any line through the intake of NDJSON, and the report in it through layers and assembly.
pub fn ndjson(data: &[u8]) {
    let Ok(line) = str::from_utf8(data) else { return };
    let Ok(line) = ndjson::parse(line) else { return };
    // A text can still be longer than is read.
    let Ok(article) = article::read(&line.input()) else { return };
    played(&article, &data[data.len().saturating_sub(SCRIPT)..]);
}

/// Any bytes through the loader of weights; what loads reads a report.
pub fn weights(data: &[u8]) {
    let Ok(reader) = Model::from_bytes(data.to_vec()).and_then(Reader::new) else { return };
    let article = Article::from_text("“We wait,” said Ann Oye. The others had left, she said.");
    assert_lawful(&reader.read(&article, article.text.as_bytes()));
}

/// Any text through the whole reader with its real weights.
pub fn reader(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let article = Article::from_text(&text);
    assert_lawful(&READER.read(&article, data));
}

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new(committed()).expect("the committed weights"));
static LINKER: LazyLock<Linker> = LazyLock::new(|| Linker::new(committed().weights()).expect("the committed weights"));

fn committed() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/onrecord-accurate.safetensors");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Model::from_bytes(bytes).expect("the committed weights")
}

/// The record of an article whose spans, names and trees are told by a script.
fn played(article: &Article, script: &[u8]) -> Record {
    let (text, blocks) = (article.text.as_str(), article.blocks.as_slice());
    assert_ordered("blocks", text, &blocks.iter().map(|block| block.span).collect::<Vec<_>>());
    let tokens = token::tokenize(text, blocks);
    assert_ordered("tokens", text, &tokens.iter().map(|token| token.span).collect::<Vec<_>>());
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
    let mut script = Script::new(script);
    let tagged = script.tags(tokens.len());
    let syntax = script.syntax(tokens.len(), &sentences);
    let mentions = script.mentions(&tokens);
    let attributions = attribution::assemble(text, blocks, &tokens, &tagged, &LINKER, None);
    let times = time::times(text, &sentences, &tokens, article.published);
    let quantities = quantity::quantities(text, &sentences, &tokens, &times);
    let places = place::places(text, &sentences, &tokens, &mentions);
    let document = Document {
        text,
        blocks,
        tokens: &tokens,
        quotations: &quotations,
        sentences: &sentences,
        syntax: &syntax,
        mentions: &mentions,
        times: &times,
        quantities: &quantities,
        places: &places,
        attributions: &attributions,
    };
    let origin = Origin { id: "sha256:", name: "fuzz" };
    let record = pipeline::conclude(&origin, article, &document, |document| document.attributions.to_vec());
    assert_lawful(&record);
    record
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_keeps_the_laws(text in "(\\PC|[“”‘’\"' .\n]|said |told |Ann |on Monday ){0,200}") {
            super::text(text.as_bytes());
        }
    }

    #[test]
    fn small_weights_read_too() {
        let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/weights");
        let tiny = std::fs::read(seeds.join("tiny.safetensors")).unwrap();
        crate::Reader::new(crate::model::Model::from_bytes(tiny.clone()).unwrap()).unwrap();
        super::weights(&tiny);
        super::weights(&std::fs::read(seeds.join("header.safetensors")).unwrap());
    }

    #[test]
    fn the_goldens_keep_the_laws() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read(entry.unwrap().path()).unwrap();
            super::text(&text);
            super::reader(&text);
        }
    }
}
