//! Web archives: WARC 1.0 and 1.1 (ISO 28500), plain or with a member of gzip a record.
//!
//! Each page or text that a server gave (`response`), or that was kept without its head (`resource`), is a report, with
//! its address and the day on which it was fetched. All else is passed over and counted. Records are read one after the
//! other, and only one is in memory. After damage, reading goes on with the next record that can be found.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use onrecord::article::{Form, MAX_BYTES, Origin, parse_stamp};

use crate::http::{Headers, Response, media_type};
use crate::item::counted;
use crate::open::Opened;
use crate::unpack::Unpacked;
use crate::{Found, Item, Lost, Passed, Take};

/// A record's head is no longer than this.
const HEAD: u64 = 64 << 10;
/// The heads of responses are no longer than this.
const RESPONSE_HEAD: u64 = 1 << 20;

pub(crate) fn go_through(opened: &Opened<'_>, bytes: Unpacked<'_>, take: Take<'_>) -> ControlFlow<()> {
    let mut damaged = false;
    let mut archive = Archive { opened, bytes, number: 0, whole: 0, in_step: true, passed: BTreeMap::new() };
    loop {
        let lost = match archive.record(take)? {
            Step::Read => {
                archive.whole += 1;
                continue;
            }
            Step::End => break,
            Step::Astray => {
                format!("after {} there is something else; reading goes on with the next record", archive.so_far())
            }
            Step::CutShort => {
                let why = format!("the archive is cut short; it was read up to there ({})", archive.so_far());
                archive.lost(why, take)?;
                break;
            }
            Step::Failed(error) => {
                let why = archive.bytes.why(&error);
                if !archive.bytes.resume() {
                    archive.lost(format!("{why}; it was read up to there ({})", archive.so_far()), take)?;
                    damaged = true;
                    break;
                }
                archive.in_step = false;
                format!("{why} after {}; reading goes on with the next record", archive.so_far())
            }
        };
        damaged = true;
        archive.lost(lost, take)?;
    }
    if archive.number == 0 && !damaged {
        archive.lost("there is no record of a web archive (WARC) in it".to_owned(), take)?;
    }
    if !archive.passed.is_empty() {
        let counts: Vec<String> = archive.passed.iter().map(|(what, count)| format!("{what}: {count}")).collect();
        take(Item::Passed(Passed { place: opened.place.clone(), what: counts.join(", ") }))?;
    }
    ControlFlow::Continue(())
}

struct Archive<'a> {
    opened: &'a Opened<'a>,
    bytes: Unpacked<'a>,
    /// That of the record that is read.
    number: u64,
    /// How many were there from their beginning to their end.
    whole: u64,
    /// Whether a record begins where reading stands.
    in_step: bool,
    /// What was passed over, and how often.
    passed: BTreeMap<String, u64>,
}

enum Step {
    Read,
    End,
    /// There is no record here.
    Astray,
    CutShort,
    Failed(io::Error),
}

