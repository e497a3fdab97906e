//! Matters across reports, as the ledger keeps them.

use onrecord::record::{Act, Bound, CodePoints, Quantity, Record};
use onrecord_ledger::{Edit, Error, Ledger, Order, Page, Stance, Writer};
use rusqlite::Connection;
use serde_json::Value;

use super::entities::WITHOUT_ENTITIES;
use super::reports::{clean, folder, packed, record};

/// A report on the quake with so many dead, and what a spokesman says to it.
fn quake(number: u32, dead: u32, act: &str) -> (Vec<u8>, Record) {
    let lines = [
        format!("Sutopo Nugroho ({act}): at least {dead} people were killed in the earthquake in Torvik"),
        "All schools of the district stay closed until Monday".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let url = format!("https://courier.example/quake-{number}");
    let (bytes, mut record) = record(&lines, Some(&url), Some(&format!("2024-05-{:02}", 10 + number)));
    record.document.name = format!("quake-{number}");
    let claim = &mut record.statements[0].claims[0];
    let start = claim.span.0 + 9;
    let digits = dead.to_string();
    let quantity = Quantity {
        span: CodePoints(start, start + u32::try_from(digits.len()).unwrap()),
        text: digits,
        value: f64::from(dead),
        to: None,
        bound: Bound::AtLeast,
        of: Some("people".to_owned()),
        vague: false,
    };
    claim.quantities.push(quantity.clone());
    record.quantities.push(quantity);
    (bytes, record)
}

/// A ledger of three reports of one quake, and one of something else.
fn ledger(test: &str) -> (Writer, std::path::PathBuf) {
    let path = folder(test).join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    for (number, dead, act) in [(1, 22, "assert"), (2, 24, "assert"), (3, 24, "deny")] {
        let (bytes, record) = quake(number, dead, act);
        writer.add(&packed(&bytes, record), 7).unwrap();
    }
    let (bytes, record) = record(&["Ada Quill (assert): the ferry company bought two boats"], None, Some("2024-05-12"));
    writer.add(&packed(&bytes, record), 7).unwrap();
    writer.commit().unwrap();
    (writer, path)
}

/// The page of the matter whose gist has this word; there is only one such.
#[track_caller]
fn page(ledger: &Ledger, word: &str) -> (i64, Page) {
    let all = ledger.matters(Order::Reports, false, 10).unwrap();
    let found: Vec<&str> = all.iter().filter(|it| it.gist.contains(word)).map(|it| it.id.as_str()).collect();
    assert_eq!(found.len(), 1, "{word}: {all:?}");
    let id = found[0][1..].parse().unwrap();
    (id, ledger.matter(id).unwrap().page)
}

fn reports(page: &Page) -> Vec<&str> {
    page.members.iter().map(|member| member.report.as_str()).collect()
}

#[test]
fn what_several_reports_say_is_one_matter() {
    let (mut writer, _) = ledger("matters");
    clean(&mut writer);
    let (_, dead) = page(writer.ledger(), "killed");
    assert_eq!(reports(&dead), ["d1", "d2", "d3"]);
    assert_eq!(dead.members[2].stance, Stance::Denies);
    assert!(!dead.contradictions.is_empty());
    let (_, closed) = page(writer.ledger(), "closed");
    assert_eq!(reports(&closed), ["d1", "d2", "d3"]);
    let disputed = writer.ledger().matters(Order::Origins, true, 10).unwrap();
    assert!(disputed.len() == 1 && disputed[0].gist.contains("killed"), "{disputed:?}");
    assert_eq!((disputed[0].first.as_deref(), disputed[0].last.as_deref()), (Some("2024-05-11"), Some("2024-05-13")));
    assert_eq!(writer.ledger().matter(999).unwrap_err().to_string(), "there is no matter C999 in this ledger");
}

#[test]
fn a_new_version_takes_the_place_of_the_old_in_its_matters() {
    let (mut writer, _) = ledger("matters-versions");
    let (id, _) = page(writer.ledger(), "killed");
    let (bytes, mut record) = quake(2, 26, "assert");
    record.document.title = Some("Updated".to_owned());
    writer.add(&packed(&bytes, record), 8).unwrap();
    clean(&mut writer);
    let (now, dead) = page(writer.ledger(), "killed");
    assert_eq!((now, reports(&dead)), (id, vec!["d1", "d2", "d3"]));
    assert!(dead.members[1].text.contains("26"), "{:?}", dead.members);
}

#[test]
fn a_correction_bears_on_the_matter() {
    let (mut writer, _) = ledger("matters-corrected");
    let stances = |writer: &Writer| -> Vec<Stance> {
        page(writer.ledger(), "killed").1.members.iter().map(|member| member.stance).collect()
    };
    assert_eq!(stances(&writer), [Stance::Asserts, Stance::Asserts, Stance::Denies]);
    writer.correct(2, &Edit::Act(Some(Act::Deny)), "Ida", None, 8).unwrap();
    clean(&mut writer);
    assert_eq!(stances(&writer)[1], Stance::Denies);
    writer.correct(3, &Edit::Struck, "Ida", None, 8).unwrap();
    clean(&mut writer);
    assert_eq!(reports(&page(writer.ledger(), "killed").1), ["d1", "d2"]);
    writer.undo(2, 9).unwrap();
    writer.undo(1, 9).unwrap();
    clean(&mut writer);
    assert_eq!(stances(&writer), [Stance::Asserts, Stance::Asserts, Stance::Denies]);
}

/// The matter of a claim.
fn home(path: &std::path::Path, claim: i64) -> Option<i64> {
    let connection = Connection::open(path).unwrap();
    let mut query = connection.prepare("SELECT matter FROM proposition WHERE claim = ?1").unwrap();
    query.query_map([claim], |row| row.get(0)).unwrap().next().transpose().unwrap()
}

#[test]
fn a_claim_that_comes_back_alone_is_in_its_old_matter_again() {
    let (mut writer, path) = ledger("matters-back");
    let claim = writer.ledger().claim_named("s4.1").unwrap();
    let alone = home(&path, claim).unwrap();
    assert_eq!(writer.ledger().matter(alone).unwrap().total, 1);
    for round in 0..2 {
        let struck = writer.correct(4, &Edit::Struck, "Ida", None, 8).unwrap();
        writer.commit().unwrap();
        assert_eq!(home(&path, claim), None);
        // Others that came in the meantime have numbers of their own.
        let (bytes, record) = record(&[&format!("Ada Quill (assert): bridge {round} is painted")], None, None);
        writer.add(&packed(&bytes, record), 9).unwrap();
        writer.undo(struck, 9).unwrap();
        clean(&mut writer);
        assert_eq!(home(&path, claim), Some(alone));
    }
}

#[test]
fn what_a_person_joins_or_parts_stays_so_until_it_is_taken_back() {
    let (mut writer, _) = ledger("matters-ruled");
    let (dead, before) = page(writer.ledger(), "killed");
    let claim = writer.ledger().claim_named("s3.1").unwrap();
    let (ruling, own) = writer.split(&[claim], "Ida", Some("another quake"), 8).unwrap();
    clean(&mut writer);
    assert_eq!(reports(&writer.ledger().matter(own).unwrap().page), ["d3"]);
    // Another reading of the report changes nothing about it.
    let (bytes, mut record) = quake(3, 24, "deny");
    record.entities[0].roles.push("spokesman".to_owned());
    writer.add_again(&packed(&bytes, record), 9).unwrap();
    clean(&mut writer);
    assert_eq!(reports(&writer.ledger().matter(own).unwrap().page), ["d3"]);
    assert_eq!(reports(&page(writer.ledger(), "killed").1), ["d1", "d2"]);
    writer.merge(dead, own, "Ida", None, 10).unwrap();
    clean(&mut writer);
    assert_eq!(writer.ledger().matter(dead).unwrap().page.members, before.members);
    // Its number leads to what it is now, until that is taken back.
    assert_eq!(writer.ledger().matter(own).unwrap().id, format!("C{dead}"));
    writer.undo_ruling(2, 11).unwrap();
    assert_eq!(writer.ledger().matter(own).unwrap().id, format!("C{own}"));
    writer.undo_ruling(ruling, 11).unwrap();
    clean(&mut writer);
    assert_eq!(page(writer.ledger(), "killed").1.members, before.members);

    assert!(matches!(writer.undo_ruling(ruling, 12), Err(Error::Correction(_))));
    assert!(matches!(writer.undo_ruling(9, 12), Err(Error::Unknown(_))));
    assert!(matches!(writer.merge(dead, dead, "Ida", None, 12), Err(Error::Correction(_))));
    assert!(matches!(writer.merge(dead, 999, "Ida", None, 12), Err(Error::Unknown(_))));
    assert!(matches!(writer.ledger().claim_named("s3"), Err(Error::Unknown(_))));
}

#[test]
fn groups_name_reports_by_their_documents() {
    let (writer, _) = ledger("groups");
    let mut out = Vec::new();
    writer.ledger().export_groups(&mut out).unwrap();
    let groups: Value = serde_json::from_slice(&out).unwrap();
    let dead = groups["groups"].as_array().unwrap().iter().find(|group| {
        group["members"].as_array().unwrap().len() == 3 && group["gist"].as_str().unwrap().contains("killed")
    });
    let dead = dead.unwrap();
    let names: Vec<&str> =
        dead["members"].as_array().unwrap().iter().map(|member| member["report"].as_str().unwrap()).collect();
    assert_eq!(names, ["quake-1", "quake-2", "quake-3"]);
    assert_eq!(dead["numbers"].as_array().unwrap().len(), 3);
    assert!(!groups["contradictions"].as_array().unwrap().is_empty());
}

#[test]
fn a_ledger_from_before_there_were_matters_is_matched_when_it_is_opened() {
    let (writer, path) = ledger("matters-upgrade");
    let expected = page(writer.ledger(), "killed").1;
    drop(writer);
    // What version 2 of the schema added is taken away, as if it had never been there.
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(WITHOUT_ENTITIES).unwrap();
    connection
        .execute_batch(
            "DROP INDEX report_current; DROP TABLE ruled; DROP TABLE ruling; DROP TABLE about; DROP TABLE proposition; DROP TABLE matter; \
             DROP TABLE matching; PRAGMA user_version = 1",
        )
        .unwrap();
    drop(connection);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.verify(|_, _| {}).unwrap().problems, Vec::<String>::new());
    assert_eq!(page(&ledger, "killed").1, expected);
}

