//! JSON-LD: schema.org for what is claimed, W3C Web Annotations for where.

use onrecord::Record;
use onrecord::record::{CodePoints, EntityKind, Quote, RelationKind, Statement};
use serde_json::{Value, json};

use super::Outgoing;
use crate::entries::name;

/// Code points before and after a quote that tell it from others like it.
const AROUND: usize = 32;

/// An article with its claims.
pub(super) fn graph(report: &Outgoing) -> Value {
    let record = &report.record;
    let document = &record.document;
    let base = report.url.clone().unwrap_or_else(|| document.id.replacen("sha256:", "urn:sha256:", 1));
    let text: Vec<char> = document.text.chars().collect();
    let mut graph = vec![bare(json!({
        "@type": "NewsArticle",
        "@id": base,
        "identifier": document.id,
        "url": document.url,
        "headline": document.title,
        "datePublished": document.published,
        "inLanguage": document.language,
        "publisher": document.publisher.as_ref().map(|name| json!({"@type": "Organization", "name": name})),
        "author": document.byline.iter().map(|name| json!({"@type": "Person", "name": name})).collect::<Vec<_>>(),
    }))];
    let mut claim = |id: &str, words: &str, span: CodePoints, said: Option<&Statement>, certainty: Option<String>| {
        let node = format!("{base}#{id}");
        let quoted = said.is_some_and(|said| said.quote == Quote::Direct);
        graph.push(bare(json!({
            "@type": if quoted { json!(["Claim", "Quotation"]) } else { json!("Claim") },
            "@id": node,
            "text": words,
            "appearance": {"@id": base},
            "author": said.map_or_else(
                || document.publisher.as_ref().map(|name| json!({"@type": "Organization", "name": name})),
                |said| speaker(record, said),
            ),
            "citation": said.map(|said| said.chain.clone()),
            "dateCreated": said.and_then(|said| said.when.as_ref()).and_then(|when| when.value.clone()),
            "additionalType": said.and_then(|said| said.act.as_ref()).map(|act| format!("onrecord:{}", name(act))),
            "creativeWorkStatus": certainty,
        })));
        let (start, end) = (span.0 as usize, span.1 as usize);
        let words_of = |from: usize, to: usize| text[from..to].iter().collect::<String>();
        graph.push(json!({
            "@type": "oa:Annotation",
            "oa:hasBody": {"@id": node},
            "oa:hasTarget": {
                "oa:hasSource": {"@id": base},
                "oa:hasSelector": [
                    {"@type": "oa:TextPositionSelector", "oa:start": start, "oa:end": end},
                    {
                        "@type": "oa:TextQuoteSelector",
                        "oa:exact": words_of(start, end),
                        "oa:prefix": words_of(start.saturating_sub(AROUND), start),
                        "oa:suffix": words_of(end, (end + AROUND).min(text.len())),
                    },
                ],
            },
        }));
    };
    for said in &record.statements {
        for it in &said.claims {
            claim(&it.id, &it.text, it.span, Some(said), it.certainty.as_ref().map(name));
        }
    }
    for own in &record.own_voice {
        claim(&own.id, &own.text, own.span, None, None);
    }
    for relation in record.relations.iter().filter(|relation| relation.kind == RelationKind::Denies) {
        let said = record.statements.iter().find(|said| relation.a.split('.').next() == Some(said.id.as_str()));
        graph.push(bare(json!({
            "@type": "ClaimReview",
            "itemReviewed": {"@id": format!("{base}#{}", relation.b)},
            "author": said.and_then(|said| speaker(record, said)),
            "reviewBody": {"@id": format!("{base}#{}", relation.a)},
            "reviewRating": {"@type": "Rating", "alternateName": "denied"},
        })));
    }
    json!({
        "@context": {
            "@vocab": "https://schema.org/",
            "oa": "http://www.w3.org/ns/oa#",
            "onrecord": "urn:onrecord:act:",
        },
        "@graph": graph,
    })
}

/// Who says it: the innermost of the chain.
fn speaker(record: &Record, said: &Statement) -> Option<Value> {
    let speaker = said.chain.last()?;
    let kind = record.entities.iter().find(|entity| entity.name == *speaker).map(|entity| entity.kind);
    let kind = match kind {
        Some(EntityKind::Person) => "Person",
        Some(EntityKind::Organization | EntityKind::Group | EntityKind::Place) => "Organization",
        _ => "Thing",
    };
    Some(json!({"@type": kind, "name": speaker}))
}

/// An object without what is not known.
fn bare(mut object: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|values| !values.is_empty()));
    }
    object
}
