//! Records written by hand for the tests of the view.

use onrecord::record::{
    Act, Block, BlockKind, Bound, Certainty, Claim, CodePoints, Cue, Document, OwnVoice, Quantity, Quote, Record,
    Relation, RelationKind, SCHEMA, Source, SourceKind, Statement, Text, When,
};

/// A record in the making. Words are looked up in its text, so that a test gives no offsets.
pub(crate) struct Fixture {
    pub(crate) record: Record,
    /// Words are looked up from this byte on.
    from: usize,
}

impl Fixture {
    /// A report of these parts.
    pub(crate) fn new(parts: &[(BlockKind, &str)]) -> Fixture {
        let mut text = String::new();
        let mut blocks = Vec::new();
        for (kind, words) in parts {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            let start = text.chars().count();
            text.push_str(words);
            blocks.push(Block { kind: *kind, span: points(start, text.chars().count()) });
        }
        let document = Document {
            id: format!("sha256:{}", "0".repeat(64)),
            name: "harbour".to_owned(),
            url: None,
            title: None,
            published: None,
            publisher: None,
            byline: Vec::new(),
            agency: None,
            language: Some("en".to_owned()),
            set_aside: 0,
            text,
            blocks,
        };
        let record = Record {
            schema: SCHEMA.to_owned(),
            document,
            entities: Vec::new(),
            times: Vec::new(),
            quantities: Vec::new(),
            places: Vec::new(),
            statements: Vec::new(),
            own_voice: Vec::new(),
            relations: Vec::new(),
        };
        Fixture { record, from: 0 }
    }

    /// Looks words up from where these stand on.
    pub(crate) fn from(&mut self, words: &str) -> &mut Fixture {
        self.from = self.record.document.text.find(words).unwrap_or_else(|| panic!("{words:?} is in the text"));
        self
    }

    pub(crate) fn text(&self, words: &str) -> Text {
        let text = &self.record.document.text;
        let start = self.from + text[self.from..].find(words).unwrap_or_else(|| panic!("{words:?} follows"));
        let first = text[..start].chars().count();
        Text { span: points(first, first + words.chars().count()), text: words.to_owned() }
    }

    /// Adds a statement: its source's words, its chain, its cue, its act and its content, a claim a piece.
    pub(crate) fn says(
        &mut self,
        source: &str,
        chain: &[&str],
        cue: &str,
        act: Act,
        content: &[&str],
    ) -> &mut Statement {
        let id = format!("s{}", self.record.statements.len() + 1);
        let sources = (!source.is_empty()).then(|| self.text(source)).map(|Text { span, text }| Source {
            span,
            text,
            entity: None,
            name: chain.last().map(|&name| name.to_owned()),
            kind: SourceKind::Named,
        });
        let cue = (!cue.is_empty()).then(|| self.text(cue)).map(|Text { span, text }| {
            let lemma = text.clone();
            Cue { span, text, lemma }
        });
        let content: Vec<Text> = content.iter().map(|words| self.text(words)).collect();
        let claims = content.iter().enumerate().map(|(index, Text { span, text })| Claim {
            id: format!("{id}.{}", index + 1),
            span: *span,
            text: text.clone(),
            certainty: Some(if act == Act::Deny { Certainty::CertainNot } else { Certainty::Certain }),
            quantities: Vec::new(),
            times: Vec::new(),
            places: Vec::new(),
        });
        self.record.statements.push(Statement {
            within: None,
            sources: sources.into_iter().collect(),
            chain: chain.iter().map(|&name| name.to_owned()).collect(),
            cue,
            act: Some(act),
            quote: Quote::Indirect,
            claims: claims.collect(),
            confidence: None,
            content,
            to: None,
            when: None,
            place: None,
            id,
        });
        self.record.statements.last_mut().expect("one was just added")
    }

    pub(crate) fn relation(&mut self, a: &str, kind: RelationKind, b: &str) {
        self.record.relations.push(Relation { kind, a: a.to_owned(), b: b.to_owned() });
    }
}

