//! The arithmetic of the encoder, in the same bits on every processor.
//!
//! Two rules make a record independent of the machine that reads, of the number of threads, and of what else was read:
//!
//! * **Matrix products are of whole numbers.** Activations are 8-bit unsigned with a scale and a zero for each row, or,
//!   where a convolution norms them, with one scale for all; weights are 8-bit signed with a scale for each output; products
//!   are summed in 32 bits, which is exact in any order.
//! * **Everything else is written once**, in plain Rust over [`LANES`] lanes: reductions keep that many running values
//!   and join them in one fixed tree, fused multiply-add is asked for by name, and exponentials are polynomials of our
//!   own. The compiler turns the lanes into the vectors of each instruction set; it may not change a rounding.
//!
//! So only the inner loop of the integer product is written per instruction set (`x86.rs`), beside a portable one.
#![allow(unsafe_code)] // For instructions that not every processor has; each use says why it is sound.

mod lanes;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use lanes::{Lanes, gelu, groups_of, groups_of_mut};

/// Lanes in which all floating-point work is laid out: a vector of 512 bits, two of 256, four of 128.
pub(crate) const LANES: usize = 16;
/// Rows come in whole tiles: each buffer has room for a multiple of this many.
pub(crate) const TILE_ROWS: usize = 8;
/// The most groups of 16 outputs that an inner loop takes at once.
const TILE_GROUPS: usize = 3;
/// Bytes of each row that one step of the product takes.
const STEP: usize = 4;

/// The sums of one tile: rows, groups of outputs, outputs.
type Tile = [[[i32; LANES]; TILE_GROUPS]; TILE_ROWS];

/// An instruction set that this machine has.
///
/// There is no way to one but [`Path::available`] and [`Path::best`], which look: that is what makes it sound to call
/// the code compiled for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Path {
    /// All that this machine has, fastest first.
    pub(crate) fn available() -> Vec<Path> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if avx512 && is_x86_feature_detected!("avx512vnni") {
                sets.push(Set::Avx512Vnni);
            }
            if avx2 && is_x86_feature_detected!("avxvnni") {
                sets.push(Set::AvxVnni);
            }
            if avx2 {
                sets.push(Set::Avx2);
            }
        }
        sets.push(Set::Portable);
        sets.into_iter().map(Path).collect()
    }

    /// The fastest.
    pub(crate) fn best() -> Path {
        Path::available()[0]
    }
}

/// Compiles a function once for each instruction set. The body is one, so its roundings are; what is generated is the
/// choice between its copies.
macro_rules! on_every_path {
    ($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),* $(,)?) = $body:ident;) => {
        $(#[$doc])*
        pub(crate) fn $name(path: Path, $($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
                fn avx512($($argument: $type),*) {
                    $body::<x86::Avx512Vnni>($($argument),*)
                }
                #[target_feature(enable = "avxvnni,avx2,fma")]
                fn avx_vnni($($argument: $type),*) {
                    $body::<x86::AvxVnni>($($argument),*)
                }
                #[target_feature(enable = "avx2,fma")]
                fn avx2($($argument: $type),*) {
                    $body::<x86::Avx2>($($argument),*)
                }
                // SAFETY: a `Path` is made only after the processor was found to have these instructions.
                match path.0 {
                    Set::Avx512Vnni => return unsafe { avx512($($argument),*) },
                    Set::AvxVnni => return unsafe { avx_vnni($($argument),*) },
                    Set::Avx2 => return unsafe { avx2($($argument),*) },
                    Set::Portable => {}
                }
            }
            let Set::Portable = path.0 else { return };
            $body::<portable::Portable>($($argument),*)
        }
    };
}

/// The inner loop of the integer product on one instruction set: [`STEP`] bytes of inputs a lane and step.
trait Dot: Lanes {
    /// Sums over all inputs for a tile: [`TILE_ROWS`] rows of `a`, `stride` bytes apart, times `G` groups of 16 outputs
    /// at `w`, each group `steps` × 64 bytes long. `a` is 8-bit unsigned, `w` 8-bit signed.
    ///
    /// # Safety
    /// All these bytes must be readable, and the processor must have the instruction set.
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile);

    /// Sums for `V` vectors of rows: `start`, and what each entry multiplies in a block's inputs at `tile`.
    ///
    /// # Safety
    /// All that the entries multiply must be readable, and the processor must have the instruction set.
    unsafe fn entries<const V: usize>(tile: *const u8, entries: &[[Entry; TURN]], start: i32, sums: &mut Sums);
}

/// How one row of activations was rounded: `value = scale × (byte − zero)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rounding {
    pub(crate) scale: f32,
    pub(crate) zero: i32,
}

/// The weights of a linear layer, as they lie in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear<'a> {
    /// 8-bit signed, packed `[outputs / 16][inputs / 4][16][4]`.
    pub(crate) weights: &'a [u8],
    /// Of each output.
    pub(crate) scale: &'a [f32],
    /// Of each output: the sum of its weights.
    pub(crate) sum: &'a [i32],
    /// Of each output.
    pub(crate) bias: &'a [f32],
}

