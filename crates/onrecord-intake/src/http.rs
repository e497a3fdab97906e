//! HTTP responses as they were sent (RFC 9112), for web archives: head, chunks, packed contents.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use onrecord::article::MAX_BYTES;

/// A response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// What follows the head, as it was sent.
    body: &'a [u8],
}

impl<'a> Response<'a> {
    /// `None` if the bytes do not begin with the head of a response.
    pub(crate) fn parse(message: &'a [u8]) -> Option<Response<'a>> {
        let (first, mut rest) = line(message);
        let mut words = first.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        words.next().filter(|version| version.starts_with(b"HTTP/"))?;
        let status = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
        let mut headers = Headers::default();
        while !rest.is_empty() {
            let (next, after) = line(rest);
            rest = after;
            if next.is_empty() {
                break;
            }
            headers.add(next);
        }
        Some(Response { status, headers, body: rest })
    }

    /// The body, without the chunks and the packing that it was sent in.
    ///
    /// Some archives keep bodies unpacked beside the headers that say that they are packed; such bodies are taken as
    /// they are.
    ///
    /// # Errors
    /// If it is broken, or unpacked larger than a report may be. What came before the end of the bytes is lost then.
    pub(crate) fn body(&self) -> Result<Vec<u8>, BodyError> {
        let chunked =
            self.headers.get("transfer-encoding").is_some_and(|it| it.to_ascii_lowercase().contains("chunked"));
        let mut body = match chunk_size(self.body) {
            Some(_) if chunked => unchunk(self.body).ok_or(BodyError::Chunks)?,
            _ => self.body.to_vec(),
        };
        let packings = self.headers.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
        for packing in packings.rsplit(',').map(str::trim) {
            body = match packing {
                "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => all(MultiGzDecoder::new(&body[..]), "gzip")?,
                "deflate" if is_zlib(&body) => all(ZlibDecoder::new(&body[..]), "deflate")?,
                "deflate" if !begins_as_text(&body) => all(DeflateDecoder::new(&body[..]), "deflate")?,
                "br" if !begins_as_text(&body) => {
                    all(brotli_decompressor::Decompressor::new(&body[..], 4096), "brotli")?
                }
                "" | "identity" | "gzip" | "x-gzip" | "deflate" | "br" => body,
                _ if begins_as_text(&body) => body,
                other => return Err(BodyError::Packing(other.to_owned())),
            };
        }
        Ok(body)
    }
}

/// Why a body could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Its chunks are broken or cut short.
    Chunks,
    /// It is packed in a way that is not known.
    Packing(String),
    /// What it is packed with is broken or cut short.
    Broken(&'static str, String),
    /// It is larger than a report may be.
    TooLarge,
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BodyError::Chunks => f.write_str("its chunks are broken or cut short"),
            BodyError::Packing(how) => write!(f, "it is packed as {how:?}; gzip, deflate and br are known"),
            BodyError::Broken(how, why) => write!(f, "its {how} data is broken or cut short ({why})"),
            BodyError::TooLarge => write!(f, "it is larger than {} MiB", MAX_BYTES >> 20),
        }
    }
}

/// Lines of `Name: value`, as HTTP, WARC and mail have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Adds a line; one that begins with white space goes on with the one before it. What is no header is passed over.
    pub(crate) fn add(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            self.0.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }

    /// The first of this name, whose case does not matter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The content type without its parameters, in small letters.
    pub(crate) fn media_type(&self) -> Option<String> {
        self.get("content-type").map(media_type).filter(|it| !it.is_empty())
    }
}

/// A content type without its parameters, in small letters.
pub(crate) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A line without its end, and what follows.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&byte| byte == b'\n') {
        Some(end) => (bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]), &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

