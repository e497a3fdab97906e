//! Furniture: lines that a news page sets between the paragraphs, known by their whole wording.
//!
//! The wordings are in `data/furniture.tsv`, which says how they are written.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::BlockKind;

/// What a line of furniture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Furniture {
    /// Only itself.
    Line(BlockKind),
    /// A heading over the titles of other reports.
    Teasers,
    /// "list of 4 items": so many titles of other reports follow, then "end of list".
    ListOf(usize),
    /// "end of list".
    EndOfList,
}

/// What furniture the line is, if it is any.
pub(super) fn furniture(line: &str) -> Option<Furniture> {
    // The longest line that any pattern allows has far fewer bytes.
    if line.len() > 700 {
        return None;
    }
    let words = words(line);
    let first = words.first()?.as_str();
    if !line.chars().any(char::is_alphanumeric) {
        return None;
    }
    let table = &*TABLE;
    let with_first = table.by_first.get(first).into_iter().flatten();
    let found = with_first.chain(&table.open).find(|p| words.len() <= p.most && matches(&p.words, &words))?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match (words.as_slice(), found.furniture) {
        (["list", "of", number, "items"], _) => Furniture::ListOf(number.parse().unwrap_or(1)),
        (["end", "of", "list"], _) => Furniture::EndOfList,
        (_, furniture) => furniture,
    })
}

struct Table {
    by_first: HashMap<&'static str, Vec<Pattern>>,
    open: Vec<Pattern>,
}

struct Pattern {
    furniture: Furniture,
    most: usize,
    words: Vec<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { by_first: HashMap::new(), open: Vec::new() };
    for line in include_str!("../../data/furniture.tsv").lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let mut fields = line.split('\t');
        let (kind, most, pattern) = (fields.next(), fields.next(), fields.next());
        let furniture = match kind {
            Some("credit") => Furniture::Line(BlockKind::Credit),
            Some("caption") => Furniture::Line(BlockKind::Caption),
            Some("teasers") => Furniture::Teasers,
            _ => Furniture::Line(BlockKind::Boilerplate),
        };
        let most = most.and_then(|m| m.parse().ok()).unwrap_or(0);
        let words: Vec<&str> = pattern.unwrap_or_default().split(' ').collect();
        let pattern = Pattern { furniture, most, words };
        match pattern.words.first() {
            Some(first) if *first != "*" && *first != "#" => table.by_first.entry(first).or_default().push(pattern),
            _ => table.open.push(pattern),
        }
    }
    table
});

/// Words in small letters; `: ( ) [ ] | © -` stand alone, other marks at the ends of words are dropped.
fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for chunk in line.split_whitespace() {
        let mut word = String::new();
        let mut flush = |word: &mut String| {
            let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric());
            if !trimmed.is_empty() {
                out.push(trimmed.to_lowercase());
            }
            word.clear();
            out.len()
        };
        let mut marks = Vec::new();
        for c in chunk.chars() {
            match c {
                ':' | '(' | ')' | '[' | ']' | '|' | '©' | '@' | '/' => {
                    let at = flush(&mut word);
                    marks.push((at, c));
                }
                '’' | '‘' => word.push('\''),
                c => word.push(c),
            }
        }
        if matches!(word.as_str(), "-" | "–" | "—" | "--") {
            let at = flush(&mut word);
            marks.push((at, '-'));
        }
        flush(&mut word);
        for (extra, (at, mark)) in marks.into_iter().enumerate() {
            out.insert(at + extra, mark.to_string());
        }
    }
    out
}

/// Compares with `*` as any run of words and `#` as a number; the two-pointer way, so never slower than words × pattern.
fn matches(pattern: &[&str], words: &[String]) -> bool {
    let one = |p: &str, word: &str| p == word || (p == "#" && is_number(word));
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < words.len() {
        if p < pattern.len() && pattern[p] == "*" {
            star = Some((p, w));
            p += 1;
        } else if p < pattern.len() && one(pattern[p], &words[w]) {
            p += 1;
            w += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            p = at + 1;
            w = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == "*")
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
        || matches!(word, "one" | "two" | "three" | "four" | "five" | "six" | "seven" | "eight" | "nine" | "ten")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings() {
        use BlockKind::{Boilerplate, Caption, Credit};
        for (line, expected) in [
            ("Advertisement", Some(Furniture::Line(Boilerplate))),
            ("ADVERTISEMENT", Some(Furniture::Line(Boilerplate))),
            ("Recommended Stories", Some(Furniture::Teasers)),
            ("list of 4 items", Some(Furniture::ListOf(4))),
            ("end of list", Some(Furniture::EndOfList)),
            ("More from Kolm Post: The river’s bloodstained past", Some(Furniture::Line(Boilerplate))),
            ("( Also on KOLM POST: Mayor says no)", Some(Furniture::Line(Boilerplate))),
            ("Source: News Agencies", Some(Furniture::Line(Credit))),
            ("Ann Vale and The Associated Press contributed to this report.", Some(Furniture::Line(Credit))),
            ("FILE PHOTO: Ann Vale leaves court in Kolm", Some(Furniture::Line(Caption))),
            ("Follow @annvale on Twitter", Some(Furniture::Line(Boilerplate))),
            ("The mayor said the advertisement was wrong.", None),
            ("Read more than one law and you will see, she said.", None),
            ("More from the village were found on Tuesday, officials said.", None),
            ("", None),
            ("—", None),
        ] {
            assert_eq!(furniture(line), expected, "{line}");
        }
    }

    #[test]
    fn every_pattern_can_match() {
        for line in include_str!("../../data/furniture.tsv").lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert!(["boilerplate", "credit", "caption", "teasers"].contains(&fields[0]), "{line}");
            let example = fields[2].replace('*', "word").replace('#', "3");
            assert!(furniture(&example).is_some(), "{line}: {example:?} {:?}", words(&example));
        }
    }
}
