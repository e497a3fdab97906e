//! Acts: what is done by saying something, told from the cue and the content.

use std::ops::Range;

use crate::attribution::Attribution;
use crate::document::Document;
use crate::lemma::{WordClass, lemma};
use crate::record::{Act, Certainty};
use crate::syntax::{Pos, Relation};
use crate::table::{Table, table};
use crate::token;

const ACTS: Table = table!(include_str!("../data/acts.tsv"));
const NOUNS: Table = table!(include_str!("../data/nouns.tsv"));
const CERTAINTY: Table = table!(include_str!("../data/certainty.tsv"));

/// What the cue of an attribution tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The dictionary form of the cue's head.
    pub(crate) lemma: String,
    /// The act; `None` where the cue does not tell.
    pub(crate) act: Option<Act>,
    /// How the source commits itself to the content by this cue.
    pub(crate) commitment: Option<Certainty>,
}

/// Whether the word names an act of saying or thinking, in whatever form it stands.
pub(crate) fn names_act(word: &str) -> bool {
    let known = |lemma: &str, class: &str| ACTS.get_joined(lemma, class).is_some();
    known(&lemma(word, WordClass::Verb), "/v")
        || known(&lemma(word, WordClass::Noun), "/n")
        || known(&token::lower(word), "/p")
}

/// Whether the word, as what it stands for here, names an act that can be told inside what somebody else says: a verb that
/// has somebody whose act it could be, other than who speaks, or a noun behind which what is told can follow ("the claim
/// that …").
pub(crate) fn names_hearsay(document: &Document<'_>, token: usize) -> bool {
    let (word, pos) = (document.word(token), document.syntax.pos(token));
    let known = if pos.is_noun() {
        let next = document.tokens.get(token + 1).map_or("", |next| next.span.of(document.text));
        let led = matches!(next, "that" | ":" | "of" | "about");
        led.then(|| look_up(&lemma(word, WordClass::Noun), "/n")).flatten()
    } else {
        look_up(&lemma(word, WordClass::Verb), "/v").or_else(|| look_up(&token::lower(word), "/p"))
    };
    known.is_some_and(|(act, _)| is_hearsay(act)) && (!pos.is_verb() || anothers(document, token))
}

/// Whether a verb has a subject, its own or that of the verb it hangs from, which is not who speaks; or an agent, or a noun
/// that it describes.
fn anothers(document: &Document<'_>, verb: usize) -> bool {
    use Relation::{
        AdnominalClause, AdverbialClause, ClausalComplement, Conjunct, Oblique, ObliqueAgent, OpenComplement,
        Parataxis, RelativeClause,
    };
    let syntax = document.syntax;
    for at in syntax.ancestors(verb) {
        if let Some(subject) = syntax.subject(at) {
            return !matches!(&*document.lower(subject), "i" | "we");
        }
        match syntax.relation(at) {
            AdnominalClause | RelativeClause => return true,
            OpenComplement | Conjunct | AdverbialClause | Parataxis | ClausalComplement => {}
            _ => return at == verb && syntax.child(verb, &[ObliqueAgent, Oblique]).is_some(),
        }
    }
    false
}

/// Whether an act puts forward, inside what somebody else says, what a third knows or says. Wishes and plans, stands and
/// feelings of which the outer source tells are its own account.
pub(crate) fn is_hearsay(act: Act) -> bool {
    use Act::{Accuse, Ask, Assert, Believe, Confirm, Decline, Deny, Doubt, Oppose, Support};
    matches!(act, Assert | Confirm | Deny | Doubt | Believe | Ask | Accuse | Support | Oppose | Decline)
}

/// What a noun is to a statement: an occasion, a document, nobody in particular, something put forward.
pub(crate) fn noun_is(lemma: &str, what: &str) -> bool {
    NOUNS.get(lemma).is_some_and(|kinds| kinds.split(' ').any(|kind| kind == what))
}

/// How sure a word makes what it stands with.
pub(crate) fn certainty_of(lemma: &str) -> Option<&'static str> {
    CERTAINTY.get(lemma)
}

