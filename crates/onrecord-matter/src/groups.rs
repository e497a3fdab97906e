//! Matters in the plain shape that other programs read: groups of members with numbers and origins, and contradictions.

use onrecord::record::{Bound, CodePoints};
use serde::Serialize;

use crate::origin::Origin;
use crate::page::{Member, Page, SeriesKind};
use crate::proposition::Stance;

/// All matters of some reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Groups {
    /// A group a matter.
    pub groups: Vec<Group>,
    /// Pairs of members that cannot both be so.
    pub contradictions: Vec<Opposed>,
}

/// A matter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// As its keeper calls it.
    pub id: String,
    /// The words of the member closest to the others.
    pub gist: String,
    /// Its members, in order of publication.
    pub members: Vec<Mentioned>,
    /// Every figure that a member gives.
    pub numbers: Vec<Number>,
    /// On whose word it rests.
    pub origins: Vec<Origin>,
    /// How many origins are surely independent.
    pub independent: usize,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mentioned {
    /// The report's name.
    pub report: String,
    /// Where it stands, in code points.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// On whose word, outermost first.
    pub chain: Vec<String>,
    /// How the speaker stands to it.
    pub stance: Stance,
}

/// A figure in a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    /// The report that gives it.
    pub report: String,
    /// The number; of a range the lower one.
    pub value: f64,
    /// How it is bounded.
    pub bound: Bound,
    /// The thing counted or the unit.
    pub of: Option<String>,
    /// The figures for this thing cannot all be the last word.
    pub conflict: bool,
}

/// Two members that cannot both be so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Opposed {
    /// One.
    pub a: Mentioned,
    /// The other.
    pub b: Mentioned,
}

/// The groups of pages, each with what its keeper calls it.
#[must_use]
pub fn groups<'a>(pages: impl IntoIterator<Item = (String, &'a Page)>) -> Groups {
    let mut all = Groups { groups: Vec::new(), contradictions: Vec::new() };
    for (id, page) in pages {
        let opposed = page
            .contradictions
            .iter()
            .map(|pair| Opposed { a: Mentioned::new(&page.members[pair.a]), b: Mentioned::new(&page.members[pair.b]) });
        all.contradictions.extend(opposed);
        let numbers = page.series.iter().flat_map(|series| {
            series.points.iter().map(|point| Number {
                report: page.members[point.member].report.clone(),
                value: point.figure.value,
                bound: point.figure.bound,
                of: point.figure.of.clone(),
                conflict: series.kind != SeriesKind::Agree,
            })
        });
        all.groups.push(Group {
            id,
            gist: page.gist.clone(),
            members: page.members.iter().map(Mentioned::new).collect(),
            numbers: numbers.collect(),
            origins: page.origins.clone(),
            independent: page.independent,
        });
    }
    all
}

impl Mentioned {
    fn new(member: &Member) -> Mentioned {
        Mentioned {
            report: member.report.clone(),
            span: member.span,
            text: member.text.clone(),
            chain: member.chain.clone(),
            stance: member.stance,
        }
    }
}
