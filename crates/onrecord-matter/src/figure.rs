//! Figures: the numbers of a claim, brought to one measure so that they can be held against each other.

use std::ops::Range;

use onrecord::record::{Bound, CodePoints, Quantity, Time, TimeKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::term::{Term, covered, rounded, terms, words};

/// A number that a claim gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Where it stands in its report.
    pub span: CodePoints,
    /// Its words.
    pub text: String,
    /// The number as it is given; of a range the lower one.
    pub value: f64,
    /// The upper number of a range.
    pub to: Option<f64>,
    /// How it is bounded.
    pub bound: Bound,
    /// The thing counted or the unit, as it is given.
    pub of: Option<String>,
    /// Only an order of magnitude ("dozens").
    pub vague: bool,
    /// What is measured.
    pub measure: Measure,
    /// Beyond those that were counted already: "two others", "dozens more".
    pub further: bool,
    /// The terms near it, which tell one length from another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    #[serde(skip)]
    pub(crate) near: Vec<Term>,
}

/// What a figure measures, with what it takes to bring it to the measure's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A physical quantity or money: its name, and the factor to its common unit.
    Unit {
        /// "length", "time", "mass", "%", an ISO 4217 code, …
        name: String,
        /// How many common units the given one is.
        factor: f64,
    },
    /// How many of something; the noun's head in lower case, none where it is left out.
    Count {
        /// The head.
        of: Option<String>,
    },
}

/// How two figures stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They measure different things.
    Unlike,
    /// Both can hold.
    Compatible,
    /// The same number.
    Equal,
    /// They cannot both be the last word.
    Conflict,
}

impl Figure {
    /// Of a quantity in a record.
    #[must_use]
    pub fn of_quantity(quantity: &Quantity) -> Figure {
        Figure {
            span: quantity.span,
            text: quantity.text.clone(),
            value: quantity.value,
            to: quantity.to,
            bound: quantity.bound,
            of: quantity.of.clone(),
            vague: quantity.vague,
            measure: measure(quantity.of.as_deref()),
            further: false,
            near: Vec::new(),
        }
    }

    /// Of a duration ("around 15 seconds"); nothing for dates and for what has no length.
    #[must_use]
    pub fn of_time(time: &Time) -> Option<Figure> {
        if time.kind != TimeKind::Duration {
            return None;
        }
        let value = time.value.as_deref()?;
        let (part, rest) = match value.strip_prefix("PT") {
            Some(rest) => (true, rest),
            None => (false, value.strip_prefix('P')?),
        };
        let unit = rest.chars().next_back()?;
        let number: f64 = rest[..rest.len() - unit.len_utf8()].parse().ok()?;
        let factor = match (part, unit) {
            (true, 'S') => 1.0,
            (true, 'M') => 60.0,
            (true, 'H') => 3600.0,
            (false, 'D') => 86_400.0,
            (false, 'W') => 604_800.0,
            (false, 'M') => 2_629_746.0,
            (false, 'Y') => 31_556_952.0,
            _ => return None,
        };
        Some(Figure {
            span: time.span,
            text: time.text.clone(),
            value: number,
            to: None,
            bound: Bound::Exact,
            of: time.text.split_whitespace().next_back().map(str::to_owned),
            vague: false,
            measure: Measure::Unit { name: "time".to_owned(), factor },
            further: false,
            near: Vec::new(),
        })
    }

