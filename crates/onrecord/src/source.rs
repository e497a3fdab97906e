//! Sources: whom the words of a source name, and who is behind "he".
//!
//! A pronoun is resolved only where one person offers himself; else it stays open.

use std::ops::Range;

use crate::act::noun_is;
use crate::article::BlockKind;
use crate::attribution::Attribution;
use crate::document::Document;
use crate::entity::Entities;
use crate::mention::EntityKind;
use crate::record::SourceKind;
use crate::syntax::{Pos, Relation};

/// Who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its words.
    pub(crate) tokens: Range<usize>,
    /// The entity that it names, as an index.
    pub(crate) entity: Option<usize>,
    /// The name under which it is kept; `None` for a pronoun that stays open.
    pub(crate) name: Option<String>,
    pub(crate) kind: SourceKind,
    /// Whether it is several: "they" can stand for it.
    plural: bool,
}

/// The source of every attribution, in their order.
pub(crate) fn sources(document: &Document<'_>, entities: &Entities) -> Vec<Option<Source>> {
    let mut sources: Vec<Option<Source>> = Vec::with_capacity(document.attributions.len());
    for (i, attribution) in document.attributions.iter().enumerate() {
        let source = attribution.source.as_ref().map(|tokens| {
            let earlier = Earlier { document, entities, attributions: &document.attributions[..i], sources: &sources };
            earlier.read(tokens, attribution)
        });
        sources.push(source);
    }
    sources
}

/// What stands before the source that is being read.
struct Earlier<'a> {
    document: &'a Document<'a>,
    entities: &'a Entities,
    attributions: &'a [Attribution],
    sources: &'a [Option<Source>],
}

