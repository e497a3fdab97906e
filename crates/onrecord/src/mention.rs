//! Mentions: the names of persons, organizations, groups and places.

use std::collections::{BTreeMap, BTreeSet};

use crate::Span;

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

/// Brings the kinds of a document's mentions into line: what is written alike is of one kind, that of most of them or,
/// of several as frequent, of the first; and the last word of a person's longer name is that person's.
///
/// Groups stay as they are, for a word may well name a people here and their land or tongue there.
pub(crate) fn agree(text: &str, mentions: &mut [Mention]) {
    let mut counts: BTreeMap<&str, Vec<(EntityKind, usize)>> = BTreeMap::new();
    let mut surnames = BTreeSet::new();
    for mention in mentions.iter().filter(|mention| mention.kind != EntityKind::Group) {
        let name = mention.span.of(text);
        let kinds = counts.entry(name).or_default();
        match kinds.iter_mut().find(|(kind, _)| *kind == mention.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((mention.kind, 1)),
        }
        if mention.kind == EntityKind::Person
            && let Some((_, surname)) = name.rsplit_once(char::is_whitespace)
        {
            surnames.insert(surname);
        }
    }
    for mention in mentions.iter_mut().filter(|mention| mention.kind != EntityKind::Group) {
        let name = mention.span.of(text);
        if surnames.contains(name) {
            mention.kind = EntityKind::Person;
            continue;
        }
        let kinds = counts.get(name).map_or(&[][..], Vec::as_slice);
        let most = kinds.iter().map(|&(_, count)| count).max();
        if let Some(&(kind, _)) = kinds.iter().find(|&&(_, count)| Some(count) == most) {
            mention.kind = kind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{EntityKind, Mention, agree};
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
    fn groups_stay() {
        check("g[Vellish], o[Vellish], o[Vellish]", "g[Vellish], o[Vellish], o[Vellish]");
        check("l[Norholm], g[Norholm], g[Norholm]", "l[Norholm], g[Norholm], g[Norholm]");
        check("no names", "no names");
    }
}
