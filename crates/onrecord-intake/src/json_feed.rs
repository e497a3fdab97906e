//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>), item by item.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Whether an input begins like a JSON Feed.
pub(crate) fn is_feed(start: &[u8]) -> bool {
    let start = start.strip_prefix(crate::open::BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    // The version is wherever the writer put it; that address occurs in nothing else that is JSON from its beginning.
    let names = |start: &[u8], words: &[u8]| start.windows(words.len()).any(|window| window == words);
    start.starts_with(b"{")
        && names(start, b"\"version\"")
        && ["//jsonfeed.org/version/", "//www.jsonfeed.org/version/", "\\/\\/jsonfeed.org\\/version\\/"]
            .iter()
            .any(|it| names(start, it.as_bytes()))
}

/// Hands on each item as a feed of its own: what stands before the items, and the item.
///
/// # Errors
/// If the bytes are no JSON object with items. What came before the error was handed on. `take` ends it by its `false`,
/// which is no error.
pub(crate) fn go_through(bytes: impl Read, take: &mut dyn FnMut(Value) -> bool) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_reader(bytes);
    let mut feed = Feed { head: Map::new(), take, stopped: false };
    match deserializer.deserialize_map(&mut feed).and_then(|()| deserializer.end()) {
        Err(_) if feed.stopped => Ok(()),
        done => done,
    }
}

struct Feed<'a> {
    head: Map<String, Value>,
    take: &'a mut dyn FnMut(Value) -> bool,
    stopped: bool,
}

impl<'de> Visitor<'de> for &mut Feed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "items" {
                map.next_value_seed(Items(self))?;
            } else if matches!(name.as_str(), "version" | "title" | "author" | "authors" | "language" | "home_page_url")
            {
                let value = map.next_value()?;
                self.head.insert(name, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Items<'a, 'b>(&'a mut Feed<'b>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(mut item) = items.next_element::<Value>()? {
            // The standard asks readers to take numbers for ids.
            if let Some(id) = item.get_mut("id").filter(|id| id.is_number()) {
                *id = Value::String(id.to_string());
            }
            let mut alone = self.0.head.clone();
            alone.insert("items".to_owned(), Value::Array(vec![item]));
            if !(self.0.take)(Value::Object(alone)) {
                self.0.stopped = true;
                return Err(A::Error::custom("nobody wants more"));
            }
        }
        Ok(())
    }
}
