//! Grouping held against events that reports share: B-cubed (Bagga and Baldwin, 1998) and pairs.

use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;

use super::{F1, Tally, rounded};

/// Figures in per cent, one decimal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Propositions that tell of an annotated event.
    pub(crate) propositions: usize,
    /// Annotated mentions that lie in a proposition.
    pub(crate) events_in_propositions: f64,
    pub(crate) b_cubed: Cubed,
    pub(crate) pairs: F1,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Cubed {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// Scores items, each with its gold class and the group that it was put in.
pub(crate) fn score<G: Eq + Hash, P: Eq + Hash>(items: &[(G, P)], found: (usize, usize)) -> Figures {
    let mut both: HashMap<(&G, &P), usize> = HashMap::new();
    let mut golds: HashMap<&G, usize> = HashMap::new();
    let mut groups: HashMap<&P, usize> = HashMap::new();
    for (gold, group) in items {
        *both.entry((gold, group)).or_default() += 1;
        *golds.entry(gold).or_default() += 1;
        *groups.entry(group).or_default() += 1;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((gold, group), count) in &both {
        precision += (count * count) as f64 / groups[group] as f64;
        recall += (count * count) as f64 / golds[gold] as f64;
    }
    let all = items.len().max(1) as f64;
    let (precision, recall) = (precision / all, recall / all);
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    let two = |count: &usize| count * (count - 1) / 2;
    let tally = Tally {
        hits: both.values().map(two).sum(),
        predicted: groups.values().map(two).sum(),
        gold: golds.values().map(two).sum(),
    };
    Figures {
        propositions: items.len(),
        events_in_propositions: rounded(100.0 * found.0 as f64 / found.1.max(1) as f64, 1),
        b_cubed: Cubed {
            precision: rounded(100.0 * precision, 1),
            recall: rounded(100.0 * recall, 1),
            f1: rounded(100.0 * f1, 1),
        },
        pairs: tally.f1(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping() {
        let figures = |items: &[(u8, u8)]| {
            let figures = score(items, (1, 2));
            (figures.b_cubed.precision, figures.b_cubed.recall, figures.pairs.f1)
        };
        assert_eq!(figures(&[(1, 1), (1, 1), (2, 2)]), (100.0, 100.0, 100.0));
        // All in one, and each alone.
        assert_eq!(figures(&[(1, 1), (1, 1), (2, 1)]), (55.6, 100.0, 50.0));
        assert_eq!(figures(&[(1, 1), (1, 2), (2, 3)]), (100.0, 66.7, 0.0));
        assert_eq!(figures(&[]), (0.0, 0.0, 0.0));
    }
}
