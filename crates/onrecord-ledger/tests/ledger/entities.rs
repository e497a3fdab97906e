//! Entities across reports, as the ledger keeps them.

use onrecord::Record;
use onrecord::record::{Act, EntityKind};
use onrecord_ledger::{Decision, Edit, Entity, Error, Ledger, Parting, Query, RulingKind, Source, Writer};
use rusqlite::Connection;

use super::reports::{clean, folder, packed, record, walked};

/// A report in which these speak, each "name | role | what is said".
fn report(said: &[&str]) -> (Vec<u8>, Record) {
    let parts: Vec<Vec<&str>> = said.iter().map(|line| line.split(" | ").collect()).collect();
    let lines: Vec<String> = parts.iter().map(|part| format!("{} (assert): {}", part[0], part[2])).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (bytes, mut record) = record(&lines, None, Some("2024-05-14"));
    for (entity, part) in record.entities.iter_mut().zip(&parts) {
        if !part[1].is_empty() {
            entity.roles.push(part[1].to_owned());
        }
        if part[0] == part[0].to_uppercase() || part[0].ends_with("Agency") {
            entity.kind = EntityKind::Organization;
            entity.aliases.clear();
        }
    }
    (bytes, record)
}

const REPORTS: [&[&str]; 8] = [
    &["Oleksa Harmatyuk | defence minister | the ferry to Torvik sank in the storm"],
    &["Harmatiuk | minister | the ferry to Torvik did not sink in the storm"],
    &["Oleksa Harmatiuk | former defence minister | grain prices doubled over the winter"],
    &["John Smith | mayor of Torvik | the swing bridge stays shut"],
    &["John Smith | goalkeeper of the rovers | the penalty was a gift"],
    &["International Atomic Energy Agency |  | the reactor was cooled in time", "Ida Berg |  | inspectors were let in"],
    &["IAEA |  | uranium was found in the valley", "Jon Berg |  | a quarry lies above the valley"],
    &["Orbán Viktor | prime minister | the veto stands"],
];

/// Takes away what the step of the schema brought that has entities, and those after it, as if they had never been there.
pub(crate) const WITHOUT_ENTITIES: &str = "DROP TABLE stood; DROP INDEX statement_waits; ALTER TABLE statement DROP COLUMN waits; \
    DROP TABLE parted; DROP TABLE entity_ruling; DROP TABLE naming; DROP TABLE placing; DROP TABLE entity_posting; \
    DROP TABLE entity; DROP TABLE reading_before; DROP TABLE lacking";

/// A ledger of these reports, d1 to d8.
fn ledger(test: &str) -> (Writer, std::path::PathBuf) {
    let path = folder(test).join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    for said in REPORTS {
        let (bytes, record) = report(said);
        writer.add(&packed(&bytes, record), 7).unwrap();
    }
    clean(&mut writer);
    (writer, path)
}

fn source(ledger: &Ledger, name: &str) -> Source {
    ledger.source(&Query { by: Some(name.to_owned()), ..Query::default() }, 10).unwrap()
}

/// The reports in which a source speaks; what is asked for must be one.
#[track_caller]
fn reports(ledger: &Ledger, name: &str) -> Vec<String> {
    let source = source(ledger, name);
    assert!(source.entity.is_some(), "{name}: {source:?}");
    let mut reports: Vec<String> = source.results.claims.into_iter().map(|found| found.report).collect();
    reports.sort();
    reports
}

fn ids(entities: &[Entity]) -> Vec<&str> {
    entities.iter().map(|entity| entity.id.as_str()).collect()
}

/// The number of the only entity of this name.
#[track_caller]
fn number(ledger: &Ledger, name: &str) -> i64 {
    let found = source(ledger, name).entity.unwrap_or_else(|| panic!("{name} is several, or nobody"));
    found.id[1..].parse().unwrap()
}

/// Adds the report of a day in which one speaks, "name | role | what is said"; who has no role there has no name either.
fn add_on(writer: &mut Writer, day: &str, said: &str) {
    let (bytes, mut record) = report(&[said]);
    record.document.published = Some(day.to_owned());
    if record.entities[0].roles.is_empty() {
        record.entities.clear();
        let source = &mut record.statements[0].sources[0];
        (source.entity, source.name) = (None, None);
    }
    writer.add(&packed(&bytes, record), 7).unwrap();
    clean(writer);
}

