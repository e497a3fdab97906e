//! Words to pieces: BERT's uncased normalisation and WordPiece.
//!
//! The pieces are those of the tokenizer that the weights were trained with (`BertNormalizer`, `BertPreTokenizer` and
//! `WordPiece` of Hugging Face's tokenizers, Devlin et al. 2019): characters that do not print are dropped, Chinese
//! characters stand alone, accents are stripped, the rest is lower-cased; what is left is split at spaces and at each
//! mark of punctuation, and every run of it is cut into the longest pieces known, from left to right.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::weights::ModelError;

/// A run of more characters is not cut but unknown.
const LONGEST_WORD: usize = 100;
/// Kinds of hash, as a power of two: several times as many as there are pieces.
const KNOWN: u32 = 18;
/// What marks a piece that continues a word.
const CONTINUES: &str = "##";

/// The pieces known, and how to find them.
#[derive(Debug)]
pub(crate) struct WordPiece {
    text: String,
    /// Where each piece lies in `text`, without the mark of a continuation; by number.
    places: Vec<(u32, u32)>,
    /// Open addressing with linear probing: the number of a piece plus one in the bits that `numbers` has, and above it those of
    /// its hash; 0 for a free slot.
    table: Vec<u32>,
    numbers: u32,
    /// A bit for each of so many kinds of hash that a piece may have: most runs that are no piece are told by it, and it is small.
    known: Vec<u64>,
    /// `[CLS]`, which opens every window.
    pub(crate) opening: u32,
    /// `[SEP]`, which closes it.
    pub(crate) closing: u32,
    unknown: u32,
}

