//! Answers that were made before. One is given for as long as nobody has written to the ledger since, and a moment longer while
//! another is made beside it: a program that adds reports writes many times a second, and nobody is to wait for each of these.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::HeaderValue;
use onrecord_ledger::Ledger;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;

/// So many bytes are kept at most.
const KEPT: usize = 64 << 20;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    /// A hash of the body.
    pub(crate) etag: HeaderValue,
    pub(crate) content_type: HeaderValue,
}

impl Answer {
    pub(crate) fn new(body: Vec<u8>, content_type: &'static str) -> Answer {
        let digits: String = Sha256::digest(&body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let etag = HeaderValue::from_str(&format!("\"{digits}\"")).expect("hexadecimal digits may stand in a header");
        Answer { body: body.into(), etag, content_type: HeaderValue::from_static(content_type) }
    }
}

/// Answers by what was asked for.
#[derive(Debug)]
pub(crate) struct Cache {
    kept: Mutex<Kept>,
    /// What is being made.
    making: Arc<Making>,
    /// So far behind the ledger an answer may be.
    behind: Duration,
}

#[derive(Debug)]
struct Kept {
    /// Tells when somebody has written.
    watch: Ledger,
    /// How often the desk itself has written.
    own: u64,
    bytes: usize,
    answers: HashMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    answer: Arc<Answer>,
    state: State,
    /// When it was last known to be what the ledger says.
    so_at: Instant,
}

/// The state of the ledger that an answer was begun in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    changes: i64,
    own: u64,
}

/// What there is of an answer.
#[derive(Debug)]
pub(crate) enum There {
    /// It is what the ledger says.
    Current(Arc<Answer>),
    /// It was so a moment ago.
    Behind(Arc<Answer>),
    /// Nothing that may be given.
    Nothing,
}

impl Cache {
    pub(crate) fn new(watch: Ledger, behind: Duration) -> Cache {
        let kept = Kept { watch, own: 0, bytes: 0, answers: HashMap::new() };
        Cache { kept: Mutex::new(kept), making: Arc::default(), behind }
    }

    /// The state that the ledger is in.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn state(&self) -> onrecord_ledger::Result<(State, Instant)> {
        // The time first: what is begun now is not older.
        let now = Instant::now();
        Ok((self.kept().state()?, now))
    }

    /// What there is of the answer to what was asked for. Whoever asks for what is so `now` gets nothing that was so before.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn get(&self, asked: &str, now: bool) -> onrecord_ledger::Result<There> {
        let mut kept = self.kept();
        let at = Instant::now();
        let state = kept.state()?;
        let Some(entry) = kept.answers.get_mut(asked) else { return Ok(There::Nothing) };
        if entry.state == state {
            entry.so_at = at;
            return Ok(There::Current(Arc::clone(&entry.answer)));
        }
        // What was done at the desk itself shows at once.
        let may_be = !now && entry.state.own == state.own && at.duration_since(entry.so_at) < self.behind;
        Ok(if may_be { There::Behind(Arc::clone(&entry.answer)) } else { There::Nothing })
    }

    /// Keeps an answer that was begun in a state, at a time.
    pub(crate) fn put(&self, asked: &str, answer: &Arc<Answer>, (state, so_at): (State, Instant)) {
        let mut kept = self.kept();
        let size = asked.len() + answer.body.len();
        kept.forget(asked);
        if size > KEPT / 8 {
            return;
        }
        if kept.bytes + size > KEPT {
            kept.make_room(size);
        }
        kept.bytes += size;
        kept.answers.insert(asked.to_owned(), Entry { answer: Arc::clone(answer), state, so_at });
    }

    /// The desk has written: no answer from before it is given any more.
    pub(crate) fn written(&self) {
        self.kept().own += 1;
    }

    /// The turn to make an answer, once nobody else makes it.
    pub(crate) async fn turn(&self, asked: String) -> Turn {
        Turn::take(&self.making, asked).await
    }

    /// The turn to make an answer, if nobody else makes it.
    pub(crate) fn turn_if_free(&self, asked: &str) -> Option<Turn> {
        Turn::take_if_free(&self.making, asked)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn state(&self) -> onrecord_ledger::Result<State> {
        Ok(State { changes: self.watch.changes()?, own: self.own })
    }

    fn forget(&mut self, asked: &str) {
        if let Some(entry) = self.answers.remove(asked) {
            self.bytes -= asked.len() + entry.answer.body.len();
        }
    }

    /// Lets go of what has been so longest ago, until a quarter is free.
    fn make_room(&mut self, size: usize) {
        let mut by_age: Vec<(Instant, String)> =
            self.answers.iter().map(|(asked, entry)| (entry.so_at, asked.clone())).collect();
        by_age.sort_unstable();
        for (_, asked) in by_age {
            if self.bytes + size <= KEPT / 4 * 3 {
                return;
            }
            self.forget(&asked);
        }
    }
}

/// Who makes which answer: one at a time, for everybody who waits for it.
#[derive(Debug, Default)]
struct Making(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Making {
    fn lock(&self, asked: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(asked.to_owned()).or_default())
    }
}

/// The turn to make an answer. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    // It is let go of before nobody is seen to wait.
    _guard: OwnedMutexGuard<()>,
    waiting: Waiting,
}

impl Turn {
    async fn take(making: &Arc<Making>, asked: String) -> Turn {
        let lock = making.lock(&asked);
        let waiting = Waiting { asked, making: Arc::clone(making) };
        Turn { _guard: lock.lock_owned().await, waiting }
    }

    fn take_if_free(making: &Arc<Making>, asked: &str) -> Option<Turn> {
        let guard = making.lock(asked).try_lock_owned().ok()?;
        Some(Turn { _guard: guard, waiting: Waiting { asked: asked.to_owned(), making: Arc::clone(making) } })
    }

    pub(crate) fn asked(&self) -> &str {
        &self.waiting.asked
    }
}

/// Somebody who waits for a turn, or has it.
#[derive(Debug)]
struct Waiting {
    asked: String,
    making: Arc<Making>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut all = self.making.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The map has the only one left: nobody waits any more.
        if all.get(&self.asked).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            all.remove(&self.asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_makes_an_answer_and_the_others_wait() {
        let making: Arc<Making> = Arc::default();
        let first = Turn::take(&making, "/".to_owned()).await;
        assert!(Turn::take_if_free(&making, "/").is_none(), "somebody makes it");
        assert!(Turn::take_if_free(&making, "/matters").is_some(), "nobody makes this one");
        let second = tokio::spawn({
            let making = Arc::clone(&making);
            async move { drop(Turn::take(&making, "/".to_owned()).await) }
        });
        // One who does not wait any longer.
        let gone = tokio::time::timeout(Duration::ZERO, Turn::take(&making, "/".to_owned())).await;
        assert!(gone.is_err() && !second.is_finished());
        drop(first);
        second.await.expect("it has its turn");
        assert!(making.0.lock().expect("nobody failed").is_empty(), "nothing is left of those who waited");
    }
}
