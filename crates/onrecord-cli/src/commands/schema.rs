//! `onrecord schema`: the record's JSON Schema.

use std::io::{self, Write};

/// Prints the schema.
pub(crate) fn run() -> io::Result<()> {
    let schema = serde_json::to_string_pretty(&onrecord::record::schema())?;
    writeln!(io::stdout().lock(), "{schema}")
}
