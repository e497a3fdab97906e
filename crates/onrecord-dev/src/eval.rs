//! Reads the annotated corpora with the real reader and holds the records against their gold.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use onrecord::Record;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::corpus::coreference::{Told, Topic};
use crate::corpus::{self, Input, Origin, Report};
use crate::error::Error;
use crate::events;
use crate::groups::How;
use crate::read::Reading;
use crate::score;
use crate::score::attribution::Attribution;
use crate::score::expected::Expected;
use crate::score::quantity;
use crate::score::speakers::Answer;
use crate::score::time::Timex;

/// What to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Source, cue and content (PolNeAR).
    Attribution,
    /// The article's text in web pages (article-bodies, Fundus).
    Bodies,
    /// Expressions of time (TimeBank).
    Times,
    /// Quantities (NewsQuant).
    Quantities,
    /// What reports claim, grouped by the events that it tells of (ECB+, MEANTIME).
    Matters,
    /// Whom pronouns and roles stand for (GUM).
    Speakers,
    /// One report held against what a careful reader takes from it.
    Example,
}

/// The scores of one corpus, as committed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Scores {
    pub(crate) corpus: String,
    pub(crate) kind: Kind,
    pub(crate) figures: Value,
}

/// A report and what is expected of it.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) report: PathBuf,
    pub(crate) expected: PathBuf,
}

/// Where the records come from.
pub(crate) enum Source {
    /// Read now.
    Reading(Box<Reading>),
    /// Written by an earlier run with `--predictions`, or by another program.
    Saved(PathBuf),
}

/// The corpora of the asked kinds that are in the folder, scored. Records are also written to `predictions`, if given,
/// one file of NDJSON a corpus.
pub(crate) fn run(
    corpora: &Path,
    only: &[Kind],
    example: Option<&Example>,
    source: &Source,
    predictions: Option<&Path>,
) -> Result<Vec<Scores>, Error> {
    let asked = |kind| only.is_empty() || only.contains(&kind);
    let records = Records { source, predictions };
    let mut scores = Vec::new();
    let mut add = |corpus: &str, kind, figures| {
        if let Some(figures) = figures {
            scores.push(Scores { corpus: corpus.to_owned(), kind, figures });
        }
    };
    if asked(Kind::Attribution) {
        add(corpus::polnear::ORIGIN.name, Kind::Attribution, attribution(corpora, &records)?);
    }
    if asked(Kind::Bodies) {
        for origin in [corpus::bodies::BENCHMARK, corpus::bodies::FUNDUS] {
            add(origin.name, Kind::Bodies, bodies(corpora, origin, &records)?);
        }
    }
    if asked(Kind::Times) {
        add(corpus::timebank::ORIGIN.name, Kind::Times, times(corpora, &records)?);
    }
    if asked(Kind::Quantities) {
        add(corpus::newsquant::ORIGIN.name, Kind::Quantities, quantities(corpora, &records)?);
    }
    if asked(Kind::Matters) {
        add(
            corpus::coreference::ECB.name,
            Kind::Matters,
            matters(corpus::coreference::ecb(corpora)?, corpus::coreference::ECB, &records)?,
        );
        add(
            corpus::coreference::MEANTIME.name,
            Kind::Matters,
            matters(corpus::coreference::meantime(corpora)?, corpus::coreference::MEANTIME, &records)?,
        );
    }
    if asked(Kind::Speakers) {
        add(corpus::gum::ORIGIN.name, Kind::Speakers, speakers(corpora, &records)?);
    }
    if let Some(example) = example.filter(|_| asked(Kind::Example)) {
        add("example", Kind::Example, Some(expected(example, &records)?));
    }
    if scores.is_empty() { Err(Error::NoCorpus(corpora.to_owned())) } else { Ok(scores) }
}

fn attribution(corpora: &Path, records: &Records) -> Result<Option<Value>, Error> {
    let Some(articles) = corpus::polnear::load(corpora)? else { return Ok(None) };
    let reports: Vec<Report> = articles.iter().map(corpus::polnear::Article::report).collect();
    let records = records.of(corpus::polnear::ORIGIN, &reports)?;
    let gold: Vec<Vec<Attribution>> = articles.iter().map(corpus::polnear::Article::gold).collect();
    let predicted: Vec<Option<Vec<Attribution>>> =
        articles.iter().map(|article| records.get(&article.id).map(Attribution::of_record)).collect();
    let judged = articles.iter().zip(&gold).zip(&predicted).map(|((article, gold), predicted)| {
        score::attribution::Judged { text: &article.text, gold, predicted: predicted.as_deref() }
    });
    let mut figures = value(&score::attribution::score(judged));
    let mut sure = Vec::new();
    for (article, gold) in articles.iter().zip(&gold) {
        let Some(record) = records.get(&article.id) else { continue };
        let statements = record.statements.iter().filter(|statement| statement.within.is_none());
        // Silence has no content that could be held against the gold's.
        let told = statements.map(|statement| statement.confidence.filter(|_| !statement.content.is_empty()));
        let right = score::attribution::right(&article.text, gold, &Attribution::of_record(record));
        sure.extend(told.zip(right).filter_map(|(confidence, right)| Some((confidence?, right))));
    }
    let told = gold.iter().flatten().filter(|attribution| !attribution.content.is_empty()).count();
    if let Some(confidence) = score::confidence::score(&sure, told) {
        figures["confidence"] = value(&confidence);
    }
    Ok(Some(figures))
}

