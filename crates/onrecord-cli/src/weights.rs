//! The weights that the program reads with: its own, or those in a file.

use std::fs;

use onrecord::Reader;
use onrecord::model::Model;

use crate::arguments::Weights;
use onrecord_intake::{Lost, reason};

/// Bytes that begin on a cache line, where the model reads them fastest.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static ACCURATE: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../models/onrecord-accurate.safetensors"));
static FAST: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../models/onrecord-fast.safetensors"));

/// A reader on some weights.
///
/// # Errors
/// If a file cannot be read, or holds no weights that this version of the program reads with.
pub(crate) fn load(weights: &Weights) -> Result<Reader, Lost> {
    let own = |bytes: &'static Aligned<[u8]>| {
        Model::from_bytes(&bytes.0).expect("the program's own weights are the ones it reads with")
    };
    let model = match weights {
        Weights::Accurate => own(ACCURATE),
        Weights::Fast => own(FAST),
        Weights::File(path) => {
            let lost = |why| Lost { place: path.display().to_string(), why };
            let bytes = fs::read(path).map_err(|error| lost(reason(&error)))?;
            return Model::from_bytes(bytes).and_then(Reader::new).map_err(|error| lost(error.to_string()));
        }
    };
    Ok(Reader::new(model).expect("the program's own weights are the ones it reads with"))
}

/// What a ledger notes down of who read a report: this program, and its weights.
pub(crate) fn name(weights: &Weights) -> String {
    let weights = match weights {
        Weights::Accurate => "accurate".into(),
        Weights::Fast => "fast".into(),
        Weights::File(path) => path.display().to_string(),
    };
    format!("onrecord {}, {weights}", env!("CARGO_PKG_VERSION"))
}
