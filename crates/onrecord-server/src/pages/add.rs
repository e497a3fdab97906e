//! Adding: a text or a page that is pasted, files that are dropped, each read at once; how far that is, and what came of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use onrecord_ledger::{Form, Origin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_stream::{Stream, StreamExt};

use crate::asked::{self, Asked};
use crate::desk::Desk;
use crate::jobs::{Incoming, Job, Told};
use crate::problem::Problem;
use crate::reply::drawn;
use crate::sent::Sent;

/// A request has so many bytes at most.
pub(crate) const LARGEST: usize = 32 << 20;
/// Whoever adds waits so long for the reading, before being shown how far it is.
const AT_ONCE: Duration = Duration::from_secs(8);

/// A report that is handed in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Adding {
    /// A text, or a page as HTML. One line with an address alone is that address.
    text: Option<String>,
    /// The address of a report, a feed or a list of links, which is fetched.
    url: Option<String>,
    /// Its headline, if the text does not have it.
    title: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    published: Option<String>,
    /// The paper.
    publisher: Option<String>,
}

impl Adding {
    fn incoming(self) -> Result<Vec<Incoming>, Problem> {
        let published = match self.published.as_deref().map(str::trim).filter(|day| !day.is_empty()) {
            Some(day) => {
                Some(day.parse().map_err(|_| Problem::wrong(format!("{day:?} is no day; one is written YYYY-MM-DD")))?)
            }
            None => None,
        };
        let text = self.text.filter(|text| !text.trim().is_empty());
        let alone = text.as_deref().map(str::trim).filter(|text| is_address(text)).map(str::to_owned);
        if let Some(url) = self.url.filter(|url| !url.trim().is_empty()).or(alone) {
            return Ok(vec![Incoming::Address(url.trim().to_owned())]);
        }
        let Some(text) = text else { return Err(Problem::wrong("there is nothing to read: send text, url or files")) };
        let origin =
            Origin { form: Form::Auto, title: self.title, publisher: self.publisher, published, ..Origin::default() };
        Ok(vec![Incoming::Pasted(text.into_bytes(), origin)])
    }
}

/// Whether a text is an address and nothing else.
fn is_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://")) && !text.contains(char::is_whitespace)
}

/// How far adding is.
#[derive(Clone, Debug, Serialize, JsonSchema, Template)]
#[template(path = "job.html")]
pub(crate) struct JobPage {
    /// Its name: `j3`.
    id: String,
    /// Whether it is done.
    done: bool,
    /// What came of each report, in order.
    told: Vec<Told>,
}

impl JobPage {
    fn new(job: &Job) -> JobPage {
        let (told, done) = job.told();
        JobPage { id: job.name(), done, told }
    }

    /// The only report that there is, if everything is done.
    fn only(&self) -> Option<&str> {
        match self.told.as_slice() {
            [only] if self.done => only.report.as_deref(),
            _ => None,
        }
    }
}

pub(crate) async fn add(State(desk): State<Arc<Desk>>, asked: Asked, request: Request) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let incoming = if kind.starts_with("multipart/form-data") {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|rejection| Problem::new(rejection.status(), rejection.body_text()))?;
        files(form).await?
    } else {
        Sent::<Adding>::from_request(request, &()).await?.0.incoming()?
    };
    let job = desk.jobs.begin(&desk, incoming)?;
    // Most are done before anybody could look.
    let _ = tokio::time::timeout(AT_ONCE, job.finished()).await;
    let page = JobPage::new(&job);
    let place = format!("/jobs/{}", page.id);
    let onward = page.only().map_or_else(|| place.clone(), |report| format!("/reports/{report}"));
    Ok(match asked.form {
        asked::Form::Page => (StatusCode::SEE_OTHER, [(header::LOCATION, onward)]).into_response(),
        asked::Form::Json => {
            let status = if page.done { StatusCode::CREATED } else { StatusCode::ACCEPTED };
            (status, [(header::LOCATION, place)], axum::Json(page)).into_response()
        }
    })
}

/// The files of a form, and what was pasted beside them.
async fn files(mut form: Multipart) -> Result<Vec<Incoming>, Problem> {
    let wrong = |error: MultipartError| Problem::new(error.status(), error.body_text());
    let mut incoming = Vec::new();
    let mut adding = Adding::default();
    while let Some(field) = form.next_field().await.map_err(wrong)? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            let bytes = field.bytes().await.map_err(wrong)?;
            // A browser sends an unnamed empty file where none was chosen.
            if !(file.is_empty() && bytes.is_empty()) {
                incoming.push(Incoming::File(file, bytes.to_vec()));
            }
            continue;
        }
        let value = Some(field.text().await.map_err(wrong)?);
        match name.as_str() {
            "text" => adding.text = value,
            "url" => adding.url = value,
            "title" => adding.title = value.filter(|title| !title.trim().is_empty()),
            "published" => adding.published = value,
            "publisher" => adding.publisher = value.filter(|publisher| !publisher.trim().is_empty()),
            _ => {}
        }
    }
    let has = |field: &Option<String>| field.as_ref().is_some_and(|value| !value.trim().is_empty());
    if incoming.is_empty() || has(&adding.text) || has(&adding.url) {
        incoming.extend(adding.incoming()?);
    }
    Ok(incoming)
}

fn job(desk: &Desk, name: &str) -> Result<Arc<Job>, Problem> {
    let number = super::numbered(name, 'j', "job")?;
    desk.jobs.get(number).ok_or_else(|| Problem::missing(format!("there is no job {name}, or it was long ago")))
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    name: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Path(name) = name?;
    let answer = drawn(asked.form, &JobPage::new(&*job(&desk, &name)?))?;
    let headers = [
        (header::CONTENT_TYPE, answer.content_type),
        (header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store")),
    ];
    Ok((headers, answer.body).into_response())
}

/// What comes of each report as it comes, from the first on: events `told`, then one `done`.
pub(crate) async fn events(
    State(desk): State<Arc<Desk>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let Path(name) = name?;
    let job = job(&desk, &name)?;
    let events = job.follow().map(|told| {
        let event = match &told {
            Some(told) => Event::default().event("told").json_data(told),
            None => Event::default().event("done").json_data(()),
        };
        Ok(event.unwrap_or_default())
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
