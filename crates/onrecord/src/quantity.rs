//! Quantities: numbers with their bounds and the things counted.
//!
//! A number is read with what stands before it ("at least", "$") and after it ("per cent", the noun phrase). Numbers that
//! name, order or date something count nothing and are left out: "Flight 370", "the 2-1 win", "aged 44", "9 April".

use std::borrow::Cow;

use crate::Span;
use crate::lemma::{WordClass, classes, is_closed, lemma};
use crate::number::{self, Form, Number};
use crate::sentence::Sentence;
use crate::table::{Table, table};
use crate::time::{Time, TimeKind};
use crate::token::{self, Token};

/// How a number is bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Just so many.
    #[default]
    Exact,
    /// So many or more.
    AtLeast,
    /// So many or fewer.
    AtMost,
    /// More than so many.
    MoreThan,
    /// Fewer than so many.
    LessThan,
    /// Roughly so many.
    About,
}

impl Bound {
    /// What stands before the number: "at least ".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Bound::Exact => "",
            Bound::AtLeast => "at least ",
            Bound::AtMost => "at most ",
            Bound::MoreThan => "more than ",
            Bound::LessThan => "less than ",
            Bound::About => "about ",
        }
    }
}

/// One quantity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    /// Where its number stands, without its bound, its currency sign and the thing counted.
    pub(crate) span: Span,
    /// The number; of a range the lower one.
    pub(crate) value: f64,
    /// The upper number of a range.
    pub(crate) to: Option<f64>,
    /// How it is bounded.
    pub(crate) bound: Bound,
    /// The thing counted as the text has it, an ISO 4217 code for money, "%" for a share; `None` where it cannot be told.
    pub(crate) of: Option<String>,
    /// Whether the number is only an order of magnitude ("thousands of").
    pub(crate) vague: bool,
}

/// The quantities in the sentences, in order, none overlapping another. What `times` cover are times and no quantities.
pub(crate) fn quantities(text: &str, sentences: &[Sentence], tokens: &[Token], times: &[Time]) -> Vec<Quantity> {
    let mut quantities = Vec::new();
    let mut rest = times;
    for sentence in sentences {
        let within = rest.partition_point(|time| time.span.start() < sentence.span.end());
        read(text, &tokens[sentence.tokens.clone()], &rest[..within], &mut quantities);
        rest = &rest[within..];
    }
    quantities
}

const BOUNDS: Table = table!(include_str!("../data/bounds.tsv"));
const CURRENCIES: Table = table!(include_str!("../data/currencies.tsv"));
const UNITS: Table = table!(include_str!("../data/units.tsv"));
const GOVERNING: Table = table!(include_str!("../data/governing.tsv"));
const CHANGES: Table = table!(include_str!("../data/changes.tsv"));
const UNDERSTOOD: Table = table!(include_str!("../data/understood.tsv"));
const STREETS: Table = table!(include_str!("../data/streets.tsv"));
const NUMBERED: Table = table!(include_str!("../data/numbered.tsv"));

fn read(text: &str, tokens: &[Token], times: &[Time], quantities: &mut Vec<Quantity>) {
    let tokens = apart(text, tokens);
    let words = tokens.iter().map(|token| token::lower(token.span.of(text))).collect();
    let phrase = Phrase { text, tokens: &tokens, words, title: is_title(text, &tokens) };
    let first = quantities.len();
    let mut elided = Vec::new();
    // Where the last quantity ended.
    let mut after = usize::MAX;
    let mut timed = times.iter().peekable();
    let mut at = 0;
    while at < tokens.len() {
        let here = tokens[at].span;
        while timed.next_if(|time| time.span.end() <= here.start()).is_some() {}
        if timed.peek().is_some_and(|time| time.span.overlaps(here)) {
            at += 1;
            continue;
        }
        let end = timed
            .peek()
            .filter(|time| !is_adjective(text, time))
            .map_or(tokens.len(), |time| tokens.partition_point(|token| token.span.start() < time.span.start()));
        let Some(found) = phrase.quantity(at, end) else {
            at = phrase.past_number(at, end);
            continue;
        };
        if found.elided {
            elided.push(quantities.len());
        }
        let mut found = found;
        // "more than 7.5 million crowns ($1.1 million)": what is converted in brackets is bounded alike.
        if let (Some(last), [converted]) = (quantities[first..].last(), found.quantities.as_mut_slice())
            && after == at.saturating_sub(1)
            && phrase.word(after) == "("
            && converted.bound == Bound::Exact
            && converted.of.as_deref().is_some_and(is_money)
        {
            converted.bound = last.bound;
        }
        at = found.end;
        after = at;
        quantities.extend(found.quantities);
    }
    // "12 were killed and 20 people wounded": the noun stands with another number of the sentence.
    for at in elided {
        let counted = |quantity: &Quantity| quantity.of.as_ref().filter(|of| is_thing(of)).cloned();
        let before = quantities[first..at].iter().rev().take(NEARBY).find_map(counted);
        quantities[at].of = before.or_else(|| quantities[at..].iter().take(NEARBY).find_map(counted));
    }
}

/// How many quantities away a noun that is left to be understood may stand.
const NEARBY: usize = 8;

/// Whether a time is an adjective that may stand within a noun phrase: "a third of the annual budget".
fn is_adjective(text: &str, time: &Time) -> bool {
    matches!(time.kind, TimeKind::Set) && !time.span.of(text).contains(' ')
}

/// Whether the thing counted is neither money, nor a share, nor a measure.
fn is_thing(of: &str) -> bool {
    of != "%" && !UNITS.has(of) && !is_money(of)
}

/// Whether it is the code of a currency.
fn is_money(of: &str) -> bool {
    of.len() == 3 && of.bytes().all(|b| b.is_ascii_uppercase())
}

