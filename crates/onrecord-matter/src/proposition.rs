//! Propositions: what claims put forward, in the shape in which they are compared across reports.

use onrecord::record::{CodePoints, SourceKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figure::Figure;
use crate::frame::{Clock, DayPart, Frame};
use crate::term::Term;

/// Something that a report puts forward, on somebody's word or on its own.
///
/// A claim of a record is one proposition and perhaps more: of "killing 24 and injuring 249" each part belongs to a matter of
/// its own. Part 0 has the words of the whole claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposition {
    /// The claim's id in its record: `s3.1`, or `r2` for what the paper says itself.
    pub claim: String,
    /// Which part of the claim: 0 the whole.
    pub part: u8,
    /// Where it stands in its report.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// On whose word, outermost first; empty where the paper says it itself, or nobody is named.
    pub chain: Vec<String>,
    /// Who says it, the innermost of the chain; nobody for the paper's own voice.
    pub speaker: Option<Speaker>,
    /// How the speaker stands to it.
    pub stance: Stance,
    /// The numbers that it gives.
    pub figures: Vec<Figure>,
    pub(crate) terms: Vec<Term>,
    /// The keys of the heaviest of them, with their weights.
    pub(crate) telling: Vec<(u64, f32)>,
    /// The keys of the names among them, each once.
    pub(crate) names: Vec<u64>,
    /// Stems of the places in its sentence.
    pub(crate) around: Vec<u64>,
    pub(crate) frame: Option<Frame>,
    pub(crate) clock: Option<Clock>,
    pub(crate) day_part: Option<DayPart>,
    /// "west of Torvik": the direction, and the place's stem.
    pub(crate) bearings: Vec<(Bearing, u64)>,
    /// What it says is so, rather than not so.
    pub(crate) positive: bool,
    pub(crate) shingles: Vec<u16>,
}

/// Who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The resolved name, else the words.
    pub name: String,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// How the report describes it: its words with title, office and body, and the roles of its entity.
    pub described: Vec<String>,
}

/// How a speaker stands to a proposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Puts it forward as so.
    Asserts,
    /// Says that it is not so.
    Denies,
    /// Calls it in question, or thinks it unlikely.
    Doubts,
    /// Neither: a question, a wish, a refusal to say.
    Unknown,
}

/// One of eight directions, clockwise from north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bearing(pub(crate) u8);

impl Bearing {
    /// By its name: "southeast", "north-west".
    pub(crate) fn named(word: &str) -> Option<Bearing> {
        let word = word.to_lowercase().replace('-', "");
        let names = ["north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"];
        names.iter().position(|name| *name == word).and_then(|at| u8::try_from(at).ok()).map(Bearing)
    }

    /// Whether two directions are a right angle or more apart.
    pub(crate) fn contradicts(self, other: Bearing) -> bool {
        let apart = self.0.abs_diff(other.0);
        apart.min(8 - apart) >= 2
    }
}

/// What is known of a report as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its name among the reports.
    pub name: String,
    /// The paper, site or station.
    pub publisher: Option<String>,
    /// The news agency that it rests on.
    pub agency: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    pub published: Option<String>,
    /// What it is about: the keys of its most frequent terms with their weights, the heaviest first, of length 1 together.
    pub(crate) theme: Vec<(u64, f32)>,
    /// Stems of the places that it names, with their shares.
    pub(crate) places: Vec<(u64, f32)>,
    pub(crate) day: Option<i32>,
}

/// A report, ready to be matched with others.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The report as a whole.
    pub head: Head,
    /// What it puts forward, in reading order.
    pub propositions: Vec<Proposition>,
}
