//! Review: what the reading is least sure of, a person's word on it, and taking that back.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{Correction, Edit, Ledger};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::numbered;
use super::report::{ReportPage, Said};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::marks::Paragraph;
use crate::problem::Problem;
use crate::reply::made;
use crate::sent::Sent;
use crate::words;

/// So many of the reports that were added last are looked through.
const REPORTS: usize = 100;
/// So many corrections are listed, the newest.
const LISTED: usize = 100;

/// What the review shows: one statement at a time.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "review.html")]
pub(crate) struct Review {
    /// How many statements of the newest reports nobody has looked at.
    left: u64,
    /// Which of them this is, from 0: those before it were passed over.
    place: u64,
    /// The statement at hand; `null` if there is none left.
    at_hand: Option<AtHand>,
    /// The last correction that is in force: what `undo` takes back.
    last: Option<Corrected>,
    /// Who corrects, if nobody else is named.
    person: String,
}

/// A statement with the words around it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AtHand {
    /// The report's name in the ledger.
    report: String,
    /// Its headline.
    title: String,
    /// The paragraphs that it stands in, with its words marked.
    paragraphs: Vec<Paragraph>,
    /// What was read.
    statement: Said,
}

/// A person's word against the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Corrected {
    /// Its number.
    id: i64,
    /// The statement that it is about, by its name in the ledger.
    statement: String,
    /// The words that it is about.
    text: String,
    /// What is so instead, in words.
    what: String,
    /// Who says so.
    person: String,
    /// When, in seconds since 1970.
    at: i64,
    /// Why.
    why: Option<String>,
    /// When it was taken back, in seconds since 1970.
    undone: Option<i64>,
}

impl From<&Correction> for Corrected {
    fn from(it: &Correction) -> Corrected {
        let what = match &it.edit {
            Edit::Act(act) => format!("act: {}", act.map_or("none", Act::name)),
            Edit::Chain(chain) if chain.is_empty() => "on nobody's word".to_owned(),
            Edit::Chain(chain) => format!("on the word of {}", chain.join(" ← ")),
            Edit::Certainty(claim, certainty) => {
                format!("claim {claim}: {}", certainty.as_ref().map_or("how sure is not told", words::sure))
            }
            Edit::Struck => "no statement".to_owned(),
            Edit::Accepted => "as it was read".to_owned(),
        };
        Corrected {
            id: it.id,
            statement: format!("s{}", it.statement),
            text: it.text.clone(),
            what,
            person: it.person.clone(),
            at: it.at,
            why: it.why.clone(),
            undone: it.undone,
        }
    }
}

impl Review {
    fn new(ledger: &Ledger, place: usize, person: String) -> Result<Review, Problem> {
        let doubtful = ledger.doubtful(REPORTS)?;
        // Who has passed over all begins again.
        let place = if place < doubtful.len() { place } else { 0 };
        let at_hand = match doubtful.get(place) {
            Some(it) => {
                let page = ReportPage::new(ledger, numbered(&it.report, 'd', "report")?)?;
                page.statement(&it.statement).map(|(title, paragraphs, statement)| AtHand {
                    report: it.report.clone(),
                    title,
                    paragraphs,
                    statement,
                })
            }
            None => None,
        };
        let corrections = ledger.corrections(None)?;
        let last = corrections.iter().rev().find(|it| it.undone.is_none()).map(Corrected::from);
        Ok(Review { left: doubtful.len() as u64, place: place as u64, at_hand, last, person })
    }

    fn next(&self) -> u64 {
        self.place + 1
    }

    fn chain(&self) -> String {
        self.at_hand.as_ref().map(|it| it.statement.chain.join(" ← ")).unwrap_or_default()
    }
}

/// Which statement of the queue is shown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Which {
    /// How many are passed over.
    place: usize,
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { place }) = which?;
    let person = desk.person(None);
    desk.answer(asked, move |ledger| Review::new(ledger, place, person)).await
}

/// All corrections, the newest first.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "corrections.html")]
pub(crate) struct Corrections {
    /// How many there are.
    total: u64,
    /// The newest of them.
    corrections: Vec<Corrected>,
}

/// Whose corrections are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Whose {
    /// A statement, by its name in the ledger.
    statement: Option<String>,
}

pub(crate) async fn corrections(
    State(desk): State<Arc<Desk>>,
    whose: Result<Query<Whose>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Whose { statement }) = whose?;
    let statement = statement.map(|statement| numbered(&statement, 's', "statement")).transpose()?;
    desk.answer(asked, move |ledger| {
        let all = ledger.corrections(statement)?;
        let newest = all.iter().rev().take(LISTED).map(Corrected::from).collect();
        Ok(Corrections { total: all.len() as u64, corrections: newest })
    })
    .await
}

