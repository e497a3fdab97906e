//! The words of the language: how telling each is, and which are close to which.

use std::sync::LazyLock;

use crate::hash::Hash;

/// How many numbers a word's vector has.
const DIMENSIONS: usize = 64;
/// The bytes of an entry in the table's head: end, weight, forms, class.
const ENTRY: usize = 4 + 1 + 1 + 4;

/// A table of some tens of thousands of English words with their weights and vectors, made by `training/words.py`.
///
/// The weight of a word is that of Spärck Jones (1972), the logarithm of how few reports have it, from a fixed collection
/// and not from the reports at hand: so a pair of claims is judged alike whatever else has been read. The vectors are those
/// of a sentence encoder for each word by itself, shortened by principal components.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon {
    count: usize,
    head: &'static [u8],
    words: &'static [u8],
    vectors: &'static [u8],
}

/// A word of the table, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(pub(crate) u32);

impl Lexicon {
    /// The table that this crate carries.
    #[must_use]
    pub fn embedded() -> Lexicon {
        static TABLE: &[u8] = include_bytes!("../data/words.bin");
        let number = |at: usize| u32::from_le_bytes([TABLE[at], TABLE[at + 1], TABLE[at + 2], TABLE[at + 3]]) as usize;
        let (count, length) = (number(8), number(16));
        let (head, rest) = TABLE[20..].split_at(count * ENTRY);
        let (words, vectors) = rest.split_at(length);
        Lexicon { count, head, words, vectors }
    }

    /// The place of a word that is written in lower case.
    pub(crate) fn find(&self, word: &str) -> Option<Word> {
        let mask = INDEX.len() - 1;
        let mut slot = Hash::of(word) as usize & mask;
        loop {
            let place = INDEX[slot].checked_sub(1)?;
            if self.bytes(place as usize) == word.as_bytes() {
                return Some(Word(place));
            }
            slot = (slot + 1) & mask;
        }
    }

    /// How telling a word is, from 0 (every report has it) to 1 (a single one has).
    pub(crate) fn weight(&self, word: Word) -> f32 {
        f32::from(self.entry(word)[4]) / 255.0
    }

    /// The commonest word that it is close to, by its place; words of one class often stand for each other.
    pub(crate) fn class(&self, word: Word) -> u32 {
        let entry = self.entry(word);
        u32::from_le_bytes([entry[6], entry[7], entry[8], entry[9]])
    }

    /// Whether it can be the past or the third person of a verb.
    pub(crate) fn is_finite(&self, word: Word) -> bool {
        self.entry(word)[5] & 3 != 0
    }

    /// Whether it is a past form of a verb.
    pub(crate) fn is_past(&self, word: Word) -> bool {
        self.entry(word)[5] & 1 != 0
    }

    /// Whether it is a verb's form in -ing, and no noun.
    pub(crate) fn is_participle(&self, word: Word) -> bool {
        self.entry(word)[5] & 4 != 0
    }

    /// Whether it occurs as a name, and so has no vector.
    pub(crate) fn is_name(&self, word: Word) -> bool {
        LENGTHS[word.0 as usize] == 0.0
    }

    /// The cosine of the two words' vectors; 0 where one is a name.
    pub(crate) fn cosine(&self, a: Word, b: Word) -> f32 {
        let length = LENGTHS[a.0 as usize] * LENGTHS[b.0 as usize];
        if length == 0.0 { 0.0 } else { product(self.vector(a), self.vector(b)) as f32 / length }
    }

    /// How many words there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// All words, in their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Word> {
        (0..u32::try_from(self.count).unwrap_or(u32::MAX)).map(Word)
    }

    /// A word of the table, in lower case.
    pub(crate) fn text(&self, word: Word) -> &'static str {
        std::str::from_utf8(self.bytes(word.0 as usize)).unwrap_or_default()
    }

    fn entry(&self, word: Word) -> &'static [u8] {
        &self.head[word.0 as usize * ENTRY..][..ENTRY]
    }

    fn vector(&self, word: Word) -> &'static [u8; DIMENSIONS] {
        &self.vectors.as_chunks().0[word.0 as usize]
    }

    fn bytes(&self, index: usize) -> &'static [u8] {
        let end = |index: usize| {
            let entry = &self.head[index * ENTRY..];
            u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]) as usize
        };
        &self.words[if index == 0 { 0 } else { end(index - 1) }..end(index)]
    }
}

/// The places of all words, from 1, each in the slot of its hash or the next that was free; 0 where there is none. At most half of
/// the slots are taken.
static INDEX: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let lexicon = Lexicon::embedded();
    let mut index = vec![0; (2 * lexicon.count).next_power_of_two()];
    let mask = index.len() - 1;
    for word in lexicon.all() {
        let mut slot = Hash::of(lexicon.text(word)) as usize & mask;
        while index[slot] > 0 {
            slot = (slot + 1) & mask;
        }
        index[slot] = word.0 + 1;
    }
    index
});

/// The lengths of all words' vectors.
static LENGTHS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let lexicon = Lexicon::embedded();
    let length = |word| (product(lexicon.vector(word), lexicon.vector(word)) as f32).sqrt();
    lexicon.all().map(length).collect()
});

/// The inner product of two vectors of signed bytes.
fn product(a: &[u8; DIMENSIONS], b: &[u8; DIMENSIONS]) -> i32 {
    let signed = |byte: u8| i32::from(byte.cast_signed());
    a.iter().zip(b).map(|(&x, &y)| signed(x) * signed(y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_for_each_other_are_close_and_others_are_not() {
        let lexicon = Lexicon::embedded();
        let cosine = |a, b| lexicon.cosine(lexicon.find(a).expect(a), lexicon.find(b).expect(b));
        for (a, b) in [("killed", "dead"), ("houses", "homes"), ("arrested", "detained"), ("quake", "earthquake")] {
            assert!(cosine(a, b) > 0.6, "{a} {b}: {}", cosine(a, b));
        }
        for (a, b) in [("killed", "injured"), ("houses", "quake"), ("arrested", "won"), ("magnitude", "depth")] {
            assert!(cosine(a, b) < 0.4, "{a} {b}: {}", cosine(a, b));
        }
    }

    #[test]
    fn every_word_is_found_where_it_lies() {
        let lexicon = Lexicon::embedded();
        for index in (0..lexicon.count).step_by(97) {
            let word = std::str::from_utf8(lexicon.bytes(index)).expect("UTF-8");
            assert_eq!(lexicon.find(word), u32::try_from(index).ok().map(Word), "{word}");
        }
        assert_eq!(lexicon.find("no such word"), None);
    }

    #[test]
    fn rare_words_weigh_more() {
        let lexicon = Lexicon::embedded();
        let weight = |word| lexicon.weight(lexicon.find(word).expect(word));
        assert!(weight("the") < 0.05 && weight("said") < 0.1);
        assert!(weight("landslide") > weight("killed") && weight("killed") > weight("said"));
    }
}
