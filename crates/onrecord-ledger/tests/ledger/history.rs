//! Versions and readings of a report, and what each changed.

use onrecord::record::Act;
use onrecord_ledger::{Added, Changes, Edit, Error, Incoming, Origin, Writer};

use super::reports::{folder, incoming, packed, record, walked};

const QUILL: &str = "Ada Quill (assert): the bridge will close in June";
const REEVE: &str = "Tom Reeve (deny): there were any cracks";
const URL: Option<&str> = Some("https://courier.example/bridge");

#[test]
fn everything_is_read_again_once_and_what_was_read_before_is_kept() {
    let mut writer = Writer::open(&folder("reread").join("onrecord.db")).unwrap();
    writer.add(&incoming(&[QUILL, REEVE], URL, None), 7).unwrap();
    writer.add(&incoming(&["Two ferries carry cars"], None, None), 7).unwrap();
    writer.correct(2, &Edit::Act(Some(Act::Doubt)), "Ida", None, 8).unwrap();
    writer.commit().unwrap();
    let stale = |writer: &Writer, reader: Option<&str>| -> Vec<i64> {
        writer.ledger().stale(reader, 0, 10).unwrap().into_iter().map(|stored| stored.version).collect()
    };
    assert_eq!(stale(&writer, Some("test")), Vec::<i64>::new());
    assert_eq!((stale(&writer, Some("better")), stale(&writer, None)), (vec![1, 2], vec![1, 2]));
    assert_eq!(writer.ledger().stale(Some("better"), 1, 10).unwrap().len(), 1);

    // A better reader finds another act, and one statement less; the second report it reads the same.
    let stored = writer.ledger().stale(Some("better"), 0, 1).unwrap().remove(0);
    let (bytes, mut read) = record(&[QUILL, REEVE], URL, None);
    assert_eq!((stored.place.as_str(), &stored.original.bytes), ("report.txt", &bytes));
    read.statements.remove(0);
    read.statements[0].act = Some(Act::Oppose);
    let better =
        |record, bytes: &[u8], origin: &Origin| Incoming::new("report.txt", bytes, origin, record, "better").unwrap();
    let added = writer.add_again(&better(read, &bytes, &stored.original.origin), 9).unwrap();
    assert_eq!(added, Added::Reread(1, Changes { added: 0, dropped: 1, altered: 1, kept: 0 }));
    writer.commit().unwrap();
    // Stopped here, it goes on with the second.
    assert_eq!(stale(&writer, Some("better")), [2]);
    let (bytes, same) = record(&["Two ferries carry cars"], None, None);
    assert_eq!(writer.add_again(&better(same, &bytes, &stored.original.origin), 9).unwrap(), Added::Known(2));
    writer.commit().unwrap();
    assert_eq!(stale(&writer, Some("better")), Vec::<i64>::new());

    let history = writer.ledger().history(1).unwrap();
    let told: Vec<(u32, &str, Option<i64>)> =
        history.iter().map(|it| (it.version, it.reader.as_str(), it.until)).collect();
    assert_eq!(told, [(1, "test", Some(9)), (1, "better", None)]);
    assert_eq!((writer.ledger().times_read(1).unwrap(), writer.ledger().times_read(2).unwrap()), (2, 1));
    assert_eq!(history[1].dropped, ["the bridge will close in June"]);
    assert_eq!(history[1].altered[0].before, "Tom Reeve: there were any cracks (deny CT-)");
    assert_eq!(history[1].altered[0].after, "Tom Reeve: there were any cracks (oppose CT-)");
    // What a person has said of the statement holds of the new reading.
    assert_eq!(writer.ledger().report(1).unwrap().record.statements[0].act, Some(Act::Doubt));
    assert_eq!(writer.ledger().verify(|_, _| {}).unwrap().problems, Vec::<String>::new());
}

#[test]
fn what_changed_on_a_page_is_shown() {
    let mut writer = Writer::open(&folder("history").join("onrecord.db")).unwrap();
    writer.add(&incoming(&[QUILL, REEVE], URL, Some("2024-05-14")), 7).unwrap();
    let july = QUILL.replace("June", "July");
    let (bytes, later) = record(&[&july, REEVE, "Two ferries carry cars"], URL, Some("2024-05-15"));
    writer.add(&packed(&bytes, later), 8).unwrap();
    writer.commit().unwrap();
    let history = writer.ledger().history(1).unwrap();
    assert_eq!((history.len(), history[1].version, history[1].kept), (2, 2, 1));
    assert_eq!(history[1].published.as_deref(), Some("2024-05-15"));
    assert_eq!(history[1].new, ["Two ferries carry cars"]);
    assert!(history[1].altered[0].after.contains("July"), "{history:?}");
    assert!(history[1].dropped.is_empty() && history[0].new.is_empty());
    assert!(matches!(writer.ledger().history(9), Err(Error::Unknown(_))));
    assert_eq!((writer.ledger().times_read(1).unwrap(), writer.ledger().times_read(9).unwrap()), (2, 0));
    // The newest first, a page at a time, with the same told of each.
    let newest_first: Vec<_> = history.iter().rev().cloned().collect();
    for limit in [1, 2, 3] {
        let all = walked(limit, |after| writer.ledger().history_after(1, after, limit).unwrap());
        assert_eq!(all, newest_first, "{limit}");
    }
    assert!(matches!(writer.ledger().history_after(9, None, 1), Err(Error::Unknown(_))));
    assert!(matches!(writer.ledger().history_after(1, Some("x"), 1), Err(Error::Query(_))));
}
