//! A source: what it has said, denied and declined to say; whom it cites, and who cites it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use onrecord::record::Act;
use onrecord_ledger::{Entity, Found, Ledger, Listing, Named, Naming, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entities::kind;
use super::search::if_any;
use super::{PAGE, numbered};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::words;

/// Whom a source cites is told from so many of its newest claims.
const LOOKED_AT: usize = 500;

/// What a source's page shows.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "source.html")]
pub(crate) struct SourcePage {
    /// As it was asked for.
    name: String,
    /// Who that is, under all names that reports have for it; `null` if nobody, or several, can be meant.
    entity: Option<Entity>,
    /// Others whom the name may mean.
    others: Vec<Entity>,
    /// The act that is shown alone.
    act: Option<Act>,
    /// How many claims there are of each act, the most frequent first.
    acts: Vec<(Option<Act>, u64)>,
    /// The newest claims.
    claims: Listing<Found>,
    /// The newest claims of whoever held an office of the entity's in reports that do not name the holder, on days when it
    /// did and, as far as the ledger knows, nobody else.
    by_office: Vec<Found>,
    /// On whose word it speaks, and how often, in its newest claims.
    cites: Vec<(String, u64)>,
    /// Who tells us its word.
    cited_by: Vec<(String, u64)>,
    /// The reports that name it, those first that were added last.
    named: Listing<Named>,
    /// Who rules, if nobody else is named.
    #[serde(skip)]
    person: String,
}

/// Which source, and what of it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Which {
    /// A name or an office, or part of one.
    name: String,
    /// What is done in saying it.
    #[serde(default, deserialize_with = "if_any")]
    act: Option<Act>,
    /// From where the list of claims goes on: `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// From where the list of reports that name it goes on.
    #[serde(default)]
    named: Option<String>,
}

impl SourcePage {
    fn new(ledger: &Ledger, which: Which, person: String) -> Result<SourcePage, Problem> {
        let Which { name, act, cursor, named } = which;
        let query = onrecord_ledger::Query { by: Some(name.clone()), ..onrecord_ledger::Query::default() };
        let source = ledger.source(&query, LOOKED_AT)?;
        // A source has all its names.
        let names: Vec<&str> = match &source.entity {
            Some(entity) => entity.names.iter().map(|naming| naming.name.as_str()).collect(),
            None => vec![&name],
        };
        let (cites, cited_by) = citing(&names, source.results.claims.iter().map(|found| found.chain.as_slice()));
        let named = match &source.entity {
            Some(entity) => ledger.named(numbered(&entity.id, 'e', "entity")?, named.as_deref(), PAGE)?,
            None => Listing { entries: Vec::new(), next: None },
        };
        let shown = onrecord_ledger::Query { act, ..query };
        Ok(SourcePage {
            act,
            acts: source.acts,
            claims: ledger.source_after(&shown, cursor.as_deref(), PAGE)?,
            by_office: source.by_office.into_iter().take(PAGE).collect(),
            entity: source.entity,
            others: source.others,
            cites,
            cited_by,
            named,
            person,
            name,
        })
    }

    /// The name that it is shown by.
    fn heading(&self) -> &str {
        self.entity.as_ref().map_or(&self.name, |entity| &entity.name)
    }

    fn is_all(&self) -> bool {
        self.act.is_none()
    }

    /// The names of an entity beside the one that it is shown by.
    fn also(&self) -> impl Iterator<Item = &Naming> {
        let names = self.entity.iter().flat_map(|entity| entity.names.iter().map(move |naming| (entity, naming)));
        names.filter(|(entity, naming)| naming.name != entity.name).map(|(_, naming)| naming)
    }

    /// The address of this source, with one act or with all.
    fn address(&self, act: &Option<Act>) -> String {
        let act = act.as_ref().map(|act| format!("&act={}", act.name())).unwrap_or_default();
        format!("/source?name={}{act}", words::encoded(&self.name))
    }
}

/// The days of the reports that give a title or an office: "2024-05-14 to 2024-06-02".
fn days(role: &Role) -> String {
    match (&role.first, &role.last) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(day), _) | (None, Some(day)) => day.clone(),
        (None, None) => String::new(),
    }
}

/// Names, each with how often it stands somewhere.
type Counted = Vec<(String, u64)>;

/// How often the names beside one in chains stand after it and before it, the most frequent first.
fn citing<'a>(names: &[&str], chains: impl Iterator<Item = &'a [String]>) -> (Counted, Counted) {
    let names: Vec<Vec<String>> =
        (names.iter()).map(|name| name.to_lowercase().split_whitespace().map(str::to_owned).collect()).collect();
    let is_it = |other: &str| {
        let other = other.to_lowercase();
        names
            .iter()
            .any(|words| words.iter().all(|word| other.split(|it: char| !it.is_alphanumeric()).any(|it| it == word)))
    };
    let (mut after, mut before) = (BTreeMap::<&str, u64>::new(), BTreeMap::<&str, u64>::new());
    for chain in chains {
        for pair in chain.windows(2) {
            if is_it(&pair[0]) && !is_it(&pair[1]) {
                *after.entry(&pair[1]).or_default() += 1;
            }
            if is_it(&pair[1]) && !is_it(&pair[0]) {
                *before.entry(&pair[0]).or_default() += 1;
            }
        }
    }
    let sorted = |counts: BTreeMap<&str, u64>| {
        let mut counts: Vec<(String, u64)> = counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    };
    (sorted(after), sorted(before))
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(which) = which?;
    let person = desk.person(None);
    desk.answer(asked, move |ledger| SourcePage::new(ledger, which, person)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cites_whom() {
        let chain = |names: &str| names.split(" ← ").map(str::to_owned).collect::<Vec<String>>();
        let chains =
            [chain("Nordpress ← Tom Reeve"), chain("Tom Reeve ← Board"), chain("The Courier ← Tom Reeve ← Board")];
        let (cites, cited_by) = citing(&["reeve"], chains.iter().map(Vec::as_slice));
        assert_eq!(cites, [("Board".to_owned(), 2)]);
        assert_eq!(cited_by, [("Nordpress".to_owned(), 1), ("The Courier".to_owned(), 1)]);
        assert_eq!(citing(&["Ree"], chains.iter().map(Vec::as_slice)), (vec![], vec![]));
    }
}
