//! Syntax and names from the encoder's layers.
//!
//! What an encoder knows of grammar and of names stands in its middle layers whatever it was tuned for (Tenney et al.
//! 2019), so both are read off rows that have been computed anyway: those of each token's first piece in a few layers.
//! The rows and the shape of the word in letters, which the encoder does not see, are joined; three convolutions let
//! each word know its neighbours in the sentence; and from what results come its part of speech, the label of the name
//! that it is in, and, by products of words with words (Dozat and Manning 2017), its head and the relation to it.
//!
//! The matrices have 8 bits and go through the encoder's kernels, so that the answers are the same in every bit on every
//! processor.

use std::ops::Range;

use super::convolution::{self, Convolutions};
use super::kernel::{self, After, Column, LANES, Path, TILE_ROWS};
use super::matrix::{Matrix, Rounded};
use super::tree;
use super::weights::{ModelError, Weights};
use crate::mention::{self, EntityKind, Mention};
use crate::sentence::Sentence;
use crate::syntax::{Node, Pos, Relation, Syntax};
use crate::token::{self, Token};

/// The most words that are parsed as one sentence; one of more is cut.
const LONGEST: usize = 256;
/// The most words that go through the matrices together: as many as stay near.
const BATCH: usize = 512;
/// Shapes of words, and as many again for the first word of a sentence.
const SHAPES: usize = 2 * 9;
/// Labels of names: outside, and beginning and inside of each kind.
const LABELS: usize = 9;
const NAMES: &str = "O B-person I-person B-organization I-organization B-place I-place B-group I-group";
/// The kinds in the order of the labels.
const KINDS: [EntityKind; 4] = [EntityKind::Person, EntityKind::Organization, EntityKind::Place, EntityKind::Group];

/// Reads parts of speech, dependencies and names off the encoder's rows.
#[derive(Debug)]
pub(crate) struct Heads {
    path: Path,
    /// The layers whose rows are needed.
    layers: Vec<usize>,
    /// From each layer's rows.
    inputs: Vec<Matrix>,
    /// What each shape adds: a row for each.
    shapes: Vec<f32>,
    convolutions: Convolutions,
    pos: Vec<Pos>,
    tags: Matrix,
    names: Matrix,
    arcs: Arcs,
    relations: Relations,
}

/// How well each word would do as the head of each: `dependent · product · head + prior · head`.
#[derive(Debug)]
struct Arcs {
    dependent: Matrix,
    head: Matrix,
    /// What stands for the head of a sentence's root.
    root: Vec<f32>,
    product: Matrix,
    /// How likely a word is to be a head at all.
    prior: Vec<f32>,
}

/// What each word is to its head: `label · max(0, dependent + head)`.
#[derive(Debug)]
struct Relations {
    names: Vec<Relation>,
    /// Which of them are [`Relation::Root`] and [`Relation::Inner`].
    special: [usize; 2],
    dependent: Matrix,
    head: Matrix,
    /// What stands for the head of a sentence's root.
    root: Vec<f32>,
    label: Matrix,
}

/// What the heads read.
#[derive(Clone, Debug)]
pub(crate) struct Parse {
    /// The trees of the sentences.
    pub(crate) syntax: Syntax,
    /// The names, in order and without overlaps.
    pub(crate) mentions: Vec<Mention>,
}

