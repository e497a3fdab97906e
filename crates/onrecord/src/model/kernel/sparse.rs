//! Convolutions with sparse weights.
//!
//! Of a pruned matrix whole blocks of [`STEP`] inputs of one output are nothing. To leave them out and still use every lane,
//! rows lie across the lanes: numbers are kept in columns, a block of [`BLOCK`] rows at a time, and each output goes through a
//! list of the weights that are left, each of which multiplies what all rows of the block have at its place.
//!
//! What goes in is rounded with one scale for the whole layer, not with one for each row: it comes from a norm, so that its
//! size is known before.

use std::ops::Range;

use super::lanes::{self, sixteen, sixteen_mut};
use super::portable;
#[cfg(target_arch = "x86_64")]
use super::x86;
use super::{Dot, LANES, Normal, Path, STEP, Set};

/// Vectors of rows in a block.
pub(super) const VECTORS: usize = 4;
/// Rows that go through all outputs before the next do: what they have for three taps fits the nearest cache.
pub(crate) const BLOCK: usize = VECTORS * LANES;
/// Entries that one turn of the inner loop takes; an output has a multiple of them.
pub(super) const TURN: usize = 2;
/// The byte that stands for zero.
const ZERO: u8 = 128;

/// Sums for the rows of a block.
pub(super) type Sums = [[i32; LANES]; VECTORS];

/// One number of each row of a block.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Column([f32; BLOCK]);

/// Four inputs of each row of a block, in 8 bits.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Fours([[u8; STEP]; BLOCK]);

impl Column {
    pub(crate) const EMPTY: Column = Column([0.0; BLOCK]);
}

impl Fours {
    pub(crate) const EMPTY: Fours = Fours([[ZERO; STEP]; BLOCK]);

    /// The first of some rows' inputs, those of rows that are not `kept`, of which each bit is one, zero.
    #[inline(always)]
    fn taken(rows: &[[u8; STEP]], kept: &Fours) -> Fours {
        let mut taken = Fours(*rows.first_chunk().expect("margins are as wide as the reach"));
        for (byte, kept) in taken.0.as_flattened_mut().iter_mut().zip(kept.0.as_flattened()) {
            *byte = ((*byte ^ ZERO) & kept) ^ ZERO;
        }
        taken
    }
}

/// Weights of one output, and what they multiply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Where that lies in a block's inputs, in bytes.
    pub(super) at: u32,
    pub(super) weights: [i8; STEP],
}

/// An output of a convolution.
#[derive(Clone, Copy, Debug)]
struct Output {
    /// The column that it is added to.
    column: usize,
    /// How many turns its entries take.
    turns: usize,
    /// What its sum begins with, so that bytes count from their zero.
    start: i32,
    scale: f32,
    bias: f32,
    /// The same for how far it is open.
    open_scale: f32,
    open_bias: f32,
}

/// The weights of a convolution of three taps: the row `reach` before, the row itself, and that `reach` behind.
#[derive(Clone, Debug)]
pub(crate) struct Sparse {
    reach: usize,
    /// By how many entries they have, so that loops of one length follow each other.
    outputs: Vec<Output>,
    /// Those of one output after the other's.
    entries: Vec<Entry>,
    /// The norm that its inputs go through, in steps of the byte that they become.
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

/// A tap's weights as a file has them: `[output][input]` in 8 bits, with a scale for each output.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub(crate) weights: Vec<i8>,
    pub(crate) scale: Vec<f32>,
}