/// A report in which everything occurs that the view has a way to show.
pub(crate) fn harbour() -> Record {
    use BlockKind::{
        Boilerplate, Caption, Credit, Dateline, Headline, ListItem, Paragraph, Quote as Passage, Standfirst,
    };
    let mut fixture = Fixture::new(&[
        (Headline, "Harbour bridge to close for 14 months, mayor says"),
        (Standfirst, "Ferry company calls the warning about cracks ‘scaremongering’."),
        (
            Caption,
            "The swing bridge at Wexmouth, built in 1931, carries 9,000 cars a day between the old town and the docks",
        ),
        (Credit, "[Ida Brandt/Courier]"),
        (Dateline, "Published 14 May 2024"),
        (
            Paragraph,
            "Mayor Ada Quill told reporters in Wexmouth on Tuesday that the bridge would close in June and that engineers had warned her it could collapse.",
        ),
        (Boilerplate, "Recommended Stories"),
        (Boilerplate, "list of 3 items"),
        (Paragraph, "“There are 41 cracks in the north tower,” she said. “Nobody should drive over it.”"),
        (
            Paragraph,
            "Tom Reeve, who runs the ferry company, denied that there were any cracks. The Harbour Board has not commented.",
        ),
        (Passage, "“We were never asked,” one of the pilots said."),
        (ListItem, "It was reported last week that repairs may cost 12 million crowns."),
        (Boilerplate, "Advertisement"),
    ]);
    let document = &mut fixture.record.document;
    document.published = Some("2024-05-14".to_owned());
    document.publisher = Some("The Wexmouth Courier".to_owned());
    document.byline = vec!["Ida Brandt".to_owned(), "Joost Olde".to_owned()];
    document.agency = Some("Nordpress".to_owned());

    fixture.says("mayor", &["Ada Quill"], "says", Act::Assert, &["Harbour bridge to close for 14 months"]);
    fixture.from("Ferry").says(
        "Ferry company",
        &["Ferry company"],
        "calls",
        Act::Deny,
        &["the warning about cracks ‘scaremongering’"],
    );
    fixture.record.statements[1].quote = Quote::Mixed;
    fixture.from("Mayor Ada");
    let (to, when) = (fixture.text("reporters"), fixture.text("Tuesday"));
    let told = fixture.says(
        "Mayor Ada Quill",
        &["Ada Quill"],
        "told",
        Act::Assert,
        &["the bridge would close in June", "engineers had warned her it could collapse"],
    );
    told.to = Some(to);
    told.when = Some(When { span: when.span, text: when.text, value: Some("2024-05-14".to_owned()) });
    let warned =
        fixture.says("engineers", &["Ada Quill", "engineers"], "had warned", Act::Assert, &["it could collapse"]);
    warned.within = Some("s3".to_owned());
    warned.sources[0].kind = SourceKind::Role;
    warned.claims[0].certainty = Some(Certainty::Possible);
    let cracks = fixture.from("41").text("41");
    let cracks = Quantity {
        span: cracks.span,
        text: cracks.text,
        value: 41.0,
        to: None,
        bound: Bound::Exact,
        of: Some("cracks".to_owned()),
        vague: false,
    };
    let she = fixture.from("“There").says(
        "she",
        &[],
        "said",
        Act::Assert,
        &["There are 41 cracks in the north tower", "Nobody should drive over it"],
    );
    she.sources[0].name = None;
    she.quote = Quote::Direct;
    she.claims[0].quantities.push(cracks);
    she.claims[1].certainty = Some(Certainty::Uncommitted);
    fixture.from("Tom").says(
        "Tom Reeve, who runs the ferry company",
        &["Tom Reeve"],
        "denied",
        Act::Deny,
        &["there were any cracks"],
    );
    fixture.says("The Harbour Board", &["Harbour Board"], "has not commented", Act::Decline, &[]);
    let pilot = fixture.from("“We").says(
        "one of the pilots",
        &["one of the pilots"],
        "said",
        Act::Assert,
        &["We were never asked"],
    );
    pilot.quote = Quote::Direct;
    pilot.sources[0].kind = SourceKind::Anonymous;
    pilot.claims[0].certainty = Some(Certainty::CertainNot);
    let reported =
        fixture.from("It was").says("", &[], "was reported", Act::Assert, &["repairs may cost 12 million crowns"]);
    reported.claims[0].certainty = Some(Certainty::Possible);

    let own = fixture.from("The swing").text("carries 9,000 cars a day");
    fixture.record.own_voice.push(OwnVoice {
        id: "r1".to_owned(),
        span: own.span,
        text: own.text,
        quantities: Vec::new(),
        times: Vec::new(),
        places: Vec::new(),
    });
    fixture.relation("s1.1", RelationKind::Same, "s3.1");
    fixture.relation("s6.1", RelationKind::Denies, "s5.1");
    fixture.relation("s5.1", RelationKind::Supports, "s5.2");
    fixture.record
}

fn points(start: usize, end: usize) -> CodePoints {
    CodePoints(u32::try_from(start).unwrap(), u32::try_from(end).unwrap())
}
