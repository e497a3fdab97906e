//! Tables of words that are compiled in: sorted text, searched by halves, nothing to set up.

/// A table with a line for each key: the key, and after a tab what is known of it. Lines are in the order of their
/// keys' bytes. Lines at the top that begin with `#` say where the table comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table(&'static str);

impl Table {
    /// The table in `text`, which is sorted and ends with a line feed.
    pub(crate) const fn new(text: &'static str) -> Table {
        Table(text)
    }

    /// What is known of `key`: the rest of its line, empty where the table is a mere list.
    pub(crate) fn get(self, key: &str) -> Option<&'static str> {
        let text = self.0;
        let (mut from, mut to) = (0, text.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let start = text.as_bytes()[..middle].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            let end = text.as_bytes()[middle..].iter().position(|&b| b == b'\n').map_or(text.len(), |at| middle + at);
            let line = &text[start..end];
            if line.starts_with('#') {
                from = end + 1;
                continue;
            }
            let (found, rest) = line.split_once('\t').unwrap_or((line, ""));
            match found.cmp(key) {
                std::cmp::Ordering::Equal => return Some(rest),
                std::cmp::Ordering::Less => from = end + 1,
                std::cmp::Ordering::Greater => to = start,
            }
        }
        None
    }

    /// Whether `key` is in it.
    pub(crate) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Every key with what is known of it. Tests read tables through with this.
    #[cfg(test)]
    pub(crate) fn lines(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.0.lines().skip_while(|line| line.starts_with('#'));
        lines.map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// Fails unless every key is found again.
    #[cfg(test)]
    #[track_caller]
    pub(crate) fn check(self) {
        assert!(self.0.starts_with('#'), "a table says where it comes from");
        let keys: Vec<_> = self.lines().map(|(key, _)| key).collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{:?} comes before {:?}", pair[0], pair[1]);
        }
        for (key, rest) in self.lines() {
            assert_eq!(self.get(key), Some(rest), "{key:?} is not found");
        }
        assert_eq!(self.get("no such key"), None);
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn finds_lines_by_halves() {
        let table = Table::new("# made up\nant\t1\nbee\ncat\t3\tc\n");
        table.check();
        assert_eq!(table.get("cat"), Some("3\tc"));
        assert!(table.has("bee") && !table.has("be") && !table.has("zebra") && !table.has("#"));
        assert!(!Table::new("").has(""));
    }
}
