//! Mentions: the names of persons, organizations, groups and places.

use std::collections::{BTreeMap, BTreeSet};

use crate::Span;
use crate::act::noun_is;
use crate::gender;
use crate::token;

/// What kind of thing a mention names.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A human being.
    Person,
    /// A company, party, ministry, army, paper.
    Organization,
    /// A country, city, region, river.
    Place,
    /// Nationals, believers, partisans; officials and others without a name.
    Group,
    /// A poll, a study, a court filing.
    Document,
}

/// One name in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it names.
    pub(crate) kind: EntityKind,
}

/// Leaves out what is the title of the person right behind it and no name: "Mayor" before "Ada Quill".
pub(crate) fn without_titles(text: &str, mentions: &mut Vec<Mention>) {
    let is_title = |[name, behind]: &[Mention; 2]| {
        behind.kind == EntityKind::Person
            && text.get(name.span.end()..behind.span.start()) == Some(" ")
            && gender::is_person(&token::lower(name.span.of(text)))
    };
    let titles: Vec<Mention> = mentions.array_windows().filter(|pair| is_title(pair)).map(|[name, _]| *name).collect();
    mentions.retain(|mention| !titles.contains(mention));
}

/// Brings the kinds of a document's mentions into line: what is written alike is of one kind, that of most of them or,
/// of several as frequent, of the first; the last word of a person's longer name is that person's, and the first of an
/// organization's that organization's. What is taken for a person is none behind "the union", and none where it has a
/// parliament or a coast.
///
/// Groups stay as they are, for a word may well name a people here and their land or tongue there.
pub(crate) fn agree(text: &str, mentions: &mut [Mention]) {
    let mut counts: BTreeMap<&str, Vec<(EntityKind, usize)>> = BTreeMap::new();
    let mut surnames = BTreeSet::new();
    let mut first_names = BTreeSet::new();
    let mut firms = BTreeSet::new();
    for mention in mentions.iter_mut().filter(|mention| mention.kind == EntityKind::Person) {
        let name = mention.span.of(text);
        if is_body_before(&text[..mention.span.start()]) {
            mention.kind = EntityKind::Organization;
        } else if !name.contains(char::is_whitespace) && is_country_behind(&text[mention.span.end()..]) {
            mention.kind = EntityKind::Place;
        }
    }
    for mention in mentions.iter().filter(|mention| mention.kind != EntityKind::Group) {
        let name = mention.span.of(text);
        let kinds = counts.entry(name).or_default();
        match kinds.iter_mut().find(|(kind, _)| *kind == mention.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((mention.kind, 1)),
        }
        if mention.kind == EntityKind::Person
            && let Some((first, surname)) = name.rsplit_once(char::is_whitespace)
        {
            surnames.insert(surname);
            first_names.extend(first.split_whitespace().next());
        }
        if mention.kind == EntityKind::Organization
            && let Some((first, _)) = name.split_once(char::is_whitespace)
        {
            firms.insert(first);
        }
    }
    for mention in mentions.iter_mut().filter(|mention| mention.kind != EntityKind::Group) {
        let name = mention.span.of(text);
        if surnames.contains(name) {
            mention.kind = EntityKind::Person;
            continue;
        }
        if firms.contains(name) && mention.kind == EntityKind::Person && !first_names.contains(name) {
            mention.kind = EntityKind::Organization;
            continue;
        }
        let kinds = counts.get(name).map_or(&[][..], Vec::as_slice);
        let most = kinds.iter().map(|&(_, count)| count).max();
        if let Some(&(kind, _)) = kinds.iter().find(|&&(_, count)| Some(count) == most) {
            mention.kind = kind;
        }
    }
}

/// "The union", "rebel group" right before a name.
fn is_body_before(before: &str) -> bool {
    let words = before.strip_suffix(' ').unwrap_or_default();
    let word = words.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    noun_is(word, "generic")
}

