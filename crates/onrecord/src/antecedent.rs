//! Antecedents: whom a pronoun stands for, and whom a role ("the spokesman", "the ministry").
//!
//! The search goes back sentence by sentence. In each, who spoke or was the subject comes before who was only named, and
//! what does not agree in number and gender is passed over. Where two offer themselves and nothing tells them apart, the
//! answer is nobody: a wrong name harms people, an open pronoun does not.

use std::ops::Range;

use crate::act::noun_is;
use crate::article::BlockKind;
use crate::attribution::Attribution;
use crate::document::Document;
use crate::entity::{Entities, initials, is_acronym, role_head};
use crate::gender::{self, Gender};
use crate::mention::EntityKind;
use crate::place;
use crate::record::SourceKind;
use crate::source::{Source, noun_phrase_head, short_name};
use crate::syntax::{Pos, Relation};

/// How many blocks back an antecedent may stand, of one person and of others.
const REACH: [usize; 2] = [2, 1];
/// How far one pronoun is followed to another.
const DEPTH: usize = 4;

/// Somebody or something that words stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Referent {
    pub(crate) entity: Option<usize>,
    pub(crate) name: String,
    pub(crate) kind: SourceKind,
    pub(crate) plural: bool,
    pub(crate) nature: Nature,
    pub(crate) gender: Option<Gender>,
}

/// What can be "he" and what "it".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    Person,
    /// An organization, a government, a group under one name.
    Body,
    /// A text, a place, a thing.
    Thing,
}

/// What a pronoun asks of its antecedent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    One(Gender),
    /// A person, man or woman: "the 24-year-old".
    Somebody,
    Several,
    It,
}

impl Asked {
    /// What the pronoun, in small letters, asks.
    pub(crate) fn of(pronoun: &str) -> Option<Asked> {
        match pronoun {
            "he" | "him" | "his" | "himself" => Some(Asked::One(Gender::Man)),
            "she" | "her" | "hers" | "herself" => Some(Asked::One(Gender::Woman)),
            "they" | "them" | "their" | "themselves" => Some(Asked::Several),
            "it" | "its" | "itself" => Some(Asked::It),
            _ => None,
        }
    }

    /// Whether it can be that.
    pub(crate) fn fits(self, referent: &Referent) -> bool {
        match self {
            Asked::One(gender) => {
                referent.nature == Nature::Person && !referent.plural && referent.gender.is_none_or(|own| own == gender)
            }
            Asked::Somebody => referent.nature == Nature::Person && !referent.plural,
            Asked::Several => referent.plural && referent.nature != Nature::Thing,
            Asked::It => referent.nature != Nature::Person && !referent.plural,
        }
    }
}

/// What stands before the source that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) entities: &'a Entities,
    /// The sources of the attributions that have been read, in their order.
    pub(crate) sources: &'a [Option<Source>],
}

