//! What persons say against the machine: a layer of its own over the readings, that outlives them.
//!
//! A record stays as the machine read it. A correction says of one statement what is so instead, who says that, when and
//! why; the rows that searches go through hold what is so after all corrections. Taking one back leaves it in the ledger,
//! marked as such. A statement of a later version that repeats a corrected one, word for word, stands corrected too.

use std::collections::HashMap;

use onrecord::Record;
use onrecord::record::{Act, Certainty, CodePoints};
use rusqlite::{Connection, OptionalExtension, Params};

use crate::add::{Batch, json, record};
use crate::entities;
use crate::entries::{self, last_number, name, named};
use crate::found::{self, Standing};
use crate::ledger::{Ledger, Writer};
use crate::listing::{Listing, listing, numbers, one_more};
use crate::matters;
use crate::review;
use crate::{Error, Result};

/// What is so instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// What is done by saying it; `None` where that cannot be told.
    Act(Option<Act>),
    /// On whose word, outermost first.
    Chain(Vec<String>),
    /// How sure the source is of the claim with this number; `None` where that cannot be told.
    Certainty(u32, Option<Certainty>),
    /// It is no statement at all.
    Struck,
    /// It is as the machine read it: somebody has looked.
    Accepted,
}

/// A correction, as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its number.
    pub id: i64,
    /// The statement that it is about.
    pub statement: i64,
    /// The report in which that stands.
    pub report: i64,
    /// The words that it is about.
    pub text: String,
    /// What is so instead.
    pub edit: Edit,
    /// Who says so.
    pub person: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Why.
    pub why: Option<String>,
    /// When it was taken back.
    pub undone: Option<i64>,
}

/// What a person says of matters or of entities, as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Its name: `m3` of matters, `n3` of entities.
    pub id: String,
    /// That two are one, or that part of one is another.
    pub kind: RulingKind,
    /// The matter or the entity that stays, or that is made: `C12`, `e4`.
    pub of: String,
    /// Those that are the same, or of which it was a part.
    pub others: Vec<String>,
    /// Which part: claims, or reports and the names that they have for an entity.
    pub parts: Vec<String>,
    /// Who says so.
    pub person: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Why.
    pub why: Option<String>,
    /// When it was taken back.
    pub undone: Option<i64>,
}

/// What is said of two matters or entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulingKind {
    /// They are one.
    Merge,
    /// Part of the one is the other.
    Split,
}

/// Anything that a person has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Of a statement.
    Correction(Correction),
    /// Of matters or of entities.
    Ruling(Ruling),
}

impl Decision {
    fn at(&self) -> i64 {
        match self {
            Decision::Correction(correction) => correction.at,
            Decision::Ruling(ruling) => ruling.at,
        }
    }

    fn number(&self) -> i64 {
        match self {
            Decision::Correction(correction) => correction.id,
            Decision::Ruling(ruling) => ruling.id[1..].parse().unwrap_or_default(),
        }
    }
}

/// What a ruling is about.
#[derive(Clone, Copy, Debug)]
enum About {
    Matters,
    Entities,
}

/// A statement as it is after all corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) act: Option<Act>,
    pub(crate) chain: Vec<String>,
    /// By the claims' numbers.
    pub(crate) certainties: Vec<(u32, Option<Certainty>)>,
    pub(crate) struck: bool,
    /// Whether a person has said anything of it.
    pub(crate) looked_at: bool,
}

impl Ledger {
    /// All corrections, the oldest first; those of one statement only, if one is named.
    ///
    /// # Errors
    /// Those of the database.
    pub fn corrections(&self, statement: Option<i64>) -> Result<Vec<Correction>> {
        match statement {
            Some(statement) => self.corrections_that("statement = ?1 ORDER BY correction.id", [statement]),
            None => self.corrections_that("TRUE ORDER BY correction.id", []),
        }
    }

    /// The correction with this number.
    ///
    /// # Errors
    /// If there is none, or those of the database.
    pub fn correction(&self, correction: i64) -> Result<Correction> {
        let found = self.corrections_that("correction.id = ?1", [correction])?;
        found.into_iter().next().ok_or_else(|| Error::Unknown(format!("correction {correction}")))
    }

