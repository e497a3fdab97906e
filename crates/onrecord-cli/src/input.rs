//! Where reports come from: files, folders, standard input, and lines of NDJSON in any of them.
//!
//! Inputs are gone through in order and read as they are needed: a corpus is never in memory as a whole, and a folder is
//! walked while its files are read. What cannot be opened or read to its end is handed on in its place, and stops nothing
//! else.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use jiff::civil::Date;
use onrecord::article::MAX_BYTES;
use onrecord_ledger::{Form, Origin};
use walkdir::WalkDir;

use crate::arguments::{Holds, Input};

/// A report, as found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where: a path, with the number of the line in NDJSON; `stdin` for standard input.
    pub(crate) place: String,
    /// What the place calls it: the file's name without `.txt`, `.html`, `.gz` and their like, else `stdin`.
    pub(crate) name: String,
    /// Its bytes, no longer gzipped.
    pub(crate) bytes: Vec<u8>,
    /// What they are.
    pub(crate) form: Form,
}

impl Found {
    /// What came with the bytes. What a report brings itself is believed before `published`.
    pub(crate) fn origin(&self, published: Option<Date>) -> Origin {
        Origin { form: self.form, name: Some(self.name.clone()), published, ..Origin::default() }
    }
}

/// Something that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Where: a path, with the number of the line in NDJSON.
    pub(crate) place: String,
    /// Why, and what to do about it.
    pub(crate) why: String,
}

/// Takes what is found, and answers whether to go on.
pub(crate) type Take<'a> = &'a mut dyn FnMut(Result<Found, Lost>) -> ControlFlow<()>;

/// Files in folders are read if their names, without `.gz`, end in one of these.
const READ_IN_FOLDERS: [(&str, Holds); 5] = [
    ("txt", Holds::Text),
    ("html", Holds::Html),
    ("htm", Holds::Html),
    ("ndjson", Holds::Ndjson),
    ("jsonl", Holds::Ndjson),
];

/// How many bytes of an input tell what it holds.
const BEGINNING: usize = 64 << 10;

/// Goes through all inputs in order.
pub(crate) fn all(inputs: &[Input], holds: Option<Holds>, take: Take<'_>) -> ControlFlow<()> {
    for input in inputs {
        match input {
            Input::Stdin => stream("stdin", "stdin", holds, io::stdin().lock(), take)?,
            Input::Path(path) if path.is_dir() => folder(path, holds, take)?,
            Input::Path(path) => file(path, holds, take)?,
        }
    }
    ControlFlow::Continue(())
}

fn folder(path: &Path, holds: Option<Holds>, take: Take<'_>) -> ControlFlow<()> {
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let mut any = false;
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() || by_name(entry.path()).is_none() => {}
            Ok(entry) => {
                any = true;
                file(entry.path(), holds, take)?;
            }
            Err(error) => {
                any = true;
                let place = error.path().unwrap_or(path).display().to_string();
                let why = match error.io_error() {
                    Some(error) => reason(error),
                    None => "a link that leads back to a folder around it; its files are read there".to_owned(),
                };
                take(Err(Lost { place, why }))?;
            }
        }
    }
    if !any {
        let endings: Vec<String> = READ_IN_FOLDERS.iter().map(|(ending, _)| format!(".{ending}")).collect();
        let why = format!("no file in this folder ends in {}, or one of these and .gz", endings.join(", "));
        take(Err(Lost { place: path.display().to_string(), why }))?;
    }
    ControlFlow::Continue(())
}

fn file(path: &Path, holds: Option<Holds>, take: Take<'_>) -> ControlFlow<()> {
    let place = path.display().to_string();
    match File::open(path) {
        Ok(file) => stream(&place, &name(path), holds.or_else(|| by_name(path)), BufReader::new(file), take),
        Err(error) => take(Err(Lost { place, why: reason(&error) })),
    }
}

/// What a file's name says that it holds.
fn by_name(path: &Path) -> Option<Holds> {
    let (_, ending) = without_gz(path.file_name()?.to_str()?).rsplit_once('.')?;
    READ_IN_FOLDERS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, holds)| holds)
}

/// What a report in this file is called.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let name = without_gz(&name);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() && by_name(Path::new(name)).is_some() => stem.to_owned(),
        _ => name.to_owned(),
    }
}

fn without_gz(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ending.eq_ignore_ascii_case("gz") && !stem.is_empty() => stem,
        _ => name,
    }
}