/// Reads the act off the cue, and off what the content does with it.
pub(crate) fn read(document: &Document<'_>, attribution: &Attribution, cue: &Range<usize>) -> Reading {
    let head = head(document, cue);
    let (lemma, known) = match head {
        // "According to" and the like are no forms of a verb.
        Some((token, known)) if look_up(&document.lower(token), "/p").is_some() => {
            (document.lower(token).into_owned(), Some(known))
        }
        Some((token, known)) => (document.lemma(token), Some(known)),
        None => (cue_lemma(document, cue), None),
    };
    if silent(document, attribution, cue) {
        return Reading { lemma, act: Some(Act::Decline), commitment: Some(Certainty::Uncommitted) };
    }
    // "X: …" and "… – X".
    if cue.len() == 1 && !document.is_word(cue.start) {
        let (act, commitment) = match asks(document, attribution) {
            true => (Act::Ask, Certainty::Uncommitted),
            false => (Act::Assert, Certainty::Certain),
        };
        return Reading { lemma, act: Some(act), commitment: Some(commitment) };
    }
    let Some((act, commitment)) = known else { return Reading { lemma, act: None, commitment: None } };
    let (act, commitment) = refine(document, attribution, cue, &lemma, act, commitment);
    // Of a negated cue ("did not say that", "never promised") the table's reading does not hold; and who declines to do a
    // thing rather than to speak of it says something that the table has no act for.
    if negated(document, cue) || act == Act::Decline {
        return Reading { lemma, act: None, commitment: None };
    }
    Reading { lemma, act: Some(act), commitment }
}

/// The cue's word that the table knows: verbs before prepositions before nouns, the last of each.
fn head(document: &Document<'_>, cue: &Range<usize>) -> Option<(usize, (Act, Option<Certainty>))> {
    let verb = |token: usize| {
        let tag = document.syntax.pos(token);
        (tag.is_verb() || !tag.is_noun()).then(|| lemma(document.word(token), WordClass::Verb))
    };
    // In "tried to explain", "said in a statement" and "has been accused of" the verb that names the act is the first
    // that does.
    let verbs = cue.clone().find_map(|t| Some((t, look_up(&verb(t)?, "/v")?)));
    let prepositions = || cue.clone().find_map(|t| Some((t, look_up(&document.lower(t), "/p")?)));
    let nouns = || {
        let noun = |t: usize| lemma(document.word(t), WordClass::Noun);
        cue.clone().rev().find_map(|t| Some((t, look_up(&noun(t), "/n")?)))
    };
    verbs.or_else(prepositions).or_else(nouns)
}

fn look_up(lemma: &str, class: &str) -> Option<(Act, Option<Certainty>)> {
    let (act, certainty) = ACTS.get_joined(lemma, class)?.split_once('\t')?;
    let act = match act {
        "assert" => Act::Assert,
        "confirm" => Act::Confirm,
        "deny" => Act::Deny,
        "doubt" => Act::Doubt,
        "believe" => Act::Believe,
        "intend" => Act::Intend,
        "request" => Act::Request,
        "ask" => Act::Ask,
        "accuse" => Act::Accuse,
        "support" => Act::Support,
        "oppose" => Act::Oppose,
        "decline" => Act::Decline,
        _ => return None,
    };
    let certainty = match certainty {
        "CT+" => Some(Certainty::Certain),
        "CT-" => Some(Certainty::CertainNot),
        "PR+" => Some(Certainty::Probable),
        "U" => Some(Certainty::Uncommitted),
        _ => None,
    };
    Some((act, certainty))
}

/// The lemma of a cue that the table does not know: its last verb's, else its first word's.
fn cue_lemma(document: &Document<'_>, cue: &Range<usize>) -> String {
    let verb = cue.clone().rev().find(|t| document.syntax.pos(*t).is_verb());
    document.lemma(verb.unwrap_or(cue.start))
}

/// "Declined to comment", "has not commented", "did not respond", "could not be reached", "no comment".
fn silent(document: &Document<'_>, attribution: &Attribution, cue: &Range<usize>) -> bool {
    // The verb may have been taken for content: "declined | to comment".
    let end = attribution.content.iter().map(|c| c.end.min(c.start + 4)).max().unwrap_or(cue.end).max(cue.end);
    let words: Vec<String> = (cue.start..end.min(document.tokens.len()))
        .filter(|t| cue.contains(t) || attribution.says(*t))
        .map(|t| lemma(document.word(t), WordClass::Verb))
        .collect();
    let in_cue = cue.len();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let cue_has = |any: &[&str]| words.iter().take(in_cue).any(|word| any.contains(&word.as_str()));
    const ANSWERS: &[&str] = &["comment", "respond", "reply", "answer", "elaborate"];
    if cue_has(&["decline", "refuse"]) {
        return has(ANSWERS)
            || has(&[
                "say", "discuss", "speak", "talk", "confirm", "identify", "disclose", "name", "specify", "provide",
                "give",
            ]);
    }
    let negative = negated(document, cue) || cue_has(&["no"]);
    // "Would not say", "would not be drawn on whether": asked and not answered.
    let withheld =
        cue_has(&["would", "will"]) && cue_has(&["say", "confirm", "discuss", "draw", "disclose", "specify"]);
    // "Said it had no comment", "referred questions to the police".
    let both = attribution.content.iter().any(|part| has_words(document, part, &["neither", "confirm", "nor", "deny"]));
    let short = attribution.content.iter().map(Range::len).sum::<usize>() <= 8;
    let none = short && attribution.content.iter().any(|part| has_words(document, part, &["no", "comment"]));
    let request = |word: &str| matches!(word, "question" | "inquiry" | "enquiry" | "request");
    let passes_on = words.first().is_some_and(|word| word == "refer")
        && (cue.start + 1..attribution.content.first().map_or(cue.end, |part| part.start + 1)).any(|token| {
            let inside = cue.contains(&token) || attribution.says(token);
            inside && request(&lemma(document.word(token), WordClass::Noun))
        });
    none || both
        || passes_on
        || (negative && (cue_has(ANSWERS) || withheld || cue_has(&["reach", "return", "available"])))
}

