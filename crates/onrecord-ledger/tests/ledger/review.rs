//! What waits for a person to look at it.

use onrecord::record::Act;
use onrecord_ledger::{Edit, Error, Ledger, Writer};
use rusqlite::Connection;

use super::reports::{clean, folder, packed, record, walked};

const URL: Option<&str> = Some("https://courier.example/bridge");

/// Two reports; how sure the reading is of each statement stands before it. The last one stands within the one before it.
const REPORTS: [&[(Option<f64>, &str)]; 2] = [
    &[
        (Some(0.9), "Ada Quill (assert): the bridge will close in June"),
        (None, "Tom Reeve (decline):"),
        (Some(0.2), "Tom Reeve (deny): there were any cracks"),
    ],
    &[(Some(0.2), "Ida Berg (assert): the ferry was late"), (Some(0.7), "Jon Berg (assert): nobody was hurt")],
];

fn add(writer: &mut Writer, lines: &[(Option<f64>, &str)], url: Option<&str>) {
    let (bytes, mut record) = record(&lines.iter().map(|(_, line)| *line).collect::<Vec<_>>(), url, None);
    for (said, (confidence, _)) in record.statements.iter_mut().zip(lines) {
        said.confidence = *confidence;
    }
    if url.is_none() {
        record.statements[1].within = Some(record.statements[0].id.clone());
    }
    writer.add(&packed(&bytes, record), 7).unwrap();
}

fn ledger(test: &str) -> (Writer, std::path::PathBuf) {
    let path = folder(test).join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    for (lines, url) in REPORTS.into_iter().zip([URL, None]) {
        add(&mut writer, lines, url);
    }
    clean(&mut writer);
    (writer, path)
}

/// The statements that wait, from least sure to most, however many are shown at a time.
#[track_caller]
fn check(ledger: &Ledger, expected: &[&str]) {
    for limit in [1, 2, 9] {
        let all = walked(limit, |after| ledger.doubtful(after, limit).unwrap());
        let names: Vec<&str> = all.iter().map(|it| it.statement.as_str()).collect();
        assert_eq!(names, expected, "{limit}");
    }
    assert_eq!(ledger.waiting().unwrap(), expected.len() as u64);
}

#[test]
fn the_whole_ledger_is_gone_through_from_least_sure_to_most() {
    let (mut writer, _) = ledger("review");
    check(writer.ledger(), &["s3", "s4", "s2", "s5", "s1"]);
    let first = writer.ledger().doubtful(None, 1).unwrap();
    assert_eq!((first.entries[0].report.as_str(), first.entries[0].confidence), ("d1", 0.2));
    // Whoever has passed one over goes on behind it, whatever becomes of it meanwhile.
    writer.correct(3, &Edit::Accepted, "Ida", None, 8).unwrap();
    clean(&mut writer);
    assert_eq!(writer.ledger().doubtful(first.next.as_deref(), 1).unwrap().entries[0].statement, "s4");
    check(writer.ledger(), &["s4", "s2", "s5", "s1"]);
    writer.undo(1, 9).unwrap();
    clean(&mut writer);
    check(writer.ledger(), &["s3", "s4", "s2", "s5", "s1"]);
    for wrong in ["", "1", "x.1", "-1.1", "9221120237041090560.1"] {
        assert!(matches!(writer.ledger().doubtful(Some(wrong), 1), Err(Error::Query(_))), "{wrong}");
    }
}

#[test]
fn what_stands_within_a_struck_statement_is_gone_with_it() {
    let (mut writer, _) = ledger("review-struck");
    let struck = writer.correct(4, &Edit::Struck, "Ida", None, 8).unwrap();
    clean(&mut writer);
    check(writer.ledger(), &["s3", "s2", "s1"]);
    writer.undo(struck, 9).unwrap();
    clean(&mut writer);
    check(writer.ledger(), &["s3", "s4", "s2", "s5", "s1"]);
}

#[test]
fn another_version_waits_in_place_of_the_one_before() {
    let (mut writer, _) = ledger("review-versions");
    writer.correct(3, &Edit::Act(Some(Act::Doubt)), "Ida", None, 8).unwrap();
    let mut later = REPORTS[0].to_vec();
    later[0] = (Some(0.1), "Ada Quill (assert): the bridge will close in July");
    add(&mut writer, &later, URL);
    clean(&mut writer);
    // What is repeated word for word stands corrected, and has been looked at.
    check(writer.ledger(), &["s6", "s4", "s7", "s5"]);
}

#[test]
fn a_ledger_from_before_there_was_a_queue_gets_it_when_it_is_opened() {
    let (mut writer, path) = ledger("review-upgrade");
    writer.correct(3, &Edit::Accepted, "Ida", None, 8).unwrap();
    writer.commit().unwrap();
    drop(writer);
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("DROP INDEX statement_waits; ALTER TABLE statement DROP COLUMN waits; ALTER TABLE parted DROP COLUMN before; DROP TABLE lacking; \
             DROP TABLE stood; PRAGMA user_version = 4")
        .unwrap();
    drop(connection);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.verify(|_, _| {}).unwrap().problems, Vec::<String>::new());
    check(&ledger, &["s4", "s2", "s5", "s1"]);
}