/// The tokens, where a currency is written on to a number ("AUD1.5m", "RM23") in two.
fn apart(text: &str, tokens: &[Token]) -> Vec<Token> {
    let mut parts = Vec::with_capacity(tokens.len());
    for token in tokens {
        let word = token.span.of(text);
        let letters = word.len() - word.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == 's').len();
        let digits = word[letters..].starts_with(|c: char| c.is_ascii_digit());
        let after_sign = parts.last().is_some_and(|last: &Token| {
            last.span.of(text) == "$"
                && last.span.end() == token.span.start()
                && CURRENCIES.has(&format!("$ {}", &word[..letters]))
        });
        if letters > 0 && digits && (CURRENCIES.has(&word[..letters]) || after_sign) {
            let middle = token.span.start() + letters;
            parts.push(Token { span: Span::new(token.span.start(), middle) });
            parts.push(Token { span: Span::new(middle, token.span.end()) });
        } else {
            parts.push(*token);
        }
    }
    parts
}

/// What goes before a half that is one of two parts in order and no share.
const OTHER_HALVES: [&str; 9] = ["first", "second", "latter", "other", "better", "final", "back", "top", "bottom"];

/// Whether most words of a sentence are written with a capital, as in headlines.
fn is_title(text: &str, tokens: &[Token]) -> bool {
    let words = tokens.iter().map(|token| token.span.of(text)).filter(|word| word.len() > 3);
    let (mut all, mut capital) = (0, 0);
    for word in words.filter(|word| word.starts_with(char::is_alphabetic)) {
        all += 1;
        capital += usize::from(word.starts_with(char::is_uppercase));
    }
    all >= 3 && capital == all
}

struct Found {
    end: usize,
    quantities: Vec<Quantity>,
    /// Whether the thing counted is left to be understood.
    elided: bool,
}

struct Phrase<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// In lower case.
    words: Vec<Cow<'a, str>>,
    title: bool,
}

