//! The ledger in the forms of others.

use std::fs;

use parquet::basic::Type;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::reports::{folder, packed, record};
use onrecord::Record;
use onrecord::record::{Act, Bound, CodePoints, Quantity, Relation, RelationKind};
use onrecord_ledger::{Edit, Writer, csv};
use serde_json::Value;

const LINES: [&str; 4] = [
    "Ada Quill (assert): the bridge, “our pride”, will close",
    "Tom Reeve (deny): there were cracks in Malmö",
    "The Harbour Board (decline):",
    "The bridge was built in 1931",
];

fn ledger(test: &str) -> Writer {
    let mut writer = Writer::open(&folder(test).join("onrecord.db")).unwrap();
    let (bytes, mut record) = record(&LINES, Some("https://courier.example/bridge"), Some("2024-05-14"));
    record.relations.push(Relation { kind: RelationKind::Denies, a: "s2.1".to_owned(), b: "s1.1".to_owned() });
    writer.add(&packed(&bytes, record), 7).unwrap();
    writer.commit().unwrap();
    writer
}

#[test]
fn records_are_exported_after_corrections() {
    let mut writer = ledger("ndjson");
    let export = |writer: &Writer| -> Record {
        let mut out = Vec::new();
        writer.ledger().export_ndjson(&mut out).unwrap();
        let lines: Vec<Record> = out
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 1);
        lines.into_iter().next().unwrap()
    };
    assert_eq!(export(&writer), {
        let (_, mut record) = record(&LINES, Some("https://courier.example/bridge"), Some("2024-05-14"));
        record.relations.push(Relation { kind: RelationKind::Denies, a: "s2.1".to_owned(), b: "s1.1".to_owned() });
        record
    });
    writer.correct(1, &Edit::Act(Some(Act::Intend)), "Ida", None, 8).unwrap();
    writer.correct(1, &Edit::Chain(vec!["Mayor".to_owned()]), "Ida", None, 8).unwrap();
    writer.correct(2, &Edit::Struck, "Ida", None, 8).unwrap();
    writer.commit().unwrap();
    let corrected = export(&writer);
    let ids: Vec<&str> = corrected.statements.iter().map(|said| said.id.as_str()).collect();
    assert_eq!(ids, ["s1", "s3"]);
    assert_eq!((corrected.statements[0].act, corrected.statements[0].chain[0].as_str()), (Some(Act::Intend), "Mayor"));
    assert!(corrected.relations.is_empty());
}

#[test]
fn tables_have_a_row_each() {
    let writer = ledger("csv");
    let there = folder("csv-out").join("tables");
    writer.ledger().export_csv(&there).unwrap();
    let table = |name: &str| fs::read_to_string(there.join(name)).unwrap();
    let claims = "report,id,statement,start,end,text,certainty\r\n\
        d1,s1.1,s1,20,55,\"the bridge, “our pride”, will close\",CT+\r\n\
        d1,s2.1,s2,74,100,there were cracks in Malmö,CT-\r\n\
        d1,r1,,130,158,The bridge was built in 1931,\r\n";
    assert_eq!(table("claims.csv"), claims);
    assert_eq!(table("relations.csv"), "report,kind,a,b\r\nd1,denies,s2.1,s1.1\r\n");
    for (name, rows) in [("reports", 1), ("statements", 3), ("entities", 3), ("quantities", 0)] {
        assert_eq!(table(&format!("{name}.csv")).split("\r\n").count(), rows + 2, "{name}");
    }
}

/// A cell of a Parquet file as CSV has it.
fn written(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Bool(truth) => truth.to_string(),
        other => panic!("no column holds {other:?}"),
    }
}

