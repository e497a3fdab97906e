//! What a page says of itself for machines: JSON-LD, meta elements, microdata, its title and its links.

use std::collections::HashMap;
use std::sync::LazyLock;

use html5ever::local_name;
use jiff::civil::Date;
use serde_json::Value;

use super::dom::Dom;
use super::{DateCandidate, DateOrigin, agency, byline, date, one_line};

/// The facts, as found.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// Titles, the most trusted first.
    pub(super) titles: Vec<String>,
    /// Headlines of articles in JSON-LD: more than one where the page lists others too.
    headlines: Vec<String>,
    /// What the page says that it is about.
    pub(super) descriptions: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) byline: Vec<String>,
    pub(super) agency: Option<String>,
    pub(super) url: Option<String>,
    pub(super) dates: Vec<DateCandidate>,
    /// Whether the page calls itself an article, in JSON-LD or OpenGraph; `None` where it says nothing.
    pub(super) article: Option<bool>,
    /// The text of the report where JSON-LD has it.
    pub(super) body: Option<String>,
}

static NAMES: LazyLock<HashMap<&'static str, (&'static str, usize)>> = LazyLock::new(|| {
    let lines = include_str!("../../data/page-meta.tsv").lines().filter(|l| !l.starts_with('#'));
    lines.enumerate().filter_map(|(rank, l)| l.split_once('\t').map(|(fact, name)| (name, (fact, rank)))).collect()
});

/// Reads them off a page.
pub(super) fn read(dom: &Dom) -> Metadata {
    let mut out = Metadata::default();
    let mut found: Vec<(&str, usize, String)> = Vec::new();
    let mut title = None;
    let mut canonical = None;
    let mut microdata: Vec<Date> = Vec::new();
    let mut rel_author = Vec::new();
    for (i, node) in dom.nodes.iter().enumerate() {
        if !node.is_element() {
            continue;
        }
        match &*node.name {
            "meta" => {
                let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|a| node.attribute(a));
                if let (Some(name), Some(content)) = (name, node.attribute("content"))
                    && let Some((fact, rank)) = NAMES.get(name.trim().to_ascii_lowercase().as_str())
                {
                    let content = one_line(&unescape(content));
                    if !content.is_empty() {
                        found.push((fact, *rank, content));
                    }
                }
            }
            "title" if title.is_none() => title = Some(dom.text(i)).filter(|t| !t.is_empty()),
            "link" if node.attribute("rel") == Some("canonical") => {
                canonical = canonical.or_else(|| node.attribute("href").map(str::to_owned));
            }
            "script" if node.attribute("type").is_some_and(|t| t.contains("ld+json")) => {
                let text: String = dom.under(i).map(|j| dom.nodes[j].text.as_str()).collect();
                structured(&text, &mut out);
            }
            "a" if node.attribute("rel").is_some_and(|rel| rel.split(' ').any(|r| r == "author")) => {
                rel_author.push(dom.text(i));
            }
            _ => {}
        }
        if node.name != local_name!("meta") && node.attribute("itemprop") == Some("datePublished") {
            let stamp = node.attribute("datetime").or(node.attribute("content")).map(str::to_owned);
            microdata.extend(date::parse_stamp(&stamp.unwrap_or_else(|| dom.text(i))));
        }
    }
    found.sort_by_key(|(_, rank, _)| *rank);
    for (fact, _, content) in found {
        match fact {
            "published" => {
                out.dates.extend(DateCandidate::stamp(DateOrigin::Meta, &content));
            }
            "title" => out.titles.push(content),
            "description" => out.descriptions.push(content),
            "publisher" => {
                out.publisher.get_or_insert(content);
            }
            "author" if out.byline.is_empty() && out.agency.is_none() => author(&content, &mut out),
            "url" => {
                out.url.get_or_insert(content);
            }
            "type" => {
                let article = content.to_ascii_lowercase().contains("article");
                out.article = Some(out.article.unwrap_or(false) || article);
            }
            _ => {}
        }
    }
    // Of many dates in microdata, those of other reports on the page, only an only one is this report's.
    microdata.dedup();
    if let [date] = microdata[..] {
        out.dates.push(DateCandidate::day(DateOrigin::StructuredData, date));
    }
    if out.byline.is_empty() && out.agency.is_none() && rel_author.len() <= 4 {
        for name in rel_author {
            author(&name, &mut out);
        }
    }
    out.titles.extend(title);
    let mut headlines = std::mem::take(&mut out.headlines);
    headlines.dedup();
    if let [_] = headlines[..] {
        out.titles.splice(0..0, headlines);
    } else {
        out.titles.extend(headlines);
    }
    out.url = canonical.filter(|c| c.starts_with("http")).or(out.url).filter(|u| u.starts_with("http"));
    if let Some(date) = out.url.as_deref().and_then(date::parse_address) {
        out.dates.push(DateCandidate::day(DateOrigin::Address, date));
    }
    out
}

