//! The one place that knows the order of the stages.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::act;
use crate::article::{Article, Verdict};
use crate::attribution::link::Linker;
use crate::attribution::{self, Attribution};
use crate::document::Document;
use crate::model::{Model, ModelError, Parse, Part, Workspace};
use crate::record::Record;
use crate::record::build::{self, Origin};
use crate::sentence::Sentence;
use crate::token::Token;
use crate::{entity, place, quantity, quotation, sentence, source, statement, time, token};

/// Contents shorter than this many tokens hold no statement of another's.
const SHORTEST_NEST: usize = 6;

/// Reads articles into records.
///
/// Reading never fails: any text gives a record, if perhaps an empty one. One reader serves any number of threads.
#[derive(Debug)]
pub struct Reader {
    model: Model,
    linker: Linker,
    /// Memory that reading works in: as many as there were threads reading at once.
    rooms: Mutex<Vec<Workspace>>,
}

impl Reader {
    /// A reader on a trained model, from the bytes of its weights' file ([`Model::from_bytes`]).
    ///
    /// # Errors
    /// If the weights lack a part that reading needs.
    pub fn new(model: Model) -> Result<Reader, ModelError> {
        Ok(Reader { linker: Linker::new(model.weights())?, model, rooms: Mutex::new(Vec::new()) })
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
        let tokens = token::tokenize(text, blocks);
        let quotations = quotation::pair(text, blocks);
        let sentences = sentence::split(text, blocks, &tokens, &quotations);
        let reading = self.model.read(text, &tokens, &sentences, self.model.syntax_layers(), room);
        let tagged = self.model.tag(&reading);
        let Parse { syntax, mentions } = self.model.parse(text, &tokens, &sentences, &reading);
        let outer = attribution::assemble(text, blocks, &tokens, &tagged, &self.linker);
        let attributions = self.nest(article, &tokens, &sentences, outer, room);
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
            attributions: &attributions,
        };
        let entities = entity::resolve(&document);
        let sources = source::sources(&document, &entities);
        let statements = statement::statements(&document, &sources);
        let id = format!("sha256:{}", hexadecimal(&Sha256::digest(bytes)));
        let origin = Origin { id: &id, name: article.name.as_deref().unwrap_or("stdin") };
        build::build(&origin, article, &document, &entities, &statements)
    }

    /// Adds the attributions inside the contents of others: each content with a word of saying is read again, by itself.
    fn nest(
        &self,
        article: &Article,
        tokens: &[Token],
        sentences: &[Sentence],
        outer: Vec<Attribution>,
        room: &mut Workspace,
    ) -> Vec<Attribution> {
        let text = article.text.as_str();
        let speaks = |token: &Token| act::names_act(token.span.of(text));
        let told =
            |content: &Range<usize>| content.len() >= SHORTEST_NEST && tokens[content.clone()].iter().any(speaks);
        let contents = outer.iter().flat_map(|attribution| &attribution.content).filter(|content| told(content));
        let parts: Vec<_> = contents.map(|content| (&tokens[content.clone()], clip(sentences, content))).collect();
        let parts: Vec<_> = parts.iter().map(|(tokens, sentences)| Part { tokens, sentences }).collect();
        let mut readings = self.model.read_each(text, &parts, &[], room).into_iter().zip(&parts);
        let mut all = Vec::with_capacity(outer.len());
        for attribution in outer {
            let parent = all.len();
            let contents = attribution.content.clone();
            all.push(attribution);
            for content in contents.into_iter().filter(|content| told(content)) {
                let Some((reading, part)) = readings.next() else { break };
                let tagged = self.model.tag(&reading);
                let inner = attribution::assemble(text, &article.blocks, part.tokens, &tagged, &self.linker);
                all.extend(inner.into_iter().filter_map(|inner| inner.nested(content.start, parent)));
            }
        }
        all
    }
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
