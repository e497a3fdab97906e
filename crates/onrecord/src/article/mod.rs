//! From bytes to an [`Article`]: the report as a reader of news sees it, its parts told apart.
//!
//! [`read`] takes the bytes of a text or a page, with whatever came with them, and gives the article. Only bytes that are
//! no text fail; an empty file, a page without a report and a report in another language give an article from which
//! nothing is read, and whose [`Verdict`] says so.
//!
//! ```
//! use onrecord::article::{Article, BlockKind};
//!
//! let article = Article::from_text(
//!     "Mayor says no to bridge\n\nBy Ann Vale\n\nKOLM, April 9 (Reuters) - The mayor of Kolm said no to the bridge on Wednesday.",
//! );
//! assert_eq!(article.title.as_deref(), Some("Mayor says no to bridge"));
//! assert_eq!(article.agency.as_deref(), Some("Reuters"));
//! let kinds: Vec<BlockKind> = article.blocks.iter().map(|b| b.kind).collect();
//! assert_eq!(kinds, [BlockKind::Headline, BlockKind::Credit, BlockKind::Dateline, BlockKind::Paragraph]);
//! ```

mod agency;
mod byline;
mod caption;
mod date;
mod dateline;
mod decode;
mod dom;
mod furniture;
mod language;
mod metadata;

pub mod ndjson;
mod origin;
mod page;
mod parts;

mod plain;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::civil::Date;

pub use self::agency::is_agency;
pub use self::byline::names as byline_names;
pub use self::date::{DateCandidate, DateOrigin, parse_stamp};
pub use self::decode::{Error, MAX_BYTES};
pub use self::origin::{Form, Origin};
use crate::Span;

/// The bytes of one report, and what is known about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input<'a> {
    /// The text or page, perhaps gzipped.
    pub bytes: &'a [u8],
    /// What they are.
    pub format: Format,
    /// The content type that they were sent with (`text/html; charset=utf-8`), or only the charset.
    pub content_type: Option<&'a str>,
    /// What came with the report.
    pub given: Given,
}

/// What bytes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// To be told from their beginning.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// An HTML page.
    Html,
}

/// What came with a report. It is believed before anything that the report says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The id of the report where it comes from.
    pub name: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// The day of publication.
    pub published: Option<Date>,
    /// The paper, site or station.
    pub publisher: Option<String>,
    /// The writers, a name each.
    pub byline: Vec<String>,
    /// The news agency that it was taken from.
    pub agency: Option<String>,
    /// The day on which it was fetched: no report was published later.
    pub retrieved: Option<Date>,
}

/// Whether there is a report to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// There is.
    #[default]
    Read,
    /// There is nothing but white space.
    Empty,
    /// The page is no report: an index, an error, a login, a script that would load one.
    NoReport,
    /// The report is in another language than English: its ISO 639-1 code. Its parts are still told apart, but no
    /// statements may be read from them.
    Language(String),
}

/// Where a report says it was filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// The place, as written ("NEW YORK").
    pub place: Option<String>,
    /// The day; a dateline without a year is of the year that brings it nearest to the day of publication.
    pub date: Option<Date>,
}

/// Reads a report.
///
/// # Errors
/// If the bytes are broken gzip, more than [`MAX_BYTES`], or no text at all.
pub fn read(input: &Input<'_>) -> Result<Article, Error> {
    let bytes = decode::unpack(input.bytes)?;
    let text = decode::decode(&bytes, input.content_type, input.format == Format::Html)?;
    let html = match input.format {
        Format::Html => true,
        Format::Text => false,
        Format::Auto => decode::looks_like_html(&text),
    };
    // What turns out to be a page may name its own encoding.
    let text =
        if html && input.format == Format::Auto { decode::decode(&bytes, input.content_type, true)? } else { text };
    Ok(if html { page::read(&text, &input.given) } else { read_text(text, &input.given) })
}

