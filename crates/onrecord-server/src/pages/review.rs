//! Review: what the reading is least sure of, and a person's word on it.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{COUNTED, Edit, Ledger, Listing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::numbered;
use super::report::{ReportPage, Said};
use super::rulings::{Decided, Made};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::marks::Paragraph;
use crate::problem::Problem;
use crate::reply::made;
use crate::sent::Sent;
use crate::words;

/// What the review shows: one statement at a time.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "review.html")]
pub(crate) struct Review {
    /// How many statements nobody has looked at, up to ten thousand.
    left: u64,
    /// From where the queue was gone on; `null` for its beginning.
    after: Option<String>,
    /// From where it goes on behind this statement; `null` if this is the last one.
    next: Option<String>,
    /// The statement at hand; `null` if there is none left.
    at_hand: Option<AtHand>,
    /// The last correction that is in force: what `undo` takes back.
    last: Option<Decided>,
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

impl Review {
    fn new(ledger: &Ledger, after: Option<String>, person: String) -> Result<Review, Problem> {
        let Listing { entries, next } = ledger.doubtful(after.as_deref(), 1)?;
        let at_hand = match entries.first() {
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
        let last = ledger.last_correction()?.as_ref().map(Decided::from);
        Ok(Review { left: ledger.waiting()?, after, next, at_hand, last, person })
    }

    /// The address of this place of the queue, where what is decided leads back to.
    fn here(&self) -> String {
        self.after.as_ref().map_or_else(|| "/review".to_owned(), |after| format!("/review?after={after}"))
    }

    /// The address of the place behind this statement; behind the last one the queue begins again.
    fn onward(&self) -> String {
        self.next.as_ref().map_or_else(|| "/review".to_owned(), |next| format!("/review?after={next}"))
    }

    fn chain(&self) -> String {
        self.at_hand.as_ref().map(|it| it.statement.chain.join(" ← ")).unwrap_or_default()
    }
}

/// Which statement of the queue is shown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Which {
    /// Behind which place: `next` of the statement before. What comes before it is passed over.
    after: Option<String>,
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { after }) = which?;
    let person = desk.person(None);
    desk.answer(asked, move |ledger| Review::new(ledger, after, person)).await
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

pub(crate) async fn correct(
    State(desk): State<Arc<Desk>>,
    asked: Asked,
    Sent(sent): Sent<Correcting>,
) -> Result<Response, Problem> {
    let statement = numbered(&sent.statement, 's', "statement")?;
    let edits = sent.edits()?;
    let (person, why, now) = (desk.person(sent.person), sent.why, Desk::now());
    let rulings = desk
        .write(move |writer| {
            let mut made = Vec::new();
            for edit in &edits {
                made.push(writer.correct(statement, edit, &person, why.as_deref(), now)?);
            }
            let all = writer.ledger().corrections(Some(statement))?;
            Ok(all.iter().filter(|it| made.contains(&it.id)).map(Decided::from).collect::<Vec<_>>())
        })
        .await?;
    Ok(made(&asked, sent.back.as_deref().unwrap_or("/review"), &Made { rulings }))
}
