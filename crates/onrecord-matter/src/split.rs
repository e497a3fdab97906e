//! Parts of a claim that put something forward by themselves: "killing five", "and 249 injured", "as a quake hit Torvik".
//!
//! A record keeps such a claim whole, for it is one clause; what it puts forward belongs to several matters.

use std::ops::Range;

use crate::Lexicon;

/// Words that begin a clause about something else, if a finite verb follows.
const SUBORDINATORS: &[&str] =
    &["after", "although", "as", "because", "before", "since", "though", "until", "when", "where", "whereas", "while"];
/// What is said of people without a verb: "24 dead".
pub(crate) const STATES: &[&str] =
    &["alive", "dead", "homeless", "ill", "missing", "safe", "sick", "unaccounted", "unconscious", "unhurt"];
/// Words before a number that belong to it.
const BEFORE_NUMBERS: &[&str] = &[
    "a",
    "about",
    "almost",
    "an",
    "another",
    "around",
    "as",
    "at",
    "estimated",
    "fewer",
    "further",
    "least",
    "less",
    "many",
    "more",
    "most",
    "nearly",
    "of",
    "over",
    "roughly",
    "some",
    "than",
    "to",
    "up",
];

/// A part of a claim, as bytes of its text, without marks and conjunctions at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its words with all that hangs on them: of the first part the whole claim.
    pub(crate) shown: Range<usize>,
    /// What it alone puts forward; in two pieces where a relative clause stands inside.
    pub(crate) core: Vec<Range<usize>>,
}

/// What begins at a border; what is later in this list lies within what is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Border {
    /// A clause of its own.
    Clause,
    /// "killing five", ", which killed five".
    Dependent,
    /// "and 249 injured".
    Count,
}

/// The parts of a claim in order; the first is what it puts forward before any other part begins. `counts` are where its
/// counts stand.
pub(crate) fn parts(lexicon: &Lexicon, text: &str, counts: &[Range<usize>]) -> Vec<Part> {
    let tokens = Tokens { lexicon, text, list: tokens(text) };
    let mut borders = vec![(0, Border::Clause)];
    let mut resumed: Option<(usize, usize)> = None;
    let mut at = 1;
    while at < tokens.list.len() {
        let start = borders[borders.len() - 1].0;
        let words_before = tokens.list[start..at].iter().filter(|token| token.word).count();
        if let Some(end) = tokens.relative(at).filter(|_| words_before >= 1) {
            borders.push((at, Border::Dependent));
            // The sentence goes on behind it.
            if tokens.is_mark(end, &[","]) && tokens.is(end + 1, Lexicon::is_finite) && resumed.is_none() {
                resumed = Some((borders.len() - 2, end + 1));
                borders.push((end + 1, Border::Dependent));
                at = end + 1;
            }
        } else if words_before >= 1
            && let Some(border) = tokens.begins_part(start, at, counts)
        {
            borders.push((at, border));
        }
        at += 1;
    }
    let end = |of: usize| borders.get(of + 1).map_or(tokens.list.len(), |(next, _)| *next);
    let mut parts: Vec<Part> = Vec::new();
    // Where the part of each border lies.
    let mut of_border: Vec<Option<usize>> = Vec::new();
    for (nth, (start, kind)) in borders.iter().enumerate() {
        let core = tokens.trimmed(*start..end(nth), nth > 0);
        if let Some((head, _)) = resumed.filter(|(_, at)| at == start) {
            if let (Some(Some(part)), Some(core)) = (of_border.get(head), core) {
                parts[*part].core.push(core);
            }
            of_border.push(None);
            continue;
        }
        let closed =
            borders[nth + 1..].iter().find(|(_, next)| next <= kind).map_or(tokens.list.len(), |(next, _)| *next);
        let shown = if parts.is_empty() { Some(0..text.len()) } else { tokens.trimmed(*start..closed, true) };
        of_border.push(core.is_some().then_some(parts.len()));
        if let (Some(core), Some(shown)) = (core, shown) {
            parts.push(Part { shown, core: vec![core] });
        }
    }
    parts
}

struct Token {
    at: Range<usize>,
    word: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            let joins = |c: char, next: Option<char>| {
                c.is_alphanumeric()
                    || (matches!(c, '.' | ',' | '-' | '\'' | '’') && next.is_some_and(char::is_alphanumeric))
            };
            while let Some(&(at, c)) = chars.peek() {
                if !joins(c, text[at + c.len_utf8()..].chars().next()) {
                    break;
                }
                end = at + c.len_utf8();
                chars.next();
            }
        }
        tokens.push(Token { at: start..end, word: c.is_alphanumeric() });
    }
    tokens
}

