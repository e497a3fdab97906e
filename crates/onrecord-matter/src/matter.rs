//! Matters: propositions that put forward, deny or doubt the same thing, whoever they come from.

use std::collections::HashMap;

use crate::Lexicon;
use crate::pair::likelihood;
use crate::proposition::{Head, Proposition, Report};

/// The mean likelihood from which two groups are one matter, or a proposition joins one.
const JOIN: f32 = 0.45;
/// How many of a matter's members a proposition is held against.
pub const MEMBERS: usize = 16;

/// A matter that shares keys with a proposition.
#[derive(Clone, Debug)]
pub struct Near<'a> {
    /// Whatever its keeper calls it.
    pub id: i64,
    /// Some of its members, [`MEMBERS`] at most, with their reports.
    pub members: Vec<(&'a Head, &'a Proposition)>,
}

/// Which matters a proposition may join, the likeliest first; none if it begins one of its own.
///
/// It joins the first: the one whose members are likeliest on the whole to mean the same. A single like pair does not chain
/// two stories. Where it fits several, these may now be one: [`merge`] tells.
#[must_use]
pub fn place(lexicon: &Lexicon, new: (&Head, &Proposition), near: &[Near<'_>]) -> Vec<i64> {
    let mut fitting: Vec<(f32, i64)> = Vec::new();
    for matter in near {
        let members = &matter.members[..matter.members.len().min(MEMBERS)];
        let sum: f32 = members.iter().map(|member| likelihood(lexicon, new, *member)).sum();
        let mean = sum / (members.len() as f32).max(1.0);
        if mean >= JOIN {
            fitting.push((mean, matter.id));
        }
    }
    likeliest_first(fitting)
}

/// Which other matters have turned out to be the same as one that was added to, the likeliest first.
///
/// As long as no two matters are likely enough to be one, only those can become so that the new member fits itself: the mean
/// over all pairs rises by the new one's pairs or not at all.
#[must_use]
pub fn merge(lexicon: &Lexicon, grown: &Near<'_>, near: &[Near<'_>]) -> Vec<i64> {
    let capped = |matter: &Near<'_>| matter.members.len().min(MEMBERS);
    let mut same: Vec<(f32, i64)> = Vec::new();
    for other in near.iter().filter(|other| other.id != grown.id && !other.members.is_empty()) {
        let pairs = grown.members[..capped(grown)]
            .iter()
            .flat_map(|a| other.members[..capped(other)].iter().map(move |b| likelihood(lexicon, *a, *b)));
        let mean = pairs.sum::<f32>() / (capped(grown) * capped(other)) as f32;
        if mean >= JOIN {
            same.push((mean, other.id));
        }
    }
    likeliest_first(same)
}

fn likeliest_first(mut matters: Vec<(f32, i64)>) -> Vec<i64> {
    matters.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    matters.into_iter().map(|(_, id)| id).collect()
}

/// Groups the propositions of some reports all at once: which group each is in, by report and proposition.
///
/// Average linkage (Sokal and Michener, 1958): the two groups whose members are likeliest on the whole to mean the same
/// become one, until none are likely enough. The order of the reports does not matter but for exact ties.
#[must_use]
pub fn group(lexicon: &Lexicon, reports: &[Report]) -> Vec<Vec<usize>> {
    let all: Vec<(usize, usize)> = (reports.iter().enumerate())
        .flat_map(|(r, report)| (0..report.propositions.len()).map(move |p| (r, p)))
        .collect();
    let of = |item: usize| {
        let (r, p) = all[item];
        (&reports[r].head, &reports[r].propositions[p])
    };
    // For each group the summed likelihoods of its pairs with each other group.
    let mut links: Vec<HashMap<usize, f32>> = vec![HashMap::new(); all.len()];
    for (a, b) in candidates(reports, &all) {
        let likely = likelihood(lexicon, of(a), of(b));
        if likely > 0.0 {
            links[a].insert(b, likely);
            links[b].insert(a, likely);
        }
    }
    let mut sizes = vec![1usize; all.len()];
    let mut into: Vec<usize> = (0..all.len()).collect();
    while let Some((_, a, b)) = closest(&links, &sizes) {
        let moved = std::mem::take(&mut links[b]);
        for (other, sum) in moved {
            links[other].remove(&b);
            if other != a {
                *links[a].entry(other).or_default() += sum;
                let sum = links[a][&other];
                links[other].insert(a, sum);
            }
        }
        links[a].remove(&b);
        sizes[a] += sizes[b];
        into.iter_mut().filter(|group| **group == b).for_each(|group| *group = a);
    }
    let mut groups = vec![Vec::new(); reports.len()];
    for ((r, _), group) in all.iter().zip(into) {
        groups[*r].push(group);
    }
    groups
}

/// The two groups that are likeliest to be one, if likely enough.
fn closest(links: &[HashMap<usize, f32>], sizes: &[usize]) -> Option<(f32, usize, usize)> {
    let mut best: Option<(f32, usize, usize)> = None;
    for (a, others) in links.iter().enumerate() {
        for (&b, &sum) in others.iter().filter(|(b, _)| **b > a) {
            let mean = sum / (sizes[a] * sizes[b]) as f32;
            let better = |(most, x, y): (f32, usize, usize)| mean > most || (mean == most && (a, b) < (x, y));
            if mean >= JOIN && best.is_none_or(better) {
                best = Some((mean, a, b));
            }
        }
    }
    best
}

/// The pairs of propositions that share a key, each once.
fn candidates(reports: &[Report], all: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    for (item, (r, p)) in all.iter().enumerate() {
        for key in reports[*r].keys(*p) {
            index.entry(key).or_default().push(item);
        }
    }
    let mut pairs: Vec<(usize, usize)> = index
        .values()
        .flat_map(|items| items.iter().enumerate().flat_map(|(i, a)| items[i + 1..].iter().map(|b| (*a, *b))))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