    /// With what stands around it in a text, at these bytes.
    pub(crate) fn within(mut self, lexicon: &Lexicon, text: &str, at: &Range<usize>) -> Figure {
        let (Some(before), Some(after)) = (text.get(..at.start), text.get(at.end..)) else { return self };
        let clause = |text: &str| text.split([',', ';', '(', ')']).next().unwrap_or("").to_owned();
        let behind = clause(after);
        let next: Vec<&str> = words(&behind).map(|(_, word)| word).take(3).collect();
        let last: Vec<&str> = words(before).map(|(_, word)| word).collect();
        let last = &last[last.len().saturating_sub(5)..];
        let further = |word: &&str| matches!(word.to_lowercase().as_str(), "other" | "others" | "more" | "further");
        self.further = next.iter().take(2).any(further)
            || last.last().is_some_and(|word| matches!(word.to_lowercase().as_str(), "another" | "further"));
        let unit = |word: &&str| {
            let word = word.to_lowercase();
            UNITS.iter().any(|(unit, ..)| word.strip_suffix('s').unwrap_or(&word) == *unit)
        };
        let around: Vec<&str> = last.iter().copied().chain(words(&behind).map(|(_, word)| word).take(6)).collect();
        let around: Vec<&str> = around.into_iter().filter(|word| !unit(word)).collect();
        self.near = terms(lexicon, &around.join(" "), "");
        self.near.iter_mut().for_each(|term| term.weight = rounded(term.weight));
        self
    }

    /// Whether two figures of one measure are given for one thing, as far as what stands near them tells.
    pub(crate) fn is_of_one_thing(&self, lexicon: &Lexicon, other: &Figure) -> bool {
        match (&self.measure, &other.measure) {
            (Measure::Unit { name, .. }, Measure::Unit { .. })
                if matches!(name.as_str(), "length" | "mass" | "area" | "time" | "speed") =>
            {
                let meets = |a: &[Term], b: &[Term]| covered(lexicon, a, b);
                meets(&self.near, &other.near).max(meets(&other.near, &self.near)) >= 0.34
            }
            _ => self.further == other.further,
        }
    }

    /// How it stands to another figure that is given for the same thing.
    #[must_use]
    pub fn agreement(&self, lexicon: &Lexicon, other: &Figure) -> Agreement {
        let Some(counts) = same_measure(lexicon, &self.measure, &other.measure) else { return Agreement::Unlike };
        let (a, b) = (self.range(), other.range());
        if (self.value, self.to, self.factor()) == (other.value, other.to, other.factor()) {
            return Agreement::Equal;
        }
        // Other units are rounded: six miles are ten kilometres to a newspaper.
        let slack = if counts { 0.0 } else { 0.06 };
        if a.0 <= b.1 * (1.0 + slack) && b.0 <= a.1 * (1.0 + slack) {
            Agreement::Compatible
        } else {
            Agreement::Conflict
        }
    }

    /// The value in its measure's common unit.
    #[must_use]
    pub fn common(&self) -> f64 {
        self.value * self.factor()
    }

    fn factor(&self) -> f64 {
        match self.measure {
            Measure::Unit { factor, .. } => factor,
            Measure::Count { .. } => 1.0,
        }
    }

    /// From where to where the true number would lie if this were the last word. A paper that has 300 as a lower bound knows
    /// of no 1,500.
    fn range(&self) -> (f64, f64) {
        let (low, high) = (self.value * self.factor(), self.to.unwrap_or(self.value) * self.factor());
        match self.bound {
            _ if self.vague => (low, low * 4.5),
            Bound::Exact => (low, high),
            Bound::About => (low * 0.88, high * 1.12),
            Bound::AtLeast | Bound::MoreThan => (low, high * 2.0),
            Bound::AtMost | Bound::LessThan => (low / 2.0, high),
        }
    }
}

/// Whether two measures are one, and if so whether it is a count.
fn same_measure(lexicon: &Lexicon, a: &Measure, b: &Measure) -> Option<bool> {
    match (a, b) {
        (Measure::Unit { name: a, .. }, Measure::Unit { name: b, .. }) => (a == b).then_some(false),
        (Measure::Count { of: Some(a) }, Measure::Count { of: Some(b) }) => {
            let close = || Some(lexicon.cosine(lexicon.find(a)?, lexicon.find(b)?) >= 0.5);
            (a == b || is_anything(a) || is_anything(b) || close().unwrap_or(false)).then_some(true)
        }
        (Measure::Count { .. }, Measure::Count { .. }) => Some(true),
        _ => None,
    }
}

