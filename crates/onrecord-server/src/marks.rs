//! A report's text with its sources, cues and contents marked.
//!
//! Marks nest and overlap: what A tells that B said is B's content inside A's. So the text is cut at every border of every
//! mark, and each piece carries all marks that lie over it.

use std::collections::BTreeMap;

use onrecord::record::{BlockKind, CodePoints, Record};
use schemars::JsonSchema;
use serde::Serialize;

/// A block of a report, in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Paragraph {
    /// What it is.
    pub(crate) kind: BlockKind,
    /// Its text, in order.
    pub(crate) pieces: Vec<Piece>,
}

/// Text over which the same marks lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Piece {
    /// The text.
    pub(crate) text: String,
    /// The marks, the outermost first.
    pub(crate) marks: Vec<Mark>,
    /// The statements whose handle this is: by it one comes from the text to the statement, and back.
    pub(crate) handles: Vec<String>,
}

/// What a piece of text is to a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Mark {
    /// The statement's name in the ledger.
    pub(crate) statement: String,
    /// What it is to it.
    pub(crate) role: Role,
}

/// What a piece of text is to a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// What is said.
    Content,
    /// Who says it.
    Source,
    /// That it is said.
    Cue,
}

impl Paragraph {
    /// The paragraph with the marks of one statement alone, if it has any.
    pub(crate) fn of(mut self, statement: &str) -> Option<Paragraph> {
        for piece in &mut self.pieces {
            piece.marks.retain(|mark| mark.statement == statement);
        }
        self.pieces.iter().any(|piece| !piece.marks.is_empty()).then_some(self)
    }
}

impl Piece {
    /// The classes that it is drawn by: its innermost role, and how many contents lie over it.
    pub(crate) fn classes(&self) -> String {
        let has = |role: Role| self.marks.iter().any(|mark| mark.role == role);
        let depth = self.marks.iter().filter(|mark| mark.role == Role::Content).count();
        let mut classes = Vec::new();
        if depth > 0 {
            classes.push(format!("content d{}", depth.min(4)));
        }
        if has(Role::Source) {
            classes.push("source".to_owned());
        }
        if has(Role::Cue) {
            classes.push("cue".to_owned());
        }
        classes.join(" ")
    }

    /// The names of the statements that it belongs to, the innermost first.
    pub(crate) fn statements(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for mark in self.marks.iter().rev() {
            if !names.contains(&mark.statement.as_str()) {
                names.push(&mark.statement);
            }
        }
        names.join(" ")
    }
}

/// The text of a record, block by block. `named` gives the ledger's name of a statement of the record.
pub(crate) fn paragraphs(record: &Record, named: impl Fn(&str) -> String) -> Vec<Paragraph> {
    let all = Marks::of(record, named);
    let text = Text::new(&record.document.text);
    let mut paragraphs = Vec::new();
    let mut reached = 0;
    for block in &record.document.blocks {
        // What no block has is shown all the same.
        let gap = CodePoints(reached, block.span.0.max(reached));
        if !text.at(gap).trim().is_empty() {
            paragraphs.push(Paragraph { kind: BlockKind::Paragraph, pieces: all.pieces(&text, gap) });
        }
        let span = CodePoints(block.span.0.max(reached), block.span.1);
        if span.0 < span.1 {
            paragraphs.push(Paragraph { kind: block.kind, pieces: all.pieces(&text, span) });
            reached = span.1;
        }
    }
    let rest = CodePoints(reached, text.count());
    if !text.at(rest).trim().is_empty() {
        paragraphs.push(Paragraph { kind: BlockKind::Paragraph, pieces: all.pieces(&text, rest) });
    }
    paragraphs
}

/// All marks of a record.
struct Marks {
    marks: Vec<(CodePoints, Mark)>,
    /// Where the handle of a statement begins.
    handles: BTreeMap<u32, Vec<String>>,
}

impl Marks {
    fn of(record: &Record, named: impl Fn(&str) -> String) -> Marks {
        let mut marks = Vec::new();
        let mut handles: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for said in &record.statements {
            let name = named(&said.id);
            let mut mark = |span: CodePoints, role| {
                if span.0 < span.1 {
                    marks.push((span, Mark { statement: name.clone(), role }));
                }
            };
            said.content.iter().for_each(|content| mark(content.span, Role::Content));
            said.sources.iter().for_each(|source| mark(source.span, Role::Source));
            said.cue.iter().for_each(|cue| mark(cue.span, Role::Cue));
            let cue = said.cue.as_ref().map(|cue| cue.span);
            let source = said.sources.first().map(|source| source.span);
            let content = said.content.first().map(|content| content.span);
            if let Some(handle) = cue.or(source).or(content).filter(|span| span.0 < span.1) {
                handles.entry(handle.0).or_default().push(name);
            }
        }
        // The outermost first: those that begin first, and of these the longest.
        marks.sort_by_key(|(span, _)| (span.0, std::cmp::Reverse(span.1)));
        Marks { marks, handles }
    }

    /// The pieces of a part of the text.
    fn pieces(&self, text: &Text<'_>, part: CodePoints) -> Vec<Piece> {
        let over: Vec<&(CodePoints, Mark)> =
            self.marks.iter().filter(|(span, _)| span.0 < part.1 && span.1 > part.0).collect();
        let mut borders: Vec<u32> = over.iter().flat_map(|(span, _)| [span.0, span.1]).collect();
        borders.extend([part.0, part.1]);
        borders.retain(|border| (part.0..=part.1).contains(border));
        borders.sort_unstable();
        borders.dedup();
        let mut pieces = Vec::new();
        for pair in borders.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let here = over.iter().filter(|(span, _)| span.0 <= start && span.1 >= end);
            pieces.push(Piece {
                text: text.at(CodePoints(start, end)).to_owned(),
                marks: here.map(|(_, mark)| mark.clone()).collect(),
                handles: self.handles.get(&start).cloned().unwrap_or_default(),
            });
        }
        pieces
    }
}

/// A text that is cut at code points.
struct Text<'a> {
    text: &'a str,
    /// Where each code point begins, and where the last one ends.
    bytes: Vec<usize>,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Text<'a> {
        let mut bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
        bytes.push(text.len());
        Text { text, bytes }
    }

    fn count(&self) -> u32 {
        u32::try_from(self.bytes.len() - 1).unwrap_or(u32::MAX)
    }

    fn at(&self, span: CodePoints) -> &'a str {
        let byte = |at: u32| self.bytes.get(at as usize).copied().unwrap_or(self.text.len());
        self.text.get(byte(span.0)..byte(span.1)).unwrap_or_default()
    }
}