impl Heads {
    /// The heads of a weights file, for an encoder of so many `layers` whose rows have `width` numbers.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape, or the labels are others.
    pub(crate) fn load(weights: &Weights, width: usize, layers: usize, path: Path) -> Result<Heads, ModelError> {
        let most = layers;
        let names = weights.metadata("syntax.names")?;
        if names != NAMES {
            return Err(ModelError::new(format!("the labels of names are {names}, not {NAMES}")));
        }
        let layers: Vec<usize> = weights.list("syntax.layers", |number| number.parse().ok())?;
        let reaches: Vec<usize> = weights.list("syntax.reaches", |number| number.parse().ok())?;
        let pos = weights.list("syntax.tags", Pos::from_name)?;
        let relations = weights.list("syntax.relations", Relation::from_name)?;
        let place = |relation: Relation| {
            let at = relations.iter().position(|&other| other == relation);
            at.ok_or_else(|| ModelError::new(format!("their relations lack {}", relation.name())))
        };
        let side = |name: &str| Ok(weights.shape(&format!("syntax.{name}"))?.last().copied().unwrap_or(0));
        let floats = |name: &str, shape: &[usize]| weights.floats(&format!("syntax.{name}"), shape);
        let (inner, arc, label) = (side("shapes")?, side("arc.root")?, side("relation.root")?);
        if let Some(layer) = layers.iter().find(|&&layer| layer > most) {
            return Err(ModelError::new(format!("their heads need a layer {layer} that the encoder does not have")));
        }
        // The kernels take whole groups of inputs and outputs.
        if ![width, inner, arc, label].iter().all(|side| (LANES..1 << 12).contains(side) && side % LANES == 0) {
            return Err(ModelError::new("their sides are none that can be computed with"));
        }
        let matrix = |name: &str, inputs: usize, outputs: usize| {
            Matrix::load(weights, &format!("syntax.{name}"), inputs, outputs.next_multiple_of(LANES))
        };
        let inputs = (0..layers.len()).map(|nth| matrix(&format!("input.{nth}"), width, inner));
        Ok(Heads {
            inputs: inputs.collect::<Result<_, _>>()?,
            shapes: floats("shapes", &[SHAPES, inner])?,
            convolutions: Convolutions::load(weights, "syntax.convolution", &reaches, inner)?,
            tags: matrix("tags", inner, pos.len())?,
            pos,
            names: matrix("names", inner, LABELS)?,
            arcs: Arcs {
                dependent: matrix("arc.dependent", inner, arc)?,
                head: matrix("arc.head", inner, arc)?,
                root: floats("arc.root", &[arc])?,
                product: matrix("arc.product", arc, arc)?,
                prior: floats("arc.prior", &[arc])?,
            },
            relations: Relations {
                dependent: matrix("relation.dependent", inner, label)?,
                head: matrix("relation.head", inner, label)?,
                root: floats("relation.root", &[label])?,
                label: matrix("relation.label", label, relations.len())?,
                special: [place(Relation::Root)?, place(Relation::Inner)?],
                names: relations,
            },
            path,
            layers,
        })
    }

    /// The layers whose rows [`Heads::read`] takes, as `Model::read` counts them.
    pub(crate) fn layers(&self) -> &[usize] {
        &self.layers
    }

    /// Reads a document's tokens; each must be in one of the sentences. `bytes` are those of the weights file; `rows` are
    /// those of [`Heads::layers`], of each layer one for each token.
    pub(crate) fn read(
        &self,
        bytes: &[u8],
        text: &str,
        tokens: &[Token],
        sentences: &[Sentence],
        rows: &Rounded,
        room: &mut Room,
    ) -> Parse {
        let alone = Node { pos: Pos::Noun, head: None, relation: Relation::Root };
        let nodes = vec![alone; tokens.len()];
        let mut parsing = Parsing { heads: self, bytes, text, tokens, rows, nodes, mentions: Vec::new(), room };
        let parts: Vec<Range<usize>> = sentences.iter().flat_map(|sentence| cut(&sentence.tokens)).collect();
        let mut rest = &parts[..];
        while let Some(first) = rest.first() {
            let fits = rest.iter().take_while(|part| part.end - first.start <= BATCH).count();
            let (batch, later) = rest.split_at(fits.max(1));
            parsing.read(batch);
            rest = later;
        }
        mention::without_titles(text, &mut parsing.mentions);
        mention::agree(text, &mut parsing.mentions);
        Parse { syntax: Syntax::new(parsing.nodes), mentions: parsing.mentions }
    }

