//! From a record to its propositions.

use std::collections::HashMap;
use std::ops::Range;

use onrecord::record::{Act, Certainty, Claim, CodePoints, OwnVoice, Place, Quantity, Record, Source, Statement, Time};

use crate::Lexicon;
use crate::copy;
use crate::figure::{Figure, Measure};
use crate::frame::{self, Frame};
use crate::hash::Hash;
use crate::near::{names, telling};
use crate::proposition::{Bearing, Head, Proposition, Report, Speaker, Stance};
use crate::split;
use crate::term::{self, Term, stem, words};

/// How many terms name what a report is about.
const THEME: usize = 14;
/// How much less a term says of which claim it is where every claim of the report has it.
const COMMON: f32 = 0.75;
/// In days: what is older than this when a report comes out is background, whose date reaches on to the next sentence.
const BACKGROUND: i32 = 20;

/// Makes a report's propositions. Nothing but the record is looked at.
#[must_use]
pub fn read(lexicon: &Lexicon, record: &Record) -> Report {
    let document = &record.document;
    let text = Text::new(&document.text);
    let day = document.published.as_deref().and_then(frame::day_of);
    let mut found = Vec::new();
    for statement in &record.statements {
        let speaker = speaker(record, statement);
        for claim in &statement.claims {
            if !is_hearsay(record, statement, claim) {
                found.push(Found::told(statement, claim, speaker.clone()));
            }
        }
    }
    found.extend(record.own_voice.iter().map(Found::own));
    found.sort_by_key(|found| (found.span.0, found.span.1));

    let mut propositions = Vec::new();
    let mut cores: Vec<String> = Vec::new();
    let mut background: Option<(usize, Frame)> = None;
    for found in &found {
        let block =
            document.blocks.iter().position(|block| block.span.0 <= found.span.0 && found.span.1 <= block.span.1);
        let own = own_frame(found.times);
        if let (Some(frame), Some(block)) = (own, block) {
            let old = day.is_some_and(|day| frame.to < day - BACKGROUND);
            background = old.then_some((block, frame));
        }
        let handed_on = background.filter(|(at, _)| block == Some(*at)).map(|(_, frame)| Frame { own: false, ..frame });
        let published = day.map(|day| Frame { from: day - 3, to: day, own: false });
        let frame = own.or(handed_on).or(published);
        let around = stems(around(record, &text, found.span));
        let local = |span: CodePoints| text.local(found.span, span);
        let counts: Vec<Range<usize>> = (found.quantities.iter())
            .filter(|quantity| matches!(Figure::of_quantity(quantity).measure, Measure::Count { .. }))
            .map(|quantity| local(quantity.span))
            .collect();
        let parts = split::parts(lexicon, found.text, &counts);
        for (nth, part) in parts.iter().enumerate().take(8) {
            let inside = |span: CodePoints| {
                let at = local(span);
                part.core.iter().any(|core| core.start <= at.start && at.end <= core.end)
            };
            let figures = (found.quantities.iter().filter(|quantity| inside(quantity.span)).map(Figure::of_quantity))
                .chain(found.times.iter().filter(|time| inside(time.span)).filter_map(Figure::of_time))
                .map(|figure| {
                    let at = local(figure.span);
                    figure.within(lexicon, found.text, &at)
                })
                .collect();
            let times: Vec<Time> = found.times.iter().filter(|time| inside(time.span)).cloned().collect();
            let core = part.core.iter().map(|core| &found.text[core.clone()]).collect::<Vec<_>>().join(" ");
            let positive = is_positive(found, &core);
            propositions.push(Proposition {
                claim: found.id.to_owned(),
                part: u8::try_from(nth).unwrap_or(u8::MAX),
                span: text.span(found.span, &part.shown),
                text: found.text[part.shown.clone()].to_owned(),
                chain: found.chain.to_vec(),
                speaker: found.speaker.clone(),
                stance: stance(found),
                figures,
                terms: Vec::new(),
                telling: Vec::new(),
                names: Vec::new(),
                around: around.clone(),
                frame,
                clock: frame::clock(&times),
                day_part: frame::day_part(&times),
                bearings: bearings(&core),
                positive,
                shingles: copy::shingles(&core),
            });
            cores.push(core);
        }
    }
    let theme = weigh(lexicon, &mut propositions, &cores);
    hand_on(&mut propositions);
    for proposition in &mut propositions {
        proposition.telling = telling(&proposition.terms);
        proposition.names = names(&proposition.terms);
    }
    let head = Head {
        name: document.name.clone(),
        publisher: document.publisher.clone(),
        agency: document.agency.clone(),
        published: document.published.clone(),
        theme,
        places: shares(&record.places),
        day,
    };
    Report { head, propositions }
}

/// A claim of a record, told or the paper's own.
struct Found<'a> {
    id: &'a str,
    span: CodePoints,
    text: &'a str,
    chain: &'a [String],
    speaker: Option<Speaker>,
    act: Option<Act>,
    certainty: Option<Certainty>,
    quantities: &'a [Quantity],
    times: &'a [Time],
}

