//! Datelines: "KYIV, April 9 (Reuters) —", which open a report with where it was filed, when, and by which agency.

use super::agency::is_agency;

/// What the words of a dateline say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    /// Its length in bytes, with the dash, without the white space after it.
    pub(super) len: usize,
    /// The place, as written.
    pub(super) place: Option<String>,
    /// The agency, as written.
    pub(super) agency: Option<String>,
    /// The words between place and agency, where a date stands.
    pub(super) date: Option<String>,
}

/// The dateline that a paragraph opens with.
///
/// Without an agency's name in brackets, only a place in capitals before a dash is believed: "LIMA — Rescuers …".
pub(super) fn prefix(paragraph: &str) -> Option<Prefix> {
    let limit = paragraph.char_indices().nth(100).map_or(paragraph.len(), |(at, _)| at);
    let head = &paragraph[..limit];
    let bracket = head.find('(').filter(|at| *at < 70);
    if let Some(open) = bracket
        && let Some(length) = head[open..].find(')')
    {
        let inner = &head[open + 1..open + length];
        let close = open + length + 1;
        let agency = inner.split(['/', ',']).map(str::trim).find(|name| is_agency(name));
        let outlet = agency.is_some() || (inner.len() >= 2 && inner.chars().all(|c| c.is_uppercase() || c == ' '));
        let (place, date) = place_and_date(head[..open].trim());
        let dash = dash_at(&head[close..]);
        if outlet
            && (place.is_some() || open == 0)
            && (dash.is_some() || (agency.is_some() && open > 0) || inner == "CNN")
        {
            let len = close + dash.unwrap_or(0);
            // Something must follow, or the line is no dateline but a credit.
            if !paragraph[len..].trim().is_empty() {
                return Some(Prefix { len, place, agency: agency.map(str::to_owned), date });
            }
        }
    }
    let (at, dash) = first_dash(head)?;
    let before = head[..at].trim_end();
    let (place, date) = place_and_date(before);
    let place = place.filter(|p| capitals(p))?;
    let rest = paragraph[at + dash..].trim_start();
    let opens = rest.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric() || "“\"'‘".contains(c));
    (opens && !before.is_empty()).then(|| Prefix { len: at + dash, place: Some(place), agency: None, date })
}

/// The dash right after the brackets, white space before it counted.
fn dash_at(text: &str) -> Option<usize> {
    let space = text.len() - text.trim_start().len();
    let rest = &text[space..];
    let dashes =
        rest.chars().take_while(|c| matches!(c, '-' | '–' | '—' | '―' | ':')).map(char::len_utf8).sum::<usize>();
    (dashes > 0).then_some(space + dashes)
}

/// The first dash that parts words: a long one, or a short one between spaces.
fn first_dash(head: &str) -> Option<(usize, usize)> {
    let bytes = head.as_bytes();
    head.char_indices().find_map(|(at, c)| match c {
        '—' | '–' | '―' => Some((at, c.len_utf8())),
        '-' if bytes.get(at + 1) == Some(&b'-') => Some((at, 2)),
        '-' if at > 0 && bytes[at - 1] == b' ' && bytes.get(at + 1) == Some(&b' ') => Some((at, 1)),
        _ => None,
    })
}

/// "NEW DELHI, India, April 9" as the place and the date. No place where the words are those of a sentence.
fn place_and_date(words: &str) -> (Option<String>, Option<String>) {
    let mut place: Vec<&str> = Vec::new();
    let mut date = None;
    for part in words.split(',').map(str::trim) {
        let dated = part.bytes().any(|b| b.is_ascii_digit());
        if dated {
            date.get_or_insert_with(|| part.to_owned());
            continue;
        }
        let named = part.split([' ', '/', '-']).all(|w| {
            w.chars().next().is_some_and(char::is_uppercase)
                || matches!(w, "de" | "del" | "la" | "al" | "of" | "and" | "on" | "upon")
        });
        if !named || part.split(' ').count() > 4 {
            return (None, None);
        }
        place.push(part);
    }
    let first = place.first().copied().unwrap_or_default();
    let believable = first.chars().filter(|c| c.is_alphabetic()).count() >= 4 && place.len() <= 3;
    (believable.then(|| place.join(", ")), date)
}

/// Whether the first part of the place is in capitals and is no shout ("BREAKING — …").
fn capitals(place: &str) -> bool {
    const SHOUTS: [&str; 16] = [
        "BREAKING",
        "UPDATE",
        "UPDATED",
        "EXCLUSIVE",
        "WATCH",
        "LIVE",
        "OPINION",
        "ANALYSIS",
        "VIDEO",
        "PHOTOS",
        "NOTE",
        "WARNING",
        "CORRECTION",
        "CLARIFICATION",
        "READ",
        "FILE",
    ];
    let city = place.split(',').next().unwrap_or_default();
    // "ON THE MAYOR'S AGENDA —" heads an item of a digest; only The Hague has an article.
    let heading = city.contains(['\'', '’'])
        || (city != "THE HAGUE"
            && city
                .split(' ')
                .any(|w| matches!(w, "THE" | "A" | "AN" | "ON" | "IN" | "FOR" | "WITH" | "NO" | "NOT" | "IS")));
    city.chars().all(|c| !c.is_lowercase()) && !heading && !SHOUTS.contains(&city.split(' ').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::prefix;

    /// The expected dateline, with its place and agency after bars; empty for none.
    fn check(paragraph: &str, expected: &str) {
        let got = prefix(paragraph).map_or(String::new(), |p| {
            let or_dash = |words: &Option<String>| words.clone().unwrap_or("-".to_owned());
            format!("{} | {} | {}", &paragraph[..p.len], or_dash(&p.place), or_dash(&p.agency))
        });
        assert_eq!(got, expected, "{paragraph}");
    }

    #[test]
    fn datelines() {
        check("KOLM, April 9 (Reuters) — The mayor said no.", "KOLM, April 9 (Reuters) — | KOLM | Reuters");
        check("KOLM (Reuters) - The mayor said no.", "KOLM (Reuters) - | KOLM | Reuters");
        check("NEW KOLM, Calif. — The mayor said no.", "NEW KOLM, Calif. — | NEW KOLM, Calif. | -");
        check("KOLM, Norland, 2 July (AFP) – A quake", "KOLM, Norland, 2 July (AFP) – | KOLM, Norland | AFP");
        check("KOLM/PARIS — “No,” she said.", "KOLM/PARIS — | KOLM/PARIS | -");
        check("Washington (CNN)The mayor said no.", "Washington (CNN) | Washington | -");
        check("(CNN) -- The mayor said no.", "(CNN) -- | - | -");
        check("(Reuters) - The mayor said no.", "(Reuters) - | - | Reuters");
        check("KOLM (AP) The mayor said no.", "KOLM (AP) | KOLM | AP");
        check("THE HAGUE — Judges said no.", "THE HAGUE — | THE HAGUE | -");
        for none in [
            "AN EARTHQUAKE killed six children.",
            "BREAKING — Police say one man is dead.",
            "The mayor (AP) said no.",
            "The mayor — a former judge — said no.",
            "He told Agence France-Presse (AFP) that 24 had died.",
            "Ann Vale (D-Kolm) said no.",
            "NATO (AFP)",
            "GDP — the sum of all goods — fell.",
            "ON THE MAYOR’S AGENDA - A bridge and a road.",
            "",
        ] {
            check(none, "");
        }
    }
}
