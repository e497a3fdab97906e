//! The one place that knows the order of the stages.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::act;
use crate::article::{Article, Block, Verdict};
use crate::attribution::confidence::{self, Confidence};
use crate::attribution::link::Linker;
use crate::attribution::{self, Attribution, citation, silence, subject};
use crate::document::Document;
use crate::mention::EntityKind;
use crate::model::{Model, ModelError, Parse, Part, Workspace};
use crate::quotation::Quotation;
use crate::record::build::{self, Origin};
use crate::record::offsets::Offsets;
use crate::record::{CodePoints, Record};
use crate::sentence::Sentence;
use crate::token::Token;
use crate::{claim, entity, place, quantity, quotation, relation, sentence, source, statement, time, token};

/// Clauses shorter than this many tokens hold no statement of another's.
const SHORTEST_NEST: usize = 6;

/// Reads articles into records.
///
/// Reading never fails: any text gives a record, if perhaps an empty one. One reader serves any number of threads.
#[derive(Debug)]
pub struct Reader {
    model: Model,
    linker: Linker,
    confidence: Option<Confidence>,
    /// Memory that reading works in: as many as there were threads reading at once.
    rooms: Mutex<Vec<Workspace>>,
}

impl Reader {
    /// A reader on a trained model, from the bytes of its weights' file ([`Model::from_bytes`]).
    ///
    /// # Errors
    /// If the weights lack a part that reading needs.
    pub fn new(model: Model) -> Result<Reader, ModelError> {
        let (linker, confidence) = (Linker::new(model.weights())?, Confidence::load(model.weights())?);
        Ok(Reader { linker, confidence, model, rooms: Mutex::new(Vec::new()) })
    }

    /// Reads an article. `bytes` are those that it was made from; their hash is the record's id.
    #[must_use]
    pub fn read(&self, article: &Article, bytes: &[u8]) -> Record {
        let mut room = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_else(Workspace::new);
        let record = self.read_in(article, bytes, &mut room);
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        record
    }

    fn read_in(&self, article: &Article, bytes: &[u8], room: &mut Workspace) -> Record {
        let text = article.text.as_str();
        // A report in another language keeps its parts, but nothing is read from them.
        let blocks = if article.verdict == Verdict::Read { article.blocks.as_slice() } else { &[] };
        let (tokens, quotations, sentences) = cut(text, blocks);
        let reading = self.model.read(text, &tokens, &sentences, self.model.syntax_layers(), room);
        let tagged = self.model.tag(&reading, room);
        let Parse { syntax, mentions } = self.model.parse(text, &tokens, &sentences, &reading, room);
        room.reclaim(reading);
        let outer = attribution::assemble(text, blocks, &tokens, &tagged, &self.linker, self.confidence.as_ref());
        let times = time::times(text, &sentences, &tokens, article.published);
        let quantities = quantity::quantities(text, &sentences, &tokens, &times);
        let places = place::places(text, &sentences, &tokens, &mentions);
        let document = Document {
            text,
            blocks,
            tokens: &tokens,
            quotations: &quotations,
            sentences: &sentences,
            syntax: &syntax,
            mentions: &mentions,
            times: &times,
            quantities: &quantities,
            places: &places,
            attributions: &outer,
        };
        let id = format!("sha256:{}", hexadecimal(&Sha256::digest(bytes)));
        let origin = Origin { id: &id, name: article.name.as_deref().unwrap_or("stdin") };
        conclude(&origin, article, &document, |document| self.nest(document, room))
    }

    /// What the tagger and the linker make of an article, each attribution with the evidence that its confidence is told
    /// from: what the evaluation fits that to.
    #[doc(hidden)]
    #[must_use]
    pub fn weigh(&self, article: &Article) -> Vec<Weighed> {
        let (text, blocks) = (article.text.as_str(), article.blocks.as_slice());
        let (tokens, _, sentences) = cut(text, blocks);
        let mut room = Workspace::new();
        let reading = self.model.read(text, &tokens, &sentences, &[], &mut room);
        let tagged = self.model.tag(&reading, &mut room);
        let weighed = attribution::weigh(text, blocks, &tokens, &tagged, &self.linker);
        let offsets = Offsets::new(text);
        let place = |range: &Range<usize>| offsets.of(tokens[range.start].span.cover(tokens[range.end - 1].span));
        let weighed = weighed.into_iter().filter(|(attribution, _)| !attribution.content.is_empty());
        weighed
            .map(|(attribution, evidence)| Weighed {
                source: attribution.source.iter().map(place).collect(),
                content: attribution.content.iter().map(place).collect(),
                evidence: evidence.row().to_vec(),
            })
            .collect()
    }

