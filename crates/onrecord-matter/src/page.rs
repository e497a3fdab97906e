//! One matter's page: who stands where, its figures as series, what contradicts what, and where it comes from.

use std::collections::HashSet;

use onrecord::record::CodePoints;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::figure::{Agreement, Figure, Measure};
use crate::frame::Zone;
use crate::name::Spelling;
use crate::origin::{self, Origin};
use crate::pair::{likelihood, local_places};
use crate::proposition::{Head, Proposition, Stance};

/// What several reports make of one matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// The words of the member that is closest to all others.
    pub gist: String,
    /// Every member, in order of publication, then of reports' names and places.
    pub members: Vec<Member>,
    /// Who stands where, in order of appearance.
    pub positions: Vec<Position>,
    /// Its figures, one series a thing measured.
    pub series: Vec<Series>,
    /// Pairs of members that cannot both be so, and are no earlier and later count.
    pub contradictions: Vec<Contradiction>,
    /// On whose word it rests.
    pub origins: Vec<Origin>,
    /// How many origins are surely independent of each other.
    pub independent: usize,
}

/// Where a proposition stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The day of publication, if known.
    pub published: Option<String>,
    /// The report's name.
    pub report: String,
    /// Where it stands there.
    pub span: CodePoints,
    /// The claim's id there.
    pub claim: String,
    /// Which part of the claim.
    pub part: u8,
    /// Its words.
    pub text: String,
    /// On whose word.
    pub chain: Vec<String>,
    /// How the speaker stands to the matter.
    pub stance: Stance,
}

/// How one speaker, or paper, stands to the matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Position {
    /// The speaker, or nobody for the papers' own voice.
    pub who: Option<String>,
    /// The latest stance.
    pub stance: Stance,
    /// Earlier ones, each with the day on which it was published, where the speaker's mind changed.
    pub before: Vec<(Option<String>, Stance)>,
    /// The members that say so, as indices.
    pub members: Vec<usize>,
}

/// The figures that are given for one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// The thing counted or the unit, as most members have it.
    pub of: Option<String>,
    /// In order of publication.
    pub points: Vec<Point>,
    /// How they stand to each other.
    pub kind: SeriesKind,
}

/// How the figures of a series stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// All can hold.
    Agree,
    /// They cannot all be the last word: a count that grew.
    Update,
    /// They cannot all be so, and none is the later count.
    Dispute,
}

/// A figure of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The member that gives it, as an index.
    pub member: usize,
    /// As it is given.
    pub figure: Figure,
}

/// Two members that cannot both be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// One, as an index.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// In what.
    pub kind: ContradictionKind,
}

/// In what two members contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContradictionKind {
    /// One says that it is not so, or is unlikely.
    Denial,
    /// They give numbers that exclude each other.
    Figure,
    /// They put it at different times.
    Time,
    /// They put it in different directions of one place.
    Place,
}

/// Makes a matter's page of its members; their order does not matter.
#[must_use]
pub fn page(lexicon: &Lexicon, members: &[(&Head, &Proposition)]) -> Page {
    let mut sorted = members.to_vec();
    sorted.sort_by(|(head_a, a), (head_b, b)| {
        let key = |head: &Head| (head.day.unwrap_or(i32::MAX), head.name.clone());
        key(head_a).cmp(&key(head_b)).then((a.span, a.part, &a.claim).cmp(&(b.span, b.part, &b.claim)))
    });
    let series = series(lexicon, &sorted);
    let origins = origin::origins(&sorted);
    let gist = gist(lexicon, &sorted).map(|at| sorted[at].1);
    let stances: Vec<Stance> =
        sorted.iter().map(|(_, member)| gist.map_or(member.stance, |gist| toward(gist, member))).collect();
    Page {
        gist: gist.map_or(String::new(), |gist| gist.text.clone()),
        positions: positions(&sorted, &stances),
        contradictions: contradictions(lexicon, &sorted, &series),
        independent: origins.len(),
        members: sorted.iter().zip(stances).map(|((head, member), stance)| Member::new(head, member, stance)).collect(),
        series: series.into_iter().map(Series::published).collect(),
        origins,
    }
}

impl Series {
    /// Without what only comparing needs.
    fn published(mut self) -> Series {
        self.points.iter_mut().for_each(|point| point.figure.near.clear());
        self
    }
}

impl Member {
    fn new(head: &Head, member: &Proposition, stance: Stance) -> Member {
        Member {
            published: head.published.clone(),
            report: head.name.clone(),
            span: member.span,
            claim: member.claim.clone(),
            part: member.part,
            text: member.text.clone(),
            chain: member.chain.clone(),
            stance,
        }
    }
}

