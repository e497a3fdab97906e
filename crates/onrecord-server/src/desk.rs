//! What all requests share.

use std::path::PathBuf;
use std::sync::Arc;

use onrecord::Reader;
use onrecord_ledger::{Ledger, Result, Writer};

use crate::cache::Cache;
use crate::pool::Pool;

/// What a desk works with.
#[derive(Debug)]
pub struct Settings {
    /// The ledger; one is begun if there is none.
    pub ledger: PathBuf,
    /// What reads reports that are added.
    pub reader: Reader,
    /// What the ledger notes down of who read a report.
    pub reader_name: String,
    /// Who corrects, where a request does not say it.
    pub person: String,
    /// The word that a request must bring; `None` to ask for none, which is for loopback alone.
    pub token: Option<String>,
    /// The hosts that a request may name, without a port; empty to let any pass, which is for where a token is needed. On
    /// loopback they keep a page on the web from reaching the desk under a name of its own (DNS rebinding).
    pub hosts: Vec<String>,
}

/// What all requests share.
#[derive(Debug)]
pub struct Desk {
    pub(crate) settings: Settings,
    pub(crate) pool: Pool,
    pub(crate) cache: Cache,
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
        Ok(Arc::new(Desk { settings, pool, cache: Cache::new(watch) }))
    }
}
