//! Gender: whether a word is of a man or of a woman, for "he" and "she".
//!
//! It is told from titles, offices and kinship ("Mrs", "spokesman", "sister"), and from first names that are nearly
//! always one gender's. A name that is both tells nothing.

use crate::table::{Table, table};

const PERSONS: Table = table!(include_str!("../data/persons.tsv"));
const FIRST_NAMES: Table = table!(include_str!("../data/first-names.tsv"));

/// What a pronoun tells of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gender {
    /// "He".
    Man,
    /// "She".
    Woman,
}

/// That of a noun or title for persons, by its lemma in lower case.
pub(crate) fn of_noun(lemma: &str) -> Option<Gender> {
    letter(PERSONS.get(lemma)?)
}

/// That of a first name.
pub(crate) fn of_first_name(name: &str) -> Option<Gender> {
    letter(FIRST_NAMES.get(&name.to_lowercase())?)
}

/// Whether a noun names a person, by its lemma in lower case.
pub(crate) fn is_person(lemma: &str) -> bool {
    PERSONS.has(lemma)
}

fn letter(letter: &str) -> Option<Gender> {
    match letter {
        "m" => Some(Gender::Man),
        "f" => Some(Gender::Woman),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_NAMES, Gender, PERSONS, is_person, of_first_name, of_noun};

    #[test]
    fn tables_are_sorted_and_found_again() {
        PERSONS.check();
        FIRST_NAMES.check();
    }

    #[test]
    fn words_and_names() {
        assert_eq!(of_noun("spokeswoman"), Some(Gender::Woman));
        assert_eq!(of_noun("officer"), None);
        assert_eq!(of_first_name("Volodymyr"), Some(Gender::Man));
        assert_eq!(of_first_name("Taylor"), None);
        assert!(is_person("officer") && !is_person("bridge"));
    }
}