    /// The rows of `inputs` times a matrix; the rows of `out` say how many there are.
    fn product(
        &self,
        bytes: &[u8],
        inputs: &[f32],
        matrix: &Matrix,
        after: After,
        rounded: &mut Rounded,
        out: &mut [f32],
    ) {
        let width = inputs.len() / (out.len() / matrix.outputs());
        rounded.round(self.path, inputs, width);
        self.product_of(bytes, rounded, matrix, after, out);
    }

    fn product_of(&self, bytes: &[u8], rounded: &Rounded, matrix: &Matrix, after: After, out: &mut [f32]) {
        kernel::linear(self.path, &rounded.bytes, &rounded.roundings, matrix.whole(bytes), after, out);
    }
}

/// A sentence's tokens, in parts that can be parsed.
fn cut(sentence: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = sentence.end;
    sentence.clone().step_by(LONGEST).map(move |start| start..end.min(start + LONGEST))
}

/// Room for one batch, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    hidden: Vec<f32>,
    convolution: convolution::Room,
    rounded: Rounded,
    shifted: Rounded,
    scores: Vec<f32>,
    labels: Vec<f32>,
    dependents: Vec<f32>,
    heads: Vec<f32>,
    products: Vec<f32>,
    candidates: Vec<f32>,
    columns: Vec<Column>,
    priors: Vec<f32>,
    arcs: Vec<f32>,
}

/// A document on its way through the heads.
struct Parsing<'a> {
    heads: &'a Heads,
    bytes: &'a [u8],
    text: &'a str,
    tokens: &'a [Token],
    rows: &'a Rounded,
    nodes: Vec<Node>,
    mentions: Vec<Mention>,
    room: &'a mut Room,
}