/// "'s parliament", "'s foreign ministry" right behind a name: that of a country and of no ruler.
fn is_country_behind(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix("'s ").or_else(|| behind.strip_prefix("’s ")) else { return false };
    let words = rest.split(|c: char| !c.is_alphabetic()).take(3).take_while(|word| !word.is_empty());
    let mut words = words.map(str::to_lowercase);
    words.any(|word| {
        matches!(
            word.as_str(),
            "parliament" | "ministry" | "coast" | "capital" | "border" | "borders" | "electoral" | "navy"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{EntityKind, Mention, agree, without_titles};
    use crate::Span;

    /// Mentions stand in brackets, each behind its kind's first letter: `p[Ida Brandt] left o[Vell]`.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let (text, mut mentions) = read(marked);
        agree(&text, &mut mentions);
        assert_eq!((text, mentions), read(expected));
    }

    fn read(marked: &str) -> (String, Vec<Mention>) {
        let (mut text, mut mentions) = (String::new(), Vec::new());
        for part in marked.split_inclusive(']') {
            let Some((before, name)) = part.strip_suffix(']').and_then(|part| part.split_once('[')) else {
                text.push_str(part);
                continue;
            };
            let (before, letter) = before.split_at(before.len() - 1);
            let kind = match letter {
                "p" => EntityKind::Person,
                "o" => EntityKind::Organization,
                "l" => EntityKind::Place,
                _ => EntityKind::Group,
            };
            text.push_str(before);
            let start = text.len();
            text.push_str(name);
            mentions.push(Mention { span: Span::new(start, text.len()), kind });
        }
        (text, mentions)
    }

    #[test]
    fn one_name_is_of_one_kind() {
        check(
            "o[Kestrel] fell, p[Kestrel] said, as o[Kestrel] had",
            "o[Kestrel] fell, o[Kestrel] said, as o[Kestrel] had",
        );
        check("l[Vell] met o[Vell]", "l[Vell] met l[Vell]");
        check("l[Vell] met o[Vell United]", "l[Vell] met o[Vell United]");
    }

    #[test]
    fn a_surname_is_its_persons() {
        check("o[Brandt] and p[Ida Brandt] of o[Brandt]", "p[Brandt] and p[Ida Brandt] of p[Brandt]");
        check("l[Ida] and p[Ida Brandt]", "l[Ida] and p[Ida Brandt]");
    }

    #[test]
    fn what_has_a_parliament_or_a_trade_is_no_person() {
        check("p[Norholm]'s parliament and p[Brandt]'s army", "l[Norholm]'s parliament and p[Brandt]'s army");
        check("the union p[Vell] and p[Vell]", "the union o[Vell] and o[Vell]");
        check("o[Halden Motors] and p[Halden]", "o[Halden Motors] and o[Halden]");
        check("o[Ida Foods], p[Ida Brandt], p[Ida]", "o[Ida Foods], p[Ida Brandt], p[Ida]");
    }

    #[test]
    fn a_title_is_no_name() {
        let check = |marked: &str, expected: &str| {
            let (text, mut mentions) = read(marked);
            without_titles(&text, &mut mentions);
            assert_eq!((text, mentions), read(expected));
        };
        check("p[Mayor] p[Ida Brandt] met o[Judge] p[Quill]", "Mayor p[Ida Brandt] met Judge p[Quill]");
        check("p[Dean], p[Ida Brandt]", "p[Dean], p[Ida Brandt]");
        check("p[Dean] met p[Ida] p[Brandt]", "p[Dean] met p[Ida] p[Brandt]");
        check("p[Judge] o[Halden Motors]", "p[Judge] o[Halden Motors]");
    }

    #[test]
    fn groups_stay() {
        check("g[Vellish], o[Vellish], o[Vellish]", "g[Vellish], o[Vellish], o[Vellish]");
        check("l[Norholm], g[Norholm], g[Norholm]", "l[Norholm], g[Norholm], g[Norholm]");
        check("no names", "no names");
    }
}