impl Before<'_> {
    /// Whom the pronoun at a token stands for. `own` is the attribution whose source it is: nobody in its content says
    /// it.
    pub(crate) fn of_pronoun(&self, token: usize, own: Option<&Attribution>) -> Option<Referent> {
        self.pronoun(token, own, DEPTH)
    }

    fn pronoun(&self, token: usize, own: Option<&Attribution>, depth: usize) -> Option<Referent> {
        let asked = Asked::of(&self.document.lower(token))?;
        if depth == 0 {
            return None;
        }
        let search = Search { before: self, token, own, asked, depth };
        let found = search.governing().or_else(|| search.back());
        // "The church denied it. They said …": a body that spoke last, where nobody else is several.
        found.or_else(|| search.last_speaker().filter(|last| asked == Asked::Several && last.nature == Nature::Body))
    }

    /// "The 24-year-old", "the actress": a person by a mark that anybody may have, so the one who spoke or acted last.
    pub(crate) fn described_person(&self, tokens: &Range<usize>, head: usize, own: &Attribution) -> Option<Referent> {
        let document = self.document;
        let noun = document.lemma(head);
        let aged = document.lower(tokens.end - 1) == "old" && tokens.len() > 3;
        if document.lower(tokens.start) != "the" || !(aged || noun_is(&noun, "descriptor")) {
            return None;
        }
        let asked = gender::of_noun(&noun).map_or(Asked::Somebody, Asked::One);
        let search = Search { before: self, token: tokens.start, own: Some(own), asked, depth: DEPTH };
        search.back().filter(|referent| referent.entity.is_some())
    }

    /// The person or body of the report that a name without a mention of its own is: a surname, an acronym.
    pub(crate) fn by_name(&self, tokens: &Range<usize>, head: usize) -> Option<Referent> {
        let document = self.document;
        let word = document.word(head);
        if !matches!(document.syntax.pos(head), Pos::Name | Pos::Names) && !is_acronym(word) {
            return None;
        }
        let alone = tokens
            .clone()
            .filter(|t| document.is_word(*t))
            .all(|t| t == head || matches!(&*document.lower(t), "mr" | "mrs" | "ms" | "miss" | "dr" | "the"));
        let fits = |at: &usize| {
            let whole = &self.entities.list[*at];
            match whole.kind {
                EntityKind::Person => whole.name.rsplit_once(' ').is_some_and(|(_, surname)| surname == word),
                _ => is_acronym(word) && initials(&whole.name).eq(word.chars()),
            }
        };
        let mut fitting = (0..self.entities.list.len()).filter(|_| alone).filter(fits);
        let one = fitting.next().filter(|_| fitting.next().is_none())?;
        let mention = self.entities.of_mention.iter().position(|entity| *entity == one)?;
        Some(self.named(mention))
    }

    /// Whom the noun phrase of a head names.
    pub(crate) fn of_phrase(&self, head: usize) -> Option<Referent> {
        self.referent(head, None, DEPTH)
    }

    /// Whom the words of a noun phrase name, as far as that is known.
    fn referent(&self, head: usize, own: Option<&Attribution>, depth: usize) -> Option<Referent> {
        let document = self.document;
        let known = |(attribution, source): (&Attribution, &Option<Source>)| {
            let tokens = attribution.source.as_ref().filter(|tokens| tokens.contains(&head))?;
            let source = source.as_ref()?;
            (noun_phrase_head(document, tokens) == head).then(|| source.referent.clone()).flatten()
        };
        if let Some(referent) = document.attributions.iter().zip(self.sources).rev().take(24).find_map(known) {
            return Some(referent);
        }
        let pos = document.syntax.pos(head);
        let tokens = noun_phrase(document, head);
        let about = if pos.is_noun() { self.mention(&document.syntax.subtree(head), head) } else { None };
        if let Some(mention) = about {
            let named = self.named(mention);
            let own = document.mention_at(head) == Some(mention);
            // "The Russian minister" is no Russian at large, "Acme engineers" are not Acme.
            let other = !own && named.nature != Nature::Person;
            // One "Republican" is somebody whom the report calls so, and it is open who.
            let single = named.plural && pos == Pos::Name;
            if !other && !single {
                return Some(named);
            }
        }
        if pos == Pos::Pronoun && document.quotation_at(head).is_none() {
            return self.pronoun(head, own, depth - 1);
        }
        if !matches!(pos, Pos::Noun | Pos::Nouns) {
            return None;
        }
        if let Some(person) = self.person_by_role(&tokens, head) {
            return Some(person);
        }
        let noun = document.lemma(head);
        let nature = nature(&noun)?;
        let plural = pos == Pos::Nouns;
        // "The chairman of the board" and the like are somebody, a mere "people" is nobody.
        let kind = if noun_is(&noun, "anonymous") { SourceKind::Anonymous } else { SourceKind::Role };
        let gender = gender::of_noun(&noun);
        Some(Referent { entity: None, name: short_name(document, &tokens), kind, plural, nature, gender })
    }

    /// The mention that a noun phrase is about: the one that holds its head, or the person whom a title stands before.
    pub(crate) fn mention(&self, tokens: &Range<usize>, head: usize) -> Option<usize> {
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
        // "One speaker, the singer Tom Adeyemi": in an apposition that has a title of its own.
        let named = |c: usize| {
            let inside = document.syntax.children(c).filter(|t| document.syntax.relation(*t) == Relation::Flat);
            std::iter::once(c).chain(inside).filter_map(|t| document.mention_at(t)).find(|m| is_person(*m))
        };
        let apposed = children.filter_map(named).next();
        let is_firm = |mention: &usize| document.mentions[*mention].kind == EntityKind::Organization;
        let body = || {
            if !noun_is(&document.lemma(head), "body") || document.mention_at(head).is_some() {
                return None;
            }
            // "Grid operator Netta", "the media outlet Ukrainska Pravda".
            let last = (comma > tokens.start).then(|| document.mention_at(comma - 1)).flatten();
            let called = last.filter(|mention| is_firm(mention) && !in_phrase(*mention) && !genitive(*mention));
            // "The company that runs the plant, Acme Chemicals".
            let beside = |c: &usize| document.syntax.relation(*c) == Relation::Apposition && tokens.contains(c);
            let apposed = || document.syntax.children(head).filter(beside).filter_map(|c| document.mention_at(c));
            called.or_else(|| apposed().find(is_firm))
        };
        apposed.or_else(body).or_else(|| document.mention_at(head))
    }

    /// What a mention names.
    pub(crate) fn named(&self, mention: usize) -> Referent {
        let entity = self.entities.of_mention[mention];
        let whole = &self.entities.list[entity];
        let nature = match whole.kind {
            EntityKind::Person => Nature::Person,
            EntityKind::Organization | EntityKind::Place => Nature::Body,
            EntityKind::Group => Nature::Person,
            EntityKind::Document => Nature::Thing,
        };
        Referent {
            entity: Some(entity),
            name: whole.name.clone(),
            kind: SourceKind::Named,
            plural: whole.kind == EntityKind::Group,
            nature,
            gender: whole.gender,
        }
    }

    /// "The doctor", where one person of the report is a doctor; of several, the one who was named last and nearby.
    pub(crate) fn person_by_role(&self, tokens: &Range<usize>, head: usize) -> Option<Referent> {
        let document = self.document;
        let in_headline = (document.sentences.get(document.sentence_of(tokens.start)))
            .is_some_and(|sentence| document.blocks[sentence.block].kind == BlockKind::Headline);
        let words = self.described(tokens, head, in_headline)?;
        let here = document.tokens[tokens.start].span;
        let list = &self.entities.list;
        let fitting: Vec<usize> = (0..list.len())
            .filter(|at| list[*at].kind == EntityKind::Person && self.holds_role(*at, head, &words))
            .filter(|at| in_headline || list[*at].mentions.first().is_some_and(|mention| *mention < here))
            .collect();
        let person = match fitting[..] {
            [] => return None,
            [one] => one,
            _ => {
                let named = |at: &usize| {
                    let mentions = &list[*at].mentions;
                    mentions[..mentions.partition_point(|mention| *mention < here)].last().copied()
                };
                let near = |at: &usize| {
                    let last = named(at).map(|span| document.block_of(document.tokens_in(span).start));
                    last.is_some_and(|block| block + 1 >= document.block_of(tokens.start))
                };
                let mut near = fitting.iter().copied().filter(near);
                near.next().filter(|_| near.next().is_none())?
            }
        };
        let mention = document.mentions.iter().position(|mention| mention.span == list[person].mentions[0])?;
        Some(self.named(mention))
    }

    /// The words that describe whom a definite phrase means, its noun apart; `None` where the phrase is not definite.
    fn described(&self, tokens: &Range<usize>, head: usize, in_headline: bool) -> Option<Vec<String>> {
        let document = self.document;
        let definite = matches!(&*document.lower(tokens.start), "the" | "this" | "that");
        if !definite && !in_headline {
            return None;
        }
        // "The official who uses one name" is described by what stands before "who".
        let end = relative_clause(document, tokens).max(head + 1);
        let words = (tokens.start + usize::from(definite)..end).filter(|t| *t != head && document.is_word(*t));
        let words: Vec<String> = words
            .map(|t| document.lower(t).into_owned())
            .filter(|word| !matches!(word.as_str(), "of" | "the" | "s" | "for"))
            .collect();
        (words.len() <= 4).then_some(words)
    }

    /// Whether a person has an office of this noun, and the office has the other words.
    fn holds_role(&self, person: usize, head: usize, words: &[String]) -> bool {
        let document = self.document;
        let noun = document.lemma(head);
        let same_office = |role: &str| {
            let own = role_head(role);
            own == noun || (is_speaker(&own) && is_speaker(&noun) && agree(&own, &noun))
        };
        let roles = &self.entities.list[person].roles;
        let Some(role) = roles.iter().find(|role| same_office(role)) else { return false };
        let own: Vec<String> = std::iter::once(role)
            .chain(roles)
            .flat_map(|role| role.split(|c: char| !c.is_alphanumeric()))
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let country = |word: &str| {
            let mut capital = word.to_owned();
            capital.get_mut(..1).map(str::make_ascii_uppercase);
            place::nationality(&capital).or_else(|| place::known(&capital).filter(|known| known.is_country)?.country)
        };
        let same = |a: &str, b: &str| a == b || country(a).is_some_and(|at| country(b) == Some(at));
        words.iter().all(|word| own.iter().any(|other| same(word, other)))
    }

    /// "The ministry", "the company": the organization of the report that is called so, or the one named last.
    pub(crate) fn body_by_role(&self, tokens: &Range<usize>, head: usize) -> Option<Referent> {
        let document = self.document;
        let noun = document.lemma(head);
        if document.syntax.pos(head) != Pos::Noun || !noun_is(&noun, "body") {
            return None;
        }
        let words = self.described(tokens, head, false)?;
        let here = document.tokens[tokens.start].span;
        let before = document.mentions.partition_point(|mention| mention.span.end() <= here.start());
        let block = document.block_of(tokens.start);
        // Its name or its description has the noun: "Health Ministry", "Acme, a shipping company".
        let called = |at: &usize| {
            let mention = document.mentions[*at];
            let name = mention.span.of(document.text).to_lowercase();
            let whole = &self.entities.list[self.entities.of_mention[*at]];
            let own: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
            let role = |role: &String| {
                let role = role.to_lowercase();
                role_head(&role) == noun && words.iter().all(|word| role.contains(word.as_str()))
            };
            let ends = own.last().is_some_and(|last| *last == noun) || name.starts_with(&format!("{noun} of "));
            mention.kind == EntityKind::Organization
                && ((ends && words.iter().all(|word| own.contains(&word.as_str()))) || whole.roles.iter().any(role))
        };
        let mut named: Vec<usize> = (0..before).filter(called).map(|at| self.entities.of_mention[at]).collect();
        named.dedup();
        if let Some(last) = named.last() {
            // Of two ministries the one named last, if it stands nearby.
            let single = named.iter().all(|other| other == last);
            let at = (0..before).rev().find(|at| self.entities.of_mention[*at] == *last)?;
            let near = document.block_of(document.tokens_in(document.mentions[at].span).start) + 1 >= block;
            return (single || near).then(|| self.named(at));
        }
        if !words.is_empty() || !is_generic(&noun) {
            return None;
        }
        // Called by nothing but what it is: the one organization that spoke or acted last.
        let search = Search { before: self, token: tokens.start, own: None, asked: Asked::It, depth: DEPTH };
        search.back().filter(|referent| {
            let kind = referent.entity.map(|entity| self.entities.list[entity].kind);
            kind == Some(EntityKind::Organization)
        })
    }

    /// "The spokesman", where one earlier source is "a police spokesman".
    pub(crate) fn earlier_role(&self, tokens: &Range<usize>, head: usize) -> Option<Referent> {
        let document = self.document;
        let words = self.described(tokens, head, false)?;
        let noun = document.lemma(head);
        let mut names: Vec<&Referent> = Vec::new();
        for (attribution, source) in document.attributions.iter().zip(self.sources).rev().take(40) {
            let (Some(at), Some(source)) = (&attribution.source, source) else { continue };
            let Some(referent) = source.referent.as_ref().filter(|referent| referent.entity.is_none()) else {
                continue;
            };
            let role = referent.name.to_lowercase();
            let own: Vec<&str> = role.split(|c: char| !c.is_alphanumeric()).collect();
            let fits = at.end <= tokens.start
                && document.lemma(noun_phrase_head(document, at)) == noun
                && referent.plural == (document.syntax.pos(head) == Pos::Nouns)
                && own.len() > words.len() + 1
                && words.iter().all(|word| own.contains(&word.as_str()));
            if fits && !names.iter().any(|other| other.name == referent.name) {
                names.push(referent);
            }
        }
        match names[..] {
            [one] => Some(one.clone()),
            [] => self.earlier_body(tokens, head, &words),
            _ => None,
        }
    }

    /// "The ministry", where "the health ministry" stands shortly before, be it no source.
    fn earlier_body(&self, tokens: &Range<usize>, head: usize, words: &[String]) -> Option<Referent> {
        let document = self.document;
        let noun = document.lemma(head);
        if !noun_is(&noun, "body") || document.syntax.pos(head) != Pos::Noun {
            return None;
        }
        let phrase = |at: usize| {
            let phrase = noun_phrase(document, at).start..at + 1;
            let own: Vec<_> = phrase.clone().filter(|t| document.is_word(*t)).map(|t| document.lower(t)).collect();
            let fuller = own.len() > words.len() + 2 && words.iter().all(|word| own.iter().any(|own| own == word));
            fuller.then(|| short_name(document, &phrase))
        };
        let same = |at: &usize| document.syntax.pos(*at) == Pos::Noun && document.lemma(*at) == noun;
        let mut names = (0..tokens.start).rev().filter(same).filter_map(phrase);
        let name = names.next()?;
        // Of two ministries it is open which.
        if names.any(|other| !other.eq_ignore_ascii_case(&name)) {
            return None;
        }
        Some(Referent { entity: None, name, kind: SourceKind::Role, plural: false, nature: Nature::Body, gender: None })
    }
}

