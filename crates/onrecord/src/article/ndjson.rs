//! NDJSON: one report a line.
//!
//! `{"id", "text" or "html", "title", "published", "publisher", "byline", "url"}`, all but the text optional, `byline` a
//! string or a list of strings; other fields are passed over.

use std::fmt;

use serde_json::Value;

use super::{Format, Given, Input, byline, date};

/// One line's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What came with the report; its name is the line's `id`.
    pub given: Given,
    /// Whether [`Line::body`] is text or HTML.
    pub format: Format,
    /// The text or the page.
    pub body: String,
}

impl Line {
    /// The report as input for [`read`](super::read).
    #[must_use]
    pub fn input(&self) -> Input<'_> {
        Input {
            bytes: self.body.as_bytes(),
            format: self.format,
            content_type: Some("charset=utf-8"),
            given: self.given.clone(),
        }
    }
}

/// Why a line could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineError {
    /// It is no JSON: what the parser says.
    Json(String),
    /// It is JSON, but no object.
    NotAnObject,
    /// It has neither `text` nor `html`, or both.
    Body,
    /// A field has the wrong type.
    Field {
        /// Which field.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::Json(why) => write!(f, "no JSON: {why}"),
            LineError::NotAnObject => f.write_str("no JSON object; a line must be {\"text\": …} or {\"html\": …}"),
            LineError::Body => f.write_str("a line must have one of \"text\" and \"html\""),
            LineError::Field { name, expected } => write!(f, "\"{name}\" must be {expected}"),
        }
    }
}

impl std::error::Error for LineError {}

/// Reads one line.
///
/// # Errors
/// If it is no JSON object with one of `text` and `html`, or a field of it has the wrong type.
pub fn parse(line: &str) -> Result<Line, LineError> {
    let value: Value = serde_json::from_str(line).map_err(|error| LineError::Json(error.to_string()))?;
    let Value::Object(fields) = value else { return Err(LineError::NotAnObject) };
    let string = |name: &'static str| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(s)) => Ok(Some(s.clone())),
        Some(_) => Err(LineError::Field { name, expected: "a string" }),
    };
    let filled = |name| string(name).map(|s| s.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()));
    let (format, body) = match (string("text")?, string("html")?) {
        (Some(text), None) => (Format::Text, text),
        (None, Some(html)) => (Format::Html, html),
        _ => return Err(LineError::Body),
    };
    let name = match fields.get("id") {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => filled("id")?,
    };
    // A date that cannot be told ("9/8/14", "soon") is left empty: it must not cost the report.
    let published = filled("published")?.and_then(|stamp| date::parse_stamp(&stamp));
    let byline = match fields.get("byline") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(names)) => byline::names(names),
        Some(Value::Array(names)) => {
            let wrong = LineError::Field { name: "byline", expected: "a string or a list of strings" };
            let names: Option<Vec<String>> = names.iter().map(|n| n.as_str().map(|s| s.trim().to_owned())).collect();
            names.ok_or(wrong)?.into_iter().filter(|n| !n.is_empty()).collect()
        }
        Some(_) => return Err(LineError::Field { name: "byline", expected: "a string or a list of strings" }),
    };
    let given = Given {
        name,
        url: filled("url")?,
        title: filled("title")?,
        published,
        publisher: filled("publisher")?,
        byline,
        agency: None,
        retrieved: None,
    };
    Ok(Line { given, format, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let line = parse(r#"{"id":"a1","text":"No.","published":"2025-04-09T08:00Z","byline":["Ann Vale"],"more":1}"#)
            .unwrap();
        assert_eq!((line.body.as_str(), line.format), ("No.", Format::Text));
        assert_eq!(line.given.name.as_deref(), Some("a1"));
        assert_eq!(line.given.published, "2025-04-09".parse().ok());
        assert_eq!(line.given.byline, ["Ann Vale"]);
        let line = parse(r#"{"id":7,"html":"<p>No.","byline":"Ann Vale and Bo Kern","url":null,"title":" "}"#).unwrap();
        assert_eq!((line.given.name.as_deref(), line.format, line.given.title), (Some("7"), Format::Html, None));
        assert_eq!(line.given.byline, ["Ann Vale", "Bo Kern"]);
        for unclear in ["9/8/14", "soon", ""] {
            let line = parse(&format!(r#"{{"text":"No.","published":"{unclear}"}}"#)).unwrap();
            assert_eq!(line.given.published, None, "{unclear}");
        }
    }

    #[test]
    fn bad_lines_say_why() {
        for (line, expected) in [
            ("", "no JSON: EOF while parsing a value at line 1 column 0"),
            ("[1]", "no JSON object; a line must be {\"text\": …} or {\"html\": …}"),
            ("{\"id\":\"a\"}", "a line must have one of \"text\" and \"html\""),
            ("{\"text\":\"a\",\"html\":\"b\"}", "a line must have one of \"text\" and \"html\""),
            ("{\"text\":1}", "\"text\" must be a string"),
            ("{\"text\":\"a\",\"published\":1}", "\"published\" must be a string"),
            ("{\"text\":\"a\",\"byline\":[1]}", "\"byline\" must be a string or a list of strings"),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), expected, "{line}");
        }
    }
}