impl Phrase<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word)
    }

    fn written(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.text))
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    fn glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|token| token.span.start() == self.tokens[at - 1].span.end())
    }

    fn is_hyphen(&self, at: usize) -> bool {
        matches!(self.word(at), "-" | "‐" | "‑" | "–" | "—")
    }

    fn number(&self, at: usize, end: usize, money: bool) -> Option<Number> {
        number::number(self.text, self.tokens, at, end, money)
    }

    /// Where to go on where no quantity was found: past the number that counts nothing.
    fn past_number(&self, at: usize, end: usize) -> usize {
        match self.number(at, end, false) {
            Some(number) if !(number.form == Form::Words && number.end == at + 1) => {
                let mut past = number.end;
                // The rest of a score, a telephone number, an address, a version.
                while past + 1 < end
                    && self.glued(past)
                    && self.glued(past + 1)
                    && (self.is_hyphen(past) || matches!(self.word(past), "." | ":" | "/"))
                    && self.word(past + 1).starts_with(|c: char| c.is_ascii_digit())
                {
                    past += 2;
                }
                past
            }
            _ => at + 1,
        }
    }

    fn quantity(&self, at: usize, end: usize) -> Option<Found> {
        let (start, currency) = self.currency(at, end);
        let number = self.number(start, end, currency.is_some())?;
        if currency.is_none() && self.is_name(at, &number, end) {
            return None;
        }
        if let Some(found) = self.ratio(at, &number, end).filter(|_| currency.is_none()) {
            return Some(found);
        }
        let first = self.unit(&number, currency, end);
        let negative = self.sign(at, first.of.as_deref());
        let at = negative.unwrap_or(at);
        let bound_from = if self.before(at) == "between" || self.before(at) == "from" { at - 1 } else { at };
        let (bound, bound_last) = self.bound(bound_from, start);
        if let Some(found) = self.range(at, &number, &first, bound, end) {
            return Some(found);
        }
        let (mut first, mut number) = (first, number);
        if first.of.is_none() && self.word(first.end) == "to" && self.before(at) == "from" {
            // "rose from 20 to 23 percent": both are shares. "From 12 to 15 billion euros": both are billions.
            let second = self.number(first.end + 1, end, false).map(|second| {
                let third = if self.is_hyphen(second.end) { self.number(second.end + 1, end, false) } else { None };
                third.unwrap_or(second)
            });
            if let Some(second) = second {
                let near = second.value / second.scale < number.value * 10.0 && number.value < 1000.0;
                if number.scale == 1.0 && second.scale > 1.0 && near {
                    number.value *= second.scale;
                }
                first.of = self.unit(&second, None, end).of;
            }
        }
        if let Some(sign) = negative {
            number.value = -number.value;
            number.span = self.tokens[sign].span.cover(number.span);
        }
        let (bound, past) = self.bound_after(first.end, bound);
        let thing = match &first.of {
            Some(_) => None,
            None => self.counted(past, end, &number),
        };
        let last = thing.as_ref().map_or(past, |thing| thing.end);
        let of = first.of.clone().or_else(|| thing.as_ref().map(|thing| thing.span.of(self.text).to_owned()));
        if self.is_cut(past, end) || of.is_none() && !self.stands_alone(at, &number, past, bound_last) {
            return None;
        }
        let elided = of.is_none() && number.form != Form::Fraction && UNDERSTOOD.has(self.word(past));
        // "one of the captives" is a pronoun.
        if number.form == Form::Words && number.value == 1.0 && self.word(past) == "of" {
            return None;
        }
        if of.is_none() && self.is_age(bound_last, &number) {
            return None;
        }
        let vague = number.form == Form::Vague;
        let bound = if vague && bound == Bound::Exact { Bound::AtLeast } else { bound };
        // The noun phrase may hold no other number, so that reading goes on behind the number alone.
        let end = last.max(past);
        let quantity = Quantity { span: number.span, value: number.value, to: None, bound, of, vague };
        Some(Found { end: end.max(number.end), quantities: vec![quantity], elided })
    }

    /// "one in five voters", "seven in 10": a share as two numbers.
    fn ratio(&self, at: usize, number: &Number, end: usize) -> Option<Found> {
        let whole = |number: &Number| {
            matches!(number.form, Form::Digits | Form::Words) && number.value.fract() == 0.0 && number.suffix.is_empty()
        };
        let every = number.end + 1 + usize::from(self.word(number.end + 1) == "every");
        let second = match (self.word(number.end), self.word(number.end + 1)) {
            ("in", _) => self.number(every, end, false)?,
            ("out", "of") => {
                self.number(number.end + 2 + usize::from(self.word(number.end + 2) == "every"), end, false)?
            }
            _ => return None,
        };
        let round = [10.0, 20.0, 50.0, 100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0].contains(&second.value);
        // "Four out of six" may well be just these.
        let usual = round || self.word(number.end) == "in" && (number.value == 1.0 || second.value < 10.0);
        if !(whole(number) && whole(&second) && number.value > 0.0 && number.value < second.value && usual) {
            return None;
        }
        let thing = self.counted(second.end, end, &second);
        if thing.is_none()
            && !is_closed(self.word(second.end))
            && second.end < end.min(self.tokens.len())
            && self.noun(second.end)
        {
            return None;
        }
        let (bound, _) = self.bound(at, at);
        let quantity = Quantity {
            span: number.span.cover(second.span),
            value: number.value / second.value,
            to: None,
            bound,
            of: thing.as_ref().map(|thing| thing.span.of(self.text).to_owned()),
            vague: false,
        };
        let end = thing.map_or(second.end, |thing| thing.end);
        Some(Found { end: end.max(second.end), quantities: vec![quantity], elided: false })
    }

    /// The token of a minus before a number: the word, or the mark before degrees and shares.
    fn sign(&self, at: usize, of: Option<&str>) -> Option<usize> {
        let sign = at.checked_sub(1)?;
        let counts = sign > 0 && self.word(sign - 1).starts_with(|c: char| c.is_ascii_digit());
        let mark = matches!(self.word(sign), "-" | "−" | "–") && self.glued(at) && !self.glued(sign);
        let scale = of.is_some_and(|of| matches!(of, "C" | "F" | "°C" | "°F" | "%" | "degrees"));
        (self.word(sign) == "minus" && !counts || mark && scale && sign > 0).then_some(sign)
    }

    /// Whether a bound makes an age of a number behind people: "children under 5", "women over 40".
    fn is_age(&self, bound: usize, number: &Number) -> bool {
        let aged = matches!(self.word(bound), "under" | "over" | "above" | "below" | "younger" | "older");
        number.value < 120.0 && aged && bound > 0 && self.plural(bound - 1)
    }

    /// Whether a number leads an address: "14 Harbour Road".
    fn is_address(&self, next: usize) -> bool {
        let capital = |at: usize| self.written(at).starts_with(char::is_uppercase);
        let part = |at: usize| capital(at) || self.word(at).starts_with(|c: char| c.is_ascii_digit());
        let mut last = next;
        while last < next + 4 && part(last) {
            if capital(last) && STREETS.has(self.word(last)) {
                return !self.plural(last + 1);
            }
            last += 1;
        }
        false
    }

    /// The sign of a currency that begins at `at`, and where its number begins.
    fn currency(&self, at: usize, end: usize) -> (usize, Option<&'static str>) {
        let digit = |at: usize| {
            let word = self.word(at);
            at < end
                && (word.starts_with(|c: char| c.is_ascii_digit())
                    || word == "." && self.glued(at + 1) && self.word(at + 1).starts_with(|c: char| c.is_ascii_digit()))
        };
        for count in [4, 2, 1] {
            if at + count > end || !digit(at + count) {
                continue;
            }
            let sign = (at..at + count).map(|at| self.written(at)).collect::<Vec<_>>().join(" ");
            let sign = if count == 4 { sign.replace("U . S . $", "US $").replace("U . S .", "US") } else { sign };
            if let Some(code) =
                CURRENCIES.get(&sign).filter(|_| sign.chars().all(|c| !c.is_lowercase()) || sign == "Rs")
            {
                return (at + count, Some(code));
            }
        }
        // "U.S. $5"
        if self.written(at) == "U" && self.word(at + 2) == "s" && self.word(at + 4) == "$" && digit(at + 5) {
            return (at + 5, Some("USD"));
        }
        (at, None)
    }

    /// Whether the number names, orders or dates something.
    fn is_name(&self, at: usize, number: &Number, end: usize) -> bool {
        let next = number.end;
        let digits = number.form == Form::Digits;
        // A part of something longer: "F-16", "10:30", "1.2.3", "x2".
        if at > 0
            && self.glued(at)
            && !matches!(self.before(at), "(" | "[" | "“" | "‘" | "\"" | "'" | "—" | "–" | "/" | "~" | "≈" | "+" | "-")
        {
            return true;
        }
        if at > 1 && self.glued(at) && matches!(self.before(at), "-" | "/" | "+" | "'") && self.glued(at - 1) {
            return true;
        }
        if self.glued(next) && self.glued(next + 1) {
            let digit = self.word(next + 1).starts_with(|c: char| c.is_ascii_digit());
            if digit && matches!(self.word(next), ":" | "." | "/") {
                return true;
            }
        }
        let suffix = number.suffix.of(self.text);
        if !suffix.is_empty() && !UNITS.has(suffix) {
            return true;
        }
        let before = self.before(at);
        // "a one-on-one talk", "at one point"
        if self.is_hyphen(next) && self.glued(next) && is_closed(self.word(next + 1)) && self.word(next + 1) != "plus"
            || number.form == Form::Words && before == "at" && matches!(self.word(next), "point" | "time")
            || matches!(self.written(next), "FM" | "AM")
        {
            return true;
        }
        // "the second half"
        if number.form == Form::Fraction && (self.word(at) == "half" && OTHER_HALVES.contains(&before)) {
            return true;
        }
        if digits && number.scale == 1.0 && (self.is_address(next) || self.is_model(at)) {
            return true;
        }
        let plural = self.plural(next);
        // "44-year-old", "aged 44", "Brandt, 44,"
        let old = if self.is_hyphen(next) { next + 1 } else { next };
        if matches!(self.word(old), "year" | "years" | "month" | "months" | "week" | "weeks" | "day" | "days") {
            let after = if self.is_hyphen(old + 1) { old + 2 } else { old + 1 };
            return matches!(self.word(after), "old" | "olds")
                || !matches!(self.word(old), "days" | "weeks" | "months" | "years");
        }
        if digits && number.value < 120.0 && number.value.fract() == 0.0 {
            let closed = matches!(self.word(next), "," | "." | ")" | ";") || next == end;
            let named = at >= 2 && matches!(before, "," | "(") && self.written(at - 2).starts_with(char::is_uppercase);
            if closed && named && !self.title && self.word(next) != "." {
                return true;
            }
        }
        if digits && !plural && !self.is_percent(next) && !UNITS.has(self.word(next)) {
            // "H.R. 3826"
            let initials = before == "."
                && at >= 2
                && self.glued(at - 1)
                && self.written(at - 2).len() == 1
                && self.written(at - 2).starts_with(char::is_uppercase);
            if initials || NUMBERED.has(before) || before == "." && at >= 2 && matches!(self.word(at - 2), "no" | "nos")
            {
                return true;
            }
            // A capital before it makes it a name: "Windows 10", "Area 51".
            let capital = self.written(at.saturating_sub(1)).starts_with(char::is_uppercase) && at > 1;
            let bare = number.scale == 1.0 && number.value < 3000.0 && number.value.fract() == 0.0 && suffix.is_empty();
            if capital && bare && !self.title {
                return true;
            }
            // A year that no preposition told.
            let year = number.span.len() == 4 && (1800.0..2100.0).contains(&number.value) && number.scale == 1.0;
            if year && suffix.is_empty() && BOUNDS.get(before).is_none() {
                return true;
            }
        }
        if !digits {
            // "Three Mile Island", "Seven Network"
            let capital = |at: usize| self.written(at).starts_with(char::is_uppercase);
            if at > 0
                && capital(at)
                && capital(next)
                && !self.title
                && !matches!(before, "." | ":" | "“" | "\"" | "‘" | "—")
            {
                return true;
            }
        }
        self.is_score(number)
    }

    /// Whether a number is the end of a name that things are called by: "Model 3 sedans", "14 Leopard 2 tanks".
    fn is_model(&self, at: usize) -> bool {
        let capital = at > 0 && self.written(at - 1).starts_with(char::is_uppercase);
        if !capital || self.title {
            return false;
        }
        let led = at.checked_sub(2).is_some_and(|lead| match self.word(lead) {
            "a" | "an" => true,
            // "In the Netherlands 12 people died."
            "the" => lead > 0 && !is_closed(self.word(lead - 1)),
            word => word.starts_with(|c: char| c.is_ascii_digit()) && !self.glued(lead),
        });
        NUMBERED.has(self.before(at)) || led
    }

    /// "a 2-1 win", "the 5-4 ruling", "2-0 down", a telephone number.
    fn is_score(&self, number: &Number) -> bool {
        let next = number.end;
        if !(self.is_hyphen(next) && self.glued(next) && self.glued(next + 1)) {
            return false;
        }
        let Some(second) = self.number(next + 1, self.tokens.len(), false).filter(|second| second.form == Form::Digits)
        else {
            return false;
        };
        if self.is_hyphen(second.end)
            && self.glued(second.end)
            && self.word(second.end + 1).starts_with(|c: char| c.is_ascii_digit())
        {
            return true;
        }
        let counts =
            self.plural(second.end) || self.is_percent(second.end) || !second.suffix.is_empty() || second.scale > 1.0;
        let worded = self.is_hyphen(second.end) && self.glued(second.end);
        second.value <= number.value || !counts && !worded && second.value < 20.0
    }

    fn is_percent(&self, at: usize) -> bool {
        matches!(self.word(at), "%" | "percent" | "pct") || self.word(at) == "per" && self.word(at + 1) == "cent"
    }

    /// Whether only adjectives stand between a number and a time: "12 turbulent years ago" is a time as a whole.
    fn is_cut(&self, from: usize, end: usize) -> bool {
        let unit = matches!(self.word(end), "hours" | "days" | "weeks" | "months" | "years" | "decades");
        let adjective = |at: usize| !is_closed(self.word(at)) && self.word(at).starts_with(char::is_alphabetic);
        unit && (1..=2).contains(&end.saturating_sub(from)) && (from..end).all(adjective)
    }

    /// What the number is of where a sign or a unit says so.
    fn unit(&self, number: &Number, currency: Option<&'static str>, end: usize) -> Unit {
        let next = number.end;
        let made = |end: usize, of: &str| Unit { end, of: Some(of.to_owned()), money: false };
        if let Some(code) = currency {
            // "$500 US", "$1.5m AUD"
            let written = self.written(next);
            let other = CURRENCIES.get(&format!("$ {written}")).filter(|_| code == "USD");
            let code = other.or_else(|| CURRENCIES.get(written).filter(|found| *found == code)).unwrap_or(code);
            let dollars = self.word(next) == "dollars" || other.is_some() || CURRENCIES.get(written) == Some(code);
            return Unit { end: next + usize::from(dollars && next < end), of: Some(code.to_owned()), money: true };
        }
        let suffix = number.suffix.of(self.text);
        match suffix {
            "" => {}
            "pc" => return made(next, "%"),
            _ => return made(next, suffix),
        }
        if matches!(self.word(next), "%" | "percent" | "pct") {
            let points = matches!(self.word(next + 1), "point" | "points");
            return if points { made(next + 2, "percentage points") } else { made(next + 1, "%") };
        }
        if self.word(next) == "per" && self.word(next + 1) == "cent" {
            return made(next + 2, "%");
        }
        if self.word(next) == "percentage" && matches!(self.word(next + 1), "point" | "points") {
            return made(next + 2, "percentage points");
        }
        let hyphen = self.is_hyphen(next) && self.glued(next) && self.glued(next + 1);
        if hyphen && self.is_percent(next + 1) {
            return made(next + 2, "%");
        }
        for count in [3, 2, 1] {
            // "millions of dollars"
            let of = number.form == Form::Vague && self.word(next) == "of";
            let from = if hyphen || of { next + 1 } else { next };
            if from + count <= end {
                let name = self.words[from..from + count].join(" ");
                let name = name.strip_prefix("u . s ").map_or(name.clone(), |rest| format!("us {rest}"));
                if name.chars().all(|c| c.is_lowercase() || c == ' ')
                    && let Some(code) = CURRENCIES.get(&name)
                {
                    return Unit { end: from + count, of: Some(code.to_owned()), money: true };
                }
            }
        }
        let of = next + usize::from(self.word(next) == "of");
        if self.word(of) == "u" && self.word(of + 2) == "s" && self.word(of + 4) == "dollars" {
            return Unit { end: of + 5, of: Some("USD".to_owned()), money: true };
        }
        if self.word(next) == "°" {
            let scale = matches!(self.written(next + 1), "C" | "F") && self.glued(next + 1);
            return if scale {
                made(next + 2, &format!("°{}", self.written(next + 1)))
            } else {
                made(next + 1, "degrees")
            };
        }
        // "a 12,000-strong crew"
        if hyphen && self.word(next + 1) == "strong" {
            return Unit { end: next + 2, of: None, money: false };
        }
        let bounds = matches!(self.word(next + 1), "plus" | "odd" | "ish" | "something");
        if hyphen && !bounds && !is_closed(self.word(next + 1)) && self.word(next + 1).starts_with(char::is_alphabetic)
        {
            // "a 20-mile stretch", "three-member panel"
            return made(next + 2, self.written(next + 1));
        }
        if UNITS.has(self.written(next))
            && !matches!(self.written(next), "A" | "in" | "t" | "V" | "x")
            && number.form == Form::Digits
        {
            return made(next + 1, self.written(next));
        }
        Unit { end: next, of: None, money: false }
    }

    /// How the words before `at` bound it, and where they begin.
    fn bound(&self, at: usize, number: usize) -> (Bound, usize) {
        for end in [at, number] {
            for count in (1..=4).rev().filter(|count| *count <= end) {
                let phrase = self.words[end - count..end].join(" ");
                if count == 1 && end > 1 && self.governs(end - 2, &phrase) {
                    break;
                }
                if let Some(bound) = BOUNDS.get(&phrase) {
                    // "10 percent more than the 50"
                    let compared = phrase.ends_with(" than") && self.is_measure(end - count);
                    return if compared { (Bound::Exact, at) } else { (named(bound), end - count) };
                }
            }
        }
        // "at least another 20", "over the 155", "nearly a dozen"
        if at >= 2 && matches!(self.before(at), "another" | "the" | "a" | "an" | "its" | "their" | "all") {
            for count in (1..=3).rev().filter(|count| *count < at) {
                let phrase = self.words[at - 1 - count..at - 1].join(" ");
                // "over the five" is no bound, "more than the five" is.
                if let Some(bound) = BOUNDS.get(&phrase).filter(|_| count > 1 || self.before(at) == "another") {
                    if phrase.ends_with(" than") && self.is_measure(at - 1 - count) {
                        break;
                    }
                    return (named(bound), at - 1 - count);
                }
            }
        }
        (Bound::Exact, at)
    }

    /// Whether the word before `at` ends a measure, so that "more than" behind it compares and bounds nothing.
    fn is_measure(&self, at: usize) -> bool {
        matches!(self.before(at), "%" | "percent" | "cent" | "times" | "points" | "fold")
            || self.before(at).starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether a word takes the preposition after it: "information about", "a dispute over".
    fn governs(&self, at: usize, preposition: &str) -> bool {
        let word = self.word(at);
        [WordClass::Noun, WordClass::Verb]
            .iter()
            .any(|class| GOVERNING.has(&format!("{} {preposition}", lemma(word, *class))))
    }

    /// The bound that follows a number ("or more", "or so", "plus") instead of one before it.
    fn bound_after(&self, at: usize, before: Bound) -> (Bound, usize) {
        let hyphen = usize::from(self.is_hyphen(at) && self.glued(at));
        match (self.word(at), self.word(at + 1)) {
            ("or", "more" | "above" | "higher") | ("and", "above" | "up" | "counting") => (Bound::AtLeast, at + 2),
            ("or", "fewer" | "less" | "below" | "lower") => (Bound::AtMost, at + 2),
            ("or", "so") => (Bound::About, at + 2),
            ("+", _) => (Bound::AtLeast, at + 1),
            _ => match self.word(at + hyphen) {
                "plus" if before == Bound::Exact => (Bound::AtLeast, at + hyphen + 1),
                "odd" | "ish" | "something" if hyphen == 1 => (Bound::About, at + 2),
                _ => (before, at),
            },
        }
    }

    /// "between 10 and 20", "10-20", "20 to 30", "two or three", "$200 to $4 million".
    fn range(&self, at: usize, number: &Number, first: &Unit, bound: Bound, end: usize) -> Option<Found> {
        let link = first.end;
        let hyphen = self.is_hyphen(number.end)
            && self.word(number.end + 1).starts_with(|c: char| c.is_ascii_digit() || "$£€".contains(c));
        let link = if hyphen { number.end } else { link };
        let (_, bounded) = self.bound(at, at);
        let before = self.before(if self.before(at) == "between" { at } else { bounded });
        match self.word(link) {
            "and" if before == "between" => {}
            "to" if before == "from" && self.changes(at - 1) => return None,
            // "fell 4 percent to 60 percent"
            "to" if first.of.is_some() && before != "from" && self.changes(at) => return None,
            "to" | "or" => {}
            _ if hyphen || self.is_hyphen(link) && first.of.is_some() => {}
            _ => return None,
        }
        let (start, currency) = self.currency(link + 1, end);
        let second = self.number(start, end, currency.is_some() || first.money)?;
        if second.form == Form::Fraction || number.form == Form::Fraction || second.form == Form::Vague {
            return None;
        }
        let unit = self.unit(&second, currency, end);
        // "1 to 2 thousand", "$89 to $93 billion"
        let shared = number.scale == 1.0
            && second.scale > 1.0
            && number.value < 1000.0
            && number.value * second.scale < second.value;
        let value = if shared { number.value * second.scale } else { number.value };
        if second.value <= value {
            return None;
        }
        if self.word(link) == "or" && (second.value > value * 3.0 || second.value - value > 10.0 && first.of.is_none())
        {
            return None;
        }
        let of = match (&first.of, &unit.of) {
            (Some(of), other) if !first.money && Some(of) != other.as_ref() && !hyphen => return None,
            (Some(_), _) if first.money && currency.is_none() && !unit.money => return None,
            (Some(of), _) => Some(of.clone()),
            (None, other) => other.clone(),
        };
        let (bound, past) = self.bound_after(unit.end, bound);
        let thing = if of.is_some() { None } else { self.counted(past, end, &second) };
        let last = thing.as_ref().map_or(past, |thing| thing.end);
        let of = of.or_else(|| thing.map(|thing| thing.span.of(self.text).to_owned()));
        if of.is_none() && !matches!(before, "between" | "from") && self.word(link) != "to" {
            return None;
        }
        let elided = of.is_none() && UNDERSTOOD.has(self.word(past));
        let span = number.span.cover(second.span);
        let quantity = Quantity { span, value, to: Some(second.value), bound, of, vague: false };
        Some(Found { end: last.max(second.end), quantities: vec![quantity], elided })
    }

    /// Whether the clause before says that something rose or fell, so that "from 10 to 20" is no range.
    fn changes(&self, at: usize) -> bool {
        (at.saturating_sub(8)..at).any(|at| CHANGES.has(&lemma(self.word(at), WordClass::Verb)))
    }

    /// The noun phrase after a number.
    fn counted(&self, at: usize, end: usize, number: &Number) -> Option<Thing> {
        let mut from = at;
        let mut partitive = false;
        if self.word(from) == "of" {
            partitive = true;
            from += 1;
        }
        while matches!(
            self.word(from),
            "the" | "these" | "those" | "its" | "their" | "his" | "her" | "our" | "my" | "your" | "a" | "an"
        ) && (partitive || number.form == Form::Fraction)
        {
            from += 1;
            partitive = true;
        }
        // "four of the six bridges": the bridges, which are counted by themselves too.
        let mut inner = None;
        if partitive
            && number.form != Form::Vague
            && let Some(whole) = self.number(from, end, false).filter(|whole| whole.suffix.is_empty())
            && matches!(whole.form, Form::Digits | Form::Words)
            && !self.is_hyphen(whole.end)
        {
            inner = Some(from);
            from = whole.end;
        }
        while matches!(self.word(from), "more" | "other" | "additional" | "further" | "extra" | "such") {
            from += 1;
        }
        let singular = number.value == 1.0 || partitive || number.form == Form::Fraction;
        let mut head = None;
        let mut last = from;
        while last < end.min(from + 8) {
            let word = self.word(last);
            let capital = self.written(last).starts_with(char::is_uppercase);
            if self.is_hyphen(last) && self.glued(last) && self.glued(last + 1) && last > from {
                last += 1;
                continue;
            }
            if matches!(word, "'" | "’") && self.word(last + 1) == "s" && self.glued(last) && last > from {
                // "155 of the country’s soldiers": the owner is no head.
                last += 2;
                head = None;
                continue;
            }
            // "thousands of U.S. troops"
            if last == from
                && self.written(last).len() == 1
                && capital
                && self.word(last + 1) == "."
                && self.glued(last + 1)
            {
                while self.written(last).len() == 1
                    && self.written(last).starts_with(char::is_uppercase)
                    && self.word(last + 1) == "."
                {
                    last += 2;
                }
                continue;
            }
            let acronym = self.written(last).len() > 1 && self.written(last).chars().all(char::is_uppercase);
            let closed = is_closed(word) && !acronym && !(capital && last > from && word.len() > 3);
            if !word.starts_with(char::is_alphanumeric) || closed {
                break;
            }
            if word.starts_with(|c: char| c.is_ascii_digit()) && head.is_none() {
                // "Leopard 2 tanks", "F-16 jets"
                let named =
                    last > from && (self.is_hyphen(last - 1) || self.written(last - 1).starts_with(char::is_uppercase));
                if !named {
                    break;
                }
                last += 1;
                continue;
            }
            if self.plural(last) {
                head = Some(last);
                let next =
                    self.plural(last + 1) && !classes(&lemma(self.word(last + 1), WordClass::Verb)).contains('v');
                if next {
                    last += 1;
                    continue;
                }
                let possessive = matches!(self.word(last + 1), "'" | "’") && self.glued(last + 1);
                if possessive && self.word(last + 2) != "s" && self.noun(last + 2) {
                    last += 2;
                    continue;
                }
                break;
            }
            // "20 Palestinians", but "20 Solar Farms workers".
            let nationals = capital && word.len() > 4 && word.ends_with('s') && !word.ends_with("ss");
            if nationals && !self.written(last + 1).starts_with(char::is_uppercase) && !self.plural(last + 1) {
                head = Some(last);
                break;
            }
            if !capital && !self.noun(last) && !self.modifies(last, end) {
                break;
            }
            last += 1;
        }
        let head = match head {
            Some(head) => head,
            None => {
                // Without a plural only a singular that is counted as one, or a noun that has no plural, is a head.
                let before = last.checked_sub(1).filter(|before| *before >= from)?;
                let fits = singular || self.invariable(before) || self.noun(before) && !self.is_verb(before);
                if !fits || self.is_hyphen(before) || !self.written(before).starts_with(char::is_alphanumeric) {
                    return None;
                }
                before
            }
        };
        if head < from {
            return None;
        }
        Some(Thing { end: inner.unwrap_or(head + 1), span: self.tokens[from].span.cover(self.tokens[head].span) })
    }

    /// Whether a word is a plural noun in small letters, or one whose plural has no ending.
    fn plural(&self, at: usize) -> bool {
        let word = self.word(at);
        if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return false;
        }
        if is_closed(word) {
            return false;
        }
        if matches!(word, "people" | "police" | "percent" | "times" | "troops") {
            return word != "percent";
        }
        let single = lemma(word, WordClass::Noun);
        single != word && (classes(&single).contains('n') || !classes(&single).contains('v'))
    }

    fn invariable(&self, at: usize) -> bool {
        matches!(
            self.word(at),
            "aircraft"
                | "staff"
                | "personnel"
                | "police"
                | "people"
                | "sheep"
                | "fish"
                | "cattle"
                | "series"
                | "dead"
                | "spacecraft"
                | "horsepower"
                | "crew"
                | "square"
                | "acre"
                | "foot"
                | "seat"
                | "strong"
        )
    }

    /// Whether a word may be a noun: it is known as one, or not known at all.
    fn noun(&self, at: usize) -> bool {
        let word = self.word(at);
        if !word.starts_with(char::is_alphabetic) || is_closed(word) {
            return false;
        }
        let known = classes(&lemma(word, WordClass::Noun));
        known.contains('n')
            || known.is_empty() && classes(&lemma(word, WordClass::Verb)).is_empty() && !word.ends_with("ly")
    }

    fn is_verb(&self, at: usize) -> bool {
        let word = self.word(at);
        word.ends_with("ed") || word.ends_with("ing") || !classes(word).contains('n') && classes(word).contains('v')
    }

    /// Whether a word that is no noun belongs to a noun phrase that goes on: an adjective, a participle before a noun.
    fn modifies(&self, at: usize, end: usize) -> bool {
        let word = self.word(at);
        let adjective = classes(word).contains('a') || word.ends_with("ed") || word.ends_with("ing");
        let next = at + 1;
        adjective
            && next < end
            && !is_closed(self.word(next))
            && (self.plural(next) || self.noun(next) || classes(self.word(next)).contains('a'))
    }

    /// Whether a number without a noun still counts: "140 were injured", "killing 12", "rose to 1,478".
    fn stands_alone(&self, at: usize, number: &Number, past: usize, bounded: usize) -> bool {
        if number.form == Form::Fraction {
            return bounded < at;
        }
        let before = self.before(at);
        if number.form == Form::Words && number.scale == 1.0 {
            let one = number.value == 1.0;
            let predicate = UNDERSTOOD.has(self.word(past));
            let definite =
                matches!(before, "the" | "these" | "those" | "all" | "any" | "no" | "this" | "that" | "which");
            return !one && predicate && !definite;
        }
        // A number of a list or a note.
        let closed = matches!(self.word(past), ")" | "]") && matches!(before, "(" | "[");
        !(closed && number.value < 100.0 || at == 0 && matches!(self.word(past), "." | ")"))
    }
}

