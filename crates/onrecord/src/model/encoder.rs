//! The encoder: pieces to contextual rows.
//!
//! BERT (Devlin et al. 2019) with its matrices in 8 bits, a window at a time. Nothing is allocated while a window is
//! read: all room is in a [`Scratch`], one a thread.

use std::ops::Range;

use super::kernel::{self, After, Attention, Linear, Path, Rounding, TILE_ROWS};
use super::surface;
use super::weights::{Element, ModelError, Weights};

/// The tensor of what the kind of a token adds to its pieces.
const SURFACES: &str = "embedding.features";
/// Rows that go through the wide middle of a layer at once, so that what they take there stays near the processor.
const BLOCK: usize = 64;

/// A trained encoder, as it lies in its file.
#[derive(Debug)]
pub(crate) struct Encoder {
    /// Numbers a row.
    width: usize,
    heads: usize,
    /// 8-bit signed, a row for each piece.
    words: Range<usize>,
    word_scale: Vec<f32>,
    /// A row for each position.
    positions: Vec<f32>,
    /// A row for each kind of token ([`surface`](super::surface)), or none at all.
    surfaces: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    path: Path,
}

#[derive(Debug)]
struct Layer {
    qkv: Matrix,
    context: Matrix,
    attended: Norm,
    expand: Matrix,
    contract: Matrix,
    output: Norm,
    /// What the inputs of these matrices are multiplied by before they are rounded.
    qkv_input: Vec<f32>,
    expand_input: Vec<f32>,
    contract_input: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Matrix {
    weights: Range<usize>,
    scale: Vec<f32>,
    sum: Vec<i32>,
    bias: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Norm {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Room for one window on its way through the encoder. It grows to the largest window and is used again.
#[derive(Debug)]
pub(crate) struct Scratch {
    hidden: Vec<f32>,
    bytes: Vec<u8>,
    roundings: Vec<Rounding>,
    head: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    wide_bytes: Vec<u8>,
    attention: Attention,
}

impl Scratch {
    /// Empty room.
    pub(crate) fn new() -> Scratch {
        Scratch {
            hidden: Vec::new(),
            bytes: Vec::new(),
            roundings: Vec::new(),
            head: Vec::new(),
            context: Vec::new(),
            wide: Vec::new(),
            wide_bytes: Vec::new(),
            attention: Attention::new(),
        }
    }
}

impl Encoder {
    /// The encoder of a weights file, for pieces numbered below `pieces`.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape, or the sides are none that the kernels are laid out for.
    pub(crate) fn load(weights: &Weights, pieces: usize, path: Path) -> Result<Encoder, ModelError> {
        let number = |key: &str| {
            let value = weights.metadata(key)?.parse::<usize>().ok().filter(|value| (1..1000).contains(value));
            value.ok_or_else(|| ModelError::new(format!("the entry {key} is no sensible number")))
        };
        let (heads, layers) = (number("heads")?, number("layers")?);
        let width = heads * kernel::HEAD;
        let longest = match *weights.shape("embedding.positions")? {
            [rows, _] if 0 < rows && rows <= kernel::MOST_ROWS => rows,
            _ => return Err(ModelError::new(format!("windows are not of 1 to {} pieces", kernel::MOST_ROWS))),
        };
        let layers = (0..layers).map(|layer| Layer::load(weights, &format!("layer.{layer}"), width));
        Ok(Encoder {
            width,
            heads,
            words: weights.place("embedding.words", Element::I8, &[pieces, width])?,
            word_scale: weights.floats("embedding.words.scale", &[pieces])?,
            positions: weights.floats("embedding.positions", &[longest, width])?,
            surfaces: match weights.has(SURFACES) {
                true => weights.floats(SURFACES, &[surface::SURFACES, width])?,
                false => Vec::new(),
            },
            norm: Norm::load(weights, "embedding.norm", width)?,
            layers: layers.collect::<Result<_, _>>()?,
            path,
        })
    }

    /// Numbers a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The longest window, in pieces.
    pub(crate) fn longest(&self) -> usize {
        self.positions.len() / self.width
    }

    /// Layers above the embeddings.
    pub(crate) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Whether it is told what kind of token each piece is of.
    pub(crate) fn knows_surfaces(&self) -> bool {
        !self.surfaces.is_empty()
    }

    /// Encodes windows, each by itself; returns the rows of all pieces.
    ///
    /// `bytes` are those of the weights file. `surfaces` has each piece's kind of token, any other number for what is of
    /// none; it may be empty where the encoder does not look at it. `windows` are ranges of `pieces`, each of at most [`Encoder::longest`], in
    /// order, beginning at multiples of [`TILE_ROWS`]; what stands between them is not looked at. `watch` sees the rows
    /// as each layer leaves them: 0 is the embeddings, the last one what is returned.
    ///
    /// # Panics
    /// If a window is longer or begins elsewhere, or a piece is not one of the vocabulary's: the caller cuts windows.
    pub(crate) fn encode<'w>(
        &self,
        bytes: &[u8],
        pieces: &[u32],
        surfaces: &[u8],
        windows: &[Range<usize>],
        room: &'w mut Scratch,
        mut watch: impl FnMut(usize, &[f32]),
    ) -> &'w [f32] {
        let rows = pieces.len().next_multiple_of(TILE_ROWS);
        room.hidden.clear();
        room.hidden.resize(rows * self.width, 0.0);
        self.embed(bytes, pieces, surfaces, windows, &mut room.hidden);
        watch(0, &room.hidden[..pieces.len() * self.width]);
        for (nth, layer) in self.layers.iter().enumerate() {
            self.attend(bytes, layer, windows, room);
            self.think(bytes, layer, room);
            watch(nth + 1, &room.hidden[..pieces.len() * self.width]);
        }
        &room.hidden[..pieces.len() * self.width]
    }

    fn embed(&self, bytes: &[u8], pieces: &[u32], surfaces: &[u8], windows: &[Range<usize>], hidden: &mut [f32]) {
        let words = kernel::Table { rows: &bytes[self.words.clone()], scale: &self.word_scale, width: self.width };
        for window in windows {
            assert!(window.len() <= self.longest() && window.start.is_multiple_of(TILE_ROWS), "the window {window:?}");
            let rows = &mut hidden[window.start * self.width..window.end * self.width];
            kernel::embed(self.path, words, &pieces[window.clone()], &self.positions, rows);
            if self.knows_surfaces() {
                kernel::add_named_rows(self.path, &self.surfaces, self.width, &surfaces[window.clone()], rows);
            }
        }
        kernel::normalize_rows(self.path, hidden, &self.norm.weight, &self.norm.bias);
    }

    /// Rows attend to each other; what they gather is added to them.
    fn attend(&self, bytes: &[u8], layer: &Layer, windows: &[Range<usize>], room: &mut Scratch) {
        let rows = room.hidden.len() / self.width;
        room.bytes.resize(rows * self.width, 0);
        room.roundings.resize(rows, Rounding::default());
        room.head.resize(rows * 3 * kernel::HEAD, 0.0);
        room.context.resize(rows * self.width, 0.0);
        kernel::round_scaled_rows(self.path, &room.hidden, &layer.qkv_input, &mut room.bytes, &mut room.roundings);
        for head in 0..self.heads {
            // Head by head, for then its queries, keys and values never leave the nearer caches.
            let qkv = layer.qkv.part(bytes, head * 3 * kernel::HEAD, 3 * kernel::HEAD);
            kernel::linear(self.path, &room.bytes, &room.roundings, qkv, After::Keep, &mut room.head);
            let at = head * kernel::HEAD;
            for window in windows {
                let rows = window.start..window.end.next_multiple_of(TILE_ROWS);
                let head = &room.head[rows.start * 3 * kernel::HEAD..rows.end * 3 * kernel::HEAD];
                let out = &mut room.context[rows.start * self.width..rows.end * self.width];
                kernel::attend(self.path, head, window.len(), &mut room.attention, out, self.width, at);
            }
        }
        kernel::round_rows(self.path, &room.context, self.width, &mut room.bytes, &mut room.roundings);
        let context = layer.context.whole(bytes);
        kernel::linear(self.path, &room.bytes, &room.roundings, context, After::Add, &mut room.hidden);
        kernel::normalize_rows(self.path, &mut room.hidden, &layer.attended.weight, &layer.attended.bias);
    }

    /// Each row goes through the two wide matrices by itself.
    fn think(&self, bytes: &[u8], layer: &Layer, room: &mut Scratch) {
        let (expand, contract) = (layer.expand.whole(bytes), layer.contract.whole(bytes));
        let middle = expand.bias.len();
        for hidden in room.hidden.chunks_mut(BLOCK * self.width) {
            let rows = hidden.len() / self.width;
            room.bytes.resize(rows * self.width, 0);
            room.roundings.resize(rows, Rounding::default());
            room.wide.resize(rows * middle, 0.0);
            room.wide_bytes.resize(rows * middle, 0);
            kernel::round_scaled_rows(self.path, hidden, &layer.expand_input, &mut room.bytes, &mut room.roundings);
            kernel::linear(self.path, &room.bytes, &room.roundings, expand, After::Gelu, &mut room.wide);
            let (wide, bytes) = (&room.wide, &mut room.wide_bytes);
            kernel::round_scaled_rows(self.path, wide, &layer.contract_input, bytes, &mut room.roundings);
            kernel::linear(self.path, &room.wide_bytes, &room.roundings, contract, After::Add, hidden);
        }
        kernel::normalize_rows(self.path, &mut room.hidden, &layer.output.weight, &layer.output.bias);
    }
}

impl Layer {
    fn load(weights: &Weights, name: &str, width: usize) -> Result<Layer, ModelError> {
        let middle = weights.shape(&format!("{name}.expand.bias"))?.first().copied().unwrap_or(0);
        // The kernels take whole groups of outputs, and sums of products must fit 32 bits.
        if !middle.is_multiple_of(kernel::LANES) || !(kernel::LANES..=1 << 16).contains(&middle) {
            return Err(ModelError::new(format!("{name} has a middle of {middle}")));
        }
        let matrix = |part: &str, inputs, outputs| Matrix::load(weights, &format!("{name}.{part}"), inputs, outputs);
        Ok(Layer {
            qkv: matrix("qkv", width, 3 * width)?,
            context: matrix("context", width, width)?,
            attended: Norm::load(weights, &format!("{name}.attended"), width)?,
            expand: matrix("expand", width, middle)?,
            contract: matrix("contract", middle, width)?,
            output: Norm::load(weights, &format!("{name}.output"), width)?,
            qkv_input: weights.floats(&format!("{name}.qkv.input"), &[width])?,
            expand_input: weights.floats(&format!("{name}.expand.input"), &[width])?,
            contract_input: weights.floats(&format!("{name}.contract.input"), &[middle])?,
        })
    }
}

impl Matrix {
    pub(super) fn load(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<Matrix, ModelError> {
        let packed = [outputs / kernel::LANES, inputs / 4, kernel::LANES, 4];
        Ok(Matrix {
            weights: weights.place(&format!("{name}.weight"), Element::I8, &packed)?,
            scale: weights.floats(&format!("{name}.scale"), &[outputs])?,
            sum: weights.integers(&format!("{name}.sum"), &[outputs])?,
            bias: weights.floats(&format!("{name}.bias"), &[outputs])?,
        })
    }

    /// Numbers that come out for each row.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    pub(super) fn whole<'a>(&'a self, bytes: &'a [u8]) -> Linear<'a> {
        self.part(bytes, 0, self.bias.len())
    }

    /// Some of its outputs: whole groups.
    fn part<'a>(&'a self, bytes: &'a [u8], first: usize, outputs: usize) -> Linear<'a> {
        let inputs = self.weights.len() / self.bias.len();
        Linear {
            weights: &bytes[self.weights.clone()][first * inputs..(first + outputs) * inputs],
            scale: &self.scale[first..first + outputs],
            sum: &self.sum[first..first + outputs],
            bias: &self.bias[first..first + outputs],
        }
    }
}

impl Norm {
    pub(super) fn load(weights: &Weights, name: &str, width: usize) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: weights.floats(&format!("{name}.weight"), &[width])?,
            bias: weights.floats(&format!("{name}.bias"), &[width])?,
        })
    }
}
