//! `onrecord reread`: reads again what a ledger holds.

use onrecord::Reader;
use onrecord_ledger::{Error, Ledger, Stored, Writer};

use super::add::{Batch, Work, now, read, settle};
use super::told;
use crate::account::Outcome;
use crate::arguments::Reread;
use crate::flow;
use crate::progress::Progress;
use crate::{tell, weights};

/// So many reports are taken out of the ledger together.
const TOGETHER: usize = 16;

/// Reads everything again, and gives an account on standard error. Answers whether all of it could be read.
pub(crate) fn run(reread: Reread, reader: Reader) -> bool {
    let told = |error: Error| told(&reread.ledger, &error);
    let opened = Writer::open_existing(&reread.ledger).and_then(|writer| Ok((writer, Ledger::open(&reread.ledger)?)));
    let (mut writer, ledger) = match opened {
        Ok(opened) => opened,
        Err(error) => return told(error),
    };
    let name = weights::name(&reread.model);
    let others = (!reread.all).then(|| name.clone());
    let mut progress = Progress::new(reread.progress);
    let mut batch = Batch::new();
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
            Ok(Stored { place, original, .. }) => read(&reader, &name, place, &original.bytes, &original.origin),
            // The ledger could not be read: this is told in place of what comes of it.
            Err(_) => Work::Not(Outcome::Empty),
        },
        |stored, work| {
            let stored = stored?;
            let outcome = settle(work, |incoming| writer.add_again(incoming, now()))?;
            batch.take(stored.place, outcome, &mut writer)?;
            progress.draw(&batch.account);
            Ok(())
        },
    );
    if done.is_ok() && batch.is_empty() && !reread.quiet {
        progress.clear();
        tell("all reports were read so before; --all reads them again");
    }
    batch.end(done, &mut writer, progress, reread.quiet).unwrap_or_else(told)
}
