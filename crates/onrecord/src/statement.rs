//! Statements: who says, through whom, in which act, when, where and to whom.

use std::ops::Range;

use crate::act::{self, is_negation, noun_is};
use crate::antecedent::nature;
use crate::attribution::Attribution;
use crate::claim::{self, Claim};
use crate::document::Document;
use crate::record::{Act, Quote};
use crate::source::{Source, noun_phrase_head, short_name};
use crate::syntax::{Pos, Relation};
use crate::time::TimeKind;

/// One act of saying, thinking or declining to say. Ranges are of tokens, other references indices into the document's
/// layers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    /// The statement in whose content it stands, as an index.
    pub(crate) within: Option<usize>,
    pub(crate) source: Option<Source>,
    /// On whose word it rests, outermost first.
    pub(crate) chain: Vec<String>,
    pub(crate) cue: Option<(Range<usize>, String)>,
    pub(crate) act: Option<Act>,
    pub(crate) quote: Quote,
    pub(crate) content: Vec<Range<usize>>,
    pub(crate) to: Option<Range<usize>>,
    pub(crate) when: Option<usize>,
    pub(crate) place: Option<usize>,
    pub(crate) claims: Vec<Claim>,
    /// How probable it is that this was said by its source, 0 to 1; none where nothing was learned that tells. One within
    /// another can only be right where the other is.
    pub(crate) confidence: Option<f32>,
}

/// Makes statements of attributions, whose sources have been read.
pub(crate) fn statements(document: &Document<'_>, sources: &[Option<Source>]) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    // For each attribution the statement that it became.
    let mut became: Vec<Option<usize>> = Vec::new();
    for (i, attribution) in document.attributions.iter().enumerate() {
        let mut within = attribution.within.and_then(|parent| became[parent]);
        let reading = attribution.cue.as_ref().map(|cue| act::read(document, attribution, cue));
        let act = reading.as_ref().and_then(|reading| reading.act);
        let content = if act == Some(Act::Decline) { Vec::new() } else { attribution.content.clone() };
        // A cue with neither content nor silence tells nothing; a citation became a link of its sibling's chain.
        let tells = !content.is_empty() || (act == Some(Act::Decline) && attribution.source.is_some());
        let nests = attribution.within.is_none()
            || within.is_some_and(|parent| {
                act.is_some_and(act::is_hearsay)
                    && holds_verb(document, &content)
                    && !same_speaker(document, sources[i].as_ref(), statements[parent].source.as_ref())
            });
        // "X quoted Y as saying …" is one statement of both: that of Y, on the word of X.
        let quoted = within.filter(|parent| quotes(document, &statements[*parent]) && attribution.source.is_some());
        let idle = reading.as_ref().is_some_and(|reading| is_idle(document, attribution, reading));
        if !tells || !nests || idle || is_citation(document, i) {
            became.push(None);
            continue;
        }
        let mut chain = within.map_or(Vec::new(), |parent| statements[parent].chain.clone());
        chain.extend(outer(document, i).and_then(|outer| Some(sources[outer].as_ref()?.name()?.to_owned())));
        chain.extend(sources[i].as_ref().and_then(|source| Some(source.name()?.to_owned())));
        if act != Some(Act::Decline) {
            chain.extend(cited(document, i).and_then(|cited| link(document, &document.attributions[cited])));
        }
        chain.dedup();
        let frame = Frame::new(document, attribution);
        let commitment = reading.as_ref().and_then(|reading| reading.commitment);
        if let Some(parent) = quoted
            && parent + 1 == statements.len()
        {
            let parent = statements.pop();
            became.iter_mut().filter(|became| **became == Some(statements.len())).for_each(|became| *became = None);
            within = parent.and_then(|parent| parent.within);
        }
        became.push(Some(statements.len()));
        statements.push(Statement {
            within,
            confidence: attribution.confidence.and_then(|own| match within {
                Some(parent) => Some(own * statements[parent].confidence?),
                None => Some(own),
            }),
            source: sources[i].clone(),
            chain,
            quote: quote(document, &content),
            claims: claim::claims(document, &content, commitment),
            content,
            to: frame
                .as_ref()
                .filter(|_| act != Some(Act::Decline))
                .and_then(|frame| frame.addressee(reading.as_ref().map_or("", |r| &r.lemma))),
            when: frame.as_ref().and_then(Frame::time),
            place: frame.as_ref().and_then(Frame::place),
            cue: (attribution.cue.as_ref().map(|cue| verb_group(document, attribution, cue, act)))
                .zip(reading.map(|reading| reading.lemma)),
            act,
        });
    }
    statements
}

