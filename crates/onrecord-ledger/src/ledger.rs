//! The file: opening, upgrading, and who may write.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::add::Batch;
use crate::{Error, Result, entities, matters, review};

/// The schema, a step a version. A step is never changed once ledgers are about that took it.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0004.sql"),
    include_str!("../migrations/0005.sql"),
    include_str!("../migrations/0006.sql"),
    include_str!("../migrations/0007.sql"),
];

/// What marks a database as a ledger: "onrc".
const APPLICATION: i32 = 0x6f6e_7263;

/// How long a reader waits for a writer's moment of exclusion.
const PATIENCE: Duration = Duration::from_secs(10);

/// A ledger that is read. Any number of readers, in any number of processes, read beside one [`Writer`].
#[derive(Debug)]
pub struct Ledger {
    pub(crate) connection: Connection,
}

impl Ledger {
    /// Opens a ledger to read it. One of an older version is upgraded first.
    ///
    /// # Errors
    /// If there is none, if it is of a later version, or if it must be upgraded and cannot be.
    pub fn open(path: &Path) -> Result<Ledger> {
        if !path.try_exists()? {
            return Err(Error::Missing);
        }
        let ledger = Ledger { connection: reading(path)? };
        match ledger.version()? {
            0 => Err(Error::Missing),
            found if found < known() => {
                drop(ledger);
                drop(Writer::open(path)?);
                Ledger::open(path)
            }
            _ => Ok(ledger),
        }
    }

    /// The version of its schema; 0 of a file that nothing was ever written to.
    fn version(&self) -> Result<u32> {
        let connection = &self.connection;
        let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match application {
            0 if tables == 0 && found == 0 => Ok(0),
            APPLICATION if found <= known() => Ok(found),
            APPLICATION => Err(Error::Newer { found, known: known() }),
            _ => Err(Error::NotALedger),
        }
    }
}

/// A ledger that is written to. There is one at a time, in all processes; others are told so.
///
/// What is written appears to readers, and outlives a crash, at [`Writer::commit`]; what was written since then is gone
/// when the writer is dropped.
#[derive(Debug)]
pub struct Writer {
    pub(crate) ledger: Ledger,
    pub(crate) batch: crate::add::Batch,
    /// Held for as long as this writer lives; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Writer {
    /// Opens a ledger to write to it, or begins one. One of an older version is upgraded.
    ///
    /// # Errors
    /// If somebody else is writing to it, if it is of a later version or no ledger, or may not be written to.
    pub fn open(path: &Path) -> Result<Writer> {
        let lock = lock(path)?;
        let connection = Connection::open(path).map_err(cannot_open)?;
        let mut ledger = Ledger { connection };
        ledger.connection.busy_timeout(PATIENCE)?;
        if ledger.version()? < known() {
            ledger.upgrade()?;
        }
        let connection = &ledger.connection;
        // With a log beside the file, readers and the writer do not wait for each other, and a commit is one write.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 12_000)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        tune(connection)?;
        let mut writer = Writer { ledger, batch: Batch::default(), _lock: lock };
        // A ledger from before there were these lacks them.
        writer.fill("matching", matters::catch_up)?;
        writer.fill("placing", entities::catch_up)?;
        writer.catch_up("SELECT DISTINCT version FROM statement WHERE waits < 0 LIMIT 64", review::catch_up)?;
        Ok(writer)
    }

    /// Fills what a table may lack of the newest versions. Who finds nothing more to fill says so, for all that come later.
    fn fill(&mut self, table: &str, fill: fn(&Connection, &mut Batch, i64) -> Result<()>) -> Result<()> {
        let mark = "SELECT EXISTS (SELECT 1 FROM lacking WHERE what = ?1)";
        if !self.ledger.connection.query_row(mark, [table], |row| row.get::<_, bool>(0))? {
            return Ok(());
        }
        self.catch_up(&lacking(table), fill)?;
        self.attempt(|connection, _| Ok(connection.execute("DELETE FROM lacking WHERE what = ?1", [table])?))?;
        self.commit()
    }

    /// Does for the versions that lack something what gives it to them, some at a time.
    fn catch_up(&mut self, lacking: &str, fill: fn(&Connection, &mut Batch, i64) -> Result<()>) -> Result<()> {
        loop {
            let left: Vec<i64> = {
                let mut query = self.ledger.connection.prepare_cached(lacking)?;
                query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
            };
            if left.is_empty() {
                return Ok(());
            }
            for version in left {
                self.attempt(|connection, batch| fill(connection, batch, version))?;
            }
            self.commit()?;
        }
    }

    /// Opens a ledger to write to it, if there is one.
    ///
    /// # Errors
    /// As [`Writer::open`], and if there is none.
    pub fn open_existing(path: &Path) -> Result<Writer> {
        if path.try_exists()? { Writer::open(path) } else { Err(Error::Missing) }
    }

    /// What it holds.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Sets how large the file may become, in bytes.
    ///
    /// # Errors
    /// Those of the database.
    pub fn limit(&self, bytes: u64) -> Result<()> {
        let connection = &self.ledger.connection;
        let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page;
        connection.pragma_update(None, "max_page_count", pages)?;
        Ok(())
    }
}

impl Ledger {
    fn upgrade(&mut self) -> Result<()> {
        let from = self.version()? as usize;
        // All steps or none.
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for step in &MIGRATIONS[from..] {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", known())?;
        transaction.commit()?;
        Ok(())
    }
}

/// The newest versions that a table lacks, as a question.
fn lacking(table: &str) -> String {
    format!(
        "SELECT current FROM report WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE version = current) ORDER BY id LIMIT 64"
    )
}

/// The newest version of the schema that this library knows.
fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).expect("there are few migrations")
}

/// Takes the right to write. The lock lies on a file beside the ledger: on the ledger itself it would meet SQLite's own.
fn lock(path: &Path) -> Result<File> {
    let mut name = path.file_name().ok_or(Error::Missing)?.to_owned();
    name.push("-writer");
    let lock = path.with_file_name(name);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock).map_err(|error| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if folder.is_dir() { error.into() } else { Error::Io(error) }
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Taken),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// A connection that only reads. Where the folder may not be written to, the file is read as it lies, which is safe only as
/// long as there is no log beside it.
fn reading(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let ready = |connection: Connection| -> rusqlite::Result<Connection> {
        connection.busy_timeout(PATIENCE)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        tune(&connection)?;
        Ok(connection)
    };
    let as_usual = Connection::open_with_flags(path, flags).and_then(ready);
    match as_usual {
        Err(error) if cannot_write(&error) && !has_log(path) => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Ok(Connection::open_with_flags(immutable(path), flags).and_then(ready)?)
        }
        other => other.map_err(cannot_open),
    }
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    // Negative: KiB.
    connection.pragma_update(None, "cache_size", -64_000)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    // A statement is planned once, and not anew for each value that it is run with: that took a sixth of all time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn cannot_write(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
    matches!(error.sqlite_error_code(), Some(CannotOpen | PermissionDenied | ReadOnly))
}

fn cannot_open(error: rusqlite::Error) -> Error {
    if cannot_write(&error) { Error::ReadOnly } else { error.into() }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log).metadata().is_ok_and(|log| log.len() > 0)
}

/// The file as a URI by which SQLite takes no locks.
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    uri + "?immutable=1"
}
