//! What a request asks for: which address, and whether for a page or for its JSON.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Request, Uri, header};

/// In which form an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page for a person.
    Page,
    /// JSON for a program.
    Json,
}

/// What a request asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) form: Form,
    /// Address and question, for which there is one answer in each form.
    pub(crate) address: String,
    pub(crate) if_none_match: Option<HeaderValue>,
    /// Whether nothing will do but what is so now, as when a browser is told to load a page again (RFC 9111, 5.2.1).
    pub(crate) now: bool,
}

/// The description of the API is JSON alone.
pub(crate) const OPENAPI: &str = "/openapi.json";

/// Takes the `.json` off an address, and notes down in which form the answer is wanted.
pub(crate) fn settle<B>(mut request: Request<B>) -> Request<B> {
    let mut form = wanted(request.headers());
    let path = request.uri().path();
    if let Some(page) = path.strip_suffix(".json").filter(|_| path != OPENAPI) {
        form = Form::Json;
        let page = if page == "/index" { "/" } else { page };
        let address = match request.uri().query() {
            Some(query) => format!("{page}?{query}"),
            None => page.to_owned(),
        };
        // What is left of a valid address is one, unless nothing is left.
        if let Ok(uri) = address.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request.extensions_mut().insert(form);
    request
}

/// The form that the headers ask for. Who takes anything is no program that knows of JSON.
fn wanted(headers: &HeaderMap) -> Form {
    let accepts = |what| says(headers, header::ACCEPT, what);
    let json = accepts("application/json") || accepts("application/problem+json");
    let sends_json = says(headers, header::CONTENT_TYPE, "application/json");
    if (json || sends_json) && !accepts("text/html") { Form::Json } else { Form::Page }
}

/// Whether a header says something.
fn says(headers: &HeaderMap, name: header::HeaderName, what: &str) -> bool {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains(what))
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        Ok(Asked {
            form: parts.extensions.get::<Form>().copied().unwrap_or(Form::Page),
            address: parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned(),
            if_none_match: parts.headers.get(header::IF_NONE_MATCH).cloned(),
            now: ["no-cache", "max-age=0"].iter().any(|it| says(&parts.headers, header::CACHE_CONTROL, it)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, accept: &str, expected: (&str, Form)) {
        let request = Request::builder().uri(address).header(header::ACCEPT, accept).body(()).unwrap();
        let settled = settle(request);
        let form = settled.extensions().get::<Form>().copied();
        assert_eq!((settled.uri().to_string().as_str(), form), (expected.0, Some(expected.1)), "{address} {accept}");
    }

    #[test]
    fn a_page_and_its_json_have_one_address() {
        check("/reports/d7", "text/html,*/*;q=0.8", ("/reports/d7", Form::Page));
        check("/reports/d7.json", "text/html", ("/reports/d7", Form::Json));
        check("/reports/d7", "application/json", ("/reports/d7", Form::Json));
        check("/reports/d7", "application/json, text/html", ("/reports/d7", Form::Page));
        check("/search.json?words=a.json", "*/*", ("/search?words=a.json", Form::Json));
        check("/index.json", "*/*", ("/", Form::Json));
        check("/.json", "*/*", ("/", Form::Json));
        check("/openapi.json", "*/*", ("/openapi.json", Form::Page));
    }
}
