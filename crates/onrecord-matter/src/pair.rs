//! Whether two propositions belong to one matter: features of a pair, and a logistic decision on them.

use crate::copy;
use crate::figure::Agreement;
use crate::proposition::{Head, Proposition};
use crate::term::{Likenesses, Side, Term};
use crate::{Lexicon, weights};

/// How many features a pair has.
pub const FEATURES: usize = 21;

/// Their names, in order.
pub const NAMES: [&str; FEATURES] = [
    "one",
    "covered",
    "covered, less",
    "covered, more",
    "like the rarest",
    "equal figures",
    "figures in conflict",
    "figures of one alone",
    "shared names",
    "different names",
    "shared places",
    "different places",
    "days between",
    "days unknown",
    "one theme",
    "one report",
    "opposed",
    "verbatim",
    "one region",
    "figures of one measure",
    "different predicates",
];

/// What speaks for and against a pair, in the order of [`NAMES`]; each from 0 to 1.
#[must_use]
pub fn features(lexicon: &Lexicon, a: (&Head, &Proposition), b: (&Head, &Proposition)) -> [f32; FEATURES] {
    of_likenesses(lexicon, a, b, &Likenesses::new(lexicon, &a.1.terms, &b.1.terms))
}

fn of_likenesses(
    lexicon: &Lexicon,
    a: (&Head, &Proposition),
    b: (&Head, &Proposition),
    likenesses: &Likenesses<'_>,
) -> [f32; FEATURES] {
    with_likenesses(without_likenesses(Reports::new(a.0, b.0), a, b), lexicon, a.1, b.1, likenesses)
}

/// What the features of any two propositions of two reports have from their reports.
#[derive(Clone, Copy, Debug)]
pub struct Reports {
    same: bool,
    theme: f32,
    places: f32,
}

impl Reports {
    /// Of two reports.
    #[must_use]
    pub fn new(a: &Head, b: &Head) -> Reports {
        if std::ptr::eq(a, b) || a == b {
            return Reports { same: true, theme: 1.0, places: 1.0 };
        }
        Reports { same: false, theme: cosine(&a.theme, &b.theme), places: cosine(&a.places, &b.places) }
    }
}

/// The features that need nothing but a glance at both; those that ask how like their terms and their figures are stay 0.
fn without_likenesses(
    reports: Reports,
    (head_a, a): (&Head, &Proposition),
    (head_b, b): (&Head, &Proposition),
) -> [f32; FEATURES] {
    let alone = a.figures.is_empty() != b.figures.is_empty();
    let (shared_names, different_names) = overlap(&a.names, &b.names);
    let (shared_places, different_places) = places(head_a, a, head_b, b);
    let gap = a.frame.zip(b.frame).map(|(a, b)| a.gap(b));
    let mut features = [0.0; FEATURES];
    features[0] = 1.0;
    features[7] = flag(alone);
    features[8] = shared_names;
    features[9] = flag(different_names);
    features[10] = shared_places;
    features[11] = flag(different_places);
    features[12] = gap.map_or(0.0, |days| (1.0 + days as f32).ln() / 366f32.ln()).min(1.0);
    features[13] = flag(gap.is_none());
    features[14] = reports.theme;
    features[15] = flag(reports.same);
    features[16] = flag(a.positive != b.positive);
    features[17] = copy::containment(&a.shingles, &b.shingles);
    features[18] = reports.places;
    features
}

fn with_likenesses(
    mut features: [f32; FEATURES],
    lexicon: &Lexicon,
    a: &Proposition,
    b: &Proposition,
    likenesses: &Likenesses<'_>,
) -> [f32; FEATURES] {
    let (side, turned) = (likenesses.side(), likenesses.turned());
    let (of_a, of_b) = (side.covered(), turned.covered());
    let (equal, conflict, comparable) = figures(lexicon, a, b);
    let rare = rarest(side).min(rarest(turned));
    features[1] = if of_a + of_b > 0.0 { 2.0 * of_a * of_b / (of_a + of_b) } else { 0.0 };
    features[2] = of_a.min(of_b);
    features[3] = of_a.max(of_b);
    features[4] = rare;
    features[5] = flag(equal);
    features[6] = flag(conflict);
    features[19] = flag(comparable) * rare;
    features[20] = different_predicates(side);
    features
}

fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

/// How likely it is that the two belong to one matter, 0 to 1.
#[must_use]
pub fn likelihood(lexicon: &Lexicon, a: (&Head, &Proposition), b: (&Head, &Proposition)) -> f32 {
    let likenesses = Likenesses::new(lexicon, &a.1.terms, &b.1.terms);
    if nothing_in_common(&likenesses, a.1, b.1) {
        return 0.0;
    }
    likely(&of_likenesses(lexicon, a, b, &likenesses))
}