/// Whether a statement only says that it quotes somebody, whose words stand in it.
fn quotes(document: &Document<'_>, statement: &Statement) -> bool {
    let saying = |part: &Range<usize>| {
        part.clone().skip(1).any(|t| document.lower(t) == "saying" && document.lower(t - 1) == "as")
    };
    let by_name = statement.cue.as_ref().is_some_and(|(_, lemma)| matches!(lemma.as_str(), "quote" | "cite"));
    by_name && statement.content.iter().any(saying)
}

/// Words that the tagger takes for a word of saying with what is said, and that put nothing forward.
fn is_idle(document: &Document<'_>, attribution: &Attribution, reading: &act::Reading) -> bool {
    let Some(cue) = &attribution.cue else { return false };
    let syntax = document.syntax;
    let content = || attribution.content.iter().flat_map(Clone::clone);
    let clause = content().any(|token| {
        syntax.pos(token).is_verb() || syntax.pos(token) == Pos::Modal || document.is_quotation_mark(token)
    });
    let head = cue.clone().find(|token| syntax.pos(*token).is_verb() && !syntax.relation(*token).is_helper());
    let light = head.is_none_or(|verb| {
        let lemma = document.lemma(verb);
        matches!(
            lemma.as_str(),
            "provide" | "give" | "lend" | "offer" | "extend" | "have" | "make" | "get" | "win" | "be"
        )
    });
    // "Asked about the report, he …" tells what somebody was asked; "who asked not to be named" is no request of the
    // report's matter.
    let alone = cue.len() <= 2 && head == Some(cue.start) && syntax.pos(cue.start) == Pos::VerbParticiple;
    let asked = alone
        && matches!(reading.lemma.as_str(), "ask" | "press" | "question")
        && syntax.relation(cue.start) == Relation::AdverbialClause
        && !attribution
            .source
            .as_ref()
            .is_some_and(|source| source.start > cue.end && document.lower(source.start - 1) == "by");
    let anonymity = reading.act == Some(Act::Request)
        && content().any(|token| matches!(&*document.lower(token), "named" | "identified"))
        && content().any(|token| is_negation(document, token));
    let no_clause = !clause
        && match reading.act {
            // "Banned the runner", "lowered its forecast": deeds. "Does not recommend" is none, though no act either.
            None => attribution.source.is_none() || !cue.clone().any(|token| act::names_act(document.word(token))),
            Some(Act::Decline) => false,
            // "Has provided support for", "had made such a claim about": deeds, and words that name what was said before.
            Some(Act::Support | Act::Assert | Act::Intend) if light && head.is_some() => {
                !document.is_quotation_mark(cue.end.min(document.tokens.len() - 1))
            }
            Some(Act::Intend) => matches!(reading.lemma.as_str(), "offer" | "prepare" | "seek" | "plan" | "aim"),
            _ => false,
        };
    // "Has banned the runner after he missed three tests" is a deed with a clause, "are concerned the law will change"
    // a clause.
    let put_forward = |part: &Range<usize>| {
        let subject = syntax.top(part).and_then(|top| syntax.subject(top));
        subject.is_some_and(|subject| part.contains(&subject)) || document.lower(part.start) == "that"
    };
    let deed = reading.act.is_none()
        && !cue.clone().any(|token| act::names_act(document.word(token)))
        && !content().any(|token| document.is_quotation_mark(token))
        && !attribution.content.iter().any(put_forward)
        && document.is_word(cue.start);
    // What was learned from people outweighs these two where it is surer than not; such statements have no act, which tells.
    let doubtful = attribution.confidence.is_none_or(|confidence| confidence < 0.5);
    asked || anonymity || doubtful && (no_clause || deed)
}

