//! Sentences.
//!
//! A sentence ends at a full stop, a question or exclamation mark or three dots, with the closing marks and brackets
//! that follow, where the next word can begin another. A full stop may be an abbreviation's (`data/abbreviations.tsv`);
//! a quoted question may go on with its speaker ("“Why now?” she asked."). A break falls inside a quotation only where
//! it holds whole sentences of its own.

use std::ops::Range;

use crate::quotation::Quotation;
use crate::table::{Table, table};
use crate::token::Token;
use crate::{Block, Span};

/// One sentence. It never crosses the border of a block, and never ends inside a quotation of its own line of thought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Where it stands, quotation marks and closing punctuation included.
    pub(crate) span: Span,
    /// Its tokens, as indices into the document's.
    pub(crate) tokens: Range<usize>,
    /// The block that it stands in, as an index.
    pub(crate) block: usize,
}

/// The sentences of those blocks that are read, in order; together they hold every token.
pub(crate) fn split(text: &str, blocks: &[Block], tokens: &[Token], quotations: &[Quotation]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut first = 0;
    let mut quoted = 0;
    for (block, part) in blocks.iter().enumerate().filter(|(_, part)| part.kind.is_read()) {
        let last = first + tokens[first..].partition_point(|token| token.span.start() < part.span.end());
        let past = quoted + quotations[quoted..].partition_point(|q| q.span.start() < part.span.end());
        let words = Words { text, tokens: &tokens[first..last] };
        let mut start = 0;
        for end in words.ends(&quotations[quoted..past]) {
            let span = words.tokens[start].span.cover(words.tokens[end - 1].span);
            sentences.push(Sentence { span, tokens: first + start..first + end, block });
            start = end;
        }
        (first, quoted) = (last, past);
    }
    sentences
}

const ABBREVIATIONS: Table = table!(include_str!("../data/abbreviations.tsv"));
const OPENERS: Table = table!(include_str!("../data/openers.tsv"));
const ASKING: Table = table!(include_str!("../data/asking.tsv"));

/// Brackets around more than this are no aside; sentences end within them as elsewhere. In bytes.
const LONGEST_ASIDE: usize = 400;

/// A quotation of more than this is no mere phrase in a sentence around it. In bytes.
const LONGEST_PHRASE: usize = 100;

