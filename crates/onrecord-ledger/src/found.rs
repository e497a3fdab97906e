//! The full-text index: what a claim is found by.

use onrecord::record::{Certainty, Record, Statement};
use rusqlite::Connection;

use crate::Result;
use crate::entries::{ClaimEntry, name};

/// What the index holds of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// The words of the claim.
    pub(crate) words: String,
    /// On whose word: the names of the chain, and the other names and the offices of those who speak.
    pub(crate) who: String,
    /// The paper.
    pub(crate) paper: String,
    /// What a search filters by, a [`Tag`] each.
    pub(crate) tags: String,
}

/// The number of a claim's row in the index: by day, then by claim. A range of days is a range of rows, and the order of
/// rows is the order in which results are shown.
pub(crate) fn rowid(day: Option<i64>, claim: i64) -> i64 {
    (shifted(day) << CLAIM_BITS) | claim
}

/// The claim of a row.
pub(crate) fn claim_of(rowid: i64) -> i64 {
    rowid & ((1 << CLAIM_BITS) - 1)
}

/// The first row of a day.
pub(crate) fn first_of(day: i64) -> i64 {
    rowid(Some(day), 0)
}

/// Claims take this many bits of a row's number: a thousand thousand million of them.
const CLAIM_BITS: u32 = 40;

/// A day as a positive number of 22 bits; 0 where it is not known.
fn shifted(day: Option<i64>) -> i64 {
    day.map_or(0, |day| (day + 1_000_000).clamp(1, (1 << 22) - 1))
}

/// Words that stand in the index for what is no word.
pub(crate) struct Tag;

impl Tag {
    /// In the paper's own voice.
    pub(crate) const OWN: &'static str = "tagown";

    /// On this entity's word.
    pub(crate) fn entity(entity: i64) -> String {
        format!("tagent{entity}")
    }

    pub(crate) fn act(act: &str) -> String {
        format!("tagact{act}")
    }

    pub(crate) fn certainty(certainty: Certainty) -> String {
        format!("tagsure{}", name(&certainty).replace('+', "yes").replace('-', "not").to_lowercase())
    }
}

/// What stands beside a claim in its row, after corrections.
pub(crate) struct Standing<'a> {
    pub(crate) act: Option<&'a str>,
    pub(crate) chain: &'a [String],
    pub(crate) certainty: Option<Certainty>,
}

/// What a claim is found by.
pub(crate) fn document(record: &Record, claim: &ClaimEntry<'_>, standing: &Standing<'_>) -> Document {
    let paper = record.document.publisher.clone().unwrap_or_default();
    let mut tags = Vec::new();
    let who = match claim.statement.map(|index| &record.statements[index]) {
        Some(statement) => names(record, statement, standing.chain),
        None => {
            tags.push(Tag::OWN.to_owned());
            paper.clone()
        }
    };
    tags.extend(standing.act.map(Tag::act));
    tags.extend(standing.certainty.map(Tag::certainty));
    Document { words: claim.text.to_owned(), who, paper, tags: tags.join(" ") }
}

fn names(record: &Record, statement: &Statement, chain: &[String]) -> String {
    // A name that a person put in place of another is found, and that other is not.
    let corrected = chain != statement.chain.as_slice();
    let mut names: Vec<&str> = chain.iter().map(String::as_str).collect();
    if !corrected {
        for source in &statement.sources {
            let entity = source.entity.as_deref().and_then(|id| record.entities.iter().find(|entity| entity.id == id));
            if let Some(entity) = entity {
                names.extend(entity.aliases.iter().chain(&entity.roles).map(String::as_str));
            }
            if !names.contains(&source.text.as_str()) {
                names.push(&source.text);
            }
        }
    }
    // A mark between names, so that no phrase runs from one into the next.
    names.join(" · ")
}

/// Adds a row.
pub(crate) fn insert(connection: &Connection, rowid: i64, document: &Document) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO found (rowid, words, who, paper, tags) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((rowid, &document.words, &document.who, &document.paper, &document.tags))?;
    Ok(())
}

/// Takes a row out.
pub(crate) fn delete(connection: &Connection, rowid: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM found WHERE rowid = ?1")?.execute([rowid])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_order_of_days() {
        let rows = [rowid(None, 9), rowid(Some(-30_000), 8), rowid(Some(0), 7), rowid(Some(1), 1), rowid(Some(1), 2)];
        assert!(rows.is_sorted() && rows[0] > 0, "{rows:?}");
        assert_eq!(rows.map(claim_of), [9, 8, 7, 1, 2]);
        assert!(first_of(1) < rows[3] && first_of(1) > rows[2]);
    }
}