struct Tokens<'a> {
    lexicon: &'a Lexicon,
    text: &'a str,
    list: Vec<Token>,
}

impl Tokens<'_> {
    fn lower(&self, at: usize) -> String {
        self.list.get(at).map_or(String::new(), |token| self.text[token.at.clone()].to_lowercase())
    }

    fn is(&self, at: usize, test: fn(&Lexicon, crate::lexicon::Word) -> bool) -> bool {
        self.lexicon.find(&self.lower(at)).is_some_and(|word| test(self.lexicon, word))
    }

    fn is_mark(&self, at: usize, marks: &[&str]) -> bool {
        self.list.get(at).is_some_and(|token| !token.word && marks.contains(&&self.text[token.at.clone()]))
    }

    /// The end of a relative clause behind a comma that begins at a token: ", which killed five, …".
    fn relative(&self, at: usize) -> Option<usize> {
        let begins = matches!(self.lower(at).as_str(), "which" | "who") && self.is_mark(at - 1, &[",", "-", "–", "—"]);
        if !begins {
            return None;
        }
        let end = (at + 1..self.list.len())
            .find(|&next| self.is_mark(next, &[",", ";", "–", "—"]))
            .unwrap_or(self.list.len());
        let finite = (at + 1..end.min(at + 5)).any(|next| self.is(next, Lexicon::is_finite));
        (finite && end > at + 2).then_some(end)
    }

    /// What begins at a token, in a part that began at `start`.
    fn begins_part(&self, start: usize, at: usize, counts: &[Range<usize>]) -> Option<Border> {
        let word = self.lower(at);
        // A colon inside "7:48" has no space behind it.
        let spaced = self.list[at - 1].at.end < self.list[at].at.start;
        if spaced && self.is_mark(at - 1, &[";", ":"]) {
            return Some(Border::Clause);
        }
        if self.list[at].word && self.is_doing(at, counts) {
            let after_mark = self.is_mark(at - 1, &[",", "-", "–", "—"]);
            let joined = self.lower(at - 1) == "and" && start > 0 && self.is_doing(start, counts);
            // "hit the province leaving 24 dead": behind a noun, before what is counted or named.
            let behind_noun = self.list[at - 1].word
                && !self.is(at - 1, Lexicon::is_finite)
                && self.lexicon.find(&self.lower(at - 1)).is_none_or(|word| self.lexicon.weight(word) > 0.2)
                && self.counted(at + 1, counts).is_some();
            let begins = (after_mark || joined || behind_noun) && self.list.len() > at + 1;
            return begins.then_some(Border::Dependent);
        }
        if SUBORDINATORS.contains(&word.as_str()) {
            let such =
                matches!(self.lower(at - 1).as_str(), "such" | "well" | "soon" | "much" | "many" | "just" | "ever");
            let many = matches!(self.lower(at + 1).as_str(), "many" | "well" | "much" | "few" | "long" | "soon" | "of");
            let end = (at + 1..self.list.len())
                .find(|&next| !self.list[next].word && !self.is_mark(next, &["'", "’", "\"", "“", "”", "-"]))
                .unwrap_or(self.list.len());
            let finite = (at + 2..end.min(at + 14)).any(|next| self.is(next, Lexicon::is_finite));
            return (!such && !many && finite && end - at > 3).then_some(Border::Clause);
        }
        // "24 killed and 249 injured": another count, with something said of it.
        let joins = self.is_mark(at, &[","]) || matches!(word.as_str(), "and" | "while" | "but" | "with");
        if joins && let Some(count) = self.counted(at + 1, counts) {
            let first = self.list[start].at.start;
            let had = counts.iter().any(|c| c.start >= first && c.end <= self.list[at].at.start);
            let mut behind = (count + 1..self.list.len()).take_while(|next| self.list[*next].word);
            let said =
                behind.any(|next| self.is(next, Lexicon::is_past) || STATES.contains(&self.lower(next).as_str()));
            return (had && said).then_some(Border::Count);
        }
        None
    }

    /// Whether a form in -ing is a verb's: one that is no noun, or that goes on to what is counted or named ("killing five").
    fn is_doing(&self, at: usize, counts: &[Range<usize>]) -> bool {
        if self.is(at, Lexicon::is_participle) {
            return true;
        }
        let word = self.lower(at);
        let Some(stem) = word.strip_suffix("ing") else { return false };
        let is_verb = self.lexicon.find(&format!("{stem}ed")).is_some_and(|past| self.lexicon.is_past(past));
        let object =
            matches!(
                self.lower(at + 1).as_str(),
                "a" | "an" | "the" | "his" | "her" | "its" | "their" | "several" | "many"
            ) || self.list.get(at + 1).is_some_and(|next| self.text[next.at.clone()].starts_with(char::is_uppercase));
        is_verb && (object || self.counted(at + 1, counts).is_some())
    }

    /// The token at which a count begins, if that is what stands here, its bound before it.
    fn counted(&self, at: usize, counts: &[Range<usize>]) -> Option<usize> {
        let mut next = at;
        while BEFORE_NUMBERS.contains(&self.lower(next).as_str()) && next < at + 4 {
            let here = self.list[next].at.start;
            if counts.iter().any(|count| count.start == here) {
                return Some(next);
            }
            next += 1;
        }
        let token = self.list.get(next)?;
        counts.iter().any(|count| count.start == token.at.start).then_some(next)
    }

    fn trimmed(&self, mut range: Range<usize>, later: bool) -> Option<Range<usize>> {
        let opens = |at: usize| {
            let word = self.lower(at);
            !self.list[at].word && !self.is_mark(at, &["$", "€", "£", "("])
                || later && (matches!(word.as_str(), "and" | "but" | "with") || SUBORDINATORS.contains(&word.as_str()))
        };
        while !range.is_empty() && opens(range.start) {
            range.start += 1;
        }
        let closes = |at: usize| !self.list[at].word && !self.is_mark(at, &["%", ")"]) || self.lower(at) == "and";
        while !range.is_empty() && closes(range.end - 1) {
            range.end -= 1;
        }
        (!range.is_empty()).then(|| self.list[range.start].at.start..self.list[range.end - 1].at.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cores are parted by bars; a relative clause inside stands in braces. Counts are the runs of digits.
    fn check(expected: &str) {
        let text: String = expected.replace(['|', '{', '}'], "");
        let mut counts = Vec::new();
        let mut at = 0;
        while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
            at = start + text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
            counts.push(start..at);
        }
        let found = parts(&Lexicon::embedded(), &text, &counts);
        assert_eq!(found[0].shown, 0..text.len());
        let found: Vec<String> = (found.into_iter())
            .map(|part| part.core.into_iter().map(|core| &text[core]).collect::<Vec<_>>().join(" … "))
            .collect();
        let trim = |part: &str| {
            let part = part.trim_matches(|c: char| c.is_whitespace() || ",;:".contains(c));
            let first = part.split(' ').next().unwrap_or("");
            let drops = SUBORDINATORS.contains(&first) || matches!(first, "and" | "but");
            (if drops { part[first.len()..].trim() } else { part }).to_owned()
        };
        let mut wanted = Vec::new();
        for part in expected.split('|') {
            match part.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
                Some((before, (inside, after))) => {
                    wanted.push([trim(before), trim(after)].join(" … "));
                    wanted.push(trim(inside));
                }
                None => wanted.push(trim(part)),
            }
        }
        assert_eq!(found, wanted);
    }

    #[test]
    fn parts_of_claims() {
        check("A ferry sank off Torvik,| killing 12 people| and leaving 3 missing");
        check("At least 24 people were killed| and more than 200 injured by the blast");
        check("5 people were killed|, 250 others injured| and more than 800 homes destroyed");
        check("Rescue work is under way| after a ferry hit the harbour wall");
        check("A blast hit the plant| leaving 24 dead| and over 200 injured");
        check("Torvik ferry:| 12 dead| as storm hits the coast");
        check("The blast{, which hit at dawn,} injured more than 200 people");
        check("No warning was issued for the blast|, which injured 30");
        check("The mayor resigned on Monday");
        check("The ship has 2 engines and 4 lifeboats of steel, such as are usual");
        check("They left as soon as possible");
        check("As many as 30 were hurt");
        check("It struck at 7:48 local time");
        check("The mayor spoke at a meeting about the new school building");
        check("The quake was felt for 15 seconds, from Torvik to Brandholm");
    }

    #[test]
    fn what_is_shown_holds_what_hangs_on_it() {
        let text = "A blast hit the plant leaving 24 dead and 30 injured";
        let counts = [30..32, 42..44];
        let shown: Vec<_> =
            parts(&Lexicon::embedded(), text, &counts).into_iter().map(|part| &text[part.shown]).collect();
        assert_eq!(shown, [text, "leaving 24 dead and 30 injured", "30 injured"]);
    }
}
