//! Feeds: RSS, Atom and JSON Feed, an entry a report.
//!
//! An entry that holds its whole text is read as it stands in the feed. One that only links is fetched where the user asked
//! for it, and told otherwise.

use std::io::{self, BufRead, Cursor, Read};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use feed_rs::model;
use feed_rs::parser::{self, ParseFeedError};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use onrecord::article::{Form, MAX_BYTES, Origin, byline_names, is_agency, parse_stamp};

use crate::item::counted;
use crate::open::Opened;
use crate::unpack::{self, Unpacked};
use crate::xml::{self, Next};
use crate::{Found, Item, Lost, Passed, Take, json_feed};

/// A description with so many words is the text itself, and not what is to be read before one follows the link.
const WHOLE: usize = 150;
/// Of one feed no more pages are fetched.
const MOST_FOLLOWED: u64 = 1000;

pub(crate) fn go_through(opened: &Opened<'_>, bytes: Unpacked<'_>, take: Take<'_>) -> ControlFlow<()> {
    let packed = bytes.is_packed();
    let mut bytes = Bounded { bytes, left: MAX_BYTES };
    let start = match bytes.fill_buf() {
        Ok(start) => start,
        Err(error) => {
            let why = unpack::why(packed, &error);
            return take(Item::Lost(Lost::new(opened.place.clone(), why)));
        }
    };
    let mut feed = Feed { opened, number: 0, read: 0, followed: 0 };
    if json_feed::is_feed(start) || start.trim_ascii_start().starts_with(b"{") {
        feed.json(bytes, take)?;
    } else if let Some(encoding) = xml::utf16(start) {
        let mut all = Vec::new();
        let end = bytes.read_to_end(&mut all).err();
        let text = encoding.decode(&all).0.into_owned();
        let text = Cursor::new(text).chain(io::BufReader::new(crate::open::Broken(end)));
        feed.xml(text, Some("utf-8".to_owned()), packed, take)?;
    } else {
        feed.xml(bytes, charset(opened.origin.content_type.as_deref()), packed, take)?;
    }
    if feed.number == 0 {
        take(Item::Passed(Passed { place: opened.place.clone(), what: "a feed without entries".to_owned() }))?;
    }
    ControlFlow::Continue(())
}

struct Feed<'a> {
    opened: &'a Opened<'a>,
    /// That of the entry that is read.
    number: u64,
    /// How many entries could be read.
    read: u64,
    /// How many pages were fetched.
    followed: u64,
}

