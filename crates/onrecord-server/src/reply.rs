//! Answering with a page, or with what the page shows as JSON.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use onrecord_ledger::Ledger;
use serde::Serialize;

use crate::asked::{Asked, Form};
use crate::cache::{Answer, There, Turn};
use crate::desk::Desk;
use crate::problem::Problem;

impl Desk {
    /// Answers what is asked for with the view that a question to the ledger gives: from what was answered before, if nobody
    /// has written to the ledger since, or a moment ago.
    ///
    /// # Errors
    /// Those of the question, and of the pool.
    pub(crate) async fn answer<V>(
        self: &Arc<Self>,
        asked: Asked,
        question: impl FnOnce(&Ledger) -> Result<V, Problem> + Send + 'static,
    ) -> Result<Response, Problem>
    where
        V: Template + Serialize + Send + 'static,
    {
        let key = format!("{:?} {}", asked.form, asked.address);
        let answer = match self.cache.get(&key, asked.now)? {
            There::Current(answer) => answer,
            There::Behind(answer) => {
                if let Some(turn) = self.cache.turn_if_free(&key) {
                    let desk = Arc::clone(self);
                    tokio::spawn(async move {
                        // Whoever asks next is told what went wrong.
                        let _ = desk.make(&turn, asked.form, question).await;
                    });
                }
                answer
            }
            There::Nothing => {
                let turn = self.cache.turn(key).await;
                // Somebody may have made it meanwhile.
                match self.cache.get(turn.asked(), asked.now)? {
                    There::Current(answer) | There::Behind(answer) => answer,
                    There::Nothing => self.make(&turn, asked.form, question).await?,
                }
            }
        };
        Ok(given(&answer, asked.if_none_match.as_ref()))
    }

    /// Makes an answer, and keeps it.
    async fn make<V>(
        &self,
        turn: &Turn,
        form: Form,
        question: impl FnOnce(&Ledger) -> Result<V, Problem> + Send + 'static,
    ) -> Result<Arc<Answer>, Problem>
    where
        V: Template + Serialize + Send + 'static,
    {
        let begun = self.cache.state()?;
        let made = self.pool.ask(move |ledger| drawn(form, &question(ledger)?).map(Arc::new)).await?;
        self.cache.put(turn.asked(), &made, begun);
        Ok(made)
    }
}

/// A view as a page, or as JSON.
///
/// # Errors
/// If the template fails.
pub(crate) fn drawn<V: Template + Serialize>(form: Form, view: &V) -> Result<Answer, Problem> {
    match form {
        Form::Page => Ok(Answer::new(view.render()?.into_bytes(), "text/html; charset=utf-8")),
        Form::Json => {
            let json = serde_json::to_vec(view).map_err(|error| Problem::broken(error.to_string()))?;
            Ok(Answer::new(json, "application/json"))
        }
    }
}

/// What was made: to a page where it shows, as JSON as it is.
pub(crate) fn made<V: Serialize>(asked: &Asked, onward: &str, view: &V) -> Response {
    match asked.form {
        Form::Page => {
            // A path of the desk and no other place: two slashes would lead to another host.
            let path = format!("/{}", onward.trim_start_matches(['/', '\\']));
            let onward = HeaderValue::from_str(&path).unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::SEE_OTHER, [(header::LOCATION, onward)]).into_response()
        }
        Form::Json => (StatusCode::CREATED, axum::Json(view)).into_response(),
    }
}

/// The answer, or that it is the one that the browser has.
fn given(answer: &Answer, has: Option<&HeaderValue>) -> Response {
    let headers = [
        (header::ETAG, answer.etag.clone()),
        // Kept by whom it was made for, and asked for anew each time.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::VARY, HeaderValue::from_static("Accept, Content-Type")),
    ];
    if has.is_some_and(|has| names(has, &answer.etag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let kind = [(header::CONTENT_TYPE, answer.content_type.clone())];
    (headers, kind, answer.body.clone()).into_response()
}

/// Whether a list of tags names this one. Compression on the way makes tags weak; what they tag is the same.
fn names(list: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(list), Ok(etag)) = (list.to_str(), etag.to_str()) else { return false };
    list.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}
