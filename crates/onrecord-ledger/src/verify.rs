//! Holding everything in a ledger against everything else in it: hashes against bytes, words against the text at their
//! spans, rows against records, corrections against what they correct.

use onrecord::Record;
use onrecord::article::Origin;
use serde_json::Value;

use crate::add::Rows;
use crate::corrections;
use crate::entities;
use crate::entries::{self, name};
use crate::found;
use crate::ledger::Ledger;
use crate::matters;
use crate::pack;
use crate::review;
use crate::{Error, Result};

/// What was held against each other, and what did not agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Versions of reports.
    pub versions: u64,
    /// Statements of all versions.
    pub statements: u64,
    /// Claims of all versions.
    pub claims: u64,
    /// Pieces of text that were held against the words at their place.
    pub spans: u64,
    /// What does not agree, a line each.
    pub problems: Vec<String>,
    /// Corrections whose words no reading has a statement for any more. They are kept, and have no effect.
    pub loose: Vec<i64>,
}

impl Ledger {
    /// Holds everything against everything. `step` is called after each version, with how many are done and how many there
    /// are.
    ///
    /// # Errors
    /// Those of the database; what does not agree is no error, but told.
    pub fn verify(&self, mut step: impl FnMut(u64, u64)) -> Result<Verified> {
        let mut verified = Verified::default();
        self.verify_database(&mut verified)?;
        let mut query = self.connection.prepare("SELECT id FROM version ORDER BY id")?;
        let versions: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let all = versions.len() as u64;
        for version in versions {
            verified.versions += 1;
            if let Err(error) = self.verify_version(version, &mut verified) {
                match error {
                    Error::Damaged(what) => verified.problems.push(format!("version {version}: {what}")),
                    other => return Err(other),
                }
            }
            step(verified.versions, all);
        }
        self.verify_index(&mut verified)?;
        self.verify_matters(&mut verified)?;
        self.verify_entities(&mut verified)?;
        let mut query = self.connection.prepare(
            "SELECT id FROM correction WHERE undone IS NULL \
             AND NOT EXISTS (SELECT 1 FROM statement WHERE statement.id = correction.statement)",
        )?;
        verified.loose = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(verified)
    }

