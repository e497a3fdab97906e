//! Matters: which claims of many reports are about the same thing.
//!
//! What is alike is decided by `onrecord_matter`; here candidates are looked up, and what was decided is kept. Each
//! proposition meets a bounded number of matters, and of each a bounded number of members, however large the ledger is.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use onrecord::Record;
use onrecord_matter::pair::{self, is_as_likely};
use onrecord_matter::{Head, Lexicon, MEMBERS, Near, Page, Proposition, Report, Stance, Told};
use rusqlite::{Connection, OptionalExtension};
use schemars::JsonSchema;
use serde::Serialize;

use crate::add::{Batch, Rows};
use crate::corrected::corrected;
use crate::entries::last_number;
use crate::ledger::{Ledger, Writer};
use crate::pack::Unpacker;
use crate::{Error, Result, day, pack};

/// A report is held against so many others, those that share most of what it is about.
const REPORTS: usize = 24;
/// Of the reports under a key so many are looked at to each side of the day, the nearest.
const UNDER_A_KEY: i64 = 32;
/// In days: what was published further apart tells of other things.
const APART: i64 = 60;
/// The day under which reports stand whose day is not known.
const NO_DAY: i64 = -10_000_000;
/// A proposition is held against members of so many matters, those that share most with it.
const CANDIDATES: usize = 12;
/// Of each of these against so many members at first, and against more where one is as likely as this.
const TRIED: usize = 2;
const PROMISING: f32 = 0.3;
/// A matter is summed up from so many of its members at most: the first, and the last.
const SUMMED_UP: usize = 32;
/// A matter in so many reports is summed up each time that it grows; beyond, each time that it has grown by half, and when
/// somebody denies or doubts it.
const SMALL: u32 = 4;
/// So many propositions are kept in memory with their reports, for those that come after them.
const REMEMBERED: usize = 250_000;

/// What matching works with.
#[derive(Debug)]
pub(crate) struct Matcher {
    lexicon: Lexicon,
    remembered: HashMap<i64, Rc<Report>>,
    /// Their versions, the first remembered first.
    order: VecDeque<i64>,
    /// How many propositions they have.
    propositions: usize,
    unpacker: Option<Unpacker>,
    /// Matters that came into further reports since they were summed up.
    grown: BTreeMap<i64, Growth>,
    /// Matters that lost members, or whose members are not what they were.
    changed: BTreeSet<i64>,
}

/// What is compared of a record, and the same as it is kept.
#[derive(Debug)]
pub(crate) struct Compared {
    report: Report,
    kept: Vec<u8>,
}

impl Compared {
    pub(crate) fn of(record: &Record) -> Result<Compared> {
        let lexicon = Lexicon::embedded();
        let report = onrecord_matter::read(&lexicon, record);
        Ok(Compared { kept: pack::pack(&report.to_bytes(&lexicon))?, report })
    }

    pub(crate) fn head(&self) -> &Head {
        &self.report.head
    }

    /// What is compared, under the report's name in the ledger: names of documents are not unique, and a page tells reports
    /// apart by them.
    fn named(&self, name: String) -> Report {
        self.report.untold(name)
    }
}

/// How a matter grew.
#[derive(Clone, Copy, Debug, Default)]
struct Growth {
    reports: u32,
    /// The first and the last of their days.
    days: Option<(i64, i64)>,
    /// It is a new one.
    new: bool,
    /// Somebody denies or doubts it.
    opposed: bool,
}

/// A matter in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Its name in the ledger: `C12`.
    pub id: String,
    /// The words of the claim that is closest to all others.
    pub gist: String,
    /// How many reports it stands in.
    pub reports: u32,
    /// How many independent origins it has.
    pub origins: u32,
    /// How many pairs of claims contradict each other.
    pub contradictions: u32,
    /// The first day of publication.
    pub first: Option<String>,
    /// The last day of publication.
    pub last: Option<String>,
}

/// A matter with everything that is said of it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Matter {
    /// Its name in the ledger: `C12`.
    pub id: String,
    /// How many members it has.
    pub total: u64,
    /// The reports in which those members stand that are here.
    pub reports: Vec<Mentioning>,
    /// What they make of it. Reports have their names in the ledger there.
    #[serde(flatten)]
    pub page: Page,
}

/// A report in which a matter stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mentioning {
    /// Its name in the ledger.
    pub report: String,
    /// Its headline.
    pub title: Option<String>,
    /// The paper.
    pub publisher: Option<String>,
    /// The day of publication.
    pub published: Option<String>,
    /// Its address.
    pub url: Option<String>,
}

/// By what matters are sorted, the most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By how many reports they stand in.
    #[default]
    Reports,
    /// By how many independent origins they have.
    Origins,
    /// By the last day of publication.
    Newest,
}

