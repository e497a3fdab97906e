//! x86-64.

use std::arch::x86_64::*;

use super::lanes::Lanes;
use super::sparse::{Entry, Sums, TURN, VECTORS};
use super::{Dot, LANES, STEP, TILE_ROWS, Tile};

/// `vpdpbusd` on vectors of 512 bits: Ice Lake, Zen 4 and later.
pub(super) struct Avx512Vnni;
/// The same on vectors of 256 bits, without AVX-512: Alder Lake and later.
pub(super) struct AvxVnni;
/// Haswell, Zen and later.
pub(super) struct Avx2;

/// Bytes of a group of weights that one step takes.
const WIDTH: usize = STEP * LANES;

/// The next step's activations of a row.
///
/// # Safety
/// Four bytes must be readable at `at`.
#[inline(always)]
unsafe fn next(at: *const u8) -> i32 {
    // SAFETY: the caller's.
    unsafe { at.cast::<i32>().read_unaligned() }
}

/// A tile on vectors of 256 bits. What `prepare` makes of the weights is kept for all rows; `dot` adds to the sums.
///
/// # Safety
/// As for [`Dot`].
#[allow(clippy::needless_range_loop, reason = "a group is a column of the tile, and lies at its place in `w`")]
#[inline(always)]
unsafe fn narrow<const G: usize, W: Copy>(
    a: *const u8,
    stride: usize,
    steps: usize,
    w: *const u8,
    tile: &mut Tile,
    prepare: impl Fn(__m256i) -> W,
    dot: impl Fn(__m256i, __m256i, W) -> __m256i,
) {
    /// Rows at once: with two vectors a row they leave room for the weights in sixteen registers.
    const ROWS: usize = 4;
    for g in 0..G {
        for first in (0..TILE_ROWS).step_by(ROWS) {
            // SAFETY: the caller vouches for the bytes of every row and every group, and for the instructions.
            unsafe {
                let (a, w) = (a.add(first * stride), w.add(g * steps * WIDTH));
                let mut sums = [[_mm256_setzero_si256(); 2]; ROWS];
                for step in 0..steps {
                    let at = w.add(step * WIDTH);
                    let low = prepare(_mm256_loadu_si256(at.cast()));
                    let high = prepare(_mm256_loadu_si256(at.add(WIDTH / 2).cast()));
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let a = _mm256_set1_epi32(next(a.add(r * stride + step * STEP)));
                        sums[0] = dot(sums[0], a, low);
                        sums[1] = dot(sums[1], a, high);
                    }
                }
                for (r, sums) in sums.into_iter().enumerate() {
                    let out = tile[first + r][g].as_mut_ptr();
                    _mm256_storeu_si256(out.cast(), sums[0]);
                    _mm256_storeu_si256(out.add(LANES / 2).cast(), sums[1]);
                }
            }
        }
    }
}

/// Entries on vectors of 256 bits. What `prepare` makes of the weights is kept for all rows; `dot` adds to the sums.
///
/// # Safety
/// As for [`Dot`].
#[inline(always)]
unsafe fn narrow_entries<const V: usize, W: Copy>(
    tile: *const u8,
    entries: &[[Entry; TURN]],
    start: i32,
    sums: &mut Sums,
    prepare: impl Fn(__m256i) -> W,
    dot: impl Fn(__m256i, __m256i, W) -> __m256i,
) {
    // SAFETY: the caller vouches for the bytes that the entries multiply, and for the instructions.
    unsafe {
        let mut running = [[_mm256_set1_epi32(start); 2]; V];
        for entry in entries.as_flattened() {
            let weights = prepare(_mm256_set1_epi32(i32::from_ne_bytes(entry.weights.map(|weight| weight as u8))));
            let at = tile.add(entry.at as usize);
            for (v, sums) in running.iter_mut().enumerate() {
                for (half, sum) in sums.iter_mut().enumerate() {
                    *sum = dot(*sum, _mm256_loadu_si256(at.add((2 * v + half) * WIDTH / 2).cast()), weights);
                }
            }
        }
        for (out, sums) in sums.iter_mut().zip(running) {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), sums[0]);
            _mm256_storeu_si256(out.as_mut_ptr().add(LANES / 2).cast(), sums[1]);
        }
    }
}

// SAFETY, for all that follows: whoever calls these methods vouches for the bytes and for the instructions.