#[test]
fn whoever_held_an_office_then_may_have_spoken_without_a_name() {
    let mut writer = Writer::open(&folder("offices").join("onrecord.db")).unwrap();
    for (day, said) in [
        ("2024-05-14", "Olena Verba | Ukrainian president | the dam was mined in the night"),
        ("2024-06-02", "Ukraine's president |  | the bridge will be built again"),
        ("2024-06-03", "Ukrainian official |  | the road is open"),
        ("2024-06-04", "Norway's president |  | the harbour is shut"),
        ("2019-01-08", "president of Ukraine |  | the mine will close"),
    ] {
        add_on(&mut writer, day, said);
    }
    let by_office = |writer: &Writer| {
        let found = source(writer.ledger(), "Olena Verba").by_office;
        found.into_iter().map(|found| found.text).collect::<Vec<_>>()
    };
    assert_eq!(by_office(&writer), ["the bridge will be built again"]);
    assert_eq!(reports(writer.ledger(), "Olena Verba"), ["d1"]);

    // Once somebody else is known to have held it then, it cannot be told who spoke.
    add_on(&mut writer, "2024-06-20", "Taras Holub | president of Ukraine | the grain has left the port");
    assert_eq!(by_office(&writer), <[String; 0]>::default());
    let bridge = Query { by: Some("Olena Verba".to_owned()), words: "bridge".to_owned(), ..Query::default() };
    assert_eq!(writer.ledger().source(&bridge, 10).unwrap().by_office, []);
}

#[test]
fn a_source_is_found_under_all_its_names() {
    let (writer, _) = ledger("entities-names");
    let ledger = writer.ledger();
    for name in ["Harmatyuk", "oleksa harmatiuk", "Harmatyuk’s", "e1"] {
        assert_eq!(reports(ledger, name), ["d1", "d2", "d3"], "{name}");
    }
    let found = source(ledger, "Harmatyuk").entity.unwrap();
    assert_eq!((found.name.as_str(), found.reports), ("Oleksa Harmatyuk", 3));
    let names: Vec<&str> = found.names.iter().map(|naming| naming.name.as_str()).collect();
    assert_eq!(names, ["Harmatiuk", "Harmatyuk", "Oleksa Harmatiuk", "Oleksa Harmatyuk"]);
    assert_eq!(found.roles[0].name, "defence minister");
    assert_eq!(found.roles[0].first.as_deref(), Some("2024-05-14"));
    // An acronym that no report spells out; another order of names, without diacritics.
    assert_eq!(reports(ledger, "IAEA"), ["d6", "d7"]);
    assert_eq!(reports(ledger, "Viktor Orban"), ["d8"]);
    // What a search narrows down is narrowed down here too.
    let query = Query { by: Some("Harmatyuk".to_owned()), words: "grain".to_owned(), ..Query::default() };
    assert_eq!(ledger.source(&query, 10).unwrap().results.total, 1);
    let query = Query { by: Some("Harmatyuk".to_owned()), act: Some(Act::Deny), ..Query::default() };
    assert_eq!(ledger.source(&query, 10).unwrap().results.total, 0);
}

#[test]
fn two_of_one_name_are_not_mixed() {
    let (writer, _) = ledger("entities-namesakes");
    for (name, others) in [("John Smith", 2), ("Smith", 2), ("Berg", 2)] {
        let source = source(writer.ledger(), name);
        assert_eq!((source.entity, source.others.len(), source.results.total), (None, others, 0), "{name}");
    }
    assert_eq!(reports(writer.ledger(), "Ida Berg"), ["d6"]);
    // An office is nobody's name: whoever holds it is found by its words.
    let mayor = source(writer.ledger(), "mayor");
    assert_eq!((mayor.entity, mayor.others.len(), mayor.results.total), (None, 0, 1));
    assert!(matches!(writer.ledger().entity(999), Err(Error::Unknown(_))));
}

#[test]
fn entities_are_listed_and_looked_for() {
    let (writer, _) = ledger("entities-list");
    let all = writer.ledger().entities(None, 100).unwrap();
    assert_eq!(all.len(), 7);
    assert_eq!(all[0].name, "Oleksa Harmatyuk");
    assert_eq!(ids(&writer.ledger().entities(None, 2).unwrap()), ids(&all[..2]));
    let bergs = writer.ledger().entities(Some("berg"), 10).unwrap();
    assert_eq!(bergs.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["Ida Berg", "Jon Berg"]);
    assert_eq!(ids(&writer.ledger().entities(Some("nobody"), 10).unwrap()), Vec::<&str>::new());
    for (like, expected) in [(None, ids(&all)), (Some("berg"), ids(&bergs))] {
        for limit in [1, 2, 7] {
            let paged = walked(limit, |after| writer.ledger().entities_after(like, after, limit).unwrap());
            assert_eq!(ids(&paged), expected, "{like:?} {limit}");
        }
    }
}