/// Nouns that stand for whatever is counted.
fn is_anything(noun: &str) -> bool {
    matches!(noun, "people" | "person" | "others" | "more" | "dead" | "persons" | "victims")
}

/// Units as newspapers write them, with their measure and the factor to its common unit.
const UNITS: &[(&str, &str, f64)] = &[
    ("kilometer", "length", 1000.0),
    ("kilometre", "length", 1000.0),
    ("km", "length", 1000.0),
    ("mile", "length", 1609.344),
    ("meter", "length", 1.0),
    ("metre", "length", 1.0),
    ("foot", "length", 0.3048),
    ("feet", "length", 0.3048),
    ("yard", "length", 0.9144),
    ("inch", "length", 0.0254),
    ("inche", "length", 0.0254),
    ("kilogram", "mass", 1.0),
    ("kg", "mass", 1.0),
    ("pound", "mass", 0.453_592_37),
    ("ton", "mass", 1000.0),
    ("tonne", "mass", 1000.0),
    ("mph", "speed", 1.609_344),
    ("kph", "speed", 1.0),
    ("hectare", "area", 1.0),
    ("acre", "area", 0.404_685_642),
    ("magnitude", "magnitude", 1.0),
    ("percent", "%", 1.0),
    ("%", "%", 1.0),
];

pub(crate) fn measure(of: Option<&str>) -> Measure {
    let Some(of) = of else { return Measure::Count { of: None } };
    let money = of.len() == 3 && of.bytes().all(|byte| byte.is_ascii_uppercase());
    if money {
        return Measure::Unit { name: of.to_owned(), factor: 1.0 };
    }
    let first = of.split(|c: char| c.is_whitespace() || c == '-').next().unwrap_or("").to_lowercase();
    let single = first.strip_suffix('s').unwrap_or(&first);
    if let Some((_, name, factor)) = UNITS.iter().find(|(unit, ..)| *unit == single || *unit == first) {
        return Measure::Unit { name: (*name).to_owned(), factor: *factor };
    }
    Measure::Count { of: words(of).last().map(|(_, word)| word.to_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(given: &str) -> Figure {
        let mut parts = given.split(' ');
        let bound = match parts.next() {
            Some(">=") => Bound::AtLeast,
            Some(">") => Bound::MoreThan,
            Some("~") => Bound::About,
            _ => Bound::Exact,
        };
        let value = parts.next().and_then(|number| number.parse().ok()).expect("a number");
        let of: Vec<&str> = parts.collect();
        let of = (!of.is_empty()).then(|| of.join(" "));
        Figure::of_quantity(&Quantity {
            span: CodePoints(0, 1),
            text: String::new(),
            value,
            to: None,
            bound,
            of,
            vague: false,
        })
    }

    #[test]
    fn agreement() {
        let lexicon = Lexicon::embedded();
        for (a, b, expected) in [
            ("= 10 kilometres", "= 6 miles", Agreement::Compatible),
            ("= 10 kilometres", "= 10 km", Agreement::Equal),
            ("= 10 kilometres", "= 34 miles", Agreement::Conflict),
            ("= 5 people", "= 11", Agreement::Conflict),
            (">= 5 people", "= 7 villagers", Agreement::Compatible),
            (">= 300 houses", "= 1500 homes", Agreement::Conflict),
            ("~ 230000 people", "= 220000 people", Agreement::Compatible),
            ("= 3 houses", "= 3 quakes", Agreement::Unlike),
            ("= 3 EUR", "= 3 USD", Agreement::Unlike),
            ("= 3 houses", "= 3 kilometres", Agreement::Unlike),
        ] {
            assert_eq!(figure(a).agreement(&lexicon, &figure(b)), expected, "{a} | {b}");
            assert_eq!(figure(b).agreement(&lexicon, &figure(a)), expected, "{b} | {a}");
        }
    }
}
