//! The desk: reading, comparing and correcting a ledger in a browser, and an API for programs.
//!
//! [`app`] is the whole of it as a router, without a socket. Each page is a struct with what it shows; its template draws
//! that, and its JSON, at the same address with `.json` behind it, is that. Everything that a browser needs is in the
//! program; nothing is fetched from anywhere.

mod app;
mod asked;
mod assets;
mod cache;
mod chart;
mod desk;
mod guard;
mod jobs;
mod marks;
mod openapi;
mod pages;
mod pen;
mod pool;
mod problem;
mod reply;
mod sent;
mod words;

pub use app::{app, serve};
pub use desk::{Desk, Settings};
pub use onrecord_intake::Manners;
pub use problem::Problem;
