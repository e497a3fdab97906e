//! Places and the countries that they lie in, by a gazetteer that is compiled in (`data/places.tsv`, from GeoNames).

use crate::Span;
use crate::lemma::{self, WordClass};
use crate::mention::{EntityKind, Mention};
use crate::sentence::Sentence;
use crate::table::{Table, table};
use crate::token::Token;

/// One place named in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where it stands.
    pub(crate) span: Span,
    /// Its name.
    pub(crate) name: String,
    /// The ISO 3166-1 code of the country that it is or lies in.
    pub(crate) country: Option<&'static str>,
}

/// What the gazetteer knows of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// The ISO 3166-1 code of its country, where the name alone tells: the country or capital of the name, else the
    /// city that is far bigger than its namesakes.
    pub(crate) country: Option<&'static str>,
    /// Whether it names a country.
    pub(crate) is_country: bool,
    /// Whether it names a capital, which may stand for its government.
    pub(crate) is_capital: bool,
    /// Whether it names a state, a province or another region.
    is_region: bool,
    /// Whether it names a state of the United States that no person is named after.
    is_state: bool,
    /// The codes of all countries that have a place of the name, the likeliest first, with commas.
    codes: &'static str,
}

impl Known {
    /// Whether a place of the name lies in the country.
    fn lies_in(self, country: &str) -> bool {
        self.codes.split(',').any(|code| code == country)
    }
}

const PLACES: Table = table!(include_str!("../data/places.tsv"));
const COUNTRIES: Table = table!(include_str!("../data/countries.tsv"));
const OPENERS: Table = table!(include_str!("../data/openers.tsv"));
const NATIONALITIES: Table = table!(include_str!("../data/nationalities.tsv"));

/// What is known of a place's name: "Kyiv", "the United States", "U.K.".
pub(crate) fn known(name: &str) -> Option<Known> {
    let bare = name.strip_prefix("the ").or(name.strip_prefix("The "));
    listed(name).or_else(|| listed(bare?))
}

/// What is known of a name without an article.
fn listed(name: &str) -> Option<Known> {
    let line = if name.contains('\'') { PLACES.get(&name.replace('\'', "’")) } else { PLACES.get(name) }?;
    let (kind, codes) = line.split_once(' ')?;
    let sure = codes.strip_prefix('?');
    let codes = sure.unwrap_or(codes);
    let country = codes.split(',').next().filter(|_| sure.is_none());
    Some(Known {
        country,
        is_country: kind == "country",
        is_capital: kind == "capital",
        is_region: matches!(kind, "region" | "state"),
        is_state: kind == "state",
        codes,
    })
}

/// The country that a nationality belongs to: "Chinese" and "Ukrainians" → CN, UA.
pub(crate) fn nationality(word: &str) -> Option<&'static str> {
    NATIONALITIES.get(word)
}

/// The usual English name of a country: "UA" → "Ukraine".
pub(crate) fn country_name(code: &str) -> Option<&'static str> {
    COUNTRIES.get(code)
}

/// The country that its own name or that of its people means: "Ukraine", "Ukrainian" → UA (ISO 3166-1).
#[must_use]
pub fn country(name: &str) -> Option<&'static str> {
    nationality(name).or_else(|| known(name).filter(|place| place.is_country)?.country)
}

/// The usual name of a country, and those of its people.
#[must_use]
pub fn names_of_country(code: &str) -> Vec<&'static str> {
    let people = NATIONALITIES.lines().filter(|(_, of)| *of == code).map(|(name, _)| name);
    country_name(code).into_iter().chain(people).collect()
}

