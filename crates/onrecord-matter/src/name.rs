//! Names: whether two are spellings of one.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::term::words;

/// Words of a name that tell two apart rather than completing one: "Sudan" is not "South Sudan".
const TELLING_APART: &[&str] = &[
    "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "new", "junior",
    "senior", "jr", "sr", "ii", "iii",
];
/// Those of them by which a father and a son are told apart.
const GENERATIONS: &[&str] = &["junior", "senior", "jr", "sr", "ii", "iii", "iv"];
/// Words that a name has or lacks without being another.
const IDLE: &[&str] =
    &["the", "of", "and", "for", "de", "al", "el", "bin", "van", "von", "mr", "mrs", "ms", "dr", "sir"];
/// Names shorter than this are spelled in one way.
const LONG: usize = 5;

/// Surnames that very many bear: data/surnames.txt.
static FREQUENT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/surnames.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// A name taken apart as it is compared: to do that takes longer than to compare.
#[derive(Clone, Debug)]
pub(crate) struct Spelling {
    name: String,
    parts: Vec<Part>,
    /// Its letters, where it can be an acronym.
    letters: Option<String>,
}

/// A word of a name that matters, in lower case.
#[derive(Clone, Debug)]
struct Part {
    word: String,
    /// As all its spellings have it.
    folded: String,
}

impl Part {
    fn is_alike(&self, other: &Part) -> bool {
        self.folded == other.folded
    }

    fn is_initial(&self) -> bool {
        self.word.chars().nth(1).is_none()
    }

    fn is_generation(&self) -> bool {
        GENERATIONS.contains(&self.word.as_str())
    }

    fn tells_apart(&self) -> bool {
        TELLING_APART.contains(&self.word.as_str())
    }
}

impl Spelling {
    pub(crate) fn new(name: &str) -> Spelling {
        let parts = parts(name).into_iter().map(|word| Part { folded: folded(&word), word }).collect();
        Spelling { name: name.to_owned(), parts, letters: letters(name) }
    }

    /// How many words of it matter.
    pub(crate) fn count(&self) -> usize {
        self.parts.len()
    }

    /// How full it is: words that tell, then letters.
    pub(crate) fn fullness(&self) -> (usize, usize) {
        (self.parts.len(), self.name.len())
    }

    /// Whether it can stand for the same person or body as another: the same words, spelled alike; a surname and the full
    /// name; an acronym and its words.
    pub(crate) fn is_same(&self, other: &Spelling) -> bool {
        if self.name.eq_ignore_ascii_case(&other.name) {
            return true;
        }
        if self.parts.is_empty() || other.parts.is_empty() {
            return false;
        }
        if self.is_acronym_of(other) || other.is_acronym_of(self) {
            return true;
        }
        let (short, long) = by_length(&self.parts, &other.parts);
        if !short.iter().all(|part| has(long, part)) {
            return false;
        }
        let apart = long.iter().any(|part| part.tells_apart() && !has(short, part));
        let (Some(last), Some(of_long)) = (short.last(), long.last()) else { return false };
        !apart
            && (short.len() == long.len()
                || last.is_alike(of_long) && capitalized(&self.name) && capitalized(&other.name))
    }

    /// Whether all its words are words of another, in any order.
    pub(crate) fn is_within(&self, other: &Spelling) -> bool {
        self.parts.iter().all(|part| has(&other.parts, part))
    }

    /// How far it is alike to another as a name of a person; `None` if they are names of two.
    pub(crate) fn as_person(&self, other: &Spelling) -> Option<Alike> {
        let generation = |it: &Spelling| it.parts.iter().position(Part::is_generation);
        match (generation(self), generation(other)) {
            (None, None) => persons(&self.parts, &other.parts),
            (Some(a), Some(b)) if self.parts[a].word == other.parts[b].word => {
                let bare = |it: &Spelling| -> Vec<Part> {
                    it.parts.iter().filter(|part| !part.is_generation()).cloned().collect()
                };
                persons(&bare(self), &bare(other))
            }
            _ => None,
        }
    }

