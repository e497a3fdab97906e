//! Web pages with the text of their articles.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{Input, Origin, Report, files, json};
use crate::error::Error;

pub(crate) const BENCHMARK: Origin = Origin {
    name: "article-bodies",
    title: "Article extraction benchmark, every other page",
    holds: "91 of its 181 web pages with the text of their articles",
    paper: "Scrapinghub, 2020",
    address: "https://github.com/scrapinghub/article-extraction-benchmark",
    licence: "MIT",
    layout: "`article-bodies/ground-truth.json` and `article-bodies/html/*.html.gz`",
};

pub(crate) const FUNDUS: Origin = Origin {
    name: "fundus",
    title: "Fundus evaluation",
    holds: "80 news pages of 16 publishers with their paragraphs",
    paper: "Dallabetta et al., ACL 2024",
    address: "https://github.com/dobbersc/fundus-evaluation",
    licence: "MIT",
    layout: "`fundus/ground_truth.json` and `fundus/html/*.html.gz`",
};

/// A page with its body.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) date: Option<String>,
}

#[derive(Deserialize)]
struct Truth {
    #[serde(rename = "articleBody", alias = "body")]
    body: Body,
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Whole(String),
    Paragraphs(Vec<String>),
}

/// A corpus of pages.
#[derive(Debug)]
pub(crate) struct Pages {
    /// The gold of every page, sorted by name.
    pub(crate) gold: Vec<Page>,
    /// The pages that are there to be read.
    pub(crate) reports: Vec<Report>,
}

pub(crate) fn load(corpora: &Path, origin: Origin) -> Result<Option<Pages>, Error> {
    let folder = corpora.join(origin.name);
    let mut truth = folder.join("ground-truth.json");
    if !truth.is_file() {
        truth = folder.join("ground_truth.json");
    }
    if !truth.is_file() {
        return Ok(None);
    }
    let gold = json::<BTreeMap<String, Truth>>(&truth)?.into_iter().map(|(name, truth)| Page {
        name: stem(&name).to_owned(),
        body: match truth.body {
            Body::Whole(text) => text,
            Body::Paragraphs(paragraphs) => paragraphs.join("\n"),
        },
        date: truth.date,
    });
    let html = files(&folder.join("html"), ".html.gz")?;
    let reports = html.into_iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Report { name: stem(&name).to_owned(), input: Input::File(path.clone()) }
    });
    Ok(Some(Pages { gold: gold.collect(), reports: reports.collect() }))
}

fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    name.strip_suffix(".html").unwrap_or(name)
}
