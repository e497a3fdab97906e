//! The tagger: source, cue and content spans of a document.
//!
//! The encoder reads the document in windows; from each token's raw outputs there a linear-chain conditional random field
//! (Lafferty et al. 2001) finds the best labels for the whole document, and how probable each span is.

use std::ops::Range;

use super::kernel;
use super::weights::{ModelError, Weights};

/// Labels a token: outside, and beginning and inside of each kind.
pub(crate) const LABELS: usize = 7;
/// Their names in the order of the outputs.
const NAMES: &str = "O B-source I-source B-cue I-cue B-content I-content";

/// Raw outputs of a token, a score for each label.
pub(crate) type Scores = [f32; LABELS];

/// What a span is to its attribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Who it is from.
    Source,
    /// What says that it is from them.
    Cue,
    /// What they put forward.
    Content,
}

/// A span that the tagger found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaggedSpan {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its tokens, as indices into the document's.
    pub(crate) tokens: Range<usize>,
    /// How probable the model takes it to be that exactly these tokens are a span of this kind, 0 to 1. Not calibrated.
    pub(crate) probability: f32,
}

/// From encoded rows to labels.
#[derive(Debug)]
pub(crate) struct Tagger {
    weight: Vec<f32>,
    bias: Vec<f32>,
    /// From each label to each.
    transitions: [Scores; LABELS],
}

impl Tagger {
    /// The tagger of a weights file, for rows of `width` numbers.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape, or the labels are others.
    pub(crate) fn load(weights: &Weights, width: usize) -> Result<Tagger, ModelError> {
        let labels = weights.metadata("labels")?;
        if labels != NAMES {
            return Err(ModelError::new(format!("the labels are {labels}, not {NAMES}")));
        }
        let transitions = weights.floats("tagger.transitions", &[LABELS, LABELS])?;
        let (transitions, _) = transitions.as_chunks::<LABELS>();
        Ok(Tagger {
            weight: weights.floats("tagger.weight", &[LABELS, width])?,
            bias: weights.floats("tagger.bias", &[LABELS])?,
            transitions: transitions.try_into().expect("as many rows as labels"),
        })
    }

    /// Raw outputs for one encoded row.
    pub(crate) fn score(&self, path: kernel::Path, row: &[f32]) -> Scores {
        let mut scores = [0.0; LABELS];
        kernel::dot_rows(path, row, &self.weight, &self.bias, row.len(), &mut scores);
        scores
    }

    /// The spans of the best sequence of labels, in order.
    pub(crate) fn decode(&self, path: kernel::Path, scores: &[Scores], room: &mut Room) -> Vec<TaggedSpan> {
        self.find_best(scores, room);
        let chances = Chances::new(path, &self.transitions, scores, &mut room.chances);
        let labels = &room.labels;
        let mut spans = Vec::new();
        let mut at = 0;
        while at < labels.len() {
            let begin = usize::from(labels[at]);
            let start = at;
            at += 1;
            let Some(kind) = kind(begin) else { continue };
            while at < labels.len() && is_inside(usize::from(labels[at])) {
                at += 1;
            }
            spans.push(TaggedSpan { kind, tokens: start..at, probability: chances.of_span(begin, start..at) });
        }
        spans
    }

    /// Leaves the best sequence of labels (Viterbi 1967), the first of equals, in the room.
    fn find_best(&self, scores: &[Scores], room: &mut Room) {
        let Room { labels, came_from, .. } = room;
        labels.clear();
        came_from.clear();
        let Some((first, rest)) = scores.split_first() else { return };
        let transitions = self.transitions.map(wide);
        let mut best = wide(*first);
        for (label, score) in best.iter_mut().enumerate() {
            *score += opening(label);
        }
        for row in rest {
            let mut next = [f32::NEG_INFINITY; WIDE];
            let mut from = [0u32; WIDE];
            for (before, transitions) in transitions.iter().enumerate() {
                for label in 0..WIDE {
                    let through = best[before] + transitions[label];
                    let is_better = through > next[label];
                    next[label] = if is_better { through } else { next[label] };
                    from[label] = if is_better { before as u32 } else { from[label] };
                }
            }
            for (next, score) in next.iter_mut().zip(row) {
                *next += score;
            }
            best = next;
            came_from.push(from.map(|from| from as u8));
        }
        let mut label = (1..LABELS).fold(0, |top, label| if best[label] > best[top] { label } else { top }) as u8;
        labels.push(label);
        for from in came_from.iter().rev() {
            label = from[usize::from(label)];
            labels.push(label);
        }
        labels.reverse();
    }
}

/// As many numbers as there are labels, and one of nothing, which fill vectors.
type Wide = [f32; WIDE];
const WIDE: usize = kernel::LANES / 2;

fn wide(scores: Scores) -> Wide {
    std::array::from_fn(|label| scores.get(label).copied().unwrap_or(0.0))
}

/// Room for a document's labels, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    labels: Vec<u8>,
    /// The label before, by each label of each token but the first.
    came_from: Vec<[u8; WIDE]>,
    chances: ChancesRoom,
}

