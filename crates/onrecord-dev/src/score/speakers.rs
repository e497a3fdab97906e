//! Speakers: whether a pronoun or a role that is a source was resolved to whom it stands for.

use std::collections::BTreeSet;

use onrecord::Record;
use serde::Serialize;

use super::{rounded, share};

/// A source with whom it stands for, in code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Annotated {
    pub(crate) span: (u32, u32),
    /// Names of which any is right; `-` among them where its own words are.
    pub(crate) who: Vec<String>,
}

/// A source as it was read: where, its words, and the name under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    span: (u32, u32),
    text: String,
    name: Option<String>,
}

impl Answer {
    pub(crate) fn of_record(record: &Record) -> Vec<Answer> {
        let sources = record.statements.iter().flat_map(|statement| &statement.sources);
        sources
            .map(|source| Answer {
                span: (source.span.0, source.span.1),
                text: source.text.clone(),
                name: source.name.clone(),
            })
            .collect()
    }
}

/// Shares are of those that were read as sources at all, in per cent, one decimal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Resolved to whom it stands for.
    pub(crate) right: f64,
    /// Resolved to somebody else.
    pub(crate) wrong: f64,
    /// Left without a name, or with its own words for one where the report has a better.
    pub(crate) open: f64,
    /// How many were read as sources.
    pub(crate) read: usize,
    /// How many there are.
    pub(crate) sources: usize,
}

enum Verdict {
    Right,
    Wrong,
    Open,
}

/// Scores documents, each the annotated sources and those that were read.
pub(crate) fn score<'a>(documents: impl IntoIterator<Item = (&'a [Annotated], &'a [Answer])>) -> Figures {
    let (mut right, mut wrong, mut open, mut sources) = (0, 0, 0, 0);
    for (gold, read) in documents {
        sources += gold.len();
        for one in gold {
            let met = read.iter().find(|answer| answer.span.0 < one.span.1 && one.span.0 < answer.span.1);
            match met.map(|answer| verdict(one, answer)) {
                Some(Verdict::Right) => right += 1,
                Some(Verdict::Wrong) => wrong += 1,
                Some(Verdict::Open) => open += 1,
                None => {}
            }
        }
    }
    let read = right + wrong + open;
    let percent = |part: usize| rounded(100.0 * share(part, read), 1);
    Figures { right: percent(right), wrong: percent(wrong), open: percent(open), read, sources }
}

fn verdict(gold: &Annotated, answer: &Answer) -> Verdict {
    let own_words = gold.who.iter().any(|who| who == "-");
    let Some(name) = &answer.name else { return if own_words { Verdict::Right } else { Verdict::Open } };
    let (name, text) = (words(name), words(&answer.text));
    let own = name.is_subset(&text);
    let named = gold.who.iter().filter(|who| *who != "-").map(|who| words(who));
    let mut fits = named.map(|who| name.is_subset(&who) || who.is_subset(&name));
    match (own, own_words) {
        _ if fits.any(|fits| fits) => Verdict::Right,
        (true, true) => Verdict::Right,
        (true, false) => Verdict::Open,
        (false, _) => Verdict::Wrong,
    }
}

/// In small letters, without articles: names are the same where one has all words of the other.
fn words(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !matches!(word.as_str(), "" | "the" | "a" | "an" | "s" | "of")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Annotated, Answer, score};

    fn check(who: &str, text: &str, name: Option<&str>, right: f64, wrong: f64, open: f64) {
        let gold = [Annotated { span: (4, 9), who: who.split('|').map(str::to_owned).collect() }];
        let answer = [Answer { span: (4, 9), text: text.to_owned(), name: name.map(str::to_owned) }];
        let figures = score([(&gold[..], &answer[..])]);
        assert_eq!((figures.right, figures.wrong, figures.open), (right, wrong, open), "{who}: {name:?}");
    }

    #[test]
    fn verdicts() {
        check("Ana Diaz", "she", Some("Ana Diaz"), 100.0, 0.0, 0.0);
        check("Ana Diaz", "she", Some("Diaz"), 100.0, 0.0, 0.0);
        check("Ana Diaz", "she", Some("Ben Cole"), 0.0, 100.0, 0.0);
        check("Ana Diaz", "she", None, 0.0, 0.0, 100.0);
        check("Ana Diaz", "the mayor", Some("mayor"), 0.0, 0.0, 100.0);
        check("-", "a doctor", Some("doctor"), 100.0, 0.0, 0.0);
        check("-", "a doctor", Some("Ana Diaz"), 0.0, 100.0, 0.0);
        check("-|Ana Diaz", "the doctor", Some("Ana Diaz"), 100.0, 0.0, 0.0);
    }

    #[test]
    fn what_is_not_read_is_counted_apart() {
        let gold = [Annotated { span: (4, 9), who: vec!["Ana Diaz".to_owned()] }];
        let figures = score([(&gold[..], &[][..])]);
        assert_eq!((figures.read, figures.sources, figures.right), (0, 1, 0.0));
    }
}
