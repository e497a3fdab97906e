//! Entities across reports: whom two reports mean by their names.
//!
//! The same person under several spellings is one, two people of one name are two, and where neither is sure the reports'
//! entities are left apart: a wrong join harms people.

use onrecord::record::{EntityKind, Record};
use serde::{Deserialize, Serialize};

use crate::Lexicon;
use crate::hash::Hash;
use crate::name::{self, sound};
use crate::proposition::Head;
use crate::term::{covered, terms};

/// How much of what their reports are about two namesakes must share to be one, where nothing else speaks for it.
const SAME_STORY: f32 = 0.2;
/// From which weight of its words on a full name is borne by one person.
const RARE: f32 = 0.75;
/// How many roles and themes of an entity are kept.
const KEPT: usize = 24;

/// An entity of one report, as it is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// The fullest name in the report.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Its other names there.
    pub aliases: Vec<String>,
    /// Its titles and offices there.
    pub roles: Vec<String>,
    theme: Vec<(u64, f32)>,
}

/// An entity of several reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The fullest name of those that most reports use.
    pub name: String,
    /// What it is.
    pub kind: EntityKind,
    /// Every name, with how many reports have it.
    pub names: Vec<(String, u32)>,
    /// Every title and office, in order of appearance.
    pub roles: Vec<String>,
    themes: Vec<(u64, f32)>,
}

/// The entities of a record, in its order. `head` is that of its report.
#[must_use]
pub fn sketches(record: &Record, head: &Head) -> Vec<Sketch> {
    let sketch = |entity: &onrecord::record::Entity| Sketch {
        name: entity.name.clone(),
        kind: entity.kind,
        aliases: entity.aliases.clone(),
        roles: entity.roles.clone(),
        theme: head.theme.clone(),
    };
    record.entities.iter().map(sketch).collect()
}

