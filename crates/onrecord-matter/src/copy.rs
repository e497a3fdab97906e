//! Copies: reports, and sentences of reports, that are the same words.

use crate::hash::Hash;
use crate::term::words;

/// Words in a shingle (Broder, 1997).
const SHINGLE: usize = 4;
/// How many least hashes a report's sketch keeps.
const SKETCH: usize = 64;

/// The hashes of all runs of four words, each once, in order of their values; of a shorter text the hash of the whole.
pub(crate) fn shingles(text: &str) -> Vec<u32> {
    let all: Vec<String> = words(text).map(|(_, word)| word.to_lowercase()).collect();
    let mut hashes: Vec<u32> = (all.windows(SHINGLE.min(all.len().max(1))))
        .map(|run| {
            let joined = run.iter().fold(Hash::new(), |hash, word| hash.bytes(word.as_bytes()).bytes(b" "));
            joined.value() as u32
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// A sketch of a whole report: the least of its shingles' hashes (Broder's bottom-k). The same text gives the same sketch.
pub(crate) fn sketch(text: &str) -> Vec<u32> {
    let mut all = shingles(text);
    all.truncate(SKETCH);
    all
}

/// The share of two reports' shingles that both have, as their sketches tell it, 0 to 1.
pub(crate) fn resemblance(a: &[u32], b: &[u32]) -> f32 {
    let union = merged(a, b);
    let both = union.iter().take(SKETCH).filter(|hash| a.binary_search(hash).is_ok() && b.binary_search(hash).is_ok());
    let count = union.len().min(SKETCH);
    if count == 0 { 0.0 } else { both.count() as f32 / count as f32 }
}

/// The share of the shorter text's shingles that stand in the other, 0 to 1.
pub(crate) fn containment(a: &[u32], b: &[u32]) -> f32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let both = short.iter().filter(|hash| long.binary_search(hash).is_ok()).count();
    if short.is_empty() { 0.0 } else { both as f32 / short.len() as f32 }
}

fn merged(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut union: Vec<u32> = a.iter().chain(b).copied().collect();
    union.sort_unstable();
    union.dedup();
    union
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied() {
        let told = shingles("We have counted 12 boats adrift in the outer harbour of Torvik since the storm");
        let again = shingles("“We have counted 12 boats adrift in the outer harbour of Torvik”");
        let other = shingles("In the outer harbour twelve boats came loose during the storm, the harbour master said");
        assert_eq!(containment(&told, &told), 1.0);
        assert_eq!(containment(&told, &again), 1.0);
        assert!(containment(&told, &other) < 0.2);
        assert_eq!(containment(&told, &[]), 0.0);
        assert_eq!(resemblance(&sketch("a b c d e"), &sketch("a b c d e")), 1.0);
        assert_eq!(resemblance(&[], &[]), 0.0);
    }
}
