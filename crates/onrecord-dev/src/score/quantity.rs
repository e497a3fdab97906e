//! Quantities, with the figures of NewsQuant (Almasian et al., CQE, EMNLP 2023): value, bound, and the thing counted.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use onrecord::record::Bound;
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::f1_percent;

/// A quantity as NewsQuant writes it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Gold {
    /// `=` exact, `~` about, `<` and `>` bounds; "up" and "down" tell of a change by just so much.
    pub(crate) change: String,
    /// The number, or the two of a range.
    pub(crate) value: String,
    pub(crate) unit: String,
    pub(crate) normalized_unit: String,
    pub(crate) referred_concepts: String,
}

/// A quantity as the reader gives it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) value: f64,
    pub(crate) bound: Bound,
    pub(crate) of: Option<String>,
}

impl Answer {
    pub(crate) fn of_record(record: &onrecord::Record) -> Vec<Answer> {
        let answer = |quantity: &onrecord::record::Quantity| Answer {
            value: quantity.value,
            bound: quantity.bound,
            of: quantity.of.clone(),
        };
        record.quantities.iter().map(answer).collect()
    }

    /// The signs of values are not compared.
    fn has_value(&self, wanted: &[f64]) -> bool {
        wanted.iter().any(|value| (self.value.abs() - value).abs() <= 1e-6 * value.abs().max(1.0))
    }

    fn bound_fits(&self, change: &str) -> bool {
        match change {
            "=" | "up" | "down" => self.bound == Bound::Exact,
            "~" => self.bound == Bound::About,
            "<" => matches!(self.bound, Bound::LessThan | Bound::AtMost),
            ">" => matches!(self.bound, Bound::MoreThan | Bound::AtLeast),
            _ => false,
        }
    }

    fn counts(&self, thing: &BTreeSet<String>) -> bool {
        !thing.is_disjoint(&unit_words(self.of.as_deref().unwrap_or_default()))
    }
}

/// F1 in per cent, one decimal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Numbers with the right value; a range counts by either end.
    pub(crate) value: f64,
    /// The bound right too.
    pub(crate) bound: f64,
    /// The value right, and the thing counted or its unit.
    pub(crate) of: f64,
    pub(crate) gold: usize,
    pub(crate) predicted: usize,
}

/// Scores sentences, each the gold quantities and those found.
pub(crate) fn score<'a>(sentences: impl IntoIterator<Item = (&'a [Gold], &'a [Answer])>) -> Figures {
    let (mut value, mut bound, mut of, mut gold_count, mut predicted_count) = (0, 0, 0, 0, 0);
    for (gold, predicted) in sentences {
        gold_count += gold.len();
        predicted_count += predicted.len();
        let mut left: Vec<&Answer> = predicted.iter().collect();
        for quantity in gold {
            let wanted = numbers(&quantity.value);
            let thing: BTreeSet<String> = [&quantity.unit, &quantity.normalized_unit, &quantity.referred_concepts]
                .into_iter()
                .flat_map(|text| unit_words(text))
                .collect();
            // Of several with the value the best fitting is taken, the first among equals.
            let fit = |answer: &Answer| u8::from(answer.bound_fits(&quantity.change)) + u8::from(answer.counts(&thing));
            let near = left.iter().enumerate().filter(|(_, answer)| answer.has_value(&wanted));
            let Some((best, _)) = near.rev().max_by_key(|(_, answer)| fit(answer)) else { continue };
            let answer = left.remove(best);
            value += 1;
            bound += usize::from(answer.bound_fits(&quantity.change));
            of += usize::from(answer.counts(&thing) || quantity.unit == "-");
        }
    }
    let f1 = |hits: usize| f1_percent(super::share(hits, predicted_count), super::share(hits, gold_count));
    Figures { value: f1(value), bound: f1(bound), of: f1(of), gold: gold_count, predicted: predicted_count }
}

/// The numbers in a value such as "25.0" or "13.5-14.0".
fn numbers(value: &str) -> Vec<f64> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| super::words::pattern(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"));
    NUMBER.find_iter(value).filter_map(|found| found.as_str().parse().ok()).collect()
}

/// The words of a unit in the singular, currencies by their names.
fn unit_words(text: &str) -> BTreeSet<String> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| super::words::pattern(r"[\p{L}\p{N}_]+|[%$£€]"));
    let singular = |word: &str| {
        let named = match word {
            "$" | "usd" => "dollar",
            "£" | "gbp" => "pound",
            "€" | "eur" => "euro",
            "jpy" => "yen",
            "cny" => "yuan",
            "inr" => "rupee",
            "%" | "percent" => "percentage",
            other => other,
        };
        match named.strip_suffix('s') {
            Some(stem) if named.chars().count() > 3 => stem.to_owned(),
            _ => named.to_owned(),
        }
    };
    WORD.find_iter(&text.to_lowercase()).map(|found| singular(found.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold(change: &str, value: &str, unit: &str) -> Gold {
        Gold {
            change: change.to_owned(),
            value: value.to_owned(),
            unit: unit.to_owned(),
            normalized_unit: "-".to_owned(),
            referred_concepts: "-".to_owned(),
        }
    }

    fn answer(value: f64, bound: Bound, of: &str) -> Answer {
        Answer { value, bound, of: (!of.is_empty()).then(|| of.to_owned()) }
    }

    fn check(gold: &[Gold], predicted: &[Answer], value: f64, bound: f64, of: f64) {
        let figures = score([(gold, predicted)]);
        assert_eq!((figures.value, figures.bound, figures.of), (value, bound, of), "{predicted:?}");
    }

    #[test]
    fn values_bounds_and_things() {
        use Bound::{About, AtLeast, Exact, MoreThan};
        let songs = [gold("~", "300.0", "songs")];
        check(&songs, &[answer(300.0, About, "recorded songs")], 100.0, 100.0, 100.0);
        check(&songs, &[answer(300.0, Exact, "song")], 100.0, 0.0, 100.0);
        check(&songs, &[answer(300.0, About, "")], 100.0, 100.0, 0.0);
        check(&songs, &[answer(301.0, About, "songs")], 0.0, 0.0, 0.0);
        check(&songs, &[], 0.0, 0.0, 0.0);
        // Either end of a range, either kind of lower bound, a currency by its code.
        check(&[gold("=", "13.5-14.0", "-")], &[answer(14.0, Exact, "")], 100.0, 100.0, 100.0);
        for bound in [AtLeast, MoreThan] {
            check(&[gold(">", "2000000000.0", "$")], &[answer(2e9, bound, "USD")], 100.0, 100.0, 100.0);
        }
        // A fall by three per cent is exactly three, whatever its sign.
        check(&[gold("down", "3", "percent")], &[answer(-3.0, Exact, "%")], 100.0, 100.0, 100.0);
    }

    #[test]
    fn each_answer_is_used_once_and_the_best_fitting_goes_first() {
        use Bound::{AtMost, Exact};
        let both = [gold("<", "10", "days"), gold("=", "10", "pounds")];
        let predicted = [answer(10.0, Exact, "pounds"), answer(10.0, AtMost, "days")];
        check(&both, &predicted, 100.0, 100.0, 100.0);
        check(&both, &predicted[..1], 66.7, 0.0, 0.0);
    }
}
