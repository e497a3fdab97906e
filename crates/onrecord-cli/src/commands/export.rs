//! `onrecord export`: the ledger in the forms of others.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use onrecord_ledger::{Error, Ledger};

use super::told;
use crate::arguments::{Export, ExportFormat};

/// Exports the ledger. Answers whether that went well.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn run(export: &Export) -> io::Result<bool> {
    let ledger = match Ledger::open(&export.ledger) {
        Ok(ledger) => ledger,
        Err(error) => return Ok(told(&export.ledger, &error)),
    };
    let done = match (&export.output, export.format) {
        (Some(folder), ExportFormat::Csv) => ledger.export_csv(folder),
        (Some(folder), ExportFormat::Parquet) => ledger.export_parquet(folder),
        (Some(folder), ExportFormat::Brat) => ledger.export_brat(folder),
        (Some(path), _) => File::create(path).map_err(Error::from).and_then(|file| {
            let mut out = BufWriter::new(file);
            stream(&ledger, export.format, &mut out)?;
            Ok(out.flush()?)
        }),
        (None, _) => {
            let mut out = BufWriter::new(io::stdout().lock());
            match stream(&ledger, export.format, &mut out) {
                Err(Error::Io(error)) => return Err(error),
                done => {
                    out.flush()?;
                    done
                }
            }
        }
    };
    Ok(match done {
        Ok(()) => true,
        Err(error @ (Error::Io(_) | Error::Full | Error::ReadOnly | Error::Missing)) => {
            told(export.output.as_deref().unwrap_or(&export.ledger), &error)
        }
        Err(error) => told(&export.ledger, &error),
    })
}

fn stream(ledger: &Ledger, format: ExportFormat, out: &mut dyn Write) -> Result<(), Error> {
    match format {
        ExportFormat::Ndjson => ledger.export_ndjson(out),
        ExportFormat::Groups => ledger.export_groups(out),
        ExportFormat::Jsonld => ledger.export_jsonld(out),
        ExportFormat::Csv | ExportFormat::Parquet | ExportFormat::Brat => {
            unreachable!("the command line asks for a folder for these")
        }
    }
}
