//! What is worth holding against each other: which reports tell of the same, and which of their propositions.
//!
//! Whoever keeps many reports keeps the keys of each ([`Head::keys`]), looks up which others share most of them, and holds
//! propositions only against those of these few ([`candidates`]).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::hash::Hash;
use crate::proposition::{Head, Report};
use crate::term::Term;

/// By how many of its terms a proposition is found.
const TELLING: usize = 8;
/// How many of them are joined into pairs, and how many with how many of its report's theme.
const OWN: usize = 6;
const WITH_THEME: (usize, usize) = (4, 5);
/// How many of the heaviest terms of a report's theme are keys by pairs too.
const PAIRED: usize = 5;
/// A proposition is held against so many others at most.
const MOST: usize = 32;

impl Head {
    /// Under which keys other reports that may tell of the same find this one: the terms of its theme, and pairs of the
    /// heaviest, of which few reports have two alike.
    #[must_use]
    pub fn keys(&self) -> Vec<u64> {
        let mut keys: Vec<u64> = self.theme.iter().map(|(key, _)| Hash::new().number(*key).value()).collect();
        let top = &self.theme[..self.theme.len().min(PAIRED)];
        for (i, (a, _)) in top.iter().enumerate() {
            keys.extend(top[i + 1..].iter().map(|(b, _)| pair(*a, *b)));
        }
        keys
    }
}

/// For each proposition of a report those of others that share telling words with it, the likeliest first: each the place of
/// a report among the others, and its own there.
#[must_use]
pub fn candidates(report: &Report, others: &[&Report]) -> Vec<Vec<(usize, usize)>> {
    let mut holders: HashMap<u64, Vec<(usize, f32)>, BuildHasherDefault<Spread>> = HashMap::default();
    for (place, proposition) in report.propositions.iter().enumerate() {
        for (key, weight) in &proposition.telling {
            holders.entry(*key).or_default().push((place, *weight));
        }
    }
    // Most keys of others are none of these, which some of their bits tell.
    let mut bits = [0_u64; 256];
    let bit = |key: u64| {
        let at = key.wrapping_mul(SPREAD) >> 50;
        ((at / 64) as usize, 1 << (at % 64))
    };
    for (word, mask) in holders.keys().map(|key| bit(*key)) {
        bits[word] |= mask;
    }
    let mut found: Vec<Vec<(f32, usize, usize)>> = vec![Vec::new(); report.propositions.len()];
    let mut shared = vec![0.0; report.propositions.len()];
    let mut sharing = Vec::new();
    for (nth, other) in others.iter().enumerate() {
        for (place, proposition) in other.propositions.iter().enumerate() {
            for (key, own) in &proposition.telling {
                let (word, mask) = bit(*key);
                if bits[word] & mask == 0 {
                    continue;
                }
                for (holder, weight) in holders.get(key).into_iter().flatten() {
                    if shared[*holder] == 0.0 {
                        sharing.push(*holder);
                    }
                    shared[*holder] += weight.min(*own);
                }
            }
            for holder in sharing.drain(..) {
                found[holder].push((std::mem::take(&mut shared[holder]), nth, place));
            }
        }
    }
    let best = |mut found: Vec<(f32, usize, usize)>| {
        let order =
            |a: &(f32, usize, usize), b: &(f32, usize, usize)| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2)));
        if found.len() > MOST {
            found.select_nth_unstable_by(MOST, order);
            found.truncate(MOST);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|(_, report, place)| (report, place)).collect()
    };
    found.into_iter().map(best).collect()
}

/// An odd number near 2^64 over the golden ratio (Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Keys are hashes, or numbers of classes: to spread these is enough.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * u128::from(SPREAD);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Report {
    /// The keys of one of its propositions, of which two must share one to be held against each other where all propositions
    /// of some reports are: pairs of its own terms, and pairs of these with what the report is about.
    #[must_use]
    pub fn keys(&self, proposition: usize) -> Vec<u64> {
        let telling = &self.propositions[proposition].telling;
        let terms = &telling[..telling.len().min(OWN)];
        let theme = &self.head.theme[..self.head.theme.len().min(WITH_THEME.1)];
        let mut keys = Vec::new();
        for (i, (own, _)) in terms.iter().enumerate() {
            let beside = if i < WITH_THEME.0 { theme } else { &[] };
            let others = terms[i + 1..].iter().chain(beside).map(|(other, _)| *other);
            keys.extend(others.filter(|other| other != own).map(|other| pair(*own, other)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The keys of a proposition's heaviest terms with their weights, the heaviest first.
pub(crate) fn telling(terms: &[Term]) -> Vec<(u64, f32)> {
    let mut keys: Vec<(u64, f32)> = terms.iter().map(|term| (term.key, term.weight)).collect();
    keys.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    keys.truncate(TELLING);
    keys
}

/// The keys of the names among terms, each once.
pub(crate) fn names(terms: &[Term]) -> Vec<u64> {
    let mut keys: Vec<u64> = terms.iter().filter(|term| term.name).map(|term| term.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn pair(a: u64, b: u64) -> u64 {
    Hash::new().number(a.min(b)).number(a.max(b)).value()
}
