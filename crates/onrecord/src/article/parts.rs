//! What pages call their parts: the words of `class`, `id` and the like, and what they mean.
//!
//! The names are in `data/page-parts.tsv`, which says how they are written.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::dom::Node;

/// What the names of an element say that it is; several may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(u16);

impl Parts {
    /// Menus, teasers, advertisements, buttons.
    pub(super) const FURNITURE: Parts = Parts(1);
    /// What readers wrote.
    pub(super) const COMMENTS: Parts = Parts(2);
    /// The words under a picture, and whose it is.
    pub(super) const CAPTION: Parts = Parts(4);
    /// Who wrote it.
    pub(super) const CREDIT: Parts = Parts(8);
    /// When it was published.
    pub(super) const DATE: Parts = Parts(16);
    /// The summary under the headline.
    pub(super) const STANDFIRST: Parts = Parts(32);
    /// The headline.
    pub(super) const HEADLINE: Parts = Parts(64);
    /// The body of the report.
    pub(super) const BODY: Parts = Parts(128);
    /// A passage of the body, repeated in large type.
    pub(super) const PULLQUOTE: Parts = Parts(256);

    /// Furniture that no report was ever in: footers, menus, notices about cookies.
    pub(super) const NEVER: Parts = Parts(512);

    /// Whether any of `other` holds.
    pub(super) fn any(self, other: Parts) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub(super) fn with(self, other: Parts) -> Parts {
        Parts(self.0 | other.0)
    }
}

/// What the names of an element say.
pub(super) fn parts(node: &Node) -> Parts {
    let mut out = Parts::default();
    for (name, value) in &node.attributes {
        if matches!(&**name, "class" | "id" | "role" | "itemprop" | "data-testid" | "data-component")
            && value.len() < 2000
        {
            read(value, &mut out);
        }
    }
    out
}

/// Every run of one to three words of each name is looked up. What a name says that the part merely has
/// ("has-section-nav", "content-with-sidebar") is not what it is.
fn read(value: &str, out: &mut Parts) {
    for name in value.split_whitespace() {
        let mut words = words(name);
        let has = words.iter().position(|word| matches!(word.as_str(), "has" | "with" | "without"));
        words.truncate(has.unwrap_or(words.len()));
        look_up(&words, out);
    }
}

fn look_up(words: &[String], out: &mut Parts) {
    let table = &*TABLE;
    let mut run = String::new();
    for start in 0..words.len() {
        run.clear();
        for word in &words[start..words.len().min(start + 3)] {
            if !run.is_empty() {
                run.push('-');
            }
            run.push_str(word);
            if let Some(part) = table.get(run.as_str()) {
                *out = out.with(*part);
            }
        }
    }
}

/// An attribute's words in small letters: "ArticleBody_main-text" is article, body, main, text.
fn words(value: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before_lower = false;
    for c in value.chars() {
        if !word.is_empty() && (!c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before_lower)) {
            out.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before_lower = c.is_ascii_lowercase();
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

static TABLE: LazyLock<HashMap<&'static str, Parts>> = LazyLock::new(|| {
    let lines = include_str!("../../data/page-parts.tsv").lines().filter(|l| !l.starts_with('#'));
    let mut table: HashMap<&str, Parts> = HashMap::new();
    for (part, name) in lines.filter_map(|l| l.split_once('\t')) {
        let part = match part {
            "comments" => Parts::COMMENTS,
            "caption" => Parts::CAPTION,
            "credit" => Parts::CREDIT,
            "date" => Parts::DATE,
            "standfirst" => Parts::STANDFIRST,
            "headline" => Parts::HEADLINE,
            "body" => Parts::BODY,
            "pullquote" => Parts::PULLQUOTE,
            "never" => Parts::NEVER,
            _ => Parts::FURNITURE,
        };
        let entry = table.entry(name).or_default();
        *entry = entry.with(part);
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: Parts) {
        let mut got = Parts::default();
        read(value, &mut got);
        assert_eq!(got, expected, "{value}");
    }

    #[test]
    fn names() {
        check("RelatedStories_box", Parts::FURNITURE);
        check("articleBody", Parts::BODY);
        check("c-article-body u-wide", Parts::BODY);
        check("wp-caption-text", Parts::CAPTION);
        check("post-1234 category-news adventure", Parts::default());
        check("comments-area", Parts::COMMENTS);
        check("has-section-nav content-with-sidebar-wrp", Parts::default());
        check("", Parts::default());
    }
}
