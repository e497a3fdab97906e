//! NewsQuant: quantities in sentences of news.

use std::path::Path;

use serde::Deserialize;

use super::{Origin, Report, json};
use crate::error::Error;
use crate::score::quantity::Gold;

pub(crate) const ORIGIN: Origin = Origin {
    name: "newsquant-dev",
    title: "NewsQuant, first 200 sentences",
    holds: "200 sentences of news with 328 quantities: value, bound, unit, thing counted",
    paper: "Almasian et al., EMNLP 2023",
    address: "https://github.com/vivkaz/CQE",
    licence: "none stated",
    layout: "`quantities/newsquant-dev.json`: `[{\"text\", \"quantities\": [{\"change\", \"value\", \"unit\", …}]}]`",
};

/// A sentence with its quantities.
#[derive(Debug, Deserialize)]
pub(crate) struct Sentence {
    text: String,
    pub(crate) quantities: Vec<Gold>,
}

impl Sentence {
    /// `index` counts from 0 in the corpus.
    pub(crate) fn report(&self, index: usize) -> Report {
        Report::text(&format!("q{index}"), &self.text, &[])
    }
}

pub(crate) fn load(corpora: &Path) -> Result<Option<Vec<Sentence>>, Error> {
    let path = corpora.join("quantities/newsquant-dev.json");
    if path.is_file() { json(&path).map(Some) } else { Ok(None) }
}
