//! From layers to the record.

use std::ops::Range;

use crate::Span;
use crate::article::Article;
use crate::claim;
use crate::document::Document;
use crate::entity::Entities;
use crate::record::offsets::Offsets;
use crate::record::{
    self, Block, Claim, Cue, Entity, OwnVoice, Place, Quantity, Record, Relation, Source, Statement, Text, Time, When,
};
use crate::{relation, statement};

/// What a record says of the file rather than of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

/// Puts a record together.
pub(crate) fn build(
    origin: &Origin<'_>,
    article: &Article,
    document: &Document<'_>,
    entities: &Entities,
    statements: &[statement::Statement],
    relations: &[relation::Relation],
) -> Record {
    let build = Build { document, offsets: Offsets::new(document.text) };
    let ids: Vec<String> = (1..=statements.len()).map(|n| format!("s{n}")).collect();
    Record {
        schema: record::SCHEMA.to_owned(),
        document: build.article(origin, article),
        entities: entities.list.iter().enumerate().map(|(i, entity)| build.entity(i, entity)).collect(),
        times: (0..document.times.len()).map(|i| build.time(i)).collect(),
        quantities: (0..document.quantities.len()).map(|i| build.quantity(i)).collect(),
        places: (0..document.places.len()).map(|i| build.place(i)).collect(),
        statements: (ids.iter().zip(statements)).map(|(id, statement)| build.statement(id, statement, &ids)).collect(),
        own_voice: build.own_voice(),
        relations: relations.iter().map(relation).collect(),
    }
}

fn relation(relation: &relation::Relation) -> Relation {
    let id = |(statement, claim): (usize, usize)| format!("s{}.{}", statement + 1, claim + 1);
    Relation { kind: relation.kind, a: id(relation.a), b: id(relation.b) }
}

struct Build<'a> {
    document: &'a Document<'a>,
    offsets: Offsets<'a>,
}

