//! Relations: which claims of a report say the same, and which of them a denial denies.
//!
//! Two claims are compared by the terms that they share: names, numbers, nouns, verbs and adjectives by their lemmas, and
//! nationals by their country, so that "Russia" and "the Russian army" meet. Only what stands clearly above chance is
//! related; a pair that is missed harms less than one that is made up.

use std::collections::BTreeMap;

use crate::act::{certainty_of, noun_is};
use crate::document::Document;
use crate::place;
use crate::record::{Act, Certainty, RelationKind};
use crate::statement::Statement;
use crate::syntax::{Pos, Relation as Dependency};

/// How many claims back a claim is compared with.
const REACH: usize = 300;

/// One claim's bearing on another; both by statement and number, as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) a: (usize, usize),
    pub(crate) b: (usize, usize),
}

/// Relates the claims of a report.
pub(crate) fn relations(document: &Document<'_>, statements: &[Statement]) -> Vec<Relation> {
    let claims: Vec<Side> = (statements.iter().enumerate())
        .flat_map(|(s, statement)| (0..statement.claims.len()).map(move |c| (s, c)))
        .map(|at| Side::new(document, statements, at))
        .collect();
    let mut relations = Vec::new();
    for (i, claim) in claims.iter().enumerate() {
        let earlier = &claims[i.saturating_sub(REACH)..i];
        if !claim.denies {
            // The latest claim that says the same is enough: sameness is handed on.
            let same = earlier.iter().rev().find(|other| other.statement() != claim.statement() && claim.same(other));
            relations.extend(same.map(|other| Relation { kind: RelationKind::Same, a: other.at, b: claim.at }));
            continue;
        }
        let same = earlier.iter().rev().find(|other| other.denies && claim.same(other));
        relations.extend(same.map(|other| Relation { kind: RelationKind::Same, a: other.at, b: claim.at }));
        let around = &claims[i.saturating_sub(REACH)..(i + REACH).min(claims.len())];
        let mut denied: Option<(f32, &Side)> = None;
        for other in around.iter().filter(|other| !other.denies && other.speaker != claim.speaker) {
            let covered = claim.covered_by(other);
            if covered >= DENIED && claim.shared(other).count() >= 2 && denied.is_none_or(|(most, _)| covered > most) {
                denied = Some((covered, other));
            }
        }
        relations.extend(denied.map(|(_, other)| Relation { kind: RelationKind::Denies, a: claim.at, b: other.at }));
    }
    relations
}

/// The share of a denial's terms that stand in what it denies.
const DENIED: f32 = 0.6;
/// The share of the shorter claim's terms, and of the terms of both, that two claims which say the same have in common;
/// first for claims with a number in common, then for others.
const SAME: [(f32, f32); 2] = [(0.5, 0.3), (0.65, 0.45)];

/// A claim as it is compared.
struct Side {
    at: (usize, usize),
    speaker: Option<String>,
    /// Terms with their weights.
    terms: BTreeMap<String, f32>,
    weight: f32,
    positive: bool,
    denies: bool,
}

impl Side {
    fn new(document: &Document<'_>, statements: &[Statement], at: (usize, usize)) -> Side {
        let statement = &statements[at.0];
        let claim = &statement.claims[at.1];
        let denies = statement.act == Some(Act::Deny);
        let mut terms = BTreeMap::new();
        for token in claim.tokens.clone() {
            let Some((term, weight)) = term(document, token) else { continue };
            // What rejects is no part of what is rejected: "the suggestion that … is groundless".
            let judges = certainty_of(&term) == Some("REJECT")
                || noun_is(&term, "assertion")
                || document.syntax.pos(token) == Pos::Adverb;
            if !(denies && judges) {
                terms.insert(term, weight);
            }
        }
        Side {
            at,
            speaker: statement.chain.last().cloned(),
            weight: terms.values().sum(),
            terms,
            positive: !matches!(
                claim.certainty,
                Some(Certainty::CertainNot | Certainty::ProbableNot | Certainty::PossibleNot)
            ),
            denies,
        }
    }

    fn statement(&self) -> usize {
        self.at.0
    }

    fn shared<'a>(&'a self, other: &'a Side) -> impl Iterator<Item = (&'a str, f32)> {
        self.terms
            .iter()
            .filter(|(term, _)| other.terms.contains_key(*term))
            .map(|(term, weight)| (term.as_str(), *weight))
    }

    /// The share of this claim's terms that stand in the other.
    fn covered_by(&self, other: &Side) -> f32 {
        if self.weight == 0.0 { 0.0 } else { self.shared(other).map(|(_, weight)| weight).sum::<f32>() / self.weight }
    }

    /// Whether either could stand for the other.
    fn same(&self, other: &Side) -> bool {
        if self.positive != other.positive || self.terms.len() < 3 || other.terms.len() < 3 {
            return false;
        }
        let mut number = false;
        let mut joint = 0.0;
        for (term, weight) in self.shared(other) {
            joint += weight;
            number |= is_number(term);
        }
        let numbers = |side: &Side| side.terms.keys().any(|term| is_number(term));
        // Two figures for one thing are no repetition.
        if numbers(self) && numbers(other) && !number {
            return false;
        }
        let (of_shorter, of_both) = SAME[usize::from(!number)];
        let shorter = self.weight.min(other.weight);
        joint / shorter >= of_shorter && joint / (self.weight + other.weight - joint) >= of_both
    }
}

fn is_number(term: &str) -> bool {
    term.starts_with('#')
}

/// A token as a term, with its weight; `None` for what carries no matter.
fn term(document: &Document<'_>, token: usize) -> Option<(String, f32)> {
    if !document.is_word(token)
        || document.syntax.relation(token) == Dependency::Inner && document.word(token).len() == 1
    {
        return None;
    }
    let word = document.word(token);
    let pos = document.syntax.pos(token);
    if let Some(value) = number(document, token) {
        return Some((format!("#{value}"), 2.0));
    }
    if let Some(country) = place::nationality(word)
        .or_else(|| place::known(word).filter(|known| known.is_country || known.is_capital)?.country)
    {
        return Some((format!("@{country}"), 1.5));
    }
    if matches!(pos, Pos::Name | Pos::Names) {
        return Some((document.lower(token), 1.5));
    }
    let helps = matches!(
        document.syntax.relation(token),
        Dependency::Auxiliary | Dependency::AuxiliaryPassive | Dependency::Copula
    );
    let matters = pos.is_noun() || (pos.is_verb() && !helps) || pos == Pos::Adjective;
    matters.then(|| (document.lemma(token), 1.0))
}

/// The value of the quantity that starts at the token.
fn number(document: &Document<'_>, token: usize) -> Option<f64> {
    let span = document.tokens[token].span;
    let at = document.quantities.partition_point(|quantity| quantity.span.start() < span.start());
    document.quantities.get(at).filter(|quantity| quantity.span.start() == span.start()).map(|quantity| quantity.value)
}
