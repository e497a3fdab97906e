//! For those who answer many questions of one ledger: whether it has changed, and giving up a question that takes too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Result;
use crate::ledger::Ledger;

/// A question looks after so many steps of the database's machine whether it was given up; that is well below a millisecond.
const STEPS: i32 = 4000;

impl Ledger {
    /// A number that is another one whenever somebody has written to the ledger since this was last asked of this
    /// [`Ledger`]. It tells nothing to another one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn changes(&self) -> Result<i64> {
        Ok(self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
    }

    /// From now on, questions end with [`Error::GivenUp`](crate::Error::GivenUp) once this is set, however far they are.
    ///
    /// # Errors
    /// Those of the database.
    pub fn stop_when(&mut self, given_up: Arc<AtomicBool>) -> Result<()> {
        self.connection.progress_handler(STEPS, Some(move || given_up.load(Ordering::Relaxed)))?;
        Ok(())
    }
}
