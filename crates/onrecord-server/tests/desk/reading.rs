//! Pages hold what they must, and their JSON is what they show.

use std::time::Duration;

use axum::http::{Method, Request, StatusCode, header};
use onrecord::record::Act;
use onrecord_ledger::{Edit, Writer};
use serde_json::{Value, json};

use super::fixture::{Tested, desk, desk_with};

/// The text of a page as a reader sees it.
fn visible(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

#[tokio::test]
async fn a_report_shows_its_text_and_who_says_what() {
    let desk = desk("report");
    let page = desk.get("/reports/d1").await;
    assert_eq!(page.status, StatusCode::OK);
    let json = desk.json("/reports/d1").await;
    let text = json["record"]["document"]["text"].as_str().unwrap();
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let shown = visible(&page.body);
    for paragraph in text.split('\n') {
        assert!(bare(&shown).contains(&bare(paragraph)), "{paragraph}");
    }
    // The pieces of the paragraphs are the text, whole and in order.
    let pieces = json["paragraphs"].as_array().unwrap().iter().flat_map(|it| it["pieces"].as_array().unwrap());
    let together: String = pieces.map(|piece| piece["text"].as_str().unwrap()).collect();
    assert_eq!(bare(&together), bare(text));

    let statements = json["statements"].as_array().unwrap();
    assert!(statements.len() >= 5, "{statements:#?}");
    for said in statements {
        let id = said["id"].as_str().unwrap();
        assert!(page.body.contains(&format!("id=\"{id}\"")), "{id} has a card");
        assert!(page.body.contains(&format!("id=\"w-{id}\"")), "{id} has a handle");
    }
    let quill = statements.iter().find(|said| said["chain"][0] == "Ada Quill").unwrap();
    assert_eq!(quill["act"], "assert");
    let figure = statements
        .iter()
        .flat_map(|said| said["claims"].as_array().unwrap())
        .find_map(|claim| claim["quantities"].as_array().unwrap().iter().find(|it| it["value"] == 12).cloned());
    assert_eq!(figure.unwrap()["bound"], "at_least");
    assert!(shown.contains("at least 12 cracks"));
    assert!(statements.iter().any(|said| said["act"] == "decline"));
}

#[tokio::test]
async fn a_page_and_its_json_are_at_one_address() {
    let desk = desk("one-address");
    for address in ["/", "/search?words=bridge", "/reports/d2"] {
        let (path, question) = address.split_once('?').unwrap_or((address, ""));
        let suffixed = if path == "/" { "/index.json".to_owned() } else { format!("{path}.json?{question}") };
        let by_suffix: Value = serde_json::from_str(&desk.get(&suffixed).await.body).unwrap();
        assert_eq!(desk.json(address).await, by_suffix, "{address}");
        let page = desk.get(address).await;
        assert_eq!(page.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(page.body.starts_with("<!doctype html>"));
    }
}

#[tokio::test]
async fn searches_narrow_and_go_on() {
    let desk = desk("searching");
    let all = desk.json("/search").await;
    let total = all["total"].as_u64().unwrap();
    let (mut seen, mut address) = (Vec::new(), "/search".to_owned());
    loop {
        let page = desk.json(&address).await;
        seen.extend(page["claims"]["entries"].as_array().unwrap().iter().map(|it| it["id"].clone()));
        let Some(next) = page["claims"]["next"].as_str() else { break };
        address = format!("/search?cursor={next}");
    }
    assert_eq!(seen.len() as u64, total);
    let mut once = seen.clone();
    once.dedup();
    assert_eq!(once, seen);

    let denied = desk.json("/search?act=deny&by=&certainty=&since=&until=").await;
    let denied = denied["claims"]["entries"].as_array().unwrap().clone();
    assert!(!denied.is_empty() && denied.iter().all(|it| it["act"] == "deny"), "{denied:?}");
    let cracks = desk.json("/search?number=12&place=pier").await["claims"]["entries"].as_array().unwrap().clone();
    assert!(
        !cracks.is_empty() && cracks.iter().all(|it| it["text"].as_str().unwrap().contains("12 cracks")),
        "{cracks:?}"
    );
    let page = desk.get("/search?words=bridge&by=Quill&since=2024-05-14").await;
    assert!(page.body.contains("Ada Quill") && page.body.contains("value=\"bridge\""));
    for (wrong, status) in [
        ("/search?words=%3F%21", StatusCode::UNPROCESSABLE_ENTITY),
        ("/search?since=yesterday", StatusCode::UNPROCESSABLE_ENTITY),
        ("/search?act=sing", StatusCode::BAD_REQUEST),
        ("/search?number=some", StatusCode::UNPROCESSABLE_ENTITY),
        ("/search?number=inf", StatusCode::UNPROCESSABLE_ENTITY),
        ("/search?cursor=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/search?cursor=1.2", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(desk.get(wrong).await.status, status, "{wrong}");
    }
}

#[tokio::test]
async fn the_start_has_what_is_new() {
    let desk = desk("start");
    let start = desk.json("/").await;
    assert_eq!(start["counts"]["reports"], 3);
    let ids: Vec<&str> =
        start["reports"]["entries"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["d3", "d2", "d1"]);
    let page = desk.get("/").await.body;
    assert!(page.contains("href=\"/reports/d2\"") && visible(&page).contains("3 reports"));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let desk = desk("etags");
    let first = desk.get("/reports/d1").await;
    let tag = first.headers[header::ETAG].clone();
    assert!(tag.to_str().unwrap().starts_with('"'), "a strong one");
    let again = Request::get("/reports/d1").header(header::HOST, "localhost").header(header::IF_NONE_MATCH, &tag);
    let again = desk.ask(again).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let other = Request::get("/reports/d2").header(header::HOST, "localhost").header(header::IF_NONE_MATCH, &tag);
    assert_eq!(desk.ask(other).await.status, StatusCode::OK);
}

/// Corrects a statement as another program does.
fn corrected_elsewhere(desk: &Tested, statement: i64, act: Act) {
    let mut writer = Writer::open(&desk.ledger).unwrap();
    writer.correct(statement, &Edit::Act(Some(act)), "Ida", None, 7).unwrap();
    writer.commit().unwrap();
}

#[tokio::test]
async fn what_another_program_writes_shows_in_time() {
    let report = |cache: &'static str| {
        Request::get("/reports/d1").header(header::HOST, "localhost").header(header::CACHE_CONTROL, cache)
    };
    // At once, if no page may be behind, or if a browser loads one again.
    for (test, behind, cache) in
        [("seen", 0, "max-age=3600"), ("reloaded", 3600, "max-age=0"), ("asked", 3600, "no-cache")]
    {
        let desk = desk_with(test, |settings| settings.behind = Duration::from_secs(behind));
        let before = desk.ask(report(cache)).await;
        corrected_elsewhere(&desk, 1, Act::Doubt);
        let after = desk.ask(report(cache).header(header::IF_NONE_MATCH, &before.headers[header::ETAG])).await;
        assert_eq!(after.status, StatusCode::OK, "{test}");
        assert_ne!(after.headers[header::ETAG], before.headers[header::ETAG]);
        assert_ne!(after.body, before.body);
    }
    // Else whoever asks is given what was so a moment ago, and does not wait; another answer is made meanwhile.
    let desk = desk("behind");
    let before = desk.get("/reports/d1").await;
    corrected_elsewhere(&desk, 1, Act::Doubt);
    let behind = desk.get("/reports/d1").await;
    assert_eq!((behind.body == before.body, &behind.headers[header::ETAG]), (true, &before.headers[header::ETAG]));
    for _ in 0..1000 {
        let now = desk.get("/reports/d1").await;
        if now.body != before.body {
            assert_ne!(now.headers[header::ETAG], before.headers[header::ETAG]);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the page never shows what was written");
}

#[tokio::test]
async fn what_is_done_at_the_desk_shows_at_once() {
    let desk = desk("own");
    let before = desk.get("/reports/d1").await;
    // Another program writes too, so that what was kept is no longer so, but might be given.
    corrected_elsewhere(&desk, 2, Act::Confirm);
    let made = desk.send(Method::POST, "/corrections", &json!({"statement": "s1", "act": "doubt"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let after = desk.get("/reports/d1").await;
    assert_ne!(after.headers[header::ETAG], before.headers[header::ETAG]);
    let said = desk.json("/reports/d1").await["statements"].as_array().unwrap().clone();
    assert_eq!(said.iter().find(|it| it["id"] == "s1").unwrap()["act"], "doubt");
}

#[tokio::test]
async fn a_page_that_changed_tells_what_became_of_it() {
    let desk = desk("history");
    let before = desk.json("/reports/d1").await;
    assert_eq!(before["changed"], Value::Null);
    assert!(!desk.get("/reports/d1").await.body.contains("id=\"changed\""));
    // The same page, some days later: one sentence is another, and one has gone.
    let page = String::from_utf8(super::fixture::REPORTS[0].2.to_vec()).unwrap();
    let changed = page.replace("12 cracks", "14 cracks");
    assert_ne!(changed, page);
    let added = desk.send(Method::POST, "/reports", &json!({"text": changed})).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let told: Value = serde_json::from_str(&added.body).unwrap();
    assert_eq!((&told["told"][0]["outcome"], &told["told"][0]["report"]), (&json!("changed"), &json!("d1")));
    let after = desk.json("/reports/d1").await;
    let newest = &after["changed"];
    assert_eq!((&after["version"], &newest["version"]), (&json!(2), &json!(2)));
    let altered = newest["altered"].as_array().unwrap();
    let is_it =
        |it: &Value| it["before"].to_string().contains("12 cracks") && it["after"].to_string().contains("14 cracks");
    assert!(altered.iter().any(is_it), "{newest:#}");
    let page = desk.get("/reports/d1").await.body;
    assert!(page.contains("id=\"changed\"") && page.contains("href=\"/reports/d1/history\""));
    let history = desk.json("/reports/d1/history").await;
    let readings = history["readings"]["entries"].as_array().unwrap();
    assert_eq!((readings.len(), &readings[0], &readings[1]["version"]), (2, newest, &json!(1)));
    let page = desk.get("/reports/d1/history").await.body;
    assert!(visible(&page).contains("14 cracks") && page.contains("data-version=\"1\""), "{page}");
    assert_eq!(desk.get("/reports/d99/history").await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/reports/d1/history?cursor=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn text_of_reports_is_never_markup() {
    let desk = desk("hostile");
    for address in ["/reports/d3", "/", "/search?words=harbour", "/search?words=%3Cscript%3Ealert(1)%3C/script%3E"] {
        let page = desk.get(address).await.body;
        let scripts: Vec<&str> = page.match_indices("<script").map(|(at, _)| &page[at..at + 20]).collect();
        assert!(scripts.iter().all(|it| it.starts_with("<script src=\"/assets")), "{address}: {scripts:?}");
        assert!(!page.contains("<img") && !page.contains("<b onmouseover"), "{address}");
    }
    let page = desk.get("/reports/d3").await.body;
    assert!(page.contains("onerror=alert(2)&#62;"));
}

#[tokio::test]
async fn the_original_is_shown_but_does_nothing() {
    let desk = desk("original");
    let page = desk.get("/reports/d1/original").await;
    assert_eq!(page.headers[header::CONTENT_TYPE], "text/html");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("script"), "{policy}");
    assert!(page.body.contains("changed") && !page.body.contains("<link"));
    let text = desk.get("/reports/d3/original").await;
    assert_eq!(text.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(text.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(desk.get("/reports/d9/original").await.status, StatusCode::NOT_FOUND);
}
