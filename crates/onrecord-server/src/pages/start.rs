//! The start: what is new, what is disputed, where to search and to add.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{Counts, Listed, Listing, Order, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PAGE;
use crate::asked::Asked;
use crate::desk::Desk;
use crate::pages::search::Filters;
use crate::problem::Problem;
use crate::words;

/// So many disputed matters are shown at the start.
const DISPUTED: usize = 8;

/// What the start shows.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "start.html")]
pub(crate) struct Start {
    /// How much the ledger holds.
    counts: Counts,
    /// The reports that were added last.
    reports: Listing<Listed>,
    /// The matters that are disputed, those last published first.
    disputed: Vec<Summary>,
    /// An empty search.
    #[serde(skip)]
    filters: Filters,
}

/// Which reports are shown.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Which {
    /// From where the list of reports goes on: `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { cursor }) = which?;
    desk.answer(asked, move |ledger| {
        Ok(Start {
            counts: ledger.counts()?,
            reports: ledger.reports(cursor.as_deref(), PAGE)?,
            disputed: ledger.matters_after(Order::Newest, true, None, DISPUTED)?.entries,
            filters: Filters::default(),
        })
    })
    .await
}
