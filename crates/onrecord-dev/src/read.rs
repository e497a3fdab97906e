//! Reading many reports on all cores, for the evaluation.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use onrecord::article::{self, Given, ndjson};
use onrecord::model::Model;
use onrecord::{Reader, Record};

use crate::corpus::{Input, Report};
use crate::error::Error;

/// A reader with its weights.
pub(crate) struct Reading {
    reader: Reader,
}

impl Reading {
    /// Loads the weights.
    pub(crate) fn load(weights: &Path) -> Result<Reading, Error> {
        let bytes = fs::read(weights).map_err(Error::file(weights))?;
        let wrong = |source| Error::Weights { path: weights.to_owned(), source };
        let reader = Model::from_bytes(bytes).and_then(Reader::new).map_err(wrong)?;
        Ok(Reading { reader })
    }

    /// The records of the reports, in their order.
    pub(crate) fn read(&self, reports: &[Report]) -> Result<Vec<Record>, Error> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((index, report)) = take(&next, reports) {
                done.push((index, self.one(report)));
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
        done.into_iter().map(|(_, record)| record).collect()
    }

    fn one(&self, report: &Report) -> Result<Record, Error> {
        match &report.input {
            Input::Line(line) => {
                let unusable = |source| Error::Line { name: report.name.clone(), source };
                let parsed = ndjson::parse(line).map_err(unusable)?;
                self.article(report, &parsed.input())
            }
            Input::File(path) => {
                let bytes = fs::read(path).map_err(Error::file(path))?;
                let given = Given { name: Some(report.name.clone()), ..Given::default() };
                self.article(report, &article::Input { bytes: &bytes, given, ..article::Input::default() })
            }
        }
    }

    fn article(&self, report: &Report, input: &article::Input) -> Result<Record, Error> {
        let unreadable = |source| Error::Article { name: report.name.clone(), source };
        let article = article::read(input).map_err(unreadable)?;
        Ok(self.reader.read(&article, input.bytes))
    }
}

fn take<'a>(next: &AtomicUsize, reports: &'a [Report]) -> Option<(usize, &'a Report)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    reports.get(index).map(|report| (index, report))
}
