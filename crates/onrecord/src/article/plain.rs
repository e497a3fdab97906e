//! Plain text, perhaps copied off a page: its lines, and what each of them is.
//!
//! Losing a paragraph is worse than keeping a line of furniture, so a line is set aside only where its whole wording, its
//! shape or its neighbours say so; whatever is doubtful is a paragraph.

use std::collections::BTreeSet;

use super::caption::is_caption;
use super::date::{DateCandidate, DateOrigin, date_line};
use super::furniture::{Furniture, furniture};
use super::{Block, BlockKind, agency, byline, date, dateline};
use crate::Span;

/// What the lines of a text tell.
#[derive(Debug, Default)]
pub(super) struct Marked {
    pub(super) blocks: Vec<Block>,
    pub(super) headline: Option<Span>,
    pub(super) dates: Vec<DateCandidate>,
    pub(super) byline: Vec<String>,
    pub(super) agency: Option<String>,
    /// The place and the date, as written, of the dateline that the report opens with.
    pub(super) filed: Option<(Option<String>, Option<String>)>,
}

/// Marks the parts of a text. A title that came with it is known again as the headline, whatever its shape.
pub(super) fn mark(text: &str, title: Option<&str>) -> Marked {
    let spans = paragraphs(text);
    let kinds = vec![None; spans.len()];
    mark_blocks(text, &spans, kinds, Front::Sought { title })
}

/// Whether headline and standfirst are still to be found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Front<'a> {
    /// A page's elements have told, as far as they can.
    Known,
    /// In plain text they are known by their shape, or by a title that came with it.
    Sought {
        /// That title.
        title: Option<&'a str>,
    },
}

/// Marks blocks of which some kinds are known already (on a page, from its elements).
pub(super) fn mark_blocks(text: &str, spans: &[Span], mut kinds: Vec<Option<BlockKind>>, front: Front<'_>) -> Marked {
    let mut out = Marked::default();
    let words = |i: usize| spans[i].of(text);
    let notes: Vec<Option<Note>> =
        (0..spans.len()).map(|i| if kinds[i].is_none() { note(words(i)) } else { None }).collect();

    set_aside_furniture(text, spans, &notes, &mut kinds);

    // The front ends where the body begins.
    let is_body =
        |i: usize| body_like(words(i)) && !matches!(notes[i], Some(Note::Byline | Note::Date(_) | Note::Caption));
    let open = |i: &usize| matches!(kinds[*i], None | Some(BlockKind::Paragraph));
    let bodies = |from: usize| (from..spans.len()).filter(open).find(|&i| is_body(i)).unwrap_or(spans.len());
    let mut body = bodies(0);
    // One sentence may stand before the date or the byline and still be no more than the standfirst.
    let dated = |i: &usize| matches!(notes[*i], Some(Note::Byline | Note::Date(_)));
    if body > 0
        && let Some(dated) = (body + 1..spans.len().min(body + 5)).find(dated)
        && bodies(body + 1) > dated
    {
        body = bodies(dated);
    }
    let tail = spans.len().saturating_sub(3).max(body);
    for i in 0..spans.len() {
        let (before, end) = (i < body, i >= tail && i > body);
        match &notes[i] {
            Some(Note::Date(date)) if before || end => {
                kinds[i] = Some(BlockKind::Dateline);
                if let Some(date) = date {
                    out.dates.push(DateCandidate::day(DateOrigin::Visible, *date));
                }
                if let Some(name) = agency::agency_among(words(i)).filter(|_| before) {
                    out.agency.get_or_insert(name);
                }
            }
            Some(Note::Byline) if before || end => kinds[i] = Some(BlockKind::Credit),
            Some(Note::Caption) => kinds[i] = Some(BlockKind::Caption),
            _ => {}
        }
        // Under the headline an agency may stand for the writer: "Associated Press", "Ann Vale, AP Science Writer".
        if before && i > 0 && kinds[i].is_none() && signs_for_agency(words(i)) {
            kinds[i] = Some(BlockKind::Credit);
            out.agency = out.agency.take().or_else(|| agency_in(words(i)));
        }
        if kinds[i] == Some(BlockKind::Credit) {
            credit(words(i), &mut out);
        }
    }
    if let Front::Sought { title } = front {
        mark_headline(text, spans, title, body, &mut kinds);
        mark_standfirst(text, spans, &notes, body, &mut kinds);
    }
    out.headline = (0..spans.len()).find(|&i| kinds[i] == Some(BlockKind::Headline)).map(|i| spans[i]);

    for (i, span) in spans.iter().enumerate() {
        let kind = kinds[i].unwrap_or(if bulleted(words(i)) { BlockKind::ListItem } else { BlockKind::Paragraph });
        let opens =
            matches!(kind, BlockKind::Paragraph | BlockKind::Standfirst).then(|| dateline::prefix(words(i))).flatten();
        if let Some(prefix) = opens.filter(|p| i <= body || p.agency.is_some()) {
            let cut = Span::new(span.start(), span.start() + prefix.len);
            let rest = Span::new(cut.end(), span.end()).trim(text);
            if !rest.is_empty() {
                out.blocks.push(Block { kind: BlockKind::Dateline, span: cut });
                out.blocks.push(Block { kind: BlockKind::Paragraph, span: rest });
                if let Some(name) = prefix.agency {
                    // The dateline names the agency with more right than a credit further down.
                    if out.filed.is_none() {
                        out.agency = Some(name);
                    }
                }
                out.filed.get_or_insert((prefix.place, prefix.date));
                continue;
            }
        }
        out.blocks.push(Block { kind, span: *span });
    }
    out
}