/// The size of the chunk that begins here, and where it begins.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (head, rest) = line(bytes);
    let size = head.split(|&byte| byte == b';').next()?.trim_ascii();
    let digits = !size.is_empty() && size.iter().all(u8::is_ascii_hexdigit);
    let size = std::str::from_utf8(size).ok().filter(|_| digits)?;
    usize::from_str_radix(size, 16).ok().map(|size| (size, rest))
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (size, rest) = chunk_size(bytes)?;
        if size == 0 {
            return Some(body);
        }
        let (chunk, rest) = rest.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        bytes = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    }
}

/// Everything that it unpacks to.
fn all(unpacked: impl Read, how: &'static str) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let read: io::Result<usize> = unpacked.take(MAX_BYTES as u64 + 1).read_to_end(&mut body);
    read.map_err(|error| BodyError::Broken(how, error.to_string()))?;
    if body.len() > MAX_BYTES { Err(BodyError::TooLarge) } else { Ok(body) }
}

/// Whether it begins like zlib (RFC 1950); some servers send bare deflate under the same name.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first & 15 == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31))
}

/// Whether it begins like a page, and so is not packed.
fn begins_as_text(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn check(head: &str, body: &[u8], expected: Result<&str, BodyError>) {
        let message = [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n", body].concat();
        let response = Response::parse(&message).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.body(), expected.map(|body| body.as_bytes().to_vec()), "{head}");
    }

    #[test]
    fn bodies() {
        const PAGE: &str = "<p>The mayor said no.</p>";
        let gz = || {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(PAGE.as_bytes()).unwrap();
            packer.finish().unwrap()
        };
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(PAGE.as_bytes()).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(PAGE.as_bytes()).unwrap();
        // Brotli's "uncompressed meta-block": a window of 16 bits, 25 bytes as they are, and an empty last one.
        let brotli = [&[0x80, 0x01, 0x10][..], PAGE.as_bytes(), &[0x03]].concat();
        let chunked = b"A;x=1\r\n<p>The may\r\nf\r\nor said no.</p>\r\n0\r\nTrailer: x\r\n\r\n";

        check("", PAGE.as_bytes(), Ok(PAGE));
        check("Transfer-Encoding: chunked\r\n", chunked, Ok(PAGE));
        check("transfer-encoding:chunked\r\n", PAGE.as_bytes(), Ok(PAGE));
        check("Transfer-Encoding: chunked\r\n", &chunked[..20], Err(BodyError::Chunks));
        check("Content-Encoding: gzip\r\n", &gz(), Ok(PAGE));
        check("Content-Encoding: GZIP\r\n", PAGE.as_bytes(), Ok(PAGE));
        check("Content-Encoding: deflate\r\n", &zlib.finish().unwrap(), Ok(PAGE));
        check("Content-Encoding: deflate\r\n", &bare.finish().unwrap(), Ok(PAGE));
        check("Content-Encoding: br\r\n", &brotli, Ok(PAGE));
        check("Content-Encoding: br\r\n", PAGE.as_bytes(), Ok(PAGE));
        check("Content-Encoding: zstd\r\n", b"\x28\xb5", Err(BodyError::Packing("zstd".to_owned())));
        let sent = [format!("{:x}\r\n", gz().len()).as_bytes(), &gz(), b"\r\n0\r\n\r\n"].concat();
        check("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", &sent, Ok(PAGE));
        let cut = gz();
        let message = [b"HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n", &cut[..cut.len() - 9]].concat();
        assert!(matches!(Response::parse(&message).unwrap().body(), Err(BodyError::Broken("gzip", _))));
    }

    #[test]
    fn heads() {
        let head = b"HTTP/1.0 404 Not Found\nContent-Type: Text/HTML;\n charset=x\nno header\n\nbody";
        let response = Response::parse(head).unwrap();
        assert_eq!((response.status, response.body), (404, &b"body"[..]));
        assert_eq!(response.headers.get("content-type"), Some("Text/HTML; charset=x"));
        assert_eq!(response.headers.media_type().as_deref(), Some("text/html"));
        for none in ["", "HTTP/1.1", "HTTP/1.1 OK 200", "<html>", "SSH-2.0"] {
            assert_eq!(Response::parse(none.as_bytes()), None, "{none}");
        }
    }
}