/// Whether a range has these words, one behind the other.
fn has_words(document: &Document<'_>, range: &Range<usize>, words: &[&str]) -> bool {
    range.clone().any(|start| {
        start + words.len() <= range.end && (start..).zip(words).all(|(token, word)| document.lower(token) == *word)
    })
}

/// Whether the cue holds a negation, or stands right behind one.
fn negated(document: &Document<'_>, cue: &Range<usize>) -> bool {
    cue.clone().any(|token| is_negation(document, token))
        || cue.start.checked_sub(1).is_some_and(|token| is_negation(document, token))
}

/// "Not", "never" and the "t" of "don't".
pub(crate) fn is_negation(document: &Document<'_>, token: usize) -> bool {
    let word = document.word(token);
    match word {
        "t" | "T" => {
            let before = |back: usize| token.checked_sub(back).map(|t| document.word(t));
            matches!(before(1), Some("'" | "’")) && before(2).is_some_and(|w| w.ends_with(['n', 'N']))
        }
        _ => certainty_of(&token::lower(word)) == Some("NOT"),
    }
}

/// What the table cannot tell: the same verb does different things with different contents.
fn refine(
    document: &Document<'_>,
    attribution: &Attribution,
    cue: &Range<usize>,
    lemma: &str,
    act: Act,
    commitment: Option<Certainty>,
) -> (Act, Option<Certainty>) {
    let unsure = Some(Certainty::Uncommitted);
    let Some(content) = attribution.content.first() else { return (act, commitment) };
    let first = content.clone().find(|t| document.is_word(*t) && !is_negation(document, *t));
    let opening = first.map(|t| document.lower(t)).unwrap_or_default();
    let is_infinitive = first.is_some_and(|t| document.syntax.pos(t) == Pos::To)
        || (document.lower(cue.end - 1) == "to" && first.is_some_and(|t| document.syntax.pos(t) == Pos::VerbBase));
    let last = document.lower(cue.end - 1);
    let question = asks(document, attribution);
    let whether = matches!(&*opening, "whether" | "if" | "why" | "how" | "what" | "who" | "when" | "where");
    let asks_to = !whether
        && content.clone().skip(1).any(|t| {
            // "Asked him to “get rid of it”."
            let next = if t + 1 < content.end && document.is_quotation_mark(t + 1) { t + 2 } else { t + 1 };
            document.syntax.pos(t) == Pos::To && content.contains(&next) && document.syntax.pos(next) == Pos::VerbBase
        });
    let on = cue.clone().any(|t| matches!(&*document.lower(t), "for" | "on" | "upon"));
    let finite = content.clone().any(|t| document.syntax.pos(t).is_finite());
    match (lemma, act) {
        // "Asked them to leave" is a request, "asked whether to leave" a question.
        ("ask", _)
            if is_infinitive || (asks_to && !question) || matches!(&*opening, "for" | "that") || last == "for" =>
        {
            (Act::Request, unsure)
        }
        ("ask", _) => (Act::Ask, unsure),
        ("question" | "wonder", _) if question || matches!(&*opening, "why" | "how" | "whether" | "if") => {
            (Act::Ask, unsure)
        }
        ("tell" | "warn" | "remind" | "advise", _) if is_infinitive || (asks_to && !finite) => (Act::Request, unsure),
        ("call", Act::Assert) if on => (Act::Request, unsure),
        // "Called it “pure invention”": a judgement on what another put forward.
        ("call" | "describe" | "label" | "brand" | "dub", _) if judges(document, attribution) => {
            (Act::Deny, commitment)
        }
        ("agree", _) if is_infinitive => (Act::Intend, unsure),
        ("suggest" | "propose", _) if opening.ends_with("ing") => (Act::Request, unsure),
        (_, Act::Assert) if rejects(document, content) => (Act::Deny, commitment),
        (_, Act::Assert) if commits(document, attribution, content) => (Act::Intend, unsure),
        _ => (act, commitment),
    }
}

