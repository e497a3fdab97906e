//! Lists, a page at a time. A page ends with a cursor, a word from which the next one goes on: what is added meanwhile
//! neither repeats an entry nor leaves one out.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::entities::Meant;
use crate::found;
use crate::ledger::Ledger;
use crate::matters::{Order, Summary};
use crate::search::{Found, Query};
use crate::{Error, Result, day};

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listing<T> {
    /// The entries.
    pub entries: Vec<T>,
    /// From where the next page goes on; `null` if this is the last one.
    pub next: Option<String>,
}

/// A report in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listed {
    /// Its name in the ledger: `d7`.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// The paper.
    pub publisher: Option<String>,
    /// The day of publication.
    pub published: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Where it was found.
    pub place: String,
    /// When its newest version was added, in seconds since 1970.
    pub added: i64,
    /// How many versions it has.
    pub versions: u32,
    /// How many statements are in it.
    pub statements: u32,
    /// How many of them deny something.
    pub denials: u32,
}

/// How much a ledger holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Reports.
    pub reports: u64,
    /// Statements in their newest versions and those before.
    pub statements: u64,
    /// Matters that stand in several reports.
    pub matters: u64,
    /// Those of them in which claims contradict each other.
    pub disputed: u64,
}

impl Ledger {
    /// How much it holds.
    ///
    /// # Errors
    /// Those of the database.
    pub fn counts(&self) -> Result<Counts> {
        let count = |of: &str| -> Result<u64> {
            let mut query = self.connection.prepare_cached(&format!("SELECT count(*) FROM {of}"))?;
            Ok(query.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
        };
        Ok(Counts {
            reports: count("report")?,
            statements: count("statement")?,
            matters: count("matter WHERE reports > 1")?,
            disputed: count("matter WHERE reports > 1 AND contradictions > 0")?,
        })
    }

    /// The reports, those first that were added last.
    ///
    /// # Errors
    /// If the cursor is none, or those of the database.
    pub fn reports(&self, after: Option<&str>, limit: usize) -> Result<Listing<Listed>> {
        let after = after.map(numbers::<1>).transpose()?.map_or(i64::MAX, |[version]| version);
        let mut query = self.connection.prepare_cached(
            "SELECT version.id, report.id, title, publisher, day, url, place, added, number, \
             (SELECT count(*) FROM statement WHERE version = version.id AND NOT struck), \
             (SELECT count(*) FROM statement WHERE version = version.id AND NOT struck AND act = 'deny') \
             FROM version JOIN report ON current = version.id WHERE version.id < ?1 ORDER BY version.id DESC LIMIT ?2",
        )?;
        let rows = query.query_map((after, one_more(limit)), |row| {
            let listed = Listed {
                id: format!("d{}", row.get::<_, i64>(1)?),
                title: row.get(2)?,
                publisher: row.get(3)?,
                published: row.get::<_, Option<i64>>(4)?.and_then(day::written),
                url: row.get(5)?,
                place: row.get(6)?,
                added: row.get(7)?,
                versions: row.get(8)?,
                statements: row.get(9)?,
                denials: row.get(10)?,
            };
            Ok((listed, row.get::<_, i64>(0)?.to_string()))
        })?;
        Ok(listing(rows.collect::<rusqlite::Result<_>>()?, limit))
    }

    /// The matters that stand in more than one report, as [`Ledger::matters`] sorts them.
    ///
    /// # Errors
    /// If the cursor is none, or those of the database.
    pub fn matters_after(
        &self,
        order: Order,
        disputed: bool,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Listing<Summary>> {
        // A matter without days comes last of all.
        let by = match order {
            Order::Reports => "reports",
            Order::Origins => "coalesce(origins, 0)",
            Order::Newest => "coalesce(last, -1000000)",
        };
        let disputed = if disputed { "AND contradictions > 0" } else { "" };
        let start = [i64::MAX, i64::MAX, 0];
        let [first, second, third] = after.map(numbers::<3>).transpose()?.unwrap_or(start);
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT id, gist, reports, origins, contradictions, first, last, {by} FROM matter \
             WHERE reports > 1 {disputed} AND ({by}, reports, -id) < (?1, ?2, -?3) \
             ORDER BY {by} DESC, reports DESC, id LIMIT ?4"
        ))?;
        let rows = query.query_map((first, second, third, one_more(limit)), |row| {
            let cursor = format!("{}.{}.{}", row.get::<_, i64>(7)?, row.get::<_, i64>(2)?, row.get::<_, i64>(0)?);
            Ok((summary(row)?, cursor))
        })?;
        Ok(listing(rows.collect::<rusqlite::Result<_>>()?, limit))
    }

