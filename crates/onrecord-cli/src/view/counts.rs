//! What there is in a record, in numbers, and what could not be told.

use std::collections::BTreeSet;

use onrecord::record::{Act, Quote, Record, RelationKind, SourceKind, Statement};

use super::{Look, faint, number_of};

/// Writes the counts.
pub(super) fn write(record: &Record, look: Look, out: &mut String) {
    look.paragraph("", "", &faint(&told(record)), out);
    let doubts = doubts(record);
    if !doubts.is_empty() {
        // The paragraph before ends with an empty line, which does not part these two.
        out.pop();
        look.paragraph("", "", &faint(&doubts), out);
    }
}

/// What was found.
fn told(record: &Record) -> String {
    let statements = &record.statements;
    let speakers: BTreeSet<&str> = statements.iter().filter_map(|it| it.chain.last()).map(String::as_str).collect();
    let quoted =
        |kind| statements.iter().filter(|statement| statement.quote == kind && !statement.content.is_empty()).count();
    let denials = statements.iter().filter(|statement| statement.act == Some(Act::Deny)).count();
    let disputes = record.relations.iter().filter(|relation| relation.kind == RelationKind::Denies).count();
    let parts = [
        Some(format!("{} from {}", count(statements.len(), "statement"), count(speakers.len(), "source"))),
        Some(format!(
            "{} direct, {} mixed, {} indirect",
            quoted(Quote::Direct),
            quoted(Quote::Mixed),
            quoted(Quote::Indirect)
        )),
        some(denials, "denial"),
        some(disputes, "contradiction"),
        some(record.own_voice.len(), "claim").map(|claims| format!("{claims} of the paper’s own")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What could not be told.
fn doubts(record: &Record) -> String {
    let unresolved = |statement: &&Statement| {
        statement.sources.iter().any(|source| source.name.is_none() && source.kind != SourceKind::None)
    };
    let unnamed = |statement: &&Statement| statement.sources.iter().all(|source| source.kind == SourceKind::None);
    let listed = |which: &dyn Fn(&&Statement) -> bool| -> Vec<String> {
        record.statements.iter().filter(which).map(|statement| number_of(&statement.id).to_string()).collect()
    };
    let (unresolved, unnamed) = (listed(&unresolved), listed(&unnamed));
    let parts = [
        some(unresolved.len(), "source").map(|sources| format!("{sources} unresolved ({})", unresolved.join(", "))),
        some(unnamed.len(), "statement")
            .map(|statements| format!("{statements} from nobody named ({})", unnamed.join(", "))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn some(number: usize, thing: &str) -> Option<String> {
    (number > 0).then(|| count(number, thing))
}
