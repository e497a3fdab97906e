//! Tables: what each row is, and its columns.

use onrecord::record::{CodePoints, Quantity};

use super::Outgoing;
use crate::entries::name;

/// A table of all reports.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// The rows of one report.
    pub(super) rows: fn(&Outgoing) -> Vec<Vec<String>>,
}

/// All tables. `report` is the report's name in the ledger; the other ids are those of its record. Spans are code points of the
/// report's text.
pub(super) const TABLES: [Table; 6] = [
    Table {
        name: "reports",
        columns: &["report", "id", "name", "url", "title", "published", "publisher", "byline", "agency", "language"],
        rows: reports,
    },
    Table {
        name: "statements",
        columns: &[
            "report",
            "id",
            "within",
            "chain",
            "sources",
            "source_kinds",
            "cue",
            "lemma",
            "act",
            "quote",
            "start",
            "end",
            "content",
            "to",
            "when",
            "where",
        ],
        rows: statements,
    },
    Table {
        name: "claims",
        columns: &["report", "id", "statement", "start", "end", "text", "certainty"],
        rows: claims,
    },
    Table {
        name: "quantities",
        columns: &["report", "claim", "start", "end", "text", "value", "to", "bound", "of", "vague"],
        rows: quantities,
    },
    Table {
        name: "entities",
        columns: &["report", "id", "name", "kind", "roles", "aliases", "mentions"],
        rows: entities,
    },
    Table { name: "relations", columns: &["report", "kind", "a", "b"], rows: relations },
];

fn reports(report: &Outgoing) -> Vec<Vec<String>> {
    let it = &report.record.document;
    vec![vec![
        report.id.clone(),
        it.id.clone(),
        it.name.clone(),
        filled(&it.url),
        filled(&it.title),
        filled(&it.published),
        filled(&it.publisher),
        it.byline.join("; "),
        filled(&it.agency),
        filled(&it.language),
    ]]
}

fn statements(report: &Outgoing) -> Vec<Vec<String>> {
    let row = |it: &onrecord::record::Statement| {
        let all =
            |of: fn(&onrecord::record::Source) -> String| it.sources.iter().map(of).collect::<Vec<_>>().join("; ");
        let start = it.content.first().map(|content| content.span.0.to_string());
        let end = it.content.last().map(|content| content.span.1.to_string());
        let content: Vec<&str> = it.content.iter().map(|content| content.text.as_str()).collect();
        vec![
            report.id.clone(),
            it.id.clone(),
            filled(&it.within),
            it.chain.join(" ← "),
            all(|source| source.text.clone()),
            all(|source| name(&source.kind)),
            it.cue.as_ref().map(|cue| cue.text.clone()).unwrap_or_default(),
            it.cue.as_ref().map(|cue| cue.lemma.clone()).unwrap_or_default(),
            it.act.as_ref().map(name).unwrap_or_default(),
            name(&it.quote),
            start.unwrap_or_default(),
            end.unwrap_or_default(),
            content.join(" … "),
            it.to.as_ref().map(|to| to.text.clone()).unwrap_or_default(),
            it.when.as_ref().map(|when| when.value.clone().unwrap_or_else(|| when.text.clone())).unwrap_or_default(),
            it.place.as_ref().map(|place| place.name.clone()).unwrap_or_default(),
        ]
    };
    report.record.statements.iter().map(row).collect()
}

fn claims(report: &Outgoing) -> Vec<Vec<String>> {
    let row = |id: &str, statement: &str, CodePoints(start, end): CodePoints, text: &str, certainty: String| {
        let cells = [&report.id, id, statement, &start.to_string(), &end.to_string(), text, &certainty];
        cells.map(str::to_owned).to_vec()
    };
    let record = &report.record;
    let said = record.statements.iter().flat_map(|said| {
        said.claims
            .iter()
            .map(|it| row(&it.id, &said.id, it.span, &it.text, it.certainty.as_ref().map(name).unwrap_or_default()))
    });
    let own = record.own_voice.iter().map(|it| row(&it.id, "", it.span, &it.text, String::new()));
    said.chain(own).collect()
}

fn quantities(report: &Outgoing) -> Vec<Vec<String>> {
    let row = |claim: &str, it: &Quantity| {
        vec![
            report.id.clone(),
            claim.to_owned(),
            it.span.0.to_string(),
            it.span.1.to_string(),
            it.text.clone(),
            it.value.to_string(),
            it.to.map(|to| to.to_string()).unwrap_or_default(),
            name(&it.bound),
            filled(&it.of),
            it.vague.to_string(),
        ]
    };
    let record = &report.record;
    let said = record.statements.iter().flat_map(|said| &said.claims);
    let said = said.flat_map(|claim| claim.quantities.iter().map(|it| row(&claim.id, it)));
    let own = record.own_voice.iter().flat_map(|own| own.quantities.iter().map(|it| row(&own.id, it)));
    said.chain(own).collect()
}

fn entities(report: &Outgoing) -> Vec<Vec<String>> {
    let row = |it: &onrecord::record::Entity| {
        vec![
            report.id.clone(),
            it.id.clone(),
            it.name.clone(),
            name(&it.kind),
            it.roles.join("; "),
            it.aliases.join("; "),
            it.mentions.len().to_string(),
        ]
    };
    report.record.entities.iter().map(row).collect()
}

fn relations(report: &Outgoing) -> Vec<Vec<String>> {
    let row = |it: &onrecord::record::Relation| vec![report.id.clone(), name(&it.kind), it.a.clone(), it.b.clone()];
    report.record.relations.iter().map(row).collect()
}

fn filled(cell: &Option<String>) -> String {
    cell.clone().unwrap_or_default()
}
