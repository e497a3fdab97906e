//! The bytes of a report as they came.

use onrecord::article::Origin;
use rusqlite::OptionalExtension;

use crate::ledger::Ledger;
use crate::pack;
use crate::{Error, Result};

/// A report's newest version as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What came with them.
    pub origin: Origin,
}

impl Ledger {
    /// The bytes of the report with this number, as its newest version came.
    ///
    /// # Errors
    /// If there is none, or those of the database.
    pub fn original(&self, report: i64) -> Result<Original> {
        let mut query = self.connection.prepare_cached(
            "SELECT bytes, given FROM report JOIN version ON version.id = current \
             JOIN original ON original.version = version.id WHERE report.id = ?1",
        )?;
        let row = query.query_row([report], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (packed, given): (Vec<u8>, String) = row.ok_or_else(|| Error::Unknown(format!("report d{report}")))?;
        Original::unpacked(&packed, &given, || format!("report d{report}"))
    }
}

impl Original {
    /// From what is stored; `of` names whose it is, should it be damaged.
    pub(crate) fn unpacked(packed: &[u8], given: &str, of: impl FnOnce() -> String) -> Result<Original> {
        let origin = serde_json::from_str(given)
            .map_err(|error| Error::Damaged(format!("what came with {} is unreadable ({error})", of())))?;
        Ok(Original { bytes: pack::unpack(packed)?, origin })
    }
}
