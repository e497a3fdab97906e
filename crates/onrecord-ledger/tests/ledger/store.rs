//! The store: what goes in, what stays, and what is told when it cannot.

use std::fs;

use super::reports::{clean, folder, incoming, packed, record};
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{Added, Changes, Edit, Error, Incoming, Ledger, Origin, Query, Results, Writer};
use rusqlite::Connection;

const QUILL: &str = "Ada Quill (assert): the bridge will close in June";
const REEVE: &str = "Tom Reeve (deny): there were any cracks";
const BOARD: &str = "The Harbour Board (decline):";
const OWN: &str = "The bridge was built in 1931";

/// A new ledger for a test, and where it lies.
fn begin(test: &str) -> (Writer, std::path::PathBuf) {
    let path = folder(test).join("onrecord.db");
    (Writer::open(&path).unwrap(), path)
}

fn search(writer: &Writer, words: &str) -> Results {
    writer.ledger().search(&Query { words: words.to_owned(), ..Query::default() }, 10).unwrap()
}

/// The act of the only statement with these words.
#[track_caller]
fn act(writer: &Writer, words: &str) -> Option<Act> {
    let results = search(writer, words);
    assert_eq!(results.total, 1, "{results:?}");
    results.claims[0].act
}

#[test]
fn a_report_is_added_once() {
    let (mut writer, path) = begin("once");
    let report = incoming(&[QUILL, REEVE, BOARD, OWN], None, Some("2024-05-14"));
    assert_eq!(writer.add(&report, 7).unwrap(), Added::New(1));
    assert_eq!(writer.add(&report, 8).unwrap(), Added::Known(1));
    assert_eq!(clean(&mut writer), 1);
    assert_eq!(writer.add(&report, 9).unwrap(), Added::Known(1));
    let verified = Ledger::open(&path).unwrap().verify(|_, _| {}).unwrap();
    // The statement without content has a row among the claims.
    assert_eq!((verified.versions, verified.statements, verified.claims), (1, 3, 4));
    assert!(verified.spans > 10);
}

#[test]
fn a_changed_page_is_a_new_version_of_its_report() {
    let (mut writer, _) = begin("versions");
    let url = Some("https://courier.example/bridge#top");
    writer.add(&incoming(&[QUILL, REEVE, OWN], url, None), 7).unwrap();
    let second = incoming(
        &["Ada Quill (assert): the bridge will close in July", OWN, BOARD],
        Some("HTTPS://courier.example:443/bridge"),
        None,
    );
    let changes = Changes { added: 1, dropped: 1, altered: 1, kept: 1 };
    assert_eq!(writer.add(&second, 8).unwrap(), Added::Changed(1, changes));
    assert_eq!(clean(&mut writer), 2);
    // Both are known by their content now, so that adding everything again changes nothing.
    assert_eq!(writer.add(&incoming(&[QUILL, REEVE, OWN], url, None), 9).unwrap(), Added::Known(1));
    assert_eq!(writer.add(&second, 9).unwrap(), Added::Known(1));
    // The front page of a site is no address of a report.
    let front = Some("https://courier.example/");
    assert_eq!(writer.add(&incoming(&[QUILL], front, None), 9).unwrap(), Added::New(2));
    assert_eq!(writer.add(&incoming(&[REEVE], front, None), 9).unwrap(), Added::New(3));
    assert_eq!(clean(&mut writer), 4);
}

#[test]
fn what_was_not_committed_is_gone() {
    let (mut writer, path) = begin("dropped");
    writer.add(&incoming(&[QUILL], None, None), 7).unwrap();
    writer.commit().unwrap();
    writer.add(&incoming(&[REEVE], None, None), 7).unwrap();
    drop(writer);
    let mut writer = Writer::open(&path).unwrap();
    assert_eq!(clean(&mut writer), 1);
    assert_eq!(writer.add(&incoming(&[REEVE], None, None), 7).unwrap(), Added::New(2));
    assert_eq!(clean(&mut writer), 2);
}

