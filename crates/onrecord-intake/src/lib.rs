//! Where news reports come from: files, folders, standard input, NDJSON, feeds, web archives and addresses.
//!
//! [`path`] goes through a file or a folder, [`bytes`] through an open input or bytes in memory, [`address`] fetches. Each
//! hands on what it finds, in order: reports ([`Found`]), what could not be read ([`Lost`]), and what is no report
//! and was passed over ([`Passed`]). Nothing that cannot be read stops what comes after it, and nothing is lost untold.
//!
//! Inputs are read as they are needed: a corpus or an archive is never in memory as a whole. What an input holds is told
//! by its name and by how it begins.
//!
//! ```
//! use std::ops::ControlFlow;
//! use onrecord_intake::{Item, Options};
//!
//! let feed = br#"<rss version="2.0"><channel><title>Kolm Courier</title><item>
//!     <title>Mayor says no</title><link>https://courier.example/no</link>
//!     <description>The mayor said no.</description></item></channel></rss>"#;
//! let mut told = Vec::new();
//! let _ = onrecord_intake::bytes("feed.xml", "feed", &feed[..], &Options::default(), &mut |item| {
//!     if let Item::Lost(lost) = item {
//!         told.push(lost.to_string());
//!     }
//!     ControlFlow::Continue(())
//! });
//! assert_eq!(told, ["feed.xml#1: the entry only links to https://courier.example/no; --follow fetches the page"]);
//! ```

mod feed;
mod fetch;
mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
mod item;
mod json_feed;
mod lines;
mod open;
mod unpack;
mod warc;
mod xml;

pub use fetch::{Fetcher, Manners, NoHeader, UserAgent};
pub use files::path;
pub use item::{Found, Holds, Item, Lost, Options, Passed, Take};
pub use open::{address, bytes};
pub use unpack::reason;
