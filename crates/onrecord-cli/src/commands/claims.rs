//! `onrecord claims`, `claim`, `merge` and `split`: matters, what several reports claim, deny or doubt.

use std::io::{self, Write};

use onrecord_ledger::{Ledger, Matter, Summary, Writer, csv};

use super::add::now;
use super::{answer, told};
use crate::arguments::{Claim, Claims, Rule, Ruling};
use crate::view;

/// Lists matters. Answers whether there are any.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn list(claims: &Claims) -> io::Result<bool> {
    let ask = |ledger: &Ledger| ledger.matters(claims.order, claims.disputed, claims.limit);
    let matters =
        answer(&claims.ledger, &claims.output, ask, |matters, look| view::matters(matters, look), |it| table(it))?;
    Ok(matters.is_some_and(|matters| !matters.is_empty()))
}

/// Shows one matter. Answers whether there is such a one.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn show(claim: &Claim) -> io::Result<bool> {
    let ask = |ledger: &Ledger| ledger.matter(claim.matter);
    Ok(answer(&claim.ledger, &claim.output, ask, view::matter, mentions)?.is_some())
}

/// Merges or splits matters or entities. Answers whether that could be done.
///
/// # Errors
/// If standard output cannot be written to.
pub(crate) fn rule(rule: &Rule) -> io::Result<bool> {
    let (person, why) = (rule.person.as_str(), rule.why.as_deref());
    let done = Writer::open_existing(&rule.ledger).and_then(|mut writer| {
        let told = match &rule.what {
            Ruling::Merge(into, from) => {
                let ruling = writer.merge(*into, *from, person, why, now())?;
                format!("m{ruling}  the claims of C{from} belong to C{into}\n")
            }
            Ruling::Split(names) => {
                let claims: Vec<i64> =
                    names.iter().map(|name| writer.ledger().claim_named(name)).collect::<Result<_, _>>()?;
                let (ruling, matter) = writer.split(&claims, person, why, now())?;
                format!("m{ruling}  these claims make up C{matter}\n")
            }
            Ruling::MergeEntities(into, from) => {
                let ruling = writer.merge_entities(*into, *from, person, why, now())?;
                format!("n{ruling}  e{from} is e{into}\n")
            }
            Ruling::SplitEntity(entity, parting) => {
                let (ruling, own) = writer.split_entity(*entity, parting, person, why, now())?;
                format!("n{ruling}  this part of e{entity} is e{own}\n")
            }
        };
        writer.commit()?;
        Ok(told)
    });
    match done {
        Ok(line) => {
            io::stdout().lock().write_all(line.as_bytes())?;
            Ok(true)
        }
        Err(error) => Ok(told(&rule.ledger, &error)),
    }
}

fn table(matters: &[Summary]) -> String {
    let mut out = csv::row(["id", "gist", "reports", "origins", "contradictions", "first", "last"]);
    for it in matters {
        out += &csv::row([
            it.id.clone(),
            it.gist.clone(),
            it.reports.to_string(),
            it.origins.to_string(),
            it.contradictions.to_string(),
            it.first.clone().unwrap_or_default(),
            it.last.clone().unwrap_or_default(),
        ]);
    }
    out
}

/// The members of a matter as CSV.
fn mentions(matter: &Matter) -> String {
    let columns = ["report", "published", "claim", "start", "end", "text", "chain", "stance"];
    let rows = matter.page.members.iter().map(|member| {
        csv::row([
            member.report.clone(),
            member.published.clone().unwrap_or_default(),
            member.claim.clone(),
            member.span.0.to_string(),
            member.span.1.to_string(),
            member.text.clone(),
            member.chain.join(" ← "),
            view::stance_name(member.stance).to_owned(),
        ])
    });
    csv::row(columns) + &rows.collect::<String>()
}
