//! How adding keeps up as a ledger grows.
//!
//! `growth RECORDS.ndjson LEDGER REPORTS` takes records as `onrecord read --format ndjson` writes them, and adds them again and
//! again with other names, numbers and days, until the ledger has so many reports. It prints what each thousand cost, tabs
//! between; reading is not part of it. `growth plot TABLE FIGURE` draws such a table as SVG.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a measurement ends it")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Span;
use jiff::civil::Date;
use onrecord::Record;
use onrecord_ledger::{Form, Incoming, Origin, Writer};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// So many reports are published on a day. What a report costs depends on how many others there are in the weeks around it: with
/// so many a day, the thousandth has its weeks behind it as the last one has.
const A_DAY: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["plot", table, figure] => fs::write(figure, plot(&fs::read_to_string(table).unwrap())).unwrap(),
        [records, ledger, reports] => grow(records, ledger, reports.parse().unwrap()),
        _ => {
            eprintln!("usage: growth RECORDS.ndjson LEDGER REPORTS | growth plot TABLE FIGURE");
            std::process::exit(2);
        }
    }
}

fn grow(records: &str, ledger: &str, reports: usize) {
    let lines = fs::read_to_string(records).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut writer = Writer::open(Path::new(ledger)).unwrap();
    let (mut preparing, mut adding, mut working) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut claims = 0_usize;
    println!("reports\tclaims\tms to prepare\tms to add\tms of work to add\tMB");
    for number in 0..reports {
        let day = Date::constant(2010, 1, 1).saturating_add(Span::new().days(i64::try_from(number / A_DAY).unwrap()));
        let (bytes, record) = changed(&records[number % records.len()], number / records.len(), day);
        claims += record.own_voice.len() + record.statements.iter().map(|said| said.claims.len()).sum::<usize>();
        let started = Instant::now();
        let origin = Origin { form: Form::Text, ..Origin::default() };
        let incoming = Incoming::new("growth", &bytes, &origin, record, "growth").unwrap();
        preparing += started.elapsed();
        let (started, worked) = (Instant::now(), work());
        writer.add(&incoming, 0).unwrap();
        if number % 64 == 63 || number + 1 == reports {
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
}

/// How long this thread has been at work, whatever else the machine was doing; nothing where the system does not tell.
fn work() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or(0))
}

/// The work of adding a report over the number of reports, as SVG.
fn plot(table: &str) -> String {
    let rows: Vec<(f64, f64)> = (table.lines().skip(1))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let number = |at: usize| cells.get(at)?.parse::<f64>().ok();
            Some((number(0)?, number(2)? + number(4)?))
        })
        .collect();
    let (wide, high) = (720.0, 280.0);
    let (left, top) = (60.0, 20.0);
    let most = rows.iter().map(|row| row.0).fold(1.0, f64::max);
    let top_value = (rows.iter().map(|row| row.1).fold(0.0, f64::max) + 1.0).ceil();
    let x = |reports: f64| left + wide * reports / most;
    let y = |value: f64| top + high * (1.0 - value / top_value);
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 820 350\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"820\" height=\"350\" fill=\"#fff\"/>\n\
         <text x=\"{left}\" y=\"13\">milliseconds of work to add a report that has been read</text>\n\
         <text x=\"{:.0}\" y=\"340\" text-anchor=\"end\">reports in the ledger</text>",
        left + wide
    );
    let mut value = 0.0;
    while value <= top_value {
        let at = y(value);
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {at:.1}h{wide}\" stroke=\"#ddd\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            left - 6.0,
            at + 4.0
        );
        value += 1.0;
    }
    for fifth in 0..=5 {
        let reports = most * f64::from(fifth) / 5.0;
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{reports:.0}</text>",
            x(reports),
            top + high + 16.0
        );
    }
    let points: Vec<String> = rows.iter().map(|row| format!("{:.1},{:.1}", x(row.0), y(row.1))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1a5fb4\" stroke-width=\"1.5\"/>\n</svg>",
        points.join(" ")
    );
    svg
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
