//! Finding claims by their words, by who said them, by what was done in saying them, and by day.

use jiff::civil::Date;
use onrecord::record::{Act, Certainty, CodePoints};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day;
use crate::entities::{Entity, Meant};
use crate::entries::{name, named};
use crate::found::{self, Tag};
use crate::ledger::Ledger;
use crate::numeral;
use crate::{Error, Result};

/// What to find. Everything that is given must be so of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Query {
    /// Words that the claim has, in any order and form ("boat" finds "boats"). Words in quotation marks must follow each
    /// other; a word that ends in `*` stands for all that begin so.
    pub words: String,
    /// On whose word it rests: a name or an office, or part of one. What stands in the paper's own voice rests on the paper.
    pub by: Option<String>,
    /// The paper that has it.
    pub publisher: Option<String>,
    /// What is done in saying it.
    pub act: Option<Act>,
    /// How sure its source is of it.
    pub certainty: Option<Certainty>,
    /// A place that the claim names.
    pub place: Option<String>,
    /// A number that the claim gives, however it is written there: 24 finds "twenty-four", 1500 "1,500".
    pub number: Option<String>,
    /// Only what stands in a paper's own voice.
    pub own_voice: bool,
    /// The first day on which it was said.
    #[serde(with = "day::iso")]
    #[schemars(with = "Option<String>", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub since: Option<Date>,
    /// The last day on which it was said.
    #[serde(with = "day::iso")]
    #[schemars(with = "Option<String>", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub until: Option<Date>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Results {
    /// How many claims there are, up to [`COUNTED`].
    pub total: u64,
    /// The newest of them.
    pub claims: Vec<Found>,
}

/// Results are counted no further.
pub const COUNTED: u64 = 10_000;

/// So many are named whom a name may mean.
const NAMESAKES: usize = 50;

/// A claim as it was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    /// Its name in the ledger: `s17.2`, `s17` of a statement without content, `r88` in a paper's own voice.
    pub id: String,
    /// The statement's name in the ledger; `null` for a paper's own voice.
    pub statement: Option<String>,
    /// The report's name in the ledger.
    pub report: String,
    /// The matter that it belongs to: that of the claim as a whole.
    pub matter: Option<String>,
    /// The day on which it was said, else on which the report was published.
    pub day: Option<String>,
    /// On whose word, outermost first; for a paper's own voice nobody.
    pub chain: Vec<String>,
    /// What is done in saying it.
    pub act: Option<Act>,
    /// How sure its source is.
    pub certainty: Option<Certainty>,
    /// Its words; the cue of a statement without content.
    pub text: String,
    /// Where they stand in the report's text.
    pub span: CodePoints,
    /// The report's headline.
    pub title: Option<String>,
    /// The paper.
    pub publisher: Option<String>,
    /// The day of publication.
    pub published: Option<String>,
    /// The report's address.
    pub url: Option<String>,
    /// Where the report was found.
    pub place: String,
}

/// What a source has said.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Source {
    /// As it was asked for.
    pub name: String,
    /// Who that is, where it is one whom the ledger knows: what follows is said under any of the names.
    pub entity: Option<Entity>,
    /// Others whom the name may mean. If there are some and no `entity`, it cannot be told which is meant, and nothing follows.
    pub others: Vec<Entity>,
    /// How many claims there are of each act, up to [`COUNTED`]; the most frequent first, those without an act last.
    pub acts: Vec<(Option<Act>, u64)>,
    /// The newest of them.
    pub results: Results,
    /// The newest claims of whoever held an office of the entity's in reports that do not name the holder ("Ukraine's
    /// president"), on days when it did and, as far as the ledger knows, nobody else.
    pub by_office: Vec<Found>,
}

impl Found {
    /// The names of [`Found::cells`].
    pub const COLUMNS: [&str; 15] = [
        "id",
        "report",
        "matter",
        "day",
        "chain",
        "act",
        "certainty",
        "text",
        "start",
        "end",
        "title",
        "publisher",
        "published",
        "url",
        "place",
    ];