/// Reads what one open input holds.
fn stream(place: &str, name: &str, holds: Option<Holds>, mut bytes: impl BufRead, take: Take<'_>) -> ControlFlow<()> {
    let gzipped = match bytes.fill_buf() {
        Ok(start) => start.starts_with(&[0x1f, 0x8b]),
        Err(error) => return take(Err(Lost { place: place.to_owned(), why: reason(&error) })),
    };
    let why = if gzipped { why_not_unpacked } else { reason };
    let lost = |error: &io::Error| Err(Lost { place: place.to_owned(), why: why(error) });
    // A buffer of this size is what the first look at an input sees of it.
    let mut bytes: Box<dyn BufRead> = if gzipped {
        Box::new(BufReader::with_capacity(BEGINNING, MultiGzDecoder::new(bytes)))
    } else {
        Box::new(bytes)
    };
    let holds = match holds {
        Some(holds) => Some(holds),
        None => match bytes.fill_buf() {
            Ok(start) => is_ndjson(start).then_some(Holds::Ndjson),
            Err(error) => return take(lost(&error)),
        },
    };
    let form = match holds {
        Some(Holds::Ndjson) => return lines(place, name, bytes, why, take),
        Some(Holds::Text) => Form::Text,
        Some(Holds::Html) => Form::Html,
        None => Form::Auto,
    };
    let mut report = Vec::new();
    // One byte more than is allowed, so that the reader sees that it is too much.
    match bytes.take(MAX_BYTES as u64 + 1).read_to_end(&mut report) {
        Ok(_) => take(Ok(Found { place: place.to_owned(), name: name.to_owned(), bytes: report, form })),
        Err(error) => take(lost(&error)),
    }
}

/// Reads NDJSON, one line after the other. Empty lines hold nothing.
fn lines(
    place: &str,
    name: &str,
    mut bytes: impl BufRead,
    why: fn(&io::Error) -> String,
    take: Take<'_>,
) -> ControlFlow<()> {
    for number in 1_u64.. {
        let place = format!("{place}:{number}");
        let mut line = Vec::new();
        let read = bytes.by_ref().take(MAX_BYTES as u64 + 1).read_until(b'\n', &mut line);
        match read {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                // Nothing can be read beyond it.
                return take(Err(Lost { place, why: why(&error) }));
            }
        }
        if line.len() > MAX_BYTES {
            take(Err(Lost { place, why: format!("the line is longer than {} MiB", MAX_BYTES >> 20) }))?;
            match bytes.skip_until(b'\n') {
                Ok(_) => continue,
                Err(_) => break,
            }
        }
        let trimmed = line.trim_ascii();
        let trimmed = trimmed.strip_prefix(BYTE_ORDER_MARK).filter(|_| number == 1).unwrap_or(trimmed);
        if !trimmed.is_empty() {
            take(Ok(Found { place, name: name.to_owned(), bytes: trimmed.to_vec(), form: Form::Line }))?;
        }
    }
    ControlFlow::Continue(())
}

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Whether an input begins like NDJSON: its first line is an object, or has no end in sight.
fn is_ndjson(start: &[u8]) -> bool {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let whole = line.len() < start.len();
    start.starts_with(b"{\"") && (line.ends_with(b"}") || !whole) || start.starts_with(b"{}")
}

/// Why something could not be read, in words without the system's numbers.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "its permissions forbid to read it".to_owned(),
        _ => {
            let told = error.to_string();
            let told = told.split(" (os error").next().unwrap_or_default();
            let mut letters = told.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The same of gzipped data. These are the kinds of what flate2 says of damaged data, and of data cut short.
fn why_not_unpacked(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            format!("the gzip data is broken or cut short ({error})")
        }
        _ => reason(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (path, expected) in [
            ("folder/report.txt", "report"),
            ("report.html.gz", "report"),
            ("Report.HTM.GZ", "Report"),
            ("corpus.ndjson", "corpus"),
            ("notes.2024.md", "notes.2024.md"),
            ("archive.gz", "archive"),
            (".txt", ".txt"),
            (".gz", ".gz"),
            ("no.ending/report", "report"),
        ] {
            assert_eq!(name(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn what_a_name_says() {
        for (path, expected) in [
            ("a.txt", Some(Holds::Text)),
            ("a.TXT.gz", Some(Holds::Text)),
            ("a.htm", Some(Holds::Html)),
            ("a.b.jsonl.gz", Some(Holds::Ndjson)),
            ("a.gz", None),
            ("a.md", None),
            ("txt", None),
        ] {
            assert_eq!(by_name(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn what_the_first_bytes_say() {
        for (start, expected) in [
            ("{\"text\": \"a\"}\n{\"text\": \"b\"}\n", true),
            ("\u{FEFF}\n  {\"text\": \"a\"}", true),
            ("{\"text\": \"a line with no end in sight", true),
            ("{\n  \"text\": \"over many lines\"\n}", false),
            ("{\"Ada\" said\nno}", false),
            ("{brackets} said the mayor", false),
            ("<html>{\"text\"}", false),
            ("", false),
        ] {
            assert_eq!(is_ndjson(start.as_bytes()), expected, "{start:?}");
        }
    }

    fn found(bytes: &[u8], holds: Option<Holds>) -> Vec<Result<(String, String), String>> {
        let mut all = Vec::new();
        let _ = stream("in", "in", holds, bytes, &mut |found| {
            all.push(match found {
                Ok(found) => Ok((found.place, String::from_utf8_lossy(&found.bytes).into_owned())),
                Err(lost) => Err(lost.place),
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
