//! What all requests share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use onrecord::Reader;
use onrecord_intake::{Fetcher, Manners};
use onrecord_ledger::{Ledger, Result, Writer};

use crate::cache::Cache;
use crate::jobs::Jobs;
use crate::pen::Pen;
use crate::pool::Pool;
use crate::problem::Problem;

/// What a desk works with.
#[derive(Debug)]
pub struct Settings {
    /// The ledger; one is begun if there is none.
    pub ledger: PathBuf,
    /// What reads reports that are added.
    pub reader: Reader,
    /// What the ledger notes down of who read a report.
    pub reader_name: String,
    /// How what is at an address is fetched.
    pub manners: Manners,
    /// Who corrects, where a request does not say it.
    pub person: String,
    /// The word that a request must bring; `None` to ask for none, which is for loopback alone.
    pub token: Option<String>,
    /// The hosts that a request may name, without a port; empty to let any pass, which is for where a token is needed. On
    /// loopback they keep a page on the web from reaching the desk under a name of its own (DNS rebinding).
    pub hosts: Vec<String>,
    /// So far behind the ledger a page may be when another program writes to it; what is done at the desk shows at once.
    pub behind: Duration,
}

/// What all requests share.
#[derive(Debug)]
pub struct Desk {
    pub(crate) settings: Settings,
    pub(crate) pool: Pool,
    pub(crate) cache: Cache,
    pub(crate) pen: Pen,
    pub(crate) jobs: Jobs,
    /// One for all, for it keeps to the pauses that sites ask for.
    pub(crate) fetcher: Fetcher,
}

impl Desk {
    /// Opens the ledger.
    ///
    /// # Errors
    /// If it cannot be opened, or there is none and none can be begun.
    pub fn open(settings: Settings) -> Result<Arc<Desk>> {
        if !settings.ledger.try_exists()? {
            drop(Writer::open(&settings.ledger)?);
        }
        let watch = Ledger::open(&settings.ledger)?;
        let pool = Pool::new(settings.ledger.clone());
        let pen = Pen::new(settings.ledger.clone());
        let fetcher = Fetcher::new(settings.manners.clone());
        let cache = Cache::new(watch, settings.behind);
        Ok(Arc::new(Desk { settings, pool, cache, pen, jobs: Jobs::new(), fetcher }))
    }

    /// Writes to the ledger, and waits until it is written.
    ///
    /// # Errors
    /// Those of what is written; if somebody else keeps writing, or too much waits.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let written = self.pen.write(task)?;
        let done = written.await.unwrap_or_else(|_| Err(Problem::broken("nothing was written")));
        self.cache.written();
        done
    }

    /// Who says something: who is named, else the desk's own person.
    pub(crate) fn person(&self, named: Option<String>) -> String {
        let named = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        named.unwrap_or_else(|| self.settings.person.clone())
    }

    /// The time in seconds since 1970.
    pub(crate) fn now() -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }
}
