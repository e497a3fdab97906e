//! Attributions: source, cue and content, over tokens.
//!
//! `exact` is the protocol of CofeNet (Wang et al., COLING 2022) on PolNeAR (Newell et al., LREC 2018): F1 of whole
//! spans. `linked` asks for the whole: who said what, as a pair.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use super::words::token_spans;
use super::{F1, Tally};

/// The spans of one attribution, in code points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attribution {
    pub(crate) source: Vec<(u32, u32)>,
    pub(crate) cue: Vec<(u32, u32)>,
    pub(crate) content: Vec<(u32, u32)>,
}

impl Attribution {
    /// The outermost statements of a record; the gold has one level only.
    pub(crate) fn of_record(record: &onrecord::Record) -> Vec<Attribution> {
        let outermost = record.statements.iter().filter(|statement| statement.within.is_none());
        outermost
            .map(|statement| Attribution {
                source: statement.sources.iter().map(|source| (source.span.0, source.span.1)).collect(),
                cue: statement.cue.iter().map(|cue| (cue.span.0, cue.span.1)).collect(),
                content: statement.content.iter().map(|piece| (piece.span.0, piece.span.1)).collect(),
            })
            .collect()
    }
}

/// One document with what is in it and what was found.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'a> {
    pub(crate) text: &'a str,
    pub(crate) gold: &'a [Attribution],
    /// `None` where the document was not read at all.
    pub(crate) predicted: Option<&'a [Attribution]>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Whole spans, begin and end right.
    pub(crate) exact: Parts<F1>,
    /// Their first tokens.
    pub(crate) begin: Parts<F1>,
    /// Single tokens under the label.
    pub(crate) tokens: Parts<F1>,
    /// Whole attributions: content and source share at least half of their joint tokens with those of the gold.
    pub(crate) linked: F1,
    pub(crate) documents: usize,
    pub(crate) missing: usize,
}

/// One value for each part of an attribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Parts<T> {
    pub(crate) source: T,
    pub(crate) cue: T,
    pub(crate) content: T,
}

pub(crate) fn score<'a>(documents: impl IntoIterator<Item = Judged<'a>>) -> Figures {
    let mut total = Totals::default();
    for document in documents {
        total.documents += 1;
        total.missing += usize::from(document.predicted.is_none());
        let tokens = token_spans(document.text);
        let gold: Vec<_> = document.gold.iter().map(|attribution| on_tokens(attribution, &tokens)).collect();
        let predicted: Vec<_> =
            document.predicted.unwrap_or_default().iter().map(|attribution| on_tokens(attribution, &tokens)).collect();
        total.source.add(&gold, &predicted, |attribution| &attribution.source);
        total.cue.add(&gold, &predicted, |attribution| &attribution.cue);
        total.content.add(&gold, &predicted, |attribution| &attribution.content);
        total.linked.hits += linked(&gold, &predicted).len();
        total.linked.predicted += predicted.iter().filter(|attribution| !attribution.content.is_empty()).count();
        total.linked.gold += gold.iter().filter(|attribution| !attribution.content.is_empty()).count();
    }
    let parts = |pick: fn(&PartTotals) -> Tally| Parts {
        source: pick(&total.source).f1(),
        cue: pick(&total.cue).f1(),
        content: pick(&total.content).f1(),
    };
    Figures {
        exact: parts(|part| part.exact),
        begin: parts(|part| part.begin),
        tokens: parts(|part| part.tokens),
        linked: total.linked.f1(),
        documents: total.documents,
        missing: total.missing,
    }
}

#[derive(Default)]
struct Totals {
    source: PartTotals,
    cue: PartTotals,
    content: PartTotals,
    linked: Tally,
    documents: usize,
    missing: usize,
}

#[derive(Default)]
struct PartTotals {
    exact: Tally,
    begin: Tally,
    tokens: Tally,
}

impl PartTotals {
    fn add(&mut self, gold: &[OnTokens], predicted: &[OnTokens], part: fn(&OnTokens) -> &Vec<Range<usize>>) {
        let spans = |side: &[OnTokens]| -> BTreeSet<(usize, usize)> {
            side.iter().flat_map(part).map(|range| (range.start, range.end)).collect()
        };
        let (gold, predicted) = (spans(gold), spans(predicted));
        meet(&mut self.exact, &gold, &predicted);
        let begins = |side: &BTreeSet<(usize, usize)>| -> BTreeSet<usize> { side.iter().map(|span| span.0).collect() };
        meet(&mut self.begin, &begins(&gold), &begins(&predicted));
        let tokens = |side: &BTreeSet<(usize, usize)>| -> BTreeSet<usize> {
            side.iter().flat_map(|span| span.0..span.1).collect()
        };
        meet(&mut self.tokens, &tokens(&gold), &tokens(&predicted));
    }
}

fn meet<T: Ord>(tally: &mut Tally, gold: &BTreeSet<T>, predicted: &BTreeSet<T>) {
    tally.hits += gold.intersection(predicted).count();
    tally.predicted += predicted.len();
    tally.gold += gold.len();
}

/// An attribution as ranges of token indices.
struct OnTokens {
    source: Vec<Range<usize>>,
    cue: Vec<Range<usize>>,
    content: Vec<Range<usize>>,
}

fn on_tokens(attribution: &Attribution, tokens: &[(u32, u32)]) -> OnTokens {
    let touched = |spans: &[(u32, u32)]| spans.iter().filter_map(|&span| touching(span, tokens)).collect();
    OnTokens {
        source: touched(&attribution.source),
        cue: touched(&attribution.cue),
        content: touched(&attribution.content),
    }
}

