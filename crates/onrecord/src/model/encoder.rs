//! The encoder: pieces to contextual rows.
//!
//! There are two kinds. A transformer reads accurately; a stack of dilated convolutions reads many times faster. Both take pieces a
//! window at a time and give rows layer by layer; whatever reads the rows does not know which it was. Nothing is allocated
//! while a window is read: all room is in a [`Scratch`], one a thread.

use std::ops::Range;

use super::convolution::{self, Convolutions};
use super::kernel::{self, Path, TILE_ROWS};
use super::matrix::Norm;
use super::surface;
use super::transformer::{self, Transformer};
use super::weights::{Element, ModelError, Weights};

/// Pieces of the longest window of convolutions that any file may ask for.
const LONGEST: usize = 1 << 14;

/// A trained encoder, as it lies in its file.
#[derive(Debug)]
pub(crate) struct Encoder {
    embedding: Embedding,
    layers: Layers,
    path: Path,
}

/// What gives each piece its first row.
#[derive(Debug)]
struct Embedding {
    /// Numbers a row.
    width: usize,
    /// The longest window, in pieces.
    longest: usize,
    /// A row for each piece.
    words: Words,
    /// A row for each position in a window, or none at all.
    positions: Vec<f32>,
    /// A row for each kind of token ([`surface`](super::surface)).
    surfaces: Vec<f32>,
    /// The layer before which that is added to the rows of its pieces; 0 is before all, and before the norm.
    told: usize,
    norm: Norm,
}

/// Where the rows of pieces lie, and what makes numbers of them.
#[derive(Debug)]
enum Words {
    /// In 8 bits.
    Bytes { bytes: Range<usize>, scale: Vec<f32> },
    /// In 3.
    Codes { codes: Range<usize>, scales: Range<usize>, pairs: Box<[[f32; 2]; 64]> },
}

#[derive(Debug)]
enum Layers {
    Transformer(Transformer),
    Convolutions {
        each: Convolutions,
        /// What the last row goes through.
        output: Norm,
    },
}

/// Windows to encode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows<'a> {
    pub(crate) pieces: &'a [u32],
    /// Each piece's kind of token, any other number for what is of none.
    pub(crate) surfaces: &'a [u8],
    /// Ranges of the pieces, each of at most [`Encoder::longest`], in order; what stands between them is not looked at.
    pub(crate) ranges: &'a [Range<usize>],
}

/// Room for some windows on their way through the encoder. It grows to the largest and is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    hidden: Vec<f32>,
    transformer: transformer::Room,
    convolution: convolution::Room,
}

impl Scratch {
    /// Empty room.
    pub(crate) fn new() -> Scratch {
        Scratch { hidden: Vec::new(), transformer: transformer::Room::new(), convolution: convolution::Room::default() }
    }
}

