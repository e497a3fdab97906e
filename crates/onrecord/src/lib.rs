//! Reads a news report and keeps the record: who said what, on whose word, when, where and to whom, how sure they
//! were, with which numbers, and who denies it. Every entry leads back to the exact words.

mod act;
mod antecedent;
pub mod article;
mod attribution;
mod claim;
mod document;
mod entity;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod gender;
mod lemma;
#[cfg(test)]
mod marked;
mod mention;
pub mod model;
mod number;
mod pipeline;
mod place;
mod quantity;
mod quotation;
pub mod record;
mod relation;
mod sentence;
mod source;
mod span;
mod statement;
mod syntax;
mod table;
mod time;
mod token;

pub use article::{Article, Block, BlockKind};
pub use number::{grouped, in_words};
pub use pipeline::Reader;
#[doc(hidden)]
pub use pipeline::{Parsed, Weighed};
pub use place::{country, names_of_country};
pub use record::Record;
pub use span::Span;

/// The README's example, compiled with the doc-tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
