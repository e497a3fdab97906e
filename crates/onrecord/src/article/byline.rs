//! Bylines: who wrote it. "By Ann Vale and Bo Kern, Kolm Post".

/// The words in a byline that are neither names nor joiners between them.
const OFFICES: [&str; 34] = [
    "staff",
    "writer",
    "writers",
    "reporter",
    "reporters",
    "correspondent",
    "correspondents",
    "editor",
    "editors",
    "political",
    "senior",
    "chief",
    "associate",
    "assistant",
    "national",
    "international",
    "diplomatic",
    "business",
    "science",
    "health",
    "security",
    "special",
    "contributor",
    "contributing",
    "columnist",
    "desk",
    "bureau",
    "team",
    "agencies",
    "agency",
    "news",
    "our",
    "own",
    "wire",
];

/// The names in the byline, one each; `None` where the line is no byline.
pub(super) fn byline(line: &str) -> Option<Vec<String>> {
    if line.len() > 160 {
        return None;
    }
    let after = ["By ", "BY ", "by ", "By: ", "Written by ", "Words by ", "Posted by "]
        .iter()
        .find_map(|p| line.strip_prefix(p))?;
    let all_names = after.split_whitespace().all(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.is_empty()
            || word.chars().next().is_some_and(char::is_uppercase)
            || matches!(
                word,
                "and"
                    | "in"
                    | "for"
                    | "of"
                    | "the"
                    | "at"
                    | "with"
                    | "de"
                    | "van"
                    | "von"
                    | "der"
                    | "den"
                    | "al"
                    | "el"
                    | "bin"
                    | "da"
                    | "di"
                    | "la"
                    | "le"
                    | "du"
            )
            || OFFICES.contains(&word.to_lowercase().as_str())
    });
    let ends_like_a_sentence =
        after.ends_with(['?', '!']) || (after.ends_with('.') && after.split_whitespace().count() > 6);
    (all_names && !ends_like_a_sentence && after.split_whitespace().count() <= 20).then(|| names(after))
}

/// The names in a line that gives the day too: "Posted by Ann Vale on July 2, 2013, 6:21 AM".
pub(super) fn dated_byline(line: &str) -> Option<Vec<String>> {
    let opens = ["By ", "BY ", "by ", "Posted by ", "Written by ", "Published by "]
        .iter()
        .find_map(|p| line.strip_prefix(p))?;
    let words = opens.split_whitespace().take(26).count();
    // The date begins at the first number, or at the day or month before it.
    let digit = opens.find(|c: char| c.is_ascii_digit())?;
    let mut names_end = digit;
    for word in opens[..digit].split_whitespace().rev() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let at = opens[..names_end].rfind(word)?;
        if !(bare.is_empty() || bare == "on" || super::date::names_a_day(&bare)) {
            break;
        }
        names_end = at;
    }
    let names_only = opens[..names_end].trim_end().trim_end_matches([',', '|', '-', '–', '—', '•']).trim_end();
    let capitals = names_only.split_whitespace().all(|w| w == "and" || !w.starts_with(char::is_lowercase));
    (words <= 25 && !names_only.is_empty() && capitals && !line.ends_with('.')).then(|| names(names_only))
}

/// Splits "Ann Vale and Bo Kern, Kolm Post" into the persons' names.
///
/// What follows a comma is a name of its own only where it looks like a person's: two to four capitalised words with no
/// office among them, and the list is not one name and its paper.
#[must_use]
pub fn names(list: &str) -> Vec<String> {
    let list = list.trim().trim_end_matches('.');
    let list = ["By ", "by ", "BY "].iter().find_map(|p| list.strip_prefix(p)).unwrap_or(list);
    // "Ann Vale in Kolm", "Ann Vale for the Post": the rest is no name.
    let mut out: Vec<String> = Vec::new();
    let parts = list.split([',', ';', '|', '•', '·', '/', '&']).flat_map(split_and);
    for part in parts {
        let mut part = part;
        for stop in [" in ", " for ", " at ", " of ", " is ", " - ", " – ", " — ", " ("] {
            part = part.split(stop).next().unwrap_or(part);
        }
        let name = part.trim().trim_matches(|c: char| matches!(c, '"' | '\'' | '“' | '”' | ':'));
        if person_like(name) && !out.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            out.push(name.to_owned());
        }
    }
    out
}

fn split_and(part: &str) -> impl Iterator<Item = &str> {
    part.split(" and ").flat_map(|p| p.split(" AND ")).flat_map(|p| p.split(" with "))
}

fn person_like(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let office = words.iter().any(|w| OFFICES.contains(&w.to_lowercase().as_str()));
    let organization = words.iter().any(|w| {
        matches!(
            w.to_lowercase().as_str(),
            "the"
                | "post"
                | "times"
                | "press"
                | "associated"
                | "reuters"
                | "today"
                | "journal"
                | "media"
                | "tv"
                | "magazine"
                | "daily"
                | "radio"
                | "online"
                | "network"
                | "herald"
                | "tribune"
                | "gazette"
                | "guardian"
                | "service"
                | "university"
                | "association"
                | "institute"
                | "politics"
                | "opinion"
                | "world"
                | "admin"
        )
    });
    (2..=5).contains(&words.len())
        && !office
        && !organization
        && !super::agency::is_agency(name)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '‘'))
        && words.first().is_some_and(|w| w.chars().next().is_some_and(char::is_uppercase))
        && words.last().is_some_and(|w| w.chars().next().is_some_and(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::{byline, dated_byline};

    #[test]
    fn dated() {
        for (line, expected) in [
            ("Posted by Ann Vale on July 2, 2013, 6:21 AM EST", Some("Ann Vale")),
            ("By Ann Vale , Bo Kern on Monday, November 18th, 2019 at 11:08 a.m", Some("Ann Vale; Bo Kern")),
            ("by Ann Vale July 2, 2013", Some("Ann Vale")),
            ("By Ann Vale 2013-07-02T20:51:19Z Science", Some("Ann Vale")),
            ("By the end of July 2013 the bridge was open", None),
            ("By 2013 the bridge was open", None),
            ("By Ann Vale", None),
        ] {
            assert_eq!(dated_byline(line).map(|names| names.join("; ")).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn bylines() {
        for (line, expected) in [
            ("By Ann Vale", Some("Ann Vale")),
            ("By ANN VALE and BO O’KERN", Some("ANN VALE; BO O’KERN")),
            ("By Ann Vale, Bo Kern and Cy de la Rue, Kolm Post", Some("Ann Vale; Bo Kern; Cy de la Rue")),
            ("By Ann Vale in Kolm and agencies", Some("Ann Vale")),
            ("By Ann Vale, political correspondent", Some("Ann Vale")),
            ("By Ann Vale, The Associated Press", Some("Ann Vale")),
            ("By our own correspondent", Some("")),
            ("By the time the police came, Ann Vale was gone.", None),
            ("By Tuesday evening the river had risen by two metres", None),
            ("Ann Vale", None),
            ("", None),
        ] {
            assert_eq!(byline(line).map(|names| names.join("; ")).as_deref(), expected, "{line}");
        }
    }
}
