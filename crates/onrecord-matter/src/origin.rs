//! Origins: on whose word a matter enters the record, and how many of these are independent.

use std::collections::HashSet;
use std::sync::LazyLock;

use onrecord::record::SourceKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::copy;
use crate::name::Spelling;
use crate::proposition::{Head, Proposition, Speaker};
use crate::term::words;

/// Somebody on whose word a matter rests in the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The fullest name.
    pub name: String,
    /// Whom else reports name instead: another spelling, the body it speaks for, "officials", an agency that leaves it out.
    pub also: Vec<String>,
    /// The names of the reports that rest on it, in order.
    pub reports: Vec<String>,
}

/// Words for people who are not told apart by them: data/nameless.tsv.
static NAMELESS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/nameless.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

/// The origins of a matter's members. What a paper says in its own voice has none.
///
/// Two names are one origin if they are spellings of one; if one is the body that the other is said to speak for; if both
/// are quoted with the same words; if one is nameless ("officials", "a report") or an agency's, and somebody else is named:
/// the count is of origins that are surely independent.
pub(crate) fn origins(members: &[(&Head, &Proposition)]) -> Vec<Origin> {
    let told: Vec<Told<'_>> = members.iter().filter_map(|(head, member)| Told::new(head, member)).collect();
    let mut group: Vec<usize> = (0..told.len()).collect();
    for a in 0..told.len() {
        for b in 0..a {
            if told[a].is_same(&told[b]) {
                let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    // A nameless origin, or an agency that names nobody, adds none where a named one stands.
    let weak_groups: Vec<usize> = distinct(&group).filter(|g| members_of(&group, *g).all(|i| told[i].weak)).collect();
    let strong: Vec<usize> = distinct(&group).filter(|g| !weak_groups.contains(g)).collect();
    for weak in weak_groups.iter().copied() {
        let reports: HashSet<&str> = members_of(&group, weak).map(|i| told[i].report).collect();
        // The one whom the same report names first, then whoever is nearest in what is said.
        let closeness = |of: usize| {
            let here = members_of(&group, of).any(|i| reports.contains(told[i].report));
            let likeness = members_of(&group, weak)
                .flat_map(|i| members_of(&group, of).map(move |j| (i, j)))
                .map(|(i, j)| copy::containment(told[i].shingles, told[j].shingles))
                .fold(0.0, f32::max);
            (here, likeness, of)
        };
        let nearest = strong
            .iter()
            .map(|of| closeness(*of))
            .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)));
        if let Some((.., to)) = nearest {
            group.iter_mut().filter(|g| **g == weak).for_each(|g| *g = to);
        }
    }
    if strong.is_empty() && weak_groups.len() > 1 {
        // Several nameless ones may all be the same.
        let first = group[0];
        group.fill(first);
    }
    let mut found: Vec<usize> = distinct(&group).collect();
    found.sort_unstable();
    found.into_iter().map(|g| origin(&told, members_of(&group, g))).collect()
}

fn distinct(group: &[usize]) -> impl Iterator<Item = usize> {
    let mut seen: Vec<usize> = group.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.into_iter()
}

fn members_of(group: &[usize], of: usize) -> impl Iterator<Item = usize> {
    group.iter().enumerate().filter(move |(_, g)| **g == of).map(|(i, _)| i)
}

fn origin(told: &[Told<'_>], members: impl Iterator<Item = usize>) -> Origin {
    let mut members: Vec<&Told<'_>> = members.map(|i| &told[i]).collect();
    // The strongest and fullest name leads.
    members.sort_by_key(|told| (told.weak, std::cmp::Reverse(told.spelling.fullness())));
    let name = members[0].speaker.name.clone();
    let mut also: Vec<String> =
        members.iter().map(|told| told.speaker.name.clone()).filter(|other| *other != name).collect();
    also.sort();
    also.dedup();
    let mut reports: Vec<String> = members.iter().map(|told| told.report.to_owned()).collect();
    reports.sort();
    reports.dedup();
    Origin { name, also, reports }
}

struct Told<'a> {
    speaker: &'a Speaker,
    spelling: Spelling,
    /// Its name, and how the report describes it, in lower case.
    name: String,
    described: Vec<String>,
    /// How many words of its name are written as names are.
    capitals: usize,
    report: &'a str,
    shingles: &'a [u16],
    /// Names nobody: "officials", "one report", or an agency that reports without saying on whose word.
    weak: bool,
}

impl<'a> Told<'a> {
    fn new(head: &'a Head, member: &'a Proposition) -> Option<Told<'a>> {
        let speaker = member.speaker.as_ref()?;
        let weak = is_nameless(speaker) || onrecord::article::is_agency(&speaker.name);
        Some(Told {
            speaker,
            spelling: Spelling::new(&speaker.name),
            name: speaker.name.to_lowercase(),
            described: speaker.described.iter().map(|words| words.to_lowercase()).collect(),
            capitals: words(&speaker.name).filter(|(_, word)| word.starts_with(char::is_uppercase)).count(),
            report: &head.name,
            shingles: &member.shingles,
            weak,
        })
    }

    fn is_same(&self, other: &Told<'_>) -> bool {
        self.spelling.is_same(&other.spelling)
            || self.speaks_for(other)
            || other.speaks_for(self)
            || (self.shingles.len() >= 4 && copy::containment(self.shingles, other.shingles) >= 0.6)
    }

    /// Whether it is described as belonging to the body that another is.
    fn speaks_for(&self, body: &Told<'_>) -> bool {
        body.capitals >= 2
            && self.speaker.name != body.speaker.name
            && self.described.iter().any(|words| words.contains(&body.name))
    }
}

/// Whether a source is not told apart from others of its kind.
fn is_nameless(speaker: &Speaker) -> bool {
    if matches!(speaker.kind, SourceKind::Anonymous | SourceKind::None) {
        return true;
    }
    let named = words(&speaker.name).any(|(_, word)| word.starts_with(char::is_uppercase));
    let lower = speaker.name.to_lowercase();
    // "Officials" at the start of a sentence.
    let nameless = words(&lower).last().is_some_and(|(_, head)| NAMELESS.contains(head));
    nameless && (!named || words(&lower).count() <= 2)
}
