//! Matters: which claims of many reports are about the same thing.
//!
//! What is alike is decided by `onrecord_matter`; here candidates are looked up, and what was decided is kept. Each
//! proposition meets a bounded number of matters, and of each a bounded number of members, however large the ledger is.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use onrecord::Record;
use onrecord_matter::{Head, Lexicon, MEMBERS, Near, Page, Proposition, Report};
use rusqlite::{Connection, OptionalExtension};
use schemars::JsonSchema;
use serde::Serialize;

use crate::add::{Batch, Rows};
use crate::corrected::corrected;
use crate::entries::last_number;
use crate::ledger::{Ledger, Writer};
use crate::{Error, Result, day, pack};

/// A proposition is looked up under so many of its keys, the most telling ones.
const KEYS: usize = 8;
/// Of the matters under a key so many are looked at, the newest.
const UNDER_A_KEY: usize = 64;
/// A proposition is held against so many matters, those that share most with it.
const CANDIDATES: usize = 12;
/// A matter is summed up from so many of its members at most: the first, and the last.
const SUMMED_UP: usize = 64;
/// So many reports are kept in memory, for those that come after them.
const REMEMBERED: usize = 2000;

/// What matching works with.
#[derive(Debug)]
pub(crate) struct Matcher {
    lexicon: Lexicon,
    remembered: HashMap<i64, Rc<Report>>,
    /// Their versions, the first remembered first.
    order: VecDeque<i64>,
    /// Matters whose members changed since they were summed up.
    touched: BTreeSet<i64>,
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
            touched: BTreeSet::new(),
        }
    }
}

