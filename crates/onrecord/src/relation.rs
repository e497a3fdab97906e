//! Relations: which claims of a report say the same, and which of them a denial denies.
//!
//! Two claims are compared by the terms that they share: names, numbers, nouns, verbs and adjectives by their lemmas, and
//! nationals by their country, so that "Russia" and "the Russian army" meet. Only what stands clearly above chance is
//! related; a pair that is missed harms less than one that is made up.

use std::collections::HashMap;

use crate::act::{certainty_of, noun_is};
use crate::document::Document;
use crate::place;
use crate::record::{Act, Certainty, RelationKind};
use crate::statement::Statement;
use crate::syntax::{Pos, Relation as Dependency};

/// How many claims back a claim is compared with.
const REACH: usize = 300;

/// How many statements back a denial without matter of its own looks for what it denies.
const NEAR: usize = 3;

/// One claim's bearing on another; both by statement and number, as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) a: (usize, usize),
    pub(crate) b: (usize, usize),
}

/// Relates the claims of a report.
pub(crate) fn relations(document: &Document<'_>, statements: &[Statement]) -> Vec<Relation> {
    let mut lexicon = HashMap::new();
    let claims: Vec<Side> = (statements.iter().enumerate())
        .flat_map(|(s, statement)| (0..statement.claims.len()).map(move |c| (s, c)))
        .map(|at| Side::new(document, statements, at, &mut lexicon))
        .collect();
    let mut relations = Vec::new();
    for (i, claim) in claims.iter().enumerate() {
        let earlier = &claims[i.saturating_sub(REACH)..i];
        if !claim.denies {
            // The latest claim that says the same is enough: sameness is handed on. What stands in a claim is a part of
            // it, and no repetition.
            let apart = |other: &&Side| other.statement() != claim.statement() && !claim.stands_in(other, statements);
            let same = earlier.iter().rev().filter(apart).find(|other| claim.same(other));
            relations.extend(same.map(|other| Relation { kind: RelationKind::Same, a: other.at, b: claim.at }));
            let older = earlier.iter().rev().filter(apart).find_map(|other| claim.updates(other));
            relations.extend(older.map(|(new, old)| Relation { kind: RelationKind::Updates, a: new, b: old }));
            continue;
        }
        if claim.answers {
            // "Rejected the claim", "denied this": what another said just before.
            let near = |other: &&Side| {
                other.statement() + NEAR >= claim.statement()
                    && other.statement() < claim.statement()
                    && other.block + 1 >= claim.block
                    && other.speaker != claim.speaker
                    && !other.denies
            };
            let denied = earlier.iter().rev().find(near);
            relations.extend(denied.map(|other| Relation { kind: RelationKind::Denies, a: claim.at, b: other.at }));
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

/// Words by which a report says that a figure was given before.
const EARLIER: [&str; 5] = ["earlier", "initially", "previously", "originally", "initial"];
/// The share of a denial's terms that stand in what it denies.
const DENIED: f32 = 0.6;
/// The share of the shorter claim's terms, and of the terms of both, that two claims which say the same have in common;
/// first for claims with a number in common, then for others.
const SAME: [(f32, f32); 2] = [(0.5, 0.3), (0.65, 0.45)];

/// A term by its number in the report: what is compared more often than it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    is_number: bool,
    id: u32,
}

/// A claim as it is compared.
struct Side {
    at: (usize, usize),
    speaker: Option<String>,
    /// Terms with their weights, in order, each once.
    terms: Vec<(Term, f32)>,
    weight: f32,
    positive: bool,
    denies: bool,
    /// Whether it denies what was said before without saying it again: "rejected the claim", "no such thing".
    answers: bool,
    block: usize,
    /// Its numbers with what they count.
    figures: Vec<(f64, Option<String>)>,
    /// Whether its sentence says that it was put forward before: "earlier the agency had said 21".
    earlier: bool,
}

impl Side {
    fn new(
        document: &Document<'_>,
        statements: &[Statement],
        at: (usize, usize),
        lexicon: &mut HashMap<String, u32>,
    ) -> Side {
        let statement = &statements[at.0];
        let claim = &statement.claims[at.1];
        let denies = statement.act == Some(Act::Deny);
        let mut terms = Vec::new();
        for token in claim.tokens.clone() {
            let Some((term, weight)) = term(document, token) else { continue };
            // What rejects is no part of what is rejected: "the suggestion that … is groundless".
            let judges = certainty_of(&term) == Some("REJECT")
                || noun_is(&term, "assertion")
                || document.syntax.pos(token) == Pos::Adverb;
            if !(denies && judges) {
                let (is_number, next) = (term.starts_with('#'), lexicon.len() as u32);
                terms.push((Term { is_number, id: *lexicon.entry(term).or_insert(next) }, weight));
            }
        }
        terms.sort_by_key(|(term, _)| *term);
        // Of one term with two weights, a name and a noun, the later counts.
        terms.dedup_by(|(later, weight), (term, kept)| {
            let again = later == term;
            *kept = if again { *weight } else { *kept };
            again
        });
        let span = document.span(&claim.tokens);
        let has = |of: &dyn Fn(usize) -> bool| claim.tokens.clone().any(of);
        let such =
            || claim.tokens.clone().skip(1).any(|t| document.lower(t) == "such" && document.lower(t - 1) == "no");
        let judged = || {
            has(&|t| certainty_of(&document.lemma(t)) == Some("REJECT"))
                && !has(&|t| document.syntax.pos(t).is_finite())
        };
        let first = document.quantities.partition_point(|quantity| quantity.span.start() < span.start());
        let figures = document.quantities[first..].iter().take_while(|quantity| quantity.span.end() <= span.end());
        let sentence = &document.sentences[document.sentence_of(claim.tokens.start)];
        let before = |token: usize| EARLIER.contains(&&*document.lower(token));
        Side {
            at,
            answers: denies && (terms.is_empty() || such() || judged()),
            block: sentence.block,
            figures: figures.map(|quantity| (quantity.value, quantity.of.clone())).collect(),
            earlier: sentence.tokens.clone().any(before),
            speaker: statement.chain.last().cloned(),
            weight: terms.iter().map(|(_, weight)| weight).sum(),
            terms,
            positive: !matches!(
                claim.certainty,
                Some(Certainty::CertainNot | Certainty::ProbableNot | Certainty::PossibleNot)
            ),
            denies,
        }
    }

    /// Whether its statement is reported in the other's.
    fn stands_in(&self, other: &Side, statements: &[Statement]) -> bool {
        let outer = |statement: &usize| statements[*statement].within;
        std::iter::successors(Some(self.statement()), outer).any(|at| at == other.statement())
    }

    /// The later and the earlier of two figures for one thing, where the text says which is earlier.
    fn updates(&self, other: &Side) -> Option<((usize, usize), (usize, usize))> {
        let [(value, of)] = &self.figures[..] else { return None };
        let counted = other.figures.iter().any(|(figure, thing)| {
            let same_thing = thing.is_none() || of.is_none() || thing == of;
            figure != value && same_thing
        });
        let matter = |side: &Side| side.terms.iter().filter(|(term, _)| !term.is_number).count();
        let shared = self.shared(other).filter(|(term, _)| !term.is_number).count();
        let alike = 2 * shared >= matter(self).min(matter(other)) && shared > 0;
        match (self.earlier, other.earlier) {
            _ if !counted || !alike => None,
            (true, false) => Some((other.at, self.at)),
            (false, true) => Some((self.at, other.at)),
            _ => None,
        }
    }

    fn statement(&self) -> usize {
        self.at.0
    }

    fn shared(&self, other: &Side) -> impl Iterator<Item = (Term, f32)> {
        let mut theirs = other.terms.iter().map(|(term, _)| *term).peekable();
        self.terms.iter().copied().filter(move |(term, _)| {
            while theirs.next_if(|their| their < term).is_some() {}
            theirs.peek() == Some(term)
        })
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
            number |= term.is_number;
        }
        let numbers = |side: &Side| side.terms.iter().any(|(term, _)| term.is_number);
        // Two figures for one thing are no repetition.
        if numbers(self) && numbers(other) && !number {
            return false;
        }
        let (of_shorter, of_both) = SAME[usize::from(!number)];
        let shorter = self.weight.min(other.weight);
        joint / shorter >= of_shorter && joint / (self.weight + other.weight - joint) >= of_both
    }
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
    // All of these are written with a capital.
    if word.starts_with(char::is_uppercase)
        && let Some(country) = place::nationality(word)
            .or_else(|| place::known(word).filter(|known| known.is_country || known.is_capital)?.country)
    {
        return Some((format!("@{country}"), 1.5));
    }
    if matches!(pos, Pos::Name | Pos::Names) {
        return Some((document.lower(token).into_owned(), 1.5));
    }
    let helps = document.syntax.relation(token).is_helper();
    let matters = pos.is_noun() || (pos.is_verb() && !helps) || pos == Pos::Adjective;
    matters.then(|| (document.lemma(token), 1.0))
}

/// The value of the quantity that starts at the token.
fn number(document: &Document<'_>, token: usize) -> Option<f64> {
    let span = document.tokens[token].span;
    let at = document.quantities.partition_point(|quantity| quantity.span.start() < span.start());
    document.quantities.get(at).filter(|quantity| quantity.span.start() == span.start()).map(|quantity| quantity.value)
}
