//! Matters, sources and entities, and what persons decide of them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

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
    assert!(json["cites"].to_string().contains("inspectors"), "{}", json["cites"]);
    let inspectors = desk.json("/source?name=inspectors").await;
    assert!(inspectors["cited_by"].to_string().contains("Tom Reeve"), "{}", inspectors["cited_by"]);
    assert_eq!(desk.get("/source?name=Nobody%20Here").await.status, StatusCode::OK);
    assert_eq!(desk.get("/source").await.status, StatusCode::BAD_REQUEST);
    let hostile = desk.get("/source?name=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.body.contains("<script>alert"));
}

/// The only entity of this name.
async fn entity(desk: &Tested, name: &str) -> Value {
    let found = desk.json(&format!("/entities?like={name}")).await["entities"]["entries"].as_array().unwrap().clone();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

#[tokio::test]
async fn entities_are_listed_looked_for_and_shown() {
    let desk = desk("entities");
    let all = desk.json("/entities").await;
    let entries = all["entities"]["entries"].as_array().unwrap();
    assert!(entries.len() > 3 && all["entities"]["next"].is_null(), "{all:#}");
    let page = desk.get("/entities").await.body;
    for it in entries {
        assert!(page.contains(&format!("data-entity={}", it["id"])), "{it}");
    }
    let quill = entity(&desk, "Quill").await;
    assert_eq!((quill["name"].as_str().unwrap(), quill["kind"].as_str().unwrap()), ("Ada Quill", "person"));
    let id = quill["id"].as_str().unwrap();
    let source = desk.json(&format!("/source?name={id}")).await;
    assert_eq!(source["entity"], quill);
    let named = source["named"]["entries"].as_array().unwrap();
    assert_eq!(named.len() as u64, quill["reports"].as_u64().unwrap());
    let page = desk.get(&format!("/source?name={id}")).await.body;
    for it in named {
        let report = it["report"].as_str().unwrap();
        assert!(page.contains(&format!("name=\"reports\" value=\"{report}\"")), "{it}");
        let read = desk.json(&format!("/reports/{report}")).await;
        assert!(read["names"].as_object().unwrap().values().any(|name| name["id"] == id), "{report} names {id}");
    }
    let nobody = desk.get("/entities?like=%3Cscript%3E").await;
    assert!(nobody.status == StatusCode::OK && nobody.body.contains("Nobody of this name"), "{}", nobody.body);
    assert_eq!(desk.get("/entities?cursor=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.get("/source?name=e999").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn entities_are_made_one_parted_and_as_before() {
    let desk = desk("entity-rulings");
    let (quill, reeve) = (entity(&desk, "Quill").await, entity(&desk, "Reeve").await);
    let (into, from) = (quill["id"].as_str().unwrap(), reeve["id"].as_str().unwrap());
    let body = json!({"from": from, "as": "Berit", "why": "one woman"});
    let merged = desk.send(Method::POST, &format!("/entities/{into}/merge"), &body).await;
    assert_eq!(merged.status, StatusCode::CREATED, "{}", merged.body);
    assert_eq!(serde_json::from_str::<Value>(&merged.body).unwrap(), json!({"ruling": "n1", "of": into}));
    let both = desk.json(&format!("/source?name={from}")).await;
    assert_eq!((&both["entity"]["id"], &both["entity"]["joined"]), (&json!(into), &json!([from])));

    // A part of it is another, by what one report says.
    let report = both["named"]["entries"][0]["report"].as_str().unwrap();
    let body = json!({"reports": report, "why": "somebody else"});
    let split = desk.send(Method::POST, &format!("/entities/{into}/split"), &body).await;
    assert_eq!(split.status, StatusCode::CREATED, "{}", split.body);
    let own = serde_json::from_str::<Value>(&split.body).unwrap()["of"].as_str().unwrap().to_owned();
    let parted = desk.json(&format!("/source?name={own}")).await;
    let named = parted["named"]["entries"].as_array().unwrap();
    assert!(!named.is_empty() && named.iter().all(|it| it["report"] == report), "{parted:#}");

    // Both stand among the rulings, and each is taken back there.
    let all = desk.json("/rulings").await;
    let told: Vec<(&str, &str, &str)> = all["rulings"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["id"].as_str().unwrap(), it["person"].as_str().unwrap(), it["why"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("n2", "Ida", "somebody else"), ("n1", "Berit", "one woman")]);
    let page = desk.get("/rulings").await.body;
    for name in ["n1", "n2"] {
        assert!(page.contains(&format!("action=\"/rulings/{name}/undo\"")), "{name}");
    }
    for name in ["n2", "n1"] {
        let undone = desk.send(Method::POST, &format!("/rulings/{name}/undo"), &json!({})).await;
        assert_eq!(undone.status, StatusCode::CREATED, "{}", undone.body);
        let undone: Value = serde_json::from_str(&undone.body).unwrap();
        assert!(undone["rulings"][0]["id"] == name && undone["rulings"][0]["undone"].is_i64(), "{undone}");
    }
    assert_eq!((entity(&desk, "Quill").await, entity(&desk, "Reeve").await), (quill.clone(), reeve.clone()));

    for (address, body, status) in [
        (format!("/entities/{into}/merge"), json!({"from": into}), StatusCode::CONFLICT),
        (format!("/entities/{into}/merge"), json!({"from": "e999"}), StatusCode::NOT_FOUND),
        (format!("/entities/{into}/merge"), json!({"from": "C1"}), StatusCode::NOT_FOUND),
        (format!("/entities/{into}/merge"), json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/entities/{into}/split"), json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/entities/{into}/split"), json!({"reports": ["d99"]}), StatusCode::CONFLICT),
        (format!("/entities/{into}/split"), json!({"reports": ["x"]}), StatusCode::NOT_FOUND),
        ("/entities/e999/split".to_owned(), json!({"names": ["Quill"]}), StatusCode::NOT_FOUND),
        ("/entities/x/merge".to_owned(), json!({"from": "e1"}), StatusCode::NOT_FOUND),
        ("/rulings/n1/undo".to_owned(), json!({}), StatusCode::CONFLICT),
    ] {
        let answer = desk.send(Method::POST, &address, &body).await;
        assert_eq!(answer.status, status, "{address} {body}: {}", answer.body);
    }
    let foreign = Request::post(format!("/entities/{into}/merge"))
        .header(header::HOST, "localhost")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("from={from}")))
        .unwrap();
    assert_eq!(desk.answer(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.json("/rulings").await["total"], 2);
}

#[tokio::test]
async fn rulings_go_on_page_by_page() {
    let desk = desk("rulings");
    let statements = desk.json("/reports/d1").await["statements"].as_array().unwrap().clone();
    for round in 0..30 {
        let statement = &statements[round % statements.len()]["id"];
        let body = json!({"statement": statement, "verdict": "accept", "why": round.to_string()});
        assert_eq!(desk.send(Method::POST, "/corrections", &body).await.status, StatusCode::CREATED);
    }
    let (mut seen, mut address) = (Vec::new(), "/rulings".to_owned());
    loop {
        let page = desk.json(&address).await;
        assert_eq!(page["total"], 30);
        seen.extend(page["rulings"]["entries"].as_array().unwrap().iter().map(|it| it["why"].clone()));
        let Some(next) = page["rulings"]["next"].as_str() else { break };
        assert!(desk.get(&address).await.body.contains(&format!("href=\"/rulings?cursor={next}\"")));
        address = format!("/rulings?cursor={next}");
    }
    assert_eq!(seen, (0..30).rev().map(|round| json!(round.to_string())).collect::<Vec<_>>());
    assert_eq!(desk.get("/rulings?cursor=1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
