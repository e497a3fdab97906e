//! The weights that the program reads with: its own, or those in a file.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use onrecord::Reader;
use onrecord::model::{Model, ModelError};

use crate::input::{Lost, reason};

/// Bytes that begin on a cache line, where the model reads them fastest.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static EMBEDDED: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../models/onrecord-minilm.safetensors"));

/// A reader on the weights in this file, else on the program's own.
///
/// # Errors
/// If the file cannot be read, or holds no weights that this version of the program reads with.
pub(crate) fn load(path: Option<&Path>) -> Result<Reader, Lost> {
    let Some(path) = path else {
        return Ok(reader(&EMBEDDED.0[..]).expect("the program's own weights are the ones it reads with"));
    };
    let lost = |why| Lost { place: path.display().to_string(), why };
    let bytes = fs::read(path).map_err(|error| lost(reason(&error)))?;
    reader(bytes).map_err(|error| lost(error.to_string()))
}

/// What a ledger notes down of who read a report: this program, and its weights.
pub(crate) fn name(path: Option<&Path>) -> String {
    let weights = path.map_or("its own weights".into(), |path| path.display().to_string());
    format!("onrecord {}, {weights}", env!("CARGO_PKG_VERSION"))
}

fn reader(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Reader, ModelError> {
    Reader::new(Model::from_bytes(bytes)?)
}
