//! From bytes to Unicode code points: the one place where offsets are converted.

use crate::Span;
use crate::record::CodePoints;

/// How many bytes lie between two counts.
const STEP: usize = 64;

/// Counts of code points along a text, so that any offset is converted in constant time.
pub(crate) struct Offsets<'a> {
    text: &'a str,
    /// How many code points start before each multiple of [`STEP`] bytes.
    before: Vec<u32>,
}

impl<'a> Offsets<'a> {
    pub(crate) fn new(text: &'a str) -> Offsets<'a> {
        let mut count = 0;
        let mut before = Vec::with_capacity(text.len() / STEP + 1);
        for part in text.as_bytes().chunks(STEP) {
            before.push(count);
            count += starts(part);
        }
        before.push(count);
        Offsets { text, before }
    }

    /// The span in code points. It must lie on character boundaries.
    pub(crate) fn of(&self, span: Span) -> CodePoints {
        CodePoints(self.at(span.start()), self.at(span.end()))
    }

    fn at(&self, byte: usize) -> u32 {
        let part = byte / STEP;
        self.before[part] + starts(&self.text.as_bytes()[part * STEP..byte])
    }
}

/// How many code points start in these bytes.
fn starts(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Offsets;
    use crate::Span;

    proptest! {
        #[test]
        fn agrees_with_counting(text in ".{0,300}", a in 0usize..300, b in 0usize..300) {
            let at = |n: usize| text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(n);
            let (Some(start), Some(end)) = (at(a.min(b)), at(a.max(b))) else { return Ok(()) };
            let points = Offsets::new(&text).of(Span::new(start, end));
            prop_assert_eq!((points.0 as usize, points.1 as usize), (a.min(b), a.max(b)));
        }
    }
}
