//! Evaluation and generated files.

fn main() {}
