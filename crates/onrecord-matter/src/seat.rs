//! Seats: offices of a state that one person holds at a time, in the several ways in which reports name them.
//!
//! "Ukraine's president", "the Ukrainian President" and "president of Ukraine" are one seat, whoever holds it. Deputies,
//! ministers of no named portfolio, officials and former holders are none: who they are, the words do not tell.

use onrecord::{country, names_of_country};

use crate::term::words;

/// Titles of which a state has one; an office ends in one of them.
const HEADS: [&str; 11] = [
    "president",
    "minister",
    "premier",
    "chancellor",
    "king",
    "queen",
    "monarch",
    "emperor",
    "taoiseach",
    "speaker",
    "ombudsman",
];
/// That of which a state has many, unless a word before it says of which business: "foreign minister".
const OF_MANY: &str = "minister";
/// With one of these it is somebody else, or one of several.
const NOT_THE_HOLDER: [&str; 19] = [
    "former",
    "ex",
    "deputy",
    "vice",
    "assistant",
    "junior",
    "senior",
    "acting",
    "interim",
    "late",
    "then",
    "elect",
    "shadow",
    "cabinet",
    "government",
    "state",
    "a",
    "an",
    "another",
];
/// The longest name of a country, in words.
const LONGEST: usize = 4;

/// An office of a state that one person holds at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seat {
    /// The state, by its code of two letters (ISO 3166-1).
    pub country: &'static str,
    /// The words of the office in lower case, in order.
    pub title: Vec<String>,
}

impl Seat {
    /// The seat that a title or an office names; `None` if it names none, or more than that.
    #[must_use]
    pub fn parse(name: &str) -> Option<Seat> {
        let places: Vec<(usize, &str)> = words(name).collect();
        let (of, first, last) = (0..places.len()).find_map(|first| {
            (first + 1..=places.len().min(first + LONGEST)).rev().find_map(|last| {
                let end = places[last - 1].0 + places[last - 1].1.len();
                country(&name[places[first].0..end]).map(|of| (of, first, last))
            })
        })?;
        let rest = places[..first].iter().chain(&places[last..]).map(|(_, word)| *word);
        let title: Vec<String> =
            rest.map(str::to_lowercase).filter(|word| !matches!(word.as_str(), "the" | "of" | "s")).collect();
        let head = title.last().filter(|head| HEADS.contains(&head.as_str()))?;
        let bare = title.len() == 1 && head == OF_MANY;
        (!bare && title.iter().all(|word| !NOT_THE_HOLDER.contains(&word.as_str())))
            .then_some(Seat { country: of, title })
    }

    /// The names of the state and of its people.
    #[must_use]
    pub fn countries(&self) -> Vec<&'static str> {
        names_of_country(self.country)
    }
}

#[cfg(test)]
mod tests {
    use super::Seat;

    #[track_caller]
    fn check(name: &str, expected: Option<(&str, &str)>) {
        let seat = Seat::parse(name).map(|seat| (seat.country, seat.title.join(" ")));
        assert_eq!(seat.as_ref().map(|(country, title)| (*country, title.as_str())), expected, "{name}");
    }

    #[test]
    fn one_seat_in_several_ways() {
        for name in ["Ukraine's president", "the Ukrainian President", "president of Ukraine", "Ukraine’s President"]
        {
            check(name, Some(("UA", "president")));
        }
        check("French foreign minister", Some(("FR", "foreign minister")));
        check("prime minister of New Zealand", Some(("NZ", "prime minister")));
        check("South Korea's defence minister", Some(("KR", "defence minister")));
    }

    #[test]
    fn what_is_no_seat() {
        for name in [
            "president",
            "Ukrainian official",
            "Israeli soldier",
            "French minister",
            "German cabinet minister",
            "former French president",
            "Ukraine's deputy defence minister",
            "Ukrainian President Olena Verba",
            "president of the Harbour Board",
            "a Norwegian foreign minister",
            "",
        ] {
            check(name, None);
        }
    }
}
