//! News reports of GUM, with the project's own annotation of whom their pronouns and roles stand for.
//!
//! The annotation is kept beside this program as offsets alone; the texts are put together from the corpus' CoNLL-U.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;

use super::{Origin, Report};
use crate::error::Error;
use crate::score::speakers::Annotated;

pub(crate) const ORIGIN: Origin = Origin {
    name: "gum-speakers",
    title: "GUM, speakers in ten news reports",
    holds: "Pronouns and roles that are sources, with whom they stand for; annotated for this project \
            (`crates/onrecord-dev/data/gum-speakers.tsv`) on texts of GUM",
    paper: "Zeldes, 2017",
    address: "https://github.com/amir-zeldes/gum",
    licence: "annotations CC BY 4.0; texts of Wikinews CC BY 2.5",
    layout: "`gum/gum-train.conllu.gz` and `gum/gum-dev.conllu.gz`",
};

const SPEAKERS: &str = include_str!("../../data/gum-speakers.tsv");

/// A report with those of its sources that are annotated.
#[derive(Debug)]
pub(crate) struct Article {
    pub(crate) name: String,
    text: String,
    pub(crate) gold: Vec<Annotated>,
}

impl Article {
    pub(crate) fn report(&self) -> Report {
        Report::text(&self.name, &self.text, &[])
    }
}

pub(crate) fn load(corpora: &Path) -> Result<Option<Vec<Article>>, Error> {
    let folder = corpora.join("gum");
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut gold = gold();
    let mut articles = Vec::new();
    for part in ["gum-train.conllu.gz", "gum-dev.conllu.gz"] {
        let path = folder.join(part);
        let mut table = String::new();
        let file = File::open(&path).map_err(Error::file(&path))?;
        GzDecoder::new(file).read_to_string(&mut table).map_err(Error::file(&path))?;
        for document in table.split("# newdoc id = ").skip(1) {
            let name = document.lines().next().unwrap_or_default();
            if let Some(gold) = gold.remove(name) {
                articles.push(Article { name: name.to_owned(), text: text(document), gold });
            }
        }
    }
    Ok(Some(articles))
}

fn gold() -> BTreeMap<&'static str, Vec<Annotated>> {
    let mut gold: BTreeMap<&str, Vec<Annotated>> = BTreeMap::new();
    for line in SPEAKERS.lines().filter(|line| !line.starts_with('#')) {
        if let [document, start, end, who] = line.split('\t').collect::<Vec<_>>()[..]
            && let (Ok(start), Ok(end)) = (start.parse(), end.parse())
        {
            let who = who.split('|').map(str::to_owned).collect();
            gold.entry(document).or_default().push(Annotated { span: (start, end), who });
        }
    }
    gold
}

/// The words of a document as they stood: sentences in their lines' order, an empty line before each paragraph.
fn text(document: &str) -> String {
    let mut text = String::new();
    // The last of the words that have been written together.
    let mut together: Option<&str> = None;
    for line in document.lines() {
        if line.starts_with("# newpar") && !line.starts_with("# newpar_block") {
            text.truncate(text.trim_end().len());
            text.push_str(if text.is_empty() { "" } else { "\n\n" });
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, form, .., misc] = fields[..] else { continue };
        if line.starts_with('#') || id.contains('.') {
            continue;
        }
        let space = !misc.split('|').any(|item| item == "SpaceAfter=No");
        if let Some((_, last)) = id.split_once('-') {
            text.push_str(form);
            text.push_str(if space { " " } else { "" });
            together = Some(last);
            continue;
        }
        match together {
            Some(last) => together = together.filter(|_| last != id),
            None => {
                text.push_str(form);
                text.push_str(if space { " " } else { "" });
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::{gold, text};

    #[test]
    fn words_paragraphs_and_words_written_together() {
        let word = |id: &str, form: &str, misc: &str| format!("{id}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}\n");
        let document = [
            "GUM_news_x\n# newpar\n# newpar_block = p (1 s)\n",
            &word("1", "It", "_"),
            &word("2-3", "isn't", "SpaceAfter=No"),
            &word("2", "is", "_"),
            &word("3", "n't", "_"),
            &word("4", ".", "_"),
            "\n# newpar\n",
            &word("1", "No", "SpaceAfter=No"),
            &word("2", "!", "_"),
        ]
        .concat();
        assert_eq!(text(&document), "It isn't.\n\nNo!");
    }

    #[test]
    fn the_annotation_is_of_ten_reports() {
        let gold = gold();
        assert_eq!(gold.len(), 10);
        assert!(gold.values().flatten().all(|one| one.span.0 < one.span.1 && !one.who.is_empty()));
    }
}
