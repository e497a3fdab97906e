//! Entities across reports: whom two reports mean by their names.
//!
//! The same person under several spellings is one, two people of one name are two, and where neither is sure the reports'
//! entities are left apart: a wrong join harms people.

use std::cell::OnceCell;

use onrecord::record::{Entity, EntityKind, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::hash::Hash;
use crate::name::{self, Alike, Spelling, folded};
use crate::proposition::Head;
use crate::term::{Term, covered, terms};

/// How much of what their reports are about two namesakes must share to be one, where nothing else speaks for it.
const SAME_STORY: f32 = 0.2;
/// How much of it where only their offices speak against it.
const SOME_STORY: f32 = 0.05;
/// Offices that cover each other so far are one; under the second they are two.
const ONE_OFFICE: f32 = 0.4;
const TWO_OFFICES: f32 = 0.2;
/// So many days apart a person may have left one office for another.
pub const CHANGED_OFFICE: i32 = 120;
/// How much better than the next one somebody must fit.
const MARGIN: f32 = 0.15;
/// How many offices, and how many terms of its reports, are kept of an entity.
const OFFICES: usize = 24;
const THEME: usize = 32;

/// An entity of one report, as it is compared.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// The fullest name in the report.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its other names there.
    pub aliases: Vec<String>,
    /// Its titles and offices there.
    pub roles: Vec<String>,
    /// The day of publication, from 1970-01-01 on.
    day: Option<i32>,
    /// Its own country, of a place; else the one that the report names most.
    country: Option<String>,
    theme: Vec<(u32, f32)>,
    compared: Compared,
}

/// An entity of several reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Known {
    /// The fullest name of those that most reports use.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Every name, with how many reports have it.
    pub names: Vec<(String, u32)>,
    /// Every title and office, in order of appearance.
    pub roles: Vec<Office>,
    /// The countries of its reports.
    countries: Vec<String>,
    /// What its reports are about; weights in hundredths.
    theme: Vec<(u32, u8)>,
    #[serde(skip)]
    compared: Compared,
}

/// What comparing makes of names and offices, once it is asked for: one entity is held against very many.
#[derive(Clone, Debug, Default)]
struct Compared {
    /// Of the fullest name, and of each of all names.
    names: OnceCell<(Spelling, Vec<Spelling>)>,
    offices: OnceCell<Vec<Term>>,
    keys: OnceCell<Vec<u64>>,
}

impl Compared {
    fn offices<'a>(&self, lexicon: &Lexicon, roles: impl Iterator<Item = &'a str>) -> &[Term] {
        self.offices.get_or_init(|| terms(lexicon, &roles.collect::<Vec<_>>().join(" "), ""))
    }
}

/// A title or an office, and when reports gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Office {
    /// Its words.
    pub name: String,
    /// The first and the last day of publication of a report that has it, from 1970-01-01 on.
    pub first: Option<i32>,
    /// The last one.
    pub last: Option<i32>,
}

/// Which of the known a report's entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// This one of the candidates.
    One(usize),
    /// None of them.
    New,
    /// One of several, or perhaps none: it cannot be told which.
    Open,
}

/// The entities of a record, in its order; `None` for those that have no name of their own ("officials"). `head` is that of
/// its report.
#[must_use]
pub fn sketches(record: &Record, head: &Head) -> Vec<Option<Sketch>> {
    let country = most(record.places.iter().filter_map(|place| place.country.as_deref()));
    let sketch = |entity: &Entity| {
        let of_place = || {
            let named = record.places.iter().filter(|place| place.name == entity.name);
            most(named.filter_map(|place| place.country.as_deref()))
        };
        name::capitalized(&entity.name).then(|| Sketch {
            name: entity.name.clone(),
            kind: entity.kind,
            aliases: entity.aliases.clone(),
            roles: entity.roles.clone(),
            day: head.day,
            country: if entity.kind == EntityKind::Place { of_place() } else { country.clone() },
            // Half of a key tells enough apart; those of words are small numbers.
            theme: head.theme.iter().map(|(key, weight)| ((key ^ (key >> 32)) as u32, *weight)).collect(),
            compared: Compared::default(),
        })
    };
    record.entities.iter().map(sketch).collect()
}

