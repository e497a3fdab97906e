//! What statements say of who, how and how sure, in many small cases read with the real weights.
//!
//! Each case is a text and, for each of its statements, one line: `chain | act | certainty of each claim`, and where there
//! are any ` | to … | when … | where …`. A chain is joined by ` < `, from who tells us to on whose word it rests.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::sync::LazyLock;

use onrecord::model::Model;
use onrecord::record::{Act, Certainty, EntityKind, Statement};
use onrecord::{Article, Reader};

static WEIGHTS: &[u8] = include_bytes!("../../../models/onrecord-accurate.safetensors");
static READER: LazyLock<Reader> =
    LazyLock::new(|| Model::from_bytes(WEIGHTS).and_then(Reader::new).expect("the committed weights"));

fn line(statement: &Statement) -> String {
    let name = |value: serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let act = |act: Option<Act>| name(serde_json::to_value(act).expect("a name"));
    let certainty = |certainty: Option<Certainty>| name(serde_json::to_value(certainty).expect("a name"));
    let certainties: Vec<String> = statement.claims.iter().map(|claim| certainty(claim.certainty)).collect();
    let mut line = format!("{} | {} | {}", statement.chain.join(" < "), act(statement.act), certainties.join(" "));
    if let Some(to) = &statement.to {
        line += &format!(" | to {}", to.text);
    }
    if let Some(when) = &statement.when {
        line += &format!(" | when {}", when.value.as_deref().unwrap_or("-"));
    }
    if let Some(place) = &statement.place {
        line += &format!(" | where {}", place.name);
    }
    line
}

/// `body` stands behind a paragraph without statements, and is of Wednesday, 9 April 2025.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let mut article = Article::from_text(&format!("The bridge was built in 1931 and is 400 metres long.\n\n{body}"));
    article.published = Some(jiff::civil::date(2025, 4, 9));
    let record = READER.read(&article, body.as_bytes());
    let lines: Vec<String> = record.statements.iter().map(line).collect();
    assert_eq!(lines, expected, "{body}");
}

#[test]
fn acts_of_verbs() {
    check("Mayor Maria Berg said that the bridge would close in June.", &["Maria Berg | assert | CT+"]);
    check("Mayor Maria Berg confirmed that the bridge would close in June.", &["Maria Berg | confirm | CT+"]);
    check("Mayor Maria Berg denied that the bridge had been sold.", &["Maria Berg | deny | CT-"]);
    check("Mayor Maria Berg believes that the bridge is safe.", &["Maria Berg | believe | PR+"]);
    check("Mayor Maria Berg hopes that the bridge will open in May.", &["Maria Berg | believe | U"]);
    check("Mayor Maria Berg promised to rebuild the bridge.", &["Maria Berg | intend | U"]);
    check("Mayor Maria Berg urged drivers to stay away from the bridge.", &["Maria Berg | request | U | to drivers"]);
    check("Mayor Maria Berg accused the company of hiding the cracks.", &["Maria Berg | accuse | CT+"]);
}

#[test]
fn acts_of_contents() {
    check("Mayor Maria Berg told drivers to stay away from the bridge.", &["Maria Berg | request | U | to drivers"]);
    check("Mayor Maria Berg asked whether the bridge was safe.", &["Maria Berg | ask | U"]);
    check("Mayor Maria Berg said the report that the bridge was sold is false.", &["Maria Berg | deny | CT+"]);
    check("Mayor Maria Berg said she was willing to sell the bridge.", &["Maria Berg | intend | U"]);
}

#[test]
fn silence() {
    check("Mayor Maria Berg declined to comment.", &["Maria Berg | decline | "]);
    check("The company has not commented on the matter.", &["company | decline | "]);
    check("Lars Vik, the owner, could not be reached.", &["Lars Vik | decline | "]);
    check("The company did not respond to a request for comment.", &["company | decline | "]);
}

#[test]
fn certainty_of_clauses() {
    check("Mayor Maria Berg said the bridge may close in June.", &["Maria Berg | assert | PS+"]);
    check("Mayor Maria Berg said the bridge is likely to close in June.", &["Maria Berg | assert | PR+"]);
    check("Mayor Maria Berg said the bridge was not sold.", &["Maria Berg | assert | CT-"]);
    check("Mayor Maria Berg said no car had fallen off the bridge.", &["Maria Berg | assert | CT-"]);
    check("“The bridge isn’t safe,” Mayor Maria Berg said.", &["Maria Berg | assert | CT-"]);
}