#[test]
fn the_reports_that_name_somebody_are_listed() {
    let (mut writer, _) = ledger("entities-named");
    let one = number(writer.ledger(), "Harmatyuk");
    let smith = source(writer.ledger(), "John Smith").others[0].id[1..].parse().unwrap();
    let named = |ledger: &Ledger, entity, limit| -> Vec<(String, String)> {
        let all = walked(limit, |after| ledger.named(entity, after, limit).unwrap());
        all.into_iter().map(|it| (it.of.report, it.name)).collect()
    };
    let pair = |report: &str, name: &str| (report.to_owned(), name.to_owned());
    let expected = [pair("d3", "Oleksa Harmatiuk"), pair("d2", "Harmatiuk"), pair("d1", "Oleksa Harmatyuk")];
    writer.merge_entities(one, smith, "Ida", None, 8).unwrap();
    clean(&mut writer);
    for limit in [1, 2, 3, 9] {
        let all = named(writer.ledger(), one, limit);
        assert_eq!((&all[0], &all[1..]), (&pair("d4", "John Smith"), &expected[..]), "{limit}");
        assert_eq!(named(writer.ledger(), smith, limit), all);
    }
    assert!(matches!(writer.ledger().named(999, None, 1), Err(Error::Unknown(_))));
}

#[test]
fn what_a_person_joins_stays_joined_until_it_is_taken_back() {
    let (mut writer, path) = ledger("entities-merged");
    let (mayor, keeper) = {
        let both = source(writer.ledger(), "John Smith").others;
        (both[0].id[1..].parse().unwrap(), both[1].id[1..].parse().unwrap())
    };
    let ruling = writer.merge_entities(mayor, keeper, "Ida", Some("he kept goal before"), 8).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), "John Smith"), ["d4", "d5"]);
    assert_eq!(reports(writer.ledger(), &format!("e{keeper}")), ["d4", "d5"]);
    let found = writer.ledger().entity(keeper).unwrap();
    assert_eq!((found.id, found.joined, found.reports), (format!("e{mayor}"), vec![format!("e{keeper}")], 2));
    assert_eq!(writer.ledger().entities(None, 100).unwrap().len(), 6);
    // Another reading of one of the reports, and a new report about him.
    let (bytes, mut again) = report(REPORTS[4]);
    again.statements[0].act = Some(Act::Confirm);
    writer.add_again(&packed(&bytes, again), 9).unwrap();
    let (bytes, new) = report(&["John Smith | goalkeeper | the transfer is off"]);
    writer.add(&packed(&bytes, new), 9).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), "John Smith"), ["d4", "d5", "d9"]);
    drop(writer);
    let mut writer = Writer::open(&path).unwrap();
    assert!(matches!(writer.merge_entities(keeper, mayor, "Ida", None, 10), Err(Error::Correction(_))));
    assert!(matches!(writer.merge_entities(mayor, 999, "Ida", None, 10), Err(Error::Unknown(_))));
    writer.undo_entity_ruling(ruling, 10).unwrap();
    clean(&mut writer);
    assert_eq!(source(writer.ledger(), "John Smith").others.len(), 2);
    assert_eq!(reports(writer.ledger(), &format!("e{keeper}")), ["d5", "d9"]);
    assert!(matches!(writer.undo_entity_ruling(ruling, 11), Err(Error::Correction(_))));
    assert!(matches!(writer.undo_entity_ruling(99, 11), Err(Error::Unknown(_))));
}

