//! Entities: the persons, organizations, groups and places that a report names, each with all its mentions.
//!
//! Names alone are joined here: the same words, a surname or first name that fits one full name and no other, an acronym
//! of a name that stands in the report. Two who share a surname are left apart where it stands alone and no title tells
//! the man from the woman: wrong joins harm people.

use std::collections::HashMap;

use crate::Span;
use crate::article::{BlockKind, is_agency};
use crate::document::Document;
use crate::gender::{self, Gender};
use crate::mention::EntityKind;
use crate::syntax::{Pos, Relation};

/// Somebody or something that the report names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entity {
    /// The fullest name.
    pub(crate) name: String,
    pub(crate) kind: EntityKind,
    /// A person's, where titles, offices or the first name tell.
    pub(crate) gender: Option<Gender>,
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
    let mut people: Vec<Individual> = Vec::new();
    let mut count = 0;
    for (i, name) in names.iter().enumerate() {
        if document.mentions[i].kind != EntityKind::Person || name.words.len() < 2 {
            continue;
        }
        let gender = title(document, document.mentions[i].span).or_else(|| gender::of_first_name(&name.words[0]));
        let known = people.iter_mut().find(|one| same_person(&one.words, &name.words));
        groups[i] = known.as_ref().map_or(count, |one| one.group);
        match known {
            Some(one) => one.gender = one.gender.or(gender),
            None => {
                people.push(Individual { words: name.words.clone(), group: count, gender });
                count += 1;
            }
        }
    }
    let mut known: HashMap<(bool, String), usize> = HashMap::new();
    // Written out before shortened, wherever they stand: a headline has the acronym before the text has the name.
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|i| (is_acronym(&names[*i].raw), std::cmp::Reverse(names[*i].words.len())));
    for i in order {
        if groups[i] != usize::MAX {
            continue;
        }
        let (name, kind) = (&names[i], document.mentions[i].kind);
        let found = match kind {
            EntityKind::Person => one_who_fits(&people, &name.words, title(document, document.mentions[i].span)),
            EntityKind::Organization => {
                let other = acronym_of(document, &names, i).or_else(|| longer_name(document, &names, i));
                other.map(|at| groups[at]).filter(|group| *group != usize::MAX)
            }
            _ => acronym_of(document, &names, i).map(|at| groups[at]).filter(|group| *group != usize::MAX),
        };
        groups[i] = found.unwrap_or_else(|| {
            *known.entry((kind == EntityKind::Person, name.words.join(" "))).or_insert_with(|| {
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
                gender: None,
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
            entity.gender = entity.gender.or_else(|| title(document, mention.span));
        }
        for role in roles(document, mention.span) {
            push_new(&mut entity.roles, role);
        }
        entities.of_mention.push(at);
    }
    for entity in &mut entities.list {
        // The fullest name has the most words; of as many, the one that stands first.
        let fullest = (0..entity.aliases.len()).rev().max_by_key(|i| entity.aliases[*i].split_whitespace().count());
        entity.name = entity.aliases.remove(fullest.unwrap_or(0));
        if entity.kind == EntityKind::Person {
            let by_role = || entity.roles.iter().find_map(|role| gender::of_noun(&role_head(role)));
            let by_name = || gender::of_first_name(entity.name.split(' ').next().unwrap_or_default());
            entity.gender = entity.gender.or_else(by_role).or_else(by_name);
        }
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

/// A person with a full name.
struct Individual {
    words: Vec<String>,
    group: usize,
    gender: Option<Gender>,
}

/// Whether two full names are one person's: the surnames agree, and all words of the shorter are in the longer, a first
/// name agreeing with its initial or with itself spelt otherwise.
fn same_person(a: &[String], b: &[String]) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.iter();
    let agree = |word: &String, other: &String| word == other || is_initial(word, other) || is_variant(word, other);
    a.last() == b.last() && short.iter().all(|word| rest.any(|other| agree(word, other)))
}

fn is_initial(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_end_matches('.'), b.trim_end_matches('.'));
    let one = |word: &str| word.chars().count() == 1;
    (one(a) || one(b)) && a.chars().next() == b.chars().next()
}

/// One letter put for another, left out or added in a name that is not short: "Kristin", "Kristen".
fn is_variant(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 5 || a.len().abs_diff(b.len()) > 1 || a[0] != b[0] {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (first, second) = (a.iter().collect::<String>(), b.iter().collect::<String>());
    let one_gender = match (gender::of_first_name(&first), gender::of_first_name(&second)) {
        (Some(first), Some(second)) => first == second,
        _ => true,
    };
    start + end + 1 >= a.len().max(b.len()) && one_gender
}

/// The one full name that a surname or first name alone fits; none where it fits several, unless the title before it
/// fits one only.
fn one_who_fits(people: &[Individual], words: &[String], title: Option<Gender>) -> Option<usize> {
    let word = words.last()?;
    let by = |fits: &dyn Fn(&[String]) -> bool| {
        let fitting: Vec<&Individual> = people.iter().filter(|one| fits(&one.words)).collect();
        let titled = || fitting.iter().filter(|one| title.is_some() && one.gender.is_none_or(|own| Some(own) == title));
        match fitting[..] {
            [one] => Some(one.group),
            _ => titled().next().filter(|_| titled().count() == 1).map(|one| one.group),
        }
    };
    let surname = people.iter().any(|one| one.words.last() == Some(word));
    // A surname may have several words: "van der Berg".
    if surname { by(&|name| name.last() == Some(word)) } else { by(&|name| name.first() == Some(word)) }
}

/// "Mr", "Ms", "Queen" before a name.
fn title(document: &Document<'_>, name: Span) -> Option<Gender> {
    let tokens = document.tokens_in(name);
    let first = document.tokens.get(tokens.start)?.span.of(document.text);
    let mut before = (first_of(document, tokens.start) < tokens.start).then(|| tokens.start - 1);
    before = before.filter(|at| document.word(*at) != ".").or_else(|| before?.checked_sub(1));
    let within = (tokens.len() > 1).then(|| gender::of_noun(&first.to_lowercase())).flatten();
    within.or_else(|| gender::of_noun(&document.lower(before?)))
}

/// The first token of the sentence that holds a token.
fn first_of(document: &Document<'_>, token: usize) -> usize {
    document.sentences.get(document.sentence_of(token)).map_or(token, |sentence| sentence.tokens.start)
}

/// Capitals alone, perhaps with full stops: "WHO", "U.N.".
pub(crate) fn is_acronym(name: &str) -> bool {
    let letters = || name.chars().filter(|c| *c != '.');
    (2..=6).contains(&letters().count()) && letters().all(char::is_uppercase)
}

/// The one organization whose longer name begins with this one and stands before it: "Halden" of "Halden Motors". Where
/// the short name comes first, the longer may be a part of it: "Apple", "Apple Music".
fn longer_name(document: &Document<'_>, names: &[Name], short: usize) -> Option<usize> {
    let words = &names[short].words;
    let in_headline = |mention: usize| {
        let sentence = document.sentence_of(document.tokens_in(document.mentions[mention].span).start);
        let block = document.sentences.get(sentence).map(|sentence| sentence.block);
        block.is_some_and(|block| document.blocks[block].kind == BlockKind::Headline)
    };
    let first = (0..names.len()).find(|at| names[*at].words == *words && !in_headline(*at)).unwrap_or(short);
    let longer = |at: &usize| {
        document.mentions[*at].kind == EntityKind::Organization
            && names[*at].words.len() > words.len()
            && names[*at].words.starts_with(words)
            && *at < first
    };
    let mut fitting = (0..names.len()).filter(longer);
    let first = fitting.next()?;
    fitting.all(|other| names[other].words == names[first].words).then_some(first)
}

/// The name of which this is the acronym: an organization's of as many words with capitals, "of" and "and" left out.
fn acronym_of(document: &Document<'_>, names: &[Name], acronym: usize) -> Option<usize> {
    if !is_acronym(&names[acronym].raw) {
        return None;
    }
    let letters: Vec<char> = names[acronym].raw.chars().filter(|c| *c != '.').collect();
    let fits = |at: &usize| {
        let name = &names[*at].raw;
        let place = document.mentions[*at].kind == EntityKind::Place;
        // "AP" is the agency, not "Aspen Province"; and of places only countries and cities are shortened.
        let fits = is_agency(&names[acronym].raw) == is_agency(name);
        fits && name.contains(' ')
            && initials(name).eq(letters.iter().copied())
            && (!place || is_place(document, acronym))
    };
    let mut fitting = (0..names.len()).filter(|at| document.mentions[*at].kind != EntityKind::Person).filter(fits);
    let first = fitting.next()?;
    fitting.all(|other| names[other].words == names[first].words).then_some(first)
}

/// The capitals that the words of a name begin with.
pub(crate) fn initials(name: &str) -> impl Iterator<Item = char> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase())
}

fn is_place(document: &Document<'_>, mention: usize) -> bool {
    document.mentions[mention].kind == EntityKind::Place
}

/// The noun that a role is about: "minister" of "Swedish minister for trade".
pub(crate) fn role_head(role: &str) -> String {
    let words = role.split_whitespace();
    let before = words.take_while(|word| !matches!(*word, "of" | "for" | "in" | "at" | "with" | "to" | "on" | "from"));
    before.last().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
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
    let first = first_of(document, tokens.start);
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
    // An adjective alone ("Chinese"), a genitive ("Norway's") and a "Mr" are no office.
    let honorific = |token: usize| matches!(&*document.lower(token), "mr" | "mrs" | "ms" | "miss");
    if start < tokens.start && document.syntax.pos(tokens.start - 1).is_noun() && !honorific(tokens.start - 1) {
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