/// The places named in the sentences, in order, none overlapping another.
///
/// They are the places among `mentions`, and besides them the names of countries and capitals outside any mention, and
/// of other cities after a preposition of place. A country after a comma decides between namesakes: "Paris, Texas".
pub(crate) fn places(text: &str, sentences: &[Sentence], tokens: &[Token], mentions: &[Mention]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    // Names that a region after a comma placed: "Paris, Texas" is Paris for the rest of the report.
    let mut told: Vec<(&str, &'static str)> = Vec::new();
    let mut rest = mentions.iter().peekable();
    for sentence in sentences {
        let names = Names { text, tokens: &tokens[sentence.tokens.clone()] };
        let mut at = 0;
        while at < names.tokens.len() {
            let start = names.tokens[at].span.start();
            while rest.next_if(|mention| mention.span.end() <= start).is_some() {}
            let next = rest.peek().copied();
            let stop = next.map_or(usize::MAX, |mention| mention.span.start());
            let found = match next.filter(|mention| mention.span.start() <= start) {
                Some(mention) if mention.kind == EntityKind::Place && mention.span.start() == start => {
                    Some(names.mentioned(at, mention.span))
                }
                Some(mention) => {
                    at = names.past(mention.span.end()).max(at + 1);
                    continue;
                }
                None => names.listed(at, stop),
            };
            let Some((end, span, known)) = found else {
                at += 1;
                continue;
            };
            let words = span.of(text);
            let around = known.and_then(|known| names.around(end, known));
            told.extend(around.map(|around| (words, around)));
            let country = around.or_else(|| known.and_then(|known| known.country));
            // A country goes by its usual name; anything else by the words themselves.
            let official =
                known.filter(|known| known.is_country && is_short(words)).and(country).and_then(country_name);
            let name = official.unwrap_or(words).to_owned();
            places.push(Place { span, name, country });
            at = end;
        }
    }
    told.sort_unstable();
    told.dedup();
    for place in &mut places {
        let words = place.span.of(text);
        let from = told.partition_point(|(name, _)| *name < words);
        let of_name = told[from..].iter().take_while(|(name, _)| *name == words).count();
        // A report that names two of the kind says each time which.
        if of_name == 1 {
            place.country = Some(told[from].1);
        }
    }
    places
}

/// Whether a country's name is only letters, "US" and "U.K.".
fn is_short(words: &str) -> bool {
    words.chars().all(|c| c.is_uppercase() || c == '.')
}

struct Names<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Names<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.of(self.text))
    }

    fn capital(&self, at: usize) -> bool {
        self.word(at).starts_with(char::is_uppercase)
    }

    /// The index of the first token at or behind an offset.
    fn past(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.span.start() < offset)
    }

    /// The place that a mention names, which begins at `at`.
    fn mentioned(&self, at: usize, span: Span) -> (usize, Span, Option<Known>) {
        let end = self.past(span.end()).max(at + 1);
        // Where a mention runs on into the next sentence, that was cut wrongly; here it ends with this one.
        let span = Span::new(span.start(), span.end().min(self.tokens[end - 1].span.end()));
        let whole = known(span.of(self.text));
        // "southern Lebanon", "Donetsk region", "downtown Oslo"
        let part = || (at..end).find_map(|at| self.longest(at, span.end()).map(|(_, known)| known));
        (end, span, whole.or_else(part))
    }

    /// The longest name in the gazetteer that begins at `at` and ends by an offset, and the index after it.
    fn longest(&self, at: usize, stop: usize) -> Option<(usize, Known)> {
        if !self.capital(at) {
            return None;
        }
        let start = self.tokens[at].span.start();
        let ends = (at + 1..=self.tokens.len().min(at + LONGEST)).rev();
        ends.filter(|end| self.tokens[end - 1].span.end() <= stop).find_map(|end| {
            // What ends in a full stop is an abbreviation, what begins a name in small letters is none.
            let last = self.word(end - 1);
            if !last.starts_with(char::is_alphanumeric) && last != "." {
                return None;
            }
            listed(&self.text[start..self.tokens[end - 1].span.end()]).map(|known| (end, known))
        })
    }

    /// A place outside any mention.
    fn listed(&self, at: usize, stop: usize) -> Option<(usize, Span, Option<Known>)> {
        let (end, known) = self.longest(at, stop)?;
        let span = self.tokens[at].span.cover(self.tokens[end - 1].span);
        let before = at.checked_sub(1).map_or("", |before| self.word(before));
        // "Michael Jordan", "Paris Hilton", "China Daily" are somebody or something else.
        let opens = at == 1 && OPENERS.has(before);
        let led = before.starts_with(char::is_uppercase) && !opens && !is_direction(before);
        let goes_on = self.capital(end) && !is_direction(self.word(end)) && self.word(end).len() > 1;
        let joined = matches!(before, "-" | "/" | "@" | "#") || matches!(self.word(end), "-" | "@");
        if led || joined {
            return None;
        }
        let major = known.is_country || known.is_capital || known.is_state;
        if goes_on && !(major && lemma::lemma(self.word(end), WordClass::Noun) != self.word(end).to_lowercase()) {
            return None;
        }
        let located = matches!(
            before,
            "in" | "at"
                | "near"
                | "from"
                | "to"
                | "outside"
                | "around"
                | "into"
                | "toward"
                | "towards"
                | "across"
                | "of"
                | "In"
                | "At"
                | "Near"
                | "From"
                | "Outside"
                | "Across"
                | "northern"
                | "southern"
                | "eastern"
                | "western"
                | "central"
                | "downtown"
        );
        // A city's name may be a word or a surname: it needs a preposition of place, or the country after a comma.
        let followed = self.word(end) == "," && self.longest(end + 1, stop).is_some_and(|(_, known)| !known.is_capital);
        // "Paris, Texas"
        let within = known.is_region && before == "," && at > 1 && self.capital(at - 2);
        // "the US officials" is a nationality.
        let attribute =
            is_short(self.word(at)) && self.word(end).starts_with(|c: char| c.is_lowercase()) && self.nationals(end);
        let region = is_region(self.word(end)) && matches!(before, "the" | "of");
        (major && !attribute || located || followed || within || region).then_some((end, span, Some(known)))
    }

    /// The country that the name after a comma puts a place in: "Paris, Texas".
    fn around(&self, end: usize, known: Known) -> Option<&'static str> {
        if self.word(end) != "," || known.is_country {
            return None;
        }
        let (_, around) = self.longest(end + 1, usize::MAX)?;
        around.country.filter(|country| around.is_region || known.lies_in(country))
    }

    /// Whether a plural noun comes, as in "US officials", perhaps behind another word.
    fn nationals(&self, at: usize) -> bool {
        (at..at + 2).any(|at| {
            let word = self.word(at);
            word.bytes().all(|b| b.is_ascii_lowercase())
                && word.ends_with('s')
                && lemma::lemma(word, WordClass::Noun) != word
        })
    }
}