impl Sparse {
    /// Those of a convolution over rows that go through a norm. There are as many outputs as inputs, a multiple of
    /// [`LANES`].
    pub(crate) fn new(reach: usize, norm: Normal<'_>, taps: &[Dense; 3], bias: &[f32]) -> Sparse {
        /// Standard deviations that a normed number may be away from zero before it is held there.
        const FARTHEST: f32 = 6.0;
        let width = bias.len();
        let sizes = norm.weight.iter().zip(norm.bias).map(|(weight, bias)| FARTHEST * weight.abs() + bias.abs());
        let step = sizes.fold(f32::MIN_POSITIVE, f32::max) / f32::from(ZERO - 1);
        let mut of_each: Vec<(Vec<Entry>, Output)> = (0..width)
            .map(|column| {
                // One scale for the three taps: whole numbers of the others are rounded to it.
                let scale = taps.iter().fold(f32::MIN_POSITIVE, |most, tap| most.max(tap.scale[column]));
                let mut entries = Vec::new();
                let mut sum = 0;
                for (nth, tap) in taps.iter().enumerate() {
                    let part = tap.scale[column] / scale;
                    let fours = tap.weights[column * width..][..width].as_chunks::<STEP>().0;
                    for (four, weights) in fours.iter().enumerate() {
                        let weights = weights.map(|weight| (f32::from(weight) * part).round() as i8);
                        if weights != [0; STEP] {
                            sum += weights.iter().map(|&weight| i32::from(weight)).sum::<i32>();
                            let at = (nth * fours.len() + four) * size_of::<Fours>();
                            entries.push(Entry { at: at as u32, weights });
                        }
                    }
                }
                entries.resize(entries.len().next_multiple_of(TURN), Entry { at: 0, weights: [0; STEP] });
                let (turns, start) = (entries.len() / TURN, -sum * i32::from(ZERO));
                let (scale, bias) = (scale * step, bias[column]);
                let (open_scale, open_bias) = (scale / 6.0, bias / 6.0 + 0.5);
                (entries, Output { column, turns, start, scale, bias, open_scale, open_bias })
            })
            .collect();
        of_each.sort_by_key(|(_, output)| output.turns);
        Sparse {
            reach,
            outputs: of_each.iter().map(|(_, output)| *output).collect(),
            entries: of_each.into_iter().flat_map(|(entries, _)| entries).collect(),
            weight: norm.weight.iter().map(|weight| weight / step).collect(),
            bias: norm.bias.iter().map(|bias| bias / step + f32::from(ZERO)).collect(),
            epsilon: norm.epsilon,
        }
    }

    fn width(&self) -> usize {
        self.outputs.len()
    }

    /// Rows of bytes before the first and behind the last, in whole vectors.
    fn margin(&self) -> usize {
        self.reach.next_multiple_of(LANES)
    }
}

/// Room for what goes into a convolution, used again by the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    inputs: Inputs,
    /// What goes into the convolution after it.
    next: Inputs,
    /// What a block has for each tap and each four inputs.
    tile: Vec<Fours>,
}

/// What goes into a convolution, in 8 bits.
#[derive(Debug, Default)]
struct Inputs {
    /// Of each four inputs all rows, between margins.
    bytes: Vec<[u8; STEP]>,
    margin: usize,
    /// How much further than the last the next four inputs' lie.
    stride: usize,
}

impl Inputs {
    /// Makes room for those of a layer.
    fn lay(&mut self, layer: &Sparse, rows: usize) {
        self.margin = layer.margin();
        // An odd number of lines: at powers of two what belongs together would fall into few places of a cache.
        self.stride = (rows + 2 * self.margin) | LANES;
        self.bytes.resize(layer.width() / STEP * self.stride, [0; STEP]);
    }

    /// Puts the first `vectors` of a block's rows there, of which the first is `first`.
    #[inline(always)]
    fn put<D: Dot>(&mut self, layer: &Sparse, block: &[Column], first: usize, vectors: usize) {
        for vector in 0..vectors {
            let at = self.margin + first + vector * LANES;
            round::<D>(layer, block, vector, self.stride, &mut self.bytes[at..]);
        }
    }
}

on_every_path! {
    /// Rows of `width` numbers in columns: of each block of rows a column for each number. What a block has beyond the last row
    /// is left as it is.
    fn to_columns(rows: &[f32], width: usize, columns: &mut [Column]) = to_columns_body;
}

#[inline(always)]
fn to_columns_body<D: Dot>(rows: &[f32], width: usize, columns: &mut [Column]) {
    for (rows, columns) in rows.chunks(BLOCK * width).zip(columns.chunks_exact_mut(width)) {
        for (vector, rows) in rows.chunks(LANES * width).enumerate() {
            for (group, columns) in columns.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let mut square = [D::splat(0.0); LANES];
                for (value, row) in square.iter_mut().zip(rows.chunks_exact(width)) {
                    *value = D::load(sixteen(&row[group * LANES..]));
                }
                for (value, column) in D::turn(square).into_iter().zip(columns) {
                    D::store(value, sixteen_mut(&mut column.0[vector * LANES..]));
                }
            }
        }
    }
}

on_every_path! {
    /// The reverse, for as many rows as `rows` has room for.
    fn to_rows(columns: &[Column], width: usize, rows: &mut [f32]) = to_rows_body;
}

#[inline(always)]
fn to_rows_body<D: Dot>(columns: &[Column], width: usize, rows: &mut [f32]) {
    for (rows, columns) in rows.chunks_mut(BLOCK * width).zip(columns.chunks_exact(width)) {
        for (vector, rows) in rows.chunks_mut(LANES * width).enumerate() {
            for (group, columns) in columns.as_chunks::<LANES>().0.iter().enumerate() {
                let mut square = [D::splat(0.0); LANES];
                for (value, column) in square.iter_mut().zip(columns) {
                    *value = D::load(sixteen(&column.0[vector * LANES..]));
                }
                for (value, row) in D::turn(square).into_iter().zip(rows.chunks_exact_mut(width)) {
                    D::store(value, sixteen_mut(&mut row[group * LANES..]));
                }
            }
        }
    }
}