impl<'a> Found<'a> {
    fn told(statement: &'a Statement, claim: &'a Claim, speaker: Option<Speaker>) -> Found<'a> {
        Found {
            id: &claim.id,
            span: claim.span,
            text: &claim.text,
            chain: &statement.chain,
            speaker,
            act: statement.act,
            certainty: claim.certainty,
            quantities: &claim.quantities,
            times: &claim.times,
        }
    }

    fn own(own: &'a OwnVoice) -> Found<'a> {
        Found {
            id: &own.id,
            span: own.span,
            text: &own.text,
            chain: &[],
            speaker: None,
            act: None,
            certainty: None,
            quantities: &own.quantities,
            times: &own.times,
        }
    }
}

/// Who says a statement: the last of its chain, with how the report describes it.
fn speaker(record: &Record, statement: &Statement) -> Option<Speaker> {
    let name = statement.chain.last()?.clone();
    let source: Option<&Source> = statement.sources.iter().find(|source| source.name.as_ref() == Some(&name));
    let entity = source.and_then(|source| source.entity.clone());
    let mut described: Vec<String> = source.iter().map(|source| source.text.clone()).collect();
    let by_id = |id: &String| record.entities.iter().find(|entity| entity.id == *id);
    if let Some(entity) = entity.as_ref().and_then(by_id) {
        described.extend(entity.roles.iter().chain(&entity.aliases).cloned());
        // Where the same report has the office with the name, a mere "he" is that officer.
        let others = record.statements.iter().flat_map(|statement| &statement.sources);
        described
            .extend(others.filter(|other| other.entity.as_ref() == Some(&entity.id)).map(|other| other.text.clone()));
    }
    described.sort();
    described.dedup();
    let kind = source.map_or(onrecord::record::SourceKind::Named, |source| source.kind);
    Some(Speaker { name, kind, described })
}

/// Whether a claim only holds what somebody else is then reported to say, in a statement of its own.
fn is_hearsay(record: &Record, statement: &Statement, claim: &Claim) -> bool {
    let length = f64::from(claim.span.1.saturating_sub(claim.span.0)).max(1.0);
    record.statements.iter().filter(|inner| inner.within.as_ref() == Some(&statement.id)).any(|inner| {
        let joint: u32 = inner
            .content
            .iter()
            .map(|content| content.span.1.min(claim.span.1).saturating_sub(content.span.0.max(claim.span.0)))
            .sum();
        f64::from(joint) >= 0.6 * length
    })
}

fn stance(found: &Found<'_>) -> Stance {
    use Certainty::{Possible, PossibleNot, Probable, ProbableNot, Uncommitted};
    match (found.act, found.certainty) {
        (Some(Act::Deny), _) => Stance::Denies,
        (Some(Act::Doubt), _) | (_, Some(ProbableNot | PossibleNot | Possible)) => Stance::Doubts,
        (Some(Act::Ask | Act::Request | Act::Decline), _) | (_, Some(Uncommitted)) => Stance::Unknown,
        (_, Some(Probable)) if improbable(found.text) => Stance::Doubts,
        _ => Stance::Asserts,
    }
}

/// Words by which a claim calls itself unlikely.
fn improbable(text: &str) -> bool {
    let lower: Vec<String> = words(text).map(|(_, word)| word.to_lowercase()).collect();
    lower.iter().any(|word| matches!(word.as_str(), "unlikely" | "improbable" | "doubtful"))
        || lower.windows(2).any(|pair| {
            matches!(pair[0].as_str(), "low" | "little" | "small" | "no")
                && matches!(pair[1].as_str(), "likelihood" | "probability" | "chance" | "risk" | "danger")
        })
}

/// Whether what it puts forward is that something is so.
fn is_positive(found: &Found<'_>, core: &str) -> bool {
    use Certainty::{CertainNot, PossibleNot, ProbableNot};
    if found.act == Some(Act::Deny) {
        return false;
    }
    let negated = words(core).any(|(at, word)| {
        let word = word.to_lowercase();
        matches!(
            word.as_str(),
            "no" | "not" | "never" | "without" | "nobody" | "none" | "neither" | "nothing" | "cannot"
        ) || word == "t" && core[..at].ends_with(['\'', '’'])
    });
    let told = matches!(found.certainty, Some(CertainNot | ProbableNot | PossibleNot));
    !(told || negated || improbable(core))
}

/// When it says that it took place.
fn own_frame(times: &[Time]) -> Option<Frame> {
    let of = |time: &Time| frame::days(time.value.as_deref()?);
    times.iter().find_map(of).map(|(from, to)| Frame { from, to, own: true })
}

/// "south of Bireun": what direction of which place.
fn bearings(text: &str) -> Vec<(Bearing, u64)> {
    let all: Vec<&str> = words(text).map(|(_, word)| word).collect();
    let mut bearings = Vec::new();
    for (at, pair) in all.windows(2).enumerate() {
        let Some(bearing) = Bearing::named(pair[0]).filter(|_| pair[1] == "of") else { continue };
        let name = all[at + 2..].iter().take(4).find(|word| word.starts_with(char::is_uppercase));
        bearings.extend(name.map(|name| (bearing, Hash::of(stem(&name.to_lowercase())))));
    }
    bearings
}