/// What a line may be by its own words alone.
#[derive(Clone, Debug, PartialEq)]
enum Note {
    Furniture(Furniture),
    Rule,
    Date(Option<jiff::civil::Date>),
    Byline,
    Caption,
}

fn note(line: &str) -> Option<Note> {
    if !line.chars().any(char::is_alphanumeric) {
        return Some(Note::Rule);
    }
    if let Some(date) = date_line(line) {
        return Some(Note::Date(date));
    }
    if let Some(furniture) = furniture(line) {
        return Some(Note::Furniture(furniture));
    }
    if byline::byline(line).is_some() || (line.len() <= 200 && byline::dated_byline(line).is_some()) {
        return Some(Note::Byline);
    }
    is_caption(line).then_some(Note::Caption)
}

fn set_aside_furniture(text: &str, spans: &[Span], notes: &[Option<Note>], kinds: &mut [Option<BlockKind>]) {
    let short = |i: usize| spans[i].of(text).split_whitespace().nth(40).is_none();
    let mut i = 0;
    while i < spans.len() {
        match &notes[i] {
            Some(Note::Rule) => kinds[i] = Some(BlockKind::Boilerplate),
            Some(Note::Furniture(Furniture::Line(kind))) => kinds[i] = Some(*kind),
            Some(Note::Furniture(Furniture::EndOfList)) => kinds[i] = Some(BlockKind::Boilerplate),
            Some(Note::Furniture(Furniture::ListOf(items))) => {
                kinds[i] = Some(BlockKind::Boilerplate);
                // Each item may bring a number and a title; a list whose end never comes is not believed.
                let reach = (i + 4 + (*items).min(100) * 3).min(spans.len());
                let end = (i + 1..reach).find(|&j| notes[j] == Some(Note::Furniture(Furniture::EndOfList)));
                if let Some(end) = end.filter(|&end| (i..end).all(short)) {
                    kinds[i..=end].fill(Some(BlockKind::Boilerplate));
                    i = end;
                }
            }
            Some(Note::Furniture(Furniture::Teasers)) => {
                kinds[i] = Some(BlockKind::Boilerplate);
                let rest = i + 1..spans.len();
                let title_like = |j: usize| {
                    let words = spans[j].of(text);
                    short(j)
                        && !words.ends_with(['.', '”', '"', '!', ':'])
                        && words.split_whitespace().nth(24).is_none()
                };
                if rest.len() <= 12 && rest.clone().all(|j| notes[j].is_some() || title_like(j)) {
                    for j in rest {
                        if notes[j].is_none() {
                            kinds[j] = Some(BlockKind::Boilerplate);
                        }
                    }
                }
            }
            _ => {}
        }
        i += 1;
    }
}

/// Whether a short line of names in capitals has an agency among them.
fn signs_for_agency(line: &str) -> bool {
    line.split_whitespace().take(9).count() <= 8
        && line.len() <= 80
        && line.split_whitespace().all(|w| w == "and" || !w.starts_with(char::is_lowercase))
        && agency_in(line).is_some()
}

/// The agency that a line names, alone or at the head of an office ("AP Science Writer").
fn agency_in(line: &str) -> Option<String> {
    let office = line.rsplit(',').next().map(str::trim).filter(|o| o.ends_with("Writer") || o.ends_with("Reporter"));
    let first = office.and_then(|o| o.split(' ').next()).filter(|name| agency::is_agency(name)).map(str::to_owned);
    agency::agency_among(line).or(first)
}