/// Even and odd bytes of weights in 16 bits: `vpmaddubsw` would saturate, `vpmaddwd` is exact.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn widened(w: __m256i) -> (__m256i, __m256i) {
    unsafe { (_mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(w)), _mm256_srai_epi16::<8>(w)) }
}

/// `sums` and the products of four bytes a lane.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn dot_widened(sums: __m256i, a: __m256i, (even, odd): (__m256i, __m256i)) -> __m256i {
    unsafe {
        let pairs = _mm256_madd_epi16(_mm256_and_si256(a, _mm256_set1_epi16(0xff)), even);
        let others = _mm256_madd_epi16(_mm256_srli_epi16::<8>(a), odd);
        _mm256_add_epi32(sums, _mm256_add_epi32(pairs, others))
    }
}

impl Dot for Avx512Vnni {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        unsafe {
            let mut sums = [[_mm512_setzero_si512(); G]; TILE_ROWS];
            for step in 0..steps {
                let mut weights = [_mm512_setzero_si512(); G];
                for (g, weights) in weights.iter_mut().enumerate() {
                    *weights = _mm512_loadu_si512(w.add((g * steps + step) * WIDTH).cast());
                }
                for (r, sums) in sums.iter_mut().enumerate() {
                    let a = _mm512_set1_epi32(next(a.add(r * stride + step * STEP)));
                    for g in 0..G {
                        sums[g] = _mm512_dpbusd_epi32(sums[g], a, weights[g]);
                    }
                }
            }
            for (out, sums) in tile.iter_mut().zip(sums) {
                for (out, sums) in out.iter_mut().zip(sums) {
                    _mm512_storeu_si512(out.as_mut_ptr().cast(), sums);
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn entries<const V: usize>(tile: *const u8, entries: &[[Entry; TURN]], start: i32, sums: &mut Sums) {
        unsafe {
            // Few sums would wait for each other: then each entry of a turn has its own.
            let alone = usize::from(V < VECTORS);
            let mut running = [[_mm512_setzero_si512(); V]; TURN];
            running[0] = [_mm512_set1_epi32(start); V];
            for turn in entries {
                for (nth, entry) in turn.iter().enumerate() {
                    let weights = _mm512_set1_epi32(i32::from_ne_bytes(entry.weights.map(|weight| weight as u8)));
                    let at = tile.add(entry.at as usize);
                    for (v, sum) in running[nth * alone].iter_mut().enumerate() {
                        *sum = _mm512_dpbusd_epi32(*sum, _mm512_loadu_si512(at.add(v * WIDTH).cast()), weights);
                    }
                }
            }
            for (v, out) in sums.iter_mut().enumerate().take(V) {
                let sum = running.iter().fold(_mm512_setzero_si512(), |sum, part| _mm512_add_epi32(sum, part[v]));
                _mm512_storeu_si512(out.as_mut_ptr().cast(), sum);
            }
        }
    }
}

impl Dot for AvxVnni {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        let dot = |sums, a, w| unsafe { _mm256_dpbusd_avx_epi32(sums, a, w) };
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, |w| w, dot) }
    }

    #[inline(always)]
    unsafe fn entries<const V: usize>(tile: *const u8, entries: &[[Entry; TURN]], start: i32, sums: &mut Sums) {
        let dot = |sums, a, w| unsafe { _mm256_dpbusd_avx_epi32(sums, a, w) };
        unsafe { narrow_entries::<V, _>(tile, entries, start, sums, |w| w, dot) }
    }
}

impl Dot for Avx2 {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, |w| widened(w), |sums, a, w| dot_widened(sums, a, w)) }
    }

    #[inline(always)]
    unsafe fn entries<const V: usize>(tile: *const u8, entries: &[[Entry; TURN]], start: i32, sums: &mut Sums) {
        unsafe {
            narrow_entries::<V, _>(tile, entries, start, sums, |w| widened(w), |sums, a, w| dot_widened(sums, a, w))
        }
    }
}

// SAFETY, for all that follows: these methods are called only in code compiled for the instruction set that they are of
// (see `Lanes`); what they load and store is as long as its type says.

/// Eight lanes' sum, halves onto halves.
///
/// # Safety
/// The processor must have AVX.
#[inline(always)]
unsafe fn sum_of_eight(eight: __m256) -> f32 {
    unsafe {
        let four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
    }
}

