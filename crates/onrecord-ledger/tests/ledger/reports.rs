//! Reports for tests of the ledger, made without a model.
//!
//! A report is written as lines: "Ada Quill (deny): there were any cracks" is a statement with one claim, "Tom Reeve
//! (decline):" one without content, and a line without a colon is the paper's own voice. The lines themselves are the
//! report's text, so that every span is exact.

use onrecord::record::{
    Act, Block, BlockKind, Certainty, Claim, CodePoints, Cue, Document, Entity, EntityKind, OwnVoice, Quote, Record,
    SCHEMA, Source, SourceKind, Statement, Text,
};
use onrecord_ledger::{Form, Incoming, Listing, Origin, Writer};
use sha2::{Digest, Sha256};

/// A report of these lines.
pub(crate) fn record(lines: &[&str], url: Option<&str>, published: Option<&str>) -> (Vec<u8>, Record) {
    let text = lines.join("\n");
    let bytes = text.clone().into_bytes();
    let digits: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let document = Document {
        id: format!("sha256:{digits}"),
        name: "report".to_owned(),
        url: url.map(str::to_owned),
        title: Some("Harbour".to_owned()),
        published: published.map(str::to_owned),
        publisher: Some("The Wexmouth Courier".to_owned()),
        byline: Vec::new(),
        agency: None,
        language: Some("en".to_owned()),
        set_aside: 0,
        blocks: vec![Block { kind: BlockKind::Paragraph, span: CodePoints(0, count(&text)) }],
        text,
    };
    let mut record = Record {
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
    let mut start = 0;
    for line in lines {
        match line.split_once("):") {
            Some((said, content)) => statement(&mut record, start, said, content),
            None if line.is_empty() => {}
            None => own_voice(&mut record, start, line),
        }
        start += count(line) + 1;
    }
    (bytes, record)
}

/// The same on its way into a ledger.
pub(crate) fn incoming(lines: &[&str], url: Option<&str>, published: Option<&str>) -> Incoming {
    let (bytes, record) = record(lines, url, published);
    packed(&bytes, record)
}

/// A record, perhaps changed by a test, on its way into a ledger.
pub(crate) fn packed(bytes: &[u8], record: Record) -> Incoming {
    let origin = Origin { form: Form::Text, ..Origin::default() };
    Incoming::new("report.txt", bytes, &origin, record, "test").unwrap()
}

/// Commits, checks everything against everything, and gives the number of versions.
#[track_caller]
pub(crate) fn clean(writer: &mut Writer) -> u64 {
    writer.commit().unwrap();
    let verified = writer.ledger().verify(|_, _| {}).unwrap();
    assert_eq!(verified.problems, Vec::<String>::new());
    verified.versions
}

fn statement(record: &mut Record, start: u32, said: &str, content: &str) {
    let (who, act) = said.split_once(" (").unwrap();
    let id = format!("s{}", record.statements.len() + 1);
    let source = Text { span: CodePoints(start, start + count(who)), text: who.to_owned() };
    let cue_start = start + count(who) + 2;
    let cue = Cue { span: CodePoints(cue_start, cue_start + count(act)), text: act.to_owned(), lemma: act.to_owned() };
    let content_start = cue_start + count(act) + 2 + count(content) - count(content.trim_start());
    let words = content.trim();
    let content: Vec<Text> = (!words.is_empty())
        .then(|| Text { span: CodePoints(content_start, content_start + count(words)), text: words.to_owned() })
        .into_iter()
        .collect();
    let act: Act = serde_json::from_value(act.into()).unwrap();
    let claims = content.iter().map(|words| Claim {
        id: format!("{id}.1"),
        span: words.span,
        text: words.text.clone(),
        certainty: Some(if act == Act::Deny { Certainty::CertainNot } else { Certainty::Certain }),
        quantities: Vec::new(),
        times: Vec::new(),
        places: Vec::new(),
    });
    let claims = claims.collect();
    let entity = match record.entities.iter_mut().find(|entity| entity.name == who) {
        Some(entity) => {
            entity.mentions.push(source.span);
            entity.id.clone()
        }
        None => {
            let id = format!("e{}", record.entities.len() + 1);
            let surname = who.rsplit(' ').next().unwrap_or(who).to_owned();
            record.entities.push(Entity {
                id: id.clone(),
                name: who.to_owned(),
                kind: EntityKind::Person,
                roles: Vec::new(),
                aliases: vec![surname],
                mentions: vec![source.span],
            });
            id
        }
    };
    record.statements.push(Statement {
        id,
        within: None,
        sources: vec![Source {
            span: source.span,
            text: source.text,
            entity: Some(entity),
            name: Some(who.to_owned()),
            kind: SourceKind::Named,
        }],
        chain: vec![who.to_owned()],
        cue: Some(cue),
        act: Some(act),
        quote: Quote::Indirect,
        content,
        to: None,
        when: None,
        place: None,
        claims,
        confidence: None,
    });
}

fn own_voice(record: &mut Record, start: u32, line: &str) {
    record.own_voice.push(OwnVoice {
        id: format!("r{}", record.own_voice.len() + 1),
        span: CodePoints(start, start + count(line)),
        text: line.to_owned(),
        quantities: Vec::new(),
        times: Vec::new(),
        places: Vec::new(),
    });
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap()
}

/// An empty folder of its own for a test.
pub(crate) fn folder(test: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Walks a list through, and checks that no page is larger than it may be.
pub(crate) fn walked<T>(limit: usize, mut page: impl FnMut(Option<&str>) -> Listing<T>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let next = page(cursor.as_deref());
        assert!(next.entries.len() <= limit && (next.next.is_none() || next.entries.len() == limit));
        all.extend(next.entries);
        match next.next {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}
