//! From bytes to text: gzip, then the character encoding.
//!
//! The encoding is the byte order mark's, else the transport's ([`Input::content_type`](super::Input)), else the one that
//! an HTML page declares in its first 1,024 bytes (HTML Standard, "prescan a byte stream"), else UTF-8 where the bytes
//! are valid UTF-8, else a guess from the bytes themselves (chardetng). Bytes that mean nothing in the encoding become
//! U+FFFD. A byte order mark is part of the encoding and not of the text, so it does not reach the text.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes one report may have, unpacked: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// Why bytes could not be turned into text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The gzip stream is broken or cut short.
    Gzip(String),
    /// More than [`MAX_BYTES`], packed or unpacked.
    TooLarge,
    /// The bytes are no text: what they look like.
    NotText(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Gzip(why) => write!(f, "the gzip data is broken: {why}"),
            Error::TooLarge => write!(f, "the report is larger than {} MiB", MAX_BYTES >> 20),
            Error::NotText(what) => write!(f, "the input is no text or HTML; it looks like {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// The bytes, unpacked where they are gzip.
pub(super) fn unpack(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    flate2::bufread::MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(|error| Error::Gzip(error.to_string()))?;
    if unpacked.len() > MAX_BYTES { Err(Error::TooLarge) } else { Ok(Cow::Owned(unpacked)) }
}

/// The text that the bytes encode.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, html: bool) -> Result<Cow<'a, str>, Error> {
    if let Some(what) = known_binary(bytes) {
        return Err(Error::NotText(what));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    if let Some(encoding) = sixteen_bits(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes).0);
    }
    if bytes.contains(&0) && !html {
        return Err(Error::NotText("binary data"));
    }
    let declared = content_type.and_then(charset).or_else(|| html.then(|| declared_in_page(bytes)).flatten());
    if let Some(encoding) = declared {
        return Ok(encoding.decode_without_bom_handling(bytes).0);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => Ok(guess(bytes).decode_without_bom_handling(bytes).0),
    }
}

/// Whether bytes or text look like an HTML page rather than plain text.
pub(super) fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut start = start.as_bytes();
    // Comments and an XML declaration may stand before the first element.
    for _ in 0..8 {
        let end: &[u8] = match start {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', ..] => b">",
            _ => break,
        };
        let Some(at) = start.windows(end.len()).position(|window| window == end) else { return false };
        start = start[at + end.len()..].trim_ascii_start();
    }
    let opening = &start[..start.len().min(16)].to_ascii_lowercase();
    const OPENINGS: [&[u8]; 12] = [
        b"<!doctype",
        b"<html",
        b"<head",
        b"<body",
        b"<meta",
        b"<title",
        b"<article",
        b"<div",
        b"<p>",
        b"<h1",
        b"<main",
        b"<section",
    ];
    OPENINGS.iter().any(|tag| opening.starts_with(tag))
}

/// The encoding that a content type (`text/html; charset=utf-8`) or a bare label (`utf-8`) names.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let label = match lower.split_once("charset=") {
        Some((_, rest)) => rest,
        None if lower.contains('/') => return None,
        None => &lower,
    };
    let label = label.trim_start_matches(['"', '\'', ' ']);
    Encoding::for_label(label.split(['"', '\'', ';', ' ', '>', '/']).next()?.as_bytes())
}

fn declared_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let encoding = head.match_indices("charset").find_map(|(at, word)| {
        let meta = head[..at].rfind('<')?;
        let value = head[at + word.len()..].trim_start().strip_prefix('=')?;
        (head[meta..].starts_with("<meta") || head[meta..].starts_with("<?xml")).then(|| charset(value.trim_start()))?
    })?;
    // A page that could be scanned as ASCII is not in UTF-16, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// UTF-16 without a mark: of the first bytes, nearly every second one is zero.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(256) & !1];
    if start.len() < 8 {
        return None;
    }
    let zeros = |offset| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    if odd * 10 > pairs * 9 && even == 0 {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 9 && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 8] = [
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP or office file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"\x7fELF", "a program"),
        (b"\xd0\xcf\x11\xe0", "an old office file"),
        (b"SQLite format 3\0", "an SQLite database"),
    ];
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, html: bool, expected: &str) {
        assert_eq!(decode(bytes, content_type, html).as_deref(), Ok(expected));
    }

    #[test]
    fn encodings() {
        check("Ærø".as_bytes(), None, false, "Ærø");
        check(b"\xef\xbb\xbf\xc3\x86r\xc3\xb8", Some("text/plain; charset=latin1"), false, "Ærø");
        check(b"\xff\xfeA\0b\0", None, false, "Ab");
        check(b"C\0a\0f\0\xe9\0 \0i\0n\0 \0r\0o\0w\0", None, false, "Café in row");
        check(b"Caf\xe9 owners said", Some("text/plain; charset=\"ISO-8859-1\""), false, "Café owners said");
        check(b"Caf\xe9 owners said", Some("latin1"), false, "Café owners said");
        check(b"\x93No,\x94 the mayor\x92s office said.", None, false, "“No,” the mayor’s office said.");
        check(b"<meta charset='windows-1251'>\xcd\xe5\xf2", None, true, "<meta charset='windows-1251'>Нет");
        check(b"<meta charset=utf-16><p>a", None, true, "<meta charset=utf-16><p>a");
        let http = b"<META http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">\xe9";
        check(http, None, true, "<META http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">é");
        check(
            http,
            Some("text/html; charset=windows-1253"),
            true,
            &String::from_utf8_lossy(http).replace('\u{fffd}', "ι"),
        );
        check(b"A story about charset=latin1 and \xc3\xa9", None, true, "A story about charset=latin1 and é");
    }

    #[test]
    fn no_text() {
        assert_eq!(decode(b"%PDF-1.7", None, false), Err(Error::NotText("a PDF file")));
        assert_eq!(decode(b"abc\0\x01\x02defg", None, false), Err(Error::NotText("binary data")));
    }

    #[test]
    fn gzip() {
        use std::io::Write;
        let pack = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let packed = pack(b"Kolm");
        assert_eq!(unpack(&packed).unwrap(), &b"Kolm"[..]);
        assert!(matches!(unpack(&packed[..packed.len() - 6]), Err(Error::Gzip(_))));
        assert_eq!(unpack(&pack(&vec![b'a'; MAX_BYTES + 1])), Err(Error::TooLarge));
    }

    #[test]
    fn html_is_told_from_text() {
        for page in
            ["<!DOCTYPE html>", " \n<HTML lang=en>", "<!-- saved -->\n<html>", "<?xml version='1.0'?><html>", "<p>a"]
        {
            assert!(looks_like_html(page), "{page}");
        }
        for text in ["", "The <html> tag", "<3 from the fans", "<!-- never closed", "< 5 hurt"] {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