/// Rows that go through a layer.
#[derive(Clone, Copy)]
struct Job<'a> {
    /// In 8 bits, in whole tiles.
    rows: &'a [u8],
    /// How each was rounded.
    roundings: &'a [Rounding],
    layer: Linear<'a>,
}

/// What is done with the outputs of a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// They are kept.
    Keep,
    /// They go through the Gaussian error linear unit (Hendrycks and Gimpel 2016).
    Gelu,
    /// They are added to what stands there.
    Add,
}

on_every_path! {
    /// Rounds each row of `width` numbers to bytes with a scale and a zero of its own.
    fn round_rows(rows: &[f32], width: usize, bytes: &mut [u8], roundings: &mut [Rounding]) = round_rows_body;
}

#[inline(always)]
fn round_rows_body<D: Dot>(rows: &[f32], width: usize, bytes: &mut [u8], roundings: &mut [Rounding]) {
    round_each::<D, _>(rows, width, Plain, bytes, roundings);
}

on_every_path! {
    /// The same, each number first multiplied by its column's factor.
    fn round_scaled_rows(rows: &[f32], factors: &[f32], bytes: &mut [u8], roundings: &mut [Rounding]) = round_scaled_rows_body;
}

#[inline(always)]
fn round_scaled_rows_body<D: Dot>(rows: &[f32], factors: &[f32], bytes: &mut [u8], roundings: &mut [Rounding]) {
    round_each::<D, _>(rows, factors.len(), Scaled(factors.as_chunks().0), bytes, roundings);
}

/// What the numbers of a row count as when they are rounded. Types and no closures, for the reason that [`Finish`] gives.
trait Reckoning<L: Lanes>: Copy {
    /// What the numbers of the chunk `at` count as.
    fn of(self, value: L::F, at: usize) -> L::F;
}

/// As what they are.
#[derive(Clone, Copy)]
struct Plain;
/// Multiplied by these.
#[derive(Clone, Copy)]
struct Scaled<'a>(&'a [[f32; LANES]]);

impl<L: Lanes> Reckoning<L> for Plain {
    #[inline(always)]
    fn of(self, value: L::F, _: usize) -> L::F {
        value
    }
}

impl<L: Lanes> Reckoning<L> for Scaled<'_> {
    #[inline(always)]
    fn of(self, value: L::F, at: usize) -> L::F {
        L::mul(value, L::load(&self.0[at]))
    }
}

/// Rounds every row of `width` numbers.
#[inline(always)]
fn round_each<D: Dot, R: Reckoning<D>>(
    rows: &[f32],
    width: usize,
    reckoning: R,
    bytes: &mut [u8],
    roundings: &mut [Rounding],
) {
    /// Rows that are rounded at once: what each waits for takes longer than what it does.
    const ROWS: usize = 4;
    let (fours, rest) = roundings.as_chunks_mut::<ROWS>();
    let ahead = fours.len() * ROWS * width;
    let (many, few) = (rows.split_at(ahead), bytes.split_at_mut(ahead));
    let places = many.0.chunks_exact(ROWS * width).zip(few.0.chunks_exact_mut(ROWS * width));
    for ((rows, bytes), roundings) in places.zip(fours) {
        *roundings = round_rows_at_once::<D, R, ROWS>(rows, width, reckoning, bytes);
    }
    let places = many.1.chunks_exact(width).zip(few.1.chunks_exact_mut(width));
    for ((row, bytes), rounding) in places.zip(rest) {
        [*rounding] = round_rows_at_once::<D, R, 1>(row, width, reckoning, bytes);
    }
}

/// Rounds `N` rows, each by itself.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the same place of several rows in turn")]
fn round_rows_at_once<D: Dot, R: Reckoning<D>, const N: usize>(
    rows: &[f32],
    width: usize,
    reckoning: R,
    bytes: &mut [u8],
) -> [Rounding; N] {
    let chunks = width / LANES;
    let mut row: [&[[f32; LANES]]; N] = [&[]; N];
    for n in 0..N {
        row[n] = &rows[n * width..(n + 1) * width].as_chunks().0[..chunks];
    }
    let (mut low, mut high) = ([D::splat(0.0); N], [D::splat(0.0); N]);
    for at in 0..chunks {
        for n in 0..N {
            let value = reckoning.of(D::load(&row[n][at]), at);
            low[n] = D::least(low[n], value);
            high[n] = D::greatest(high[n], value);
        }
    }
    let (mut inverse, mut zero, mut roundings) = ([0.0; N], [0.0; N], [Rounding::default(); N]);
    for n in 0..N {
        let (low, high) = (-D::most(D::sub(D::splat(0.0), low[n])), D::most(high[n]));
        // The width is kept away from nothing, so that a row of zeros divides no zero.
        let width = (high - low).max(1e-30);
        inverse[n] = 255.0 / width;
        zero[n] = lanes::round_one(-low * inverse[n]);
        roundings[n] = Rounding { scale: width / 255.0, zero: zero[n] as i32 };
    }
    let (bytes, _) = bytes.as_chunks_mut::<LANES>();
    for at in 0..chunks {
        for n in 0..N {
            let value = reckoning.of(D::load(&row[n][at]), at);
            // Whole numbers are added to a rounded one: the sum is exact, and held where rounding went past the ends.
            let value = lanes::round::<D>(value, D::splat(inverse[n]), -zero[n], 255.0 - zero[n]);
            D::store_bytes(D::add_whole(value, D::splat_whole(roundings[n].zero)), &mut bytes[n * chunks + at]);
        }
    }
    roundings
}