/// The places in the sentence around a span.
fn around<'a>(record: &'a Record, text: &Text<'_>, span: CodePoints) -> impl Iterator<Item = &'a Place> {
    let sentence = text.sentence(span);
    record.places.iter().filter(move |place| sentence.0 <= place.span.0 && place.span.1 <= sentence.1)
}

fn stems<'a>(places: impl Iterator<Item = &'a Place>) -> Vec<u64> {
    let mut stems: Vec<u64> = places.map(|place| Hash::of(&stem_of(&place.name))).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// The whole name by the stems of its words.
fn stem_of(name: &str) -> String {
    let lower = name.to_lowercase();
    words(&lower).map(|(_, word)| stem(word)).collect::<Vec<_>>().join(" ")
}

fn shares(places: &[Place]) -> Vec<(u64, f32)> {
    let mut counts: HashMap<u64, f32> = HashMap::new();
    for place in places {
        *counts.entry(Hash::of(&stem_of(&place.name))).or_default() += 1.0;
    }
    unit(counts, usize::MAX)
}

/// Gives propositions their terms, and tells what the report is about.
fn weigh(lexicon: &Lexicon, propositions: &mut [Proposition], cores: &[String]) -> Vec<(u64, f32)> {
    let mut counts: HashMap<u64, f32> = HashMap::new();
    let mut weights: HashMap<u64, f32> = HashMap::new();
    for (proposition, core) in propositions.iter_mut().zip(cores) {
        proposition.terms = term::terms(lexicon, core, &proposition.text);
        let mut keys: Vec<u64> = proposition.terms.iter().map(|term| term.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().for_each(|key| *counts.entry(key).or_default() += 1.0);
        for Term { key, weight, .. } in &proposition.terms {
            let most = weights.entry(*key).or_default();
            *most = most.max(*weight);
        }
    }
    let all = (propositions.len() as f32).max(1.0);
    for term in propositions.iter_mut().flat_map(|proposition| &mut proposition.terms) {
        // In a short report one claim is already a large share.
        let share = ((counts[&term.key] - 1.0) / all.max(12.0)).max(0.0);
        term.weight = term::rounded(term.weight * (1.0 - COMMON * share.sqrt().min(1.0)));
    }
    let heavy = counts.into_iter().map(|(key, count)| (key, count * (weights[&key] - 0.3).max(0.0))).collect();
    unit(heavy, THEME)
}

/// A proposition about "it" is about what the one before it is about: it takes on that one's terms, as words that stand beside.
fn hand_on(propositions: &mut [Proposition]) {
    for at in 1..propositions.len() {
        let first = words(&propositions[at].text).next().map(|(_, word)| word.to_lowercase());
        let stands_for = matches!(first.as_deref(), Some("it" | "they" | "this" | "he" | "she"));
        if !stands_for || propositions[at].part > 0 {
            continue;
        }
        let Some(before) = (0..at).rev().find(|before| propositions[*before].part == 0) else { continue };
        let handed: Vec<Term> = (propositions[before].terms.iter())
            .filter(|term| !term.aside && !propositions[at].terms.iter().any(|own| own.word == term.word))
            .map(|term| Term { weight: term::rounded(term.weight * term::ASIDE), aside: true, ..*term })
            .collect();
        propositions[at].terms.extend(handed);
    }
}

/// The heaviest entries, brought to length 1 together.
fn unit(weights: HashMap<u64, f32>, most: usize) -> Vec<(u64, f32)> {
    let mut weights: Vec<(u64, f32)> = weights.into_iter().collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    weights.truncate(most);
    let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        weights.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    weights
}

/// A text by its code points.
struct Text<'a> {
    text: &'a str,
    /// The byte at which each code point starts, and the end.
    starts: Vec<usize>,
}

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Text<'a> {
        Text { text, starts: text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() }
    }

    fn byte(&self, point: u32) -> usize {
        self.starts.get(point as usize).copied().unwrap_or(self.text.len())
    }

    /// A span as bytes of the text at another that holds it.
    fn local(&self, whole: CodePoints, span: CodePoints) -> Range<usize> {
        let start = self.byte(whole.0);
        self.byte(span.0).saturating_sub(start)..self.byte(span.1).saturating_sub(start)
    }

    /// Bytes of the text at a span as code points of the whole text.
    fn span(&self, whole: CodePoints, local: &Range<usize>) -> CodePoints {
        let start = self.byte(whole.0);
        let point = |byte: usize| self.starts.partition_point(|at| *at < start + byte) as u32;
        CodePoints(point(local.start), point(local.end))
    }

    /// The sentence around a span, as far as full stops tell.
    fn sentence(&self, span: CodePoints) -> CodePoints {
        let (start, end) = (self.byte(span.0), self.byte(span.1));
        let before = &self.text[..start];
        let from = before.rfind('\n').max(before.rfind(". ")).map_or(0, |at| at + 1);
        let after = &self.text[end..];
        let to =
            [after.find('\n'), after.find(". ")].into_iter().flatten().min().map_or(self.text.len(), |at| end + at);
        self.span(CodePoints(0, 0), &(from..to))
    }
}
