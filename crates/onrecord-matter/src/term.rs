//! Terms: the words of a claim that carry its matter, and how well those of two claims cover each other.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::Lexicon;
use crate::hash::Hash;
use crate::lexicon::Word;
use crate::split::STATES;

/// The least weight of a word that is kept: what a third of all reports have says little of any.
const LEAST: f32 = 0.12;
/// What a word counts at least, so that a common verb is not lost among rare names.
const FLOOR: f32 = 0.35;
/// Cosines up to the first count for nothing, from the second on for the same.
const FAR: f32 = 0.45;
const NEAR: f32 = 0.85;
/// What two words of one class count at least.
const ONE_CLASS: f32 = 0.8;
/// What a word counts that stands in another part of the claim.
pub(crate) const ASIDE: f32 = 0.4;
/// What a word counts that only frames what is claimed.
const FRAMING: f32 = 0.3;
/// What two forms of one name count: "Zelensky", "Zelenskyy"; "Sumatra", "Sumatran".
const NAMESAKE: f32 = 0.9;

/// A word of a claim with what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) word: Lexeme,
    /// The word's class, or a hash of a name.
    pub(crate) key: u64,
    /// From 0 to 1, in steps of a 255th, as it is kept.
    pub(crate) weight: f32,
    /// Has no meaning beyond what it names.
    pub(crate) name: bool,
    /// Stands in another part of the claim.
    pub(crate) aside: bool,
    /// Tells what happens: a form of a verb, or a state.
    pub(crate) predicate: bool,
}

/// A word in lower case: one of the table, or the hash of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Lexeme {
    Known(Word),
    Other(u32),
}

impl Lexeme {
    fn of(lexicon: &Lexicon, word: &str) -> Lexeme {
        lexicon.find(word).map_or_else(|| Lexeme::Other(Hash::of(word) as u32), Lexeme::Known)
    }
}

/// What a term counts, as it is kept.
pub(crate) fn rounded(weight: f32) -> f32 {
    (weight * 255.0).round() / 255.0
}

/// The key of a word of the table: its class, or for a name what its forms share.
pub(crate) fn known_key(word: Word) -> u64 {
    static KEYS: LazyLock<Vec<u64>> = LazyLock::new(|| {
        let lexicon = Lexicon::embedded();
        let key = |word| match lexicon.is_name(word) {
            true => Hash::of(stem(lexicon.text(word))),
            false => u64::from(lexicon.class(word)),
        };
        lexicon.all().map(key).collect()
    });
    KEYS[word.0 as usize]
}

/// Words that frame what is claimed: data/framing.tsv.
static FRAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/framing.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

/// A word of a text where it stands, as bytes; numbers and marks are none.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphabetic)?;
        let length = text[start..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - start);
        rest = start + length;
        Some((start, &text[start..rest]))
    })
}

/// The terms of a part of a claim, each once; `whole` is the text that is shown for it, whose other words count less.
pub(crate) fn terms(lexicon: &Lexicon, core: &str, whole: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let both = words(core).map(|(_, word)| (word, false)).chain(words(whole).map(|(_, word)| (word, true)));
    for (written, aside) in both {
        let word = written.to_lowercase();
        let lexeme = Lexeme::of(lexicon, &word);
        if word.chars().nth(1).is_none() || terms.iter().any(|term| term.word == lexeme) {
            continue;
        }
        let known = if let Lexeme::Known(known) = lexeme { Some(known) } else { None };
        let telling = known.map_or(1.0, |known| lexicon.weight(known));
        if telling < LEAST {
            continue;
        }
        let name = known.is_none_or(|known| lexicon.is_name(known));
        let key = known.map_or_else(|| Hash::of(stem(&word)), known_key);
        // A word that is no name and in no table is more often a slip than a term.
        let telling = if name && !written.starts_with(char::is_uppercase) { telling / 2.0 } else { telling };
        let framing = FRAMES.contains(word.as_str());
        let is_verb =
            known.is_some_and(|known| lexicon.is_finite(known) && !written.ends_with('s') || lexicon.is_past(known));
        let doing = word.strip_suffix("ing").is_some_and(|stem| lexicon.find(&format!("{stem}ed")).is_some());
        let predicate = !framing && !name && (is_verb || doing || STATES.contains(&word.as_str()));
        let mut weight = FLOOR + (1.0 - FLOOR) * telling;
        if framing {
            weight *= FRAMING;
        }
        if aside {
            weight *= ASIDE;
        }
        terms.push(Term { word: lexeme, key, weight, name, aside, predicate });
    }
    terms
}

/// How well one claim's terms are covered by another's: the share of their weight that finds its like, 0 to 1.
pub(crate) fn covered(lexicon: &Lexicon, terms: &[Term], by: &[Term]) -> f32 {
    Likenesses::new(lexicon, terms, by).side().covered()
}

/// How far each term of one claim can stand for each of another's.
#[derive(Debug)]
pub(crate) struct Likenesses<'a> {
    a: &'a [Term],
    b: &'a [Term],
    /// Row by row, a row for each of the first.
    all: Vec<f32>,
}