    /// The syntax and the names of an article, a sentence each: what a smaller model can learn from.
    #[doc(hidden)]
    #[must_use]
    pub fn parse(&self, article: &Article) -> Vec<Parsed> {
        let (text, blocks) = (article.text.as_str(), article.blocks.as_slice());
        let (tokens, _, sentences) = cut(text, blocks);
        let mut room = Workspace::new();
        let reading = self.model.read(text, &tokens, &sentences, self.model.syntax_layers(), &mut room);
        let Parse { syntax, mentions } = self.model.parse(text, &tokens, &sentences, &reading, &mut room);
        let mut block = None;
        let parsed = sentences.iter().map(|sentence| {
            let start = sentence.tokens.start;
            let at = |place: usize| tokens[sentence.tokens.clone()].partition_point(|token| token.span.start() < place);
            let words = || sentence.tokens.clone();
            let names = mentions.iter().filter(|mention| sentence.span.contains(mention.span));
            Parsed {
                first: block.replace(sentence.block) != Some(sentence.block),
                words: tokens[words()].iter().map(|token| token.span.of(text).to_owned()).collect(),
                pos: words().map(|word| syntax.pos(word).name()).collect(),
                head: words().map(|word| syntax.head(word).map(|head| head - start)).collect(),
                rel: words().map(|word| syntax.relation(word).name()).collect(),
                names: names.map(|name| (at(name.span.start()), at(name.span.end()), name.kind)).collect(),
            }
        });
        parsed.collect()
    }

    /// The names of what [`Weighed::evidence`] holds.
    #[doc(hidden)]
    pub const EVIDENCE: &'static [&'static str] = &confidence::FEATURES;

    /// The document's attributions and those inside their contents: each clause of a content that has a word of saying
    /// is read again, by itself.
    fn nest(&self, document: &Document<'_>, room: &mut Workspace) -> Vec<Attribution> {
        let outer = self.nest_once(document, false, room);
        self.nest_once(&Document { attributions: &outer, ..*document }, true, room)
    }

    /// One level of that: in the contents of those that stand in no other, or `deeper` of those that do.
    fn nest_once(&self, document: &Document<'_>, deeper: bool, room: &mut Workspace) -> Vec<Attribution> {
        let (text, tokens) = (document.text, document.tokens);
        let mut clauses = Vec::new();
        for (parent, attribution) in document.attributions.iter().enumerate() {
            if attribution.within.is_some() != deeper {
                continue;
            }
            let units = claim::units(document, &attribution.content);
            let told = units.iter().flat_map(|unit| claim::clauses(document, unit));
            let told = told.filter(|clause| may_hold_another(document, clause));
            clauses.extend(told.map(|clause| (parent, clip(document.sentences, &clause), clause)));
        }
        let parts: Vec<Part<'_>> = (clauses.iter())
            .map(|(_, sentences, clause)| Part { tokens: &tokens[clause.clone()], sentences })
            .collect();
        let readings = self.model.read_each(text, &parts, &[], room);
        let mut found = clauses.iter().zip(parts).zip(readings).peekable();
        let mut all = Vec::with_capacity(document.attributions.len());
        // Where each attribution has come to stand.
        let mut moved = Vec::with_capacity(document.attributions.len());
        for (nth, attribution) in document.attributions.iter().enumerate() {
            let parent = all.len();
            let within = attribution.within.map(|outer| moved[outer]);
            moved.push(parent);
            all.push(Attribution { within, ..attribution.clone() });
            while let Some((((_, _, clause), part), reading)) = found.next_if(|(((of, _, _), _), _)| *of == nth) {
                let tagged = self.model.tag(&reading, room);
                let inner = attribution::assemble(
                    text,
                    document.blocks,
                    part.tokens,
                    &tagged,
                    &self.linker,
                    self.confidence.as_ref(),
                );
                let nested = inner.into_iter().filter_map(|inner| inner.nested(clause.start, parent));
                // Read by itself, a clause that holds its own word of saying gives that once more.
                all.extend(nested.filter(|inner| !inner.shares_cue(attribution)));
            }
        }
        all
    }
}

