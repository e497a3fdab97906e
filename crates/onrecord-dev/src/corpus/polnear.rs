//! PolNeAR: attributions in US political news.

use std::path::Path;

use serde::Deserialize;

use super::{Origin, Report, ndjson};
use crate::error::Error;
use crate::score::attribution::Attribution;

pub(crate) const ORIGIN: Origin = Origin {
    name: "polnear-dev",
    title: "PolNeAR, development part",
    holds: "84 US news articles with 2,193 attributions: source, cue and content",
    paper: "Newell et al., LREC 2018",
    address: "https://github.com/networkdynamics/PolNeAR",
    licence: "none stated; texts of the press",
    layout: "`polnear-dev.ndjson`: one `{\"id\", \"text\", \"title\", \"published\", \"publisher\", \"attributions\": \
             [{\"source\": [[start, end], …], \"cue\": …, \"content\": …}]}` an article, in code points",
};

/// An article with its attributions.
#[derive(Debug, Deserialize)]
pub(crate) struct Article {
    pub(crate) id: String,
    pub(crate) text: String,
    title: Option<String>,
    published: Option<String>,
    publisher: Option<String>,
    attributions: Vec<Spans>,
}

#[derive(Debug, Deserialize)]
struct Spans {
    source: Vec<(u32, u32)>,
    cue: Vec<(u32, u32)>,
    content: Vec<(u32, u32)>,
}

impl Article {
    pub(crate) fn report(&self) -> Report {
        let known = [
            ("title", self.title.as_deref()),
            ("published", self.published.as_deref()),
            ("publisher", self.publisher.as_deref()),
        ];
        Report::text(&self.id, &self.text, &known)
    }

    pub(crate) fn gold(&self) -> Vec<Attribution> {
        let attribution = |spans: &Spans| Attribution {
            source: spans.source.clone(),
            cue: spans.cue.clone(),
            content: spans.content.clone(),
        };
        self.attributions.iter().map(attribution).collect()
    }
}

pub(crate) fn load(corpora: &Path) -> Result<Option<Vec<Article>>, Error> {
    let path = corpora.join("polnear-dev.ndjson");
    if path.is_file() { ndjson(&path).map(Some) } else { Ok(None) }
}
