//! A report: its text as it was, with who says what in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use onrecord::record::{Act, Certainty, CodePoints, Quantity, RelationKind, Statement};
use onrecord_ledger::{Ledger, Reading, Report, Summary};
use schemars::JsonSchema;
use serde::Serialize;

use super::history::summed_up;
use super::numbered;
use crate::asked::Asked;
use crate::desk::Desk;
use crate::marks::{Paragraph, paragraphs};
use crate::problem::Problem;
use crate::words;

/// What a report's page shows.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "report.html")]
pub(crate) struct ReportPage {
    /// The report with its record, as it is after all corrections.
    #[serde(flatten)]
    report: Report,
    /// Its text with its sources, cues and contents marked.
    paragraphs: Vec<Paragraph>,
    /// Who says what, in reading order.
    statements: Vec<Said>,
    /// The matters of its claims that stand in other reports too.
    matters: BTreeMap<String, Summary>,
    /// What the newest reading of it changed of the one before; `null` if it was read once.
    changed: Option<Reading>,
}

/// A statement as the margin shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Said {
    /// Its name in the ledger: `s17`.
    pub(crate) id: String,
    /// Its id in the record: `s3`.
    local: String,
    /// The statement in whose content this one stands, by its name in the ledger.
    within: Option<String>,
    /// On whose word, outermost first.
    pub(crate) chain: Vec<String>,
    /// The words for who says it.
    sources: Vec<String>,
    /// What is done in saying it.
    pub(crate) act: Option<Act>,
    /// The words that tell so.
    cue: Option<String>,
    /// What is said.
    content: Vec<String>,
    /// To whom, or on which occasion.
    to: Option<String>,
    /// When: its words, and the day.
    when: Option<(String, Option<String>)>,
    /// Where.
    place: Option<String>,
    /// What it puts forward.
    pub(crate) claims: Vec<Claimed>,
    /// How probable it is that the report says this of this source.
    pub(crate) confidence: Option<f64>,
    /// What it denies in this report.
    denies: Vec<Counterpart>,
    /// What denies it in this report.
    denied_by: Vec<Counterpart>,
}

/// A claim as the margin shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Claimed {
    /// Its name in the ledger: `s17.1`.
    pub(crate) id: String,
    /// Its words.
    pub(crate) text: String,
    /// Where they stand.
    span: CodePoints,
    /// How sure the source is.
    pub(crate) certainty: Option<Certainty>,
    /// The numbers in it.
    quantities: Vec<Quantity>,
    /// The matter that it belongs to.
    matter: Option<String>,
}

/// A claim that another one denies, or that denies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Counterpart {
    /// The statement, by its name in the ledger; a claim in the paper's own voice by its own.
    id: String,
    /// On whose word.
    who: Option<String>,
    /// The words.
    text: String,
}

impl ReportPage {
    pub(crate) fn new(ledger: &Ledger, report: i64) -> Result<ReportPage, Problem> {
        let changed = match ledger.times_read(report)? {
            0 | 1 => None,
            _ => ledger.history_after(report, None, 1)?.entries.pop(),
        };
        let report = ledger.report(report)?;
        let named = |local: &str| report.names.get(local).map_or_else(|| local.to_owned(), |name| name.id.clone());
        let record = &report.record;
        let mut matters = BTreeMap::new();
        for name in report.names.values().filter_map(|name| name.matter.as_ref()) {
            if !matters.contains_key(name)
                && let Some(summary) = ledger.summary(numbered(name, 'C', "matter")?)?
            {
                matters.insert(name.clone(), summary);
            }
        }
        Ok(ReportPage {
            paragraphs: paragraphs(record, named),
            statements: record.statements.iter().map(|said| Said::new(&report, said)).collect(),
            matters,
            changed,
            report,
        })
    }

