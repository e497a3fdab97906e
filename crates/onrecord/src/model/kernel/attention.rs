//! Attention of one head (Vaswani et al. 2017), its products in 16-bit whole numbers.

use super::lanes::{self, groups_of, groups_of_mut, power_of_two, sixteen, sixteen_mut};
use super::*;

/// Numbers of a head's queries, keys and values: the one size that the code is laid out for.
pub(crate) const HEAD: usize = 64;
/// Groups of lanes of a head.
const GROUPS: usize = HEAD / LANES;
/// Groups of a head's values that the inner loop takes at once.
const VALUE_GROUPS: usize = 2;
/// The most rows that can attend to each other. With it the sums of products stay within 32 bits:
/// 256 × 4095 × 2047 and 64 × 4095² are both below 2³¹.
pub(crate) const MOST_ROWS: usize = 256;
/// Distances from one row to another, from −255 to 255, and one to fill the lanes.
pub(crate) const DISTANCES: usize = 2 * MOST_ROWS;
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
    /// Values: [GROUPS][rows / 2] steps, for as many rows as there are.
    values: Vec<Words>,
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
            values: vec![[[0; 2]; LANES]; GROUPS * MOST_ROWS / 2],
            scores: vec![[0.0; MOST_ROWS]; TILE_ROWS],
            shares: vec![[0; MOST_ROWS]; TILE_ROWS],
        }
    }
}

/// What one head has of rows that attend to each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    /// A query, a key and a value a row, [`HEAD`] numbers each; whole tiles of rows.
    pub(crate) qkv: &'a [f32],
    /// How many of the rows there are, the first ones.
    pub(crate) count: usize,
    /// How many times as much a row attends to one that stands so far from it, as a binary logarithm: first what stands furthest
    /// before it.
    pub(crate) distances: &'a [f32; DISTANCES],
}

