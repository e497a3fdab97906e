//! `onrecord entities`: persons and bodies, each under all its names.

use std::io::{self, Write};

use onrecord_ledger::{Entity, Ledger, csv};

use crate::arguments::{Answer, Entities};
use crate::tell;
use crate::view::{self, Look};

/// Lists entities. Answers whether there are any.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn list(entities: &Entities) -> io::Result<bool> {
    let found =
        Ledger::open(&entities.ledger).and_then(|ledger| ledger.entities(entities.like.as_deref(), entities.limit));
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            tell(&format!("{}: {error}", entities.ledger.display()));
            return Ok(false);
        }
    };
    let look = Look { width: entities.output.width, color: entities.output.color };
    let printed = match entities.output.format {
        Answer::Table => view::entities(&found, look),
        Answer::Json => serde_json::to_string_pretty(&found)? + "\n",
        Answer::Csv => table(&found),
    };
    io::stdout().lock().write_all(printed.as_bytes())?;
    Ok(!found.is_empty())
}

fn table(entities: &[Entity]) -> String {
    let mut out = csv::row(["id", "name", "kind", "reports", "names", "roles", "joined"]);
    for it in entities {
        let all = |names: Vec<&str>| names.join("; ");
        out += &csv::row([
            it.id.clone(),
            it.name.clone(),
            view::kind_name(it.kind).to_owned(),
            it.reports.to_string(),
            all(it.names.iter().map(|naming| naming.name.as_str()).collect()),
            all(it.roles.iter().map(|role| role.name.as_str()).collect()),
            it.joined.join("; "),
        ]);
    }
    out
}