impl Feed<'_> {
    fn xml(&mut self, bytes: impl BufRead, charset: Option<String>, packed: bool, take: Take<'_>) -> ControlFlow<()> {
        let mut entries = xml::Feed::new(bytes, charset);
        loop {
            match entries.next() {
                Next::Entry(entry) => {
                    self.number += 1;
                    match self.parse(&entries.alone(&entry)) {
                        Ok(feed) => {
                            let source = xml::source(&entry).and_then(|words| {
                                // The feed's own parser reads the words: it knows their encoding and entities.
                                let name = entry[1..].split(|b| b.is_ascii_whitespace() || *b == b'>').next()?;
                                let titled = [b"<", name, b"><title>", &words, b"</title></", name, b">"].concat();
                                let feed = self.parse(&entries.alone(&titled)).ok()?;
                                feed.entries.into_iter().next()?.title.map(|title| title.content)
                            });
                            self.entries(feed, source, take)?;
                        }
                        Err(why) => self.lost(format!("the entry is malformed ({why})"), take)?,
                    }
                }
                Next::Endless => {
                    self.number += 1;
                    self.lost("the entry has no end; the next one is read".to_owned(), take)?;
                }
                Next::End => return ControlFlow::Continue(()),
                Next::CutShort => return self.ends("the feed is cut short", take),
                Next::TooLong(what) => {
                    return self.ends(&format!("{what} is longer than {} MiB", MAX_BYTES >> 20), take);
                }
                Next::Failed(error) => return self.ends(&unpack::why(packed, &error), take),
            }
        }
    }

    fn json(&mut self, bytes: impl Read, take: Take<'_>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        let done = json_feed::go_through(bytes, &mut |alone| {
            self.number += 1;
            flow = match self.parse(alone.to_string().as_bytes()) {
                Ok(feed) => self.entries(feed, None, take),
                Err(why) => self.lost(format!("the entry is malformed ({why})"), take),
            };
            flow.is_continue()
        });
        flow?;
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) if error.is_eof() => self.ends("the feed is cut short", take),
            Err(error) => self.ends(&format!("the feed is broken ({error})"), take),
        }
    }

    /// Tells why the feed is not read to its end.
    fn ends(&mut self, why: &str, take: Take<'_>) -> ControlFlow<()> {
        let why = format!("{why}; it was read up to there ({})", counted(self.read, "entry", "entries"));
        // Whatever it was, it was there.
        self.number = self.number.max(1);
        take(Item::Lost(Lost::new(self.opened.place.clone(), why)))
    }

    fn parse(&self, alone: &[u8]) -> Result<model::Feed, String> {
        // One that has found a mistake is not to be used again.
        let parser = parser::Builder::new().base_uri(self.opened.origin.url.as_deref());
        parser.timestamp_parser(day_as_written).build().parse(alone).map_err(|error| match error {
            ParseFeedError::ParseError(error) => error.to_string(),
            ParseFeedError::XmlReader(error) => error.to_string(),
            ParseFeedError::JsonSerde(error) => error.to_string(),
            error => error.to_string(),
        })
    }

    /// Of a feed with one entry.
    fn entries(&mut self, feed: model::Feed, source: Option<String>, take: Take<'_>) -> ControlFlow<()> {
        let model::Feed { title, entries, .. } = feed;
        let title = title.map(|title| title.content);
        if entries.is_empty() {
            return self.lost("the entry has neither a text nor a link".to_owned(), take);
        }
        for entry in entries {
            self.entry(entry, title.as_deref(), source.as_deref(), take)?;
        }
        ControlFlow::Continue(())
    }

    fn entry(
        &mut self,
        entry: model::Entry,
        feed: Option<&str>,
        source: Option<&str>,
        take: Take<'_>,
    ) -> ControlFlow<()> {
        let link = link(&entry);
        let mut origin = origin(&entry, feed, source);
        origin.published = origin.published.or(self.opened.origin.published);
        origin.retrieved = self.opened.origin.retrieved;
        origin.name = Some(link.clone().unwrap_or(entry.id.clone()));
        origin.url.clone_from(&link);
        let text = entry.content.as_ref().and_then(|content| Some((content.body.as_deref()?, &content.content_type)));
        let text = text.filter(|(words, _)| count_words(words) > 0);
        let summary = entry.summary.as_ref().map(|summary| (summary.content.as_str(), &summary.content_type));
        let summary =
            summary.filter(|(words, _)| link.is_none() && count_words(words) > 0 || count_words(words) >= WHOLE);
        match (text.or(summary), link) {
            (Some((words, media)), _) => {
                let title = entry.title.as_ref().map(|title| (title.content.as_str(), &title.content_type));
                let title = title.map(|(words, media)| as_html(words, media.subty() == "plain", false));
                let bytes = page(title.as_deref(), &as_html(words, media.subty() == "plain", true)).into_bytes();
                self.read += 1;
                take(Item::Report(Found { place: self.place(), bytes, origin }))
            }
            (None, Some(link)) => self.follow(&link, origin, take),
            (None, None) => self.lost("the entry has neither a text nor a link".to_owned(), take),
        }
    }

    fn follow(&mut self, link: &str, told: Origin, take: Take<'_>) -> ControlFlow<()> {
        let Some(fetcher) = self.opened.follow else {
            return self.lost(format!("the entry only links to {link}; --follow fetches the page"), take);
        };
        self.followed += 1;
        if self.followed > MOST_FOLLOWED {
            return self.lost(
                format!("the entry only links to {link}; of one feed {MOST_FOLLOWED} pages are fetched; add it by its own address"),
                take,
            );
        }
        let fetched = fetcher.get(link).map_err(|why| why.to_string());
        let page = fetched.and_then(|fetched| {
            let origin = Origin { published: self.opened.origin.published, agency: told.agency, ..fetched.origin() };
            Ok((origin, fetched.whole()?))
        });
        match page {
            Ok((mut origin, bytes)) => {
                // The page's own date is that of its place; feeds often give UTC.
                if origin.article(&bytes).is_ok_and(|article| article.published.is_none()) {
                    origin.published = told.published;
                }
                self.read += 1;
                take(Item::Report(Found { place: link.to_owned(), bytes, origin }))
            }
            Err(why) => take(Item::Lost(Lost::new(link.to_owned(), why))),
        }
    }

    fn place(&self) -> String {
        format!("{}#{}", self.opened.place, self.number)
    }

    fn lost(&self, why: String, take: Take<'_>) -> ControlFlow<()> {
        take(Item::Lost(Lost::new(self.place(), why)))
    }
}