    /// A statement with the report's headline and the paragraphs that it stands in.
    pub(crate) fn statement(self, name: &str) -> Option<(String, Vec<Paragraph>, Said)> {
        let title = self.title().to_owned();
        let said = self.statements.into_iter().find(|said| said.id == name)?;
        let paragraphs = self.paragraphs.into_iter().filter_map(|paragraph| paragraph.of(name)).collect();
        Some((title, paragraphs, said))
    }

    fn title(&self) -> &str {
        self.report.record.document.title.as_deref().unwrap_or(&self.report.record.document.name)
    }

    /// "17 statements".
    fn heading(&self) -> String {
        words::count(&(self.statements.len() as u64), "statement", "statements")
    }

    /// "The Wexmouth Courier · Reuters · 2024-05-14 · Ida Brandt".
    fn credits(&self) -> String {
        let document = &self.report.record.document;
        let pieces = [&document.publisher, &document.agency, &document.published];
        let mut pieces: Vec<&str> = pieces.into_iter().flatten().map(String::as_str).collect();
        pieces.extend(document.byline.iter().map(String::as_str));
        pieces.join(" · ")
    }
}

impl Said {
    fn new(report: &Report, said: &Statement) -> Said {
        let named = |local: &str| report.names.get(local).map_or_else(|| local.to_owned(), |name| name.id.clone());
        let own = |claim: &str| claim.split('.').next() == Some(said.id.as_str());
        let relations = report.record.relations.iter().filter(|it| it.kind == RelationKind::Denies);
        let denies = relations.clone().filter(|it| own(&it.a)).filter_map(|it| counterpart(report, &it.b));
        let denied_by = relations.filter(|it| own(&it.b)).filter_map(|it| counterpart(report, &it.a));
        Said {
            id: named(&said.id),
            local: said.id.clone(),
            within: said.within.as_deref().map(named),
            chain: said.chain.clone(),
            sources: said.sources.iter().map(|source| source.text.clone()).collect(),
            act: said.act,
            cue: said.cue.as_ref().map(|cue| cue.text.clone()),
            content: said.content.iter().map(|content| content.text.clone()).collect(),
            to: said.to.as_ref().map(|to| to.text.clone()),
            when: said.when.as_ref().map(|when| (when.text.clone(), when.value.clone())),
            place: said.place.as_ref().map(|place| place.name.clone()),
            claims: said
                .claims
                .iter()
                .map(|claim| Claimed {
                    id: named(&claim.id),
                    text: claim.text.clone(),
                    span: claim.span,
                    certainty: claim.certainty,
                    quantities: claim.quantities.clone(),
                    matter: report.names.get(&claim.id).and_then(|name| name.matter.clone()),
                })
                .collect(),
            confidence: said.confidence,
            denies: denies.collect(),
            denied_by: denied_by.collect(),
        }
    }

    /// Who says it, where it rests on nobody by name: the words themselves.
    pub(crate) fn who(&self) -> String {
        if !self.chain.is_empty() {
            return self.chain.join(" ← ");
        }
        if self.sources.is_empty() { "somebody".to_owned() } else { self.sources.join(", ") }
    }
}

/// A claim or a statement of the record, as the other side of a denial.
fn counterpart(report: &Report, local: &str) -> Option<Counterpart> {
    let named = |local: &str| report.names.get(local).map(|name| name.id.clone());
    if let Some(own) = report.record.own_voice.iter().find(|own| own.id == local) {
        return Some(Counterpart { id: named(local)?, who: None, text: own.text.clone() });
    }
    let statement = local.split('.').next()?;
    let said = report.record.statements.iter().find(|said| said.id == statement)?;
    let claim = said.claims.iter().find(|claim| claim.id == local).map(|claim| claim.text.clone());
    let text = claim.or_else(|| said.content.first().map(|content| content.text.clone())).unwrap_or_default();
    Some(Counterpart { id: named(statement)?, who: said.chain.last().cloned(), text })
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    report: Result<Path<String>, axum::extract::rejection::PathRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Path(report) = report?;
    let report = numbered(&report, 'd', "report")?;
    desk.answer(asked, move |ledger| ReportPage::new(ledger, report)).await
}
