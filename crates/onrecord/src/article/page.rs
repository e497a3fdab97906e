//! A page: which of its text is the report.
//!
//! The page is cut into segments, the runs of text that no block element interrupts. Parts of the page whose names call
//! them furniture are left out, unless most of the page's running text is in them. Of the remaining elements the body is
//! the one in which most of the text is running text and which has most of the page's running text (the harmonic mean of
//! both shares). Its segments are then judged one by one, by their element, their links and their wording.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use super::dom::{Dom, Node, is_block};
use super::metadata::{self, Metadata};
use super::parts::{Parts, parts};
use super::{Article, Block, BlockKind, DateCandidate, DateOrigin, Given, Verdict, date, one_line, plain};
use crate::Span;

/// Reads a page.
pub(super) fn read(html: &str, given: &Given) -> Article {
    let dom = Dom::parse(html);
    let meta = metadata::read(&dom);
    let titles: Vec<String> = {
        let publisher = meta.publisher.as_deref();
        let own =
            given.title.iter().cloned().chain(meta.titles.iter().map(|t| metadata::without_publisher(t, publisher)));
        own.filter(|t| !t.is_empty()).collect()
    };
    let own: Vec<Parts> = dom.nodes.iter().map(|n| if n.is_element() { parts(n) } else { Parts::default() }).collect();
    let shown = segments(&dom, &vec![false; dom.nodes.len()]);
    let all: usize = shown.iter().map(|s| s.chars).sum();
    let excluded = excluded(&dom, &own, &shown, meta.body.as_deref());
    let segments = segments(&dom, &excluded);
    let (own, excluded, segments) = (&own[..], &excluded[..], &segments[..]);
    let mut body = Page { dom: &dom, own, excluded, segments, titles: &titles, meta: &meta }.body();
    let mut article = compose(&mut body);
    article.set_aside = all.saturating_sub(article.text.chars().filter(|c| !c.is_whitespace()).count());
    let mut dates = meta.dates.clone();
    dates.append(&mut article.dates);
    dates.extend(body.dates.iter().copied());
    dates.extend(given.published.map(|date| DateCandidate::day(DateOrigin::Given, date)));
    let address = given.url.as_deref().and_then(date::parse_address);
    dates.extend(address.map(|date| DateCandidate::day(DateOrigin::Address, date)));
    if given.title.is_some() {
        article.title.clone_from(&given.title);
    } else if article.title.is_none() {
        article.title = titles.first().cloned();
    }
    article.publisher = given.publisher.clone().or_else(|| meta.publisher.clone());
    if !given.byline.is_empty() {
        article.byline.clone_from(&given.byline);
    } else if !meta.byline.is_empty() {
        article.byline.clone_from(&meta.byline);
    }
    article.agency = given.agency.clone().or(article.agency.take()).or_else(|| meta.agency.clone());
    article.url.clone_from(&meta.url);
    article.verdict = if html.trim().is_empty() { Verdict::Empty } else { verdict(&article, &meta, &body) };
    let filed = body.filed.take();
    article.conclude(dates, filed, given);
    article
}

/// A run of text that no block element interrupts.
#[derive(Debug)]
struct Segment {
    /// The first text node of it.
    first: usize,
    text: String,
    /// Its characters, white space left out.
    chars: usize,
    /// Those of them that stand in links.
    linked: usize,
    /// What it is by the elements that it stands in.
    place: Place,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    heading: u8,
    item: bool,
    quote: bool,
    figure: bool,
    cell: bool,
}

