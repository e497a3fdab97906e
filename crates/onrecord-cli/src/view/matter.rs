//! Matters: a list of them, and the page of one with who stands where, its figures over time, what contradicts what, where it
//! comes from, and where it stands.

use std::collections::HashMap;

use anstyle::Style;
use onrecord_ledger::{ContradictionKind, Matter, Member, Point, Position, Series, SeriesKind, Stance, Summary};

use super::styled::Styled;
use super::table::joined;
use super::{Look, faint, hanging, palette, plain};
use crate::account::grouped;

/// Columns of a matter's name and the space after it.
const NAME: usize = 8;
/// Columns of the longest bar of a figure.
const BAR: usize = 24;

/// A list of matters: for each its words, and beneath them how many reports and origins, and what is disputed.
pub(crate) fn matters(matters: &[Summary], look: Look) -> String {
    let mut out = String::new();
    for matter in matters {
        let first = Styled::default().with(&matter.id, palette::HEADLINE).padded(NAME);
        let indent = plain(&" ".repeat(NAME));
        let mut lines = hanging(&first, &indent, &plain(&matter.gist), look.measure());
        let parts = [
            faint(&counted(matter.reports as usize, "report")),
            faint(&counted(matter.origins as usize, "independent origin")),
            contradicted(matter.contradictions as usize),
            faint(&days(matter.first.as_deref(), matter.last.as_deref())),
        ];
        lines.extend(hanging(&indent, &indent, &joined(parts.iter()), look.measure()));
        for line in lines {
            line.write(look.color, &mut out);
        }
    }
    if matters.is_empty() {
        faint("no matter stands in more than one report").write(look.color, &mut out);
    }
    out
}

/// The page of one matter.
pub(crate) fn matter(matter: &Matter, look: Look) -> String {
    let page = &matter.page;
    let mut out = String::new();
    let head = Styled::default().with(&matter.id, palette::HEADLINE).padded(NAME);
    look.paragraph_of(
        &head,
        &plain(&" ".repeat(NAME)),
        &Styled::default().with(&page.gist, palette::HEADLINE),
        &mut out,
    );
    let mut published: Vec<&str> = page.members.iter().filter_map(|member| member.published.as_deref()).collect();
    published.sort_unstable();
    let counts = [
        faint(&counted(matter.reports.len(), "report")),
        faint(&counted(page.independent, "independent origin")),
        contradicted(page.contradictions.len()),
        faint(&days(published.first().copied(), published.last().copied())),
    ];
    look.section(&[joined(counts.iter())], &mut out);

    let papers = Papers::new(matter);
    let positions: Vec<Styled> = page.positions.iter().map(|it| position(it, &page.members, &papers)).collect();
    titled("Who stands where", &positions, look, &mut out);
    for it in &page.series {
        let title = format!("Figures: {}", it.of.as_deref().unwrap_or("not told of what"));
        let kind = match it.kind {
            SeriesKind::Agree => Styled::default(),
            SeriesKind::Update => faint("  a count that changed"),
            SeriesKind::Dispute => Styled::default().with("  disputed", palette::DENIAL),
        };
        titled_with(&title, &kind, &series(it, &page.members, &papers), look, &mut out);
    }
    let contradictions = page.contradictions.iter().map(|it| {
        let what = match it.kind {
            ContradictionKind::Denial => "denied",
            ContradictionKind::Figure => "another figure",
            ContradictionKind::Time => "another time",
            ContradictionKind::Place => "another place",
        };
        let side = |at: usize| {
            let member = &page.members[at];
            plain(&format!("“{}”", member.text)).and(&faint(&format!(" ({})", papers.name(&member.report))))
        };
        Styled::default()
            .with(what, palette::DENIAL)
            .and(&plain(": "))
            .and(&side(it.a))
            .and(&faint(" ≠ "))
            .and(&side(it.b))
    });
    titled("Contradictions", &contradictions.collect::<Vec<_>>(), look, &mut out);
    let origins = page.origins.iter().map(|it| {
        let also = if it.also.is_empty() { String::new() } else { format!(" (also {})", it.also.join(", ")) };
        let reports: Vec<String> = it.reports.iter().map(|report| papers.name(report)).collect();
        Styled::default()
            .with(&it.name, palette::SOURCE)
            .and(&plain(&also))
            .and(&faint(&format!(" ← {}", reports.join(", "))))
    });
    titled("Origins", &origins.collect::<Vec<_>>(), look, &mut out);
    let members = page.members.iter().map(|member| {
        let parts = [
            faint(member.published.as_deref().unwrap_or("no day")),
            plain(&papers.name(&member.report)),
            Styled::default().with(&member.chain.join(" ← "), palette::SOURCE),
            stance(member.stance),
            plain(&format!("“{}”", member.text)),
        ];
        joined(parts.iter())
    });
    titled("In the reports", &members.collect::<Vec<_>>(), look, &mut out);
    // Every part ends with an empty line; the last one is not needed.
    out.pop();
    out
}

