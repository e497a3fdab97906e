//! How adding and searching keep up as a ledger grows.
//!
//! `growth RECORDS.ndjson LEDGER REPORTS` takes records as `onrecord read --format ndjson` writes them, and adds them again and
//! again with other names, numbers and days, until the ledger has so many reports. It prints the time of each thousand, then
//! times searches and pages of matters. Reading is not part of it.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a measurement ends it")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Span;
use jiff::civil::Date;
use onrecord::Record;
use onrecord_ledger::{Form, Incoming, Order, Origin, Query, Writer};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// So many reports are published on a day.
const A_DAY: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, records, ledger, reports] = arguments.as_slice() else {
        eprintln!("usage: growth RECORDS.ndjson LEDGER REPORTS");
        std::process::exit(2);
    };
    let lines = fs::read_to_string(records).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut writer = Writer::open(Path::new(ledger)).unwrap();
    let mut words = Vec::new();
    let (mut preparing, mut adding, mut working) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut claims = 0_usize;
    println!("reports\tclaims\tms to prepare\tms to add\tms of work to add\tMB");
    for number in 0..reports.parse::<usize>().unwrap() {
        let day = Date::constant(2010, 1, 1).saturating_add(Span::new().days(i64::try_from(number / A_DAY).unwrap()));
        let (bytes, record) = changed(&records[number % records.len()], number / records.len(), day);
        claims += record.own_voice.len() + record.statements.iter().map(|said| said.claims.len()).sum::<usize>();
        if number % 7 == 0 {
            words.extend(record.own_voice.first().map(|own| own.text.clone()));
        }
        let started = Instant::now();
        let origin = Origin { form: Form::Text, ..Origin::default() };
        let incoming = Incoming::new("growth", &bytes, &origin, record, "growth").unwrap();
        preparing += started.elapsed();
        let (started, worked) = (Instant::now(), work());
        writer.add(&incoming, 0).unwrap();
        if number % 64 == 63 {
            writer.commit().unwrap();
        }
        adding += started.elapsed();
        working += work() - worked;
        if (number + 1) % 1000 == 0 {
            let megabytes = fs::metadata(ledger).unwrap().len() as f64 / 1e6;
            let each = |took: Duration| took.as_secs_f64();
            println!(
                "{}\t{claims}\t{:.2}\t{:.2}\t{:.2}\t{megabytes:.0}",
                number + 1,
                each(preparing),
                each(adding),
                each(working)
            );
            (preparing, adding, working) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        }
    }
    writer.commit().unwrap();

    let ledger = writer.ledger();
    let mut asked = Vec::new();
    for (number, text) in words.iter().enumerate().step_by(words.len().div_ceil(500)) {
        let mut some: Vec<&str> = text.split_whitespace().filter(|word| word.len() > 3).collect();
        some.truncate(1 + number % 3);
        asked.push(some.join(" "));
    }
    timed("searches of one to three words", asked.iter().filter(|words| !words.is_empty()), |words| {
        ledger.search(&Query { words: (*words).clone(), ..Query::default() }, 20).map(|_| ()).unwrap();
    });
    timed(
        "searches of frequent words",
        ["said", "government", "people", "would", "state year"].iter().cycle().take(100),
        |words| {
            ledger.search(&Query { words: (**words).to_owned(), ..Query::default() }, 20).map(|_| ()).unwrap();
        },
    );
    let matters = ledger.matters(Order::Reports, false, 500).unwrap();
    println!("the largest matter stands in {} reports", matters.first().map_or(0, |matter| matter.reports));
    timed("pages of matters, the 500 largest", matters.iter(), |matter| {
        ledger.matter(matter.id[1..].parse().unwrap()).map(|_| ()).unwrap();
    });
    timed("lists of matters", std::iter::repeat_n(Order::Reports, 20), |order| {
        ledger.matters(*order, false, 20).map(|_| ()).unwrap();
    });
}

/// How long this thread has been at work, whatever else the machine was doing; nothing where the system does not tell.
fn work() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or(0))
}

/// Times a call for each, and prints the median and the 99th percentile in milliseconds.
fn timed<T>(what: &str, each: impl Iterator<Item = T>, mut run: impl FnMut(&T)) {
    let mut took: Vec<f64> = each
        .map(|it| {
            let started = Instant::now();
            run(&it);
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took.get(((took.len() as f64 * share) as usize).min(took.len().saturating_sub(1))).copied();
    let (median, most) = (at(0.5).unwrap_or(0.0), at(0.99).unwrap_or(0.0));
    println!("{what}: {} times, median {median:.2} ms, 99th percentile {most:.2} ms", took.len());
}

/// A record with other names, numbers and days; round 0 is the record itself. Texts keep their length, so that spans stay exact.
fn changed(record: &Value, round: usize, day: Date) -> (Vec<u8>, Record) {
    let mut record = record.clone();
    if round > 0 {
        walk(&mut record, round);
    }
    let bytes = record["document"]["text"].as_str().unwrap().as_bytes().to_vec();
    let digits: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let document = &mut record["document"];
    document["id"] = format!("sha256:{digits}").into();
    document["url"] = Value::Null;
    document["published"] = day.to_string().into();
    (bytes, serde_json::from_value(record).unwrap())
}

fn walk(value: &mut Value, round: usize) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| match value {
            Value::String(name) => *name = other(name, round),
            value => walk(value, round),
        }),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(words) if matches!(key.as_str(), "text" | "name" | "title") => {
                        *words = other(words, round)
                    }
                    value => walk(value, round),
                }
            }
        }
        _ => {}
    }
}

/// Words that begin with a capital become others, digits too. Every occurrence of a word becomes the same other word.
fn other(words: &str, round: usize) -> String {
    let mut out = String::with_capacity(words.len());
    for piece in words.split_inclusive(|character: char| !character.is_alphanumeric()) {
        let name = piece.starts_with(|first: char| first.is_ascii_uppercase()) && piece.len() > 3;
        for (place, character) in piece.chars().enumerate() {
            out.push(match character {
                '1'..='9' => char::from(b'1' + ((character as u8 - b'1') as usize + round) as u8 % 9),
                'a'..='z' if name && place > 0 => {
                    char::from(b'a' + ((character as u8 - b'a') as usize + round * (place + 2)) as u8 % 26)
                }
                other => other,
            });
        }
    }
    out
}
