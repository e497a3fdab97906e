//! Entities: for each its name, and beneath it what else reports call it.

use onrecord::record::EntityKind;
use onrecord_ledger::Entity;

use super::styled::Styled;
use super::table::joined;
use super::{Look, faint, hanging, palette, plain};
use crate::account::grouped;

/// Columns of an entity's name in the ledger and the space after it.
const NAME: usize = 8;
/// How many of its names and offices are printed.
const NAMES: usize = 6;

/// A list of entities.
pub(crate) fn entities(entities: &[Entity], look: Look) -> String {
    let mut out = String::new();
    for entity in entities {
        write(entity, look, &mut out);
    }
    if entities.is_empty() {
        faint("nobody has this name").write(look.color, &mut out);
    }
    out
}

/// One entity: its name, what it is, in how many reports it stands; beneath it its other names, and its offices.
pub(super) fn write(entity: &Entity, look: Look, out: &mut String) {
    let first = Styled::default().with(&entity.id, palette::HEADLINE).padded(NAME);
    let indent = plain(&" ".repeat(NAME));
    let reports = if entity.reports == 1 { "report" } else { "reports" };
    let mut parts = vec![
        Styled::default().with(&entity.name, palette::SOURCE),
        faint(kind_name(entity.kind)),
        faint(&format!("{} {reports}", grouped(u64::from(entity.reports)))),
    ];
    if !entity.joined.is_empty() {
        parts.push(faint(&format!("with {}", entity.joined.join(", "))));
    }
    let mut lines = hanging(&first, &indent, &joined(parts.iter()), look.measure());
    let others: Vec<&str> =
        entity.names.iter().map(|naming| naming.name.as_str()).filter(|name| *name != entity.name).collect();
    let mut offices: Vec<&str> = Vec::new();
    for role in &entity.roles {
        if !offices.contains(&role.name.as_str()) {
            offices.push(&role.name);
        }
    }
    let beneath = [listed(&others), listed(&offices)];
    let beneath: Vec<Styled> = beneath.iter().filter(|words| !words.is_empty()).map(|words| faint(words)).collect();
    if !beneath.is_empty() {
        lines.extend(hanging(&indent, &indent, &joined(beneath.iter()), look.measure()));
    }
    for line in lines {
        line.write(look.color, out);
    }
}

/// "Zelensky, Zelenskiy and 3 more".
fn listed(names: &[&str]) -> String {
    match names.len().checked_sub(NAMES) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..NAMES].join(", ")),
        _ => names.join(", "),
    }
}

/// What an entity is, in words.
pub(crate) fn kind_name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "person",
        EntityKind::Organization => "organization",
        EntityKind::Place => "place",
        EntityKind::Group => "group",
        EntityKind::Document => "document",
    }
}

#[cfg(test)]
mod tests {
    use onrecord_ledger::{Naming, Role};

    use super::*;

    #[test]
    fn each_has_its_other_names_beneath() {
        let naming = |name: &str| Naming { name: name.to_owned(), reports: 1 };
        let role = |name: &str| Role { name: name.to_owned(), first: None, last: None };
        let reeve = Entity {
            id: "e4".to_owned(),
            name: "Tom Reeve".to_owned(),
            kind: EntityKind::Person,
            names: vec![naming("Tom Reeve"), naming("Reeve"), naming("T. Reeve")],
            roles: vec![role("harbour master"), role("harbour master")],
            reports: 12,
            joined: vec!["e9".to_owned()],
        };
        let board = Entity {
            id: "e5".to_owned(),
            name: "Harbour Board".to_owned(),
            kind: EntityKind::Organization,
            names: "abcdefgh".chars().map(|name| naming(&name.to_string())).collect(),
            roles: Vec::new(),
            reports: 1,
            joined: Vec::new(),
        };
        let expected = "\
e4      Tom Reeve · person · 12 reports · with e9
        Reeve, T. Reeve · harbour master
e5      Harbour Board · organization · 1 report
        a, b, c, d, e, f and 2 more
";
        let look = Look { width: 80, color: false };
        assert_eq!(entities(&[reeve, board], look), expected);
        assert_eq!(entities(&[], look), "nobody has this name\n");
    }
}