on_every_path! {
    /// A linear layer over rounded rows: `out[row] = after(a[row] · weights + bias)`.
    ///
    /// `a` and `out` hold whole tiles of rows; there is a rounding for each row.
    fn linear(a: &[u8], roundings: &[Rounding], layer: Linear<'_>, after: After, out: &mut [f32]) = linear_body;
}

#[inline(always)]
fn linear_body<D: Dot>(a: &[u8], roundings: &[Rounding], layer: Linear<'_>, after: After, out: &mut [f32]) {
    let job = Job { rows: a, roundings, layer };
    job.check(out);
    match after {
        After::Keep => job.run::<D, Keep>(out),
        After::Gelu => job.run::<D, Gelu>(out),
        After::Add => job.run::<D, Add>(out),
    }
}

/// One way of [`After`]. A type and no closure, for a closure may be left as a function of its own, which would lack the
/// instructions of the path.
trait Finish {
    /// What is put where `out` stands.
    fn finish<L: Lanes>(value: L::F, out: &[f32; LANES]) -> L::F;
}

struct Keep;
struct Gelu;
struct Add;

impl Finish for Keep {
    #[inline(always)]
    fn finish<L: Lanes>(value: L::F, _: &[f32; LANES]) -> L::F {
        value
    }
}

impl Finish for Gelu {
    #[inline(always)]
    fn finish<L: Lanes>(value: L::F, _: &[f32; LANES]) -> L::F {
        gelu::<L>(value)
    }
}

impl Finish for Add {
    #[inline(always)]
    fn finish<L: Lanes>(value: L::F, out: &[f32; LANES]) -> L::F {
        L::add(value, L::load(out))
    }
}

impl Job<'_> {
    /// Sees to it that all sides fit each other and the room for the outputs.
    #[inline(always)]
    fn check(self, out: &[f32]) {
        let Job { rows, roundings, layer } = self;
        let (inputs, outputs) = (self.inputs(), layer.bias.len());
        assert!(
            inputs.is_multiple_of(STEP) && outputs.is_multiple_of(LANES) && layer.weights.len() == outputs * inputs
        );
        assert!(roundings.len().is_multiple_of(TILE_ROWS) && rows.len() == roundings.len() * inputs);
        assert!(layer.scale.len() == outputs && layer.sum.len() == outputs && out.len() == roundings.len() * outputs);
    }

    #[inline(always)]
    fn inputs(self) -> usize {
        self.layer.weights.len() / self.layer.bias.len().max(1)
    }

    /// All outputs of all rows.
    #[inline(always)]
    fn run<D: Dot, F: Finish>(self, out: &mut [f32]) {
        for (group, taken) in groups(self.layer.bias.len()) {
            match taken {
                3 => self.columns::<D, F, 3>(group, out),
                2 => self.columns::<D, F, 2>(group, out),
                _ => self.columns::<D, F, 1>(group, out),
            }
        }
    }

    /// `G` groups of outputs of all rows.
    #[inline(always)]
    fn columns<D: Dot, F: Finish, const G: usize>(self, group: usize, out: &mut [f32]) {
        let (inputs, outputs) = (self.inputs(), self.layer.bias.len());
        let columns = Columns::<G>::of(self.layer, group);
        let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
        let rows = self.rows.chunks_exact(TILE_ROWS * inputs).zip(self.roundings.as_chunks::<TILE_ROWS>().0);
        for ((rows, roundings), out) in rows.zip(out.chunks_exact_mut(TILE_ROWS * outputs)) {
            columns.multiply::<D>(rows, &mut sums);
            for ((sums, rounding), out) in sums.iter().zip(roundings).zip(out.chunks_exact_mut(outputs)) {
                let out: &mut [[f32; LANES]; G] = groups_of_mut(&mut out[group * LANES..]);
                for nth in 0..G {
                    let value = columns.number::<D>(nth, &sums[nth], *rounding);
                    D::store(F::finish::<D>(value, &out[nth]), &mut out[nth]);
                }
            }
        }
    }
}

/// The groups of so many outputs in the portions that an inner loop takes: the first of each, and how many they are.
#[inline(always)]
fn groups(outputs: usize) -> impl Iterator<Item = (usize, usize)> {
    let groups = outputs / LANES;
    let mut group = 0;
    std::iter::from_fn(move || {
        let taken = match groups - group {
            0 => return None,
            // A group alone would leave the processor waiting for its sums.
            4 => 2,
            left => left.min(TILE_GROUPS),
        };
        group += taken;
        Some((group - taken, taken))
    })
}