#[test]
fn clauses_are_claims() {
    check(
        "Mayor Maria Berg said that the bridge would close in June and that the ferry would run at night.",
        &["Maria Berg | assert | CT+ CT+"],
    );
    check("“The bridge is old. It may fall,” Mayor Maria Berg said.", &["Maria Berg | assert | CT+ PS+"]);
    check("Mayor Maria Berg said the storm killed 12 sheep and damaged 40 barns.", &["Maria Berg | assert | CT+ CT+"]);
    check("Mayor Maria Berg said 12 sheep were killed and 20 hurt.", &["Maria Berg | assert | CT+"]);
}

#[test]
fn when_where_and_to_whom() {
    check(
        "Mayor Maria Berg told reporters in Oslo on Tuesday that the bridge would close in June.",
        &["Maria Berg | assert | CT+ | to reporters | when 2025-04-08 | where Oslo"],
    );
    check("On Monday, Mayor Maria Berg said the bridge would close.", &["Maria Berg | assert | CT+ | when 2025-04-07"]);
    check("Mayor Maria Berg said the bridge closed on Monday.", &["Maria Berg | assert | CT+"]);
}

#[test]
fn chains() {
    check(
        "The Harbour Post, citing the coast guard, reported that two boats had sunk.",
        &["Harbour Post < coast guard | assert | CT+"],
    );
    check(
        "Mayor Maria Berg said that engineers had warned her that the bridge could fall.",
        &["Maria Berg | assert | CT+", "Maria Berg < engineers | assert | PS+ | to her"],
    );
    check("Mayor Maria Berg said she believed that the bridge was safe.", &["Maria Berg | assert | PR+"]);
}

#[test]
fn sources() {
    check(
        "Mayor Maria Berg said the bridge would close. She said the ferry would run at night.",
        &["Maria Berg | assert | CT+", "Maria Berg | assert | CT+"],
    );
    check(
        "Maria Berg, a pilot, said the river was low. The pilot said two boats had run aground.",
        &["Maria Berg | assert | CT+", "Maria Berg | assert | CT+"],
    );
    check(
        "Senators Ada Fenn and Luis Correa said the bill would pass.",
        &["Senators Ada Fenn and Luis Correa | assert | CT+"],
    );
    // A company is "it", and nobody is "he" here.
    check(
        "The company said the line was safe. It said buses would run.",
        &["company | assert | CT+", "company | assert | CT+"],
    );
    check(
        "The company said the line was safe. He said buses would run.",
        &["company | assert | CT+", " | assert | CT+"],
    );
    // Two of one surname: where it stands alone, it stays open which of them speaks.
    check(
        "Maria Berg said the bridge would close. Lars Berg said it would not. Berg said that the ferry was old.",
        &["Maria Berg | assert | CT+", "Lars Berg | assert | CT-", "Berg | assert | CT+"],
    );
}

/// What the heads of a smaller model are taught by: `Reader::parse`, which `onrecord-dev parses` prints.
#[test]
fn syntax_and_names_of_an_article_sentence_by_sentence() {
    let text = "Ida Brandt closed the bridge. It had cracks.\n\nNobody in Oslo was hurt.";
    let parsed = READER.parse(&Article::from_text(text));
    let firsts: Vec<bool> = parsed.iter().map(|sentence| sentence.first).collect();
    assert_eq!(firsts, [true, false, true]);
    let first = &parsed[0];
    assert_eq!(first.words, ["Ida", "Brandt", "closed", "the", "bridge", "."]);
    assert_eq!(first.pos, ["NNP", "NNP", "VBD", "DT", "NN", "."]);
    assert_eq!((first.head[2], first.rel[2], first.head[4], first.rel[4]), (None, "root", Some(2), "obj"));
    assert_eq!(first.names, [(0, 2, EntityKind::Person)]);
    // Words are counted anew in each.
    assert_eq!(parsed[2].names, [(2, 3, EntityKind::Place)]);
    assert!(parsed[2].head.iter().flatten().all(|head| *head < parsed[2].words.len()));
}
