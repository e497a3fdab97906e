//! A matter: who stands where, its figures over time, where it comes from, and every mention; and the list of matters.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use onrecord::record::CodePoints;
use onrecord_ledger::{ContradictionKind, Ledger, Listing, Matter, Order, SeriesKind, Stance, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Merging, PAGE, Ruled, numbered};
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::reply::made;
use crate::sent::{Sent, one_or_many};
use crate::{chart, words};

/// A matter is shown by so many of its members at most: the first, and the last.
const MEMBERS: usize = 200;

/// What a matter's page shows.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "matter.html")]
pub(crate) struct MatterPage {
    /// What several reports make of it.
    #[serde(flatten)]
    matter: Matter,
    /// Its members as they stand in their reports, in the order of `members`.
    mentions: Vec<Mention>,
    /// Who stands where, drawn.
    #[serde(skip)]
    stands: Option<String>,
    /// The figures, drawn.
    #[serde(skip)]
    charts: Vec<Option<String>>,
    /// Who rules, if nobody else is named.
    #[serde(skip)]
    person: String,
}

/// A member of a matter as it stands in its report.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Mention {
    /// The claim's name in the ledger.
    id: String,
    /// The report's name in the ledger.
    report: String,
    /// Its headline.
    title: Option<String>,
    /// The paper.
    publisher: Option<String>,
    /// The day of publication.
    published: Option<String>,
    /// On whose word, outermost first.
    chain: Vec<String>,
    /// How the speaker stands to the matter.
    stance: Stance,
    /// The words.
    text: String,
    /// Where they stand in the report's text.
    span: CodePoints,
}

impl MatterPage {
    fn new(ledger: &Ledger, number: i64, person: String) -> Result<MatterPage, Problem> {
        let matter = ledger.matter_within(number, MEMBERS)?;
        let names = ledger.mentions(number)?;
        let page = &matter.page;
        let mentions: Vec<Mention> = page
            .members
            .iter()
            .map(|member| {
                let report = matter.reports.iter().find(|report| report.report == member.report);
                let key = (member.report.clone(), member.claim.clone());
                Mention {
                    id: names.get(&key).cloned().unwrap_or_else(|| member.claim.clone()),
                    report: member.report.clone(),
                    title: report.and_then(|report| report.title.clone()),
                    publisher: report.and_then(|report| report.publisher.clone()),
                    published: member.published.clone(),
                    chain: member.chain.clone(),
                    stance: member.stance,
                    text: member.text.clone(),
                    span: member.span,
                }
            })
            .collect();
        let day = |member: usize| page.members[member].published.clone().unwrap_or_else(|| "no day".to_owned());
        let who =
            |member: usize| page.members[member].chain.last().cloned().unwrap_or_else(|| "the paper itself".to_owned());
        let charts = page.series.iter().map(|series| chart::series(series, day, who)).collect();
        let rows: Vec<(String, Vec<(String, Stance)>)> = page
            .positions
            .iter()
            .map(|position| {
                let marks = position.members.iter().map(|member| (day(*member), page.members[*member].stance));
                (position.who.clone().unwrap_or_else(|| "the papers".to_owned()), marks.collect())
            })
            .collect();
        let stands = chart::positions(&rows);
        Ok(MatterPage { mentions, stands, charts, person, matter })
    }

    /// "3 reports · 2 independent origins · 4 mentions".
    fn summed_up(&self) -> String {
        let origins = u64::try_from(self.matter.page.independent).unwrap_or(u64::MAX);
        let reports = self.matter.reports.len() as u64;
        [
            words::count(&reports, "report", "reports"),
            words::count(&origins, "independent origin", "independent origins"),
            words::count(&self.matter.total, "mention", "mentions"),
        ]
        .join(" · ")
    }

    /// The first and the last day on which a position was published.
    fn span(&self, members: &[usize]) -> String {
        let days = || members.iter().filter_map(|member| self.mentions.get(*member)?.published.as_deref());
        match (days().min(), days().max()) {
            (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
            (Some(day), _) => day.to_owned(),
            _ => String::new(),
        }
    }

    /// Whether there are more mentions than are shown.
    fn is_cut(&self) -> bool {
        self.mentions.len() as u64 != self.matter.total
    }

    fn chart(&self, series: &usize) -> Option<&String> {
        self.charts.get(*series)?.as_ref()
    }

    fn mention(&self, member: &usize) -> Option<&Mention> {
        self.mentions.get(*member)
    }

    /// The mentions of a report that an origin stands behind.
    fn of_report(&self, report: &str) -> Option<&Mention> {
        self.mentions.iter().find(|mention| mention.report == report)
    }
}

impl Mention {
    /// "The Wexmouth Courier, 2024-05-14".
    fn paper(&self) -> String {
        let paper = self.publisher.as_deref().or(self.title.as_deref()).unwrap_or(&self.report);
        match &self.published {
            Some(day) => format!("{paper}, {day}"),
            None => paper.to_owned(),
        }
    }

