//! The committed schema is the one that the types give.

use onrecord::record;

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let committed = include_str!("../../../schema/record.schema.json");
    let generated = serde_json::to_string_pretty(&record::schema()).unwrap() + "\n";
    assert!(
        committed == generated,
        "the record has changed: look at the difference that\n\n    cargo run -p onrecord-cli -- schema > schema/record.schema.json\n\nmakes, and commit it if it is meant"
    );
}