struct Unit {
    end: usize,
    of: Option<String>,
    money: bool,
}

struct Thing {
    end: usize,
    span: Span,
}

fn named(bound: &str) -> Bound {
    match bound {
        "at_least" => Bound::AtLeast,
        "at_most" => Bound::AtMost,
        "more_than" => Bound::MoreThan,
        "less_than" => Bound::LessThan,
        "about" => Bound::About,
        _ => Bound::Exact,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{marked, time};

    fn read(text: &str) -> Vec<Quantity> {
        let (sentences, tokens) = marked::paragraph(text);
        let times = time::times(text, &sentences, &tokens, None);
        quantities(text, &sentences, &tokens, &times)
    }

    fn sign(bound: Bound) -> &'static str {
        match bound {
            Bound::Exact => "",
            Bound::AtLeast => ">=",
            Bound::AtMost => "<=",
            Bound::MoreThan => ">",
            Bound::LessThan => "<",
            Bound::About => "~",
        }
    }

    /// Each number stands in square brackets with, after a bar, its bound, its value, the upper one of a range after
    /// two dots, a question mark where it is vague, and the thing counted.
    #[track_caller]
    fn check(expected: &str) {
        let told = |quantity: Quantity| {
            let to = quantity.to.map_or(String::new(), |to| format!("..{to}"));
            let vague = if quantity.vague { "?" } else { "" };
            let of = quantity.of.map_or(String::new(), |of| format!(" {of}"));
            let value = (quantity.value * 1000.0).round() / 1000.0;
            (quantity.span, format!("{}{value}{to}{vague}{of}", sign(quantity.bound)))
        };
        marked::check(expected, |text| read(text).into_iter().map(told).collect());
    }

    #[test]
    fn tables() {
        for table in [BOUNDS, CURRENCIES, UNITS, NUMBERED, GOVERNING, STREETS, CHANGES, UNDERSTOOD] {
            table.check();
        }
        for (words, bound) in BOUNDS.lines() {
            assert_ne!(named(bound), Bound::Exact, "{words} is {bound}");
        }
    }

    #[test]
    fn things_counted() {
        check(
            "Intelligence has information about [155|155 Chinese nationals] Chinese nationals fighting for the army.",
        );
        check("It captured [two|2 Chinese men] Chinese men fighting alongside the army.");
        check("There are [155|155 people] people, with names.");
        check(
            "[12|12 Norwegians] Norwegians met the [three|3 ministers] ministers and [eight|8 employees] other employees.",
        );
        check("[Two|2 deputies] deputies of the mayor left. [Two|2 captives] of the captives stayed.");
        check("[Two|2 mayor’s deputies] of the mayor’s deputies left.");
        check("[Three|3 police officers] police officers and [20|20 staff] staff were there.");
        check("[One|1 soldier] soldier died. One of the captives lived, and one day no one knew.");
        check("A [20|20 mile]-mile stretch and a [three|3 member]-member panel.");
        check("It weighs [20|20 km]km and [500|500 kg] kg.");
        check("It fell to [minus 20|-20 degrees] degrees, then [-5|-5 C]C; [38|38 °C]°C is rare.");
        check(
            "They sent [14|14 Leopard 2 tanks] Leopard 2 tanks, [six|6 F-16 jets] F-16 jets and [300|300 Model 3 cars] Model 3 cars.",
        );
        check("A [12,000|12000 crew]-strong crew.");
        check("[Two|2 people] more people came, and [12|12 wounded soldiers] wounded soldiers.");
    }

    #[test]
    fn bounds() {
        check("At least [155|>=155 citizens] citizens, up to [20|<=20 men] men, nearly [100|~100 homes] homes.");
        check(
            "More than [1.5 million|>1500000 voters] voters, fewer than [10|<10 seats] seats, some [300|~300 residents] residents.",
        );
        check("About [a dozen|~12 tents] tents, no more than [two|<=2 boats] boats, as many as [40|<=40 cars] cars.");
        check("[20|>=20 people] or more people; [30|~30 men] or so men; [40|>=40 shops]-plus shops.");
        check("Concerns about [20|20 men] men and a dispute over [five|5 islands] islands.");
        check("At least another [20|>=20 men] men were held.");
        check("It is [10|10 %] percent more than the £[1.9bn|1900000000 GBP] planned.");
        check("It was fined more than [7.5 million|>7500000 EUR] euros ($[8.1 million|>8100000 USD]).");
        check("[Ten|10 women] women and [four|4 children] children under 5 fell ill.");
    }

    #[test]
    fn orders_of_magnitude() {
        check(
            "[Thousands|>=2000? troops] of troops, [dozens|>=24? men] of men, [tens of thousands|>=20000? people] of people.",
        );
        check("More than [a hundred|>100 homes] homes and [hundreds|>=200? roofs] of roofs.");
        check("[Several hundred|>=200? drones] drones and [a few thousand|>=2000? men] men.");
    }

    #[test]
    fn money_and_shares() {
        check("He paid $[3,480|3480 USD] to a middleman, then €[2bn|2000000000 EUR] and £[40m|40000000 GBP].");
        check("It cost HK$[5|5 HKD], US$[6 million|6000000 USD], C $[7|7 CAD] and AUD[1.5m|1500000 AUD].");
        check("It is [92 million|92000000 CNY] yuan, [5|5 CAD] Canadian dollars, [20|20 EUR] euros.");
        check("Support fell [4.28|4.28 %] percent to [60|60 %]%, by [3|3 percentage points] percentage points.");
        check("[Two-thirds|0.667 voters] of voters and [a third|0.333 members] of the members.");
        check("[Half|0.5 population] the population");
        check(
            "[One in five|0.2 voters] voters and [seven in 10|0.7 farmers] farmers agree; [three in five|0.6] do not.",
        );
        check(
            "Up to [a third|<=0.333 homes] of the [3,400|3400 homes] homes, [four|4 bridges] of the [six|6 bridges] bridges.",
        );
        check("Sales grew more than [six|>6 fold]fold.");
        check("It cost $[200 to $4 million|200..4000000 USD].");
    }

    #[test]
    fn ranges() {
        check("Between [10 and 20|10..20 people] people, [20 to 30|20..30 boats] boats, [10-20|10..20 tents] tents.");
        check("[Two or three|2..3 men] men came. Growth of [5% to 10|5..10 %]%.");
        check("It is $[89 to $93 billion|89000000000..93000000000 USD].");
        check("It rose from [10|10 %] to [20|20 %] percent. It costs between nearly $[5 and $9|~5..9 USD].");
        check("It rose from [10|10 %] percent to [20|20 %] percent.");
        check("It rose from [12|12000000000 EUR] to [15.5 billion|15500000000 EUR] euros.");
    }

    #[test]
    fn inside_and_around() {
        check("[Thousands|>=2000? U.S. troops] of U.S. troops and [millions|>=2000000? USD] of dollars.");
        check("It began 12 turbulent years ago. The second half of it, a one-on-one talk, at one point on 97.1 FM.");
        check("A bill, H.R. 3826, would take [a third|0.333 annual budget] of the annual budget.");
    }

    #[test]
    fn nouns_understood() {
        check("Of [200|200 passengers] passengers, [12|12 passengers] were killed and [20|20 passengers] wounded.");
        check("At least [24|>=24] died.");
        check("[Two|2] were killed.");
    }

    #[test]
    fn what_counts_nothing() {
        check("She lives at 14 Harbour Road, he at 9 East 71st Street.");
        check("the ftse 100 and the nikkei 225 fell");
        check("A Boeing 747, Flight 370, Windows 10, Area 51, Section 8 and No. 5.");
        check("On 9 April 2025 at 6:22 a.m., for three days, she won 2-1 and 6-3.");
        check("Ida Brandt, 44, a 44-year-old, aged 44, met Okafor (37).");
        check("Call 555-0199 or 212-555-0199. It was version 1.2.3 of the F-16.");
        check("The two met. They held one another. It is 1998 again.");
        check("The Three Mile Island plant. The first and 2nd.");
    }

    #[test]
    fn long_texts_are_read_in_one_pass() {
        for piece in ["12 were ", "9pm ", "two to ", "1,234,", "$5 and ", "of U.S. ", "a half million ", "May 5 "] {
            let seconds = |bytes: usize| {
                let text = piece.repeat(bytes / piece.len());
                let start = std::time::Instant::now();
                let _ = read(&text);
                start.elapsed().as_secs_f64()
            };
            // Ten times the text may take ten times as long, and what a busy machine adds, but never a hundred.
            let (short, long) = (seconds(20_000), seconds(200_000));
            assert!(long < short * 50.0 + 1.0, "{piece:?} took {short} s, ten times as much took {long} s");
        }
    }

    proptest! {
        #[test]
        fn in_order_and_apart(
            text in "((two|5|1,000|1.5|million|\\$|%|per cent|of|the|men|between|and|to|-|from|at least|or|more|dozens|half|a|one|km|old|year|AUD5|US|\\.|,|Kyiv|killed)( |)){0,16}",
        ) {
            let found = read(&text);
            marked::assert_in_order_and_apart(&text, found.iter().map(|quantity| quantity.span));
            for quantity in found {
                prop_assert!(quantity.value.is_finite() && quantity.to.is_none_or(|to| to > quantity.value));
                prop_assert!(quantity.of.is_none_or(|of| !of.is_empty() && of.trim() == of));
            }
        }

        #[test]
        fn any_text(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