/// A person's word on a statement. What is left out stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Correcting {
    /// The statement, by its name in the ledger: `s17`.
    statement: String,
    /// `accept`: it is as it was read. `strike`: it is no statement at all.
    #[serde(default)]
    verdict: Option<Verdict>,
    /// What is done by saying it: an act, or `none`.
    #[serde(default)]
    act: Option<String>,
    /// On whose word it rests, outermost first, with ` ← ` between names.
    #[serde(default)]
    source: Option<String>,
    /// Which of its claims `certainty` is of: `s17.2`; its first one if none is named.
    #[serde(default)]
    claim: Option<String>,
    /// How sure the source is of the claim: a value of FactBank's, or `none`.
    #[serde(default)]
    certainty: Option<String>,
    /// Who says so; the desk's own person if nobody is named.
    #[serde(default, rename = "as")]
    person: Option<String>,
    /// Why.
    #[serde(default)]
    why: Option<String>,
    /// Where a form leads to afterwards: a path of the desk.
    #[serde(default)]
    back: Option<String>,
}

/// A verdict on the whole of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is as it was read.
    Accept,
    /// It is no statement at all.
    Strike,
}

impl Correcting {
    fn edits(&self) -> Result<Vec<Edit>, Problem> {
        let mut edits = Vec::new();
        if let Some(act) = &self.act {
            let act: Option<Act> = value(act, "act", "deny")?;
            edits.push(Edit::Act(act));
        }
        if let Some(source) = &self.source {
            let names = source.split(['←', '\n']).map(str::trim).filter(|name| !name.is_empty() && *name != "none");
            edits.push(Edit::Chain(names.map(str::to_owned).collect()));
        }
        if let Some(certainty) = &self.certainty {
            let certainty: Option<Certainty> = value(certainty, "certainty", "PS+")?;
            let claim = match &self.claim {
                None => 1,
                Some(claim) => {
                    let number = claim.strip_prefix(&self.statement).and_then(|rest| rest.strip_prefix('.'));
                    let number = number.and_then(|number| number.parse().ok());
                    number.ok_or_else(|| Problem::wrong(format!("{claim:?} is no claim of {}", self.statement)))?
                }
            };
            edits.push(Edit::Certainty(claim, certainty));
        }
        match self.verdict {
            Some(Verdict::Accept) => edits.push(Edit::Accepted),
            Some(Verdict::Strike) => edits.push(Edit::Struck),
            None => {}
        }
        if edits.is_empty() {
            return Err(Problem::wrong("say what is so instead: verdict, act, source or certainty"));
        }
        Ok(edits)
    }
}

/// A value by the name that the record has for it; `none` for none.
fn value<T: serde::de::DeserializeOwned>(given: &str, what: &str, example: &str) -> Result<Option<T>, Problem> {
    if given == "none" {
        return Ok(None);
    }
    let value = serde_json::from_value(serde_json::Value::String(given.to_owned()));
    value.map(Some).map_err(|_| Problem::wrong(format!("{given:?} is no {what}; one is {example}, or none")))
}

/// The corrections that were made.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Made {
    /// Each with its number, by which it is taken back.
    corrections: Vec<Corrected>,
}

pub(crate) async fn correct(
    State(desk): State<Arc<Desk>>,
    asked: Asked,
    Sent(sent): Sent<Correcting>,
) -> Result<Response, Problem> {
    let statement = numbered(&sent.statement, 's', "statement")?;
    let edits = sent.edits()?;
    let (person, why, now) = (desk.person(sent.person), sent.why, Desk::now());
    let corrections = desk
        .write(move |writer| {
            let mut made = Vec::new();
            for edit in &edits {
                made.push(writer.correct(statement, edit, &person, why.as_deref(), now)?);
            }
            let all = writer.ledger().corrections(Some(statement))?;
            Ok(all.iter().filter(|it| made.contains(&it.id)).map(Corrected::from).collect::<Vec<_>>())
        })
        .await?;
    Ok(made(&asked, sent.back.as_deref().unwrap_or("/review"), &Made { corrections }))
}

/// Where a form leads to after something was taken back.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Undoing {
    /// A path of the desk.
    back: Option<String>,
}

pub(crate) async fn undo(
    State(desk): State<Arc<Desk>>,
    correction: Result<Path<String>, PathRejection>,
    asked: Asked,
    Sent(Undoing { back }): Sent<Undoing>,
) -> Result<Response, Problem> {
    let Path(correction) = correction?;
    let missing = || Problem::missing(format!("there is no correction {correction:?}"));
    let correction: i64 = correction.parse().map_err(|_| missing())?;
    let now = Desk::now();
    let corrections = desk
        .write(move |writer| {
            writer.undo(correction, now)?;
            let all = writer.ledger().corrections(None)?;
            Ok(all.iter().filter(|it| it.id == correction).map(Corrected::from).collect::<Vec<_>>())
        })
        .await?;
    Ok(made(&asked, back.as_deref().unwrap_or("/review"), &Made { corrections }))
}

/// A merge or a split that was taken back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Unruled {
    /// Its name in the ledger.
    undone: String,
}

pub(crate) async fn undo_ruling(
    State(desk): State<Arc<Desk>>,
    ruling: Result<Path<String>, PathRejection>,
    asked: Asked,
    Sent(Undoing { back }): Sent<Undoing>,
) -> Result<Response, Problem> {
    let Path(name) = ruling?;
    let ruling = numbered(&name, 'm', "ruling")?;
    let now = Desk::now();
    desk.write(move |writer| writer.undo_ruling(ruling, now)).await?;
    Ok(made(&asked, back.as_deref().unwrap_or("/matters"), &Unruled { undone: name }))
}