/// The cue; of silence the whole verb group, "declined to comment", of which the tagger may take a part for content.
fn verb_group(
    document: &Document<'_>,
    attribution: &Attribution,
    cue: &Range<usize>,
    act: Option<Act>,
) -> Range<usize> {
    let pos = |token: usize| (token < document.tokens.len()).then(|| document.syntax.pos(token));
    let infinitive = pos(cue.end) == Some(Pos::To) && pos(cue.end + 1) == Some(Pos::VerbBase);
    match act {
        Some(Act::Decline) if infinitive && attribution.says(cue.end) => cue.start..cue.end + 2,
        _ => cue.clone(),
    }
}

/// Whether a content puts forward more than a thing.
fn holds_verb(document: &Document<'_>, content: &[Range<usize>]) -> bool {
    content.is_empty() || content.iter().flat_map(Clone::clone).any(|token| document.syntax.pos(token).is_verb())
}

/// Whether the source inside is the source outside: "he said he believed" is one voice.
fn same_speaker(document: &Document<'_>, inner: Option<&Source>, outer: Option<&Source>) -> bool {
    let first_person = |source: &Source| matches!(&*document.lower(source.tokens.start), "i" | "we");
    if inner.is_some_and(|inner| inner.tokens.len() == 1 && first_person(inner)) {
        return true;
    }
    inner.zip(outer).is_some_and(|(inner, outer)| inner.name().is_some() && inner.name() == outer.name())
}

/// "X, citing Y, reported": the citation that stands beside an attribution of the same source, as an index.
fn cited(document: &Document<'_>, i: usize) -> Option<usize> {
    let own = &document.attributions[i];
    let mut others = document.attributions.iter().enumerate().skip(i.saturating_sub(2)).take(5);
    others
        .find(|(j, _)| *j != i && is_citation(document, *j) && document.attributions[*j].source == own.source)
        .map(|(j, _)| j)
}

/// Whether an attribution only names on whose word another of the same source rests.
fn is_citation(document: &Document<'_>, i: usize) -> bool {
    let attribution = &document.attributions[i];
    let Some(cue) = attribution.cue.as_ref().filter(|cue| cue.len() == 1) else { return false };
    let [content] = &attribution.content[..] else { return false };
    let cites = matches!(&*document.lower(cue.start), "citing" | "quoting");
    // A clause inside ("residents of the village where …") describes who is cited.
    let top = document.syntax.top(content);
    let is_name = top.is_some_and(|top| document.syntax.pos(top).is_noun());
    let near = i.saturating_sub(2)..(i + 3).min(document.attributions.len());
    cites
        && is_name
        && attribution.source.is_some()
        && near.clone().any(|j| {
            let other = &document.attributions[j];
            j != i
                && other.source == attribution.source
                && !other.content.is_empty()
                && document.sentence_of(other.start()) == document.sentence_of(attribution.start())
        })
}

/// The name of what a citation cites.
fn link(document: &Document<'_>, attribution: &Attribution) -> Option<String> {
    let tokens = attribution.content.first()?;
    // "Citing confidentiality" gives a reason and no source.
    let head = noun_phrase_head(document, tokens);
    let speaks = document.mention_at(head).is_some() || nature(&document.lemma(head)).is_some();
    speaks.then(|| short_name(document, tokens))
}

/// "…, according to X" without a content of its own, over a sentence that reports what another said: X tells us that.
fn outer(document: &Document<'_>, i: usize) -> Option<usize> {
    let own = &document.attributions[i];
    if own.within.is_some() || own.content.is_empty() {
        return None;
    }
    let sentence = document.sentence_of(own.start());
    let near = i.saturating_sub(3)..(i + 4).min(document.attributions.len());
    near.into_iter().find(|j| {
        let other = &document.attributions[*j];
        let according = other.cue.as_ref().is_some_and(|cue| matches!(&*document.lower(cue.start), "according" | "by"));
        *j != i
            && according
            && other.content.is_empty()
            && other.source.is_some()
            && document.sentence_of(other.start()) == sentence
    })
}