    /// The claim as a row of a table; a chain is written "Nordpress ← Tom Reeve".
    #[must_use]
    pub fn cells(&self) -> [String; 15] {
        let or_empty = |cell: &Option<String>| cell.clone().unwrap_or_default();
        [
            self.id.clone(),
            self.report.clone(),
            or_empty(&self.matter),
            or_empty(&self.day),
            self.chain.join(" ← "),
            self.act.as_ref().map(name).unwrap_or_default(),
            self.certainty.as_ref().map(name).unwrap_or_default(),
            self.text.clone(),
            self.span.0.to_string(),
            self.span.1.to_string(),
            or_empty(&self.title),
            or_empty(&self.publisher),
            or_empty(&self.published),
            or_empty(&self.url),
            self.place.clone(),
        ]
    }
}

impl Ledger {
    /// What the source has said that a query names, with a count of its acts: an entity by one of its names or by its name
    /// in the ledger, `e4`; else whatever rests on the word of somebody with these words for a name or an office, as
    /// [`Ledger::search`] finds it.
    ///
    /// # Errors
    /// As [`Ledger::search`].
    pub fn source(&self, query: &Query, limit: usize) -> Result<Source> {
        let name = query.by.clone().unwrap_or_default();
        let all = |ids: Vec<i64>| -> Result<Vec<Entity>> {
            let mut all = ids.into_iter().map(|id| self.entity(id)).collect::<Result<Vec<Entity>>>()?;
            all.sort_by_key(|entity| std::cmp::Reverse(entity.reports));
            all.truncate(NAMESAKES);
            Ok(all)
        };
        let (entity, others, whose) = match self.meant(&name)? {
            Meant::One(id, others) => (Some(self.entity(id)?), all(others)?, Some(self.words_of(id)?)),
            Meant::Several(ids) => {
                let results = Results { total: 0, claims: Vec::new() };
                return Ok(Source {
                    name,
                    entity: None,
                    others: all(ids)?,
                    acts: Vec::new(),
                    results,
                    by_office: Vec::new(),
                });
            }
            Meant::Nobody => (None, Vec::new(), None),
        };
        let whose = whose.as_deref();
        let results = self.search_of(whose, query, limit)?;
        let mut acts: Vec<(Option<Act>, u64)> = Vec::new();
        for act in Act::ALL.into_iter().filter(|act| query.act.is_none_or(|asked| asked == *act)) {
            acts.push((Some(act), self.count(whose, &Query { act: Some(act), ..query.clone() })?));
        }
        acts.retain(|(_, count)| *count > 0);
        acts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let rest = results.total.saturating_sub(acts.iter().map(|(_, count)| count).sum());
        if rest > 0 {
            acts.push((None, rest));
        }
        let by_office = match (&entity, whose) {
            (Some(entity), Some(own)) => self.by_office(entity, own, query, limit)?,
            _ => Vec::new(),
        };
        Ok(Source { name, entity, others, acts, results, by_office })
    }

    /// Finds claims in the newest versions of all reports, the newest first.
    ///
    /// # Errors
    /// If the words mean nothing, or those of the database.
    pub fn search(&self, query: &Query, limit: usize) -> Result<Results> {
        self.search_of(None, query, limit)
    }

    /// Finds claims; those of an entity, if the words are given by which the index has it.
    fn search_of(&self, whose: Option<&str>, query: &Query, limit: usize) -> Result<Results> {
        let (rows, values) = query.rows(whose)?;
        let mut newest =
            self.connection.prepare_cached(&format!("SELECT rowid {rows} ORDER BY rowid DESC LIMIT {limit}"))?;
        let ids = newest.query_map(params_from_iter(&values), |row| row.get::<_, i64>(0))?;
        let mut claims = Vec::new();
        for id in ids {
            claims.push(self.found(found::claim_of(id?))?);
        }
        Ok(Results { total: self.count(whose, query)?, claims })
    }

