//! Corpora of events that several reports tell of, in CAT's XML: ECB+ and MEANTIME.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};

use super::{Origin, Report, files};
use crate::error::Error;

pub(crate) const ECB: Origin = Origin {
    name: "ecbplus",
    title: "ECB+, topics 1–35",
    holds: "news reports of 34 topics, each of two like events, with the events that reports share",
    paper: "Cybulska and Vossen, LREC 2014",
    address: "https://github.com/cltl/ecbPlus",
    licence: "annotations CC BY 3.0; texts of the press",
    layout: "`ecbplus/TOPIC/*.xml`, `ecbplus/coreference_sentences.csv`",
};

pub(crate) const MEANTIME: Origin = Origin {
    name: "meantime",
    title: "MEANTIME, Airbus and Apple",
    holds: "60 Wikinews reports with events, and which of them are one",
    paper: "Minard et al., LREC 2016",
    address: "http://www.newsreader-project.eu/results/data/wikinews/",
    licence: "CC BY 4.0",
    layout: "`meantime/corpus_*/*.xml`",
};

/// Reports that tell of like events.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: String,
    pub(crate) reports: Vec<Told>,
}

/// A report with its events.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) text: String,
    /// In order of their places.
    pub(crate) events: Vec<Event>,
}

/// A mention of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// In code points.
    pub(crate) span: (u32, u32),
    /// Which event it is, the same in all reports.
    pub(crate) instance: String,
}

impl Told {
    pub(crate) fn report(&self) -> Report {
        Report::text(&self.name, &self.text, &[])
    }
}

/// The topics of ECB+; of each report the sentences that are annotated fully count.
pub(crate) fn ecb(corpora: &Path) -> Result<Option<Vec<Topic>>, Error> {
    let folder = corpora.join("ecbplus");
    if !folder.is_dir() {
        return Ok(None);
    }
    let list = folder.join("coreference_sentences.csv");
    let lines = fs::read_to_string(&list).map_err(Error::file(&list))?;
    let full: HashSet<(String, String)> = (lines.lines().skip(1))
        .filter_map(|line| {
            let mut cells = line.trim().split(',');
            Some((format!("{}_{}", cells.next()?, cells.next()?), cells.next()?.to_owned()))
        })
        .collect();
    let mut topics = Vec::new();
    for number in 1..=35 {
        let topic = folder.join(number.to_string());
        if topic.is_dir() {
            let counts = |report: &str, sentence: &str| full.contains(&(report.to_owned(), sentence.to_owned()));
            topics.push(self::topic(&topic, &number.to_string(), &counts)?);
        }
    }
    Ok(Some(topics))
}

/// The two parts of MEANTIME.
pub(crate) fn meantime(corpora: &Path) -> Result<Option<Vec<Topic>>, Error> {
    let folder = corpora.join("meantime");
    if !folder.is_dir() {
        return Ok(None);
    }
    let all = |_: &str, _: &str| true;
    let names = ["corpus_airbus", "corpus_apple"];
    names.iter().map(|name| topic(&folder.join(name), name, &all)).collect::<Result<_, _>>().map(Some)
}

fn topic(folder: &Path, name: &str, counts: &dyn Fn(&str, &str) -> bool) -> Result<Topic, Error> {
    let reports = files(folder, ".xml")?.iter().map(|path| told(path, counts)).collect::<Result<_, _>>()?;
    Ok(Topic { name: name.to_owned(), reports })
}

fn told(path: &Path, counts: &dyn Fn(&str, &str) -> bool) -> Result<Told, Error> {
    let source = fs::read_to_string(path).map_err(Error::file(path))?;
    let xml = Document::parse(&source).map_err(|source| Error::Xml { path: path.to_owned(), source })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut told = Told { name, text: String::new(), events: Vec::new() };
    // Each token's code points and sentence.
    let mut tokens: HashMap<&str, ((u32, u32), &str)> = HashMap::new();
    let (mut point, mut sentence) = (0u32, "");
    for token in xml.descendants().filter(|node| node.has_tag_name("token")) {
        let (Some(id), Some(of)) = (token.attribute("t_id"), token.attribute("sentence")) else { continue };
        let word = match token.text().unwrap_or("") {
            "``" => "“",
            "''" => "”",
            word => word,
        };
        let gap = match () {
            () if told.text.is_empty() => "",
            () if of != sentence => "\n\n",
            () if joins(word) || told.text.ends_with(['“', '(', '$']) => "",
            () => " ",
        };
        sentence = of;
        told.text.push_str(gap);
        told.text.push_str(word);
        let start = point + length(gap);
        point = start + length(word);
        tokens.insert(id, ((start, point), of));
    }
    let instances = instances(&xml);
    for mention in xml.descendants().filter(is_event) {
        let Some(id) = mention.attribute("m_id") else { continue };
        let anchors = mention.children().filter(|child| child.has_tag_name("token_anchor"));
        let places: Vec<_> = anchors.filter_map(|anchor| tokens.get(anchor.attribute("t_id")?)).collect();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
        if counts(&told.name, first.1) {
            let instance = instances.get(id).cloned().unwrap_or_else(|| format!("{}#{id}", told.name));
            told.events.push(Event { span: (first.0.0, last.0.1), instance });
        }
    }
    told.events.sort_by_key(|event| event.span);
    Ok(told)
}

/// Whether an element is a mention of something that happens, and not of saying so.
fn is_event(node: &Node<'_, '_>) -> bool {
    let name = node.tag_name().name();
    let says = name.ends_with("REPORTING") || node.attribute("class") == Some("SPEECH_COGNITIVE");
    (name == "EVENT_MENTION" || name.contains("ACTION_") && !name.ends_with("STATE")) && !says
}

/// For each mention the event that it is of.
fn instances(xml: &Document<'_>) -> HashMap<String, String> {
    let mut of_target: HashMap<&str, &str> = HashMap::new();
    for node in xml.descendants() {
        if let (Some(id), Some(instance)) = (node.attribute("m_id"), node.attribute("instance_id")) {
            of_target.insert(id, instance);
        }
    }
    let mut instances = HashMap::new();
    let joins = |node: &Node<'_, '_>| {
        ["CROSS_DOC_COREF", "INTRA_DOC_COREF", "REFERS_TO"].iter().any(|name| node.has_tag_name(*name))
    };
    for relation in xml.descendants().filter(joins) {
        let end = |name: &str| {
            let ends: Vec<&str> =
                relation.children().filter(|c| c.has_tag_name(name)).filter_map(|c| c.attribute("m_id")).collect();
            ends
        };
        let Some(target) = end("target").first().copied() else { continue };
        let document = xml.root_element().attribute("doc_name").unwrap_or("");
        let instance = of_target.get(target).map_or_else(|| format!("{document}#{target}"), |id| (*id).to_owned());
        for source in end("source") {
            instances.insert(source.to_owned(), instance.clone());
        }
    }
    instances
}

/// Whether a token stands close to the one before it.
fn joins(word: &str) -> bool {
    matches!(
        word,
        "," | "." | ";" | ":" | "!" | "?" | ")" | "”" | "%" | "'s" | "'" | "n't" | "'re" | "'ve" | "'ll" | "'d"
    )
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
