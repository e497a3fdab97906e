//! One report: its record as it is after all corrections, and what its entries are called in the ledger.

use std::collections::BTreeMap;

use onrecord::Record;
use rusqlite::OptionalExtension;
use schemars::JsonSchema;
use serde::Serialize;

use crate::corrected::corrected;
use crate::entities;
use crate::ledger::Ledger;
use crate::{Error, Result};

/// A report, as its newest version has it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Its name in the ledger: `d7`.
    pub id: String,
    /// Its address, as the ledger knows it.
    pub url: Option<String>,
    /// Where it was found.
    pub place: String,
    /// When this version was added, in seconds since 1970.
    pub added: i64,
    /// Which version of the report this is, from 1.
    pub version: u32,
    /// What was read in it, as it is after all corrections.
    pub record: Record,
    /// What the record's statements, claims and entities are called in the ledger: by their ids in the record, `s3`, `s3.1`,
    /// `r2`, `e4`.
    pub names: BTreeMap<String, Name>,
}

/// What an entry of a record is called in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Name {
    /// Its name: `s17`, `s17.1`, `r88`.
    pub id: String,
    /// The matter that it belongs to; `null` for a statement with claims, for these have theirs.
    pub matter: Option<String>,
}

impl Ledger {
    /// The report with this number.
    ///
    /// # Errors
    /// If there is none, or those of the database.
    pub fn report(&self, report: i64) -> Result<Report> {
        let mut query = self.connection.prepare_cached(
            "SELECT version.id, url, place, added, number FROM report JOIN version ON version.id = current \
             WHERE report.id = ?1",
        )?;
        let row = query
            .query_row([report], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let (version, url, place, added, number) = row.ok_or_else(|| Error::Unknown(format!("report d{report}")))?;
        Ok(Report {
            id: format!("d{report}"),
            url,
            place,
            added,
            version: number,
            record: corrected(&self.connection, version)?,
            names: self.names(version)?,
        })
    }

    fn names(&self, version: i64) -> Result<BTreeMap<String, Name>> {
        let mut names = BTreeMap::new();
        let mut query = self.connection.prepare_cached("SELECT number, id FROM statement WHERE version = ?1")?;
        let mut rows = query.query([version])?;
        while let Some(row) = rows.next()? {
            let (number, id): (u32, i64) = (row.get(0)?, row.get(1)?);
            names.insert(format!("s{number}"), Name { id: format!("s{id}"), matter: None });
        }
        let mut query = self.connection.prepare_cached(
            "SELECT claim.id, claim.number, statement.id, statement.number, \
             (SELECT matter FROM proposition WHERE proposition.claim = claim.id ORDER BY part LIMIT 1) \
             FROM claim LEFT JOIN statement ON statement.id = claim.statement WHERE claim.version = ?1",
        )?;
        let mut rows = query.query([version])?;
        while let Some(row) = rows.next()? {
            let (claim, number): (i64, u32) = (row.get(0)?, row.get(1)?);
            let statement: Option<(i64, u32)> = row.get::<_, Option<i64>>(2)?.zip(row.get(3)?);
            let (entry, id) = match (statement, number) {
                (Some((statement, of)), 0) => (format!("s{of}"), format!("s{statement}")),
                (Some((statement, of)), number) => (format!("s{of}.{number}"), format!("s{statement}.{number}")),
                (None, number) => (format!("r{number}"), format!("r{claim}")),
            };
            let matter = row.get::<_, Option<i64>>(4)?.map(|matter| format!("C{matter}"));
            names.insert(entry, Name { id, matter });
        }
        for (number, entity) in entities::whom(&self.connection, version)? {
            names.insert(format!("e{number}"), Name { id: format!("e{entity}"), matter: None });
        }
        Ok(names)
    }
}
