//! The report with its attributions marked.

use std::collections::BTreeMap;
use std::ops::Range;

use anstyle::Style;
use onrecord::record::{Act, Block, BlockKind, CodePoints, Document, Record};

use super::styled::Styled;
use super::{Look, faint, number_of, palette};

/// Writes a report: its headline and summary, what is known of it, and its other parts in order, with sources, cues and
/// contents marked.
pub(super) fn write(record: &Record, look: Look, out: &mut String) {
    let document = &record.document;
    let marked = Marked::new(record, look);
    let on_top = |block: &&Block| matches!(block.kind, BlockKind::Headline | BlockKind::Standfirst);
    let top = document.blocks.iter().take_while(on_top).count();
    let (top, body) = document.blocks.split_at(top);

    // The title of a page whose headline stands in the text is that headline.
    let untitled = !document.blocks.iter().any(|block| block.kind == BlockKind::Headline);
    if let Some(title) = document.title.as_ref().filter(|_| untitled) {
        look.paragraph("", "", &Styled::default().with(title, palette::HEADLINE), out);
    }
    marked.parts(top, out);
    look.paragraph("", "", &faint(&known(document)), out);
    marked.parts(body, out);
}

/// What is known of a report, in one line.
fn known(document: &Document) -> String {
    let byline = match document.byline.as_slice() {
        [] => None,
        [one] => Some(format!("by {one}")),
        [most @ .., last] => Some(format!("by {} and {last}", most.join(", "))),
    };
    let parts = [
        document.publisher.as_deref(),
        document.published.as_deref().or(Some("no date")),
        byline.as_deref(),
        document.agency.as_deref(),
        document.language.as_deref().filter(|&language| language != "en"),
        Some(document.name.as_str()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The text of a report with what is marked in it.
struct Marked<'a> {
    text: &'a str,
    /// The byte at which each code point starts, and the text's length.
    starts: Vec<usize>,
    marks: Vec<Mark>,
    look: Look,
}

/// A stretch of text that plays a part in one or more statements.
struct Mark {
    range: Range<usize>,
    part: Part,
    /// The numbers of the statements, in order.
    statements: Vec<u32>,
    /// Whether it is a content that a statement denies, or a source that is not resolved.
    doubtful: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Content,
    Source,
    Cue,
}

impl<'a> Marked<'a> {
    fn new(record: &'a Record, look: Look) -> Marked<'a> {
        let text = record.document.text.as_str();
        let starts = text.char_indices().map(|(start, _)| start).chain([text.len()]).collect();
        let mut marked = Marked { text, starts, marks: Vec::new(), look };
        // One source or cue often serves several statements, and is marked once.
        let mut marks: BTreeMap<(CodePoints, Part), Mark> = BTreeMap::new();
        for statement in &record.statements {
            let number = number_of(&statement.id);
            let mut add = |span: CodePoints, part, numbered: bool, doubtful: bool| {
                let mark = marks.entry((span, part)).or_insert_with(|| Mark {
                    range: marked.bytes(span),
                    part,
                    statements: Vec::new(),
                    doubtful: false,
                });
                if numbered && !mark.statements.contains(&number) {
                    mark.statements.push(number);
                }
                mark.doubtful |= doubtful;
            };
            for source in &statement.sources {
                add(source.span, Part::Source, true, source.name.is_none());
            }
            if let Some(cue) = &statement.cue {
                // A cue leads to its statement only where no content does.
                add(cue.span, Part::Cue, statement.content.is_empty(), false);
            }
            for content in &statement.content {
                add(content.span, Part::Content, true, statement.act == Some(Act::Deny));
            }
        }
        marked.marks = marks.into_values().filter(|mark| !mark.range.is_empty()).collect();
        marked
    }

    /// Writes these parts in order; what is not read on a line each, but furniture that stands together on one, and a
    /// dateline before its paragraph.
    fn parts(&self, blocks: &[Block], out: &mut String) {
        let look = self.look;
        let mut after_note = false;
        for together in blocks.chunk_by(|a, b| self.belong_together(a, b)) {
            let last = &together[together.len() - 1];
            let range = self.bytes(last.span);
            let words = &self.text[range.clone()];
            let is_note = !last.kind.is_read();
            if is_note && after_note {
                // Notes that follow each other stand without an empty line between them.
                out.pop();
            }
            after_note = is_note;
            let styled = |base| {
                let mut line = Styled::default();
                for dateline in &together[..together.len() - 1] {
                    line.push(&self.text[self.bytes(dateline.span)], palette::FAINT);
                    line.push(" ", palette::FAINT);
                }
                line.and(&self.styled(range.clone(), base))
            };
            match last.kind {
                BlockKind::Headline => look.paragraph("", "", &styled(palette::HEADLINE), out),
                BlockKind::Standfirst => look.paragraph("", "", &styled(palette::STANDFIRST), out),
                BlockKind::Paragraph => look.paragraph("  ", "  ", &styled(Style::new()), out),
                BlockKind::ListItem => look.paragraph("  • ", "    ", &styled(Style::new()), out),
                BlockKind::Quote => look.paragraph("  │ ", "  │ ", &styled(Style::new()), out),
                BlockKind::Caption => look.note("caption", words, out),
                BlockKind::Credit => look.note("credit", words, out),
                BlockKind::Dateline => look.note("dateline", words, out),
                BlockKind::Boilerplate => {
                    let words: Vec<&str> = together.iter().map(|block| &self.text[self.bytes(block.span)]).collect();
                    look.note("set aside", &words.join(" · "), out);
                }
            }
        }
    }

    /// Whether the second of two parts is shown on the line of the first.
    fn belong_together(&self, first: &Block, second: &Block) -> bool {
        match first.kind {
            BlockKind::Boilerplate => second.kind == BlockKind::Boilerplate,
            BlockKind::Dateline => {
                let between = self.bytes(CodePoints(first.span.1, second.span.0));
                second.kind.is_read() && !self.text[between].contains('\n')
            }
            _ => false,
        }
    }

    /// The bytes at a span; cut short where it reaches beyond the text.
    fn bytes(&self, span: CodePoints) -> Range<usize> {
        let at = |point: u32| self.starts[(point as usize).min(self.starts.len() - 1)];
        at(span.0)..at(span.1.max(span.0))
    }

    /// The words at `range`, in `base` where nothing else is marked.
    fn styled(&self, range: Range<usize>, base: Style) -> Styled {
        let marks: Vec<(Range<usize>, &Mark)> = self
            .marks
            .iter()
            .map(|mark| (mark.range.start.max(range.start)..mark.range.end.min(range.end), mark))
            .filter(|(part, _)| part.start < part.end)
            .collect();
        let mut borders: Vec<usize> = marks.iter().flat_map(|(part, _)| [part.start, part.end]).collect();
        borders.extend([range.start, range.end]);
        borders.sort_unstable();
        borders.dedup();

        let mut styled = Styled::default();
        for (index, &border) in borders.iter().enumerate() {
            let style_at = |at: usize| {
                let around = marks.iter().filter(|(part, _)| part.contains(&at)).map(|&(_, mark)| mark);
                palette::marked(base, around.map(Mark::role))
            };
            // What ends here, the innermost first; then what begins, the outermost first.
            let mut ends: Vec<_> = marks.iter().filter(|(part, _)| part.end == border).collect();
            ends.sort_by_key(|(part, mark)| (std::cmp::Reverse(part.start), std::cmp::Reverse(mark.part)));
            for (_, mark) in ends {
                self.close(mark, style_at(border.saturating_sub(1).max(range.start)), &mut styled);
            }
            let mut begins: Vec<_> = marks.iter().filter(|(part, _)| part.start == border).collect();
            begins.sort_by_key(|(part, mark)| (std::cmp::Reverse(part.end), mark.part));
            for (_, mark) in begins {
                self.open(mark, style_at(border), &mut styled);
            }
            if let Some(&next) = borders.get(index + 1) {
                styled.push(&self.text[border..next], style_at(border));
            }
        }
        styled
    }

    fn open(&self, mark: &Mark, style: Style, styled: &mut Styled) {
        if !self.look.color {
            styled.push(
                if mark.part == Part::Content {
                    "«"
                } else if mark.part == Part::Source {
                    "‹"
                } else {
                    "_"
                },
                style,
            );
        }
        if mark.part == Part::Content {
            styled.push(&raised(&mark.statements), palette::FAINT);
        }
    }

    fn close(&self, mark: &Mark, style: Style, styled: &mut Styled) {
        if !self.look.color {
            styled.push(
                if mark.part == Part::Content {
                    "»"
                } else if mark.part == Part::Source {
                    "›"
                } else {
                    "_"
                },
                style,
            );
        }
        if mark.part != Part::Content {
            styled.push(&raised(&mark.statements), palette::FAINT);
        }
    }
}

impl Mark {
    fn role(&self) -> palette::Role {
        match self.part {
            Part::Source => palette::Role::Source { unresolved: self.doubtful },
            Part::Cue => palette::Role::Cue,
            Part::Content => palette::Role::Content { denied: self.doubtful },
        }
    }
}

/// Numbers as raised digits, runs of them joined: `¹⁻³˒⁷`.
fn raised(numbers: &[u32]) -> String {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    let mut out = String::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        if !out.is_empty() {
            out.push('˒');
        }
        let (first, last) = (run[0], run[run.len() - 1]);
        raise(first, &mut out);
        if run.len() > 1 {
            out.push_str(if run.len() > 2 { "⁻" } else { "˒" });
            raise(last, &mut out);
        }
    }
    out
}

fn raise(number: u32, out: &mut String) {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    out.extend(number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]));
}

