//! What was said by the holder of an office in reports that do not name the holder.
//!
//! "Ukraine's president" in a report of its own is a source without a name, and stays one: the record says no more than the
//! report. But whoever asks what a person has said is shown such claims beside the person's own, where the ledger knows that
//! the person held the office then, and of nobody else that did.

use std::collections::HashSet;

use jiff::civil::Date;
use onrecord_matter::Seat;
use onrecord_matter::entity::CHANGED_OFFICE;

use crate::Result;
use crate::day;
use crate::entities::{Entity, Meant, Role};
use crate::ledger::Ledger;
use crate::search::{Found, Query};

/// So many of the newest claims are looked at for an office.
const LOOKED_AT: usize = 300;

impl Ledger {
    /// The newest claims that rest on the word of whoever held an office which this entity held then, and nobody else that
    /// the ledger knows.
    ///
    /// `own` are the words by which the index has what the entity itself said.
    pub(crate) fn by_office(&self, entity: &Entity, own: &str, query: &Query, limit: usize) -> Result<Vec<Found>> {
        let seats: HashSet<Seat> = entity.roles.iter().filter_map(|role| Seat::parse(&role.name)).collect();
        let mut claims: Vec<Found> = Vec::new();
        for seat in seats {
            let countries: Vec<String> = seat.countries().iter().map(|name| format!("\"{name}\"")).collect();
            let title: Vec<String> = seat.title.iter().map(|word| format!(" AND who : \"{word}\"")).collect();
            let whose = format!("(who : ({}){} NOT {own})", countries.join(" OR "), title.concat());
            let names = |found: &Found| speaker(found).and_then(Seat::parse).as_ref() != Some(&seat);
            // Who else held it is asked of everything, whatever claims are asked for.
            let named = self.found_after(Some(&whose), &Query::default(), None, LOOKED_AT)?.entries;
            let mut holders: Vec<&str> = named.iter().filter(|found| names(found)).filter_map(speaker).collect();
            holders.sort_unstable();
            holders.dedup();
            let mut rivals = Vec::new();
            for holder in holders {
                rivals.extend(self.tenures(holder, &entity.id, &seat)?);
            }
            let tenures: Vec<Tenure> = entity.roles.iter().filter_map(|role| tenure(role, &seat)).collect();
            let asked = self.found_after(Some(&whose), query, None, LOOKED_AT)?.entries;
            claims.extend(asked.into_iter().filter(|found| !names(found)).filter(|found| {
                let day = found.day.as_deref().and_then(day::number);
                let held = |tenures: &[Tenure]| day.is_some_and(|day| tenures.iter().any(|tenure| tenure.covers(day)));
                held(&tenures) && !held(&rivals)
            }));
        }
        claims.sort_by(|a, b| (&b.day, &b.id).cmp(&(&a.day, &a.id)));
        claims.truncate(limit);
        Ok(claims)
    }

    /// When somebody else of this name held a seat.
    fn tenures(&self, name: &str, but: &str, seat: &Seat) -> Result<Vec<Tenure>> {
        let ids = match self.meant(name)? {
            Meant::One(id, others) => [vec![id], others].concat(),
            Meant::Several(ids) => ids,
            Meant::Nobody => Vec::new(),
        };
        let mut tenures = Vec::new();
        for id in ids {
            let other = self.entity(id)?;
            if other.id != but {
                tenures.extend(other.roles.iter().filter_map(|role| tenure(role, seat)));
            }
        }
        Ok(tenures)
    }
}

/// The days on which reports gave somebody an office.
struct Tenure {
    first: i64,
    last: i64,
}

impl Tenure {
    /// Whether the office was still, or already, held on a day.
    fn covers(&self, day: i64) -> bool {
        let around = i64::from(CHANGED_OFFICE);
        (self.first - around..=self.last + around).contains(&day)
    }
}

fn tenure(role: &Role, seat: &Seat) -> Option<Tenure> {
    let day = |day: &Option<String>| day.as_deref()?.parse::<Date>().ok().map(day::of);
    (Seat::parse(&role.name).as_ref() == Some(seat)).then_some(())?;
    Some(Tenure { first: day(&role.first)?, last: day(&role.last)? })
}

/// On whose word a claim rests in the end.
fn speaker(found: &Found) -> Option<&str> {
    found.chain.last().map(String::as_str)
}