/// What a credit tells of writers, day and agencies.
fn credit(line: &str, out: &mut Marked) {
    let dated = byline::byline(line).is_none().then(|| byline::dated_byline(line)).flatten();
    if dated.is_some()
        && let Some(date) = date::date_in(line)
    {
        out.dates.push(DateCandidate::day(DateOrigin::Visible, date));
    }
    if let Some(names) = byline::byline(line).or(dated) {
        for name in names {
            if !out.byline.contains(&name) {
                out.byline.push(name);
            }
        }
        if let Some(name) = agency::agency_among(line) {
            out.agency.get_or_insert(name);
        }
        return;
    }
    let lower = line.to_lowercase();
    for opening in ["source:", "sources:"] {
        if lower.starts_with(opening)
            && let Some(rest) = line.get(opening.len()..)
            && let Some(name) = agency::agency_among(rest)
        {
            out.agency.get_or_insert(name);
        }
    }
}

fn mark_headline(text: &str, spans: &[Span], title: Option<&str>, body: usize, kinds: &mut [Option<BlockKind>]) {
    let open: Vec<usize> =
        (0..spans.len().min(body.saturating_add(2))).filter(|&i| kinds[i].is_none()).take(4).collect();
    if let Some(title) = title
        && let Some(&same) = open.iter().find(|&&i| shared_words(title, spans[i].of(text)) >= 60)
    {
        kinds[same] = Some(BlockKind::Headline);
        return;
    }
    let Some(&first) = open.first().filter(|&&i| i < body && headline_like(spans[i].of(text))) else { return };
    // Of a single line nobody can say whether it stands over anything.
    if spans.len() < 2 || !(first + 1..spans.len()).any(|i| kinds[i].is_none()) {
        return;
    }
    let words = |i: usize| spans[i].of(text).split_whitespace().count();
    let second = open.get(1).copied().filter(|&i| i < body && headline_like(spans[i].of(text)));
    match second {
        // A word or two over the headline name the section.
        Some(second) if words(first) <= 2 && words(second) >= 4 && second == first + 1 => {
            kinds[first] = Some(BlockKind::Boilerplate);
            kinds[second] = Some(BlockKind::Headline);
        }
        // What stands where the headline would, but says nothing of the title that came with it, is another part.
        _ if title.is_some_and(|title| shared_words(title, spans[first].of(text)) < 20) => {
            kinds[first] = Some(if words(first) >= 4 { BlockKind::Standfirst } else { BlockKind::Paragraph });
        }
        _ => kinds[first] = Some(BlockKind::Headline),
    }
}

/// A standfirst stands between the headline and the date or byline, or closes without a stop.
fn mark_standfirst(text: &str, spans: &[Span], notes: &[Option<Note>], body: usize, kinds: &mut [Option<BlockKind>]) {
    let Some(headline) = kinds.iter().position(|k| *k == Some(BlockKind::Headline)) else { return };
    let Some(next) = (headline + 1..spans.len().min(headline + 5)).find(|&i| kinds[i].is_none()) else { return };
    let words = spans[next].of(text);
    let count = words.split_whitespace().take(61).count();
    if next >= body || !(4..=60).contains(&count) || bulleted(words) {
        return;
    }
    let goes_on = (next + 1..spans.len()).any(|i| kinds[i].is_none());
    let dated = (next + 1..body.min(spans.len())).any(|i| matches!(notes[i], Some(Note::Byline | Note::Date(_))));
    if goes_on && (dated || !ends_like_a_sentence(words)) {
        kinds[next] = Some(BlockKind::Standfirst);
    }
}

/// Whether a line reads as a paragraph of the body: a sentence that ends, of some length, or a dateline.
pub(super) fn body_like(words: &str) -> bool {
    let count = words.split_whitespace().take(40).count();
    (count >= 12 && ends_like_a_sentence(words)) || count >= 40 || dateline::prefix(words).is_some()
}