/// How a member stands to the words of the gist: who says that the ferry was not overloaded denies that it was.
fn toward(gist: &Proposition, member: &Proposition) -> Stance {
    // Of a denial the words say what it denies.
    let says_so = |of: &Proposition| of.positive != (of.stance == Stance::Denies);
    match member.stance {
        Stance::Asserts if says_so(gist) != says_so(member) => Stance::Denies,
        Stance::Denies if says_so(gist) != says_so(member) => Stance::Asserts,
        stance => stance,
    }
}

/// The member that is closest to the others, of the first few.
fn gist(lexicon: &Lexicon, members: &[(&Head, &Proposition)]) -> Option<usize> {
    let some = &members[..members.len().min(8)];
    let mut closeness = vec![0.0; some.len()];
    for a in 0..some.len() {
        for b in 0..a {
            let likely = likelihood(lexicon, some[a], some[b]);
            closeness[a] += likely;
            closeness[b] += likely;
        }
    }
    (0..some.len()).rev().max_by(|a, b| f32::total_cmp(&closeness[*a], &closeness[*b]))
}

fn positions(members: &[(&Head, &Proposition)], stances: &[Stance]) -> Vec<Position> {
    let mut positions: Vec<Position> = Vec::new();
    let mut spelled: Vec<Option<Spelling>> = Vec::new();
    for (i, ((_, member), &stance)) in members.iter().zip(stances).enumerate() {
        let who = member.chain.last();
        let spelling = who.map(|who| Spelling::new(who));
        let known = spelled.iter().position(|known| match (known, &spelling) {
            (Some(a), Some(b)) => a.is_same(b),
            (None, None) => true,
            _ => false,
        });
        match known {
            Some(at) => {
                let position = &mut positions[at];
                // Papers may differ; only somebody who speaks changes his mind.
                if position.stance != stance && who.is_some() {
                    let earlier = members[*position.members.last().unwrap_or(&i)].0.published.clone();
                    position.before.push((earlier, position.stance));
                    position.stance = stance;
                }
                if let (Some(known), Some(fuller)) = (&mut spelled[at], spelling)
                    && fuller.fullness() > known.fullness()
                {
                    position.who = who.cloned();
                    *known = fuller;
                }
                position.members.push(i);
            }
            None => {
                positions.push(Position { who: who.cloned(), stance, before: Vec::new(), members: vec![i] });
                spelled.push(spelling);
            }
        }
    }
    positions
}

/// Joins the figures of the members into series: of one measure, and of one place where places are named.
fn series(lexicon: &Lexicon, members: &[(&Head, &Proposition)]) -> Vec<Series> {
    let mut series: Vec<Series> = Vec::new();
    for (i, (head, member)) in members.iter().enumerate() {
        for figure in &member.figures {
            let point = Point { member: i, figure: figure.clone() };
            let fits = |series: &&mut Series| {
                let joined = series.points.iter().filter(|other| {
                    let agreement = other.figure.agreement(lexicon, figure);
                    // Two figures of one clause measure two things, unless one is the other in another unit.
                    agreement != Agreement::Unlike
                        && other.figure.is_of_one_thing(lexicon, figure)
                        && same_scope(members[other.member], (head, member))
                        && (other.member != i || agreement == Agreement::Compatible)
                });
                2 * joined.count() > series.points.len()
            };
            match series.iter_mut().find(fits) {
                Some(series) => series.points.push(point),
                None => series.push(Series { of: None, points: vec![point], kind: SeriesKind::Agree }),
            }
        }
    }
    for series in &mut series {
        series.of = most_common(series.points.iter().filter_map(|point| point.figure.of.clone()));
        series.kind = kind(lexicon, members, &series.points);
    }
    series
}

/// Whether two figures can be for the same whole: both of the same part of the region that the reports are about, or neither
/// of a part.
fn same_scope(a: (&Head, &Proposition), b: (&Head, &Proposition)) -> bool {
    let (a, b) = (local_places(a.0, a.1), local_places(b.0, b.1));
    a.is_empty() && b.is_empty() || a.iter().any(|place| b.contains(place))
}

fn most_common(names: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(name, _)| name)
}

fn kind(lexicon: &Lexicon, members: &[(&Head, &Proposition)], points: &[Point]) -> SeriesKind {
    let mut kind = SeriesKind::Agree;
    for (i, a) in points.iter().enumerate() {
        for b in &points[..i] {
            if a.figure.agreement(lexicon, &b.figure) == Agreement::Conflict {
                if is_dispute(members, a, b) {
                    return SeriesKind::Dispute;
                }
                kind = SeriesKind::Update;
            }
        }
    }
    kind
}