#[test]
fn what_a_person_parts_stays_parted_until_it_is_taken_back() {
    let (mut writer, _) = ledger("entities-split");
    let one = number(writer.ledger(), "Harmatyuk");
    let grain = Parting { reports: vec![3], ..Parting::default() };
    let (ruling, own) = writer.split_entity(one, &grain, "Ida", Some("his cousin"), 8).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), &format!("e{one}")), ["d1", "d2"]);
    assert_eq!(reports(writer.ledger(), &format!("e{own}")), ["d3"]);
    assert_eq!(writer.ledger().entity(own).unwrap().name, "Oleksa Harmatiuk");
    // Another reading of the report, in which the name is shorter.
    let (bytes, mut again) = report(REPORTS[2]);
    again.entities[0].roles.clear();
    writer.add_again(&packed(&bytes, again), 9).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), &format!("e{own}")), ["d3"]);
    writer.undo_entity_ruling(ruling, 10).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), "Harmatyuk"), ["d1", "d2", "d3"]);

    // By name: of the reports that are there, and of those that come.
    let named = Parting { names: vec!["Harmatiuk".to_owned()], ..Parting::default() };
    let (_, own) = writer.split_entity(one, &named, "Ida", None, 11).unwrap();
    let (bytes, new) = report(&["Harmatiuk | minister | the ferry to Torvik sank in the storm after all"]);
    writer.add(&packed(&bytes, new), 12).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), &format!("e{own}")), ["d2", "d9"]);
    assert_eq!(reports(writer.ledger(), &format!("e{one}")), ["d1", "d3"]);
    for parting in [grain_of(&[99]), grain_of(&[1, 3])] {
        assert!(matches!(writer.split_entity(one, &parting, "Ida", None, 13), Err(Error::Correction(_))));
    }
}

#[test]
fn what_is_split_off_several_that_were_joined_goes_back_to_each() {
    let (mut writer, _) = ledger("entities-split-merged");
    let before = writer.ledger().entities(None, 100).unwrap();
    let (ida, jon) = (number(writer.ledger(), "Ida Berg"), number(writer.ledger(), "Jon Berg"));
    let merge = writer.merge_entities(ida, jon, "Ida", None, 8).unwrap();
    // With a third, so that something is left.
    let third = writer.merge_entities(ida, number(writer.ledger(), "Viktor Orban"), "Ida", None, 8).unwrap();
    let (split, own) = writer.split_entity(ida, &grain_of(&[6, 7]), "Ida", None, 9).unwrap();
    clean(&mut writer);
    assert_eq!(reports(writer.ledger(), &format!("e{own}")), ["d6", "d7"]);
    for ruling in [split, third, merge] {
        writer.undo_entity_ruling(ruling, 10).unwrap();
        clean(&mut writer);
    }
    assert_eq!(writer.ledger().entities(None, 100).unwrap(), before);
}

fn grain_of(reports: &[i64]) -> Parting {
    Parting { reports: reports.to_vec(), ..Parting::default() }
}

#[test]
fn a_corrected_source_speaks_under_his_own_name() {
    let (mut writer, _) = ledger("entities-corrected");
    // d6: what Ida Berg said was the agency's word.
    let agency = "International Atomic Energy Agency".to_owned();
    let berg = source(writer.ledger(), "Ida Berg").results.claims[0].statement.clone().unwrap();
    let statement = berg[1..].parse().unwrap();
    writer.correct(statement, &Edit::Chain(vec![agency]), "Ida", None, 8).unwrap();
    clean(&mut writer);
    assert_eq!(source(writer.ledger(), "Ida Berg").results.total, 0);
    assert_eq!(reports(writer.ledger(), "IAEA"), ["d6", "d6", "d7"]);
}

#[test]
fn a_new_version_of_a_page_takes_the_place_of_the_old() {
    let path = folder("entities-versions").join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    let url = Some("https://courier.example/bridge");
    for line in ["Ada Quill (assert): the bridge is safe", "Tom Reeve (assert): the bridge is safe"] {
        let (bytes, record) = record(&[line], url, None);
        writer.add(&packed(&bytes, record), 7).unwrap();
        clean(&mut writer);
    }
    assert_eq!(source(writer.ledger(), "Ada Quill").entity, None);
    assert_eq!(reports(writer.ledger(), "Reeve"), ["d1"]);
    assert_eq!(ids(&writer.ledger().entities(None, 10).unwrap()), ["e2"]);
}

#[test]
fn a_ledger_from_before_there_were_entities_gets_them_when_it_is_opened() {
    let (writer, path) = ledger("entities-upgrade");
    let expected = writer.ledger().entities(None, 100).unwrap();
    drop(writer);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(WITHOUT_ENTITIES).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();
    drop(connection);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.verify(|_, _| {}).unwrap().problems, Vec::<String>::new());
    assert_eq!(ledger.entities(None, 100).unwrap(), expected);
    assert_eq!(reports(&ledger, "Harmatyuk"), ["d1", "d2", "d3"]);
}

