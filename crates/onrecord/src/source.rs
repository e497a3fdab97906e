//! Sources: whom the words of a source name, and who is behind "he".
//!
//! Pronouns and roles are resolved by [`crate::antecedent`], as far as that is sure.

use std::ops::Range;

use crate::act::noun_is;
use crate::antecedent::{Asked, Before, Nature, Referent, nature};
use crate::attribution::Attribution;
use crate::document::Document;
use crate::entity::Entities;
use crate::gender;
use crate::mention::EntityKind;
use crate::record::SourceKind;
use crate::syntax::{Pos, Relation};

/// Who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its words.
    pub(crate) tokens: Range<usize>,
    /// Who that is; `None` for a pronoun that stays open.
    pub(crate) referent: Option<Referent>,
}

impl Source {
    /// The name under which it is kept.
    pub(crate) fn name(&self) -> Option<&str> {
        self.referent.as_ref().map(|referent| referent.name.as_str())
    }

    /// The entity that it names, as an index.
    pub(crate) fn entity(&self) -> Option<usize> {
        self.referent.as_ref()?.entity
    }

    /// Of what kind it is.
    pub(crate) fn kind(&self) -> SourceKind {
        self.referent.as_ref().map_or(SourceKind::Anonymous, |referent| referent.kind)
    }
}

/// The source of every attribution, in their order.
pub(crate) fn sources(document: &Document<'_>, entities: &Entities) -> Vec<Option<Source>> {
    let mut sources: Vec<Option<Source>> = Vec::with_capacity(document.attributions.len());
    for attribution in document.attributions {
        let source = attribution.source.as_ref().map(|tokens| {
            let before = Before { document, entities, sources: &sources };
            let reader = Reader { document, entities, before };
            Source { tokens: tokens.clone(), referent: reader.read(tokens, attribution) }
        });
        sources.push(source);
    }
    sources
}

/// Reads one source.
struct Reader<'a> {
    document: &'a Document<'a>,
    entities: &'a Entities,
    before: Before<'a>,
}

