//! Tables: what each row is, and its columns.

use onrecord::record::{CodePoints, Quantity};

use super::Outgoing;
use crate::entries::{last_number, name};

/// A table of all reports.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    /// The rows of one report; an empty cell holds nothing.
    pub(super) rows: fn(&Outgoing) -> Vec<Vec<String>>,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    /// What it means.
    pub(super) what: &'static str,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Integer,
    Real,
    Truth,
}

impl Holds {
    pub(super) fn name(self) -> &'static str {
        match self {
            Holds::Text => "text",
            Holds::Integer => "integer",
            Holds::Real => "real",
            Holds::Truth => "truth",
        }
    }
}

const fn text(name: &'static str, what: &'static str) -> Column {
    Column { name, holds: Holds::Text, what }
}

const fn integer(name: &'static str, what: &'static str) -> Column {
    Column { name, holds: Holds::Integer, what }
}

const fn real(name: &'static str, what: &'static str) -> Column {
    Column { name, holds: Holds::Real, what }
}

const REPORT: Column = text("report", "the report's name in the ledger: d7");
const START: Column = integer("start", "where its words begin, in code points of the report's text");
const END: Column = integer("end", "where they end, exclusive");

/// All tables.
pub(super) const TABLES: [Table; 6] = [
    Table {
        name: "reports",
        columns: &[
            REPORT,
            text("id", "SHA-256 of its bytes"),
            text("name", "its name where it came from"),
            text("url", "its address"),
            text("title", "its headline"),
            text("published", "the day of publication, YYYY-MM-DD"),
            text("publisher", "the paper, site or station"),
            text("byline", "its writers, with ; between them"),
            text("agency", "the news agency that it rests on"),
            text("language", "its ISO 639-1 code"),
        ],
        rows: reports,
    },
    Table {
        name: "statements",
        columns: &[
            REPORT,
            text("id", "its id in the record: s3"),
            text("within", "the statement in whose content it is reported"),
            text("chain", "on whose word it rests, outermost first, with ← between them"),
            text("sources", "the words for its sources, with ; between them"),
            text("source_kinds", "named, role, anonymous, document or none, one a source"),
            text("cue", "the word of saying"),
            text("lemma", "its base form"),
            text("act", "what is done by saying it"),
            text("quote", "direct, indirect or mixed"),
            START,
            END,
            text("content", "what is said, pieces with … between them"),
            text("to", "to whom, or on what occasion"),
            text("when", "when it was said: a TIMEX3 value, else the words"),
            text("where", "where it was said"),
        ],
        rows: statements,
    },
    Table {
        name: "claims",
        columns: &[
            REPORT,
            text("id", "its id in the record: s3.1, or r2 in the paper's own voice"),
            text("statement", "the statement that puts it forward; none in the paper's own voice"),
            START,
            END,
            text("text", "its words"),
            text("certainty", "how the source commits itself to it: CT+, PR+, PS+, CT-, PR-, PS-, U"),
        ],
        rows: claims,
    },
    Table {
        name: "quantities",
        columns: &[
            REPORT,
            text("claim", "the claim that has it"),
            START,
            END,
            text("text", "its words"),
            real("value", "its value"),
            real("to", "the upper end of a range"),
            text("bound", "exact, at_least, at_most, more_than, less_than or about"),
            text("of", "what is counted: words, an ISO 4217 code, or %"),
            Column { name: "vague", holds: Holds::Truth, what: "whether it is as vague as thousands of" },
        ],
        rows: quantities,
    },
    Table {
        name: "entities",
        columns: &[
            REPORT,
            text("id", "its id in the record: e1"),
            text("entity", "who that is in the ledger: e4; none where it cannot be told"),
            text("name", "its fullest name in the report"),
            text("kind", "person, organization, place, group or document"),
            text("roles", "its titles and offices, with ; between them"),
            text("aliases", "its other names, with ; between them"),
            integer("mentions", "how often the report mentions it"),
        ],
        rows: entities,
    },
    Table {
        name: "relations",
        columns: &[
            REPORT,
            text("kind", "same, supports, denies or updates"),
            text("a", "the claim, or the statement without content, that does so"),
            text("b", "the one that it is the same as, supports, denies or updates"),
        ],
        rows: relations,
    },
];

/// What the columns of all tables mean, as a table: its rows, the first of them the names of its columns.
pub(super) fn columns() -> impl Iterator<Item = [&'static str; 4]> {
    let rows = TABLES.iter().flat_map(|table| {
        table.columns.iter().map(|column| [table.name, column.name, column.holds.name(), column.what])
    });
    std::iter::once(["table", "column", "holds", "meaning"]).chain(rows)
}

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
            report.whom.get(&last_number(&it.id)).map(|entity| format!("e{entity}")).unwrap_or_default(),
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
