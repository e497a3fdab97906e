//! The matrices and norms that the encoders and the heads are made of, as they lie in the weights file.

use std::ops::Range;

use super::kernel::{self, Linear, Normal};
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

impl Matrix {
    /// The matrix `name`, of so many `inputs`, a multiple of 4, and `outputs`, a multiple of [`kernel::LANES`].
    ///
    /// # Errors
    /// If one of its tensors is missing or of another shape.
    pub(super) fn load(weights: &Weights, name: &str, inputs: usize, outputs: usize) -> Result<Matrix, ModelError> {
        let packed = [outputs / kernel::LANES, inputs / 4, kernel::LANES, 4];
        Ok(Matrix {
            weights: weights.place(&format!("{name}.weight"), Element::I8, &packed)?,
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

    /// Numbers a row.
    pub(super) fn width(&self) -> usize {
        self.weight.len()
    }

    /// What the kernels take.
    pub(super) fn normal(&self) -> Normal<'_> {
        Normal { weight: &self.weight, bias: &self.bias, epsilon: self.epsilon }
    }
}
