//! Claims: the propositions that a content puts forward, and how sure its source is of each.
//!
//! A claim is a finite clause with a subject or object of its own. How sure a source is takes the values of FactBank
//! (Saurí and Pustejovsky, 2009): polarity and degree, read off modals, adverbs, negations and the cue.

use std::ops::Range;

use crate::act::{certainty_of, is_negation};
use crate::document::Document;
use crate::record::Certainty;
use crate::syntax::{Pos, Relation};

/// One proposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Its tokens: the clause without its complementizer and quotation marks.
    pub(crate) tokens: Range<usize>,
    /// How the source commits itself; `None` where the cue does not tell.
    pub(crate) certainty: Option<Certainty>,
}

/// The claims of a content: its sentences, and in each the clauses that stand by themselves. `commitment` is what the
/// cue tells of them all.
pub(crate) fn claims(document: &Document<'_>, content: &[Range<usize>], commitment: Option<Certainty>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for part in units(document, content) {
        for tokens in clauses(document, &part) {
            let certainty = commitment.map(|commitment| certainty(document, &tokens, commitment));
            claims.push(Claim { tokens, certainty });
        }
    }
    // A content of marks alone still puts something forward: itself.
    if claims.is_empty()
        && let Some(part) = content.first()
    {
        claims.push(Claim { tokens: part.clone(), certainty: commitment });
    }
    claims
}

/// The parts of a content that can put something forward: a part without a verb goes with the next of its sentence, and
/// with what stands between ("the envoy, who had just arrived, would stay").
pub(crate) fn units(document: &Document<'_>, content: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut units: Vec<Range<usize>> = Vec::new();
    for part in content {
        let joins = units.last().is_some_and(|last| {
            let fragment = !last.clone().any(|token| document.syntax.pos(token).is_verb());
            // "A charge that the ministry dismissed | as a fabrication": what it is called is no part of the charge.
            let called = document.lower(part.start) == "as";
            fragment && !called && document.sentence_of(last.start) == document.sentence_of(part.start)
        });
        match units.last_mut() {
            Some(last) if joins => last.end = part.end,
            _ => units.push(part.clone()),
        }
    }
    units
}

/// Splits a range of tokens at sentences and at coordinated clauses, each piece without marks at its ends.
pub(crate) fn clauses(document: &Document<'_>, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let first = document.sentence_of(range.start);
    for sentence in &document.sentences[first..] {
        if sentence.tokens.start >= range.end {
            break;
        }
        let part = range.start.max(sentence.tokens.start)..range.end.min(sentence.tokens.end);
        let mut start = part.start;
        for border in borders(document, &part) {
            pieces.extend(trim(document, start..border));
            start = border;
        }
        pieces.extend(trim(document, start..part.end));
    }
    pieces
}

