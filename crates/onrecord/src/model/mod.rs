//! The trained model: weights and inference.
//!
//! A [`Model`] is loaded from the bytes of one file and used where they lie; it reads a document's tokens in windows
//! (`Model::read`) and finds the spans of sources, cues and contents (`Model::tag`). What it answers is the same in
//! every bit on any processor and any number of threads (`kernel` says how).

mod convolution;
mod encoder;
mod heads;
mod kernel;
mod matrix;
mod surface;
mod tagger;
mod transformer;
mod tree;
mod weights;
mod window;
mod wordpiece;

use std::borrow::Cow;
use std::ops::Range;

use encoder::{Encoder, Windows};
use heads::Heads;
use matrix::Rounded;
use tagger::{LABELS, Scores, Tagger};
use weights::Element;
use wordpiece::WordPiece;

use crate::sentence::Sentence;
use crate::token::Token;

pub(crate) use heads::Parse;
pub(crate) use tagger::{Kind, TaggedSpan};
pub use weights::ModelError;
pub(crate) use weights::Weights;

/// The version of the file format that this version of the reader uses.
const FORMAT: &str = "onrecord-encoder/2";

/// The trained model.
#[derive(Debug)]
pub struct Model {
    weights: Weights,
    wordpiece: WordPiece,
    encoder: Encoder,
    tagger: Tagger,
    heads: Heads,
    path: kernel::Path,
    /// Pieces of the longest window, without its opening and its closing.
    window: usize,
}

/// A stretch of a document's tokens with the sentences that they make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) tokens: &'a [Token],
    /// Their tokens are counted from the first of `tokens`.
    pub(crate) sentences: &'a [Sentence],
}

/// Memory that reading works in, one a thread. It grows to what the largest report needs and is used again.
#[derive(Debug)]
pub(crate) struct Workspace {
    encoder: encoder::Scratch,
    tagger: tagger::Room,
    heads: heads::Room,
    /// Room for a [`Reading`]'s rows,
    rows: Rounded,
    /// and for some of them before they are rounded.
    gathered: Vec<f32>,
}

impl Workspace {
    /// Empty room.
    pub(crate) fn new() -> Workspace {
        Workspace {
            encoder: encoder::Scratch::new(),
            tagger: tagger::Room::default(),
            heads: heads::Room::default(),
            rows: Rounded::default(),
            gathered: Vec::new(),
        }
    }

    /// Takes back what a reading that nobody needs any more was kept in.
    pub(crate) fn reclaim(&mut self, reading: Reading) {
        self.rows = reading.rows;
    }
}

/// What the encoder made of a document.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Each token's raw outputs for the tagger.
    pub(crate) scores: Vec<Scores>,
    /// The rows of the layers that were asked for, one layer after the other: each has a row for each token. Behind the last
    /// are some of nothing, so that kernels may take whole tiles.
    pub(crate) rows: Rounded,
}

