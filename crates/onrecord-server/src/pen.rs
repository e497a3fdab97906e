//! Writing: one thread that writes, a queue before it, and the right to write held only while there is something to write,
//! so that `onrecord add` can go on beside the desk.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use onrecord_ledger::{Error, Writer};
use tokio::sync::oneshot;

use crate::problem::Problem;

/// So many writes wait at most.
const QUEUE: usize = 64;
/// The right to write is kept for so long after a write, for the next one.
const KEPT: Duration = Duration::from_millis(300);
/// So long is waited for somebody else who writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is done with the right to write, or told that there is none.
type Task = Box<dyn FnOnce(Result<&mut Writer, Problem>) + Send>;

/// The queue before the one who writes.
#[derive(Debug)]
pub(crate) struct Pen(SyncSender<Task>);

impl Pen {
    pub(crate) fn new(path: PathBuf) -> Pen {
        let (send, tasks) = sync_channel(QUEUE);
        // It ends when the last desk with this queue does.
        thread::spawn(move || write(&path, &tasks));
        Pen(send)
    }

    /// Writes, and makes it last. What fails leaves nothing behind.
    ///
    /// # Errors
    /// Those of what is done; if there are too many before it, or somebody else keeps writing.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Writer) -> onrecord_ledger::Result<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Problem>>, Problem> {
        let (tell, told) = oneshot::channel();
        let task: Task = Box::new(move |writer| {
            let done = writer.and_then(|writer| {
                let done = task(writer)?;
                writer.commit()?;
                Ok(done)
            });
            // That nobody waits for it any more changes nothing.
            let _ = tell.send(done);
        });
        match self.0.try_send(task) {
            Ok(()) => Ok(told),
            Err(TrySendError::Full(_)) => Err(Problem::busy("too many writes are waiting")),
            Err(TrySendError::Disconnected(_)) => Err(Problem::broken("the thread that writes has ended")),
        }
    }
}

fn write(path: &Path, tasks: &Receiver<Task>) {
    while let Ok(first) = tasks.recv() {
        match open(path) {
            Ok(mut writer) => {
                first(Ok(&mut writer));
                loop {
                    match tasks.recv_timeout(KEPT) {
                        Ok(task) => task(Ok(&mut writer)),
                        Err(RecvTimeoutError::Timeout) => break,
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            }
            Err(problem) => first(Err(problem)),
        }
    }
}

/// Takes the right to write, waiting a while for somebody else who has it.
fn open(path: &Path) -> Result<Writer, Problem> {
    let begun = Instant::now();
    loop {
        match Writer::open(path) {
            Err(Error::Taken) if begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(50)),
            other => return Ok(other?),
        }
    }
}
