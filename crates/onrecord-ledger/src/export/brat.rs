//! brat's standoff format (<https://brat.nlplab.org/standoff.html>): `T` a piece of text, `R` a relation of two, `A` an
//! attribute of one. Offsets are code points, as in the record; a piece that runs over a break of line has a fragment a
//! line.

use std::collections::HashMap;
use std::fmt::Write;

use onrecord::Record;
use onrecord::record::CodePoints;

use crate::entries::name;

/// What brat must know to show the annotations.
pub(super) const CONFIGURATION: &str = "\
[entities]
Source
Cue
Content
Claim
OwnVoice

[relations]
SaidBy\tArg1:Cue, Arg2:Source
Says\tArg1:Cue, Arg2:Content
Same\tArg1:<ENTITY>, Arg2:<ENTITY>
Supports\tArg1:<ENTITY>, Arg2:<ENTITY>
Denies\tArg1:<ENTITY>, Arg2:<ENTITY>
Updates\tArg1:<ENTITY>, Arg2:<ENTITY>

[events]

[attributes]
Act\tArg:Cue, Value:assert|confirm|deny|doubt|believe|intend|request|ask|accuse|support|oppose|decline
Certainty\tArg:Claim, Value:CT+|PR+|PS+|CT-|PR-|PS-|U
";

/// The annotation file of a record.
pub(super) fn annotations(record: &Record) -> String {
    let mut file = Annotations { text: record.document.text.chars().collect(), ..Annotations::default() };
    let mut places: HashMap<&str, u32> = HashMap::new();
    for said in &record.statements {
        let cue = said.cue.as_ref().map(|cue| file.text_bound("Cue", cue.span));
        for source in &said.sources {
            let source = file.text_bound("Source", source.span);
            file.relation("SaidBy", cue, Some(source));
        }
        for content in &said.content {
            let content = file.text_bound("Content", content.span);
            file.relation("Says", cue, Some(content));
        }
        if let Some(cue) = cue {
            places.insert(&said.id, cue);
            if let Some(act) = &said.act {
                file.attribute("Act", cue, &name(act));
            }
        }
        for claim in &said.claims {
            let place = file.text_bound("Claim", claim.span);
            places.insert(&claim.id, place);
            if let Some(certainty) = &claim.certainty {
                file.attribute("Certainty", place, &name(certainty));
            }
        }
    }
    for own in &record.own_voice {
        let place = file.text_bound("OwnVoice", own.span);
        places.insert(&own.id, place);
    }
    for relation in &record.relations {
        let kind = name(&relation.kind);
        let kind: String = kind[..1].to_uppercase() + &kind[1..];
        file.relation(&kind, places.get(relation.a.as_str()).copied(), places.get(relation.b.as_str()).copied());
    }
    file.out
}

#[derive(Default)]
struct Annotations {
    text: Vec<char>,
    out: String,
    pieces: u32,
    relations: u32,
    attributes: u32,
}

impl Annotations {
    fn text_bound(&mut self, kind: &str, span: CodePoints) -> u32 {
        self.pieces += 1;
        let (start, end) = (span.0 as usize, span.1 as usize);
        let mut fragments = Vec::new();
        let mut from = start;
        for at in start..=end {
            if at == end || self.text[at] == '\n' || self.text[at] == '\r' {
                if at > from {
                    fragments.push((from, at));
                }
                from = at + 1;
            }
        }
        if fragments.is_empty() {
            fragments.push((start, end));
        }
        let spans: Vec<String> = fragments.iter().map(|(from, to)| format!("{from} {to}")).collect();
        let words: Vec<String> = fragments.iter().map(|(from, to)| self.text[*from..*to].iter().collect()).collect();
        let _ = writeln!(self.out, "T{}\t{kind} {}\t{}", self.pieces, spans.join(";"), words.join(" "));
        self.pieces
    }

    fn relation(&mut self, kind: &str, a: Option<u32>, b: Option<u32>) {
        if let (Some(a), Some(b)) = (a, b) {
            self.relations += 1;
            let _ = writeln!(self.out, "R{}\t{kind} Arg1:T{a} Arg2:T{b}", self.relations);
        }
    }

    fn attribute(&mut self, kind: &str, of: u32, value: &str) {
        self.attributes += 1;
        let _ = writeln!(self.out, "A{}\t{kind} T{of} {value}", self.attributes);
    }
}