impl WordPiece {
    /// The pieces of a vocabulary, one a line, numbered from 0.
    ///
    /// # Errors
    /// If the vocabulary is not UTF-8, or lacks one of the pieces that have a part to play.
    pub(crate) fn parse(vocabulary: &[u8]) -> Result<WordPiece, ModelError> {
        let wrong = |_| ModelError::new("the vocabulary is not UTF-8");
        let text = String::from_utf8(vocabulary.to_vec()).map_err(wrong)?;
        if u32::try_from(text.len()).is_err() {
            return Err(ModelError::new("the vocabulary is longer than any"));
        }
        let mut places = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            let end = at + line.len();
            let start = if continuation(line) { at + CONTINUES.len() } else { at };
            places.push((start as u32, end as u32));
            at = end + 1;
        }
        let mut pieces = WordPiece {
            table: vec![0; (places.len() * 2).next_power_of_two()],
            numbers: (places.len() as u32 + 1).next_power_of_two() - 1,
            known: vec![0; 1 << (KNOWN - 6)],
            text,
            places,
            opening: 0,
            closing: 0,
            unknown: 0,
        };
        for id in 0..pieces.places.len() as u32 {
            let hash = hash(seed(pieces.continues(id)), pieces.piece(id));
            let mut slot = pieces.slot(hash);
            while pieces.table[slot] != 0 {
                slot = (slot + 1) & (pieces.table.len() - 1);
            }
            pieces.table[slot] = (hash & !pieces.numbers) | (id + 1);
            let (word, bit) = known(hash);
            pieces.known[word] |= bit;
        }
        let special = |name: &str| {
            let id = pieces.find(hash(seed(false), name), false, name);
            id.ok_or_else(|| ModelError::new(format!("the vocabulary lacks {name}")))
        };
        let (opening, closing, unknown) = (special("[CLS]")?, special("[SEP]")?, special("[UNK]")?);
        Ok(WordPiece { opening, closing, unknown, ..pieces })
    }

    /// How many pieces there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// Appends a word's pieces, at least one: a word of which nothing is left is unknown. `scratch` is room to work in.
    pub(crate) fn cut(&self, word: &str, scratch: &mut String, out: &mut Vec<u32>) {
        scratch.clear();
        let before = out.len();
        if word.is_ascii() {
            let printing = word.bytes().filter(|byte| !byte.is_ascii_control() || b"\t\n\r".contains(byte));
            scratch.extend(printing.map(|byte| byte.to_ascii_lowercase() as char));
        } else {
            normalize(word, scratch);
        }
        if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !word.is_empty() {
            // Most words: nothing to split.
            return self.cut_run(scratch, out);
        }
        for run in scratch.split(char::is_whitespace) {
            let mut rest = run;
            while let Some(first) = rest.chars().next() {
                let end = match rest.find(punctuation) {
                    Some(0) => first.len_utf8(),
                    Some(end) => end,
                    None => rest.len(),
                };
                self.cut_run(&rest[..end], out);
                rest = &rest[end..];
            }
        }
        if out.len() == before {
            out.push(self.unknown);
        }
    }

    /// The longest pieces from left to right; if none fits somewhere, the whole run is unknown.
    fn cut_run(&self, run: &str, out: &mut Vec<u32>) {
        let before = out.len();
        let mut start = 0;
        if run.len() > LONGEST_WORD && run.chars().count() > LONGEST_WORD {
            out.push(self.unknown);
            return;
        }
        // Most words are pieces.
        if let Some(id) = self.find(hash(seed(false), run), false, run) {
            out.push(id);
            return;
        }
        // The hashes of all prefixes come from one pass, for a prefix's hash goes on where the shorter one's stopped.
        let mut hashes = [0; 4 * LONGEST_WORD + 1];
        while start < run.len() {
            let mut state = seed(start > 0);
            for (at, &byte) in run.as_bytes()[start..].iter().enumerate() {
                state = step(state, byte);
                hashes[at + 1] = state;
            }
            let longest = (start + 1..=run.len()).rev().find_map(|end| {
                let known = run.get(start..end).and_then(|piece| self.find(hashes[end - start], start > 0, piece));
                known.map(|id| (id, end))
            });
            let Some((id, end)) = longest else {
                out.truncate(before);
                out.push(self.unknown);
                return;
            };
            out.push(id);
            start = end;
        }
    }

    fn find(&self, hash: u32, continues: bool, piece: &str) -> Option<u32> {
        let (word, bit) = known(hash);
        if self.known[word] & bit == 0 {
            return None;
        }
        let mut slot = self.slot(hash);
        loop {
            let found = self.table[slot];
            let id = (found & self.numbers).checked_sub(1)?;
            // Most pieces that are not the one have another hash too, and are not looked up.
            if (found ^ hash) & !self.numbers == 0 && self.piece(id) == piece && self.continues(id) == continues {
                return Some(id);
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
    }

    fn slot(&self, hash: u32) -> usize {
        // The high bits of the product are the well mixed ones.
        (hash.wrapping_mul(0x9E37_79B9) >> 8) as usize & (self.table.len() - 1)
    }

    fn piece(&self, id: u32) -> &str {
        let (start, end) = self.places[id as usize];
        &self.text[start as usize..end as usize]
    }

    fn continues(&self, id: u32) -> bool {
        let start = self.places[id as usize].0 as usize;
        // Without the mark a piece begins a line.
        start > 0 && self.text.as_bytes()[start - 1] != b'\n'
    }
}

/// The bit that a hash has, and where it stands.
fn known(hash: u32) -> (usize, u64) {
    let bit = hash.wrapping_mul(0x85EB_CA6B) >> (u32::BITS - KNOWN);
    ((bit / 64) as usize, 1 << (bit % 64))
}

/// Whether a line of the vocabulary is a piece within a word.
fn continuation(line: &str) -> bool {
    line.len() > CONTINUES.len() && line.starts_with(CONTINUES)
}

fn seed(continues: bool) -> u32 {
    if continues { 0x811C_9DC5 } else { 0x5BD1_E995 }
}

/// FNV-1a, a byte at a time.
fn step(state: u32, byte: u8) -> u32 {
    (state ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn hash(seed: u32, piece: &str) -> u32 {
    piece.bytes().fold(seed, step)
}

/// Cleans, sets Chinese characters apart, strips accents, lower-cases.
fn normalize(word: &str, out: &mut String) {
    use GeneralCategory::{Control, Format, NonspacingMark, PrivateUse};
    let printing = |c: &char| {
        let drop = *c == '\u{fffd}' || matches!(get_general_category(*c), Control | Format | PrivateUse);
        matches!(c, '\t' | '\n' | '\r') || !drop
    };
    let apart = |c: char| {
        let (before, after) = if chinese(c) { (Some(' '), Some(' ')) } else { (None, None) };
        before.into_iter().chain([c]).chain(after)
    };
    let stripped = word.chars().filter(printing).flat_map(apart).nfd();
    let stripped = stripped.filter(|&c| get_general_category(c) != NonspacingMark);
    out.extend(stripped.flat_map(char::to_lowercase));
}

/// The blocks of Chinese characters that BERT sets apart.
fn chinese(c: char) -> bool {
    matches!(u32::from(c), 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2B73F
        | 0x2B740..=0x2B81F | 0x2B920..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}

/// What BERT takes as punctuation: all marks of ASCII, and Unicode's.
fn punctuation(c: char) -> bool {
    use GeneralCategory as G;
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        get_general_category(c),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
    )
}

#[cfg(test)]
mod tests {
    use super::WordPiece;

    fn vocabulary() -> WordPiece {
        let text =
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##afford\n##able\n##a\n##b\n##l\n##e\nresume\n.\n_\nx\n中\n#\n##\ni\n##s";
        WordPiece::parse(text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn check(word: &str, expected: &str) {
        let pieces = vocabulary();
        let mut out = Vec::new();
        pieces.cut(word, &mut String::new(), &mut out);
        let mark = |&id: &u32| format!("{}{}", if pieces.continues(id) { "##" } else { "" }, pieces.piece(id));
        assert_eq!(out.iter().map(mark).collect::<Vec<_>>().join(" "), expected, "{word}");
    }

    #[test]
    fn longest_pieces_first() {
        check("unaffordable", "un ##afford ##able");
        check("unable", "un ##able");
        check("unabl", "un ##a ##b ##l");
        check("x", "x");
    }

    #[test]
    fn a_run_with_an_unknown_part_is_unknown_as_a_whole() {
        check("unz", "[UNK]");
        check("x_unz", "x _ [UNK]");
        check(&"x".repeat(101), "[UNK]");
    }

    #[test]
    fn normalised_before_it_is_cut() {
        check("Résumé", "resume");
        check("Re\u{301}sume", "resume");
        check("UNABLE", "un ##able");
        check("x_x.", "x _ x .");
        check("x中x", "x 中 x");
        check("İs", "i ##s");
    }

    #[test]
    fn never_without_a_piece() {
        check("\u{301}", "[UNK]");
        check("\u{200d}", "[UNK]");
        check("", "[UNK]");
    }

    #[test]
    fn the_mark_of_a_continuation_is_a_piece_too() {
        check("#", "#");
        check("##", "# #");
    }

    #[test]
    fn refuses_a_vocabulary_without_its_special_pieces() {
        assert!(WordPiece::parse(b"a\nb").unwrap_err().to_string().contains("[CLS]"));
        assert!(WordPiece::parse(&[0xff]).is_err());
    }
}
