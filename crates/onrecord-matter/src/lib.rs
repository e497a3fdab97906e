//! Matches what news reports claim across reports.
//!
//! Records go in; out come *matters*: the same thing claimed, denied or doubted in several reports, with who stands where,
//! its figures over time, what contradicts what, and from how many independent origins it comes. Like the reader, this
//! crate has no I/O and no clock: whoever keeps many reports looks those up that share [`Head::keys`], takes their
//! [`candidates`], and asks [`place`].

mod copy;
pub mod entity;
pub mod figure;
mod frame;
mod groups;
mod hash;
mod kept;
mod lexicon;
mod matter;
mod name;
mod near;
mod origin;
mod page;
pub mod pair;
mod proposition;
mod read;
mod seat;
mod split;
mod term;
mod weights;

pub use groups::{Group, Groups, Mentioned, Number, Opposed, groups};
pub use kept::Told;
pub use lexicon::Lexicon;
pub use matter::{MEMBERS, Near, group, merge, place};
pub use near::candidates;
pub use origin::Origin;
pub use page::{Contradiction, ContradictionKind, Member, Page, Point, Position, Series, SeriesKind, page};
pub use proposition::{Head, Proposition, Report, Speaker, Stance};
pub use read::read;
pub use seat::Seat;
