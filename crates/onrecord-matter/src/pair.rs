//! Whether two propositions belong to one matter: features of a pair, and a logistic decision on them.

use crate::copy;
use crate::figure::Agreement;
use crate::proposition::{Head, Proposition};
use crate::term::{Likenesses, Term};
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
    let ((head_a, a), (head_b, b)) = (a, b);
    let turned = likenesses.turned();
    let of_a = likenesses.covered();
    let of_b = turned.covered();
    let mean = if of_a + of_b > 0.0 { 2.0 * of_a * of_b / (of_a + of_b) } else { 0.0 };
    let (equal, conflict, comparable) = figures(lexicon, a, b);
    let rare = rarest(likenesses).min(rarest(&turned));
    let alone = a.figures.is_empty() != b.figures.is_empty();
    let (shared_names, different_names) = names(a, b);
    let (shared_places, different_places) = places(head_a, a, head_b, b);
    let gap = a.frame.zip(b.frame).map(|(a, b)| a.gap(b));
    let same_report = std::ptr::eq(head_a, head_b) || head_a == head_b;
    let flag = |is: bool| if is { 1.0 } else { 0.0 };
    [
        1.0,
        mean,
        of_a.min(of_b),
        of_a.max(of_b),
        rare,
        flag(equal),
        flag(conflict),
        flag(alone),
        shared_names,
        flag(different_names),
        shared_places,
        flag(different_places),
        gap.map_or(0.0, |days| (1.0 + days as f32).ln() / 366f32.ln()).min(1.0),
        flag(gap.is_none()),
        if same_report { 1.0 } else { cosine(&head_a.theme, &head_b.theme) },
        flag(same_report),
        flag(a.positive != b.positive),
        copy::containment(&a.shingles, &b.shingles),
        if same_report { 1.0 } else { cosine(&head_a.places, &head_b.places) },
        flag(comparable) * rare,
        different_predicates(likenesses),
    ]
}

/// How likely it is that the two belong to one matter, 0 to 1.
#[must_use]
pub fn likelihood(lexicon: &Lexicon, a: (&Head, &Proposition), b: (&Head, &Proposition)) -> f32 {
    let likenesses = Likenesses::new(lexicon, &a.1.terms, &b.1.terms);
    // Most candidates have nothing much in common; they are told at once.
    if likenesses.greatest() <= 0.3 && !a.1.terms.iter().any(|term| b.1.terms.iter().any(|other| term.key == other.key))
    {
        return 0.0;
    }
    let features = of_likenesses(lexicon, a, b, &likenesses);
    let sum: f32 = features.iter().zip(weights::PAIR).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// How well the two weightiest words of the first that are no names are met in the second.
fn rarest(likenesses: &Likenesses<'_>) -> f32 {
    let mut own: Vec<(usize, &Term)> = likenesses.a.iter().enumerate().filter(|(_, term)| !term.name).collect();
    own.sort_by(|(_, a), (_, b)| b.weight.total_cmp(&a.weight).then(a.word.cmp(&b.word)));
    let top = &own[..own.len().min(2)];
    let met = |(at, _): &(usize, &Term)| likenesses.to(*at).map(|(_, like)| like).fold(0.0, f32::max);
    if top.is_empty() { 0.0 } else { top.iter().map(met).sum::<f32>() / top.len() as f32 }
}

/// How unlike what happens in the two is, where both say what happens: the verbs of their own parts, and states like "dead".
fn different_predicates(likenesses: &Likenesses<'_>) -> f32 {
    let tells = |term: &Term| term.predicate && !term.aside;
    let (Some(_), Some(_)) = (likenesses.a.iter().find(|it| tells(it)), likenesses.b.iter().find(|it| tells(it)))
    else {
        return 0.0;
    };
    let own = (0..likenesses.a.len()).filter(|at| tells(&likenesses.a[*at]));
    let met = own.flat_map(|at| likenesses.to(at)).filter(|(other, _)| tells(other)).map(|(_, like)| like);
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

/// The share of the names of both that both have, and whether both have some but none in common.
fn names(a: &Proposition, b: &Proposition) -> (f32, bool) {
    let of = |proposition: &Proposition| {
        let mut keys: Vec<u64> = proposition.terms.iter().filter(|term| term.name).map(|term| term.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    overlap(&of(a), &of(b))
}

/// The same of the places in their sentences; parts of the region that both reports are about tell two apart, the region does
/// not.
fn places(head_a: &Head, a: &Proposition, head_b: &Head, b: &Proposition) -> (f32, bool) {
    let (shared, _) = overlap(&a.around, &b.around);
    let (_, different) = overlap(&local_places(head_a, a), &local_places(head_b, b));
    (shared, different)
}

/// The places of a proposition's sentence that are parts of what its report is about: not the two places it names most.
pub(crate) fn local_places(head: &Head, proposition: &Proposition) -> Vec<u64> {
    let general = |place: &u64| head.places.iter().take(2).any(|(known, _)| known == place);
    proposition.around.iter().filter(|place| !general(place)).copied().collect()
}

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