on_every_path! {
    /// Lets rows attend to each other. The results go to columns `at..at + HEAD` of `out`, whole tiles of rows `width` long.
    fn attend(head: Head<'_>, room: &mut Attention, out: &mut [f32], width: usize, at: usize) = attend_body;
}

#[inline(always)]
fn attend_body<D: Dot>(head: Head<'_>, room: &mut Attention, out: &mut [f32], width: usize, at: usize) {
    let Head { qkv, count, distances } = head;
    let rows = qkv.len() / (3 * HEAD);
    assert!(
        rows <= MOST_ROWS && rows.is_multiple_of(TILE_ROWS) && 0 < count && count <= rows && out.len() == rows * width
    );
    let value_scale = round_operands::<D>(qkv, count, room);
    let groups = count.div_ceil(LANES);
    for (first, out) in (0..rows).step_by(TILE_ROWS).zip(out.chunks_exact_mut(TILE_ROWS * width)) {
        let mut highest = [D::splat(-1e30); TILE_ROWS];
        let mut group = 0;
        while group < groups {
            let taken = (groups - group).min(TILE_GROUPS);
            match taken {
                3 => score::<D, 3>(room, distances, first, group, &mut highest),
                2 => score::<D, 2>(room, distances, first, group, &mut highest),
                _ => score::<D, 1>(room, distances, first, group, &mut highest),
            }
            group += taken;
        }

        let mut whole = [0; TILE_ROWS];
        for row in 0..TILE_ROWS {
            let highest = D::splat(D::most(highest[row]));
            let (scores, _) = room.scores[row].as_chunks::<LANES>();
            let (shares, _) = room.shares[row].as_chunks_mut::<LANES>();
            let mut sum = D::splat_whole(0);
            for (scores, shares) in scores.iter().zip(shares).take(groups) {
                let power = power_of_two::<D>(D::sub(D::load(scores), highest));
                let share = lanes::round::<D>(power, D::splat(MOST_SHARE), 0.0, MOST_SHARE);
                D::store_words(share, shares);
                sum = D::add_whole(sum, share);
            }
            whole[row] = D::sum_whole(sum);
        }

        let steps = groups * LANES / 2;
        let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
        let values = room.values[..GROUPS * steps].chunks_exact(VALUE_GROUPS * steps);
        for ((values, scale), at) in
            values.zip(value_scale.as_chunks::<VALUE_GROUPS>().0).zip((at..).step_by(VALUE_GROUPS * LANES))
        {
            let shares = room.shares.as_ptr().cast();
            // SAFETY: a row of shares has room for every step, there are TILE_ROWS of them, and each group of values is
            // `steps` steps long.
            unsafe { D::words::<VALUE_GROUPS>(shares, 2 * MOST_ROWS, steps, values.as_ptr().cast(), &mut sums) }
            for (row, out) in out.chunks_exact_mut(width).enumerate() {
                let part = D::splat(1.0 / whole[row] as f32);
                for (nth, scale) in scale.iter().enumerate() {
                    let value = D::mul(D::to_number(D::load_whole(&sums[row][nth])), *scale);
                    D::store(D::mul(value, part), sixteen_mut(&mut out[at + nth * LANES..]));
                }
            }
        }
    }
}

/// How much a tile of rows, the `first` and those behind it, attends to `G` groups of rows; `highest` is raised to the
/// highest score of each.
#[inline(always)]
fn score<D: Dot, const G: usize>(
    room: &mut Attention,
    distances: &[f32; DISTANCES],
    first: usize,
    group: usize,
    highest: &mut [D::F; TILE_ROWS],
) {
    let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
    let queries = room.queries[first..first + TILE_ROWS].as_ptr().cast();
    let keys = room.keys[group..group + G].as_ptr().cast();
    // SAFETY: a tile of queries is TILE_ROWS rows of 2 × HEAD bytes, G groups of keys are HEAD / 2 steps each, and
    // `on_every_path` instantiates each instruction set only in code compiled for it.
    unsafe { D::words::<G>(queries, 2 * HEAD, HEAD / 2, keys, &mut sums) }
    let at = group * LANES;
    let (key_scale, mask) = (groups_of::<_, G>(&room.key_scale[at..]), groups_of::<_, G>(&room.mask[at..]));
    let scales: &[f32; TILE_ROWS] = room.query_scale[first..].first_chunk().expect("rows come in whole tiles");
    for (row, (((sums, scale), scores), highest)) in
        sums.iter().zip(scales).zip(&mut room.scores).zip(highest).enumerate()
    {
        let scores = groups_of_mut::<_, G>(&mut scores[at..]);
        let distances = groups_of::<_, G>(&distances[MOST_ROWS - 1 + at - (first + row)..]);
        for nth in 0..G {
            let score = D::mul(D::to_number(D::load_whole(&sums[nth])), D::splat(*scale));
            let score = D::fused(score, D::load(&key_scale[nth]), D::load(&mask[nth]));
            let score = D::add(score, D::load(&distances[nth]));
            D::store(score, &mut scores[nth]);
            *highest = D::greatest(*highest, score);
        }
    }
}

/// Rounds a head's queries, keys and values into `room`; returns the scale of each column of values.
#[inline(always)]
fn round_operands<D: Dot>(qkv: &[f32], count: usize, room: &mut Attention) -> [D::F; GROUPS] {
    /// Scores are divided by the root of a head's size, and exponentials taken to base 2.
    const TO_SCORE: f32 = std::f32::consts::LOG2_E * 0.125;
    let (rows, _) = qkv.as_chunks::<{ 3 * HEAD }>();
    for (at, row) in rows.iter().enumerate() {
        let query = &mut room.queries[at];
        room.query_scale[at] = round_row::<D>(&row[..HEAD], query) * TO_SCORE;
        let mut key = [0; HEAD];
        room.key_scale[at] = round_row::<D>(&row[HEAD..], &mut key);
        let keys = &mut room.keys[at / LANES];
        for (step, &words) in key.as_chunks::<2>().0.iter().enumerate() {
            keys[step][at % LANES] = words;
        }
    }
    for (at, mask) in room.mask.iter_mut().enumerate() {
        *mask = if at < count { 0.0 } else { -1e30 };
    }
    let mut scale = [D::splat(0.0); GROUPS];
    let steps = count.div_ceil(LANES) * LANES / 2;
    for (nth, (scale, values)) in scale.iter_mut().zip(room.values.chunks_exact_mut(steps)).enumerate() {
        let part = |row: &[f32; 3 * HEAD]| D::load(sixteen(&row[2 * HEAD + nth * LANES..]));
        let mut most = D::splat(1e-30);
        for row in &rows[..count] {
            most = D::greatest(most, lanes::absolute::<D>(part(row)));
        }
        let inverse = D::div(D::splat(MOST_VALUE), most);
        for (pair, values) in rows.as_chunks::<2>().0.iter().zip(values) {
            let [a, b] = [
                lanes::round::<D>(part(&pair[0]), inverse, -MOST_VALUE, MOST_VALUE),
                lanes::round::<D>(part(&pair[1]), inverse, -MOST_VALUE, MOST_VALUE),
            ];
            D::store_pairs(a, b, values);
        }
        *scale = D::div(most, D::splat(MOST_VALUE));
    }
    scale
}

/// Rounds the first [`HEAD`] numbers of `row`; returns their scale.
#[inline(always)]
fn round_row<D: Dot>(row: &[f32], out: &mut [i16; HEAD]) -> f32 {
    let parts = groups_of::<_, GROUPS>(row);
    let mut widest = D::splat(0.0);
    for part in parts {
        widest = D::greatest(widest, lanes::absolute::<D>(D::load(part)));
    }
    let widest = D::most(widest).max(1e-30);
    let inverse = D::splat(MOST_KEY / widest);
    for (part, out) in parts.iter().zip(out.as_chunks_mut().0) {
        D::store_words(lanes::round::<D>(D::load(part), inverse, -MOST_KEY, MOST_KEY), out);
    }
    widest / MOST_KEY
}