/// What may follow the name of a region: "the Donetsk region".
fn is_region(word: &str) -> bool {
    matches!(
        word,
        "region"
            | "province"
            | "state"
            | "oblast"
            | "district"
            | "area"
            | "city"
            | "peninsula"
            | "valley"
            | "metropolitan"
    )
}

/// The longest name of the gazetteer, in tokens: "Washington, D.C." has six.
const LONGEST: usize = 6;

fn is_direction(word: &str) -> bool {
    matches!(word, "North" | "South" | "East" | "West" | "Northern" | "Southern" | "Eastern" | "Western" | "Central")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::marked;

    fn read(text: &str, mentions: &[Mention]) -> Vec<Place> {
        let (sentences, tokens) = marked::paragraph(text);
        places(text, &sentences, &tokens, mentions)
    }

    /// Places stand in square brackets, after a bar with the country, and the name where it is another.
    #[track_caller]
    fn check(expected: &str) {
        marked::check(expected, |text| {
            let told = |place: Place| {
                let name = if place.name == place.span.of(text) { String::new() } else { format!(" {}", place.name) };
                (place.span, format!("{}{name}", place.country.unwrap_or("")))
            };
            read(text, &[]).into_iter().map(told).collect()
        });
    }

    #[test]
    fn tables() {
        for table in [PLACES, COUNTRIES, NATIONALITIES] {
            table.check();
        }
        for (name, line) in PLACES.lines() {
            let known = known(name).unwrap_or_else(|| panic!("{name} is {line}"));
            assert!(known.codes.split(',').all(|code| country_name(code).is_some()), "{name} is {line}");
        }
        assert!(NATIONALITIES.lines().all(|(_, code)| country_name(code).is_some()));
    }

    #[test]
    fn names() {
        let country = |name| known(name).and_then(|known| known.country);
        for (name, code) in [
            ("Kyiv", "UA"),
            ("Kiev", "UA"),
            ("the United States", "US"),
            ("U.S.", "US"),
            ("Britain", "GB"),
            ("Beijing", "CN"),
            ("Moscow", "RU"),
            ("Dublin", "IE"),
            ("Ivory Coast", "CI"),
            ("Côte d'Ivoire", "CI"),
            ("Texas", "US"),
            ("Springfield", "US"),
        ] {
            assert_eq!(country(name), Some(code), "{name}");
        }
        assert_eq!(country("Georgia"), None);
        assert_eq!(known("Nowhere at all"), None);
        assert!(known("Oslo").is_some_and(|known| known.is_capital && !known.is_country));
        assert!(known("Norway").is_some_and(|known| known.is_country));
        assert_eq!(
            (nationality("Chinese"), nationality("Ukrainians"), nationality("tall")),
            (Some("CN"), Some("UA"), None)
        );
        assert_eq!(country_name("UA"), Some("Ukraine"));
    }

    #[test]
    fn in_the_text() {
        check("Brandt told reporters in [Kyiv|UA] that [Russia|RU] had withdrawn from [Donetsk|UA].");
        check("The [US|US United States] and [South Korea|KR] met in [Oslo|NO].");
        check("It rained in [Paris|US], [Texas|US], and in [Oslo|NO]; [Paris|US] is wet.");
        check("It rained in [Birmingham|US], [Alabama|US]. In [Birmingham|US] it pours. [Ohio|US] is dry.");
        check("It rained in [Birmingham|].");
        check("Michael Jordan and Chad Okafor met Paris Voss.");
        check("In [Jordan|JO] it rained.");
        check("Reading is fun. She lives in [Reading|] now.");
        check("[China|CN]’s ministry said [Moscow|RU]’s army left.");
        check("It hit the [Donetsk|UA] region. US officials left the [US|US United States] in a hurry.");
        check("The China Daily reported it.");
    }

    #[test]
    fn mentions_lead() {
        let text = "Jordan Voss left southern Lebanon for Nowhereville.";
        let mention = |words: &str, kind| {
            let start = text.find(words).expect("it is there");
            Mention { span: Span::new(start, start + words.len()), kind }
        };
        let mentions = [
            mention("Jordan Voss", EntityKind::Person),
            mention("southern Lebanon", EntityKind::Place),
            mention("Nowhereville", EntityKind::Place),
        ];
        let found: Vec<_> = read(text, &mentions).into_iter().map(|place| (place.name, place.country)).collect();
        assert_eq!(found, [("southern Lebanon".to_owned(), Some("LB")), ("Nowhereville".to_owned(), None)]);
    }

    proptest! {
        #[test]
        fn in_order_and_apart(
            text in "((Paris|Texas|U\\.S\\.|Washington, D\\.C\\.|in|the|North|Korea|New York|St\\. Louis|,|’s|\\.|x)( |)){0,14}",
            cut in (0usize..40, 0usize..20),
        ) {
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = |n: usize| bounds.get(n).copied().unwrap_or(text.len());
            let span = Span::new(at(cut.0), at(cut.0 + cut.1)).trim(&text);
            let mentions = [Mention { span, kind: EntityKind::Place }];
            let mentions = if span.is_empty() { &[][..] } else { &mentions[..] };
            marked::assert_in_order_and_apart(&text, read(&text, mentions).iter().map(|place| place.span));
        }

        #[test]
        fn any_text(text in any::<String>()) {
            let _ = read(&text, &[]);
        }
    }
}