    /// How far it is alike to another as a name of a body, a place or a group; `None` if they are names of two.
    pub(crate) fn as_body(&self, other: &Spelling) -> Option<Alike> {
        let (x, y) = (&self.parts, &other.parts);
        if x.is_empty() || y.is_empty() {
            return None;
        }
        if x.len() == y.len() && x.iter().zip(y).all(|(a, b)| a.is_alike(b)) {
            return Some(Alike::Wholly);
        }
        if self.is_acronym_of(other) || other.is_acronym_of(self) {
            // Two letters stand for too much.
            let acronym = if x.len() == 1 { &x[0] } else { &y[0] };
            return Some(if acronym.word.chars().count() > 3 { Alike::Wholly } else { Alike::Partly });
        }
        let (short, long) = if x.len() < y.len() { (x, y) } else { (y, x) };
        let ends = short.len() > 1 && long.len() > short.len() && {
            let (rest, end) = long.split_at(long.len() - short.len());
            end.iter().zip(short).all(|(a, b)| a.is_alike(b)) && !rest.iter().any(Part::tells_apart)
        };
        ends.then_some(Alike::Partly)
    }

    /// Whether very many people bear its surname.
    pub(crate) fn is_frequent(&self) -> bool {
        let ends = [self.parts.first(), self.parts.iter().rev().find(|part| !part.is_generation())];
        ends.into_iter().flatten().any(|part| FREQUENT.contains(plain(&part.word).as_str()))
    }

    /// Whether it is made of words alone of which every country has bodies: "Supreme Court".
    pub(crate) fn is_generic(&self) -> bool {
        self.parts.iter().all(|part| GENERIC.contains(part.word.as_str()))
    }

    /// "USGS" of "US Geological Survey"; "UN" of "United Nations".
    fn is_acronym_of(&self, full: &Spelling) -> bool {
        let Some(letters) = &self.letters else { return false };
        full.parts.len() > 1
            && full.parts[0].word.chars().flat_map(char::to_uppercase).next() == letters.chars().next()
            && initials(&full.name) == *letters
    }
}

fn has(parts: &[Part], part: &Part) -> bool {
    parts.iter().any(|other| other.is_alike(part))
}

/// The shorter first.
fn by_length<'a>(a: &'a [Part], b: &'a [Part]) -> (&'a [Part], &'a [Part]) {
    if a.len() <= b.len() { (a, b) } else { (b, a) }
}

/// Words of which names of bodies are made that every country has: data/bodies.txt.
static GENERIC: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../data/bodies.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// How much of two names is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alike {
    /// One of them is only a part of the other, or has initials for it: a surname, "J. Quill", "Harbour Authority" of Torvik.
    Partly,
    /// The whole name, but for spelling, order, and a second given name.
    Wholly,
}

/// How far two names of persons are alike, without what tells fathers from sons.
fn persons(x: &[Part], y: &[Part]) -> Option<Alike> {
    let (short, long) = by_length(x, y);
    let (last, given) = short.split_last()?;
    let (of_long, long_given) = long.split_last()?;
    if given.is_empty() {
        // A surname, or what stands first in names whose surname does.
        let is_one = long_given.is_empty() && last.is_alike(of_long);
        let part = last.is_alike(of_long) || long_given.first().is_some_and(|first| last.is_alike(first));
        return if is_one { Some(Alike::Wholly) } else { part.then_some(Alike::Partly) };
    }
    if last.is_alike(of_long) {
        return given_names(given, long_given);
    }
    // The surname first, as in Hungary and China: the same words in another order.
    let turned = short.len() == long.len()
        && !short.iter().any(Part::is_initial)
        && (1..short.len()).any(|at| {
            let order = short[at..].iter().chain(&short[..at]);
            order.zip(long).all(|(a, b)| a.is_alike(b))
        });
    // A second surname that others leave out.
    let begins = short.len() < long.len() && short.iter().zip(long).all(|(a, b)| a.is_alike(b));
    if turned { Some(Alike::Wholly) } else { begins.then_some(Alike::Partly) }
}

