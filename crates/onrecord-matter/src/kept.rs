//! A report as it is kept: what it takes to match it with others, in few bytes.
//!
//! What matching does without is left out, for the record has it: the words of propositions and figures, who says them, which
//! claims they belong to. [`Proposition::told`] puts it back.

use onrecord::record::{Bound, CodePoints, SourceKind};
use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::figure::{Figure, Measure, measure};
use crate::frame::{self, Clock, DayPart, Frame};
use crate::lexicon::Word;
use crate::near::{names, telling};
use crate::proposition::{Bearing, Head, Proposition, Report, Speaker, Stance};
use crate::term::{Lexeme, Term, known_key};

/// The form of the bytes; another form, or another table of words, has another number.
const FORM: u8 = 1;

/// Who says a proposition, and in which words: what its record has of it.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The claim's id in its record.
    pub claim: String,
    /// The claim's words, and where they begin in the text, in code points.
    pub text: &'a str,
    /// Where the claim begins.
    pub start: u32,
    /// On whose word, outermost first.
    pub chain: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    publisher: Option<String>,
    agency: Option<String>,
    published: Option<String>,
    theme: Vec<(u64, f32)>,
    places: Vec<(u64, f32)>,
    /// Words that are in no table: a hash of each, and its key.
    others: Vec<(u32, u64)>,
    speakers: Vec<(SourceKind, Vec<String>)>,
    propositions: Vec<KeptProposition>,
}

#[derive(Serialize, Deserialize)]
struct KeptProposition {
    start: u32,
    length: u32,
    part: u8,
    stance: Stance,
    positive: bool,
    /// Its place among the speakers, from 1; 0 for nobody.
    speaker: u32,
    figures: Vec<KeptFigure>,
    terms: KeptTerms,
    /// Places among those of the report.
    around: Vec<u32>,
    frame: Option<Frame>,
    clock: Option<Clock>,
    day_part: Option<DayPart>,
    bearings: Vec<(Bearing, u64)>,
    /// Two bytes each.
    shingles: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct KeptFigure {
    start: u32,
    length: u32,
    value: f64,
    to: Option<f64>,
    bound: Bound,
    of: Option<String>,
    vague: bool,
    /// Where the thing counted or the unit does not tell it.
    measure: Option<Measure>,
    further: bool,
    near: KeptTerms,
}

/// Terms column by column: like beside like packs best.
#[derive(Serialize, Deserialize)]
struct KeptTerms {
    /// Two bytes each: a place in the table, or beyond it one among the report's other words.
    words: Vec<u8>,
    weights: Vec<u8>,
    /// Whether each stands aside (1), and is a predicate (2).
    marks: Vec<u8>,
}

impl Report {
    /// The report in few bytes; its name is not among them.
    #[must_use]
    pub fn to_bytes(&self, lexicon: &Lexicon) -> Vec<u8> {
        let mut kept = Kept {
            publisher: self.head.publisher.clone(),
            agency: self.head.agency.clone(),
            published: self.head.published.clone(),
            theme: self.head.theme.clone(),
            places: self.head.places.clone(),
            others: Vec::new(),
            speakers: Vec::new(),
            propositions: Vec::with_capacity(self.propositions.len()),
        };
        for proposition in &self.propositions {
            let proposition = keep(lexicon, &mut kept, proposition);
            kept.propositions.push(proposition);
        }
        postcard::to_extend(&kept, vec![FORM]).expect("what is kept has a form in bytes")
    }

    /// A report of this name from its bytes; `None` if they are of another form.
    #[must_use]
    pub fn from_bytes(lexicon: &Lexicon, name: String, bytes: &[u8]) -> Option<Report> {
        Report::restored(lexicon, name, bytes, |_| true)
    }

    /// As [`Report::from_bytes`], of its propositions only those at these places, which are in order: most of the work is theirs.
    #[must_use]
    pub fn some_from_bytes(lexicon: &Lexicon, name: String, bytes: &[u8], places: &[usize]) -> Option<Report> {
        Report::restored(lexicon, name, bytes, |place| places.binary_search(&place).is_ok())
    }