/// The tokens that a span touches; a span over white space alone touches none.
fn touching((start, end): (u32, u32), tokens: &[(u32, u32)]) -> Option<Range<usize>> {
    let first = tokens.partition_point(|token| token.1 <= start);
    let last = first + tokens[first..].iter().take_while(|token| token.0 < end).count();
    (first < last).then_some(first..last)
}

/// Of each predicted attribution whether it is right: content and source share at least half of their joint tokens with
/// those of one in the gold that no other is paired with.
pub(crate) fn right(text: &str, gold: &[Attribution], predicted: &[Attribution]) -> Vec<bool> {
    let tokens = token_spans(text);
    let on_tokens = |side: &[Attribution]| -> Vec<OnTokens> {
        side.iter().map(|attribution| on_tokens(attribution, &tokens)).collect()
    };
    let linked = linked(&on_tokens(gold), &on_tokens(predicted));
    (0..predicted.len()).map(|p| linked.contains(&p)).collect()
}

/// The predicted attributions that pair up with the gold's, one to one, the best overlap of contents first.
fn linked(gold: &[OnTokens], predicted: &[OnTokens]) -> BTreeSet<usize> {
    let mut pairs = Vec::new();
    for (g, of_gold) in gold.iter().enumerate() {
        for (p, of_predicted) in predicted.iter().enumerate() {
            if of_gold.content.is_empty() || of_predicted.content.is_empty() {
                continue;
            }
            let content = overlap(&of_gold.content, &of_predicted.content);
            if content >= 0.5 && overlap(&of_gold.source, &of_predicted.source) >= 0.5 {
                pairs.push((content, g, p));
            }
        }
    }
    // Among equal overlaps the later attributions go first, as the published scorer has it.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
    let (mut used_gold, mut used_predicted) = (BTreeSet::new(), BTreeSet::new());
    for (_, g, p) in pairs {
        if !used_gold.contains(&g) && !used_predicted.contains(&p) {
            used_gold.insert(g);
            used_predicted.insert(p);
        }
    }
    used_predicted
}

/// Joint tokens over all tokens; two empty sides are the same.
fn overlap(a: &[Range<usize>], b: &[Range<usize>]) -> f64 {
    let set = |side: &[Range<usize>]| -> BTreeSet<usize> { side.iter().cloned().flatten().collect() };
    let (a, b) = (set(a), set(b));
    let union = a.union(&b).count();
    if union == 0 { 1.0 } else { super::share(a.intersection(&b).count(), union) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "“We won,” said the mayor, Ann Oye. “At last.” She smiled.";

    /// The code points of the first occurrence of each phrase.
    fn spans(phrases: &[&str]) -> Vec<(u32, u32)> {
        let span = |phrase: &&str| {
            let byte = TEXT.find(phrase).expect("a phrase of the text");
            let start = u32::try_from(TEXT[..byte].chars().count()).unwrap();
            (start, start + u32::try_from(phrase.chars().count()).unwrap())
        };
        phrases.iter().map(span).collect()
    }

    fn attribution(source: &[&str], cue: &[&str], content: &[&str]) -> Attribution {
        Attribution { source: spans(source), cue: spans(cue), content: spans(content) }
    }

    fn check(gold: &[Attribution], predicted: &[Attribution], exact: [f64; 3], linked: f64) {
        let figures = score([Judged { text: TEXT, gold, predicted: Some(predicted) }]);
        let found = [figures.exact.source.f1, figures.exact.cue.f1, figures.exact.content.f1];
        assert_eq!((found, figures.linked.f1), (exact, linked), "{predicted:?}");
    }

    #[test]
    fn spans_count_whole_and_links_count_by_half() {
        let gold = [attribution(&["the mayor, Ann Oye"], &["said"], &["“We won,”", "“At last.”"])];
        check(&gold, &gold, [100.0; 3], 100.0);
        check(&gold, &[], [0.0; 3], 0.0);
        // A span that ends a token early is no exact hit; its content still links.
        let early = [attribution(&["the mayor, Ann Oye"], &["said"], &["“We won,", "“At last.”"])];
        check(&gold, &early, [100.0, 100.0, 50.0], 100.0);
        // Two attributions for one: the better content links, the other is one too many.
        let split = [
            attribution(&["the mayor, Ann Oye"], &["said"], &["“We won,”"]),
            attribution(&["the mayor, Ann Oye"], &[], &["“At last.”"]),
        ];
        check(&gold, &split, [100.0; 3], 66.7);
        // The right words of the wrong person do not link.
        check(&gold, &[attribution(&["She"], &["said"], &["“We won,”", "“At last.”"])], [0.0, 100.0, 100.0], 0.0);
        // Nobody named is not the same as somebody named.
        check(&gold, &[attribution(&[], &["said"], &["“We won,”", "“At last.”"])], [0.0, 100.0, 100.0], 0.0);
    }

    #[test]
    fn a_span_takes_every_token_that_it_touches() {
        let tokens = token_spans("ab cd, ef");
        for (span, expected) in [
            ((0, 2), Some(0..1)),
            ((1, 4), Some(0..2)),
            ((2, 3), None),
            ((2, 4), Some(1..2)),
            ((5, 9), Some(2..4)),
            ((9, 12), None),
            ((3, 3), None),
        ] {
            assert_eq!(touching(span, &tokens), expected, "{span:?}");
        }
    }

    #[test]
    fn a_document_that_was_not_read_counts_as_empty_and_is_told() {
        let gold = [attribution(&["She"], &[], &["“At last.”"])];
        let figures = score([Judged { text: TEXT, gold: &gold, predicted: None }]);
        assert_eq!((figures.missing, figures.linked.gold, figures.linked.f1), (1, 1, 0.0));
    }
}
