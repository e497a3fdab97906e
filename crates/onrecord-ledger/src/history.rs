//! What became of a report: the versions of its page, the readings of each, and what each changed; and which reports another
//! reader has not read yet.

use onrecord::Record;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::add::record;
use crate::entries;
use crate::follow::{Follows, follow};
use crate::ledger::Ledger;
use crate::original::Original;
use crate::pack;
use crate::{Error, Result, day};

/// A reading of a version of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reading {
    /// Which version of the report, from 1.
    pub version: u32,
    /// What read it.
    pub reader: String,
    /// When the version was added, in seconds since 1970.
    pub added: i64,
    /// When another reading took its place.
    pub until: Option<i64>,
    /// The day of publication.
    pub published: Option<String>,
    /// The words of claims that the one before did not have.
    pub new: Vec<String>,
    /// The words of claims of the one before that it does not have.
    pub dropped: Vec<String>,
    /// Claims that it has in other words, on another's word, or with another act or certainty.
    pub altered: Vec<Altered>,
    /// How many claims it has as the one before.
    pub kept: u32,
}

/// A claim that was altered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Altered {
    /// As it was: on whose word, the words, the act and the certainty.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// A report as it is stored, enough to read it again.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The number of the version.
    pub version: i64,
    /// Where it was found.
    pub place: String,
    /// It as it came.
    pub original: Original,
}

impl Ledger {
    /// All readings of all versions of a report, the oldest first, each with what it changed.
    ///
    /// # Errors
    /// If there is no such report, or those of the database.
    pub fn history(&self, report: i64) -> Result<Vec<Reading>> {
        let mut versions = self
            .connection
            .prepare("SELECT id, number, reader, added, day FROM version WHERE report = ?1 ORDER BY number")?;
        let mut rows = versions.query([report])?;
        let mut readings: Vec<Reading> = Vec::new();
        let mut before: Option<Record> = None;
        while let Some(row) = rows.next()? {
            let version: i64 = row.get(0)?;
            let (number, added): (u32, i64) = (row.get(1)?, row.get(3)?);
            let published = row.get::<_, Option<i64>>(4)?.and_then(day::written);
            let mut all = earlier(&self.connection, version)?;
            all.push((row.get(2)?, None, record(&self.connection, version)?));
            for (reader, until, record) in all {
                let mut reading = Reading {
                    version: number,
                    reader,
                    added,
                    until,
                    published: published.clone(),
                    new: Vec::new(),
                    dropped: Vec::new(),
                    altered: Vec::new(),
                    kept: 0,
                };
                if let Some(before) = &before {
                    reading.compare(before, &record);
                }
                before = Some(record);
                readings.push(reading);
            }
        }
        if readings.is_empty() {
            return Err(Error::Unknown(format!("report d{report}")));
        }
        Ok(readings)
    }

    /// The newest versions of reports that another reader than this one read, or all of them if none is named; of the versions
    /// after this one the first so many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn stale(&self, reader: Option<&str>, after: i64, limit: usize) -> Result<Vec<Stored>> {
        let mut query = self.connection.prepare_cached(
            "SELECT version.id, place, given, bytes FROM version JOIN report ON current = version.id \
             JOIN original ON original.version = version.id \
             WHERE version.id > ?1 AND (?2 IS NULL OR reader <> ?2) ORDER BY version.id LIMIT ?3",
        )?;
        let mut rows = query.query((after, reader, i64::try_from(limit).unwrap_or(i64::MAX)))?;
        let mut stored = Vec::new();
        while let Some(row) = rows.next()? {
            let version: i64 = row.get(0)?;
            let (given, packed): (String, Vec<u8>) = (row.get(2)?, row.get(3)?);
            let original = Original::unpacked(&packed, &given, || format!("version {version}"))?;
            stored.push(Stored { version, place: row.get(1)?, original });
        }
        Ok(stored)
    }
}

impl Reading {
    fn compare(&mut self, before: &Record, after: &Record) {
        let (old, new) = (entries::comparable_claims(before), entries::comparable_claims(after));
        let mut gone = vec![true; old.len()];
        for (entry, follows) in new.iter().zip(follow(&old, &new)) {
            match follows {
                Follows::Same(at) => {
                    gone[at] = false;
                    self.kept += 1;
                }
                Follows::Altered(at) => {
                    gone[at] = false;
                    self.altered.push(Altered { before: old[at].to_string(), after: entry.to_string() });
                }
                Follows::Nothing => self.new.push(entry.words.clone()),
            }
        }
        self.dropped = old.into_iter().zip(gone).filter(|(_, gone)| *gone).map(|(entry, _)| entry.words).collect();
    }
}

/// The readings of a version that others have taken the place of: what read it, until when, and what.
fn earlier(connection: &Connection, version: i64) -> Result<Vec<(String, Option<i64>, Record)>> {
    let mut query = connection.prepare(
        "SELECT reader, until, record, bytes FROM reading_before JOIN original USING (version) WHERE version = ?1 \
         ORDER BY id",
    )?;
    let mut rows = query.query([version])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let original = pack::unpack(&row.get::<_, Vec<u8>>(3)?)?;
        let record = serde_json::from_slice(&pack::unpack_beside(&row.get::<_, Vec<u8>>(2)?, &original)?)
            .map_err(|error| Error::Damaged(format!("an earlier record of version {version} is none ({error})")))?;
        all.push((row.get(0)?, row.get(1)?, record));
    }
    Ok(all)
}