impl Encoder {
    /// The encoder of a weights file, for pieces numbered below `pieces`.
    ///
    /// # Errors
    /// If it is of no known kind, a tensor is missing or of another shape, or the sides are none that the kernels are laid
    /// out for.
    pub(crate) fn load(weights: &Weights, pieces: usize, path: Path) -> Result<Encoder, ModelError> {
        let width = weights.shape("embedding.norm.weight")?.last().copied().unwrap_or(0);
        if !(kernel::LANES..1 << 12).contains(&width) || !width.is_multiple_of(kernel::LANES) {
            return Err(ModelError::new(format!("rows of {width} numbers cannot be computed with")));
        }
        let sensible = |key: &str| ModelError::new(format!("the entry {key} is no sensible number"));
        let (embedding, layers) = match weights.metadata("kind")? {
            "transformer" => {
                let longest = weights.shape("embedding.positions")?.first().copied().unwrap_or(0);
                if !(1..=kernel::MOST_ROWS).contains(&longest) {
                    return Err(ModelError::new(format!("windows are not of 1 to {} pieces", kernel::MOST_ROWS)));
                }
                let epsilon = weights.metadata("epsilon")?.parse().ok().filter(|epsilon| (0.0..1.0).contains(epsilon));
                let epsilon = epsilon.ok_or_else(|| sensible("epsilon"))?;
                let transformer = Transformer::load(weights, width, epsilon, path)?;
                let mut embedding = Embedding::load(weights, pieces, width, longest, epsilon)?;
                embedding.positions = weights.scaled_columns("embedding.positions", longest, width)?;
                let told = weights.metadata("told")?.parse().ok().filter(|&told| told < transformer.layers());
                embedding.told = told.ok_or_else(|| sensible("told"))?;
                (embedding, Layers::Transformer(transformer))
            }
            "convolution" => {
                // A window's opening and its closing come on top.
                let longest =
                    weights.metadata("window")?.parse::<usize>().ok().and_then(|window| window.checked_add(2));
                let longest = longest.filter(|&longest| longest <= LONGEST).ok_or_else(|| sensible("window"))?;
                let reaches = weights.list("reaches", |reach| reach.parse().ok())?;
                let epsilon = convolution::EPSILON;
                let layers = Layers::Convolutions {
                    each: Convolutions::load(weights, "convolution", &reaches, width)?,
                    output: Norm::load(weights, "output.norm", width, epsilon)?,
                };
                (Embedding::load(weights, pieces, width, longest, epsilon)?, layers)
            }
            other => return Err(ModelError::new(format!("their encoder is of an unknown kind, {other}"))),
        };
        Ok(Encoder { embedding, layers, path })
    }

    /// Numbers a row.
    pub(crate) fn width(&self) -> usize {
        self.embedding.width
    }

    /// The longest window, in pieces.
    pub(crate) fn longest(&self) -> usize {
        self.embedding.longest
    }

    /// Layers above the embeddings.
    pub(crate) fn layers(&self) -> usize {
        match &self.layers {
            Layers::Transformer(transformer) => transformer.layers(),
            Layers::Convolutions { each, .. } => each.len(),
        }
    }

    /// Encodes windows, each by itself; returns the rows of all pieces.
    ///
    /// `bytes` are those of the weights file.
    /// `watch` sees the rows as those of the `layers`, and perhaps others, leave them: 0 is the embeddings, the last one what is
    /// returned.
    ///
    /// # Panics
    /// If a window is longer or begins in another, or a piece is not one of the vocabulary's: the caller cuts windows.
    pub(crate) fn encode<'w>(
        &self,
        bytes: &[u8],
        windows: Windows<'_>,
        layers: &[usize],
        room: &'w mut Scratch,
        mut watch: impl FnMut(usize, &[f32]),
    ) -> &'w [f32] {
        let Windows { pieces, surfaces, ranges: windows } = windows;
        let width = self.embedding.width;
        let Scratch { hidden, transformer: transformer_room, convolution: convolution_room } = room;
        hidden.clear();
        // Each window is read in whole tiles.
        let tiled = |window: &Range<usize>| window.start + window.len().next_multiple_of(TILE_ROWS);
        let rows = windows.iter().map(tiled).fold(pieces.len(), usize::max).next_multiple_of(TILE_ROWS);
        hidden.resize(rows * width, 0.0);
        let mut past = 0;
        for window in windows {
            assert!(past <= window.start && window.len() <= self.embedding.longest, "the window {window:?}");
            past = window.end;
        }
        self.embedding.embed(self.path, bytes, pieces, surfaces, windows, hidden);
        watch(0, &hidden[..pieces.len() * width]);
        match &self.layers {
            Layers::Transformer(transformer) => {
                for nth in 0..transformer.layers() {
                    if nth > 0 && nth == self.embedding.told {
                        self.embedding.tell(self.path, surfaces, windows, hidden);
                    }
                    transformer.pass(nth, bytes, windows, hidden, transformer_room);
                    watch(nth + 1, &hidden[..pieces.len() * width]);
                }
            }
            Layers::Convolutions { each, output } => {
                each.pass(self.path, windows, hidden, convolution_room, layers, |layer, rows| {
                    if layer == each.len() {
                        kernel::normalize_rows(self.path, rows, output.normal());
                    }
                    watch(layer, &rows[..pieces.len() * width]);
                });
            }
        }
        &hidden[..pieces.len() * width]
    }
}