/// Whether a content's words are the source's own.
fn quote(document: &Document<'_>, content: &[Range<usize>]) -> Quote {
    let (mut quoted, mut bare) = (false, false);
    let is_that = |t: usize, part: &Range<usize>| t == part.start && document.word(t).eq_ignore_ascii_case("that");
    for part in content {
        for token in part.clone().filter(|t| document.is_word(*t) && !is_that(*t, part)) {
            if document.quotation_at(token).is_some() { quoted = true } else { bare = true }
        }
    }
    match (quoted, bare) {
        (true, false) => Quote::Direct,
        (true, true) => Quote::Mixed,
        _ => Quote::Indirect,
    }
}

/// The words of the cue's sentence that are neither source nor content: where it says when, where and to whom.
struct Frame<'a> {
    document: &'a Document<'a>,
    attribution: &'a Attribution,
    cue: &'a Range<usize>,
    sentence: Range<usize>,
}

impl<'a> Frame<'a> {
    fn new(document: &'a Document<'a>, attribution: &'a Attribution) -> Option<Frame<'a>> {
        let cue = attribution.cue.as_ref()?;
        let sentence = document.sentences.get(document.sentence_of(cue.start))?.tokens.clone();
        Some(Frame { document, attribution, cue, sentence })
    }

    /// Whether the token belongs to the frame, and to the cue's clause: no other verb stands between it and the cue.
    fn holds(&self, token: usize) -> bool {
        let source = self.attribution.source.as_ref().is_some_and(|source| source.contains(&token));
        if source || self.attribution.says(token) || !self.sentence.contains(&token) {
            return false;
        }
        if self.cue.contains(&token) {
            return true;
        }
        for above in self.document.syntax.ancestors(token).take(12) {
            if self.cue.contains(&above) {
                return true;
            }
            if self.document.syntax.pos(above).is_verb() || self.attribution.says(above) {
                return false;
            }
        }
        false
    }

    /// When it was said: the day or hour in the frame that stands nearest to the cue.
    fn time(&self) -> Option<usize> {
        let times = self.document.times;
        let first =
            times.partition_point(|time| time.span.end() <= self.document.tokens[self.sentence.start].span.start());
        let end = self.document.tokens[self.sentence.end - 1].span.end();
        let here = (first..times.len()).take_while(|at| times[*at].span.start() < end);
        // "Now" and "in the past" are no day.
        let vague = |at: &usize| times[*at].value.as_ref().is_some_and(|value| value.ends_with("_REF"));
        here.filter(|at| matches!(times[*at].kind, TimeKind::Date | TimeKind::Time) && !vague(at))
            .map(|at| (at, self.document.tokens_in(times[at].span)))
            .filter(|(_, tokens)| self.document.syntax.top(tokens).is_some_and(|root| self.holds(root)))
            .min_by_key(|(_, tokens)| self.distance(tokens))
            .map(|(at, _)| at)
    }

    /// Where it was said: a place in the frame behind "in" or "at".
    fn place(&self) -> Option<usize> {
        let places = self.document.places;
        let first =
            places.partition_point(|place| place.span.end() <= self.document.tokens[self.sentence.start].span.start());
        let end = self.document.tokens[self.sentence.end - 1].span.end();
        let here = (first..places.len()).take_while(|at| places[*at].span.start() < end);
        here.map(|at| (at, self.document.tokens_in(places[at].span)))
            .filter(|(_, tokens)| {
                let before = tokens.start.checked_sub(1).map(|t| self.document.lower(t)).unwrap_or_default();
                matches!(&*before, "in" | "at" | "from")
                    && self.document.syntax.top(tokens).is_some_and(|root| self.holds(root))
            })
            .min_by_key(|(_, tokens)| self.distance(tokens))
            .map(|(at, _)| at)
    }

    fn distance(&self, tokens: &Range<usize>) -> usize {
        if tokens.start >= self.cue.end {
            tokens.start - self.cue.end
        } else {
            self.cue.start.saturating_sub(tokens.end)
        }
    }

    /// To whom or on which occasion: "told reporters", "said to the court", "at a news conference".
    fn addressee(&self, lemma: &str) -> Option<Range<usize>> {
        let document = self.document;
        if !self.cue.clone().any(|token| document.syntax.pos(token).is_verb())
            || document.lower(self.cue.start) == "according"
        {
            return None;
        }
        let addresses = matches!(
            lemma,
            "tell" | "inform" | "assure" | "remind" | "brief" | "notify" | "ask" | "urge" | "warn" | "order" | "advise"
        );
        // "Told | reporters": the noun phrase right behind the cue's last word.
        if addresses && document.syntax.pos(self.cue.end - 1).is_verb() {
            let phrase = self.noun_phrase(self.cue.end, false).or_else(|| self.told_to(self.cue.end));
            if phrase.is_some() {
                return phrase;
            }
        }
        let after = self.cue.start..(self.cue.end + 16).min(self.sentence.end);
        after.clone().find_map(|token| {
            let inside = self.cue.contains(&token) || self.holds(token);
            let preposition = document.lower(token);
            if !inside || !matches!(&*preposition, "to" | "at" | "in" | "during" | "on" | "before" | "with") {
                return None;
            }
            let phrase = self.noun_phrase(token + 1, false)?;
            let noun = phrase.clone().rev().find(|t| document.syntax.pos(*t).is_noun())?;
            let lemma = crate::lemma::lemma(document.word(noun), crate::lemma::WordClass::Noun);
            let fits = if preposition == "to" {
                token >= self.cue.end - 1 && token <= self.cue.end
            } else {
                noun_is(&lemma, "occasion")
            };
            fits.then_some(phrase)
        })
    }

    /// Who is to do what the content says, if it begins with them here: "urged | drivers to stay away".
    fn told_to(&self, start: usize) -> Option<Range<usize>> {
        let document = self.document;
        let content = self.attribution.content.iter().find(|part| part.start == start)?;
        let phrase = self.noun_phrase(start, true)?;
        let mut behind = (phrase.end..content.end).skip_while(|token| document.lower(*token) == "not");
        let to = behind.next().filter(|token| document.lower(*token) == "to")?;
        (to + 1 < content.end && document.syntax.pos(to + 1).is_verb()).then_some(phrase)
    }

    /// The noun phrase that starts at a token of the frame, or, if it is `said`, of the content.
    fn noun_phrase(&self, start: usize, said: bool) -> Option<Range<usize>> {
        let document = self.document;
        let belongs = |token: usize| {
            let tag = document.syntax.pos(token);
            let nominal = tag.is_noun()
                || matches!(
                    tag,
                    Pos::Determiner
                        | Pos::Adjective
                        | Pos::AdjectiveComparative
                        | Pos::AdjectiveSuperlative
                        | Pos::Pronoun
                        | Pos::PronounPossessive
                        | Pos::Number
                        | Pos::Possessive
                        | Pos::Hyphen
                        | Pos::VerbParticiple
                        | Pos::Names
                )
                || matches!(document.word(token), "'" | "’" | "-" | "s" | "&");
            nominal
                && self.attribution.says(token) == said
                && self.sentence.contains(&token)
                && (document.time_at(token).is_none() || document.mention_at(token).is_some())
        };
        let mut end = start;
        while end < self.sentence.end && belongs(end) {
            end += 1;
        }
        let named = (start..end).any(|t| document.syntax.pos(t).is_noun() || document.syntax.pos(t) == Pos::Pronoun);
        (named && !document.word(start).eq_ignore_ascii_case("that")).then_some(start..end)
    }
}
