//! Pages hold what they must, and their JSON is what they show.

use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use super::fixture::desk;

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

    // What somebody else writes to the ledger is seen at once.
    let mut writer = onrecord_ledger::Writer::open(&desk.ledger).unwrap();
    writer.correct(1, &onrecord_ledger::Edit::Act(Some(onrecord::record::Act::Doubt)), "Ida", None, 7).unwrap();
    writer.commit().unwrap();
    let changed = Request::get("/reports/d1").header(header::HOST, "localhost").header(header::IF_NONE_MATCH, &tag);
    let changed = desk.ask(changed).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.headers[header::ETAG], tag);
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