#[derive(Debug, Default)]
struct ChancesRoom {
    /// Two tokens' in a row.
    local: Vec<[f32; kernel::LANES]>,
    forward: Vec<Wide>,
    backward: Vec<Wide>,
}

/// What a document's first label costs: it cannot be inside of anything.
fn opening(label: usize) -> f32 {
    if is_inside(label) { -10_000.0 } else { 0.0 }
}

fn is_inside(label: usize) -> bool {
    label > 0 && label.is_multiple_of(2)
}

fn kind(label: usize) -> Option<Kind> {
    match label {
        1 | 2 => Some(Kind::Source),
        3 | 4 => Some(Kind::Cue),
        5 | 6 => Some(Kind::Content),
        _ => None,
    }
}

/// The forward and backward chances of each token's labels, each token's scaled to sum to one, so that nothing
/// vanishes however long the document.
struct Chances<'a> {
    /// e to the power of the scores, the greatest of each token 1.
    local: &'a [Wide],
    transitions: [Wide; LABELS],
    forward: &'a [Wide],
    backward: &'a [Wide],
}

impl<'a> Chances<'a> {
    fn new(
        path: kernel::Path,
        transitions: &[Scores; LABELS],
        scores: &[Scores],
        room: &'a mut ChancesRoom,
    ) -> Chances<'a> {
        let ChancesRoom { local, forward, backward } = room;
        let greatest = transitions.iter().flatten().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
        let transitions = transitions.map(|row| wide(exponentials(path, row.map(|score| score - greatest))));
        let onto: [Wide; LABELS] = std::array::from_fn(|label| wide(transitions.map(|row| row[label])));
        local.clear();
        local.resize(scores.len().div_ceil(2), [0.0; kernel::LANES]);
        for (local, row) in local.as_flattened_mut().as_chunks_mut().0.iter_mut().zip(scores) {
            let greatest = row.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
            *local = wide(row.map(|score| score - greatest));
        }
        kernel::exponentials(path, local);
        let local = &local.as_flattened().as_chunks().0[..scores.len()];
        forward.clear();
        let mut before = wide(exponentials(path, std::array::from_fn(opening)));
        for (at, local) in local.iter().enumerate() {
            let reached = if at == 0 { before } else { through(&transitions, &before) };
            before = scaled(std::array::from_fn(|label| reached[label] * local[label]));
            forward.push(before);
        }
        backward.clear();
        backward.resize(local.len(), wide([1.0 / LABELS as f32; LABELS]));
        for at in (1..local.len()).rev() {
            let after = std::array::from_fn(|label| backward[at][label] * local[at][label]);
            backward[at - 1] = scaled(through(&onto, &after));
        }
        Chances { local, transitions, forward, backward }
    }

    /// The probability that a span that begins with the label `begin` covers exactly these tokens.
    fn of_span(&self, begin: usize, tokens: Range<usize>) -> f32 {
        // Weights that allow it may begin a span with the label for its inside.
        let inside = begin.next_multiple_of(2);
        // All chances that begin here, then only those that stay inside to the end and leave there, both from the same
        // scaled forward values; the quotient needs no sum over all sequences.
        let start = self.forward[tokens.start];
        let mut probability = start[begin] * self.backward[tokens.start][begin]
            / sum(std::array::from_fn(|label| start[label] * self.backward[tokens.start][label]));
        for at in tokens.start + 1..tokens.end {
            let from = if at == tokens.start + 1 { begin } else { inside };
            let to = self.onward(from, at);
            probability *= to[inside] / sum(to);
        }
        if tokens.end < self.local.len() {
            let from = if tokens.len() == 1 { begin } else { inside };
            let to = self.onward(from, tokens.end);
            probability *= 1.0 - to[inside] / sum(to);
        }
        probability.clamp(0.0, 1.0)
    }

    /// The chances of each label at `at`, given the one before it and all that follows.
    fn onward(&self, from: usize, at: usize) -> Wide {
        std::array::from_fn(|label| self.transitions[from][label] * self.local[at][label] * self.backward[at][label])
    }
}

/// Chances after a step, by a row for each label from which it is taken.
fn through(rows: &[Wide; LABELS], chances: &Wide) -> Wide {
    let mut sums = [0.0; WIDE];
    for (row, chance) in rows.iter().zip(chances) {
        for (sum, step) in sums.iter_mut().zip(row) {
            *sum += chance * step;
        }
    }
    sums
}

fn exponentials(path: kernel::Path, scores: Scores) -> Scores {
    let mut lanes = [[0.0; kernel::LANES]];
    lanes[0][..LABELS].copy_from_slice(&scores);
    kernel::exponentials(path, &mut lanes);
    std::array::from_fn(|label| lanes[0][label])
}

fn sum(chances: Wide) -> f32 {
    chances[..LABELS].iter().sum::<f32>().max(f32::MIN_POSITIVE)
}

fn scaled(chances: Wide) -> Wide {
    let whole = sum(chances);
    chances.map(|chance| chance / whole)
}

#[cfg(test)]
mod tests {
    use super::super::kernel::Path;
    use super::{Chances, Kind, LABELS, Room, Scores, Tagger, opening};

