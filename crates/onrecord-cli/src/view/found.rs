//! What was found in a ledger: for each claim a line of who, when and how, and beneath it the words.

use anstyle::Style;
use onrecord::record::Act;
use onrecord_ledger::{COUNTED, Found, Results, Source};

use super::styled::Styled;
use super::table::{joined, sure};
use super::{Look, entities, faint, hanging, palette, plain};
use crate::account::grouped;

/// Columns of a day and the space after it.
const DAY: usize = 12;

/// The claims that were found, and how many there are.
pub(crate) fn results(results: &Results, look: Look) -> String {
    let mut out = String::new();
    for found in &results.claims {
        claim(found, look, &mut out);
    }
    faint(&count(results.total, results.claims.len())).write(look.color, &mut out);
    out
}

/// What a source has said: how often which act, then the claims.
pub(crate) fn source(source: &Source, look: Look) -> String {
    let mut out = String::new();
    match (&source.entity, source.others.is_empty()) {
        (None, false) => {
            let which = format!("{} may be one of these; name one by its id:", source.name);
            look.paragraph("", "", &plain(&which), &mut out);
            source.others.iter().for_each(|other| entities::write(other, look, &mut out));
            return out;
        }
        (Some(entity), nobody_else) => {
            entities::write(entity, look, &mut out);
            if !nobody_else {
                let others = source.others.iter().map(|other| format!("{} ({})", other.name, other.id));
                let not = format!("not {}", others.collect::<Vec<_>>().join(", "));
                look.paragraph("", "  ", &faint(&not), &mut out);
            }
            out.push('\n');
        }
        (None, true) => {}
    }
    let acts = source.acts.iter().map(|(act, count)| match act {
        Some(act) => format!("{} {}", act.name(), up_to(*count)),
        None => format!("no act told {}", up_to(*count)),
    });
    let head = Styled::default()
        .with(&source.name, palette::SOURCE)
        .and(&plain("  "))
        .and(&plain(&acts.collect::<Vec<_>>().join(" · ")));
    look.paragraph("", "  ", &head, &mut out);
    out.push_str(&results(&source.results, look));
    if !source.by_office.is_empty() {
        let whose = "By an office held then, in reports that do not name the holder:";
        out.push('\n');
        look.paragraph("", "", &plain(whose), &mut out);
        source.by_office.iter().for_each(|found| claim(found, look, &mut out));
    }
    out
}

fn claim(found: &Found, look: Look, out: &mut String) {
    let denied = found.act == Some(Act::Deny);
    let act = found.act.map_or(Styled::default(), |act| {
        Styled::default().with(act.name(), if denied { palette::DENIAL } else { Style::new() })
    });
    let who = if found.statement.is_none() {
        faint("in its own voice")
    } else if found.chain.is_empty() {
        faint("nobody named")
    } else {
        let mut who = Styled::default();
        for (index, name) in found.chain.iter().enumerate() {
            if index > 0 {
                who.push(" ← ", palette::FAINT);
            }
            who.push(name, palette::SOURCE);
        }
        who
    };
    let paper = found.publisher.as_deref().or(found.title.as_deref()).unwrap_or(&found.place);
    let parts = [
        who,
        act,
        faint(&format!("{paper}, {}", found.report)),
        faint(&found.id),
        faint(found.matter.as_deref().unwrap_or_default()),
    ];
    let first = plain(found.day.as_deref().unwrap_or("no day")).padded(DAY);
    let indent = plain(&" ".repeat(DAY));
    let mut lines = hanging(&first, &indent, &joined(parts.iter()), look.measure());
    if found.act != Some(Act::Decline) {
        let sure = sure(found.certainty);
        let beneath = plain(&" ".repeat(DAY - sure.width().min(DAY))).and(&sure);
        let style = if denied { palette::DENIAL } else { Style::new() };
        lines.extend(hanging(&beneath, &indent, &Styled::default().with(&found.text, style), look.measure()));
    }
    for line in lines {
        line.write(look.color, out);
    }
}

/// "7 claims", "20 of 143 claims".
fn count(total: u64, shown: usize) -> String {
    let claims = if total == 1 { "claim" } else { "claims" };
    if total == shown as u64 {
        format!("{} {claims}", grouped(total))
    } else {
        format!("{} of {} {claims}; --limit shows more", grouped(shown as u64), up_to(total))
    }
}

fn up_to(total: u64) -> String {
    if total >= COUNTED { format!("{} or more", grouped(total)) } else { grouped(total) }
}

#[cfg(test)]
mod tests {
    use onrecord::record::{Certainty, CodePoints};

    use super::*;

    fn found(id: &str, chain: &[&str], act: Option<Act>, text: &str) -> Found {
        Found {
            id: id.to_owned(),
            statement: id.starts_with('s').then(|| id.split('.').next().unwrap().to_owned()),
            report: "d7".to_owned(),
            matter: act.map(|_| "C3".to_owned()),
            day: Some("2024-05-14".to_owned()),
            chain: chain.iter().map(|&name| name.to_owned()).collect(),
            act,
            certainty: act.filter(|act| *act != Act::Decline).map(|_| Certainty::CertainNot),
            text: text.to_owned(),
            span: CodePoints(0, 1),
            title: None,
            publisher: Some("Courier".to_owned()),
            published: None,
            url: None,
            place: "a.txt".to_owned(),
        }
    }

    #[test]
    fn each_claim_has_its_words_beneath() {
        let claims = vec![
            found("s4.2", &["Nordpress", "Tom Reeve"], Some(Act::Deny), "there were any cracks in the northern tower"),
            found("s9", &["Harbour Board"], Some(Act::Decline), "has not commented"),
            Found { day: None, publisher: None, ..found("r88", &[], None, "The bridge is shut") },
        ];
        let look = Look { width: 50, color: false };
        let expected = "\
2024-05-14  Nordpress ← Tom Reeve · deny ·
            Courier, d7 · s4.2 · C3
       CT-  there were any cracks in the northern
            tower
2024-05-14  Harbour Board · decline · Courier, d7
            · s9 · C3
no day      in its own voice · a.txt, d7 · r88
            The bridge is shut
3 of 143 claims; --limit shows more
";
        assert_eq!(results(&Results { total: 143, claims: claims.clone() }, look), expected);
        let source_of = Source {
            name: "Reeve".to_owned(),
            entity: None,
            others: Vec::new(),
            acts: vec![(Some(Act::Deny), 10_000), (None, 1)],
            results: Results { total: 1, claims: claims[2..].to_vec() },
            by_office: Vec::new(),
        };
        let shown = source(&source_of, look);
        assert!(shown.starts_with("Reeve  deny 10,000 or more · no act told 1\n\nno day"), "{shown}");
        assert!(shown.ends_with("\n1 claim\n"), "{shown}");
        let shown = source(&Source { by_office: claims[..1].to_vec(), ..source_of }, look);
        let (_, beneath) = shown.split_once("\n1 claim\n\nBy an office held then").expect(&shown);
        assert!(beneath.contains("Nordpress ← Tom Reeve"), "{shown}");
    }
}