/// The title without the paper's name that follows or precedes it: "Mayor says no | Kolm Post".
pub(super) fn without_publisher(title: &str, publisher: Option<&str>) -> String {
    let publisher = publisher.unwrap_or_default().to_lowercase();
    let mut title = title.trim();
    for separator in [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • "] {
        while let Some((rest, last)) = title.rsplit_once(separator) {
            let last_lower = last.trim().to_lowercase();
            let named = !publisher.is_empty() && (last_lower.contains(&publisher) || publisher.contains(&last_lower));
            // A bar has no place in a headline itself; a dash has.
            let bar = separator.trim() == "|" || separator.trim() == "::";
            let words = last.split_whitespace().count();
            if (named || (bar && words <= 5)) && rest.split_whitespace().count() >= 2 {
                title = rest.trim();
            } else {
                break;
            }
        }
    }
    title.to_owned()
}

/// Names and agencies in one author field.
fn author(content: &str, out: &mut Metadata) {
    if content.starts_with("http") || content.len() > 300 {
        return;
    }
    if let Some(name) = agency::agency_among(content.trim_start_matches("By ").trim_start_matches("by ")) {
        out.agency.get_or_insert(name);
    }
    for name in byline::names(content) {
        if !out.byline.contains(&name) {
            out.byline.push(name);
        }
    }
}

/// JSON-LD. Pages break it in many ways; what cannot be parsed is passed over.
fn structured(json: &str, out: &mut Metadata) {
    let json = json.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let json =
        json.trim().trim_end_matches("-->").trim_end_matches("]]>").trim_end_matches("//").trim_end_matches(';').trim();
    let value: Value = match serde_json::from_str(json) {
        Ok(value) => value,
        Err(_) => {
            // Raw line breaks inside strings are the commonest fault.
            let plain: String = json.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            match serde_json::from_str(&plain) {
                Ok(value) => value,
                Err(_) => return,
            }
        }
    };
    let mut objects = Vec::new();
    collect(&value, &mut objects, 0);
    for object in objects {
        let kinds = strings(object.get("@type"));
        let article =
            kinds.iter().any(|k| k.ends_with("Article") || matches!(*k, "BlogPosting" | "LiveBlogPosting" | "Report"));
        let page = kinds.contains(&"WebPage");
        if !article && !page {
            continue;
        }
        let stamp = strings(object.get("datePublished")).into_iter().next();
        out.dates.extend(stamp.and_then(|stamp| DateCandidate::stamp(DateOrigin::StructuredData, stamp)));
        if !article {
            continue;
        }
        out.article = Some(true);
        if let Some(title) = strings(object.get("headline")).first() {
            out.headlines.push(one_line(&unescape(title)));
        }
        if let Some(description) = strings(object.get("description")).first() {
            out.descriptions.push(one_line(&unescape(description)));
        }
        if out.body.is_none() {
            out.body = strings(object.get("articleBody")).first().map(|s| unescape(s));
        }
        if out.publisher.is_none() {
            out.publisher = names(object.get("publisher")).into_iter().next();
        }
        if out.byline.is_empty() {
            for name in names(object.get("author")) {
                author(&name, out);
            }
            // A company that signs its own articles is no writer.
            let companies = companies(object.get("author"));
            out.byline.retain(|name| !companies.contains(name));
        }
    }
}

/// Every object of the data that stands for something by itself.
fn collect<'a>(value: &'a Value, out: &mut Vec<&'a serde_json::Map<String, Value>>, depth: usize) {
    match value {
        Value::Array(values) if depth < 8 => values.iter().for_each(|v| collect(v, out, depth + 1)),
        Value::Object(object) => {
            out.push(object);
            // The elements of a list are other pages, so they are left alone.
            for inner in ["@graph", "mainEntity", "mainEntityOfPage"].iter().filter_map(|key| object.get(*key)) {
                if depth < 8 {
                    collect(inner, out, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(s)) => vec![s],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The names of persons or organizations, which are strings or objects with a `name`.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(name)) => vec![one_line(&unescape(name))],
        Some(Value::Object(object)) => {
            strings(object.get("name")).into_iter().map(|n| one_line(&unescape(n))).collect()
        }
        Some(Value::Array(values)) => values.iter().flat_map(|v| names(Some(v))).collect(),
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|n: &String| !n.is_empty())
    .collect()
}

/// Of the same, the names of those that are said to be organizations.
fn companies(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.iter().flat_map(|v| companies(Some(v))).collect(),
        Some(Value::Object(object)) if strings(object.get("@type")).iter().any(|k| k.contains("Organization")) => {
            names(value)
        }
        _ => Vec::new(),
    }
}

/// Data are often escaped once too often: `&#8217;` inside JSON or an attribute that was already unescaped.
fn unescape(text: &str) -> String {
    if !text.contains('&') && !text.contains('<') {
        return text.to_owned();
    }
    let dom = Dom::parse(text);
    let mut out = String::new();
    for node in &dom.nodes {
        if node.is_element() {
            if super::dom::is_block(&node.name) || node.name == local_name!("br") {
                out.push('\n');
            }
        } else {
            out.push_str(&node.text);
        }
    }
    out
}
