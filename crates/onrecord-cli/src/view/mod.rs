//! The terminal view of a record: the report with its attributions marked, its statements as a table, and counts.

mod counts;
mod entities;
mod found;
mod marked;
mod matter;
mod palette;
mod styled;
mod table;

use anstyle::Style;
use onrecord::record::Record;

pub(crate) use entities::{entities, kind_name};
pub(crate) use found::{results, source};
pub(crate) use matter::{matter, matters, stance_name};
use styled::Styled;

/// Lines of running text longer than this are hard to read, however wide the terminal.
const LONGEST_LINE: usize = 100;

/// How the view looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Columns that it may fill.
    pub(crate) width: usize,
    /// Whether to use colours, else brackets.
    pub(crate) color: bool,
}

/// The view of one record. `instead` is said in place of the statements, where a report could not be read for one.
pub(crate) fn show(record: &Record, instead: Option<&str>, look: Look) -> String {
    let mut out = String::new();
    marked::write(record, look, &mut out);
    match instead {
        Some(why) => look.paragraph("", "", &Styled::default().with(why, palette::HEADLINE), &mut out),
        None if record.statements.is_empty() => {
            look.paragraph("", "", &Styled::default().with("Nobody says anything in it.", palette::HEADLINE), &mut out);
        }
        None => {
            table::write(record, look, &mut out);
            counts::write(record, look, &mut out);
        }
    }
    // Every part ends with an empty line; the last one is not needed.
    out.pop();
    out
}

/// What stands between the views of two records.
pub(crate) fn between(look: Look) -> String {
    let mut out = "\n".to_owned();
    faint(&"═".repeat(look.measure())).write(look.color, &mut out);
    out.push('\n');
    out
}

impl Look {
    /// Columns of running text.
    fn measure(self) -> usize {
        self.width.min(LONGEST_LINE)
    }

    /// Writes a paragraph with what stands before its first line and before the others, and an empty line after it.
    fn paragraph(self, first: &str, other: &str, words: &Styled, out: &mut String) {
        for line in hanging(&plain(first), &plain(other), words, self.measure()) {
            line.write(self.color, out);
        }
        out.push('\n');
    }

    /// Writes one faint line of what is not read: what it is, and as much of it as fits.
    fn note(self, what: &str, words: &str, out: &mut String) {
        if words.is_empty() {
            return;
        }
        let words: Vec<&str> = words.split_whitespace().collect();
        let note = faint(&format!("[{what}] {}", words.join(" ")));
        self.paragraph("  ", "  ", &note.truncated(self.measure().saturating_sub(2)), out);
    }
}

/// The lines of `words` in `width` columns, with what stands before the first and before the others.
fn hanging(first: &Styled, other: &Styled, words: &Styled, width: usize) -> Vec<Styled> {
    let lines = words.lines(width.saturating_sub(first.width().max(other.width())));
    lines.iter().enumerate().map(|(index, line)| if index == 0 { first } else { other }.clone().and(line)).collect()
}

/// A statement's number in the view, from its id in the record; 0 if it has none.
fn number_of(id: &str) -> u32 {
    let digits = id.strip_prefix('s').unwrap_or(id);
    digits.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn plain(words: &str) -> Styled {
    Styled::default().with(words, Style::new())
}

fn faint(words: &str) -> Styled {
    Styled::default().with(words, palette::FAINT)
}

#[cfg(test)]
pub(crate) mod fixture;

#[cfg(test)]
mod tests {
    use onrecord::record::{Block, BlockKind, CodePoints};

    use super::*;

    /// Holds the view against a golden. Look at what has changed before you copy it there.
    fn check(record: &Record, instead: Option<&str>, width: usize, expected: &str) {
        let shown = show(record, instead, Look { width, color: false });
        assert!(shown == expected, "in {width} columns it looks like this:\n{shown}");
    }

    #[test]
    fn a_report_in_80_columns() {
        check(&fixture::harbour(), None, 80, include_str!("goldens/harbour-80.txt"));
    }

    #[test]
    fn a_report_in_40_columns() {
        check(&fixture::harbour(), None, 40, include_str!("goldens/harbour-40.txt"));
    }

    #[test]
    fn a_report_in_200_columns() {
        check(&fixture::harbour(), None, 200, include_str!("goldens/harbour-200.txt"));
    }

    #[test]
    fn a_dateline_stands_before_its_paragraph() {
        let mut fixture = fixture::Fixture::new(&[(BlockKind::Paragraph, "WEXMOUTH, May 14 - The bridge is shut.")]);
        let blocks = &mut fixture.record.document.blocks;
        blocks.insert(0, Block { kind: BlockKind::Dateline, span: CodePoints(0, 18) });
        blocks[1].span.0 = 19;
        check(
            &fixture.record,
            None,
            80,
            "no date · harbour\n\n  WEXMOUTH, May 14 - The bridge is shut.\n\nNobody says anything in it.\n",
        );
    }

    #[test]
    fn a_day_that_is_open_is_told_in_its_own_words() {
        let mut record = fixture::harbour();
        let look = Look { width: 80, color: false };
        assert!(show(&record, None, look).contains(" told             2024-05-14 "));
        record.statements[2].when.as_mut().unwrap().value = Some("XXXX-WXX-2".to_owned());
        assert!(show(&record, None, look).contains(" told             Tuesday "));
    }

    #[test]
    fn colours_say_what_brackets_say() {
        let look = Look { width: 80, color: true };
        let shown = show(&fixture::harbour(), None, look);
        for expected in [
            "\u{1b}[1m\u{1b}[36mMayor Ada Quill\u{1b}[0m\u{1b}[2m³",
            "\u{1b}[33mtold\u{1b}[0m reporters",
            "\u{1b}[32mThere are 41 cracks in the north tower\u{1b}[0m",
            // Denied words are red, those within the words of another underlined.
            "\u{1b}[31mthere were any cracks\u{1b}[0m",
            "\u{1b}[4m\u{1b}[32mit could collapse\u{1b}[0m",
            // Sources that nobody is known by have a colour of their own, and numbers of claims stand out.
            "\u{1b}[35mshe\u{1b}[0m",
            "There are \u{1b}[1m41\u{1b}[0m cracks",
        ] {
            assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
        }
        assert!(!shown.contains('«') && !shown.contains('‹'));
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        use unicode_width::UnicodeWidthStr;
        for width in 20..=220 {
            let shown = show(&fixture::harbour(), None, Look { width, color: false });
            for line in shown.lines() {
                assert!(line.width() <= width, "{} of {width} columns: {line}", line.width());
            }
        }
    }

    #[test]
    fn a_report_that_is_not_read_says_why() {
        let mut record = fixture::harbour();
        record.statements.clear();
        record.relations.clear();
        record.document.blocks.truncate(2);
        record.document.published = None;
        check(&record, Some("Not read: its language is French."), 80, include_str!("goldens/not-read.txt"));
        record.document.blocks.clear();
        record.document.title = Some("A title of the page".to_owned());
        check(&record, None, 80, include_str!("goldens/nothing-said.txt"));
    }
}
