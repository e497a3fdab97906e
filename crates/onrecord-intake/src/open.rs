//! One open input: what it holds, and on to what reads that.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use onrecord::article::{Form, MAX_BYTES, Origin};

use crate::unpack::{Unpacked, reason};
use crate::{Fetcher, Found, Holds, Item, Lost, Options, Take, feed, json_feed, lines, warc, xml};

/// Goes through an open input, or through bytes in memory.
///
/// `place` is what they are called where something is told of them, `name` what a report is called that they hold.
pub fn bytes(place: &str, name: &str, bytes: impl BufRead, options: &Options<'_>, take: Take<'_>) -> ControlFlow<()> {
    let origin = Origin { name: Some(name.to_owned()), published: options.published, ..Origin::default() };
    go_through(Opened { place: place.to_owned(), origin, holds: options.holds, follow: options.follow }, bytes, take)
}

/// Fetches what is at an address, `http` or `https`, and goes through it: a page, a feed with the pages that it links to,
/// or whatever else an input may be.
pub fn address(url: &str, fetcher: &Fetcher, options: &Options<'_>, take: Take<'_>) -> ControlFlow<()> {
    match fetcher.get(url) {
        Ok(fetched) => {
            let origin = Origin { published: options.published, ..fetched.origin() };
            let opened = Opened { place: url.to_owned(), origin, holds: options.holds, follow: Some(fetcher) };
            go_through(opened, fetched.into_bytes(), take)
        }
        Err(why) => take(Item::Lost(Lost::new(url.to_owned(), why.to_string()))),
    }
}

/// What is known of an open input besides its bytes.
pub(crate) struct Opened<'a> {
    pub(crate) place: String,
    /// That of a report, if the input is one.
    pub(crate) origin: Origin,
    pub(crate) holds: Option<Holds>,
    pub(crate) follow: Option<&'a Fetcher>,
}

pub(crate) fn go_through(opened: Opened<'_>, bytes: impl BufRead, take: Take<'_>) -> ControlFlow<()> {
    let lost = |why: String| Item::Lost(Lost::new(opened.place.clone(), why));
    let mut bytes = match Unpacked::new(bytes) {
        Ok(bytes) => bytes,
        Err(error) => return take(lost(reason(&error))),
    };
    let holds = match opened.holds {
        Some(holds) => Some(holds),
        None => match bytes.fill_buf() {
            Ok(start) => by_beginning(start),
            Err(error) => return take(lost(bytes.why(&error))),
        },
    };
    let form = match holds {
        Some(Holds::Ndjson) => return lines::go_through(&opened, bytes, take),
        Some(Holds::Feed) => return feed::go_through(&opened, bytes, take),
        Some(Holds::Warc) => return warc::go_through(&opened, bytes, take),
        Some(Holds::Text) => Form::Text,
        Some(Holds::Html) => Form::Html,
        None => opened.origin.form,
    };
    let mut report = Vec::new();
    // One byte more than is allowed, so that the reader sees that it is too much.
    match bytes.by_ref().take(MAX_BYTES as u64 + 1).read_to_end(&mut report) {
        Ok(_) => {
            let Opened { place, origin, .. } = opened;
            take(Item::Report(Found { place, bytes: report, origin: Origin { form, ..origin } }))
        }
        Err(error) => take(lost(bytes.why(&error))),
    }
}

pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

fn by_beginning(start: &[u8]) -> Option<Holds> {
    if start.starts_with(b"WARC/") {
        Some(Holds::Warc)
    } else if is_feed(start) {
        Some(Holds::Feed)
    } else {
        is_ndjson(start).then_some(Holds::Ndjson)
    }
}

/// Whether an input begins like a feed.
pub(crate) fn is_feed(start: &[u8]) -> bool {
    xml::is_feed(start) || json_feed::is_feed(start)
}

/// Whether an input begins like NDJSON: its first line is an object, or has no end in sight.
fn is_ndjson(start: &[u8]) -> bool {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let whole = line.len() < start.len();
    start.starts_with(b"{\"") && (line.ends_with(b"}") || !whole) || start.starts_with(b"{}")
}

/// The end of bytes that came only in part.
pub(crate) struct Broken(pub(crate) Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for Broken {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_bytes_say() {
        for (start, expected) in [
            ("{\"text\": \"a\"}\n{\"text\": \"b\"}\n", Some(Holds::Ndjson)),
            ("\u{FEFF}\n  {\"text\": \"a\"}", Some(Holds::Ndjson)),
            ("{\"text\": \"a line with no end in sight", Some(Holds::Ndjson)),
            ("{\n  \"text\": \"over many lines\"\n}", None),
            ("{\"Ada\" said\nno}", None),
            ("{brackets} said the mayor", None),
            ("<html>{\"text\"}", None),
            ("", None),
            ("WARC/1.0\r\nWARC-Type: warcinfo\r\n", Some(Holds::Warc)),
            ("<?xml version='1.0'?>\n<!-- x --><rss version=\"2.0\">", Some(Holds::Feed)),
            ("\u{FEFF}<feed xmlns=\"http://www.w3.org/2005/Atom\">", Some(Holds::Feed)),
            ("<rdf:RDF xmlns:rdf=\"r\" xmlns=\"http://purl.org/rss/1.0/\">", Some(Holds::Feed)),
            ("<rdf:RDF xmlns:rdf=\"r\">", None),
            ("<urlset><url>", None),
            ("<feed>Cattle</feed>", None),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}", Some(Holds::Feed)),
        ] {
            assert_eq!(by_beginning(start.as_bytes()), expected, "{start:?}");
        }
    }

    fn found(bytes: &[u8], holds: Option<Holds>) -> Vec<Result<(String, String), String>> {
        let mut all = Vec::new();
        let _ = super::bytes("in", "in", bytes, &Options { holds, ..Options::default() }, &mut |item| {
            all.push(match item {
                Item::Report(found) => Ok((found.place, String::from_utf8_lossy(&found.bytes).into_owned())),
                Item::Lost(lost) => Err(lost.place),
                Item::Passed(passed) => unreachable!("{passed:?}"),
            });
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn lines_are_numbered_as_in_an_editor() {
        let line = |number: u32, words: &str| Ok((format!("in:{number}"), words.to_owned()));
        let expected = [line(1, "{\"text\":\"a\"}"), line(3, "no json"), line(4, "{\"text\":\"b\"}")];
        assert_eq!(found(b"\xEF\xBB\xBF{\"text\":\"a\"}\r\n\nno json\n  {\"text\":\"b\"}", None), expected);
        assert_eq!(found(b"", Some(Holds::Ndjson)), []);
        assert_eq!(found(b"a\nb", None), [Ok(("in".to_owned(), "a\nb".to_owned()))]);
    }

    #[test]
    fn gzip_is_read_through_as_far_as_it_goes() {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n").unwrap();
        let packed = packed.finish().unwrap();
        let line = |number: u32, words: &str| Ok((format!("in:{number}"), words.to_owned()));
        let both = [line(1, "{\"text\":\"a\"}"), line(2, "{\"text\":\"b\"}")];
        assert_eq!(found(&packed, None), both);
        // Members that follow each other are one input.
        assert_eq!(found(&[packed.clone(), packed.clone()].concat(), None).len(), 4);
        // The checksum at the end is missing: the lines before it are read.
        assert_eq!(found(&packed[..packed.len() - 3], None)[..2], both);
        assert_eq!(found(&packed[..packed.len() - 3], None)[2], Err("in:3".to_owned()));
        assert_eq!(found(&[0x1f, 0x8b, 1, 2, 3], None), [Err("in".to_owned())]);
    }
}