/// How far given names are alike, the fewer first.
fn given_names(few: &[Part], many: &[Part]) -> Option<Alike> {
    let fits = |a: &Part, b: &Part| {
        a.is_alike(b) || (a.is_initial() || b.is_initial()) && a.word.chars().next() == b.word.chars().next()
    };
    // The first ones must fit; the others of the fewer must be among the others of the many, in order. "George W." is not
    // "George H. W.".
    let (first, others) = few.split_first()?;
    let (first_of_many, others_of_many) = many.split_first()?;
    if !fits(first, first_of_many) || !others.is_empty() && others.len() != others_of_many.len() {
        return None;
    }
    if !others.iter().zip(others_of_many).all(|(a, b)| fits(a, b)) {
        return None;
    }
    Some(if first.is_initial() != first_of_many.is_initial() { Alike::Partly } else { Alike::Wholly })
}

/// Whether a word of it is written as a name is.
pub(crate) fn capitalized(name: &str) -> bool {
    words(name).any(|(_, word)| word.starts_with(char::is_uppercase))
}

/// The words of a name that matter, in lower case; "U.S." is one.
pub(crate) fn parts(name: &str) -> Vec<String> {
    // "J. K. Quill" and "J.K. Quill" have two initials each, "U.S." is one word.
    let apart = name.split(' ').map(|word| match word.strip_suffix('.') {
        Some(letters) if letters.chars().count() <= 3 && letters.contains('.') => {
            let letters: Vec<&str> = letters.split('.').collect();
            let initials = letters.iter().all(|letter| letter.chars().count() == 1);
            if initials && !name.starts_with("U.") { letters.join(" ") } else { word.replace('.', "") }
        }
        _ => word.replace('.', ""),
    });
    let joined = apart.collect::<Vec<_>>().join(" ").replace("’s", "").replace("'s", "");
    let lower = joined.to_lowercase();
    words(&lower).map(|(_, word)| word.to_owned()).filter(|word| !IDLE.contains(&word.as_str())).collect()
}

/// A word in lower case without diacritics.
pub(crate) fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            other => plain.push(other),
        }
    }
    plain
}

/// A word as all its spellings have it, without what transliterations and typesetters do in different ways ("Zelenskyy",
/// "Zelensky", "Zelenskiy"; "Orbán", "Orban"; "Bireun", "Bireuen"): one that is too short for that, as it stands without
/// diacritics.
pub(crate) fn folded(word: &str) -> String {
    let plain = plain(word);
    if plain.chars().count() < LONG {
        return plain;
    }
    let mut folded = plain;
    for (written, sound) in [
        ("kh", "h"),
        ("ph", "f"),
        ("ck", "k"),
        ("q", "k"),
        ("sch", "sh"),
        ("zh", "z"),
        ("tch", "ch"),
        ("ts", "c"),
        ("tz", "c"),
        ("ou", "u"),
        ("oo", "u"),
        ("ue", "u"),
        ("oe", "o"),
        ("ae", "a"),
        ("w", "v"),
        ("y", "i"),
        ("j", "i"),
        ("x", "ks"),
    ] {
        if folded.contains(written) {
            folded = folded.replace(written, sound);
        }
    }
    let mut once = String::with_capacity(folded.len());
    folded.chars().for_each(|c| {
        if !once.ends_with(c) {
            once.push(c);
        }
    });
    once
}

/// The letters of a name that can be an acronym.
fn letters(name: &str) -> Option<String> {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let can = (2..=8).contains(&letters.chars().count())
        && letters.chars().all(char::is_uppercase)
        && name.split_whitespace().count() <= 1;
    can.then_some(letters)
}

