//! A transformer's encoder: a stack of layers in each of which rows attend to each other and then think by themselves
//! (Vaswani et al. 2017; normed behind each step, as in BERT, Devlin et al. 2019). Their matrices are in 8 bits.
//!
//! How much rows attend to each other depends on how far apart they stand as well (Shaw et al. 2018; the kinds of distance are
//! those of Raffel et al. 2020, as MPNet has them, Song et al. 2020). Layers need not be alike: of a larger network that was cut
//! down, each keeps as many heads and inner numbers as it had use for.

use std::ops::Range;

use super::kernel::{self, After, Attention, DISTANCES, HEAD, Path, Rounding, TILE_ROWS};
use super::matrix::{Matrix, Norm};
use super::weights::{ModelError, Weights};

/// Rows that go through the wide middle of a layer at once, so that what they take there stays near the processor.
const BLOCK: usize = 64;

/// Kinds of distance between two rows, half of them for those behind.
const KINDS: usize = 32;
/// More than any network has in a layer.
const MOST_HEADS: usize = 64;

/// The layers.
#[derive(Debug)]
pub(super) struct Transformer {
    width: usize,
    layers: Vec<Layer>,
    path: Path,
}

#[derive(Debug)]
struct Layer {
    /// Of each head: how much more a row attends to one so far away.
    distances: Vec<[f32; DISTANCES]>,
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

impl Transformer {
    /// The layers of a weights file, for rows of `width` numbers whose variance is kept `epsilon` away from zero.
    ///
    /// # Errors
    /// If a tensor is missing or of another shape, or the sides are none that the kernels are laid out for.
    pub(super) fn load(weights: &Weights, width: usize, epsilon: f32, path: Path) -> Result<Transformer, ModelError> {
        let heads =
            weights.list("heads", |heads| heads.parse().ok().filter(|heads| (1..=MOST_HEADS).contains(heads)))?;
        let layers = heads
            .iter()
            .enumerate()
            .map(|(nth, &heads)| Layer::load(weights, &format!("layer.{nth}"), width, heads, epsilon));
        Ok(Transformer { width, layers: layers.collect::<Result<_, _>>()?, path })
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

    /// Rows attend to each other; what they gather is added to them, and not yet normed.
    fn attend(&self, bytes: &[u8], layer: &Layer, windows: &[Range<usize>], hidden: &mut [f32], room: &mut Room) {
        let rows = hidden.len() / self.width;
        let gathered = layer.distances.len() * HEAD;
        room.bytes.resize(rows * self.width, 0);
        room.roundings.resize(rows, Rounding::default());
        room.head.resize(rows * 3 * HEAD, 0.0);
        room.context.resize(rows * gathered, 0.0);
        kernel::round_scaled_rows(self.path, hidden, &layer.qkv_input, &mut room.bytes, &mut room.roundings);
        for (head, distances) in layer.distances.iter().enumerate() {
            // Head by head, for then its queries, keys and values never leave the nearer caches.
            let qkv = layer.qkv.part(bytes, head * 3 * HEAD, 3 * HEAD);
            kernel::linear(self.path, &room.bytes, &room.roundings, qkv, After::Keep, &mut room.head);
            for window in windows {
                // In whole tiles: what the last of them has of the next window is put right by that.
                let rows = window.start..window.start + window.len().next_multiple_of(TILE_ROWS);
                let qkv = &room.head[rows.start * 3 * HEAD..rows.end * 3 * HEAD];
                let out = &mut room.context[rows.start * gathered..rows.end * gathered];
                let part = kernel::Head { qkv, count: window.len(), distances };
                kernel::attend(self.path, part, &mut room.attention, out, gathered, head * HEAD);
            }
        }
        room.bytes.resize(rows * gathered, 0);
        kernel::round_rows(self.path, &room.context, gathered, &mut room.bytes, &mut room.roundings);
        let context = layer.context.whole(bytes);
        kernel::linear(self.path, &room.bytes, &room.roundings, context, After::Add, hidden);
    }

    /// Each row is normed and goes through the two wide matrices by itself.
    fn think(&self, bytes: &[u8], layer: &Layer, all: &mut [f32], room: &mut Room) {
        let (expand, contract) = (layer.expand.whole(bytes), layer.contract.whole(bytes));
        let middle = expand.bias.len();
        for hidden in all.chunks_mut(BLOCK * self.width) {
            let rows = hidden.len() / self.width;
            room.bytes.resize(rows * self.width, 0);
            room.roundings.resize(rows, Rounding::default());
            room.wide.resize(rows * middle, 0.0);
            room.wide_bytes.resize(rows * middle, 0);
            kernel::normalize_rows(self.path, hidden, layer.attended.normal());
            kernel::round_scaled_rows(self.path, hidden, &layer.expand_input, &mut room.bytes, &mut room.roundings);
            kernel::linear(self.path, &room.bytes, &room.roundings, expand, After::Gelu, &mut room.wide);
            let (wide, bytes) = (&room.wide, &mut room.wide_bytes);
            kernel::round_scaled_rows(self.path, wide, &layer.contract_input, bytes, &mut room.roundings);
            kernel::linear(self.path, &room.wide_bytes, &room.roundings, contract, After::Add, hidden);
            kernel::normalize_rows(self.path, hidden, layer.output.normal());
        }
    }
}

impl Layer {
    fn load(weights: &Weights, name: &str, width: usize, heads: usize, epsilon: f32) -> Result<Layer, ModelError> {
        let middle = weights.shape(&format!("{name}.expand.bias"))?.first().copied().unwrap_or(0);
        // The kernels take whole groups of outputs, and sums of products must fit 32 bits.
        if !middle.is_multiple_of(kernel::LANES) || !(kernel::LANES..=1 << 16).contains(&middle) {
            return Err(ModelError::new(format!("{name} has a middle of {middle}")));
        }
        let kinds = weights.floats(&format!("{name}.distances"), &[heads, KINDS])?;
        let matrix = |part: &str, inputs, outputs| Matrix::load(weights, &format!("{name}.{part}"), inputs, outputs);
        let norm = |part: &str| Norm::load(weights, &format!("{name}.{part}"), width, epsilon);
        Ok(Layer {
            distances: kinds.as_chunks().0.iter().map(spread).collect(),
            qkv: matrix("qkv", width, 3 * HEAD * heads)?,
            context: matrix("context", HEAD * heads, width)?,
            attended: norm("attended")?,
            expand: matrix("expand", width, middle)?,
            contract: matrix("contract", middle, width)?,
            output: norm("output")?,
            qkv_input: weights.floats(&format!("{name}.qkv.input"), &[width])?,
            expand_input: weights.floats(&format!("{name}.expand.input"), &[width])?,
            contract_input: weights.floats(&format!("{name}.contract.input"), &[middle])?,
        })
    }
}

/// What a head has for each kind of distance, natural logarithms, as binary ones for each distance.
fn spread(kinds: &[f32; KINDS]) -> [f32; DISTANCES] {
    std::array::from_fn(|at| {
        let here = DISTANCES / 2 - 1;
        let ahead = if at > here { KINDS / 2 } else { 0 };
        kinds[ahead + kind(at.abs_diff(here))] * std::f32::consts::LOG2_E
    })
}

/// The kind of a distance: each of the nearest has one to itself, those further away share theirs with ever more.
fn kind(distance: usize) -> usize {
    /// Where each of the kinds that are shared begins: from the ninth row on, every other twice as far.
    const SHARED: [usize; KINDS / 4] = [8, 12, 16, 23, 32, 46, 64, 91];
    let shared = SHARED.iter().filter(|&&from| distance >= from).count();
    if shared == 0 { distance } else { SHARED[0] + shared - 1 }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, kind, spread};
    use crate::model::kernel::{DISTANCES, MOST_ROWS};

    #[test]
    fn distances_are_of_the_kinds_that_the_network_learnt_with() {
        // What the definition says (Raffel et al. 2020): the greatest whole number below 8 + 8 ln(d / 8) / ln(128 / 8), 15 at most.
        for distance in 0..MOST_ROWS {
            let shared = || (8.0 + 8.0 * (distance as f64 / 8.0).ln() / 16f64.ln() + 1e-9).min(15.0) as usize;
            assert_eq!(kind(distance), if distance < 8 { distance } else { shared() }, "{distance}");
        }
        let kinds: [f32; KINDS] = std::array::from_fn(|kind| kind as f32 * std::f32::consts::LN_2);
        let spread = spread(&kinds);
        let near = |at: usize| spread[at].round() as usize;
        // The key stands 255 rows before the query, one before, at it, one behind, 255 behind.
        assert_eq!([0, 254, 255, 256, DISTANCES - 2].map(near), [15, 1, 0, 17, 31]);
    }
}
