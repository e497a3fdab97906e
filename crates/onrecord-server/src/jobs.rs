//! Reading reports into the ledger beside the pages: each adding is a job that can be followed while it runs.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use onrecord::article::Verdict;
use onrecord_intake::{Item, Options, Take};
use onrecord_ledger::{Added, Changes, Origin};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::{Semaphore, watch};
use tokio_stream::Stream;

use crate::desk::Desk;
use crate::problem::Problem;

/// So many jobs are remembered.
const REMEMBERED: usize = 100;
/// So many wait or run at once.
const AT_ONCE: usize = 16;

/// A job reads so many reports at most.
const MOST: usize = 2000;

/// What is to be read.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A text or a page that was pasted, and what came with it.
    Pasted(Vec<u8>, Origin),
    /// A file with its name.
    File(String, Vec<u8>),
    /// What is at an address.
    Address(String),
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Told {
    /// Where it came from, in words.
    pub(crate) place: String,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// The report's name in the ledger, if it is there.
    pub(crate) report: Option<String>,
    /// More in words: why it could not be read, or what has changed.
    pub(crate) detail: Option<String>,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is in the ledger now.
    Added,
    /// It was there before.
    Known,
    /// It is the newest version of a report that was there.
    Changed,
    /// It is no report in English.
    NoReport,
    /// It could not be read, or not be kept.
    Failed,
    /// It is no report, and nothing is missing.
    Passed,
}

impl Outcome {
    /// In words.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Outcome::Added => "added",
            Outcome::Known => "there before",
            Outcome::Changed => "a new version",
            Outcome::NoReport => "no report",
            Outcome::Failed => "could not be read",
            Outcome::Passed => "passed over",
        }
    }
}

/// All jobs.
#[derive(Debug)]
pub(crate) struct Jobs {
    next: AtomicI64,
    all: Mutex<VecDeque<Arc<Job>>>,
    turns: Arc<Semaphore>,
}

/// One adding.
#[derive(Debug)]
pub(crate) struct Job {
    number: i64,
    state: watch::Sender<State>,
}

#[derive(Debug, Default)]
struct State {
    told: Vec<Told>,
    done: bool,
}

impl Jobs {
    pub(crate) fn new() -> Jobs {
        Jobs { next: AtomicI64::new(1), all: Mutex::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Begins to read.
    ///
    /// # Errors
    /// If too much is being read.
    pub(crate) fn begin(&self, desk: &Arc<Desk>, incoming: Vec<Incoming>) -> Result<Arc<Job>, Problem> {
        let turn = Arc::clone(&self.turns).try_acquire_owned();
        let turn = turn.map_err(|_| Problem::busy("too many reports are being added; try again in a moment"))?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let job = Arc::new(Job { number, state: watch::Sender::default() });
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_back(Arc::clone(&job));
        // What still runs is remembered, however many there are.
        while all.len() > REMEMBERED && all.front().is_some_and(|job| job.state.borrow().done) {
            all.pop_front();
        }
        drop(all);
        let (desk, running) = (Arc::clone(desk), Arc::clone(&job));
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            for incoming in incoming {
                running.read(&desk, incoming);
            }
            desk.cache.written();
            running.state.send_modify(|state| state.done = true);
        });
        Ok(job)
    }

    pub(crate) fn get(&self, number: i64) -> Option<Arc<Job>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|job| job.number == number).map(Arc::clone)
    }
}

impl Job {
    pub(crate) fn name(&self) -> String {
        format!("j{}", self.number)
    }

    /// What came of each report so far, and whether that is all.
    pub(crate) fn told(&self) -> (Vec<Told>, bool) {
        let state = self.state.borrow();
        (state.told.clone(), state.done)
    }

    /// Waits until it is done.
    pub(crate) async fn finished(&self) {
        // The sender lives as long as the job.
        let _ = self.state.subscribe().wait_for(|state| state.done).await;
    }

