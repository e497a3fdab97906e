//! The description of the API holds of the API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::fixture::desk;

#[tokio::test]
async fn answers_have_the_shape_that_is_described() {
    let desk = desk("describing");
    let document: Value = serde_json::from_str(&desk.get("/openapi.json").await.body).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    // Something of each kind that a list may have.
    for (address, body) in [
        ("/corrections", json!({"statement": "s1", "verdict": "accept"})),
        ("/entities/e1/merge", json!({"from": "e2"})),
        ("/split", json!({"claims": ["s1.1"]})),
    ] {
        let made = desk.send(Method::POST, address, &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{address}: {}", made.body);
    }
    let matter = desk.json("/matters").await["matters"]["entries"][0]["id"].as_str().unwrap().to_owned();
    for (path, address) in [
        ("/", "/".to_owned()),
        ("/search", "/search?words=bridge".to_owned()),
        ("/reports/{report}", "/reports/d1".to_owned()),
        ("/matters", "/matters".to_owned()),
        ("/matters/{matter}", format!("/matters/{matter}")),
        ("/source", "/source?name=Quill".to_owned()),
        ("/review", "/review".to_owned()),
        ("/rulings", "/rulings".to_owned()),
        ("/entities", "/entities?like=Quill".to_owned()),
        ("/reports/{report}/history", "/reports/d1/history".to_owned()),
    ] {
        let mut schema =
            document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone();
        assert!(schema.is_object(), "{path}");
        schema["components"] = document["components"].clone();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let answer = desk.json(&address).await;
        let wrong: Vec<String> =
            schema.iter_errors(&answer).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(wrong.is_empty(), "{address}: {wrong:#?}");
    }
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let named: Vec<&str> =
                operation["parameters"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
            for piece in path.split('/').filter_map(|piece| piece.strip_prefix('{')) {
                assert!(named.contains(&piece.trim_end_matches('}')), "{method} {path}: {named:?}");
            }
        }
    }
    let page = desk.get("/api").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("data-path=\"/matters/{matter}\""));
}