/// Where the coordinated clauses of a part of one sentence begin, the first apart.
fn borders(document: &Document<'_>, part: &Range<usize>) -> Vec<usize> {
    let syntax = document.syntax;
    let is_top = |token: &usize| syntax.head(*token).is_none_or(|head| !part.contains(&head));
    // Clauses joined to the first hang on it, or beside it on the verb that reports both ("said that … and that …").
    let mut open: Vec<usize> = part.clone().filter(is_top).collect();
    let Some(first) = open.iter().copied().find(|top| is_clause(document, *top)) else { return Vec::new() };
    let mut borders = Vec::new();
    let mut add = |clause: usize, after: usize| {
        let mut border = syntax.subtree(clause).start.max(part.start);
        // A conjunction and a comma before a clause belong to it.
        let belongs = |token: usize| {
            let mark = !document.is_word(token) && !document.is_quotation_mark(token);
            mark || syntax.pos(token) == Pos::Conjunction
        };
        while border > part.start && belongs(border - 1) {
            border -= 1;
        }
        if border > after && border > part.start {
            borders.push(border);
        }
    };
    for top in open.iter().copied().filter(|top| *top > first) {
        let joined = syntax.child(top, &[Relation::Coordination]).is_some();
        if joined && stands_by_itself(document, top) {
            add(top, first);
        }
    }
    while let Some(head) = open.pop() {
        for child in syntax.children(head).filter(|child| part.contains(child)) {
            if matches!(syntax.relation(child), Relation::Conjunct | Relation::Parataxis) {
                open.push(child);
                if child > head && (stands_by_itself(document, child) || is_bare_verb(document, child)) {
                    add(child, head);
                }
            } else if syntax.relation(child) == Relation::ClausalComplement {
                // "I hope they are found but the chances are slim": what "but" opposes stands beside the hope.
                let opposed = |clause: &usize| {
                    let but = syntax.child(*clause, &[Relation::Coordination]);
                    but.is_some_and(|but| document.lower(but) == "but") && stands_by_itself(document, *clause)
                };
                let clauses = syntax.children(child).filter(|c| syntax.relation(*c) == Relation::Conjunct);
                clauses.filter(opposed).for_each(|clause| add(clause, child));
            } else if syntax.relation(child) == Relation::Object || syntax.relation(child) == Relation::Oblique {
                // A verb without a subject is easily taken for a member of the list before it.
                let members = syntax.children(child).filter(|member| is_bare_verb(document, *member));
                members.for_each(|member| add(member, head));
            }
        }
    }
    // "… and that …" joins what is said, whatever the second clause was taken to hang on.
    for token in part.start + 1..part.end.saturating_sub(2) {
        let joins = syntax.pos(token) == Pos::Conjunction && document.lower(token + 1) == "that";
        if joins && syntax.pos(token + 1) == Pos::Preposition {
            borders.push(token);
        }
    }
    borders.sort_unstable();
    borders.dedup();
    borders
}

fn is_clause(document: &Document<'_>, token: usize) -> bool {
    let syntax = document.syntax;
    syntax.pos(token).is_verb() || syntax.children(token).any(|child| syntax.relation(child).is_subject())
}

/// A verb behind a conjunction that goes straight on to its object: "injured 200 people and damaged 300 houses". A
/// participle of the passive has no object.
fn is_bare_verb(document: &Document<'_>, token: usize) -> bool {
    let syntax = document.syntax;
    let is_past = matches!(syntax.pos(token), Pos::VerbPast | Pos::VerbParticiple);
    let is_joined = syntax.relation(token) == Relation::Conjunct
        && token.checked_sub(1).is_some_and(|before| syntax.pos(before) == Pos::Conjunction);
    let object = |next: usize| {
        let pos = syntax.pos(next);
        pos.is_noun()
            || matches!(
                pos,
                Pos::Determiner
                    | Pos::Number
                    | Pos::PronounPossessive
                    | Pos::Pronoun
                    | Pos::Currency
                    | Pos::AdjectiveComparative
            )
    };
    let helped = syntax.children(token).any(|child| syntax.relation(child).is_helper());
    // A number may have its bound before it: "more than 300".
    let next = token + 1;
    let bounded = |next: usize| {
        matches!(
            &*document.lower(next),
            "more" | "fewer" | "less" | "at" | "about" | "some" | "nearly" | "over" | "around" | "almost"
        )
    };
    let follows = next < document.tokens.len()
        && (object(next) || (bounded(next) && syntax.subtree(token).contains(&(next + 1))));
    is_past && is_joined && !helped && follows
}

