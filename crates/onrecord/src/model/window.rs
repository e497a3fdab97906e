//! Windows: which stretches of a document the encoder reads at once.

use std::ops::Range;

/// Ranges of tokens that follow each other and together hold every token: whole sentences, of at most `window` pieces; a
/// sentence longer than that is cut between tokens. The last two share what is left, for a short one would be read with little
/// around it. `starts` are each token's first piece and, last, their number; no token has more pieces than a window.
/// `sentences` are the first tokens of each sentence, in order, the first being 0.
pub(crate) fn lay(starts: &[usize], sentences: &[usize], window: usize) -> Vec<Range<usize>> {
    let count = starts.len().saturating_sub(1);
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut begin = 0;
    while begin < count {
        // As many tokens as fit, then back to the last sentence that ends within them, if one does.
        let fits = starts.partition_point(|&at| at <= starts[begin] + window) - 1;
        let last = sentences.partition_point(|&first| first <= fits);
        let whole = sentences[..last].last().copied().filter(|&end| end > begin);
        let end = if fits == count { count } else { whole.unwrap_or(fits) };
        windows.push(begin..end);
        begin = end;
    }
    if let [.., before, last] = &mut windows[..] {
        // From the middle on, so that either is no longer than a window.
        let half = (starts[before.start] + starts[last.end]).div_ceil(2);
        let from = sentences.partition_point(|&first| starts[first] < half);
        if let Some(&middle) = sentences[from..].first().filter(|&&middle| middle < before.end) {
            (before.end, last.start) = (middle, middle);
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::lay;

    fn starts(pieces: &[usize]) -> Vec<usize> {
        let mut starts = vec![0];
        starts.extend(pieces.iter().scan(0, |at, pieces| {
            *at += pieces;
            Some(*at)
        }));
        starts
    }

    #[track_caller]
    fn check(pieces: &[usize], sentences: &[usize], window: usize, expected: &[(usize, usize)]) {
        let found = lay(&starts(pieces), sentences, window);
        assert_eq!(found, expected.iter().map(|&(start, end)| start..end).collect::<Vec<_>>());
    }

    #[test]
    fn whole_sentences() {
        check(&[1; 9], &[0, 3, 6], 9, &[(0, 9)]);
        check(&[1; 9], &[0, 3, 6], 7, &[(0, 6), (6, 9)]);
        check(&[2; 9], &[0, 3, 6], 7, &[(0, 3), (3, 6), (6, 9)]);
    }

    #[test]
    fn the_last_two_share_what_is_left() {
        check(&[1; 20], &[0, 3, 6, 9, 12, 15, 18], 9, &[(0, 9), (9, 15), (15, 20)]);
        check(&[1; 14], &[0, 3, 6, 9, 12], 13, &[(0, 9), (9, 14)]);
        check(&[1; 14], &[0, 12], 13, &[(0, 12), (12, 14)]);
    }

    #[test]
    fn a_sentence_that_is_too_long_is_cut() {
        check(&[1; 10], &[0, 1], 4, &[(0, 1), (1, 5), (5, 9), (9, 10)]);
        check(&[4, 4, 1], &[0], 4, &[(0, 1), (1, 2), (2, 3)]);
        check(&[], &[], 4, &[]);
    }

    proptest! {
        #[test]
        fn every_token_is_read(
            pieces in prop::collection::vec(1..9usize, 0..200),
            breaks in prop::collection::btree_set(1..200usize, 0..40),
            window in 8..40usize,
        ) {
            let sentences: Vec<usize> =
                [0].into_iter().chain(breaks).filter(|&first| first < pieces.len()).collect();
            let starts = starts(&pieces);
            let windows = lay(&starts, &sentences, window);
            let mut read = 0;
            for range in &windows {
                prop_assert!(range.start == read && range.end > read, "{windows:?}");
                prop_assert!(starts[range.end] - starts[range.start] <= window);
                read = range.end;
            }
            prop_assert_eq!(read, pieces.len());
        }
    }
}
