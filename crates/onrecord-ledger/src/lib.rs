//! Keeps the records of many news reports in one file, and answers who said what across them.
//!
//! A ledger is one SQLite file. Reports go in as bytes with their record; each is in whole or not at all, and only once.
//! What a page said before it was changed is kept beside what it says now. What persons correct is a layer of its own
//! over what the machine read.
//!
//! [`Ledger`] reads, [`Writer`] writes. The library opens the file that it is given, and nothing else; it knows no
//! terminal, no network and no clock.

mod add;
mod address;
mod corrected;
mod corrections;
pub mod csv;
pub mod day;
mod entities;
mod entries;
mod error;
mod export;
mod follow;
mod found;
mod history;
mod ledger;
mod listing;
mod matters;
mod mentions;
mod numeral;
mod offices;
mod original;
mod pack;
mod report;
mod review;
mod search;
mod verify;
mod watch;

pub use add::{Added, Changes, Incoming};
pub use corrections::{Correction, Decision, Edit, Ruling, RulingKind};
pub use entities::{Entity, Named, Naming, Parting, Role};
pub use error::{Error, Result};
pub use history::{Altered, Reading, Stored};
pub use ledger::{Ledger, Writer};
pub use listing::{Counts, Listed, Listing};
pub use matters::{Matter, Mentioning, Order, Summary};
pub use onrecord::article::{Form, Origin};
pub use onrecord_matter::{
    Contradiction, ContradictionKind, Member, Page, Point, Position, Series, SeriesKind, Stance,
};
pub use original::Original;
pub use report::{Name, Report};
pub use review::Doubtful;
pub use search::{COUNTED, Found, Query, Results, Source};
pub use verify::Verified;
