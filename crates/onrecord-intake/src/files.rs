//! Files and folders.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

use onrecord::article::Origin;
use walkdir::WalkDir;

use crate::open::{self, Opened};
use crate::unpack::{self, reason};
use crate::{Holds, Item, Lost, Options, Take};

/// Files in folders are read if their names, without `.gz`, end in one of these.
const READ_IN_FOLDERS: [(&str, Holds); 8] = [
    ("txt", Holds::Text),
    ("html", Holds::Html),
    ("htm", Holds::Html),
    ("ndjson", Holds::Ndjson),
    ("jsonl", Holds::Ndjson),
    ("rss", Holds::Feed),
    ("atom", Holds::Feed),
    ("warc", Holds::Warc),
];

/// Names of feeds, but of much else too: such files in folders are read if they begin as feeds do.
const PERHAPS_FEEDS: [&str; 2] = ["xml", "json"];

/// Goes through a file, or through a folder and those in it in the order of their names.
pub fn path(path: &Path, options: &Options<'_>, take: Take<'_>) -> ControlFlow<()> {
    if path.is_dir() { folder(path, options, take) } else { file(path, options, take) }
}

fn folder(path: &Path, options: &Options<'_>, take: Take<'_>) -> ControlFlow<()> {
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let mut any = false;
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() || !is_read_in_folders(entry.path()) => {}
            Ok(entry) => {
                any = true;
                file(entry.path(), options, take)?;
            }
            Err(error) => {
                any = true;
                let place = error.path().unwrap_or(path).display().to_string();
                let why = match error.io_error() {
                    Some(error) => reason(error),
                    None => "a link that leads back to a folder around it; its files are read there".to_owned(),
                };
                take(Item::Lost(Lost::new(place, why)))?;
            }
        }
    }
    if !any {
        let endings: Vec<String> = READ_IN_FOLDERS.iter().map(|(ending, _)| format!(".{ending}")).collect();
        let why =
            format!("no file in this folder is a feed or ends in {}, or one of these and .gz", endings.join(", "));
        take(Item::Lost(Lost::new(path.display().to_string(), why)))?;
    }
    ControlFlow::Continue(())
}

fn file(path: &Path, options: &Options<'_>, take: Take<'_>) -> ControlFlow<()> {
    let place = path.display().to_string();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return take(Item::Lost(Lost::new(place, reason(&error)))),
    };
    let origin = Origin { name: Some(name(path)), published: options.published, ..Origin::default() };
    let opened = Opened { place, origin, holds: options.holds.or_else(|| by_name(path)), follow: options.follow };
    open::go_through(opened, BufReader::new(file), take)
}

fn is_read_in_folders(path: &Path) -> bool {
    by_name(path).is_some()
        || ending(path).is_some_and(|ending| PERHAPS_FEEDS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
            && File::open(path)
                .is_ok_and(|file| unpack::beginning(BufReader::new(file)).is_ok_and(|start| open::is_feed(&start)))
}

/// What a file's name says that it holds.
fn by_name(path: &Path) -> Option<Holds> {
    let ending = ending(path)?;
    READ_IN_FOLDERS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, holds)| holds)
}

/// The ending of a file's name before `.gz`.
fn ending(path: &Path) -> Option<&str> {
    without_gz(path.file_name()?.to_str()?).rsplit_once('.').map(|(_, ending)| ending)
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
            ("crawl.warc.gz", "crawl"),
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
            ("a.rss", Some(Holds::Feed)),
            ("crawl.warc.gz", Some(Holds::Warc)),
            ("a.xml", None),
            ("a.gz", None),
            ("a.md", None),
            ("txt", None),
        ] {
            assert_eq!(by_name(Path::new(path)), expected, "{path}");
        }
    }
}