#[test]
fn parquet_holds_what_csv_holds() {
    let path = folder("parquet").join("onrecord.db");
    let mut writer = Writer::open(&path).unwrap();
    for number in 0..3 {
        let lines = [format!("Ada Quill (assert): {number} boats, “our pride”, sank"), "It rained".to_owned()];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (bytes, mut record) = record(&lines, None, Some("2024-05-14"));
        let span = record.statements[0].claims[0].span;
        record.statements[0].claims[0].quantities.push(Quantity {
            span: CodePoints(span.0, span.0 + 1),
            text: number.to_string(),
            value: f64::from(number) + 0.1,
            to: (number == 2).then_some(1e9),
            bound: Bound::AtLeast,
            of: None,
            vague: number == 1,
        });
        record.relations.push(Relation { kind: RelationKind::Same, a: "s1.1".to_owned(), b: "r1".to_owned() });
        writer.add(&packed(&bytes, record), 7).unwrap();
    }
    writer.commit().unwrap();
    let (there, parquet) = (folder("parquet-csv"), folder("parquet-out").join("tables"));
    writer.ledger().export_csv(&there).unwrap();
    writer.ledger().export_parquet(&parquet).unwrap();
    let meanings = fs::read_to_string(parquet.join("columns.csv")).unwrap();
    for (table, rows) in
        [("reports", 3), ("statements", 3), ("claims", 6), ("quantities", 3), ("entities", 3), ("relations", 3)]
    {
        let file = fs::File::open(parquet.join(table).with_extension("parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let mut found = String::new();
        for (at, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let row = row.unwrap();
            if at == 0 {
                found += &csv::row(row.get_column_iter().map(|(name, _)| name));
            }
            found += &csv::row(row.get_column_iter().map(|(_, field)| written(field)));
        }
        assert_eq!(found, fs::read_to_string(there.join(table).with_extension("csv")).unwrap(), "{table}");
        assert_eq!(reader.metadata().file_metadata().num_rows(), rows, "{table}");
        for column in reader.metadata().file_metadata().schema_descr().columns() {
            let holds = match column.physical_type() {
                Type::INT64 => "integer",
                Type::DOUBLE => "real",
                Type::BOOLEAN => "truth",
                _ => "text",
            };
            assert!(meanings.contains(&format!("\r\n{table},{},{holds},", column.name())), "{table} {}", column.name());
        }
    }
}

#[test]
fn brat_reads_pieces_relations_and_attributes() {
    let writer = ledger("brat");
    let there = folder("brat-out");
    writer.ledger().export_brat(&there).unwrap();
    assert_eq!(fs::read_to_string(there.join("d1.txt")).unwrap(), LINES.join("\n"));
    let expected = "\
T1\tCue 11 17\tassert
T2\tSource 0 9\tAda Quill
R1\tSaidBy Arg1:T1 Arg2:T2
T3\tContent 20 55\tthe bridge, “our pride”, will close
R2\tSays Arg1:T1 Arg2:T3
A1\tAct T1 assert
T4\tClaim 20 55\tthe bridge, “our pride”, will close
A2\tCertainty T4 CT+
T5\tCue 67 71\tdeny
T6\tSource 56 65\tTom Reeve
R3\tSaidBy Arg1:T5 Arg2:T6
T7\tContent 74 100\tthere were cracks in Malmö
R4\tSays Arg1:T5 Arg2:T7
A3\tAct T5 deny
T8\tClaim 74 100\tthere were cracks in Malmö
A4\tCertainty T8 CT-
T9\tCue 120 127\tdecline
T10\tSource 101 118\tThe Harbour Board
R5\tSaidBy Arg1:T9 Arg2:T10
A5\tAct T9 decline
T11\tOwnVoice 130 158\tThe bridge was built in 1931
R6\tDenies Arg1:T8 Arg2:T4
";
    assert_eq!(fs::read_to_string(there.join("d1.ann")).unwrap(), expected);
    assert!(fs::read_to_string(there.join("annotation.conf")).unwrap().contains("[relations]"));
}

#[test]
fn linked_data_selects_each_claim_by_place_and_by_quote() {
    let writer = ledger("jsonld");
    let mut out = Vec::new();
    writer.ledger().export_jsonld(&mut out).unwrap();
    let article: Value = serde_json::from_slice(&out).unwrap();
    let nodes = article["@graph"].as_array().unwrap();
    let of = |kind: &str| nodes.iter().filter(|node| node["@type"] == kind).collect::<Vec<_>>();
    assert_eq!((of("NewsArticle").len(), of("Claim").len(), of("ClaimReview").len()), (1, 3, 1));
    assert_eq!(of("ClaimReview")[0]["itemReviewed"]["@id"], "https://courier.example/bridge#s1.1");
    assert_eq!(of("ClaimReview")[0]["author"]["name"], "Tom Reeve");
    let text: Vec<char> = LINES.join("\n").chars().collect();
    for (claim, annotation) in of("Claim").iter().zip(of("oa:Annotation")) {
        assert_eq!(annotation["oa:hasBody"]["@id"], claim["@id"]);
        let [place, quote] = annotation["oa:hasTarget"]["oa:hasSelector"].as_array().unwrap().as_slice() else {
            panic!()
        };
        let at = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
        let there: String = text[at("oa:start")..at("oa:end")].iter().collect();
        assert_eq!((quote["oa:exact"].as_str(), claim["text"].as_str()), (Some(there.as_str()), Some(there.as_str())));
        let around: Vec<&str> =
            ["oa:prefix", "oa:exact", "oa:suffix"].map(|part| quote[part].as_str().unwrap()).to_vec();
        assert!(LINES.join("\n").contains(&around.concat()));
    }
}