fn bodies(corpora: &Path, origin: Origin, records: &Records) -> Result<Option<Value>, Error> {
    let Some(pages) = corpus::bodies::load(corpora, origin)? else { return Ok(None) };
    let records = records.of(origin, &pages.reports)?;
    let judged = pages.gold.iter().map(|page| score::body::Judged {
        gold: &page.body,
        gold_date: page.date.as_deref(),
        predicted: records.get(&page.name).map(score::body::Answer::of_record),
    });
    Ok(Some(value(&score::body::score(judged))))
}

fn times(corpora: &Path, records: &Records) -> Result<Option<Value>, Error> {
    let Some(articles) = corpus::timebank::load(corpora)? else { return Ok(None) };
    let reports: Vec<Report> = articles.iter().map(corpus::timebank::Article::report).collect();
    let records = records.of(corpus::timebank::ORIGIN, &reports)?;
    let predicted: Vec<Vec<Timex>> =
        reports.iter().map(|report| records.get(&report.name).map(Timex::of_record).unwrap_or_default()).collect();
    let judged = articles.iter().zip(&predicted).map(|(article, predicted)| (&*article.gold, &**predicted));
    Ok(Some(value(&score::time::score(judged))))
}

fn quantities(corpora: &Path, records: &Records) -> Result<Option<Value>, Error> {
    let Some(sentences) = corpus::newsquant::load(corpora)? else { return Ok(None) };
    let reports: Vec<Report> = sentences.iter().enumerate().map(|(index, sentence)| sentence.report(index)).collect();
    let records = records.of(corpus::newsquant::ORIGIN, &reports)?;
    let predicted: Vec<Vec<quantity::Answer>> = reports
        .iter()
        .map(|report| records.get(&report.name).map(quantity::Answer::of_record).unwrap_or_default())
        .collect();
    let judged = sentences.iter().zip(&predicted).map(|(sentence, predicted)| (&*sentence.quantities, &**predicted));
    Ok(Some(value(&quantity::score(judged))))
}

/// Reports of like events, topic by topic: all at once, and one after the other. The topics kept aside from training are also
/// scored by themselves.
fn matters(topics: Option<Vec<Topic>>, origin: Origin, records: &Records) -> Result<Option<Value>, Error> {
    let Some(topics) = topics else { return Ok(None) };
    let reports: Vec<Report> = topics.iter().flat_map(|topic| &topic.reports).map(Told::report).collect();
    let records = records.of(origin, &reports)?;
    let prepared: Vec<events::Prepared> = topics.iter().map(|topic| events::prepare(topic, &records)).collect();
    let aside = |topic: &&events::Prepared| topic.name.parse().is_ok_and(|number: u32| number >= events::KEPT_ASIDE);
    let apart: Vec<&events::Prepared> = prepared.iter().filter(aside).collect();
    let all: Vec<&events::Prepared> = prepared.iter().collect();
    let figures = |topics: &[&events::Prepared]| {
        serde_json::json!({
            "one_after_the_other": value(&events::score(topics, How::Joined)),
            "at_once": value(&events::score(topics, How::AtOnce)),
        })
    };
    let mut all_figures = figures(&all);
    if !apart.is_empty() {
        all_figures["kept_aside"] = figures(&apart);
    }
    Ok(Some(all_figures))
}

fn speakers(corpora: &Path, records: &Records) -> Result<Option<Value>, Error> {
    let Some(articles) = corpus::gum::load(corpora)? else { return Ok(None) };
    let reports: Vec<Report> = articles.iter().map(corpus::gum::Article::report).collect();
    let records = records.of(corpus::gum::ORIGIN, &reports)?;
    let read: Vec<Vec<Answer>> =
        articles.iter().map(|article| records.get(&article.name).map(Answer::of_record).unwrap_or_default()).collect();
    let judged = articles.iter().zip(&read).map(|(article, read)| (&*article.gold, &**read));
    Ok(Some(value(&score::speakers::score(judged))))
}

fn expected(example: &Example, records: &Records) -> Result<Value, Error> {
    let expected: Expected = corpus::json(&example.expected)?;
    let report = Report { name: "example".to_owned(), input: Input::File(example.report.clone()) };
    let records = records.read_named("example", &[report])?;
    let record = records
        .values()
        .next()
        .ok_or(Error::Shape { path: example.report.clone(), missing: "record of the report" })?;
    let figures = score::expected::check(record, &expected);
    for line in &figures.wrong {
        eprintln!("example: {line}");
    }
    Ok(value(&figures))
}

fn value<T: Serialize>(figures: &T) -> Value {
    serde_json::to_value(figures).unwrap_or_default()
}

/// The records of a corpus, from wherever they come.
pub(crate) struct Records<'a> {
    pub(crate) source: &'a Source,
    pub(crate) predictions: Option<&'a Path>,
}

impl Records<'_> {
    pub(crate) fn of(&self, origin: Origin, reports: &[Report]) -> Result<HashMap<String, Record>, Error> {
        self.read_named(origin.name, reports)
    }

    /// By the names of the reports.
    fn read_named(&self, corpus: &str, reports: &[Report]) -> Result<HashMap<String, Record>, Error> {
        let records = match self.source {
            Source::Reading(reading) => reading.read(reports)?,
            Source::Saved(folder) => corpus::ndjson::<Record>(&folder.join(corpus).with_extension("ndjson"))?,
        };
        if let Some(folder) = self.predictions {
            write_records(&folder.join(corpus).with_extension("ndjson"), &records)?;
        }
        Ok(records.into_iter().map(|record| (record.document.name.clone(), record)).collect())
    }
}

fn write_records(path: &Path, records: &[Record]) -> Result<(), Error> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, record).map_err(|source| Error::Json {
            path: path.to_owned(),
            line: None,
            source,
        })?;
        lines.push(b'\n');
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
    }
    fs::write(path, lines).map_err(Error::file(path))
}