fn ends_like_a_sentence(words: &str) -> bool {
    words.trim_end_matches(['”', '"', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…'])
}

/// A headline has no full stop, and does not run on.
fn headline_like(words: &str) -> bool {
    let count = words.split_whitespace().take(31).count();
    let last = words.trim_end_matches(['”', '"', '’', '\'', ')', ']']).chars().next_back();
    let stopped = matches!(last, Some('.' | ':' | ';' | ',' | '…'));
    // "Did he?" he said. — a question that closes a quotation and runs on is no headline; one alone is.
    let starts = words.chars().next().is_some_and(|c| !c.is_lowercase());
    (1..=30).contains(&count) && words.len() <= 250 && !stopped && starts && !bulleted(words)
}

/// Whether the two say the same, or one of them has the other in it: a page's own title carries the paper's name too.
pub(super) fn same_title(a: &str, b: &str) -> bool {
    if b.len() > 4 * a.len() + 40 || a.len() > 4 * b.len() + 40 {
        return false;
    }
    let (a, b) = (word_set(a), word_set(b));
    let shared = a.intersection(&b).count();
    let all = a.union(&b).count();
    all > 0 && (shared * 10 >= all * 7 || (shared >= 4 && shared * 10 >= a.len().min(b.len()) * 9))
}

/// How many in a hundred of their joint words two lines share.
fn shared_words(a: &str, b: &str) -> usize {
    if b.len() > 1000 || a.len() > 1000 {
        return 0;
    }
    let (a, b) = (word_set(a), word_set(b));
    a.intersection(&b).count() * 100 / a.union(&b).count().max(1)
}

fn word_set(line: &str) -> BTreeSet<String> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

fn bulleted(words: &str) -> bool {
    let mut chars = words.chars();
    let bullet =
        chars.next().is_some_and(|c| matches!(c, '•' | '·' | '‣' | '▪' | '●' | '■' | '◦' | '⦁' | '*' | '➤' | '►'));
    bullet && chars.next().is_some_and(char::is_whitespace)
}

/// The paragraphs of a text: lines between blank lines, or lines where none are blank; wrapped lines put together.
pub(super) fn paragraphs(text: &str) -> Vec<Span> {
    let lines = lines(text);
    let wrapped = hard_wrapped(text, &lines);
    let longest = lines.iter().map(|l| l.chars).max().unwrap_or(0);
    let blanks = lines.iter().skip(1).filter(|l| l.after_blank).count();
    let mut out: Vec<Span> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let joins = i > 0 && !line.after_blank && {
            let before = lines[i - 1];
            let (words, next) = (before.span.of(text), line.span.of(text));
            if wrapped {
                let indented = line.indent > before.indent + 1 && ends_like_a_sentence(words);
                let closed = blanks == 0 && ends_like_a_sentence(words) && before.chars * 10 < longest * 8;
                let apart = note(words).is_some() || note(next).is_some() || bulleted(next);
                !indented && !closed && !apart
            } else {
                (words.ends_with([',', ';']) || next.chars().next().is_some_and(char::is_lowercase))
                    && note(words).is_none()
                    && note(next).is_none()
            }
        };
        match out.last_mut() {
            Some(last) if joins => *last = last.cover(line.span),
            _ => out.push(line.span),
        }
    }
    out
}

#[derive(Clone, Copy, Debug)]
struct Line {
    span: Span,
    after_blank: bool,
    indent: usize,
    chars: usize,
}

fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut blank = false;
    let mut start = 0;
    let ends = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    while start <= text.len() {
        let rest = &text[start..];
        let length = rest.find(ends).unwrap_or(rest.len());
        let span = Span::new(start, start + length).trim(text);
        if span.is_empty() {
            blank = true;
        } else {
            let chars = span.of(text).chars().count();
            out.push(Line { span, after_blank: blank, indent: span.start() - start, chars });
            blank = false;
        }
        // "\r\n" is one end of line.
        let end = start + length;
        let step =
            if text[end..].starts_with("\r\n") { 2 } else { text[end..].chars().next().map_or(1, char::len_utf8) };
        start = end + step;
    }
    out
}

/// Whether lines were broken at a column rather than at paragraphs' ends: most stop in the middle of a sentence.
fn hard_wrapped(text: &str, lines: &[Line]) -> bool {
    let inner: Vec<(&Line, &Line)> = lines.windows(2).filter(|w| !w[1].after_blank).map(|w| (&w[0], &w[1])).collect();
    if inner.len() < 3 || inner.len() * 4 < lines.len() {
        return false;
    }
    let share =
        |test: &dyn Fn(&(&Line, &Line)) -> bool| inner.iter().filter(|pair| test(pair)).count() * 100 / inner.len();
    let column = share(&|(line, _)| (30..=110).contains(&line.chars));
    let broken = share(&|(line, _)| !ends_like_a_sentence(line.span.of(text)));
    let runs_on = share(&|(_, next)| next.span.of(text).chars().next().is_some_and(char::is_lowercase));
    column >= 75 && broken >= 55 && runs_on >= 20
}
