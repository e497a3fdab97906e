//! What the heads of a smaller model learn from: the syntax and the names that the reader finds in reports.

use std::io::Write as _;
use std::path::Path;

use crate::corpus::{self, Report};
use crate::error::Error;
use crate::read::Reading;

/// A line of a file of reports.
#[derive(serde::Deserialize)]
struct Line {
    text: String,
}

/// Prints a line of JSON for each of the reports, one `{"text"}` a line: its sentences.
pub(crate) fn print(reports: &Path, reading: &Reading) -> Result<(), Error> {
    let lines: Vec<Line> = corpus::ndjson(reports)?;
    let named = |(nth, line): (usize, &Line)| Report::text(&(nth + 1).to_string(), &line.text, &[]);
    let reports: Vec<Report> = lines.iter().enumerate().map(named).collect();
    let mut out = std::io::stdout().lock();
    for sentences in reading.parse(&reports)? {
        writeln!(out, "{}", serde_json::json!(sentences)).map_err(Error::file(Path::new("standard output")))?;
    }
    Ok(())
}
