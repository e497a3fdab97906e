//! Tokens: the words and marks that every later stage counts in.

mod marks;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::{Block, Span};

/// A run of word characters, or one other printing character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where it stands.
    pub(crate) span: Span,
}

/// The tokens of those blocks that are read, in order.
///
/// They are what Python's `re` finds with `\w+|[^\w\s]`, so that models trained there count the same words: letters,
/// numbers and underscores make words, combining marks do not. Between two tokens of a block lies nothing but white
/// space, so that tokens and gaps rebuild the text.
pub(crate) fn tokenize(text: &str, blocks: &[Block]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    for block in blocks.iter().filter(|block| block.kind.is_read()) {
        let mut word = None;
        let start = block.span.start();
        for (at, c) in block.span.of(text).char_indices() {
            let at = start + at;
            if is_word(c) {
                word.get_or_insert(at);
                continue;
            }
            if let Some(from) = word.take() {
                tokens.push(Token { span: Span::new(from, at) });
            }
            if !is_space(c) {
                tokens.push(Token { span: Span::new(at, at + c.len_utf8()) });
            }
        }
        if let Some(from) = word {
            tokens.push(Token { span: Span::new(from, block.span.end()) });
        }
    }
    tokens
}

/// A word in lower case. Most are so as they stand, and cost nothing.
pub(crate) fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.to_lowercase())
    }
}

/// Whether a character is part of a word: what Python's `\w` is.
pub(crate) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_alphanumeric() && !is_mark(c)
}

/// Whether a character is white space: what Python's `\s` is, which has four control characters more than Unicode's
/// property.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn is_mark(c: char) -> bool {
    marks::MARKS
        .binary_search_by(|&(first, last)| {
            if last < c {
                Ordering::Less
            } else if first > c {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        })
        .is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::BlockKind;

    /// Tokens are shown with a bar between them.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let block = Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) };
        let words: Vec<_> = tokenize(text, &[block]).iter().map(|token| token.span.of(text)).collect();
        assert_eq!(words.join("|"), expected);
    }

    #[test]
    fn words_and_marks() {
        check("", "");
        check("  \n ", "");
        check("Mayor Ida Brandt resigned.", "Mayor|Ida|Brandt|resigned|.");
        check("“We won’t,” she said", "“|We|won|’|t|,|”|she|said");
        check("$3.5m (or 4%)", "$|3|.|5m|(|or|4|%|)");
        check("a_b x-ray U.S.", "a_b|x|-|ray|U|.|S|.");
        check("Çağlar’s Łódź naïve", "Çağlar|’|s|Łódź|naïve");
        check("cafe\u{301} is", "cafe|\u{301}|is");
        check("हिन्दी", "ह|\u{93f}|न|\u{94d}|द|\u{940}");
        check("中文 №5 ½ x² Ⅳ ⓐ", "中文|№|5|½|x²|Ⅳ|ⓐ");
        check("one\u{a0}two\u{200b}three\u{1c}four", "one|two|\u{200b}|three|four");
        check("🇺🇦 ok…", "🇺|🇦|ok|…");
    }

    #[test]
    fn only_what_is_read() {
        let text = "One two\n\nAdvertisement\n\nthree";
        let blocks = [(BlockKind::Headline, 0, 7), (BlockKind::Boilerplate, 9, 22), (BlockKind::Paragraph, 24, 29)]
            .map(|(kind, start, end)| Block { kind, span: Span::new(start, end) });
        let words: Vec<_> = tokenize(text, &blocks).iter().map(|token| token.span.of(text)).collect();
        assert_eq!(words, ["One", "two", "three"]);
    }

    proptest! {
        #[test]
        fn tokens_and_gaps_rebuild_the_text(text in any::<String>()) {
            let block = Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) };
            let mut end = 0;
            for Token { span } in tokenize(&text, &[block]) {
                prop_assert!(text[end..span.start()].chars().all(is_space));
                prop_assert!(!span.is_empty() && !span.of(&text).chars().any(is_space));
                end = span.end();
            }
            prop_assert!(text[end..].chars().all(is_space));
        }
    }
}
