//! Expressions of time, with the figures of TempEval-3 (UzZaman et al., 2013).

use std::collections::BTreeSet;

use serde::Serialize;

use super::f1_percent;

/// An expression of time with its TIMEX3 value, in code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timex {
    pub(crate) span: (u32, u32),
    pub(crate) value: Option<String>,
}

impl Timex {
    pub(crate) fn of_record(record: &onrecord::Record) -> Vec<Timex> {
        let timex =
            |time: &onrecord::record::Time| Timex { span: (time.span.0, time.span.1), value: time.value.clone() };
        record.times.iter().map(timex).collect()
    }

    fn meets(&self, other: &Timex) -> bool {
        self.span.0 < other.span.1 && other.span.0 < self.span.1
    }
}

/// F1 in per cent, one decimal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Whole spans.
    pub(crate) strict: f64,
    /// Spans that overlap.
    pub(crate) relaxed: f64,
    /// Spans that overlap and have the right value.
    pub(crate) value: f64,
    pub(crate) gold: usize,
    pub(crate) predicted: usize,
}

/// Scores documents, each the gold expressions and those found.
pub(crate) fn score<'a>(documents: impl IntoIterator<Item = (&'a [Timex], &'a [Timex])>) -> Figures {
    let (mut gold_count, mut predicted_count, mut strict) = (0, 0, 0);
    let (mut of_predicted, mut of_gold) = (Met::default(), Met::default());
    for (gold, predicted) in documents {
        gold_count += gold.len();
        predicted_count += predicted.len();
        let spans = |side: &[Timex]| -> BTreeSet<(u32, u32)> { side.iter().map(|timex| timex.span).collect() };
        strict += spans(gold).intersection(&spans(predicted)).count();
        of_predicted.add(predicted, gold);
        of_gold.add(gold, predicted);
    }
    let f1 = |hits_predicted: usize, hits_gold: usize| {
        f1_percent(super::share(hits_predicted, predicted_count), super::share(hits_gold, gold_count))
    };
    Figures {
        strict: f1(strict, strict),
        relaxed: f1(of_predicted.relaxed, of_gold.relaxed),
        value: f1(of_predicted.value, of_gold.value),
        gold: gold_count,
        predicted: predicted_count,
    }
}

/// How many expressions of one side meet one of the other, and how many of these agree in value with one they meet.
#[derive(Default)]
struct Met {
    relaxed: usize,
    value: usize,
}

impl Met {
    fn add(&mut self, side: &[Timex], other: &[Timex]) {
        for timex in side {
            let mut met = other.iter().filter(|candidate| timex.meets(candidate)).peekable();
            self.relaxed += usize::from(met.peek().is_some());
            self.value += usize::from(met.any(|candidate| candidate.value == timex.value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Given<'a> = &'a [(u32, u32, &'a str)];

    fn check(gold: Given, predicted: Given, strict: f64, relaxed: f64, value: f64) {
        let side = |given: Given| -> Vec<Timex> {
            given
                .iter()
                .map(|&(start, end, value)| Timex {
                    span: (start, end),
                    value: (!value.is_empty()).then(|| value.to_owned()),
                })
                .collect()
        };
        let figures = score([(side(gold).as_slice(), side(predicted).as_slice())]);
        assert_eq!((figures.strict, figures.relaxed, figures.value), (strict, relaxed, value), "{predicted:?}");
    }

    #[test]
    fn spans_and_values() {
        let gold: Given = &[(0, 9, "2025-04-09"), (20, 25, "P3D")];
        check(gold, gold, 100.0, 100.0, 100.0);
        check(gold, &[], 0.0, 0.0, 0.0);
        check(&[], gold, 0.0, 0.0, 0.0);
        // One is a word too long, the other has the wrong value.
        check(gold, &[(0, 14, "2025-04-09"), (20, 25, "P4D")], 50.0, 100.0, 50.0);
        // Spans that only touch do not overlap.
        check(gold, &[(9, 20, "P3D")], 0.0, 0.0, 0.0);
        // Two pieces for one: each meets it, one of them rightly.
        check(gold, &[(0, 4, "2025"), (5, 9, "2025-04-09")], 0.0, 66.7, 50.0);
        // No value on either side is agreement.
        check(&[(0, 3, "")], &[(0, 3, "")], 100.0, 100.0, 100.0);
    }
}
