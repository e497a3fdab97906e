//! The notation of the goldens: parsing a file, writing a record in it, and moving the marks.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fmt, fs};

use onrecord::article::{self, Format, Given, Input};
use onrecord::model::Model;
use onrecord::record::{CodePoints, Quantity, Statement};
use onrecord::{Reader, Record};

const RULE: &str = "----";

/// A file: a report, and beneath it what is right.
pub(crate) struct Golden {
    /// The file down to the rule, as it is.
    head: String,
    text: String,
    html: bool,
    published: Option<String>,
    shows: BTreeSet<String>,
    right: Vec<String>,
}

/// How many lines are right and given, right and missed, given and wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Golden {
    pub(crate) fn parse(file: &str) -> Result<Golden, String> {
        let rule = format!("\n{RULE}\n");
        let at = file.find(&rule).ok_or_else(|| format!("there is no line {RULE:?}"))?;
        let (head, lines) = (&file[..at + rule.len()], &file[at + rule.len()..]);
        let (comments, text) = file[..at].split_once("\n\n").ok_or("there is no text below the comments")?;
        let mut golden = Golden {
            head: head.to_owned(),
            text: text.strip_suffix('\n').unwrap_or(text).to_owned(),
            html: false,
            published: None,
            shows: BTreeSet::new(),
            right: Vec::new(),
        };
        for comment in comments.lines() {
            let comment = comment.strip_prefix("# ").ok_or_else(|| format!("no comment: {comment:?}"))?;
            match comment.split_once(": ") {
                Some(("input", "html")) => golden.html = true,
                Some(("line ends", "crlf")) => golden.text = golden.text.replace('\n', "\r\n"),
                Some(("published", day)) => golden.published = Some(day.to_owned()),
                Some(("shows", fields)) => golden.shows = fields.split(", ").map(str::to_owned).collect(),
                _ => {}
            }
        }
        // What the reader gave wrongly when the file was last marked is not part of what is right.
        let right = lines.lines().filter(|line| !line.starts_with("? ") && !line.is_empty());
        golden.right = right.map(|line| line.strip_prefix("! ").unwrap_or(line).to_owned()).collect();
        Ok(golden)
    }

    /// What the reader gives, in the notation.
    pub(crate) fn given(&self, reader: &Reader) -> Vec<String> {
        let published = self.published.as_ref().map(|day| day.parse().expect("a day of publication"));
        let input = Input {
            bytes: self.text.as_bytes(),
            format: if self.html { Format::Html } else { Format::Text },
            given: Given { published, ..Given::default() },
            ..Input::default()
        };
        let article = article::read(&input).expect("a text or a page");
        self.lines(&reader.read(&article, input.bytes))
    }

    /// The file with each line marked by whether it is given, and what is given wrongly at its place.
    pub(crate) fn marked(&self, given: &[String]) -> (String, Marks) {
        let mut file = self.head.clone();
        let mut marks = Marks::default();
        let mut line = |mark: &str, line: &str| {
            file.push_str(mark);
            file.push_str(line);
            file.push('\n');
        };
        let mut rest = given;
        for right in &self.right {
            if let Some(at) = rest.iter().position(|given| given == right) {
                for wrong in &rest[..at] {
                    line("? ", wrong);
                    marks.wrong += 1;
                }
                line("", right);
                marks.right += 1;
                rest = &rest[at + 1..];
            } else {
                line("! ", right);
                marks.missed += 1;
            }
        }
        for wrong in rest {
            line("? ", wrong);
            marks.wrong += 1;
        }
        (file, marks)
    }

    /// What a record gives, in the notation.
    fn lines(&self, record: &Record) -> Vec<String> {
        let words = Words { points: record.document.text.chars().collect() };
        let mut lines = Vec::new();
        let document = &record.document;
        let facts = [
            ("title", document.title.clone()),
            ("published", document.published.clone()),
            ("agency", document.agency.clone()),
            ("byline", Some(document.byline.join(", "))),
        ];
        for (name, value) in facts {
            if self.shows.contains(name) {
                lines.push(format!("{name}: {}", value.as_deref().unwrap_or("∅")));
            }
        }
        for block in document.blocks.iter().filter(|block| !block.kind.is_read()) {
            lines.push(format!("aside: {} | {}", snake(&block.kind), words.at(block.span)));
        }
        lines.extend(record.statements.iter().map(|statement| self.statement(statement, record, &words)));
        if self.shows.contains("relations") {
            let claims = || record.statements.iter().flat_map(|statement| &statement.claims);
            let claim = |id: &str| words.all(claims().filter(|claim| claim.id == id).map(|claim| claim.span));
            let relations = record.relations.iter();
            lines.extend(relations.map(|it| format!("{}: {} → {}", snake(&it.kind), claim(&it.a), claim(&it.b))));
        }
        lines
    }

    fn statement(&self, statement: &Statement, record: &Record, words: &Words) -> String {
        let mut columns = vec![
            format!("who: {}", words.all(statement.sources.iter().map(|source| source.span))),
            format!("cue: {}", words.all(statement.cue.iter().map(|cue| cue.span))),
            format!("what: {}", words.all(statement.content.iter().map(|piece| piece.span))),
            format!("{}, {}", statement.act.map_or_else(|| "∅".to_owned(), |act| snake(&act)), snake(&statement.quote)),
            format!("chain: {}", if statement.chain.is_empty() { "∅".to_owned() } else { statement.chain.join(" > ") }),
        ];
        if let Some(parent) = &statement.within {
            let parent = record.statements.iter().find(|statement| statement.id == *parent);
            let cue = parent.and_then(|parent| parent.cue.as_ref());
            columns.push(format!("within: {}", words.all(cue.map(|cue| cue.span))));
        }
        let mut field = |name: &str, value: Option<String>| {
            if self.shows.contains(name) {
                columns.push(format!("{name}: {}", value.as_deref().unwrap_or("∅")));
            }
        };
        field("to", statement.to.as_ref().map(|to| words.at(to.span)));
        field(
            "when",
            statement
                .when
                .as_ref()
                .map(|when| format!("{} = {}", words.at(when.span), when.value.as_deref().unwrap_or("∅"))),
        );
        field("where", statement.place.as_ref().map(|place| place.name.clone()));
        let claims = || statement.claims.iter();
        let certainties = claims().map(|claim| claim.certainty.map_or_else(|| "∅".to_owned(), |value| snake(&value)));
        let listed = |items: Vec<String>| (!items.is_empty()).then(|| items.join("; "));
        field("certainty", listed(certainties.collect()));
        field("claims", listed(claims().map(|claim| words.at(claim.span)).collect()));
        let quantities = claims().flat_map(|claim| &claim.quantities).map(quantity);
        field("quantities", listed(quantities.collect()));
        let times = claims().flat_map(|claim| &claim.times);
        let times = times.map(|time| format!("{} = {}", words.at(time.span), time.value.as_deref().unwrap_or("∅")));
        field("times", listed(times.collect()));
        let places = claims().flat_map(|claim| &claim.places);
        let places = places.map(|place| format!("{} = {}", place.name, place.country.as_deref().unwrap_or("∅")));
        field("places", listed(places.collect()));
        columns.join(" | ")
    }
}

