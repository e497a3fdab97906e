//! What a person should look at: the statements of which the reading is least sure.

use onrecord::record::Statement;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Result;
use crate::corrected::corrected;
use crate::entries::last_number;
use crate::ledger::Ledger;

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
    /// The statements of the newest reports that nobody has said anything of, from least sure to most. So many reports that
    /// have any are looked at, those first that were added last: how sure a reading is stands in its record alone.
    ///
    /// # Errors
    /// Those of the database.
    pub fn doubtful(&self, reports: usize) -> Result<Vec<Doubtful>> {
        let mut query = self.connection.prepare_cached(
            "SELECT version.id, report.id FROM version JOIN report ON current = version.id WHERE EXISTS \
             (SELECT 1 FROM statement WHERE statement.version = version.id AND NOT EXISTS \
             (SELECT 1 FROM correction WHERE correction.statement = statement.id AND undone IS NULL)) \
             ORDER BY version.id DESC LIMIT ?1",
        )?;
        let limit = i64::try_from(reports).unwrap_or(i64::MAX);
        let versions = query.query_map([limit], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        let mut open = self.connection.prepare_cached(
            "SELECT number, id FROM statement WHERE version = ?1 AND NOT struck AND NOT EXISTS \
             (SELECT 1 FROM correction WHERE correction.statement = statement.id AND undone IS NULL)",
        )?;
        let mut doubtful = Vec::new();
        for version in versions {
            let (version, report) = version?;
            let record = corrected(&self.connection, version)?;
            let rows = open.query_map([version], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)))?;
            for row in rows {
                let (number, id) = row?;
                let is_it = |said: &&Statement| last_number(&said.id) == number;
                // Of silence nothing was learned that tells; it is no less worth a look than what is half sure.
                if let Some(said) = record.statements.iter().find(is_it) {
                    doubtful.push(Doubtful {
                        statement: format!("s{id}"),
                        report: format!("d{report}"),
                        confidence: said.confidence.unwrap_or(0.5),
                    });
                }
            }
        }
        doubtful.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
        Ok(doubtful)
    }
}
