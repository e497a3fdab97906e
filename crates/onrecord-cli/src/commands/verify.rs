//! `onrecord verify`: holds everything in a ledger against everything else in it.

use std::io::{self, Write};

use onrecord_ledger::{Error, Ledger, Verified};

use crate::account::grouped;
use crate::arguments::Verify;
use crate::progress::Progress;

/// How many problems are told.
const TOLD: usize = 20;

/// Verifies the ledger and says what was found. Answers whether everything agrees.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(verify: &Verify) -> io::Result<bool> {
    let mut progress = Progress::new(verify.progress);
    let verified: Result<Verified, Error> = Ledger::open(&verify.ledger)
        .and_then(|ledger| ledger.verify(|done, all| progress.draw_of("versions", done, all)));
    progress.clear();
    match verified {
        Ok(verified) => {
            io::stdout().lock().write_all(told(&verified).as_bytes())?;
            Ok(verified.problems.is_empty())
        }
        Err(error) => Ok(super::told(&verify.ledger, &error)),
    }
}

fn told(verified: &Verified) -> String {
    let mut lines: Vec<String> = verified.problems.iter().take(TOLD).map(|problem| format!("  {problem}")).collect();
    if verified.problems.len() > TOLD {
        lines.push(format!("  and {} more", grouped((verified.problems.len() - TOLD) as u64)));
    }
    if !verified.loose.is_empty() {
        let numbers: Vec<String> = verified.loose.iter().map(i64::to_string).collect();
        lines.push(format!("corrections whose words no reading has a statement for: {}", numbers.join(", ")));
    }
    let head = format!(
        "{} versions, {} statements, {} claims, {} pieces of text at their place: {}",
        grouped(verified.versions),
        grouped(verified.statements),
        grouped(verified.claims),
        grouped(verified.spans),
        match verified.problems.len() {
            0 => "everything agrees".to_owned(),
            1 => "1 problem".to_owned(),
            many => format!("{} problems", grouped(many as u64)),
        }
    );
    [vec![head], lines].concat().join("\n") + "\n"
}
