//! Entities across reports: whom reports mean by their names.
//!
//! Who is one with whom is decided by `onrecord_matter::entity`; here candidates are looked up, and what was decided is kept. Each
//! entity of a report meets a bounded number of others, however large the ledger is. What persons say (that two are one, that
//! part of one is another) stands above what the machine decides, and can be taken back. Where it cannot be told whom a report
//! means, its entity belongs to nobody.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use onrecord::Record;
use onrecord::record::EntityKind;
use onrecord_matter::entity::{self, Known, Resolved, Sketch};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::add::{Batch, record};
use crate::corrections;
use crate::day;
use crate::entries::last_number;
use crate::found;
use crate::ledger::{Ledger, Writer};
use crate::listing::{Listing, listing, numbers, one_more};
use crate::matters::{Mentioning, mentioning, short};
use crate::{Error, Result};

/// Of the entities under a key so many are looked at, the newest.
const UNDER_A_KEY: usize = 32;
/// An entity of a report is held against so many at most.
const CANDIDATES: usize = 64;
/// So many entities are kept in memory, for the reports that come.
const REMEMBERED: usize = 20_000;
/// From so many of its reports an entity is made anew when some were taken from it.
const MADE_ANEW: usize = 200;
/// So many entities may bear a name that is asked for.
const ASKED: usize = 1000;

/// An entity of several reports, or of one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Entity {
    /// Its name in the ledger: `e4`.
    pub id: String,
    /// The fullest name of those that most reports use.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// All its names, the most frequent first, with how many reports have them.
    pub names: Vec<Naming>,
    /// Its titles and offices, with the first and the last day of publication of a report that gives it.
    pub roles: Vec<Role>,
    /// In how many reports it stands.
    pub reports: u32,
    /// The entities that a person says are this one.
    pub joined: Vec<String>,
}

/// A name that reports have for an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Naming {
    /// The name.
    pub name: String,
    /// In how many reports.
    pub reports: u32,
}

/// A report that names an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    /// The fullest name that it has there.
    pub name: String,
    /// The report.
    #[serde(flatten)]
    pub of: Mentioning,
}

/// A title or an office that reports give an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Role {
    /// Its words.
    pub name: String,
    /// The first day.
    pub first: Option<String>,
    /// The last day.
    pub last: Option<String>,
}

/// Which part of an entity is another one: what these reports say of it, what has these names, or, where both are given, what
/// these reports say under these names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parting {
    /// The reports' numbers.
    pub reports: Vec<i64>,
    /// Names, as reports write them.
    pub names: Vec<String>,
}

/// Whom a name means.
#[derive(Debug)]
pub(crate) enum Meant {
    /// This one, by its number. The others are those that the name is a part of.
    One(i64, Vec<i64>),
    /// One of these.
    Several(Vec<i64>),
    /// Nobody that the ledger knows by this name.
    Nobody,
}

/// Entities that were looked at before, and what is to be written of them.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    held: HashMap<i64, Held>,
}

#[derive(Debug)]
struct Held {
    known: Rc<Known>,
    /// The entity that it is, after all that persons say.
    one: i64,
    /// What is known differs from what is written, by so many reports.
    changed: Option<i64>,
}

impl Remembered {
    /// What is kept in memory of the ledger is forgotten: it may not be so.
    pub(crate) fn reset(&mut self) {
        self.held.clear();
    }

    /// Writes what is not written yet.
    pub(crate) fn write(&mut self, connection: &Connection) -> Result<()> {
        let mut changed: Vec<(i64, &mut Held)> =
            self.held.iter_mut().filter(|(_, held)| held.changed.is_some()).map(|(id, held)| (*id, held)).collect();
        changed.sort_unstable_by_key(|(id, _)| *id);
        let mut update =
            connection.prepare_cached("UPDATE entity SET known = ?2, reports = reports + ?3 WHERE id = ?1")?;
        for (id, held) in changed {
            update.execute((id, written(&held.known), held.changed.take()))?;
        }
        Ok(())
    }

    /// Writes what is not written yet, and forgets everything.
    fn settle(&mut self, connection: &Connection) -> Result<()> {
        self.write(connection)?;
        self.reset();
        Ok(())
    }

