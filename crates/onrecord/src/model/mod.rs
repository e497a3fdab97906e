//! The trained model: weights and inference.