#[test]
fn a_ledger_that_found_candidates_by_propositions_keeps_its_matters() {
    let (writer, path) = ledger("matters-older");
    let expected = page(writer.ledger(), "killed");
    drop(writer);
    // The tables as version 2 of the schema had them.
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(WITHOUT_ENTITIES).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE older (id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, claim INTEGER NOT NULL, \
             part INTEGER NOT NULL, place INTEGER NOT NULL, matter INTEGER NOT NULL) STRICT; \
             INSERT INTO older (version, claim, part, place, matter) SELECT version, claim, part, place, matter \
             FROM proposition; \
             DROP TABLE proposition; ALTER TABLE older RENAME TO proposition; \
             CREATE TABLE posting (key INTEGER NOT NULL, matter INTEGER NOT NULL, PRIMARY KEY (key, matter)) \
             STRICT, WITHOUT ROWID; \
             DROP TABLE about; DROP INDEX report_current; DROP INDEX ruling_of_matter; DROP INDEX matter_by_origins; DROP INDEX matter_by_day; \
             ALTER TABLE matter DROP COLUMN became; UPDATE matching SET report = x'00'; PRAGMA user_version = 2",
        )
        .unwrap();
    drop(connection);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.verify(|_, _| {}).unwrap().problems, Vec::<String>::new());
    assert_eq!(page(&ledger, "killed"), expected);
}

#[test]
fn two_matters_that_a_third_report_shows_to_be_one_are_joined_under_the_older_number() {
    let path = folder("matters-joined").join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    let mut homes = Vec::new();
    for (number, words) in [
        "the ferry sank off Torvik with eleven passengers",
        "a boat capsized near Torvik and its crew drowned",
        "the ferry boat capsized and sank off Torvik, its crew and passengers drowned",
    ]
    .iter()
    .enumerate()
    {
        let line = format!("Ada Quill (assert): {words}");
        let (bytes, record) = record(&[line.as_str()], None, Some(&format!("2024-05-{:02}", 12 + number)));
        writer.add(&packed(&bytes, record), 7).unwrap();
        writer.commit().unwrap();
        let all: Vec<String> = ["C1", "C2", "C3"]
            .iter()
            .filter_map(|id| writer.ledger().matter(id[1..].parse().unwrap()).ok())
            .map(|matter| format!("{} {}", matter.id, matter.page.members.len()))
            .collect();
        homes.push(all);
    }
    clean(&mut writer);
    assert_eq!(homes, [vec!["C1 1"], vec!["C1 1", "C2 1"], vec!["C1 3", "C1 3"]]);
}
