//! Words as the scorers count them.

use std::sync::LazyLock;

use regex::Regex;

/// Runs of word characters: letters, numbers of any kind, the underscore. Marks and joiners are none, though
/// [UTS 18](https://unicode.org/reports/tr18/) counts them; the published scorers follow Python's `\w`.
static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}_]+"));

/// A word, or one other character that is no white space.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s\x1c-\x1f]"));

#[expect(clippy::expect_used, reason = "the patterns are the two constants above")]
pub(super) fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a valid pattern")
}

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    WORD.find_iter(&text).map(|found| found.as_str().to_owned()).collect()
}

/// Where each token stands, in code points.
pub(crate) fn token_spans(text: &str) -> Vec<(u32, u32)> {
    let mut spans = Vec::new();
    let (mut byte, mut point) = (0, 0u32);
    for found in TOKEN.find_iter(text) {
        let start = point + code_points(&text[byte..found.start()]);
        let end = start + code_points(found.as_str());
        spans.push((start, end));
        (byte, point) = (found.end(), end);
    }
    spans
}

fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_words_or_single_marks_in_code_points() {
        for (text, expected) in [
            ("", vec![]),
            ("Ja, “so”.", vec![(0, 2), (2, 3), (4, 5), (5, 7), (7, 8), (8, 9)]),
            ("😀 né_2\u{1f}x", vec![(0, 1), (2, 6), (7, 8)]),
            // A combining mark is a token of its own.
            ("e\u{301}a", vec![(0, 1), (1, 2), (2, 3)]),
        ] {
            assert_eq!(token_spans(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words_are_in_lower_case() {
        assert_eq!(words("The U.S.’s ½-TON"), ["the", "u", "s", "s", "½", "ton"]);
    }
}
