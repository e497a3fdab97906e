//! The matrices and norms that the encoders and the heads are made of, as they lie in the weights file.

use std::ops::Range;

use super::kernel::{self, Linear, Normal, Path, Rounding};
use super::weights::{Element, ModelError, Weights};

/// A linear layer in 8 bits.
#[derive(Debug)]
pub(super) struct Matrix {
    weights: Range<usize>,
    scale: Vec<f32>,
    sum: Vec<i32>,
    bias: Vec<f32>,
}

/// A layer normalisation.
#[derive(Debug)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

/// Rows in 8 bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rounded {
    pub(super) bytes: Vec<u8>,
    /// How each was rounded.
    pub(super) roundings: Vec<Rounding>,
}

impl Rounded {
    /// So many rows of `width` numbers; what they hold is whatever was there.
    pub(super) fn resize(&mut self, rows: usize, width: usize) {
        self.bytes.resize(rows * width, 0);
        self.roundings.resize(rows, Rounding::default());
    }

    /// The same, and behind them `more` of zeros.
    pub(super) fn lay(&mut self, rows: usize, more: usize, width: usize) {
        self.resize(rows + more, width);
        self.bytes[rows * width..].fill(0);
        self.roundings[rows..].fill(Rounding::default());
    }

    /// Rows of `width` numbers instead of what was there.
    pub(super) fn round(&mut self, path: Path, rows: &[f32], width: usize) {
        self.resize(rows.len() / width, width);
        kernel::round_rows(path, rows, width, &mut self.bytes, &mut self.roundings);
    }

    /// Rounds rows to where others from the `first` on stand.
    pub(super) fn put(&mut self, path: Path, first: usize, rows: &[f32], width: usize) {
        let past = first + rows.len() / width;
        let (bytes, roundings) = (&mut self.bytes[first * width..past * width], &mut self.roundings[first..past]);
        kernel::round_rows(path, rows, width, bytes, roundings);
    }

    /// Some of its rows.
    pub(super) fn some(&self, rows: Range<usize>) -> (&[u8], &[Rounding]) {
        let width = self.bytes.len() / self.roundings.len().max(1);
        (&self.bytes[rows.start * width..rows.end * width], &self.roundings[rows])
    }

    /// The numbers that it stands for.
    #[cfg(test)]
    pub(super) fn numbers(&self) -> Vec<f32> {
        let width = self.bytes.len() / self.roundings.len().max(1);
        let number = |at: usize| {
            let Rounding { scale, zero } = self.roundings[at / width];
            (i32::from(self.bytes[at]) - zero) as f32 * scale
        };
        (0..self.bytes.len()).map(number).collect()
    }
}

/// Where the weights of the matrix `name`, of so many `inputs` and `outputs`, lie: in the order in which the kernels take them.
fn place(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<Range<usize>, ModelError> {
    weights.place(name, Element::I8, &[outputs / kernel::LANES, inputs / 4, kernel::LANES, 4])
}

/// The weights of a matrix, output by output.
///
/// # Errors
/// If the tensor is missing or of another shape.
pub(super) fn unpacked(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<Vec<i8>, ModelError> {
    let packed = &weights.bytes()[place(weights, name, inputs, outputs)?];
    let at = |output: usize, input: usize| {
        let step = output / kernel::LANES * (inputs / 4) + input / 4;
        (step * kernel::LANES + output % kernel::LANES) * 4 + input % 4
    };
    Ok((0..outputs * inputs).map(|nth| packed[at(nth / inputs, nth % inputs)] as i8).collect())
}

impl Matrix {
    /// The matrix `name`, of so many `inputs`, a multiple of 4, and `outputs`, a multiple of [`kernel::LANES`].
    ///
    /// # Errors
    /// If one of its tensors is missing or of another shape.
    pub(super) fn load(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<Matrix, ModelError> {
        Ok(Matrix {
            weights: place(weights, &format!("{name}.weight"), inputs, outputs)?,
            scale: weights.floats(&format!("{name}.scale"), &[outputs])?,
            sum: weights.integers(&format!("{name}.sum"), &[outputs])?,
            bias: weights.floats(&format!("{name}.bias"), &[outputs])?,
        })
    }

    /// Numbers that come out for each row.
    pub(super) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// All of it; `bytes` are those of the weights file.
    pub(super) fn whole<'a>(&'a self, bytes: &'a [u8]) -> Linear<'a> {
        self.part(bytes, 0, self.bias.len())
    }

    /// Some of its outputs: whole groups.
    pub(super) fn part<'a>(&'a self, bytes: &'a [u8], first: usize, outputs: usize) -> Linear<'a> {
        let inputs = self.weights.len() / self.bias.len();
        Linear {
            weights: &bytes[self.weights.clone()][first * inputs..(first + outputs) * inputs],
            scale: &self.scale[first..first + outputs],
            sum: &self.sum[first..first + outputs],
            bias: &self.bias[first..first + outputs],
        }
    }
}

impl Norm {
    /// The norm `name` of rows of `width` numbers.
    ///
    /// # Errors
    /// If one of its tensors is missing or of another shape.
    pub(super) fn load(weights: &Weights, name: &str, width: usize, epsilon: f32) -> Result<Norm, ModelError> {
        Ok(Norm {
            weight: weights.floats(&format!("{name}.weight"), &[width])?,
            bias: weights.floats(&format!("{name}.bias"), &[width])?,
            epsilon,
        })
    }

    /// What the kernels take.
    pub(super) fn normal(&self) -> Normal<'_> {
        Normal { weight: &self.weight, bias: &self.bias, epsilon: self.epsilon }
    }
}
