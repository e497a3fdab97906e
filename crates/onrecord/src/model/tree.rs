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
    // Mostly the heads that each would choose are such a tree, and then there is none that is better.
    let mut heads = vec![0; side];
    for token in 0..count {
        let row = &scores[token * side..(token + 1) * side];
        let (before, after) = (&row[..=token], &row[token + 2..]);
        let most = highest_of(before).max(highest_of(after));
        let at = |part: &[f32]| part.iter().position(|&score| score == most);
        heads[token + 1] = at(before).or_else(|| Some(at(after)? + token + 2)).unwrap_or(0);
    }
    if heads[1..].iter().filter(|&&head| head == 0).count() == 1 && find_ring(&heads).is_none() {
        return heads.split_off(1);
    }

    let mut graph = Graph { side, scores: vec![LOWEST; side * side], live: (0..side).collect() };
    for (node, (row, scores)) in graph.scores.chunks_exact_mut(side).skip(1).zip(scores.chunks_exact(side)).enumerate()
    {
        row.iter_mut().zip(scores).for_each(|(out, &score)| *out = held(score));
        row[0] -= ROOT;
        row[node + 1] = LOWEST;
    }
    for (node, head) in heads.iter_mut().enumerate().skip(1).filter(|(_, head)| **head == 0) {
        *head = graph.highest(node);
    }
    graph.best(heads).split_off(1)
}

/// The highest of some scores that compare, lane by lane so that a vector holds them.
pub(crate) fn highest_of(scores: &[f32]) -> f32 {
    let higher = |most: f32, score: f32| if score > most { score } else { most };
    let (chunks, rest) = scores.as_chunks::<8>();
    let mut most = [f32::NEG_INFINITY; 8];
    for chunk in chunks {
        for (most, &score) in most.iter_mut().zip(chunk) {
            *most = higher(*most, score);
        }
    }
    most.into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, higher)
}

/// The score of what must not be.
const LOWEST: f64 = -1e12;

/// Scores of heads, a row for each node; node 0 is the root.
struct Graph {
    side: usize,
    scores: Vec<f64>,
    /// The nodes that no ring has taken in, in order.
    live: Vec<usize>,
}

/// A ring that became one node: the first of its own.
struct Ring {
    /// Each with the head that it had in the ring.
    members: Vec<(usize, usize)>,
    /// Of each node outside, whom of the ring it would hang from,
    from: Vec<usize>,
    /// and whom of the ring it would take in.
    into: Vec<usize>,
}

impl Graph {
    fn score(&self, node: usize, head: usize) -> f64 {
        self.scores[node * self.side + head]
    }

    /// Each node's head in the best tree, of the best head of each; node 0 counts as its own.
    fn best(mut self, mut heads: Vec<usize>) -> Vec<usize> {
        let mut rings = Vec::new();
        while let Some(ring) = find_ring(&heads) {
            rings.push(self.contract(ring, &mut heads));
        }
        for ring in rings.into_iter().rev() {
            let node = ring.members[0].0;
            for (own, from) in heads.iter_mut().zip(&ring.from).filter(|(own, _)| **own == node) {
                *own = *from;
            }
            let head = heads[node];
            for (member, own) in ring.members {
                heads[member] = own;
            }
            heads[ring.into[head]] = head;
        }
        heads
    }

    /// Makes one node of a ring.
    fn contract(&mut self, ring: Vec<usize>, heads: &mut [usize]) -> Ring {
        let side = self.side;
        let (mut from, mut into) = (vec![0; side], vec![0; side]);
        let node = ring[0];
        self.live.retain(|other| !ring.contains(other));
        for &other in &self.live {
            let (member, score) = first_highest(ring.iter().map(|&member| (member, self.score(other, member))));
            let gain = |member: usize| self.score(member, other) - self.score(member, heads[member]);
            let (taken, most) = first_highest(ring.iter().map(|&member| (member, gain(member))));
            (from[other], into[other]) = (member, taken);
            self.scores[other * side + node] = score;
            self.scores[node * side + other] = most;
            if ring.contains(&heads[other]) {
                heads[other] = node;
            }
        }
        let members: Vec<(usize, usize)> = ring.iter().map(|&member| (member, heads[member])).collect();
        // Those that are no nodes any more lead nowhere.
        ring.iter().for_each(|&member| heads[member] = 0);
        heads[node] = self.highest(node);
        self.live.insert(self.live.partition_point(|&other| other < node), node);
        Ring { members, from, into }
    }

    /// The best head of a node.
    fn highest(&self, node: usize) -> usize {
        first_highest(self.live.iter().filter(|&&head| head != node).map(|&head| (head, self.score(node, head)))).0
    }
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
