//! Plain Rust, for processors that have no path of their own.

use super::lanes::Lanes;
use super::sparse::{Entry, Sums, TURN};
use super::{Dot, LANES, STEP, Tile};

pub(super) struct Portable;

impl Dot for Portable {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, tile: &mut Tile) {
        for (r, sums) in tile.iter_mut().enumerate() {
            // SAFETY: the caller vouches for the bytes of every row.
            let row = unsafe { std::slice::from_raw_parts(a.add(r * stride), steps * STEP) };
            let (row, _) = row.as_chunks::<STEP>();
            for (g, sums) in sums.iter_mut().enumerate().take(G) {
                let length = steps * STEP * LANES;
                // SAFETY: the caller vouches for the bytes of every group.
                let group = unsafe { std::slice::from_raw_parts(w.add(g * length), length) };
                *sums = [0; LANES];
                for (a, w) in row.iter().zip(group.as_chunks::<STEP>().0.as_chunks::<LANES>().0) {
                    for lane in 0..LANES {
                        sums[lane] += dot(*a, w[lane].map(|w| w as i8));
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn entries<const V: usize>(tile: *const u8, entries: &[[Entry; TURN]], start: i32, sums: &mut Sums) {
        sums[..V].fill([start; LANES]);
        for entry in entries.as_flattened() {
            // SAFETY: the caller vouches for the bytes that an entry multiplies.
            let bytes = unsafe { std::slice::from_raw_parts(tile.add(entry.at as usize), V * LANES * STEP) };
            for (sum, bytes) in sums.as_flattened_mut().iter_mut().zip(bytes.as_chunks::<STEP>().0) {
                *sum += dot(*bytes, entry.weights);
            }
        }
    }
}

/// The sum of the products of four.
#[inline(always)]
fn dot(a: [u8; STEP], w: [i8; STEP]) -> i32 {
    (0..STEP).map(|k| i32::from(a[k]) * i32::from(w[k])).sum()
}

/// What `of` makes of each two.
#[inline(always)]
fn each<A: Copy, B: Copy, C: Copy + Default>(a: [A; LANES], b: [B; LANES], of: impl Fn(A, B) -> C) -> [C; LANES] {
    let mut out = [C::default(); LANES];
    for i in 0..LANES {
        out[i] = of(a[i], b[i]);
    }
    out
}

/// All lanes joined, halves onto halves.
#[inline(always)]
fn join(mut lanes: [f32; LANES], of: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = of(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

impl Lanes for Portable {
    type F = [f32; LANES];
    type I = [i32; LANES];

    #[inline(always)]
    fn splat(value: f32) -> Self::F {
        [value; LANES]
    }
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self::F {
        *from
    }
    #[inline(always)]
    fn store(value: Self::F, to: &mut [f32; LANES]) {
        *to = value;
    }
    #[inline(always)]
    fn add(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn fused(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        let mut out = c;
        for i in 0..LANES {
            out[i] = a[i].mul_add(b[i], c[i]);
        }
        out
    }
    #[inline(always)]
    fn least(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn greatest(a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn sum(value: Self::F) -> f32 {
        join(value, |a, b| a + b)
    }
    #[inline(always)]
    fn most(value: Self::F) -> f32 {
        join(value, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn splat_whole(value: i32) -> Self::I {
        [value; LANES]
    }
    #[inline(always)]
    fn load_whole(from: &[i32; LANES]) -> Self::I {
        *from
    }
    #[inline(always)]
    fn load_bytes(from: &[u8; LANES]) -> Self::I {
        each(*from, *from, |value, _| i32::from(value as i8))
    }
    #[inline(always)]
    fn add_whole(a: Self::I, b: Self::I) -> Self::I {
        each(a, b, i32::wrapping_add)
    }
    #[inline(always)]
    fn sub_whole(a: Self::I, b: Self::I) -> Self::I {
        each(a, b, i32::wrapping_sub)
    }
    #[inline(always)]
    fn mul_whole(a: Self::I, b: Self::I) -> Self::I {
        each(a, b, i32::wrapping_mul)
    }
    #[inline(always)]
    fn sum_whole(value: Self::I) -> i32 {
        value.into_iter().fold(0, i32::wrapping_add)
    }
    #[inline(always)]
    fn to_exponent(value: Self::I) -> Self::I {
        each(value, value, |value, _| value << 23)
    }
    #[inline(always)]
    fn to_number(value: Self::I) -> Self::F {
        each(value, value, |value, _| value as f32)
    }
    #[inline(always)]
    fn bits(value: Self::F) -> Self::I {
        each(value, value, |value, _| value.to_bits() as i32)
    }
    #[inline(always)]
    fn from_bits(value: Self::I) -> Self::F {
        each(value, value, |value, _| f32::from_bits(value as u32))
    }
    #[inline(always)]
    fn store_bytes(value: Self::I, to: &mut [u8; LANES]) {
        *to = each(value, value, |value, _| value as u8);
    }
    #[inline(always)]
    fn turn(square: [Self::F; LANES]) -> [Self::F; LANES] {
        std::array::from_fn(|column| std::array::from_fn(|row| square[row][column]))
    }
    #[inline(always)]
    fn store_fours(of: [Self::I; 4], to: &mut [[u8; 4]; LANES]) {
        for (lane, to) in to.iter_mut().enumerate() {
            *to = of.map(|value| value[lane] as u8);
        }
    }
}