/// Whether [`likelihood`] is so much at least, of two propositions of these reports. Of most pairs that are not can that be told
/// without holding all their words against each other.
#[must_use]
pub fn is_as_likely(
    lexicon: &Lexicon,
    reports: Reports,
    a: (&Head, &Proposition),
    b: (&Head, &Proposition),
    least: f32,
) -> bool {
    // More than rounding could make of it.
    const SLACK: f32 = 0.01;
    let features = without_likenesses(reports, a, b);
    let figures = if a.1.figures.is_empty() || b.1.figures.is_empty() { 0.0 } else { 1.0 };
    // What it can be at most, if so much of the first is covered.
    let enough = |covered: f32| {
        let mut most = features;
        most[1] = 2.0 * covered / (1.0 + covered);
        (most[2], most[3], most[4]) = (covered, 1.0, 1.0);
        (most[5], most[19]) = (figures, figures);
        likely(&most) + SLACK >= least
    };
    if !enough(1.0) {
        return false;
    }
    let Some(likenesses) = Likenesses::if_enough(lexicon, &a.1.terms, &b.1.terms, enough) else { return false };
    if nothing_in_common(&likenesses, a.1, b.1) {
        return 0.0 >= least;
    }
    likely(&with_likenesses(features, lexicon, a.1, b.1, &likenesses)) >= least
}

/// The decision: the weighted sum of the features as a likelihood.
fn likely(features: &[f32; FEATURES]) -> f32 {
    let sum: f32 = features.iter().zip(weights::PAIR).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Most candidates have nothing much in common; they are told at once.
fn nothing_in_common(likenesses: &Likenesses<'_>, a: &Proposition, b: &Proposition) -> bool {
    likenesses.greatest() <= 0.3 && !a.terms.iter().any(|term| b.terms.iter().any(|other| term.key == other.key))
}

/// How well the two weightiest words of the first that are no names are met in the second.
fn rarest(side: Side<'_>) -> f32 {
    let before = |a: &Term, b: &Term| b.weight.total_cmp(&a.weight).then(a.word.cmp(&b.word)).is_lt();
    let mut top: [Option<(usize, &Term)>; 2] = [None; 2];
    for (at, term) in side.a.iter().enumerate().filter(|(_, term)| !term.name) {
        if top[0].is_none_or(|(_, first)| before(term, first)) {
            top = [Some((at, term)), top[0]];
        } else if top[1].is_none_or(|(_, second)| before(term, second)) {
            top[1] = Some((at, term));
        }
    }
    let met = |(at, _): (usize, &Term)| side.to(at).map(|(_, like)| like).fold(0.0, f32::max);
    let count = top.iter().flatten().count();
    if count == 0 { 0.0 } else { top.into_iter().flatten().map(met).sum::<f32>() / count as f32 }
}

/// How unlike what happens in the two is, where both say what happens: the verbs of their own parts, and states like "dead".
fn different_predicates(side: Side<'_>) -> f32 {
    let tells = |term: &Term| term.predicate && !term.aside;
    if !side.a.iter().any(tells) || !side.b.iter().any(tells) {
        return 0.0;
    }
    let own = (0..side.a.len()).filter(|at| tells(&side.a[*at]));
    let met = own.flat_map(|at| side.to(at)).filter(|(other, _)| tells(other)).map(|(_, like)| like);
    1.0 - met.fold(0.0, f32::max)
}

/// Whether they give the same figure, whether they give figures for one measure that cannot both be, and whether they give
/// figures for one measure at all.
fn figures(lexicon: &Lexicon, a: &Proposition, b: &Proposition) -> (bool, bool, bool) {
    let (mut equal, mut conflict, mut comparable) = (false, false, false);
    for x in &a.figures {
        for y in &b.figures {
            let agreement = x.agreement(lexicon, y);
            comparable |= agreement != Agreement::Unlike && x.is_of_one_thing(lexicon, y);
            match agreement {
                Agreement::Equal => equal = true,
                Agreement::Conflict => conflict = true,
                Agreement::Compatible | Agreement::Unlike => {}
            }
        }
    }
    (equal, conflict && !equal, comparable)
}

/// The share of the places in their sentences that both have, and whether both have some but none in common; parts of the region
/// that both reports are about tell two apart, the region does not.
fn places(head_a: &Head, a: &Proposition, head_b: &Head, b: &Proposition) -> (f32, bool) {
    let (shared, _) = overlap(&a.around, &b.around);
    let different = || overlap(&local_places(head_a, a), &local_places(head_b, b)).1;
    (shared, !a.around.is_empty() && !b.around.is_empty() && different())
}

/// The places of a proposition's sentence that are parts of what its report is about: not the two places it names most.
pub(crate) fn local_places(head: &Head, proposition: &Proposition) -> Vec<u64> {
    let general = |place: &u64| head.places.iter().take(2).any(|(known, _)| known == place);
    proposition.around.iter().filter(|place| !general(place)).copied().collect()
}

/// The share of the keys of both that both have, and whether both have some but none in common.
fn overlap(a: &[u64], b: &[u64]) -> (f32, bool) {
    let both = a.iter().filter(|key| b.contains(key)).count();
    let all = a.len() + b.len() - both;
    let share = if all == 0 { 0.0 } else { both as f32 / all as f32 };
    (share, both == 0 && !a.is_empty() && !b.is_empty())
}

/// The cosine of two lists of keys with weights, each of length 1.
fn cosine(a: &[(u64, f32)], b: &[(u64, f32)]) -> f32 {
    a.iter().filter_map(|(key, x)| b.iter().find(|(other, _)| other == key).map(|(_, y)| x * y)).sum()
}
