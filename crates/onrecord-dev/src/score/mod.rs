//! The figures by which the reader is judged, one file a kind of annotation.
//!
//! Each scorer takes gold and prediction in the same plain shape, so that its tests need no reader, and gives figures
//! that are rounded only at the very end.

pub(crate) mod attribution;
pub(crate) mod body;
pub(crate) mod confidence;
pub(crate) mod coreference;
pub(crate) mod expected;
pub(crate) mod quantity;
pub(crate) mod speakers;
pub(crate) mod time;

mod words;

use onrecord::{BlockKind, Record};
use serde::Serialize;

/// Precision, recall and their harmonic mean, in per cent with one decimal, with the counts that they came from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct F1 {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) gold: usize,
    pub(crate) predicted: usize,
}

/// How many of each side there are, and how many of them meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) hits: usize,
    pub(crate) predicted: usize,
    pub(crate) gold: usize,
}

impl Tally {
    pub(crate) fn f1(self) -> F1 {
        let precision = share(self.hits, self.predicted);
        let recall = share(self.hits, self.gold);
        F1 {
            precision: rounded(100.0 * precision, 1),
            recall: rounded(100.0 * recall, 1),
            f1: f1_percent(precision, recall),
            gold: self.gold,
            predicted: self.predicted,
        }
    }
}

/// The harmonic mean of two shares in per cent, one decimal; 0 where both are 0.
fn f1_percent(precision: f64, recall: f64) -> f64 {
    let sum = precision + recall;
    // In this order of operations, for the last bit decides ties in rounding.
    if sum > 0.0 { rounded(100.0 * 2.0 * precision * recall / sum, 1) } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of spans are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// `value` to so many decimals: the nearest decimal to the exact binary value, an exact tie to the even digit, as
/// Python's `round` has it.
pub(crate) fn rounded(value: f64, decimals: usize) -> f64 {
    // Formatting rounds the exact binary value; multiplying by a power of ten first would round twice.
    format!("{value:.decimals$}").parse().unwrap_or(value)
}

/// The texts of the document's blocks of some kinds.
fn blocks(record: &Record, wanted: fn(BlockKind) -> bool) -> impl Iterator<Item = String> {
    let blocks = record.document.blocks.iter().filter(move |block| wanted(block.kind));
    blocks.map(|block| {
        let length = block.span.1.saturating_sub(block.span.0);
        record.document.text.chars().skip(block.span.0 as usize).take(length as usize).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_by_the_exact_value_and_ties_to_even() {
        // The expected values are Python's round(x, n).
        for (value, decimals, expected) in [
            (0.25, 1, 0.2),
            (0.75, 1, 0.8),
            (0.35, 1, 0.3),
            (62.25, 1, 62.2),
            (62.35, 1, 62.4),
            (2.675, 2, 2.67),
            (0.0625, 3, 0.062),
            (0.9695, 3, 0.97),
            (0.1875, 3, 0.188),
            (99.95, 1, 100.0),
            (1e-9, 3, 0.0),
        ] {
            assert_eq!(rounded(value, decimals), expected, "round({value}, {decimals})");
        }
    }

    #[test]
    fn nothing_predicted_and_nothing_gold_are_zero() {
        for (tally, f1) in [
            (Tally::default(), 0.0),
            (Tally { hits: 0, predicted: 3, gold: 0 }, 0.0),
            (Tally { hits: 0, predicted: 0, gold: 3 }, 0.0),
            (Tally { hits: 2, predicted: 3, gold: 4 }, 57.1),
            (Tally { hits: 3, predicted: 3, gold: 3 }, 100.0),
        ] {
            assert_eq!(tally.f1().f1, f1, "{tally:?}");
        }
    }
}
