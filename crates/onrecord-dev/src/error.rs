//! What can go wrong outside the reader.

use std::fmt;
use std::path::{Path, PathBuf};

/// A failure, with the file that it concerns.
#[derive(Debug)]
pub(crate) enum Error {
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    Json {
        path: PathBuf,
        line: Option<usize>,
        source: serde_json::Error,
    },
    Xml {
        path: PathBuf,
        source: roxmltree::Error,
    },
    /// The file is well formed, but not what its place in a corpus promises.
    Shape {
        path: PathBuf,
        missing: &'static str,
    },
    /// There is nothing to do.
    NoCorpus(PathBuf),
    Schema(serde_json::Error),
    /// A generated file differs from what is generated now.
    Stale(PathBuf),
    Weights {
        path: PathBuf,
        source: onrecord::model::ModelError,
    },
    Line {
        name: String,
        source: onrecord::article::ndjson::LineError,
    },
    Article {
        name: String,
        source: onrecord::article::Error,
    },
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        |source| Error::File { path: path.to_owned(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::File { path, source } => write!(f, "{}: {source}", path.display()),
            Error::Json { path, line: Some(line), source } => write!(f, "{}:{line}: {source}", path.display()),
            Error::Json { path, line: None, source } => write!(f, "{}: {source}", path.display()),
            Error::Xml { path, source } => write!(f, "{}: {source}", path.display()),
            Error::Schema(source) => write!(f, "the record's schema: {source}"),
            Error::Shape { path, missing } => write!(f, "{}: there is no {missing}", path.display()),
            Error::NoCorpus(folder) => {
                write!(f, "{}: none of the corpora is here; evals/README.md says where to get them", folder.display())
            }
            Error::Stale(path) => {
                write!(f, "{}: not as generated now; run `./dev generate` and commit", path.display())
            }
            Error::Weights { path, source } => write!(f, "{}: {source}", path.display()),
            Error::Line { name, source } => write!(f, "{name}: {source}"),
            Error::Article { name, source } => write!(f, "{name}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { source, .. } => Some(source),
            Error::Json { source, .. } | Error::Schema(source) => Some(source),
            Error::Xml { source, .. } => Some(source),
            Error::Weights { source, .. } => Some(source),
            Error::Line { source, .. } => Some(source),
            Error::Article { source, .. } => Some(source),
            Error::Shape { .. } | Error::NoCorpus(_) | Error::Stale(_) => None,
        }
    }
}