/// `G` groups of a layer's outputs. How many there are is known when this is compiled, so that it is straight code.
#[derive(Clone, Copy)]
struct Columns<'a, const G: usize> {
    /// Each group is as long as all others.
    weights: &'a [u8],
    scale: &'a [[f32; LANES]; G],
    sum: &'a [[i32; LANES]; G],
    bias: &'a [[f32; LANES]; G],
}

impl<'a, const G: usize> Columns<'a, G> {
    /// Those from a group of the layer's on.
    #[inline(always)]
    fn of(layer: Linear<'a>, group: usize) -> Columns<'a, G> {
        let size = layer.weights.len() / layer.bias.len() * LANES;
        let at = group * LANES;
        Columns {
            weights: &layer.weights[group * size..(group + G) * size],
            scale: groups_of(&layer.scale[at..]),
            sum: groups_of(&layer.sum[at..]),
            bias: groups_of(&layer.bias[at..]),
        }
    }

    /// The products of a tile of rows with the weights, summed.
    #[inline(always)]
    fn multiply<D: Dot>(&self, rows: &[u8], sums: &mut Tile) {
        let inputs = rows.len() / TILE_ROWS;
        let steps = inputs / STEP;
        assert!(self.weights.len() == G * steps * STEP * LANES);
        // SAFETY: `rows` holds TILE_ROWS rows of `inputs` bytes and the weights are G groups of `steps` × 64, both just
        // looked at; `on_every_path` instantiates each instruction set only in code compiled for it.
        unsafe { D::bytes::<G>(rows.as_ptr(), inputs, steps, self.weights.as_ptr(), sums) }
    }

    /// From whole-number sums of the `nth` group back to numbers.
    #[inline(always)]
    fn number<D: Dot>(&self, nth: usize, sums: &[i32; LANES], rounding: Rounding) -> D::F {
        let zeros = D::mul_whole(D::splat_whole(rounding.zero), D::load_whole(&self.sum[nth]));
        let whole = D::to_number(D::sub_whole(D::load_whole(sums), zeros));
        D::fused(D::mul(whole, D::splat(rounding.scale)), D::load(&self.scale[nth]), D::load(&self.bias[nth]))
    }
}

/// A table of rows of `width` numbers, as it lies in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    pub(crate) rows: Cells<'a>,
    pub(crate) width: usize,
}

/// What the numbers of a table are kept as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cells<'a> {
    /// In 8 bits, signed, with a scale for each row.
    Bytes { bytes: &'a [u8], scale: &'a [f32] },
    /// In 3 bits: eight numbers take three bytes, the first of them the lowest bits; each names one of eight levels. A scale in
    /// 8 bits for each [`CODED`] numbers multiplies them. `pairs` are the levels that two numbers next to each other have.
    Codes { codes: &'a [u8], scales: &'a [u8], pairs: &'a [[f32; 2]; 64] },
}

/// Numbers in 3 bits that share a scale.
pub(crate) const CODED: usize = 2 * LANES;
/// Bytes that so many take.
pub(crate) const CODED_BYTES: usize = CODED * 3 / 8;

impl Table<'_> {
    /// Writes a row, each number as often as it counts, to `out`.
    #[inline(always)]
    fn row<D: Dot>(self, nth: usize, out: &mut [[f32; LANES]]) {
        match self.rows {
            Cells::Bytes { bytes, scale } => {
                let scale = D::splat(scale[nth]);
                for (out, row) in out.iter_mut().zip(bytes[nth * self.width..][..self.width].as_chunks().0) {
                    D::store(D::mul(D::to_number(D::load_bytes(row)), scale), out);
                }
            }
            Cells::Codes { codes, scales, pairs } => {
                let (each, bytes) = (self.width / CODED, self.width / CODED * CODED_BYTES);
                let codes = codes[nth * bytes..][..bytes].as_chunks::<CODED_BYTES>().0;
                let out = out.as_chunks_mut::<{ CODED / LANES }>().0;
                for ((out, codes), &scale) in out.iter_mut().zip(codes).zip(&scales[nth * each..][..each]) {
                    let eights = out.as_flattened_mut().as_chunks_mut::<8>().0;
                    for (out, &[a, b, c]) in eights.iter_mut().zip(codes.as_chunks::<3>().0) {
                        let bits = u32::from_le_bytes([a, b, c, 0]);
                        for (nth, out) in out.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                            *out = pairs[(bits >> (6 * nth)) as usize % 64];
                        }
                    }
                    for out in out {
                        D::store(D::mul(D::load(out), D::splat(f32::from(scale))), out);
                    }
                }
            }
        }
    }
}

