//! The record: the one place that knows its JSON shape, and the one that turns bytes into code points.
//!
//! What each field must mean is said at the field. Offsets are Unicode code points into [`Document::text`], end
//! exclusive, and the `text` beside a span is always exactly the text at it.

pub(crate) mod build;
pub(crate) mod offsets;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize, Serializer};

pub use crate::article::BlockKind;
pub use crate::mention::EntityKind;
pub use crate::quantity::Bound;
pub use crate::time::TimeKind;

/// The version of the shape.
pub const SCHEMA: &str = "onrecord/1";

/// The JSON Schema (draft 2020-12) of a [`Record`] as it is written.
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Record>()
}

/// A half-open range of Unicode code points into [`Document::text`]: `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct CodePoints(pub u32, pub u32);

/// What reading one report gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this shape: `onrecord/1`.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// The report itself.
    pub document: Document,
    /// The persons, organizations, groups, places and documents that it names, in order of first mention.
    pub entities: Vec<Entity>,
    /// Every expression of time in the text, in order; statements and claims repeat those that are theirs.
    pub times: Vec<Time>,
    /// Every quantity in the text, in order.
    pub quantities: Vec<Quantity>,
    /// Every place named in the text, in order.
    pub places: Vec<Place>,
    /// Who said what, in reading order.
    pub statements: Vec<Statement>,
    /// What the paper itself asserts, outside any content.
    pub own_voice: Vec<OwnVoice>,
    /// How claims bear on each other.
    pub relations: Vec<Relation>,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `sha256:` and the hexadecimal hash of the input bytes.
    #[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))]
    pub id: String,
    /// The id given with it, else the file's name without `.txt`, `.html`, `.gz`, else `stdin`.
    pub name: String,
    /// Where it was found.
    pub url: Option<String>,
    /// Its headline.
    pub title: Option<String>,
    /// The day of publication, `YYYY-MM-DD`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub published: Option<String>,
    /// The paper, site or station.
    pub publisher: Option<String>,
    /// Its writers, a name each.
    pub byline: Vec<String>,
    /// The news agency that it rests on.
    pub agency: Option<String>,
    /// Its language as an ISO 639-1 code.
    pub language: Option<String>,
    /// How many characters of the page were set aside as no part of the report.
    pub set_aside: u32,
    /// The text that all offsets refer to. For plain text the input itself.
    pub text: String,
    /// Its parts in order. Statements are read from headline, standfirst, paragraph, list_item and quote alone.
    pub blocks: Vec<Block>,
}

/// A part of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands.
    pub span: CodePoints,
}

/// Somebody or something that the report names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// `e1`, `e2`, … unique in the record.
    #[schemars(regex(pattern = r"^e[1-9]\d*$"))]
    pub id: String,
    /// The fullest name.
    pub name: String,
    /// What it is. A capital or a country that speaks or acts stands for its government.
    pub kind: EntityKind,
    /// Titles and offices that the report gives it.
    pub roles: Vec<String>,
    /// Other names in the report.
    pub aliases: Vec<String>,
    /// Where it is mentioned.
    pub mentions: Vec<CodePoints>,
}

/// An expression of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// TIMEX3's type.
    #[serde(rename = "type")]
    pub kind: TimeKind,
    /// Its TIMEX3 value.
    pub value: Option<String>,
}

/// A number with its bound and the thing counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// Where its number stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// The number; of a range the lower one.
    #[serde(serialize_with = "as_number")]
    pub value: f64,
    /// The upper number of a range.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_number_if_any", default)]
    pub to: Option<f64>,
    /// How it is bounded.
    pub bound: Bound,
    /// The thing counted: its noun phrase, an ISO 4217 code for money, `%` for a share.
    pub of: Option<String>,
    /// Only an order of magnitude ("thousands of").
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub vague: bool,
}

/// A place named in the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// Its name.
    pub name: String,
    /// The ISO 3166-1 code of the country that it is or lies in.
    pub country: Option<String>,
}

/// One act of saying, thinking or declining to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// `s1`, `s2`, … unique in the record.
    #[schemars(regex(pattern = r"^s[1-9]\d*$"))]
    pub id: String,
    /// The statement in whose content this one is reported.
    pub within: Option<String>,
    /// Who says it.
    pub sources: Vec<Source>,
    /// Resolved names, outermost first: who tells us, … on whose word it rests. Its length is the depth of hearsay.
    pub chain: Vec<String>,
    /// The words that name the act.
    pub cue: Option<Cue>,
    /// What is done by saying it; `null` where the cue does not tell.
    pub act: Option<Act>,
    /// Whether the words are the source's own.
    pub quote: Quote,
    /// What is said, in reading order; empty only for [`Act::Decline`].
    pub content: Vec<Text>,
    /// The addressee or occasion, where named.
    pub to: Option<Text>,
    /// When it was said.
    pub when: Option<When>,
    /// Where it was said.
    #[serde(rename = "where")]
    pub place: Option<Place>,
    /// Each proposition that the content puts forward; at least one where there is content.
    pub claims: Vec<Claim>,
    /// How probable it is that the report says this of this source, 0 to 1: of the statements with 0.9, nine in ten are
    /// right. `null` where nothing was learned that tells, as of silence. It says nothing about whether the claims are true.
    #[serde(default)]
    pub confidence: Option<f64>,
}

