//! Entities: the persons, organizations, groups and places that a report names, each with all its mentions.
//!
//! Names alone are joined here: the same words, a surname or first name that fits one full name and no other, an acronym
//! of a name that stands in the report. Two who share a surname are left apart where it stands alone: wrong joins harm
//! people.

use std::collections::HashMap;

use crate::Span;
use crate::article::is_agency;
use crate::document::Document;
use crate::mention::EntityKind;
use crate::syntax::{Pos, Relation};

/// Somebody or something that the report names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entity {
    /// The fullest name.
    pub(crate) name: String,
    pub(crate) kind: EntityKind,
    /// Offices and titles that the report gives it, in order, none twice.
    pub(crate) roles: Vec<String>,
    /// Its other names, in order, none twice.
    pub(crate) aliases: Vec<String>,
    /// Where it is named, in order.
    pub(crate) mentions: Vec<Span>,
}

/// The entities of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entities {
    /// In order of their first mentions.
    pub(crate) list: Vec<Entity>,
    /// For each mention its entity.
    pub(crate) of_mention: Vec<usize>,
}

/// Joins the mentions of a document into entities.
pub(crate) fn resolve(document: &Document<'_>) -> Entities {
    let names: Vec<Name> = document.mentions.iter().map(|m| Name::new(m.span.of(document.text))).collect();
    let mut entities = Entities::default();
    let mut groups: Vec<usize> = vec![usize::MAX; names.len()];
    // Full names of persons come first wherever they stand: a headline has the surname before the text has the name.
    let mut people: Vec<(Vec<String>, usize)> = Vec::new();
    let mut count = 0;
    for (i, name) in names.iter().enumerate() {
        if document.mentions[i].kind != EntityKind::Person || name.words.len() < 2 {
            continue;
        }
        let known = people.iter().find(|(words, _)| same_person(words, &name.words)).map(|(_, group)| *group);
        groups[i] = known.unwrap_or(count);
        if known.is_none() {
            people.push((name.words.clone(), count));
            count += 1;
        }
    }
    let mut known: HashMap<String, usize> = HashMap::new();
    for (i, name) in names.iter().enumerate() {
        if groups[i] != usize::MAX {
            continue;
        }
        let found = match document.mentions[i].kind {
            EntityKind::Person => one_who_fits(&people, &name.words),
            _ => acronym_of(&names[..i], &name.raw).map(|at| groups[at]),
        };
        groups[i] = found.unwrap_or_else(|| {
            *known.entry(name.words.join(" ")).or_insert_with(|| {
                count += 1;
                count - 1
            })
        });
    }
    let mut index: HashMap<usize, usize> = HashMap::new();
    for (i, group) in groups.into_iter().enumerate() {
        let mention = document.mentions[i];
        let at = *index.entry(group).or_insert_with(|| {
            entities.list.push(Entity {
                name: String::new(),
                kind: mention.kind,
                roles: Vec::new(),
                aliases: Vec::new(),
                mentions: Vec::new(),
            });
            entities.list.len() - 1
        });
        let entity = &mut entities.list[at];
        entity.mentions.push(mention.span);
        push_new(&mut entity.aliases, names[i].display.clone());
        if entity.kind == EntityKind::Person {
            for role in roles(document, mention.span) {
                push_new(&mut entity.roles, role);
            }
        }
        entities.of_mention.push(at);
    }
    for entity in &mut entities.list {
        // The fullest name has the most words; of as many, the one that stands first.
        let fullest = (0..entity.aliases.len()).rev().max_by_key(|i| entity.aliases[*i].split_whitespace().count());
        entity.name = entity.aliases.remove(fullest.unwrap_or(0));
    }
    entities
}

/// A name as it is compared.
struct Name {
    /// As it stands, without an article and a possessive.
    display: String,
    raw: String,
    /// In lower case.
    words: Vec<String>,
}

impl Name {
    fn new(text: &str) -> Name {
        let text = text.trim();
        let text = ["'s", "’s", "'", "’"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        let bare = ["the ", "The "].iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text);
        let display = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = display.split(|c: char| c.is_whitespace() || c == '-').map(str::to_lowercase);
        Name { words: words.filter(|w| !w.is_empty()).collect(), raw: bare.to_owned(), display }
    }
}

