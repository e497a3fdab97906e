//! Who may ask, and what a browser may do with the answers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::problem::Problem;

/// What pages may do: nothing but show themselves with the program's own style and script, and speak with the desk.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The cookie that holds the token.
const COOKIE: &str = "onrecord-token";

/// Sets what a browser may do, except where an answer has set it itself.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-dns-prefetch-control"), "off"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Lets in who names this host, and brings the token if there must be one.
pub(crate) async fn admit(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    if !is_ours(&desk.settings.hosts, &request) {
        let why = "this host is not the desk's; open it under the address that it printed";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    let Some(token) = &desk.settings.token else { return next.run(request).await };
    if is_open(&request) || bearer(request.headers()).chain(cookies(request.headers())).any(|it| same(it, token)) {
        return next.run(request).await;
    }
    // The address that the desk prints has the token; it must not stay in the address bar.
    let brought = request.uri().query().and_then(|query| {
        let pieces: Vec<&str> = query.split('&').collect();
        let (own, others): (Vec<&str>, Vec<&str>) = pieces.into_iter().partition(|it| it.starts_with("token="));
        own.first().map(|own| (own["token=".len()..].to_owned(), others.join("&")))
    });
    if request.method() == Method::GET
        && let Some((brought, rest)) = brought
        && same(&brought, token)
    {
        let path = request.uri().path();
        let onward = if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") };
        return entered(token, &onward);
    }
    let why = "the desk listens beyond this machine, so it asks for the token that it printed when it was started";
    let mut refused = Problem::new(StatusCode::UNAUTHORIZED, why).into_response();
    refused.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    refused
}

/// The way into the desk for a browser that has the token.
pub(crate) fn entered(token: &str, onward: &str) -> Response {
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
    let mut response = StatusCode::SEE_OTHER.into_response();
    // One slash: two would lead to another host.
    let onward = format!("/{}", onward.trim_start_matches(['/', '\\']));
    let values = (HeaderValue::from_str(&cookie), HeaderValue::from_str(&onward));
    if let (Ok(cookie), Ok(onward)) = values {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        response.headers_mut().insert(header::LOCATION, onward);
    }
    response
}

/// Whether two tokens are the same. Hashes are compared, so that how long it takes tells nothing of how much is right.
pub(crate) fn same(a: &str, b: &str) -> bool {
    Sha256::digest(a) == Sha256::digest(b)
}

/// What is shown without a token: what the page that asks for it is made of.
fn is_open(request: &Request) -> bool {
    let path = request.uri().path();
    path.starts_with("/assets/") || path == "/enter"
}

fn bearer(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|value| value.strip_prefix("Bearer ")).map(str::trim)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).filter_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

fn is_ours(hosts: &[String], request: &Request) -> bool {
    if hosts.is_empty() {
        return true;
    }
    let is_known = |authority: &str| {
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        };
        hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    };
    let named = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let mut all = named.chain(request.uri().authority().map(|authority| authority.as_str())).peekable();
    all.peek().is_some() && all.all(is_known)
}
