//! `onrecord read`: reads reports and prints their records.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use onrecord::article::Verdict;
use onrecord::{Reader, Record};
use onrecord_intake::{Found, Item};

use crate::account::{Account, Outcome};
use crate::arguments::{Format, Read};
use crate::flow::{self, Panicked};
use crate::input;
use crate::progress::Progress;
use crate::view::{self, Look};

/// Reads everything and prints it, then gives an account on standard error. Answers whether all of it was read.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(read: Read, reader: Reader) -> io::Result<bool> {
    let reading = read.reading;
    let mut progress = Progress::new(reading.progress);
    let mut account = Account::default();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let printing = Printing { format: read.format, look: Look { width: read.width, color: read.color } };
    let mut printed = 0_u64;

    let inputs = reading.inputs;
    let done: io::Result<()> = flow::in_order(
        reading.threads,
        move |emit| {
            let _ = input::all(&inputs, &mut |item| {
                if emit(item) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        },
        move |item| match item {
            Item::Report(found) => one(found, &reader, printing),
            Item::Lost(lost) => Done { record: None, outcome: Outcome::Unreadable(lost.why.clone()) },
            Item::Passed(passed) => Done { record: None, outcome: Outcome::Passed(passed.what.clone()) },
        },
        |item, done| {
            let done = done.unwrap_or_else(|Panicked(said)| Done { record: None, outcome: Outcome::failed(&said) });
            account.add(item.place(), &done.outcome);
            if let Some(record) = done.record {
                if printed > 0 {
                    out.write_all(printing.between().as_bytes())?;
                }
                printed += 1;
                out.write_all(record.as_bytes())?;
                // A person or a program at the other end need not wait for the buffer to fill.
                out.flush()?;
            }
            progress.draw(&account);
            Ok(())
        },
    );
    progress.clear();
    done?;
    // That nobody can see it is no reason to fail.
    let _ = io::stderr().write_all(account.told(progress.took(), reading.quiet).as_bytes());
    Ok(account.failed() == 0)
}

/// What came of one report.
struct Done {
    /// Its record as it is printed, if there is one.
    record: Option<String>,
    outcome: Outcome,
}

/// Reads one report.
fn one(found: &Found, reader: &Reader, printing: Printing) -> Done {
    let article = match found.origin.article(&found.bytes) {
        Ok(article) => article,
        Err(why) => return Done { record: None, outcome: Outcome::Unreadable(why) },
    };
    let outcome = Outcome::of(&article.verdict);
    let record = reader.read(&article, &found.bytes);
    Done { record: Some(printing.print(&record, &article.verdict)), outcome }
}

/// How records are printed.
#[derive(Clone, Copy)]
struct Printing {
    format: Format,
    look: Look,
}

impl Printing {
    fn print(self, record: &Record, verdict: &Verdict) -> String {
        let json = match self.format {
            Format::Text => return view::show(record, instead(verdict).as_deref(), self.look),
            Format::Json => serde_json::to_string_pretty(record),
            Format::Ndjson => serde_json::to_string(record),
        };
        json.expect("a record has a JSON form") + "\n"
    }

    /// What stands between two records.
    fn between(self) -> String {
        match self.format {
            Format::Text => view::between(self.look),
            Format::Json | Format::Ndjson => String::new(),
        }
    }
}

/// What the view says in place of statements.
pub(super) fn instead(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Read => None,
        Verdict::Empty => Some("There is nothing in it.".to_owned()),
        Verdict::NoReport => Some("There is no report in it, as far as can be told.".to_owned()),
        Verdict::Language(code) => Some(format!("It is not in English ({code}), and nothing else is read.")),
    }
}