    /// How many claims a query finds, up to [`COUNTED`].
    fn count(&self, whose: Option<&str>, query: &Query) -> Result<u64> {
        let (rows, values) = query.rows(whose)?;
        let mut count =
            self.connection.prepare_cached(&format!("SELECT count(*) FROM (SELECT 1 {rows} LIMIT {COUNTED})"))?;
        let total: i64 = count.query_row(params_from_iter(&values), |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }
    /// The number of a claim by its name in the ledger: `s17.2`, or `r88`.
    ///
    /// # Errors
    /// If there is none of this name, or those of the database.
    pub fn claim_named(&self, name: &str) -> Result<i64> {
        let unknown = || Error::Unknown(format!("claim {name}"));
        let numbers = |text: &str| text.parse::<i64>().map_err(|_| unknown());
        let found = if let Some(own) = name.strip_prefix('r') {
            let mut query =
                self.connection.prepare_cached("SELECT id FROM claim WHERE id = ?1 AND statement IS NULL")?;
            query.query_row([numbers(own)?], |row| row.get(0)).optional()?
        } else {
            let (statement, claim) = name.strip_prefix('s').and_then(|it| it.split_once('.')).ok_or_else(unknown)?;
            let mut query =
                self.connection.prepare_cached("SELECT id FROM claim WHERE statement = ?1 AND number = ?2")?;
            query.query_row([numbers(statement)?, numbers(claim)?], |row| row.get(0)).optional()?
        };
        found.ok_or_else(unknown)
    }

    /// A claim of any version by its number among the claims.
    pub(crate) fn found(&self, claim: i64) -> Result<Found> {
        let mut query = self.connection.prepare_cached(
            "SELECT claim.id, claim.statement, version.report, claim.day, statement.chain, statement.act, certainty, \
             claim.text, start, \"end\", title, publisher, version.day, url, place, claim.number, \
             (SELECT matter FROM proposition WHERE proposition.version = claim.version AND proposition.claim = claim.id \
             ORDER BY part LIMIT 1) \
             FROM claim LEFT JOIN statement ON statement.id = claim.statement \
             JOIN version ON version.id = claim.version JOIN report ON report.id = version.report WHERE claim.id = ?1",
        )?;
        let found = query.query_row([claim], read)?;
        Ok(found)
    }
}

/// A row of the query above.
fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let statement: Option<i64> = row.get(1)?;
    let written = |day: Option<i64>| day.and_then(day::written);
    let number: u32 = row.get(15)?;
    Ok(Found {
        id: match (statement, number) {
            (Some(statement), 0) => format!("s{statement}"),
            (Some(statement), number) => format!("s{statement}.{number}"),
            (None, _) => format!("r{}", row.get::<_, i64>(0)?),
        },
        statement: statement.map(|id| format!("s{id}")),
        report: format!("d{}", row.get::<_, i64>(2)?),
        matter: row.get::<_, Option<i64>>(16)?.map(|id| format!("C{id}")),
        day: written(row.get(3)?),
        chain: row.get::<_, Option<String>>(4)?.and_then(|chain| serde_json::from_str(&chain).ok()).unwrap_or_default(),
        act: row.get::<_, Option<String>>(5)?.and_then(|act| named(&act)),
        certainty: row.get::<_, Option<String>>(6)?.and_then(|certainty| named(&certainty)),
        text: row.get(7)?,
        span: CodePoints(row.get(8)?, row.get(9)?),
        title: row.get(10)?,
        publisher: row.get(11)?,
        published: written(row.get(12)?),
        url: row.get(13)?,
        place: row.get(14)?,
    })
}

