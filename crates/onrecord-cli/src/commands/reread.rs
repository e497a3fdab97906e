//! `onrecord reread`: reads again what a ledger holds.

use std::io::{self, Write};
use std::time::Instant;

use onrecord::Reader;
use onrecord_ledger::{Error, Ledger, Stored, Writer};

use super::add::{Batch, Work, now, outcome, read};
use crate::account::{Account, Outcome};
use crate::arguments::Reread;
use crate::flow::{self, Panicked};
use crate::progress::Progress;
use crate::{tell, weights};

/// So many reports are taken out of the ledger together.
const TOGETHER: usize = 16;

/// Reads everything again, and gives an account on standard error. Answers whether all of it could be read.
pub(crate) fn run(reread: Reread, reader: Reader) -> bool {
    let told = |error: Error| {
        tell(&format!("{}: {error}", reread.ledger.display()));
        false
    };
    let opened = Writer::open_existing(&reread.ledger).and_then(|writer| Ok((writer, Ledger::open(&reread.ledger)?)));
    let (mut writer, ledger) = match opened {
        Ok(opened) => opened,
        Err(error) => return told(error),
    };
    let name = weights::name(&reread.model);
    let others = (!reread.all).then(|| name.clone());
    let mut progress = Progress::new(reread.progress);
    let mut batch = Batch { account: Account::default(), waiting: Vec::new(), since: Instant::now() };
    let done = flow::in_order(
        reread.threads,
        move |emit| {
            let mut after = 0;
            loop {
                let some = match ledger.stale(others.as_deref(), after, TOGETHER) {
                    Ok(some) => some,
                    Err(error) => {
                        emit(Err(error));
                        return;
                    }
                };
                let Some(last) = some.last() else { return };
                after = last.version;
                for stored in some {
                    if !emit(Ok(stored)) {
                        return;
                    }
                }
            }
        },
        move |stored: &Result<Stored, Error>| match stored {
            Ok(stored) => read(&reader, &name, &stored.place, &stored.bytes, &stored.origin),
            // The ledger could not be read: this is told in place of what comes of it.
            Err(_) => Work::Not(Outcome::Empty),
        },
        |stored, work| {
            let stored = stored?;
            let outcome = match work {
                Ok(Work::Not(outcome)) => outcome,
                Ok(Work::Failed(error)) => return Err(error),
                Ok(Work::Read(incoming)) => outcome(writer.add_again(&incoming, now())?),
                Err(Panicked(said)) => Outcome::failed(&said),
            };
            batch.take(stored.place, outcome, &mut writer)?;
            progress.draw(&batch.account);
            Ok(())
        },
    );
    let done = done.and_then(|()| batch.commit(&mut writer));
    progress.clear();
    if done.is_ok() && batch.account.total() == 0 && !reread.quiet {
        tell("all reports were read so before; --all reads them again");
    }
    // That nobody can see it is no reason to fail.
    let _ = io::stderr().write_all(batch.account.told(progress.took(), reread.quiet).as_bytes());
    match done {
        Ok(()) => batch.account.failed() == 0,
        Err(error) => told(error),
    }
}
