//! Records as they are after all corrections.

use onrecord::Record;
use rusqlite::Connection;

use crate::Result;
use crate::add::Rows;
use crate::corrections::settled;
use crate::entries::last_number;

/// The record of a version as it is after all corrections. What was struck out is gone, with its relations and with what was
/// said within it.
pub(crate) fn corrected(connection: &Connection, version: i64) -> Result<Record> {
    let mut record = crate::add::record(connection, version)?;
    let any: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM correction WHERE undone IS NULL)")?
        .query_row([], |row| row.get(0))?;
    if !any {
        return Ok(record);
    }
    let rows = Rows::load(connection, version)?;
    let mut struck: Vec<String> = Vec::new();
    for said in &mut record.statements {
        let now = settled(connection, rows.statement(last_number(&said.id))?, said)?;
        said.act = now.act;
        said.chain = now.chain;
        for (number, certainty) in now.certainties {
            said.claims.iter_mut().filter(|it| last_number(&it.id) == number).for_each(|it| it.certainty = certainty);
        }
        // Statements stand before those within them.
        if now.struck || said.within.as_ref().is_some_and(|outer| struck.contains(outer)) {
            struck.push(said.id.clone());
        }
    }
    let gone = |id: &str| struck.iter().any(|statement| id.split('.').next() == Some(statement));
    record.statements.retain(|said| !gone(&said.id));
    record.relations.retain(|relation| !gone(&relation.a) && !gone(&relation.b));
    Ok(record)
}