impl Archive<'_> {
    /// Reads the next record.
    fn record(&mut self, take: Take<'_>) -> ControlFlow<(), Step> {
        let (headers, length) = match self.head() {
            Ok(Ok(head)) => head,
            Ok(Err(step)) => return ControlFlow::Continue(step),
            Err(error) => return ControlFlow::Continue(Step::Failed(error)),
        };
        let wanted = self.wanted(&headers);
        let keep = if wanted.is_some() { (MAX_BYTES as u64 + RESPONSE_HEAD).min(length) } else { 0 };
        let mut block = Vec::new();
        let read = self.bytes.by_ref().take(keep).read_to_end(&mut block).and_then(|kept| {
            let rest = length - keep;
            let skipped = if rest > 0 { io::copy(&mut self.bytes.by_ref().take(rest), &mut io::sink())? } else { 0 };
            Ok(kept as u64 + skipped)
        });
        match read {
            Ok(read) if read == length => {}
            Ok(_) => return ControlFlow::Continue(Step::CutShort),
            Err(error) => return ControlFlow::Continue(Step::Failed(error)),
        }
        if let Some(wanted) = wanted {
            if length > keep {
                let why = format!("it is larger than {} MiB", MAX_BYTES >> 20);
                self.lost_at(&wanted.url, why, take)?;
            } else {
                self.report(wanted, &headers, block, take)?;
            }
        }
        ControlFlow::Continue(Step::Read)
    }

    /// The head of the next record, and the length of its block.
    fn head(&mut self) -> io::Result<Result<(Headers, u64), Step>> {
        let mut line = Vec::new();
        let in_step = std::mem::replace(&mut self.in_step, true);
        // Two empty lines lie between records.
        loop {
            line.clear();
            if self.bytes.by_ref().take(HEAD).read_until(b'\n', &mut line)? == 0 {
                return Ok(Err(Step::End));
            }
            if line.starts_with(b"WARC/") {
                break;
            }
            if in_step && !line.trim_ascii().is_empty() {
                self.in_step = false;
                return Ok(Err(Step::Astray));
            }
        }
        self.number += 1;
        let mut headers = Headers::default();
        let mut left = HEAD;
        loop {
            line.clear();
            let read = self.bytes.by_ref().take(left).read_until(b'\n', &mut line)?;
            left -= read as u64;
            if !line.ends_with(b"\n") {
                self.in_step = left > 0;
                return Ok(Err(if left > 0 { Step::CutShort } else { Step::Astray }));
            }
            let line = line.trim_ascii_end();
            if line.is_empty() {
                break;
            }
            headers.add(line);
        }
        let Some(length) = headers.get("content-length").and_then(|length| length.parse().ok()) else {
            self.in_step = false;
            return Ok(Err(Step::Astray));
        };
        Ok(Ok((headers, length)))
    }

    /// What a record would be as a report; `None`, and counted, if it holds none by its head.
    fn wanted(&mut self, headers: &Headers) -> Option<Wanted> {
        let kind = headers.get("warc-type").unwrap_or_default().to_ascii_lowercase();
        let url = headers.get("warc-target-uri").unwrap_or_default();
        // Older writers put it between angle brackets.
        let url = url.strip_prefix('<').and_then(|url| url.strip_suffix('>')).unwrap_or(url);
        let web = ["http:", "https:"]
            .iter()
            .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let content = headers.media_type().unwrap_or_default();
        let response = match kind.as_str() {
            "response" if web && matches!(content.as_str(), "application/http" | "") => true,
            "resource" if web && form(&content).is_some() => false,
            "" => return self.pass("records without a type"),
            "response" | "resource" => return self.pass(&format!("{kind} records of other things than pages")),
            _ => return self.pass(&format!("{kind} records")),
        };
        Some(Wanted { response, url: url.to_owned() })
    }

    fn report(&mut self, wanted: Wanted, head: &Headers, block: Vec<u8>, take: Take<'_>) -> ControlFlow<()> {
        let Wanted { response, url } = wanted;
        let (bytes, content_type) = if response {
            let Some(response) = Response::parse(&block) else {
                return self.lost_at(&url, "no HTTP response is in its record".to_owned(), take);
            };
            if !matches!(response.status, 200 | 203) {
                self.pass::<()>(&format!("answers with status {}", response.status));
                return ControlFlow::Continue(());
            }
            let content_type = response.headers.get("content-type").map(str::to_owned);
            if form(&response.headers.media_type().unwrap_or_default()).is_none() {
                self.pass::<()>("answers that are neither pages nor texts");
                return ControlFlow::Continue(());
            }
            match response.body() {
                Ok(body) => (body, content_type),
                Err(why) => return self.lost_at(&url, why.to_string(), take),
            }
        } else {
            (block, head.get("content-type").map(str::to_owned))
        };
        if head.get("warc-truncated").is_some() {
            self.pass::<()>("reports of which the archive has only the beginning, which was read");
        }
        let media = media_type(content_type.as_deref().unwrap_or_default());
        let origin = Origin {
            form: form(&media).unwrap_or_default(),
            content_type,
            name: Some(url.clone()),
            retrieved: head.get("warc-date").and_then(parse_stamp),
            url: Some(url.clone()),
            published: self.opened.origin.published,
            ..Origin::default()
        };
        take(Item::Report(Found { place: self.place(&url), bytes, origin }))
    }

    fn so_far(&self) -> String {
        counted(self.whole, "whole record", "whole records")
    }

    fn pass<T>(&mut self, what: &str) -> Option<T> {
        *self.passed.entry(what.to_owned()).or_default() += 1;
        None
    }

    fn lost(&self, why: String, take: Take<'_>) -> ControlFlow<()> {
        take(Item::Lost(Lost::new(self.opened.place.clone(), why)))
    }

    fn lost_at(&self, url: &str, why: String, take: Take<'_>) -> ControlFlow<()> {
        take(Item::Lost(Lost::new(self.place(url), why)))
    }

    fn place(&self, url: &str) -> String {
        format!("{}#{} {url}", self.opened.place, self.number)
    }
}

/// A record that may hold a report.
struct Wanted {
    /// Whether it has the head of an HTTP response.
    response: bool,
    url: String,
}

/// What bytes of a content type are, if they may be a report.
fn form(media_type: &str) -> Option<Form> {
    match media_type {
        "text/html" | "application/xhtml+xml" => Some(Form::Html),
        "text/plain" => Some(Form::Text),
        "" => Some(Form::Auto),
        _ => None,
    }
}
