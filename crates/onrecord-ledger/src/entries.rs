//! What the ledger keeps of a record in rows: its statements and its claims.

use onrecord::record::{Certainty, CodePoints, Record, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::day;
use crate::follow::Entry;

/// A claim of a record, or a statement without content, which has one row among the claims too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimEntry<'a> {
    /// Which of the record's statements it belongs to; `None` for the paper's own voice.
    pub(crate) statement: Option<usize>,
    /// 2 of `s3.2`, 5 of `r5`, 0 for a statement without claims.
    pub(crate) number: u32,
    pub(crate) span: CodePoints,
    pub(crate) text: &'a str,
    pub(crate) certainty: Option<Certainty>,
}

/// The claims of a record in its own order: those of the statements, then those in the paper's own voice.
pub(crate) fn claims(record: &Record) -> Vec<ClaimEntry<'_>> {
    let mut out = Vec::new();
    for (index, statement) in record.statements.iter().enumerate() {
        out.extend(statement.claims.iter().map(|claim| ClaimEntry {
            statement: Some(index),
            number: last_number(&claim.id),
            span: claim.span,
            text: &claim.text,
            certainty: claim.certainty,
        }));
        if statement.claims.is_empty() {
            let (span, text) = core(statement);
            out.push(ClaimEntry { statement: Some(index), number: 0, span, text, certainty: None });
        }
    }
    out.extend(record.own_voice.iter().map(|own| ClaimEntry {
        statement: None,
        number: last_number(&own.id),
        span: own.span,
        text: &own.text,
        certainty: None,
    }));
    out
}

/// The words that a statement is known by, and where they stand: its content, else its cue, else its source.
pub(crate) fn core(statement: &Statement) -> (CodePoints, &str) {
    let content = statement.content.first().map(|content| (content.span, content.text.as_str()));
    let cue = statement.cue.as_ref().map(|cue| (cue.span, cue.text.as_str()));
    let source = statement.sources.first().map(|source| (source.span, source.text.as_str()));
    content.or(cue).or(source).unwrap_or((CodePoints(0, 0), ""))
}

/// 3 of `s3`, 2 of `s3.2`, 5 of `r5`.
pub(crate) fn last_number(id: &str) -> u32 {
    let digits = id.rsplit(['.', 's', 'r', 'e']).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// The day on which a statement was made, else that on which the report was published.
pub(crate) fn said(record: &Record, statement: Option<&Statement>) -> Option<i64> {
    let when = statement.and_then(|statement| statement.when.as_ref());
    let said = when.and_then(|when| when.value.as_deref()).and_then(day::number);
    said.or_else(|| record.document.published.as_deref().and_then(day::number))
}

/// The statements of a record for comparing with those of another: by speaker and words alone, whatever the machine made of
/// them.
pub(crate) fn comparable_statements(record: &Record) -> Vec<Entry> {
    let words = |statement: &Statement| {
        let mut words: Vec<&str> = statement.content.iter().map(|content| content.text.as_str()).collect();
        if words.is_empty() {
            words.push(core(statement).1);
        }
        words.join(" … ")
    };
    let entry = |statement: &Statement| Entry { who: speaker(statement), words: words(statement), rest: String::new() };
    record.statements.iter().map(entry).collect()
}

/// The claims of a record, in the order of [`claims`], for comparing with those of another.
pub(crate) fn comparable_claims(record: &Record) -> Vec<Entry> {
    let entry = |claim: ClaimEntry<'_>| {
        let statement = claim.statement.map(|index| &record.statements[index]);
        let act = statement.and_then(|statement| statement.act.as_ref()).map(name).unwrap_or_default();
        let certainty = claim.certainty.as_ref().map(name).unwrap_or_default();
        Entry {
            who: statement.map(speaker).unwrap_or_default(),
            words: claim.text.to_owned(),
            rest: format!("{act} {certainty}"),
        }
    };
    claims(record).into_iter().map(entry).collect()
}

fn speaker(statement: &Statement) -> String {
    let words = || statement.sources.iter().map(|source| source.text.as_str()).collect::<Vec<_>>().join(", ");
    if statement.chain.is_empty() { words() } else { statement.chain.join(" ← ") }
}

/// The name that the record's JSON has for a value of an enumeration.
pub(crate) fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The value that the record's JSON has this name for.
pub(crate) fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}
