//! The annotated corpora: how each is laid out on disk, what is to be read from it, and the gold beside it.

pub(crate) mod bodies;
pub(crate) mod coreference;
pub(crate) mod gum;
pub(crate) mod newsquant;
pub(crate) mod polnear;
pub(crate) mod timebank;

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::Error;

/// Where the public gets a corpus, and on what terms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The name of its file of scores.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) holds: &'static str,
    pub(crate) paper: &'static str,
    pub(crate) address: &'static str,
    pub(crate) licence: &'static str,
    /// Where the evaluation looks for it in the folder of corpora.
    pub(crate) layout: &'static str,
}

/// One report to be read.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) name: String,
    pub(crate) input: Input,
}

/// What a report is read from.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// A line of NDJSON, as the program takes it.
    Line(String),
    /// A file as it is, packed or not: a page, or a text.
    File(PathBuf),
}

impl Report {
    /// A text with what is known about it: the fields `title`, `published` and `publisher` of a line.
    pub(crate) fn text(name: &str, text: &str, known: &[(&str, Option<&str>)]) -> Report {
        let mut line = serde_json::json!({ "id": name, "text": text });
        for (field, value) in known {
            line[*field] = (*value).into();
        }
        Report { name: name.to_owned(), input: Input::Line(line.to_string()) }
    }
}

pub(crate) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    serde_json::from_str(&text).map_err(|source| Error::Json { path: path.to_owned(), line: None, source })
}

pub(crate) fn ndjson<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let at = |source| Error::Json { path: path.to_owned(), line: Some(index + 1), source };
            serde_json::from_str(line).map_err(at)
        })
        .collect()
}

/// The files of a folder with this ending, sorted by name. Resource forks ("._name"), which archives made on a Mac
/// carry along, are none.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(ending) && !name.starts_with("._") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