/// An attribution and what its confidence is told from.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Its source, in code points; empty if it has none.
    pub source: Vec<CodePoints>,
    /// Its content.
    pub content: Vec<CodePoints>,
    /// A number for each of [`Reader::EVIDENCE`].
    pub evidence: Vec<f64>,
}

/// A sentence's syntax and names. Words are counted from its first.
#[doc(hidden)]
#[derive(Clone, Debug, Serialize)]
pub struct Parsed {
    /// Whether a paragraph begins with it.
    pub first: bool,
    /// Its tokens.
    pub words: Vec<String>,
    /// The part of speech of each, by its name in the Penn Treebank.
    pub pos: Vec<&'static str>,
    /// The head of each but the root.
    pub head: Vec<Option<usize>>,
    /// What each is to it, by its name in Universal Dependencies.
    pub rel: Vec<&'static str>,
    /// First word, the one after the last, kind.
    pub names: Vec<(usize, usize, EntityKind)>,
}

/// The tokens of some blocks, their quotations, and their sentences.
fn cut(text: &str, blocks: &[Block]) -> (Vec<Token>, Vec<Quotation>, Vec<Sentence>) {
    let tokens = token::tokenize(text, blocks);
    let quotations = quotation::pair(text, blocks);
    let sentences = sentence::split(text, blocks, &tokens, &quotations);
    (tokens, quotations, sentences)
}

/// The stages that need no model: from a document with the attributions that were tagged to its record. `nest` adds the
/// attributions inside the contents of others.
pub(crate) fn conclude(
    origin: &Origin<'_>,
    article: &Article,
    document: &Document<'_>,
    nest: impl FnOnce(&Document<'_>) -> Vec<Attribution>,
) -> Record {
    let mut outer = document.attributions.to_vec();
    citation::divide(document, &mut outer);
    subject::complete(document, &mut outer);
    outer.extend(silence::silences(document));
    outer.sort_by_key(Attribution::start);
    let attributions = nest(&Document { attributions: &outer, ..*document });
    let document = Document { attributions: &attributions, ..*document };
    let entities = entity::resolve(&document);
    let sources = source::sources(&document, &entities);
    let statements = statement::statements(&document, &sources);
    let relations = relation::relations(&document, &statements);
    build::build(origin, article, &document, &entities, &statements, &relations)
}

/// Whether a statement of another's can stand in a clause: it has a word for something told at second hand, and a verb of what
/// is told.
fn may_hold_another(document: &Document<'_>, clause: &Range<usize>) -> bool {
    let syntax = document.syntax;
    let helps = |verb: usize, cue: usize| syntax.head(verb) == Some(cue) && syntax.relation(verb).is_helper();
    let is_verb_beside = |token: usize, cue: usize| token != cue && syntax.pos(token).is_verb() && !helps(token, cue);
    clause.len() >= SHORTEST_NEST
        && clause
            .clone()
            .any(|cue| act::names_hearsay(document, cue) && clause.clone().any(|token| is_verb_beside(token, cue)))
}

/// The sentences of a range of tokens, counted from its first.
fn clip(sentences: &[Sentence], range: &Range<usize>) -> Vec<Sentence> {
    let first = sentences.partition_point(|sentence| sentence.tokens.end <= range.start);
    let here = sentences[first..].iter().take_while(|sentence| sentence.tokens.start < range.end);
    here.map(|sentence| {
        let start = sentence.tokens.start.max(range.start) - range.start;
        let end = sentence.tokens.end.min(range.end) - range.start;
        Sentence { tokens: start..end, ..sentence.clone() }
    })
    .collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