    fn verify_database(&self, verified: &mut Verified) -> Result<()> {
        let mut query = self.connection.prepare("PRAGMA quick_check(20)")?;
        let told = query.query_map([], |row| row.get::<_, String>(0))?;
        for line in told {
            let line = line?;
            if line != "ok" {
                verified.problems.push(format!("database: {line}"));
            }
        }
        let mut query = self.connection.prepare("PRAGMA foreign_key_check")?;
        let told = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?)))?;
        for row in told.take(20) {
            let (table, row) = row?;
            verified.problems.push(format!("database: row {} of {table} refers to nothing", row.unwrap_or(0)));
        }
        let strays: u32 = self.connection.query_row(
            "SELECT count(*) FROM report WHERE NOT EXISTS \
             (SELECT 1 FROM version WHERE version.id = current AND version.report = report.id AND number = \
              (SELECT max(number) FROM version AS any WHERE any.report = report.id))",
            [],
            |row| row.get(0),
        )?;
        if strays > 0 {
            verified.problems.push(format!("{strays} reports have a current version that is not their newest"));
        }
        Ok(())
    }

    fn verify_version(&self, version: i64, verified: &mut Verified) -> Result<()> {
        let mut problem = |what: String| verified.problems.push(format!("version {version}: {what}"));
        let mut query = self.connection.prepare_cached(
            "SELECT hash, record_hash, given, bytes, record FROM version \
             LEFT JOIN original ON original.version = id LEFT JOIN reading ON reading.version = id WHERE id = ?1",
        )?;
        let stored = query.query_row([version], |row| {
            Ok(Stored {
                hash: row.get(0)?,
                record_hash: row.get(1)?,
                given: row.get(2)?,
                bytes: row.get(3)?,
                record: row.get(4)?,
            })
        })?;
        let lost = |what: &str| Error::Damaged(format!("{what} is missing"));
        let bytes = pack::unpack(&stored.bytes.ok_or_else(|| lost("the original"))?)?;
        let json = pack::unpack_beside(&stored.record.ok_or_else(|| lost("the record"))?, &bytes)?;
        if pack::hash(&bytes).as_slice() != stored.hash {
            problem("the original's hash is another".to_owned());
        }
        if pack::hash(&json).as_slice() != stored.record_hash {
            problem("the record's hash is another".to_owned());
        }
        if let Err(error) = serde_json::from_str::<Origin>(&stored.given) {
            problem(format!("what came with it is unreadable ({error})"));
        }
        let broken = |error: serde_json::Error| Error::Damaged(format!("the record is none ({error})"));
        let record: Record = serde_json::from_slice(&json).map_err(broken)?;
        let mut query =
            self.connection.prepare_cached("SELECT record_hash, record FROM reading_before WHERE version = ?1")?;
        for row in query.query_map([version], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)))? {
            let (hash, packed) = row?;
            if pack::hash(&pack::unpack_beside(&packed, &bytes)?).as_slice() != hash {
                problem("an earlier record's hash is another".to_owned());
            }
        }
        if record.document.id != pack::written(&pack::hash(&bytes)) {
            problem("the record is one of other bytes".to_owned());
        }
        let value: Value = serde_json::from_slice(&json).map_err(broken)?;
        let (spans, wrong) = spans(&value, &record.document.text);
        if let Some(first) = wrong.first() {
            problem(format!("{} pieces of text are not those at their span, first: {first}", wrong.len()));
        }
        verified.spans += spans;
        self.verify_rows(version, &record, verified)
    }

    /// The rows of a version are those of its record after all corrections.
    fn verify_rows(&self, version: i64, record: &Record, verified: &mut Verified) -> Result<()> {
        let rows = Rows::load(&self.connection, version)?;
        let claims = entries::claims(record);
        let mut problem = |what: String| verified.problems.push(format!("version {version}: {what}"));
        if rows.counts() != (record.statements.len(), claims.len()) {
            problem(format!(
                "the record has {} statements and {} claims, the ledger has rows for {} and {}",
                record.statements.len(),
                claims.len(),
                rows.counts().0,
                rows.counts().1
            ));
        }
        let mut settled = Vec::with_capacity(record.statements.len());
        for said in &record.statements {
            let id = rows.statement(entries::last_number(&said.id))?;
            let now = corrections::settled(&self.connection, id, said)?;
            let mut query = self.connection.prepare_cached("SELECT act, chain, struck FROM statement WHERE id = ?1")?;
            let row: (Option<String>, String, bool) =
                query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let expected = (now.act.as_ref().map(name), crate::add::json(&now.chain), now.struck);
            if row != expected {
                problem(format!("statement s{id} is not what the record and the corrections make it"));
            }
            settled.push(now);
        }
        for (id, waits) in review::waits(&self.connection, version, record)? {
            let mut query = self.connection.prepare_cached("SELECT waits FROM statement WHERE id = ?1")?;
            if query.query_row([id], |row| row.get::<_, Option<f64>>(0))? != waits {
                problem(format!("statement s{id} waits to be looked at, or does not, other than it should"));
            }
        }
        for claim in &claims {
            let id = rows.claim(record, claim)?;
            let mut query = self
                .connection
                .prepare_cached("SELECT start, \"end\", text, certainty, day FROM claim WHERE id = ?1")?;
            let row: (u32, u32, String, Option<String>, Option<i64>) =
                query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
            let certainty = match claim.statement {
                Some(index) => settled[index].certainties.iter().find(|it| it.0 == claim.number).and_then(|it| it.1),
                None => None,
            };
            let day = entries::said(record, claim.statement.map(|index| &record.statements[index]));
            let expected = (claim.span.0, claim.span.1, claim.text.to_owned(), certainty.as_ref().map(name), day);
            if row != expected {
                problem(format!("claim {id} is not what the record and the corrections make it"));
            }
        }
        let mut query = self.connection.prepare_cached("SELECT number, name FROM naming WHERE version = ?1")?;
        for row in query.query_map([version], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)))? {
            let (number, name) = row?;
            let of_record = record.entities.iter().find(|it| entries::last_number(&it.id) == number);
            if of_record.is_none_or(|it| it.name != name) {
                problem(format!("its e{number} is not the record's"));
            }
        }
        verified.statements += record.statements.len() as u64;
        verified.claims += claims.len() as u64;
        Ok(())
    }

    /// The newest versions are matched, and no others; every proposition is one of a claim of its version, has its place among
    /// what is compared, and belongs to a matter.
    fn verify_matters(&self, verified: &mut Verified) -> Result<()> {
        for (sql, what) in [
            (
                "SELECT count(*) FROM report WHERE NOT EXISTS (SELECT 1 FROM matching WHERE version = current)",
                "reports are not matched with others",
            ),
            (
                "SELECT count(*) FROM matching WHERE NOT EXISTS (SELECT 1 FROM report WHERE current = version)",
                "versions are matched that are not the newest",
            ),
            (
                "SELECT count(*) FROM proposition WHERE NOT EXISTS (SELECT 1 FROM claim \
                 WHERE claim.id = claim AND claim.version = proposition.version) \
                 OR NOT EXISTS (SELECT 1 FROM matter WHERE matter.id = matter)",
                "propositions have no claim or no matter",
            ),
            (
                "SELECT count(*) FROM matter WHERE reports <> \
                 (SELECT count(DISTINCT version) FROM proposition WHERE matter = matter.id) AND (reports > 1 OR \
                 (SELECT count(DISTINCT version) FROM proposition WHERE matter = matter.id) > 1)",
                "matters are summed up otherwise than they are",
            ),
        ] {
            let count: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
            if count > 0 {
                verified.problems.push(format!("{count} {what}"));
            }
        }
        let mut query = self.connection.prepare(
            "SELECT version, (SELECT count(*) FROM proposition WHERE proposition.version = matching.version) FROM matching",
        )?;
        let mut matcher = matters::Matcher::default();
        let mut rows = query.query([])?;
        let mut keys = 0;
        while let Some(row) = rows.next()? {
            let (version, there): (i64, i64) = (row.get(0)?, row.get(1)?);
            let report = matcher.report(&self.connection, version)?;
            keys += matters::rows_about(&report).len();
            if i64::try_from(report.propositions.len()).ok() != Some(there) {
                let compared = report.propositions.len();
                verified
                    .problems
                    .push(format!("version {version}: {compared} propositions are compared, the ledger has {there}"));
            }
        }
        let about: i64 = self.connection.query_row("SELECT count(*) FROM about", [], |row| row.get(0))?;
        if i64::try_from(keys).ok() != Some(about) {
            verified.problems.push(format!("reports are found under {about} keys, and have {keys}"));
        }
        Ok(())
    }

    /// The entities of the newest versions are placed, and no others; each is one of the record's, of the name that it has there,
    /// and belongs to an entity of which something is known.
    fn verify_entities(&self, verified: &mut Verified) -> Result<()> {
        for (sql, what) in [
            (
                "SELECT count(*) FROM report WHERE NOT EXISTS (SELECT 1 FROM placing WHERE version = current)",
                "reports have entities that are not among those of the ledger",
            ),
            (
                "SELECT count(*) FROM (SELECT version FROM naming UNION SELECT version FROM placing) \
                 WHERE NOT EXISTS (SELECT 1 FROM report WHERE current = version)",
                "versions have entities among those of the ledger that are not the newest",
            ),
            (
                "SELECT count(*) FROM entity WHERE reports <> \
                 (SELECT count(DISTINCT version) FROM naming WHERE naming.entity = entity.id)",
                "entities are said to stand in more or fewer reports than they do",
            ),
        ] {
            let count: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
            if count > 0 {
                verified.problems.push(format!("{count} {what}"));
            }
        }
        let mut query = self.connection.prepare("SELECT id FROM entity ORDER BY id")?;
        for id in query.query_map([], |row| row.get(0))? {
            if let Err(error) = entities::known(&self.connection, id?) {
                verified.problems.push(error.to_string());
            }
        }
        Ok(())
    }

    /// The index holds the claims of the newest versions that nobody has struck out, and no others.
    fn verify_index(&self, verified: &mut Verified) -> Result<()> {
        let mut query = self.connection.prepare(
            "SELECT claim.id, claim.day FROM report JOIN claim ON claim.version = report.current \
             LEFT JOIN statement ON statement.id = claim.statement WHERE coalesce(struck, 0) = 0",
        )?;
        let rows = query.query_map([], |row| Ok(found::rowid(row.get(1)?, row.get(0)?)))?;
        let mut expected: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
        expected.sort_unstable();
        let mut query = self.connection.prepare("SELECT rowid FROM found ORDER BY rowid")?;
        let there: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let lacks = expected.iter().filter(|row| there.binary_search(row).is_err()).count();
        let strays = there.iter().filter(|row| expected.binary_search(row).is_err()).count();
        if lacks + strays > 0 {
            verified
                .problems
                .push(format!("the full-text index lacks {lacks} claims, and has {strays} that are not to be found"));
        }
        Ok(())
    }
}