impl Reader<'_> {
    fn read(&self, tokens: &Range<usize>, attribution: &Attribution) -> Option<Referent> {
        let document = self.document;
        let head = noun_phrase_head(document, tokens);
        let tag = document.syntax.pos(head);
        let alone = words(document, tokens).count() == 1;
        let is_pronoun =
            matches!(tag, Pos::Pronoun | Pos::PronounPossessive | Pos::WhPronoun | Pos::WhDeterminer | Pos::Determiner);
        // "WHO" is not "who".
        let is_name =
            document.mention_at(head).is_some() || document.word(head).chars().filter(|c| c.is_uppercase()).count() > 1;
        if alone && is_pronoun && !is_name {
            return self.pronoun(head, attribution);
        }
        let conjunct = document.syntax.child(head, &[Relation::Conjunct]).is_some_and(|other| tokens.contains(&other));
        let listed = tokens.clone().any(|t| document.word(t) == ",") && tokens.clone().any(|t| joins(document, t));
        let joint = conjunct || listed || self.joins_people(tokens);
        // "Two of them"; but "one".
        let counted = |t: usize| document.syntax.pos(t) == Pos::Number && document.lower(t) != "one";
        let number = (tokens.start..head + 1).any(counted);
        let plural = joint || number || matches!(tag, Pos::Nouns | Pos::Names);
        let name = self.owned(tokens, attribution).unwrap_or_else(|| short_name(document, tokens));
        let noun = document.lemma(head);
        let gender = gender::of_noun(&noun);
        if let Some(mention) = self.before.mention(tokens, head).filter(|_| !joint) {
            let named = self.before.named(mention);
            let entity = self.entities.of_mention[mention];
            let kind = self.entities.list[entity].kind;
            let own_noun = document.mention_at(head) != Some(mention) && matches!(tag, Pos::Noun | Pos::Nouns);
            return Some(match kind {
                EntityKind::Person => named,
                EntityKind::Group => {
                    let gender = None;
                    Referent { name, kind: SourceKind::Role, plural: true, nature: Nature::Person, gender, ..named }
                }
                // A name with more words about it ("the Norwegian foreign ministry") is kept by all of them.
                _ => {
                    let nature = if own_noun { nature(&noun).unwrap_or(Nature::Body) } else { Nature::Body };
                    // "Acme Airlines" is one.
                    let plural = plural && tag != Pos::Names;
                    Referent { name: self.fuller(entity, name), plural, nature, gender, ..named }
                }
            });
        }
        let resolved = || {
            let by_name = self.before.person_by_role(tokens, head).or_else(|| self.before.body_by_role(tokens, head));
            let by_mark = || self.before.described_person(tokens, head, attribution);
            let by_surname = || self.before.by_name(tokens, head);
            by_name.or_else(by_surname).or_else(|| self.before.earlier_role(tokens, head)).or_else(by_mark)
        };
        if let Some(referent) = Some(()).filter(|()| !joint).and_then(|()| resolved()) {
            return Some(referent);
        }
        let kind = if joint && self.names_a_person(tokens) {
            SourceKind::Named
        } else if noun_is(&noun, "anonymous") {
            SourceKind::Anonymous
        } else if noun_is(&noun, "document") {
            SourceKind::Document
        } else {
            SourceKind::Role
        };
        // Who says something and is neither a body nor a text is taken for a person.
        let nature = nature(&noun).unwrap_or(Nature::Person);
        Some(Referent { entity: None, name, kind, plural, nature, gender })
    }

    /// An organization's or place's name, or the source's words where they say more.
    fn fuller(&self, entity: usize, words: String) -> String {
        let name = &self.entities.list[entity].name;
        let count = |name: &str| name.split_whitespace().count();
        let holds = words.contains(name.as_str());
        if (!holds && count(&words) > count(name))
            || (holds && words.len() > name.len() && !words.ends_with(name.as_str()))
        {
            words
        } else {
            name.clone()
        }
    }

    /// "Senators Ada Fenn and Luis Correa": two people, joined.
    fn joins_people(&self, tokens: &Range<usize>) -> bool {
        let document = self.document;
        let mut last: Option<(usize, usize)> = None;
        for token in tokens.clone() {
            let person = document.mention_at(token).filter(|m| document.mentions[*m].kind == EntityKind::Person);
            let Some(entity) = person.map(|mention| self.entities.of_mention[mention]) else { continue };
            if let Some((before, at)) = last
                && before != entity
                && (at + 1..token).any(|between| document.lower(between) == "and")
                && token - at <= 4
            {
                return true;
            }
            last = Some((entity, token));
        }
        false
    }

    fn names_a_person(&self, tokens: &Range<usize>) -> bool {
        tokens
            .clone()
            .any(|t| self.document.mention_at(t).is_some_and(|m| self.document.mentions[m].kind == EntityKind::Person))
    }

    /// "Her lawyer" is the lawyer of whom "her" stands for, by name where that is known.
    fn owned(&self, tokens: &Range<usize>, attribution: &Attribution) -> Option<String> {
        let document = self.document;
        if tokens.len() < 2 || document.syntax.pos(tokens.start) != Pos::PronounPossessive {
            return None;
        }
        let rest = short_name(document, &(tokens.start + 1..tokens.end));
        // What somebody's office says may be about him: "Demir will come, her office said".
        let apart = Attribution { content: Vec::new(), ..attribution.clone() };
        let owner = match self.spoken_of(tokens.start, attribution) {
            Some(subject) if attribution.cue.as_ref().is_some_and(|cue| cue.end <= tokens.start) => Some(subject),
            // "Her lawyer said Berg had left": that may be either.
            Some(_) => None,
            None => self.before.of_pronoun(tokens.start, Some(&apart)),
        };
        let owner = owner.filter(|owner| owner.entity.is_some());
        Some(match owner {
            Some(owner) if document.quotation_at(tokens.start).is_none() => {
                format!("{}{} {rest}", owner.name, genitive(document))
            }
            _ => rest,
        })
    }

    /// The subject of what is said behind a pronoun, where it can be whom the pronoun stands for: "according to his
    /// agent, Okoro will run".
    fn spoken_of(&self, pronoun: usize, attribution: &Attribution) -> Option<Referent> {
        let document = self.document;
        let asked = Asked::of(&document.lower(pronoun))?;
        let content = attribution.content.first().filter(|content| content.start > pronoun)?;
        let subject = document.syntax.subject(document.syntax.top(content)?)?;
        let mention = document.mention_at(subject)?;
        let referent = self.before.named(mention);
        (document.sentence_of(subject) == document.sentence_of(pronoun) && asked.fits(&referent)).then_some(referent)
    }

    fn pronoun(&self, token: usize, attribution: &Attribution) -> Option<Referent> {
        let document = self.document;
        let word = document.lower(token);
        let parent = attribution.within.and_then(|parent| self.before.sources[parent].as_ref()?.referent.clone());
        if matches!(&*word, "i" | "we" | "me" | "us") {
            return parent;
        }
        if matches!(&*word, "who" | "which" | "that") {
            return self.antecedent(token);
        }
        let asked = Asked::of(&word)?;
        // Inside what somebody tells in the paper's words, "he" is the teller; in his own words it is another.
        let own_words = document.quotation_at(token).is_some();
        let teller = parent.filter(|referent| !own_words && asked.fits(referent));
        teller.or_else(|| self.before.of_pronoun(token, Some(attribution)))
    }

    /// The noun that a relative clause with this pronoun describes.
    fn antecedent(&self, pronoun: usize) -> Option<Referent> {
        let document = self.document;
        let clause =
            document.syntax.ancestors(pronoun).find(|t| document.syntax.relation(*t) == Relation::RelativeClause)?;
        self.before.of_phrase(document.syntax.head(clause)?)
    }
}

