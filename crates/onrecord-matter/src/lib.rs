//! Matches what news reports claim across reports.
//!
//! Records go in; out come *matters*: the same thing claimed, denied or doubted in several reports, with who stands where,
//! its figures over time, what contradicts what, and from how many independent origins it comes. Like the reader, this
//! crate has no I/O and no clock: whoever keeps many reports looks candidates up by [`Proposition::keys`] and asks [`place`].

mod copy;
pub mod entity;
pub mod figure;
mod frame;
mod groups;
mod hash;
mod lexicon;
mod matter;
mod name;
mod origin;
mod page;
pub mod pair;
mod proposition;
mod read;
mod split;
mod term;
mod weights;

pub use groups::{Group, Groups, Mentioned, Number, Opposed, groups};
pub use lexicon::Lexicon;
pub use matter::{MEMBERS, Near, group, merge, place};
pub use origin::Origin;
pub use page::{Contradiction, ContradictionKind, Member, Page, Point, Position, Series, SeriesKind, page};
pub use proposition::{Head, Proposition, Report, Speaker, Stance};
pub use read::read;
