//! The ledger in the forms of others. Records are exported as they are after all corrections, of the newest version of each
//! report, in the order in which the reports came in.

mod brat;
mod jsonld;
mod parquet;
mod tables;

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use onrecord::Record;

use crate::corrected::corrected;
use crate::entities::whom;
use crate::ledger::Ledger;
use crate::{Error, Result};

/// A report on its way out.
pub(crate) struct Outgoing {
    /// Its name in the ledger: `d7`.
    pub(crate) id: String,
    /// Its address, as the ledger knows it.
    pub(crate) url: Option<String>,
    pub(crate) record: Record,
    /// Whom it means, by the numbers of its record's entities: theirs in the ledger.
    pub(crate) whom: HashMap<u32, i64>,
}

impl Ledger {
    /// Writes a record a line, as JSON.
    ///
    /// # Errors
    /// Those of the database and of the writer.
    pub fn export_ndjson(&self, out: &mut dyn Write) -> Result<()> {
        self.outgoing(|report| {
            serde_json::to_writer(&mut *out, &report.record).map_err(io::Error::from)?;
            Ok(out.write_all(b"\n")?)
        })
    }

    /// Writes JSON-LD, an article a line: schema.org's NewsArticle, Claim, Quotation and ClaimReview, each claim with a W3C Web
    /// Annotation that selects its words by position and by quote.
    ///
    /// # Errors
    /// Those of the database and of the writer.
    pub fn export_jsonld(&self, out: &mut dyn Write) -> Result<()> {
        self.outgoing(|report| {
            serde_json::to_writer(&mut *out, &jsonld::graph(&report)).map_err(io::Error::from)?;
            Ok(out.write_all(b"\n")?)
        })
    }

    /// Writes all matters as one JSON value: groups of claims with their numbers and origins, and the pairs that contradict
    /// each other. Reports have the names of their documents; where two have one name, that in the ledger stands behind it.
    ///
    /// # Errors
    /// Those of the database and of the writer.
    pub fn export_groups(&self, out: &mut dyn Write) -> Result<()> {
        let mut names: HashMap<String, String> = HashMap::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        self.outgoing(|report| {
            *seen.entry(report.record.document.name.clone()).or_default() += 1;
            names.insert(report.id, report.record.document.name);
            Ok(())
        })?;
        let named = |id: &mut String| match names.get(id) {
            Some(name) if seen.get(name) == Some(&1) => id.clone_from(name),
            Some(name) => *id = format!("{name} ({id})"),
            None => {}
        };
        let mut pages = Vec::new();
        self.pages(|id, mut page| {
            page.members.iter_mut().for_each(|member| named(&mut member.report));
            page.origins.iter_mut().flat_map(|origin| &mut origin.reports).for_each(named);
            pages.push((id, page));
            Ok(())
        })?;
        let groups = onrecord_matter::groups(pages.iter().map(|(id, page)| (id.clone(), page)));
        serde_json::to_writer(&mut *out, &groups).map_err(io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    }

    /// Writes tables as CSV into a folder: `reports`, `statements`, `claims`, `quantities`, `entities` and `relations`, and
    /// `columns`, which tells what is in them. The folder is made; files of these names in it are replaced.
    ///
    /// # Errors
    /// Those of the database and of the files.
    pub fn export_csv(&self, folder: &Path) -> Result<()> {
        columns(folder)?;
        let mut files = Vec::new();
        for table in tables::TABLES {
            let mut file = BufWriter::new(fs::File::create(folder.join(table.name).with_extension("csv"))?);
            file.write_all(crate::csv::row(table.columns.iter().map(|column| column.name)).as_bytes())?;
            files.push((file, table.rows));
        }
        self.outgoing(|report| {
            for (file, rows) in &mut files {
                for row in rows(&report) {
                    file.write_all(crate::csv::row(row).as_bytes())?;
                }
            }
            Ok(())
        })?;
        Ok(files.into_iter().try_for_each(|(mut file, _)| file.flush())?)
    }

    /// Writes the same tables as Parquet files (<https://parquet.apache.org>): texts as UTF-8, integers and reals of 64 bits,
    /// all columns optional, packed with Snappy.
    ///
    /// # Errors
    /// Those of the database and of the files.
    pub fn export_parquet(&self, folder: &Path) -> Result<()> {
        columns(folder)?;
        let tables = tables::TABLES.iter().map(|table| parquet::File::begin(folder, table));
        let mut files = tables.collect::<Result<Vec<_>>>()?;
        self.outgoing(|report| files.iter_mut().try_for_each(|file| file.add(&report)))?;
        files.into_iter().try_for_each(parquet::File::end)
    }

    /// Writes a text and an annotation file a report into a folder, as the annotation tool brat reads them, with the
    /// configuration that it needs to show them.
    ///
    /// # Errors
    /// Those of the database and of the files.
    pub fn export_brat(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("annotation.conf"), brat::CONFIGURATION)?;
        self.outgoing(|report| {
            fs::write(folder.join(&report.id).with_extension("txt"), &report.record.document.text)?;
            Ok(fs::write(folder.join(&report.id).with_extension("ann"), brat::annotations(&report.record))?)
        })
    }

    fn outgoing(&self, mut take: impl FnMut(Outgoing) -> Result<()>) -> Result<()> {
        let mut query = self.connection.prepare("SELECT id, current, url FROM report ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let record = corrected(&self.connection, row.get(1)?)?;
            let whom = whom(&self.connection, row.get(1)?)?;
            take(Outgoing { id: format!("d{}", row.get::<_, i64>(0)?), url: row.get(2)?, record, whom })?;
        }
        Ok(())
    }
}

/// Makes a folder for tables, and writes into it what their columns mean.
fn columns(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let rows: String = tables::columns().map(crate::csv::row).collect();
    Ok(fs::write(folder.join("columns.csv"), rows)?)
}

impl Error {
    /// Whether whoever read what was written has seen enough.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
