//! Feeds and web archives as they come, whole and damaged.
#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

mod feeds;
mod laws;
mod warc;

use std::io::Write;
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use onrecord_intake::{Found, Item, Options};

/// Everything that an input called `in` gives.
fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let _ = onrecord_intake::bytes("in", "in", bytes, &Options::default(), &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    items
}

/// The same, a line each: the text of reports as it is read, or what is told.
fn told(bytes: &[u8]) -> Vec<String> {
    let line = |item: Item| match item {
        Item::Report(found) => format!("{} | {}", found.place, text(&found)),
        Item::Lost(lost) => format!("lost {lost}"),
        Item::Passed(passed) => format!("passed {}: {}", passed.place, passed.what),
    };
    items(bytes).into_iter().map(line).collect()
}

fn text(found: &Found) -> String {
    let article = found.origin.article(&found.bytes).unwrap();
    article.read_blocks().collect::<Vec<_>>().join(" / ")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