impl Earlier<'_> {
    fn read(&self, tokens: &Range<usize>, attribution: &Attribution) -> Source {
        let document = self.document;
        let head = self.head(tokens);
        let tag = document.syntax.pos(head);
        if words(document, tokens).count() == 1
            && matches!(
                tag,
                Pos::Pronoun | Pos::PronounPossessive | Pos::WhPronoun | Pos::WhDeterminer | Pos::Determiner
            )
        {
            return self.pronoun(tokens, head, attribution);
        }
        let conjunct = document.syntax.child(head, &[Relation::Conjunct]).is_some_and(|other| tokens.contains(&other));
        let joint = conjunct || self.joins_people(tokens);
        let plural = joint || matches!(tag, Pos::Nouns | Pos::Names);
        let name = Some(short_name(document, tokens));
        if let Some(mention) = self.mention(tokens, head).filter(|_| !joint) {
            let entity = self.entities.of_mention[mention];
            let whole = &self.entities.list[entity];
            return match whole.kind {
                EntityKind::Person => Source {
                    tokens: tokens.clone(),
                    entity: Some(entity),
                    name: Some(whole.name.clone()),
                    kind: SourceKind::Named,
                    plural,
                },
                EntityKind::Group => {
                    Source { tokens: tokens.clone(), entity: Some(entity), name, kind: SourceKind::Role, plural: true }
                }
                // A name with more words about it ("the Norwegian foreign ministry") is kept by all of them.
                _ => Source {
                    tokens: tokens.clone(),
                    entity: Some(entity),
                    name: Some(self.fuller(entity, name)),
                    kind: SourceKind::Named,
                    plural,
                },
            };
        }
        let noun = document.lemma(head);
        if let Some(person) = self.by_role(tokens, &noun) {
            let name = Some(self.entities.list[person].name.clone());
            return Source { tokens: tokens.clone(), entity: Some(person), name, kind: SourceKind::Named, plural };
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
        Source { tokens: tokens.clone(), entity: None, name, kind, plural }
    }

    /// The noun that the rest of the source hangs on.
    fn head(&self, tokens: &Range<usize>) -> usize {
        let syntax = self.document.syntax;
        let root = syntax.top(tokens).unwrap_or(tokens.start);
        // A preposition or an article before its noun is no head.
        if syntax.pos(root).is_noun() || matches!(syntax.pos(root), Pos::Pronoun | Pos::Number) {
            return root;
        }
        tokens.clone().find(|t| syntax.pos(*t).is_noun()).unwrap_or(root)
    }

    /// The mention that the source is about: the one that holds its head, or the person whom a title stands before.
    fn mention(&self, tokens: &Range<usize>, head: usize) -> Option<usize> {
        let document = self.document;
        let is_person = |mention: usize| document.mentions[mention].kind == EntityKind::Person;
        if let Some(mention) = document.mention_at(head).filter(|m| is_person(*m)) {
            return Some(mention);
        }
        // "Foreign Ministry spokesman Lin", "the mayor, Ana Diaz": a person in apposition or at the end of the title.
        let comma = tokens.clone().find(|t| document.word(*t) == ",").unwrap_or(tokens.end);
        let before = (comma > tokens.start).then(|| document.mention_at(comma - 1)).flatten().filter(|m| is_person(*m));
        let genitive = |mention: usize| {
            let after = document.tokens_in(document.mentions[mention].span).end;
            document.tokens.get(after).is_some_and(|t| matches!(t.span.of(document.text), "'" | "’"))
        };
        // "The mayor of Oslo" ends in a place, "a friend of Ana Diaz" in another person.
        let in_phrase = |mention: usize| {
            let name = document.tokens_in(document.mentions[mention].span);
            let root = document.syntax.top(&name);
            root.is_some_and(|root| document.syntax.child(root, &[Relation::Case]).is_some())
        };
        if let Some(mention) = before.filter(|m| !in_phrase(*m) && !genitive(*m)) {
            return Some(mention);
        }
        let children = document.syntax.children(head).filter(|c| {
            matches!(document.syntax.relation(*c), Relation::Apposition | Relation::Flat) && tokens.contains(c)
        });
        let apposed = children.filter_map(|c| document.mention_at(c)).find(|m| is_person(*m));
        apposed.or_else(|| document.mention_at(head))
    }

    /// An organization's or place's name, or the source's words where they say more.
    fn fuller(&self, entity: usize, words: Option<String>) -> String {
        let name = &self.entities.list[entity].name;
        match words {
            Some(words)
                if words.split_whitespace().count() > name.split_whitespace().count()
                    && !words.contains(name.as_str()) =>
            {
                words
            }
            Some(words)
                if words.contains(name.as_str()) && words.len() > name.len() && !words.ends_with(name.as_str()) =>
            {
                words
            }
            _ => name.clone(),
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

    /// "The doctor", where one person of the report is a doctor.
    fn by_role(&self, tokens: &Range<usize>, noun: &str) -> Option<usize> {
        let document = self.document;
        let sentence = document.sentences.get(document.sentence_of(tokens.start));
        // A headline has no articles, and speaks of whom the text names after it.
        let in_headline = sentence.is_some_and(|sentence| document.blocks[sentence.block].kind == BlockKind::Headline);
        let with_article = document.lower(tokens.start) == "the";
        if !(with_article || in_headline) || words(document, tokens).count() > 3 {
            return None;
        }
        let words: Vec<String> =
            words(document, tokens).skip(usize::from(with_article)).map(|t| document.lower(t)).collect();
        let here = document.tokens[tokens.start].span;
        let fits = |role: &String| {
            let role = role.to_lowercase();
            let mut own = role.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>();
            own.retain(|word| !word.is_empty());
            own.contains(&noun) && words.iter().all(|word| own.contains(&word.as_str()))
        };
        let mut people = self.entities.list.iter().enumerate().filter(|(_, entity)| {
            entity.kind == EntityKind::Person
                && (in_headline || entity.mentions.first().is_some_and(|m| *m < here))
                && entity.roles.iter().any(fits)
        });
        let (person, _) = people.next()?;
        people.next().is_none().then_some(person)
    }

    fn pronoun(&self, tokens: &Range<usize>, token: usize, attribution: &Attribution) -> Source {
        let word = self.document.lower(token);
        let parent = attribution.within.and_then(|parent| self.sources[parent].as_ref());
        let found = match word.as_str() {
            "i" | "we" | "me" | "us" => parent.and_then(|source| self.same(source)),
            "he" | "she" => {
                parent.filter(|p| self.is_person(p)).and_then(|p| self.same(p)).or_else(|| self.person_before(token))
            }
            "they" => self.last_speaker(token).filter(|source| source.plural).and_then(|source| self.same(source)),
            "it" => self
                .last_speaker(token)
                .filter(|source| !self.is_person(source) && !source.plural)
                .and_then(|source| self.same(source)),
            "who" => self.antecedent(token),
            _ => None,
        };
        let plural = matches!(word.as_str(), "they" | "we");
        match found {
            Some((entity, name, kind)) => Source { tokens: tokens.clone(), entity, name: Some(name), kind, plural },
            None => Source { tokens: tokens.clone(), entity: None, name: None, kind: SourceKind::Anonymous, plural },
        }
    }

    /// The named noun that a relative clause with this pronoun describes.
    fn antecedent(&self, pronoun: usize) -> Option<(Option<usize>, String, SourceKind)> {
        let document = self.document;
        let clause =
            document.syntax.ancestors(pronoun).find(|t| document.syntax.relation(*t) == Relation::RelativeClause)?;
        let entity = self.entities.of_mention[document.mention_at(document.syntax.head(clause)?)?];
        Some((Some(entity), self.entities.list[entity].name.clone(), SourceKind::Named))
    }

    fn same(&self, source: &Source) -> Option<(Option<usize>, String, SourceKind)> {
        Some((source.entity, source.name.clone()?, source.kind))
    }

    fn is_person(&self, source: &Source) -> bool {
        match source.entity {
            Some(entity) => self.entities.list[entity].kind == EntityKind::Person,
            None => {
                matches!(source.kind, SourceKind::Role | SourceKind::Anonymous)
                    && !source.plural
                    && !self.is_body(source)
            }
        }
    }

    /// "The company", "the union": what is no person though no name says so.
    fn is_body(&self, source: &Source) -> bool {
        noun_is(&self.document.lemma(self.head(&source.tokens)), "body")
    }

    /// The last source before the token that is no part of another's content, in this paragraph or the one before.
    fn last_speaker(&self, token: usize) -> Option<&Source> {
        let block = self.block_of(token);
        let earlier = self.attributions.iter().zip(self.sources).rev();
        let mut speakers =
            earlier.filter(|(attribution, _)| attribution.within.is_none()).filter_map(|(_, source)| source.as_ref());
        speakers
            .find(|source| source.tokens.end <= token)
            .filter(|source| block <= self.block_of(source.tokens.start) + 1)
    }

    /// The person whom "he" or "she" stands for: the last speaker, unless somebody else was the subject since.
    fn person_before(&self, token: usize) -> Option<(Option<usize>, String, SourceKind)> {
        let document = self.document;
        let speaker = self.last_speaker(token).filter(|source| self.is_person(source));
        let from = speaker.map_or(0, |source| source.tokens.end);
        let block = self.block_of(token);
        let said = |token: usize| self.attributions.iter().any(|attribution| attribution.says(token));
        // Only subjects outside contents are looked at: of those inside, the speaker speaks.
        let at = document.tokens[token].span;
        let before = document.mentions.partition_point(|mention| mention.span.end() <= at.start());
        for mention in (0..before).rev() {
            let tokens = document.tokens_in(document.mentions[mention].span);
            if tokens.start < from || self.block_of(tokens.start) + 1 < block {
                break;
            }
            let Some(root) = document.syntax.top(&tokens) else { continue };
            let is_subject = document.syntax.ancestors(root).take(3).any(|t| {
                matches!(document.syntax.relation(t), Relation::Subject | Relation::SubjectPassive)
                    && !document.syntax.pos(t).is_verb()
            });
            if document.mentions[mention].kind == EntityKind::Person && is_subject && !said(tokens.start) {
                let entity = self.entities.of_mention[mention];
                return Some((Some(entity), self.entities.list[entity].name.clone(), SourceKind::Named));
            }
        }
        speaker.and_then(|source| self.same(source))
    }

    fn block_of(&self, token: usize) -> usize {
        let document = self.document;
        document.sentences.get(document.sentence_of(token)).map_or(usize::MAX, |sentence| sentence.block)
    }
}

fn words<'a>(document: &'a Document<'_>, tokens: &Range<usize>) -> impl Iterator<Item = usize> + 'a {
    let document = *document;
    tokens.clone().filter(move |t| document.is_word(*t))
}

/// A source's words as a name: without its article, up to a comma or a relative clause.
fn short_name(document: &Document<'_>, tokens: &Range<usize>) -> String {
    let Range { start, .. } = without_article(document, tokens);
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
    let has_article = tokens.len() > 1 && matches!(document.lower(tokens.start).as_str(), "the" | "a" | "an");
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
