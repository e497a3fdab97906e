//! A stack of BERT's layers (Devlin et al. 2019), their matrices in 8 bits.

use std::ops::Range;

use super::kernel::{self, After, Attention, Path, Rounding, TILE_ROWS};
use super::matrix::{Matrix, Norm};
use super::weights::{ModelError, Weights};

/// Rows that go through the wide middle of a layer at once, so that what they take there stays near the processor.
const BLOCK: usize = 64;

/// The layers.
#[derive(Debug)]
pub(super) struct Bert {
    width: usize,
    heads: usize,
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

/// Room for some windows on their way through a layer. It grows to the largest and is used again.
#[derive(Debug)]
pub(super) struct Room {
    bytes: Vec<u8>,
    roundings: Vec<Rounding>,
    head: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    wide_bytes: Vec<u8>,
    attention: Attention,
}

impl Room {
    /// Empty room.
    pub(super) fn new() -> Room {
        Room {
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

impl Bert {
    /// The layers of a weights file.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape, or the sides are none that the kernels are laid out for.
    pub(super) fn load(weights: &Weights, path: Path) -> Result<Bert, ModelError> {
        let number = |key: &str| {
            let value = weights.metadata(key)?.parse::<usize>().ok().filter(|value| (1..1000).contains(value));
            value.ok_or_else(|| ModelError::new(format!("the entry {key} is no sensible number")))
        };
        let (heads, layers) = (number("heads")?, number("layers")?);
        let width = heads * kernel::HEAD;
        let layers = (0..layers).map(|layer| Layer::load(weights, &format!("layer.{layer}"), width));
        Ok(Bert { width, heads, layers: layers.collect::<Result<_, _>>()?, path })
    }

    /// Numbers a row.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// How many there are.
    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Takes the rows of some windows through one of the layers.
    pub(super) fn pass(&self, nth: usize, bytes: &[u8], windows: &[Range<usize>], hidden: &mut [f32], room: &mut Room) {
        self.attend(bytes, &self.layers[nth], windows, hidden, room);
        self.think(bytes, &self.layers[nth], hidden, room);
    }

    /// Rows attend to each other; what they gather is added to them.
    fn attend(&self, bytes: &[u8], layer: &Layer, windows: &[Range<usize>], hidden: &mut [f32], room: &mut Room) {
        let rows = hidden.len() / self.width;
        room.bytes.resize(rows * self.width, 0);
        room.roundings.resize(rows, Rounding::default());
        room.head.resize(rows * 3 * kernel::HEAD, 0.0);
        room.context.resize(rows * self.width, 0.0);
        kernel::round_scaled_rows(self.path, hidden, &layer.qkv_input, &mut room.bytes, &mut room.roundings);
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
        kernel::linear(self.path, &room.bytes, &room.roundings, context, After::Add, hidden);
        kernel::normalize_rows(self.path, hidden, &layer.attended.weight, &layer.attended.bias);
    }

    /// Each row goes through the two wide matrices by itself.
    fn think(&self, bytes: &[u8], layer: &Layer, all: &mut [f32], room: &mut Room) {
        let (expand, contract) = (layer.expand.whole(bytes), layer.contract.whole(bytes));
        let middle = expand.bias.len();
        for hidden in all.chunks_mut(BLOCK * self.width) {
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
        kernel::normalize_rows(self.path, all, &layer.output.weight, &layer.output.bias);
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
