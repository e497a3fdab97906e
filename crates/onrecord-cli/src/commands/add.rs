//! `onrecord add`: reads reports into a ledger.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use onrecord::Reader;
use onrecord::article::{Origin, Verdict};
use onrecord_intake::{Found, Item};
use onrecord_ledger::{Added, Changes, Error, Incoming, Ledger, Writer};

use super::told;
use crate::account::{Account, Outcome};
use crate::arguments::Add;
use crate::flow::{self, Panicked};
use crate::progress::Progress;
use crate::{input, weights};

/// So many reports are committed together at most: each commit writes a piece of the full-text index.
const TOGETHER: usize = 128;
/// A report waits no longer than this for others, as long as reports come in.
const WAIT: Duration = Duration::from_secs(1);

/// Reads everything into the ledger, and gives an account on standard error. Answers whether all of it is there.
pub(crate) fn run(add: Add, reader: Reader) -> bool {
    let told = |error: Error| told(&add.ledger, &error);
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
    let mut batch = Batch::new();

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
            let outcome = settle(work, |incoming| match again {
                true => writer.add_again(incoming, now()),
                false => writer.add(incoming, now()),
            })?;
            batch.take(item.place().to_owned(), outcome, &mut writer)?;
            progress.draw(&batch.account);
            Ok(())
        },
    );
    batch.end(done, &mut writer, progress, reading.quiet).unwrap_or_else(told)
}

/// What is counted only once it is committed.
pub(super) struct Batch {
    pub(super) account: Account,
    waiting: Vec<(String, Outcome)>,
    since: Instant,
}

impl Batch {
    pub(super) fn new() -> Batch {
        Batch { account: Account::default(), waiting: Vec::new(), since: Instant::now() }
    }

    /// Whether nothing came in.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.account.total() == 0
    }

    /// What became of one more report; commits, if it is time.
    pub(super) fn take(&mut self, place: String, outcome: Outcome, writer: &mut Writer) -> Result<(), Error> {
        self.waiting.push((place, outcome));
        if self.waiting.len() >= TOGETHER || self.since.elapsed() >= WAIT { self.commit(writer) } else { Ok(()) }
    }

    fn commit(&mut self, writer: &mut Writer) -> Result<(), Error> {
        writer.commit()?;
        for (place, outcome) in self.waiting.drain(..) {
            self.account.add(&place, &outcome);
        }
        self.since = Instant::now();
        Ok(())
    }

    /// Commits what is left and gives the account on standard error. Answers whether everything was read.
    ///
    /// # Errors
    /// Those of what was `done`, and of the ledger.
    pub(super) fn end(
        &mut self,
        done: Result<(), Error>,
        writer: &mut Writer,
        mut progress: Progress,
        quiet: bool,
    ) -> Result<bool, Error> {
        // What came before a failure of the input is kept; after one of the ledger there is nothing left to commit.
        let done = done.and_then(|()| self.commit(writer));
        progress.clear();
        // That nobody can see it is no reason to fail.
        let _ = io::stderr().write_all(self.account.told(progress.took(), quiet).as_bytes());
        done.map(|()| self.account.failed() == 0)
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

/// Puts what was read into the ledger, and says what came of it.
///
/// # Errors
/// Those of the ledger.
pub(super) fn settle(
    work: Result<Work, Panicked>,
    add: impl FnOnce(&Incoming) -> Result<Added, Error>,
) -> Result<Outcome, Error> {
    match work {
        Ok(Work::Not(outcome)) => Ok(outcome),
        Ok(Work::Failed(error)) => Err(error),
        Ok(Work::Read(incoming)) => add(&incoming).map(outcome),
        Err(Panicked(said)) => Ok(Outcome::failed(&said)),
    }
}

fn outcome(added: Added) -> Outcome {
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