/// The greatest of eight lanes.
///
/// # Safety
/// The processor must have AVX.
#[inline(always)]
unsafe fn most_of_eight(eight: __m256) -> f32 {
    unsafe {
        let four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)))
    }
}

/// Sixteen whole numbers that fit 16 bits, in order.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn sixteen_words(value: [__m256i; 2]) -> __m256i {
    unsafe { _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(value[0], value[1])) }
}

/// Eight times eight numbers with rows for columns.
///
/// # Safety
/// The processor must have AVX.
#[inline(always)]
unsafe fn turn_eight(rows: [__m256; 8]) -> [__m256; 8] {
    unsafe {
        let mut pairs = rows;
        for at in (0..8).step_by(2) {
            pairs[at] = _mm256_unpacklo_ps(rows[at], rows[at + 1]);
            pairs[at + 1] = _mm256_unpackhi_ps(rows[at], rows[at + 1]);
        }
        let mut fours = pairs;
        for at in (0..8).step_by(4) {
            fours[at] = _mm256_shuffle_ps::<0b01_00_01_00>(pairs[at], pairs[at + 2]);
            fours[at + 1] = _mm256_shuffle_ps::<0b11_10_11_10>(pairs[at], pairs[at + 2]);
            fours[at + 2] = _mm256_shuffle_ps::<0b01_00_01_00>(pairs[at + 1], pairs[at + 3]);
            fours[at + 3] = _mm256_shuffle_ps::<0b11_10_11_10>(pairs[at + 1], pairs[at + 3]);
        }
        let mut out = fours;
        for at in 0..4 {
            out[at] = _mm256_permute2f128_ps::<0x20>(fours[at], fours[at + 4]);
            out[at + 4] = _mm256_permute2f128_ps::<0x31>(fours[at], fours[at + 4]);
        }
        out
    }
}

impl Lanes for Avx512Vnni {
    type F = __m512;
    type I = __m512i;

