//! The laws that every record keeps, whatever was read.

use std::collections::BTreeSet;

use crate::record::{Act, CodePoints, Place, Quantity, Record, Statement, Time};

/// Panics, saying which, if the record breaks a law.
pub(crate) fn assert_lawful(record: &Record) {
    let text = Text { points: record.document.text.chars().collect() };
    text.assert_apart("blocks", record.document.blocks.iter().map(|block| block.span));
    for entity in &record.entities {
        text.assert_apart("mentions", entity.mentions.iter().copied());
    }
    text.assert_times(&record.times);
    text.assert_quantities(&record.quantities);
    text.assert_places(&record.places);
    let mut ids = BTreeSet::new();
    let mut add = |id: &str| assert!(ids.insert(id.to_owned()), "two entries are called {id}");
    record.entities.iter().for_each(|entity| add(&entity.id));
    for (index, statement) in record.statements.iter().enumerate() {
        add(&statement.id);
        statement.claims.iter().for_each(|claim| add(&claim.id));
        text.assert_statement(statement);
        if let Some(parent) = &statement.within {
            let parent = record.statements[..index].iter().find(|earlier| earlier.id == *parent);
            let parent = parent.unwrap_or_else(|| panic!("{} stands within no earlier statement", statement.id));
            assert!(
                statement.chain.starts_with(&parent.chain),
                "the chain of {} does not begin with that of {}",
                statement.id,
                parent.id
            );
        }
    }
    for own in &record.own_voice {
        add(&own.id);
        text.assert_words(own.span, &own.text);
    }
    for entity in record.statements.iter().flat_map(|statement| &statement.sources).filter_map(|s| s.entity.as_ref()) {
        assert!(ids.contains(entity), "a source is the unknown entity {entity}");
    }
    for relation in &record.relations {
        assert!(ids.contains(&relation.a) && ids.contains(&relation.b), "{relation:?} is between unknown claims");
    }
}

struct Text {
    points: Vec<char>,
}

impl Text {
    /// The text at a span is the text beside it.
    fn assert_words(&self, span: CodePoints, words: &str) {
        let (start, end) = (span.0 as usize, span.1 as usize);
        let at = self.points.get(start..end).unwrap_or_else(|| panic!("{span:?} is no span of the text"));
        assert!(at.iter().copied().eq(words.chars()), "{words:?} is not the text at {span:?}");
        assert!(start < end, "{span:?} is empty");
    }

    /// Spans are in order and do not overlap.
    fn assert_apart(&self, what: &str, spans: impl IntoIterator<Item = CodePoints>) {
        let mut last = 0;
        for span in spans {
            assert!(last <= span.0 && span.0 < span.1, "{what}: {span:?} after {last}");
            assert!(span.1 as usize <= self.points.len(), "{what}: {span:?} is beyond the text");
            last = span.1;
        }
    }

    fn assert_statement(&self, statement: &Statement) {
        for source in &statement.sources {
            self.assert_words(source.span, &source.text);
        }
        if let Some(cue) = &statement.cue {
            self.assert_words(cue.span, &cue.text);
        }
        for piece in statement.content.iter().chain(&statement.to) {
            self.assert_words(piece.span, &piece.text);
        }
        self.assert_apart("content", statement.content.iter().map(|piece| piece.span));
        if let Some(when) = &statement.when {
            self.assert_words(when.span, &when.text);
        }
        if let Some(place) = &statement.place {
            self.assert_words(place.span, &place.text);
        }
        if statement.content.is_empty() {
            assert_eq!(statement.act, Some(Act::Decline), "{} says nothing and does not decline to", statement.id);
            assert!(statement.claims.is_empty(), "{} says nothing and claims something", statement.id);
        } else {
            assert!(!statement.claims.is_empty(), "{} says something and claims nothing", statement.id);
        }
        for claim in &statement.claims {
            self.assert_words(claim.span, &claim.text);
            self.assert_times(&claim.times);
            self.assert_quantities(&claim.quantities);
            self.assert_places(&claim.places);
        }
    }

    fn assert_times(&self, times: &[Time]) {
        times.iter().for_each(|time| self.assert_words(time.span, &time.text));
        assert!(times.is_sorted_by_key(|time| time.span), "times are out of order");
    }

    fn assert_quantities(&self, quantities: &[Quantity]) {
        for quantity in quantities {
            self.assert_words(quantity.span, &quantity.text);
            assert!(quantity.value.is_finite(), "{quantity:?}");
        }
        assert!(quantities.is_sorted_by_key(|quantity| quantity.span), "quantities are out of order");
    }

    fn assert_places(&self, places: &[Place]) {
        places.iter().for_each(|place| self.assert_words(place.span, &place.text));
        assert!(places.is_sorted_by_key(|place| place.span), "places are out of order");
    }
}