impl Embedding {
    /// One without positions.
    fn load(
        weights: &Weights,
        pieces: usize,
        width: usize,
        longest: usize,
        epsilon: f32,
    ) -> Result<Embedding, ModelError> {
        Ok(Embedding {
            width,
            longest,
            words: Words::load(weights, pieces, width)?,
            positions: Vec::new(),
            surfaces: weights.floats("embedding.features", &[surface::SURFACES, width])?,
            told: 0,
            norm: Norm::load(weights, "embedding.norm", width, epsilon)?,
        })
    }

    fn embed(
        &self,
        path: Path,
        bytes: &[u8],
        pieces: &[u32],
        surfaces: &[u8],
        windows: &[Range<usize>],
        hidden: &mut [f32],
    ) {
        let words = kernel::Table { rows: self.words.cells(bytes), width: self.width };
        for window in windows {
            let rows = &mut hidden[window.start * self.width..window.end * self.width];
            kernel::embed(path, words, &pieces[window.clone()], &self.positions, rows);
        }
        if self.told == 0 {
            self.tell(path, surfaces, windows, hidden);
        }
        kernel::normalize_rows(path, hidden, self.norm.normal());
    }

    /// Adds to the rows what kind of token each is of.
    fn tell(&self, path: Path, surfaces: &[u8], windows: &[Range<usize>], hidden: &mut [f32]) {
        for window in windows {
            let rows = &mut hidden[window.start * self.width..window.end * self.width];
            kernel::add_named_rows(path, &self.surfaces, self.width, &surfaces[window.clone()], rows);
        }
    }
}

impl Words {
    fn load(weights: &Weights, pieces: usize, width: usize) -> Result<Words, ModelError> {
        let codes = "embedding.words.codes";
        if !weights.has(codes) {
            return Ok(Words::Bytes {
                bytes: weights.place("embedding.words", Element::I8, &[pieces, width])?,
                scale: weights.floats("embedding.words.scale", &[pieces])?,
            });
        }
        if !width.is_multiple_of(kernel::CODED) {
            return Err(ModelError::new(format!("rows of {width} numbers have no whole groups of {}", kernel::CODED)));
        }
        let groups = width / kernel::CODED;
        let levels = weights.floats("embedding.words.levels", &[8])?;
        Ok(Words::Codes {
            codes: weights.place(codes, Element::U8, &[pieces, groups * kernel::CODED_BYTES])?,
            scales: weights.place("embedding.words.scales", Element::U8, &[pieces, groups])?,
            pairs: Box::new(std::array::from_fn(|both| [levels[both % 8], levels[both / 8]])),
        })
    }

