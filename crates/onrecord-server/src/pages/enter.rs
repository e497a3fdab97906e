//! Entering with the token.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::desk::Desk;
use crate::guard;
use crate::problem::Problem;

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Entering {
    token: String,
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    form: Result<Form<Entering>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(Entering { token }) = form?;
    match &desk.settings.token {
        Some(known) if guard::same(known, &token) => Ok(guard::entered(known, "/")),
        _ => Err(Problem::new(StatusCode::UNAUTHORIZED, "this is not the token that the desk printed")),
    }
}
