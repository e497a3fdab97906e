//! Rulings: everything that persons have decided, of statements, of matters and of entities, and taking it back.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use onrecord::record::Act;
use onrecord_ledger::{Correction, Decision, Edit, Ledger, Listing, Ruling, RulingKind, Writer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PAGE, numbered};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::reply::made;
use crate::sent::Sent;
use crate::words;

/// What persons have decided, the newest first.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "rulings.html")]
pub(crate) struct Rulings {
    /// The statement that all of them are about, if one was named.
    statement: Option<String>,
    /// How many there are in the ledger.
    total: u64,
    /// The newest of them.
    rulings: Listing<Decided>,
}

/// What a person has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Decided {
    /// Its name, by which it is taken back: `17` of a statement, `m3` of matters, `n3` of entities.
    pub(crate) id: String,
    /// What it is about, by its name in the ledger: `s17`, `C12`, `e4`.
    pub(crate) of: String,
    /// The report in which that stands, if it is a statement.
    report: Option<String>,
    /// Its words: those of a statement, the gist of a matter, the name of an entity.
    pub(crate) text: String,
    /// What is so, in words.
    pub(crate) what: String,
    /// Who says so.
    pub(crate) person: String,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// Why.
    why: Option<String>,
    /// When it was taken back, in seconds since 1970.
    undone: Option<i64>,
}

impl Decided {
    fn new(ledger: &Ledger, decision: &Decision) -> Result<Decided, Problem> {
        match decision {
            Decision::Correction(correction) => Ok(correction.into()),
            Decision::Ruling(ruling) => Decided::ruling(ledger, ruling),
        }
    }

    fn ruling(ledger: &Ledger, it: &Ruling) -> Result<Decided, Problem> {
        let text = match it.of.strip_prefix('e').map(str::parse) {
            Some(Ok(entity)) => ledger.entity(entity)?.name,
            // A matter of one report alone has no gist.
            _ => ledger.summary(numbered(&it.of, 'C', "matter")?)?.map(|it| it.gist).unwrap_or_default(),
        };
        let others = it.others.join(", ");
        let what = match it.kind {
            RulingKind::Merge => format!("{others} is {}", it.of),
            RulingKind::Split => format!("another than {others}: {}", it.parts.join(", ")),
        };
        Ok(Decided {
            id: it.id.clone(),
            of: it.of.clone(),
            report: None,
            text,
            what,
            person: it.person.clone(),
            at: it.at,
            why: it.why.clone(),
            undone: it.undone,
        })
    }

    /// Where what it is about is shown.
    fn address(&self) -> String {
        match &self.report {
            Some(report) => format!("/reports/{report}#{}", self.of),
            None if self.of.starts_with('e') => format!("/source?name={}", self.of),
            None => format!("/matters/{}", self.of),
        }
    }
}

impl From<&Correction> for Decided {
    fn from(it: &Correction) -> Decided {
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
        Decided {
            id: it.id.to_string(),
            of: format!("s{}", it.statement),
            report: Some(format!("d{}", it.report)),
            text: it.text.clone(),
            what,
            person: it.person.clone(),
            at: it.at,
            why: it.why.clone(),
            undone: it.undone,
        }
    }
}

impl Rulings {
    /// The address of the next page.
    fn onward(&self) -> Option<String> {
        let next = self.rulings.next.as_ref()?;
        let statement = self.statement.as_ref().map(|it| format!("statement={it}&")).unwrap_or_default();
        Some(format!("/rulings?{statement}cursor={next}"))
    }
}

/// Which rulings are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Which {
    /// Of this statement alone, by its name in the ledger.
    statement: Option<String>,
    /// From where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { statement, cursor }) = which?;
    let number = statement.as_deref().map(|statement| numbered(statement, 's', "statement")).transpose()?;
    desk.answer(asked, move |ledger| {
        let Listing { entries, next } = ledger.decisions(number, cursor.as_deref(), PAGE)?;
        let entries = entries.iter().map(|it| Decided::new(ledger, it)).collect::<Result<_, Problem>>()?;
        Ok(Rulings { statement, total: ledger.decided()?, rulings: Listing { entries, next } })
    })
    .await
}

/// What was decided, or taken back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Made {
    /// Each with the name by which it is taken back.
    pub(crate) rulings: Vec<Decided>,
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
    ruling: Result<Path<String>, PathRejection>,
    asked: Asked,
    Sent(Undoing { back }): Sent<Undoing>,
) -> Result<Response, Problem> {
    let Path(name) = ruling?;
    let missing = || Problem::missing(format!("there is no ruling {name:?}; one is named 1, m1 or n1"));
    let letter = name.chars().next().filter(char::is_ascii_alphabetic);
    let digits = if letter.is_some() { &name[1..] } else { &name };
    let number: i64 = digits.parse().map_err(|_| missing())?;
    let take_back: fn(&mut Writer, i64, i64) -> onrecord_ledger::Result<()> = match letter {
        None => Writer::undo,
        Some('m') => Writer::undo_ruling,
        Some('n') => Writer::undo_entity_ruling,
        Some(_) => return Err(missing()),
    };
    let now = Desk::now();
    let decision = desk
        .write(move |writer| {
            take_back(writer, number, now)?;
            Ok(match letter {
                None => Decision::Correction(writer.ledger().correction(number)?),
                Some(_) => Decision::Ruling(writer.ledger().ruling(&name)?),
            })
        })
        .await?;
    let decided = desk.pool.ask(move |ledger| Decided::new(ledger, &decision)).await?;
    Ok(made(&asked, back.as_deref().unwrap_or("/rulings"), &Made { rulings: vec![decided] }))
}