#[cfg(test)]
mod tests {
    use onrecord::record::{Cue, Quote, Source, SourceKind, Statement, Text};
    use proptest::prelude::*;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn numbers_are_raised() {
        for (numbers, expected) in
            [(&[][..], ""), (&[7], "⁷"), (&[1, 2], "¹˒²"), (&[10, 12, 11, 3], "³˒¹⁰⁻¹²"), (&[4, 9], "⁴˒⁹")]
        {
            assert_eq!(raised(numbers), expected);
        }
    }

    /// A statement whose parts stand anywhere, as no reader would put them.
    fn statement(number: usize, spans: [(u32, u32); 3]) -> Statement {
        let [source, cue, content] = spans.map(|(start, length)| CodePoints(start, start + length));
        Statement {
            id: format!("s{}", number + 1),
            within: None,
            sources: vec![Source {
                span: source,
                text: String::new(),
                entity: None,
                name: None,
                kind: SourceKind::Anonymous,
            }],
            chain: Vec::new(),
            cue: Some(Cue { span: cue, text: String::new(), lemma: String::new() }),
            act: None,
            quote: Quote::Indirect,
            content: vec![Text { span: content, text: String::new() }],
            to: None,
            when: None,
            place: None,
            claims: Vec::new(),
            confidence: None,
        }
    }

