//! Attention of one head (Vaswani et al. 2017), its products in 16-bit whole numbers.

use super::lanes::{self, greatest, power_of_two, round_signed};
use super::*;

/// Numbers of a head's queries, keys and values: the one size that the code is laid out for.
pub(crate) const HEAD: usize = 32;
/// The most rows that can attend to each other. With it the sums of products stay within 32 bits:
/// 256 × 4095 × 2047 and 32 × 4095² are both below 2³¹.
pub(crate) const MOST_ROWS: usize = 256;
/// Queries and keys are rounded to ± this, with a scale for each row,
const MOST_KEY: f32 = 4095.0;
/// attention weights to 0 … this, where the greatest of a row is always this,
const MOST_SHARE: f32 = 4095.0;
/// and values to ± this, with a scale for each column.
const MOST_VALUE: f32 = 2047.0;

/// A step's share of 16 lanes: two words each.
type Words = [[i16; 2]; LANES];

/// Room for one head's operands.
#[derive(Debug)]
pub(crate) struct Attention {
    /// Queries, row by row.
    queries: Vec<[i16; HEAD]>,
    query_scale: Vec<f32>,
    /// Keys: [rows / 16][HEAD / 2] steps.
    keys: Vec<[Words; HEAD / 2]>,
    key_scale: Vec<f32>,
    /// 0, or far below everything where there is no row.
    mask: Vec<f32>,
    /// Values: [HEAD / 16][rows / 2] steps.
    values: [Vec<Words>; HEAD / LANES],
    /// What one tile of rows attends to: scores, then whole-number shares.
    scores: Vec<[f32; MOST_ROWS]>,
    shares: Vec<[i16; MOST_ROWS]>,
}

impl Attention {
    /// Room for [`MOST_ROWS`] rows.
    pub(crate) fn new() -> Attention {
        Attention {
            queries: vec![[0; HEAD]; MOST_ROWS],
            query_scale: vec![0.0; MOST_ROWS],
            keys: vec![[[[0; 2]; LANES]; HEAD / 2]; MOST_ROWS / LANES],
            key_scale: vec![0.0; MOST_ROWS],
            mask: vec![0.0; MOST_ROWS],
            values: std::array::from_fn(|_| vec![[[0; 2]; LANES]; MOST_ROWS / 2]),
            scores: vec![[0.0; MOST_ROWS]; TILE_ROWS],
            shares: vec![[0; MOST_ROWS]; TILE_ROWS],
        }
    }
}

on_every_path! {
    /// Lets the first `count` rows attend to each other. Each row of `qkv` holds a head's query, key and value,
    /// [`HEAD`] numbers each; the results go to columns `at..at + HEAD` of `out`, whose rows are `width` long. Both hold
    /// whole tiles of rows.
    fn attend(qkv: &[f32], count: usize, room: &mut Attention, out: &mut [f32], width: usize, at: usize) = attend_body;
}

