//! Windows: which stretches of a document the encoder reads at once.

use std::ops::Range;

/// Words from a window's edge beyond which a token is trusted fully.
const TRUSTED: usize = 40;

/// How windows are laid over a document, in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The most that a window holds.
    pub(crate) window: usize,
    /// About how far each begins after the one before; as much as `window` for windows that do not overlap.
    pub(crate) advance: usize,
}

/// Ranges of tokens that together hold every token: whole sentences, of at most `layout.window` pieces; a sentence
/// longer than that is cut between tokens. `starts` are each token's first piece and, last, their number; no token has
/// more pieces than a window. `sentences` are the first tokens of each sentence, in order, the first being 0.
pub(crate) fn lay(starts: &[usize], sentences: &[usize], layout: Layout) -> Vec<Range<usize>> {
    let count = starts.len().saturating_sub(1);
    let reach = |begin: usize| {
        // As many tokens as fit, then back to the last sentence that ends within them, if one does.
        let fits = starts.partition_point(|&at| at <= starts[begin] + layout.window) - 1;
        let last = sentences.partition_point(|&first| first <= fits);
        let whole = sentences[..last].last().copied().filter(|&end| end > begin);
        if fits == count { count } else { whole.unwrap_or(fits) }
    };
    let mut windows = Vec::new();
    let mut begin = 0;
    while begin < count {
        let end = reach(begin);
        windows.push(begin..end);
        // The next begins with the first sentence of the part to be read again from which it gets further.
        let again = starts.partition_point(|&at| at < starts[begin] + layout.advance);
        let from = sentences.partition_point(|&first| first < again);
        let next = sentences[from..].iter().copied().take_while(|&next| next < end && end < count);
        begin = next.into_iter().find(|&next| reach(next) > end).unwrap_or(end);
    }
    windows
}

/// How much a token's outputs count in a window over tokens `window` of `count`: the more the further it is from an
/// edge beyond which the text goes on.
pub(crate) fn trust(window: &Range<usize>, token: usize, count: usize) -> f32 {
    let before = if window.start == 0 { TRUSTED } else { token - window.start + 1 };
    let after = if window.end == count { TRUSTED } else { window.end - token };
    before.min(after).min(TRUSTED) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Layout, lay, trust};

    fn starts(pieces: &[usize]) -> Vec<usize> {
        let mut starts = vec![0];
        starts.extend(pieces.iter().scan(0, |at, pieces| {
            *at += pieces;
            Some(*at)
        }));
        starts
    }

    #[track_caller]
    fn check(pieces: &[usize], sentences: &[usize], window: usize, advance: usize, expected: &[(usize, usize)]) {
        let found = lay(&starts(pieces), sentences, Layout { window, advance });
        assert_eq!(found, expected.iter().map(|&(start, end)| start..end).collect::<Vec<_>>());
    }

    #[test]
    fn whole_sentences() {
        check(&[1; 9], &[0, 3, 6], 9, 9, &[(0, 9)]);
        check(&[1; 9], &[0, 3, 6], 7, 7, &[(0, 6), (6, 9)]);
        check(&[2; 9], &[0, 3, 6], 7, 7, &[(0, 3), (3, 6), (6, 9)]);
    }

    #[test]
    fn overlapping() {
        check(&[1; 12], &[0, 3, 6, 9], 6, 3, &[(0, 6), (3, 9), (6, 12)]);
        check(&[1; 12], &[0, 3, 6, 9], 6, 2, &[(0, 6), (3, 9), (6, 12)]);
        check(&[1; 12], &[0, 3, 6, 9], 6, 4, &[(0, 6), (6, 12)]);
        check(&[1; 12], &[0, 2, 6, 8], 6, 1, &[(0, 6), (2, 8), (6, 12)]);
    }

    #[test]
    fn a_sentence_that_is_too_long_is_cut() {
        check(&[1; 10], &[0, 1], 4, 4, &[(0, 1), (1, 5), (5, 9), (9, 10)]);
        check(&[4, 4, 1], &[0], 4, 2, &[(0, 1), (1, 2), (2, 3)]);
        check(&[], &[], 4, 4, &[]);
    }

    #[test]
    fn trust_grows_from_the_edges_within_the_document() {
        assert_eq!([10, 11, 60, 108, 109].map(|token| trust(&(10..110), token, 500)), [1.0, 2.0, 40.0, 2.0, 1.0]);
        assert_eq!([0, 99].map(|token| trust(&(0..100), token, 500)), [40.0, 1.0]);
        assert_eq!([400, 499].map(|token| trust(&(400..500), token, 500)), [1.0, 40.0]);
    }

    proptest! {
        #[test]
        fn every_token_is_read(
            pieces in prop::collection::vec(1..9usize, 0..200),
            breaks in prop::collection::btree_set(1..200usize, 0..40),
            window in 8..40usize,
            part in 0.1..1.0f64,
        ) {
            let sentences: Vec<usize> =
                [0].into_iter().chain(breaks).filter(|&first| first < pieces.len()).collect();
            let starts = starts(&pieces);
            let advance = ((window as f64 * part) as usize).max(1);
            let windows = lay(&starts, &sentences, Layout { window, advance });
            let mut read = 0;
            for (nth, range) in windows.iter().enumerate() {
                prop_assert!(range.start <= read && range.end > read, "{windows:?}");
                prop_assert!(nth == 0 || range.start > windows[nth - 1].start);
                prop_assert!(starts[range.end] - starts[range.start] <= window);
                read = range.end;
            }
            prop_assert_eq!(read, pieces.len());
        }
    }
}