/// What a stance is called.
pub(crate) fn stance_name(stance: Stance) -> &'static str {
    match stance {
        Stance::Asserts => "asserts",
        Stance::Denies => "denies",
        Stance::Doubts => "doubts",
        Stance::Unknown => "unknown",
    }
}

/// What reports are called: the paper, and the report's name in the ledger.
struct Papers<'a>(HashMap<&'a str, &'a str>);

impl<'a> Papers<'a> {
    fn new(matter: &'a Matter) -> Papers<'a> {
        let named = matter.reports.iter();
        Papers(named.filter_map(|it| Some((it.report.as_str(), it.publisher.as_deref()?))).collect())
    }

    fn name(&self, report: &str) -> String {
        self.0.get(report).map_or_else(|| report.to_owned(), |paper| format!("{paper}, {report}"))
    }
}

fn position(position: &Position, members: &[Member], papers: &Papers<'_>) -> Styled {
    let who = match &position.who {
        Some(who) => Styled::default().with(who, palette::SOURCE),
        None => faint("papers in their own voice"),
    };
    let mut reports: Vec<String> = Vec::new();
    for &at in &position.members {
        let name = papers.name(&members[at].report);
        if !reports.contains(&name) {
            reports.push(name);
        }
    }
    let mut changed = String::new();
    for (day, before) in &position.before {
        changed += &format!(", {} before ({})", stance_name(*before), day.as_deref().unwrap_or("no day"));
    }
    stance(position.stance).padded(9).and(&who).and(&plain(&changed)).and(&faint(&format!("  {}", reports.join("; "))))
}

fn series(series: &Series, members: &[Member], papers: &Papers<'_>) -> Vec<Styled> {
    let value = |point: &Point| point.figure.to.unwrap_or(point.figure.value).abs();
    let most = series.points.iter().map(value).fold(0.0, f64::max);
    let line = |point: &Point| {
        let member = &members[point.member];
        // At least an eighth of a column: nothing looks like nothing.
        let eighths = if most > 0.0 { (value(point) / most * BAR as f64 * 8.0).round() as usize } else { 0 };
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths.max(1) % 8];
        let bar = "█".repeat(eighths / 8) + rest;
        let who = member.chain.last().map_or_else(|| "own voice".to_owned(), Clone::clone);
        faint(member.published.as_deref().unwrap_or("no day"))
            .padded(12)
            .and(&Styled::default().with(&bar, palette::SOURCE).padded(BAR + 1))
            .and(&Styled::default().with(&figure(point), palette::HEADLINE))
            .and(&faint(&format!("  {who}, {}", papers.name(&member.report))))
    };
    series.points.iter().map(line).collect()
}

/// "at least 24", "12–15".
fn figure(point: &Point) -> String {
    let number = |value: f64| {
        if value.fract() == 0.0 && value.abs() < 1e15 { grouped(value.abs() as u64) } else { value.to_string() }
    };
    let bound = point.figure.bound.words();
    let to = point.figure.to.map(|to| format!("–{}", number(to))).unwrap_or_default();
    format!("{bound}{}{to}", number(point.figure.value))
}

fn stance(stance: Stance) -> Styled {
    let style = match stance {
        Stance::Denies => palette::DENIAL,
        Stance::Asserts | Stance::Doubts | Stance::Unknown => Style::new(),
    };
    Styled::default().with(stance_name(stance), style)
}

fn contradicted(count: usize) -> Styled {
    if count == 0 {
        Styled::default()
    } else {
        Styled::default().with(&counted(count, "contradiction"), palette::DENIAL)
    }
}

fn counted(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", grouped(count as u64))
}

fn days(first: Option<&str>, last: Option<&str>) -> String {
    match (first, last) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (Some(day), _) | (None, Some(day)) => day.to_owned(),
        (None, None) => String::new(),
    }
}

fn titled(title: &str, lines: &[Styled], look: Look, out: &mut String) {
    titled_with(title, &Styled::default(), lines, look, out);
}

fn titled_with(title: &str, beside: &Styled, lines: &[Styled], look: Look, out: &mut String) {
    if lines.is_empty() {
        return;
    }
    Styled::default().with(title, palette::HEADLINE).and(beside).write(look.color, out);
    look.section(lines, out);
}

impl Look {
    /// Writes lines under a title, each indented, and an empty line after them.
    fn section(self, lines: &[Styled], out: &mut String) {
        for line in lines {
            for piece in hanging(&plain("  "), &plain("    "), line, self.measure()) {
                piece.write(self.color, out);
            }
        }
        out.push('\n');
    }

    /// Writes words with what stands before their first line and before the others.
    fn paragraph_of(self, first: &Styled, other: &Styled, words: &Styled, out: &mut String) {
        for line in hanging(first, other, words, self.measure()) {
            line.write(self.color, out);
        }
    }
}