on_every_path! {
    /// Looks up a row for each piece and adds that of its position, `out[i] = table[pieces[i]] + positions[i]`, if there
    /// are any positions.
    fn embed(table: Table<'_>, pieces: &[u32], positions: &[f32], out: &mut [f32]) = embed_body;
}

#[inline(always)]
fn embed_body<D: Dot>(table: Table<'_>, pieces: &[u32], positions: &[f32], out: &mut [f32]) {
    let width = table.width;
    let mut positions = positions.chunks_exact(width);
    for (out, &piece) in out.chunks_exact_mut(width).zip(pieces) {
        let (out, _) = out.as_chunks_mut::<LANES>();
        table.row::<D>(piece as usize, out);
        if let Some(position) = positions.next() {
            for (out, position) in out.iter_mut().zip(position.as_chunks::<LANES>().0) {
                D::store(D::add(D::load(out), D::load(position)), out);
            }
        }
    }
}

on_every_path! {
    /// Adds to each row that of `table` which `which` names for it, or none where it names one that is not there.
    fn add_named_rows(table: &[f32], width: usize, which: &[u8], rows: &mut [f32]) = add_named_rows_body;
}

#[inline(always)]
fn add_named_rows_body<D: Dot>(table: &[f32], width: usize, which: &[u8], rows: &mut [f32]) {
    for (row, &which) in rows.chunks_exact_mut(width).zip(which) {
        let Some(named) = table.chunks_exact(width).nth(usize::from(which)) else { continue };
        for (out, value) in row.as_chunks_mut::<LANES>().0.iter_mut().zip(named.as_chunks::<LANES>().0) {
            D::store(D::add(D::load(out), D::load(value)), out);
        }
    }
}

/// A layer normalisation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normal<'a> {
    /// Of each column.
    pub(crate) weight: &'a [f32],
    /// Of each column.
    pub(crate) bias: &'a [f32],
    /// What a row's variance is kept away from zero by.
    pub(crate) epsilon: f32,
}