#[test]
fn a_record_of_other_bytes_is_refused() {
    let (_, record) = record(&[QUILL], None, None);
    let refused = Incoming::new("report.txt", b"other bytes", &Origin::default(), record, "test");
    assert_eq!(refused.unwrap_err().to_string(), "the ledger is damaged: report.txt: the record is one of other bytes");
}

#[test]
fn one_writes_and_others_are_told() {
    let (mut writer, path) = begin("two-writers");
    writer.add(&incoming(&[QUILL], None, None), 7).unwrap();
    assert!(matches!(Writer::open(&path), Err(Error::Taken)));
    // Readers are not kept waiting, and see what is committed.
    let reader = Ledger::open(&path).unwrap();
    assert_eq!(reader.verify(|_, _| {}).unwrap().versions, 0);
    writer.commit().unwrap();
    assert_eq!(reader.verify(|_, _| {}).unwrap().versions, 1);
    drop(writer);
    assert!(Writer::open(&path).is_ok());
}

#[test]
fn what_is_no_ledger_of_ours_is_refused() {
    let folder = folder("refused");
    let path = folder.join("x.db");
    assert!(matches!(Ledger::open(&path), Err(Error::Missing)));
    fs::write(&path, b"").unwrap();
    assert!(matches!(Ledger::open(&path), Err(Error::Missing)));
    fs::write(&path, "a text that is long enough to be more than a header of a database. ".repeat(20)).unwrap();
    assert!(matches!(Ledger::open(&path), Err(Error::NotALedger)));
    assert!(matches!(Writer::open(&path), Err(Error::NotALedger)));
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(Writer::open(&path), Err(Error::NotALedger)));

    let later = folder.join("later.db");
    drop(Writer::open(&later).unwrap());
    Connection::open(&later).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for told in [Ledger::open(&later).unwrap_err(), Writer::open(&later).unwrap_err()] {
        assert!(matches!(told, Error::Newer { found: 99, .. }), "{told}");
        assert_eq!(told.to_string().lines().count(), 1);
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_committed() {
    let (mut writer, path) = begin("full");
    writer.limit(600 << 10).unwrap();
    let report = |number: u32| {
        let lines: Vec<String> =
            (0..40).map(|line| format!("Ada Quill (assert): {number} boats broke loose at berth {line}")).collect();
        incoming(&lines.iter().map(String::as_str).collect::<Vec<_>>(), None, None)
    };
    let mut committed = 0;
    let told = loop {
        match writer.add(&report(committed), 7).and_then(|_| writer.commit()) {
            Ok(()) => committed += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(told, Error::Full), "{told}");
    assert!(committed > 3, "{committed}");
    // With room again, adding goes on where it stopped.
    writer.limit(1 << 30).unwrap();
    assert_eq!(clean(&mut writer), u64::from(committed));
    for number in 0..=committed {
        let added = writer.add(&report(number), 8).unwrap();
        assert_eq!(matches!(added, Added::New(_)), number == committed, "{number}: {added:?}");
    }
    assert_eq!(clean(&mut writer), u64::from(committed) + 1);
    drop(writer);
    assert!(Ledger::open(&path).unwrap().verify(|_, _| {}).unwrap().problems.is_empty());
}

#[test]
fn what_does_not_agree_is_told() {
    let broken = |test: &str, how: &str| {
        let (mut writer, path) = begin(test);
        writer.add(&incoming(&[QUILL, REEVE, OWN], None, Some("2024-05-14")), 7).unwrap();
        writer.commit().unwrap();
        drop(writer);
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(how).unwrap();
        Ledger::open(&path).unwrap().verify(|_, _| {}).unwrap().problems.join("\n")
    };
    for (test, how, expected) in [
        ("hash", "UPDATE version SET hash = zeroblob(32)", "the original's hash is another"),
        ("record-hash", "UPDATE version SET record_hash = zeroblob(32)", "the record's hash is another"),
        ("bytes", "UPDATE original SET bytes = x'00'", "packed bytes do not unpack"),
        ("lost", "DELETE FROM reading", "the record is missing"),
        ("act", "UPDATE statement SET act = 'deny' WHERE number = 1", "statement s1 is not what"),
        ("text", "UPDATE claim SET text = 'x' WHERE id = 2", "claim 2 is not what"),
        ("row", "DELETE FROM claim WHERE id = 3", "the ledger has rows for 2 and 2"),
        ("index", "DELETE FROM found WHERE rowid = (SELECT max(rowid) FROM found)", "index lacks 1 claims"),
        ("current", "UPDATE report SET current = 5", "reports have a current version that is not their newest"),
        ("given", "UPDATE version SET given = 'x'", "what came with it is unreadable"),
    ] {
        let told = broken(&format!("broken-{test}"), how);
        assert!(told.contains(expected), "{test}: {told}");
    }
}

#[test]
fn words_that_are_not_at_their_place_are_told() {
    let (mut writer, _) = begin("spans");
    let (bytes, mut record) = record(&[QUILL, REEVE], None, None);
    record.statements[1].claims[0].text = "there were no cracks".to_owned();
    writer.add(&packed(&bytes, record), 7).unwrap();
    writer.commit().unwrap();
    let problems = writer.ledger().verify(|_, _| {}).unwrap().problems;
    assert!(problems.len() == 1 && problems[0].contains("there were no cracks"), "{problems:?}");
}

#[test]
fn corrections_outlive_another_reading_and_another_version() {
    let (mut writer, _) = begin("corrections");
    let url = Some("https://courier.example/bridge");
    let (bytes, read) = record(&[OWN, QUILL, REEVE], url, None);
    writer.add(&packed(&bytes, read.clone()), 7).unwrap();
    let doubt = Edit::Act(Some(Act::Doubt));
    assert_eq!(writer.correct(2, &doubt, "Ida", Some("he only doubts it"), 8).unwrap(), 1);
    writer.correct(2, &Edit::Certainty(1, Some(Certainty::Uncommitted)), "Ida", None, 8).unwrap();
    assert_eq!(clean(&mut writer), 1);
    assert_eq!(act(&writer, "cracks"), Some(Act::Doubt));

    // Another reading finds a statement more, so that numbers shift, and tells the act otherwise.
    let mut other = read.clone();
    let mut more = read.statements[0].clone();
    more.claims[0].id = "s3.1".to_owned();
    more.id = "s3".to_owned();
    more.chain = vec!["Quill".to_owned()];
    other.statements[1].act = Some(Act::Oppose);
    other.statements.push(more);
    let changes = Changes { added: 1, dropped: 0, altered: 1, kept: 2 };
    assert_eq!(writer.add_again(&packed(&bytes, other), 9).unwrap(), Added::Reread(1, changes));
    assert_eq!(clean(&mut writer), 1);
    assert_eq!(act(&writer, "cracks"), Some(Act::Doubt));

    // A later version of the page repeats the statement: what was corrected stands corrected there.
    writer.add(&incoming(&[REEVE, OWN], url, None), 10).unwrap();
    assert_eq!(clean(&mut writer), 2);
    assert_eq!(act(&writer, "cracks"), Some(Act::Doubt));
    assert_eq!(writer.correct(4, &Edit::Struck, "Ida", None, 11).unwrap(), 3);
    clean(&mut writer);
    assert_eq!(search(&writer, "cracks").total, 0);
    writer.undo(3, 12).unwrap();
    writer.undo(1, 12).unwrap();
    clean(&mut writer);
    assert_eq!(act(&writer, "cracks"), Some(Act::Deny));

    let all = writer.ledger().corrections(None).unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!((all[0].person.as_str(), all[0].why.as_deref(), all[0].at), ("Ida", Some("he only doubts it"), 8));
    assert_eq!((all[0].undone, all[1].undone), (Some(12), None));
    assert_eq!(writer.undo(3, 13).unwrap_err().to_string(), "correction 3 was taken back before");
    assert_eq!(writer.undo(9, 13).unwrap_err().to_string(), "there is no correction 9 in this ledger");
    assert_eq!(
        writer.correct(99, &doubt, "Ida", None, 13).unwrap_err().to_string(),
        "there is no statement s99 in this ledger"
    );
}
