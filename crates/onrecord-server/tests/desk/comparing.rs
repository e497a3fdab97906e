//! Matters and sources.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::fixture::{Tested, desk};

/// The name of the matter whose gist has this word; one of several reports.
async fn matter(desk: &Tested, word: &str) -> String {
    let matters = desk.json("/matters").await;
    let matters = matters["matters"]["entries"].as_array().unwrap().clone();
    let found = matters.iter().find(|it| it["gist"].as_str().unwrap().contains(word));
    found.unwrap_or_else(|| panic!("{word}: {matters:?}"))["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_matter_shows_who_stands_where() {
    let desk = desk("matter");
    let id = matter(&desk, "close").await;
    let json = desk.json(&format!("/matters/{id}")).await;
    let page = desk.get(&format!("/matters/{id}")).await.body;
    let positions = json["positions"].as_array().unwrap();
    assert!(positions.len() >= 2, "{positions:#?}");
    for position in positions {
        if let Some(who) = position["who"].as_str() {
            assert!(page.contains(who), "{who}");
        }
    }
    let mentions = json["mentions"].as_array().unwrap();
    assert_eq!(mentions.len(), json["members"].as_array().unwrap().len());
    for mention in mentions {
        let (report, id) = (mention["report"].as_str().unwrap(), mention["id"].as_str().unwrap());
        let anchor = id.split('.').next().unwrap();
        assert!(page.contains(&format!("/reports/{report}#{anchor}")), "{mention}");
        // The words stand where the link leads.
        let report = desk.json(&format!("/reports/{report}")).await;
        let text: Vec<char> = report["record"]["document"]["text"].as_str().unwrap().chars().collect();
        let at = |end: usize| usize::try_from(mention["span"][end].as_u64().unwrap()).unwrap();
        assert_eq!(text[at(0)..at(1)].iter().collect::<String>(), mention["text"].as_str().unwrap());
    }
    assert!(page.contains("<svg class=\"chart stands\"") && page.contains("Who stands where"));
    assert_eq!(desk.get("/matters/C99999").await.status, StatusCode::NOT_FOUND);
    let list = desk.get("/matters?order=newest&disputed=true").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(desk.get("/matters?order=sideways").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn two_matters_are_made_one_and_parted_again() {
    let desk = desk("merging");
    let matters = desk.json("/matters").await["matters"]["entries"].as_array().unwrap().clone();
    let into = matters[0]["id"].as_str().unwrap().to_owned();
    let report = desk.json("/reports/d1").await;
    let names = report["names"].as_object().unwrap();
    let other = names.values().filter_map(|it| it["matter"].as_str()).find(|it| *it != into).unwrap().to_owned();
    let total = |page: &serde_json::Value| page["total"].as_u64().unwrap();
    let before = total(&desk.json(&format!("/matters/{into}")).await);

    let merged =
        desk.send(Method::POST, &format!("/matters/{into}/merge"), &json!({"from": other, "why": "one closure"})).await;
    assert_eq!(merged.status, StatusCode::CREATED, "{}", merged.body);
    let ruling: serde_json::Value = serde_json::from_str(&merged.body).unwrap();
    let ruling = ruling["ruling"].as_str().unwrap().to_owned();
    let page = desk.json(&format!("/matters/{into}")).await;
    assert!(total(&page) > before);
    let undone = desk.send(Method::POST, &format!("/rulings/{ruling}/undo"), &json!({})).await;
    assert_eq!(undone.status, StatusCode::CREATED);
    assert_eq!(total(&desk.json(&format!("/matters/{into}")).await), before);
    let again = desk.send(Method::POST, &format!("/rulings/{ruling}/undo"), &json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let page = desk.json(&format!("/matters/{into}")).await;
    let claim = page["mentions"][0]["id"].as_str().unwrap();
    let split = desk.send(Method::POST, "/split", &json!({"claims": [claim]})).await;
    assert_eq!(split.status, StatusCode::CREATED, "{}", split.body);
    assert!(total(&desk.json(&format!("/matters/{into}")).await) < before);
    for (address, body, status) in [
        (format!("/matters/{into}/merge"), json!({"from": into}), StatusCode::CONFLICT),
        (format!("/matters/{into}/merge"), json!({"from": "C99999"}), StatusCode::NOT_FOUND),
        (format!("/matters/{into}/merge"), json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        ("/split".to_owned(), json!({"claims": ["s99999.1"]}), StatusCode::NOT_FOUND),
        ("/rulings/m99/undo".to_owned(), json!({}), StatusCode::NOT_FOUND),
        ("/rulings/x/undo".to_owned(), json!({}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(desk.send(Method::POST, &address, &body).await.status, status, "{address} {body}");
    }
}

#[tokio::test]
async fn a_source_shows_what_it_said_and_whom_it_cites() {
    let desk = desk("source");
    let json = desk.json("/source?name=Tom%20Reeve").await;
    let claims = json["claims"]["entries"].as_array().unwrap();
    let own = claims.iter().filter(|it| it["chain"].to_string().contains("Reeve")).count();
    assert!(own >= 3, "{claims:#?}");
    let denied = desk.json("/source?name=Tom%20Reeve&act=deny").await;
    let denied = denied["claims"]["entries"].as_array().unwrap().clone();
    assert!(denied.len() == 1 && denied[0]["text"].as_str().unwrap().contains("12 cracks"), "{denied:?}");
    let page = desk.get("/source?name=Tom%20Reeve").await;
    assert!(page.body.contains("<h1>Tom Reeve</h1>") && page.body.contains("denies 1"), "{}", page.body);
    let chairman = desk.json("/source?name=chairman").await;
    assert!(chairman["cites"].to_string().contains("inspectors"), "{}", chairman["cites"]);
    let inspectors = desk.json("/source?name=inspectors").await;
    assert!(inspectors["cited_by"].to_string().contains("chairman"), "{}", inspectors["cited_by"]);
    assert_eq!(desk.get("/source?name=Nobody%20Here").await.status, StatusCode::OK);
    assert_eq!(desk.get("/source").await.status, StatusCode::BAD_REQUEST);
    let hostile = desk.get("/source?name=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.body.contains("<script>alert"));
}
