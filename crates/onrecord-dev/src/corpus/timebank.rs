//! TimeBank as TempEval-3 cleaned it: news with TIMEX3 (TimeML 1.2.1).

use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};

use super::{Origin, Report, files};
use crate::error::Error;
use crate::score::time::Timex;

pub(crate) const ORIGIN: Origin = Origin {
    name: "timebank",
    title: "TimeBank, TempEval-3's version",
    holds: "183 news articles with expressions of time and their TIMEX3 values",
    paper: "UzZaman et al., SemEval 2013",
    address: "https://www.cs.york.ac.uk/semeval-2013/task1/",
    licence: "research use",
    layout: "`tempeval3/TBAQ-cleaned/TimeBank/*.tml`",
};

/// An article with its expressions of time.
#[derive(Debug)]
pub(crate) struct Article {
    name: String,
    text: String,
    published: Option<String>,
    pub(crate) gold: Vec<Timex>,
}

impl Article {
    pub(crate) fn report(&self) -> Report {
        Report::text(&self.name, &self.text, &[("published", self.published.as_deref())])
    }
}

pub(crate) fn load(corpora: &Path) -> Result<Option<Vec<Article>>, Error> {
    let folder = corpora.join("tempeval3/TBAQ-cleaned/TimeBank");
    if !folder.is_dir() {
        return Ok(None);
    }
    files(&folder, ".tml")?.iter().map(|path| article(path)).collect::<Result<_, _>>().map(Some)
}

fn article(path: &Path) -> Result<Article, Error> {
    let source = fs::read_to_string(path).map_err(Error::file(path))?;
    let xml = Document::parse(&source).map_err(|source| Error::Xml { path: path.to_owned(), source })?;
    let element = |name: &str| xml.descendants().find(|node| node.has_tag_name(name));
    let body = element("TEXT").ok_or(Error::Shape { path: path.to_owned(), missing: "TEXT" })?;
    let mut article = Article {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: String::new(),
        published: element("DCT")
            .and_then(|dct| dct.children().find(|node| node.has_tag_name("TIMEX3")))
            .and_then(|timex| timex.attribute("value"))
            .map(str::to_owned),
        gold: Vec::new(),
    };
    let mut point = 0;
    article.walk(body, &mut point);
    Ok(article)
}

impl Article {
    /// Adds the text under a node, and the expressions in the order of their ends. `point` counts code points.
    fn walk(&mut self, node: Node, point: &mut u32) {
        let start = *point;
        for child in node.children() {
            match child.text().filter(|_| child.is_text()) {
                Some(text) => {
                    self.text.push_str(text);
                    *point += u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                }
                None => self.walk(child, point),
            }
        }
        if node.has_tag_name("TIMEX3") {
            self.gold.push(Timex { span: (start, *point), value: node.attribute("value").map(str::to_owned) });
        }
    }
}
