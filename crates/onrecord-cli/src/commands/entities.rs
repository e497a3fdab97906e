//! `onrecord entities`: persons and bodies, each under all its names.

use std::io;

use onrecord_ledger::{Entity, Ledger, csv};

use super::answer;
use crate::arguments::Entities;
use crate::view;

/// Lists entities. Answers whether there are any.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn list(entities: &Entities) -> io::Result<bool> {
    let ask = |ledger: &Ledger| ledger.entities(entities.like.as_deref(), entities.limit);
    let found = answer(
        &entities.ledger,
        &entities.output,
        ask,
        |found, look| view::entities(found, look),
        |found| table(found),
    )?;
    Ok(found.is_some_and(|found| !found.is_empty()))
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
