//! Tables of words that are compiled in: sorted text, and an index of it that the compiler makes; nothing to set up.

/// A table with a line for each key: the key, and after a tab what is known of it. Lines are in the order of their
/// keys' bytes. Lines that begin with `#` say where the table comes from.
///
/// [`table!`] makes one of a file's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    text: &'static str,
    /// Open addressing with linear probing: where a key's line begins, plus one, and above that some more bits of the
    /// key's hash; 0 for a free slot. A power of two.
    slots: &'static [u32],
}

/// The table in a text, indexed when it is compiled.
macro_rules! table {
    ($text:expr) => {{
        const TEXT: &str = $text;
        #[allow(long_running_const_eval, reason = "thousands of lines are not many")]
        static SLOTS: [u32; $crate::table::slots(TEXT)] = $crate::table::index(TEXT);
        $crate::table::Table::new(TEXT, &SLOTS)
    }};
}
pub(crate) use table;

/// Bits of a slot that hold a place in the text.
const PLACE: u32 = (1 << 20) - 1;

/// How many slots the index of a text has: at least two a line.
pub(crate) const fn slots(text: &str) -> usize {
    let mut lines = 0;
    let mut at = 0;
    while at < text.len() {
        lines += (text.as_bytes()[at] == b'\n') as usize;
        at += 1;
    }
    (lines * 2).next_power_of_two()
}

/// The index of a text that ends with a line feed.
pub(crate) const fn index<const SLOTS: usize>(text: &str) -> [u32; SLOTS] {
    let bytes = text.as_bytes();
    assert!(bytes.len() < PLACE as usize, "a place has 20 bits");
    let mut index = [0; SLOTS];
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut hash = SEED;
        while bytes[at] != b'\t' && bytes[at] != b'\n' {
            hash = step(hash, bytes[at]);
            at += 1;
        }
        if bytes[start] != b'#' {
            let hash = mixed(hash);
            let mut slot = hash as usize % SLOTS;
            while index[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            index[slot] = (hash & !PLACE) | (start as u32 + 1);
        }
        while bytes[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    index
}

const SEED: u32 = 0x811C_9DC5;

/// FNV-1a, a byte at a time.
const fn step(state: u32, byte: u8) -> u32 {
    (state ^ byte as u32).wrapping_mul(0x0100_0193)
}

/// Brings what the last bytes did to all bits.
const fn mixed(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x2C1B_3C6D);
    hash ^ (hash >> 13)
}

impl Table {
    /// The table in `text`, which ends with a line feed, with the index of it.
    pub(crate) const fn new(text: &'static str, slots: &'static [u32]) -> Table {
        Table { text, slots }
    }

    /// What is known of `key`: the rest of its line, empty where the table is a mere list.
    pub(crate) fn get(self, key: &str) -> Option<&'static str> {
        self.get_joined(key, "")
    }

    /// What is known of the key that is `key` and `more` in one.
    pub(crate) fn get_joined(self, key: &str, more: &str) -> Option<&'static str> {
        let hash = mixed(key.bytes().chain(more.bytes()).fold(SEED, step));
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let found = self.slots[slot];
            let place = (found & PLACE).checked_sub(1)?;
            if found & !PLACE == hash & !PLACE {
                let line = &self.text.as_bytes()[place as usize..];
                let rest = line.strip_prefix(key.as_bytes()).and_then(|rest| rest.strip_prefix(more.as_bytes()));
                match rest {
                    Some([b'\n', ..]) => return Some(""),
                    Some([b'\t', rest @ ..]) => {
                        let start = self.text.len() - rest.len();
                        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                        return Some(&self.text[start..start + end]);
                    }
                    _ => {}
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Whether `key` is in it.
    pub(crate) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Every key with what is known of it.
    pub(crate) fn lines(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.text.lines().skip_while(|line| line.starts_with('#'));
        lines.map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// Fails unless every key is found again.
    #[cfg(test)]
    #[track_caller]
    pub(crate) fn check(self) {
        assert!(self.text.starts_with('#'), "a table says where it comes from");
        let keys: Vec<_> = self.lines().map(|(key, _)| key).collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{:?} comes before {:?}", pair[0], pair[1]);
        }
        for (key, rest) in self.lines() {
            assert_eq!(self.get(key), Some(rest), "{key:?} is not found");
        }
        assert_eq!(self.get("no such key"), None);
        assert_eq!(self.get(""), None);
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn finds_lines() {
        const TABLE: Table = table!("# made up\nant\t1\nbee\ncat\t3\tc\nno way\t\n");
        TABLE.check();
        assert_eq!(TABLE.get("cat"), Some("3\tc"));
        assert_eq!(TABLE.get("no way"), Some(""));
        assert!(
            TABLE.has("bee") && !TABLE.has("be") && !TABLE.has("zebra") && !TABLE.has("#") && !TABLE.has("# made up")
        );
        assert_eq!(TABLE.get_joined("a", "nt"), Some("1"));
        assert_eq!(TABLE.get_joined("ant", "\t1"), None);
        const EMPTY: Table = table!("");
        assert!(!EMPTY.has(""));
    }
}
