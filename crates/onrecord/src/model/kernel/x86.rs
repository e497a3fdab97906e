//! The integer products on x86-64.

use std::arch::x86_64::*;

use super::{Dot, LANES, STEP, TILE_ROWS, Tile};

/// `vpdpbusd` and `vpdpwssd` on vectors of 512 bits: Ice Lake, Zen 4 and later.
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

/// A tile on vectors of 512 bits; `dot` adds the products of a step to the sums.
///
/// # Safety
/// As for [`Dot`].
#[inline(always)]
unsafe fn wide<const G: usize>(
    a: *const u8,
    stride: usize,
    steps: usize,
    w: *const u8,
    tile: &mut Tile,
    dot: impl Fn(__m512i, __m512i, __m512i) -> __m512i,
) {
    // SAFETY: the caller vouches for the bytes of every row and every group, and for the instructions.
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
                    sums[g] = dot(sums[g], a, weights[g]);
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

/// A tile on vectors of 256 bits. What `prepare` makes of the weights is kept for all rows; `dot` adds to the sums.
///
/// # Safety
/// As for [`Dot`].
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

// SAFETY, for all that follows: whoever calls these methods vouches for the bytes and for the instructions.

impl Dot for Avx512Vnni {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        unsafe { wide::<G>(a, stride, steps, w, tile, |sums, a, w| _mm512_dpbusd_epi32(sums, a, w)) }
    }

    #[inline(always)]
    unsafe fn words<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        unsafe { wide::<G>(a, stride, steps, w, tile, |sums, a, w| _mm512_dpwssd_epi32(sums, a, w)) }
    }
}

impl Dot for AvxVnni {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        let dot = |sums, a, w| unsafe { _mm256_dpbusd_avx_epi32(sums, a, w) };
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, |w| w, dot) }
    }

    #[inline(always)]
    unsafe fn words<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        let dot = |sums, a, w| unsafe { _mm256_dpwssd_avx_epi32(sums, a, w) };
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, |w| w, dot) }
    }
}

impl Dot for Avx2 {
    /// `vpmaddubsw` would saturate; so even and odd bytes are widened to 16 bits each, where `vpmaddwd` is exact.
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        let prepare = |w| unsafe {
            let even = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(w));
            (even, _mm256_srai_epi16::<8>(w))
        };
        let dot = |sums, a, (even, odd): (__m256i, __m256i)| unsafe {
            let pairs = _mm256_madd_epi16(_mm256_and_si256(a, _mm256_set1_epi16(0xff)), even);
            let others = _mm256_madd_epi16(_mm256_srli_epi16::<8>(a), odd);
            _mm256_add_epi32(sums, _mm256_add_epi32(pairs, others))
        };
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, prepare, dot) }
    }

    #[inline(always)]
    unsafe fn words<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        let dot = |sums, a, w| unsafe { _mm256_add_epi32(sums, _mm256_madd_epi16(a, w)) };
        unsafe { narrow::<G, _>(a, stride, steps, w, tile, |w| w, dot) }
    }
}