/// Whether a clause is finite and has a subject or object of its own.
fn stands_by_itself(document: &Document<'_>, head: usize) -> bool {
    let syntax = document.syntax;
    let finite =
        |token: usize| matches!(syntax.pos(token), Pos::VerbPast | Pos::VerbThird | Pos::VerbPresent | Pos::Modal);
    // "… after the quake struck" hangs on what stands before it.
    let hangs = syntax.child(head, &[Relation::Marker]).is_some_and(|mark| {
        matches!(
            &*document.lower(mark),
            "after" | "before" | "because" | "when" | "while" | "as" | "if" | "since" | "although" | "though" | "until"
        )
    });
    let is_finite = finite(head) || syntax.children(head).any(|c| syntax.relation(c).is_helper() && finite(c));
    let subject = syntax.children(head).any(|child| syntax.relation(child).is_subject());
    let object =
        syntax.child(head, &[Relation::Object, Relation::ClausalComplement, Relation::OpenComplement]).is_some();
    is_finite && !hangs && (subject || (object && syntax.pos(head).is_verb()))
}

/// The range without marks, conjunctions and complementizer at its ends; nothing where no word is left.
fn trim(document: &Document<'_>, mut range: Range<usize>) -> Option<Range<usize>> {
    let is_open = |token: usize| {
        let word = document.word(token);
        !document.is_word(token) && !matches!(word, "(" | "[" | "$" | "€" | "£" | "#" | "@")
    };
    while !range.is_empty() && is_open(range.start) {
        range.start += 1;
    }
    if range.len() > 2 && document.syntax.pos(range.start) == Pos::Conjunction && range.start > 0 {
        range.start += 1;
    }
    let is_that = |token: usize| {
        document.word(token).eq_ignore_ascii_case("that") && document.syntax.relation(token) == Relation::Marker
    };
    if range.len() > 2 && is_that(range.start) {
        range.start += 1;
    }
    while !range.is_empty() && is_open(range.start) {
        range.start += 1;
    }
    let is_close = |token: usize| !document.is_word(token) && !matches!(document.word(token), ")" | "]" | "%");
    while !range.is_empty() && is_close(range.end - 1) {
        range.end -= 1;
    }
    if range.len() > 2 && document.syntax.pos(range.end - 1) == Pos::Conjunction {
        range.end -= 1;
    }
    (!range.is_empty()).then_some(range)
}

/// How sure the source is of one claim.
fn certainty(document: &Document<'_>, tokens: &Range<usize>, commitment: Certainty) -> Certainty {
    let (degree, positive) = own(document, tokens);
    let (cue_degree, cue_positive) = match commitment {
        Certainty::Certain => (Degree::Certain, true),
        Certainty::CertainNot => (Degree::Certain, false),
        Certainty::Probable => (Degree::Probable, true),
        Certainty::ProbableNot => (Degree::Probable, false),
        Certainty::Possible => (Degree::Possible, true),
        Certainty::PossibleNot => (Degree::Possible, false),
        Certainty::Uncommitted => (Degree::Uncommitted, true),
    };
    match (degree.max(cue_degree), positive == cue_positive) {
        (Degree::Certain, true) => Certainty::Certain,
        (Degree::Certain, false) => Certainty::CertainNot,
        (Degree::Probable, true) => Certainty::Probable,
        (Degree::Probable, false) => Certainty::ProbableNot,
        (Degree::Possible, true) => Certainty::Possible,
        (Degree::Possible, false) => Certainty::PossibleNot,
        (Degree::Uncommitted, _) => Certainty::Uncommitted,
    }
}

/// The degrees of FactBank, from surest to least sure: what lowers one lowers the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Degree {
    Certain,
    Probable,
    Possible,
    Uncommitted,
}