    #[inline(always)]
    fn splat(value: f32) -> Self::F {
        unsafe { _mm512_set1_ps(value) }
    }
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self::F {
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    fn store(value: Self::F, to: &mut [f32; LANES]) {
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), value) }
    }
    #[inline(always)]
    fn add(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    fn div(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_div_ps(a, b) }
    }
    #[inline(always)]
    fn fused(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn least(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_min_ps(a, b) }
    }
    #[inline(always)]
    fn greatest(a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_max_ps(a, b) }
    }
    #[inline(always)]
    fn sum(value: Self::F) -> f32 {
        unsafe { sum_of_eight(_mm256_add_ps(_mm512_castps512_ps256(value), _mm512_extractf32x8_ps::<1>(value))) }
    }
    #[inline(always)]
    fn most(value: Self::F) -> f32 {
        unsafe { most_of_eight(_mm256_max_ps(_mm512_castps512_ps256(value), _mm512_extractf32x8_ps::<1>(value))) }
    }
    #[inline(always)]
    fn splat_whole(value: i32) -> Self::I {
        unsafe { _mm512_set1_epi32(value) }
    }
    #[inline(always)]
    fn load_whole(from: &[i32; LANES]) -> Self::I {
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }
    #[inline(always)]
    fn load_bytes(from: &[u8; LANES]) -> Self::I {
        unsafe { _mm512_cvtepi8_epi32(_mm_loadu_si128(from.as_ptr().cast())) }
    }
    #[inline(always)]
    fn add_whole(a: Self::I, b: Self::I) -> Self::I {
        unsafe { _mm512_add_epi32(a, b) }
    }
    #[inline(always)]
    fn sub_whole(a: Self::I, b: Self::I) -> Self::I {
        unsafe { _mm512_sub_epi32(a, b) }
    }
    #[inline(always)]
    fn mul_whole(a: Self::I, b: Self::I) -> Self::I {
        unsafe { _mm512_mullo_epi32(a, b) }
    }
    #[inline(always)]
    fn sum_whole(value: Self::I) -> i32 {
        unsafe { _mm512_reduce_add_epi32(value) }
    }
    #[inline(always)]
    fn to_exponent(value: Self::I) -> Self::I {
        unsafe { _mm512_slli_epi32::<23>(value) }
    }
    #[inline(always)]
    fn to_number(value: Self::I) -> Self::F {
        unsafe { _mm512_cvtepi32_ps(value) }
    }
    #[inline(always)]
    fn bits(value: Self::F) -> Self::I {
        unsafe { _mm512_castps_si512(value) }
    }
    #[inline(always)]
    fn from_bits(value: Self::I) -> Self::F {
        unsafe { _mm512_castsi512_ps(value) }
    }
    #[inline(always)]
    fn store_bytes(value: Self::I, to: &mut [u8; LANES]) {
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(value)) }
    }
    #[inline(always)]
    fn turn(square: [Self::F; LANES]) -> [Self::F; LANES] {
        unsafe {
            let mut pairs = square;
            for at in (0..LANES).step_by(2) {
                pairs[at] = _mm512_unpacklo_ps(square[at], square[at + 1]);
                pairs[at + 1] = _mm512_unpackhi_ps(square[at], square[at + 1]);
            }
            let mut fours = pairs;
            for at in (0..LANES).step_by(4) {
                fours[at] = _mm512_shuffle_ps::<0b01_00_01_00>(pairs[at], pairs[at + 2]);
                fours[at + 1] = _mm512_shuffle_ps::<0b11_10_11_10>(pairs[at], pairs[at + 2]);
                fours[at + 2] = _mm512_shuffle_ps::<0b01_00_01_00>(pairs[at + 1], pairs[at + 3]);
                fours[at + 3] = _mm512_shuffle_ps::<0b11_10_11_10>(pairs[at + 1], pairs[at + 3]);
            }
            // The quarters of each are now of four rows, and every fourth column's: they change places like numbers do.
            let mut out = fours;
            for at in 0..4 {
                let [a, b, c, d] = [fours[at], fours[at + 4], fours[at + 8], fours[at + 12]];
                let even = [_mm512_shuffle_f32x4::<0b10_00_10_00>(a, b), _mm512_shuffle_f32x4::<0b10_00_10_00>(c, d)];
                let odd = [_mm512_shuffle_f32x4::<0b11_01_11_01>(a, b), _mm512_shuffle_f32x4::<0b11_01_11_01>(c, d)];
                out[at] = _mm512_shuffle_f32x4::<0b10_00_10_00>(even[0], even[1]);
                out[at + 4] = _mm512_shuffle_f32x4::<0b10_00_10_00>(odd[0], odd[1]);
                out[at + 8] = _mm512_shuffle_f32x4::<0b11_01_11_01>(even[0], even[1]);
                out[at + 12] = _mm512_shuffle_f32x4::<0b11_01_11_01>(odd[0], odd[1]);
            }
            out
        }
    }
    #[inline(always)]
    fn store_fours(of: [Self::I; 4], to: &mut [[u8; 4]; LANES]) {
        unsafe {
            let [a, b, c, d] = of.map(|value| _mm512_and_si512(value, _mm512_set1_epi32(0xff)));
            let low = _mm512_or_si512(a, _mm512_slli_epi32::<8>(b));
            let high = _mm512_or_si512(_mm512_slli_epi32::<16>(c), _mm512_slli_epi32::<24>(d));
            _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_or_si512(low, high))
        }
    }
}

