//! Adding: a report goes in whole or not at all, and only once.

use std::collections::{BTreeMap, HashMap};

use onrecord::Record;
use onrecord::article::Origin;
use onrecord_matter::entity::{Sketch, sketches};
use rusqlite::{Connection, OptionalExtension};

use crate::corrected::corrected;
use crate::corrections;
use crate::entities::{self, Remembered};
use crate::entries::{self, ClaimEntry, name};
use crate::follow::{Follows, follow};
use crate::found::{self, Document, Standing, Tag};
use crate::ledger::{Ledger, Writer};
use crate::matters::{self, Belonged, Compared, Matcher};
use crate::pack::{self, Hash};
use crate::{Error, Result, address, day, review};

/// A report on its way in, packed and hashed, and ready to be held against others. Making one is most of the work of adding and
/// needs no ledger, so that many threads can do it beside the one that writes.
#[derive(Debug)]
pub struct Incoming {
    place: String,
    given: String,
    reader: String,
    hash: Hash,
    bytes: Vec<u8>,
    record_hash: Hash,
    packed_record: Vec<u8>,
    record: Record,
    url: Option<String>,
    compared: Compared,
    /// Its entities.
    sketches: Vec<Option<Sketch>>,
}

impl Incoming {
    /// A report from its bytes, what came with them, and the record that `reader` read. `place` says where it was found.
    ///
    /// # Errors
    /// If the record is one of other bytes, or memory is short.
    pub fn new(place: &str, bytes: &[u8], origin: &Origin, record: Record, reader: &str) -> Result<Incoming> {
        let hash = pack::hash(bytes);
        if record.document.id != pack::written(&hash) {
            return Err(Error::Damaged(format!("{place}: the record is one of other bytes")));
        }
        let json = serde_json::to_vec(&record).expect("a record has a JSON form");
        let compared = Compared::of(&record)?;
        let sketches = sketches(&record, compared.head());
        // What is asked of them more than once is made here, and not where one thread works for all.
        sketches.iter().flatten().for_each(Sketch::prepare);
        Ok(Incoming {
            place: place.to_owned(),
            given: serde_json::to_string(origin).expect("what came with a report has a JSON form"),
            reader: reader.to_owned(),
            hash,
            bytes: pack::pack(bytes)?,
            record_hash: pack::hash(&json),
            packed_record: pack::pack_beside(&json, bytes)?,
            url: record.document.url.as_deref().and_then(address::canonical),
            compared,
            sketches,
            record,
        })
    }
}

/// What adding a report did. Reports are named by their number in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in the ledger now.
    New(i64),
    /// It was there before.
    Known(i64),
    /// Something else stood at its address: it is the newest version of that report now.
    Changed(i64, Changes),
    /// It was there before, and another reading of it has taken the place of the one there was.
    Reread(i64, Changes),
}

/// How the claims of a report's version, or of another reading of it, differ from those before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Claims that were not there before.
    pub added: u32,
    /// Claims that are no longer there.
    pub dropped: u32,
    /// Claims that are there in other words, on another's word, or with another certainty.
    pub altered: u32,
    /// Claims that are there as before.
    pub kept: u32,
}

/// What was written since the last commit.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    open: bool,
    /// Rows for the full-text index. It takes rows in their order with the least work.
    found: BTreeMap<i64, Document>,
    /// Made when it is first needed.
    matcher: Option<Matcher>,
    /// Entities that came up before.
    pub(crate) remembered: Remembered,
}

impl Ledger {
    /// The report that has a version of these bytes, if there is one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn report_of(&self, bytes: &[u8]) -> Result<Option<i64>> {
        let version = version_with(&self.connection, &pack::hash(bytes))?;
        Ok(version.map(|(_, report)| report))
    }
}

impl Writer {
    /// Adds a report. `now` is the time in seconds since 1970.
    ///
    /// It is there for good after [`Writer::commit`].
    ///
    /// # Errors
    /// Those of the database. Everything since the last commit is undone then.
    pub fn add(&mut self, incoming: &Incoming, now: i64) -> Result<Added> {
        self.attempt(|connection, batch| add(connection, batch, incoming, now))
    }

