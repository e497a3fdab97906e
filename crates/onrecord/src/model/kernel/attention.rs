//! Attention of one head (Vaswani et al. 2017), its products in 8-bit whole numbers.

use super::lanes::{self, groups_of, groups_of_mut, sixteen, sixteen_mut};
use super::*;

/// Numbers of a head's queries, keys and values: the one size that the code is laid out for.
pub(crate) const HEAD: usize = 64;
/// Groups of lanes of a head.
const GROUPS: usize = HEAD / LANES;
/// Groups of a head's values that the inner loop takes at once.
const VALUE_GROUPS: usize = 2;
/// The most rows that can attend to each other. With it the sums of products stay below 2²⁴, where a number of 32 bits holds
/// every whole one: 256 × 255 × 127 and 64 × 255 × 127.
pub(crate) const MOST_ROWS: usize = 256;
/// Distances from one row to another, from −255 to 255, and one to fill the lanes.
pub(crate) const DISTANCES: usize = 2 * MOST_ROWS;
/// Queries and keys are rounded to ± this with a scale for each row, and values with one for each column. Attention weights
/// are rounded to 0 … 255, where the greatest of a row is always 255.
const MOST: f32 = 127.0;
/// What is added to queries, for the product takes no sign of them.
const ZERO: i32 = 128;

/// A step's share of 16 lanes: four bytes each.
type Bytes = [[u8; STEP]; LANES];

/// Room for one head's operands.
#[derive(Debug)]
pub(crate) struct Attention {
    /// Queries, row by row.
    queries: Vec<[u8; HEAD]>,
    query_scale: Vec<f32>,
    /// Keys: [rows / 16][HEAD / 4] steps.
    keys: Vec<[Bytes; HEAD / STEP]>,
    key_scale: Vec<f32>,
    /// What a key's products have too much of, for [`ZERO`].
    excess: Vec<i32>,
    /// Values: [GROUPS][rows / 4] steps, for as many rows as there are.
    values: Vec<Bytes>,
    /// What one tile of rows attends to: scores, then whole-number shares.
    scores: Vec<[f32; MOST_ROWS]>,
    shares: Vec<[u8; MOST_ROWS]>,
}