impl Sketch {
    /// All its names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }

    /// Under which keys those that it may be are found, the most telling first.
    #[must_use]
    pub fn keys(&self) -> &[u64] {
        self.compared.keys.get_or_init(|| {
            let mut keys = Vec::new();
            for name in self.names() {
                keys.extend(telling(name, self.kind));
            }
            for name in self.names().filter(|_| self.kind == EntityKind::Person) {
                let parts = name::parts(name);
                keys.extend(parts.last().into_iter().chain(parts.first()).map(|part| word_key(part)));
            }
            distinct(keys)
        })
    }

    /// The spellings of its name, and of its aliases.
    fn spelled(&self) -> &(Spelling, Vec<Spelling>) {
        let made = || (Spelling::new(&self.name), self.aliases.iter().map(|alias| Spelling::new(alias)).collect());
        self.compared.names.get_or_init(made)
    }

    fn offices(&self, lexicon: &Lexicon) -> &[Term] {
        self.compared.offices(lexicon, self.roles.iter().map(String::as_str))
    }

    /// Makes what comparing asks of it, as it else would when it is first compared.
    pub fn prepare(&self) {
        self.spelled();
        self.offices(&Lexicon::embedded());
        let _ = self.keys();
    }

    /// The first report of an entity.
    #[must_use]
    pub fn into_known(self) -> Known {
        let mut known = Known {
            name: self.name.clone(),
            kind: self.kind,
            names: Vec::new(),
            roles: Vec::new(),
            countries: Vec::new(),
            theme: Vec::new(),
            compared: Compared::default(),
        };
        known.absorb(&self);
        known
    }
}

impl Known {
    /// Takes in what one more report says of it. Gives how many names it had before: those behind are new.
    pub fn absorb(&mut self, sketch: &Sketch) -> usize {
        let (names, roles) = (self.names.len(), self.roles.len());
        for name in sketch.names() {
            match self.names.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count += 1,
                None => self.names.push((name.to_owned(), 1)),
            }
        }
        for role in &sketch.roles {
            let room = self.roles.len() < OFFICES;
            match self.roles.iter_mut().find(|known| known.name == *role) {
                Some(known) => {
                    known.first = known.first.into_iter().chain(sketch.day).min();
                    known.last = known.last.max(sketch.day);
                }
                None if room => {
                    self.roles.push(Office { name: role.clone(), first: sketch.day, last: sketch.day });
                }
                None => {}
            }
        }
        if let Some(country) = sketch.country.as_ref().filter(|country| !self.countries.contains(country)) {
            self.countries.push(country.clone());
        }
        for (key, weight) in &sketch.theme {
            let weight = (weight * 100.0).round() as u8;
            match self.theme.iter_mut().find(|(known, _)| known == key) {
                Some((_, most)) => *most = weight.max(*most),
                None => self.theme.push((*key, weight)),
            }
        }
        self.theme.sort_by_key(|(key, weight)| (std::cmp::Reverse(*weight), *key));
        self.theme.truncate(THEME);
        if let Some((_, spelled)) = self.compared.names.get_mut() {
            spelled.extend(self.names[names..].iter().map(|(name, _)| Spelling::new(name)));
        }
        if self.roles.len() > roles {
            self.compared.offices.take();
        }
        self.choose_name();
        names
    }

    /// Forgets the names that one report gave it. What else is known of it stays: somebody has borne that office.
    pub fn release<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            if let Some((_, count)) = self.names.iter_mut().find(|(known, _)| known == name) {
                *count = count.saturating_sub(1);
            }
        }
        self.choose_name();
    }

    fn choose_name(&mut self) {
        if let [(name, _)] = self.names.as_slice()
            && self.name == *name
        {
            return;
        }
        let (_, spelled) = self.spelled();
        let best = (self.names.iter().zip(spelled)).max_by_key(|((name, count), spelling)| {
            (*count > 0, spelling.count().min(3), *count, name.len(), name.as_str())
        });
        if let Some(((name, _), spelling)) = best
            && self.name != *name
        {
            let (name, spelling) = (name.clone(), spelling.clone());
            if let Some((fullest, _)) = self.compared.names.get_mut() {
                *fullest = spelling;
            }
            self.name = name;
        }
    }

    /// Under which keys it is found: those of its names, and those of their words.
    #[must_use]
    pub fn keys(&self) -> Vec<u64> {
        self.keys_from(0)
    }

    /// The keys of its names from this one on, in the order in which it came by them.
    #[must_use]
    pub fn keys_from(&self, name: usize) -> Vec<u64> {
        let mut keys = Vec::new();
        for (name, _) in &self.names[name.min(self.names.len())..] {
            keys.extend(telling(name, self.kind));
            keys.extend(asked_keys(name));
        }
        distinct(keys)
    }

    /// The spellings of its fullest name, and of all its names.
    fn spelled(&self) -> &(Spelling, Vec<Spelling>) {
        let made = || (Spelling::new(&self.name), self.names.iter().map(|(name, _)| Spelling::new(name)).collect());
        self.compared.names.get_or_init(made)
    }

    fn offices(&self, lexicon: &Lexicon) -> &[Term] {
        self.compared.offices(lexicon, self.roles.iter().map(|office| office.name.as_str()))
    }

    /// Whether a name that somebody asks for may mean it: all its words are words of one of its names. `true` where it is
    /// the whole of a name that is more than a surname.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<bool> {
        let asked = Spelling::new(name);
        let (_, names) = self.spelled();
        let wholly = |known: &Spelling| match self.kind {
            EntityKind::Person => asked.count() > 1 && known.as_person(&asked) == Some(Alike::Wholly),
            _ => known.as_body(&asked) == Some(Alike::Wholly),
        };
        if names.iter().any(wholly) {
            return Some(true);
        }
        (asked.count() > 0 && names.iter().any(|known| asked.is_within(known))).then_some(false)
    }
}