    /// Puts another reading of a report that is there in the place of the one there was; what persons have corrected
    /// stays. A report that is not there is added.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn add_again(&mut self, incoming: &Incoming, now: i64) -> Result<Added> {
        self.attempt(|connection, batch| match version_with(connection, &incoming.hash)? {
            Some((version, report)) => reread(connection, batch, incoming, (version, report), now),
            None => add(connection, batch, incoming, now),
        })
    }

    /// Makes what was written since the last commit last.
    ///
    /// # Errors
    /// Those of the database. Everything since the last commit is undone then.
    pub fn commit(&mut self) -> Result<()> {
        if !self.batch.open {
            return Ok(());
        }
        self.attempt(|connection, batch| {
            batch.remembered.write(connection)?;
            if let Some(matcher) = &mut batch.matcher {
                matcher.sum_up(connection)?;
            }
            for (rowid, document) in std::mem::take(&mut batch.found) {
                found::insert(connection, rowid, &document)?;
            }
            connection.execute_batch("COMMIT")?;
            batch.open = false;
            Ok(())
        })
    }

    /// Runs something inside the transaction; if it fails, nothing of the transaction stays.
    pub(crate) fn attempt<T>(&mut self, run: impl FnOnce(&Connection, &mut Batch) -> Result<T>) -> Result<T> {
        let connection = &self.ledger.connection;
        if !self.batch.open {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            self.batch.open = true;
        }
        let done = run(connection, &mut self.batch);
        if done.is_err() {
            self.batch.reset();
            if !connection.is_autocommit() {
                // Of the two failures the first one tells more.
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
        done
    }
}

fn add(connection: &Connection, batch: &mut Batch, incoming: &Incoming, now: i64) -> Result<Added> {
    if let Some((_, report)) = version_with(connection, &incoming.hash)? {
        return Ok(Added::Known(report));
    }
    let there: Option<(i64, i64, u32)> = match &incoming.url {
        Some(url) => connection
            .prepare_cached(
                "SELECT report.id, version.id, number FROM report JOIN version ON version.id = current WHERE url = ?1",
            )?
            .query_row([url], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?,
        None => None,
    };
    let report = match there {
        Some((report, ..)) => report,
        None => {
            connection.prepare_cached("INSERT INTO report (url, current) VALUES (?1, 0)")?.execute([&incoming.url])?;
            connection.last_insert_rowid()
        }
    };
    let version = insert_version(connection, incoming, report, there.map_or(1, |(_, _, number)| number + 1), now)?;
    connection.prepare_cached("UPDATE report SET current = ?2 WHERE id = ?1")?.execute([report, version])?;
    let Some((_, earlier, _)) = there else {
        let rows = insert_entries(connection, batch, version, &incoming.record, &Continued::default())?;
        matters::match_version(connection, batch, version, (&incoming.compared, &rows), &Belonged::default())?;
        let entities = (&incoming.record, incoming.sketches.as_slice());
        entities::place_version(connection, batch, version, entities, &entities::Before::new())?;
        return Ok(Added::New(report));
    };
    let before = Before::load(connection, earlier)?;
    unfind(connection, batch, earlier)?;
    connection.prepare_cached("UPDATE statement SET waits = NULL WHERE version = ?1")?.execute([earlier])?;
    matters::unmatch(connection, batch, earlier)?;
    let meant = entities::unplace(connection, batch, earlier, &before.record)?;
    let (statements, claims, changes) = before.compare(&incoming.record);
    let continued = Continued {
        // What was said in other words may have been corrected for its words: a correction does not carry over.
        follows_statement: statements.iter().map(|it| same(*it).map(|place| before.statements[place])).collect(),
        follows_claim: claims.iter().map(|it| any(*it).map(|place| before.claims[place])).collect(),
        altered: claims.iter().map(|it| matches!(it, Follows::Altered(_))).collect(),
        ..Continued::default()
    };
    insert_entries(connection, batch, version, &incoming.record, &continued)?;
    corrections::settle_version(connection, batch, version)?;
    matters::rematch(connection, batch, version)?;
    entities::place_again(connection, batch, version, &incoming.record, &meant)?;
    Ok(Added::Changed(report, changes))
}

fn reread(
    connection: &Connection,
    batch: &mut Batch,
    incoming: &Incoming,
    (version, report): (i64, i64),
    now: i64,
) -> Result<Added> {
    let current: i64 = connection.query_row("SELECT current FROM report WHERE id = ?1", [report], |row| row.get(0))?;
    let stored: Vec<u8> =
        connection.query_row("SELECT record_hash FROM version WHERE id = ?1", [version], |row| row.get(0))?;
    if current != version {
        return Ok(Added::Known(report));
    }
    if stored == incoming.record_hash {
        // Read the same: it need not be read by this reader once more.
        connection.execute("UPDATE version SET reader = ?2 WHERE id = ?1", (version, &incoming.reader))?;
        return Ok(Added::Known(report));
    }
    let before = Before::load(connection, version)?;
    let (statements, claims, changes) = before.compare(&incoming.record);
    unfind(connection, batch, version)?;
    let follows = |table: &str| -> Result<HashMap<i64, (Option<i64>, bool)>> {
        let altered = if table == "claim" { "altered" } else { "0" };
        let mut query =
            connection.prepare(&format!("SELECT id, follows, {altered} FROM {table} WHERE version = ?1"))?;
        let rows = query.query_map([version], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let (statement_follows, claim_follows) = (follows("statement")?, follows("claim")?);
    let statement: Vec<Option<i64>> = statements.iter().map(|it| any(*it).map(|at| before.statements[at])).collect();
    let claim: Vec<Option<i64>> = claims.iter().map(|it| any(*it).map(|at| before.claims[at])).collect();
    let continued = Continued {
        follows_statement: statement.iter().map(|id| id.and_then(|id| statement_follows[&id].0)).collect(),
        follows_claim: claim.iter().map(|id| id.and_then(|id| claim_follows[&id].0)).collect(),
        altered: claim.iter().map(|id| id.is_some_and(|id| claim_follows[&id].1)).collect(),
        statement,
        claim,
    };
    let belonged = Belonged::of(connection, version)?;
    matters::unmatch(connection, batch, version)?;
    let meant = entities::unplace(connection, batch, version, &before.record)?;
    connection.execute("DELETE FROM claim WHERE version = ?1", [version])?;
    connection.execute("DELETE FROM statement WHERE version = ?1", [version])?;
    connection.execute(
        "INSERT INTO reading_before (version, reader, record_hash, record, until) \
         SELECT id, reader, record_hash, record, ?2 FROM version JOIN reading ON reading.version = id WHERE id = ?1",
        (version, now),
    )?;
    connection.execute("UPDATE reading SET record = ?2 WHERE version = ?1", (version, &incoming.packed_record))?;
    let document = &incoming.record.document;
    connection.execute(
        "UPDATE version SET reader = ?2, record_hash = ?3, title = ?4, publisher = ?5, day = ?6 WHERE id = ?1",
        (
            version,
            &incoming.reader,
            incoming.record_hash,
            &document.title,
            &document.publisher,
            document.published.as_deref().and_then(day::number),
        ),
    )?;
    let rows = insert_entries(connection, batch, version, &incoming.record, &continued)?;
    corrections::anchor(connection, version, &incoming.record)?;
    corrections::settle_version(connection, batch, version)?;
    let compared = Compared::of(&corrected(connection, version)?)?;
    matters::match_version(connection, batch, version, (&compared, &rows), &belonged)?;
    entities::place_again(connection, batch, version, &incoming.record, &meant)?;
    Ok(Added::Reread(report, changes))
}

fn insert_version(connection: &Connection, incoming: &Incoming, report: i64, number: u32, now: i64) -> Result<i64> {
    let document = &incoming.record.document;
    connection
        .prepare_cached(
            "INSERT INTO version (report, number, hash, place, given, added, reader, record_hash, title, publisher, day) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            report,
            number,
            incoming.hash,
            &incoming.place,
            &incoming.given,
            now,
            &incoming.reader,
            incoming.record_hash,
            &document.title,
            &document.publisher,
            document.published.as_deref().and_then(day::number),
        ))?;
    let version = connection.last_insert_rowid();
    connection
        .prepare_cached("INSERT INTO original (version, bytes) VALUES (?1, ?2)")?
        .execute((version, &incoming.bytes))?;
    connection
        .prepare_cached("INSERT INTO reading (version, record) VALUES (?1, ?2)")?
        .execute((version, &incoming.packed_record))?;
    Ok(version)
}

/// What the entries of a record continue, each list in the record's own order; empty where they continue nothing.
#[derive(Default)]
struct Continued {
    /// The id that a statement had in the reading before.
    statement: Vec<Option<i64>>,
    /// The statement of the version before that it repeats.
    follows_statement: Vec<Option<i64>>,
    /// The id that a claim had in the reading before.
    claim: Vec<Option<i64>>,
    /// The claim of the version before that it continues.
    follows_claim: Vec<Option<i64>>,
    /// Whether it continues it altered.
    altered: Vec<bool>,
}

fn insert_entries(
    connection: &Connection,
    batch: &mut Batch,
    version: i64,
    record: &Record,
    continued: &Continued,
) -> Result<Rows> {
    let at = |list: &[Option<i64>], place: usize| list.get(place).copied().flatten();
    let mut statement = connection.prepare_cached(
        "INSERT INTO statement (id, version, number, follows, act, chain, waits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut ids = Vec::with_capacity(record.statements.len());
    let mut rows = Rows { statements: HashMap::new(), claims: HashMap::new() };
    for (place, said) in record.statements.iter().enumerate() {
        statement.execute((
            at(&continued.statement, place),
            version,
            entries::last_number(&said.id),
            at(&continued.follows_statement, place),
            said.act.as_ref().map(name),
            json(&said.chain),
            review::sureness(said),
        ))?;
        let id = connection.last_insert_rowid();
        rows.statements.insert(entries::last_number(&said.id), id);
        ids.push(id);
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO claim (id, version, statement, number, start, \"end\", text, certainty, day, follows, altered) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (place, claim) in entries::claims(record).iter().enumerate() {
        let said = claim.statement.map(|index| &record.statements[index]);
        let day = entries::said(record, said);
        insert.execute((
            at(&continued.claim, place),
            version,
            claim.statement.map(|index| ids[index]),
            claim.number,
            claim.span.0,
            claim.span.1,
            claim.text,
            claim.certainty.as_ref().map(name),
            day,
            at(&continued.follows_claim, place),
            continued.altered.get(place).copied().unwrap_or(false),
        ))?;
        let id = connection.last_insert_rowid();
        rows.claims.insert((said.map_or(0, |said| entries::last_number(&said.id)), claim.number), id);
        let act = said.and_then(|said| said.act.as_ref()).map(name);
        let standing = Standing {
            act: act.as_deref(),
            chain: said.map_or(&[], |said| said.chain.as_slice()),
            certainty: claim.certainty,
        };
        batch.find(found::rowid(day, id), found::document(record, claim, &standing));
    }
    Ok(rows)
}

impl Batch {
    pub(crate) fn matcher(&mut self) -> &mut Matcher {
        self.matcher.get_or_insert_default()
    }

    /// Forgets all that is not in the ledger.
    fn reset(&mut self) {
        self.open = false;
        self.found.clear();
        if let Some(matcher) = &mut self.matcher {
            matcher.reset();
        }
        self.remembered.reset();
    }

    /// Puts a row into the index at the next commit.
    pub(crate) fn find(&mut self, rowid: i64, document: Document) {
        self.found.insert(rowid, document);
    }

    /// Lets a row that is put into the index at the next commit be found by entities too.
    pub(crate) fn tag(&mut self, rowid: i64, entities: &[i64]) {
        let Some(document) = self.found.get_mut(&rowid) else { return };
        for tag in entities.iter().map(|entity| Tag::entity(*entity)) {
            if !document.tags.split(' ').any(|there| there == tag) {
                document.tags += if document.tags.is_empty() { "" } else { " " };
                document.tags += &tag;
            }
        }
    }

    /// Takes a row out of the index.
    pub(crate) fn unfind(&mut self, connection: &Connection, rowid: i64) -> Result<()> {
        match self.found.remove(&rowid) {
            Some(_) => Ok(()),
            None => found::delete(connection, rowid),
        }
    }
}

/// Takes all claims of a version out of the index.
fn unfind(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let mut query = connection.prepare_cached(
        "SELECT claim.id, day FROM claim LEFT JOIN statement ON statement.id = claim.statement \
         WHERE claim.version = ?1 AND coalesce(struck, 0) = 0",
    )?;
    let rows = query.query_map([version], |row| Ok(found::rowid(row.get(1)?, row.get(0)?)))?;
    for rowid in rows {
        batch.unfind(connection, rowid?)?;
    }
    Ok(())
}

/// The entries of the version, or the reading, before: the record's, and the ids that they have in the ledger.
struct Before {
    record: Record,
    statements: Vec<i64>,
    claims: Vec<i64>,
}

impl Before {
    fn load(connection: &Connection, version: i64) -> Result<Before> {
        let record = record(connection, version)?;
        let rows = Rows::load(connection, version)?;
        let statements = record.statements.iter().map(|said| rows.statement(entries::last_number(&said.id)));
        let claims = entries::claims(&record);
        Ok(Before {
            statements: statements.collect::<Result<_>>()?,
            claims: claims.iter().map(|claim| rows.claim(&record, claim)).collect::<Result<_>>()?,
            record,
        })
    }

    fn compare(&self, after: &Record) -> (Vec<Follows>, Vec<Follows>, Changes) {
        let statements = follow(&entries::comparable_statements(&self.record), &entries::comparable_statements(after));
        let claims = follow(&entries::comparable_claims(&self.record), &entries::comparable_claims(after));
        let count = |which: fn(&Follows) -> bool| {
            u32::try_from(claims.iter().filter(|it| which(it)).count()).unwrap_or(u32::MAX)
        };
        let (kept, altered) =
            (count(|it| matches!(it, Follows::Same(_))), count(|it| matches!(it, Follows::Altered(_))));
        let before = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        let changes = Changes {
            added: count(|it| *it == Follows::Nothing),
            dropped: before.saturating_sub(kept + altered),
            altered,
            kept,
        };
        (statements, claims, changes)
    }
}

/// The ids of a version's rows, by their numbers in the record.
pub(crate) struct Rows {
    statements: HashMap<u32, i64>,
    /// By the number of the statement (0 for the paper's own voice) and its own.
    claims: HashMap<(u32, u32), i64>,
}

impl Rows {
    pub(crate) fn load(connection: &Connection, version: i64) -> Result<Rows> {
        let mut query = connection.prepare_cached("SELECT number, id FROM statement WHERE version = ?1")?;
        let statements = query.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let statements = statements.collect::<rusqlite::Result<_>>()?;
        let mut query = connection.prepare_cached(
            "SELECT coalesce(statement.number, 0), claim.number, claim.id \
             FROM claim LEFT JOIN statement ON statement.id = claim.statement WHERE claim.version = ?1",
        )?;
        let claims = query.query_map([version], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        let claims = claims.collect::<rusqlite::Result<_>>()?;
        Ok(Rows { statements, claims })
    }

    pub(crate) fn statement(&self, number: u32) -> Result<i64> {
        let lost = || Error::Damaged(format!("a statement s{number} of a record has no row"));
        self.statements.get(&number).copied().ok_or_else(lost)
    }

    pub(crate) fn claim(&self, record: &Record, claim: &ClaimEntry<'_>) -> Result<i64> {
        let statement = claim.statement.map_or(0, |index| entries::last_number(&record.statements[index].id));
        let lost = || Error::Damaged(format!("a claim {statement}.{} of a record has no row", claim.number));
        self.claims.get(&(statement, claim.number)).copied().ok_or_else(lost)
    }

    /// The row of the claim with this number in the statement with that one, 0 for the paper's own voice.
    pub(crate) fn by_number(&self, statement: u32, claim: u32) -> Option<i64> {
        self.claims.get(&(statement, claim)).copied()
    }

    /// How many statements and claims there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.statements.len(), self.claims.len())
    }
}

pub(crate) fn record(connection: &Connection, version: i64) -> Result<Record> {
    let (packed, original): (Vec<u8>, Vec<u8>) = connection
        .prepare_cached("SELECT record, bytes FROM reading JOIN original USING (version) WHERE version = ?1")?
        .query_row([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
    serde_json::from_slice(&pack::unpack_beside(&packed, &pack::unpack(&original)?)?)
        .map_err(|error| Error::Damaged(format!("the record of version {version} is none ({error})")))
}

fn version_with(connection: &Connection, hash: &Hash) -> Result<Option<(i64, i64)>> {
    let mut query = connection.prepare_cached("SELECT id, report FROM version WHERE hash = ?1")?;
    Ok(query.query_row([hash], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(crate) fn json(names: &[String]) -> String {
    serde_json::to_string(names).expect("names have a JSON form")
}

fn same(follows: Follows) -> Option<usize> {
    if let Follows::Same(place) = follows { Some(place) } else { None }
}

fn any(follows: Follows) -> Option<usize> {
    match follows {
        Follows::Same(place) | Follows::Altered(place) => Some(place),
        Follows::Nothing => None,
    }
}
