//! Text with styles, broken into lines by the columns that it fills.

use std::ops::Range;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text and the style of each part of it.
///
/// It can always be shown: white space of any kind is a space in it, and characters that would steer a terminal, which a
/// report may hold by accident or by intent, are replaced.
#[derive(Clone, Debug, Default)]
pub(super) struct Styled {
    text: String,
    /// Where each style ends.
    runs: Vec<(usize, Style)>,
}

impl Styled {
    /// Adds words in a style.
    pub(super) fn push(&mut self, words: &str, style: Style) {
        let mut rest = words;
        if !is_plain(words) {
            let is_odd = |&(_, character): &(usize, char)| shown(character) != Some(character);
            while let Some((at, odd)) = rest.char_indices().find(is_odd) {
                self.text.push_str(&rest[..at]);
                self.text.extend(shown(odd));
                rest = &rest[at + odd.len_utf8()..];
            }
        }
        self.text.push_str(rest);
        self.end_run(style);
    }

    /// What was added last is in this style.
    fn end_run(&mut self, style: Style) {
        match self.runs.last_mut() {
            Some((end, last)) if *last == style => *end = self.text.len(),
            _ => self.runs.push((self.text.len(), style)),
        }
    }

    /// The same words, for chaining.
    pub(super) fn with(mut self, words: &str, style: Style) -> Styled {
        self.push(words, style);
        self
    }

    /// The same and another text after it.
    pub(super) fn and(mut self, other: &Styled) -> Styled {
        self.add_part(other, 0..other.text.len());
        self
    }

    /// Adds a part of another, of which nothing needs to be replaced any more.
    fn add_part(&mut self, other: &Styled, range: Range<usize>) {
        let mut start = 0;
        for &(end, style) in &other.runs {
            let within = start.max(range.start)..end.min(range.end);
            if within.start < within.end {
                self.text.push_str(&other.text[within]);
                self.end_run(style);
            }
            start = end;
        }
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The columns that it fills on one line.
    pub(super) fn width(&self) -> usize {
        width_of(&self.text)
    }

    /// Its lines of at most `width` columns, without the spaces between them; at least one, if an empty one.
    ///
    /// Lines break at spaces; a word that is wider than a line breaks where the line is full.
    pub(super) fn lines(&self, width: usize) -> Vec<Styled> {
        self.breaks(width.max(1)).into_iter().map(|line| self.part(line)).collect()
    }

    fn breaks(&self, width: usize) -> Vec<Range<usize>> {
        let mut lines: Vec<Range<usize>> = Vec::new();
        // The line that is being filled, and its columns. Spaces fill one each and join with nothing, so columns add up.
        let mut line: Option<(Range<usize>, usize)> = None;
        for word in words(&self.text) {
            let mut columns = width_of(&self.text[word.clone()]);
            if let Some((current, filled)) = &mut line {
                let more = word.start - current.end + columns;
                if *filled + more <= width {
                    current.end = word.end;
                    *filled += more;
                    continue;
                }
                lines.push(current.clone());
            }
            let mut rest = word;
            while columns > width {
                let cut = rest.start + fitting(&self.text[rest.clone()], width);
                lines.push(rest.start..cut);
                rest.start = cut;
                columns = width_of(&self.text[rest.clone()]);
            }
            line = Some((rest, columns));
        }
        lines.extend(line.map(|(line, _)| line));
        if lines.is_empty() {
            lines.push(0..0);
        }
        lines
    }

    /// The same in at most `width` columns, its end left out for an ellipsis where it is wider.
    pub(super) fn truncated(&self, width: usize) -> Styled {
        if self.width() <= width {
            return self.clone();
        }
        let end = fitting(&self.text, width.saturating_sub(1).max(1));
        let short = self.part(0..self.text[..end].trim_end().len());
        let style = short.runs.last().map_or(Style::new(), |&(_, style)| style);
        short.with("…", style)
    }

    /// The same with spaces after it up to `width` columns.
    pub(super) fn padded(mut self, width: usize) -> Styled {
        let spaces = " ".repeat(width.saturating_sub(self.width()));
        self.push(&spaces, Style::new());
        self
    }

    fn part(&self, range: Range<usize>) -> Styled {
        let mut part = Styled::default();
        part.add_part(self, range);
        part
    }

    /// Writes it as a line, with escape sequences for its styles if `color`, and without spaces at its end.
    pub(super) fn write(&self, color: bool, out: &mut String) {
        let end = self.text.trim_end_matches(' ').len();
        let mut start = 0;
        for &(run_end, style) in &self.runs {
            let words = &self.text[start.min(end)..run_end.min(end)];
            if color && !words.is_empty() {
                // A plain style writes nothing on either side.
                out.push_str(&format!("{style}{words}{style:#}"));
            } else {
                out.push_str(words);
            }
            start = run_end;
        }
        out.push('\n');
    }
}

/// Whether all of it is letters, digits and marks of ASCII, and spaces: most of most texts. Each fills a column.
fn is_plain(text: &str) -> bool {
    // All of them, so that a vector holds many at once.
    text.bytes().fold(true, |plain, byte| plain & (b' '..=b'~').contains(&byte))
}

/// The columns that a text fills.
fn width_of(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// What stands for a character on a terminal.
fn shown(character: char) -> Option<char> {
    match character {
        _ if character.is_whitespace() && !is_unbreaking(character) => Some(' '),
        _ if character.is_control() => Some('\u{FFFD}'),
        // Marks that turn the direction of everything after them (Unicode Standard Annex 9), and the byte order mark.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => None,
        _ => Some(character),
    }
}

fn is_unbreaking(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{202F}' | '\u{2007}')
}

/// The words of a text: what stands between spaces.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split(' ').filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some(start..start + word.len())
    })
}

