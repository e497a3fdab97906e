//! Asking the ledger: a few connections, each for one question at a time, and an end to questions that take too long.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use onrecord_ledger::Ledger;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::problem::Problem;

/// So many questions are answered at once.
const AT_ONCE: usize = 4;
/// A request waits so long for its turn.
const TURN: Duration = Duration::from_secs(5);
/// A question may take so long.
const ANSWER: Duration = Duration::from_secs(10);

/// Connections to a ledger.
#[derive(Debug)]
pub(crate) struct Pool {
    path: PathBuf,
    free: Arc<Mutex<Vec<Ledger>>>,
    turns: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn new(path: PathBuf) -> Pool {
        Pool { path, free: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Answers a question. It is given up when it takes too long, or when nobody waits for its answer any more.
    ///
    /// # Errors
    /// Those of the question; if there is no turn or no answer in time.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Problem::busy("the desk has more to do than it can")) };
        let (path, free) = (self.path.clone(), Arc::clone(&self.free));
        let given_up = GiveUp(Arc::default());
        // Each question has a flag of its own, so that giving it up cannot end another.
        let flag = Arc::clone(&given_up.0);
        let work = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, whether or not somebody waits for it.
            let _turn = turn;
            let kept = free.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut ledger = match kept {
                Some(ledger) => ledger,
                None => Ledger::open(&path)?,
            };
            ledger.stop_when(flag)?;
            let answer = question(&ledger);
            free.lock().unwrap_or_else(PoisonError::into_inner).push(ledger);
            answer
        });
        match timeout(ANSWER, work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(Problem::broken(error.to_string())),
            Err(_) => Err(onrecord_ledger::Error::GivenUp.into()),
        }
    }
}

/// Gives a question up when it is dropped.
struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