impl Build<'_> {
    fn article(&self, origin: &Origin<'_>, article: &Article) -> record::Document {
        record::Document {
            id: origin.id.to_owned(),
            name: origin.name.to_owned(),
            url: article.url.clone(),
            title: article.title.clone(),
            published: article.published.map(|day| day.to_string()),
            publisher: article.publisher.clone(),
            byline: article.byline.clone(),
            agency: article.agency.clone(),
            language: article.language.clone(),
            set_aside: u32::try_from(article.set_aside).unwrap_or(u32::MAX),
            text: article.text.clone(),
            blocks: (article.blocks.iter())
                .map(|block| Block { kind: block.kind, span: self.offsets.of(block.span) })
                .collect(),
        }
    }

    fn entity(&self, i: usize, entity: &crate::entity::Entity) -> Entity {
        Entity {
            id: format!("e{}", i + 1),
            name: entity.name.clone(),
            kind: entity.kind,
            roles: entity.roles.clone(),
            aliases: entity.aliases.clone(),
            mentions: entity.mentions.iter().map(|span| self.offsets.of(*span)).collect(),
        }
    }

    fn time(&self, i: usize) -> Time {
        let time = &self.document.times[i];
        let Text { span, text } = self.text(time.span);
        Time { span, text, kind: time.kind, value: time.value.clone() }
    }

    fn quantity(&self, i: usize) -> Quantity {
        let quantity = &self.document.quantities[i];
        let Text { span, text } = self.text(quantity.span);
        Quantity {
            span,
            text,
            value: quantity.value,
            to: quantity.to,
            bound: quantity.bound,
            of: quantity.of.clone(),
            vague: quantity.vague,
        }
    }

    fn place(&self, i: usize) -> Place {
        let place = &self.document.places[i];
        let Text { span, text } = self.text(place.span);
        Place { span, text, name: place.name.clone(), country: place.country.map(str::to_owned) }
    }

    fn statement(&self, id: &str, statement: &statement::Statement, ids: &[String]) -> Statement {
        let source = statement.source.as_ref().map(|source| {
            let Text { span, text } = self.words(&source.tokens);
            let entity = source.entity().map(|entity| format!("e{}", entity + 1));
            Source { span, text, entity, name: source.name().map(str::to_owned), kind: source.kind() }
        });
        Statement {
            id: id.to_owned(),
            within: statement.within.map(|parent| ids[parent].clone()),
            sources: source.into_iter().collect(),
            chain: statement.chain.clone(),
            cue: statement.cue.as_ref().map(|(tokens, lemma)| {
                let Text { span, text } = self.words(tokens);
                Cue { span, text, lemma: lemma.clone() }
            }),
            act: statement.act,
            quote: statement.quote,
            content: statement.content.iter().map(|tokens| self.words(tokens)).collect(),
            to: statement.to.as_ref().map(|tokens| self.words(tokens)),
            when: statement.when.map(|i| {
                let time = &self.document.times[i];
                let Text { span, text } = self.text(time.span);
                When { span, text, value: time.value.clone() }
            }),
            place: statement.place.map(|i| self.place(i)),
            claims: (statement.claims.iter().enumerate())
                .map(|(n, claim)| self.claim(format!("{id}.{}", n + 1), claim))
                .collect(),
            // More digits would say more than is known.
            confidence: statement.confidence.map(|confidence| (f64::from(confidence) * 1000.0).round() / 1000.0),
        }
    }

    fn claim(&self, id: String, claim: &claim::Claim) -> Claim {
        let span = self.document.span(&claim.tokens);
        let Text { span: points, text } = self.text(span);
        let Details { quantities, times, places } = self.details(span);
        Claim { id, span: points, text, certainty: claim.certainty, quantities, times, places }
    }

    /// What stands outside any attribution: sentence by sentence, clause by clause.
    fn own_voice(&self) -> Vec<OwnVoice> {
        let document = self.document;
        let mut taken = vec![false; document.sentences.len()];
        for attribution in document.attributions {
            let parts = attribution.content.iter().chain(&attribution.cue).chain(&attribution.source);
            for part in parts {
                let range = document.sentence_of(part.start)..=document.sentence_of(part.end - 1);
                taken[range].fill(true);
            }
        }
        let free = document.sentences.iter().zip(taken).filter(|(_, taken)| !taken);
        let clauses = free.flat_map(|(sentence, _)| claim::clauses(document, &sentence.tokens));
        clauses
            .filter(|tokens| {
                tokens.clone().any(|token| document.syntax.pos(token).is_finite()) || self.is_headline(tokens)
            })
            .enumerate()
            .map(|(n, tokens)| {
                let span = document.span(&tokens);
                let Text { span: points, text } = self.text(span);
                let Details { quantities, times, places } = self.details(span);
                OwnVoice { id: format!("r{}", n + 1), span: points, text, quantities, times, places }
            })
            .collect()
    }

    /// Whether words of a headline put something forward without a finite verb, as headlines do: "Five dead in Torvik blast".
    fn is_headline(&self, tokens: &Range<usize>) -> bool {
        let document = self.document;
        let span = document.span(tokens);
        let of_headline = |block: &&crate::Block| block.kind == crate::BlockKind::Headline && block.span.contains(span);
        let says = |token: usize| document.syntax.pos(token).is_verb();
        let counts = within(document.quantities, span, |it| it.span).next().is_some();
        tokens.len() >= 4 && document.blocks.iter().find(of_headline).is_some() && (counts || tokens.clone().any(says))
    }

    /// The quantities, times and places inside a claim.
    fn details(&self, span: Span) -> Details {
        let document = self.document;
        let quantities = within(document.quantities, span, |it| it.span).map(|i| self.quantity(i)).collect();
        let times = within(document.times, span, |it| it.span).map(|i| self.time(i)).collect();
        let places = within(document.places, span, |it| it.span).map(|i| self.place(i)).collect();
        Details { quantities, times, places }
    }

    fn words(&self, tokens: &Range<usize>) -> Text {
        self.text(self.document.span(tokens))
    }

    fn text(&self, span: Span) -> Text {
        Text { span: self.offsets.of(span), text: span.of(self.document.text).to_owned() }
    }
}

struct Details {
    quantities: Vec<Quantity>,
    times: Vec<Time>,
    places: Vec<Place>,
}

/// The indices of those items, which are in order, that lie wholly inside the span.
fn within<T>(items: &[T], span: Span, of: impl Fn(&T) -> Span) -> impl Iterator<Item = usize> {
    let first = items.partition_point(|item| of(item).start() < span.start());
    let last = first + items[first..].partition_point(|item| of(item).end() <= span.end());
    first..last
}