impl Model {
    /// A model from the bytes of a weights file: what the program holds, a mapped file that lives as long as it, or
    /// memory of one's own. The large tensors are not copied; they are read fastest where the bytes begin on a cache
    /// line (64 bytes).
    ///
    /// # Errors
    /// If the bytes are not weights of the format that this version uses.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Model, ModelError> {
        Model::on(bytes.into(), kernel::Path::best())
    }

    fn on(bytes: Cow<'static, [u8]>, path: kernel::Path) -> Result<Model, ModelError> {
        let weights = Weights::parse(bytes)?;
        let format = weights.metadata("format")?;
        if format != FORMAT {
            return Err(ModelError::new(format!("their format is {format}, not {FORMAT}")));
        }
        let length: usize = weights.shape("vocabulary")?.iter().product();
        let vocabulary = weights.place("vocabulary", Element::U8, &[length])?;
        let wordpiece = WordPiece::parse(&weights.bytes()[vocabulary])?;
        let encoder = Encoder::load(&weights, wordpiece.len(), path)?;
        let tagger = Tagger::load(&weights, encoder.width())?;
        let heads = Heads::load(&weights, encoder.width(), encoder.layers(), path)?;
        // Two pieces of each window are its opening and its closing.
        let window = encoder.longest().checked_sub(2).filter(|&window| window > 0);
        let window = window.ok_or_else(|| ModelError::new("windows have no room for words"))?;
        Ok(Model { weights, wordpiece, encoder, tagger, heads, path, window })
    }

    /// Reads a document's tokens. Of the `layers` named (0 the embeddings, 1 the first layer, and so on) each token's
    /// row is kept: that of its first piece.
    pub(crate) fn read(
        &self,
        text: &str,
        tokens: &[Token],
        sentences: &[Sentence],
        layers: &[usize],
        room: &mut Workspace,
    ) -> Reading {
        let readings = self.read_each(text, &[Part { tokens, sentences }], layers, room);
        readings.into_iter().next().expect("a reading a part")
    }

    /// Reads several stretches of tokens, each as if it were a document of its own. Short ones go through the encoder
    /// together, which is faster and changes nothing.
    pub(crate) fn read_each(
        &self,
        text: &str,
        parts: &[Part<'_>],
        layers: &[usize],
        room: &mut Workspace,
    ) -> Vec<Reading> {
        let mut drafts: Vec<Draft> = parts.iter().map(|part| self.draft(text, part, layers, &mut room.rows)).collect();
        let windows = drafts.iter().enumerate().flat_map(|(part, draft)| {
            window::lay(&draft.starts, &draft.firsts, self.window).into_iter().map(move |tokens| (part, tokens))
        });
        let mut windows = windows.collect::<Vec<_>>().into_iter().peekable();
        let mut batch = Batch::default();
        while let Some((part, tokens)) = windows.next() {
            let draft = &drafts[part];
            let range = draft.starts[tokens.start]..draft.starts[tokens.end];
            batch.add(&self.wordpiece, part, tokens, &draft.pieces[range.clone()], &draft.surfaces[range]);
            let next = windows.peek().map(|(part, tokens)| {
                let starts = &drafts[*part].starts;
                starts[tokens.end] - starts[tokens.start] + 2
            });
            if next.is_none_or(|next| batch.pieces.len() + next > self.encoder.longest()) {
                self.read_batch(&batch, &mut drafts, layers, &mut room.encoder, &mut room.gathered);
                batch.clear();
            }
        }
        drafts.into_iter().map(|draft| Reading { scores: draft.scores, rows: draft.rows }).collect()
    }

    /// Encodes some windows and enters what comes of them.
    fn read_batch(
        &self,
        batch: &Batch,
        drafts: &mut [Draft],
        layers: &[usize],
        room: &mut encoder::Scratch,
        gathered: &mut Vec<f32>,
    ) {
        let width = self.encoder.width();
        let keep = |layer: usize, encoded: &[f32]| {
            for (nth, _) in layers.iter().enumerate().filter(|&(_, &wanted)| wanted == layer) {
                for ((part, tokens), rows) in batch.windows.iter().zip(&batch.rows) {
                    let encoded = &encoded[rows.start * width..rows.end * width];
                    drafts[*part].keep(self.path, tokens, nth, encoded, width, gathered);
                }
            }
        };
        let windows = Windows { pieces: &batch.pieces, surfaces: &batch.surfaces, ranges: &batch.rows };
        let encoded = self.encoder.encode(self.weights.bytes(), windows, layers, room, keep);
        for ((part, tokens), rows) in batch.windows.iter().zip(&batch.rows) {
            let encoded = &encoded[rows.start * width..rows.end * width];
            let score = |row: &[f32]| self.tagger.score(self.path, row);
            drafts[*part].enter(tokens, encoded, width, score);
        }
    }

    fn draft(&self, text: &str, part: &Part<'_>, layers: &[usize], spare: &mut Rounded) -> Draft {
        let (pieces, starts) = self.pieces(text, part.tokens, part.sentences);
        let count = part.tokens.len();
        // Every row is written before it is read: each token is in a window.
        let mut rows = Rounded::default();
        if !layers.is_empty() {
            rows = std::mem::take(spare);
            rows.lay(count * layers.len(), kernel::TILE_ROWS, self.encoder.width());
        }
        // Each piece has the kind of its token.
        let kinds = surface::surfaces(text, part.tokens);
        let mut surfaces = Vec::with_capacity(pieces.len());
        for (kind, end) in kinds.into_iter().zip(&starts[1..]) {
            surfaces.resize(*end, kind);
        }
        Draft {
            pieces,
            surfaces,
            starts,
            firsts: part.sentences.iter().map(|sentence| sentence.tokens.start).collect(),
            scores: vec![[0.0; LABELS]; count],
            rows,
        }
    }

    /// Tags a text as one paragraph, and parses it if asked; returns how many pieces went through the encoder.
    #[cfg(feature = "bench")]
    #[doc(hidden)]
    pub fn tag_paragraph(&self, text: &str, parses: bool, room: &mut Room) -> usize {
        let blocks = [crate::Block { kind: crate::BlockKind::Paragraph, span: crate::Span::new(0, text.len()) }];
        let tokens = crate::token::tokenize(text, &blocks);
        let quotations = crate::quotation::pair(text, &blocks);
        let sentences = crate::sentence::split(text, &blocks, &tokens, &quotations);
        let part = Part { tokens: &tokens, sentences: &sentences };
        let draft = self.draft(text, &part, &[], &mut Rounded::default());
        // Two more in each window are its opening and its closing.
        let read = draft.pieces.len() + 2 * window::lay(&draft.starts, &draft.firsts, self.window).len();
        let layers = if parses { self.syntax_layers() } else { &[] };
        let reading = self.read(text, &tokens, &sentences, layers, &mut room.0);
        std::hint::black_box(self.tag(&reading, &mut room.0));
        if parses {
            std::hint::black_box(self.parse(text, &tokens, &sentences, &reading, &mut room.0));
            room.0.reclaim(reading);
        }
        read
    }

    /// The tensors that the model was loaded from.
    pub(crate) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The spans of sources, cues and contents, in order and without overlaps.
    pub(crate) fn tag(&self, reading: &Reading, room: &mut Workspace) -> Vec<TaggedSpan> {
        self.tagger.decode(self.path, &reading.scores, &mut room.tagger)
    }

    /// The layers whose rows [`Model::parse`] needs.
    pub(crate) fn syntax_layers(&self) -> &[usize] {
        self.heads.layers()
    }

    /// The syntax and the names of a document that was read with the rows of [`Model::syntax_layers`] kept.
    pub(crate) fn parse(
        &self,
        text: &str,
        tokens: &[Token],
        sentences: &[Sentence],
        reading: &Reading,
        room: &mut Workspace,
    ) -> Parse {
        self.heads.read(self.weights.bytes(), text, tokens, sentences, &reading.rows, &mut room.heads)
    }

    /// The pieces of all tokens, and where each token's begin, with their number last.
    ///
    /// A headline that ends in a word is read as if a full stop closed it, and so is any block: in what the model learned
    /// from, headlines are sentences, and without a mark between them it lets one run on into the next.
    fn pieces(&self, text: &str, tokens: &[Token], sentences: &[Sentence]) -> (Vec<u32>, Vec<usize>) {
        let ends = |nth: usize| sentences.get(nth + 1).is_none_or(|next| next.block != sentences[nth].block);
        let mut last =
            (0..sentences.len()).filter(|&nth| ends(nth)).map(|nth| sentences[nth].tokens.end - 1).peekable();
        let mut pieces = Vec::with_capacity(tokens.len() * 4 / 3);
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        let mut scratch = String::new();
        starts.push(0);
        for (nth, token) in tokens.iter().enumerate() {
            let word = token.span.of(text);
            self.wordpiece.cut(word, &mut scratch, &mut pieces);
            if last.next_if_eq(&nth).is_some() && word.ends_with(char::is_alphanumeric) {
                self.wordpiece.cut(".", &mut scratch, &mut pieces);
            }
            // A token that fills more than a window is read by its beginning.
            pieces.truncate(starts.last().copied().unwrap_or(0) + self.window);
            starts.push(pieces.len());
        }
        (pieces, starts)
    }
}