    /// Transitions as training leaves them: nothing goes inside but from the same kind.
    fn tagger() -> Tagger {
        let mut transitions = [[0.0; LABELS]; LABELS];
        for (from, row) in transitions.iter_mut().enumerate() {
            for (label, score) in row.iter_mut().enumerate() {
                let goes = !super::is_inside(label) || from == label || from + 1 == label;
                *score = if goes { 0.1 * (from as f32 - label as f32) } else { -10_000.0 };
            }
        }
        Tagger { weight: vec![], bias: vec![], transitions }
    }

    /// A row that prefers one label by `by`.
    fn prefers(label: usize, by: f32) -> Scores {
        std::array::from_fn(|at| if at == label { by } else { 0.0 })
    }

    fn every_sequence(length: u32) -> impl Iterator<Item = Vec<usize>> {
        (0..LABELS.pow(length)).map(move |code| (0..length).map(|at| code / LABELS.pow(at) % LABELS).collect())
    }

    fn score_of(tagger: &Tagger, scores: &[Scores], labels: &[usize]) -> f64 {
        let local = labels.iter().zip(scores).map(|(&label, row)| f64::from(row[label]));
        let steps = labels.windows(2).map(|pair| f64::from(tagger.transitions[pair[0]][pair[1]]));
        f64::from(opening(labels[0])) + local.sum::<f64>() + steps.sum::<f64>()
    }

    fn example() -> Vec<Scores> {
        vec![prefers(1, 2.0), prefers(2, 1.0), prefers(3, 1.5), prefers(6, 3.0)]
    }

    #[test]
    fn the_best_sequence_is_that_of_all() {
        let (tagger, scores) = (tagger(), example());
        let best =
            every_sequence(4).max_by(|a, b| score_of(&tagger, &scores, a).total_cmp(&score_of(&tagger, &scores, b)));
        let mut room = Room::default();
        tagger.find_best(&scores, &mut room);
        assert_eq!(Some(room.labels.into_iter().map(usize::from).collect()), best);
    }

    #[test]
    fn the_probability_of_a_span_is_its_share_of_all_sequences() {
        let (tagger, scores) = (tagger(), example());
        let mut room = Room::default();
        let chances = Chances::new(Path::best(), &tagger.transitions, &scores, &mut room.chances);
        let weight = |labels: &Vec<usize>| score_of(&tagger, &scores, labels).exp();
        let all: f64 = every_sequence(4).map(|labels| weight(&labels)).sum();
        for (begin, tokens) in [(1, 0..2), (1, 0..1), (3, 2..3), (5, 1..4), (5, 3..4), (1, 0..4)] {
            let spans = every_sequence(4).filter(|labels| {
                let inside = labels[tokens.start + 1..tokens.end].iter().all(|&label| label == begin + 1);
                labels[tokens.start] == begin && inside && labels.get(tokens.end) != Some(&(begin + 1))
            });
            let exact = spans.map(|labels| weight(&labels)).sum::<f64>() / all;
            let found = f64::from(chances.of_span(begin, tokens.clone()));
            assert!((found - exact).abs() < 1e-5, "{begin} {tokens:?}: {found} for {exact}");
        }
    }

    #[test]
    fn spans_begin_where_labels_do() {
        let scores = [0, 1, 2, 1, 0, 3, 5, 6, 6].map(|label| prefers(label, 50.0));
        let found = tagger()
            .decode(Path::best(), &scores, &mut Room::default())
            .into_iter()
            .map(|span| (span.kind, span.tokens))
            .collect::<Vec<_>>();
        assert_eq!(found, [(Kind::Source, 1..3), (Kind::Source, 3..4), (Kind::Cue, 5..6), (Kind::Content, 6..9)]);
    }

    /// Found by fuzzing the weights: transitions that let a span begin with the label for its inside.
    #[test]
    fn a_span_may_begin_inside_where_the_weights_let_it() {
        let lenient = Tagger { transitions: [[0.0; LABELS]; LABELS], ..tagger() };
        let found = lenient.decode(Path::best(), &[prefers(0, 5.0), prefers(6, 5.0)], &mut Room::default());
        assert_eq!((found.len(), found[0].kind, &found[0].tokens), (1, Kind::Content, &(1..2)));
    }

    #[test]
    fn a_document_cannot_start_inside() {
        let found = tagger().decode(Path::best(), &[prefers(6, 5.0), prefers(6, 5.0)], &mut Room::default());
        assert_eq!((found.len(), &found[0].tokens), (1, &(0..2)));
        assert!(tagger().decode(Path::best(), &[], &mut Room::default()).is_empty());
    }

    #[test]
    fn long_documents_keep_their_probabilities() {
        let scores: Vec<Scores> = (0..5000).map(|at| prefers([0, 1, 2, 3, 5, 6][at % 6], 4.0)).collect();
        assert!(
            tagger()
                .decode(Path::best(), &scores, &mut Room::default())
                .iter()
                .all(|span| (0.5..=1.0).contains(&span.probability))
        );
    }
}