/// One search for what a pronoun stands for.
struct Search<'a> {
    before: &'a Before<'a>,
    token: usize,
    own: Option<&'a Attribution>,
    asked: Asked,
    depth: usize,
}

impl Search<'_> {
    /// The subject of a clause that holds the pronoun's: "Ida Berg wrote what she called a plea".
    fn governing(&self) -> Option<Referent> {
        let document = self.before.document;
        let clauses = document.syntax.ancestors(self.token).skip(1);
        let mut verbs = clauses.filter(|token| document.syntax.children(*token).next().is_some()).take(8);
        verbs.find_map(|verb| {
            let subject = document.syntax.subject(verb)?;
            let apart = subject < self.token && self.may_mean(subject);
            let referent = apart.then(|| self.before.referent(subject, self.own, self.depth)).flatten();
            let share = self.asked == Asked::Several && referent.is_none() && apart && is_share(document, subject);
            referent.or_else(|| share.then(|| self.both(subject))).filter(|referent| self.asked.fits(referent))
        })
    }

    /// Back through the sentences.
    fn back(&self) -> Option<Referent> {
        let document = self.before.document;
        let block = document.block_of(self.token);
        let sentence = document.sentence_of(self.token);
        let reach = REACH[usize::from(!matches!(self.asked, Asked::One(_) | Asked::Somebody))];
        // Somebody who was only named, in a sentence where nobody spoke or acted.
        let mut held: Option<Referent> = None;
        for at in (0..=sentence).rev() {
            let Some(here) = document.sentences.get(at) else { continue };
            if here.block + reach < block {
                break;
            }
            let strong = self.strong(&here.tokens);
            if !strong.is_empty() {
                return self.chosen(strong, held);
            }
            let mut weak = self.weak(&here.tokens);
            if held.is_none() {
                match weak.len() {
                    0 => {}
                    1 => held = weak.pop(),
                    _ => return None,
                }
            }
        }
        // Nobody acted: who was named alone is meant where the pronoun fits for sure.
        held.filter(|referent| match self.asked {
            Asked::One(gender) => referent.gender == Some(gender),
            Asked::Several => true,
            Asked::It | Asked::Somebody => false,
        })
    }

    /// Of those who spoke or acted in one sentence: the one there is; of several, the one of whom the pronoun is surely.
    fn chosen(&self, strong: Vec<(Referent, bool)>, held: Option<Referent>) -> Option<Referent> {
        let sure = |referent: &Referent| match self.asked {
            Asked::One(gender) => referent.gender == Some(gender),
            _ => true,
        };
        let single = |of: &dyn Fn(&(Referent, bool)) -> bool| {
            let mut fitting = strong.iter().filter(|candidate| of(candidate));
            let first = &fitting.next()?.0;
            fitting.all(|other| other.0.name == first.name).then(|| first.clone())
        };
        let one = single(&|_| true)
            .or_else(|| single(&|(referent, _)| sure(referent)))
            .or_else(|| single(&|(_, main)| *main))?;
        match held {
            // Somebody else was named since: only where one of the two fits better is it told who is meant.
            Some(other) if other.name != one.name => match (sure(&other), sure(&one)) {
                (true, false) => Some(other),
                (false, _) => Some(one),
                (true, true) => self.has_spoken(&one).then_some(one),
            },
            _ => Some(one),
        }
    }

    /// Whether it was the last to speak before the pronoun.
    fn has_spoken(&self, referent: &Referent) -> bool {
        self.last_speaker().is_some_and(|last| last.name == referent.name)
    }

    /// Who spoke last before the pronoun, in its block or the one before.
    fn last_speaker(&self) -> Option<Referent> {
        let document = self.before.document;
        let attributions = document.attributions.iter().zip(self.before.sources).rev();
        let mut speakers = attributions
            .filter(|(attribution, _)| attribution.within.is_none())
            .filter(|(attribution, _)| attribution.source.as_ref().is_some_and(|source| source.end <= self.token))
            .filter_map(|(attribution, source)| Some((attribution.start(), source.as_ref()?.referent.as_ref()?)));
        let (at, last) = speakers.next()?;
        (document.block_of(at) + 1 >= document.block_of(self.token)).then(|| last.clone())
    }

    /// Who spoke or was the subject in a sentence, and whether of its main clause; each once.
    fn strong(&self, tokens: &Range<usize>) -> Vec<(Referent, bool)> {
        let document = self.before.document;
        let syntax = document.syntax;
        let end = tokens.end.min(self.token);
        let mut found: Vec<(Referent, bool)> = Vec::new();
        let mut add = |referent: Referent, main: bool| {
            if self.asked.fits(&referent) {
                match found.iter_mut().find(|(other, _)| other.name == referent.name) {
                    Some((_, known)) => *known |= main,
                    None => found.push((referent, main)),
                }
            }
        };
        for (attribution, source) in document.attributions.iter().zip(self.before.sources) {
            let (Some(at), Some(source)) = (&attribution.source, source) else { continue };
            if attribution.within.is_none()
                && at.start >= tokens.start
                && at.end <= end
                && document.quotation_at(self.token).is_none()
                && let Some(referent) = &source.referent
            {
                add(referent.clone(), true);
            }
        }
        let said = |token: usize| {
            // Who may be meant of those in its own content is told elsewhere.
            let own = |it: &Attribution| self.own.is_some_and(|own| own.cue == it.cue);
            let told = |it: &Attribution| it.within.is_none() && it.says(token) && !own(it);
            document.attributions.iter().any(told)
                && !document.attributions.iter().any(|it| told(it) && it.says(self.token))
        };
        for token in tokens.start..end {
            let is_subject = syntax.relation(token).is_subject()
                || (syntax.relation(token) == Relation::Conjunct
                    && syntax.head(token).is_some_and(|head| syntax.relation(head).is_subject()));
            let source = |attribution: &Attribution| attribution.source.as_ref().is_some_and(|it| it.contains(&token));
            if document.attributions.iter().take(self.before.sources.len()).any(source) {
                continue;
            }
            // Of those in what is said, who says it speaks.
            if !is_subject || !self.may_mean(token) || syntax.pos(token).is_verb() || said(token) {
                continue;
            }
            let main = syntax.head(token).is_some_and(|verb| syntax.relation(verb) == Relation::Root);
            let joint = syntax.child(token, &[Relation::Conjunct]).filter(|_| self.asked == Asked::Several);
            match joint {
                // "Ana Diaz and Ben Cole": they.
                Some(_) => add(self.both(token), main),
                None => {
                    if let Some(referent) = self.before.referent(token, self.own, self.depth) {
                        add(referent, main);
                    }
                }
            }
        }
        found
    }

    /// Several as one subject: two people joined, a share of many.
    fn both(&self, head: usize) -> Referent {
        let document = self.before.document;
        let tokens = noun_phrase(document, head);
        let kind = if document.mention_at(head).is_some() { SourceKind::Named } else { SourceKind::Role };
        let nature = Nature::Person;
        Referent { entity: None, name: short_name(document, &tokens), kind, plural: true, nature, gender: None }
    }

    /// Who else is named in a sentence, outside quotations; each once.
    fn weak(&self, tokens: &Range<usize>) -> Vec<Referent> {
        let document = self.before.document;
        let end = tokens.end.min(self.token);
        if end <= tokens.start || !matches!(self.asked, Asked::One(_) | Asked::Somebody) {
            return Vec::new();
        }
        let from = document.tokens[tokens.start].span.start();
        let until = document.tokens[end - 1].span.end();
        let first = document.mentions.partition_point(|mention| mention.span.end() <= from);
        let last = document.mentions.partition_point(|mention| mention.span.start() < until);
        let mut found: Vec<Referent> = Vec::new();
        for mention in first..last.max(first) {
            let Some(head) = document.syntax.top(&document.tokens_in(document.mentions[mention].span)) else {
                continue;
            };
            let referent = self.before.named(mention);
            let known = found.iter().any(|other| other.name == referent.name);
            if !known && self.may_mean(head) && self.asked.fits(&referent) {
                found.push(referent);
            }
        }
        found
    }

    /// Whether somebody named at the token can be the speaker: not inside what is said here, nor in another's quotation.
    fn may_mean(&self, token: usize) -> bool {
        let document = self.before.document;
        let quotation = document.quotation_at(token);
        // Of a sentence before, more may have been taken for what is said than is.
        let near = quotation.is_some() || document.sentence_of(token) == document.sentence_of(self.token);
        // Who speaks in a quotation speaks of those whom he names there.
        !(near && self.own.is_some_and(|own| own.says(token))) && quotation == document.quotation_at(self.token)
    }
}