#[test]
fn what_a_ledger_lacks_is_looked_for_only_where_an_upgrade_was_interrupted() {
    let (writer, path) = ledger("entities-lacking");
    drop(writer);
    let ask = |sql: &str| -> u32 { Connection::open(&path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap() };
    let placed = || ask("SELECT count(*) FROM placing");
    assert_eq!((placed(), ask("SELECT count(*) FROM lacking")), (8, 0));
    let change = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    change("DELETE FROM placing WHERE version = 2; DELETE FROM naming WHERE version = 2");
    drop(Writer::open(&path).unwrap());
    assert_eq!(placed(), 7);
    change("INSERT INTO lacking VALUES ('placing')");
    drop(Writer::open(&path).unwrap());
    assert_eq!((placed(), ask("SELECT count(*) FROM lacking")), (8, 0));
}

#[test]
fn what_persons_say_is_listed() {
    let (mut writer, _) = ledger("entities-rulings");
    let one = number(writer.ledger(), "Harmatyuk");
    let part = Parting { reports: vec![3], names: vec!["Oleksa Harmatiuk".to_owned()] };
    let (ruling, own) = writer.split_entity(one, &part, "Ida", Some("his cousin"), 8).unwrap();
    writer.merge_entities(one, own, "Jon", None, 9).unwrap();
    writer.undo_entity_ruling(ruling, 10).unwrap();
    let claim = writer.ledger().claim_named("s1.1").unwrap();
    writer.split(&[claim], "Ida", None, 11).unwrap();
    clean(&mut writer);
    let all = writer.ledger().rulings().unwrap();
    assert_eq!(all.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["n1", "n2", "m1"]);
    let split = &all[0];
    assert_eq!(
        (split.kind, split.of.clone(), split.others.clone()),
        (RulingKind::Split, format!("e{own}"), vec![format!("e{one}")])
    );
    assert_eq!(split.parts, ["d3 Oleksa Harmatiuk"]);
    assert_eq!(
        (split.person.as_str(), split.why.as_deref(), split.at, split.undone),
        ("Ida", Some("his cousin"), 8, Some(10))
    );
    let merge = &all[1];
    assert_eq!(
        (merge.kind, &merge.of, merge.others.clone(), merge.undone),
        (RulingKind::Merge, &format!("e{one}"), vec![format!("e{own}")], None)
    );
    assert_eq!((all[2].kind, all[2].parts.clone()), (RulingKind::Split, vec!["s1.1".to_owned()]));
    assert_eq!(writer.ledger().ruling("n1").unwrap(), all[0]);
    for wrong in ["n3", "m2", "x", "", "m", "n-1", "é1"] {
        assert!(matches!(writer.ledger().ruling(wrong), Err(Error::Unknown(_))), "{wrong}");
    }

    // With what they say of statements, the newest first, a page at a time.
    let first = writer.correct(1, &Edit::Act(Some(Act::Deny)), "Ida", None, 8).unwrap();
    let second = writer.correct(2, &Edit::Accepted, "Jon", None, 12).unwrap();
    writer.undo(second, 13).unwrap();
    clean(&mut writer);
    let ledger = writer.ledger();
    let name = |decision: &Decision| match decision {
        Decision::Correction(correction) => correction.id.to_string(),
        Decision::Ruling(ruling) => ruling.id.clone(),
    };
    for limit in [1, 2, 3, 5, 9] {
        let all = walked(limit, |after| ledger.decisions(None, after, limit).unwrap());
        let names: Vec<String> = all.iter().map(name).collect();
        assert_eq!(names, [&second.to_string(), "m1", "n2", "n1", &first.to_string()], "{limit}");
    }
    assert_eq!(ledger.decided().unwrap(), 5);
    let of_one = ledger.decisions(Some(1), None, 9).unwrap().entries;
    assert_eq!(of_one, [Decision::Correction(ledger.correction(first).unwrap())]);
    assert_eq!((of_one.len(), ledger.last_correction().unwrap().unwrap().id), (1, first));
    assert_eq!(ledger.correction(first).unwrap().report, 1);
    assert!(matches!(ledger.correction(99), Err(Error::Unknown(_))));
    assert!(matches!(ledger.decisions(None, Some("1.2"), 9), Err(Error::Query(_))));
}
