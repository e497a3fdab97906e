//! From bytes to an [`Article`]: the report as a reader of news sees it, its parts told apart.

use jiff::civil::Date;

use crate::Span;

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
