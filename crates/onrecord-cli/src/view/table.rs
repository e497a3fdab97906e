//! The statements of a report as a table.
//!
//! A statement fills a row: its number, who says it, the act and the words that name it, when, and whether the words are
//! the source's own. Its claims stand beneath, each with its certainty; in a wide terminal they stand beside.

use std::collections::HashMap;

use anstyle::Style;
use onrecord::record::{Act, Certainty, Claim, Quote, Record, RelationKind, SourceKind, Statement, When};

use super::styled::Styled;
use super::{Look, faint, hanging, number_of, palette, plain};

/// From this width on the claims stand beside the row.
const WIDE: usize = 140;
/// Below this width the cells of a row run on like text.
const NARROW: usize = 64;
/// Columns between two cells.
const GAP: usize = 2;
/// Columns of the marks after a number, and of the space before them.
const MARKS: usize = 3;
/// Columns of the narrow cells: act, when, quote.
const ACT: usize = 8;
const WHEN: usize = 10;
const QUOTE: usize = 8;

/// Writes the table.
pub(super) fn write(record: &Record, look: Look, out: &mut String) {
    let table = Table::new(record, look);
    let mut lines = table.head();
    for statement in &record.statements {
        lines.extend(table.statement(statement));
    }
    lines.push(table.rule());
    for line in lines {
        line.write(look.color, out);
    }
    out.push('\n');
}

struct Table<'a> {
    width: usize,
    /// Columns of the number.
    number: usize,
    who: usize,
    cue: usize,
    /// What else bears on each claim or statement, by its id: "same as 3", "denied by 2".
    bearings: HashMap<&'a str, Styled>,
    /// The ids of claims and statements that deny another.
    denying: Vec<&'a str>,
}

