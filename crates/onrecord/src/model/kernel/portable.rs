//! The integer product in plain Rust, for processors that have no path of their own.

use super::{Dot, LANES, STEP, Tile};

pub(super) struct Portable;

/// The sums of a tile, each step of which joins 32 bits of `a` with 32 of `w`.
///
/// # Safety
/// As for [`Dot`].
#[inline(always)]
unsafe fn tile<const G: usize>(
    a: *const u8,
    stride: usize,
    steps: usize,
    w: *const u8,
    tile: &mut Tile,
    dot: impl Fn([u8; STEP], [u8; STEP]) -> i32,
) {
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
                    sums[lane] += dot(*a, w[lane]);
                }
            }
        }
    }
}

impl Dot for Portable {
    #[inline(always)]
    unsafe fn bytes<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, sums: &mut Tile) {
        let dot = |a: [u8; STEP], w: [u8; STEP]| (0..STEP).map(|k| i32::from(a[k]) * i32::from(w[k] as i8)).sum();
        // SAFETY: the caller's.
        unsafe { tile::<G>(a, stride, steps, w, sums, dot) }
    }

    #[inline(always)]
    unsafe fn words<const G: usize>(a: *const u8, stride: usize, steps: usize, w: *const u8, sums: &mut Tile) {
        let word = |of: [u8; STEP], k: usize| i32::from(i16::from_ne_bytes([of[2 * k], of[2 * k + 1]]));
        let dot = |a: [u8; STEP], w: [u8; STEP]| word(a, 0) * word(w, 0) + word(a, 1) * word(w, 1);
        // SAFETY: the caller's.
        unsafe { tile::<G>(a, stride, steps, w, sums, dot) }
    }
}
