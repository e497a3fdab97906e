//! News agencies, and who else a report names as its own source.

use std::collections::HashSet;
use std::sync::LazyLock;

static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../data/agencies.tsv").lines();
    lines.filter(|l| !l.starts_with('#')).map(str::to_lowercase).collect()
});

/// Whether these words name a news agency.
pub fn is_agency(words: &str) -> bool {
    words.len() <= 40 && NAMES.contains(&words.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
}

/// The first agency among names joined by "and", commas, slashes or semicolons: "Ann Vale, Associated Press".
pub(super) fn agency_among(names: &str) -> Option<String> {
    let whole = names.trim().trim_end_matches('.');
    if is_agency(whole) {
        return Some(whole.to_owned());
    }
    let parts = names.split([',', '/', ';', '|', '(', ')']).flat_map(|part| part.split(" and "));
    parts.map(|part| part.trim().trim_end_matches('.')).find(|part| is_agency(part)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::agency_among;

    #[test]
    fn agencies() {
        for (names, expected) in [
            ("News Agencies", Some("News Agencies")),
            ("Kolm Post and news agencies", Some("news agencies")),
            ("Ann Vale, Associated Press", Some("Associated Press")),
            ("AFP", Some("AFP")),
            ("Reuters.", Some("Reuters")),
            ("Kolm Post", None),
            ("", None),
        ] {
            assert_eq!(agency_among(names).as_deref(), expected, "{names}");
        }
    }
}