    /// The last correction that is in force.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_correction(&self) -> Result<Option<Correction>> {
        let last = self.corrections_that("undone IS NULL ORDER BY correction.id DESC LIMIT 1", [])?;
        Ok(last.into_iter().next())
    }

    /// The corrections of which this is so.
    fn corrections_that(&self, condition: &str, values: impl Params) -> Result<Vec<Correction>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT correction.id, statement, text, field, claim, value, person, at, why, undone, report FROM correction \
             JOIN version ON version.id = version WHERE {condition}"
        ))?;
        let rows = query.query_map(values, |row| {
            let edit = edit(&row.get::<_, String>(3)?, row.get(4)?, row.get(5)?);
            Ok(Correction {
                id: row.get(0)?,
                statement: row.get(1)?,
                report: row.get(10)?,
                text: row.get(2)?,
                edit: edit.ok_or(rusqlite::Error::InvalidQuery)?,
                person: row.get(6)?,
                at: row.get(7)?,
                why: row.get(8)?,
                undone: row.get(9)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Ledger {
    /// All that persons say of matters and of entities, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rulings(&self) -> Result<Vec<Ruling>> {
        let mut all = self.rulings_of(About::Matters, i64::MAX, i64::MAX)?;
        all.reverse();
        let entities = self.rulings_of(About::Entities, i64::MAX, i64::MAX)?;
        all.extend(entities.into_iter().rev());
        all.sort_by_key(|ruling| ruling.at);
        Ok(all)
    }

    /// Everything that persons have said, the newest first; of one statement only, if one is named.
    ///
    /// # Errors
    /// If the cursor is none, or those of the database.
    pub fn decisions(&self, statement: Option<i64>, after: Option<&str>, limit: usize) -> Result<Listing<Decision>> {
        // There are three lists; each goes on below the number that was shown of it last.
        let mut below = after.map(numbers::<3>).transpose()?.unwrap_or([i64::MAX; 3]);
        let most = one_more(limit);
        let corrections = match statement {
            Some(statement) => self.corrections_that(
                "correction.id < ?1 AND statement = ?3 ORDER BY correction.id DESC LIMIT ?2",
                (below[0], most, statement),
            )?,
            None => {
                self.corrections_that("correction.id < ?1 ORDER BY correction.id DESC LIMIT ?2", (below[0], most))?
            }
        };
        let rulings = |about, below| match statement {
            Some(_) => Ok(Vec::new()),
            None => self.rulings_of(about, below, most),
        };
        let (matters, entities) = (rulings(About::Matters, below[1])?, rulings(About::Entities, below[2])?);
        let mut lists = [
            corrections.into_iter().map(Decision::Correction).collect::<Vec<_>>().into_iter().peekable(),
            matters.into_iter().map(Decision::Ruling).collect::<Vec<_>>().into_iter().peekable(),
            entities.into_iter().map(Decision::Ruling).collect::<Vec<_>>().into_iter().peekable(),
        ];
        let mut rows = Vec::new();
        while rows.len() <= limit {
            let first = lists.iter_mut().enumerate().filter_map(|(at, list)| Some((list.peek()?.at(), at))).max();
            let Some(next) = first.and_then(|(_, at)| Some((at, lists[at].next()?))) else { break };
            let (at, decision) = next;
            below[at] = decision.number();
            rows.push((decision, below.map(|number| number.to_string()).join(".")));
        }
        Ok(listing(rows, limit))
    }

    /// How many corrections, merges and splits there are, those too that were taken back.
    ///
    /// # Errors
    /// Those of the database.
    pub fn decided(&self) -> Result<u64> {
        let mut count = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM correction) + (SELECT count(*) FROM ruling) + (SELECT count(*) FROM entity_ruling)",
        )?;
        Ok(count.query_row([], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// The ruling of this name, `m3` or `n3`.
    ///
    /// # Errors
    /// If there is none, or those of the database.
    pub fn ruling(&self, name: &str) -> Result<Ruling> {
        let unknown = || Error::Unknown(format!("ruling {name}"));
        let about = match name.chars().next() {
            Some('m') => About::Matters,
            Some('n') => About::Entities,
            _ => return Err(unknown()),
        };
        let number: i64 = name[1..].parse().map_err(|_| unknown())?;
        let found = self.rulings_of(about, number.saturating_add(1), 1)?;
        found.into_iter().find(|it| it.id == name).ok_or_else(unknown)
    }

    /// What is said of matters, or of entities, below a number, the newest first.
    fn rulings_of(&self, about: About, below: i64, most: i64) -> Result<Vec<Ruling>> {
        let (letter, of, from) = match about {
            About::Matters => ('m', 'C', "matter, NULL, person, at, why, undone FROM ruling"),
            About::Entities => ('n', 'e', "entity, other, person, at, why, undone FROM entity_ruling"),
        };
        let mut query = self
            .connection
            .prepare_cached(&format!("SELECT id, kind, {from} WHERE id < ?1 ORDER BY id DESC LIMIT ?2"))?;
        let mut rows = query.query((below, most))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let other: Option<i64> = row.get(3)?;
            let (others, parts) = match other {
                Some(other) => (vec![format!("e{other}")], self.parted(id)?),
                None => self.ruled(id)?,
            };
            let kind = if row.get::<_, String>(1)? == "merge" { RulingKind::Merge } else { RulingKind::Split };
            all.push(Ruling {
                id: format!("{letter}{id}"),
                kind,
                of: format!("{of}{}", row.get::<_, i64>(2)?),
                others,
                parts: if kind == RulingKind::Split { parts } else { Vec::new() },
                person: row.get(4)?,
                at: row.get(5)?,
                why: row.get(6)?,
                undone: row.get(7)?,
            });
        }
        Ok(all)
    }

    /// The matters that the claims of a ruling belonged to before, and these claims.
    fn ruled(&self, ruling: i64) -> Result<(Vec<String>, Vec<String>)> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT before, claim.id, statement, number FROM ruled LEFT JOIN claim ON claim.id = claim \
             WHERE ruling = ?1 ORDER BY before, claim.id",
        )?;
        let mut rows = query.query([ruling])?;
        let (mut matters, mut claims): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let matter = format!("C{}", row.get::<_, i64>(0)?);
            if !matters.contains(&matter) {
                matters.push(matter);
            }
            let (claim, statement): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            let claim = match (claim, statement) {
                (Some(_), Some(statement)) => format!("s{statement}.{}", row.get::<_, u32>(3)?),
                (Some(claim), None) => format!("r{claim}"),
                // Another reading no longer has it.
                (None, _) => continue,
            };
            if !claims.contains(&claim) {
                claims.push(claim);
            }
        }
        Ok((matters, claims))
    }

    /// What a ruling of entities parts: "d7 Smith", or "Smith" in any report.
    fn parted(&self, ruling: i64) -> Result<Vec<String>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT DISTINCT report, name FROM parted WHERE ruling = ?1 ORDER BY report, name")?;
        let parts = query.query_map([ruling], |row| {
            let (report, name): (Option<i64>, String) = (row.get(0)?, row.get(1)?);
            Ok(report.map_or_else(|| name.clone(), |report| format!("d{report} {name}")))
        })?;
        Ok(parts.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Corrects a statement, and gives the correction's number. `now` is the time in seconds since 1970.
    ///
    /// # Errors
    /// If there is no such statement, or no such claim in it.
    pub fn correct(&mut self, statement: i64, edit: &Edit, person: &str, why: Option<&str>, now: i64) -> Result<i64> {
        self.attempt(|connection, batch| {
            let (version, number) = place(connection, statement)?;
            let record = record(connection, version)?;
            let said = said(&record, number)?;
            if let Edit::Certainty(claim, _) = edit
                && !said.claims.iter().any(|it| last_number(&it.id) == *claim)
            {
                return Err(Error::Unknown(format!("claim s{statement}.{claim}")));
            }
            let (CodePoints(start, end), text) = entries::core(said);
            let (field, claim, value) = written(edit);
            connection.execute(
                "INSERT INTO correction (statement, version, start, \"end\", text, field, claim, value, person, at, why) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                (statement, version, start, end, text, field, claim, value, person, now, why),
            )?;
            let id = connection.last_insert_rowid();
            settle_line(connection, batch, statement)?;
            Ok(id)
        })
    }

    /// Takes a correction back.
    ///
    /// # Errors
    /// If there is no such correction, or it was taken back before.
    pub fn undo(&mut self, correction: i64, now: i64) -> Result<()> {
        self.attempt(|connection, batch| {
            let there: Option<(i64, Option<i64>)> = connection
                .query_row("SELECT statement, undone FROM correction WHERE id = ?1", [correction], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            match there {
                None => Err(Error::Unknown(format!("correction {correction}"))),
                Some((_, Some(_))) => Err(Error::Correction(format!("correction {correction} was taken back before"))),
                Some((statement, None)) => {
                    connection.execute("UPDATE correction SET undone = ?2 WHERE id = ?1", (correction, now))?;
                    settle_line(connection, batch, statement)
                }
            }
        })
    }
}

/// How an edit is written: field, claim, value.
fn written(edit: &Edit) -> (&'static str, u32, Option<String>) {
    match edit {
        Edit::Act(act) => ("act", 0, act.as_ref().map(name)),
        Edit::Chain(chain) => ("chain", 0, Some(json(chain))),
        Edit::Certainty(claim, certainty) => ("certainty", *claim, certainty.as_ref().map(name)),
        Edit::Struck => ("struck", 0, None),
        Edit::Accepted => ("accepted", 0, None),
    }
}

fn edit(field: &str, claim: u32, value: Option<String>) -> Option<Edit> {
    Some(match (field, value) {
        ("act", None) => Edit::Act(None),
        ("act", Some(act)) => Edit::Act(Some(named(&act)?)),
        ("chain", Some(chain)) => Edit::Chain(serde_json::from_str(&chain).ok()?),
        ("certainty", None) => Edit::Certainty(claim, None),
        ("certainty", Some(certainty)) => Edit::Certainty(claim, Some(named(&certainty)?)),
        ("struck", None) => Edit::Struck,
        ("accepted", None) => Edit::Accepted,
        _ => return None,
    })
}

/// A statement of a record after the corrections of the statement with this id, and of those that it repeats.
pub(crate) fn settled(connection: &Connection, statement: i64, said: &onrecord::record::Statement) -> Result<Settled> {
    let mut settled = Settled {
        act: said.act,
        chain: said.chain.clone(),
        certainties: said.claims.iter().map(|it| (last_number(&it.id), it.certainty)).collect(),
        struck: false,
        looked_at: false,
    };
    let mut query = connection.prepare_cached(
        "WITH RECURSIVE line (id) AS (SELECT ?1 UNION SELECT follows FROM statement JOIN line USING (id) \
         WHERE follows IS NOT NULL) \
         SELECT field, claim, value FROM correction WHERE statement IN line AND undone IS NULL ORDER BY id",
    )?;
    let rows = query.query_map([statement], |row| Ok(edit(&row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
    for edit in rows {
        settled.looked_at = true;
        match edit?.ok_or_else(|| Error::Damaged(format!("a correction of s{statement} says nothing")))? {
            Edit::Act(act) => settled.act = act,
            Edit::Chain(chain) => settled.chain = chain,
            Edit::Certainty(claim, certainty) => {
                settled.certainties.iter_mut().filter(|it| it.0 == claim).for_each(|it| it.1 = certainty);
            }
            Edit::Struck => settled.struck = true,
            Edit::Accepted => {}
        }
    }
    Ok(settled)
}

/// Settles a statement and all that repeat it.
fn settle_line(connection: &Connection, batch: &mut Batch, statement: i64) -> Result<()> {
    let mut query = connection.prepare_cached(
        "WITH RECURSIVE line (id) AS (SELECT ?1 UNION SELECT statement.id FROM statement JOIN line ON follows = line.id) \
         SELECT id FROM statement WHERE id IN line",
    )?;
    let ids: Vec<i64> = query.query_map([statement], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in ids {
        let (version, number) = place(connection, id)?;
        let record = record(connection, version)?;
        settle(connection, batch, (id, number), &record, &entities::whom(connection, version)?)?;
        review::wait(connection, version, &record)?;
        let current: Option<i64> = connection
            .query_row(
                "SELECT version FROM statement JOIN report ON report.current = version WHERE statement.id = ?1",
                [id],
                |row| row.get(0),
            )
            .optional()?;
        // Who says it, and whether he denies it, bears on the matters that it belongs to.
        if let Some(version) = current {
            matters::rematch(connection, batch, version)?;
        }
    }
    Ok(())
}

/// Settles all statements of a version that a correction bears on.
pub(crate) fn settle_version(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let any: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM correction)", [], |row| row.get(0))?;
    if !any {
        return Ok(());
    }
    find_again(connection, batch, version)
}

/// Writes into the rows of a version, and into the index, what is so now.
pub(crate) fn find_again(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let record = record(connection, version)?;
    let whom = entities::whom(connection, version)?;
    let mut query = connection.prepare_cached("SELECT id, number FROM statement WHERE version = ?1")?;
    let all: Vec<(i64, u32)> =
        query.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    all.into_iter().try_for_each(|(id, number)| settle(connection, batch, (id, number), &record, &whom))?;
    review::wait(connection, version, &record)
}

/// Writes into the rows of a statement what is so after all corrections.
fn settle(
    connection: &Connection,
    batch: &mut Batch,
    (statement, number): (i64, u32),
    record: &Record,
    whom: &HashMap<u32, i64>,
) -> Result<()> {
    let said = said(record, number)?;
    let settled = settled(connection, statement, said)?;
    let (was_struck, current): (bool, bool) = connection.query_row(
        "SELECT struck, report.current = version.id FROM statement JOIN version ON version.id = statement.version \
         JOIN report ON report.id = version.report WHERE statement.id = ?1",
        [statement],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let act = settled.act.as_ref().map(name);
    connection.execute(
        "UPDATE statement SET act = ?2, chain = ?3, struck = ?4 WHERE id = ?1",
        (statement, &act, json(&settled.chain), settled.struck),
    )?;
    let speakers = entities::speakers(record, number, &settled.chain, whom);
    for claim in entries::claims(record) {
        if claim.statement.is_none_or(|index| last_number(&record.statements[index].id) != number) {
            continue;
        }
        let certainty = settled.certainties.iter().find(|it| it.0 == claim.number).and_then(|it| it.1);
        connection.execute(
            "UPDATE claim SET certainty = ?3 WHERE statement = ?1 AND number = ?2",
            (statement, claim.number, certainty.as_ref().map(name)),
        )?;
        if !current {
            continue;
        }
        let rowid = connection.query_row(
            "SELECT id, day FROM claim WHERE statement = ?1 AND number = ?2",
            (statement, claim.number),
            |row| Ok(found::rowid(row.get(1)?, row.get(0)?)),
        )?;
        if !was_struck {
            batch.unfind(connection, rowid)?;
        }
        if !settled.struck {
            let standing = Standing { act: act.as_deref(), chain: &settled.chain, certainty };
            batch.find(rowid, found::document(record, &claim, &standing));
            batch.tag(rowid, &speakers);
        }
    }
    Ok(())
}

/// Ties corrections whose statement another reading no longer has to the one that now stands at its words.
pub(crate) fn anchor(connection: &Connection, version: i64, record: &Record) -> Result<()> {
    let mut query = connection.prepare(
        "SELECT id, start, \"end\" FROM correction WHERE version = ?1 \
         AND NOT EXISTS (SELECT 1 FROM statement WHERE statement.id = correction.statement)",
    )?;
    let loose: Vec<(i64, u32, u32)> = query
        .query_map([version], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (correction, start, end) in loose {
        let shared = |span: CodePoints| {
            let joint = f64::from(end.min(span.1)) - f64::from(start.max(span.0));
            joint.max(0.0) / f64::from(end.max(span.1) - start.min(span.0)).max(1.0)
        };
        // Most of the words must be the same.
        let best = (record.statements.iter())
            .map(|said| (shared(entries::core(said).0), said))
            .filter(|(shared, _)| *shared > 0.5)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, said)) = best {
            connection.execute(
                "UPDATE correction SET statement = (SELECT id FROM statement WHERE version = ?2 AND number = ?3) \
                 WHERE id = ?1",
                (correction, version, last_number(&said.id)),
            )?;
        }
    }
    Ok(())
}

fn place(connection: &Connection, statement: i64) -> Result<(i64, u32)> {
    connection
        .query_row("SELECT version, number FROM statement WHERE id = ?1", [statement], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?
        .ok_or_else(|| Error::Unknown(format!("statement s{statement}")))
}

fn said(record: &Record, number: u32) -> Result<&onrecord::record::Statement> {
    let found = record.statements.iter().find(|said| last_number(&said.id) == number);
    found.ok_or_else(|| Error::Damaged(format!("a record lacks its statement s{number}")))
}