/// Under which keys of [`Known::keys`] those are found that somebody may mean who asks for a name: all of them must be there.
#[must_use]
pub fn asked_keys(name: &str) -> Vec<u64> {
    name::parts(name).iter().map(|part| word_key(part)).collect()
}

/// The key under which bodies of this acronym are found.
#[must_use]
pub fn acronym_key(name: &str) -> u64 {
    Hash::of(&format!("a:{}", name.replace('.', "").to_uppercase()))
}

/// Which of some known entities a report's entity is. Candidates are given with a number each that is the same for those that
/// are one already.
#[must_use]
pub fn resolve(lexicon: &Lexicon, sketch: &Sketch, candidates: &[(i64, &Known)]) -> Resolved {
    let mut fits: Vec<(f32, i64, usize)> = Vec::new();
    let mut namesakes = false;
    for (at, (one, known)) in candidates.iter().enumerate() {
        let Some(alike) = alike(sketch, known) else { continue };
        namesakes = true;
        if let Some(fit) = fit(lexicon, sketch, known, alike) {
            fits.push((fit, *one, at));
        }
    }
    fits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    let Some((first, one, at)) = fits.first().copied() else {
        // A surname whose bearers are known, and are none of these as far as can be told, is nobody in particular.
        let (name, aliases) = sketch.spelled();
        let bare =
            sketch.kind == EntityKind::Person && std::iter::once(name).chain(aliases).all(|name| name.count() < 2);
        return if bare && namesakes { Resolved::Open } else { Resolved::New };
    };
    match fits.iter().find(|fit| fit.1 != one) {
        Some((second, ..)) if first < second + MARGIN => Resolved::Open,
        _ => Resolved::One(at),
    }
}