/// Room to read in, for the benchmark.
#[cfg(feature = "bench")]
#[doc(hidden)]
#[derive(Debug)]
pub struct Room(Workspace);

#[cfg(feature = "bench")]
impl Default for Room {
    fn default() -> Room {
        Room(Workspace::new())
    }
}

/// Windows that go through the encoder together.
#[derive(Debug, Default)]
struct Batch {
    /// The part that each window is of, and its tokens there.
    windows: Vec<(usize, Range<usize>)>,
    /// The rows that each takes.
    rows: Vec<Range<usize>>,
    /// A piece for each row.
    pieces: Vec<u32>,
    /// The kind of token that each is of; [`NO_SURFACE`] for what opens and closes a window.
    surfaces: Vec<u8>,
}

/// Of no token.
const NO_SURFACE: u8 = u8::MAX;

impl Batch {
    fn add(&mut self, wordpiece: &WordPiece, part: usize, tokens: Range<usize>, pieces: &[u32], surfaces: &[u8]) {
        let start = self.pieces.len();
        self.pieces.push(wordpiece.opening);
        self.pieces.extend_from_slice(pieces);
        self.pieces.push(wordpiece.closing);
        self.surfaces.push(NO_SURFACE);
        self.surfaces.extend_from_slice(surfaces);
        self.surfaces.push(NO_SURFACE);
        self.windows.push((part, tokens));
        self.rows.push(start..self.pieces.len());
    }