/// Words at their place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Where they stand.
    pub span: CodePoints,
    /// The words.
    pub text: String,
}

/// When something was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// Its TIMEX3 value.
    pub value: Option<String>,
}

/// Who says something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// The entity that it names.
    pub entity: Option<String>,
    /// The entity's name, else the words themselves; `null` for a pronoun that was not resolved.
    pub name: Option<String>,
    /// What kind of source it is.
    pub kind: SourceKind,
}

/// What kind of source a statement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// By name.
    Named,
    /// By office ("a spokesperson").
    Role,
    /// Without either ("sources").
    Anonymous,
    /// A paper, a poll, a filing.
    Document,
    /// Nobody: the passive of "it was reported".
    None,
}

/// The words that name the act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Where they stand.
    pub span: CodePoints,
    /// The words.
    pub text: String,
    /// The dictionary form of their head.
    pub lemma: String,
}

/// What is done by saying something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Puts it forward as so.
    Assert,
    /// Says that it is so after all.
    Confirm,
    /// Rejects what another put forward.
    Deny,
    /// Calls it in question.
    Doubt,
    /// Thinks it.
    Believe,
    /// Offers, promises, threatens, plans.
    Intend,
    /// Asks for, orders, urges.
    Request,
    /// Puts a question.
    Ask,
    /// Lays it at somebody's door.
    Accuse,
    /// Is for it.
    Support,
    /// Is against it.
    Oppose,
    /// Says nothing: no comment.
    Decline,
}

impl Act {
    /// All of them, in the order in which they are told.
    pub const ALL: [Act; 12] = [
        Act::Assert,
        Act::Confirm,
        Act::Deny,
        Act::Doubt,
        Act::Believe,
        Act::Intend,
        Act::Request,
        Act::Ask,
        Act::Accuse,
        Act::Support,
        Act::Oppose,
        Act::Decline,
    ];

    /// Its name in records, queries and addresses: "assert".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Act::Assert => "assert",
            Act::Confirm => "confirm",
            Act::Deny => "deny",
            Act::Doubt => "doubt",
            Act::Believe => "believe",
            Act::Intend => "intend",
            Act::Request => "request",
            Act::Ask => "ask",
            Act::Accuse => "accuse",
            Act::Support => "support",
            Act::Oppose => "oppose",
            Act::Decline => "decline",
        }
    }
}

/// Whether the words are the source's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// All content stands in quotation marks.
    Direct,
    /// None does.
    Indirect,
    /// Part does.
    Mixed,
}

/// A proposition put forward.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The statement's id, a dot and a number.
    #[schemars(regex(pattern = r"^s[1-9]\d*\.[1-9]\d*$"))]
    pub id: String,
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// How the nearest source commits itself to it; `null` where that cannot be told.
    pub certainty: Option<Certainty>,
    /// The quantities in it.
    pub quantities: Vec<Quantity>,
    /// When what is claimed took place.
    pub times: Vec<Time>,
    /// Where it took place.
    pub places: Vec<Place>,
}

/// How a source commits itself to a claim: the values of FactBank (Saurí and Pustejovsky, 2009).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Certainty {
    /// It is certainly so.
    #[serde(rename = "CT+")]
    Certain,
    /// It is probably so.
    #[serde(rename = "PR+")]
    Probable,
    /// It is possibly so.
    #[serde(rename = "PS+")]
    Possible,
    /// It is certainly not so.
    #[serde(rename = "CT-")]
    CertainNot,
    /// It is probably not so.
    #[serde(rename = "PR-")]
    ProbableNot,
    /// It is possibly not so.
    #[serde(rename = "PS-")]
    PossibleNot,
    /// Uncommitted: a question, a wish, a condition.
    #[serde(rename = "U")]
    Uncommitted,
}

impl Certainty {
    /// All of them, from surely so to surely not so, and neither last.
    pub const ALL: [Certainty; 7] = [
        Certainty::Certain,
        Certainty::Probable,
        Certainty::Possible,
        Certainty::PossibleNot,
        Certainty::ProbableNot,
        Certainty::CertainNot,
        Certainty::Uncommitted,
    ];

    /// FactBank's name for it: "CT+".
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Certainty::Certain => "CT+",
            Certainty::Probable => "PR+",
            Certainty::Possible => "PS+",
            Certainty::PossibleNot => "PS-",
            Certainty::ProbableNot => "PR-",
            Certainty::CertainNot => "CT-",
            Certainty::Uncommitted => "U",
        }
    }
}