    fn restored(lexicon: &Lexicon, name: String, bytes: &[u8], wanted: impl Fn(usize) -> bool) -> Option<Report> {
        let (&FORM, bytes) = bytes.split_first()? else { return None };
        let kept: Kept = postcard::from_bytes(bytes).ok()?;
        let some = kept.propositions.iter().enumerate().filter(|(place, _)| wanted(*place));
        let propositions = some.map(|(_, it)| restore(lexicon, &kept, it)).collect::<Option<_>>()?;
        let head = Head {
            name,
            day: kept.published.as_deref().and_then(frame::day_of),
            publisher: kept.publisher,
            agency: kept.agency,
            published: kept.published,
            theme: kept.theme,
            places: kept.places,
        };
        Some(Report { head, propositions })
    }
}

impl Report {
    /// The report as [`Report::from_bytes`] would give it, under this name.
    #[must_use]
    pub fn untold(&self, name: String) -> Report {
        let propositions = self.propositions.iter().map(Proposition::untold).collect();
        Report { head: Head { name, ..self.head.clone() }, propositions }
    }
}

impl Proposition {
    fn untold(&self) -> Proposition {
        let untold = |figure: &Figure| Figure {
            text: String::new(),
            of: figure.of.clone(),
            measure: figure.measure.clone(),
            near: figure.near.clone(),
            ..*figure
        };
        let speaker = self.speaker.as_ref().map(|speaker| Speaker {
            name: String::new(),
            kind: speaker.kind,
            described: speaker.described.clone(),
        });
        Proposition {
            claim: String::new(),
            text: String::new(),
            chain: Vec::new(),
            speaker,
            figures: self.figures.iter().map(untold).collect(),
            terms: self.terms.clone(),
            telling: self.telling.clone(),
            names: self.names.clone(),
            around: self.around.clone(),
            bearings: self.bearings.clone(),
            shingles: self.shingles.clone(),
            ..*self
        }
    }