impl<'a> Table<'a> {
    fn new(record: &'a Record, look: Look) -> Table<'a> {
        let most = record.statements.iter().map(|statement| number_of(&statement.id)).max().unwrap_or(0);
        let number = most.to_string().len().max(2);
        let width = if look.width < WIDE { look.measure() } else { look.width };
        // Who and cue share what the other cells leave; beside claims, which need most of the room, they get this much.
        let others = number + MARKS + ACT + WHEN + QUOTE + 5 * GAP;
        let rest = if width < WIDE { width.saturating_sub(others) } else { 52 };
        let cue = (rest * 2 / 5).min(24);
        let denies = |kind| kind == RelationKind::Denies;
        Table {
            width,
            number,
            who: (rest - cue).min(40),
            cue,
            bearings: bearings(record),
            denying: record.relations.iter().filter(|it| denies(it.kind)).map(|it| it.a.as_str()).collect(),
        }
    }

    fn rule(&self) -> Styled {
        faint(&"─".repeat(self.width))
    }

    fn head(&self) -> Vec<Styled> {
        if self.width < NARROW {
            return vec![self.rule()];
        }
        let mut cells = vec![
            (faint(&format!("{:>1$}", "#", self.number)), self.number + MARKS),
            (faint("who"), self.who),
            (faint("act"), ACT),
            (faint("cue"), self.cue),
            (faint("when"), WHEN),
            (faint("quote"), QUOTE),
        ];
        if self.width >= WIDE {
            cells.push((faint("sure  words"), 11));
        }
        let cells = cells.into_iter().map(|(words, width)| Cell { lines: vec![words], width }).collect();
        [side_by_side(cells), vec![self.rule()]].concat()
    }

    fn statement(&self, statement: &Statement) -> Vec<Styled> {
        let number = format!("{:>1$} ", number_of(&statement.id), self.number);
        let number = Styled::default()
            .with(&number, palette::HEADLINE)
            .and(&if statement.within.is_some() { faint("↳") } else { plain(" ") })
            .and(&if self.denies(statement) { Styled::default().with("✗", palette::DENIAL) } else { plain(" ") });
        let cells = [who(statement), act(statement), cue(statement), when(statement), quote(statement)];

        if self.width < NARROW {
            let run_on = joined(cells.iter());
            let indent = plain(&" ".repeat(self.number + 1));
            let mut lines = hanging(&number.and(&plain(" ")), &indent, &run_on, self.width);
            lines.extend(self.said(statement, &indent, self.width));
            return lines;
        }

        let widths = [self.who, ACT, self.cue, WHEN, QUOTE];
        let mut row = vec![Cell { lines: vec![number], width: self.number + MARKS }];
        row.extend(cells.iter().zip(widths).map(|(cell, width)| Cell { lines: cell.lines(width), width }));
        if self.width < WIDE {
            let mut lines = side_by_side(row);
            lines.extend(self.said(statement, &plain(&" ".repeat(self.number + MARKS + GAP)), self.width));
            lines
        } else {
            let taken: usize = row.iter().map(|cell| cell.width + GAP).sum();
            let width = self.width - taken;
            row.push(Cell { lines: self.said(statement, &Styled::default(), width), width });
            side_by_side(row)
        }
    }

    /// The circumstances and the claims of a statement, a line or more each.
    fn said(&self, statement: &Statement, indent: &Styled, width: usize) -> Vec<Styled> {
        let mut lines = Vec::new();
        let circumstances = self.circumstances(statement);
        if !circumstances.is_empty() {
            lines.extend(hanging(indent, indent, &circumstances, width));
        }
        if statement.claims.is_empty() && !statement.content.is_empty() {
            let pieces: Vec<&str> = statement.content.iter().map(|piece| piece.text.as_str()).collect();
            let first = indent.clone().and(&sure(None));
            let other = indent.clone().padded(first.width());
            lines.extend(hanging(&first, &other, &plain(&pieces.join(" … ")), width));
        }
        for (index, claim) in statement.claims.iter().enumerate() {
            let label = if statement.claims.len() > 1 { format!(".{} ", index + 1) } else { String::new() };
            let first = indent.clone().and(&faint(&label)).and(&sure(claim.certainty));
            let other = indent.clone().padded(first.width());
            let style = if statement.act == Some(Act::Deny) { palette::DENIAL } else { Style::new() };
            lines.extend(hanging(&first, &other, &words(claim, style), width));
            if let Some(bearings) = self.bearings.get(claim.id.as_str()) {
                lines.extend(hanging(&other, &other, bearings, width));
            }
        }
        lines
    }

    fn circumstances(&self, statement: &Statement) -> Styled {
        let parts = [
            statement.to.as_ref().map(|to| faint(&format!("to {}", to.text))),
            statement.place.as_ref().map(|place| faint(&format!("in {}", place.name))),
            statement.within.as_ref().map(|outer| faint(&format!("within {}", number_of(outer)))),
            self.bearings.get(statement.id.as_str()).cloned(),
        ];
        joined(parts.iter().flatten())
    }

    /// Whether a statement rejects something: by its act, or by a claim that denies another.
    fn denies(&self, statement: &Statement) -> bool {
        statement.act == Some(Act::Deny)
            || self.denying.contains(&statement.id.as_str())
            || statement.claims.iter().any(|claim| self.denying.contains(&claim.id.as_str()))
    }
}

/// A cell of a row: its lines, and the columns that it takes.
struct Cell {
    lines: Vec<Styled>,
    width: usize,
}

/// The lines of a row.
fn side_by_side(cells: Vec<Cell>) -> Vec<Styled> {
    let height = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    let line = |index: usize| {
        let mut line = Styled::default();
        for cell in &cells {
            let words = cell.lines.get(index).cloned().unwrap_or_default();
            line = line.and(&words.padded(cell.width + GAP));
        }
        line
    };
    (0..height).map(line).collect()
}

/// The chain, who tells us first; where no name is resolved, the words of the sources themselves.
fn who(statement: &Statement) -> Styled {
    let mut who = Styled::default();
    for (index, name) in statement.chain.iter().enumerate() {
        if index > 0 {
            who.push(" ← ", palette::FAINT);
        }
        who.push(name, palette::SOURCE);
    }
    let unresolved: Vec<&str> = statement
        .sources
        .iter()
        .filter(|source| source.name.is_none() && source.kind != SourceKind::None)
        .map(|source| source.text.as_str())
        .collect();
    if !unresolved.is_empty() {
        if !who.is_empty() {
            who.push(" ← ", palette::FAINT);
        }
        who.push(&format!("“{}”?", unresolved.join(", ")), palette::UNRESOLVED);
    }
    if who.is_empty() { faint("nobody named") } else { who }
}

fn act(statement: &Statement) -> Styled {
    let style = if statement.act == Some(Act::Deny) { palette::DENIAL } else { Style::new() };
    Styled::default().with(statement.act.map_or("", Act::name), style)
}

fn cue(statement: &Statement) -> Styled {
    Styled::default().with(statement.cue.as_ref().map_or("", |cue| &cue.text), palette::CUE)
}

/// The day, or the words where no day can be told from them: TIMEX3 writes what is open as X.
fn when(statement: &Statement) -> Styled {
    let told = |when: &When| match &when.value {
        Some(value) if !value.contains('X') => plain(value),
        _ => plain(&when.text),
    };
    statement.when.as_ref().map(told).unwrap_or_default()
}

fn quote(statement: &Statement) -> Styled {
    // Without words nothing is quoted.
    let name = match statement.quote {
        _ if statement.content.is_empty() => "",
        Quote::Direct => "direct",
        Quote::Indirect => "indirect",
        Quote::Mixed => "mixed",
    };
    plain(name)
}

/// How sure the source is, and the space after it.
pub(super) fn sure(certainty: Option<Certainty>) -> Styled {
    let name = certainty.map_or("", |certainty| match certainty {
        Certainty::Certain => "CT+",
        Certainty::Probable => "PR+",
        Certainty::Possible => "PS+",
        Certainty::CertainNot => "CT-",
        Certainty::ProbableNot => "PR-",
        Certainty::PossibleNot => "PS-",
        Certainty::Uncommitted => "U",
    });
    Styled::default().with(name, palette::certainty(certainty)).padded(5)
}

/// The words of a claim, its quantities bold.
fn words(claim: &Claim, style: Style) -> Styled {
    let counted = |at: u32| claim.quantities.iter().any(|quantity| (quantity.span.0..quantity.span.1).contains(&at));
    let mut words = Styled::default();
    for (character, at) in claim.text.chars().zip(claim.span.0..) {
        let style = if counted(at) { style.bold() } else { style };
        words.push(character.encode_utf8(&mut [0; 4]), style);
    }
    words
}

/// What bears on each claim or statement, told from both sides.
fn bearings(record: &Record) -> HashMap<&str, Styled> {
    let several: Vec<&str> =
        record.statements.iter().filter(|it| it.claims.len() > 1).map(|statement| statement.id.as_str()).collect();
    let label = |id: &str| {
        let (statement, claim) = id.split_once('.').unwrap_or((id, ""));
        let number = number_of(statement);
        if several.contains(&statement) && !claim.is_empty() { format!("{number}.{claim}") } else { number.to_string() }
    };
    let mut told: Vec<(&str, &str, Vec<String>)> = Vec::new();
    let mut tell = |id, how, other: &str| match told.iter_mut().find(|it| it.0 == id && it.1 == how) {
        Some((_, _, others)) => others.push(label(other)),
        None => told.push((id, how, vec![label(other)])),
    };
    for relation in &record.relations {
        let (there, back) = match relation.kind {
            RelationKind::Same => ("same as", "same as"),
            RelationKind::Supports => ("supports", "supported by"),
            RelationKind::Denies => ("denies", "denied by"),
            RelationKind::Updates => ("updates", "updated by"),
        };
        tell(&relation.a, there, &relation.b);
        tell(&relation.b, back, &relation.a);
    }
    let mut bearings: HashMap<&str, Vec<Styled>> = HashMap::new();
    for (id, how, others) in told {
        let style = if matches!(how, "denies" | "denied by") { palette::DENIAL } else { palette::FAINT };
        let bearing = Styled::default().with(&format!("{how} {}", others.join(", ")), style);
        bearings.entry(id).or_default().push(bearing);
    }
    bearings.into_iter().map(|(id, bearings)| (id, joined(bearings.iter()))).collect()
}

/// Parts that run on, with dots between them.
pub(super) fn joined<'a>(parts: impl Iterator<Item = &'a Styled>) -> Styled {
    parts.filter(|part| !part.is_empty()).fold(Styled::default(), |all, part| {
        if all.is_empty() { part.clone() } else { all.with(" · ", palette::FAINT).and(part) }
    })
}