/// The words of one block.
struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Words<'_> {
    /// The index after the last token of each sentence.
    fn ends(&self, quotations: &[Quotation]) -> Vec<usize> {
        let bracketed = self.bracketed();
        let mut ends = Vec::new();
        let mut start = 0;
        let mut open: Vec<(Quotation, bool)> = Vec::new();
        let mut coming = quotations.iter().peekable();
        let mut at = 0;
        while at < self.tokens.len() {
            let here = self.tokens[at].span;
            while let Some(quotation) = coming.next_if(|quotation| quotation.span.start() <= here.start()) {
                open.push((*quotation, self.holds_sentences(*quotation, at)));
            }
            while open.pop_if(|(quotation, _)| quotation.span.end() <= here.end()).is_some() {}
            if self.is_bullet(at) && at > start {
                ends.push(at);
                start = at;
            }
            if !self.is_stop(at) {
                at += 1;
                continue;
            }
            let depth = open.len();
            let past = self.cluster(at, &mut open);
            let Some(next) = self.tokens.get(past) else { break };
            let closed = open.len() < depth;
            let whole = open.last().is_none_or(|&(_, holds)| holds);
            let aside = bracketed[past - 1];
            let numbering = past - start == 2 && self.is_numbering(start);
            if whole && !aside && !numbering && self.ends_between(at, past, closed, next.span) {
                ends.push(past);
                start = past;
            }
            at = past;
        }
        if start < self.tokens.len() {
            ends.push(self.tokens.len());
        }
        ends
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.text))
    }

    /// Whether nothing stands between this token and the one before.
    fn glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|token| token.span.start() == self.tokens[at - 1].span.end())
    }

    fn is_stop(&self, at: usize) -> bool {
        matches!(self.word(at), "." | "?" | "!" | "…" | "。" | "！" | "？" | "‽" | "؟")
    }

    fn is_bullet(&self, at: usize) -> bool {
        matches!(self.word(at), "•" | "▪" | "●" | "■" | "◆")
    }

    fn is_numbering(&self, at: usize) -> bool {
        let word = self.word(at);
        word.len() <= 2 && (word.bytes().all(|b| b.is_ascii_digit()) || word.len() == 1)
    }

    /// For each token, whether a bracket is open after it that closes again in the block.
    fn bracketed(&self) -> Vec<bool> {
        let mut change = vec![0i32; self.tokens.len() + 1];
        let mut open = Vec::new();
        for at in 0..self.tokens.len() {
            match self.word(at) {
                mark @ ("(" | "[") => open.push((at, mark)),
                mark @ (")" | "]") => {
                    let partner = if mark == ")" { "(" } else { "[" };
                    if let Some((from, _)) = open.pop_if(|(_, opening)| *opening == partner)
                        && self.tokens[at].span.end() - self.tokens[from].span.start() <= LONGEST_ASIDE
                    {
                        change[from] += 1;
                        change[at] -= 1;
                    }
                }
                _ => {}
            }
        }
        let mut depth = 0;
        change
            .iter()
            .map(|change| {
                depth += change;
                depth > 0
            })
            .collect()
    }

    /// Whether a quotation that opens at token `at` is speech, which may hold several sentences, and not some words
    /// set off in a sentence around it ("the “Yes! We can!” banner").
    fn holds_sentences(&self, quotation: Quotation, at: usize) -> bool {
        if quotation.resumes || quotation.inner.len() > LONGEST_PHRASE {
            return true;
        }
        let inner = quotation.inner.of(self.text);
        if inner.chars().find(|c| c.is_alphanumeric()).is_none_or(char::is_lowercase) {
            return inner.ends_with('.');
        }
        at == 0
            || self.is_stop(at - 1)
            || matches!(self.word(at - 1), "," | ":" | ";" | "—" | "–" | "-" | "(" | "[" | "“" | "\"" | "‘" | "'")
            || matches!(self.word(at - 1), "”" | "’" | ")" | "]")
            || ASKING.has(self.word(at - 1))
    }

    /// The index after all that ends a sentence at the stop `at`: more stops, closing marks, closing brackets, the
    /// numbers of notes. Quotations that close there are taken off `open`.
    fn cluster(&self, at: usize, open: &mut Vec<(Quotation, bool)>) -> usize {
        let mut past = at + 1;
        while let Some(token) = self.tokens.get(past) {
            let glued = self.glued(past);
            let spaced_dots = self.word(past) == "."
                && self.word(past - 1) == "."
                && token.span.start() - self.tokens[past - 1].span.end() == 1;
            if self.is_stop(past) && (glued || spaced_dots) {
                past += 1;
            } else if open.last().is_some_and(|(quotation, _)| quotation.inner.end() <= token.span.start()) {
                past += 1;
                let end = token.span.end();
                while open.pop_if(|(quotation, _)| quotation.span.end() <= end).is_some() {}
            } else if glued && (matches!(self.word(past), ")" | "]" | "”" | "»") || self.is_stray_mark(past)) {
                past += 1;
            } else if glued && self.word(past) == "[" && self.word(past + 2) == "]" && self.is_numbering(past + 1) {
                past += 3;
            } else {
                break;
            }
        }
        past.min(self.tokens.len())
    }

    /// Whether a mark that was paired with none must close: it is stuck to what is before it and to nothing after.
    fn is_stray_mark(&self, at: usize) -> bool {
        matches!(self.word(at), "\"" | "'" | "’") && !self.glued(at + 1)
    }

    /// Whether a sentence ends with the stop `at` and what follows it up to `past`, where `next` stands.
    fn ends_between(&self, at: usize, past: usize, closed: bool, next: Span) -> bool {
        // Opening marks and brackets belong to what comes next.
        let mut begins = past;
        while matches!(self.word(begins), "“" | "‘" | "\"" | "'" | "«" | "„" | "(" | "[" | "`") && begins < past + 4
        {
            begins += 1;
        }
        let word = self.word(begins);
        let Some(initial) = word.chars().next() else { return false };
        let stop = self.word(at);
        let wide = matches!(stop, "。" | "！" | "？");
        if next.start() == self.tokens[past - 1].span.end() && begins == past && !wide {
            return stop == "." && past == at + 1 && self.lacks_space(at);
        }
        if !(initial.is_alphanumeric() || matches!(initial, '$' | '£' | '€' | '#' | '@' | '•' | '.' | '…')) {
            return false;
        }
        let dots = self.tokens[at..past].iter().filter(|token| token.span.of(self.text) == ".").count();
        let elided = dots > 1 || self.tokens[at..past].iter().any(|token| token.span.of(self.text) == "…");
        if initial.is_lowercase() {
            return stop == "." && !elided && !closed && self.is_lower_name(begins) && !self.is_abbreviated(at);
        }
        let opener = OPENERS.has(word) || begins > past && !matches!(self.word(past), "(" | "[");
        if elided {
            return opener || dots > 3 || closed || self.glued(at);
        }
        if stop == "." {
            return closed || past > at + 1 && !opener || self.full_stop(at, word, initial, opener);
        }
        if ABBREVIATIONS.get(self.word(at.wrapping_sub(1))) == Some("name") && stop == "!" && past == at + 1 {
            return false;
        }
        !(closed && self.is_speaker(past))
    }

    /// Whether a full stop before a word with a capital or a number ends the sentence.
    fn full_stop(&self, at: usize, next: &str, initial: char, opener: bool) -> bool {
        let Some(before) = self.abbreviation(at) else { return true };
        match ABBREVIATIONS.get(before) {
            Some("title") => false,
            Some("number") => !initial.is_numeric(),
            Some("clock") => {
                let zone = next.len() <= 4 && next.chars().all(char::is_uppercase) && next.len() > 1;
                opener || initial.is_alphabetic() && !zone && !is_zone_or_day(next)
            }
            Some(_) => opener,
            None => {
                let mut letters = before.split('.');
                // Initials and acronyms: "J. K. Okafor", "the N.L.R.B. rule".
                let initials = letters.all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase));
                !initials || before == "I" || opener
            }
        }
    }

    fn is_abbreviated(&self, at: usize) -> bool {
        self.abbreviation(at).is_some_and(|before| before.contains('.') || ABBREVIATIONS.has(before))
    }

    /// The word that the full stop `at` is stuck to, with the full stops inside it: "U.S", "a.m", "Inc".
    fn abbreviation(&self, at: usize) -> Option<&str> {
        if !self.glued(at) {
            return None;
        }
        let mut from = at - 1;
        while from >= 2
            && at - from < 12
            && self.glued(from)
            && self.word(from - 1) == "."
            && self.glued(from - 1)
            && self.word(from - 2).chars().count() <= 2
        {
            from -= 2;
        }
        Some(&self.text[self.tokens[from].span.start()..self.tokens[at].span.start()])
    }

    /// Whether only the space is missing: "were killed.The army". A dot in an address or a file's name is none.
    fn lacks_space(&self, at: usize) -> bool {
        let (before, after) = (self.word(at.wrapping_sub(1)), self.word(at + 1));
        let capital = after.chars().next().is_some_and(char::is_uppercase);
        let rest = after.chars().skip(1).all(char::is_lowercase);
        let word = before.len() > 1 && before.chars().all(char::is_lowercase) && self.glued(at);
        let address = matches!(self.word(at + 2), "." | "/" | "@") && self.glued(at + 2);
        word && capital && rest && OPENERS.has(after) && !address
    }

    /// Names that keep a small letter at the beginning of a sentence: "iPhone", "al-Hadi".
    fn is_lower_name(&self, at: usize) -> bool {
        let word = self.word(at);
        let inner = word.chars().skip(1).take(2).any(char::is_uppercase);
        inner || matches!(word, "al" | "el") && self.word(at + 1) == "-" && self.glued(at + 1)
    }

    /// Whether a name and a verb of saying come next, as after a quoted question: "“Why?” Mr J. Brandt of Oslo asked".
    fn is_speaker(&self, past: usize) -> bool {
        for (n, at) in (past..self.tokens.len().min(past + 9)).enumerate() {
            let word = self.word(at);
            if ASKING.has(word) {
                return n > 0;
            }
            let name = word.chars().next().is_some_and(char::is_uppercase) && !(n == 0 && OPENERS.has(word));
            if !name
                && !matches!(word, "." | "-" | "’" | "'" | "of" | "de" | "van" | "von" | "bin" | "al" | "the" | "s")
            {
                return false;
            }
        }
        false
    }
}