impl<'a> Likenesses<'a> {
    pub(crate) fn new(lexicon: &Lexicon, a: &'a [Term], b: &'a [Term]) -> Likenesses<'a> {
        let mut all = Vec::with_capacity(a.len() * b.len());
        for x in a {
            all.extend(b.iter().map(|y| likeness(lexicon, x, y)));
        }
        Likenesses { a, b, all }
    }

    /// The same, unless it turns out before the end that the first cannot be covered well enough by the second: `enough` tells
    /// of how much it is at most whether that is enough.
    pub(crate) fn if_enough(
        lexicon: &Lexicon,
        a: &'a [Term],
        b: &'a [Term],
        enough: impl Fn(f32) -> bool,
    ) -> Option<Likenesses<'a>> {
        let mut all = vec![0.0; a.len() * b.len()];
        let weight: f32 = a.iter().map(|term| term.weight).sum();
        let mut most = weight;
        // What is like a name is told at once.
        for names in [true, false] {
            for (at, x) in a.iter().enumerate().filter(|(_, x)| x.name == names) {
                let row = &mut all[at * b.len()..][..b.len()];
                let mut greatest = 0.0;
                for (like, y) in row.iter_mut().zip(b) {
                    *like = likeness(lexicon, x, y);
                    greatest = f32::max(greatest, *like);
                }
                most -= x.weight * (1.0 - greatest);
                if !names && weight > 0.0 && !enough(most / weight) {
                    return None;
                }
            }
        }
        Some(Likenesses { a, b, all })
    }

    /// As the first has it.
    pub(crate) fn side(&self) -> Side<'_> {
        Side { a: self.a, b: self.b, all: &self.all, row: self.b.len(), column: 1 }
    }

    /// As the second has it.
    pub(crate) fn turned(&self) -> Side<'_> {
        Side { a: self.b, b: self.a, all: &self.all, row: 1, column: self.b.len() }
    }

    pub(crate) fn greatest(&self) -> f32 {
        self.all.iter().copied().fold(0.0, f32::max)
    }
}

/// How the terms of one claim find their like in another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub(crate) a: &'a [Term],
    pub(crate) b: &'a [Term],
    all: &'a [f32],
    /// From a term of the first to the next, and from one of the second.
    row: usize,
    column: usize,
}

impl<'a> Side<'a> {
    /// The terms of the second with their likeness to one of the first.
    pub(crate) fn to(self, a: usize) -> impl Iterator<Item = (&'a Term, f32)> {
        self.b.iter().zip(self.all[a * self.row..].iter().step_by(self.column).copied())
    }

    /// The share of the first's weight that finds its like in the second, 0 to 1.
    pub(crate) fn covered(self) -> f32 {
        let mut weight = 0.0;
        let mut found = 0.0;
        for (at, term) in self.a.iter().enumerate() {
            weight += term.weight;
            let met = self.to(at).map(|(other, like)| like * if other.aside && !term.aside { ASIDE } else { 1.0 });
            found += term.weight * met.fold(0.0, f32::max);
        }
        if weight == 0.0 { 0.0 } else { found / weight }
    }
}

/// How far one term can stand for another, 0 to 1.
fn likeness(lexicon: &Lexicon, a: &Term, b: &Term) -> f32 {
    if a.word == b.word {
        return 1.0;
    }
    match (a.name, b.name) {
        (true, true) if a.key == b.key => NAMESAKE,
        (false, false) => {
            let (Lexeme::Known(x), Lexeme::Known(y)) = (a.word, b.word) else { return 0.0 };
            let close = ((lexicon.cosine(x, y) - FAR) / (NEAR - FAR)).clamp(0.0, 1.0);
            if a.key == b.key { close.max(ONE_CLASS) } else { close }
        }
        _ => 0.0,
    }
}

/// The beginning of a name that its spellings and its nationals share.
pub(crate) fn stem(name: &str) -> &str {
    let length = name.chars().count();
    let kept = match length {
        0..=4 => length,
        5..=7 => 5,
        _ => 6,
    };
    name.char_indices().nth(kept).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, least: f32, most: f32) {
        let lexicon = Lexicon::embedded();
        let covered = covered(&lexicon, &terms(&lexicon, a, ""), &terms(&lexicon, b, ""));
        assert!((least..=most).contains(&covered), "{a} | {b}: {covered}");
    }

    #[test]
    fn what_is_covered() {
        check("the ferry sank off Torvik", "a ferry sank near Torvik", 0.9, 1.0);
        check("twelve people were killed", "twelve are dead", 0.4, 1.0);
        check("many houses were damaged", "homes were destroyed", 0.6, 1.0);
        check("the mayor resigned", "a ferry sank", 0.0, 0.1);
        check("", "a ferry sank", 0.0, 0.0);
    }

    #[test]
    fn every_word_once() {
        let found: Vec<_> = words("Bireun's 6.1-magnitude quake, Éire").map(|(_, word)| word).collect();
        assert_eq!(found, ["Bireun", "s", "magnitude", "quake", "Éire"]);
    }
}
