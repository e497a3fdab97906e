//! One report held against what a careful reader takes from it.
//!
//! Each expected entry names one claim with what its statement says of it. It is found where a claim of the record, or
//! a statement's whole content, shares half of their joint words with it; an entry without content is found by its act
//! and its chain.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onrecord::BlockKind;
use onrecord::record::{Act, Bound, Certainty, Claim, Quantity, Quote, Record, RelationKind, Source, Statement};
use serde::{Deserialize, Serialize};

use super::words::words;

/// What a careful reader takes from a report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    #[serde(default)]
    pub(crate) document: BTreeMap<String, Fact>,
    pub(crate) statements: Vec<Entry>,
    #[serde(default)]
    pub(crate) relations: Vec<Relation>,
}

/// A field of the document, or the passages that must not be read as its text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Fact {
    StartsWith(String),
    NotRead(Vec<String>),
}

/// One claim with what its statement says of it. Fields that are absent are not asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) content: Vec<String>,
    pub(crate) chain: Option<Vec<String>>,
    pub(crate) cue: Option<String>,
    pub(crate) act: Option<Act>,
    pub(crate) quote: Option<Quote>,
    pub(crate) certainty: Option<Certainty>,
    pub(crate) quantities: Option<Vec<ExpectedQuantity>>,
    pub(crate) when: Option<String>,
    #[serde(rename = "where")]
    pub(crate) place: Option<String>,
    pub(crate) to: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedQuantity {
    pub(crate) value: f64,
    pub(crate) bound: Bound,
    pub(crate) of: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relation {
    pub(crate) a: String,
    pub(crate) kind: RelationKind,
    pub(crate) b: String,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct OutOf(pub(crate) usize, pub(crate) usize);

impl OutOf {
    fn count(&mut self, right: bool) {
        self.0 += usize::from(right);
        self.1 += 1;
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Figures {
    /// Expected entries found.
    pub(crate) found: OutOf,
    /// Their stated fields right.
    pub(crate) fields: OutOf,
    pub(crate) relations: OutOf,
    pub(crate) document: OutOf,
    /// Statements of the record that no entry names. They need not be wrong.
    pub(crate) unexpected: OutOf,
    /// What is not as expected, a line each.
    #[serde(skip)]
    pub(crate) wrong: Vec<String>,
}

pub(crate) fn check(record: &Record, expected: &Expected) -> Figures {
    let candidates = candidates(record);
    let mut figures = Figures {
        found: OutOf::default(),
        fields: OutOf::default(),
        relations: OutOf::default(),
        document: OutOf::default(),
        unexpected: OutOf::default(),
        wrong: Vec::new(),
    };
    let mut found: HashMap<&str, &Candidate> = HashMap::new();
    for entry in &expected.statements {
        let candidate = find(entry, &candidates);
        figures.found.count(candidate.is_some());
        match candidate {
            Some(candidate) => {
                found.insert(&entry.id, candidate);
                for (field, right) in entry.judge(candidate) {
                    figures.fields.count(right);
                    if !right {
                        figures.wrong.push(format!("{}: {field} in {}", entry.id, candidate.id));
                    }
                }
            }
            None => {
                figures.fields.1 += entry.stated();
                figures.wrong.push(format!("{}: not found", entry.id));
            }
        }
    }
    let groups = Groups::of(record);
    for relation in &expected.relations {
        let ends = found.get(relation.a.as_str()).zip(found.get(relation.b.as_str()));
        let right = ends.is_some_and(|(a, b)| related(relation.kind, a, b, record, &groups));
        figures.relations.count(right);
        if !right {
            figures.wrong.push(format!("relation not found: {} {:?} {}", relation.a, relation.kind, relation.b));
        }
    }
    for (key, fact) in &expected.document {
        let right = fact_holds(key, fact, record);
        figures.document.count(right);
        if !right {
            figures.wrong.push(format!("document: {key}"));
        }
    }
    let named: BTreeSet<&str> = found.values().map(|candidate| candidate.statement.id.as_str()).collect();
    let unnamed = record.statements.iter().filter(|statement| !named.contains(statement.id.as_str()));
    figures.unexpected = OutOf(unnamed.count(), record.statements.len());
    figures
}

/// A claim with its statement's fields, or a statement as a whole.
struct Candidate<'a> {
    id: &'a str,
    statement: &'a Statement,
    content: String,
    certainty: Option<Certainty>,
    quantities: Vec<&'a Quantity>,
}

fn candidates(record: &Record) -> Vec<Candidate<'_>> {
    let mut candidates = Vec::new();
    for statement in &record.statements {
        candidates.extend(statement.claims.iter().map(|claim: &Claim| Candidate {
            id: &claim.id,
            statement,
            content: claim.text.clone(),
            certainty: claim.certainty,
            quantities: claim.quantities.iter().collect(),
        }));
        let first = statement.claims.first();
        candidates.push(Candidate {
            id: first.map_or(&statement.id, |claim| &claim.id),
            statement,
            content: content(statement),
            certainty: first.and_then(|claim| claim.certainty),
            quantities: statement.claims.iter().flat_map(|claim| &claim.quantities).collect(),
        });
    }
    candidates
}

fn content(statement: &Statement) -> String {
    statement.content.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn chain(statement: &Statement) -> Vec<&str> {
    if statement.chain.is_empty() {
        statement.sources.iter().map(name).collect()
    } else {
        statement.chain.iter().map(String::as_str).collect()
    }
}

fn name(source: &Source) -> &str {
    source.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&source.text)
}

/// The candidate that fits best: by content first, then by chain, then by cue; the first among equals.
fn find<'c, 'a>(entry: &Entry, candidates: &'c [Candidate<'a>]) -> Option<&'c Candidate<'a>> {
    let mut best: Option<(f64, &Candidate)> = None;
    for candidate in candidates {
        let same_chain = entry.chain.as_ref().is_some_and(|wanted| chain_matches(wanted, &chain(candidate.statement)));
        let overlap = if entry.content.is_empty() {
            if !same_chain || entry.act != candidate.statement.act {
                continue;
            }
            1.0
        } else {
            let overlap = share(&entry.content.join(" "), &candidate.content);
            if overlap < 0.5 {
                continue;
            }
            overlap
        };
        let same_cue = match &entry.cue {
            Some(wanted) => cue_matches(wanted, candidate.statement),
            None => candidate.statement.cue.is_none(),
        };
        let score = overlap + 0.3 * f64::from(u8::from(same_chain)) + 0.1 * f64::from(u8::from(same_cue));
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

impl Entry {
    /// How many fields it asks for.
    fn stated(&self) -> usize {
        [
            self.chain.is_some(),
            self.cue.is_some(),
            self.act.is_some(),
            self.quote.is_some(),
            self.certainty.is_some(),
            self.quantities.is_some(),
            self.when.is_some(),
            self.place.is_some(),
            self.to.is_some(),
        ]
        .into_iter()
        .map(usize::from)
        .sum()
    }

    /// Which of the fields that it asks for are right.
    fn judge(&self, candidate: &Candidate) -> Vec<(&'static str, bool)> {
        let statement = candidate.statement;
        let mut fields = Vec::new();
        let mut judge = |field, right: Option<bool>| fields.extend(right.map(|right| (field, right)));
        judge("chain", self.chain.as_ref().map(|wanted| chain_matches(wanted, &chain(statement))));
        judge("cue", self.cue.as_ref().map(|wanted| cue_matches(wanted, statement)));
        judge("act", self.act.map(|wanted| statement.act == Some(wanted)));
        judge("quote", self.quote.map(|wanted| statement.quote == wanted));
        judge("certainty", self.certainty.map(|wanted| candidate.certainty == Some(wanted)));
        judge(
            "quantities",
            self.quantities.as_ref().map(|wanted| {
                wanted.iter().all(|quantity| candidate.quantities.iter().any(|got| quantity_matches(quantity, got)))
            }),
        );
        judge(
            "when",
            self.when.as_ref().map(|wanted| {
                let got = statement.when.as_ref();
                let value =
                    got.map(|when| when.value.as_deref().filter(|value| !value.is_empty()).unwrap_or(&when.text));
                value.unwrap_or_default().starts_with(wanted.as_str())
            }),
        );
        judge(
            "where",
            self.place.as_ref().map(|wanted| {
                let place = statement.place.as_ref();
                contains(&place.map(|place| format!("{} {}", place.text, place.name)).unwrap_or_default(), wanted)
            }),
        );
        judge(
            "to",
            self.to
                .as_ref()
                .map(|wanted| contains(statement.to.as_ref().map(|to| to.text.as_str()).unwrap_or_default(), wanted)),
        );
        fields
    }
}

fn quantity_matches(wanted: &ExpectedQuantity, got: &Quantity) -> bool {
    (got.value - wanted.value).abs() < 1e-6
        && got.bound == wanted.bound
        && !bag(&wanted.of).is_disjoint(&bag(got.of.as_deref().unwrap_or_default()))
}

/// Whether all words of `wanted` are in `text`.
fn contains(text: &str, wanted: &str) -> bool {
    let wanted = bag(wanted);
    !wanted.is_empty() && wanted.is_subset(&bag(text))
}

/// Whether the cues are within one another; a cue that is a mark ("–", ":") must be just that mark.
fn cue_matches(wanted: &str, statement: &Statement) -> bool {
    let got = statement.cue.as_ref().map(|cue| cue.text.as_str());
    let (wanted_words, got_words) = (bag(wanted), bag(got.unwrap_or_default()));
    if wanted_words.is_empty() { got == Some(wanted) } else { within(&wanted_words, &got_words) }
}

/// Whether both chains have the same links: "Ann Oye" and "Mayor Ann Oye" are one.
fn chain_matches(wanted: &[String], got: &[&str]) -> bool {
    wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| within(&bag(wanted), &bag(got)))
}

fn within(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    !a.is_empty() && !b.is_empty() && (a.is_subset(b) || b.is_subset(a))
}

/// The joint words of two texts over all their words.
#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
fn share(a: &str, b: &str) -> f64 {
    let (a, b) = (bag(a), bag(b));
    let union = a.union(&b).count();
    if union == 0 { 1.0 } else { a.intersection(&b).count() as f64 / union as f64 }
}

/// The words of a text without articles, "of" and the possessive's s.
fn bag(text: &str) -> BTreeSet<String> {
    let empty = |word: &String| matches!(word.as_str(), "the" | "a" | "an" | "s" | "of");
    words(text).into_iter().filter(|word| !empty(word)).collect()
}

/// Claims that the record calls the same, as groups.
struct Groups<'a>(HashMap<&'a str, &'a str>);

impl<'a> Groups<'a> {
    fn of(record: &'a Record) -> Groups<'a> {
        let claims = record.statements.iter().flat_map(|statement| statement.claims.iter().map(|claim| &claim.id));
        let ids = record.statements.iter().map(|statement| &statement.id).chain(claims);
        let mut groups = Groups(ids.map(|id| (id.as_str(), id.as_str())).collect());
        for relation in record.relations.iter().filter(|relation| relation.kind == RelationKind::Same) {
            if groups.0.contains_key(relation.a.as_str()) && groups.0.contains_key(relation.b.as_str()) {
                let (a, b) = (groups.root(&relation.a), groups.root(&relation.b));
                groups.0.insert(a, b);
            }
        }
        groups
    }

    fn root(&self, id: &'a str) -> &'a str {
        let mut root = id;
        while let Some(&parent) = self.0.get(root).filter(|parent| **parent != root) {
            root = parent;
        }
        root
    }
}

fn related<'a>(
    kind: RelationKind,
    a: &Candidate<'a>,
    b: &Candidate<'a>,
    record: &'a Record,
    groups: &Groups<'a>,
) -> bool {
    let (root_a, root_b) = (groups.root(a.id), groups.root(b.id));
    if kind == RelationKind::Same {
        return a.id != b.id && root_a == root_b;
    }
    record.relations.iter().any(|relation| {
        relation.kind == kind && groups.root(&relation.a) == root_a && groups.root(&relation.b) == root_b
    })
}

fn fact_holds(key: &str, fact: &Fact, record: &Record) -> bool {
    match fact {
        Fact::StartsWith(wanted) => {
            let document = serde_json::to_value(&record.document).unwrap_or_default();
            document.get(key).and_then(|value| value.as_str()).unwrap_or_default().starts_with(wanted.as_str())
        }
        Fact::NotRead(passages) => {
            let read = read_text(record);
            passages.iter().all(|passage| !read.contains(passage.as_str()))
        }
    }
}

/// All that the record takes from the report: its contents, and the blocks that are read.
fn read_text(record: &Record) -> String {
    let blocks = super::blocks(record, BlockKind::is_read);
    record.statements.iter().map(content).chain(blocks).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TEXT: &str =
        "Two held, says mayor. Advertisement Ann Oye said two men were held. The union has not commented.";

    fn text(words: &str) -> Value {
        let byte = TEXT.find(words).expect("words of the text");
        json!({"span": [byte, byte + words.len()], "text": words})
    }

    fn with(mut value: Value, more: Value) -> Value {
        let more = more.as_object().expect("an object").clone();
        value.as_object_mut().expect("an object").extend(more);
        value
    }

    fn record() -> Record {
        let statement = |id: &str, chain: &[&str], cue: &str, act: &str, content: &[&str], claim: Value| {
            json!({
                "id": id, "within": null, "sources": [], "chain": chain,
                "cue": with(text(cue), json!({"lemma": cue})), "act": act, "quote": "indirect",
                "content": content.iter().map(|words| text(words)).collect::<Vec<_>>(),
                "to": null, "when": null, "where": null,
                "claims": content.iter().map(|words| with(with(text(words), json!({
                    "id": format!("{id}.1"), "certainty": "CT+", "quantities": [], "times": [], "places": []
                })), claim.clone())).collect::<Vec<_>>(),
            })
        };
        let two = with(text("two"), json!({"value": 2.0, "bound": "exact", "of": "men"}));
        serde_json::from_value(json!({
            "schema": "onrecord/1",
            "document": {
                "id": "sha256:00", "name": "r", "url": null, "title": "Two held, says mayor", "published": "2025-04-09",
                "publisher": null, "byline": [], "agency": null, "language": "en", "set_aside": 0, "text": TEXT,
                "blocks": [
                    {"kind": "headline", "span": [0, 21]}, {"kind": "boilerplate", "span": [22, 35]},
                    {"kind": "paragraph", "span": [36, 96]}
                ],
            },
            "entities": [], "times": [], "quantities": [], "places": [],
            "statements": [
                statement("s1", &["mayor"], "says", "assert", &["Two held"], json!({})),
                statement("s2", &["Ann Oye"], "said", "assert", &["two men were held"], json!({"quantities": [two]})),
                statement("s3", &["union"], "has not commented", "decline", &[], json!({})),
            ],
            "own_voice": [],
            "relations": [{"kind": "same", "a": "s1.1", "b": "s2.1"}],
        }))
        .expect("a record")
    }

    fn judge(expected: Value) -> [OutOf; 5] {
        let figures = check(&record(), &serde_json::from_value(expected).expect("an expectation"));
        [figures.found, figures.fields, figures.relations, figures.document, figures.unexpected]
    }

    #[test]
    fn a_full_match() {
        let expected = json!({
            "document": {"title": "Two held", "published": "2025-04", "not_read": ["Advertisement"]},
            "statements": [
                {"id": "h", "content": ["Two held"], "chain": ["the mayor"], "cue": "says", "act": "assert"},
                {"id": "p", "content": ["two men were held"], "chain": ["Mayor Ann Oye"], "cue": "said",
                 "certainty": "CT+", "quantities": [{"value": 2, "bound": "exact", "of": "the men"}]},
                {"id": "n", "content": [], "chain": ["the union"], "cue": "not commented", "act": "decline"},
            ],
            "relations": [{"kind": "same", "a": "h", "b": "p"}],
        });
        assert_eq!(judge(expected), [OutOf(3, 3), OutOf(10, 10), OutOf(1, 1), OutOf(3, 3), OutOf(0, 3)]);
    }

    #[test]
    fn wrong_fields_are_counted_apart_from_what_is_not_found() {
        let entry = |fields: Value| {
            let entry = with(json!({"id": "p", "content": ["two men held"], "chain": ["Ann Oye"]}), fields);
            judge(json!({"statements": [entry]}))[..2].to_vec()
        };
        assert_eq!(entry(json!({})), [OutOf(1, 1), OutOf(1, 1)]);
        assert_eq!(entry(json!({"act": "deny", "quote": "direct"})), [OutOf(1, 1), OutOf(1, 3)]);
        assert_eq!(entry(json!({"when": "2025", "where": "Oslo", "to": "us"})), [OutOf(1, 1), OutOf(1, 4)]);
        // Another bound is another quantity.
        let at_least = json!({"quantities": [{"value": 2, "bound": "at_least", "of": "men"}]});
        assert_eq!(entry(at_least), [OutOf(1, 1), OutOf(1, 2)]);
        // Less than half of the joint words: not found, and none of its fields right.
        assert_eq!(entry(json!({"content": ["two men were seen far away"]})), [OutOf(0, 1), OutOf(0, 1)]);
        // A chain of another length is another chain.
        assert_eq!(entry(json!({"chain": ["Ann Oye", "police"]})), [OutOf(1, 1), OutOf(0, 1)]);
    }

    #[test]
    fn relations_and_document() {
        let statements = json!([
            {"id": "h", "content": ["Two held"], "chain": ["mayor"]},
            {"id": "p", "content": ["two men were held"], "chain": ["Ann Oye"]},
        ]);
        let relations = json!([
            {"kind": "same", "a": "p", "b": "h"}, {"kind": "denies", "a": "p", "b": "h"},
            {"kind": "same", "a": "p", "b": "p"},
        ]);
        let document = json!({"title": "held", "not_read": ["Two held"], "agency": "Reuters"});
        let judged = judge(json!({"statements": statements, "relations": relations, "document": document}));
        assert_eq!(judged[2..], [OutOf(1, 3), OutOf(0, 3), OutOf(1, 3)]);
    }
}