/// A version as it is stored.
struct Stored {
    hash: Vec<u8>,
    record_hash: Vec<u8>,
    given: String,
    bytes: Option<Vec<u8>>,
    record: Option<Vec<u8>>,
}

/// How many spans a record has, and those whose words are not the text at them.
fn spans(record: &Value, text: &str) -> (u64, Vec<String>) {
    // Where each code point begins, and where the last one ends.
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = |span: &Value| -> Option<&str> {
        let bound = |index: usize| span.get(index)?.as_u64().and_then(|at| starts.get(usize::try_from(at).ok()?));
        text.get(*bound(0)?..*bound(1)?)
    };
    let (mut seen, mut wrong) = (0, Vec::new());
    let mut rest = vec![record];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(values) => rest.extend(values),
            Value::Object(fields) => {
                if let Some(span) = fields.get("span") {
                    seen += 1;
                    let words = fields.get("text").map(|words| words.as_str().unwrap_or_default());
                    let there = at(span);
                    if there.is_none() || words.is_some_and(|words| there != Some(words)) {
                        wrong.push(format!("{span} {}", words.unwrap_or_default()));
                    }
                }
                for mention in fields.get("mentions").and_then(Value::as_array).into_iter().flatten() {
                    seen += 1;
                    if at(mention).is_none() {
                        wrong.push(mention.to_string());
                    }
                }
                rest.extend(fields.values());
            }
            _ => {}
        }
    }
    (seen, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_held_against_their_place() {
        for (span, words, fits) in [
            ("[0, 5]", "Malmö", true),
            ("[4, 6]", "ö ", true),
            ("[0, 4]", "Malmö", false),
            ("[6, 99]", "said", false),
            ("[9, 6]", "", false),
            ("[6, 10]", "said", true),
            ("\"6\"", "said", false),
        ] {
            let record = serde_json::from_str(&format!(r#"[{{"a": {{"span": {span}, "text": "{words}"}}}}]"#)).unwrap();
            let (seen, wrong) = spans(&record, "Malmö said");
            assert_eq!((seen, wrong.is_empty()), (1, fits), "{span} {words}");
        }
        let mentions = serde_json::from_str(r#"{"mentions": [[0, 5], [6, 11]]}"#).unwrap();
        assert_eq!(spans(&mentions, "Malmö said"), (2, vec!["[6,11]".to_owned()]));
    }
}
