//! Which entries of a report continue which of the version before, and of a reading before.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// Something that a report says, for comparing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// On whose word.
    pub(crate) who: String,
    /// In which words.
    pub(crate) words: String,
    /// What else may not change without being told: the act, the certainty.
    pub(crate) rest: String,
}

impl fmt::Display for Entry {
    /// "Ada Quill: the bridge will close (assert CT+)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.who.is_empty() {
            write!(f, "{}: ", self.who)?;
        }
        f.write_str(&self.words)?;
        match self.rest.trim() {
            "" => Ok(()),
            rest => write!(f, " ({rest})"),
        }
    }
}

/// What an entry is to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// The same as this one.
    Same(usize),
    /// This one, with other words or on another's word.
    Altered(usize),
    /// None of them: it is new.
    Nothing,
}

/// Two entries of one speaker that share this much of their words are one that was altered.
const ALIKE: f64 = 0.5;

/// For each entry after, the one before that it continues. Each before is continued once at most.
pub(crate) fn follow(before: &[Entry], after: &[Entry]) -> Vec<Follows> {
    let mut out = vec![Follows::Nothing; after.len()];
    let mut free: Vec<bool> = vec![true; before.len()];
    let mut take = |key: &dyn Fn(&Entry) -> (String, String, String), how: fn(usize) -> Follows| {
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, entry) in before.iter().enumerate().rev().filter(|(place, _)| free[*place]) {
            places.entry(key(entry)).or_default().push(place);
        }
        for (place, entry) in after.iter().enumerate() {
            if out[place] == Follows::Nothing
                && let Some(first) = places.get_mut(&key(entry)).and_then(Vec::pop)
            {
                free[first] = false;
                out[place] = how(first);
            }
        }
    };
    take(&|entry| (entry.who.clone(), entry.words.clone(), entry.rest.clone()), Follows::Same);
    take(&|entry| (String::new(), entry.words.clone(), String::new()), Follows::Altered);

    let words = |entry: &Entry| -> HashSet<String> { entry.words.split_whitespace().map(str::to_lowercase).collect() };
    let old: Vec<(usize, HashSet<String>)> =
        (0..before.len()).filter(|&place| free[place]).map(|place| (place, words(&before[place]))).collect();
    let mut pairs = Vec::new();
    for (place, entry) in after.iter().enumerate().filter(|(place, _)| out[*place] == Follows::Nothing) {
        let new = words(entry);
        for (earlier, old) in old.iter().filter(|(earlier, _)| before[*earlier].who == entry.who) {
            let shared = new.intersection(old).count() as f64 / new.union(old).count().max(1) as f64;
            if shared >= ALIKE {
                pairs.push((shared, *earlier, place));
            }
        }
    }
    // The closest first; of equals, the earlier.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, earlier, place) in pairs {
        if free[earlier] && out[place] == Follows::Nothing {
            free[earlier] = false;
            out[place] = Follows::Altered(earlier);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries are written "who: words / rest".
    fn entries(written: &[&str]) -> Vec<Entry> {
        let entry = |written: &&str| {
            let (who, said) = written.split_once(": ").unwrap();
            let (words, rest) = said.split_once(" / ").unwrap_or((said, ""));
            Entry { who: who.to_owned(), words: words.to_owned(), rest: rest.to_owned() }
        };
        written.iter().map(entry).collect()
    }

    fn check(before: &[&str], after: &[&str], expected: &[Follows]) {
        assert_eq!(follow(&entries(before), &entries(after)), expected, "{before:?} → {after:?}");
    }

    #[test]
    fn entries_continue_those_before() {
        use Follows::{Altered, Nothing, Same};
        let quill = "Quill: the bridge will close in June";
        check(&[quill], &[quill], &[Same(0)]);
        check(&[], &[quill], &[Nothing]);
        check(&[quill], &["Quill: the bridge will close in July"], &[Altered(0)]);
        check(&[quill], &["Reeve: the bridge will close in June"], &[Altered(0)]);
        check(&[quill], &["Quill: the bridge will close in June / deny"], &[Altered(0)]);
        check(&[quill], &["Reeve: the ferry will close in June"], &[Nothing]);
        check(&[quill], &["Quill: nobody was hurt"], &[Nothing]);
        // What is said twice is continued twice, in order, and no more often than it was said.
        check(&[quill, quill], &[quill, quill, quill], &[Same(0), Same(1), Nothing]);
        // The closest pair goes first.
        check(
            &["Quill: 3 boats sank in the storm", "Quill: 4 boats sank in the storm today"],
            &["Quill: 5 boats sank in the storm today"],
            &[Altered(1)],
        );
    }
}