/// Whether two figures in conflict are no earlier and later count. Counts grow while they are made: the smaller of two that
/// come on one day, or of which the later is the larger, was overtaken.
fn is_dispute(members: &[(&Head, &Proposition)], a: &Point, b: &Point) -> bool {
    let count = |point: &Point| matches!(point.figure.measure, Measure::Count { .. });
    if !count(a) || !count(b) {
        return true;
    }
    let ((head_a, _), (head_b, _)) = (members[a.member], members[b.member]);
    if head_a.name == head_b.name {
        return true;
    }
    let (Some(day_a), Some(day_b)) = (head_a.day, head_b.day) else { return false };
    (day_a < day_b && a.figure.common() > b.figure.common()) || (day_b < day_a && b.figure.common() > a.figure.common())
}

fn contradictions(lexicon: &Lexicon, members: &[(&Head, &Proposition)], series: &[Series]) -> Vec<Contradiction> {
    let mut found: Vec<Contradiction> = Vec::new();
    let mut pairs: HashSet<(usize, usize)> = HashSet::new();
    let mut add = |a: usize, b: usize, kind| {
        let (a, b) = (a.min(b), a.max(b));
        if a != b && pairs.insert((a, b)) {
            found.push(Contradiction { a, b, kind });
        }
    };
    for series in series {
        for (i, a) in series.points.iter().enumerate() {
            for b in &series.points[..i] {
                let conflict = a.figure.agreement(lexicon, &b.figure) == Agreement::Conflict;
                if conflict && is_dispute(members, a, b) {
                    add(a.member, b.member, ContradictionKind::Figure);
                }
            }
        }
    }
    for (i, (head_a, a)) in members.iter().enumerate() {
        for (j, (head_b, b)) in members.iter().enumerate().take(i) {
            if head_a.name == head_b.name
                && (part_beyond_whole(lexicon, (head_a, a), (head_b, b))
                    || part_beyond_whole(lexicon, (head_b, b), (head_a, a)))
            {
                add(i, j, ContradictionKind::Figure);
            }
            let doubts = |member: &Proposition| member.stance == Stance::Doubts && !member.positive;
            let denies = |member: &Proposition| member.stance == Stance::Denies || !member.positive;
            let asserts = |member: &Proposition| member.positive && member.stance == Stance::Asserts;
            let opposed = |a, b| asserts(a) && (denies(b) || doubts(b));
            if opposed(a, b) || opposed(b, a) {
                add(i, j, ContradictionKind::Denial);
            }
            if times_differ(a, b) {
                add(i, j, ContradictionKind::Time);
            }
            let bearings = a.bearings.iter().flat_map(|x| b.bearings.iter().map(move |y| (x, y)));
            if bearings.filter(|(x, y)| x.1 == y.1).any(|(x, y)| x.0.contradicts(y.0)) {
                add(i, j, ContradictionKind::Place);
            }
        }
    }
    found.sort_by_key(|contradiction| (contradiction.a, contradiction.b));
    found
}

/// Whether in one report the count for a part of the region is larger than that for the whole.
fn part_beyond_whole(lexicon: &Lexicon, part: (&Head, &Proposition), whole: (&Head, &Proposition)) -> bool {
    let is_part = !local_places(part.0, part.1).is_empty() && local_places(whole.0, whole.1).is_empty();
    let counts = |proposition: &Proposition| -> Vec<Figure> {
        let counts = proposition.figures.iter().filter(|figure| matches!(figure.measure, Measure::Count { .. }));
        counts.filter(|figure| !figure.further && !figure.vague).cloned().collect()
    };
    is_part
        && counts(part.1).iter().any(|a| {
            counts(whole.1).iter().any(|b| a.common() > b.common() && a.agreement(lexicon, b) == Agreement::Conflict)
        })
}

/// Whether two put the same at times of one day that differ, or at one time in two zones.
fn times_differ(a: &Proposition, b: &Proposition) -> bool {
    let same_day = a.frame.zip(b.frame).is_none_or(|(a, b)| a.gap(b) == 0);
    if !same_day {
        return false;
    }
    if let (Some(x), Some(y)) = (a.clock, b.clock) {
        let zones = (x.zone, y.zone);
        let apart = x.minute.abs_diff(y.minute);
        return match zones {
            (Zone::Local, Zone::Universal) | (Zone::Universal, Zone::Local) => apart == 0,
            (x, y) if x == y => apart > 20 && apart < 12 * 60 - 20,
            _ => false,
        };
    }
    matches!((a.day_part, b.day_part), (Some(x), Some(y)) if x != y)
}