fn is_zone_or_day(word: &str) -> bool {
    matches!(
        word,
        "Eastern"
            | "Central"
            | "Mountain"
            | "Pacific"
            | "Greenwich"
            | "Monday"
            | "Tuesday"
            | "Wednesday"
            | "Thursday"
            | "Friday"
            | "Saturday"
            | "Sunday"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{BlockKind, quotation, token};

    fn read(text: &str) -> (Vec<Block>, Vec<Token>, Vec<Sentence>) {
        let mut blocks = Vec::new();
        let mut start = 0;
        for part in text.split("\n\n") {
            let span = Span::new(start, start + part.len()).trim(text);
            if !span.is_empty() {
                blocks.push(Block { kind: BlockKind::Paragraph, span });
            }
            start += part.len() + 2;
        }
        let tokens = token::tokenize(text, &blocks);
        let quotations = quotation::pair(text, &blocks);
        let sentences = split(text, &blocks, &tokens, &quotations);
        (blocks, tokens, sentences)
    }

    /// Sentences are shown with a bar between them, in a text where a bar stands for a space.
    #[track_caller]
    fn check(expected: &str) {
        let text = expected.replace(" | ", " ").replace('|', "");
        let (_, _, sentences) = read(&text);
        let glue = |pair: &[Sentence]| if pair[0].span.end() == pair[1].span.start() { "|" } else { " | " };
        let mut shown = String::new();
        for (at, sentence) in sentences.iter().enumerate() {
            if at > 0 {
                shown += glue(&sentences[at - 1..=at]);
            }
            shown += sentence.span.of(&text);
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn tables() {
        ABBREVIATIONS.check();
        OPENERS.check();
        ASKING.check();
        for (word, kind) in ABBREVIATIONS.lines() {
            assert!(["title", "number", "either", "clock", "name"].contains(&kind), "{word} is {kind}");
        }
    }

    #[test]
    fn stops() {
        check("The dam broke. | Forty homes were lost! | Who is to blame?");
        check("The dam broke. | Forty homes were lost.");
        check("Homes were lost.|The dam broke.");
        check("See the files at data.Gov or brandt.example.com for more. | Nothing else.");
        check("It rose 3.5 percent, to $1.25. | In May it fell .4 percent.");
        check("The dam broke");
        check("1. Stay indoors. | 2. Boil water.");
        check("• Stay indoors | • Boil water");
        check("It fell. | iPhone sales rose. | al-Hadi did not comment.");
        check("She works at Yahoo! Inc. and likes it. | He does not.");
    }

    #[test]
    fn abbreviations() {
        check("Sen. Ida Brandt met Gov. J. K. Okafor on Jan. 5 in St. Paul. | They spoke.");
        check("Mr. Brandt and Dr. Voss left at 6:22 a.m. on Friday. | They came back at 9 p.m. | Nobody saw them.");
        check("The meeting began at 9 a.m. Eastern time. | It ended at 5 p.m. EST. | Voters left.");
        check("He works for Okafor Inc. and Voss Corp. in Oslo. | She left Brandt Inc. | The firm is sad.");
        check("The U.S. Senate met. | It was held in the U.S. | The vote was close.");
        check("Room No. 5 is empty. | The answer is no. | Brandt left.");
        check("She moved to Springfield, Ill. | He stayed in Washington, D.C. | But not for long.");
        check("Oil Co. Chief Executive Lena Voss left. | J.R.R. Brandt stayed.");
        check("TRENTON, N.J. (AP) — It rained. | Okafor Inc. (the maker) left.");
        check("It was plan B. | The plan failed. | So did I. | Brandt won.");
        check("Prices, wages, etc. rose. | Prices, wages, etc. | The rest fell.");
    }

    #[test]
    fn quotations() {
        check("“Why now?” she asked. | “Because.”");
        check("“Why now?” Mr. Brandt asked. | “Because.”");
        check("“Why now?” the minister asked reporters.");
        check("“Why now?” | The crowd fell silent.");
        check("“Stop!” Lena Voss of Oslo shouted. | They did.");
        check("“We came. | We saw. | It rained,” he said. | “We left.”");
        check("He said: “We came. | We saw.” | Then he left.");
        check("The “Yes! We can!” banner fell. | It was “awful. Really awful” to see.");
        check("He said, “It is over.” | Brandt agreed.");
        check("“It is over,” he said. | “Go home. | All of you.” | They went.");
        check("“He asked, ‘Why now?’ and I said, ‘Why not?’” | She laughed.");
        check("\"We came. | We saw,\" he said. | \"Why?\" she asked. | \"Go.\"");
        check("'We came. | We won't go back,' he said. | 'Why?' she asked.");
        check(
            "She says “only Ida Brandt can win the vote. | Okafor will certainly not do it. | The numbers are very plainly against him” now.",
        );
        check("She says that “every word is true. | No one has disputed one.”");
    }

    #[test]
    fn asides_and_dots() {
        check("The dam (built in 1950. It was old) broke. | Nobody slept.");
        check("The dam broke. | (Nobody slept. It rained.) | Homes were lost.");
        check("The army [sic. Not the police] came. | It left.");
        check("The dam broke.[3] | Nobody slept.");
        check("We waited … and waited. | We saw . . . nothing. | It was ... odd.");
        check("We waited... | Then it rained. | We waited. ... | The rain came.");
        check("“We waited ...” | The rain came.");
        check("The dam (of 1950 broke. | Nobody slept.");
        check("中文。|中文。");
    }

    #[test]
    fn blocks_end_sentences() {
        let (_, _, sentences) = read("Dam breaks\n\nThe dam. It broke\n\n");
        assert_eq!(sentences.iter().map(|sentence| sentence.block).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn a_megabyte_is_read_in_one_pass() {
        for piece in ["“a. ", "(a. ", "A. ", ". ", "\"A.\" ", "?", "[a](a) ", "‘“"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let start = std::time::Instant::now();
            let _ = read(&text);
            assert!(start.elapsed().as_secs() < 5, "{piece:?} took {:?}", start.elapsed());
        }
    }

    proptest! {
        #[test]
        fn sentences_hold_every_token_in_order(text in "([A-Za-z]{1,3}|[ .?!…]|\n\n|[\"'“”‘’()\\[\\]]|Mr|[0-9]){0,60}") {
            let (blocks, tokens, sentences) = read(&text);
            let mut next = 0;
            for sentence in &sentences {
                prop_assert_eq!(sentence.tokens.start, next);
                prop_assert!(!sentence.tokens.is_empty());
                next = sentence.tokens.end;
                prop_assert_eq!(sentence.span.start(), tokens[sentence.tokens.start].span.start());
                prop_assert_eq!(sentence.span.end(), tokens[sentence.tokens.end - 1].span.end());
                prop_assert!(blocks[sentence.block].span.contains(sentence.span));
            }
            prop_assert_eq!(next, tokens.len());
        }

        #[test]
        fn any_text(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