/// Whether two full names are one person's: the surnames agree, and all words of the shorter are in the longer, a first
/// name agreeing with its initial.
fn same_person(a: &[String], b: &[String]) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.iter();
    a.last() == b.last() && short.iter().all(|word| rest.any(|other| word == other || is_initial(word, other)))
}

fn is_initial(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_end_matches('.'), b.trim_end_matches('.'));
    let one = |word: &str| word.chars().count() == 1;
    (one(a) || one(b)) && a.chars().next() == b.chars().next()
}

/// The one full name that a surname or first name alone fits; none where it fits several.
fn one_who_fits(people: &[(Vec<String>, usize)], words: &[String]) -> Option<usize> {
    let word = words.last()?;
    let by = |fits: &dyn Fn(&[String]) -> bool| {
        let mut who = people.iter().filter(|(name, _)| fits(name)).map(|(_, group)| *group);
        let first = who.next()?;
        who.all(|other| other == first).then_some(first)
    };
    let surname = people.iter().any(|(name, _)| name.last() == Some(word));
    // A surname may have several words: "van der Berg".
    if surname { by(&|name| name.last() == Some(word)) } else { by(&|name| name.first() == Some(word)) }
}

/// The earlier name of which this is the acronym.
fn acronym_of(names: &[Name], acronym: &str) -> Option<usize> {
    let letters: Vec<char> = acronym.chars().filter(|c| *c != '.').collect();
    if !(2..=6).contains(&letters.len()) || !letters.iter().all(|c| c.is_uppercase()) {
        return None;
    }
    names.iter().position(|name| {
        let words = name.raw.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let initials = words.filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase());
        // "AP" is the agency, not "Aspen Province".
        let fits = is_agency(acronym) == is_agency(&name.raw);
        fits && name.raw.contains(' ') && initials.eq(letters.iter().copied())
    })
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// What stands before a name as its title ("Foreign Ministry spokesman"), and beside it as its description (", a doctor").
fn roles(document: &Document<'_>, name: Span) -> Vec<String> {
    let tokens = document.tokens_in(name);
    let Some(root) = document.syntax.top(&tokens) else { return Vec::new() };
    let mut roles = Vec::new();
    let sentence = document.sentences.get(document.sentence_of(tokens.start));
    let first = sentence.map_or(0, |sentence| sentence.tokens.start);
    let is_part = |token: usize| {
        let tag = document.syntax.pos(token);
        (tag.is_noun()
            || matches!(tag, Pos::Adjective | Pos::Possessive | Pos::Hyphen)
            || matches!(document.word(token), "of" | "for" | "'" | "’" | "-" | "s"))
            && document.time_at(token).is_none()
    };
    let mut start = tokens.start;
    while start > first && is_part(start - 1) {
        start -= 1;
    }
    while start < tokens.start
        && !(document.syntax.pos(start).is_noun() || document.syntax.pos(start) == Pos::Adjective)
    {
        start += 1;
    }
    // An adjective alone ("Chinese") or a genitive ("Norway's") is no office.
    if start < tokens.start && document.syntax.pos(tokens.start - 1).is_noun() {
        roles.push(document.span(&(start..tokens.start)).of(document.text).to_owned());
    }
    if let Some(appositive) = document.syntax.child(root, &[Relation::Apposition]) {
        let range = document.syntax.subtree(appositive);
        let mut range = range.start.max(tokens.end)..range.end;
        while range.start < range.end
            && (!document.is_word(range.start) || document.syntax.pos(range.start) == Pos::Determiner)
        {
            range.start += 1;
        }
        let stop = (range.clone()).find(|t| {
            document.word(*t) == "," || matches!(document.syntax.pos(*t), Pos::WhPronoun | Pos::WhDeterminer)
        });
        range.end = stop.unwrap_or(range.end).max(range.start);
        if !range.is_empty() && document.syntax.pos(appositive).is_noun() && document.mention_at(appositive).is_none() {
            roles.push(document.span(&range).of(document.text).to_owned());
        }
    }
    roles
}