impl Default for Matcher {
    fn default() -> Matcher {
        Matcher {
            lexicon: Lexicon::embedded(),
            remembered: HashMap::new(),
            order: VecDeque::new(),
            propositions: 0,
            unpacker: None,
            grown: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }
}

impl Ledger {
    /// The matters that stand in more than one report.
    ///
    /// # Errors
    /// Those of the database.
    pub fn matters(&self, order: Order, disputed: bool, limit: usize) -> Result<Vec<Summary>> {
        Ok(self.matters_after(order, disputed, None, limit)?.entries)
    }

    /// The page of a matter.
    ///
    /// # Errors
    /// If there is no such matter, or those of the database.
    pub fn matter(&self, matter: i64) -> Result<Matter> {
        self.matter_within(matter, usize::MAX)
    }

    /// The page of a matter, made of so many of its members at most: the first, and the last.
    ///
    /// # Errors
    /// As [`Ledger::matter`].
    pub fn matter_within(&self, matter: i64, members: usize) -> Result<Matter> {
        let mut matcher = Matcher::default();
        let matter = became(&self.connection, matter)?.ok_or_else(|| Error::Unknown(format!("matter C{matter}")))?;
        let total: i64 =
            self.connection
                .query_row("SELECT count(*) FROM proposition WHERE matter = ?1", [matter], |row| row.get(0))?;
        let members = self::members(&self.connection, matter, members)?;
        let page = matcher.page(&self.connection, &members)?;
        let mut query = self.connection.prepare_cached(
            "SELECT report, title, publisher, day, url FROM version JOIN report ON report.id = report WHERE version.id = ?1",
        )?;
        let mut reports: BTreeMap<i64, Mentioning> = BTreeMap::new();
        for version in members.chunk_by(|a, b| a.0 == b.0).map(|of_one| of_one[0].0) {
            let (report, it) = query.query_row([version], |row| Ok((row.get(0)?, mentioning(row, 0)?)))?;
            reports.insert(report, it);
        }
        let reports = reports.into_values().collect();
        Ok(Matter { id: format!("C{matter}"), total: total.unsigned_abs(), reports, page })
    }