    fn held(&mut self, connection: &Connection, entity: i64) -> Result<&mut Held> {
        if self.held.len() >= REMEMBERED && !self.held.contains_key(&entity) {
            self.settle(connection)?;
        }
        Ok(match self.held.entry(entity) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(none) => {
                let known = Rc::new(known(connection, entity)?);
                none.insert(Held { known, one: one(connection, entity)?, changed: None })
            }
        })
    }

    fn get(&mut self, connection: &Connection, entity: i64) -> Result<Rc<Known>> {
        Ok(Rc::clone(&self.held(connection, entity)?.known))
    }

    /// An entity with the one that it is.
    fn candidate(&mut self, connection: &Connection, entity: i64) -> Result<(i64, Rc<Known>)> {
        let held = self.held(connection, entity)?;
        Ok((held.one, Rc::clone(&held.known)))
    }

    /// A new entity, which one report has.
    fn begin(&mut self, connection: &Connection, sketch: &Sketch) -> Result<i64> {
        let known = sketch.clone().into_known();
        connection.prepare_cached("INSERT INTO entity (known, reports) VALUES (?1, 1)")?.execute([written(&known)])?;
        let entity = connection.last_insert_rowid();
        post(connection, entity, &known.keys())?;
        self.held.insert(entity, Held { known: Rc::new(known), one: entity, changed: None });
        Ok(entity)
    }

    /// Takes in what one more report says of an entity; `first` if it is the first time that the report does.
    fn absorb(&mut self, connection: &Connection, entity: i64, sketch: &Sketch, first: bool) -> Result<()> {
        let held = self.held(connection, entity)?;
        let known = Rc::make_mut(&mut held.known);
        let names = known.absorb(sketch);
        *held.changed.get_or_insert_default() += i64::from(first);
        // Under the keys of the others it is found already.
        post(connection, entity, &known.keys_from(names))
    }

    /// Takes the names of an entity back that one report gave it.
    fn release<'a>(
        &mut self,
        connection: &Connection,
        entity: i64,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<()> {
        let held = self.held(connection, entity)?;
        Rc::make_mut(&mut held.known).release(names);
        held.changed.get_or_insert_default();
        Ok(())
    }

    /// Counts one report less.
    fn leave(&mut self, connection: &Connection, entity: i64) -> Result<()> {
        *self.held(connection, entity)?.changed.get_or_insert_default() -= 1;
        Ok(())
    }

    /// Puts what is known of an entity in the place of what was.
    fn set(&mut self, connection: &Connection, entity: i64, known: Known) -> Result<()> {
        post(connection, entity, &known.keys())?;
        let held = self.held(connection, entity)?;
        held.known = Rc::new(known);
        held.changed.get_or_insert_default();
        Ok(())
    }
}

/// Lets an entity be found under keys.
fn post(connection: &Connection, entity: i64, keys: &[u64]) -> Result<()> {
    let mut post = connection.prepare_cached("INSERT OR IGNORE INTO entity_posting (key, entity) VALUES (?1, ?2)")?;
    for key in keys {
        post.execute((short(*key), entity))?;
    }
    Ok(())
}

