//! Numbers as news writes them: "3,480", "1.5 million", "twenty-five", "half a dozen", "tens of thousands".

use std::borrow::Cow;

use crate::Span;
use crate::token::{self, Token};

/// One number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    /// The index after its last token.
    pub(crate) end: usize,
    /// Its words, without a unit that is written on to them ("20" of "20km").
    pub(crate) span: Span,
    /// What it comes to; of a mere order of magnitude ("thousands") twice its unit, the least that a plural can mean.
    pub(crate) value: f64,
    /// How it is written.
    pub(crate) form: Form,
    /// The power of ten in words that it was multiplied by ("million"), else 1.
    pub(crate) scale: f64,
    /// What is written on to it ("km"), empty where nothing is.
    pub(crate) suffix: Span,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With digits: "24", "1.5 million".
    Digits,
    /// In words: "two", "a dozen".
    Words,
    /// As a part: "a third", "two-thirds", "1/2".
    Fraction,
    /// As an order of magnitude: "thousands", "tens of thousands".
    Vague,
}

/// The longest number that begins with the token at `at` and ends before the token at `end`.
///
/// After the sign of a currency, letters that stand for millions elsewhere mean metres: `money` says which.
pub(crate) fn number(text: &str, tokens: &[Token], at: usize, end: usize, money: bool) -> Option<Number> {
    let words = Words { text, tokens: &tokens[..end.min(tokens.len())] };
    if !may_begin(words.word(at)) {
        return None;
    }
    words.digits(at, money).or_else(|| words.vague(at)).or_else(|| words.fraction(at)).or_else(|| words.spelled(at))
}

/// Numbers below twenty, by their value.
const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// Tens from twenty on.
const TENS: [(&str, f64); 9] = [
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fourty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
];

/// Other words that a number may begin with.
const OTHERS: [&str; 15] = [
    "a",
    "an",
    "half",
    "several",
    "tens",
    "dozen",
    "dozens",
    "scores",
    "hundreds",
    "thousands",
    "lakhs",
    "millions",
    "crores",
    "billions",
    "trillions",
];

/// For each letter, the lengths of the words that begin with it, a bit a length.
const LENGTHS: [u16; 26] = {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < OTHERS.len() + SMALL.len() + TENS.len() {
        let word = if at < OTHERS.len() {
            OTHERS[at]
        } else if at < OTHERS.len() + SMALL.len() {
            SMALL[at - OTHERS.len()]
        } else {
            TENS[at - OTHERS.len() - SMALL.len()].0
        };
        lengths[(word.as_bytes()[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    lengths
};

/// A number up to a hundred in words, as papers write it: "twenty-four".
#[must_use]
pub fn in_words(number: u64) -> Option<String> {
    let tens = |value: usize| TENS.iter().find(|(_, tens)| *tens == value as f64).map(|(name, _)| *name);
    let number = usize::try_from(number).ok()?;
    match number {
        0..20 => Some(SMALL[number].to_owned()),
        20..100 if number.is_multiple_of(10) => tens(number).map(str::to_owned),
        20..100 => Some(format!("{}-{}", tens(number - number % 10)?, SMALL[number % 10])),
        100 => Some("hundred".to_owned()),
        _ => None,
    }
}

/// Digits with a comma before each three: "1,234,567".
#[must_use]
pub fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whether a number may begin with a word: what most words are told by before anything else is looked at.
fn may_begin(word: &str) -> bool {
    let Some(first) = word.bytes().next().filter(u8::is_ascii_alphabetic) else { return true };
    let lengths = LENGTHS[usize::from(first.to_ascii_lowercase() - b'a')];
    let mut known = OTHERS.into_iter().chain(SMALL).chain(TENS.map(|(name, _)| name));
    let fits = word.len() < 16 && lengths & (1 << word.len()) != 0;
    word.ends_with("fold") || fits && known.any(|known| known.eq_ignore_ascii_case(word))
}

/// The value of a number below a hundred in one word.
fn small(word: &str) -> Option<f64> {
    let mut value = 0.0;
    for name in SMALL {
        if name == word {
            return Some(value);
        }
        value += 1.0;
    }
    tens(word)
}

fn tens(word: &str) -> Option<f64> {
    TENS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// What a word multiplies the number before it by.
fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "dozen" => 12.0,
        "score" => 20.0,
        "hundred" => 1e2,
        "thousand" => 1e3,
        "lakh" => 1e5,
        "million" => 1e6,
        "crore" => 1e7,
        "billion" => 1e9,
        "trillion" => 1e12,
        _ => return None,
    })
}

/// What letters after digits multiply by.
fn short_scale(letters: &str, money: bool) -> Option<f64> {
    Some(match letters {
        "bn" | "BN" | "Bn" => 1e9,
        "mn" | "mln" => 1e6,
        "tn" | "trn" => 1e12,
        "k" | "K" => 1e3,
        "m" | "M" | "mm" if money => 1e6,
        "b" | "B" if money => 1e9,
        "t" | "T" if money => 1e12,
        _ => return None,
    })
}

fn denominator(word: &str) -> Option<f64> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "half" | "halve" => 2.0,
        "third" => 3.0,
        "quarter" | "fourth" => 4.0,
        "fifth" => 5.0,
        "sixth" => 6.0,
        "seventh" => 7.0,
        "eighth" => 8.0,
        "ninth" => 9.0,
        "tenth" => 10.0,
        "hundredth" => 100.0,
        _ => return None,
    })
}