/// The first letters of a name's words; an abbreviation among them counts with all its letters ("US Geological Survey").
pub(crate) fn initials(name: &str) -> String {
    let plain = name.replace('.', "");
    let of = |word: String| {
        let upper = word.to_uppercase();
        if upper.len() <= 3 && plain.contains(&upper) { upper } else { upper.chars().take(1).collect() }
    };
    parts(name).into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        Spelling::new(a).is_same(&Spelling::new(b))
    }

    fn persons(a: &str, b: &str) -> Option<Alike> {
        Spelling::new(a).as_person(&Spelling::new(b))
    }

    fn bodies(a: &str, b: &str) -> Option<Alike> {
        Spelling::new(a).as_body(&Spelling::new(b))
    }

    #[test]
    fn spellings_of_one_name() {
        for (a, b) in [
            ("Volodymyr Zelenskyy", "Zelensky"),
            ("Zelenskiy", "Zelenskyy"),
            ("US Geological Survey", "USGS"),
            ("U.S. Geological Survey", "US Geological Survey"),
            ("UN", "United Nations"),
            ("Ida Berg", "Berg"),
            ("the Harbour Authority", "Harbour Authority"),
            ("Torvik's Harbour Authority", "Torvik Harbour Authority"),
        ] {
            assert!(same(a, b) && same(b, a), "{a} | {b}");
        }
    }

    #[test]
    fn names_of_two() {
        for (a, b) in [
            ("Ida Berg", "Jon Berg"),
            ("Sudan", "South Sudan"),
            ("Ministry of Health", "Ministry of Defence"),
            ("Berg", "Bergman"),
            ("officials", "local officials of Torvik"),
            ("WHO", "World Bank"),
            ("", "Berg"),
        ] {
            assert!(!same(a, b) && !same(b, a), "{a} | {b}");
        }
    }

    #[test]
    fn how_far_names_of_persons_are_alike() {
        use Alike::{Partly, Wholly};
        for (a, b, expected) in [
            ("Volodymyr Zelenskyy", "Volodymyr Zelenskiy", Some(Wholly)),
            ("Oleksa Harmatyuk", "Oleksa Harmatiuk", Some(Wholly)),
            ("Orbán Viktor", "Viktor Orban", Some(Wholly)),
            ("Lin Jian", "Jian Lin", Some(Wholly)),
            ("Cheung Tak-keung", "Tak-keung Cheung", Some(Wholly)),
            ("Lin Jian", "Lin", Some(Partly)),
            ("Søren Ærø's", "Soren Aero", Some(Wholly)),
            ("Ida Berg", "Berg", Some(Partly)),
            ("I. Berg", "Ida Berg", Some(Partly)),
            ("J.K. Marlow", "J. K. Marlow", Some(Wholly)),
            ("John F. Marlow", "John Fitz Marlow", Some(Wholly)),
            ("John F. Marlow", "John Marlow", Some(Wholly)),
            ("John F. Marlow", "John P. Marlow", None),
            ("George W. Marlow", "George H. W. Marlow", None),
            ("Ida Berg", "Jon Berg", None),
            ("J. Berg", "Ida Berg", None),
            ("Mario Lindqvist", "Maria Lindqvist", None),
            ("Per Hansen", "Per Hanson", None),
            ("Rolf Marlow Jr.", "Rolf Marlow", None),
            ("Rolf Marlow Jr.", "Rolf Marlow Sr.", None),
            ("Rolf Marlow Jr.", "Rolf Marlow Jr", Some(Wholly)),
            ("Maria Lopez Rivas", "Maria Lopez", Some(Partly)),
            ("", "Berg", None),
        ] {
            assert_eq!((persons(a, b), persons(b, a)), (expected, expected), "{a} | {b}");
        }
    }

    #[test]
    fn how_far_names_of_bodies_are_alike() {
        use Alike::{Partly, Wholly};
        for (a, b, expected) in [
            ("International Atomic Energy Agency", "IAEA", Some(Wholly)),
            ("I.A.E.A.", "International Atomic Energy Agency", Some(Wholly)),
            ("United Nations", "UN", Some(Partly)),
            ("Torvik’s Harbour Authority", "Torvik Harbour Authority", Some(Wholly)),
            ("Harbour Authority", "Torvik Harbour Authority", Some(Partly)),
            ("Sudan", "South Sudan", None),
            ("Korean Central Bank", "South Korean Central Bank", None),
            ("Ministry of Health", "Ministry of Defence", None),
            ("Authority", "Torvik Harbour Authority", None),
        ] {
            assert_eq!((bodies(a, b), bodies(b, a)), (expected, expected), "{a} | {b}");
        }
    }
}
