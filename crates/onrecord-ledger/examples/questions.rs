//! How long a ledger takes to answer.
//!
//! `questions LEDGER` asks what people ask, in words that the ledger has: claims by words, by who said them, by day, by what
//! was done in saying them, and pages of matters of all sizes. It prints the median and the 99th percentile of each.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a measurement ends it")]

use std::path::Path;
use std::time::Instant;

use jiff::Span;
use jiff::civil::Date;
use onrecord::record::Act;
use onrecord_ledger::{Found, Ledger, Order, Query};

/// How many days are looked at for words, names and matters to ask about, and how many claims of each.
const DAYS: i64 = 60;
const CLAIMS: usize = 20;
/// How many results are asked for.
const RESULTS: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, ledger] = arguments.as_slice() else {
        eprintln!("usage: questions LEDGER");
        std::process::exit(2);
    };
    let ledger = Ledger::open(Path::new(ledger)).unwrap();
    let some = some_claims(&ledger);
    println!("asked in the words of {} claims", some.len());
    let mut all = Vec::new();
    let mut ask = |what: &str, queries: Vec<Query>| {
        let took = timed(queries.iter(), |query| drop(ledger.search(query, RESULTS).unwrap()));
        tell(what, &took);
        all.extend(took);
    };
    let by = |claims: &[Found]| -> Vec<Query> {
        let name = |claim: &Found| claim.chain.last().map(|name| Query { by: Some(name.clone()), ..Query::default() });
        claims.iter().filter_map(name).collect()
    };
    ask("one word", some.iter().map(|claim| words(claim, 1)).collect());
    ask("two words", some.iter().map(|claim| words(claim, 2)).collect());
    ask("three words", some.iter().map(|claim| words(claim, 3)).collect());
    ask("a source", by(&some));
    ask("a source and a word", {
        let both =
            |claim: &Found| by(std::slice::from_ref(claim)).pop().map(|by| Query { by: by.by, ..words(claim, 1) });
        some.iter().filter_map(both).collect()
    });
    ask("a word in a month", {
        let within = |claim: &Found| {
            let day: Date = claim.day.as_deref()?.parse().ok()?;
            Some(Query { since: Some(day), until: Some(day.saturating_add(Span::new().days(30))), ..words(claim, 1) })
        };
        some.iter().filter_map(within).collect()
    });
    ask("a word that is denied", {
        some.iter().map(|claim| Query { act: Some(Act::Deny), ..words(claim, 1) }).collect()
    });
    let frequent = ["said", "government", "people", "would", "state year", "new"];
    let frequent =
        frequent.iter().cycle().take(120).map(|words| Query { words: (*words).to_owned(), ..Query::default() });
    ask("the most frequent words", frequent.collect());
    tell("all searches", &all);

    let largest: Vec<i64> = number(ledger.matters(Order::Reports, false, 300).unwrap().iter().map(|it| &it.id));
    let mut any: Vec<i64> = number(some.iter().filter_map(|claim| claim.matter.as_ref()));
    any.sort_unstable();
    any.dedup();
    let page = |matter: &i64| drop(ledger.matter_within(*matter, 200).unwrap());
    tell("pages of the 300 largest matters", &timed(largest.iter(), page));
    tell("pages of other matters", &timed(any.iter(), page));
    for (what, order) in [("reports", Order::Reports), ("origins", Order::Origins), ("day", Order::Newest)] {
        let lists = timed([false, true].iter().cycle().take(40), |disputed| {
            drop(ledger.matters(order, *disputed, 50).unwrap());
        });
        tell(&format!("lists of matters by {what}"), &lists);
    }
}

/// Claims of days all over the ledger.
fn some_claims(ledger: &Ledger) -> Vec<Found> {
    let day = |query: &Query| -> Option<Date> {
        let newest = ledger.search(query, 1).unwrap().claims.pop()?;
        newest.day?.parse().ok()
    };
    let Some(last) = day(&Query::default()) else { return Vec::new() };
    // Half the time back as long as there is something, and then evenly.
    let mut first = last;
    for step in 0..15 {
        let before = last.saturating_sub(Span::new().days(1_i64 << step));
        if day(&Query { until: Some(before), ..Query::default() }).is_some() {
            first = before;
        }
    }
    let span = i64::from((last - first).get_days());
    let days = (0..DAYS).map(|nth| first.saturating_add(Span::new().days(span * nth / DAYS)));
    days.flat_map(|day| {
        let query =
            Query { since: Some(day), until: Some(day.saturating_add(Span::new().days(7))), ..Query::default() };
        ledger.search(&query, CLAIMS).unwrap().claims
    })
    .collect()
}

/// A query for so many of a claim's longer words.
fn words(claim: &Found, count: usize) -> Query {
    let clean = |word: &str| word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_owned();
    let words: Vec<String> =
        claim.text.split_whitespace().map(clean).filter(|word| word.len() > 3).take(count).collect();
    Query { words: if words.is_empty() { "report".to_owned() } else { words.join(" ") }, ..Query::default() }
}

fn number<'a>(ids: impl Iterator<Item = &'a String>) -> Vec<i64> {
    ids.map(|id| id[1..].parse().unwrap()).collect()
}

/// Milliseconds of a call for each.
fn timed<T>(each: impl Iterator<Item = T>, mut run: impl FnMut(T)) -> Vec<f64> {
    each.map(|it| {
        let started = Instant::now();
        run(it);
        started.elapsed().as_secs_f64() * 1e3
    })
    .collect()
}

fn tell(what: &str, took: &[f64]) {
    let mut took = took.to_vec();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).or(took.last()).copied().unwrap_or(0.0);
    println!("{what}: {} times, median {:.2} ms, 99th percentile {:.2} ms", took.len(), at(0.5), at(0.99));
}
