//! Feeds in XML (RSS 0.9x, 1.0 and 2.0, Atom), cut into what stands before the first entry and the entries.
//!
//! A feed is not parsed as a whole: one entry that is not well-formed would cost all the others, and so would a feed that
//! is cut short or has no end. So the marks of entries are looked for, and each entry is handed on as a feed of its own:
//! what stands before the first entry, the entry, and the ends of what is open then.

use std::io::{self, BufRead, Read};

use onrecord::article::MAX_BYTES;

use crate::open::BYTE_ORDER_MARK;

/// What stands before the first entry is no longer than this.
const HEAD: usize = 1 << 20;

/// Whether an input begins like a feed in XML.
pub(crate) fn is_feed(start: &[u8]) -> bool {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let text;
    let start = match utf16(start) {
        Some(encoding) => {
            text = encoding.decode(start).0;
            text.as_bytes()
        }
        None => start,
    };
    let mut cut = Cutter::new(start);
    loop {
        match cut.next() {
            Ok(Mark::Other) => {}
            Ok(Mark::Text) if cut.piece[cut.token..].trim_ascii().is_empty() => {}
            Ok(Mark::Open(name) | Mark::Empty(name)) => {
                let tag = String::from_utf8_lossy(&cut.piece[cut.token..]);
                return match local(&name) {
                    b"rss" => true,
                    b"feed" => tag.contains("http://www.w3.org/2005/Atom") || tag.contains("http://purl.org/atom/"),
                    b"RDF" => tag.contains("http://purl.org/rss/") || tag.contains("http://my.netscape.com/rdf/"),
                    _ => false,
                };
            }
            _ => return false,
        }
    }
}

