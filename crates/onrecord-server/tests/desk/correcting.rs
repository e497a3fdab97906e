//! A person's word against the machine's.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::fixture::{Answer, Tested, desk};

async fn correct(desk: &Tested, body: Value) -> Vec<Value> {
    let made = desk.send(Method::POST, "/corrections", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made: Value = serde_json::from_str(&made.body).unwrap();
    made["rulings"].as_array().unwrap().clone()
}

async fn undo(desk: &Tested, ruling: &Value) -> Answer {
    desk.send(Method::POST, &format!("/rulings/{}/undo", ruling["id"].as_str().unwrap()), &json!({})).await
}

async fn said(desk: &Tested, statement: &str) -> Option<Value> {
    for report in ["d1", "d2", "d3"] {
        let page = desk.json(&format!("/reports/{report}")).await;
        let found = page["statements"].as_array().unwrap().iter().find(|it| it["id"] == statement).cloned();
        if found.is_some() {
            return found;
        }
    }
    None
}

#[tokio::test]
async fn the_least_sure_comes_first_and_is_done_once_somebody_has_looked() {
    let desk = desk("review");
    let review = desk.json("/review").await;
    let left = review["left"].as_u64().unwrap();
    assert!(left > 5 && review["last"].is_null());
    let (mut before, mut address) = (0.0, "/review".to_owned());
    for place in 0..left {
        let review = desk.json(&address).await;
        let confidence = review["at_hand"]["statement"]["confidence"].as_f64().unwrap_or(0.5);
        assert!(confidence >= before, "{place}: {confidence} after {before}");
        before = confidence;
        // It stands in paragraphs in which it is marked.
        let paragraphs = review["at_hand"]["paragraphs"].to_string();
        assert!(paragraphs.contains(review["at_hand"]["statement"]["id"].as_str().unwrap()), "{paragraphs}");
        address = match review["next"].as_str() {
            Some(next) => format!("/review?after={next}"),
            None => {
                assert_eq!(place, left - 1, "it ends with the last one");
                break;
            }
        };
    }
    assert_eq!(desk.get("/review?after=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let statement = review["at_hand"]["statement"]["id"].as_str().unwrap().to_owned();
    let page = desk.get("/review").await.body;
    for needed in
        [&format!("data-statement=\"{statement}\"") as &str, "data-key=\"a\"", "value=\"accept\"", "value=\"strike\""]
    {
        assert!(page.contains(needed), "{needed}");
    }
    correct(&desk, json!({"statement": statement, "verdict": "accept"})).await;
    let after = desk.json("/review").await;
    assert_eq!(after["left"].as_u64().unwrap(), left - 1);
    assert_ne!(after["at_hand"]["statement"]["id"], statement.as_str());
    assert_eq!((&after["last"]["of"], &after["last"]["person"]), (&json!(statement), &json!("Ida")));
}

#[tokio::test]
async fn what_is_corrected_is_so_everywhere_and_can_be_taken_back() {
    let desk = desk("correcting");
    let review = desk.json("/review").await;
    let before = review["at_hand"]["statement"].clone();
    let statement = before["id"].as_str().unwrap();
    let body = json!({
        "statement": statement, "act": "doubt", "source": "The Courier ← Ada Quill", "certainty": "PS-", "as": "Berit", "why": "she only asks",
    });
    let made = correct(&desk, body).await;
    assert_eq!(made.len(), 3);
    assert!(
        made.iter().all(|it| it["person"] == "Berit" && it["why"] == "she only asks" && it["at"].as_i64().unwrap() > 0)
    );
    let now = said(&desk, statement).await.unwrap();
    assert_eq!((&now["act"], &now["chain"]), (&json!("doubt"), &json!(["The Courier", "Ada Quill"])));
    assert_eq!(now["claims"][0]["certainty"], "PS-");
    let found = desk.json("/search?act=doubt&by=courier").await;
    assert!(found["claims"].to_string().contains(statement));

    for made in made.iter().rev() {
        let undone = undo(&desk, made).await;
        assert_eq!(undone.status, StatusCode::CREATED, "{}", undone.body);
    }
    assert_eq!(said(&desk, statement).await.unwrap(), before);
    let all = desk.json("/rulings").await;
    assert_eq!(all["total"], 3);
    assert!(all["rulings"]["entries"].as_array().unwrap().iter().all(|it| it["undone"].is_i64()));
    let of_it = desk.json(&format!("/rulings?statement={statement}")).await;
    assert_eq!(of_it["rulings"], all["rulings"]);
    assert_eq!(desk.json("/rulings?statement=s99").await["rulings"]["entries"], json!([]));

    let struck = correct(&desk, json!({"statement": statement, "verdict": "strike"})).await;
    assert_eq!(said(&desk, statement).await, None);
    undo(&desk, &struck[0]).await;
    assert_eq!(said(&desk, statement).await.unwrap(), before);
}

#[tokio::test]
async fn a_form_does_what_json_does_and_leads_on() {
    let desk = desk("forms");
    let post = |address: &str, body: &str| {
        Request::post(address)
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let made = desk.answer(post("/corrections", "statement=s1&act=deny&source=&certainty=&why=&as=")).await;
    assert_eq!((made.status, made.headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/review"));
    assert_eq!(said(&desk, "s1").await.unwrap()["act"], "deny");
    for (back, expected) in [
        ("/rulings", "/rulings"),
        ("//evil.example/x", "/evil.example/x"),
        ("https://evil.example", "/https://evil.example"),
        ("%5C%5Cevil.example", "/evil.example"),
        ("/a%0d%0aset-cookie:x", "/"),
    ] {
        let made = desk.answer(post("/corrections", &format!("statement=s1&verdict=accept&back={back}"))).await;
        assert_eq!(made.headers[header::LOCATION].to_str().unwrap(), expected, "{back}");
    }
    let undone = desk.answer(post("/rulings/1/undo", "back=/review")).await;
    assert_eq!(undone.headers[header::LOCATION], "/review");
    let page = desk.get("/rulings").await.body;
    assert!(page.contains("data-ruling=\"1\"") && page.contains("taken back"));
    assert!(page.contains("action=\"/rulings/2/undo\"") && !page.contains("action=\"/rulings/1/undo\""));
}

#[tokio::test]
async fn what_means_nothing_changes_nothing() {
    let desk = desk("refusing");
    for (body, status) in [
        (json!({"statement": "s1"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"statement": "s1", "act": "sing"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"statement": "s1", "certainty": "maybe"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"statement": "s1", "certainty": "CT+", "claim": "s2.1"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"statement": "s1", "certainty": "CT+", "claim": "s1.77"}), StatusCode::NOT_FOUND),
        (json!({"statement": "s99999", "act": "deny"}), StatusCode::NOT_FOUND),
        (json!({"statement": 7, "act": "deny"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"statement": "s1", "act": "deny", "certainty": "CT+", "claim": "s1.77"}), StatusCode::NOT_FOUND),
        (json!([]), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = desk.send(Method::POST, "/corrections", &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    assert_eq!(desk.json("/rulings").await["total"], 0);
    let no_json = Request::post("/corrections").header(header::HOST, "localhost");
    let no_json = no_json.header(header::CONTENT_TYPE, "application/json").body(Body::from("{")).unwrap();
    assert_eq!(desk.answer(no_json).await.status, StatusCode::BAD_REQUEST);
    let no_kind = Request::post("/corrections").header(header::HOST, "localhost").body(Body::from("x")).unwrap();
    assert_eq!(desk.answer(no_kind).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for name in ["77", "m77", "n77", "x", "x1", "m", "n", "-1", "99999999999999999999", "é1", "m1m", "%00"] {
        let answer = desk.send(Method::POST, &format!("/rulings/{name}/undo"), &json!({})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}: {}", answer.body);
    }
}