    /// A matter in short; `None` of one that stands in a single report, or that is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn summary(&self, matter: i64) -> Result<Option<Summary>> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, gist, reports, origins, contradictions, first, last FROM matter WHERE id = ?1 AND reports > 1",
        )?;
        let mut rows = query.query_map([matter], summary)?;
        Ok(rows.next().transpose()?)
    }

    /// The claims that [`Ledger::search`] finds, in its order.
    ///
    /// # Errors
    /// If the words mean nothing, if the cursor is none, or those of the database.
    pub fn search_after(&self, query: &Query, after: Option<&str>, limit: usize) -> Result<Listing<Found>> {
        self.found_after(None, query, after, limit)
    }

    /// The claims that [`Ledger::source`] finds, in its order; none if the name may mean several.
    ///
    /// # Errors
    /// As [`Ledger::search_after`].
    pub fn source_after(&self, query: &Query, after: Option<&str>, limit: usize) -> Result<Listing<Found>> {
        match self.meant(query.by.as_deref().unwrap_or_default())? {
            Meant::One(entity, _) => self.found_after(Some(&self.words_of(entity)?), query, after, limit),
            Meant::Several(_) => Ok(Listing { entries: Vec::new(), next: None }),
            Meant::Nobody => self.found_after(None, query, after, limit),
        }
    }

    /// A page of what a query finds; of an entity, if the words are given by which the index has it.
    pub(crate) fn found_after(
        &self,
        whose: Option<&str>,
        query: &Query,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Listing<Found>> {
        let (rows, mut values) = query.rows(whose)?;
        values.push(Value::from(after.map(numbers::<1>).transpose()?.map_or(i64::MAX, |[row]| row)));
        values.push(Value::from(one_more(limit)));
        let (before, most) = (values.len() - 1, values.len());
        let mut newest = self
            .connection
            .prepare_cached(&format!("SELECT rowid {rows} AND rowid < ?{before} ORDER BY rowid DESC LIMIT ?{most}"))?;
        let ids = newest.query_map(params_from_iter(&values), |row| row.get::<_, i64>(0))?;
        let mut claims = Vec::new();
        for id in ids {
            let id = id?;
            claims.push((self.found(found::claim_of(id))?, id.to_string()));
        }
        Ok(listing(claims, limit))
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let written = |day: Option<i64>| day.and_then(day::written);
    Ok(Summary {
        id: format!("C{}", row.get::<_, i64>(0)?),
        gist: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        reports: row.get(2)?,
        origins: row.get::<_, Option<u32>>(3)?.unwrap_or_default(),
        contradictions: row.get::<_, Option<u32>>(4)?.unwrap_or_default(),
        first: written(row.get(5)?),
        last: written(row.get(6)?),
    })
}

/// A page of entries that come each with its cursor, of which one more was asked for than it may have.
pub(crate) fn listing<T>(mut rows: Vec<(T, String)>, limit: usize) -> Listing<T> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|(_, cursor)| cursor.clone()) } else { None };
    Listing { entries: rows.into_iter().map(|(entry, _)| entry).collect(), next }
}

/// So many rows tell whether there are more than a page has.
pub(crate) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// The numbers of a cursor.
pub(crate) fn numbers<const N: usize>(cursor: &str) -> Result<[i64; N]> {
    let numbers: Option<Vec<i64>> = cursor.split('.').map(|number| number.parse().ok()).collect();
    let numbers = numbers.and_then(|numbers| <[i64; N]>::try_from(numbers).ok());
    numbers.ok_or_else(|| Error::Query(format!("{cursor:?} is no cursor; one is given as `next`")))
}