    /// What comes of each report, from the first on; then `None`, once, when it is done.
    pub(crate) fn follow(self: Arc<Job>) -> impl Stream<Item = Option<Told>> {
        let (send, receive) = tokio::sync::mpsc::channel(16);
        tokio::spawn(async move {
            let mut state = self.state.subscribe();
            let mut sent = 0;
            loop {
                let (next, done) = {
                    let state = state.borrow_and_update();
                    (state.told.get(sent).cloned(), state.done)
                };
                let is_last = next.is_none() && done;
                if next.is_some() || is_last {
                    sent += 1;
                    // Whoever followed has gone.
                    if send.send(next).await.is_err() || is_last {
                        return;
                    }
                } else if state.changed().await.is_err() {
                    return;
                }
            }
        });
        tokio_stream::wrappers::ReceiverStream::new(receive)
    }

    fn tell(&self, told: Told) {
        self.state.send_modify(|state| state.told.push(told));
    }

    fn read(&self, desk: &Desk, incoming: Incoming) {
        match incoming {
            Incoming::Pasted(bytes, origin) => self.tell(one(desk, "pasted", &bytes, &origin)),
            Incoming::File(name, bytes) => {
                self.go_through(desk, |take| {
                    onrecord_intake::bytes(&name, stem(&name), &bytes[..], &Options::default(), take)
                });
            }
            Incoming::Address(url) => {
                self.go_through(desk, |take| onrecord_intake::address(&url, &desk.fetcher, &Options::default(), take));
            }
        }
    }

    /// Reads what an input holds: a report, or many.
    fn go_through(&self, desk: &Desk, input: impl FnOnce(Take<'_>) -> ControlFlow<()>) {
        let mut many = 0;
        let _ = input(&mut |item| {
            many += 1;
            let place = item.place().to_owned();
            let told = |outcome, detail| Told { place, outcome, report: None, detail: Some(detail) };
            if many > MOST {
                let detail = format!("only the first {MOST} are read here; `onrecord add` reads any number");
                self.tell(told(Outcome::Failed, detail));
                return ControlFlow::Break(());
            }
            self.tell(match item {
                Item::Report(found) => one(desk, &found.place, &found.bytes, &found.origin),
                Item::Lost(lost) => told(Outcome::Failed, lost.why),
                Item::Passed(passed) => told(Outcome::Passed, passed.what),
            });
            ControlFlow::Continue(())
        });
    }
}

/// What a report is called that stands in a file of this name.
fn stem(name: &str) -> &str {
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// Reads one report into the ledger.
fn one(desk: &Desk, place: &str, bytes: &[u8], origin: &Origin) -> Told {
    let told = |outcome, report: Option<i64>, detail: Option<String>| Told {
        place: place.to_owned(),
        outcome,
        report: report.map(|report| format!("d{report}")),
        detail,
    };
    let article = match origin.article(bytes) {
        Ok(article) => article,
        Err(why) => return told(Outcome::Failed, None, Some(why)),
    };
    match &article.verdict {
        Verdict::Read => {}
        other => return told(Outcome::NoReport, None, Some(verdict(other))),
    }
    // One bad report stops nothing.
    let reading = catch_unwind(AssertUnwindSafe(|| desk.settings.reader.read(&article, bytes)));
    let Ok(record) = reading else {
        return told(
            Outcome::Failed,
            None,
            Some("the reader stopped at it; that is a mistake of the program".to_owned()),
        );
    };
    let incoming = match onrecord_ledger::Incoming::new(place, bytes, origin, record, &desk.settings.reader_name) {
        Ok(incoming) => incoming,
        Err(error) => return told(Outcome::Failed, None, Some(error.to_string())),
    };
    let now = Desk::now();
    let written = desk.pen.write(move |writer| writer.add(&incoming, now));
    let added =
        written.and_then(|told| told.blocking_recv().unwrap_or_else(|_| Err(Problem::broken("nothing was written"))));
    match added {
        Ok(Added::New(report)) => told(Outcome::Added, Some(report), None),
        Ok(Added::Known(report)) => told(Outcome::Known, Some(report), None),
        Ok(Added::Changed(report, changes) | Added::Reread(report, changes)) => {
            let Changes { added, dropped, altered, kept } = changes;
            let detail = format!("{added} claims added, {dropped} dropped, {altered} altered, {kept} as before");
            told(Outcome::Changed, Some(report), Some(detail))
        }
        Err(problem) => told(Outcome::Failed, None, Some(problem.detail)),
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Read | Verdict::NoReport => "this page is no report: an index, an error, a login".to_owned(),
        Verdict::Empty => "there is no text in it".to_owned(),
        Verdict::Language(code) => format!("it is not in English, but in {code:?}"),
    }
}