/// What the paper asserts in its own voice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnVoice {
    /// `r1`, `r2`, … unique in the record.
    #[schemars(regex(pattern = r"^r[1-9]\d*$"))]
    pub id: String,
    /// Where it stands.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// The quantities in it.
    pub quantities: Vec<Quantity>,
    /// The times in it.
    pub times: Vec<Time>,
    /// The places in it.
    pub places: Vec<Place>,
}

/// How one claim bears on another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// In which way.
    pub kind: RelationKind,
    /// The claim, or statement without content, that bears on `b`.
    pub a: String,
    /// The claim that it bears on.
    pub b: String,
}

/// In which way one claim bears on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Either could stand for the other.
    Same,
    /// The first is given as a reason for the second, or is a detail of it.
    Supports,
    /// The first rejects the second.
    Denies,
    /// The first is a later figure for the same thing.
    Updates,
}

/// Writes a whole number without a fraction: `155`, not `155.0`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn as_number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    // Whole numbers of this size are `i64`s too, exactly.
    if number.fract() == 0.0 && number.abs() < i64::MAX as f64 {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

fn as_number_if_any<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => as_number(number, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A record in which every field is filled, and every list has an entry.
    const FULL: &str = r#"{
  "schema": "onrecord/1",
  "document": {
    "id": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "name": "harbour",
    "url": "https://news.example/harbour",
    "title": "Harbour to close, mayor says",
    "published": "2024-05-14",
    "publisher": "The Wexmouth Courier",
    "byline": ["Ida Brandt"],
    "agency": "Reuters",
    "language": "en",
    "set_aside": 1204,
    "text": "Three dead, says Ada Quill of Malmö on Monday.",
    "blocks": [{"kind": "paragraph", "span": [0, 46]}]
  },
  "entities": [
    {"id": "e1", "name": "Ada Quill", "kind": "person", "roles": ["mayor"], "aliases": ["Quill"], "mentions": [[17, 26]]}
  ],
  "times": [{"span": [39, 45], "text": "Monday", "type": "date", "value": "2024-05-13"}],
  "quantities": [
    {"span": [0, 5], "text": "Three", "value": 3, "to": 4.5, "bound": "at_least", "of": "people", "vague": true}
  ],
  "places": [{"span": [30, 35], "text": "Malmö", "name": "Malmö", "country": "SE"}],
  "statements": [
    {
      "id": "s1",
      "within": "s2",
      "sources": [{"span": [17, 26], "text": "Ada Quill", "entity": "e1", "name": "Ada Quill", "kind": "named"}],
      "chain": ["Ada Quill"],
      "cue": {"span": [12, 16], "text": "says", "lemma": "say"},
      "act": "assert",
      "quote": "indirect",
      "content": [{"span": [0, 10], "text": "Three dead"}],
      "to": {"span": [17, 26], "text": "Ada Quill"},
      "when": {"span": [39, 45], "text": "Monday", "value": "2024-05-13"},
      "where": {"span": [30, 35], "text": "Malmö", "name": "Malmö", "country": "SE"},
      "claims": [
        {"id": "s1.1", "span": [0, 10], "text": "Three dead", "certainty": "CT+", "quantities": [], "times": [], "places": []}
      ],
      "confidence": 0.93
    }
  ],
  "own_voice": [{"id": "r1", "span": [0, 10], "text": "Three dead", "quantities": [], "times": [], "places": []}],
  "relations": [{"kind": "same", "a": "s1.1", "b": "r1"}]
}"#;

    #[test]
    fn what_is_written_is_what_was_read_in_the_same_order() {
        let record: Record = serde_json::from_str(FULL).unwrap();
        let as_given: serde_json::Value = serde_json::from_str(FULL).unwrap();
        // Maps keep the order of their fields, and text compares it; maps themselves would not.
        assert_eq!(serde_json::to_string_pretty(&record).unwrap(), serde_json::to_string_pretty(&as_given).unwrap());
    }

    #[test]
    fn fields_that_nobody_knows_are_refused() {
        let misspelt = FULL.replace("\"own_voice\"", "\"ownvoice\"");
        assert!(serde_json::from_str::<Record>(&misspelt).is_err());
    }

    proptest! {
        #[test]
        fn numbers_survive(value in prop_oneof![any::<f64>().prop_filter("JSON knows finite numbers alone", |it| it.is_finite()), (-1e18..1e18).prop_map(f64::trunc)]) {
            let quantity = Quantity {
                span: CodePoints(0, 1), text: "1".to_owned(), value, to: Some(value), bound: Bound::Exact, of: None, vague: false,
            };
            let written = serde_json::to_string(&quantity).unwrap();
            prop_assert!(!written.contains(".0,"), "{written}");
            prop_assert_eq!(serde_json::from_str::<Quantity>(&written).unwrap(), quantity);
        }
    }
}