impl Ledger {
    /// The entities of the ledger, those in most reports first; those only of whose name these words are, however they spell it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn entities(&self, like: Option<&str>, limit: usize) -> Result<Vec<Entity>> {
        Ok(self.entities_after(like, None, limit)?.entries)
    }

    /// The same a page at a time.
    ///
    /// # Errors
    /// If the cursor is none, or those of the database.
    pub fn entities_after(&self, like: Option<&str>, after: Option<&str>, limit: usize) -> Result<Listing<Entity>> {
        let [reports, id] = after.map(numbers::<2>).transpose()?.unwrap_or([i64::MAX, 0]);
        let mut ids: Vec<(i64, i64)> = match like {
            Some(name) => {
                let mut of = self.connection.prepare_cached("SELECT reports FROM entity WHERE id = ?1")?;
                let mut all = Vec::new();
                for id in self.asked(name)?.into_keys() {
                    all.push((of.query_row([id], |row| row.get(0))?, id));
                }
                all.retain(|(of, other)| (*of, -other) < (reports, -id));
                all.sort_unstable_by_key(|(of, id)| (std::cmp::Reverse(*of), *id));
                all
            }
            None => {
                let mut query = self.connection.prepare_cached(
                    "SELECT reports, id FROM entity WHERE reports > 0 AND same IS NULL AND (reports, -id) < (?1, -?2) \
                     ORDER BY reports DESC, id LIMIT ?3",
                )?;
                let rows = query.query_map((reports, id, one_more(limit)), |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<rusqlite::Result<_>>()?
            }
        };
        ids.truncate(limit.saturating_add(1));
        let mut rows = Vec::with_capacity(ids.len());
        for (reports, id) in ids {
            rows.push((self.entity(id)?, format!("{reports}.{id}")));
        }
        Ok(listing(rows, limit))
    }

    /// The reports that name an entity, those first that were added last.
    ///
    /// # Errors
    /// If there is no such entity, if the cursor is none, or those of the database.
    pub fn named(&self, entity: i64, after: Option<&str>, limit: usize) -> Result<Listing<Named>> {
        let [version, number] = after.map(numbers::<2>).transpose()?.unwrap_or([i64::MAX, 0]);
        let mut query = self.connection.prepare_cached(
            "SELECT naming.version, naming.number, naming.name, report, title, publisher, version.day, url FROM naming \
             JOIN version ON version.id = naming.version JOIN report ON report.id = version.report \
             WHERE entity = ?1 AND (naming.version, naming.number) < (?2, ?3) \
             ORDER BY naming.version DESC, naming.number DESC LIMIT ?4",
        )?;
        let mut rows: Vec<((i64, i64), Named)> = Vec::new();
        for one in all_of(&self.connection, one(&self.connection, entity)?)? {
            let some = query.query_map((one, version, number, one_more(limit)), |row| {
                let named = Named { name: row.get(2)?, of: mentioning(row, 3)? };
                Ok(((row.get(0)?, row.get(1)?), named))
            })?;
            rows.extend(some.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        rows.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
        let rows = rows.into_iter().map(|((version, number), named)| (named, format!("{version}.{number}")));
        Ok(listing(rows.collect(), limit))
    }

    /// The entity with this number; of one that a person has said is another, that other.
    ///
    /// # Errors
    /// If there is none, or those of the database.
    pub fn entity(&self, entity: i64) -> Result<Entity> {
        let one = one(&self.connection, entity)?;
        let all = all_of(&self.connection, one)?;
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        let mut roles: Vec<Role> = Vec::new();
        let (mut name, mut kind) = (String::new(), EntityKind::Person);
        for id in &all {
            let known = known(&self.connection, *id)?;
            if *id == one {
                (name, kind) = (known.name, known.kind);
            }
            for (name, reports) in known.names.into_iter().filter(|(_, reports)| *reports > 0) {
                *names.entry(name).or_default() += reports;
            }
            let written = |day: Option<i32>| day.and_then(|day| day::written(i64::from(day)));
            roles.extend(known.roles.into_iter().map(|role| Role {
                name: role.name,
                first: written(role.first),
                last: written(role.last),
            }));
        }
        let mut names: Vec<Naming> = names.into_iter().map(|(name, reports)| Naming { name, reports }).collect();
        names.sort_by_key(|naming| std::cmp::Reverse(naming.reports));
        let reports = if all.len() == 1 {
            self.connection
                .prepare_cached("SELECT reports FROM entity WHERE id = ?1")?
                .query_row([one], |row| row.get(0))?
        } else {
            let marks = marks(all.len());
            self.connection
                .prepare(&format!("SELECT count(DISTINCT version) FROM naming WHERE entity IN ({marks})"))?
                .query_row(params_from_iter(&all), |row| row.get(0))?
        };
        let joined = all.iter().filter(|id| **id != one).map(|id| format!("e{id}")).collect();
        Ok(Entity { id: format!("e{one}"), name, kind, names, roles, reports, joined })
    }

    /// Whom somebody means by a name, or by `e4`.
    pub(crate) fn meant(&self, name: &str) -> Result<Meant> {
        if let Some(number) = name.strip_prefix('e').and_then(|number| number.parse::<i64>().ok()) {
            return Ok(Meant::One(one(&self.connection, number)?, Vec::new()));
        }
        let asked = self.asked(name)?;
        let wholly: Vec<i64> = asked.iter().filter(|(_, wholly)| **wholly).map(|(id, _)| *id).collect();
        let all: Vec<i64> = asked.into_keys().collect();
        Ok(match (wholly.as_slice(), all.as_slice()) {
            ([], []) => Meant::Nobody,
            ([one], _) | ([], [one]) => Meant::One(*one, all.iter().copied().filter(|other| other != one).collect()),
            ([], _) => Meant::Several(all),
            _ => Meant::Several(wholly),
        })
    }

    /// Those whom a name may mean, and whether it is the whole of their name.
    fn asked(&self, name: &str) -> Result<BTreeMap<i64, bool>> {
        let words: Vec<i64> =
            entity::asked_keys(name).into_iter().map(short).collect::<BTreeSet<_>>().into_iter().collect();
        let mut found: BTreeSet<i64> = BTreeSet::new();
        if !words.is_empty() {
            let mut query = self.connection.prepare(&format!(
                "SELECT entity FROM entity_posting WHERE key IN ({}) GROUP BY entity HAVING count(*) = {} LIMIT {ASKED}",
                marks(words.len()),
                words.len()
            ))?;
            for entity in query.query_map(params_from_iter(&words), |row| row.get(0))? {
                found.insert(entity?);
            }
        }
        let mut asked: BTreeMap<i64, bool> = BTreeMap::new();
        for entity in found {
            let there: bool = self
                .connection
                .prepare_cached("SELECT reports > 0 FROM entity WHERE id = ?1")?
                .query_row([entity], |row| row.get(0))?;
            if !there {
                continue;
            }
            if let Some(wholly) = known(&self.connection, entity)?.asked(name) {
                *asked.entry(one(&self.connection, entity)?).or_default() |= wholly;
            }
        }
        Ok(asked)
    }

    /// What the full-text index has of an entity: the words by which its claims are found.
    pub(crate) fn words_of(&self, entity: i64) -> Result<String> {
        let all = all_of(&self.connection, entity)?;
        let tags = all.iter().map(|id| format!("tags : {}", found::Tag::entity(*id)));
        Ok(format!("({})", tags.collect::<Vec<_>>().join(" OR ")))
    }
}

impl Writer {
    /// Says that two entities are one. Gives the ruling's number.
    ///
    /// # Errors
    /// If there is no such entity, or they are one already.
    pub fn merge_entities(&mut self, into: i64, from: i64, person: &str, why: Option<&str>, now: i64) -> Result<i64> {
        self.attempt(|connection, batch| {
            batch.remembered.settle(connection)?;
            if one(connection, into)? == one(connection, from)? {
                return Err(Error::Correction(format!("e{into} and e{from} are one entity already")));
            }
            connection.execute(
                "INSERT INTO entity_ruling (kind, entity, other, person, at, why) VALUES ('merge', ?1, ?2, ?3, ?4, ?5)",
                (into, from, person, now, why),
            )?;
            let ruling = connection.last_insert_rowid();
            unite(connection)?;
            Ok(ruling)
        })
    }

    /// Says that part of an entity is another one. Gives the ruling's number, and that of the new entity.
    ///
    /// # Errors
    /// If there is no such entity, or nothing or all of it is such a part.
    pub fn split_entity(
        &mut self,
        entity: i64,
        parting: &Parting,
        person: &str,
        why: Option<&str>,
        now: i64,
    ) -> Result<(i64, i64)> {
        self.attempt(|connection, batch| {
            batch.remembered.settle(connection)?;
            split(connection, batch, entity, parting, (person, why, now))
        })
    }

    /// Takes a merge or a split of entities back.
    ///
    /// # Errors
    /// If there is no such ruling, or it was taken back before.
    pub fn undo_entity_ruling(&mut self, ruling: i64, now: i64) -> Result<()> {
        self.attempt(|connection, batch| {
            batch.remembered.settle(connection)?;
            let there: Option<(String, i64, i64, Option<i64>)> = connection
                .query_row("SELECT kind, entity, other, undone FROM entity_ruling WHERE id = ?1", [ruling], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()?;
            let (kind, entity, other) = match there {
                None => return Err(Error::Unknown(format!("ruling n{ruling}"))),
                Some((.., Some(_))) => {
                    return Err(Error::Correction(format!("ruling n{ruling} was taken back before")));
                }
                Some((kind, entity, other, None)) => (kind, entity, other),
            };
            connection.execute("UPDATE entity_ruling SET undone = ?2 WHERE id = ?1", (ruling, now))?;
            if kind == "merge" {
                return unite(connection);
            }
            // What came since is given to the one that the rest was split off.
            let mut query = connection.prepare(
                "SELECT coalesce((SELECT before FROM parted JOIN version ON version.report = parted.report \
                 WHERE ruling = ?2 AND version.id = naming.version AND parted.name = naming.name), ?3), version, number \
                 FROM naming WHERE entity = ?1",
            )?;
            let mut back: BTreeMap<i64, Vec<(i64, u32)>> = BTreeMap::new();
            let mut rows = query.query((entity, ruling, other))?;
            while let Some(row) = rows.next()? {
                back.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
            }
            back.into_iter().try_for_each(|(to, namings)| hand_over(connection, batch, &namings, to))
        })
    }
}

/// Whom a report meant by its names before it was read again, or changed.
pub(crate) type Before = HashMap<String, Option<i64>>;

/// Takes the entities of a version away, and tells whom it meant.
pub(crate) fn unplace(connection: &Connection, batch: &mut Batch, version: i64, record: &Record) -> Result<Before> {
    let mut query = connection.prepare_cached("SELECT number, name, entity FROM naming WHERE version = ?1")?;
    let namings: Vec<(u32, String, Option<i64>)> = query
        .query_map([version], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut gone: BTreeSet<i64> = BTreeSet::new();
    let mut before = Before::new();
    for (number, name, entity) in namings {
        if let Some(entity) = entity {
            gone.insert(entity);
            if let Some(of_record) = record.entities.iter().find(|it| last_number(&it.id) == number) {
                let names = std::iter::once(&of_record.name).chain(&of_record.aliases).map(String::as_str);
                batch.remembered.release(connection, entity, names)?;
            }
        }
        before.insert(name, entity);
    }
    for entity in gone {
        batch.remembered.leave(connection, entity)?;
    }
    connection.prepare_cached("DELETE FROM naming WHERE version = ?1")?.execute([version])?;
    connection.prepare_cached("DELETE FROM placing WHERE version = ?1")?.execute([version])?;
    Ok(before)
}

/// Places the entities of a version of a ledger from before there were any.
pub(crate) fn catch_up(connection: &Connection, batch: &mut Batch, version: i64) -> Result<()> {
    let record = record(connection, version)?;
    place_again(connection, batch, version, &record, &Before::default())?;
    corrections::find_again(connection, batch, version)
}

/// Finds out whom a version means by its names, as [`place_version`] does, from what is kept of it for comparing
/// (`matters::match_version`).
pub(crate) fn place_again(
    connection: &Connection,
    batch: &mut Batch,
    version: i64,
    record: &Record,
    before: &Before,
) -> Result<()> {
    let compared = batch.matcher().report(connection, version)?;
    place_version(connection, batch, version, (record, &entity::sketches(record, &compared.head)), before)
}

/// Finds out whom a version means by its names, its record's entities, and lets its claims be found by them.
pub(crate) fn place_version(
    connection: &Connection,
    batch: &mut Batch,
    version: i64,
    (record, sketches): (&Record, &[Option<Sketch>]),
    before: &Before,
) -> Result<()> {
    let report: i64 = connection
        .prepare_cached("SELECT report FROM version WHERE id = ?1")?
        .query_row([version], |row| row.get(0))?;
    // The fullest names first: they tell who those are that have a part of them.
    let mut order: Vec<usize> = (0..sketches.len()).filter(|at| sketches[*at].is_some()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(record.entities[*at].name.split_whitespace().count()));
    let mut taken: HashMap<i64, String> = HashMap::new();
    let parted: bool =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM parted)")?.query_row([], |row| row.get(0))?;
    let mut insert =
        connection.prepare_cached("INSERT INTO naming (version, number, name, entity) VALUES (?1, ?2, ?3, ?4)")?;
    for at in order {
        let Some(sketch) = &sketches[at] else { continue };
        let of = Of { report, parted };
        let whom = place(connection, batch, of, sketch, before, &taken)?;
        let entity = match whom {
            Whom::New => Some(batch.remembered.begin(connection, sketch)?),
            Whom::Known(entity) => Some(entity),
            Whom::Open => None,
        };
        insert.execute((version, last_number(&record.entities[at].id), &sketch.name, entity))?;
        let Some(entity) = entity else { continue };
        if let Whom::Known(_) = whom {
            batch.remembered.absorb(connection, entity, sketch, !taken.contains_key(&entity))?;
        }
        taken.insert(entity, sketch.name.clone());
    }
    connection.prepare_cached("INSERT INTO placing (version) VALUES (?1)")?.execute([version])?;
    tag_version(connection, batch, version, record)
}

/// Whom a report's entity is.
enum Whom {
    Known(i64),
    New,
    /// That cannot be told.
    Open,
}

/// Whose entity it is.
#[derive(Clone, Copy)]
struct Of {
    report: i64,
    /// Whether persons say of any entity that part of it is another.
    parted: bool,
}

fn place(
    connection: &Connection,
    batch: &mut Batch,
    of: Of,
    sketch: &Sketch,
    before: &Before,
    taken: &HashMap<i64, String>,
) -> Result<Whom> {
    if of.parted
        && let Some(parted) = parted_here(connection, batch, of.report, sketch)?
    {
        return Ok(Whom::Known(parted));
    }
    // Whom a report meant does not change by reading it once more.
    if let Some(entity) = before.get(&sketch.name).copied().flatten()
        && batch.remembered.get(connection, entity)?.kind == sketch.kind
    {
        return Ok(Whom::Known(entity));
    }
    let mut ids: Vec<i64> = Vec::new();
    let mut query =
        connection.prepare_cached("SELECT entity FROM entity_posting WHERE key = ?1 ORDER BY entity DESC LIMIT ?2")?;
    for key in sketch.keys() {
        if ids.len() >= CANDIDATES {
            break;
        }
        for id in query.query_map([short(*key), UNDER_A_KEY as i64], |row| row.get(0))? {
            let id = id?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let mut known: Vec<(i64, Rc<Known>)> = Vec::with_capacity(ids.len());
    for id in &ids {
        known.push(batch.remembered.candidate(connection, *id)?);
    }
    let candidates: Vec<(i64, &Known)> = known.iter().map(|(one, known)| (*one, &**known)).collect();
    let resolved = entity::resolve(batch.matcher().lexicon(), sketch, &candidates);
    let found = match resolved {
        Resolved::One(at) => Some((ids[at], candidates[at].0)),
        Resolved::Open => None,
        Resolved::New => return Ok(Whom::New),
    };
    if of.parted
        && let Some(parted) = parted_by_name(connection, sketch, found.map(|(_, one)| one))?
    {
        return Ok(Whom::Known(parted));
    }
    // A report keeps apart those whom it names in different ways.
    let found = found.map(|(id, _)| id);
    let found = found.filter(|id| taken.get(id).is_none_or(|name| name.eq_ignore_ascii_case(&sketch.name)));
    Ok(found.map_or(Whom::Open, Whom::Known))
}

/// The entity that a person says this report means.
fn parted_here(connection: &Connection, batch: &mut Batch, report: i64, sketch: &Sketch) -> Result<Option<i64>> {
    let mut query = connection.prepare_cached(
        "SELECT entity FROM parted JOIN entity_ruling ON entity_ruling.id = ruling \
         WHERE name = ?1 AND report = ?2 AND undone IS NULL ORDER BY ruling DESC LIMIT 1",
    )?;
    for name in sketch.names() {
        let parted: Option<i64> = query.query_row((name, report), |row| row.get(0)).optional()?;
        if let Some(parted) = parted
            && batch.remembered.get(connection, parted)?.kind == sketch.kind
        {
            return Ok(Some(parted));
        }
    }
    Ok(None)
}

/// The entity that a person says all reports mean by this name, if it is a part of the one that was found, or if none was.
fn parted_by_name(connection: &Connection, sketch: &Sketch, found: Option<i64>) -> Result<Option<i64>> {
    let mut query = connection.prepare_cached(
        "SELECT entity, other FROM parted JOIN entity_ruling ON entity_ruling.id = ruling \
         WHERE name = ?1 AND report IS NULL AND undone IS NULL ORDER BY ruling DESC LIMIT 1",
    )?;
    let parted: Option<(i64, i64)> =
        query.query_row([&sketch.name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((entity, other)) = parted else { return Ok(None) };
    let ones = [one(connection, entity)?, one(connection, other)?];
    Ok(found.is_none_or(|found| ones.contains(&found)).then_some(entity))
}

/// What a report calls an entity that is split.
struct Part {
    /// The version, and its entity's number there.
    of: (i64, u32),
    name: String,
    report: i64,
    before: i64,
}

fn split(
    connection: &Connection,
    batch: &mut Batch,
    entity: i64,
    parting: &Parting,
    (person, why, now): (&str, Option<&str>, i64),
) -> Result<(i64, i64)> {
    let all = all_of(connection, one(connection, entity)?)?;
    let mut query = connection.prepare(&format!(
        "SELECT version, naming.number, name, report, entity FROM naming JOIN version ON version.id = version \
         WHERE entity IN ({})",
        marks(all.len())
    ))?;
    let mut rows = query.query(params_from_iter(&all))?;
    let (mut count, mut part): (usize, Vec<Part>) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        count += 1;
        let naming =
            Part { of: (row.get(0)?, row.get(1)?), name: row.get(2)?, report: row.get(3)?, before: row.get(4)? };
        if (parting.reports.is_empty() || parting.reports.contains(&naming.report))
            && (parting.names.is_empty() || parting.names.contains(&naming.name))
        {
            part.push(naming);
        }
    }
    if part.is_empty() {
        return Err(Error::Correction(format!("no report has e{entity} so")));
    }
    if part.len() == count {
        return Err(Error::Correction(format!("that is all of e{entity}: there is nothing to keep apart")));
    }
    let mut fresh = known(connection, entity)?;
    fresh.names.clear();
    connection.execute("INSERT INTO entity (known) VALUES (?1)", [written(&fresh)])?;
    let own = connection.last_insert_rowid();
    connection.execute(
        "INSERT INTO entity_ruling (kind, entity, other, person, at, why) VALUES ('split', ?1, ?2, ?3, ?4, ?5)",
        (own, entity, person, now, why),
    )?;
    let ruling = connection.last_insert_rowid();
    let mut insert = connection.prepare("INSERT INTO parted (ruling, report, name, before) VALUES (?1, ?2, ?3, ?4)")?;
    for it in &part {
        insert.execute((ruling, it.report, &it.name, it.before))?;
    }
    if parting.reports.is_empty() {
        for name in &parting.names {
            insert.execute((ruling, None::<i64>, name, None::<i64>))?;
        }
    }
    let namings: Vec<(i64, u32)> = part.into_iter().map(|it| it.of).collect();
    hand_over(connection, batch, &namings, own)?;
    Ok((ruling, own))
}

/// Gives what reports mean by some names to another entity.
fn hand_over(connection: &Connection, batch: &mut Batch, namings: &[(i64, u32)], to: i64) -> Result<()> {
    let mut touched: BTreeSet<i64> = BTreeSet::from([to]);
    for (version, number) in namings {
        let of = (version, number);
        let from: Option<i64> =
            connection
                .query_row("SELECT entity FROM naming WHERE version = ?1 AND number = ?2", of, |row| row.get(0))?;
        touched.extend(from);
        connection
            .execute("UPDATE naming SET entity = ?3 WHERE version = ?1 AND number = ?2", (version, number, to))?;
    }
    for entity in touched {
        make_anew(connection, batch, entity)?;
    }
    let versions: BTreeSet<i64> = namings.iter().map(|(version, _)| *version).collect();
    versions.into_iter().try_for_each(|version| corrections::find_again(connection, batch, version))
}

/// Makes what is known of an entity anew from its reports; of one in very many, only how many these are.
fn make_anew(connection: &Connection, batch: &mut Batch, entity: i64) -> Result<()> {
    connection.execute(
        "UPDATE entity SET reports = (SELECT count(DISTINCT version) FROM naming WHERE entity = ?1) WHERE id = ?1",
        [entity],
    )?;
    let mut query =
        connection.prepare("SELECT version, number FROM naming WHERE entity = ?1 ORDER BY version LIMIT ?2")?;
    let namings: Vec<(i64, u32)> = query
        .query_map((entity, MADE_ANEW as i64 + 1), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if namings.len() > MADE_ANEW {
        return Ok(());
    }
    let mut anew: Option<Known> = None;
    for (version, number) in namings {
        let record = record(connection, version)?;
        let compared = batch.matcher().report(connection, version)?;
        let sketches = entity::sketches(&record, &compared.head);
        let at = record.entities.iter().position(|it| last_number(&it.id) == number);
        if let Some(sketch) = at.and_then(|at| sketches.into_iter().nth(at).flatten()) {
            match &mut anew {
                Some(known) => _ = known.absorb(&sketch),
                None => anew = Some(sketch.into_known()),
            }
        }
    }
    match anew {
        Some(known) => batch.remembered.set(connection, entity, known),
        None => Ok(()),
    }
}

/// Which entities are one, after all that persons say.
fn unite(connection: &Connection) -> Result<()> {
    let mut query = connection
        .prepare("SELECT entity, other FROM entity_ruling WHERE kind = 'merge' AND undone IS NULL ORDER BY id")?;
    let merges: Vec<(i64, i64)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut into: HashMap<i64, i64> = HashMap::new();
    let root = |into: &HashMap<i64, i64>, mut entity: i64| {
        while let Some(next) = into.get(&entity) {
            entity = *next;
        }
        entity
    };
    for (entity, other) in merges {
        let (entity, other) = (root(&into, entity), root(&into, other));
        if entity != other {
            into.insert(other, entity);
        }
    }
    connection.execute("UPDATE entity SET same = NULL WHERE same IS NOT NULL", [])?;
    for entity in into.keys() {
        connection.execute("UPDATE entity SET same = ?2 WHERE id = ?1", (entity, root(&into, *entity)))?;
    }
    Ok(())
}

/// The entity that an entity is, after all that persons say.
fn one(connection: &Connection, entity: i64) -> Result<i64> {
    let mut query = connection.prepare_cached("SELECT coalesce(same, id) FROM entity WHERE id = ?1")?;
    query.query_row([entity], |row| row.get(0)).optional()?.ok_or_else(|| Error::Unknown(format!("entity e{entity}")))
}

/// All that are this one, itself first.
fn all_of(connection: &Connection, one: i64) -> Result<Vec<i64>> {
    let mut query = connection.prepare_cached("SELECT id FROM entity WHERE same = ?1 ORDER BY id")?;
    let mut all = vec![one];
    for id in query.query_map([one], |row| row.get(0))? {
        all.push(id?);
    }
    Ok(all)
}

pub(crate) fn known(connection: &Connection, entity: i64) -> Result<Known> {
    let known: Option<String> = connection
        .prepare_cached("SELECT known FROM entity WHERE id = ?1")?
        .query_row([entity], |row| row.get(0))
        .optional()?;
    let known = known.ok_or_else(|| Error::Unknown(format!("entity e{entity}")))?;
    serde_json::from_str(&known)
        .map_err(|error| Error::Damaged(format!("what is known of e{entity} is unreadable ({error})")))
}

fn written(known: &Known) -> String {
    serde_json::to_string(known).expect("what is known of an entity has a JSON form")
}

/// "?, ?, ?".
fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// Lets all claims of a version that are not in the index yet be found by those on whose word they rest.
fn tag_version(connection: &Connection, batch: &mut Batch, version: i64, record: &Record) -> Result<()> {
    let whom = whom(connection, version)?;
    let mut query = connection.prepare_cached(
        "SELECT statement.number, chain, claim.id, claim.day FROM claim JOIN statement ON statement.id = claim.statement \
         WHERE claim.version = ?1",
    )?;
    let mut rows = query.query([version])?;
    while let Some(row) = rows.next()? {
        let (number, chain): (u32, String) = (row.get(0)?, row.get(1)?);
        let chain: Vec<String> = serde_json::from_str(&chain).unwrap_or_default();
        let rowid = found::rowid(row.get(3)?, row.get(2)?);
        batch.tag(rowid, &speakers(record, number, &chain, &whom));
    }
    Ok(())
}

/// Whom a version means, by the numbers of its record's entities.
pub(crate) fn whom(connection: &Connection, version: i64) -> Result<HashMap<u32, i64>> {
    let mut query =
        connection.prepare_cached("SELECT number, entity FROM naming WHERE version = ?1 AND entity IS NOT NULL")?;
    let rows = query.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The entities on whose word a statement rests, its chain being this.
pub(crate) fn speakers(record: &Record, number: u32, chain: &[String], whom: &HashMap<u32, i64>) -> Vec<i64> {
    let mut numbers: HashSet<u32> = HashSet::new();
    for name in chain {
        let named = record.entities.iter().find(|it| it.name == *name).or_else(|| {
            let mut of_alias = record.entities.iter().filter(|it| it.aliases.contains(name));
            of_alias.next().filter(|_| of_alias.next().is_none())
        });
        numbers.extend(named.map(|it| last_number(&it.id)));
    }
    let said = record.statements.iter().find(|said| last_number(&said.id) == number);
    if let Some(said) = said.filter(|said| said.chain == chain) {
        numbers.extend(said.sources.iter().filter_map(|source| source.entity.as_deref()).map(last_number));
    }
    let mut speakers: Vec<i64> = numbers.iter().filter_map(|number| whom.get(number).copied()).collect();
    speakers.sort_unstable();
    speakers
}
