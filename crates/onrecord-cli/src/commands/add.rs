//! `onrecord add`: reads reports into a ledger.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use onrecord::Reader;
use onrecord::article::Origin;
use onrecord::article::Verdict;
use onrecord_intake::{Found, Item};
use onrecord_ledger::{Added, Changes, Error, Incoming, Ledger, Writer};

use crate::account::{Account, Outcome};
use crate::arguments::Add;
use crate::flow::{self, Panicked};
use crate::progress::Progress;
use crate::{input, tell, weights};

/// So many reports are committed together at most: each commit writes a piece of the full-text index.
const TOGETHER: usize = 64;
/// A report waits no longer than this for others, as long as reports come in.
const WAIT: Duration = Duration::from_secs(1);

/// Reads everything into the ledger, and gives an account on standard error. Answers whether all of it is there.
pub(crate) fn run(add: Add, reader: Reader) -> bool {
    let told = |error: Error| {
        tell(&format!("{}: {error}", add.ledger.display()));
        false
    };
    let mut writer = match Writer::open(&add.ledger) {
        Ok(writer) => writer,
        Err(error) => return told(error),
    };
    let there = match Ledger::open(&add.ledger) {
        Ok(ledger) => Mutex::new(ledger),
        Err(error) => return told(error),
    };
    let reading = add.reading;
    let (inputs, again) = (reading.inputs, add.again);
    let worker = Worker { there, reader, name: weights::name(&reading.model), again };
    let mut progress = Progress::new(reading.progress);
    let mut batch = Batch { account: Account::default(), waiting: Vec::new(), since: Instant::now() };

    let done = flow::in_order(
        reading.threads,
        move |emit| {
            let _ = input::all(&inputs, &mut |item| {
                if emit(item) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        },
        move |item| match item {
            Item::Report(found) => worker.read(found),
            Item::Lost(lost) => Work::Not(Outcome::Unreadable(lost.why.clone())),
            Item::Passed(passed) => Work::Not(Outcome::Passed(passed.what.clone())),
        },
        |item, work| {
            let outcome = match work {
                Ok(Work::Not(outcome)) => outcome,
                Ok(Work::Failed(error)) => return Err(error),
                Ok(Work::Read(incoming)) if again => outcome(writer.add_again(&incoming, now())?),
                Ok(Work::Read(incoming)) => outcome(writer.add(&incoming, now())?),
                Err(Panicked(said)) => Outcome::failed(&said),
            };
            batch.take(item.place().to_owned(), outcome, &mut writer)?;
            progress.draw(&batch.account);
            Ok(())
        },
    );
    // What came before a failure of the input is kept; after one of the ledger there is nothing left to commit.
    let done = done.and_then(|()| batch.commit(&mut writer));
    progress.clear();
    // That nobody can see it is no reason to fail.
    let _ = io::stderr().write_all(batch.account.told(progress.took(), reading.quiet).as_bytes());
    match done {
        Ok(()) => batch.account.failed() == 0,
        Err(error) => told(error),
    }
}

/// What is counted only once it is committed.
pub(super) struct Batch {
    pub(super) account: Account,
    pub(super) waiting: Vec<(String, Outcome)>,
    pub(super) since: Instant,
}

impl Batch {
    /// What became of one more report; commits, if it is time.
    pub(super) fn take(&mut self, place: String, outcome: Outcome, writer: &mut Writer) -> Result<(), Error> {
        self.waiting.push((place, outcome));
        if self.waiting.len() >= TOGETHER || self.since.elapsed() >= WAIT { self.commit(writer) } else { Ok(()) }
    }

    pub(super) fn commit(&mut self, writer: &mut Writer) -> Result<(), Error> {
        writer.commit()?;
        for (place, outcome) in self.waiting.drain(..) {
            self.account.add(&place, &outcome);
        }
        self.since = Instant::now();
        Ok(())
    }
}

/// What comes of one report before it goes into the ledger.
pub(super) enum Work {
    Read(Box<Incoming>),
    /// It does not go in.
    Not(Outcome),
    /// The ledger cannot be read, or memory is short.
    Failed(Error),
}

/// What reads reports, on many threads.
struct Worker {
    /// For looking up what need not be read.
    there: Mutex<Ledger>,
    reader: Reader,
    name: String,
    again: bool,
}

impl Worker {
    fn read(&self, found: &Found) -> Work {
        if !self.again {
            match self.there.lock().unwrap_or_else(PoisonError::into_inner).report_of(&found.bytes) {
                Ok(Some(_)) => return Work::Not(Outcome::Known),
                Ok(None) => {}
                Err(error) => return Work::Failed(error),
            }
        }
        read(&self.reader, &self.name, &found.place, &found.bytes, &found.origin)
    }
}

/// Reads a report for the ledger. `name` is what it notes down of who read it.
pub(super) fn read(reader: &Reader, name: &str, place: &str, bytes: &[u8], origin: &Origin) -> Work {
    let article = match origin.article(bytes) {
        Ok(article) if article.verdict == Verdict::Read => article,
        Ok(article) => return Work::Not(Outcome::of(&article.verdict)),
        Err(why) => return Work::Not(Outcome::Unreadable(why)),
    };
    match Incoming::new(place, bytes, origin, reader.read(&article, bytes), name) {
        Ok(incoming) => Work::Read(Box::new(incoming)),
        Err(error) => Work::Failed(error),
    }
}

pub(super) fn outcome(added: Added) -> Outcome {
    match added {
        Added::New(_) => Outcome::Added,
        Added::Known(_) => Outcome::Known,
        Added::Changed(_, changes) => Outcome::Changed(differences(changes)),
        Added::Reread(_, changes) => Outcome::Reread(differences(changes)),
    }
}

/// "3 claims added, 1 dropped, 2 altered, 14 as before".
fn differences(changes: Changes) -> String {
    let Changes { added, dropped, altered, kept } = changes;
    format!("{added} claims added, {dropped} dropped, {altered} altered, {kept} as before")
}

/// The time in seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