/// The segments of a page, without what a browser does not show and the nodes that are `excluded`.
fn segments(dom: &Dom, excluded: &[bool]) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    // What is open: the end of an element, whether it is a block, and the place before it.
    let mut open: Vec<(usize, bool, Place, bool)> = Vec::new();
    let (mut place, mut linked) = (Place::default(), false);
    let mut cut = true;
    let mut breaks = 0;
    let mut i = 1;
    while i < dom.nodes.len() {
        while let Some((end, is_block, before, was_linked)) = open.last().copied() {
            if end > i {
                break;
            }
            open.pop();
            cut |= is_block;
            (place, linked) = (before, was_linked);
        }
        let node = &dom.nodes[i];
        if node.is_element() {
            let name = &*node.name;
            if excluded[i] || is_unseen(node) {
                cut |= is_block(&node.name);
                i = node.end;
                continue;
            }
            if name == "br" {
                breaks += 1;
                if breaks >= 2 {
                    cut = true;
                } else if let Some(last) = out.last_mut().filter(|_| !cut) {
                    last.text.push('\n');
                }
            }
            // The cells of a row stand on one line.
            let cell = matches!(name, "td" | "th");
            if let Some(last) = out.last_mut().filter(|_| cell && !cut) {
                last.text.push(' ');
            }
            let is_block = is_block(&node.name) && !cell;
            cut |= is_block;
            open.push((node.end, is_block, place, linked));
            match name {
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => place.heading = name.as_bytes()[1] - b'0',
                "li" => place.item = true,
                "blockquote" => place.quote = true,
                "figure" | "figcaption" => place.figure = true,
                "td" | "th" => place.cell = true,
                "p" | "div" | "section" | "article" => place.cell = false,
                "a" => linked = true,
                _ => {}
            }
        } else if !node.text.trim().is_empty() {
            let chars = node.text.chars().filter(|c| !c.is_whitespace()).count();
            match out.last_mut() {
                Some(last) if !cut => {
                    last.text.extend(node.text.chars().map(plain_space));
                    last.chars += chars;
                    last.linked += if linked { chars } else { 0 };
                }
                _ => out.push(Segment {
                    first: i,
                    text: node.text.chars().map(plain_space).collect(),
                    chars,
                    linked: if linked { chars } else { 0 },
                    place,
                }),
            }
            cut = false;
            breaks = 0;
        } else if let Some(last) = out.last_mut().filter(|_| !cut) {
            last.text.push(' ');
        }
        i += 1;
    }
    for segment in &mut out {
        segment.text = tidy(&segment.text);
    }
    out.retain(|s| !s.text.is_empty());
    out
}

/// Line ends of the source are spaces to a browser; only `<br>` breaks a line.
fn plain_space(c: char) -> char {
    if c.is_whitespace() { ' ' } else { c }
}

/// White space as a browser shows it: one space, or one line break where there was a `<br>`.
///
/// Soft hyphens, zero-width spaces and byte order marks are no characters of the words.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap: Option<char> = None;
    for c in text.chars() {
        match c {
            '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}' => {}
            '\n' => gap = Some('\n'),
            c if c.is_whitespace() => gap = Some(gap.unwrap_or(' ')),
            c => {
                if let Some(space) = gap.take()
                    && !out.is_empty()
                {
                    out.push(space);
                }
                out.push(c);
            }
        }
    }
    out
}

/// Whether a browser shows nothing of it that is text.
fn is_unseen(node: &Node) -> bool {
    let hidden = |style: &str| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        // One pixel by one is how words are kept for screen readers alone ("opens new tab").
        ["display:none", "visibility:hidden", "clip:rect", "width:1px"].iter().any(|hiding| style.contains(hiding))
    };
    matches!(
        &*node.name,
        "head"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "embed"
            | "canvas"
            | "audio"
            | "video"
            | "map"
            | "select"
            | "button"
            | "input"
            | "option"
            | "datalist"
            | "textarea"
            | "dialog"
            | "title"
    ) || node.attribute("hidden").is_some()
        || node.attribute("style").is_some_and(hidden)
}

/// Which nodes lie in furniture, by the names of the parts that they are in.
///
/// Pages also put such names on what holds the report ("content-with-sidebar"), so a part that holds much of the page's
/// running text is believed to be furniture only where its name leaves no doubt.
fn excluded(dom: &Dom, own: &[Parts], segments: &[Segment], body: Option<&str>) -> Vec<bool> {
    let body = body.map(Shingles::of);
    // What the page's own data give as the text of the report is no furniture, wherever it stands.
    let sure = |s: &Segment| s.chars > 60 && body.as_ref().is_some_and(|b| b.holds(&s.text));
    let running = sums(dom, segments, running);
    let known = sums(dom, segments, |s| usize::from(sure(s)) * s.chars);
    let total = running.last().copied().unwrap_or(0);
    let mut out = vec![false; dom.nodes.len()];
    for (i, node) in dom.nodes.iter().enumerate().skip(1) {
        let share = (running[node.end] - running[i]) * 100;
        let never = own[i].any(Parts::NEVER.with(Parts::COMMENTS)) || matches!(&*node.name, "nav" | "footer" | "menu");
        let maybe = own[i].any(Parts::FURNITURE) || &*node.name == "aside";
        let furniture =
            (never && share <= total * 85) || (maybe && share <= total * 40) || own[i].any(Parts::PULLQUOTE);
        out[i] = out[node.parent] || (node.is_element() && furniture && known[node.end] == known[i]);
    }
    out
}

