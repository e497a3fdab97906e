//! Names: whether two are spellings of one.

use crate::term::words;

/// Words of a name that tell two apart rather than completing one: "Sudan" is not "South Sudan".
const TELLING_APART: &[&str] = &[
    "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "new", "junior",
    "senior", "jr", "sr", "ii", "iii",
];
/// Words that a name has or lacks without being another.
const IDLE: &[&str] =
    &["the", "of", "and", "for", "de", "al", "el", "bin", "van", "von", "mr", "mrs", "ms", "dr", "sir"];

/// Whether two names can stand for one person or body: the same words, spelled alike; a surname and the full name; an
/// acronym and its words.
pub(crate) fn same(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    let (x, y) = (parts(a), parts(b));
    if x.is_empty() || y.is_empty() {
        return false;
    }
    if is_acronym_of(a, b, &y) || is_acronym_of(b, a, &x) {
        return true;
    }
    let (short, long) = if x.len() <= y.len() { (&x, &y) } else { (&y, &x) };
    let met = |part: &String| long.iter().any(|other| spelled_alike(part, other));
    if !short.iter().all(met) {
        return false;
    }
    let rest = long.iter().filter(|part| !short.iter().any(|other| spelled_alike(part, other)));
    let apart = rest.clone().any(|part| TELLING_APART.contains(&part.as_str()));
    let (Some(last), Some(of_long)) = (short.last(), long.last()) else { return false };
    !apart && (short.len() == long.len() || spelled_alike(last, of_long) && capitalized(a) && capitalized(b))
}

/// How full a name is: words that tell, then letters.
pub(crate) fn fullness(name: &str) -> (usize, usize) {
    (parts(name).len(), name.len())
}

fn capitalized(name: &str) -> bool {
    words(name).any(|(_, word)| word.starts_with(char::is_uppercase))
}

/// The words of a name that matter, in lower case; "U.S." is one.
pub(crate) fn parts(name: &str) -> Vec<String> {
    let joined = name.replace("’s", "").replace("'s", "").replace('.', "");
    let lower = joined.to_lowercase();
    words(&lower).map(|(_, word)| word.to_owned()).filter(|word| !IDLE.contains(&word.as_str())).collect()
}

/// Whether two words are one name by the spelling: equal, or alike without doubled letters, vowels after the first sound and
/// the ends by which transliterations differ ("Zelenskyy", "Zelensky", "Zelenskiy"; "Bireun", "Bireuen").
pub(crate) fn spelled_alike(a: &str, b: &str) -> bool {
    a == b || (a.chars().count().min(b.chars().count()) >= 5 && sound(a) == sound(b))
}

pub(crate) fn sound(word: &str) -> String {
    let mut sound = String::new();
    for (at, c) in word.chars().enumerate() {
        let c = match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' | 'ě' => 'e',
            'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
            'ú' | 'ù' | 'û' | 'ü' | 'ů' => 'u',
            'ç' | 'č' | 'ć' => 'c',
            'ñ' | 'ń' => 'n',
            'š' | 'ş' | 'ś' => 's',
            'ž' | 'ź' | 'ż' => 'z',
            'ğ' => 'g',
            'ł' => 'l',
            'k' | 'q' => 'k',
            other => other,
        };
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        let c = if at > 0 && vowel { '.' } else { c };
        if !sound.ends_with(c) && (c != 'h' || at == 0) {
            sound.push(c);
        }
    }
    sound.trim_end_matches('.').to_owned()
}

/// "USGS" of "US Geological Survey"; "UN" of "United Nations".
fn is_acronym_of(short: &str, full: &str, words: &[String]) -> bool {
    let letters: String = short.chars().filter(|c| c.is_alphanumeric()).collect();
    let long = letters.chars().count();
    if !(2..=8).contains(&long) || !letters.chars().all(char::is_uppercase) || short.split_whitespace().count() > 1 {
        return false;
    }
    words.len() > 1 && initials(full) == letters
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
    use super::same;

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
}
