//! Lists, a page at a time; what a reader of many questions needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::reports::{folder, incoming, walked};
use onrecord::record::Act;
use onrecord_ledger::{Edit, Error, Ledger, Order, Query, Writer};

/// Seven reports of a day each, of which the third denies what it repeats from the others.
fn ledger(test: &str) -> (Writer, Ledger) {
    let path = folder(test).join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    for day in 1..=7 {
        let act = if day == 3 { "deny" } else { "assert" };
        let closed = format!("Ada Quill ({act}): the bridge in Wexmouth will close in June");
        let sold = format!("Tom Reeve (assert): company number {day} was sold");
        let url = format!("https://courier.example/{day}");
        writer.add(&incoming(&[&closed, &sold], Some(&url), Some(&format!("2024-05-0{day}"))), day).unwrap();
    }
    writer.commit().unwrap();
    (writer, Ledger::open(&path).unwrap())
}

#[test]
fn lists_go_on_where_they_ended() {
    let (mut writer, ledger) = ledger("listing");
    for limit in [1, 2, 3, 7, 8] {
        let reports = walked(limit, |after| ledger.reports(after, limit).unwrap());
        let ids: Vec<&str> = reports.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["d7", "d6", "d5", "d4", "d3", "d2", "d1"], "{limit}");
        assert_eq!((reports[4].statements, reports[4].denials, reports[4].added), (2, 1, 3));

        let found = walked(limit, |after| ledger.search_after(&Query::default(), after, limit).unwrap());
        assert_eq!(found, ledger.search(&Query::default(), 100).unwrap().claims);
        let by = Query { words: "bridge".to_owned(), act: Some(Act::Assert), ..Query::default() };
        assert_eq!(walked(limit, |after| ledger.search_after(&by, after, limit).unwrap()).len(), 6);

        for order in [Order::Reports, Order::Origins, Order::Newest] {
            for disputed in [false, true] {
                let matters = walked(limit, |after| ledger.matters_after(order, disputed, after, limit).unwrap());
                assert_eq!(matters, ledger.matters(order, disputed, 100).unwrap());
                assert!(!matters.is_empty());
            }
        }
    }
    // What is added meanwhile moves nothing.
    let first = ledger.reports(None, 3).unwrap();
    writer.add(&incoming(&["Ada Quill (deny): the ferry was late"], None, None), 9).unwrap();
    writer.commit().unwrap();
    assert_eq!(ledger.reports(first.next.as_deref(), 1).unwrap().entries[0].id, "d4");
    for wrong in ["", "x", "1.2", "9999999999999999999"] {
        assert!(matches!(ledger.reports(Some(wrong), 1), Err(Error::Query(_))), "{wrong}");
    }
}

#[test]
fn what_it_holds_is_counted() {
    let (_, ledger) = ledger("counts");
    let counts = ledger.counts().unwrap();
    assert_eq!((counts.reports, counts.statements), (7, 14));
    assert_eq!(counts.matters, ledger.matters(Order::Reports, false, 100).unwrap().len() as u64);
    assert_eq!(counts.disputed, 1);
    let disputed = &ledger.matters(Order::Reports, true, 1).unwrap()[0];
    let number = disputed.id[1..].parse().unwrap();
    assert_eq!(ledger.summary(number).unwrap().as_ref(), Some(disputed));
    assert_eq!(ledger.summary(99_999).unwrap(), None);
}

#[test]
fn the_bytes_of_a_report_are_as_they_came() {
    let (_, ledger) = ledger("originals");
    let original = ledger.original(2).unwrap();
    assert!(original.bytes.ends_with(b"company number 2 was sold"));
    assert_eq!(original.origin.form, onrecord_ledger::Form::Text);
    assert!(matches!(ledger.original(99), Err(Error::Unknown(_))));
}

#[test]
fn others_writing_is_noticed() {
    let (mut writer, ledger) = ledger("watch");
    let before = ledger.changes().unwrap();
    assert_eq!(ledger.changes().unwrap(), before);
    writer.correct(1, &Edit::Struck, "Ida", None, 9).unwrap();
    assert_eq!(ledger.changes().unwrap(), before, "nothing is written yet");
    writer.commit().unwrap();
    assert_ne!(ledger.changes().unwrap(), before);
}

#[test]
fn a_question_can_be_given_up_and_the_next_one_is_answered() {
    let (_, mut ledger) = ledger("given-up");
    let given_up = Arc::new(AtomicBool::new(true));
    ledger.stop_when(Arc::clone(&given_up)).unwrap();
    // Of many rows, so that the database looks up from its work.
    let search = |ledger: &Ledger| (0..2000).try_for_each(|_| ledger.search(&Query::default(), 100).map(|_| ()));
    assert!(matches!(search(&ledger), Err(Error::GivenUp)));
    given_up.store(false, Ordering::Relaxed);
    assert!(ledger.search(&Query::default(), 100).is_ok());
}
