//! Evaluation and generated files of the onrecord workspace; `./dev` is the door to it.

mod confidence;
mod corpus;
mod error;
mod eval;
mod events;
mod groups;
mod parses;
mod read;
mod report;
mod score;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use crate::error::Error;
use crate::eval::{Example, Kind, Scores, Source};
use crate::groups::How;
use crate::read::Reading;

/// Evaluates the reader, and writes the workspace's generated files.
#[derive(Debug, Parser)]
#[command(name = "onrecord-dev", version)]
enum Arguments {
    /// Reads the annotated corpora in a folder and writes their scores to `evals/`.
    Eval {
        /// The folder that holds the corpora; `evals/README.md` says how.
        corpora: PathBuf,
        /// Only these kinds.
        #[arg(long, value_delimiter = ',')]
        only: Vec<Kind>,
        /// Other weights than the committed ones.
        #[arg(long)]
        weights: Option<PathBuf>,
        /// A report, and what is expected of it.
        #[arg(long, num_args = 2, value_names = ["REPORT", "EXPECTED"])]
        expected: Vec<PathBuf>,
        /// Also write the records there, one NDJSON file a corpus.
        #[arg(long, value_name = "FOLDER")]
        predictions: Option<PathBuf>,
        /// Score the records in this folder, written with `--predictions`, rather than read anew.
        #[arg(long, value_name = "FOLDER", conflicts_with = "weights")]
        from: Option<PathBuf>,
        /// Print the scores as JSON and leave `evals/` as it is.
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints the features of pairs of propositions with whether they tell of one event, for `training/pairs.py`.
    Pairs {
        /// The folder that holds the corpora.
        corpora: PathBuf,
        /// Records that were written with `eval --predictions`.
        from: PathBuf,
    },
    /// Prints the matters of the records in an NDJSON file, in the shape that scorers take.
    Groups {
        /// Records, one a line, as `onrecord read --format ndjson` writes them.
        records: PathBuf,
        /// How propositions come into groups.
        #[arg(long, value_enum, default_value = "joined")]
        how: How,
    },
    /// Prints the evidence for each attribution in annotated reports and whether it is right, for
    /// `training/fit_confidence.py`.
    Confidence {
        /// Reports laid out as PolNeAR's.
        reports: PathBuf,
        /// Other weights than the committed ones.
        #[arg(long)]
        weights: Option<PathBuf>,
    },
    /// Prints the syntax and the names that the reader finds in reports, for `training/train_heads.py`.
    Parses {
        /// Reports, one `{"text"}` a line.
        reports: PathBuf,
        /// Other weights than the committed ones.
        #[arg(long)]
        weights: Option<PathBuf>,
    },
    /// Writes every generated file anew.
    Generate {
        /// Write nothing; fail where a file differs.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("onrecord-dev: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Error> {
    match arguments {
        Arguments::Eval { corpora, only, weights, expected, predictions, from, dry_run } => {
            // The fast model is held against the same gold, unless other weights or records are asked about.
            let both = weights.is_none() && from.is_none();
            let reading = |weights: PathBuf| Reading::load(&weights).map(|reading| Source::Reading(Box::new(reading)));
            let source = match from {
                Some(folder) => Source::Saved(folder),
                None => reading(accurate_unless(weights))?,
            };
            let example = match expected.as_slice() {
                [report, expected] => Some(Example { report: report.clone(), expected: expected.clone() }),
                _ => None,
            };
            let mut all = eval::run(&corpora, &only, example.as_ref(), &source, predictions.as_deref())?;
            let fast: Vec<Kind> = [Kind::Attribution, Kind::Example]
                .into_iter()
                .filter(|kind| both && all.iter().any(|scores| scores.kind == *kind))
                .collect();
            if !fast.is_empty() {
                let source = reading(committed("fast"))?;
                let scores = eval::run(&corpora, &fast, example.as_ref(), &source, None)?;
                all.extend(scores.into_iter().map(|scores| Scores { corpus: report::fast(&scores.corpus), ..scores }));
            }
            for scores in &all {
                if dry_run {
                    println!("{}", serde_json::json!({ &scores.corpus: scores.figures }));
                } else {
                    println!("{}: {}", scores.corpus, report::summary(scores));
                    report::write_scores(&evals(), scores)?;
                }
            }
            if dry_run { Ok(()) } else { generate(false) }
        }
        Arguments::Pairs { corpora, from } => events::print_pairs(&corpora, &Source::Saved(from)),
        Arguments::Groups { records, how } => {
            let groups = groups::of_file(&records, how)?;
            println!("{}", serde_json::to_string(&groups).map_err(Error::Schema)?);
            Ok(())
        }
        Arguments::Confidence { reports, weights } => {
            confidence::print(&reports, &Reading::load(&accurate_unless(weights))?)
        }
        Arguments::Parses { reports, weights } => parses::print(&reports, &Reading::load(&accurate_unless(weights))?),
        Arguments::Generate { check } => generate(check),
    }
}

/// Writes the generated files, or compares them.
fn generate(check: bool) -> Result<(), Error> {
    let schema = serde_json::to_string_pretty(&onrecord::record::schema()).map_err(Error::Schema)?;
    let generated = [
        (root().join("schema/record.schema.json"), schema + "\n"),
        (evals().join("README.md"), report::page(&evals())?),
    ];
    for (path, text) in generated {
        let committed = fs::read_to_string(&path).unwrap_or_default();
        if committed == text {
            continue;
        }
        if check {
            return Err(Error::Stale(path));
        }
        fs::write(&path, text).map_err(Error::file(&path))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// The root of the workspace that this program was built in.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn evals() -> PathBuf {
    root().join("evals")
}

/// The program's own weights of a model.
fn committed(model: &str) -> PathBuf {
    root().join(format!("models/onrecord-{model}.safetensors"))
}

/// The weights that were asked for, or the committed ones of the accurate model.
fn accurate_unless(weights: Option<PathBuf>) -> PathBuf {
    weights.unwrap_or_else(|| committed("accurate"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_generated_files_are_committed_as_generated() {
        generate(true).expect("no stale file");
    }
}