    /// The pages of all matters with their names, in the order of these.
    pub(crate) fn pages(&self, mut take: impl FnMut(String, Page) -> Result<()>) -> Result<()> {
        let mut matcher = Matcher::default();
        let mut query = self.connection.prepare("SELECT DISTINCT matter FROM proposition ORDER BY matter")?;
        let matters: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        matters.into_iter().try_for_each(|matter| {
            let members = members(&self.connection, matter, usize::MAX)?;
            // Whole, for other matters have the rest of them.
            for (version, _) in &members {
                matcher.report(&self.connection, *version)?;
            }
            let page = matcher.page(&self.connection, &members)?;
            take(format!("C{matter}"), page)
        })
    }
}

impl Writer {
    /// Says that two matters are one: the claims of the second belong to the first. Gives the ruling's number.
    ///
    /// # Errors
    /// If there is no such matter, or they are one and the same.
    pub fn merge(&mut self, into: i64, from: i64, person: &str, why: Option<&str>, now: i64) -> Result<i64> {
        self.attempt(|connection, batch| {
            for matter in [into, from] {
                if became(connection, matter)?.is_none() {
                    return Err(Error::Unknown(format!("matter C{matter}")));
                }
            }
            let (into, from) = (became(connection, into)?.unwrap_or(into), became(connection, from)?.unwrap_or(from));
            if into == from {
                return Err(Error::Correction(format!("C{into} is one matter already")));
            }
            let mut query =
                connection.prepare("SELECT claim, part FROM proposition WHERE matter = ?1 ORDER BY version, place")?;
            let claims: Vec<(i64, u32)> =
                query.query_map([from], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            connection.execute("UPDATE matter SET became = ?2 WHERE id = ?1", (from, into))?;
            rule(connection, batch, ("merge", into), &claims, person, why, now)
        })
    }

    /// Says that claims make up a matter of their own. Gives the ruling's number, and the new matter.
    ///
    /// # Errors
    /// If a claim belongs to no matter.
    pub fn split(&mut self, claims: &[i64], person: &str, why: Option<&str>, now: i64) -> Result<(i64, i64)> {
        self.attempt(|connection, batch| {
            let mut all: Vec<(i64, u32)> = Vec::new();
            for claim in claims {
                let mut query = connection.prepare_cached(
                    "SELECT claim, part FROM proposition WHERE version = (SELECT version FROM claim WHERE id = ?1) \
                     AND claim = ?1",
                )?;
                let parts: Vec<(i64, u32)> =
                    query.query_map([claim], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
                if parts.is_empty() {
                    return Err(Error::Correction("one of these claims belongs to no matter".to_owned()));
                }
                all.extend(parts);
            }
            connection.execute("INSERT INTO matter DEFAULT VALUES", [])?;
            let matter = connection.last_insert_rowid();
            Ok((rule(connection, batch, ("split", matter), &all, person, why, now)?, matter))
        })
    }

    /// Takes a merge or a split back: its claims belong again to the matters that they belonged to.
    ///
    /// # Errors
    /// If there is no such ruling, or it was taken back before.
    pub fn undo_ruling(&mut self, ruling: i64, now: i64) -> Result<()> {
        self.attempt(|connection, batch| {
            let there: Option<(i64, Option<i64>)> = connection
                .query_row("SELECT matter, undone FROM ruling WHERE id = ?1", [ruling], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let matter = match there {
                None => return Err(Error::Unknown(format!("ruling m{ruling}"))),
                Some((_, Some(_))) => {
                    return Err(Error::Correction(format!("ruling m{ruling} was taken back before")));
                }
                Some((matter, None)) => matter,
            };
            connection.execute("UPDATE ruling SET undone = ?2 WHERE id = ?1", (ruling, now))?;
            connection.execute(
                "UPDATE matter SET became = NULL WHERE became = ?2 AND id IN (SELECT before FROM ruled WHERE ruling = ?1)",
                (ruling, matter),
            )?;
            let mut query = connection.prepare("SELECT claim, part, before FROM ruled WHERE ruling = ?1")?;
            let moved: Vec<(i64, u32, i64)> = query
                .query_map([ruling], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (claim, part, before) in moved {
                let before = became(connection, before)?.unwrap_or(before);
                connection.execute(
                    "UPDATE proposition SET matter = ?4 WHERE version = (SELECT version FROM claim WHERE id = ?1) \
                     AND claim = ?1 AND part = ?2 AND matter = ?3",
                    (claim, part, matter, before),
                )?;
                batch.matcher().changed.insert(before);
            }
            batch.matcher().changed.insert(matter);
            Ok(())
        })
    }
}

/// A report, from the five columns of a row that begin at one: its number, title, paper, day and address.
pub(crate) fn mentioning(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Mentioning> {
    Ok(Mentioning {
        report: format!("d{}", row.get::<_, i64>(at)?),
        title: row.get(at + 1)?,
        publisher: row.get(at + 2)?,
        published: row.get::<_, Option<i64>>(at + 3)?.and_then(day::written),
        url: row.get(at + 4)?,
    })
}

/// Makes a ruling: these claims belong to this matter.
fn rule(
    connection: &Connection,
    batch: &mut Batch,
    (kind, matter): (&str, i64),
    claims: &[(i64, u32)],
    person: &str,
    why: Option<&str>,
    now: i64,
) -> Result<i64> {
    connection.execute(
        "INSERT INTO ruling (kind, matter, person, at, why) VALUES (?1, ?2, ?3, ?4, ?5)",
        (kind, matter, person, now, why),
    )?;
    let ruling = connection.last_insert_rowid();
    for (claim, part) in claims {
        let (version, place, before): (i64, i64, i64) = connection.query_row(
            "SELECT version, place, matter FROM proposition WHERE version = (SELECT version FROM claim WHERE id = ?1) \
             AND claim = ?1 AND part = ?2",
            (claim, part),
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        connection.execute(
            "INSERT INTO ruled (ruling, claim, part, before) VALUES (?1, ?2, ?3, ?4)",
            (ruling, claim, part, before),
        )?;
        connection.execute(
            "UPDATE proposition SET matter = ?3 WHERE version = ?1 AND place = ?2",
            (version, place, matter),
        )?;
        batch.matcher().changed.insert(before);
    }
    batch.matcher().changed.insert(matter);
    Ok(ruling)
}

/// What a matter is now: itself, or what it turned out to be, or where the claim is that stood alone in it; nothing if it holds
/// nothing.
fn became(connection: &Connection, matter: i64) -> Result<Option<i64>> {
    let mut matter = matter;
    // What became of it may have become something else since. No ledger has a longer line unless it is damaged.
    for _ in 0..1000 {
        if !members(connection, matter, 1)?.is_empty() {
            return Ok(Some(matter));
        }
        let next: Option<i64> = connection
            .prepare_cached(
                "SELECT became FROM matter WHERE id = ?1 AND became IS NOT NULL UNION ALL \
                 SELECT proposition.matter FROM stood JOIN claim ON claim.id = stood.claim JOIN proposition ON \
                 proposition.version = claim.version AND proposition.claim = claim.id AND proposition.part = stood.part \
                 WHERE stood.matter = ?1 LIMIT 1",
            )?
            .query_row([matter], |row| row.get(0))
            .optional()?;
        let Some(next) = next else { return Ok(None) };
        matter = next;
    }
    Ok(None)
}

/// Takes the propositions of a version out of their matters.
pub(crate) fn unmatch(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let mut query = connection.prepare_cached("SELECT DISTINCT matter FROM proposition WHERE version = ?1")?;
    let matters: Vec<i64> = query.query_map([version], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let matcher = batch.matcher();
    matcher.changed.extend(matters);
    let kept: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM matching WHERE version = ?1)")?
        .query_row([version], |row| row.get(0))?;
    if kept {
        let report = matcher.report(connection, version)?;
        let mut delete = connection.prepare_cached("DELETE FROM about WHERE key = ?1 AND day = ?2 AND version = ?3")?;
        for (key, day) in rows_about(&report) {
            delete.execute((key, day, version))?;
        }
    }
    matcher.forget(version);
    connection.prepare_cached("DELETE FROM proposition WHERE version = ?1")?.execute([version])?;
    connection.prepare_cached("DELETE FROM matching WHERE version = ?1")?.execute([version])?;
    Ok(())
}

/// Where the claims of a version belonged, before they are matched again: by claim and part.
#[derive(Debug, Default)]
pub(crate) struct Belonged {
    /// Just before.
    last: HashMap<(i64, u32), i64>,
    /// Where each stood alone before it was brought elsewhere.
    alone: HashMap<(i64, u32), i64>,
}

impl Belonged {
    /// That of the claims of a version that is about to be taken out of its matters.
    pub(crate) fn of(connection: &Connection, version: i64) -> Result<Belonged> {
        let rows = |query: &str| -> Result<HashMap<(i64, u32), i64>> {
            let mut query = connection.prepare_cached(query)?;
            let rows = query.query_map([version], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        Ok(Belonged {
            last: rows("SELECT claim, part, matter FROM proposition WHERE version = ?1")?,
            alone: rows(
                "SELECT stood.claim, stood.part, stood.matter FROM stood JOIN claim ON claim.id = stood.claim \
                 WHERE claim.version = ?1",
            )?,
        })
    }

    /// The matters of which one is a claim's own again, should it stand alone.
    fn own(&self, claim: (i64, u32)) -> impl Iterator<Item = i64> {
        [&self.last, &self.alone].into_iter().filter_map(move |of| of.get(&claim).copied())
    }

    /// Keeps for the claims the matters in which nothing is left, now that they are matched again.
    fn keep(&self, connection: &Connection) -> Result<()> {
        let mut forget = connection.prepare_cached(
            "DELETE FROM stood WHERE claim = ?1 AND part = ?2 AND matter IN (SELECT matter FROM proposition \
             WHERE version = (SELECT version FROM claim WHERE id = ?1) AND claim = ?1 AND part = ?2)",
        )?;
        for claim in self.alone.keys() {
            forget.execute(*claim)?;
        }
        let mut keep = connection.prepare_cached(
            "INSERT OR IGNORE INTO stood (claim, part, matter) SELECT ?1, ?2, ?3 \
             WHERE EXISTS (SELECT 1 FROM claim WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM proposition WHERE matter = ?3)",
        )?;
        for ((claim, part), matter) in &self.last {
            keep.execute((claim, part, matter))?;
        }
        Ok(())
    }
}

/// Matches a version again, after a correction or another reading.
pub(crate) fn rematch(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let before = Belonged::of(connection, version)?;
    unmatch(connection, batch, version)?;
    let compared = Compared::of(&corrected(connection, version)?)?;
    match_version(connection, batch, version, (&compared, &Rows::load(connection, version)?), &before)
}

/// Matches a version that is not matched yet. Where it was, in a ledger of an older form, it stays in its matters.
pub(crate) fn catch_up(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let there: i64 = connection
        .prepare_cached("SELECT count(*) FROM proposition WHERE version = ?1")?
        .query_row([version], |row| row.get(0))?;
    let compared = Compared::of(&corrected(connection, version)?)?;
    if there > 0 && i64::try_from(compared.report.propositions.len()).ok() == Some(there) {
        batch.matcher().keep(connection, version, &compared)?;
        return Ok(());
    }
    rematch(connection, batch, version)
}

/// Matches the propositions of a version, which these are, with those of other reports; its claims have these rows. A claim that
/// a person has placed goes where that person placed it; one that begins a matter of its own keeps the one in which it stood alone.
pub(crate) fn match_version(
    connection: &Connection,
    batch: &mut Batch,
    version: i64,
    (compared, rows): (&Compared, &Rows),
    before: &Belonged,
) -> Result<()> {
    let matcher = batch.matcher();
    let read = matcher.keep(connection, version, compared)?;
    let mut near = matcher.reports_near(connection, version, &read)?;
    // The report itself: what it says may be said in it before.
    near.push(Neighbour {
        report: Rc::clone(&read),
        matters: Vec::new(),
        beside: pair::Reports::new(&read.head, &read.head),
    });
    let own = near.len() - 1;
    let others: Vec<&Report> = near.iter().map(|it| &*it.report).collect();
    let candidates = onrecord_matter::candidates(&read, &others);

    let ruled: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM ruling WHERE undone IS NULL)")?
        .query_row([], |row| row.get(0))?;
    let mut insert = connection
        .prepare_cached("INSERT INTO proposition (version, place, claim, part, matter) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let day = published(&read.head);
    let mut matters: BTreeMap<i64, Growth> = BTreeMap::new();
    let told = compared.report.propositions.iter().map(|it| &it.claim);
    for (place, ((proposition, claim), candidates)) in read.propositions.iter().zip(told).zip(candidates).enumerate() {
        let claim = rows.claim_by(claim)?;
        let part = u32::from(proposition.part);
        let pinned = if ruled { placed(connection, claim, part)? } else { None };
        let fitting = match pinned {
            Some(matter) => vec![matter],
            None => matcher.place(connection, (&read.head, proposition), &near, &candidates)?,
        };
        let (matter, new) = match fitting.first() {
            Some(matter) => (*matter, false),
            None => alone(connection, before.own((claim, part)))?,
        };
        insert.execute((version, i64::try_from(place).unwrap_or(i64::MAX), claim, part, matter))?;
        near[own].matters.push(matter);
        let opposed = matches!(proposition.stance, Stance::Denies | Stance::Doubts);
        let growth =
            matters.entry(matter).or_insert(Growth { reports: 1, days: day.map(|day| (day, day)), new, opposed });
        growth.opposed |= opposed;
        if fitting.len() > 1
            && let Some((into, from)) = matcher.join(connection, matter, &fitting[1..])?
        {
            let homes = near.iter_mut().flat_map(|it| &mut it.matters);
            homes.filter(|home| **home == from).for_each(|home| *home = into);
            matters.remove(&from);
        }
    }
    for (matter, growth) in matters {
        matcher.grown.entry(matter).or_default().add(growth);
    }
    before.keep(connection)
}

impl Growth {
    fn add(&mut self, more: Growth) {
        self.reports += more.reports;
        self.days = match (self.days, more.days) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (days, None) | (None, days) => days,
        };
        self.new |= more.new;
        self.opposed |= more.opposed;
    }
}

/// The matter in which a person placed a claim, or the one of the version before that it repeats.
fn placed(connection: &Connection, claim: i64, part: u32) -> Result<Option<i64>> {
    let mut query = connection.prepare_cached(
        "WITH RECURSIVE line (id) AS (SELECT ?1 UNION SELECT follows FROM claim JOIN line USING (id) \
         WHERE follows IS NOT NULL AND NOT altered) \
         SELECT ruling.matter FROM ruled JOIN ruling ON ruling.id = ruling \
         WHERE claim IN line AND part = ?2 AND undone IS NULL ORDER BY ruling DESC LIMIT 1",
    )?;
    Ok(query.query_row([claim, i64::from(part)], |row| row.get(0)).optional()?)
}

/// A matter of its own: the first of those in which it stood before that is empty, else a new one; and whether it is new.
fn alone(connection: &Connection, before: impl Iterator<Item = i64>) -> Result<(i64, bool)> {
    for matter in before {
        if members(connection, matter, 1)?.is_empty() {
            return Ok((matter, false));
        }
    }
    connection.prepare_cached("INSERT INTO matter DEFAULT VALUES")?.execute([])?;
    Ok((connection.last_insert_rowid(), true))
}

/// A report that may tell of the same as another, with the matters of its propositions.
struct Neighbour {
    report: Rc<Report>,
    matters: Vec<i64>,
    /// How the two stand to each other.
    beside: pair::Reports,
}

impl Matcher {
    pub(crate) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// What is kept in memory of the ledger is forgotten: it may not be so.
    pub(crate) fn reset(&mut self) {
        self.remembered.clear();
        self.order.clear();
        self.propositions = 0;
        self.grown.clear();
        self.changed.clear();
    }

    /// Sums up the matters whose members changed.
    pub(crate) fn sum_up(&mut self, connection: &Connection) -> Result<()> {
        let mut grown = std::mem::take(&mut self.grown);
        for matter in std::mem::take(&mut self.changed) {
            grown.remove(&matter);
            self.sum_up_anew(connection, matter)?;
        }
        for (matter, growth) in grown {
            if growth.new && growth.reports == 1 {
                // It stands in one report alone, which is what its row says from the start.
                continue;
            }
            let before: u32 = connection
                .prepare_cached("SELECT reports FROM matter WHERE id = ?1")?
                .query_row([matter], |row| row.get(0))?;
            let reports = before + growth.reports;
            if before <= SMALL || growth.opposed || halves(reports) != halves(before) {
                self.sum_up_anew(connection, matter)?;
                continue;
            }
            let (first, last) = growth.days.unzip();
            connection
                .prepare_cached(
                    "UPDATE matter SET reports = ?2, first = min(coalesce(first, ?3), coalesce(?3, first)), \
                     last = max(coalesce(last, ?4), coalesce(?4, last)) WHERE id = ?1",
                )?
                .execute((matter, reports, first, last))?;
        }
        Ok(())
    }

    fn sum_up_anew(&mut self, connection: &Connection, matter: i64) -> Result<()> {
        let (reports, first, last): (u32, Option<i64>, Option<i64>) = connection
            .prepare_cached(
                "SELECT count(*), min(day), max(day) FROM version \
                 WHERE id IN (SELECT version FROM proposition WHERE matter = ?1)",
            )?
            .query_row([matter], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        if reports < 2 {
            connection
                .prepare_cached(
                    "UPDATE matter SET reports = ?2, gist = NULL, origins = NULL, contradictions = NULL, \
                     first = NULL, last = NULL WHERE id = ?1 AND reports <> ?2",
                )?
                .execute((matter, reports))?;
            return Ok(());
        }
        let page = self.page(connection, &members(connection, matter, SUMMED_UP)?)?;
        connection
            .prepare_cached(
                "UPDATE matter SET reports = ?2, gist = ?3, origins = ?4, contradictions = ?5, first = ?6, \
                 last = ?7 WHERE id = ?1",
            )?
            .execute((
                matter,
                reports,
                &page.gist,
                i64::try_from(page.independent).unwrap_or(i64::MAX),
                i64::try_from(page.contradictions.len()).unwrap_or(i64::MAX),
                first,
                last,
            ))?;
        Ok(())
    }

    /// Keeps what is compared of a version, and makes it found.
    fn keep(&mut self, connection: &Connection, version: i64, compared: &Compared) -> Result<Rc<Report>> {
        connection
            .prepare_cached("INSERT INTO matching (version, report) VALUES (?1, ?2)")?
            .execute((version, &compared.kept))?;
        let mut insert = connection.prepare_cached("INSERT INTO about (key, day, version) VALUES (?1, ?2, ?3)")?;
        for (key, day) in rows_about(&compared.report) {
            insert.execute((key, day, version))?;
        }
        let read = Rc::new(compared.named(name_of(connection, version)?));
        self.remember(version, Rc::clone(&read));
        Ok(read)
    }

    /// The reports that share most of what one is about.
    fn reports_near(&mut self, connection: &Connection, version: i64, of: &Report) -> Result<Vec<Neighbour>> {
        let mut shared: HashMap<i64, f32> = HashMap::new();
        let mut earlier = connection.prepare_cached(
            "SELECT version FROM about WHERE key = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day DESC, version DESC LIMIT ?4",
        )?;
        let mut later = connection.prepare_cached(
            "SELECT version FROM about WHERE key = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, version LIMIT ?4",
        )?;
        for (key, day) in rows_about(of) {
            let mut under: Vec<i64> = Vec::new();
            let mut look = |query: &mut rusqlite::CachedStatement<'_>, first: i64, last: i64| -> Result<()> {
                let found = query.query_map((key, first, last, UNDER_A_KEY), |row| row.get::<_, i64>(0))?;
                under.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
                Ok(())
            };
            // What has no day may be of any.
            if day == NO_DAY {
                look(&mut earlier, NO_DAY, i64::MAX)?;
            } else {
                look(&mut earlier, day - APART, day)?;
                look(&mut later, day + 1, day + APART)?;
                look(&mut earlier, NO_DAY, NO_DAY)?;
            }
            // A key that few have tells more.
            let weight = 1.0 / (8.0 + under.len() as f32);
            for other in under {
                *shared.entry(other).or_default() += weight;
            }
        }
        shared.remove(&version);
        let mut others: Vec<(i64, f32)> = shared.into_iter().collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        others.truncate(REPORTS);
        let mut near = Vec::with_capacity(others.len() + 1);
        for (other, _) in others {
            let matters = connection
                .prepare_cached("SELECT matter FROM proposition WHERE version = ?1 ORDER BY place")?
                .query_map([other], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let report = self.report(connection, other)?;
            near.push(Neighbour { matters, beside: pair::Reports::new(&of.head, &report.head), report });
        }
        Ok(near)
    }

    /// The matters that a proposition may join, the likeliest first, of those that its candidates belong to: each of these a
    /// report's place among those near, and its own there.
    fn place(
        &mut self,
        connection: &Connection,
        new: (&Head, &Proposition),
        reports: &[Neighbour],
        candidates: &[(usize, usize)],
    ) -> Result<Vec<i64>> {
        // By matter, how many of its members were tried, and whether one of them is likely enough.
        let mut tried: Vec<(i64, usize, bool)> = Vec::new();
        for &(report, place) in candidates {
            let Neighbour { report, matters, beside } = &reports[report];
            // Of its own report a proposition meets what was matched before it.
            let (Some(&matter), Some(other)) = (matters.get(place), report.propositions.get(place)) else { continue };
            let at = match tried.iter().position(|(known, ..)| *known == matter) {
                Some(at) => at,
                None if tried.len() == CANDIDATES => continue,
                None => {
                    tried.push((matter, 0, false));
                    tried.len() - 1
                }
            };
            let (_, count, promising) = &mut tried[at];
            if *count < TRIED && !*promising {
                *count += 1;
                *promising = is_as_likely(&self.lexicon, *beside, new, (&report.head, other), PROMISING);
            }
        }
        tried.retain(|(.., promising)| *promising);
        let promising: Vec<i64> = tried.into_iter().map(|(matter, ..)| matter).collect();
        let some = self.some_members(connection, &promising)?;
        Ok(onrecord_matter::place(&self.lexicon, new, &near(&some)))
    }

    /// Joins a matter that was added to with the likeliest of others, if they have turned out to be one, and tells which it
    /// is now and which it was: the older number stays. What a person has ruled on stays apart.
    fn join(&mut self, connection: &Connection, grown: i64, others: &[i64]) -> Result<Option<(i64, i64)>> {
        let mut free = Vec::new();
        for matter in std::iter::once(&grown).chain(others) {
            let ruled: bool = connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM ruling WHERE matter = ?1 AND undone IS NULL)")?
                .query_row([matter], |row| row.get(0))?;
            if !ruled {
                free.push(*matter);
            }
        }
        if free.first() != Some(&grown) {
            return Ok(None);
        }
        let some = self.some_members(connection, &free)?;
        let near = near(&some);
        let same = onrecord_matter::merge(&self.lexicon, &near[0], &near[1..]);
        let Some(&other) = same.first() else { return Ok(None) };
        let (into, from) = (grown.min(other), grown.max(other));
        connection.prepare_cached("UPDATE proposition SET matter = ?2 WHERE matter = ?1")?.execute((from, into))?;
        connection.prepare_cached("UPDATE matter SET became = ?2 WHERE id = ?1")?.execute((from, into))?;
        self.changed.extend([into, from]);
        Ok(Some((into, from)))
    }

    /// Some members of some matters, as many as a proposition is held against.
    fn some_members(&mut self, connection: &Connection, matters: &[i64]) -> Result<Vec<(i64, Vec<Member>)>> {
        let mut all = Vec::with_capacity(matters.len());
        for &matter in matters {
            let mut some = Vec::new();
            for (version, place) in members(connection, matter, MEMBERS)? {
                some.push((self.report(connection, version)?, place));
            }
            all.push((matter, some));
        }
        Ok(all)
    }

    /// The page of a matter of these members, each a version and a place in it, in order.
    fn page(&mut self, connection: &Connection, members: &[(i64, usize)]) -> Result<Page> {
        let mut told = Vec::with_capacity(members.len());
        for of_one in members.chunk_by(|a, b| a.0 == b.0) {
            let version = of_one[0].0;
            let places: Vec<usize> = of_one.iter().map(|(_, place)| *place).collect();
            let (report, some) = match self.remembered.get(&version) {
                Some(report) => (Rc::clone(report), false),
                None => (Rc::new(self.load(connection, version, Some(&places))?), true),
            };
            for (nth, place) in places.into_iter().enumerate() {
                if let Some(proposition) = report.propositions.get(if some { nth } else { place }) {
                    told.push((tell(connection, version, place, proposition)?, Rc::clone(&report)));
                }
            }
        }
        let members: Vec<(&Head, &Proposition)> = told.iter().map(|(it, report)| (&report.head, it)).collect();
        Ok(onrecord_matter::page(&self.lexicon, &members))
    }

    /// What is compared of a version.
    pub(crate) fn report(&mut self, connection: &Connection, version: i64) -> Result<Rc<Report>> {
        if let Some(report) = self.remembered.get(&version) {
            return Ok(Rc::clone(report));
        }
        let report = Rc::new(self.load(connection, version, None)?);
        self.remember(version, Rc::clone(&report));
        Ok(report)
    }

    /// What is compared of a version, with its propositions at these places alone if there are some given.
    fn load(&mut self, connection: &Connection, version: i64, places: Option<&[usize]>) -> Result<Report> {
        let packed: Vec<u8> = connection
            .prepare_cached("SELECT report FROM matching WHERE version = ?1")?
            .query_row([version], |row| row.get(0))?;
        let name = name_of(connection, version)?;
        let unpacker = match &mut self.unpacker {
            Some(unpacker) => unpacker,
            none => none.insert(Unpacker::new()?),
        };
        let bytes = unpacker.unpack(&packed)?;
        let restored = match places {
            Some(places) => Report::some_from_bytes(&self.lexicon, name.clone(), &bytes, places),
            None => Report::from_bytes(&self.lexicon, name.clone(), &bytes),
        };
        if let Some(report) = restored {
            return Ok(report);
        }
        // Of another form, as another version of this library writes it.
        let mut report = Compared::of(&corrected(connection, version)?)?.named(name);
        if let Some(places) = places {
            let mut place = 0..;
            report.propositions.retain(|_| place.next().is_some_and(|place| places.contains(&place)));
        }
        Ok(report)
    }

    fn remember(&mut self, version: i64, report: Rc<Report>) {
        self.forget(version);
        self.propositions += report.propositions.len();
        self.remembered.insert(version, report);
        self.order.push_back(version);
        while self.propositions > REMEMBERED
            && let Some(first) = self.order.pop_front()
        {
            self.let_go(first);
        }
    }

    fn forget(&mut self, version: i64) {
        if self.let_go(version) {
            self.order.retain(|it| *it != version);
        }
    }

    fn let_go(&mut self, version: i64) -> bool {
        let report = self.remembered.remove(&version);
        self.propositions -= report.as_ref().map_or(0, |report| report.propositions.len());
        report.is_some()
    }
}

/// A proposition of a report, by its place there.
type Member = (Rc<Report>, usize);

fn near(matters: &[(i64, Vec<Member>)]) -> Vec<Near<'_>> {
    fn of((report, place): &Member) -> Option<(&Head, &Proposition)> {
        Some((&report.head, report.propositions.get(*place)?))
    }
    matters.iter().map(|(id, members)| Near { id: *id, members: members.iter().filter_map(of).collect() }).collect()
}

/// The keys under which a report is found, each with the day.
pub(crate) fn rows_about(report: &Report) -> BTreeSet<(i64, i64)> {
    let day = published(&report.head).unwrap_or(NO_DAY);
    report.head.keys().into_iter().map(|key| (short(key), day)).collect()
}

fn published(head: &Head) -> Option<i64> {
    head.published.as_deref().and_then(day::number)
}

/// The name of a version's report in the ledger.
fn name_of(connection: &Connection, version: i64) -> Result<String> {
    let report: i64 = connection
        .prepare_cached("SELECT report FROM version WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    Ok(format!("d{report}"))
}

/// A proposition with its words and who says them.
fn tell(connection: &Connection, version: i64, place: usize, proposition: &Proposition) -> Result<Proposition> {
    let mut query = connection.prepare_cached(
        "SELECT claim.text, claim.start, claim.number, statement.number, statement.chain FROM proposition \
         JOIN claim ON claim.id = claim LEFT JOIN statement ON statement.id = claim.statement \
         WHERE proposition.version = ?1 AND place = ?2",
    )?;
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    let mut rows = query.query((version, place))?;
    let row = rows.next()?.ok_or_else(|| Error::Damaged(format!("a proposition of version {version} has no row")))?;
    let (text, number): (String, u32) = (row.get(0)?, row.get(2)?);
    let (statement, chain): (Option<u32>, Option<String>) = (row.get(3)?, row.get(4)?);
    Ok(proposition.told(Told {
        claim: statement.map_or_else(|| format!("r{number}"), |statement| format!("s{statement}.{number}")),
        text: &text,
        start: row.get(1)?,
        chain: chain.and_then(|chain| serde_json::from_str(&chain).ok()).unwrap_or_default(),
    }))
}

/// The members of a matter, each as a version and a place in it: all of them up to a limit, else the first half of the limit
/// and the last.
fn members(connection: &Connection, matter: i64, limit: usize) -> Result<Vec<(i64, usize)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let mut query = connection
        .prepare_cached("SELECT version, place FROM proposition WHERE matter = ?1 ORDER BY version, place LIMIT ?2")?;
    let mut all: Vec<(i64, i64)> = query.query_map((matter, limit), read)?.collect::<rusqlite::Result<_>>()?;
    if all.len() > 1 && i64::try_from(all.len()).ok() == Some(limit) {
        // There may be more: the last ones take the place of the second half.
        let mut query = connection.prepare_cached(
            "SELECT version, place FROM proposition WHERE matter = ?1 ORDER BY version DESC, place DESC LIMIT ?2",
        )?;
        all.truncate(all.len().div_ceil(2));
        all.extend(query.query_map((matter, limit / 2), read)?.collect::<rusqlite::Result<Vec<_>>>()?);
        all.sort_unstable();
        all.dedup();
    }
    Ok(all.into_iter().map(|(version, place)| (version, usize::try_from(place).unwrap_or(usize::MAX))).collect())
}

/// How often a matter in so many reports has grown by half.
fn halves(reports: u32) -> u32 {
    f64::from(reports.max(1)).log(1.5) as u32
}

/// A key as it is kept: half of its bits tell enough apart, and take half the room.
pub(crate) fn short(key: u64) -> i64 {
    i64::from((key >> 32) as u32 as i32)
}

impl Rows {
    /// The row of a claim by its id in the record.
    fn claim_by(&self, id: &str) -> Result<i64> {
        let statement = if id.starts_with('s') { last_number(id.split('.').next().unwrap_or_default()) } else { 0 };
        let found = self.by_number(statement, last_number(id));
        found.ok_or_else(|| Error::Damaged(format!("the claim {id} of a record has no row")))
    }
}