/// The methods of two vectors of 256 bits.
macro_rules! lanes_of_two_vectors {
    ($path:ty) => {
        impl Lanes for $path {
            type F = [__m256; 2];
            type I = [__m256i; 2];

            #[inline(always)]
            fn splat(value: f32) -> Self::F {
                unsafe { [_mm256_set1_ps(value); 2] }
            }
            #[inline(always)]
            fn load(from: &[f32; LANES]) -> Self::F {
                unsafe { [_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))] }
            }
            #[inline(always)]
            fn store(value: Self::F, to: &mut [f32; LANES]) {
                unsafe {
                    _mm256_storeu_ps(to.as_mut_ptr(), value[0]);
                    _mm256_storeu_ps(to.as_mut_ptr().add(8), value[1]);
                }
            }
            #[inline(always)]
            fn add(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn sub(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn mul(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn div(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_div_ps(a[0], b[0]), _mm256_div_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn fused(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
                unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
            }
            #[inline(always)]
            fn least(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn greatest(a: Self::F, b: Self::F) -> Self::F {
                unsafe { [_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])] }
            }
            #[inline(always)]
            fn sum(value: Self::F) -> f32 {
                unsafe { sum_of_eight(_mm256_add_ps(value[0], value[1])) }
            }
            #[inline(always)]
            fn most(value: Self::F) -> f32 {
                unsafe { most_of_eight(_mm256_max_ps(value[0], value[1])) }
            }
            #[inline(always)]
            fn splat_whole(value: i32) -> Self::I {
                unsafe { [_mm256_set1_epi32(value); 2] }
            }
            #[inline(always)]
            fn load_whole(from: &[i32; LANES]) -> Self::I {
                unsafe { [_mm256_loadu_si256(from.as_ptr().cast()), _mm256_loadu_si256(from.as_ptr().add(8).cast())] }
            }
            #[inline(always)]
            fn load_bytes(from: &[u8; LANES]) -> Self::I {
                unsafe {
                    let bytes = _mm_loadu_si128(from.as_ptr().cast());
                    [_mm256_cvtepi8_epi32(bytes), _mm256_cvtepi8_epi32(_mm_srli_si128::<8>(bytes))]
                }
            }
            #[inline(always)]
            fn add_whole(a: Self::I, b: Self::I) -> Self::I {
                unsafe { [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])] }
            }
            #[inline(always)]
            fn sub_whole(a: Self::I, b: Self::I) -> Self::I {
                unsafe { [_mm256_sub_epi32(a[0], b[0]), _mm256_sub_epi32(a[1], b[1])] }
            }
            #[inline(always)]
            fn mul_whole(a: Self::I, b: Self::I) -> Self::I {
                unsafe { [_mm256_mullo_epi32(a[0], b[0]), _mm256_mullo_epi32(a[1], b[1])] }
            }
            #[inline(always)]
            fn sum_whole(value: Self::I) -> i32 {
                unsafe {
                    let eight = _mm256_add_epi32(value[0], value[1]);
                    let four = _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256::<1>(eight));
                    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
                    _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
                }
            }
            #[inline(always)]
            fn to_exponent(value: Self::I) -> Self::I {
                unsafe { [_mm256_slli_epi32::<23>(value[0]), _mm256_slli_epi32::<23>(value[1])] }
            }
            #[inline(always)]
            fn to_number(value: Self::I) -> Self::F {
                unsafe { [_mm256_cvtepi32_ps(value[0]), _mm256_cvtepi32_ps(value[1])] }
            }
            #[inline(always)]
            fn bits(value: Self::F) -> Self::I {
                unsafe { [_mm256_castps_si256(value[0]), _mm256_castps_si256(value[1])] }
            }
            #[inline(always)]
            fn from_bits(value: Self::I) -> Self::F {
                unsafe { [_mm256_castsi256_ps(value[0]), _mm256_castsi256_ps(value[1])] }
            }
            #[inline(always)]
            fn store_bytes(value: Self::I, to: &mut [u8; LANES]) {
                unsafe {
                    let byte = _mm256_set1_epi32(0xff);
                    let words = sixteen_words([_mm256_and_si256(value[0], byte), _mm256_and_si256(value[1], byte)]);
                    let bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
                    _mm_storeu_si128(to.as_mut_ptr().cast(), bytes)
                }
            }
            #[inline(always)]
            fn turn(square: [Self::F; LANES]) -> [Self::F; LANES] {
                let mut out = square;
                for down in [0, 8] {
                    for across in 0..2 {
                        let part = std::array::from_fn(|nth| square[down + nth][across]);
                        let turned = unsafe { turn_eight(part) };
                        for (nth, turned) in turned.into_iter().enumerate() {
                            out[8 * across + nth][down / 8] = turned;
                        }
                    }
                }
                out
            }
            #[inline(always)]
            fn store_fours(of: [Self::I; 4], to: &mut [[u8; 4]; LANES]) {
                unsafe {
                    for half in 0..2 {
                        let [a, b, c, d] = of.map(|value| _mm256_and_si256(value[half], _mm256_set1_epi32(0xff)));
                        let low = _mm256_or_si256(a, _mm256_slli_epi32::<8>(b));
                        let high = _mm256_or_si256(_mm256_slli_epi32::<16>(c), _mm256_slli_epi32::<24>(d));
                        _mm256_storeu_si256(to.as_mut_ptr().add(8 * half).cast(), _mm256_or_si256(low, high));
                    }
                }
            }
        }
    };
}

lanes_of_two_vectors!(AvxVnni);
lanes_of_two_vectors!(Avx2);
