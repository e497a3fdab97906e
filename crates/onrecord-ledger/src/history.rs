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
use crate::listing::{Listing, numbers};
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
        let all = self.read_of(report)?;
        self.compared(&all, 0)
    }

    /// The same a page at a time, the newest first.
    ///
    /// # Errors
    /// As [`Ledger::history`]; if the cursor is none.
    pub fn history_after(&self, report: i64, after: Option<&str>, limit: usize) -> Result<Listing<Reading>> {
        let mut all = self.read_of(report)?;
        // What comes later comes behind the rest, so a place among them stays what it is.
        let end = after.map(numbers::<1>).transpose()?.map_or(all.len(), |[end]| usize::try_from(end).unwrap_or(0));
        all.truncate(end);
        let first = all.len().saturating_sub(limit);
        let mut entries = self.compared(&all, first)?;
        entries.reverse();
        Ok(Listing { entries, next: (first > 0).then(|| first.to_string()) })
    }

    /// How often a report was read: each version of it, and each again.
    ///
    /// # Errors
    /// Those of the database.
    pub fn times_read(&self, report: i64) -> Result<u32> {
        let mut count = self.connection.prepare_cached(
            "SELECT count(*) + coalesce(sum((SELECT count(*) FROM reading_before WHERE reading_before.version = version.id)), 0) \
             FROM version WHERE report = ?1",
        )?;
        Ok(count.query_row([report], |row| row.get(0))?)
    }

    /// What was read of a report, the oldest first.
    fn read_of(&self, report: i64) -> Result<Vec<Read>> {
        let mut versions = self
            .connection
            .prepare_cached("SELECT id, number, reader, added, day FROM version WHERE report = ?1 ORDER BY number")?;
        let mut earlier = self
            .connection
            .prepare_cached("SELECT id, reader, until FROM reading_before WHERE version = ?1 ORDER BY id")?;
        let mut rows = versions.query([report])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let version = row.get(0)?;
            let read = |reader, until, before| -> rusqlite::Result<Read> {
                let published = row.get::<_, Option<i64>>(4)?.and_then(day::written);
                Ok(Read { version, number: row.get(1)?, added: row.get(3)?, published, reader, until, before })
            };
            let mut before = earlier.query([version])?;
            while let Some(one) = before.next()? {
                all.push(read(one.get(1)?, one.get(2)?, one.get(0)?)?);
            }
            all.push(read(row.get(2)?, None, None)?);
        }
        if all.is_empty() {
            return Err(Error::Unknown(format!("report d{report}")));
        }
        Ok(all)
    }

    /// The readings from one on, each with what it changed of the one before.
    fn compared(&self, all: &[Read], first: usize) -> Result<Vec<Reading>> {
        let mut before = match first.checked_sub(1).and_then(|before| all.get(before)) {
            Some(before) => Some(before.record(&self.connection)?),
            None => None,
        };
        let mut readings = Vec::new();
        for read in all.iter().skip(first) {
            let mut reading = Reading {
                version: read.number,
                reader: read.reader.clone(),
                added: read.added,
                until: read.until,
                published: read.published.clone(),
                new: Vec::new(),
                dropped: Vec::new(),
                altered: Vec::new(),
                kept: 0,
            };
            let record = read.record(&self.connection)?;
            if let Some(before) = &before {
                reading.compare(before, &record);
            }
            before = Some(record);
            readings.push(reading);
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

/// A reading, before it is unpacked.
struct Read {
    version: i64,
    number: u32,
    reader: String,
    added: i64,
    until: Option<i64>,
    published: Option<String>,
    /// Its row, if another one has taken its place.
    before: Option<i64>,
}

impl Read {
    fn record(&self, connection: &Connection) -> Result<Record> {
        let Some(before) = self.before else { return record(connection, self.version) };
        let (packed, original): (Vec<u8>, Vec<u8>) = connection
            .prepare_cached("SELECT record, bytes FROM reading_before JOIN original USING (version) WHERE id = ?1")?
            .query_row([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let version = self.version;
        serde_json::from_slice(&pack::unpack_beside(&packed, &pack::unpack(&original)?)?)
            .map_err(|error| Error::Damaged(format!("an earlier record of version {version} is none ({error})")))
    }
}
