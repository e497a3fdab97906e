//! The best tree over a sentence's tokens.

/// The heads of the tree with the greatest sum of scores (Chu and Liu 1965, Edmonds 1967) among those with one root.
///
/// `scores` holds a row for each token: how well the root, then each token, would do as its head. What comes back is each
/// token's head, 0 for the root and otherwise counted from 1. Of trees that are equally good it is always the same one.
pub(crate) fn best(scores: &[f32], count: usize) -> Vec<usize> {
    /// More than all scores of a sentence together could make up for: so much a second root costs.
    const ROOT: f64 = 1e7;
    /// The largest score that counts.
    const MOST: f64 = 1e4;
    let side = count + 1;
    assert_eq!(scores.len(), count * side, "a score for each token and each head");
    // Weights that nobody trained can give any score; none may be worse than what must not be.
    let held = |score: f32| if score.is_finite() { f64::from(score).clamp(-MOST, MOST) } else { -MOST };
    let others = |token: usize| {
        let row = &scores[token * side..(token + 1) * side];
        row.iter().enumerate().filter(move |&(head, _)| head != token + 1).map(|(head, &score)| (head, score))
    };
    // Mostly the heads that each would choose are such a tree, and then there is none that is better.
    let mut heads = vec![0; side];
    for token in 0..count {
        heads[token + 1] = first_highest(others(token).map(|(head, score)| (head, held(score)))).0;
    }
    if heads[1..].iter().filter(|&&head| head == 0).count() == 1 && find_ring(&heads).is_none() {
        return heads.split_off(1);
    }

    let mut graph = Graph { side, scores: vec![LOWEST; side * side] };
    for token in 0..count {
        for (head, score) in others(token) {
            graph.scores[(token + 1) * side + head] = if head == 0 { held(score) - ROOT } else { held(score) };
        }
    }
    graph.best().split_off(1)
}

/// The score of what must not be.
const LOWEST: f64 = -1e12;

/// Scores of heads, a row for each node; node 0 is the root.
struct Graph {
    side: usize,
    scores: Vec<f64>,
}

impl Graph {
    fn row(&self, node: usize) -> &[f64] {
        &self.scores[node * self.side..(node + 1) * self.side]
    }

    /// Each node's head; node 0 counts as its own.
    fn best(&self) -> Vec<usize> {
        let mut heads: Vec<usize> =
            (0..self.side).map(|node| if node == 0 { 0 } else { highest(self.row(node)) }).collect();
        let Some(ring) = find_ring(&heads) else { return heads };

        // The ring becomes one node, the last, of a smaller graph.
        let rest: Vec<usize> = (0..self.side).filter(|node| !ring.contains(node)).collect();
        let side = rest.len() + 1;
        let mut smaller = Graph { side, scores: vec![LOWEST; side * side] };
        // Whom of the ring each other node would hang from, and whom of the ring each would take in.
        let mut from = vec![0; side];
        let mut into = vec![0; side];
        for (at, &node) in rest.iter().enumerate() {
            for (head_at, &head) in rest.iter().enumerate() {
                smaller.scores[at * side + head_at] = self.row(node)[head];
            }
            let (member, score) = first_highest(ring.iter().map(|&member| (member, self.row(node)[member])));
            from[at] = member;
            smaller.scores[at * side + side - 1] = if node == 0 { LOWEST } else { score };
            let gain = |member: usize| self.row(member)[node] - self.row(member)[heads[member]];
            let (member, score) = first_highest(ring.iter().map(|&member| (member, gain(member))));
            into[at] = member;
            smaller.scores[(side - 1) * side + at] = score;
        }

        let inner = smaller.best();
        for (at, &node) in rest.iter().enumerate().skip(1) {
            heads[node] = if inner[at] == side - 1 { from[at] } else { rest[inner[at]] };
        }
        let entry = inner[side - 1];
        heads[into[entry]] = rest[entry];
        heads
    }
}

fn highest(row: &[f64]) -> usize {
    first_highest(row.iter().copied().enumerate()).0
}

fn first_highest(scored: impl Iterator<Item = (usize, f64)>) -> (usize, f64) {
    scored.fold((0, f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best })
}

/// Some nodes that lead to each other in a ring, if there are any.
fn find_ring(heads: &[usize]) -> Option<Vec<usize>> {
    let mut seen = vec![0; heads.len()];
    for start in 1..heads.len() {
        let mut at = start;
        while at != 0 && seen[at] == 0 {
            seen[at] = start;
            at = heads[at];
        }
        if at != 0 && seen[at] == start {
            let ring = std::iter::successors(Some(at), |&node| Some(heads[node]).filter(|&next| next != at));
            return Some(ring.collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::best;

    fn is_tree(heads: &[usize]) -> bool {
        let reaches_root = |start: usize| {
            let path = std::iter::successors(Some(start), |&at| if at == 0 { None } else { Some(heads[at - 1]) });
            path.take(heads.len() + 1).any(|at| at == 0)
        };
        heads.iter().filter(|&&head| head == 0).count() == 1 && (1..=heads.len()).all(reaches_root)
    }

    fn score(scores: &[f32], heads: &[usize]) -> f32 {
        heads.iter().zip(scores.chunks_exact(heads.len() + 1)).map(|(&head, row)| row[head]).sum()
    }

    #[test]
    fn the_heads_that_each_would_choose_where_they_are_a_tree() {
        // "Rain fell today": all of "fell".
        let scores = [0.0, 0.0, 9.0, 0.0, 9.0, 0.0, 0.0, 1.0, 0.0, 0.0, 9.0, 0.0];
        assert_eq!(best(&scores, 3), [2, 0, 2]);
    }

    #[test]
    fn a_ring_is_broken_where_it_costs_least() {
        // Both would rather hang from the other; the second is the better root.
        assert_eq!(best(&[1.0, 0.0, 5.0, 3.0, 5.0, 0.0], 2), [2, 0]);
    }

    #[test]
    fn one_root_however_much_two_would_score() {
        assert_eq!(best(&[9.0, 0.0, 1.0, 8.0, 1.0, 0.0], 2), [0, 1]);
        assert_eq!(best(&[3.0, 0.0], 1), [0]);
        assert!(best(&[], 0).is_empty());
    }

    proptest! {
        #[test]
        fn none_is_better(count in 1..5usize, numbers in prop::collection::vec(-20i8..20, 20)) {
            let scores: Vec<f32> = numbers[..count * (count + 1)].iter().copied().map(f32::from).collect();
            let found = best(&scores, count);
            prop_assert!(is_tree(&found), "{found:?}");
            let side = count + 1;
            for code in 0..side.pow(count as u32) {
                let heads: Vec<usize> = (0..count).map(|at| code / side.pow(at as u32) % side).collect();
                if heads.iter().enumerate().all(|(at, &head)| head != at + 1) && is_tree(&heads) {
                    prop_assert!(score(&scores, &heads) <= score(&scores, &found), "{heads:?} beats {found:?}");
                }
            }
        }

        #[test]
        fn always_a_tree(count in 1..40usize, seed in prop::collection::vec(-5i8..5, 1640)) {
            let scores: Vec<f32> = seed[..count * (count + 1)].iter().copied().map(f32::from).collect();
            prop_assert!(is_tree(&best(&scores, count)));
        }
    }

    /// A token must not be its own head, however bad all others are: that would go on without end.
    #[test]
    fn scores_without_measure() {
        for score in [f32::MIN, f32::MAX, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e30] {
            for count in 1..6 {
                assert!(is_tree(&best(&vec![score; count * (count + 1)], count)), "{score} {count}");
            }
        }
    }
}