on_every_path! {
    /// The dot product of each row of `a` with each of the rows in `columns`, both of `width` numbers: `out[i][j] = a[i] · b[j] +
    /// bias[j]`. As many `b` count as there are biases.
    fn dot_columns(a: &[f32], columns: &[Column], bias: &[f32], width: usize, out: &mut [f32]) = dot_columns_body;
}

#[inline(always)]
fn dot_columns_body<D: Dot>(a: &[f32], columns: &[Column], bias: &[f32], width: usize, out: &mut [f32]) {
    /// Rows at once, for each sum waits for the one before.
    const ROWS: usize = 4;
    let side = bias.len();
    for (block, (bias, columns)) in bias.chunks(BLOCK).zip(columns.chunks_exact(width)).enumerate() {
        for (vector, lane) in bias.chunks(LANES).enumerate() {
            let mut biases = [0.0; LANES];
            biases[..lane.len()].copy_from_slice(lane);
            let at = block * BLOCK + vector * LANES;
            for (a, out) in a.chunks(ROWS * width).zip(out.chunks_mut(ROWS * side)) {
                let mut sums = [D::load(&biases); ROWS];
                let mut rows = [&a[..width]; ROWS];
                for (row, own) in rows.iter_mut().zip(a.chunks_exact(width)) {
                    *row = own;
                }
                for (nth, column) in columns.iter().enumerate() {
                    let column = D::load(sixteen(&column.0[vector * LANES..]));
                    for (sum, row) in sums.iter_mut().zip(&rows) {
                        *sum = D::fused(D::splat(row[nth]), column, *sum);
                    }
                }
                for (sum, out) in sums.into_iter().zip(out.chunks_exact_mut(side)) {
                    let mut values = [0.0; LANES];
                    D::store(sum, &mut values);
                    out[at..at + lane.len()].copy_from_slice(&values[..lane.len()]);
                }
            }
        }
    }
}

on_every_path! {
    /// Gets rows ready for the first of some convolutions.
    fn begin(layer: &Sparse, columns: &[Column], room: &mut Room) = begin_body;
}

#[inline(always)]
fn begin_body<D: Dot>(layer: &Sparse, columns: &[Column], room: &mut Room) {
    let width = layer.width();
    room.inputs.lay(layer, columns.len() / width * BLOCK);
    for (nth, block) in columns.chunks_exact(width).enumerate() {
        room.inputs.put::<D>(layer, block, nth * BLOCK, VECTORS);
    }
}

on_every_path! {
    /// Adds to each row what a convolution makes of it and its neighbours: `rows += swish(Σ norm(rows) · weights + bias)`, and
    /// gets them ready for the next convolution. Rows of one of the `parts`, which come in order, have their neighbours in it,
    /// and zeros beyond its ends.
    fn convolve(
        layer: &Sparse,
        next: Option<&Sparse>,
        parts: &[Range<usize>],
        columns: &mut [Column],
        room: &mut Room,
    ) = convolve_body;
}

#[inline(always)]
fn convolve_body<D: Dot>(
    layer: &Sparse,
    next: Option<&Sparse>,
    parts: &[Range<usize>],
    columns: &mut [Column],
    room: &mut Room,
) {
    let width = layer.width();
    let fours = width / STEP;
    let Room { inputs, next: ready, tile } = room;
    tile.resize(3 * fours, Fours::EMPTY);
    if let Some(next) = next {
        ready.lay(next, columns.len() / width * BLOCK);
    }
    // Parts come in order: those that end before a block are behind.
    let mut parts = parts;
    for (nth, block) in columns.chunks_exact_mut(width).enumerate() {
        let first = nth * BLOCK;
        while parts.first().is_some_and(|part| part.end <= first) {
            parts = &parts[1..];
        }
        // Which rows have the neighbour of each tap in their part.
        let mut kept = [Fours([[0; STEP]; BLOCK]); 3];
        let mut last = 0;
        for part in parts.iter().take_while(|part| part.start < first + BLOCK) {
            let starts = [part.start + layer.reach, part.start, part.start];
            let ends = [part.end, part.end, part.end.saturating_sub(layer.reach)];
            for (kept, (start, end)) in kept.iter_mut().zip(starts.into_iter().zip(ends)) {
                let (start, end) = (start.max(first), end.min(first + BLOCK));
                if start < end {
                    kept.0[start - first..end - first].fill([u8::MAX; STEP]);
                }
            }
            last = part.end.min(first + BLOCK) - first;
        }
        for ((tap, tile), kept) in tile.chunks_exact_mut(fours).enumerate().zip(&kept) {
            let from = inputs.margin + first + tap * layer.reach - layer.reach;
            for (tile, bytes) in tile.iter_mut().zip(inputs.bytes.chunks_exact(inputs.stride)) {
                *tile = Fours::taken(&bytes[from..], kept);
            }
        }
        let vectors = last.div_ceil(LANES);
        match vectors {
            0 => {}
            1 => add::<D, 1>(layer, tile, block),
            2 => add::<D, 2>(layer, tile, block),
            3 => add::<D, 3>(layer, tile, block),
            _ => add::<D, VECTORS>(layer, tile, block),
        }
        if let Some(next) = next {
            ready.put::<D>(next, block, first, vectors);
        }
    }
    std::mem::swap(inputs, ready);
}

