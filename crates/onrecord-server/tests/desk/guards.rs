//! Who may ask, what goes wrong in which shape, and what a browser may do with the answers.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::Value;

use super::fixture::{desk, desk_with};

#[tokio::test]
async fn every_problem_has_one_shape() {
    let desk = desk("problems");
    for (method, address, status) in [
        (Method::GET, "/nothing", 404),
        (Method::GET, "/reports/d99", 404),
        (Method::GET, "/reports/x", 404),
        (Method::GET, "/reports/d99999999999999999999", 404),
        (Method::GET, "/reports/%FF", 400),
        (Method::GET, "/search?since=now", 422),
        (Method::GET, "/search?act=sing", 400),
        (Method::GET, "/assets/nothing.css", 404),
        (Method::DELETE, "/", 405),
        (Method::POST, "/search", 405),
    ] {
        let request = || Request::builder().method(method.clone()).uri(address).header(header::HOST, "localhost");
        let json = desk.ask(request().header(header::ACCEPT, "application/json")).await;
        assert_eq!(json.status.as_u16(), status, "{method} {address}");
        assert_eq!(json.headers[header::CONTENT_TYPE], "application/problem+json", "{address}");
        let problem: Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(problem["status"], status);
        for field in ["type", "title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|it| !it.is_empty()), "{address}: {problem}");
        }
        let page = desk.ask(request().header(header::ACCEPT, "text/html")).await;
        assert_eq!(page.status.as_u16(), status);
        assert_eq!(page.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(page.body.contains(&format!("data-status=\"{status}\"")), "{address}");
    }
}

#[tokio::test]
async fn a_browser_may_do_no_more_than_it_must() {
    let desk = desk("policy");
    for address in ["/", "/reports/d1", "/nothing", "/assets/desk.css"] {
        let answer = desk.get(address).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        for forbidden in [" style=\"", " onclick=", "<style", "javascript:"] {
            assert!(!answer.body.contains(forbidden) || address.ends_with("css"), "{address}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn other_hosts_are_not_the_desk() {
    let desk = desk("hosts");
    for (host, expected) in [
        ("localhost", StatusCode::OK),
        ("127.0.0.1:7333", StatusCode::OK),
        ("LOCALHOST:1", StatusCode::OK),
        ("[::1]:7333", StatusCode::OK),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("localhost.evil.example:7333", StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1.evil.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        assert_eq!(desk.ask(Request::get("/").header(header::HOST, host)).await.status, expected, "{host}");
    }
    assert_eq!(desk.ask(Request::get("/")).await.status, StatusCode::MISDIRECTED_REQUEST, "no host at all");
}

#[tokio::test]
async fn beyond_the_machine_a_token_is_needed() {
    const TOKEN: &str = "a-word-that-nobody-guesses";
    let desk = desk_with("token", |settings| {
        settings.token = Some(TOKEN.to_owned());
        settings.hosts = Vec::new();
    });
    let get = |address: &str| Request::get(address).header(header::HOST, "desk.example");
    let refused = desk.ask(get("/reports/d1")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(!refused.body.contains("Quill") && refused.body.contains("action=\"/enter\""));
    assert_eq!(desk.ask(get("/assets/desk.css")).await.status, StatusCode::OK);
    let bearer = |word: &str| get("/reports/d1").header(header::AUTHORIZATION, format!("Bearer {word}"));
    assert_eq!(desk.ask(bearer(TOKEN)).await.status, StatusCode::OK);
    assert_eq!(desk.ask(bearer("a-word-that-nobody-guesse")).await.status, StatusCode::UNAUTHORIZED);

    let entered = desk.ask(get(&format!("/reports/d1?token={TOKEN}"))).await;
    assert_eq!(
        (entered.status, &entered.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/reports/d1".parse().unwrap())
    );
    let cookie = entered.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let with_cookie = get("/reports/d1").header(header::COOKIE, cookie.split(';').next().unwrap());
    assert_eq!(desk.ask(with_cookie).await.status, StatusCode::OK);

    let form = |word: &str| {
        Request::post("/enter")
            .header(header::HOST, "desk.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("token={word}")))
            .unwrap()
    };
    assert_eq!(desk.answer(form(TOKEN)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.answer(form("wrong")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn no_other_site_can_write() {
    let desk = desk("csrf");
    for (name, value, expected) in [
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("origin", "https://evil.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-origin", StatusCode::UNAUTHORIZED),
        ("origin", "http://localhost", StatusCode::UNAUTHORIZED),
    ] {
        let request = Request::post("/enter")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let answer = desk.answer(request.body(Body::from("token=x")).unwrap()).await;
        assert_eq!(answer.status, expected, "{name}: {value}");
    }
}
