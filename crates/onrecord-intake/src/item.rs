//! What is found.

use std::fmt;
use std::ops::ControlFlow;

use jiff::civil::Date;
use onrecord::article::Origin;

use crate::Fetcher;

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A report.
    Report(Found),
    /// Something that could not be read.
    Lost(Lost),
    /// What is no report. It is told, but nothing is missing.
    Passed(Passed),
}

impl Item {
    /// Where it was found.
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Item::Report(Found { place, .. }) | Item::Lost(Lost { place, .. }) | Item::Passed(Passed { place, .. }) => {
                place
            }
        }
    }
}

/// A report, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: a path, with the number of the line in NDJSON or of the entry in a feed; an address.
    pub place: String,
    /// Its bytes, no longer packed.
    pub bytes: Vec<u8>,
    /// What came with them.
    pub origin: Origin,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where.
    pub place: String,
    /// Why, and what to do about it.
    pub why: String,
}

impl Lost {
    /// What is told of it. Libraries quote bad input in what they say of it; whatever would break the line, or do something to
    /// a terminal, is shown as what it is.
    pub(crate) fn new(place: impl Into<String>, why: impl Into<String>) -> Lost {
        Lost { place: in_a_line(place.into()), why: in_a_line(why.into()) }
    }
}

fn in_a_line(text: String) -> String {
    if !text.contains(char::is_control) {
        return text;
    }
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

/// What is no report and was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Where.
    pub place: String,
    /// What it is, and how much of it.
    pub what: String,
}

/// Takes what is found, and answers whether to go on.
pub type Take<'a> = &'a mut dyn FnMut(Item) -> ControlFlow<()>;

/// How inputs are gone through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// What every input holds; `None` to tell it from the name, else from the first bytes.
    pub holds: Option<Holds>,
    /// The day of publication of reports that come without one. What is in a line of NDJSON or an entry of a feed stands
    /// above it, and it stands above what a report says of itself.
    pub published: Option<Date>,
    /// With what the pages are fetched that a feed only links to; without it such entries are [`Lost`].
    pub follow: Option<&'a Fetcher>,
}

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One report as plain text.
    Text,
    /// One report as a web page.
    Html,
    /// A report a line, as JSON.
    Ndjson,
    /// A feed: RSS, Atom or JSON Feed.
    Feed,
    /// A web archive (WARC, ISO 28500).
    Warc,
}

/// "1 entry", "2 entries".
pub(crate) fn counted(many: u64, one: &str, more: &str) -> String {
    format!("{many} {}", if many == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::Lost;

    #[test]
    fn what_is_told_is_one_line() {
        let lost = Lost::new("feed.xml#3", "expected `</a>`, but `</b\nn\u{1b}[2J>` was found");
        assert_eq!(lost.to_string(), "feed.xml#3: expected `</a>`, but `</b\\nn\\u{1b}[2J>` was found");
        assert_eq!(Lost::new("crawl.warc", "it is cut short; “é”").why, "it is cut short; “é”");
    }
}