    proptest! {
        #[test]
        fn marks_take_nothing_away_wherever_they_stand(
            words in "[a-zé漢“”,. ]{1,80}",
            spans in prop::collection::vec([(0_u32..90, 0_u32..60), (0_u32..90, 0_u32..9), (0_u32..90, 0_u32..60)], 0..6),
            color: bool,
            width in 20_usize..120,
        ) {
            let mut record = Fixture::new(&[(BlockKind::Paragraph, &words)]).record;
            record.statements = spans.into_iter().enumerate().map(|(number, spans)| statement(number, spans)).collect();
            let mut out = String::new();
            Marked::new(&record, Look { width, color }).parts(&record.document.blocks, &mut out);
            // Without the marks, the escapes and the spaces at the ends of lines, it is the text.
            let mut shown = String::new();
            let mut escape = false;
            for character in out.chars() {
                match character {
                    '\u{1b}' => escape = true,
                    'm' if escape => escape = false,
                    '‹' | '›' | '«' | '»' | '_' | '˒' | '⁻' | '⁰'..='⁹' | '¹' | '²' | '³' | ' ' | '\n' => {}
                    _ if escape => {}
                    _ => shown.push(character),
                }
            }
            prop_assert_eq!(shown, words.replace(' ', ""), "{}", out);
        }
    }
}