impl Parsing<'_> {
    /// Reads sentences that follow each other.
    fn read(&mut self, sentences: &[Range<usize>]) {
        let [Some(first), Some(last)] = [sentences.first(), sentences.last()] else { return };
        let start = first.start;
        let count = last.end - start;
        // From here on words are counted from the batch's first.
        let parts: Vec<Range<usize>> = sentences.iter().map(|part| part.start - start..part.end - start).collect();
        self.join_inputs(&parts, start, count);
        self.join_neighbours(&parts);
        self.tag(start, count);
        self.name(&parts, start);
        self.attach(&parts, start, count);
    }

    /// What the encoder's layers and the words' shapes say of each word.
    fn join_inputs(&mut self, parts: &[Range<usize>], start: usize, count: usize) {
        let (heads, room) = (self.heads, &mut *self.room);
        let inner = heads.shapes.len() / SHAPES;
        let rows = count.next_multiple_of(TILE_ROWS);
        room.hidden.clear();
        room.hidden.resize(rows * inner, 0.0);
        for part in parts {
            let mut is_first = true;
            for at in part.clone() {
                let word = self.tokens[start + at].span.of(self.text);
                let shape = shape(word) + if is_first { SHAPES / 2 } else { 0 };
                room.hidden[at * inner..][..inner].copy_from_slice(&heads.shapes[shape * inner..][..inner]);
                is_first &= !word.starts_with(token::is_word);
            }
        }
        for (nth, matrix) in heads.inputs.iter().enumerate() {
            let first = nth * self.tokens.len() + start;
            let (rounded, roundings) = self.rows.some(first..first + rows);
            kernel::linear(heads.path, rounded, roundings, matrix.whole(self.bytes), After::Add, &mut room.hidden);
        }
        kernel::swish(heads.path, &mut room.hidden);
    }

    /// What its neighbours in the sentence say of each word.
    fn join_neighbours(&mut self, parts: &[Range<usize>]) {
        let (heads, room) = (self.heads, &mut *self.room);
        let inner = heads.shapes.len() / SHAPES;
        heads.convolutions.pass(heads.path, parts, &mut room.hidden, &mut room.convolution, &[], |_, _| {});
        room.rounded.round(heads.path, &room.hidden, inner);
    }

    /// Each word's part of speech.
    fn tag(&mut self, start: usize, count: usize) {
        let (heads, room) = (self.heads, &mut *self.room);
        let width = heads.tags.outputs();
        room.scores.resize(room.rounded.roundings.len() * width, 0.0);
        heads.product_of(self.bytes, &room.rounded, &heads.tags, After::Keep, &mut room.scores);
        for (node, scores) in self.nodes[start..start + count].iter_mut().zip(room.scores.chunks_exact(width)) {
            node.pos = heads.pos[highest(&scores[..heads.pos.len()])];
        }
    }

    /// The names in each sentence.
    fn name(&mut self, parts: &[Range<usize>], start: usize) {
        let (heads, room) = (self.heads, &mut *self.room);
        let width = heads.names.outputs();
        room.scores.resize(room.rounded.roundings.len() * width, 0.0);
        heads.product_of(self.bytes, &room.rounded, &heads.names, After::Keep, &mut room.scores);
        for part in parts {
            let scores = room.scores[part.start * width..part.end * width].chunks_exact(width);
            let scores: Vec<[f32; LABELS]> = scores.map(|row| std::array::from_fn(|label| row[label])).collect();
            for (range, kind) in names(&scores) {
                let at = |word: usize| self.tokens[start + part.start + word].span;
                self.mentions.push(Mention { span: at(range.start).cover(at(range.end - 1)), kind });
            }
        }
    }

    /// Each word's head and what it is to it.
    fn attach(&mut self, parts: &[Range<usize>], start: usize, count: usize) {
        let (heads, room) = (self.heads, &mut *self.room);
        let rows = room.rounded.roundings.len();
        let Arcs { dependent, head, root, product, prior } = &heads.arcs;
        let arc = root.len();
        for (matrix, out) in [(dependent, &mut room.dependents), (head, &mut room.heads)] {
            out.resize(rows * arc, 0.0);
            heads.product_of(self.bytes, &room.rounded, matrix, After::Keep, out);
            out.iter_mut().for_each(|value| *value = value.max(0.0));
        }
        room.products.resize(rows * arc, 0.0);
        heads.product(self.bytes, &room.dependents, product, After::Keep, &mut room.shifted, &mut room.products);
        let mut chosen = vec![0; count];
        for part in parts {
            let side = part.len() + 1;
            room.candidates.clear();
            room.candidates.extend_from_slice(root);
            room.candidates.extend_from_slice(&room.heads[part.start * arc..part.end * arc]);
            room.columns.resize(side.div_ceil(kernel::BLOCK) * arc, Column::EMPTY);
            kernel::to_columns(heads.path, &room.candidates, arc, &mut room.columns);
            room.priors.resize(side, 0.0);
            kernel::dot_columns(heads.path, prior, &room.columns, &[0.0; LONGEST + 1][..side], arc, &mut room.priors);
            room.arcs.resize(part.len() * side, 0.0);
            let dependents = &room.products[part.start * arc..part.end * arc];
            kernel::dot_columns(heads.path, dependents, &room.columns, &room.priors, arc, &mut room.arcs);
            chosen[part.clone()].copy_from_slice(&tree::best(&room.arcs, part.len()));
        }

        let Relations { names, special: [of_root, inner], dependent, head, root, label } = &heads.relations;
        let (side, width) = (root.len(), label.outputs());
        for (matrix, out) in [(dependent, &mut room.dependents), (head, &mut room.heads)] {
            out.resize(rows * side, 0.0);
            heads.product_of(self.bytes, &room.rounded, matrix, After::Keep, out);
        }
        for part in parts {
            for at in part.clone() {
                let head = match chosen[at] {
                    0 => &root[..],
                    head => &room.heads[(part.start + head - 1) * side..][..side],
                };
                for (value, head) in room.dependents[at * side..][..side].iter_mut().zip(head) {
                    *value = (*value + head).max(0.0);
                }
            }
        }
        room.labels.resize(rows * width, 0.0);
        heads.product(self.bytes, &room.dependents, label, After::Keep, &mut room.shifted, &mut room.labels);
        for part in parts {
            for at in part.clone() {
                let token = start + at;
                let head = chosen[at].checked_sub(1).map(|head| start + part.start + head);
                let node = &mut self.nodes[token];
                node.relation = Relation::Root;
                if let Some(head) = head {
                    let is_glued =
                        at > part.start && self.tokens[token - 1].span.end() == self.tokens[token].span.start();
                    let scores = &mut room.labels[at * width..][..names.len()];
                    scores[*of_root] = f32::NEG_INFINITY;
                    if !is_glued || head > token {
                        scores[*inner] = f32::NEG_INFINITY;
                    }
                    node.relation = names[highest(scores)];
                }
                node.head = head.map(|head| head as u32);
            }
        }
    }
}

