//! The ledger, on reports that are made without a model.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

mod entities;
mod export;
mod history;
mod listing;
mod matters;
mod report;
mod reports;
mod review;
mod search;
mod store;