/// UTF-16, in which marks are not the bytes that they are elsewhere.
pub(crate) fn utf16(start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match start {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] | [0, b'<', ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// A feed, entry by entry.
pub(crate) struct Feed<R> {
    cut: Cutter<R>,
    /// What stands before the first entry; `None` before that was reached.
    head: Option<Vec<u8>>,
    /// The elements around entries.
    open: Vec<Vec<u8>>,
    /// Whether the beginning of an entry has been read already.
    in_entry: Option<Vec<u8>>,
    ended: bool,
    /// The encoding that is known from elsewhere.
    charset: Option<String>,
}

/// What comes next in a feed.
#[derive(Debug)]
pub(crate) enum Next {
    /// An entry.
    Entry(Vec<u8>),
    /// An entry that has no end.
    Endless,
    /// The end of the feed.
    End,
    /// The input ended before the feed did.
    CutShort,
    /// Nothing can be read beyond this: it is longer than may be.
    TooLong(&'static str),
    /// Nothing can be read beyond this.
    Failed(io::Error),
}

impl<R: BufRead> Feed<R> {
    /// `charset` is the encoding that the feed was sent with; it stands above that which it gives itself (RFC 7303).
    pub(crate) fn new(bytes: R, charset: Option<String>) -> Feed<R> {
        Feed { cut: Cutter::new(bytes), head: None, open: Vec::new(), in_entry: None, ended: false, charset }
    }

    /// An entry as a feed of its own.
    pub(crate) fn alone(&self, entry: &[u8]) -> Vec<u8> {
        let mut alone = self.head.clone().unwrap_or_default();
        alone.extend_from_slice(entry);
        for name in self.open.iter().rev() {
            alone.extend_from_slice(b"</");
            alone.extend_from_slice(name);
            alone.push(b'>');
        }
        alone
    }

    /// What comes next; after anything but an entry there is only the end.
    pub(crate) fn next(&mut self) -> Next {
        if self.ended {
            return Next::End;
        }
        match self.step() {
            Ok(next) => {
                self.ended = !matches!(next, Next::Entry(_) | Next::Endless);
                next
            }
            Err(stop) => {
                self.ended = true;
                match stop {
                    Stop::TooLong if self.head.is_none() => Next::TooLong("what stands before its entries"),
                    Stop::TooLong => Next::TooLong("an entry of it"),
                    Stop::Failed(error) => Next::Failed(error),
                }
            }
        }
    }

    fn step(&mut self) -> Result<Next, Stop> {
        let name = match self.in_entry.take() {
            Some(name) => name,
            None => match self.seek()? {
                Ok(name) => name,
                Err(next) => return Ok(next),
            },
        };
        loop {
            match self.cut.next()? {
                Mark::Open(inner) if inner == name => {
                    // Entries do not lie in entries: this one has lost its end.
                    let start = self.cut.token;
                    self.cut.piece.drain(..start);
                    self.cut.token = 0;
                    self.in_entry = Some(name);
                    return Ok(Next::Endless);
                }
                Mark::Close(inner) if inner == name => return Ok(Next::Entry(std::mem::take(&mut self.cut.piece))),
                Mark::Close(inner) if self.open.contains(&inner) => {
                    self.close(&inner);
                    self.cut.piece.clear();
                    return Ok(Next::Endless);
                }
                Mark::End => return Ok(Next::CutShort),
                _ => {}
            }
            if self.cut.piece.len() > MAX_BYTES {
                return Err(Stop::TooLong);
            }
        }
    }

    /// Goes on to the beginning of an entry, and gives its name.
    fn seek(&mut self) -> Result<Result<Vec<u8>, Next>, Stop> {
        let mut any = self.head.is_some();
        loop {
            if any && self.open.is_empty() {
                return Ok(Err(Next::End));
            }
            match self.cut.next()? {
                Mark::Open(name) if !self.open.is_empty() && matches!(local(&name), b"item" | b"entry") => {
                    let before = self.cut.token;
                    if self.head.is_none() {
                        self.head = Some(declared(&self.cut.piece[..before], self.charset.as_deref()));
                    }
                    self.cut.piece.drain(..before);
                    self.cut.token = 0;
                    return Ok(Ok(name));
                }
                Mark::Open(name) => {
                    if self.head.is_none() {
                        self.open.push(name);
                        any = true;
                    }
                }
                Mark::Close(name) => self.close(&name),
                Mark::End => return Ok(Err(Next::CutShort)),
                Mark::Text | Mark::Other | Mark::Empty(_) => {}
            }
            if self.head.is_some() {
                // What stands between entries is of no use.
                self.cut.piece.clear();
            } else if self.cut.piece.len() > HEAD {
                return Err(Stop::TooLong);
            }
        }
    }

    /// Closes an element around entries.
    fn close(&mut self, name: &[u8]) {
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            self.open.truncate(at);
        }
    }
}

/// The beginning of a feed with this encoding declared.
fn declared(head: &[u8], charset: Option<&str>) -> Vec<u8> {
    let Some(charset) = charset else { return head.to_vec() };
    let bare = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start();
    let end = bare.windows(2).position(|two| two == b"?>").filter(|_| bare.starts_with(b"<?xml "));
    let bare = end.map_or(bare, |end| &bare[end + 2..]);
    [format!("<?xml version=\"1.0\" encoding=\"{charset}\"?>").as_bytes(), bare].concat()
}

/// Where an entry says that it comes from: the text of `source` (RSS), or of the title in it (Atom), as it is written.
pub(crate) fn source(entry: &[u8]) -> Option<Vec<u8>> {
    let mut cut = Cutter::new(entry);
    let (mut depth, mut start, mut titled) = (0, None, false);
    loop {
        match cut.next().ok()? {
            Mark::Open(name) => {
                depth += 1;
                match (depth, &name[..]) {
                    (2, b"source" | b"atom:source") => start = Some(cut.piece.len()),
                    (3, b"title" | b"atom:title") if start.is_some() => {
                        (start, titled) = (Some(cut.piece.len()), true);
                    }
                    _ => {}
                }
            }
            Mark::Close(_) => {
                if let Some(start) = start.filter(|_| depth == if titled { 3 } else { 2 }) {
                    return Some(entry.get(start..cut.token)?.to_vec());
                }
                depth -= 1;
            }
            Mark::End => return None,
            Mark::Text | Mark::Other | Mark::Empty(_) => {}
        }
    }
}

/// The name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|&byte| byte == b':').next().unwrap_or(name)
}

/// A mark of XML, as far as finding entries needs it.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Open(Vec<u8>),
    Close(Vec<u8>),
    /// An element without contents.
    Empty(Vec<u8>),
    Text,
    /// A comment, an instruction, a declaration, unparsed characters.
    Other,
    End,
}

enum Stop {
    TooLong,
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Failed(error)
    }
}

/// Cuts bytes at the marks of XML.
struct Cutter<R> {
    bytes: R,
    /// What was read and not yet taken away.
    piece: Vec<u8>,
    /// Where in it the last mark begins.
    token: usize,
}

impl<R: BufRead> Cutter<R> {
    pub(crate) fn new(bytes: R) -> Cutter<R> {
        Cutter { bytes, piece: Vec::new(), token: 0 }
    }

