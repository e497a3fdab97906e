//! What the tests of stages that find things in a text share: texts in which what is found is marked, and the law that
//! all of them keep.

use crate::sentence::Sentence;
use crate::token::Token;
use crate::{Block, BlockKind, Span, quotation, sentence, token};

/// The sentences and tokens of a text that is one paragraph.
pub(crate) fn paragraph(text: &str) -> (Vec<Sentence>, Vec<Token>) {
    let blocks = [Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()).trim(text) }];
    let tokens = token::tokenize(text, &blocks);
    let sentences = sentence::split(text, &blocks, &tokens, &quotation::pair(text, &blocks));
    (sentences, tokens)
}

/// Fails unless `find` finds in the text what is marked in it: each thing stands in square brackets, and after a bar what
/// is told of it.
#[track_caller]
pub(crate) fn check(marked: &str, find: impl FnOnce(&str) -> Vec<(Span, String)>) {
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, opened)) = rest.split_once('[') {
        let (inside, after) = opened.split_once(']').expect("brackets are closed");
        text += before;
        text += inside.split_once('|').map_or(inside, |(words, _)| words);
        rest = after;
    }
    text += rest;
    let mut shown = text.clone();
    for (span, told) in find(&text).into_iter().rev() {
        shown.insert_str(span.end(), &format!("|{told}]"));
        shown.insert(span.start(), '[');
    }
    assert_eq!(shown, marked);
}

/// Fails unless the spans lie in order, apart from one another, on character boundaries, with no space at their ends.
#[track_caller]
pub(crate) fn assert_in_order_and_apart(text: &str, spans: impl IntoIterator<Item = Span>) {
    let mut end = 0;
    for span in spans {
        assert!(span.start() >= end && !span.is_empty(), "{span:?} after {end} in {text:?}");
        assert!(text.get(span.range()).is_some(), "{span:?} cuts a character of {text:?}");
        assert_eq!(span.trim(text), span, "{text:?}");
        end = span.end();
    }
}