impl Ledger {
    /// The matters that stand in more than one report.
    ///
    /// # Errors
    /// Those of the database.
    pub fn matters(&self, order: Order, disputed: bool, limit: usize) -> Result<Vec<Summary>> {
        let order = match order {
            Order::Reports => "reports",
            Order::Origins => "origins",
            Order::Newest => "last",
        };
        let disputed = if disputed { "AND contradictions > 0" } else { "" };
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT id, gist, reports, origins, contradictions, first, last FROM matter WHERE reports > 1 {disputed} \
             ORDER BY {order} DESC, reports DESC, id LIMIT {limit}"
        ))?;
        let written = |day: Option<i64>| day.and_then(day::written);
        let rows = query.query_map([], |row| {
            Ok(Summary {
                id: format!("C{}", row.get::<_, i64>(0)?),
                gist: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                reports: row.get(2)?,
                origins: row.get::<_, Option<u32>>(3)?.unwrap_or_default(),
                contradictions: row.get::<_, Option<u32>>(4)?.unwrap_or_default(),
                first: written(row.get(5)?),
                last: written(row.get(6)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
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
        let there: bool =
            self.connection
                .query_row("SELECT EXISTS (SELECT 1 FROM matter WHERE id = ?1)", [matter], |row| row.get(0))?;
        if !there {
            return Err(Error::Unknown(format!("matter C{matter}")));
        }
        let page = matcher.page(&self.connection, matter, members)?;
        let total: i64 =
            self.connection
                .query_row("SELECT count(*) FROM proposition WHERE matter = ?1", [matter], |row| row.get(0))?;
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT report, title, publisher, version.day, url FROM proposition \
             JOIN version ON version.id = version JOIN report ON report.id = report WHERE matter = ?1 ORDER BY report",
        )?;
        let reports = query.query_map([matter], |row| {
            Ok(Mentioning {
                report: format!("d{}", row.get::<_, i64>(0)?),
                title: row.get(1)?,
                publisher: row.get(2)?,
                published: row.get::<_, Option<i64>>(3)?.and_then(day::written),
                url: row.get(4)?,
            })
        })?;
        let mut reports = reports.collect::<rusqlite::Result<Vec<Mentioning>>>()?;
        reports.retain(|it| page.members.iter().any(|member| member.report == it.report));
        Ok(Matter { id: format!("C{matter}"), total: total.unsigned_abs(), reports, page })
    }

    /// The pages of all matters with their names, in the order of these.
    pub(crate) fn pages(&self, mut take: impl FnMut(String, Page) -> Result<()>) -> Result<()> {
        let mut matcher = Matcher::default();
        let mut query = self.connection.prepare("SELECT DISTINCT matter FROM proposition ORDER BY matter")?;
        let matters: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        matters.into_iter().try_for_each(|matter| {
            let page = matcher.page(&self.connection, matter, usize::MAX)?;
            take(format!("C{matter}"), page)
        })
    }
}

impl Writer {
    /// Matches the versions that are not matched yet, as those of a ledger from before there was matching.
    pub(crate) fn catch_up(&mut self) -> Result<()> {
        loop {
            let left: Vec<i64> = {
                let mut query = self.ledger.connection.prepare_cached(
                    "SELECT current FROM report WHERE NOT EXISTS \
                     (SELECT 1 FROM matching WHERE version = current) ORDER BY id LIMIT 64",
                )?;
                query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
            };
            if left.is_empty() {
                return Ok(());
            }
            for version in left {
                self.attempt(|connection, batch| rematch(connection, batch, version))?;
            }
            self.commit()?;
        }
    }

    /// Says that two matters are one: the claims of the second belong to the first. Gives the ruling's number.
    ///
    /// # Errors
    /// If there is no such matter, or they are one and the same.
    pub fn merge(&mut self, into: i64, from: i64, person: &str, why: Option<&str>, now: i64) -> Result<i64> {
        self.attempt(|connection, batch| {
            for matter in [into, from] {
                if members(connection, matter, 1)?.is_empty() {
                    return Err(Error::Unknown(format!("matter C{matter}")));
                }
            }
            if into == from {
                return Err(Error::Correction(format!("C{into} is one matter already")));
            }
            let mut query = connection.prepare("SELECT claim, part FROM proposition WHERE matter = ?1")?;
            let claims: Vec<(i64, u32)> =
                query.query_map([from], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
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
                let mut query = connection.prepare_cached("SELECT claim, part FROM proposition WHERE claim = ?1")?;
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
            let mut query = connection.prepare("SELECT claim, part, before FROM ruled WHERE ruling = ?1")?;
            let moved: Vec<(i64, u32, i64)> = query
                .query_map([ruling], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (claim, part, before) in moved {
                connection.execute(
                    "UPDATE proposition SET matter = ?4 WHERE claim = ?1 AND part = ?2 AND matter = ?3",
                    (claim, part, matter, before),
                )?;
                batch.matcher().touched.insert(before);
            }
            batch.matcher().touched.insert(matter);
            Ok(())
        })
    }
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
        let before: i64 = connection.query_row(
            "SELECT matter FROM proposition WHERE claim = ?1 AND part = ?2",
            (claim, part),
            |row| row.get(0),
        )?;
        connection.execute(
            "INSERT INTO ruled (ruling, claim, part, before) VALUES (?1, ?2, ?3, ?4)",
            (ruling, claim, part, before),
        )?;
        connection
            .execute("UPDATE proposition SET matter = ?3 WHERE claim = ?1 AND part = ?2", (claim, part, matter))?;
        // Whatever would have come to the claim's old matter for its sake finds the new one too.
        connection.execute(
            "INSERT OR IGNORE INTO posting (key, matter) SELECT key, ?2 FROM posting WHERE matter = ?1",
            (before, matter),
        )?;
        batch.matcher().touched.insert(before);
    }
    batch.matcher().touched.insert(matter);
    Ok(ruling)
}

/// Takes the propositions of a version out of their matters.
pub(crate) fn unmatch(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let mut query = connection.prepare_cached("SELECT DISTINCT matter FROM proposition WHERE version = ?1")?;
    let matters: Vec<i64> = query.query_map([version], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let matcher = batch.matcher();
    matcher.touched.extend(matters);
    matcher.forget(version);
    connection.prepare_cached("DELETE FROM proposition WHERE version = ?1")?.execute([version])?;
    connection.prepare_cached("DELETE FROM matching WHERE version = ?1")?.execute([version])?;
    Ok(())
}

/// Where the claims of a version belonged, before they are matched again: by claim and part.
pub(crate) type Belonged = HashMap<(i64, u32), i64>;

pub(crate) fn belonged(connection: &Connection, version: i64) -> Result<Belonged> {
    let mut query = connection.prepare_cached("SELECT claim, part, matter FROM proposition WHERE version = ?1")?;
    let rows = query.query_map([version], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Matches a version again, after a correction or another reading.
pub(crate) fn rematch(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let before = belonged(connection, version)?;
    unmatch(connection, batch, version)?;
    match_version(connection, batch, version, &corrected(connection, version)?, &before)
}

/// Matches the propositions of a version with those of other reports. A claim that a person has placed goes where that person
/// placed it; one that begins a matter of its own keeps the one in which it stood alone.
pub(crate) fn match_version(
    connection: &Connection,
    batch: &mut Batch,
    version: i64,
    record: &Record,
    before: &Belonged,
) -> Result<()> {
    let report: i64 = connection
        .prepare_cached("SELECT report FROM version WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    let matcher = batch.matcher();
    let mut read = onrecord_matter::read(&matcher.lexicon, record);
    // Names of documents are not unique, and a page tells reports apart by them.
    read.head.name = format!("d{report}");
    let keys: Vec<Vec<i64>> = read
        .propositions
        .iter_mut()
        .map(|it| std::mem::take(&mut it.keys).into_iter().take(KEYS).map(short).collect())
        .collect();
    let json = serde_json::to_vec(&read).expect("what is compared has a JSON form");
    connection
        .prepare_cached("INSERT INTO matching (version, report) VALUES (?1, ?2)")?
        .execute((version, pack::pack(&json)?))?;
    let read = Rc::new(read);
    matcher.remember(version, Rc::clone(&read));

    let rows = Rows::load(connection, version)?;
    let mut insert = connection
        .prepare_cached("INSERT INTO proposition (version, claim, part, place, matter) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut post = connection.prepare_cached("INSERT OR IGNORE INTO posting (key, matter) VALUES (?1, ?2)")?;
    for (place, (proposition, keys)) in read.propositions.iter().zip(&keys).enumerate() {
        let claim = rows.claim_by(&proposition.claim)?;
        let part = u32::from(proposition.part);
        let old = before.get(&(claim, part)).copied();
        let pinned = placed(connection, claim, part)?;
        let fitting = match pinned {
            Some(matter) => vec![matter],
            None => matcher.place(connection, (&read.head, proposition), keys)?,
        };
        let matter = match fitting.first() {
            Some(matter) => *matter,
            None => alone(connection, old)?,
        };
        insert.execute((version, claim, part, i64::try_from(place).unwrap_or(i64::MAX), matter))?;
        for key in keys {
            post.execute((key, matter))?;
        }
        matcher.touched.insert(matter);
        if fitting.len() > 1 {
            matcher.join(connection, matter, &fitting[1..])?;
        }
    }
    Ok(())
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

/// A matter of its own: the one in which it stood alone before, else a new one.
fn alone(connection: &Connection, old: Option<i64>) -> Result<i64> {
    if let Some(old) = old
        && members(connection, old, 1)?.is_empty()
    {
        return Ok(old);
    }
    connection.prepare_cached("INSERT INTO matter DEFAULT VALUES")?.execute([])?;
    Ok(connection.last_insert_rowid())
}

impl Matcher {
    /// What is kept in memory of the ledger is forgotten: it may not be so.
    pub(crate) fn reset(&mut self) {
        self.remembered.clear();
        self.order.clear();
        self.touched.clear();
    }

    /// Sums up the matters whose members changed.
    pub(crate) fn sum_up(&mut self, connection: &Connection) -> Result<()> {
        for matter in std::mem::take(&mut self.touched) {
            let (reports, first, last): (u32, Option<i64>, Option<i64>) = connection
                .prepare_cached(
                    "SELECT count(DISTINCT version), min(day), max(day) FROM proposition \
                     JOIN version ON version.id = version WHERE matter = ?1",
                )?
                .query_row([matter], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            if reports > 1 {
                let page = self.page(connection, matter, SUMMED_UP)?;
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
            } else {
                connection
                    .prepare_cached(
                        "UPDATE matter SET reports = ?2, gist = NULL, origins = NULL, contradictions = NULL, \
                         first = NULL, last = NULL WHERE id = ?1 AND reports <> ?2",
                    )?
                    .execute((matter, reports))?;
            }
        }
        Ok(())
    }

    /// The matters that a proposition may join, the likeliest first.
    fn place(&mut self, connection: &Connection, new: (&Head, &Proposition), keys: &[i64]) -> Result<Vec<i64>> {
        let mut shared: HashMap<i64, f32> = HashMap::new();
        let mut query =
            connection.prepare_cached("SELECT matter FROM posting WHERE key = ?1 ORDER BY matter DESC LIMIT ?2")?;
        for key in keys {
            let under = query.query_map([*key, UNDER_A_KEY as i64], |row| row.get::<_, i64>(0))?;
            let under: Vec<i64> = under.collect::<rusqlite::Result<_>>()?;
            // A key that few have tells more.
            let weight = 1.0 / (1.0 + under.len() as f32);
            for matter in under {
                *shared.entry(matter).or_default() += weight;
            }
        }
        let mut candidates: Vec<(i64, f32)> = shared.into_iter().collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        candidates.truncate(CANDIDATES);
        let ids: Vec<i64> = candidates.into_iter().map(|(matter, _)| matter).collect();
        let some = self.some_members(connection, &ids)?;
        Ok(onrecord_matter::place(&self.lexicon, new, &near(&some)))
    }

    /// Joins a matter that was added to with the likeliest of others, if they have turned out to be one. Both keep the older
    /// number. What a person has ruled on stays apart.
    fn join(&mut self, connection: &Connection, grown: i64, others: &[i64]) -> Result<()> {
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
            return Ok(());
        }
        let some = self.some_members(connection, &free)?;
        let near = near(&some);
        let same = onrecord_matter::merge(&self.lexicon, &near[0], &near[1..]);
        let Some(&other) = same.first() else { return Ok(()) };
        let (into, from) = (grown.min(other), grown.max(other));
        for (version, place) in members(connection, from, usize::MAX)? {
            for key in self.report(connection, version)?.keys(place).into_iter().take(KEYS).map(short) {
                connection
                    .prepare_cached("INSERT OR IGNORE INTO posting (key, matter) VALUES (?1, ?2)")?
                    .execute((key, into))?;
            }
        }
        connection.prepare_cached("UPDATE proposition SET matter = ?2 WHERE matter = ?1")?.execute((from, into))?;
        self.touched.extend([into, from]);
        Ok(())
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

    /// The page of a matter, of so many members at most.
    fn page(&mut self, connection: &Connection, matter: i64, limit: usize) -> Result<Page> {
        let mut reports = Vec::new();
        for (version, place) in members(connection, matter, limit)? {
            reports.push((self.report(connection, version)?, place));
        }
        let members: Vec<(&Head, &Proposition)> = reports
            .iter()
            .filter_map(|(report, place)| Some((&report.head, report.propositions.get(*place)?)))
            .collect();
        Ok(onrecord_matter::page(&self.lexicon, &members))
    }

    /// What is compared of a version.
    fn report(&mut self, connection: &Connection, version: i64) -> Result<Rc<Report>> {
        if let Some(report) = self.remembered.get(&version) {
            return Ok(Rc::clone(report));
        }
        let packed: Vec<u8> = connection
            .prepare_cached("SELECT report FROM matching WHERE version = ?1")?
            .query_row([version], |row| row.get(0))?;
        let report = Rc::new(unpacked(version, &packed)?);
        self.remember(version, Rc::clone(&report));
        Ok(report)
    }

    fn remember(&mut self, version: i64, report: Rc<Report>) {
        if self.remembered.insert(version, report).is_none() {
            self.order.push_back(version);
        }
        while self.order.len() > REMEMBERED {
            if let Some(first) = self.order.pop_front() {
                self.remembered.remove(&first);
            }
        }
    }

    fn forget(&mut self, version: i64) {
        if self.remembered.remove(&version).is_some() {
            self.order.retain(|it| *it != version);
        }
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

/// What is compared of a version, from its packed bytes.
pub(crate) fn unpacked(version: i64, packed: &[u8]) -> Result<Report> {
    serde_json::from_slice(&pack::unpack(packed)?)
        .map_err(|error| Error::Damaged(format!("what is compared of version {version} is unreadable ({error})")))
}

/// The members of a matter, each as a version and a place in it: all of them up to a limit, else the first half of the limit
/// and the last.
fn members(connection: &Connection, matter: i64, limit: usize) -> Result<Vec<(i64, usize)>> {
    let mut query = connection.prepare_cached(
        "SELECT id, version, place FROM (SELECT * FROM (SELECT id, version, place FROM proposition \
         WHERE matter = ?1 ORDER BY id LIMIT ?2) UNION SELECT * FROM (SELECT id, version, place FROM proposition \
         WHERE matter = ?1 ORDER BY id DESC LIMIT ?3)) ORDER BY id",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let first = limit - limit / 2;
    let rows = query.query_map([matter, first, limit / 2], |row| Ok((row.get(1)?, row.get::<_, i64>(2)?)))?;
    let mut members = Vec::new();
    for row in rows {
        let (version, place) = row?;
        members.push((version, usize::try_from(place).unwrap_or(usize::MAX)));
    }
    Ok(members)
}

/// A key as it is kept: half of its bits tell enough apart, and take half the room.
fn short(key: u64) -> i64 {
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