/// Whether a question mark ends what is said.
fn asks(document: &Document<'_>, attribution: &Attribution) -> bool {
    let mark =
        |end: usize| (end.saturating_sub(2)..(end + 1).min(document.tokens.len())).any(|t| document.word(t) == "?");
    attribution.content.last().is_some_and(|content| mark(content.end))
}

/// Content that rejects what another put forward: a judgement ("groundless", "false") on something put forward ("the
/// report", "to suggest that …").
fn rejects(document: &Document<'_>, content: &Range<usize>) -> bool {
    // "No such meeting took place", "it was not true that …", "there is no truth in …".
    let answers: [&[&str]; 3] = [&["no", "such"], &["not", "true"], &["no", "truth"]];
    if answers.iter().any(|words| has_words(document, content, words)) {
        return true;
    }
    let Some(judgement) = content.clone().find(|t| certainty_of(&document.lemma(*t)) == Some("REJECT")) else {
        return false;
    };
    let put_forward = |token: usize| {
        let tag = document.syntax.pos(token);
        (tag.is_noun() && noun_is(&document.lemma(token), "assertion"))
            || (tag.is_verb()
                && matches!(
                    document.lemma(token).as_str(),
                    "suggest" | "say" | "claim" | "allege" | "accuse" | "report" | "think"
                ))
    };
    let sentence = &document.sentences[document.sentence_of(judgement)].tokens;
    let (start, end) = (content.start.max(sentence.start), content.end.min(sentence.end));
    !(start..judgement).any(|t| is_negation(document, t)) && (start..end).any(put_forward)
}

/// Whether a word that rejects stands in what somebody or something is called.
fn judges(document: &Document<'_>, attribution: &Attribution) -> bool {
    let mut words = attribution.content.iter().flat_map(Clone::clone);
    words.any(|token| certainty_of(&document.lemma(token)) == Some("REJECT"))
}

/// The speaker's own commitment: "he was willing to exchange", "we will rebuild".
fn commits(document: &Document<'_>, attribution: &Attribution, content: &Range<usize>) -> bool {
    let mut words = content.clone().filter(|t| document.is_word(*t));
    let Some(mut first) = words.next() else { return false };
    if document.lower(first) == "that" {
        first = words.next().unwrap_or(first);
    }
    let subject = document.lower(first);
    let quoted = document.is_quotation_mark(content.start);
    let own = match &*subject {
        "i" | "we" => quoted,
        "he" | "she" | "they" | "it" => !quoted,
        _ => false,
    };
    if !own || attribution.source.is_none() {
        return false;
    }
    let group: Vec<usize> = words.take(5).collect();
    let lemmas: Vec<String> = group.iter().map(|t| document.lemma(*t)).collect();
    let at = |word: &str| lemmas.iter().position(|lemma| lemma == word);
    let ready = ["willing", "ready", "prepared", "prepare", "determined"]
        .iter()
        .any(|word| at(word).is_some_and(|i| lemmas.get(i + 1).is_some_and(|next| next == "to")));
    let plans =
        lemmas.iter().take(2).any(|lemma| matches!(lemma.as_str(), "plan" | "intend" | "promise" | "vow" | "pledge"));
    let will = lemmas.first().is_some_and(|w| matches!(w.as_str(), "will" | "would" | "ll" | "shall"));
    let deed = group.iter().skip(1).find(|t| document.syntax.pos(**t) == Pos::VerbBase).map(|t| document.lemma(*t));
    // To be, have, like or know something is no deed that one can promise.
    let can_promise = deed.is_some_and(|deed| {
        !matches!(
            deed.as_str(),
            "be" | "have" | "like" | "love" | "prefer" | "say" | "think" | "know" | "need" | "see" | "expect" | "get"
        )
    });
    ready || plans || (will && can_promise)
}

#[cfg(test)]
mod tests {
    use super::{ACTS, CERTAINTY, NOUNS, names_act};

    #[test]
    fn tables_are_sorted_and_found_again() {
        ACTS.check();
        NOUNS.check();
        CERTAINTY.check();
    }

    #[test]
    fn words_of_saying_in_any_form() {
        for word in ["said", "Saying", "claims", "according", "information", "denied"] {
            assert!(names_act(word), "{word}");
        }
        for word in ["bridge", "the", "17", ""] {
            assert!(!names_act(word), "{word}");
        }
    }
}