/// How sure a clause is by its own words: those that hang on its predicate.
fn own(document: &Document<'_>, tokens: &Range<usize>) -> (Degree, bool) {
    let syntax = document.syntax;
    let Some(root) = syntax.top(tokens) else { return (Degree::Certain, true) };
    let mut degree = Degree::Certain;
    let mut positive = true;
    let mut weigh = |token: usize, degree: &mut Degree| match certainty_of(&document.lemma(token)) {
        Some("PS") => *degree = (*degree).max(Degree::Possible),
        Some("PR") => *degree = (*degree).max(Degree::Probable),
        Some("U") => *degree = (*degree).max(Degree::Uncommitted),
        Some("PR-") => {
            *degree = (*degree).max(Degree::Probable);
            positive = !positive;
        }
        Some("CT-") => positive = !positive,
        _ => {}
    };
    // "The warning had been expected" and "his client believed it" happened; "is expected to" and "we believe" hedge.
    let hedges = || {
        let passive = syntax.child(root, &[Relation::AuxiliaryPassive]).is_some();
        let complement = syntax.child(root, &[Relation::ClausalComplement, Relation::OpenComplement]).is_some();
        let pronoun = |subject: usize| matches!(syntax.pos(subject), Pos::Pronoun | Pos::There);
        complement && (passive || !thinks(&document.lemma(root)) || syntax.subject(root).is_none_or(pronoun))
    };
    let compared =
        |token: usize| token.checked_sub(1).is_some_and(|before| matches!(&*document.lower(before), "more" | "less"));
    if (syntax.pos(root).is_verb() && hedges()) || (syntax.pos(root) == Pos::Adjective && !compared(root)) {
        weigh(root, &mut degree);
    }
    for child in syntax.children(root).filter(|child| tokens.contains(child)) {
        match syntax.relation(child) {
            Relation::Auxiliary | Relation::AuxiliaryPassive | Relation::AdverbialModifier | Relation::Marker => {
                weigh(child, &mut degree)
            }
            Relation::AdverbialClause
                if syntax.child(child, &[Relation::Marker]).is_some_and(|mark| document.lower(mark) == "if") =>
            {
                degree = degree.max(Degree::Uncommitted);
            }
            _ => {}
        }
    }
    let first = document.lower(tokens.start);
    let asks = document.tokens.get(tokens.end).is_some_and(|token| token.span.of(document.text) == "?");
    if asks || matches!(&*first, "whether" | "if") {
        degree = Degree::Uncommitted;
    }
    let negative = |token: usize| tokens.contains(&token) && is_negation(document, token);
    let is_auxiliary = |c: &usize| syntax.relation(*c).is_helper();
    // A negation hangs on the predicate or on its auxiliary; "n't" is an apostrophe and a "t" here.
    let beside = |c: usize| negative(c) || (matches!(document.word(c), "'" | "’") && negative(c + 1));
    let denied = syntax.children(root).any(beside)
        || syntax.children(root).filter(is_auxiliary).any(|c| syntax.children(c).any(beside))
        || nobody(document, root, tokens);
    // "Could not be reached" was not, "may not come" is open.
    let able = |c: &usize| is_auxiliary(c) && matches!(&*document.lower(*c), "could" | "can" | "ca");
    if denied && degree == Degree::Possible && syntax.children(root).any(|c| able(&c)) {
        degree = Degree::Certain;
    }
    (degree, positive != denied)
}

/// Verbs of thinking, by their lemmas, which hedge what their subject says and tell what another thinks.
fn thinks(lemma: &str) -> bool {
    matches!(
        lemma,
        "believe"
            | "think"
            | "suspect"
            | "suppose"
            | "assume"
            | "guess"
            | "expect"
            | "hope"
            | "wish"
            | "fear"
            | "worry"
    )
}

/// Whether the subject, or the object of an existence, is none: "no tsunami warning was issued", "there were no reports".
fn nobody(document: &Document<'_>, root: usize, tokens: &Range<usize>) -> bool {
    let syntax = document.syntax;
    let none = |token: usize| matches!(&*document.lower(token), "no" | "none" | "nobody" | "nothing" | "neither");
    let subject = syntax.subject(root).filter(|subject| tokens.contains(subject));
    // "We had no aircraft", "they presented no evidence".
    let object = syntax.child(root, &[Relation::Object]).filter(|object| tokens.contains(object));
    let no = |noun: usize| syntax.child(noun, &[Relation::Determiner]).is_some_and(none);
    subject.is_some_and(|subject| none(subject) || no(subject))
        || object.is_some_and(|object| no(object) || document.lower(object) == "nothing")
}