/// The report as found on the page.
#[derive(Debug, Default)]
struct Body {
    pieces: Vec<Piece>,
    dates: Vec<DateCandidate>,
    filed: Option<(Option<String>, Option<String>)>,
    /// The characters of running text in it.
    running: usize,
    /// All characters in it.
    chars: usize,
    /// How many headings in it are links: many on an index page.
    linked_headings: usize,
}

#[derive(Debug)]
struct Piece {
    kind: Option<BlockKind>,
    text: String,
}

/// A page taken apart.
struct Page<'a> {
    dom: &'a Dom,
    /// What each node's names say that it is.
    own: &'a [Parts],
    /// Whether each node lies in furniture.
    excluded: &'a [bool],
    /// What is left without that.
    segments: &'a [Segment],
    titles: &'a [String],
    meta: &'a Metadata,
}

impl Page<'_> {
    fn body(&self) -> Body {
        let Some(main) = container(self.dom, self.segments, self.own) else { return Body::default() };
        let main = main..self.dom.nodes[main].end;
        let inside = |s: &usize| main.contains(&self.segments[*s].first);
        let first_running =
            (0..self.segments.len()).find(|s| inside(s) && running(&self.segments[*s]) > 0).unwrap_or(0);
        let headline = self.headline(first_running);
        let mut out = Body { dates: self.dates(headline, first_running), ..Body::default() };
        if let Some(headline) = headline {
            out.pieces.push(Piece { kind: Some(BlockKind::Headline), text: self.segments[headline].text.clone() });
            let between = (headline + 1..first_running).take_while(|s| !inside(s));
            let standfirsts = between.filter(|&s| self.is_standfirst(&self.segments[s]));
            out.pieces.extend(
                standfirsts.map(|s| Piece { kind: Some(BlockKind::Standfirst), text: self.segments[s].text.clone() }),
            );
        }
        let lists = link_lists(self.dom, self.segments);
        let mut seen: HashSet<&str> = HashSet::new();
        for s in (0..self.segments.len()).filter(inside) {
            let segment = &self.segments[s];
            if Some(s) == headline || (s < first_running && self.is_title(segment)) {
                continue;
            }
            let wordless = segment.chars < 5 && !segment.text.contains(char::is_alphabetic);
            let kind = self.kind(segment, main.start, s <= first_running + 1);
            let linked = segment.linked * 2 > segment.chars;
            out.linked_headings += usize::from(kind.is_none() && segment.place.heading > 0 && linked);
            if lists.contains(&s) || is_link(segment) || is_address(&segment.text) || wordless {
                continue;
            }
            // What stands twice is a pull quote, or a part that is there again for small screens.
            if segment.chars > 60 && !seen.insert(segment.text.as_str()) {
                continue;
            }
            out.running += running(segment);
            out.chars += segment.chars;
            out.pieces.push(Piece { kind, text: segment.text.clone() });
        }
        out
    }

    fn is_title(&self, segment: &Segment) -> bool {
        self.titles.iter().any(|title| plain::same_title(title, &segment.text))
    }

    /// The headline: the heading of the highest rank that says what the titles say, the nearest to the body if several
    /// do; else any such line before the body; else the only heading of the first rank.
    fn headline(&self, first_running: usize) -> Option<usize> {
        let segments = self.segments;
        let all = 0..segments.len();
        all.clone()
            .filter(|&s| matches!(segments[s].place.heading, 1 | 2) && self.is_title(&segments[s]))
            .min_by_key(|&s| (segments[s].place.heading, s.abs_diff(first_running)))
            .or_else(|| (0..first_running).rev().find(|&s| self.is_title(&segments[s])))
            .or_else(|| {
                // A live report changes its headline more often than its data.
                let mut first_rank = all.filter(|&s| segments[s].place.heading == 1);
                let only = first_rank.next().filter(|_| first_rank.next().is_none())?;
                let long = segments[only].text.split_whitespace().nth(3).is_some();
                (only < first_running && long).then_some(only)
            })
    }

    /// Whether a segment between headline and body is the standfirst, by its names or because the page's data describe
    /// the report with the same words.
    fn is_standfirst(&self, segment: &Segment) -> bool {
        let named = self.dom.above(segment.first).take(6).any(|n| self.own[n].any(Parts::STANDFIRST));
        let same = |d: &String| d.len() > 30 && plain::same_title(d, &segment.text);
        let long = segment.text.split_whitespace().nth(5).is_some();
        long && segment.linked * 2 < segment.chars && (named || self.meta.descriptions.iter().any(same))
    }

    /// The days that the page shows its readers: in `<time>` elements below the headline, in lines between it and the body.
    fn dates(&self, headline: Option<usize>, first_running: usize) -> Vec<DateCandidate> {
        let mut out = Vec::new();
        for (i, node) in self.dom.nodes.iter().enumerate() {
            let below = headline.is_none_or(|h| self.segments[h].first < i);
            if &*node.name == "time" && !self.excluded[i] && below {
                // What the element shows is the day where the paper is; its attribute may be in UTC.
                let shown = date::date_line(&self.dom.text(i)).flatten();
                let shown = shown.map(|day| DateCandidate::day(DateOrigin::TimeElement, day));
                let stamp = || DateCandidate::stamp(DateOrigin::TimeElement, node.attribute("datetime")?);
                out.extend(shown.or_else(stamp));
            }
        }
        let from = headline.unwrap_or(0);
        let lines = self.segments.iter().take(first_running).skip(from);
        let days = lines.filter_map(|segment| date::date_line(&segment.text).flatten());
        out.extend(days.map(|day| DateCandidate::day(DateOrigin::Visible, day)));
        out
    }

    /// What a segment of the body is by its elements and their names; `None` for a paragraph or what its words must tell.
    fn kind(&self, segment: &Segment, main: usize, front: bool) -> Option<BlockKind> {
        let above = self.dom.above(segment.first).take_while(|n| *n > main);
        let names = above.fold(Parts::default(), |names, n| names.with(self.own[n]));
        if segment.place.figure || names.any(Parts::CAPTION) {
            Some(BlockKind::Caption)
        } else if names.any(Parts::CREDIT) && segment.chars < 200 {
            Some(BlockKind::Credit)
        } else if names.any(Parts::DATE) && segment.chars < 80 {
            Some(BlockKind::Dateline)
        } else if names.any(Parts::STANDFIRST) && front {
            Some(BlockKind::Standfirst)
        } else if segment.place.heading > 0 {
            None
        } else if segment.place.quote {
            Some(BlockKind::Quote)
        } else if segment.place.item {
            Some(BlockKind::ListItem)
        } else {
            None
        }
    }
}

