//! What a person should look at: the statements of which the reading is least sure.

use onrecord::Record;
use onrecord::record::Statement;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::add::{Batch, Rows, record};
use crate::corrections::settled;
use crate::entries::last_number;
use crate::ledger::Ledger;
use crate::listing::{Listing, listing, numbers, one_more};
use crate::search::COUNTED;
use crate::{Error, Result};

/// The queue behind a place. That it is not null follows, but SQLite uses the index of those that wait only where it is told.
const QUEUE: &str = "SELECT statement.id, report, waits FROM statement JOIN version ON version.id = statement.version \
    WHERE waits IS NOT NULL AND (waits, statement.id) > (?1, ?2) ORDER BY waits, statement.id LIMIT ?3";

/// A statement that nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Doubtful {
    /// Its name in the ledger: `s17`.
    pub statement: String,
    /// The report's name in the ledger.
    pub report: String,
    /// How probable it is that the report says this of this source, 0 to 1.
    pub confidence: f64,
}

impl Ledger {
    /// The statements of the newest versions of all reports that nobody has said anything of, from least sure to most.
    ///
    /// # Errors
    /// If the cursor is none, or those of the database.
    pub fn doubtful(&self, after: Option<&str>, limit: usize) -> Result<Listing<Doubtful>> {
        // A cursor has a confidence by its bits, which is exact.
        let (waits, id) = match after {
            None => (-0.5, 0),
            Some(cursor) => {
                let [bits, id] = numbers::<2>(cursor)?;
                let waits = f64::from_bits(bits.cast_unsigned());
                let is_one = (0.0..=1.0).contains(&waits);
                (waits, is_one.then_some(id).ok_or_else(|| Error::Query(format!("{cursor:?} is no cursor")))?)
            }
        };
        let mut query = self.connection.prepare_cached(QUEUE)?;
        let rows = query.query_map((waits, id, one_more(limit)), |row| {
            let (id, waits): (i64, f64) = (row.get(0)?, row.get(2)?);
            let doubtful = Doubtful {
                statement: format!("s{id}"),
                report: format!("d{}", row.get::<_, i64>(1)?),
                confidence: waits,
            };
            Ok((doubtful, format!("{}.{id}", waits.to_bits().cast_signed())))
        })?;
        Ok(listing(rows.collect::<rusqlite::Result<_>>()?, limit))
    }

    /// How many statements wait for somebody to look at them, up to [`COUNTED`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn waiting(&self) -> Result<u64> {
        let mut count = self.connection.prepare_cached(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM statement WHERE waits IS NOT NULL LIMIT {COUNTED})"
        ))?;
        Ok(count.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }
}

/// How sure a reading is of a statement. Of silence nothing was learned that tells; it is no less worth a look than what is
/// half sure.
pub(crate) fn sureness(said: &Statement) -> f64 {
    said.confidence.unwrap_or(0.5)
}

/// For each statement of a version's record, its row, and how sure it is if it waits for somebody to look at it.
pub(crate) fn waits(connection: &Connection, version: i64, record: &Record) -> Result<Vec<(i64, Option<f64>)>> {
    let current: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM report WHERE current = ?1)")?
        .query_row([version], |row| row.get(0))?;
    let rows = Rows::load(connection, version)?;
    let mut gone: Vec<&str> = Vec::new();
    let mut all = Vec::with_capacity(record.statements.len());
    for said in &record.statements {
        let id = rows.statement(last_number(&said.id))?;
        let now = settled(connection, id, said)?;
        // Statements stand before those within them, which are gone with them.
        if now.struck || said.within.as_deref().is_some_and(|outer| gone.contains(&outer)) {
            gone.push(&said.id);
        }
        let waits = current && !now.looked_at && !gone.contains(&said.id.as_str());
        all.push((id, waits.then(|| sureness(said))));
    }
    Ok(all)
}

/// Notes down which statements of a version wait for somebody to look at them.
pub(crate) fn wait(connection: &Connection, version: i64, record: &Record) -> Result<()> {
    let mut update = connection.prepare_cached("UPDATE statement SET waits = ?2 WHERE id = ?1 AND waits IS NOT ?2")?;
    for (id, waits) in waits(connection, version, record)? {
        update.execute((id, waits))?;
    }
    Ok(())
}

/// The same for a version of a ledger from before it was noted down.
pub(crate) fn catch_up(connection: &Connection, _: &mut Batch, version: i64) -> Result<()> {
    wait(connection, version, &record(connection, version)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::MIGRATIONS;

    #[test]
    fn the_queue_is_read_off_its_index() {
        let connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.iter().for_each(|step| connection.execute_batch(step).unwrap());
        let mut query = connection.prepare(&format!("EXPLAIN QUERY PLAN {QUEUE}")).unwrap();
        let steps = query.query_map((0.5, 7, 1), |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
        assert!(steps[0].contains("INDEX statement_waits"), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