/// How many bytes of a word fit into `width` columns; one character and what combines with it at least.
fn fitting(word: &str, width: usize) -> usize {
    let mut fits = 0;
    for (start, character) in word.char_indices() {
        let end = start + character.len_utf8();
        if fits > 0 && character.width() != Some(0) && word[..end].width() > width {
            break;
        }
        fits = end;
    }
    fits
}

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;
    use proptest::prelude::*;

    use super::*;

    fn plain(words: &str) -> Styled {
        Styled::default().with(words, Style::new())
    }

    fn check(words: &str, width: usize, expected: &[&str]) {
        let styled = plain(words);
        let lines: Vec<String> = styled.lines(width).into_iter().map(|line| line.text).collect();
        assert_eq!(lines, expected, "{words:?} in {width} columns");
    }

    #[test]
    fn lines_break_at_spaces() {
        check("the mayor said no", 9, &["the mayor", "said no"]);
        check("the  mayor\n\tsaid ", 80, &["the  mayor  said"]);
        check("the mayor", 3, &["the", "may", "or"]);
        check("", 10, &[""]);
        check(" \n ", 10, &[""]);
        check("10\u{A0}000 euros", 6, &["10\u{A0}000", "euros"]);
    }

    #[test]
    fn width_is_counted_in_columns() {
        // Wide characters fill two columns, combining ones none.
        check("東京都知事は語った", 8, &["東京都知", "事は語っ", "た"]);
        check("cafe\u{301} cafe\u{301}", 9, &["cafe\u{301} cafe\u{301}"]);
        check("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]);
        check("👩‍🚒 said", 7, &["👩‍🚒 said"]);
    }

    #[test]
    fn nothing_steers_the_terminal() {
        check("a\u{1b}[31mred\u{7}\u{9b}\u{202e}b", 80, &["a\u{FFFD}[31mred\u{FFFD}\u{FFFD}b"]);
    }

    #[test]
    fn an_ellipsis_marks_what_is_left_out() {
        let told = plain("the mayor said no");
        for (width, expected) in [(17, "the mayor said no"), (16, "the mayor said…"), (10, "the mayor…"), (1, "t…")]
        {
            assert_eq!(told.truncated(width).text, expected);
        }
    }

    #[test]
    fn styles_are_closed_on_every_line() {
        let red = AnsiColor::Red.on_default();
        let styled = Styled::default().with("he ", Style::new()).with("said no", red);
        let mut out = String::new();
        for line in styled.lines(7) {
            line.write(true, &mut out);
        }
        assert_eq!(out, "he \u{1b}[31msaid\u{1b}[0m\n\u{1b}[31mno\u{1b}[0m\n");
    }

    proptest! {
        #[test]
        fn lines_hold_every_word_and_never_more_than_fits(words in "\\PC{0,60}( \\PC{0,20}){0,5}", width in 2_usize..30) {
            let styled = plain(&words);
            let lines: Vec<String> = styled.lines(width).into_iter().map(|line| line.text).collect();
            for line in &lines {
                prop_assert!(line.width() <= width || line.chars().filter(|c| c.width() != Some(0)).count() <= 1, "{line:?}");
            }
            let without_spaces = |text: &str| text.replace(' ', "");
            prop_assert_eq!(without_spaces(&lines.concat()), without_spaces(&styled.text));
        }
    }
}
