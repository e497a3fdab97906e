//! Entities: whom the reports name, each under all its names; that two are one, or that part of one is another. What one has said
//! is on its page as a source.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use onrecord::record::EntityKind;
use onrecord_ledger::{Entity, Listing, Parting};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Merging, PAGE, Ruled, numbered};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::reply::made;
use crate::sent::{Sent, one_or_many};
use crate::words;

/// So many other names are listed with an entity.
const ALSO: usize = 4;

/// The list of entities.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "entities.html")]
pub(crate) struct Entities {
    /// The words that are looked for; empty for all.
    like: String,
    /// Those in most reports first.
    entities: Listing<Entity>,
}

/// Which entities are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Which {
    /// A name, or part of one, however it is spelt.
    like: String,
    /// From where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

impl Entities {
    /// The address of the next page.
    fn onward(&self) -> Option<String> {
        let next = self.entities.next.as_ref()?;
        Some(format!("/entities?like={}&cursor={next}", words::encoded(&self.like)))
    }
}

/// Some of the names of an entity beside the one that it is shown by.
fn also(entity: &Entity) -> Vec<&str> {
    let names = entity.names.iter().map(|naming| naming.name.as_str());
    names.filter(|name| *name != entity.name).take(ALSO).collect()
}

/// What an entity is.
pub(crate) fn kind(kind: &EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "person",
        EntityKind::Organization => "organization",
        EntityKind::Group => "group",
        EntityKind::Place => "place",
        EntityKind::Document => "document",
    }
}

pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { like, cursor }) = which?;
    desk.answer(asked, move |ledger| {
        let words = Some(like.trim()).filter(|like| !like.is_empty());
        Ok(Entities { entities: ledger.entities_after(words, cursor.as_deref(), PAGE)?, like })
    })
    .await
}

pub(crate) async fn merge(
    State(desk): State<Arc<Desk>>,
    into: Result<Path<String>, PathRejection>,
    asked: Asked,
    Sent(Merging { from, person, why }): Sent<Merging>,
) -> Result<Response, Problem> {
    let Path(name) = into?;
    let (into, from) = (numbered(&name, 'e', "entity")?, numbered(from.trim(), 'e', "entity")?);
    let (person, now) = (desk.person(person), Desk::now());
    let ruling = desk.write(move |writer| writer.merge_entities(into, from, &person, why.as_deref(), now)).await?;
    Ok(made(&asked, &format!("/source?name={name}"), &Ruled { ruling: format!("n{ruling}"), of: name.clone() }))
}

/// Which part of an entity is another one: what these reports say of it, what has these names, or, where both are given, what
/// these reports say under these names.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Splitting {
    /// The reports, by their names in the ledger: `d7`.
    #[serde(default, deserialize_with = "one_or_many")]
    reports: Vec<String>,
    /// Names, as reports write them. Without reports they hold of those too that are still to come.
    #[serde(default, deserialize_with = "one_or_many")]
    names: Vec<String>,
    /// Who says so; the desk's own person if nobody is named.
    #[serde(default, rename = "as")]
    person: Option<String>,
    /// Why.
    #[serde(default)]
    why: Option<String>,
}

pub(crate) async fn split(
    State(desk): State<Arc<Desk>>,
    entity: Result<Path<String>, PathRejection>,
    asked: Asked,
    Sent(Splitting { reports, names, person, why }): Sent<Splitting>,
) -> Result<Response, Problem> {
    let Path(entity) = entity?;
    let entity = numbered(&entity, 'e', "entity")?;
    if reports.is_empty() && names.is_empty() {
        return Err(Problem::wrong("say which part is another: choose reports, names, or both"));
    }
    let reports = reports.iter().map(|report| numbered(report, 'd', "report")).collect::<Result<_, Problem>>()?;
    let (parting, person, now) = (Parting { reports, names }, desk.person(person), Desk::now());
    let (ruling, own) =
        desk.write(move |writer| writer.split_entity(entity, &parting, &person, why.as_deref(), now)).await?;
    let own = format!("e{own}");
    Ok(made(&asked, &format!("/source?name={own}"), &Ruled { ruling: format!("n{ruling}"), of: own.clone() }))
}
