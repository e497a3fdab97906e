//! How pages word what the record has codes for.

use jiff::Timestamp;
use onrecord::grouped;
use onrecord::record::{Act, BlockKind, Bound, Certainty, Quantity};
use onrecord_ledger::Stance;

/// What somebody does: "asserts".
pub(crate) fn does(act: &Option<Act>) -> &'static str {
    match act {
        None => "says",
        Some(Act::Assert) => "asserts",
        Some(Act::Confirm) => "confirms",
        Some(Act::Deny) => "denies",
        Some(Act::Doubt) => "doubts",
        Some(Act::Believe) => "believes",
        Some(Act::Intend) => "intends",
        Some(Act::Request) => "requests",
        Some(Act::Ask) => "asks",
        Some(Act::Accuse) => "accuses",
        Some(Act::Support) => "supports",
        Some(Act::Oppose) => "opposes",
        Some(Act::Decline) => "declines to say",
    }
}

/// What somebody does, as one of all acts.
pub(crate) fn does_one(act: &Act) -> &'static str {
    does(&Some(*act))
}

/// The class that an act is drawn by.
pub(crate) fn stance(act: &Option<Act>) -> &'static str {
    match act {
        Some(Act::Deny | Act::Oppose) => "denies",
        Some(Act::Doubt | Act::Ask) => "doubts",
        Some(Act::Decline) => "declines",
        _ => "asserts",
    }
}

/// The class that a block is drawn by.
pub(crate) fn kind(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::Headline => "headline",
        BlockKind::Standfirst => "standfirst",
        BlockKind::Paragraph => "paragraph",
        BlockKind::ListItem => "item",
        BlockKind::Quote => "quote",
        BlockKind::Caption => "caption",
        BlockKind::Credit => "credit",
        BlockKind::Dateline => "dateline",
        BlockKind::Boilerplate => "boilerplate",
    }
}

/// "at least 12 boats", "3 to 5 %".
pub(crate) fn quantity(quantity: &Quantity) -> String {
    figure(&quantity.value, &quantity.to, &quantity.bound, &quantity.of, &quantity.vague)
}

/// A number with its bound and what it counts.
pub(crate) fn figure(value: &f64, to: &Option<f64>, bound: &Bound, of: &Option<String>, vague: &bool) -> String {
    let to = to.map(|to| format!(" to {}", number(to))).unwrap_or_default();
    let of = of.as_ref().map(|of| format!(" {of}")).unwrap_or_default();
    let vague = if *vague { " (an order of magnitude)" } else { "" };
    format!("{}{}{to}{of}{vague}", bound.words(), number(*value))
}

/// "1 report", "2 reports".
pub(crate) fn reports(number: &u32) -> String {
    few(number, "report", "reports")
}

/// "1 origin", "2 independent origins".
pub(crate) fn origins(number: &u32) -> String {
    few(number, "origin", "independent origins")
}

/// "1 contradiction", "2 contradictions".
pub(crate) fn contradictions(number: &u32) -> String {
    few(number, "contradiction", "contradictions")
}

/// Where on its report's page a claim stands: `s17` of `s17.2`.
pub(crate) fn anchor(claim: &str) -> &str {
    claim.split('.').next().unwrap_or(claim)
}

/// No act in particular.
pub(crate) const NO_ACT: &Option<Act> = &None;

/// How sure a source is: "certainly so".
pub(crate) fn sure(certainty: &Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certainly so",
        Certainty::Probable => "probably so",
        Certainty::Possible => "possibly so",
        Certainty::CertainNot => "certainly not so",
        Certainty::ProbableNot => "probably not so",
        Certainty::PossibleNot => "possibly not so",
        Certainty::Uncommitted => "not committed",
    }
}

/// How somebody stands to a matter.
pub(crate) fn stands(stance: &Stance) -> &'static str {
    match stance {
        Stance::Asserts => "asserts",
        Stance::Denies => "denies",
        Stance::Doubts => "doubts",
        Stance::Unknown => "leaves it open",
    }
}

/// The class that a stance is drawn by.
pub(crate) fn stands_class(stance: &Stance) -> &'static str {
    match stance {
        Stance::Asserts => "asserts",
        Stance::Denies => "denies",
        Stance::Doubts => "doubts",
        Stance::Unknown => "declines",
    }
}

/// A number with its thousands set apart: "12,400", "4.5".
pub(crate) fn number(value: f64) -> String {
    let written = if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value}") };
    let (sign, digits) = written.strip_prefix('-').map_or(("", written.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    format!("{sign}{}{}", grouped(whole), fraction.map(|part| format!(".{part}")).unwrap_or_default())
}

/// "1 report", "2 reports".
pub(crate) fn count(number: &u64, one: &str, many: &str) -> String {
    format!("{} {}", self::number(*number as f64), if *number == 1 { one } else { many })
}

/// The same of a smaller number.
pub(crate) fn few(number: &u32, one: &str, many: &str) -> String {
    count(&u64::from(*number), one, many)
}

/// A moment, in seconds since 1970: "2025-04-09 13:05 UTC".
pub(crate) fn moment(seconds: &i64) -> String {
    let at = Timestamp::from_second(*seconds);
    at.map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// A part of 1 in hundredths: "93 %".
pub(crate) fn percent(part: &f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// A text as a part of an address's question.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The last part of where a report was found: "tram.txt" of "/home/ida/tram.txt".
pub(crate) fn file(place: &str) -> &str {
    place.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or(place)
}

/// A web address, if it is one that may be followed.
pub(crate) fn link(url: &Option<String>) -> Option<&str> {
    let url = url.as_deref()?;
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    matches!(scheme.as_str(), "http" | "https").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (value, expected) in [
            (0.0, "0"),
            (7.0, "7"),
            (155.0, "155"),
            (1200.0, "1,200"),
            (1_234_567.5, "1,234,567.5"),
            (-4000.0, "−4,000"),
        ] {
            assert_eq!(number(value), expected);
        }
        assert_eq!(
            (count(&1, "report", "reports"), few(&2, "report", "reports")),
            ("1 report".into(), "2 reports".into())
        );
    }

    #[test]
    fn addresses() {
        assert_eq!(encoded("Ada Quill & Ø"), "Ada%20Quill%20%26%20%C3%98");
        for (url, expected) in [
            ("https://a.example/x", true),
            ("HTTP://a.example", true),
            ("javascript:alert(1)//://", false),
            ("data:text/html,x", false),
            ("/x", false),
        ] {
            assert_eq!(link(&Some(url.to_owned())).is_some(), expected, "{url}");
        }
    }
}
