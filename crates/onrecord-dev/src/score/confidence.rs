//! Confidence: whether statements are right as often as it says, and what is left when only the surer ones are taken.

use serde::Serialize;

use super::{rounded, share};

/// A statement's confidence, and whether it is right.
pub(crate) type Judged = (f64, bool);

/// How many equal parts the range from 0 to 1 is cut into.
const BINS: usize = 10;
/// Precisions that somebody may ask for, in per cent.
const PRECISIONS: [f64; 4] = [80.0, 90.0, 95.0, 98.0];

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Statements with so much confidence, from the least.
    pub(crate) bins: Vec<Bin>,
    /// The expected calibration error (Naeini et al., AAAI 2015): how far confidence and share of right ones are apart in
    /// a bin, averaged over statements.
    pub(crate) error: f64,
    /// What is left at a precision.
    pub(crate) kept: Vec<Kept>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Bin {
    pub(crate) from: f64,
    pub(crate) statements: usize,
    /// Their mean confidence,
    pub(crate) confidence: f64,
    /// and the share of them that is right.
    pub(crate) right: f64,
}

/// The statements from some confidence upwards; figures in per cent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Kept {
    /// The precision asked for.
    pub(crate) asked: f64,
    /// The least confidence from which it is reached.
    pub(crate) confidence: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
}

/// The figures of statements with confidence, of which the gold has `gold`; none where there are none.
pub(crate) fn score(judged: &[Judged], gold: usize) -> Option<Figures> {
    let count = |right: &mut dyn Iterator<Item = &Judged>| right.filter(|(_, right)| *right).count();
    let mut bins = Vec::new();
    let mut error = 0.0;
    for nth in 0..BINS {
        let within = |confidence: f64| ((confidence * BINS as f64) as usize).min(BINS - 1) == nth;
        let here: Vec<Judged> = judged.iter().copied().filter(|(confidence, _)| within(*confidence)).collect();
        let sum: f64 = here.iter().map(|(confidence, _)| confidence).sum();
        let right = count(&mut here.iter());
        error += (sum - right as f64).abs();
        bins.push(Bin {
            from: nth as f64 / BINS as f64,
            statements: here.len(),
            confidence: rounded(if here.is_empty() { 0.0 } else { sum / here.len() as f64 }, 3),
            right: rounded(share(right, here.len()), 3),
        });
    }
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let kept = PRECISIONS.iter().filter_map(|&asked| {
        // The longest run of the surest that is right so often; equal confidence is not told apart.
        let ends =
            (1..=sorted.len()).rev().filter(|&end| sorted.get(end).is_none_or(|next| next.0 < sorted[end - 1].0));
        let mut reached = ends.map(|end| (end, count(&mut sorted[..end].iter())));
        let (end, right) = reached.find(|&(end, right)| 100.0 * share(right, end) >= asked)?;
        Some(Kept {
            asked,
            confidence: sorted[end - 1].0,
            precision: rounded(100.0 * share(right, end), 1),
            recall: rounded(100.0 * share(right, gold), 1),
        })
    });
    let kept = kept.collect();
    (!judged.is_empty()).then(|| Figures { bins, error: rounded(error / judged.len() as f64, 4), kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_confidence_is_from_what_is_right() {
        let judged = [(0.95, true), (0.95, true), (0.95, true), (0.95, false), (0.25, false), (0.25, true)];
        let figures = score(&judged, 8).expect("there are some");
        assert_eq!((figures.bins[9].statements, figures.bins[9].right, figures.bins[2].right), (4, 0.75, 0.5));
        // (4 × 0.2 + 2 × 0.25) / 6
        assert_eq!(figures.error, 0.2167);
        assert!(figures.kept.is_empty(), "never is it right four times in five");
        assert_eq!(score(&[], 3), None);
    }

    #[test]
    fn what_is_left_of_the_surer_ones() {
        let judged = [(0.9, true), (1.0, true), (0.8, false), (0.7, true), (0.7, true), (0.1, false)];
        let figures = score(&judged, 10).expect("there are some");
        let kept: Vec<_> =
            figures.kept.iter().map(|kept| (kept.asked, kept.confidence, kept.precision, kept.recall)).collect();
        assert_eq!(
            kept,
            [(80.0, 0.7, 80.0, 40.0), (90.0, 0.9, 100.0, 20.0), (95.0, 0.9, 100.0, 20.0), (98.0, 0.9, 100.0, 20.0)]
        );
    }
}