    /// With what is not kept of it.
    #[must_use]
    pub fn told(&self, told: Told<'_>) -> Proposition {
        let words = |span: CodePoints| -> String {
            let from = span.0.saturating_sub(told.start) as usize;
            told.text.chars().skip(from).take(span.1.saturating_sub(span.0) as usize).collect()
        };
        let mut whole = self.clone();
        whole.text = words(self.span);
        for figure in &mut whole.figures {
            figure.text = words(figure.span);
        }
        if let (Some(speaker), Some(name)) = (&mut whole.speaker, told.chain.last()) {
            speaker.name.clone_from(name);
        }
        Proposition { claim: told.claim, chain: told.chain, ..whole }
    }
}

fn keep(lexicon: &Lexicon, kept: &mut Kept, it: &Proposition) -> KeptProposition {
    let speaker = it.speaker.as_ref().map_or(0, |speaker| {
        let same =
            |(kind, described): &(SourceKind, Vec<String>)| (*kind, described) == (speaker.kind, &speaker.described);
        let at = kept.speakers.iter().position(same).unwrap_or_else(|| {
            kept.speakers.push((speaker.kind, speaker.described.clone()));
            kept.speakers.len() - 1
        });
        number(at + 1)
    });
    let mut terms = |terms: &[Term]| KeptTerms {
        words: terms.iter().flat_map(|term| word(lexicon, &mut kept.others, term).to_le_bytes()).collect(),
        weights: terms.iter().map(|term| (term.weight * 255.0).round() as u8).collect(),
        marks: terms.iter().map(|term| u8::from(term.aside) | u8::from(term.predicate) << 1).collect(),
    };
    let figure = |figure: &Figure, near: KeptTerms| KeptFigure {
        start: figure.span.0,
        length: figure.span.1.saturating_sub(figure.span.0),
        value: figure.value,
        to: figure.to,
        bound: figure.bound,
        of: figure.of.clone(),
        vague: figure.vague,
        measure: Some(figure.measure.clone()).filter(|it| *it != measure(figure.of.as_deref())),
        further: figure.further,
        near,
    };
    KeptProposition {
        start: it.span.0,
        length: it.span.1.saturating_sub(it.span.0),
        part: it.part,
        stance: it.stance,
        positive: it.positive,
        speaker,
        figures: it.figures.iter().map(|it| figure(it, terms(&it.near))).collect(),
        terms: terms(&it.terms),
        around: {
            let place = |stem: &u64| kept.places.iter().position(|(known, _)| known == stem).map(number);
            it.around.iter().filter_map(place).collect()
        },
        frame: it.frame,
        clock: it.clock,
        day_part: it.day_part,
        bearings: it.bearings.clone(),
        shingles: it.shingles.iter().flat_map(|hash| hash.to_le_bytes()).collect(),
    }
}

fn word(lexicon: &Lexicon, others: &mut Vec<(u32, u64)>, term: &Term) -> u16 {
    let at = match term.word {
        Lexeme::Known(Word(place)) => place as usize,
        Lexeme::Other(hash) => {
            let known = others.iter().position(|(other, _)| *other == hash).unwrap_or_else(|| {
                others.push((hash, term.key));
                others.len() - 1
            });
            lexicon.count() + known
        }
    };
    // A report with tens of thousands of words that are in no table is no report: what is beyond is not matched by them.
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn restore(lexicon: &Lexicon, kept: &Kept, it: &KeptProposition) -> Option<Proposition> {
    let speaker = match usize::try_from(it.speaker).ok()?.checked_sub(1) {
        Some(at) => {
            let (kind, described) = kept.speakers.get(at)?;
            Some(Speaker { name: String::new(), kind: *kind, described: described.clone() })
        }
        None => None,
    };
    let figure = |it: &KeptFigure| {
        Some(Figure {
            span: CodePoints(it.start, it.start.saturating_add(it.length)),
            text: String::new(),
            value: it.value,
            to: it.to,
            bound: it.bound,
            of: it.of.clone(),
            vague: it.vague,
            measure: it.measure.clone().unwrap_or_else(|| measure(it.of.as_deref())),
            further: it.further,
            near: restore_terms(lexicon, kept, &it.near)?,
        })
    };
    let mut around: Vec<u64> =
        it.around.iter().filter_map(|at| kept.places.get(*at as usize)).map(|(stem, _)| *stem).collect();
    around.sort_unstable();
    let terms = restore_terms(lexicon, kept, &it.terms)?;
    Some(Proposition {
        claim: String::new(),
        part: it.part,
        span: CodePoints(it.start, it.start.saturating_add(it.length)),
        text: String::new(),
        chain: Vec::new(),
        speaker,
        stance: it.stance,
        figures: it.figures.iter().map(figure).collect::<Option<_>>()?,
        telling: telling(&terms),
        names: names(&terms),
        terms,
        around,
        frame: it.frame,
        clock: it.clock,
        day_part: it.day_part,
        bearings: it.bearings.clone(),
        positive: it.positive,
        shingles: it.shingles.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect(),
    })
}

fn restore_terms(lexicon: &Lexicon, kept: &Kept, terms: &KeptTerms) -> Option<Vec<Term>> {
    let columns = terms.words.as_chunks().0.iter().zip(&terms.weights).zip(&terms.marks);
    let term = |((word, weight), marks): ((&[u8; 2], &u8), &u8)| {
        let at = u16::from_le_bytes(*word) as usize;
        let (word, key, name) = match at.checked_sub(lexicon.count()) {
            None => {
                let word = Word(number(at));
                (Lexeme::Known(word), known_key(word), lexicon.is_name(word))
            }
            Some(other) => {
                let (hash, key) = kept.others.get(other)?;
                (Lexeme::Other(*hash), *key, true)
            }
        };
        let weight = f32::from(*weight) / 255.0;
        Some(Term { word, key, weight, name, aside: marks & 1 != 0, predicate: marks & 2 != 0 })
    };
    columns.map(term).collect()
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