/// The address of the page of which an entry is a short form.
fn link(entry: &model::Entry) -> Option<String> {
    let page = |link: &&model::Link| link.target.is_none() && matches!(link.rel.as_deref(), None | Some("alternate"));
    let src = entry.content.as_ref().and_then(|content| content.src.as_ref());
    let web = |href: &&str| href.starts_with("http://") || href.starts_with("https://");
    entry.links.iter().filter(page).chain(src).map(|link| link.href.as_str()).find(web).map(str::to_owned)
}

/// What an entry says of itself.
fn origin(entry: &model::Entry, feed: Option<&str>, source: Option<&str>) -> Origin {
    let filled = |words: &str| Some(words.trim().to_owned()).filter(|words| !words.is_empty());
    let source = source.and_then(filled).filter(|source| !source.contains("://"));
    // A paper's feed names the agency of a report there; the feed of a collector, the paper.
    let (agency, publisher) = match source {
        Some(source) if is_agency(&source) => (Some(source), None),
        source => (None, source),
    };
    let authors = entry.authors.iter().filter_map(|author| author.name.as_deref());
    let (agencies, persons): (Vec<&str>, Vec<&str>) = authors.partition(|name| is_agency(name));
    Origin {
        form: Form::Html,
        content_type: Some("charset=utf-8".to_owned()),
        publisher: publisher.or_else(|| feed.and_then(filled)),
        byline: persons.into_iter().flat_map(byline_names).collect(),
        agency: agency.or_else(|| agencies.first().map(|&name| name.to_owned())),
        published: entry.published.or(entry.updated).and_then(day),
        ..Origin::default()
    }
}

/// The day that a date is written as, as if it were one of UTC: what counts is the day in the place of the writer.
fn day_as_written(stamp: &str) -> Option<DateTime<Utc>> {
    let midnight = TimeZone::UTC.to_timestamp(parse_stamp(stamp)?.at(0, 0, 0, 0)).ok()?;
    DateTime::from_timestamp(midnight.as_second(), 0)
}

fn day(stamp: DateTime<Utc>) -> Option<Date> {
    Timestamp::from_second(stamp.timestamp()).ok().map(|stamp| TimeZone::UTC.to_datetime(stamp).date())
}

/// An entry as a page, which says that all of it is an article: an entry may be short.
fn page(title: Option<&str>, body: &str) -> String {
    let (mut head, mut headline) = (String::new(), String::new());
    if let Some(title) = title {
        head = format!("<title>{}</title>\n", without_tags(title).collect::<String>());
        headline = format!("<h1>{title}</h1>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html><head><meta property=\"og:type\" content=\"article\">\n{head}</head><body>\n\
         {headline}<article itemprop=\"articleBody\">\n{body}\n</article></body></html>\n"
    )
}

/// Words as HTML; in paragraphs, if they may have many. They are HTML already if they are not called plain, and where a
/// feed cannot call them anything, if they have tags.
fn as_html(words: &str, plain: bool, paragraphs: bool) -> String {
    if !plain || words.contains("</") {
        return words.to_owned();
    }
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if !paragraphs {
        return escaped;
    }
    let lines = escaped.replace("\r\n", "\n");
    // Where no empty line parts them, each line is a paragraph.
    let between = if lines.trim().contains("\n\n") { "\n\n" } else { "\n" };
    lines.split(between).map(str::trim).filter(|it| !it.is_empty()).map(|it| format!("<p>{it}</p>\n")).collect()
}

/// How many words stand outside of tags.
fn count_words(html: &str) -> usize {
    without_tags(html).map(|text| text.split_whitespace().count()).sum()
}

/// What stands between tags.
fn without_tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
}

/// The encoding in a content type.
fn charset(content_type: Option<&str>) -> Option<String> {
    let parameters = content_type?.split(';').skip(1);
    let charset =
        parameters.filter_map(|it| it.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?.1;
    let charset = charset.trim().trim_matches(['"', '\'']);
    encoding_rs::Encoding::for_label(charset.as_bytes()).map(|encoding| encoding.name().to_owned())
}

/// A feed is what is new, and has an end: what goes on beyond the size of a report is none.
struct Bounded<R> {
    bytes: R,
    left: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let buffer = self.bytes.fill_buf()?;
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(format!("the feed goes on beyond {} MiB", MAX_BYTES >> 20)));
        }
        Ok(&buffer[..buffer.len().min(self.left)])
    }

    fn consume(&mut self, amount: usize) {
        self.left -= amount;
        self.bytes.consume(amount);
    }
}