/// How far the names of a report's entity are those of a known one.
fn alike(sketch: &Sketch, known: &Known) -> Option<Alike> {
    if sketch.kind != known.kind {
        return None;
    }
    let ((fullest, names), (name, aliases)) = (known.spelled(), sketch.spelled());
    if sketch.kind == EntityKind::Person {
        // That a surname fits says nothing where the full names do not.
        fullest.as_person(name)?;
        return names.iter().filter_map(|known| known.as_person(name)).max();
    }
    let best = names.iter().filter_map(|known| known.as_body(name)).max();
    // An acronym that the report spells out is as good as its name.
    let spelled_out = aliases.iter().any(|alias| names.iter().any(|it| it.as_body(alias) == Some(Alike::Wholly)));
    best.max(spelled_out.then_some(Alike::Wholly))
}

/// How well a report's entity fits a known one; nothing where they are surely or perhaps two.
fn fit(lexicon: &Lexicon, sketch: &Sketch, known: &Known, alike: Alike) -> Option<f32> {
    let story: f32 = (sketch.theme.iter())
        .filter_map(|(key, x)| {
            known.theme.iter().find(|(other, _)| other == key).map(|(_, y)| x * f32::from(*y) / 100.0)
        })
        .sum();
    let country = sketch.country.as_ref().is_some_and(|country| known.countries.contains(country));
    let elsewhere = sketch.country.is_some() && !known.countries.is_empty() && !country;
    if alike == Alike::Partly {
        let exact = if known.name == sketch.name { 0.2 } else { 0.0 };
        return (story >= SAME_STORY).then_some(story + exact);
    }
    let whole = 1.0 + story;
    if sketch.kind == EntityKind::Place {
        // The same name in two countries is two places.
        return (!elsewhere).then_some(whole);
    }
    if sketch.kind != EntityKind::Person {
        // Every country has a supreme court; only a name of its own is a name.
        return (!sketch.spelled().0.is_generic() || country || story >= SAME_STORY).then_some(whole);
    }
    let (name, _) = sketch.spelled();
    if name.count() < 2 {
        // The same surname alone in two reports.
        return (story >= SAME_STORY).then_some(whole);
    }
    let office = office(lexicon, sketch, known);
    let fits = match office {
        Some(office) if office >= ONE_OFFICE => true,
        // Two offices at one time: perhaps two persons.
        Some(office) if office < TWO_OFFICES => story >= if name.is_frequent() { SAME_STORY } else { SOME_STORY },
        _ => !name.is_frequent() || story >= SAME_STORY,
    };
    fits.then_some(whole + office.unwrap_or_default())
}

/// How well the offices of a report's entity and of a known one cover each other; `None` where they cannot be held against each
/// other.
fn office(lexicon: &Lexicon, sketch: &Sketch, known: &Known) -> Option<f32> {
    let apart = |office: &Office| match (sketch.day, office.first, office.last) {
        (Some(day), Some(first), Some(last)) => day > last + CHANGED_OFFICE || day + CHANGED_OFFICE < first,
        _ => false,
    };
    let (of_sketch, of_known) = (sketch.offices(lexicon), known.offices(lexicon));
    if of_sketch.is_empty() || of_known.is_empty() {
        return None;
    }
    let covers = covered(lexicon, of_sketch, of_known).max(covered(lexicon, of_known, of_sketch));
    (covers >= TWO_OFFICES || !known.roles.iter().all(apart)).then_some(covers)
}

/// The keys of a whole name: its words in any order for a person; for others the words, the last two of them, and the initials.
fn telling(name: &str, kind: EntityKind) -> Vec<u64> {
    let mut words: Vec<String> = name::parts(name).iter().map(|part| folded(part)).collect();
    if words.is_empty() {
        return Vec::new();
    }
    if kind == EntityKind::Person {
        if words.len() < 2 {
            return Vec::new();
        }
        words.sort();
        return vec![Hash::of(&format!("f:{}", words.join(" ")))];
    }
    let mut keys = vec![Hash::of(&format!("f:{}", words.join(" ")))];
    if words.len() > 1 {
        keys.push(Hash::of(&format!("l:{}", words[words.len() - 2..].join(" "))));
        keys.push(acronym_key(&name::initials(name)));
    } else if name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) {
        keys.push(acronym_key(name));
    }
    keys
}

