//! Propositions by the events that they tell of.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use onrecord::Record;
use onrecord_matter::{Lexicon, Report, pair};

use crate::corpus::Origin;
use crate::corpus::coreference::{self, Event, Topic};
use crate::error::Error;
use crate::eval::{Records, Source};
use crate::groups::How;
use crate::score::coreference::{Figures, score as score_groups};

/// The first topic of ECB+ that weights are not trained on.
pub(crate) const KEPT_ASIDE: u32 = 28;

/// A topic's reports with, for each proposition, the events that it tells of; the first is the one that it is about.
pub(crate) struct Prepared {
    pub(crate) name: String,
    reports: Vec<Report>,
    events: Vec<Vec<Vec<String>>>,
    mentions: usize,
    held: usize,
}

pub(crate) fn prepare(topic: &Topic, records: &HashMap<String, Record>) -> Prepared {
    let lexicon = Lexicon::embedded();
    let mut prepared =
        Prepared { name: topic.name.clone(), reports: Vec::new(), events: Vec::new(), mentions: 0, held: 0 };
    for told in &topic.reports {
        let Some(record) = records.get(&told.name) else { continue };
        let report = onrecord_matter::read(&lexicon, record);
        let mut events = vec![Vec::new(); report.propositions.len()];
        for event in &told.events {
            prepared.mentions += 1;
            let homes = homes(&report, event);
            prepared.held += usize::from(!homes.is_empty());
            for home in homes {
                if !events[home].contains(&event.instance) {
                    events[home].push(event.instance.clone());
                }
            }
        }
        prepared.reports.push(report);
        prepared.events.push(events);
    }
    prepared
}

/// The propositions in whose own words an event is told: of several parts of a claim the innermost.
fn homes(report: &Report, event: &Event) -> Vec<usize> {
    let holds = |at: &usize| {
        let span = report.propositions[*at].span;
        span.0 <= event.span.0 && event.span.1 <= span.1
    };
    let mut homes: Vec<usize> = (0..report.propositions.len()).filter(holds).collect();
    let length = |at: usize| report.propositions[at].span.1 - report.propositions[at].span.0;
    let all = homes.clone();
    homes.retain(|at| {
        let same_claim = |other: &&usize| report.propositions[**other].claim == report.propositions[*at].claim;
        all.iter().filter(same_claim).all(|other| length(*at) <= length(*other))
    });
    homes
}

/// Scores how propositions are grouped, each topic by itself.
pub(crate) fn score(topics: &[&Prepared], how: How) -> Figures {
    let lexicon = Lexicon::embedded();
    let mut items = Vec::new();
    for (nth, topic) in topics.iter().enumerate() {
        let groups = how.group(&lexicon, &topic.reports);
        for (events, groups) in topic.events.iter().zip(groups) {
            for (events, group) in events.iter().zip(groups) {
                items.extend(events.first().map(|event| (event.clone(), (nth, group))));
            }
        }
    }
    let held = topics.iter().map(|topic| topic.held).sum();
    score_groups(&items, (held, topics.iter().map(|topic| topic.mentions).sum()))
}

/// Writes pairs of propositions that share a key: topic, 1 or 0, features, tabs between. Pairs that share some of their
/// events are left out.
pub(crate) fn print_pairs(corpora: &Path, source: &Source) -> Result<(), Error> {
    let lexicon = Lexicon::embedded();
    let records = Records { source, predictions: None };
    let mut out = String::new();
    let corpora: [(Option<Vec<Topic>>, Origin); 2] =
        [(coreference::ecb(corpora)?, coreference::ECB), (coreference::meantime(corpora)?, coreference::MEANTIME)];
    for (topics, origin) in corpora {
        let Some(topics) = topics else { continue };
        let reports: Vec<_> = topics.iter().flat_map(|topic| &topic.reports).map(coreference::Told::report).collect();
        let records = records.of(origin, &reports)?;
        for topic in &topics {
            let prepared = prepare(topic, &records);
            pairs(&lexicon, &prepared, &mut out);
        }
    }
    print!("{out}");
    Ok(())
}

fn pairs(lexicon: &Lexicon, topic: &Prepared, out: &mut String) {
    use std::fmt::Write as _;
    let all: Vec<(usize, usize)> = (topic.events.iter().enumerate())
        .flat_map(|(r, events)| (0..events.len()).filter(|p| !events[*p].is_empty()).map(move |p| (r, p)))
        .collect();
    let of = |(r, p): (usize, usize)| (&topic.reports[r].head, &topic.reports[r].propositions[p]);
    let keys = |(r, p): (usize, usize)| topic.reports[r].keys(p);
    let events = |(r, p): (usize, usize)| topic.events[r][p].iter().collect::<BTreeSet<_>>();
    for (i, &a) in all.iter().enumerate() {
        for &b in &all[..i] {
            if !keys(a).iter().any(|key| keys(b).contains(key)) {
                continue;
            }
            let (x, y) = (events(a), events(b));
            let both = x.intersection(&y).count();
            let main = topic.events[a.0][a.1].first() == topic.events[b.0][b.1].first();
            let label = match both {
                0 => 0,
                _ if main || 2 * both >= x.union(&y).count() => 1,
                _ => continue,
            };
            let features = pair::features(lexicon, of(a), of(b));
            let cells: Vec<String> = features.iter().map(|feature| format!("{feature:.4}")).collect();
            let _ = writeln!(out, "{}\t{label}\t{}", topic.name, cells.join("\t"));
        }
    }
}