fn vulgar(c: char) -> Option<f64> {
    Some(match c {
        '½' => 1.0 / 2.0,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '¼' => 1.0 / 4.0,
        '¾' => 3.0 / 4.0,
        '⅛' => 1.0 / 8.0,
        '⅜' => 3.0 / 8.0,
        '⅝' => 5.0 / 8.0,
        '⅞' => 7.0 / 8.0,
        '⅕' => 1.0 / 5.0,
        _ => return None,
    })
}

struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl<'a> Words<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.text))
    }

    fn lower(&self, at: usize) -> Cow<'a, str> {
        token::lower(self.word(at))
    }

    fn glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|token| token.span.start() == self.tokens[at - 1].span.end())
    }

    /// The index after a hyphen at `at` that sticks to both its neighbours, else `at`.
    fn after_hyphen(&self, at: usize) -> usize {
        let hyphen = matches!(self.word(at), "-" | "‐" | "‑") && self.glued(at) && self.glued(at + 1);
        if hyphen { at + 1 } else { at }
    }

    fn made(&self, at: usize, end: usize, value: f64, form: Form, scale: f64) -> Number {
        let span = self.tokens[at].span.cover(self.tokens[end - 1].span);
        Number { end, span, value, form, scale, suffix: Span::new(span.end(), span.end()) }
    }

    /// "24", "3,480", "1.5", ".5", "5 1/2", "2½", "$3.5m", "1.5 million", "20km".
    fn digits(&self, at: usize, money: bool) -> Option<Number> {
        let mut end = at;
        let mut written = String::new();
        let mut suffix = "";
        if self.word(at) == "." && self.glued(at + 1) && !self.glued(at) {
            written.push_str("0.");
            end += 1;
        }
        let mut extra = 0.0;
        let mut take = |token: &str, written: &mut String| {
            let digits = token.len() - token.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            written.push_str(&token[..digits]);
            let rest = &token[digits..];
            let mut chars = rest.chars();
            if let Some(part) = chars.next().and_then(vulgar) {
                extra = part;
                return (digits, chars.as_str().len());
            }
            (digits, rest.len())
        };
        let token = self.word(end);
        let (mut digits, mut left) = take(token, &mut written);
        if digits == 0 && left == token.len() {
            return None;
        }
        end += 1;
        while left == 0 && digits <= 3 && self.word(end) == "," && self.glued(end) && self.glued(end + 1) {
            let group = self.word(end + 1);
            let width = group.len() - group.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if width != 3 {
                break;
            }
            (digits, left) = take(group, &mut written);
            end += 2;
        }
        if left == 0
            && !written.contains('.')
            && self.word(end) == "."
            && self.glued(end)
            && self.glued(end + 1)
            && self.word(end + 1).starts_with(|c: char| c.is_ascii_digit())
        {
            written.push('.');
            (_, left) = take(self.word(end + 1), &mut written);
            end += 2;
        }
        let mut value: f64 = if written.is_empty() { 0.0 } else { written.parse().ok()? };
        value += extra;
        let last = self.tokens[end - 1].span;
        let mut span = Span::new(self.tokens[at].span.start(), last.end() - left);
        if left > 0 {
            suffix = &self.text[last.end() - left..last.end()];
        }
        let mut form = Form::Digits;
        // "5 1/2", "1/2" and "1⁄2".
        let slash = |at: usize| matches!(self.word(at), "/" | "⁄") && self.glued(at) && self.glued(at + 1);
        let whole = |at: usize| self.word(at).parse::<u16>().ok().filter(|n| *n > 0);
        if left == 0 && slash(end) && !slash(end + 2) {
            let below = whole(end + 1)?;
            // "9/11" and "24/7" are no parts of anything.
            if f64::from(below) <= value || !(matches!(below, 2..=6 | 8 | 10 | 16 | 32 | 64 | 100 | 128)) {
                return None;
            }
            value /= f64::from(below);
            span = span.cover(self.tokens[end + 1].span);
            form = Form::Fraction;
            end += 2;
        } else if left == 0 && slash(end + 1) && !self.glued(end) {
            let (above, below) = (whole(end)?, whole(end + 2)?);
            if above < below {
                value += f64::from(above) / f64::from(below);
                span = span.cover(self.tokens[end + 2].span);
                end += 3;
            }
        }
        let mut factor = 1.0;
        if let Some(times) = short_scale(suffix, money) {
            factor = times;
            span = Span::new(span.start(), last.end());
            suffix = "";
        } else if suffix.is_empty() {
            let next = self.after_hyphen(end);
            let spelled = self.lower(next);
            let letters = short_scale(self.word(next), money).filter(|_| money || self.word(next).len() > 1);
            if let Some(times) = scale(&spelled).filter(|_| spelled != "score").or(letters) {
                factor = times;
                end = next + 1;
                span = span.cover(self.tokens[next].span);
            }
        }
        let suffix = Span::new(span.end(), span.end() + suffix.len());
        Some(Number { end, span, value: value * factor, form, scale: factor, suffix })
    }

    /// "dozens", "thousands", "tens of thousands", "several hundred".
    fn vague(&self, at: usize) -> Option<Number> {
        let unit = |word: &str| {
            let single = word.strip_suffix('s')?;
            scale(single).or((single == "ten").then_some(10.0))
        };
        let word = self.lower(at);
        // "several hundred", "a few thousand"
        let few = match (&*word, &*self.lower(at + 1)) {
            ("several", _) => at + 1,
            ("a", "few") => at + 2,
            _ => at,
        };
        if few > at {
            let times = scale(&self.lower(few)).filter(|times| *times != 20.0)?;
            return Some(self.made(at, few + 1, 2.0 * times, Form::Vague, 1.0));
        }
        let first = unit(&word)?;
        if self.lower(at + 1) == "of"
            && let Some(second) = unit(&self.lower(at + 2))
            && second > first
        {
            return Some(self.made(at, at + 3, 2.0 * first * second, Form::Vague, 1.0));
        }
        (first > 10.0).then(|| self.made(at, at + 1, 2.0 * first, Form::Vague, 1.0))
    }

    /// "a third", "two-thirds", "three quarters", "half".
    fn fraction(&self, at: usize) -> Option<Number> {
        let first = self.lower(at);
        if first == "half"
            && scale(&self.lower(at + 2)).is_none()
            && scale(&self.lower(self.after_hyphen(at + 1))).is_none()
        {
            return Some(self.made(at, at + 1, 0.5, Form::Fraction, 1.0));
        }
        let above = if first == "a" { 1.0 } else { small(&first).filter(|n| *n > 0.0 && *n < 10.0)? };
        let part = self.after_hyphen(at + 1);
        let named = self.lower(part);
        let below = denominator(&named)?;
        let of = self.lower(part + 1) == "of";
        let plural = named.ends_with('s');
        // "a second", "a fourth term": a part only where its whole is named, or in the plural.
        let named_part = matches!(&*named, "half" | "third" | "quarter") && above == 1.0 && first != "a";
        if (plural != (above > 1.0)) || !(of || plural || named_part) || below <= above {
            return None;
        }
        Some(self.made(at, part + 1, above / below, Form::Fraction, 1.0))
    }

    /// "two", "sixfold", "twenty-five", "a hundred and one", "half a million", "two and a half million", "a couple of".
    fn spelled(&self, at: usize) -> Option<Number> {
        let first = self.lower(at);
        if let Some(times) = first.strip_suffix("fold") {
            let value = small(times).filter(|value| *value > 1.0).or_else(|| scale(times))?;
            let number = self.made(at, at + 1, value, Form::Words, 1.0);
            let span = Span::new(number.span.start(), number.span.start() + times.len());
            return Some(Number { span, suffix: Span::new(span.end(), number.span.end()), ..number });
        }
        // "half a million", "half-dozen", "a half dozen".
        let half = if first == "half" {
            Some(at + 1)
        } else if matches!(&*first, "a" | "one") && self.lower(at + 1) == "half" {
            Some(at + 2)
        } else {
            None
        };
        if let Some(next) = half {
            let next = if matches!(&*self.lower(next), "a" | "an") { next + 1 } else { self.after_hyphen(next) };
            let times = scale(&self.lower(next))?;
            return Some(self.made(at, next + 1, times / 2.0, Form::Words, times));
        }
        if first == "a" && self.lower(at + 1) == "couple" {
            let end = if self.lower(at + 2) == "of" { at + 3 } else { at + 2 };
            return Some(self.made(at, at + 2, 2.0, Form::Words, 1.0)).map(|number| Number { end, ..number });
        }
        let (mut total, mut group, mut end, mut largest);
        if matches!(&*first, "a" | "an") {
            let times = scale(&self.lower(at + 1)).filter(|_| self.lower(at + 1) != "score")?;
            (total, group, end, largest) = (0.0, 1.0, at + 1, 1.0);
            if times < 1.0 {
                return None;
            }
        } else {
            (total, group, end, largest) = (0.0, small(&first)?, at + 1, 1.0);
        }
        let mut tens_last = tens(&first).is_some();
        let mut scaled_last = false;
        loop {
            let joined = self.after_hyphen(end);
            let word = self.lower(joined);
            if tens_last && let Some(unit) = small(&word).filter(|n| (1.0..10.0).contains(n)) {
                group += unit;
                end = joined + 1;
                tens_last = false;
                scaled_last = false;
                continue;
            }
            if let Some(times) = scale(&word).filter(|_| word != "score") {
                if times <= 100.0 {
                    group *= times;
                } else {
                    total += group * times;
                    group = 0.0;
                }
                largest = f64::max(largest, times);
                end = joined + 1;
                (tens_last, scaled_last) = (false, true);
                continue;
            }
            // "two and a half million"
            if word == "and" && self.lower(end + 1) == "a" && self.lower(end + 2) == "half" {
                group += 0.5;
                end += 3;
                (tens_last, scaled_last) = (false, false);
                continue;
            }
            let next = if word == "and" && scaled_last { end + 1 } else { joined };
            if scaled_last && let Some(more) = small(&self.lower(next)) {
                let and_another = word == "and" && self.lower(next + 1) == "and";
                if !and_another && largest != 12.0 {
                    group += more;
                    end = next + 1;
                    tens_last = tens(&self.lower(next)).is_some();
                    scaled_last = false;
                    continue;
                }
            }
            break;
        }
        Some(self.made(at, end, total + group, Form::Words, largest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Block, BlockKind, token};

    /// Every number of a text, from left to right, as "words = value".
    #[track_caller]
    fn check(text: &str, expected: &[(&str, f64)]) {
        let block = Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) };
        let tokens = token::tokenize(text, &[block]);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let money = at > 0 && tokens[at - 1].span.of(text) == "$";
            if let Some(number) = number(text, &tokens, at, tokens.len(), money) {
                found.push((number.span.of(text), number.value));
                at = number.end;
            } else {
                at += 1;
            }
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn digits() {
        check("155 men, 3,480 women and 1,234,567.", &[("155", 155.0), ("3,480", 3480.0), ("1,234,567", 1_234_567.0)]);
        check("1.5 million of 3.25m", &[("1.5 million", 1.5e6), ("3.25", 3.25)]);
        check("$3.5m, $2bn and $40 million", &[("3.5m", 3.5e6), ("2bn", 2e9), ("40 million", 4e7)]);
        check(
            "2½ miles, 5 1/2 hours, 1/2 pound, .4 percent",
            &[("2½", 2.5), ("5 1/2", 5.5), ("1/2", 0.5), (".4", 0.4)],
        );
        check("20km and 5-million", &[("20", 20.0), ("5-million", 5e6)]);
        check("In 10, 20 and 30", &[("10", 10.0), ("20", 20.0), ("30", 30.0)]);
    }

    #[test]
    fn words() {
        check("Two men, twenty-five women", &[("Two", 2.0), ("twenty-five", 25.0)]);
        check(
            "a dozen eggs, two dozen, half a dozen, a half-dozen",
            &[("a dozen", 12.0), ("two dozen", 24.0), ("half a dozen", 6.0), ("a half-dozen", 6.0)],
        );
        check(
            "half a million or a million or two and a half million",
            &[("half a million", 5e5), ("a million", 1e6), ("two and a half million", 2.5e6)],
        );
        check(
            "three hundred and twelve, two thousand five hundred",
            &[("three hundred and twelve", 312.0), ("two thousand five hundred", 2500.0)],
        );
        check(
            "twenty-eight thousand six hundred forty-two",
            &[("twenty-eight thousand six hundred forty-two", 28642.0)],
        );
        check("a couple of men", &[("a couple", 2.0)]);
        check("a man and an apple", &[]);
    }

    #[test]
    fn parts_and_magnitudes() {
        check(
            "a third of them, two-thirds, three quarters, half of it",
            &[("a third", 1.0 / 3.0), ("two-thirds", 2.0 / 3.0), ("three quarters", 0.75), ("half", 0.5)],
        );
        check("a third term, a quarter later, the second", &[]);
        check(
            "dozens of men, hundreds, tens of thousands of men, hundreds of thousands",
            &[
                ("dozens", 24.0),
                ("hundreds", 200.0),
                ("tens of thousands", 20_000.0),
                ("hundreds of thousands", 200_000.0),
            ],
        );
        check("the tens and 9/11", &[("11", 11.0)]);
        check(
            "several hundred men, a few thousand, several men, a few",
            &[("several hundred", 200.0), ("a few thousand", 2000.0)],
        );
        check("sixfold, a tenfold rise, the fold", &[("six", 6.0), ("ten", 10.0)]);
    }
}