/// Norms a vector of a block's rows and rounds what comes of it; each four inputs go to a line of `bytes` of their own.
#[inline(always)]
fn round<D: Dot>(layer: &Sparse, block: &[Column], vector: usize, stride: usize, bytes: &mut [[u8; STEP]]) {
    /// Sums that run side by side, for each waits for the one before.
    const SUMS: usize = STEP;
    let of = |column: &Column| D::load(sixteen(&column.0[vector * LANES..]));
    let columns = block.as_chunks::<STEP>().0;
    let (mut sums, mut squares) = ([D::splat(0.0); SUMS], [D::splat(0.0); SUMS]);
    for columns in columns {
        for nth in 0..SUMS {
            let value = of(&columns[nth]);
            sums[nth] = D::add(sums[nth], value);
            squares[nth] = D::fused(value, value, squares[nth]);
        }
    }
    let share = D::splat(1.0 / block.len() as f32);
    let mean = |[a, b, c, d]: [D::F; SUMS]| D::mul(D::add(D::add(a, b), D::add(c, d)), share);
    let (square, mean) = (mean(squares), mean(sums));
    let variance = D::sub(square, D::mul(mean, mean));
    let mut inverse = [0.0; LANES];
    D::store(D::greatest(variance, D::splat(0.0)), &mut inverse);
    for value in &mut inverse {
        *value = 1.0 / (*value + layer.epsilon).sqrt();
    }
    let inverse = D::load(&inverse);
    let below = D::sub(D::splat(0.0), D::mul(mean, inverse));
    let normal = layer.weight.as_chunks::<STEP>().0.iter().zip(layer.bias.as_chunks::<STEP>().0);
    for ((line, columns), (weight, bias)) in bytes.chunks_mut(stride).zip(columns).zip(normal) {
        let mut four = [D::splat_whole(0); STEP];
        for nth in 0..STEP {
            let normed = D::fused(of(&columns[nth]), inverse, below);
            four[nth] = lanes::byte::<D>(D::fused(normed, D::splat(weight[nth]), D::splat(bias[nth])));
        }
        D::store_fours(four, sixteen_mut(line));
    }
}

/// Goes through all outputs of the first `V` vectors of a block's rows.
#[inline(always)]
fn add<D: Dot, const V: usize>(layer: &Sparse, tile: &[Fours], block: &mut [Column]) {
    let mut sums: Sums = [[0; LANES]; VECTORS];
    let mut entries = layer.entries.as_chunks::<TURN>().0;
    for output in &layer.outputs {
        let (own, rest) = entries.split_at(output.turns);
        entries = rest;
        // SAFETY: `Sparse::new` makes entries only of places that a tile of three taps has, each of them a whole `Fours`, of
        // which `V` vectors are read; `on_every_path` instantiates each instruction set only in code compiled for it.
        unsafe { D::entries::<V>(tile.as_ptr().cast(), own, output.start, &mut sums) };
        let (scale, bias) = (D::splat(output.scale), D::splat(output.bias));
        let (open_scale, open_bias) = (D::splat(output.open_scale), D::splat(output.open_bias));
        let column = block[output.column].0.as_chunks_mut::<LANES>().0;
        for (sums, out) in sums.iter().zip(column).take(V) {
            let sum = D::to_number(D::load_whole(sums));
            let open = lanes::held_to_one::<D>(D::fused(sum, open_scale, open_bias));
            D::store(D::fused(D::fused(sum, scale, bias), open, D::load(out)), out);
        }
    }
}
