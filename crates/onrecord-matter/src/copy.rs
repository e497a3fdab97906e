//! Copies: sentences of reports that are the same words.

use crate::hash::Hash;
use crate::term::words;

/// Words in a shingle (Broder, 1997).
const SHINGLE: usize = 4;

/// The hashes of all runs of four words, each once, in order of their values; of a shorter text the hash of the whole. Two
/// sentences have so few that 16 bits tell them apart.
pub(crate) fn shingles(text: &str) -> Vec<u16> {
    let all: Vec<String> = words(text).map(|(_, word)| word.to_lowercase()).collect();
    let mut hashes: Vec<u16> = (all.windows(SHINGLE.min(all.len().max(1))))
        .map(|run| {
            let joined = run.iter().fold(Hash::new(), |hash, word| hash.bytes(word.as_bytes()).bytes(b" "));
            joined.value() as u16
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The share of the shorter text's shingles that stand in the other, 0 to 1.
pub(crate) fn containment(a: &[u16], b: &[u16]) -> f32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // Both are in order.
    let mut rest = long;
    let met = |hash: &&u16| {
        rest = &rest[rest.iter().take_while(|other| other < hash).count()..];
        rest.first() == Some(*hash)
    };
    let both = short.iter().filter(met).count();
    if short.is_empty() { 0.0 } else { both as f32 / short.len() as f32 }
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
    }
}