impl Attention {
    /// Room for [`MOST_ROWS`] rows.
    pub(crate) fn new() -> Attention {
        Attention {
            queries: vec![[0; HEAD]; MOST_ROWS],
            query_scale: vec![0.0; MOST_ROWS],
            keys: vec![[[[0; STEP]; LANES]; HEAD / STEP]; MOST_ROWS / LANES],
            key_scale: vec![0.0; MOST_ROWS],
            excess: vec![0; MOST_ROWS],
            values: vec![[[0; STEP]; LANES]; GROUPS * MOST_ROWS / STEP],
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
    let last = groups - 1;
    let absent = std::array::from_fn(|lane| if last * LANES + lane < count { 0.0 } else { -1e30 });
    let near = Near { distances, last, absent: &absent };
    for (first, out) in (0..rows).step_by(TILE_ROWS).zip(out.chunks_exact_mut(TILE_ROWS * width)) {
        let mut highest = [D::splat(-1e30); TILE_ROWS];
        let mut group = 0;
        while group < groups {
            let taken = (groups - group).min(TILE_GROUPS);
            match taken {
                3 => score::<D, 3>(room, near, first, group, &mut highest),
                2 => score::<D, 2>(room, near, first, group, &mut highest),
                _ => score::<D, 1>(room, near, first, group, &mut highest),
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
                let share = lanes::share::<D>(D::sub(D::load(scores), highest));
                D::store_bytes(share, shares);
                sum = D::add_whole(sum, share);
            }
            whole[row] = D::sum_whole(sum);
        }

        let steps = groups * LANES / STEP;
        let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
        let values = room.values[..GROUPS * steps].chunks_exact(VALUE_GROUPS * steps);
        for ((values, scale), at) in
            values.zip(value_scale.as_chunks::<VALUE_GROUPS>().0).zip((at..).step_by(VALUE_GROUPS * LANES))
        {
            let shares = room.shares.as_ptr().cast();
            // SAFETY: a row of shares has room for every step, there are TILE_ROWS of them, and each group of values is
            // `steps` steps long.
            unsafe { D::bytes::<VALUE_GROUPS>(shares, MOST_ROWS, steps, values.as_ptr().cast(), &mut sums) }
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

/// What is added to scores.
#[derive(Clone, Copy)]
struct Near<'a> {
    distances: &'a [f32; DISTANCES],
    /// The last group of rows,
    last: usize,
    /// for which something far below everything is added where there is no row.
    absent: &'a [f32; LANES],
}

/// How much a tile of rows, the `first` and those behind it, attends to `G` groups of rows; `highest` is raised to the
/// highest score of each.
#[inline(always)]
fn score<D: Dot, const G: usize>(
    room: &mut Attention,
    near: Near<'_>,
    first: usize,
    group: usize,
    highest: &mut [D::F; TILE_ROWS],
) {
    let mut sums: Tile = [[[0; LANES]; TILE_GROUPS]; TILE_ROWS];
    let queries = room.queries[first..first + TILE_ROWS].as_ptr().cast();
    let keys = room.keys[group..group + G].as_ptr().cast();
    // SAFETY: a tile of queries is TILE_ROWS rows of HEAD bytes, G groups of keys are HEAD / STEP steps each, and
    // `on_every_path` instantiates each instruction set only in code compiled for it.
    unsafe { D::bytes::<G>(queries, HEAD, HEAD / STEP, keys, &mut sums) }
    let at = group * LANES;
    let (key_scale, excess) = (groups_of::<_, G>(&room.key_scale[at..]), groups_of::<_, G>(&room.excess[at..]));
    let scales: &[f32; TILE_ROWS] = room.query_scale[first..].first_chunk().expect("rows come in whole tiles");
    for (row, (((sums, scale), scores), highest)) in
        sums.iter().zip(scales).zip(&mut room.scores).zip(highest).enumerate()
    {
        let scores = groups_of_mut::<_, G>(&mut scores[at..]);
        let distances = groups_of::<_, G>(&near.distances[MOST_ROWS - 1 + at - (first + row)..]);
        for nth in 0..G {
            let sum = D::sub_whole(D::load_whole(&sums[nth]), D::load_whole(&excess[nth]));
            let score = D::mul(D::to_number(sum), D::splat(*scale));
            let mut distance = D::load(&distances[nth]);
            if group + nth == near.last {
                distance = D::add(distance, D::load(near.absent));
            }
            let score = D::fused(score, D::load(&key_scale[nth]), distance);
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
        room.query_scale[at] = round_row::<D>(&row[..HEAD], ZERO, &mut room.queries[at]).0 * TO_SCORE;
        let mut key = [0; HEAD];
        let (scale, sum) = round_row::<D>(&row[HEAD..], 0, &mut key);
        (room.key_scale[at], room.excess[at]) = (scale, ZERO * sum);
        let keys = &mut room.keys[at / LANES];
        for (step, &bytes) in key.as_chunks().0.iter().enumerate() {
            keys[step][at % LANES] = bytes;
        }
    }
    let mut scale = [D::splat(0.0); GROUPS];
    let steps = count.div_ceil(LANES) * LANES / STEP;
    for (nth, (scale, values)) in scale.iter_mut().zip(room.values.chunks_exact_mut(steps)).enumerate() {
        let part = |row: &[f32; 3 * HEAD]| D::load(sixteen(&row[2 * HEAD + nth * LANES..]));
        let mut most = D::splat(1e-30);
        for row in &rows[..count] {
            most = D::greatest(most, lanes::absolute::<D>(part(row)));
        }
        let inverse = D::div(D::splat(MOST), most);
        for (four, values) in rows.as_chunks::<STEP>().0.iter().zip(values) {
            let [a, b, c, d] = four;
            let rounded = |row| lanes::round::<D>(part(row), inverse, -MOST, MOST);
            D::store_fours([rounded(a), rounded(b), rounded(c), rounded(d)], values);
        }
        *scale = D::div(most, D::splat(MOST));
    }
    scale
}

/// Rounds the first [`HEAD`] numbers of `row` to bytes around `zero`; returns their scale, and their sum without it.
#[inline(always)]
fn round_row<D: Dot>(row: &[f32], zero: i32, out: &mut [u8; HEAD]) -> (f32, i32) {
    let parts = groups_of::<_, GROUPS>(row);
    let mut widest = D::splat(0.0);
    for part in parts {
        widest = D::greatest(widest, lanes::absolute::<D>(D::load(part)));
    }
    let widest = D::most(widest).max(1e-30);
    let inverse = D::splat(MOST / widest);
    let mut sum = D::splat_whole(0);
    for (part, out) in parts.iter().zip(out.as_chunks_mut().0) {
        let whole = lanes::round::<D>(D::load(part), inverse, -MOST, MOST);
        sum = D::add_whole(sum, whole);
        D::store_bytes(D::add_whole(whole, D::splat_whole(zero)), out);
    }
    (widest / MOST, D::sum_whole(sum))
}
