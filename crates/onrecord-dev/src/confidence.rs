//! What the confidence of attributions is fitted to: the evidence for each in annotated reports, and whether it is right.

use std::io::Write as _;
use std::path::Path;

use onrecord::Reader;
use serde::Serialize;

use crate::corpus;
use crate::corpus::polnear::Article;
use crate::error::Error;
use crate::read::Reading;
use crate::score::attribution::{self, Attribution};

/// One attribution that the reader finds.
#[derive(Serialize)]
struct Line {
    right: bool,
    evidence: Vec<f64>,
}

/// Prints a line of JSON with the names of the evidence, then one for each attribution in the reports, which are laid out
/// as PolNeAR's.
pub(crate) fn print(reports: &Path, reading: &Reading) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    let mut write = |line: String| writeln!(out, "{line}").map_err(Error::file(Path::new("standard output")));
    write(serde_json::json!({ "evidence": Reader::EVIDENCE }).to_string())?;
    for article in corpus::ndjson::<Article>(reports)? {
        let weighed = reading.weigh(&article.report())?;
        let predicted: Vec<Attribution> = weighed
            .iter()
            .map(|weighed| Attribution {
                source: weighed.source.iter().map(|span| (span.0, span.1)).collect(),
                cue: Vec::new(),
                content: weighed.content.iter().map(|span| (span.0, span.1)).collect(),
            })
            .collect();
        let right = attribution::right(&article.text, &article.gold(), &predicted);
        for (weighed, right) in weighed.into_iter().zip(right) {
            write(serde_json::json!(Line { right, evidence: weighed.evidence }).to_string())?;
        }
    }
    Ok(())
}
