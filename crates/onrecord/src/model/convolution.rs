//! Convolutions: each row learns of those some way before and behind it.
//!
//! A residual convolution with three taps that stand `reach` rows apart (dilated convolutions for tagging: Strubell et al.
//! 2017): the row is normed, the three go through a matrix each, and what comes of them goes through a swish and is added
//! to the row. The fast encoder is a stack of them over a window's pieces; the heads have some over a sentence's words.
//! Weights that were pruned cost nothing.

use std::ops::Range;

use super::kernel::{self, Column, Dense, Path, Sparse};
use super::matrix::{self, Norm};
use super::weights::{ModelError, Weights};

/// The furthest that one may reach: what claims more is no weights file.
const FURTHEST: usize = 256;

/// What the variance of a row is kept away from zero by when it is normed.
pub(super) const EPSILON: f32 = 1e-12;

/// Some convolutions, one after the other.
#[derive(Debug)]
pub(super) struct Convolutions {
    width: usize,
    each: Vec<Sparse>,
}

/// Room for the rows on their way, used again for the next.
#[derive(Debug, Default)]
pub(super) struct Room {
    columns: Vec<Column>,
    inputs: kernel::Room,
}

impl Convolutions {
    /// The convolutions `name.0`, `name.1` and so on, one for each of the `reaches`, for rows of `width` numbers.
    ///
    /// # Errors
    /// If one of their tensors is missing or of another shape, or a reach is beyond all measure.
    pub(super) fn load(
        weights: &Weights,
        name: &str,
        reaches: &[usize],
        width: usize,
    ) -> Result<Convolutions, ModelError> {
        let each =
            reaches.iter().enumerate().map(|(nth, &reach)| load(weights, &format!("{name}.{nth}"), reach, width));
        Ok(Convolutions { width, each: each.collect::<Result<_, _>>()? })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.each.len()
    }

    /// Sends rows through all of them; those of one of the `parts`, which come in order, have their neighbours in it, and rows
    /// of zeros beyond its ends. `watch` sees the rows that as many of them leave as `wanted` names, and those that all leave.
    pub(super) fn pass(
        &self,
        path: Path,
        parts: &[Range<usize>],
        rows: &mut [f32],
        room: &mut Room,
        wanted: &[usize],
        mut watch: impl FnMut(usize, &mut [f32]),
    ) {
        let count = rows.len() / self.width;
        room.columns.resize(count.div_ceil(kernel::BLOCK) * self.width, Column::EMPTY);
        kernel::to_columns(path, rows, self.width, &mut room.columns);
        if let Some(first) = self.each.first() {
            kernel::begin(path, first, &room.columns, &mut room.inputs);
        }
        for (convolution, passed) in self.each.iter().zip(1..) {
            let next = self.each.get(passed);
            kernel::convolve(path, convolution, next, parts, &mut room.columns, &mut room.inputs);
            if wanted.contains(&passed) || passed == self.each.len() {
                kernel::to_rows(path, &room.columns, self.width, rows);
                watch(passed, rows);
            }
        }
    }
}

fn load(weights: &Weights, name: &str, reach: usize, width: usize) -> Result<Sparse, ModelError> {
    if reach > FURTHEST {
        return Err(ModelError::new(format!("{name} reaches over {reach} rows")));
    }
    let norm = Norm::load(weights, &format!("{name}.norm"), width, EPSILON)?;
    let mut bias = vec![0.0; width];
    let mut tap = |part: &str| -> Result<Dense, ModelError> {
        let name = format!("{name}.{part}");
        let own = weights.floats(&format!("{name}.bias"), &[width])?;
        bias.iter_mut().zip(own).for_each(|(bias, own)| *bias += own);
        Ok(Dense {
            weights: matrix::unpacked(weights, &format!("{name}.weight"), width, width)?,
            scale: weights.floats(&format!("{name}.scale"), &[width])?,
        })
    };
    let taps = [tap("before")?, tap("here")?, tap("after")?];
    Ok(Sparse::new(reach, norm.normal(), &taps, &bias))
}
