//! Sources that the tagger missed, from the parse: the subject of the verb that names the act.
//!
//! Passives keep none ("it was reported"), for their subject is no speaker; and neither do participles without a subject
//! of their own.

use std::ops::Range;

use crate::act;
use crate::attribution::Attribution;
use crate::document::Document;
use crate::syntax::{Pos, Relation};

/// Gives each attribution that has a cue and no source the subject of its verb, where the sentence has one; and him who
/// "was quoted as saying" something his words, with the one who quotes him beside it.
pub(crate) fn complete(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    let mut quoting = Vec::new();
    for attribution in attributions.iter_mut() {
        quoting.extend(quoted(document, attribution));
    }
    attributions.extend(quoting);
    for attribution in attributions {
        let Some(cue) = attribution.cue.as_ref().filter(|_| attribution.source.is_none()) else { continue };
        let speaks = |token: &usize| document.syntax.pos(*token).is_verb() && act::names_act(document.word(*token));
        let Some(subject) = cue.clone().find(speaks).and_then(|verb| subject(document, verb)) else { continue };
        let phrase = trim(document, document.syntax.subtree(subject), cue);
        if !phrase.contains(&subject) {
            continue;
        }
        // The subject may have been taken for a piece of what is said: "Kestria | accused | its neighbour of …".
        let is_phrase = |part: &Range<usize>| phrase.start <= part.start && part.end <= phrase.end;
        let rest: Vec<Range<usize>> = attribution.content.iter().filter(|part| !is_phrase(part)).cloned().collect();
        let free = !rest.iter().any(|part| part.start < phrase.end && phrase.start < part.end);
        if free && (!rest.is_empty() || attribution.content.is_empty()) {
            attribution.content = rest;
            attribution.source = Some(phrase);
            // By a rule, on which nothing was learned.
            attribution.confidence = None;
        }
    }
}

/// "Was quoted as saying by the paper": the subject says it. What quotes him is given back as an attribution of "by".
fn quoted(document: &Document<'_>, attribution: &mut Attribution) -> Option<Attribution> {
    let cue = attribution.cue.clone()?;
    let verb = cue.clone().find(|token| matches!(&*document.lower(*token), "quoted" | "cited"))?;
    let says = cue.clone().any(|token| document.lower(token) == "saying");
    let subject = document.syntax.child(verb, &[Relation::SubjectPassive]).filter(|_| says)?;
    let phrase = trim(document, document.syntax.subtree(subject), &cue);
    let rest: Vec<Range<usize>> = attribution.content.iter().filter(|part| !part.contains(&subject)).cloned().collect();
    if rest.is_empty() || !phrase.contains(&subject) {
        return None;
    }
    attribution.content = rest;
    let before = attribution.source.replace(phrase.clone()).filter(|source| *source != phrase);
    let agent = before.filter(|source| source.start > 0 && document.lower(source.start - 1) == "by")?;
    let by = agent.start - 1..agent.start;
    Some(Attribution { source: Some(agent), cue: Some(by), content: Vec::new(), within: None, confidence: None })
}

/// The subject of an active verb, its own or that of the verb which it is joined to.
fn subject(document: &Document<'_>, verb: usize) -> Option<usize> {
    let syntax = document.syntax;
    let passive = |verb: usize| syntax.child(verb, &[Relation::AuxiliaryPassive, Relation::SubjectPassive]).is_some();
    let mut at = verb;
    for _ in 0..4 {
        if passive(at) {
            return None;
        }
        if let Some(subject) = syntax.child(at, &[Relation::Subject]) {
            let speaks = syntax.pos(subject).is_noun()
                || (syntax.pos(subject) == Pos::Pronoun && document.lower(subject) != "it")
                || syntax.pos(subject) == Pos::Number;
            return speaks.then_some(subject);
        }
        let joined = matches!(syntax.relation(at), Relation::Conjunct | Relation::OpenComplement);
        at = syntax.head(at).filter(|_| joined)?;
    }
    None
}

/// The phrase up to the cue, without marks at its end.
fn trim(document: &Document<'_>, mut phrase: Range<usize>, cue: &Range<usize>) -> Range<usize> {
    if phrase.start < cue.start {
        phrase.end = phrase.end.min(cue.start);
    }
    while phrase.len() > 1 && !document.is_word(phrase.end - 1) && !matches!(document.word(phrase.end - 1), ")" | "]") {
        phrase.end -= 1;
    }
    phrase
}
