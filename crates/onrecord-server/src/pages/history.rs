//! What became of a report: its versions and readings, and what each changed.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use onrecord_ledger::{Listing, Reading};
use schemars::JsonSchema;
use serde::Serialize;

use super::numbered;
use super::search::Cursor;
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::words;

/// So many readings a page has: each is unpacked, and held against the one before.
const PAGE: usize = 10;

/// What became of a report.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "history.html")]
pub(crate) struct History {
    /// The report's name in the ledger.
    report: String,
    /// The readings of its versions, the newest first, each with what it changed of the one before.
    readings: Listing<Reading>,
}

/// "3 claims new, 1 dropped, 2 altered, 14 as before".
pub(crate) fn summed_up(it: &Reading) -> String {
    let new = words::count(&(it.new.len() as u64), "claim", "claims");
    format!("{new} new, {} dropped, {} altered, {} as before", it.dropped.len(), it.altered.len(), it.kept)
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    report: Result<Path<String>, PathRejection>,
    cursor: Result<Query<Cursor>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let (Path(report), Query(Cursor { cursor })) = (report?, cursor?);
    let number = numbered(&report, 'd', "report")?;
    desk.answer(asked, move |ledger| {
        Ok(History { readings: ledger.history_after(number, cursor.as_deref(), PAGE)?, report })
    })
    .await
}
