//! The weights of the decision on pairs.

use crate::pair::FEATURES;

/// One for each feature, in the order of [`crate::pair::NAMES`].
pub(crate) const PAIR: [f32; FEATURES] = [
    -4.6, // one
    4.0,  // covered
    1.5,  // covered, less
    0.5,  // covered, more
    1.0,  // like the rarest
    1.0,  // equal figures
    -0.5, // figures in conflict
    -0.4, // figures of one alone
    0.8,  // shared names
    -0.6, // different names
    0.8,  // shared places
    -0.8, // different places
    -4.0, // days between
    -0.2, // days unknown
    2.0,  // one theme
    -0.3, // one report
    -0.2, // opposed
    2.5,  // verbatim
];