fn word_key(part: &str) -> u64 {
    Hash::of(&format!("w:{}", folded(part)))
}

fn distinct(mut keys: Vec<u64>) -> Vec<u64> {
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(*key));
    keys
}

/// The most frequent of some names; of equals the first in the alphabet.
fn most<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts.into_iter().max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name))).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, role: &str, theme: &[u32]) -> Sketch {
        let weight = 1.0 / (theme.len() as f32).sqrt();
        Sketch {
            name: name.to_owned(),
            kind: EntityKind::Person,
            aliases: Vec::new(),
            roles: if role.is_empty() { Vec::new() } else { vec![role.to_owned()] },
            day: Some(20_000),
            country: None,
            theme: theme.iter().map(|key| (*key, weight)).collect(),
            compared: Compared::default(),
        }
    }

    fn body(name: &str, theme: &[u32]) -> Sketch {
        Sketch { kind: EntityKind::Organization, ..person(name, "", theme) }
    }

    #[track_caller]
    fn check(new: &Sketch, known: &[Sketch], expected: Resolved) {
        let known: Vec<Known> = known.iter().cloned().map(Sketch::into_known).collect();
        let candidates: Vec<(i64, &Known)> = (0..).zip(&known).collect();
        assert_eq!(resolve(&Lexicon::embedded(), new, &candidates), expected, "{new:?}");
        if let Resolved::One(at) = expected {
            let keys = known[at].keys();
            assert!(new.keys().iter().any(|key| keys.contains(key)), "{new:?} is not found by its keys");
        }
    }

    use Resolved::{New, One, Open};

    #[test]
    fn spellings_offices_and_surnames() {
        let minister = [person("Oleksa Harmatyuk", "defence minister", &[1, 2])];
        check(&person("Oleksa Harmatiuk", "minister", &[7]), &minister, One(0));
        check(&person("Harmatyuk Oleksa", "", &[7]), &minister, One(0));
        // A surname, in the same story and in another; initials likewise.
        check(&person("Harmatyuk", "", &[1, 2]), &minister, One(0));
        check(&person("Harmatyuk", "", &[8, 9]), &minister, Open);
        check(&person("O. Harmatyuk", "", &[1, 2]), &minister, One(0));
        check(&person("O. Harmatyuk", "", &[8, 9]), &minister, New);
        check(&person("Sutopo", "", &[1, 2]), &minister, New);
        let spokesman = [person("Lin Jian", "foreign ministry spokesman", &[1, 2])];
        check(&person("Lin", "", &[1, 2]), &spokesman, One(0));
        check(&person("Lin Jian", "Chinese foreign ministry spokesperson", &[7]), &spokesman, One(0));
        let premier = [person("Orbán Viktor", "prime minister", &[1])];
        check(&person("Viktor Orban", "", &[9]), &premier, One(0));
        check(&person("Orban", "", &[1]), &premier, One(0));
    }

    #[test]
    fn two_of_one_name() {
        let mayor = [person("John Smith", "mayor of Torvik", &[1, 2])];
        check(&person("John Smith", "goalkeeper", &[8, 9]), &mayor, New);
        check(&person("John Smith", "mayor", &[8, 9]), &mayor, One(0));
        // Nothing but a frequent name speaks for it.
        check(&person("John Smith", "", &[8, 9]), &mayor, New);
        check(&person("John Smith", "", &[1, 2]), &mayor, One(0));
        // A name that few bear: another office is a contradiction, a later office is a change.
        let rare = [person("Oleksa Harmatyuk", "goalkeeper", &[1, 2])];
        check(&person("Oleksa Harmatyuk", "", &[8, 9]), &rare, One(0));
        check(&person("Oleksa Harmatyuk", "finance minister", &[8, 9]), &rare, New);
        let later = Sketch { day: Some(22_000), ..person("Oleksa Harmatyuk", "finance minister", &[8, 9]) };
        check(&later, &rare, One(0));
        // Brothers, and a surname that fits both; father and son.
        let brothers = [person("Ida Berg", "", &[1]), person("Jon Berg", "", &[1])];
        check(&person("Jon Berg", "", &[1]), &brothers, One(1));
        check(&person("Berg", "", &[1]), &brothers, Open);
        check(&person("Rolf Marlow Jr.", "", &[1]), &[person("Rolf Marlow", "", &[1])], New);
        // Two namesakes, and nothing to tell which.
        let two = [person("Rolf Marlow", "mayor of Torvik", &[1]), person("Rolf Marlow", "goalkeeper", &[2])];
        check(&person("Rolf Marlow", "", &[9]), &two, Open);
        check(&person("Rolf Marlow", "the goalkeeper", &[9]), &two, One(1));
    }

    #[test]
    fn bodies_and_their_acronyms() {
        check(&body("USGS", &[1]), &[body("US Geological Survey", &[9])], One(0));
        check(
            &body("U.S. Geological Survey", &[1]),
            &[body("World Bank", &[1]), body("US Geological Survey", &[1])],
            One(1),
        );
        check(&body("South Sudan", &[1]), &[body("Sudan", &[1])], New);
        check(&person("Sudan", "", &[1]), &[body("Sudan", &[1])], New);
        // Two letters stand for too much in another story; once a report spells them out, they are its name.
        check(&body("UN", &[1]), &[body("United Nations", &[1])], One(0));
        check(&body("UN", &[1]), &[body("United Nations", &[9])], New);
        let spelled = Sketch { aliases: vec!["UN".to_owned()], ..body("United Nations", &[9]) };
        check(&body("UN", &[1]), std::slice::from_ref(&spelled), One(0));
        check(&spelled, &[body("UN", &[1])], One(0));
        // Every country has one.
        let court = |country: &str| Sketch { country: Some(country.to_owned()), ..body("Supreme Court", &[1]) };
        check(&Sketch { theme: vec![(9, 1.0)], ..court("SE") }, &[court("NO")], New);
        check(&Sketch { theme: vec![(9, 1.0)], ..court("NO") }, &[court("NO")], One(0));
        check(&body("Harbour Authority", &[1]), &[body("Torvik Harbour Authority", &[1])], One(0));
        check(&body("Harbour Authority", &[1]), &[body("Torvik Harbour Authority", &[9])], New);
        let town = |country: &str| Sketch { kind: EntityKind::Place, ..court(country) };
        let town = |country: &str| Sketch { name: "Torvik".to_owned(), ..town(country) };
        check(&town("SE"), &[town("NO")], New);
        check(&town("NO"), &[town("NO")], One(0));
    }

    #[test]
    fn what_is_asked_for_may_be_part_of_a_name() {
        let known = Sketch { aliases: vec!["Zelenskyy".to_owned()], ..person("Volodymyr Zelenskyy", "", &[1]) };
        let known = known.into_known();
        for (asked, expected) in [
            ("Zelensky", Some(false)),
            ("volodymyr zelenskiy", Some(true)),
            ("Volodymyr", Some(false)),
            ("Olena Zelenska", None),
            ("", None),
        ] {
            assert_eq!(known.asked(asked), expected, "{asked}");
            if expected.is_some() {
                assert!(asked_keys(asked).iter().all(|key| known.keys().contains(key)), "{asked}");
            }
        }
    }

    #[test]
    fn the_fullest_name_of_most_reports_is_shown() {
        let mut known = person("Zelensky", "", &[1]).into_known();
        known.absorb(&person("Volodymyr Zelenskyy", "president", &[1]));
        known.absorb(&person("Volodymyr Zelensky", "president", &[1]));
        known.absorb(&person("Volodymyr Zelensky", "", &[1]));
        assert_eq!(known.name, "Volodymyr Zelensky");
        known.release(["Volodymyr Zelensky", "Volodymyr Zelensky"].into_iter());
        assert_eq!(known.name, "Volodymyr Zelenskyy");
    }
}