    fn who(&self) -> &str {
        self.chain.last().map_or("the paper itself", String::as_str)
    }
}

/// How the figures of a series stand to each other.
fn agreement(kind: &SeriesKind) -> &'static str {
    match kind {
        SeriesKind::Agree => "All of them can hold.",
        SeriesKind::Update => "The later ones overtake the earlier.",
        SeriesKind::Dispute => "They cannot all be so.",
    }
}

/// In what two mentions contradict each other.
fn against(kind: &ContradictionKind) -> &'static str {
    match kind {
        ContradictionKind::Denial => "one denies the other",
        ContradictionKind::Figure => "their numbers exclude each other",
        ContradictionKind::Time => "they put it at different times",
        ContradictionKind::Place => "they put it in different directions",
    }
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    matter: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Path(matter) = matter?;
    let matter = numbered(&matter, 'C', "matter")?;
    let person = desk.person(None);
    desk.answer(asked, move |ledger| MatterPage::new(ledger, matter, person)).await
}

/// The list of matters.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "matters.html")]
pub(crate) struct Matters {
    /// By what they are sorted: `reports`, `origins` or `newest`.
    order: Sorted,
    /// Whether only those are listed in which claims contradict each other.
    disputed: bool,
    /// The matters.
    matters: Listing<Summary>,
}

/// By what matters are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sorted {
    /// By how many reports they stand in.
    #[default]
    Reports,
    /// By how many independent origins they have.
    Origins,
    /// By the last day of publication.
    Newest,
}

/// Which matters are listed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Which {
    /// By what they are sorted, the most first.
    order: Sorted,
    /// `true` for those in which claims contradict each other.
    disputed: bool,
    /// From where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

impl Matters {
    /// The address of this list in another order, or of others.
    fn address(&self, order: &Sorted, disputed: &bool) -> String {
        let order = match order {
            Sorted::Reports => "reports",
            Sorted::Origins => "origins",
            Sorted::Newest => "newest",
        };
        format!("/matters?order={order}&disputed={disputed}")
    }

    /// Disputed ones alone if all are listed, else all.
    fn other(&self) -> &bool {
        if self.disputed { &false } else { &true }
    }

    fn orders(&self) -> [(Sorted, &'static str); 3] {
        [(Sorted::Reports, "most reports"), (Sorted::Origins, "most origins"), (Sorted::Newest, "newest")]
    }
}

pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    which: Result<Query<Which>, QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let Query(Which { order, disputed, cursor }) = which?;
    desk.answer(asked, move |ledger| {
        let by = match order {
            Sorted::Reports => Order::Reports,
            Sorted::Origins => Order::Origins,
            Sorted::Newest => Order::Newest,
        };
        Ok(Matters { order, disputed, matters: ledger.matters_after(by, disputed, cursor.as_deref(), PAGE)? })
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
    let (into, from) = (numbered(&name, 'C', "matter")?, numbered(from.trim(), 'C', "matter")?);
    let (person, now) = (desk.person(person), Desk::now());
    let ruling = desk.write(move |writer| writer.merge(into, from, &person, why.as_deref(), now)).await?;
    Ok(made(&asked, &format!("/matters/{name}"), &Ruled { ruling: format!("m{ruling}"), of: name.clone() }))
}

/// Which claims make up a matter of their own.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Splitting {
    /// The claims, by their names in the ledger: `s17.1`, `r88`.
    #[serde(deserialize_with = "one_or_many")]
    claims: Vec<String>,
    /// Who says so; the desk's own person if nobody is named.
    #[serde(default, rename = "as")]
    person: Option<String>,
    /// Why.
    #[serde(default)]
    why: Option<String>,
}

pub(crate) async fn split(
    State(desk): State<Arc<Desk>>,
    asked: Asked,
    Sent(Splitting { claims, person, why }): Sent<Splitting>,
) -> Result<Response, Problem> {
    let (person, now) = (desk.person(person), Desk::now());
    let (ruling, matter) = desk
        .write(move |writer| {
            let claims: Vec<i64> = claims
                .iter()
                .map(|claim| writer.ledger().claim_named(claim))
                .collect::<onrecord_ledger::Result<_>>()?;
            writer.split(&claims, &person, why.as_deref(), now)
        })
        .await?;
    let matter = format!("C{matter}");
    Ok(made(&asked, &format!("/matters/{matter}"), &Ruled { ruling: format!("m{ruling}"), of: matter.clone() }))
}