impl Query {
    /// The rows of the index that it finds, as the end of a SELECT, and the values that this needs.
    pub(crate) fn rows(&self, whose: Option<&str>) -> Result<(String, Vec<Value>)> {
        let first = self.since.map_or(0, |since| found::first_of(day::of(since)));
        let last = self.until.map_or(i64::MAX, |until| found::first_of(day::of(until) + 1) - 1);
        let mut values: Vec<Value> = vec![first.into(), last.into()];
        let words = self.expression(whose)?;
        let condition = if words.is_some() { "found MATCH ?3 AND" } else { "" };
        values.extend(words.map(Value::from));
        Ok((format!("FROM found WHERE {condition} rowid BETWEEN ?1 AND ?2"), values))
    }

    /// The query in the language of the index; `None` if it asks for everything.
    fn expression(&self, whose: Option<&str>) -> Result<Option<String>> {
        let mut all = Vec::new();
        all.extend(whose.map(str::to_owned));
        if !self.words.trim().is_empty() {
            let words = phrases(&self.words);
            if words.is_empty() {
                return Err(Error::Query(format!("there is no word in {:?}", self.words)));
            }
            all.extend(words.into_iter().map(|phrase| format!("words : {phrase}")));
        }
        let by = if whose.is_some() { None } else { self.by.clone() };
        for (column, asked) in [("who", &by), ("paper", &self.publisher), ("words", &self.place)] {
            if let Some(asked) = asked {
                let words = phrases(asked);
                if words.is_empty() {
                    return Err(Error::Query(format!("there is no name in {asked:?}")));
                }
                all.extend(words.into_iter().map(|phrase| format!("{column} : {phrase}")));
            }
        }
        if let Some(asked) = &self.number {
            let number: Option<f64> =
                asked.replace(',', "").trim().parse().ok().filter(|number: &f64| number.is_finite());
            let number =
                number.ok_or_else(|| Error::Query(format!("{asked:?} is no number; one is written 1500 or 6.1")))?;
            let ways = numeral::written(number);
            let ways: Vec<String> = ways.iter().map(|way| format!("words : \"{way}\"")).collect();
            all.push(format!("({})", ways.join(" OR ")));
        }
        all.extend(self.act.map(|act| format!("tags : {}", Tag::act(&name(&act)))));
        all.extend(self.certainty.map(|certainty| format!("tags : {}", Tag::certainty(certainty))));
        all.extend(self.own_voice.then(|| format!("tags : {}", Tag::OWN)));
        Ok((!all.is_empty()).then(|| all.join(" AND ")))
    }
}

/// Words and quoted phrases, each written so that nothing in it has a meaning of its own to the index.
fn phrases(asked: &str) -> Vec<String> {
    // The index would take a NUL for the end of everything that is asked.
    let asked = asked.replace('\0', " ");
    let mut out = Vec::new();
    let mut add = |phrase: &str| {
        let (phrase, star) = match phrase.strip_suffix('*') {
            Some(beginning) => (beginning, " *"),
            None => (phrase, ""),
        };
        if phrase.chars().any(char::is_alphanumeric) {
            out.push(format!("\"{}\"{star}", phrase.replace('"', "")));
        }
    };
    // Every other piece between quotation marks is quoted.
    for (index, piece) in asked.split(['"', '“', '”']).enumerate() {
        if index % 2 == 1 {
            add(piece);
        } else {
            piece.split_whitespace().for_each(&mut add);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_phrases() {
        for (asked, expected) in [
            ("Chinese citizens", &["\"Chinese\"", "\"citizens\""][..]),
            ("\"Chinese citizens\" 155", &["\"Chinese citizens\"", "\"155\""]),
            ("“two words” x", &["\"two words\"", "\"x\""]),
            ("harb*", &["\"harb\" *"]),
            ("NOT (a OR b):c", &["\"NOT\"", "\"(a\"", "\"OR\"", "\"b):c\""]),
            ("- * \"\" ?!", &[]),
            ("an \"open end", &["\"an\"", "\"open end\""]),
            ("nul\0ls", &["\"nul\"", "\"ls\""]),
        ] {
            assert_eq!(phrases(asked), expected, "{asked}");
        }
    }
}