impl Sketch {
    /// Under which keys those that it may be are found.
    #[must_use]
    pub fn keys(&self) -> Vec<u64> {
        let names = std::iter::once(&self.name).chain(&self.aliases);
        let mut keys: Vec<u64> = names.flat_map(|name| keys(name, self.kind)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The first report of an entity.
    #[must_use]
    pub fn into_known(self) -> Known {
        let names = std::iter::once(self.name.clone()).chain(self.aliases).map(|name| (name, 1)).collect();
        Known { name: self.name, kind: self.kind, names, roles: self.roles, themes: self.theme }
    }
}

impl Known {
    /// Takes in what one more report says of it.
    pub fn absorb(&mut self, sketch: &Sketch) {
        for name in std::iter::once(&sketch.name).chain(&sketch.aliases) {
            match self.names.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count += 1,
                None => self.names.push((name.clone(), 1)),
            }
        }
        for role in &sketch.roles {
            if self.roles.len() < KEPT && !self.roles.contains(role) {
                self.roles.push(role.clone());
            }
        }
        for (key, weight) in &sketch.theme {
            match self.themes.iter_mut().find(|(known, _)| known == key) {
                Some((_, sum)) => *sum = sum.max(*weight),
                None => self.themes.push((*key, *weight)),
            }
        }
        self.themes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.themes.truncate(4 * KEPT);
        let best = self.names.iter().max_by_key(|(name, count)| (name::fullness(name).0, *count, name.as_str()));
        if let Some((name, _)) = best {
            self.name.clone_from(name);
        }
    }

    /// Under which keys it is found.
    #[must_use]
    pub fn keys(&self) -> Vec<u64> {
        let mut keys: Vec<u64> = self.names.iter().flat_map(|(name, _)| keys(name, self.kind)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Which of some known entities a report's entity is; none if it is none of them, or if that is not sure.
#[must_use]
pub fn resolve(lexicon: &Lexicon, sketch: &Sketch, candidates: &[(i64, &Known)]) -> Option<i64> {
    let mut fits: Vec<(f32, i64)> =
        candidates.iter().filter_map(|(id, known)| fit(lexicon, sketch, known).map(|fit| (fit, *id))).collect();
    fits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    match fits.as_slice() {
        [] => None,
        [(_, id)] => Some(*id),
        // Two whom it may be: only one who is much nearer.
        [(first, id), (second, _), ..] => (*first >= second + 0.15).then_some(*id),
    }
}

/// How well a report's entity fits a known one; nothing where they are surely or perhaps two.
fn fit(lexicon: &Lexicon, sketch: &Sketch, known: &Known) -> Option<f32> {
    if sketch.kind != known.kind {
        return None;
    }
    let alike = known.names.iter().any(|(name, _)| name::same(name, &sketch.name));
    if !alike {
        return None;
    }
    let story: f32 = (sketch.theme.iter())
        .filter_map(|(key, x)| known.themes.iter().find(|(other, _)| other == key).map(|(_, y)| x * y))
        .sum();
    if sketch.kind != EntityKind::Person {
        return Some(1.0 + story);
    }
    let full = |name: &str| name::parts(name).len() >= 2;
    if !full(&sketch.name) || !full(&known.name) {
        // A surname alone is somebody of the same story, or nobody that we know.
        return (story >= SAME_STORY || sketch.name == known.name && !full(&known.name) && story > 0.0)
            .then_some(story);
    }
    let roles = terms(lexicon, &sketch.roles.join(" "), "");
    let of_known = terms(lexicon, &known.roles.join(" "), "");
    let office = covered(lexicon, &roles, &of_known).max(covered(lexicon, &of_known, &roles));
    let differs = !roles.is_empty() && !of_known.is_empty() && office < 0.2;
    let weights: Vec<f32> = (name::parts(&sketch.name).iter())
        .map(|part| lexicon.find(part).map_or(1.0, |word| lexicon.weight(word)))
        .collect();
    let rarity = weights.iter().sum::<f32>() / weights.len().max(1) as f32;
    let fits = if differs { story >= SAME_STORY } else { rarity >= RARE || office > 0.4 || story >= SAME_STORY };
    fits.then_some(1.0 + story + office)
}

/// For persons the surname by its sound; for others the whole name by the sound of its words, and its initials.
fn keys(name: &str, kind: EntityKind) -> Vec<u64> {
    let parts = name::parts(name);
    let Some(last) = parts.last() else { return Vec::new() };
    if kind == EntityKind::Person {
        return vec![Hash::of(&sound(last))];
    }
    let whole: Vec<String> = parts.iter().map(|part| sound(part)).collect();
    let initials: String = name::initials(name);
    let mut keys = vec![Hash::of(&whole.join(" "))];
    if parts.len() > 1 {
        keys.push(Hash::of(&initials));
    } else if name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) {
        keys.push(Hash::of(&name.replace('.', "")));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, role: &str, theme: &[u64]) -> Sketch {
        let weight = 1.0 / (theme.len() as f32).sqrt();
        Sketch {
            name: name.to_owned(),
            kind: EntityKind::Person,
            aliases: Vec::new(),
            roles: if role.is_empty() { Vec::new() } else { vec![role.to_owned()] },
            theme: theme.iter().map(|key| (*key, weight)).collect(),
        }
    }

    fn check(new: Sketch, known: &[Sketch], expected: Option<i64>) {
        let known: Vec<Known> = known.iter().cloned().map(Sketch::into_known).collect();
        let candidates: Vec<(i64, &Known)> = (0..).zip(&known).collect();
        assert_eq!(resolve(&Lexicon::embedded(), &new, &candidates), expected, "{new:?}");
        if let Some(at) = expected {
            let at = &known[usize::try_from(at).expect("an index")];
            assert!(at.keys().iter().any(|key| new.keys().contains(key)), "{new:?} is not found by its keys");
        }
    }

    #[test]
    fn who_is_who() {
        let minister = person("Oleksa Harmatyuk", "defence minister", &[1, 2]);
        check(person("Oleksa Harmatiuk", "minister", &[7]), std::slice::from_ref(&minister), Some(0));
        // A surname, in the same story and in another.
        check(person("Harmatyuk", "", &[1, 2]), std::slice::from_ref(&minister), Some(0));
        check(person("Harmatyuk", "", &[8, 9]), std::slice::from_ref(&minister), None);
        // Two of one name.
        let mayor = person("John Smith", "mayor of Torvik", &[1, 2]);
        check(person("John Smith", "goalkeeper", &[8, 9]), std::slice::from_ref(&mayor), None);
        check(person("John Smith", "mayor", &[8, 9]), std::slice::from_ref(&mayor), Some(0));
        // Brothers, and a surname that fits both.
        let brothers = [person("Ida Berg", "", &[1]), person("Jon Berg", "", &[1])];
        check(person("Jon Berg", "", &[1]), &brothers, Some(1));
        check(person("Berg", "", &[1]), &brothers, None);
    }

    #[test]
    fn bodies_and_their_acronyms() {
        let body = |name: &str| Sketch { kind: EntityKind::Organization, ..person(name, "", &[1]) };
        check(body("USGS"), &[body("US Geological Survey")], Some(0));
        check(body("U.S. Geological Survey"), &[body("World Bank"), body("US Geological Survey")], Some(1));
        check(body("South Sudan"), &[body("Sudan")], None);
        check(person("Sudan", "", &[1]), &[body("Sudan")], None);
    }
}
