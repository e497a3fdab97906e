//! Bodies of articles taken from web pages, with the figures of the public article-extraction benchmark (Scrapinghub,
//! 2020): 4-word shingles of each page, precision and recall averaged over pages.

use std::collections::HashMap;

use onrecord::BlockKind;
use serde::Serialize;

use super::rounded;
use super::words::words;

/// One page with its body and what was taken for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged<'a> {
    pub(crate) gold: &'a str,
    /// The day of publication, where the gold has it.
    pub(crate) gold_date: Option<&'a str>,
    /// `None` where the page was not read at all.
    pub(crate) predicted: Option<Answer>,
}

/// What was read from a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) date: Option<String>,
}

impl Answer {
    /// Paragraphs, list items and quotes are the body; headline, standfirst, captions and credits are not.
    pub(crate) fn of_record(record: &onrecord::Record) -> Answer {
        let is_body = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote);
        let parts: Vec<String> = super::blocks(record, is_body).collect();
        Answer { body: parts.join("\n"), date: record.document.published.clone() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    pub(crate) f1: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) pages: usize,
    pub(crate) missing: usize,
    /// The share of right dates of publication among the pages whose gold has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dates: Option<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "counts of pages and words are far below 2^52")]
pub(crate) fn score<'a>(pages: impl IntoIterator<Item = Judged<'a>>) -> Figures {
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    let (mut count, mut missing, mut dated, mut dates) = (0, 0, 0usize, 0usize);
    for page in pages {
        count += 1;
        missing += usize::from(page.predicted.is_none());
        let answer = page.predicted.unwrap_or_default();
        let (gold_words, predicted_words) = (words(page.gold), words(&answer.body));
        let (gold, predicted) = (shingles(&gold_words), shingles(&predicted_words));
        let both: usize = gold.iter().map(|(shingle, n)| *n.min(predicted.get(shingle).unwrap_or(&0))).sum();
        let (in_gold, in_predicted): (usize, usize) = (gold.values().sum(), predicted.values().sum());
        // A page without a body, for which nothing was taken, is perfectly precise; its recall is undefined.
        if in_predicted > 0 {
            precisions.push(both as f64 / in_predicted as f64);
        } else if in_gold == 0 {
            precisions.push(1.0);
        }
        if in_gold > 0 {
            recalls.push(both as f64 / in_gold as f64);
        }
        if let Some(day) = page.gold_date {
            dated += 1;
            dates += usize::from(first_ten(answer.date.as_deref().unwrap_or_default()) == first_ten(day));
        }
    }
    // Not `sum`, which is -0 for nothing.
    let mean = |shares: &[f64]| shares.iter().fold(0.0, |sum, share| sum + share) / shares.len().max(1) as f64;
    let (precision, recall) = (mean(&precisions), mean(&recalls));
    let sum = precision + recall;
    Figures {
        f1: if sum > 0.0 { rounded(2.0 * precision * recall / sum, 3) } else { 0.0 },
        precision: rounded(precision, 3),
        recall: rounded(recall, 3),
        pages: count,
        missing,
        dates: (dated > 0).then(|| rounded(dates as f64 / dated as f64, 3)),
    }
}

/// The day of a date that may have a time behind it.
fn first_ten(date: &str) -> String {
    date.chars().take(10).collect()
}

/// How often each run of four words occurs; a text of fewer words is one run.
fn shingles(words: &[String]) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    if words.is_empty() {
        return counts;
    }
    for shingle in words.windows(words.len().min(4)) {
        *counts.entry(shingle).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pages: &[(&str, Option<&str>)], f1: f64, precision: f64, recall: f64) {
        let judged = pages.iter().map(|(gold, predicted)| Judged {
            gold,
            gold_date: None,
            predicted: predicted.map(|body| Answer { body: body.to_owned(), date: None }),
        });
        let figures = score(judged);
        assert_eq!((figures.f1, figures.precision, figures.recall), (f1, precision, recall), "{pages:?}");
    }

    #[test]
    fn shingles_are_counted_a_page() {
        check(&[("one two three four five", Some("One, two, three: four – five!"))], 1.0, 1.0, 1.0);
        // Two of the three shingles taken are right, both of the gold's two are found.
        check(&[("a b c d e", Some("a b c d e f"))], 0.8, 0.667, 1.0);
        // A short text is one shingle.
        check(&[("so be it", Some("so be it"))], 1.0, 1.0, 1.0);
        check(&[("so be it", Some("so be it now"))], 0.0, 0.0, 0.0);
        // A repeated shingle counts as often as it stands in both.
        check(&[("a a a a a", Some("a a a a"))], 0.667, 1.0, 0.5);
    }

    #[test]
    fn empty_sides() {
        check(&[], 0.0, 0.0, 0.0);
        check(&[("a b c d", None)], 0.0, 0.0, 0.0);
        // Nothing taken leaves precision to the other pages.
        check(&[("a b c d", None), ("a b c d", Some("a b c d"))], 0.667, 1.0, 0.5);
        check(&[("", Some("")), ("a b c d", Some("a b c d"))], 1.0, 1.0, 1.0);
        check(&[("", Some("a b c d")), ("a b c d", Some("a b c d"))], 0.667, 0.5, 1.0);
    }

    #[test]
    fn dates_are_scored_where_the_gold_has_them() {
        let page = |gold_date, date: Option<&str>| Judged {
            gold: "a b c d",
            gold_date,
            predicted: Some(Answer { body: "a b c d".to_owned(), date: date.map(str::to_owned) }),
        };
        assert_eq!(score([page(None, Some("2021-04-01"))]).dates, None);
        let pages =
            [page(Some("2021-04-01T08:00"), Some("2021-04-01")), page(Some("2021-04-01"), None), page(None, None)];
        assert_eq!(score(pages).dates, Some(0.5));
    }
}
