//! The desk, over a ledger of reports that the real reader has read.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

mod adding;
mod comparing;
mod correcting;
mod describing;
mod fixture;
mod guards;
mod reading;
