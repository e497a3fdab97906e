//! Reading many reports on all cores, for the evaluation.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use onrecord::article::{self, Article, Given, ndjson};
use onrecord::model::Model;
use onrecord::{Parsed, Reader, Record};

use crate::corpus::{Input, Report};
use crate::error::Error;

/// A reader with its weights.
pub(crate) struct Reading {
    reader: Reader,
}

impl Reading {
    /// Loads the weights.
    pub(crate) fn load(weights: &Path) -> Result<Reading, Error> {
        let wrong = |source| Error::Weights { path: weights.to_owned(), source };
        let bytes = fs::read(weights).map_err(Error::file(weights))?;
        let reader = Model::from_bytes(bytes).and_then(Reader::new).map_err(wrong)?;
        Ok(Reading { reader })
    }

    /// The records of the reports, in their order.
    pub(crate) fn read(&self, reports: &[Report]) -> Result<Vec<Record>, Error> {
        each(reports, |report| self.with_article(report, |article, bytes| self.reader.read(article, bytes)))
    }

    /// The sentences of the reports with their syntax and names, in their order.
    pub(crate) fn parse(&self, reports: &[Report]) -> Result<Vec<Vec<Parsed>>, Error> {
        each(reports, |report| self.with_article(report, |article, _| self.reader.parse(article)))
    }

    /// The attributions of a report with the evidence for each.
    pub(crate) fn weigh(&self, report: &Report) -> Result<Vec<onrecord::Weighed>, Error> {
        self.with_article(report, |article, _| self.reader.weigh(article))
    }

    /// What `of` makes of a report's article and its bytes.
    fn with_article<T>(&self, report: &Report, of: impl FnOnce(&Article, &[u8]) -> T) -> Result<T, Error> {
        let read = |input: &article::Input| {
            let unreadable = |source| Error::Article { name: report.name.clone(), source };
            article::read(input).map_err(unreadable)
        };
        match &report.input {
            Input::Line(line) => {
                let unusable = |source| Error::Line { name: report.name.clone(), source };
                let parsed = ndjson::parse(line).map_err(unusable)?;
                let input = parsed.input();
                Ok(of(&read(&input)?, input.bytes))
            }
            Input::File(path) => {
                let bytes = fs::read(path).map_err(Error::file(path))?;
                let given = Given { name: Some(report.name.clone()), ..Given::default() };
                let article = read(&article::Input { bytes: &bytes, given, ..article::Input::default() })?;
                Ok(of(&article, &bytes))
            }
        }
    }
}

fn take<'a>(next: &AtomicUsize, reports: &'a [Report]) -> Option<(usize, &'a Report)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    reports.get(index).map(|report| (index, report))
}

/// What `of` makes of each report, on all cores, in their order.
fn each<T: Send>(reports: &[Report], of: impl Fn(&Report) -> Result<T, Error> + Sync) -> Result<Vec<T>, Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((index, report)) = take(&next, reports) {
            done.push((index, of(report)));
        }
        done
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut done = Vec::with_capacity(reports.len());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}
