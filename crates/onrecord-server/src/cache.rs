//! Answers that were made before, for as long as nobody writes to the ledger.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderValue;
use onrecord_ledger::Ledger;
use sha2::{Digest, Sha256};

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
pub(crate) struct Cache(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    /// Tells when somebody has written.
    watch: Ledger,
    changes: i64,
    bytes: usize,
    answers: HashMap<String, Arc<Answer>>,
}

/// The state of the ledger that an answer was made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(i64);

impl Cache {
    pub(crate) fn new(watch: Ledger) -> Cache {
        Cache(Mutex::new(Kept { watch, changes: 0, bytes: 0, answers: HashMap::new() }))
    }

    /// The answer to what was asked for, if it still holds, and the ledger's state.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn get(&self, asked: &str) -> onrecord_ledger::Result<(State, Option<Arc<Answer>>)> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = kept.watch.changes()?;
        if changes != kept.changes {
            kept.clear();
            kept.changes = changes;
        }
        Ok((State(changes), kept.answers.get(asked).map(Arc::clone)))
    }

    /// Keeps an answer that was begun in a state.
    pub(crate) fn put(&self, state: State, asked: String, answer: &Arc<Answer>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let size = asked.len() + answer.body.len();
        // Somebody may have written while it was made.
        if kept.changes != state.0 || size > KEPT / 8 {
            return;
        }
        if kept.bytes + size > KEPT {
            kept.clear();
        }
        kept.bytes += size;
        kept.answers.insert(asked, Arc::clone(answer));
    }
}

impl Kept {
    fn clear(&mut self) {
        self.answers.clear();
        self.bytes = 0;
    }
}
