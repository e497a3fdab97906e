//! Lemmas: the form under which a dictionary has a word.
//!
//! Irregular forms stand in a table; the others follow English spelling, where what a rule leaves open ("hoping" of
//! "hope", "hopping" of "hop") is settled by a list of words, and for words that are not in it by their shape.

use crate::table::{Table, table};
use crate::token;

/// What a word is, as far as its lemma depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WordClass {
    /// Auxiliaries too.
    Verb,
    /// Common nouns.
    Noun,
    /// Adjectives and adverbs that have comparatives.
    Adjective,
    /// Anything else: it is its own lemma.
    Other,
}

const IRREGULAR: Table = table!(include_str!("../data/irregular.tsv"));
const BASES: Table = table!(include_str!("../data/bases.tsv"));
const CLOSED: Table = table!(include_str!("../data/closed.tsv"));

/// Whether a word, in lower case, is of a closed class: no part of a noun phrase, unless as its article.
pub(crate) fn is_closed(word: &str) -> bool {
    CLOSED.has(word)
}

/// The lemma of `word`, in lower case: "said" → "say", "citizens" → "citizen".
pub(crate) fn lemma(word: &str, class: WordClass) -> String {
    let mut word = token::lower(word);
    if word.contains('’') {
        word = word.replace('’', "'").into();
    }
    let letter = match class {
        WordClass::Verb => 'v',
        WordClass::Noun => 'n',
        WordClass::Adjective => 'a',
        WordClass::Other => return word.into_owned(),
    };
    if let Some(known) = IRREGULAR.get(&word) {
        let mut of_class = known.split(' ').filter_map(|entry| entry.strip_prefix(letter)?.strip_prefix(':'));
        if let Some(lemma) = of_class.next() {
            return lemma.to_owned();
        }
    }
    // Compounds inflect at their end: "policewomen", "oversaw".
    if !word.is_ascii() || is_base(&word, letter) {
        return word.into_owned();
    }
    let base = match class {
        WordClass::Verb => verb(&word),
        WordClass::Noun => noun(&word),
        WordClass::Adjective => adjective(&word),
        WordClass::Other => None,
    };
    base.unwrap_or_else(|| word.into_owned())
}

/// The classes in which a lemma is known, as letters: "v", "n" and "a"; empty for a word that is in no list.
pub(crate) fn classes(lemma: &str) -> &'static str {
    BASES.get(lemma).unwrap_or("")
}

fn is_base(word: &str, letter: char) -> bool {
    classes(word).contains(letter)
}

fn verb(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_suffix("ies").or(word.strip_suffix("ied")) {
        return Some(format!("{stem}{}", if stem.len() < 2 { "ie" } else { "y" }));
    }
    if let Some(stem) = word.strip_suffix("ing").or(word.strip_suffix("ed")) {
        return has_vowel(stem).then(|| base_of(stem, 'v'));
    }
    without_s(word, 'v')
}

fn noun(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_suffix("men").filter(|stem| stem.len() > 1) {
        return Some(format!("{stem}man"));
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        let whole = format!("{stem}ie");
        return Some(if is_base(&whole, 'n') { whole } else { format!("{stem}y") });
    }
    without_s(word, 'n')
}

fn adjective(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_suffix("ier").or(word.strip_suffix("iest")).filter(|stem| stem.len() > 2) {
        return Some(format!("{stem}y"));
    }
    let stem = word.strip_suffix("er").or(word.strip_suffix("est"))?;
    let base = base_of(stem, 'a');
    is_base(&base, 'a').then_some(base)
}

/// The singular or the infinitive of a form in -s.
fn without_s(word: &str, letter: char) -> Option<String> {
    let stem = word.strip_suffix('s')?;
    if stem.len() < 2 || stem.ends_with(['s', 'u', 'i', '\'']) {
        return None;
    }
    if let Some(short) = stem.strip_suffix('e')
        && (short.ends_with("ss") || short.ends_with("sh") || short.ends_with("ch") || short.ends_with(['x', 'z', 'o']))
        && (is_base(short, letter) || !is_base(stem, letter))
    {
        return Some(short.to_owned());
    }
    if let Some(short) = stem.strip_suffix('e')
        && short.ends_with('s')
        && (is_base(short, letter) || letter == 'n' && short.ends_with("us"))
        && !is_base(stem, letter)
    {
        return Some(short.to_owned());
    }
    Some(stem.to_owned())
}