    /// Adds the next mark to the piece.
    pub(crate) fn next(&mut self) -> Result<Mark, Stop> {
        self.token = self.piece.len();
        match self.bytes.fill_buf()?.first() {
            None => return Ok(Mark::End),
            Some(b'<') => {}
            Some(_) => {
                self.text()?;
                return Ok(Mark::Text);
            }
        }
        let mut start = [0; 2];
        for byte in &mut start {
            *byte = match self.bytes.fill_buf()?.first() {
                Some(&byte) => byte,
                None => return Ok(Mark::End),
            };
            self.bytes.consume(1);
        }
        self.piece.extend_from_slice(&start);
        match start[1] {
            b'?' => self.other(b"?>"),
            b'!' => {
                // The longest of the beginnings is that of unparsed characters.
                let mut kind = Vec::new();
                while kind.len() < 7 && (b"[CDATA[".starts_with(&kind) || b"--".starts_with(&kind)) && kind != b"--" {
                    let Some(&byte) = self.bytes.fill_buf()?.first() else { return Ok(Mark::End) };
                    if byte == b'>' {
                        break;
                    }
                    self.bytes.consume(1);
                    kind.push(byte);
                }
                self.piece.extend_from_slice(&kind);
                match &kind[..] {
                    b"--" => self.other(b"-->"),
                    b"[CDATA[" => self.other(b"]]>"),
                    _ => self.declaration(),
                }
            }
            _ => self.tag(),
        }
    }

    /// Text up to the next mark, which is not taken.
    fn text(&mut self) -> Result<(), Stop> {
        loop {
            let buffer = self.bytes.fill_buf()?;
            let end = buffer.iter().position(|&byte| byte == b'<');
            let many = end.unwrap_or(buffer.len());
            self.piece.extend_from_slice(&buffer[..many]);
            self.bytes.consume(many);
            if end.is_some() || many == 0 {
                return Ok(());
            }
            self.bounded()?;
        }
    }

    /// A mark that goes on to these bytes, whatever stands in it.
    fn other(&mut self, end: &[u8]) -> Result<Mark, Stop> {
        let start = self.piece.len();
        while !self.piece[start..].ends_with(end) {
            if self.until_angle()? == 0 {
                return Ok(Mark::End);
            }
        }
        Ok(Mark::Other)
    }

    /// A declaration: `<!DOCTYPE …>`, with more of them in square brackets.
    fn declaration(&mut self) -> Result<Mark, Stop> {
        loop {
            if self.until_angle()? == 0 {
                return Ok(Mark::End);
            }
            if self.piece.len() - self.token > HEAD {
                return Err(Stop::TooLong);
            }
            let count = |wanted: u8| self.piece[self.token..].iter().filter(|&&byte| byte == wanted).count();
            if count(b'[') <= count(b']') {
                return Ok(Mark::Other);
            }
        }
    }

    fn tag(&mut self) -> Result<Mark, Stop> {
        loop {
            if self.until_angle()? == 0 {
                return Ok(Mark::End);
            }
            // An angle in the value of an attribute does not end the tag.
            let mut quote = None;
            for &byte in &self.piece[self.token..] {
                match quote {
                    None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                    Some(open) if open == byte => quote = None,
                    _ => {}
                }
            }
            // A tag so long has lost a quotation mark.
            if quote.is_none() || self.piece.len() - self.token > 1 << 14 {
                break;
            }
        }
        let tag = &self.piece[self.token + 1..self.piece.len() - 1];
        let (tag, closes) = match tag.strip_prefix(b"/") {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (tag, empty) = match tag.strip_suffix(b"/") {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
        let name = tag[..end].to_vec();
        Ok(if closes {
            Mark::Close(name)
        } else if empty {
            Mark::Empty(name)
        } else {
            Mark::Open(name)
        })
    }

    /// Adds what comes before the next `>`, and that.
    fn until_angle(&mut self) -> Result<usize, Stop> {
        self.bounded()?;
        let read = self.bytes.by_ref().take(MAX_BYTES as u64).read_until(b'>', &mut self.piece)?;
        // Without its end it is no mark.
        Ok(if self.piece.ends_with(b">") { read } else { 0 })
    }

    fn bounded(&self) -> Result<(), Stop> {
        if self.piece.len() > MAX_BYTES { Err(Stop::TooLong) } else { Ok(()) }
    }
}
