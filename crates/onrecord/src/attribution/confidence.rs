//! Confidence: how probable it is that an attribution is right.
//!
//! The tagger's and the linker's own numbers are too sure of themselves, as those of networks are (Guo et al., ICML 2017).
//! A logistic regression over a handful of them, fitted by `training/fit_confidence.py` on reports that neither learned
//! from, says how often an attribution with such numbers was right (Platt 1999): content and source share at least half
//! of their joint tokens with those that an annotator marked.
//!
//! Logarithms and exponentials are series of our own, for those of the system differ from one to the next in their last
//! bits.

use crate::model::{ModelError, Weights};

/// What is looked at, in order.
pub(crate) const FEATURES: [&str; 10] =
    ["content", "cue", "source", "content_cue", "cue_source", "has_cue", "has_source", "length", "pieces", "quoted"];

/// What speaks for an attribution, and against it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// The least probability of the spans of its content,
    pub(crate) content: f32,
    /// that of its cue,
    pub(crate) cue: Option<f32>,
    /// and of its source.
    pub(crate) source: Option<f32>,
    /// By how much the linker's choice of a cue for a content stood above the next best; the least of its contents.
    pub(crate) content_cue: f32,
    /// The same of its choice of a source for the cue.
    pub(crate) cue_source: f32,
    /// Tokens of the content.
    pub(crate) length: usize,
    /// Spans of the content.
    pub(crate) pieces: usize,
    /// Whether it begins or ends with a quotation mark.
    pub(crate) quoted: bool,
}

impl Evidence {
    /// One number for each of [`FEATURES`].
    pub(crate) fn row(&self) -> [f64; FEATURES.len()] {
        /// Beyond this a margin tells nothing more.
        const WIDEST: f32 = 10.0;
        let odds = |probability: Option<f32>| probability.map_or(0.0, log_odds);
        let yes = |is: bool| f64::from(u8::from(is));
        [
            odds(Some(self.content)),
            odds(self.cue),
            odds(self.source),
            f64::from(self.content_cue.min(WIDEST)),
            f64::from(self.cue_source.min(WIDEST)),
            yes(self.cue.is_some()),
            yes(self.source.is_some()),
            logarithm(1.0 + self.length as f64),
            self.pieces.saturating_sub(1).min(3) as f64,
            yes(self.quoted),
        ]
    }
}

/// The fitted regression.
#[derive(Debug)]
pub(crate) struct Confidence {
    weight: [f64; FEATURES.len()],
    bias: f64,
}

impl Confidence {
    /// That of a weights file, if it has one.
    ///
    /// # Errors
    /// If it is fitted to other features.
    pub(crate) fn load(weights: &Weights) -> Result<Option<Confidence>, ModelError> {
        let Some(names) = weights.optional("confidence.features") else { return Ok(None) };
        if !names.split(' ').eq(FEATURES) {
            return Err(ModelError::new(format!("confidence is told from {names}, not from {}", FEATURES.join(" "))));
        }
        let weight = weights.floats("confidence.weight", &[FEATURES.len()])?;
        let bias = weights.floats("confidence.bias", &[1])?[0];
        Ok(Some(Confidence { weight: std::array::from_fn(|at| f64::from(weight[at])), bias: f64::from(bias) }))
    }

    /// How probable it is that an attribution with this evidence is right, 0 to 1.
    pub(crate) fn of(&self, evidence: &Evidence) -> f32 {
        let row = evidence.row();
        logistic(self.weight.iter().zip(row).fold(self.bias, |sum, (weight, x)| sum + weight * x)) as f32
    }
}

/// The logarithm of a probability's odds; what is next to impossible or certain counts as one in ten thousand.
fn log_odds(probability: f32) -> f64 {
    let probability = f64::from(probability.clamp(1e-4, 1.0 - 1e-4));
    logarithm(probability / (1.0 - probability))
}

/// The natural logarithm of a positive number.
fn logarithm(x: f64) -> f64 {
    let bits = x.to_bits();
    // x = 2^power × rest, the rest between 1 and 2; ln rest = 2 artanh((rest − 1) / (rest + 1)).
    let power = (bits >> 52) as i32 - 1023;
    let rest = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    let t = (rest - 1.0) / (rest + 1.0);
    let series = (0..12).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    f64::from(power) * std::f64::consts::LN_2 + 2.0 * t * series
}

/// 1 / (1 + e⁻ˣ).
fn logistic(x: f64) -> f64 {
    let size = x.abs().min(700.0);
    // e^−size = 2^−power × e^−rest, the rest between 0 and ln 2.
    let power = (size / std::f64::consts::LN_2).floor();
    let rest = size - power * std::f64::consts::LN_2;
    let series = (1..18).rev().fold(1.0, |sum, k| 1.0 - sum * rest / f64::from(k));
    let small = series * f64::from_bits(((1023.0 - power) as u64) << 52);
    if x < 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Evidence, FEATURES, log_odds, logarithm, logistic};

    #[test]
    fn series_are_near_what_the_system_has() {
        for step in 1..2000 {
            let x = f64::from(step) * 0.37;
            assert!((logarithm(x) - x.ln()).abs() < 1e-10, "ln {x}");
            let x = f64::from(step - 1000) * 0.05;
            let exact = 1.0 / (1.0 + (-x).exp());
            assert!((logistic(x) - exact).abs() < 1e-14, "logistic {x}: {} for {exact}", logistic(x));
        }
        assert_eq!((logistic(1e9), logistic(f64::NEG_INFINITY) < 1e-300), (1.0, true));
        assert!((log_odds(0.5)).abs() < 1e-12 && log_odds(0.0) < -9.0 && log_odds(1.0) > 9.0);
    }

    #[test]
    fn surer_spans_make_surer_attributions() {
        let mut weight = [0.0; FEATURES.len()];
        weight[..3].fill(0.5);
        let confidence = Confidence { weight, bias: -1.0 };
        let of = |content, source| {
            confidence.of(&Evidence {
                content,
                cue: Some(0.8),
                source,
                content_cue: 2.0,
                cue_source: 2.0,
                length: 12,
                pieces: 1,
                quoted: false,
            })
        };
        assert!(of(0.9, Some(0.9)) > of(0.6, Some(0.9)) && of(0.6, Some(0.9)) > of(0.6, None));
        // ln 9 + ½ ln 4 − 1
        assert!((f64::from(of(0.9, Some(0.9))) - 1.0 / (1.0 + (1.0 - 18f64.ln()).exp())).abs() < 1e-5);
    }
}