/// How much running text a segment has: the characters of prose that are no links.
fn running(segment: &Segment) -> usize {
    let plain = segment.chars - segment.linked;
    let place = segment.place;
    if plain < 40 || plain * 2 < segment.chars || place.heading > 0 || place.figure {
        return 0;
    }
    let prose = segment.text.contains([',', '.', '?', '!', '”', '"', '’']);
    if place.item || place.cell || !prose { plain / 3 } else { plain }
}

/// Running sums over the nodes: `sums[i]` is what `measure` gives for all segments before node `i`.
fn sums(dom: &Dom, segments: &[Segment], measure: impl Fn(&Segment) -> usize) -> Vec<usize> {
    let mut out = vec![0; dom.nodes.len() + 1];
    for segment in segments {
        out[segment.first + 1] += measure(segment);
    }
    for i in 1..out.len() {
        out[i] += out[i - 1];
    }
    out
}

/// The element that holds the body.
fn container(dom: &Dom, segments: &[Segment], own: &[Parts]) -> Option<usize> {
    let running = sums(dom, segments, running);
    let chars = sums(dom, segments, |s| s.chars);
    let total = *running.last()?;
    if total == 0 {
        return None;
    }
    let mut best: Option<(f64, usize)> = None;
    for (i, node) in dom.nodes.iter().enumerate() {
        if !node.is_element() && i != 0 {
            continue;
        }
        let (text, all) = (running[node.end] - running[i], chars[node.end] - chars[i]);
        if text == 0 || all == 0 {
            continue;
        }
        let (precision, recall) = (text as f64 / all as f64, text as f64 / total as f64);
        let hint = if node.attribute("itemprop") == Some("articleBody") {
            1.5
        } else if own[i].any(Parts::BODY) {
            1.15
        } else if &*node.name == "article" {
            1.1
        } else {
            1.0
        };
        let score = hint * 2.0 * precision * recall / (precision + recall);
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, i));
        }
    }
    best.map(|(_, node)| node)
}

/// Segments in lists of which most is links: menus and teasers.
fn link_lists(dom: &Dom, segments: &[Segment]) -> HashSet<usize> {
    let mut out = HashSet::new();
    let mut at = 0;
    while at < segments.len() {
        let list = dom.above(segments[at].first).filter(|&n| matches!(&*dom.nodes[n].name, "ul" | "ol")).last();
        let Some(list) = list else {
            at += 1;
            continue;
        };
        let end = dom.nodes[list].end;
        let stop = (at..segments.len()).find(|&s| segments[s].first >= end).unwrap_or(segments.len());
        let (mut chars, mut linked) = (0, 0);
        for segment in &segments[at..stop] {
            chars += segment.chars;
            linked += segment.linked;
        }
        if linked * 10 > chars * 6 {
            out.extend(at..stop);
        }
        at = stop.max(at + 1);
    }
    out
}