    fn clear(&mut self) {
        self.windows.clear();
        self.rows.clear();
        self.pieces.clear();
        self.surfaces.clear();
    }
}

/// The reading of a part while its windows come in.
#[derive(Debug)]
struct Draft {
    pieces: Vec<u32>,
    surfaces: Vec<u8>,
    /// Each token's first piece, and the number of pieces.
    starts: Vec<usize>,
    /// Each sentence's first token.
    firsts: Vec<usize>,
    /// Each token's raw outputs.
    scores: Vec<Scores>,
    rows: Rounded,
}

impl Draft {
    /// Keeps the rows of a layer, the `nth` of those asked for, of a window's tokens. `gathered` is room to work in.
    fn keep(
        &mut self,
        path: kernel::Path,
        tokens: &Range<usize>,
        nth: usize,
        encoded: &[f32],
        width: usize,
        gathered: &mut Vec<f32>,
    ) {
        /// Rows that are rounded together: as many as stay near.
        const RUN: usize = 64;
        let first = nth * self.scores.len();
        for start in tokens.clone().step_by(RUN) {
            gathered.clear();
            for token in start..tokens.end.min(start + RUN) {
                gathered.extend_from_slice(self.row(tokens, token, encoded, width));
            }
            self.rows.put(path, first + start, gathered, width);
        }
    }

    /// Enters the outputs of a window's tokens.
    fn enter(&mut self, tokens: &Range<usize>, encoded: &[f32], width: usize, score: impl Fn(&[f32]) -> Scores) {
        for token in tokens.clone() {
            self.scores[token] = score(self.row(tokens, token, encoded, width));
        }
    }

