//! A report as it came, in a frame that runs nothing and may ask for nothing.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use onrecord::article::{Format, ndjson};
use onrecord_ledger::{Form, Original};

use super::numbered;
use crate::desk::Desk;
use crate::problem::Problem;

/// The page may show its own style and the pictures within it. It is a stranger here: it runs nothing, sends nothing, fetches
/// nothing, and leads nowhere.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'self'";

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    report: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(report) = report?;
    let report = numbered(&report, 'd', "report")?;
    let original = desk.pool.ask(move |ledger| Ok(ledger.original(report)?)).await?;
    let (body, kind) = shown(original);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("text/plain"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    Ok((headers, body).into_response())
}

/// What is shown of a report, and its content type.
fn shown(original: Original) -> (Vec<u8>, String) {
    let Original { bytes, origin } = original;
    let html = "text/html".to_owned();
    match origin.form {
        Form::Text => (bytes, "text/plain; charset=utf-8".to_owned()),
        Form::Html => {
            (unlinked(&bytes), origin.content_type.filter(|kind| kind.starts_with("text/html")).unwrap_or(html))
        }
        Form::Line => match std::str::from_utf8(&bytes).ok().and_then(|line| ndjson::parse(line).ok()) {
            Some(line) if line.format == Format::Html => {
                (unlinked(line.body.as_bytes()), "text/html; charset=utf-8".to_owned())
            }
            Some(line) => (line.body.into_bytes(), "text/plain; charset=utf-8".to_owned()),
            None => (bytes, "text/plain; charset=utf-8".to_owned()),
        },
        Form::Auto => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
            if start.trim_start().starts_with('<') {
                (unlinked(&bytes), html)
            } else {
                (bytes, "text/plain; charset=utf-8".to_owned())
            }
        }
    }
}

/// A page whose `<link>`s are none: a browser may look a host up for one, or connect to it, before any policy is asked.
fn unlinked(page: &[u8]) -> Vec<u8> {
    let mut out = page.to_vec();
    let mut at = 0;
    while at + 5 <= out.len() {
        if out[at..at + 5].eq_ignore_ascii_case(b"<link") {
            // An element of a name that means nothing.
            out[at + 1..at + 5].copy_from_slice(b"gone");
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_nowhere() {
        let page = b"<LINK rel=preconnect href=//a.example><p>a <linkage> b</p><link>";
        assert_eq!(unlinked(page), b"<gone rel=preconnect href=//a.example><p>a <goneage> b</p><gone>");
        assert_eq!(unlinked(b"<lin"), b"<lin");
    }
}