/// The base of a stem from which -ed, -ing, -er or -est was taken: as it is, with an "e", or with a last letter fewer.
fn base_of(stem: &str, letter: char) -> String {
    let with_e = format!("{stem}e");
    let single = is_doubled(stem).then(|| stem[..stem.len() - 1].to_owned());
    // A short stem of one vowel and one consonant would have doubled that: "staring" is never of "star".
    let undoubled = syllables(stem) == 1 && wants_e(stem) && !stem.ends_with(['v', 'c', 's', 'z', 'l', 'g']);
    let plain = if undoubled { [with_e.as_str(), stem] } else { [stem, with_e.as_str()] };
    for candidate in single.iter().map(String::as_str).chain(plain) {
        if is_base(candidate, letter) {
            return candidate.to_owned();
        }
    }
    match single {
        Some(single) if !stem.ends_with("ll") && !stem.ends_with("ss") && !stem.ends_with("zz") => single,
        _ if wants_e(stem) => with_e,
        _ => stem.to_owned(),
    }
}

fn is_doubled(stem: &str) -> bool {
    let bytes = stem.as_bytes();
    bytes.len() > 2 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2] && !is_vowel(bytes[bytes.len() - 1])
}

/// Whether a stem that is in no list most probably lost an "e": English writes no word with such an end.
fn wants_e(stem: &str) -> bool {
    let bytes = stem.as_bytes();
    let [.., before, last] = *bytes else { return false };
    match last {
        b'v' | b'c' | b'u' => true,
        b's' | b'z' => before != last,
        b'g' => before == b'd' || before == b'r' || before == b'a' || before == b'n' && stem.ends_with("ang"),
        b'l' => !is_vowel(before) && before != b'l' && before != b'r' && before != b'w',
        b't' => stem.ends_with("at") && !stem.ends_with("eat") && !stem.ends_with("oat") || stem.ends_with("ut"),
        b'r' if syllables(stem) == 1 => is_vowel(before),
        b'r' => matches!(before, b'u' | b'i') && !stem.ends_with("our") && !stem.ends_with("mur"),
        b'w' | b'x' | b'y' => false,
        _ => syllables(stem) == 1 && is_vowel(before) && bytes.len() > 2 || stem.ends_with("in") && bytes.len() > 4,
    }
}

/// How many letters of it are vowels, which in a short word is how many syllables it has.
fn syllables(stem: &str) -> usize {
    stem.bytes().filter(|&b| is_vowel(b)).count()
}

fn has_vowel(stem: &str) -> bool {
    stem.bytes().any(|b| is_vowel(b) || b == b'y') && stem.len() > 1
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{WordClass::*, *};

    #[track_caller]
    fn check(class: WordClass, forms: &str, expected: &str) {
        for form in forms.split(' ') {
            assert_eq!(lemma(form, class), expected, "of {form}");
        }
    }

    #[test]
    fn tables() {
        IRREGULAR.check();
        BASES.check();
        CLOSED.check();
    }

    #[test]
    fn verbs() {
        check(Verb, "said says saying say Said", "say");
        check(Verb, "told tells telling", "tell");
        check(Verb, "is was were been being am are", "be");
        check(Verb, "has had having have", "have");
        check(Verb, "denied denies denying", "deny");
        check(Verb, "hoped hoping hopes", "hope");
        check(Verb, "stopped stopping stops", "stop");
        check(Verb, "announced announcing announces", "announce");
        check(Verb, "reported reporting", "report");
        check(Verb, "thought thinks", "think");
        check(Verb, "wrote written writing", "write");
        check(Verb, "admitted admitting", "admit");
        check(Verb, "agreed agreeing agrees", "agree");
        check(Verb, "passed passes", "pass");
        check(Verb, "blogging blogged", "blog");
        check(Verb, "retweeted retweeting", "retweet");
        check(Verb, "hypothesized hypothesizing", "hypothesize");
        check(Verb, "stared staring", "stare");
        check(Verb, "executed executing", "execute");
        check(Verb, "swore sworn", "swear");
        check(Verb, "lied lying lies", "lie");
    }

    #[test]
    fn nouns_and_adjectives() {
        check(Noun, "men", "man");
        check(Noun, "spokeswomen", "spokeswoman");
        check(Noun, "children", "child");
        check(Noun, "citizens", "citizen");
        check(Noun, "countries", "country");
        check(Noun, "churches", "church");
        check(Noun, "buses", "bus");
        check(Noun, "houses", "house");
        check(Noun, "crises", "crisis");
        check(Noun, "news", "news");
        check(Noun, "lives", "life");
        check(Noun, "ministries Ministry", "ministry");
        check(Adjective, "bigger biggest", "big");
        check(Adjective, "better best", "good");
        check(Adjective, "deadliest deadlier", "deadly");
        check(Adjective, "former", "former");
        check(Other, "Although", "although");
    }

    proptest! {
        #[test]
        fn any_word(word in any::<String>()) {
            for class in [Verb, Noun, Adjective, Other] {
                let _ = lemma(&word, class);
            }
        }
    }
}
