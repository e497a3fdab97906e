//! What came with a report's bytes: with them it can be read, and read again.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Article, Format, Given, Input, ndjson, read};

/// What is known of some bytes besides them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What the bytes are.
    pub form: Form,
    /// The content type that they were sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What the place calls the report; a line of NDJSON may have a better name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The paper, site or station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The writers, a name each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub byline: Vec<String>,
    /// The news agency that it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// The day of publication; one that came in a line of NDJSON stands above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// The day on which it was fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved: Option<Date>,
}

/// What the bytes of a report are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Text or a page, to be told from its beginning.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// A web page.
    Html,
    /// A line of NDJSON.
    Line,
}

impl Origin {
    /// The article that the bytes hold.
    ///
    /// # Errors
    /// Why they hold none, in words for a person.
    pub fn article(&self, bytes: &[u8]) -> Result<Article, String> {
        let line;
        let input = match self.form {
            Form::Line => {
                let text = std::str::from_utf8(bytes)
                    .map_err(|error| format!("no JSON: byte {} is not UTF-8", error.valid_up_to() + 1))?;
                line = ndjson::parse(text).map_err(|error| error.to_string())?;
                let mut input = line.input();
                let given = &mut input.given;
                given.name = given.name.take().or_else(|| self.name.clone());
                given.url = given.url.take().or_else(|| self.url.clone());
                given.published = given.published.or(self.published);
                given.retrieved = given.retrieved.or(self.retrieved);
                input
            }
            form => Input {
                bytes,
                format: match form {
                    Form::Text => Format::Text,
                    Form::Html => Format::Html,
                    Form::Auto | Form::Line => Format::Auto,
                },
                content_type: self.content_type.as_deref(),
                given: Given {
                    name: self.name.clone(),
                    url: self.url.clone(),
                    title: self.title.clone(),
                    published: self.published,
                    publisher: self.publisher.clone(),
                    byline: self.byline.clone(),
                    agency: self.agency.clone(),
                    retrieved: self.retrieved,
                },
            },
        };
        read(&input).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn it_is_kept_as_json_without_what_it_lacks() {
        let bare = Origin { form: Form::Line, ..Origin::default() };
        assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"form":"line"}"#);
        let full = Origin {
            form: Form::Html,
            content_type: Some("text/html".to_owned()),
            name: Some("tram".to_owned()),
            url: Some("https://courier.example/tram".to_owned()),
            title: Some("Tram".to_owned()),
            publisher: Some("Courier".to_owned()),
            byline: vec!["Ida Brandt".to_owned()],
            agency: Some("Reuters".to_owned()),
            published: Some(date(2024, 5, 14)),
            retrieved: Some(date(2024, 5, 15)),
        };
        for origin in [bare, full] {
            let json = serde_json::to_string(&origin).unwrap();
            assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), origin);
        }
    }

    #[test]
    fn what_a_line_says_stands_above_what_came_with_it() {
        let origin = Origin {
            form: Form::Line,
            name: Some("corpus".to_owned()),
            published: Some(date(2024, 1, 1)),
            ..Origin::default()
        };
        let bare = origin.article(br#"{"text": "The mayor said no."}"#).unwrap();
        assert_eq!((bare.name.as_deref(), bare.published), (Some("corpus"), Some(date(2024, 1, 1))));
        let own = origin.article(br#"{"id": 7, "published": "2024-05-14", "text": "The mayor said no."}"#).unwrap();
        assert_eq!((own.name.as_deref(), own.published), (Some("7"), Some(date(2024, 5, 14))));
        assert_eq!(origin.article(b"[1]").unwrap_err(), ndjson::parse("[1]").unwrap_err().to_string());
    }
}
