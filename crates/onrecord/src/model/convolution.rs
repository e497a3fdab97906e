//! Convolutions: each row learns of those some way before and behind it.
//!
//! A residual convolution with three taps that stand `reach` rows apart (dilated convolutions for tagging: Strubell et al.
//! 2017): the row is normed, the three go through a matrix each, and what comes of them goes through a swish and is added
//! to the row. The fast encoder is a stack of them over a window's pieces; the heads have some over a sentence's words.

use std::ops::Range;

use super::kernel::{self, Path, Rounding, Tap};
use super::matrix::{Matrix, Norm};
use super::weights::{ModelError, Weights};

/// The furthest that one may reach: what claims more is no weights file.
const FURTHEST: usize = 256;

/// What the variance of a row is kept away from zero by when it is normed.
pub(super) const EPSILON: f32 = 1e-12;

/// One convolution.
#[derive(Debug)]
pub(super) struct Convolution {
    reach: usize,
    norm: Norm,
    before: Matrix,
    here: Matrix,
    after: Matrix,
}

/// Room for the rows that go in, used again by the next convolution.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Normed rows in 8 bits, between margins as wide as the reach.
    bytes: Vec<u8>,
    /// How each was rounded,
    here: Vec<Rounding>,
    /// and how that before and that behind each was.
    before: Vec<Rounding>,
    after: Vec<Rounding>,
}

impl Convolution {
    /// The convolution `name`, for rows of `width` numbers.
    ///
    /// # Errors
    /// If one of its tensors is missing or of another shape, or the reach is beyond all measure.
    pub(super) fn load(weights: &Weights, name: &str, reach: usize, width: usize) -> Result<Convolution, ModelError> {
        if reach > FURTHEST {
            return Err(ModelError::new(format!("{name} reaches over {reach} rows")));
        }
        let matrix = |part: &str| Matrix::load(weights, &format!("{name}.{part}"), width, width);
        let norm = Norm::load(weights, &format!("{name}.norm"), width, EPSILON)?;
        Ok(Convolution { reach, norm, before: matrix("before")?, here: matrix("here")?, after: matrix("after")? })
    }

    /// Adds to each row what it and its neighbours say. `rows` come in whole tiles; those of one of the `parts` have
    /// their neighbours in it, and rows of zeros beyond its ends. `bytes` are those of the weights file.
    pub(super) fn join(&self, path: Path, bytes: &[u8], parts: &[Range<usize>], rows: &mut [f32], room: &mut Room) {
        let width = self.norm.width();
        let (count, margin) = (rows.len() / width, self.reach * width);
        room.bytes.resize(rows.len() + 2 * margin, 0);
        room.here.resize(count, Rounding::default());
        let here = &mut room.bytes[margin..margin + rows.len()];
        kernel::round_normed_rows(path, rows, self.norm.normal(), here, &mut room.here);
        for shifted in [&mut room.before, &mut room.after] {
            // Scaled by zero, a row is one of zeros whatever its bytes.
            shifted.clear();
            shifted.resize(count, Rounding::default());
        }
        for part in parts.iter().filter(|part| part.len() > self.reach) {
            let (first, last) = (part.start..part.end - self.reach, part.start + self.reach..part.end);
            room.before[last.clone()].copy_from_slice(&room.here[first.clone()]);
            room.after[first].copy_from_slice(&room.here[last]);
        }
        let tap = |matrix, from: usize, roundings| Tap {
            rows: &room.bytes[from..from + rows.len()],
            roundings,
            layer: Matrix::whole(matrix, bytes),
        };
        let taps = [
            tap(&self.here, margin, &room.here),
            tap(&self.before, 0, &room.before),
            tap(&self.after, 2 * margin, &room.after),
        ];
        kernel::convolve(path, taps, rows);
    }
}
