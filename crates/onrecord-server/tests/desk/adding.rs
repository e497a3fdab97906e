//! Adding by pasting and by dropping files.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::fixture::{Answer, Tested, desk};

const TEXT: &str = "Ferry fares to rise\n\nWEXMOUTH, May 16, 2024 – Ferry fares will rise by 8 percent, Harbour Board \
                    chairman Tom Reeve told reporters on Thursday. Mayor Ada Quill opposed the rise.";

/// Sends a form with files, as a browser does: each a name and bytes.
async fn upload(desk: &Tested, accept: &str, files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, bytes) in files {
        let head = format!("--b\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--b--\r\n");
    let request = Request::post("/reports")
        .header(header::HOST, "localhost")
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    desk.answer(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_pasted_text_is_read_at_once() {
    let desk = desk("pasting");
    let added = upload(&desk, "text/html", &[("", b"")], &[("text", TEXT)]).await;
    assert_eq!(
        (added.status, added.headers[header::LOCATION].to_str().unwrap()),
        (StatusCode::SEE_OTHER, "/reports/d4")
    );
    let page = desk.get("/reports/d4").await;
    assert!(page.body.contains("Ferry fares") && page.body.contains("Tom Reeve"));
    assert_eq!(desk.json("/").await["reports"]["entries"][0]["id"], "d4");

    // The same again is the same report.
    let again = desk.send(Method::POST, "/reports", &json!({"text": TEXT})).await;
    assert_eq!(again.status, StatusCode::CREATED);
    let again: Value = serde_json::from_str(&again.body).unwrap();
    assert_eq!(
        (&again["done"], &again["told"][0]["outcome"], &again["told"][0]["report"]),
        (&json!(true), &json!("known"), &json!("d4"))
    );
    let dated = json!({"text": "Ada Quill said on Friday that the bridge was safe.", "published": "2024-05-20", "publisher": "The Star"});
    assert_eq!(desk.send(Method::POST, "/reports", &dated).await.status, StatusCode::CREATED);
    let report = desk.json("/reports/d5").await;
    assert_eq!(report["record"]["document"]["publisher"], "The Star");
    assert_eq!(report["statements"][0]["when"][1], "2024-05-17");
}

#[tokio::test]
async fn one_bad_file_stops_nothing() {
    let desk = desk("uploading");
    let files: [(&str, &[u8]); 3] =
        [("fares.txt", TEXT.as_bytes()), ("empty.txt", b" "), ("<b>.html", b"<html><body><p>Login</p></body></html>")];
    let added = upload(&desk, "application/json", &files, &[("text", "")]).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let job: Value = serde_json::from_str(&added.body).unwrap();
    let outcomes: Vec<&str> =
        job["told"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["added", "no_report", "no_report"]);

    let place = added.headers[header::LOCATION].to_str().unwrap();
    let page = desk.get(place).await;
    assert!(
        page.body.contains("data-done=\"true\"") && page.body.contains("/reports/d4") && !page.body.contains("<b>.")
    );
    let events = desk.get(&format!("{place}/events")).await;
    assert_eq!(events.headers[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(events.body.matches("event: told").count(), 3);
    assert!(events.body.trim_end().ends_with("event: done\ndata: null"), "{}", events.body);
    assert_eq!(desk.get("/jobs/j99").await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/jobs/j99/events").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn private_addresses_are_not_fetched() {
    let desk = desk("fetching");
    for sent in [
        json!({"url": "http://127.0.0.1:9/x"}),
        json!({"text": " http://127.0.0.1:9/x\n"}),
        json!({"url": "file:///etc/passwd"}),
    ] {
        let added = desk.send(Method::POST, "/reports", &sent).await;
        let job: Value = serde_json::from_str(&added.body).unwrap();
        assert_eq!((&job["done"], &job["told"][0]["outcome"]), (&json!(true), &json!("failed")), "{job}");
    }
    assert_eq!(desk.json("/").await["counts"]["reports"], 3);
}

#[tokio::test]
async fn many_reports_come_in_one_file() {
    let desk = desk("many");
    let lines = "{\"text\": \"Ada Quill said that the ferry was late.\"}\nno report\n{\"text\": \"Tom Reeve denied that the ferry was late.\"}\n";
    let added = upload(&desk, "application/json", &[("corpus.ndjson", lines.as_bytes())], &[]).await;
    let job: Value = serde_json::from_str(&added.body).unwrap();
    let told: Vec<(&str, &str)> = job["told"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["place"].as_str().unwrap(), it["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("corpus.ndjson:1", "added"), ("corpus.ndjson:2", "failed"), ("corpus.ndjson:3", "added")]);
}

#[tokio::test]
async fn what_is_too_large_or_nothing_is_refused() {
    let desk = desk("bounds");
    let none = desk.send(Method::POST, "/reports", &json!({})).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let bad_day = desk.send(Method::POST, "/reports", &json!({"text": TEXT, "published": "Thursday"})).await;
    assert_eq!(bad_day.status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = upload(&desk, "application/json", &[("large.txt", &vec![b'a'; 33 << 20])], &[]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.body);
    let large = desk.send(Method::POST, "/corrections", &json!({"statement": "s".repeat(70_000)})).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(desk.json("/").await["counts"]["reports"], 3);
}

#[tokio::test]
async fn who_else_writes_is_waited_for_and_told() {
    let desk = desk("taken");
    let (ledger, (begun, wait)) = (desk.ledger.clone(), std::sync::mpsc::channel());
    let other = std::thread::spawn(move || {
        let writer = onrecord_ledger::Writer::open(&ledger).unwrap();
        begun.send(()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(writer);
    });
    wait.recv().unwrap();
    let made = desk.send(Method::POST, "/corrections", &json!({"statement": "s1", "verdict": "accept"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    other.join().unwrap();
}