/// The noun that the rest of a source hangs on.
pub(crate) fn noun_phrase_head(document: &Document<'_>, tokens: &Range<usize>) -> usize {
    let syntax = document.syntax;
    let root = syntax.top(tokens).unwrap_or(tokens.start);
    // A preposition or an article before its noun is no head.
    if syntax.pos(root).is_noun() || matches!(syntax.pos(root), Pos::Pronoun | Pos::Number) {
        return root;
    }
    tokens.clone().find(|t| syntax.pos(*t).is_noun()).unwrap_or(root)
}

/// "And" outside a name.
fn joins(document: &Document<'_>, token: usize) -> bool {
    let near = |token: usize| document.mention_at(token);
    document.lower(token) == "and"
        && !(token > 0 && near(token).is_some() && near(token) == near(token - 1))
        && !document.syntax.ancestors(token).take(6).any(|t| document.syntax.relation(t) == Relation::Apposition)
}

fn words<'a>(document: &'a Document<'_>, tokens: &Range<usize>) -> impl Iterator<Item = usize> + 'a {
    let document = *document;
    tokens.clone().filter(move |t| document.is_word(*t))
}

/// The genitive's ending with the apostrophe that the report writes.
fn genitive(document: &Document<'_>) -> &'static str {
    if document.text.contains("’s") { "’s" } else { "'s" }
}

/// A source's words as a name: without its article and a "Mr", up to a comma or a relative clause.
pub(crate) fn short_name(document: &Document<'_>, tokens: &Range<usize>) -> String {
    let Range { start, .. } = without_article(document, tokens);
    let honorific = tokens.end > start + 1 && matches!(&*document.lower(start), "mr" | "mrs" | "ms" | "miss");
    let mut start = start + usize::from(honorific);
    if honorific && start + 1 < tokens.end && document.word(start) == "." {
        start += 1;
    }
    let relative = |t: usize| {
        matches!(document.syntax.pos(t), Pos::WhPronoun | Pos::WhDeterminer)
            || (matches!(document.word(t), "," | "(" | "—" | "–" | ";") && !in_list(document, t, tokens))
    };
    let end = (start + 1..tokens.end).find(|t| relative(*t)).unwrap_or(tokens.end);
    let name = document.span(&(start..end)).of(document.text).split_whitespace().collect::<Vec<_>>().join(" ");
    // "The union's claim" has the union as its source.
    ["'s", "’s"].iter().find_map(|genitive| name.strip_suffix(genitive)).unwrap_or(&name).to_owned()
}

/// A noun phrase without the article that it begins with, unless nothing else is left.
pub(crate) fn without_article(document: &Document<'_>, tokens: &Range<usize>) -> Range<usize> {
    let has_article = tokens.len() > 1 && matches!(&*document.lower(tokens.start), "the" | "a" | "an");
    tokens.start + usize::from(has_article)..tokens.end
}

/// A comma between the members of a list: "Norway, Sweden and Finland".
fn in_list(document: &Document<'_>, comma: usize, tokens: &Range<usize>) -> bool {
    let next = comma + 1;
    tokens.contains(&next)
        && document
            .syntax
            .ancestors(next)
            .take_while(|t| *t > comma)
            .any(|t| document.syntax.relation(t) == Relation::Conjunct)
}
