//! Where the members of a matter are found in the ledger.

use std::collections::BTreeMap;

use crate::Result;
use crate::ledger::Ledger;

impl Ledger {
    /// What the claims of a matter are called in the ledger (`s17.1`, `r88`), by their reports and their ids in the records
    /// there: `("d7", "s3.1")`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn mentions(&self, matter: i64) -> Result<BTreeMap<(String, String), String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT report, claim.id, claim.number, statement.id, statement.number FROM proposition \
             JOIN claim ON claim.id = claim JOIN version ON version.id = proposition.version \
             LEFT JOIN statement ON statement.id = claim.statement WHERE matter = ?1",
        )?;
        let mut rows = query.query([matter])?;
        let mut names = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (report, claim, number): (i64, i64, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let statement: Option<(i64, u32)> = row.get::<_, Option<i64>>(3)?.zip(row.get(4)?);
            let (local, name) = match statement {
                Some((id, of)) => (format!("s{of}.{number}"), format!("s{id}.{number}")),
                None => (format!("r{number}"), format!("r{claim}")),
            };
            names.insert((format!("d{report}"), local), name);
        }
        Ok(names)
    }
}