/// The first of the greatest.
fn highest(scores: &[f32]) -> usize {
    let most = tree::highest_of(scores);
    scores.iter().position(|&score| score == most).unwrap_or(0)
}

/// What a word's letters look like, which the encoder reads in lower case.
fn shape(word: &str) -> usize {
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let opens_upper = word.starts_with(char::is_uppercase);
    if !word.starts_with(token::is_word) {
        0
    } else if word.bytes().all(|c| c.is_ascii_digit()) {
        1
    } else if word.bytes().any(|c| c.is_ascii_digit()) {
        2
    } else if upper == 0 {
        3
    } else if word.chars().nth(1).is_none() {
        4
    } else if upper == word.chars().count() {
        5
    } else if opens_upper && upper == 1 {
        6
    } else if opens_upper {
        7
    } else {
        8
    }
}

/// The names that the best sequence of labels makes (Viterbi 1967), where what is inside follows what it is inside of.
fn names(scores: &[[f32; LABELS]]) -> Vec<(Range<usize>, EntityKind)> {
    let is_inside = |label: usize| label > 0 && label.is_multiple_of(2);
    let Some((first, rest)) = scores.split_first() else { return Vec::new() };
    let mut best: [f32; LABELS] =
        std::array::from_fn(|label| if is_inside(label) { f32::NEG_INFINITY } else { first[label] });
    let mut came_from: Vec<[u8; LABELS]> = Vec::with_capacity(rest.len());
    for row in rest {
        let anything = highest(&best);
        let from: [usize; LABELS] = std::array::from_fn(|label| {
            // Inside may only follow the beginning of its kind, the label before, or itself.
            match label {
                label if !is_inside(label) => anything,
                label if best[label] > best[label - 1] => label,
                label => label - 1,
            }
        });
        best = std::array::from_fn(|label| best[from[label]] + row[label]);
        came_from.push(from.map(|label| label as u8));
    }
    let mut label = highest(&best);
    let mut labels = vec![label];
    for from in came_from.iter().rev() {
        label = usize::from(from[label]);
        labels.push(label);
    }
    labels.reverse();

    let mut names = Vec::new();
    let mut at = 0;
    while at < labels.len() {
        let (start, label) = (at, labels[at]);
        at += 1;
        if label > 0 {
            while labels.get(at) == Some(&(label + 1)) {
                at += 1;
            }
            names.push((start..at, KINDS[(label - 1) / 2]));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::super::{Model, Reading, Workspace};
    use super::{LABELS, NAMES, Parsing, Room, Rounded, TILE_ROWS, cut, names, shape};
    use crate::mention::EntityKind::{Group, Organization, Person, Place};
    use crate::sentence::Sentence;
    use crate::syntax::Node;
    use crate::token::{self, Token};
    use crate::{Block, BlockKind, Span};

    const WEIGHTS: &[u8] = include_bytes!("../../../../models/onrecord-accurate.safetensors");

    #[test]
    fn shapes_of_words() {
        for (word, expected) in [
            (",", 0),
            ("\u{201c}", 0),
            ("2025", 1),
            ("19th", 2),
            ("COVID19", 2),
            ("bridge", 3),
            ("_", 3),
            ("中", 3),
            ("A", 4),
            ("É", 4),
            ("NATO", 5),
            ("Brandt", 6),
            ("Éva", 6),
            ("McCain", 7),
            ("eBay", 8),
        ] {
            assert_eq!(shape(word), expected, "{word}");
        }
    }

    /// Rows that prefer these labels: `B-person` by 1, or by another number after a colon.
    fn rows(preferred: &str) -> Vec<[f32; LABELS]> {
        let row = |field: &str| {
            let (label, by) = field.split_once(':').unwrap_or((field, "1"));
            let at = NAMES.split(' ').position(|name| name == label).unwrap();
            let mut row = [0.0; LABELS];
            row[at] = by.parse().unwrap();
            row
        };
        preferred.split_whitespace().map(row).collect()
    }

    #[test]
    fn names_from_labels() {
        for (preferred, expected) in [
            ("", vec![]),
            ("O O", vec![]),
            ("B-person I-person O B-place", vec![(0..2, Person), (3..4, Place)]),
            ("B-group B-group I-group", vec![(0..1, Group), (1..3, Group)]),
            // Nothing begins inside: the cheaper of the two labels gives way.
            ("I-place:5 O", vec![]),
            ("B-person:1 I-organization:3", vec![(0..2, Organization)]),
            ("B-person:3 I-organization:1", vec![(0..1, Person)]),
            ("B-person:3 O:0.5 I-person:2 I-person", vec![(0..1, Person), (1..4, Person)]),
        ] {
            assert_eq!(names(&rows(preferred)), expected, "{preferred}");
        }
    }

    #[test]
    fn long_sentences_are_cut() {
        assert_eq!(cut(&(3..9)).collect::<Vec<_>>(), vec![3..9]);
        assert_eq!(cut(&(10..600)).collect::<Vec<_>>(), [10..266, 266..522, 522..600]);
        assert_eq!(cut(&(4..4)).count(), 0);
    }

    /// What `training/reference_heads.py` makes of some sentences with the same weights in 32 bits: a word a line with its
    /// tag, its head in the sentence, its relation, its label and the first numbers of its row.
    const REFERENCE: &str = include_str!("heads_reference.tsv");

    /// The reference's words as a document; empty lines stand between its sentences.
    fn document() -> (String, Vec<Token>, Vec<Sentence>) {
        let (mut text, mut tokens, mut sentences) = (String::new(), Vec::new(), Vec::new());
        for sentence in REFERENCE.split("\n\n").filter(|part| !part.is_empty()) {
            let first = tokens.len();
            for word in sentence.lines().filter_map(|line| line.split('\t').next()) {
                // The pieces of a word stand together; other words may.
                if !text.is_empty() && token::is_word(word.chars().next().unwrap()) && text.ends_with(token::is_word) {
                    text.push(' ');
                }
                let start = text.len();
                text.push_str(word);
                tokens.push(Token { span: Span::new(start, text.len()) });
            }
            let span = tokens[first].span.cover(tokens[tokens.len() - 1].span);
            sentences.push(Sentence { span, tokens: first..tokens.len(), block: 0 });
            text.push('\n');
        }
        (text, tokens, sentences)
    }

    #[test]
    fn as_the_reference_reads() {
        let (text, tokens, sentences) = document();
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let reading = model.read(&text, &tokens, &sentences, model.syntax_layers(), &mut Workspace::new());
        let parse = model.parse(&text, &tokens, &sentences, &reading, &mut Workspace::new());
        let lines: Vec<Vec<&str>> =
            REFERENCE.lines().filter(|line| !line.is_empty()).map(|line| line.split('\t').collect()).collect();
        assert_eq!(lines.len(), tokens.len());
        let mut wrong = Vec::new();
        for sentence in &sentences {
            for token in sentence.tokens.clone() {
                let node = parse.syntax.nodes()[token];
                let head = node.head.map_or(0, |head| head as usize - sentence.tokens.start + 1);
                let name = parse.mentions.iter().find(|mention| mention.span.contains(tokens[token].span));
                let name = name.map_or("O".to_owned(), |name| {
                    let part = if name.span.start() == tokens[token].span.start() { "B" } else { "I" };
                    format!("{part}-{}", format!("{:?}", name.kind).to_lowercase())
                });
                let found = [node.pos.name(), &head.to_string(), node.relation.name(), &name].map(str::to_owned);
                if found[..] != lines[token][1..5] {
                    wrong.push((found, lines[token].clone()));
                }
            }
        }
        // Rounding to 8 bits may turn what hangs in the balance.
        assert!(wrong.len() * 25 <= tokens.len(), "{wrong:#?}");
    }

    #[test]
    fn rows_are_near_the_reference() {
        let (text, tokens, sentences) = document();
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let rows = model.read(&text, &tokens, &sentences, model.syntax_layers(), &mut Workspace::new()).rows;
        let parts: Vec<Range<usize>> = sentences.iter().map(|sentence| sentence.tokens.clone()).collect();
        let mut parsing = Parsing {
            heads: &model.heads,
            bytes: model.weights().bytes(),
            text: &text,
            tokens: &tokens,
            rows: &rows,
            nodes: Vec::new(),
            mentions: Vec::new(),
            room: &mut Room::default(),
        };
        parsing.join_inputs(&parts, 0, tokens.len());
        parsing.join_neighbours(&parts);
        let width = parsing.room.hidden.len() / tokens.len().next_multiple_of(TILE_ROWS);
        let mut off = Vec::new();
        for (row, line) in parsing.room.hidden.chunks(width).zip(REFERENCE.lines().filter(|line| !line.is_empty())) {
            for (found, expected) in row.iter().zip(line.split('\t').skip(5)) {
                off.push((found - expected.parse::<f32>().unwrap()).abs());
            }
        }
        assert_eq!(off.len(), 4 * tokens.len());
        let mean = off.iter().sum::<f32>() / off.len() as f32;
        assert!(mean < 0.1 && off.iter().all(|&off| off < 1.0), "off by {mean} on average, by {off:?}");
    }

    #[test]
    fn the_same_whatever_stands_around() {
        let (text, tokens, sentences) = document();
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let reading = model.read(&text, &tokens, &sentences, model.syntax_layers(), &mut Workspace::new());
        let whole = model.parse(&text, &tokens, &sentences, &reading, &mut Workspace::new());
        let last = sentences.last().unwrap().clone();
        let first = last.tokens.start;
        let alone = Sentence { tokens: 0..last.tokens.len(), ..last };
        let (mut rows, count, layers) = (Rounded::default(), tokens.len(), model.syntax_layers().len());
        for layer in 0..layers {
            let (bytes, roundings) = reading.rows.some(layer * count + first..(layer + 1) * count);
            rows.bytes.extend_from_slice(bytes);
            rows.roundings.extend_from_slice(roundings);
        }
        let width = reading.rows.bytes.len() / reading.rows.roundings.len();
        rows.lay(rows.roundings.len(), TILE_ROWS, width);
        let reading = Reading { rows, scores: Vec::new() };
        let part = model.parse(&text, &tokens[first..], &[alone], &reading, &mut Workspace::new());
        for (found, expected) in part.syntax.nodes().iter().zip(&whole.syntax.nodes()[first..]) {
            let head = expected.head.map(|head| head - first as u32);
            assert_eq!(*found, Node { head, ..*expected });
        }
        assert!(whole.mentions.ends_with(&part.mentions) && !part.mentions.is_empty());
    }

    #[test]
    fn nothing_and_very_much() {
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let none = Reading { rows: Rounded::default(), scores: Vec::new() };
        assert!(model.parse("", &[], &[], &none, &mut Workspace::new()).syntax.nodes().is_empty());

        // A sentence that never ends is cut, each part a tree.
        let text = "and so on ".repeat(300);
        let tokens = token::tokenize(&text, &[Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) }]);
        let sentence = Sentence { span: Span::new(0, text.len()), tokens: 0..tokens.len(), block: 0 };
        let reading =
            model.read(&text, &tokens, std::slice::from_ref(&sentence), model.syntax_layers(), &mut Workspace::new());
        let parse = model.parse(&text, &tokens, &[sentence], &reading, &mut Workspace::new());
        assert_eq!(parse.syntax.nodes().iter().filter(|node| node.head.is_none()).count(), 4);
    }
}
