//! The one place that knows the order of the stages.

use crate::article::Article;
use crate::attribution::link::{Linker, Spans};
use crate::attribution::{self, Attribution};
use crate::document::Document;
use crate::model::{Model, ModelError, Workspace};
use crate::record::Record;
use crate::record::build::{self, Origin};
use crate::{entity, place, quantity, quotation, sentence, source, statement, time, token};

/// Reads articles into records.
///
/// A reader holds the trained model and is shared by as many threads as there are; each brings its own [`Room`].
/// Reading never fails: any text gives a record, if perhaps an empty one.
#[derive(Debug)]
pub struct Reader {
    model: Model,
    linker: Linker,
}

/// Memory that reading works in, kept from one report to the next.
#[derive(Debug, Default)]
pub struct Room(Workspace);
