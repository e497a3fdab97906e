//! Searching: who said what, on whose word, when.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use onrecord::record::{Act, Certainty};
use onrecord_ledger::{Found, Ledger, Listing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PAGE;
use crate::asked::Asked;
use crate::desk::Desk;
use crate::problem::Problem;
use crate::words;

/// What to find, as it stands in an address. What is left empty is not asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Filters {
    /// Words that the claim has; those in quotation marks must follow each other.
    pub(crate) words: String,
    /// On whose word: a name or an office, or part of one.
    pub(crate) by: String,
    /// The paper.
    pub(crate) publisher: String,
    /// What is done in saying it.
    #[serde(deserialize_with = "if_any")]
    pub(crate) act: Option<Act>,
    /// How sure its source is.
    #[serde(deserialize_with = "if_any")]
    pub(crate) certainty: Option<Certainty>,
    /// A place that the claim names.
    pub(crate) place: String,
    /// A number that the claim gives, however it is written there.
    pub(crate) number: String,
    /// The first day, `YYYY-MM-DD`.
    pub(crate) since: String,
    /// The last day, `YYYY-MM-DD`.
    pub(crate) until: String,
    /// `true` for what papers say in their own voice alone.
    pub(crate) own_voice: String,
}

/// Where a list goes on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Cursor {
    /// `next` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
}

/// What was found.
#[derive(Serialize, JsonSchema, Template)]
#[template(path = "search.html")]
pub(crate) struct Search {
    /// What was asked for.
    filters: Filters,
    /// How many claims there are, up to ten thousand.
    total: u64,
    /// The newest of them.
    claims: Listing<Found>,
}

impl Search {
    /// The address of the next page.
    fn onward(&self) -> Option<String> {
        let next = self.claims.next.as_ref()?;
        Some(format!("/search?{}cursor={}", self.filters.address(), words::encoded(next)))
    }
}

impl Filters {
    fn query(&self) -> Result<onrecord_ledger::Query, Problem> {
        let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Problem::wrong(format!("{text:?} is no day; one is written YYYY-MM-DD"))),
        };
        Ok(onrecord_ledger::Query {
            words: self.words.trim().to_owned(),
            by: some(&self.by),
            publisher: some(&self.publisher),
            act: self.act,
            certainty: self.certainty,
            place: some(&self.place),
            number: some(&self.number),
            own_voice: matches!(self.own_voice.as_str(), "true" | "on" | "1"),
            since: day(&self.since)?,
            until: day(&self.until)?,
        })
    }

    /// What is asked for as the beginning of an address's question.
    fn address(&self) -> String {
        let mut out = String::new();
        let act = self.act.map_or("", Act::name);
        let certainty = self.certainty.map_or("", Certainty::code);
        for (name, value) in [
            ("words", self.words.as_str()),
            ("by", &self.by),
            ("publisher", &self.publisher),
            ("act", act),
            ("certainty", certainty),
            ("place", &self.place),
            ("number", &self.number),
            ("since", &self.since),
            ("until", &self.until),
            ("own_voice", &self.own_voice),
        ] {
            if !value.is_empty() {
                out.push_str(&format!("{name}={}&", words::encoded(value)));
            }
        }
        out
    }
}

pub(crate) async fn page(
    State(desk): State<Arc<Desk>>,
    filters: Result<Query<Filters>, axum::extract::rejection::QueryRejection>,
    cursor: Result<Query<Cursor>, axum::extract::rejection::QueryRejection>,
    asked: Asked,
) -> Result<Response, Problem> {
    let (Query(filters), Query(Cursor { cursor })) = (filters?, cursor?);
    let query = filters.query()?;
    desk.answer(asked, move |ledger: &Ledger| {
        Ok(Search {
            total: ledger.search(&query, 0)?.total,
            claims: ledger.search_after(&query, cursor.as_deref(), PAGE)?,
            filters,
        })
    })
    .await
}

/// A value of an enumeration; a form sends an empty one where nothing was chosen.
pub(crate) fn if_any<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    use serde::de::Error;
    let given: Option<String> = Option::deserialize(deserializer)?;
    match given.filter(|given| !given.is_empty()) {
        None => Ok(None),
        Some(given) => serde_json::from_value(serde_json::Value::String(given)).map(Some).map_err(D::Error::custom),
    }
}
