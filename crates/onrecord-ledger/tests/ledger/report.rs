//! One report with the names of its entries.

use super::reports::{folder, incoming};
use onrecord::record::Act;
use onrecord_ledger::{Edit, Query, Writer};

#[test]
fn a_report_is_as_it_was_corrected_and_its_entries_are_named_as_searches_name_them() {
    let mut writer = Writer::open(&folder("report").join("onrecord.db")).unwrap();
    let lines = ["Ada Quill (assert): the bridge will close", "The Harbour Board (decline):", "Two ferries carry cars"];
    writer.add(&incoming(&["Tom Reeve (deny): the ferries were late"], None, None), 7).unwrap();
    writer.add(&incoming(&lines, Some("https://courier.example/bridge"), Some("2024-05-14")), 8).unwrap();
    writer.commit().unwrap();
    let report = writer.ledger().report(2).unwrap();
    assert_eq!((report.id.as_str(), report.added, report.version), ("d2", 8, 1));
    assert!(report.url.unwrap().contains("courier.example/bridge"));
    for found in writer.ledger().search(&Query::default(), 10).unwrap().claims {
        if found.report == "d2" {
            let name = report.names.values().find(|name| name.id == found.id).unwrap();
            assert_eq!(name.matter, found.matter, "{found:?}");
        }
    }
    let named = |entry: &str| report.names[entry].id.clone();
    assert_eq!(named("s1"), "s2");
    assert_eq!(named("s1.1"), "s2.1");
    assert_eq!(named("s2"), "s3");
    assert!(named("r1").starts_with('r'));
    assert_eq!(writer.ledger().entity(named("e1")[1..].parse().unwrap()).unwrap().name, "Ada Quill");
    assert_eq!(report.names.len(), 6);

    writer.correct(2, &Edit::Act(Some(Act::Deny)), "Ida", None, 9).unwrap();
    writer.commit().unwrap();
    assert_eq!(writer.ledger().report(2).unwrap().record.statements[0].act, Some(Act::Deny));
    let unknown = writer.ledger().report(3).unwrap_err().to_string();
    assert_eq!(unknown, "there is no report d3 in this ledger");
}