#[inline(always)]
fn attend_body<D: Dot>(qkv: &[f32], count: usize, room: &mut Attention, out: &mut [f32], width: usize, at: usize) {
    let rows = qkv.len() / (3 * HEAD);
    assert!(rows <= MOST_ROWS && rows % TILE_ROWS == 0 && 0 < count && count <= rows && out.len() == rows * width);
    let value_scale = round_operands(qkv, count, room);
    let groups = count.div_ceil(LANES);
    for (first, out) in (0..rows).step_by(TILE_ROWS).zip(out.chunks_exact_mut(TILE_ROWS * width)) {
        let mut greatest_score = [[-1e30; LANES]; TILE_ROWS];
        let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
        let queries = room.queries[first..first + TILE_ROWS].as_ptr().cast();
        let mut group = 0;
        while group < groups {
            let taken = (groups - group).min(TILE_GROUPS);
            let keys = room.keys[group..group + taken].as_ptr().cast();
            // SAFETY: a tile of queries is TILE_ROWS rows of 2 × HEAD bytes, `taken` groups of keys are HEAD / 2 steps
            // each, and `on_every_path` instantiates each instruction set only in code compiled for it.
            unsafe {
                match taken {
                    3 => D::words::<3>(queries, 2 * HEAD, HEAD / 2, keys, &mut sums),
                    2 => D::words::<2>(queries, 2 * HEAD, HEAD / 2, keys, &mut sums),
                    _ => D::words::<1>(queries, 2 * HEAD, HEAD / 2, keys, &mut sums),
                }
            }
            for row in 0..TILE_ROWS {
                let scale = room.query_scale[first + row];
                for (nth, sums) in sums[row].iter().take(taken).enumerate() {
                    let place = (group + nth) * LANES..(group + nth + 1) * LANES;
                    let key_scale: &[f32; LANES] = room.key_scale[place.clone()].try_into().expect("lanes");
                    let mask: &[f32; LANES] = room.mask[place.clone()].try_into().expect("lanes");
                    let scores: &mut [f32; LANES] = (&mut room.scores[row][place]).try_into().expect("lanes");
                    for i in 0..LANES {
                        scores[i] = (sums[i] as f32 * scale).mul_add(key_scale[i], mask[i]);
                    }
                    greatest_score[row] = lanes::zip(greatest_score[row], *scores, greatest);
                }
            }
            group += taken;
        }

        let mut whole = [0; TILE_ROWS];
        for row in 0..TILE_ROWS {
            let greatest_score = lanes::join(greatest_score[row], greatest);
            let (scores, _) = room.scores[row].as_chunks::<LANES>();
            let (shares, _) = room.shares[row].as_chunks_mut::<LANES>();
            let mut sum = [0; LANES];
            for (scores, shares) in scores.iter().zip(shares).take(groups) {
                for i in 0..LANES {
                    let share = round_signed(power_of_two(scores[i] - greatest_score), MOST_SHARE, MOST_SHARE);
                    shares[i] = share as i16;
                    sum[i] += share;
                }
            }
            whole[row] = sum.iter().sum();
        }

        let shares = room.shares.as_ptr().cast();
        for (nth, values) in room.values.iter().enumerate() {
            let steps = groups * LANES / 2;
            let values = values[..steps].as_ptr().cast();
            // SAFETY: a row of shares has room for every step, there are TILE_ROWS of them, and `steps` steps of values.
            unsafe { D::words::<1>(shares, 2 * MOST_ROWS, steps, values, &mut sums) }
            let scale: &[f32; LANES] = value_scale[nth * LANES..(nth + 1) * LANES].try_into().expect("lanes");
            for (row, out) in out.chunks_exact_mut(width).enumerate() {
                let part = 1.0 / whole[row] as f32;
                let out = &mut out[at + nth * LANES..at + (nth + 1) * LANES];
                for i in 0..LANES {
                    out[i] = sums[row][0][i] as f32 * part * scale[i];
                }
            }
        }
    }
}

/// Rounds a head's queries, keys and values into `room`; returns the scale of each column of values.
#[inline(always)]
fn round_operands(qkv: &[f32], count: usize, room: &mut Attention) -> [f32; HEAD] {
    /// Scores are divided by the root of a head's size, and exponentials taken to base 2.
    const TO_SCORE: f32 = std::f32::consts::LOG2_E * 0.176_776_7;
    let (rows, _) = qkv.as_chunks::<{ 3 * HEAD }>();
    let part = |row: &[f32; 3 * HEAD], nth: usize| -> [f32; HEAD] {
        row[nth * HEAD..(nth + 1) * HEAD].try_into().expect("a head's part")
    };
    for (at, row) in rows.iter().enumerate() {
        let (inverse, scale) = fit(&part(row, 0), MOST_KEY);
        room.query_scale[at] = scale * TO_SCORE;
        room.queries[at] = lanes::map(&part(row, 0), |value| round_signed(value, inverse, MOST_KEY) as i16);
        let (inverse, scale) = fit(&part(row, 1), MOST_KEY);
        room.key_scale[at] = scale;
        let key = lanes::map(&part(row, 1), |value| round_signed(value, inverse, MOST_KEY) as i16);
        for (step, &words) in key.as_chunks::<2>().0.iter().enumerate() {
            room.keys[at / LANES][step][at % LANES] = words;
        }
    }
    for (at, mask) in room.mask.iter_mut().enumerate() {
        *mask = if at < count { 0.0 } else { -1e30 };
    }

    let mut most = [0.0; HEAD];
    for row in &rows[..count] {
        let value = part(row, 2);
        for i in 0..HEAD {
            most[i] = greatest(most[i], value[i].abs());
        }
    }
    let most = lanes::map(&most, |most| greatest(most, 1e-30));
    let inverse = lanes::map(&most, |most| MOST_VALUE / most);
    for (step, pair) in rows.chunks(2).enumerate() {
        for (nth, values) in room.values.iter_mut().enumerate() {
            for lane in 0..LANES {
                let column = nth * LANES + lane;
                for (word, row) in pair.iter().enumerate() {
                    let value = row[2 * HEAD + column];
                    values[step][lane][word] = round_signed(value, inverse[column], MOST_VALUE) as i16;
                }
            }
        }
    }
    lanes::map(&most, |most| most / MOST_VALUE)
}

/// The factor that brings the greatest of some numbers to `most`, and the one that brings it back.
#[inline(always)]
fn fit(values: &[f32; HEAD], most: f32) -> (f32, f32) {
    let (halves, _) = values.as_chunks::<LANES>();
    let widest = lanes::zip(lanes::map(&halves[0], f32::abs), lanes::map(&halves[1], f32::abs), greatest);
    let widest = greatest(lanes::join(widest, greatest), 1e-30);
    (most / widest, widest / most)
}
