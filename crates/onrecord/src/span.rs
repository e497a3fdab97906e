//! Spans: where in the text something stands.

use std::fmt;
use std::ops::Range;

/// A half-open range of UTF-8 bytes, `start..end`, into a document's text.
///
/// Bytes are the one unit inside the reader; [`crate::record`] turns them into Unicode code points at the border.
/// A span never ends before it starts. That it lies on character boundaries is the duty of the stage that makes it,
/// and a law that property tests hold each stage to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    ///
    /// # Panics
    /// If `end < start`, or if either is beyond `u32::MAX` (a text of over 4 GiB is refused before it gets here).
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        assert!(start <= end, "a span cannot end ({end}) before it starts ({start})");
        let [start, end] = [start, end].map(|at| u32::try_from(at).expect("texts are shorter than 4 GiB"));
        Span { start, end }
    }

    /// Its first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after its last.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same as a standard range, to index a text with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// The words at this span.
    ///
    /// # Panics
    /// If the span reaches beyond `text` or cuts a character: then it is not a span of this text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the byte at `offset` lies inside.
    #[must_use]
    pub fn covers(self, offset: usize) -> bool {
        self.start() <= offset && offset < self.end()
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same words without white space at either end.
    #[must_use]
    pub fn trim(self, text: &str) -> Span {
        let words = self.of(text);
        let start = self.start() + (words.len() - words.trim_start().len());
        Span::new(start, start + words.trim().len())
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn relations() {
        let (a, b) = (Span::new(2, 6), Span::new(4, 9));
        assert!(a.overlaps(b) && !a.contains(b) && a.contains(Span::new(3, 6)));
        assert!(!a.overlaps(Span::new(6, 9)));
        assert_eq!(a.cover(b), Span::new(2, 9));
        assert_eq!(Span::new(1, 7).trim("x  né  y"), Span::new(3, 6));
    }

    #[test]
    #[should_panic(expected = "cannot end")]
    fn backwards() {
        let _ = Span::new(3, 2);
    }
}
