//! What goes wrong, in one shape everywhere (RFC 9457), and as a page for persons.

use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use onrecord_ledger::Error;
use schemars::JsonSchema;
use serde::Serialize;

use crate::asked::Form;

/// What went wrong with a request (RFC 9457, "problem details").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, Template)]
#[template(path = "problem.html")]
pub struct Problem {
    /// `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong here, and what to do.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        let title = status.canonical_reason().unwrap_or("Problem").to_owned();
        Problem { kind: "about:blank", title, status: status.as_u16(), detail: detail.into() }
    }

    /// There is nothing here.
    pub(crate) fn missing(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// What was sent means nothing.
    pub(crate) fn wrong(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// It cannot be done now.
    pub(crate) fn busy(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// The desk itself does not work.
    pub(crate) fn broken(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(&self)).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if self.status == 503 {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let detail = error.to_string();
        match error {
            Error::Unknown(_) => Problem::missing(detail),
            Error::Query(_) => Problem::wrong(detail),
            Error::Correction(_) => Problem::new(StatusCode::CONFLICT, detail),
            Error::Taken | Error::GivenUp => Problem::busy(detail),
            Error::Full => Problem::new(StatusCode::INSUFFICIENT_STORAGE, detail),
            _ => Problem::broken(detail),
        }
    }
}

/// What stands in the address, or was sent, is not what it must be.
macro_rules! rejected {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Problem {
            fn from(rejection: $rejection) -> Problem {
                Problem::new(rejection.status(), rejection.body_text())
            }
        }
    )*};
}
rejected!(FormRejection, JsonRejection, PathRejection, QueryRejection);

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        Problem::broken(format!("a page could not be drawn: {error}"))
    }
}

/// Gives everything that went wrong, wherever it did, the one shape, and a page to those who want one.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let form = request.extensions().get::<Form>().copied().unwrap_or(Form::Page);
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = parts.extensions.remove::<Problem>().unwrap_or_else(|| Problem::new(status, explained(status)));
    let mut told = match (form, problem.render()) {
        (Form::Page, Ok(page)) => {
            let mut response = Response::new(Body::from(page));
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, html);
            *response.status_mut() = status;
            response
        }
        _ => problem.into_response(),
    };
    for name in [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = parts.headers.remove(&name) {
            told.headers_mut().insert(name, value);
        }
    }
    told.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    told
}

/// What a status means that comes from beneath the pages.
fn explained(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is no page at this address",
        StatusCode::METHOD_NOT_ALLOWED => "this address does not take this method",
        StatusCode::FORBIDDEN => "this came from another site than the desk; open the desk itself and do it there",
        StatusCode::PAYLOAD_TOO_LARGE => "this is larger than the desk takes",
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            "this took too long and was given up"
        }
        status if status.is_client_error() => "the request is not one that this address takes",
        _ => "something in the desk is broken; the ledger is untouched",
    }
}