on_every_path! {
    /// Layer normalisation of each row (Ba et al. 2016), in place.
    fn normalize_rows(rows: &mut [f32], norm: Normal<'_>) = normalize_rows_body;
}

#[inline(always)]
fn normalize_rows_body<D: Dot>(rows: &mut [f32], norm: Normal<'_>) {
    /// Rows that are normed at once: what each waits for takes longer than what it does.
    const ROWS: usize = 4;
    let width = norm.weight.len();
    assert!(width > 0 && norm.bias.len() == width);
    let mut fours = rows.chunks_exact_mut(ROWS * width);
    for rows in &mut fours {
        normalize_at_once::<D, ROWS>(rows, norm);
    }
    for row in fours.into_remainder().chunks_exact_mut(width) {
        normalize_at_once::<D, 1>(row, norm);
    }
}

/// Norms `N` rows, each by itself.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "the same place of several rows in turn")]
fn normalize_at_once<D: Dot, const N: usize>(rows: &mut [f32], norm: Normal<'_>) {
    let (weight, bias) = (norm.weight.as_chunks().0, norm.bias.as_chunks().0);
    let chunks = weight.len();
    let (rows, _) = rows.as_chunks_mut::<LANES>();
    let mut row: [&[[f32; LANES]]; N] = [&[]; N];
    for n in 0..N {
        row[n] = &rows[n * chunks..(n + 1) * chunks];
    }
    let spreads = Spread::<D>::of(&row, norm.epsilon);
    for at in 0..chunks {
        for n in 0..N {
            let chunk = &mut rows[n * chunks + at];
            D::store(spreads[n].normal(D::load(chunk), &weight[at], &bias[at]), chunk);
        }
    }
}

/// Where a row's numbers lie and how far apart.
struct Spread<L: Lanes> {
    mean: L::F,
    /// One by the standard deviation.
    inverse: L::F,
}

impl<L: Lanes> Clone for Spread<L> {
    #[inline(always)]
    fn clone(&self) -> Spread<L> {
        *self
    }
}

impl<L: Lanes> Copy for Spread<L> {}

impl<L: Lanes> Spread<L> {
    /// Of `N` rows of one width.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "the same place of several rows in turn")]
    fn of<const N: usize>(rows: &[&[[f32; LANES]]; N], epsilon: f32) -> [Spread<L>; N] {
        let chunks = rows[0].len();
        let width = (chunks * LANES) as f32;
        let mut spreads = [Spread { mean: L::splat(0.0), inverse: L::splat(0.0) }; N];
        let mut sums = [L::splat(0.0); N];
        for at in 0..chunks {
            for n in 0..N {
                sums[n] = L::add(sums[n], L::load(&rows[n][at]));
            }
        }
        for n in 0..N {
            spreads[n].mean = L::splat(L::sum(sums[n]) / width);
        }
        let mut squares = [L::splat(0.0); N];
        for at in 0..chunks {
            for n in 0..N {
                let off = L::sub(L::load(&rows[n][at]), spreads[n].mean);
                squares[n] = L::fused(off, off, squares[n]);
            }
        }
        for n in 0..N {
            let variance = L::sum(squares[n]) / width;
            spreads[n].inverse = L::splat(1.0 / (variance + epsilon).sqrt());
        }
        spreads
    }

    /// Numbers of the row, normed.
    #[inline(always)]
    fn normal(self, value: L::F, weight: &[f32; LANES], bias: &[f32; LANES]) -> L::F {
        let off = L::mul(L::sub(value, self.mean), self.inverse);
        L::fused(off, L::load(weight), L::load(bias))
    }
}

mod attention;
pub(crate) use attention::{Attention, DISTANCES, HEAD, Head, MOST_ROWS, attend};

mod sparse;
pub(crate) use sparse::{BLOCK, Column, Dense, Room, Sparse, begin, convolve, dot_columns, to_columns, to_rows};
use sparse::{Entry, Sums, TURN};

on_every_path! {
    /// The dot product of each row of `a` with each row of `b`, both `width` long: `out[i][j] = a[i] · b[j] + bias[j]`.
    fn dot_rows(a: &[f32], b: &[f32], bias: &[f32], width: usize, out: &mut [f32]) = dot_rows_body;
}

#[inline(always)]
fn dot_rows_body<D: Dot>(a: &[f32], b: &[f32], bias: &[f32], width: usize, out: &mut [f32]) {
    for (a, out) in a.chunks_exact(width).zip(out.chunks_exact_mut(bias.len())) {
        for ((b, out), bias) in b.chunks_exact(width).zip(out).zip(bias) {
            let (a, _) = a.as_chunks::<LANES>();
            let (b, _) = b.as_chunks::<LANES>();
            let mut sums = D::splat(0.0);
            for (a, b) in a.iter().zip(b) {
                sums = D::fused(D::load(a), D::load(b), sums);
            }
            *out = D::sum(sums) + bias;
        }
    }
}

on_every_path! {
    /// x · min(6, max(0, x + 3)) / 6 of each number (Howard et al. 2019), in place: smooth enough, and exact to the bit
    /// without care. There is a multiple of [`LANES`] of them.
    fn swish(numbers: &mut [f32]) = swish_body;
}

#[inline(always)]
fn swish_body<D: Dot>(numbers: &mut [f32]) {
    for chunk in numbers.as_chunks_mut::<LANES>().0 {
        D::store(lanes::swish::<D>(D::load(chunk)), chunk);
    }
}

on_every_path! {
    /// e to the power of each number, none of them above 0 (what is below −87 counts as −87), in place.
    fn exponentials(numbers: &mut [[f32; LANES]]) = exponentials_body;
}

#[inline(always)]
fn exponentials_body<D: Dot>(numbers: &mut [[f32; LANES]]) {
    for chunk in numbers {
        let power = D::mul(D::load(chunk), D::splat(std::f32::consts::LOG2_E));
        D::store(lanes::power_of_two::<D>(power), chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        After, Cells, DISTANCES, HEAD, Head, LANES, Linear, MOST_ROWS, Normal, Path, Rounding, TILE_ROWS, Table,
    };
    use super::{
        Attention, BLOCK, Column, add_named_rows, attend, dot_columns, dot_rows, embed, exponentials, linear,
        normalize_rows, round_rows, round_scaled_rows, swish, to_columns, to_rows,
    };

    /// Numbers that look like none in particular, the same in every run (xorshift, Marsaglia 2003).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        /// Between −`most` and `most`.
        fn floats(&mut self, count: usize, most: f32) -> Vec<f32> {
            (0..count).map(|_| ((self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0) * most).collect()
        }

        fn bytes(&mut self, count: usize) -> Vec<u8> {
            (0..count).map(|_| (self.next() >> 30) as u8).collect()
        }
    }

    /// What `of` gives on each path; they must agree in every bit.
    #[track_caller]
    fn agree(of: impl Fn(Path) -> Vec<f32>) -> Vec<f32> {
        let results: Vec<_> = Path::available().into_iter().map(|path| (path, of(path))).collect();
        let bits = |numbers: &[f32]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        for (path, result) in &results {
            assert!(bits(result) == bits(&results[0].1), "{path:?} differs from {:?}", results[0].0);
            assert!(result.iter().all(|number| number.is_finite()), "{path:?} leaves the numbers");
        }
        results.into_iter().next().expect("there is always a path").1
    }

    /// A linear layer on plain whole numbers, from weights in their packed order.
    fn plainly(a: &[u8], roundings: &[Rounding], layer: Linear<'_>) -> Vec<f64> {
        let outputs = layer.bias.len();
        let inputs = layer.weights.len() / outputs;
        let weight = |output: usize, input: usize| {
            let group = (output / LANES * inputs / 4 + input / 4) * LANES + output % LANES;
            i64::from(layer.weights[group * 4 + input % 4] as i8)
        };
        let rows = a.chunks_exact(inputs).zip(roundings);
        let each = rows.flat_map(|(row, rounding)| {
            (0..outputs).map(move |output| {
                let sum: i64 =
                    (0..inputs).map(|k| (i64::from(row[k]) - i64::from(rounding.zero)) * weight(output, k)).sum();
                sum as f64 * f64::from(rounding.scale) * f64::from(layer.scale[output]) + f64::from(layer.bias[output])
            })
        });
        each.collect()
    }

    #[test]
    fn products_are_exact_and_agree() {
        let mut numbers = Numbers(7);
        for (rows, inputs, outputs) in [(8, 4, 16), (8, 32, 48), (16, 384, 96), (24, 1536, 80), (8, 20, 112)] {
            for extreme in [false, true] {
                // The extremes are where narrower sums would overflow.
                let (a, weights) = if extreme {
                    (vec![255; rows * inputs], vec![-127i8 as u8; inputs * outputs])
                } else {
                    (numbers.bytes(rows * inputs), numbers.bytes(inputs * outputs))
                };
                let roundings: Vec<Rounding> =
                    (0..rows).map(|row| Rounding { scale: 0.01, zero: row as i32 * 9 % 256 }).collect();
                let (scale, bias) = (numbers.floats(outputs, 0.1), numbers.floats(outputs, 3.0));
                let sum: Vec<i32> = weights
                    .chunks_exact(inputs * LANES)
                    .flat_map(|group| {
                        (0..LANES).map(|lane| {
                            let of = |step: &[u8]| {
                                step[lane * 4..lane * 4 + 4].iter().map(|&w| i32::from(w as i8)).sum::<i32>()
                            };
                            group.chunks_exact(4 * LANES).map(of).sum()
                        })
                    })
                    .collect();
                let layer = Linear { weights: &weights, scale: &scale, sum: &sum, bias: &bias };
                let found = agree(|path| {
                    let mut out = vec![0.0; rows * outputs];
                    linear(path, &a, &roundings, layer, After::Keep, &mut out);
                    out
                });
                for (found, exact) in found.iter().zip(plainly(&a, &roundings, layer)) {
                    let near = (f64::from(*found) - exact).abs() <= 1e-5 * exact.abs().max(1.0);
                    assert!(near, "{rows}x{inputs}x{outputs}: {found} for {exact}");
                }
                for after in [After::Gelu, After::Add] {
                    agree(|path| {
                        let mut out = vec![0.25; rows * outputs];
                        linear(path, &a, &roundings, layer, after, &mut out);
                        out
                    });
                }
            }
        }
    }

    #[test]
    fn rows_round_to_within_half_a_step() {
        let mut numbers = Numbers(11);
        let mut rows = numbers.floats(8 * 48, 5.0);
        rows[48..96].fill(0.0);
        rows[100] = 900.0;
        rows[150] = -1e-30;
        let rounded = |path, factors: Option<&[f32]>| {
            let (mut bytes, mut roundings) = (vec![0; rows.len()], vec![Rounding::default(); 8]);
            match factors {
                Some(factors) => round_scaled_rows(path, &rows, factors, &mut bytes, &mut roundings),
                None => round_rows(path, &rows, 48, &mut bytes, &mut roundings),
            }
            let value = |(at, &byte): (usize, &u8)| {
                roundings[at / 48].scale * (i32::from(byte) - roundings[at / 48].zero) as f32
            };
            let values: Vec<f32> = bytes.iter().enumerate().map(value).collect();
            (values, roundings)
        };
        agree(|path| rounded(path, None).0);
        let (found, roundings) = rounded(Path::best(), None);
        for (at, (found, exact)) in found.iter().zip(&rows).enumerate() {
            assert!((found - exact).abs() <= roundings[at / 48].scale * 0.51, "{at}: {found} for {exact}");
        }
        let factors = numbers.floats(48, 2.0);
        agree(|path| rounded(path, Some(&factors)).0);
    }

    #[test]
    fn attention_is_near_the_exact_one() {
        let mut numbers = Numbers(13);
        for (count, most) in [(1, 1.0), (5, 3.0), (17, 8.0), (130, 3.0), (MOST_ROWS, 4.0)] {
            let rows = count.next_multiple_of(TILE_ROWS);
            let qkv = numbers.floats(rows * 3 * HEAD, most);
            let distances: [f32; DISTANCES] = numbers.floats(DISTANCES, 3.0).try_into().unwrap();
            let found = agree(|path| {
                let mut out = vec![0.0; rows * HEAD];
                let head = Head { qkv: &qkv, count, distances: &distances };
                attend(path, head, &mut Attention::new(), &mut out, HEAD, 0);
                out
            });
            let part = |row: usize, nth: usize| &qkv[(row * 3 + nth) * HEAD..][..HEAD];
            // Queries and keys as they are rounded.
            let rounded = |row: usize, nth: usize| {
                let part = part(row, nth);
                let step = f64::from(part.iter().fold(0.0f32, |most, x| most.max(x.abs()))) / 127.0;
                part.iter().map(|x| (f64::from(*x) / step).round_ties_even() * step).collect::<Vec<f64>>()
            };
            let keys: Vec<Vec<f64>> = (0..count).map(|row| rounded(row, 1)).collect();
            for row in 0..count {
                let query = rounded(row, 0);
                let score = |other: usize| -> f64 {
                    let products = query.iter().zip(&keys[other]).map(|(a, b)| a * b);
                    let distance = f64::from(distances[MOST_ROWS - 1 + other - row]) * std::f64::consts::LN_2;
                    products.sum::<f64>() / (HEAD as f64).sqrt() + distance
                };
                let scores: Vec<f64> = (0..count).map(score).collect();
                let highest = scores.iter().copied().fold(f64::MIN, f64::max);
                // What is less than half a 255th of the greatest is nothing.
                let shares: Vec<f64> = scores.iter().map(|score| ((score - highest).exp() * 255.0).round()).collect();
                let whole: f64 = shares.iter().sum();
                for column in 0..HEAD {
                    let exact: f64 =
                        (0..count).map(|other| shares[other] / whole * f64::from(part(other, 2)[column])).sum();
                    let found = f64::from(found[row * HEAD + column]);
                    assert!((found - exact).abs() < 0.01 * f64::from(most), "{count}: {found} for {exact}");
                }
            }
        }
    }

    #[test]
    fn the_rest_agrees() {
        let mut numbers = Numbers(17);
        let (rows, weight, bias) = (numbers.floats(4 * 96, 9.0), numbers.floats(96, 2.0), numbers.floats(96, 2.0));
        let normal = agree(|path| {
            let mut rows = rows.clone();
            normalize_rows(path, &mut rows, Normal { weight: &[1.0; 96], bias: &[0.0; 96], epsilon: 1e-12 });
            rows
        });
        for row in normal.chunks_exact(96) {
            let (sum, squares) = row.iter().fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
            assert!(sum.abs() < 1e-3 && (squares / 96.0 - 1.0).abs() < 1e-3);
        }
        agree(|path| {
            let mut rows = rows.clone();
            normalize_rows(path, &mut rows, Normal { weight: &weight, bias: &bias, epsilon: 1e-5 });
            rows
        });
        let bytes = numbers.bytes(5 * 96);
        let table = Table { rows: Cells::Bytes { bytes: &bytes, scale: &rows[..5] }, width: 96 };
        let embedded = agree(|path| {
            let mut out = vec![0.0; 3 * 96];
            embed(path, table, &[4, 0, 4], &rows, &mut out);
            add_named_rows(path, &rows[..2 * 96], 96, &[1, 2, 0], &mut out);
            out
        });
        for (at, found) in embedded.iter().enumerate() {
            let (row, column) = (at / 96, at % 96);
            let piece = [4, 0, 4][row];
            let named = [rows[96 + column], 0.0, rows[column]][row];
            let exact = f32::from(bytes[piece * 96 + column] as i8) * rows[piece] + rows[at] + named;
            assert!((found - exact).abs() < 1e-3, "{at}: {found} for {exact}");
        }
        let levels = numbers.floats(8, 2.0);
        let pairs = std::array::from_fn(|both| [levels[both % 8], levels[both / 8]]);
        let (codes, scales) = (numbers.bytes(5 * 36), numbers.bytes(5 * 3));
        let table = Table { rows: Cells::Codes { codes: &codes, scales: &scales, pairs: &pairs }, width: 96 };
        let embedded = agree(|path| {
            let mut out = vec![0.0; 2 * 96];
            embed(path, table, &[4, 1], &[], &mut out);
            out
        });
        for (at, found) in embedded.iter().enumerate() {
            let (row, column) = ([4, 1][at / 96], at % 96);
            let code = (0..3).map(|bit| (row * 96 + column) * 3 + bit);
            let code = code.map(|bit| usize::from(codes[bit / 8] >> (bit % 8) & 1));
            let code = code.enumerate().map(|(nth, bit)| bit << nth).sum::<usize>();
            let exact = levels[code] * f32::from(scales[row * 3 + column / 32]);
            assert!((found - exact).abs() < 1e-3, "{at}: {found} for {exact}");
        }
        for count in [1, 3, 7, 70] {
            let b = numbers.floats(count * 96, 2.0);
            let products = [false, true].map(|by_columns| {
                agree(|path| {
                    let mut out = vec![0.0; 4 * count];
                    if by_columns {
                        let mut columns = vec![Column::EMPTY; count.div_ceil(BLOCK) * 96];
                        to_columns(path, &b, 96, &mut columns);
                        let mut again = vec![0.0; b.len()];
                        to_rows(path, &columns, 96, &mut again);
                        assert_eq!(again, b);
                        dot_columns(path, &rows, &columns, &b[..count], 96, &mut out);
                    } else {
                        dot_rows(path, &rows, &b, &b[..count], 96, &mut out);
                    }
                    out
                })
            });
            for (a, b) in products[0].iter().zip(&products[1]) {
                assert!((a - b).abs() < 1e-2, "{count}: {a} and {b}");
            }
        }
        let swished = agree(|path| {
            let mut rows = rows.clone();
            swish(path, &mut rows);
            rows
        });
        for (found, x) in swished.iter().zip(&rows) {
            assert!((found - x * (x + 3.0).clamp(0.0, 6.0) / 6.0).abs() < 1e-5, "{x}: {found}");
        }
        agree(|path| {
            let mut chunk = [[0.0; LANES]];
            chunk[0].copy_from_slice(&numbers_below_zero(&rows));
            exponentials(path, &mut chunk);
            chunk.concat()
        });
    }

    fn numbers_below_zero(rows: &[f32]) -> Vec<f32> {
        rows[..LANES].iter().map(|number| -number.abs()).collect()
    }
}