/// The words that a noun phrase has before its head and right behind it, without a clause that describes it.
fn noun_phrase(document: &Document<'_>, head: usize) -> Range<usize> {
    let whole = document.syntax.subtree(head);
    let end = relative_clause(document, &whole);
    // A preposition before it is no part of it.
    let outside = |t: usize| {
        !document.is_word(t) || matches!(document.syntax.pos(t), Pos::Preposition | Pos::To | Pos::Conjunction)
    };
    let start = (whole.start..head).find(|t| !outside(*t)).unwrap_or(head);
    start..end.max(head + 1)
}

/// Where a clause or an apposition that describes the phrase begins; its end where none does.
fn relative_clause(document: &Document<'_>, tokens: &Range<usize>) -> usize {
    let begins = |t: usize| {
        matches!(document.syntax.pos(t), Pos::WhPronoun | Pos::WhDeterminer)
            || matches!(document.word(t), "," | "(" | "—" | "–" | ";")
    };
    (tokens.start + 1..tokens.end).find(|t| begins(*t)).unwrap_or(tokens.end)
}

/// "Half of voters", "most", "58 percent": several, whatever the word's own number.
fn is_share(document: &Document<'_>, head: usize) -> bool {
    matches!(&*document.lower(head), "half" | "majority" | "most" | "many" | "third" | "quarter" | "percent" | "%")
        && document.syntax.child(head, &[Relation::NominalModifier]).is_some()
}

/// What a common noun, by its lemma, can be.
pub(crate) fn nature(noun: &str) -> Option<Nature> {
    if noun_is(noun, "body") {
        Some(Nature::Body)
    } else if noun_is(noun, "document") {
        Some(Nature::Thing)
    } else if gender::is_person(noun) || noun_is(noun, "anonymous") {
        Some(Nature::Person)
    } else {
        None
    }
}

/// Nouns for any organization, by which one that was named is called again.
fn is_generic(noun: &str) -> bool {
    noun_is(noun, "generic")
}

/// "Spokesman", "spokeswoman" and "spokesperson" are one office.
fn is_speaker(noun: &str) -> bool {
    matches!(noun, "spokesman" | "spokeswoman" | "spokesperson")
}

fn agree(a: &str, b: &str) -> bool {
    a == "spokesperson" || b == "spokesperson" || a == b
}
