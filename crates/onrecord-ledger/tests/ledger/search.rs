//! What is found, by which question, in which order.

use super::reports::{folder, incoming};
use jiff::civil::date;
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{Query, Writer};

/// A ledger of four reports, in another order than that of their days.
fn ledger(test: &str) -> Writer {
    let mut writer = Writer::open(&folder(test).join("onrecord.db")).unwrap();
    for (day, lines) in [
        (
            Some("2024-05-14"),
            &[
                "Ada Quill (assert): the bridge will close in June",
                "Tom Reeve (deny): the bridge has cracks",
                "The Harbour Board (decline):",
            ][..],
        ),
        (Some("2024-05-16"), &["Tom Reeve (deny): the ferries were late", "Two ferries carry cars"]),
        (None, &["Ada Quill (assert): the café at the bridge stays open"]),
        (Some("2024-05-15"), &["Ada Quill (confirm): cracks were found in the bridge"]),
    ] {
        writer.add(&incoming(lines, None, day), 7).unwrap();
    }
    writer.commit().unwrap();
    writer
}

#[test]
fn questions() {
    let writer = ledger("questions");
    let check = |query: &Query, expected: &[&str]| {
        let results = writer.ledger().search(query, 10).unwrap();
        let texts: Vec<&str> = results.claims.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(texts, expected, "{query:?}");
        assert_eq!(results.total, expected.len() as u64);
    };
    let words = |words: &str| Query { words: words.to_owned(), ..Query::default() };
    let by = |by: &str| Query { by: Some(by.to_owned()), ..Query::default() };
    let (close, cracks, late, carry, cafe, found) = (
        "the bridge will close in June",
        "the bridge has cracks",
        "the ferries were late",
        "Two ferries carry cars",
        "the café at the bridge stays open",
        "cracks were found in the bridge",
    );

    // The newest first; what has no day comes last.
    check(&words("bridge"), &[found, cracks, close, cafe]);
    check(&words("crack BRIDGE"), &[found, cracks]);
    check(&words("\"bridge has\""), &[cracks]);
    check(&words("\"has bridge\""), &[]);
    check(&words("clos*"), &[close]);
    check(&words("cafe"), &[cafe]);
    check(&words("reeve"), &[]);
    check(&by("Reeve"), &[late, cracks]);
    check(&by("ada quill"), &[found, close, cafe]);
    check(&by("harbour board"), &["decline"]);
    check(&Query { act: Some(Act::Deny), ..words("bridge") }, &[cracks]);
    check(&Query { act: Some(Act::Decline), ..Query::default() }, &["decline"]);
    check(&Query { certainty: Some(Certainty::CertainNot), ..Query::default() }, &[late, cracks]);
    check(&Query { certainty: Some(Certainty::Certain), ..words("cracks") }, &[found]);
    check(&Query { place: Some("bridge".to_owned()), ..words("cracks") }, &[found, cracks]);
    check(&Query { number: Some("2".to_owned()), ..Query::default() }, &[carry]);
    check(&Query { number: Some("3".to_owned()), ..Query::default() }, &[]);
    check(&Query { own_voice: true, ..Query::default() }, &[carry]);
    check(&by("courier"), &[carry]);
    check(&Query { publisher: Some("wexmouth".to_owned()), ..words("ferry") }, &[carry, late]);
    check(&Query { publisher: Some("Reuters".to_owned()), ..words("ferry") }, &[]);

    let days = |since: Option<i8>, until: Option<i8>| Query {
        since: since.map(|day| date(2024, 5, day)),
        until: until.map(|day| date(2024, 5, day)),
        ..words("bridge")
    };
    check(&days(Some(15), None), &[found]);
    check(&days(None, Some(14)), &[cracks, close, cafe]);
    check(&days(Some(14), Some(14)), &[cracks, close]);
    check(&days(Some(17), None), &[]);

    let all = writer.ledger().search(&Query::default(), 3).unwrap();
    assert_eq!((all.total, all.claims.len()), (7, 3));
    for nothing in [words("?!"), by("—")] {
        assert!(writer.ledger().search(&nothing, 10).unwrap_err().to_string().starts_with("there is no "));
    }
}

#[test]
fn what_is_found_leads_back() {
    let writer = ledger("leads-back");
    let results = writer.ledger().search(&Query { by: Some("Reeve".to_owned()), ..Query::default() }, 10).unwrap();
    let found = &results.claims[1];
    assert_eq!((found.id.as_str(), found.statement.as_deref(), found.report.as_str()), ("s2.1", Some("s2"), "d1"));
    assert_eq!((found.day.as_deref(), found.published.as_deref()), (Some("2024-05-14"), Some("2024-05-14")));
    assert_eq!((found.chain.as_slice(), found.act), (&["Tom Reeve".to_owned()][..], Some(Act::Deny)));
    let own = writer.ledger().search(&Query { own_voice: true, ..Query::default() }, 10).unwrap();
    assert_eq!((own.claims[0].id.as_str(), own.claims[0].statement.as_deref()), ("r5", None));
}
