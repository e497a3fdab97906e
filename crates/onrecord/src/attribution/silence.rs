//! Silence: "did not respond to a request for comment", "could not be reached".
//!
//! The corpus that the tagger learned from has few of these, for nothing is said in them. A record needs them: that
//! somebody was asked and kept silent is on it too. They are told from the parse, by the verb, its negation and its
//! subject.

use std::ops::Range;

use crate::act::is_negation;
use crate::attribution::Attribution;
use crate::document::Document;
use crate::syntax::{Pos, Relation};

/// The silences of a document that none of its attributions has, outside quotations.
pub(crate) fn silences(document: &Document<'_>) -> Vec<Attribution> {
    let syntax = document.syntax;
    let verbs = (0..document.tokens.len()).filter(|token| syntax.pos(*token).is_verb());
    let silent = verbs.filter_map(|verb| {
        let lemma = document.lemma(verb);
        let children = || syntax.children(verb);
        let negation = children().find(|child| denies(document, *child));
        let of_comment = || syntax.subtree(verb).any(|token| document.lower(token) == "comment");
        let end = match lemma.as_str() {
            "comment" | "elaborate" => negation.map(|_| verb),
            "respond" | "reply" | "answer" | "return" => negation.filter(|_| asked(document, verb)).map(|_| verb),
            "reach" => negation.filter(|_| of_comment() || document.lower(verb) == "reached").map(|_| verb),
            "decline" | "refuse" => children().find(|child| {
                let speech = matches!(document.lemma(*child).as_str(), "comment" | "respond" | "elaborate" | "answer");
                syntax.relation(*child) == Relation::OpenComplement && speech
            }),
            _ => None,
        }?;
        let subject = children().find(|child| syntax.relation(*child).is_subject())?;
        // The verb group starts with its first auxiliary.
        let first = children().filter(|child| is_auxiliary(syntax.relation(*child)) && *child < verb).min();
        let (source, cue) = (syntax.subtree(subject), first.unwrap_or(verb)..end + 1);
        let apart = source.end <= cue.start && syntax.pos(subject) != Pos::WhPronoun;
        let known = document.attributions.iter().any(|other| meets(other, &cue));
        let heard = document.quotations.iter().any(|quotation| quotation.span.overlaps(document.span(&cue)));
        (apart && !known && !heard).then(|| Attribution {
            source: Some(trim(document, source)),
            cue: Some(cue),
            content: Vec::new(),
            within: None,
            // It is told by a rule, on which few annotations bear.
            confidence: None,
        })
    });
    silent.collect()
}

/// A negation, or the apostrophe that one begins with here: "did", "n", "'", "t".
fn denies(document: &Document<'_>, token: usize) -> bool {
    is_negation(document, token)
        || (matches!(document.word(token), "'" | "’")
            && token + 1 < document.tokens.len()
            && is_negation(document, token + 1))
}

/// Whether a request, a message or a question is what was not answered.
fn asked(document: &Document<'_>, verb: usize) -> bool {
    let requests = ["request", "message", "call", "question", "email", "inquiry", "enquiry", "comment", "query"];
    document
        .syntax
        .subtree(verb)
        .any(|token| document.syntax.pos(token).is_noun() && requests.contains(&document.lemma(token).as_str()))
}

fn is_auxiliary(relation: Relation) -> bool {
    matches!(relation, Relation::Auxiliary | Relation::AuxiliaryPassive)
}

fn meets(attribution: &Attribution, cue: &Range<usize>) -> bool {
    let overlaps = |part: &Range<usize>| part.start < cue.end && cue.start < part.end;
    attribution.cue.as_ref().is_some_and(overlaps) || attribution.content.iter().any(overlaps)
}

/// A subject without the comma behind its apposition.
fn trim(document: &Document<'_>, mut range: Range<usize>) -> Range<usize> {
    while range.len() > 1 && !document.is_word(range.end - 1) && !matches!(document.word(range.end - 1), ")" | "]") {
        range.end -= 1;
    }
    range
}