    /// The row of a token's first piece in a window's; the first of them is the opening's.
    fn row<'a>(&self, tokens: &Range<usize>, token: usize, encoded: &'a [f32], width: usize) -> &'a [f32] {
        &encoded[(1 + self.starts[token] - self.starts[tokens.start]) * width..][..width]
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{Kind, Model, Part, Workspace, kernel};
    use crate::sentence::Sentence;
    use crate::token::{Token, tokenize};
    use crate::{Block, BlockKind, Span};

    const WEIGHTS: &[u8] = include_bytes!("../../../../models/onrecord-accurate.safetensors");

    /// The tokens of a text of one paragraph, and its sentences, which end at full stops.
    fn layers(text: &str) -> (Vec<Token>, Vec<Sentence>) {
        let tokens = tokenize(text, &[Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) }]);
        let sentence = |range: Range<usize>| {
            let span = tokens[range.start].span.cover(tokens[range.end - 1].span);
            Sentence { span, tokens: range, block: 0 }
        };
        let mut sentences = Vec::new();
        let mut start = 0;
        for (at, token) in tokens.iter().enumerate() {
            if token.span.of(text) == "." || at + 1 == tokens.len() {
                sentences.push(sentence(start..at + 1));
                start = at + 1;
            }
        }
        (tokens, sentences)
    }

    /// What the model finds, marked: `{source}`, `<cue>`, `[content]`.
    #[track_caller]
    fn check(expected: &str) {
        let text: String = expected.chars().filter(|c| !"{}<>[]".contains(*c)).collect();
        let (tokens, sentences) = layers(&text);
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let reading = model.read(&text, &tokens, &sentences, &[], &mut Workspace::new());
        let mut marked = String::new();
        let mut at = 0;
        for span in model.tag(&reading, &mut Workspace::new()) {
            let (open, close) = match span.kind {
                Kind::Source => ('{', '}'),
                Kind::Cue => ('<', '>'),
                Kind::Content => ('[', ']'),
            };
            let place = tokens[span.tokens.start].span.cover(tokens[span.tokens.end - 1].span);
            marked.push_str(&text[at..place.start()]);
            marked.push(open);
            marked.push_str(place.of(&text));
            marked.push(close);
            at = place.end();
        }
        marked.push_str(&text[at..]);
        assert_eq!(marked, expected);
    }

    #[test]
    fn finds_who_said_what() {
        check("{The mayor of Arlen} <said> on Monday [the bridge would stay closed until spring].");
        check("The bridge was built in 1931 and is closed.");
    }

    #[test]
    fn the_same_bits_on_every_path() {
        let text = "The ferry left Norholm at dawn. \u{201c}We saw no lights,\u{201d} said Ida Brandt, a deckhand. \
            Officials in Vell deny that, calling the report \u{201c}premature\u{201d}.";
        let (tokens, sentences) = layers(text);
        let readings: Vec<_> = kernel::Path::available()
            .into_iter()
            .map(|path| {
                let model = Model::on(WEIGHTS.into(), path).unwrap();
                let reading = model.read(text, &tokens, &sentences, &[0, 5, 12], &mut Workspace::new());
                let rows: Vec<u32> = reading.rows.numbers().iter().map(|number| number.to_bits()).collect();
                let scores: Vec<u32> = reading.scores.iter().flatten().map(|number| number.to_bits()).collect();
                (path, rows, scores, model.tag(&reading, &mut Workspace::new()))
            })
            .collect();
        for other in &readings[1..] {
            assert!(other.1 == readings[0].1, "the rows on {:?} are not those on {:?}", other.0, readings[0].0);
            assert_eq!((&other.2, &other.3), (&readings[0].2, &readings[0].3), "{:?}", other.0);
        }
    }

    /// The weights with an entry of their header changed, and with other rows for the kinds of token.
    fn altered(from: &str, to: &str, surfaces: &[f32]) -> Vec<u8> {
        let length = u64::from_le_bytes(*WEIGHTS.first_chunk().unwrap()) as usize;
        let (header, data) = WEIGHTS[8..].split_at(length);
        let header = std::str::from_utf8(header).unwrap();
        assert!(header.contains(from));
        let mut data = data.to_vec();
        let (_, place) = header.split_once(r#""embedding.features":{"#).unwrap();
        let (_, place) = place.split_once(r#""data_offsets":["#).unwrap();
        let start: usize = place.split(',').next().unwrap().parse().unwrap();
        for (place, number) in data[start..].as_chunks_mut::<4>().0.iter_mut().zip(surfaces) {
            *place = number.to_le_bytes();
        }
        let header = header.replacen(from, to, 1);
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
    }

    #[test]
    fn what_kind_of_token_it_is_is_added_to_its_pieces() {
        let text = "The council would not say. \u{201c}Never\u{201d}, said Ida Brandt.";
        let (tokens, sentences) = layers(text);
        let width = Model::from_bytes(WEIGHTS).unwrap().encoder.width();
        // Before the layer that the weights name, or before all of them.
        for told in [4, 0] {
            let from = r#""told":"4""#;
            let read = |path, surfaces: &[f32]| {
                let model = Model::on(altered(from, &format!(r#""told":"{told}""#), surfaces).into(), path).unwrap();
                model.read(text, &tokens, &sentences, &[0, told, told + 1], &mut Workspace::new()).rows.numbers()
            };
            let plain = read(kernel::Path::best(), &vec![0.0; 8 * width]);
            // Only what stands inside is told apart: one word.
            let mut surfaces = vec![0.0; 8 * width];
            surfaces[2 * width..3 * width].iter_mut().step_by(2).for_each(|number| *number = 1.0);
            for path in kernel::Path::available() {
                let told_apart = read(path, &surfaces);
                let away = |row: usize| -> f32 {
                    let rows = plain[row * width..][..width].iter().zip(&told_apart[row * width..][..width]);
                    rows.map(|(a, b)| (a - b).abs()).sum()
                };
                let words = 0..tokens.len();
                // The layer itself lets rows attend to each other, so it changes them all, but that word's most.
                let most =
                    words.clone().max_by(|&a, &b| away(2 * words.len() + a).total_cmp(&away(2 * words.len() + b)));
                assert_eq!(tokens[most.unwrap()].span.of(text), "Never", "{path:?}");
                let before: Vec<_> =
                    words.filter(|&word| away(word) > 0.0).map(|word| tokens[word].span.of(text)).collect();
                assert_eq!(before, if told == 0 { vec!["Never"] } else { vec![] }, "{path:?}");
            }
        }
    }

    #[test]
    fn a_transformer_says_what_it_is() {
        for (from, to, expected) in [
            (r#""kind":"transformer""#, r#""kind":"oracle""#, "unknown kind, oracle"),
            (r#""told":"4""#, r#""told":"99""#, "told"),
            (r#""epsilon":"1e-05""#, r#""epsilon":"NaN""#, "epsilon"),
            (r#""heads":"3 "#, r#""heads":"0 "#, "unknown 0"),
            (r#""heads":"3 "#, r#""heads":"4 "#, "layer.0.distances"),
        ] {
            let error = Model::from_bytes(altered(from, to, &[])).unwrap_err().to_string();
            assert!(error.contains(expected), "{error:?} does not say {expected:?}");
        }
    }

    #[test]
    fn a_window_is_read_alike_whatever_was_read_before() {
        let (short, long) = ("Nobody at the mill would comment.", "The mill, they said, burned for hours. ".repeat(60));
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let read = |text: &str, room: &mut Workspace| {
            let (tokens, sentences) = layers(text);
            model.read(text, &tokens, &sentences, &[12], room).rows
        };
        let mut room = Workspace::new();
        let fresh = read(short, &mut room);
        read(&long, &mut room);
        assert_eq!(read(short, &mut room), fresh);
    }

    #[test]
    fn parts_are_read_alike_together_and_alone() {
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let text = "The baker said no. The guild, which met on Friday, denied that it had known. Nobody asked why.";
        let (tokens, sentences) = layers(text);
        let alone = |range: Range<usize>, sentence: &Sentence| {
            let sentence = Sentence { tokens: 0..range.len(), ..sentence.clone() };
            (&tokens[range], vec![sentence])
        };
        let parts: Vec<_> = sentences.iter().map(|sentence| alone(sentence.tokens.clone(), sentence)).collect();
        let parts: Vec<_> = parts.iter().map(|(tokens, sentences)| Part { tokens, sentences }).collect();
        let mut room = Workspace::new();
        let together = model.read_each(text, &parts, &[2, 12], &mut room);
        assert_eq!(together.len(), 3);
        for (part, together) in parts.iter().zip(together) {
            let alone = model.read(text, part.tokens, part.sentences, &[2, 12], &mut room);
            assert_eq!((alone.scores, alone.rows), (together.scores, together.rows));
        }
    }

    #[test]
    fn nothing_to_read() {
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let reading = model.read("", &[], &[], &[1], &mut Workspace::new());
        assert!(model.tag(&reading, &mut Workspace::new()).is_empty());
    }

    #[test]
    fn a_token_longer_than_a_window_is_read_by_its_beginning() {
        let text = format!("They said {} was enough.", "_".repeat(1000));
        let (tokens, sentences) = layers(&text);
        let model = Model::from_bytes(WEIGHTS).unwrap();
        let reading = model.read(&text, &tokens, &sentences, &[], &mut Workspace::new());
        assert_eq!(reading.scores.len(), tokens.len());
    }

    #[test]
    fn refuses_what_are_no_weights() {
        for bytes in [&b""[..], b"hello", &WEIGHTS[..1000], &WEIGHTS[..WEIGHTS.len() - 1]] {
            assert!(Model::from_bytes(bytes).is_err());
        }
        // Every tensor is asked for: with any name spoilt there is an error, and it names what is missing.
        let length = u64::from_le_bytes(*WEIGHTS.first_chunk().unwrap()) as usize;
        let header = std::str::from_utf8(&WEIGHTS[8..8 + length]).unwrap();
        let named = |name: &&str| name.contains('.') || *name == "vocabulary";
        let names = header.split('"').filter(named);
        for name in names.step_by(9) {
            let mut bytes = WEIGHTS[..8 + length].to_vec();
            let at = 8 + header.find(&format!("\"{name}\"")).unwrap() + 1;
            bytes[at] = b'?';
            bytes.extend_from_slice(&WEIGHTS[8 + length..]);
            let error = Model::from_bytes(bytes).and_then(crate::Reader::new).err().map(|error| error.to_string());
            let error = error.unwrap_or_default();
            assert!(error.contains(name), "{error:?} does not name {name}");
        }
    }
}
