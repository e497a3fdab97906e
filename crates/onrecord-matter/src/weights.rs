//! The weights of the decision on pairs: set by hand, and held against the events of ECB+ and MEANTIME by
//! `training/pairs.py`, which also tells what training on them would make of them.

use crate::pair::FEATURES;

/// One for each feature, in the order of [`crate::pair::NAMES`].
pub(crate) const PAIR: [f32; FEATURES] = [
    -5.0,  // one
    5.0,   // covered
    1.5,   // covered, less
    0.5,   // covered, more
    1.0,   // like the rarest
    0.8,   // equal figures
    -0.5,  // figures in conflict
    -0.4,  // figures of one alone
    0.6,   // shared names
    -0.5,  // different names
    0.6,   // shared places
    -2.0,  // different places
    -14.0, // days between
    -1.0,  // days unknown
    1.8,   // one theme
    -0.4,  // one report
    -0.2,  // opposed
    2.5,   // verbatim
    1.5,   // one region
    0.8,   // figures of one measure
    -0.5,  // different predicates
];
