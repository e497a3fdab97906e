//! How far a long run has come: one line on a terminal, drawn again in place.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::account::{Account, grouped, rate};

/// What takes less time than this needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a drawing stands at least.
const STANDS: Duration = Duration::from_millis(100);

/// The line of progress.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    /// When it was last drawn; `None` where nothing stands on the terminal.
    drawn: Option<Instant>,
    shown: bool,
}

impl Progress {
    /// A line that is drawn on standard error if `shown`, and then only when the run takes long.
    pub(crate) fn new(shown: bool) -> Progress {
        Progress { started: Instant::now(), drawn: None, shown }
    }

    /// How long the run has taken.
    pub(crate) fn took(&self) -> Duration {
        self.started.elapsed()
    }

    /// Draws the line again, if it is time.
    pub(crate) fn draw(&mut self, account: &Account) {
        self.draw_line(|took| {
            let failed = match account.failed() {
                0 => String::new(),
                failed => format!(" · {} not read", grouped(failed)),
            };
            format!("{} reports · {}{failed}", grouped(account.total()), rate(account.total(), took))
        });
    }

    /// Draws how many of all there are, are done.
    pub(crate) fn draw_of(&mut self, what: &str, done: u64, all: u64) {
        self.draw_line(|_| format!("{} of {} {what}", grouped(done), grouped(all)));
    }

    fn draw_line(&mut self, line: impl FnOnce(Duration) -> String) {
        let took = self.took();
        let due = self.drawn.map_or(took >= PATIENCE, |drawn| drawn.elapsed() >= STANDS);
        if self.shown && due {
            // That nobody can see it is no reason to stop.
            let _ = write!(io::stderr(), "\r\x1b[K{}", line(took));
            self.drawn = Some(Instant::now());
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