fn quantity(quantity: &Quantity) -> String {
    let to = quantity.to.map(|to| format!("–{to}")).unwrap_or_default();
    format!("{} {}{to} {}", snake(&quantity.bound), quantity.value, quantity.of.as_deref().unwrap_or("∅"))
}

/// A value by its name in the JSON.
fn snake(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The words at spans of a text.
struct Words {
    points: Vec<char>,
}

impl Words {
    fn all(&self, spans: impl IntoIterator<Item = CodePoints>) -> String {
        let pieces: Vec<String> = spans.into_iter().map(|span| self.at(span)).collect();
        if pieces.is_empty() { "∅".to_owned() } else { pieces.join(" + ") }
    }

    /// The words, with their number where the text has them more than once.
    fn at(&self, span: CodePoints) -> String {
        let (start, end) = (span.0 as usize, span.1 as usize);
        let words = &self.points[start..end];
        let shown: String = words.iter().collect::<String>().replace("\r\n", "⏎").replace('\n', "⏎");
        let number = (0..=start).filter(|&at| self.stand_at(words, at)).count();
        if number > 1 { format!("{shown}@{number}") } else { shown }
    }

    /// Whether these words stand there as whole words.
    fn stand_at(&self, words: &[char], at: usize) -> bool {
        let joined = |a: Option<&char>, b: Option<&char>| {
            a.zip(b).is_some_and(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric())
        };
        self.points[at..].starts_with(words)
            && !joined(at.checked_sub(1).and_then(|before| self.points.get(before)), words.first())
            && !joined(words.last(), self.points.get(at + words.len()))
    }
}

/// The lines that differ, those that went marked `-` and those that came marked `+`.
pub(crate) fn difference(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("  - {line}\n"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("  + {line}\n"));
    gone.chain(come).collect()
}

impl Marks {
    pub(crate) fn add(&mut self, other: Marks) {
        self.right += other.right;
        self.missed += other.missed;
        self.wrong += other.wrong;
    }
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines right, {} missed, {} given wrongly", self.right, self.missed, self.wrong)
    }
}

/// The reader with the committed weights of the accurate model.
pub(crate) fn reader() -> Reader {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/onrecord-accurate.safetensors");
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let model = Model::from_bytes(bytes).expect("the committed weights");
    Reader::new(model).expect("the committed weights")
}
