//! Matters of some records, in the shape that scorers take.

use std::path::Path;

use onrecord::Record;
use onrecord_matter::{Groups, Lexicon, Near, Page, Report};

use crate::corpus;
use crate::error::Error;

/// How propositions come into groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum How {
    /// One report after the other: each proposition joins a matter or begins one.
    Placed,
    /// The same, and matters that turn out to be one are joined.
    Joined,
    /// All reports at once.
    AtOnce,
}

impl How {
    pub(crate) fn group(self, lexicon: &Lexicon, reports: &[Report]) -> Vec<Vec<usize>> {
        match self {
            How::Placed => one_by_one(lexicon, reports, false),
            How::Joined => one_by_one(lexicon, reports, true),
            How::AtOnce => onrecord_matter::group(lexicon, reports),
        }
    }
}

/// Groups what the records of an NDJSON file claim.
pub(crate) fn of_file(path: &Path, how: How) -> Result<Groups, Error> {
    let records: Vec<Record> = corpus::ndjson(path)?;
    let lexicon = Lexicon::embedded();
    let reports: Vec<Report> = records.iter().map(|record| onrecord_matter::read(&lexicon, record)).collect();
    let groups = how.group(&lexicon, &reports);
    let mut matters: std::collections::BTreeMap<usize, Vec<_>> = std::collections::BTreeMap::new();
    for (report, groups) in reports.iter().zip(groups) {
        for (proposition, group) in report.propositions.iter().zip(groups) {
            matters.entry(group).or_default().push((&report.head, proposition));
        }
    }
    let pages: Vec<Page> = matters.values().map(|members| onrecord_matter::page(&lexicon, members)).collect();
    Ok(onrecord_matter::groups(pages.iter().enumerate().map(|(nth, page)| (format!("C{}", nth + 1), page))))
}

/// Each proposition joins a matter among those that share a key with it, or begins one.
fn one_by_one(lexicon: &Lexicon, reports: &[Report], joining: bool) -> Vec<Vec<usize>> {
    let mut matters: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut placed: Vec<Vec<usize>> = Vec::new();
    let of = |&(r, p): &(usize, usize)| (&reports[r].head, &reports[r].propositions[p]);
    let keys = |report: &Report| (0..report.propositions.len()).map(|p| report.keys(p)).collect();
    let keys: Vec<Vec<Vec<u64>>> = reports.iter().map(keys).collect();
    for (r, report) in reports.iter().enumerate() {
        placed.push(Vec::new());
        for (p, proposition) in report.propositions.iter().enumerate() {
            let shares = |&(s, q): &(usize, usize)| keys[s][q].iter().any(|key| keys[r][p].binary_search(key).is_ok());
            let near: Vec<Near<'_>> = (matters.iter().enumerate())
                .filter(|(_, members)| members.iter().any(shares))
                .map(|(id, members)| Near {
                    id: i64::try_from(id).unwrap_or(i64::MAX),
                    members: members.iter().take(onrecord_matter::MEMBERS).map(of).collect(),
                })
                .collect();
            let fitting = onrecord_matter::place(lexicon, (&report.head, proposition), &near);
            let group = fitting.first().and_then(|&id| usize::try_from(id).ok()).unwrap_or(matters.len());
            if group == matters.len() {
                matters.push(Vec::new());
            }
            matters[group].push((r, p));
            placed[r].push(group);
            if !joining || fitting.len() < 2 {
                continue;
            }
            let as_near = |id: i64| Near {
                id,
                members: usize::try_from(id)
                    .map_or(&[][..], |id| &matters[id])
                    .iter()
                    .take(onrecord_matter::MEMBERS)
                    .map(of)
                    .collect(),
            };
            let others: Vec<Near<'_>> = fitting[1..].iter().map(|id| as_near(*id)).collect();
            let same = onrecord_matter::merge(lexicon, &as_near(fitting[0]), &others);
            if let Some(other) = same.first().and_then(|id| usize::try_from(*id).ok()) {
                let moved = std::mem::take(&mut matters[group]);
                matters[other].extend(moved);
                placed.iter_mut().flatten().filter(|placed| **placed == group).for_each(|placed| *placed = other);
            }
        }
    }
    placed
}