fn read_text(text: Cow<'_, str>, given: &Given) -> Article {
    let marked = plain::mark(&text, given.title.as_deref());
    let headline = marked.headline.map(|span| one_line(span.of(&text)));
    let mut dates = marked.dates;
    dates.extend(given.published.map(|date| DateCandidate::day(DateOrigin::Given, date)));
    let address = given.url.as_deref().and_then(date::parse_address);
    dates.extend(address.map(|date| DateCandidate::day(DateOrigin::Address, date)));
    let mut article = Article {
        title: given.title.clone().or(headline),
        publisher: given.publisher.clone(),
        byline: if given.byline.is_empty() { marked.byline } else { given.byline.clone() },
        agency: given.agency.clone().or(marked.agency),
        blocks: marked.blocks,
        text: text.into_owned(),
        ..Article::default()
    };
    article.conclude(dates, marked.filed, given);
    if article.text.trim().is_empty() {
        article.verdict = Verdict::Empty;
    }
    article
}

/// The words with every run of white space as one space.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A report: its text and what its parts are. What is no part of the report is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The text that every span refers to. For plain text it is the input itself, unchanged.
    pub text: String,
    /// The parts in reading order, none overlapping another. What lies between them is white space.
    pub blocks: Vec<Block>,
    /// The headline, or the page's own title where no headline stands in the text.
    pub title: Option<String>,
    /// The day of publication.
    pub published: Option<Date>,
    /// The paper, site or station.
    pub publisher: Option<String>,
    /// The writers, a name each.
    pub byline: Vec<String>,
    /// The news agency that the report names as its own source ("Reuters", "News Agencies").
    pub agency: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// Its language as an ISO 639-1 code; `None` where the text is too short to tell.
    pub language: Option<String>,
    /// How many characters of a page were set aside as no part of the report (menus, teasers, comments). 0 for text.
    pub set_aside: usize,
    /// The id that came with it.
    pub name: Option<String>,
    /// Every day that might be the one of publication, the most trusted first.
    pub dates: Vec<DateCandidate>,
    /// Where and when its dateline says that it was filed.
    pub filed: Option<Filed>,
    /// Whether there is a report to read.
    pub verdict: Verdict,
}

impl Article {
    /// Reads plain text. Its text is the given one, unchanged.
    #[must_use]
    pub fn from_text(text: &str) -> Article {
        read_text(Cow::Borrowed(text), &Given::default())
    }

    /// Reads a page.
    #[must_use]
    pub fn from_html(html: &str) -> Article {
        page::read(html, &Given::default())
    }

    /// The words of the blocks that statements are read from.
    pub fn read_blocks(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter(|b| b.kind.is_read()).map(|b| b.span.of(&self.text))
    }

    /// Settles what needs the whole article: its day, its language and whether there is anything to read.
    fn conclude(
        &mut self,
        mut dates: Vec<DateCandidate>,
        filed: Option<(Option<String>, Option<String>)>,
        given: &Given,
    ) {
        dates.sort_by_key(|c| c.origin);
        dates.dedup();
        self.published = date::choose(&dates, given.retrieved);
        self.dates = dates;
        let published = self.published;
        self.filed = filed.map(|(place, words)| Filed { place, date: words.and_then(|w| date::near(&w, published)) });
        self.name.clone_from(&given.name);
        if given.url.is_some() {
            self.url.clone_from(&given.url);
        }
        self.language = language::language(self.read_blocks());
        if self.verdict == Verdict::Read {
            match self.language.as_deref() {
                Some(code) if code != "en" => self.verdict = Verdict::Language(code.to_owned()),
                _ if !self.blocks.iter().any(|b| b.kind.is_read()) => self.verdict = Verdict::NoReport,
                _ => {}
            }
        }
        if matches!(self.verdict, Verdict::Empty | Verdict::NoReport) {
            self.blocks.clear();
        }
    }
}

/// One part of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands, without white space at its ends.
    pub span: Span,
}

/// What a part of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The title over the report.
    Headline,
    /// The summary under the headline.
    Standfirst,
    /// A paragraph of the body. Crossheads count as paragraphs of their own.
    Paragraph,
    /// An item of a list in the body.
    ListItem,
    /// A passage set apart as a quotation.
    Quote,
    /// The words under a picture.
    Caption,
    /// Who wrote, took or supplied it.
    Credit,
    /// Where and when it was filed or published.
    Dateline,
    /// Furniture: advertisements, teasers, sharing buttons, notes of the site.
    Boilerplate,
}

impl BlockKind {
    /// Whether statements are read from such a part.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(
            self,
            BlockKind::Headline | BlockKind::Standfirst | BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote
        )
    }
}
