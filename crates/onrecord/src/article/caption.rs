//! Captions: the words under a picture, known by the credit that closes them.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::agency::is_agency;

static CREDITS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/photo-credits.tsv").lines().filter(|l| !l.starts_with('#')).collect());

/// Whether the line is a caption: it ends in "[Ann Vale/Reuters]", "(AP Photo/Ann Vale)", "| GETTY" or "REUTERS/Ann Vale".
pub(super) fn is_caption(line: &str) -> bool {
    let line = line.trim();
    if line.split_whitespace().nth(70).is_some() {
        return false;
    }
    let lower = line.get(..12).unwrap_or(line).to_lowercase();
    if lower.starts_with("file photo:") || lower.starts_with("image caption") {
        return true;
    }
    // "In this April 9, 2025, file photo, made available by the city, Ann Vale speaks in Kolm."
    if lower.starts_with("in this ") && line.split(' ').take(12).any(|w| w.trim_end_matches([',', '.']) == "photo") {
        return true;
    }
    if let Some(inner) = line.strip_suffix(']')
        && let Some(open) = inner.rfind('[')
    {
        let credit = &inner[open + 1..];
        let unfinished = !inner[..open].trim_end().ends_with(['.', '!', '?', '”', '"', ',']);
        // A digest closes its items with their source in the same brackets: "[Ann Vale, AP]".
        let whose = credit.contains('/') || credit.to_lowercase().contains("photo") || unfinished;
        return whose && (is_credit(credit) || (open > 0 && unfinished && credit.contains('/') && capitalised(credit)));
    }
    let bare = line.trim_end_matches('.');
    if let Some(inner) = bare.strip_suffix(')')
        && let Some(open) = inner.rfind('(')
    {
        let credit = &inner[open + 1..];
        let opening = credit.split([':', ' ']).next().unwrap_or_default().to_lowercase();
        let labelled = matches!(opening.as_str(), "photo" | "photos" | "image" | "picture" | "credit" | "photograph");
        return credit.contains('/') && is_credit(credit) || (labelled && (credit.contains(':') || opening == "photo"));
    }
    if let Some((_, credit)) = line.rsplit_once('|') {
        return credit.split_whitespace().count() <= 6 && is_credit(credit);
    }
    // "… in Kolm. REUTERS/Ann Vale"
    let last: Vec<&str> = bare.split_whitespace().rev().take(5).collect();
    last.iter().any(|word| {
        let agency = word.split_once('/').map(|(agency, _)| agency);
        agency.is_some_and(|a| a.len() > 2 && is_agency(a) && a.chars().all(|c| !c.is_lowercase()))
    })
}

/// Whether a picture's credit: an agency or a photo service among its parts.
fn is_credit(words: &str) -> bool {
    let parts = words.split(['/', ',', ':', ';', '|', '-', '–']).map(str::trim);
    words.split_whitespace().count() <= 12
        && parts.flat_map(|part| std::iter::once(part).chain(part.split(' '))).any(|part| {
            is_agency(part) && part.chars().next().is_some_and(char::is_uppercase)
                || CREDITS.contains(part.to_lowercase().as_str()) && part.chars().next().is_some_and(char::is_uppercase)
        })
}

fn capitalised(words: &str) -> bool {
    words.split([' ', '/']).all(|w| w.chars().next().is_none_or(|c| !c.is_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::is_caption;

    #[test]
    fn captions() {
        for caption in [
            "A man passes burned cars in Kolm [Ann Vale/Reuters]",
            "Ann Vale leaves the court, Kolm, 2 July (AP Photo/Bo Kern)",
            "Smoke over the harbour (Ann Vale/AFP/Getty Images)",
            "Ann Vale said no to the plan. | REUTERS",
            "Ann Vale leaves the court in Kolm, April 9, 2025. REUTERS/Bo Kern",
            "FILE PHOTO: Ann Vale leaves the court",
            "In this April 9, 2025, file photo, made available by the city, Ann Vale speaks in Kolm.",
            "The harbour of Kolm (Photo by Ann Vale)",
            "The harbour of Kolm (Image: GETTY )",
        ] {
            assert!(is_caption(caption), "{caption}");
        }
        for text in [
            "He said the party (Labour/Green) had lost.",
            "“We will not [give in],” she said [to the panel].",
            "He told the agency (AFP) that 24 had died. (Reuters)",
            "The bill, he said, was dead (R-Kolm)",
            "The vote was 12/13.",
            "The mayor said no to the bridge. [Ann Vale, AP]",
            "",
        ] {
            assert!(!is_caption(text), "{text}");
        }
    }
}
