//! Citations that hold what is cited: "The Post reported, quoting three officials, that envoys had met" is tagged as if
//! "three officials, that envoys had met" were quoted. It is cut in two: whom the paper quotes, and what it reports.

use crate::attribution::Attribution;
use crate::document::Document;
use crate::syntax::Pos;

/// Cuts such contents, and gives what is reported to the cue before them.
pub(crate) fn divide(document: &Document<'_>, attributions: &mut Vec<Attribution>) {
    for at in 0..attributions.len() {
        let own = &attributions[at];
        let Some(cue) = own.cue.as_ref().filter(|cue| cue.len() == 1) else { continue };
        let [content] = &own.content[..] else { continue };
        if !matches!(&*document.lower(cue.start), "citing" | "quoting") {
            continue;
        }
        // "…, that": a clause behind the comma that ends the citation.
        let border = (content.start + 1..content.end.saturating_sub(2)).find(|token| {
            document.word(*token) == ","
                && document.lower(token + 1) == "that"
                && document.syntax.pos(token + 1) == Pos::Preposition
        });
        let Some(border) =
            border.filter(|border| !(content.start..*border).any(|t| document.syntax.pos(t).is_finite()))
        else {
            continue;
        };
        let (cited, told) = (content.start..border, border + 1..content.end);
        let sentence = document.sentence_of(cue.start);
        let waits = |other: &Attribution| {
            other.content.is_empty()
                && other
                    .cue
                    .as_ref()
                    .is_some_and(|cue| document.sentence_of(cue.start) == sentence && cue.end <= cited.start)
        };
        match attributions.iter().position(waits) {
            Some(other) => {
                attributions[other].content.push(told);
                if attributions[other].source.is_none() {
                    attributions[other].source = attributions[at].source.clone();
                }
                attributions[at].source = attributions[other].source.clone();
            }
            None => {
                let verb = (document.sentences[sentence].tokens.start..cue.start).rev().find(|token| {
                    document.syntax.pos(*token).is_verb() && crate::act::names_act(document.word(*token))
                });
                let Some(verb) = verb else { continue };
                let source = attributions[at].source.clone();
                let cue = Some(verb..verb + 1);
                attributions.push(Attribution { source, cue, content: vec![told], within: None, confidence: None });
            }
        }
        attributions[at].content = vec![cited];
    }
}