/// Whether the segment is nothing but a link to something else.
fn is_link(segment: &Segment) -> bool {
    segment.linked * 10 >= segment.chars * 8 && segment.chars < 300
}

/// Whether the text is an address and nothing else.
fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
}

/// The runs of four words of a text, to tell whether it holds another.
struct Shingles(HashSet<u64>);

impl Shingles {
    fn of(text: &str) -> Shingles {
        Shingles(Shingles::runs(text).collect())
    }

    /// Whether most of the runs of `text` are among these.
    fn holds(&self, text: &str) -> bool {
        let (mut held, mut all) = (0, 0);
        for run in Shingles::runs(text) {
            all += 1;
            held += usize::from(self.0.contains(&run));
        }
        all > 0 && held * 10 >= all * 7
    }

    fn runs(text: &str) -> impl Iterator<Item = u64> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let mut last = [0u64; 4];
        words.enumerate().filter_map(move |(i, word)| {
            let mut hasher = std::hash::DefaultHasher::new();
            word.hash(&mut hasher);
            last = [last[1], last[2], last[3], hasher.finish()];
            (i >= 3).then(|| last.iter().fold(0, |run: u64, word| run.rotate_left(16) ^ word.wrapping_mul(0x9e37_79b9)))
        })
    }
}

/// Puts the pieces together as a text with its blocks.
fn compose(body: &mut Body) -> Article {
    let pieces = std::mem::take(&mut body.pieces);
    let (text, spans) = join(pieces.iter().map(|p| (p.text.as_str(), "\n\n")));
    let kinds = pieces.iter().map(|p| p.kind).collect();
    let marked = plain::mark_blocks(&text, &spans, kinds, plain::Front::Known);
    body.filed = marked.filed;
    // Furniture stays out of the text of a page.
    let kept: Vec<&Block> = marked.blocks.iter().filter(|b| b.kind != BlockKind::Boilerplate).collect();
    let parts = kept.iter().enumerate().map(|(i, block)| {
        // A dateline and its paragraph stand on one line.
        let next = kept.get(i + 1).map_or(usize::MAX, |b| b.span.start());
        let same_line = text.get(block.span.end()..next).is_some_and(|gap| !gap.contains('\n'));
        (block.span.of(&text), if same_line { " " } else { "\n\n" })
    });
    let (new_text, new_spans) = join(parts);
    let blocks: Vec<Block> = kept.iter().zip(new_spans).map(|(block, span)| Block { kind: block.kind, span }).collect();
    let headline = blocks.iter().find(|b| b.kind == BlockKind::Headline).map(|b| one_line(b.span.of(&new_text)));
    Article {
        title: headline,
        byline: marked.byline,
        agency: marked.agency,
        dates: marked.dates,
        blocks,
        text: new_text,
        ..Article::default()
    }
}

/// One text of all parts, each followed by its own separator, with the parts' spans.
fn join<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> (String, Vec<Span>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut separator: Cow<'_, str> = Cow::Borrowed("");
    for (part, after) in parts {
        text.push_str(&separator);
        let start = text.len();
        text.push_str(part);
        spans.push(Span::new(start, text.len()));
        separator = Cow::Borrowed(after);
    }
    (text, spans)
}

fn verdict(article: &Article, meta: &Metadata, body: &Body) -> Verdict {
    let says_article = meta.article == Some(true);
    // A notice of two sentences is the shortest report there is.
    let enough = if says_article { 60 } else { 100 };
    // An article may be little more than a list, but then the page must say that it is one.
    let long_list = says_article && body.chars > 600;
    if body.running < enough && !long_list {
        return Verdict::NoReport;
    }
    if body.running < 1500 && !says_article && meta.titles.iter().any(|title| is_notice(title)) {
        return Verdict::NoReport;
    }
    let paragraphs = article.blocks.iter().filter(|b| b.kind == BlockKind::Paragraph).count();
    if !says_article && body.linked_headings > 6 && body.linked_headings * 2 > paragraphs {
        return Verdict::NoReport;
    }
    Verdict::Read
}

/// Whether a title is one of an error, a login or a wall (`data/no-report.tsv`).
fn is_notice(title: &str) -> bool {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let title = format!(" {} ", words.join(" "));
    let notices = include_str!("../../data/no-report.tsv").lines().filter(|l| !l.starts_with('#'));
    words.len() <= 14 && notices.into_iter().any(|notice| title.contains(&format!(" {notice} ")))
}