    fn cells<'a>(&'a self, bytes: &'a [u8]) -> kernel::Cells<'a> {
        match self {
            Words::Bytes { bytes: place, scale } => kernel::Cells::Bytes { bytes: &bytes[place.clone()], scale },
            Words::Codes { codes, scales, pairs } => {
                kernel::Cells::Codes { codes: &bytes[codes.clone()], scales: &bytes[scales.clone()], pairs }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::slice;

    use super::{Encoder, Scratch, Windows};
    use crate::model::kernel::Path;
    use crate::model::surface::SURFACES;
    use crate::model::weights::Weights;

    const WIDTH: usize = 32;
    const PIECES: usize = 50;
    const REACHES: [usize; 3] = [1, 4, 2];
    const WINDOW: usize = 40;

    /// A weights file in the making.
    struct File {
        header: String,
        data: Vec<u8>,
        /// Where the numbers that look like none in particular have got to (xorshift, Marsaglia 2003).
        state: u64,
    }

    impl File {
        fn tensor(&mut self, name: &str, dtype: &str, shape: &[usize], bytes: &[u8]) {
            let (start, end) = (self.data.len(), self.data.len() + bytes.len());
            let tensor = format!(r#","{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#);
            self.header.push_str(&tensor);
            self.data.extend_from_slice(bytes);
        }

        fn next(&mut self) -> u64 {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            self.state
        }

        /// Numbers between `least` and `most`.
        fn floats(&mut self, name: &str, shape: &[usize], least: f32, most: f32) -> Vec<f32> {
            let count = shape.iter().product();
            let numbers: Vec<f32> =
                (0..count).map(|_| least + (self.next() >> 40) as f32 / (1 << 24) as f32 * (most - least)).collect();
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            self.tensor(name, "F32", shape, &bytes);
            numbers
        }

        fn bytes(&mut self, name: &str, shape: &[usize]) -> Vec<i8> {
            self.blocks(name, shape, |_| true)
        }

        /// Bytes of which only the fours are left that `kept` says so of.
        fn blocks(&mut self, name: &str, shape: &[usize], kept: impl Fn(usize) -> bool) -> Vec<i8> {
            let byte = |nth: usize| if kept(nth / 4) { (self.next() >> 30) as u8 } else { 0 };
            let bytes: Vec<u8> = (0..shape.iter().product()).map(byte).collect();
            self.tensor(name, "I8", shape, &bytes);
            bytes.into_iter().map(u8::cast_signed).collect()
        }
    }

    /// A small encoder of convolutions, and the same in plain numbers.
    struct Small {
        file: Vec<u8>,
        /// Rows of the pieces and of the kinds of token.
        words: Vec<[f64; WIDTH]>,
        kinds: Vec<[f64; WIDTH]>,
        embedding: PlainNorm,
        convolutions: Vec<PlainConvolution>,
        output: PlainNorm,
    }

    struct PlainNorm {
        weight: Vec<f32>,
        bias: Vec<f32>,
    }

    struct PlainConvolution {
        norm: PlainNorm,
        /// Before, here and after: a row for each output, and the bias of each.
        taps: [(Vec<[f64; WIDTH]>, Vec<f32>); 3],
    }

    impl PlainNorm {
        fn make(file: &mut File, name: &str) -> PlainNorm {
            let weight = file.floats(&format!("{name}.weight"), &[WIDTH], 0.5, 1.5);
            PlainNorm { weight, bias: file.floats(&format!("{name}.bias"), &[WIDTH], -0.3, 0.3) }
        }

        fn of(&self, row: &[f64; WIDTH]) -> [f64; WIDTH] {
            let mean = row.iter().sum::<f64>() / WIDTH as f64;
            let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / WIDTH as f64;
            std::array::from_fn(|at| {
                (row[at] - mean) / (variance + 1e-12).sqrt() * f64::from(self.weight[at]) + f64::from(self.bias[at])
            })
        }
    }

    impl Small {
        fn make() -> Small {
            let metadata = format!(
                r#"{{"__metadata__":{{"kind":"convolution","window":"{}","reaches":"{}"}}"#,
                WINDOW - 2,
                REACHES.map(|reach| reach.to_string()).join(" ")
            );
            let mut file = File { header: metadata, data: Vec::new(), state: 7 };
            let rows = file.bytes("embedding.words", &[PIECES, WIDTH]);
            let scale = file.floats("embedding.words.scale", &[PIECES], 0.001, 0.02);
            let rows = rows.as_chunks::<WIDTH>().0.iter().zip(scale);
            let words = rows.map(|(row, scale)| row.map(|byte| f64::from(byte) * f64::from(scale))).collect();
            let kinds = file.floats("embedding.features", &[SURFACES, WIDTH], -1.0, 1.0);
            let kinds = kinds.as_chunks::<WIDTH>().0.iter().map(|row| row.map(f64::from)).collect();
            let embedding = PlainNorm::make(&mut file, "embedding.norm");
            let convolutions = (0..REACHES.len()).map(|nth| {
                let name = format!("convolution.{nth}");
                let taps = ["before", "here", "after"].map(|tap| {
                    let name = format!("{name}.{tap}");
                    let shape = [WIDTH / 16, WIDTH / 4, 16, 4];
                    // The first convolution is whole, of the others a part is left, and of two of sixteen outputs nothing.
                    let kept = |four: usize| nth == 0 || four * four % 7 < 3 - nth && four % 16 > 1;
                    let packed = file.blocks(&format!("{name}.weight"), &shape, kept);
                    let scale = file.floats(&format!("{name}.scale"), &[WIDTH], 0.0005, 0.002);
                    let bias = file.floats(&format!("{name}.bias"), &[WIDTH], -0.5, 0.5);
                    let byte = |output: usize, input: usize| {
                        packed[((output / 16 * WIDTH / 4 + input / 4) * 16 + output % 16) * 4 + input % 4]
                    };
                    let sums: Vec<u8> = (0..WIDTH)
                        .flat_map(|output| {
                            (0..WIDTH).map(|input| i32::from(byte(output, input))).sum::<i32>().to_le_bytes()
                        })
                        .collect();
                    file.tensor(&format!("{name}.sum"), "I32", &[WIDTH], &sums);
                    let row = |output: usize| {
                        std::array::from_fn(|input| f64::from(byte(output, input)) * f64::from(scale[output]))
                    };
                    ((0..WIDTH).map(row).collect(), bias)
                });
                PlainConvolution { norm: PlainNorm::make(&mut file, &format!("{name}.norm")), taps }
            });
            let convolutions = convolutions.collect();
            let output = PlainNorm::make(&mut file, "output.norm");
            file.header.push('}');
            let bytes = [&(file.header.len() as u64).to_le_bytes(), file.header.as_bytes(), &file.data].concat();
            Small { file: bytes, words, kinds, embedding, convolutions, output }
        }

        /// The rows of all layers of one window, in 64 bits and without rounding.
        fn plainly(&self, pieces: &[u32], kinds: &[u8]) -> Vec<Vec<[f64; WIDTH]>> {
            let mut rows: Vec<[f64; WIDTH]> = pieces
                .iter()
                .zip(kinds)
                .map(|(&piece, &kind)| {
                    let word = self.words[piece as usize];
                    let kind = self.kinds.get(usize::from(kind)).copied().unwrap_or([0.0; WIDTH]);
                    self.embedding.of(&std::array::from_fn(|at| word[at] + kind[at]))
                })
                .collect();
            let mut layers = vec![rows.clone()];
            for (convolution, reach) in self.convolutions.iter().zip(REACHES) {
                let normed: Vec<_> = rows.iter().map(|row| convolution.norm.of(row)).collect();
                for (at, row) in rows.iter_mut().enumerate() {
                    let from = [at.checked_sub(reach), Some(at), Some(at + reach)];
                    let from = from.map(|from| from.and_then(|from| normed.get(from)));
                    for (output, value) in row.iter_mut().enumerate() {
                        let mut sum = 0.0;
                        for ((matrix, bias), from) in convolution.taps.iter().zip(from) {
                            let product = from.map(|from| matrix[output].iter().zip(from).map(|(a, b)| a * b).sum());
                            sum += product.unwrap_or(0.0) + f64::from(bias[output]);
                        }
                        *value += sum * (sum + 3.0).clamp(0.0, 6.0) / 6.0;
                    }
                }
                layers.push(rows.clone());
            }
            let last = layers.last_mut().unwrap();
            for row in last {
                *row = self.output.of(row);
            }
            layers
        }
    }

    /// Pieces and kinds for so many rows.
    fn rows(count: usize) -> (Vec<u32>, Vec<u8>) {
        let pieces = (0..count).map(|at| (at * at * 7 % PIECES) as u32).collect();
        (pieces, (0..count).map(|at| if at % 5 == 0 { u8::MAX } else { (at % SURFACES) as u8 }).collect())
    }

    /// The rows of all layers.
    fn encode(
        file: &[u8],
        path: Path,
        pieces: &[u32],
        kinds: &[u8],
        windows: &[Range<usize>],
        room: &mut Scratch,
    ) -> Vec<Vec<f32>> {
        let weights = Weights::parse(file.to_vec().into()).unwrap();
        let encoder = Encoder::load(&weights, PIECES, path).unwrap();
        assert_eq!((encoder.layers(), encoder.longest(), encoder.width()), (REACHES.len(), WINDOW, WIDTH));
        let mut layers = Vec::new();
        let every: Vec<usize> = (0..=REACHES.len()).collect();
        let last = encoder.encode(
            weights.bytes(),
            Windows { pieces, surfaces: kinds, ranges: windows },
            &every,
            room,
            |nth, rows| {
                assert_eq!(nth, layers.len());
                layers.push(rows.to_vec());
            },
        );
        assert_eq!(layers.last().unwrap(), last);
        layers
    }

    #[test]
    fn convolutions_are_near_the_plain_ones() {
        let small = Small::make();
        for count in [1, 3, 8, 21, WINDOW] {
            let (pieces, kinds) = rows(count);
            let layers =
                encode(&small.file, Path::best(), &pieces, &kinds, slice::from_ref(&(0..count)), &mut Scratch::new());
            for (nth, (found, exact)) in layers.iter().zip(small.plainly(&pieces, &kinds)).enumerate() {
                for (found, exact) in found.iter().zip(exact.as_flattened()) {
                    // The embeddings are exact; each layer rounds to 8 bits.
                    let most = if nth == 0 { 1e-4 } else { 0.1 };
                    assert!((f64::from(*found) - exact).abs() < most, "{count}, layer {nth}: {found} for {exact}");
                }
            }
        }
    }

    #[test]
    fn convolutions_have_the_same_bits_on_every_path() {
        let small = Small::make();
        let (pieces, kinds) = rows(37);
        let bits = |path| {
            let layers = encode(&small.file, path, &pieces, &kinds, slice::from_ref(&(0..37)), &mut Scratch::new());
            layers.concat().iter().map(|number| number.to_bits()).collect::<Vec<_>>()
        };
        for path in Path::available() {
            assert!(bits(path) == bits(Path::best()), "{path:?}");
        }
    }

    #[test]
    fn a_window_is_read_the_same_whatever_stands_around() {
        let small = Small::make();
        let (pieces, kinds) = rows(70);
        let windows = [0..3, 5..5 + WINDOW, 48..70];
        let mut room = Scratch::new();
        let together = encode(&small.file, Path::best(), &pieces, &kinds, &windows, &mut room);
        for window in windows {
            let (pieces, kinds) = (&pieces[window.clone()], &kinds[window.clone()]);
            // Room that was used for something else is no different.
            let alone =
                encode(&small.file, Path::best(), pieces, kinds, slice::from_ref(&(0..window.len())), &mut room);
            for (alone, together) in alone.iter().zip(&together) {
                assert_eq!(alone[..], together[window.start * WIDTH..window.end * WIDTH]);
            }
        }
    }

    #[test]
    fn refuses_encoders_that_it_does_not_know() {
        let file = Small::make().file;
        let complaint = |from: &str, to: &str| {
            let at = file.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
            let mut file = file.clone();
            file[at..at + to.len()].copy_from_slice(to.as_bytes());
            Encoder::load(&Weights::parse(file.into()).unwrap(), PIECES, Path::best()).unwrap_err().to_string()
        };
        for (from, to, expected) in [
            (r#""convolution""#, r#""revolution!""#, "unknown kind"),
            (r#""window":"38""#, r#""window":"-8""#, "window"),
            (r#""reaches":"1 4 2""#, r#""reaches":"1 999""#, "reaches over 999"),
            (r#""reaches":"1 4 2""#, r#""reaches":"1 x 2""#, "unknown x"),
            (r#""output.norm.bias""#, r#""output.norm.gias""#, "output.norm.bias"),
        ] {
            let complaint = complaint(from, to);
            assert!(complaint.contains(expected), "{complaint:?} does not say {expected:?}");
        }
    }
}
