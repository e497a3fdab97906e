//! The language that a report is in.

use crate::token;

/// English has about every fourth word from this list, and other languages next to none.
const ENGLISH: [&str; 24] = [
    "the", "of", "and", "to", "that", "is", "was", "for", "with", "said", "he", "his", "by", "from", "has", "have",
    "are", "were", "they", "this", "which", "who", "will", "be",
];

/// The ISO 639-1 code of the text's language; `None` where it is too short or too mixed to tell.
///
/// Only a long text is called anything but English: a short English one full of foreign names misleads any detector.
pub(super) fn language<'a>(paragraphs: impl Iterator<Item = &'a str>) -> Option<String> {
    const ENOUGH: usize = 4000;
    let mut sample = String::new();
    for paragraph in paragraphs {
        let room = ENOUGH.saturating_sub(sample.len());
        let end =
            paragraph.char_indices().map(|(at, _)| at).chain([paragraph.len()]).take_while(|at| *at <= room).last();
        sample.push_str(&paragraph[..end.unwrap_or(0)]);
        sample.push('\n');
        if sample.len() >= ENOUGH {
            break;
        }
    }
    let words = sample.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    let (mut count, mut english) = (0usize, 0usize);
    for word in words {
        count += 1;
        english += usize::from(ENGLISH.contains(&&*token::lower(word)));
    }
    if count >= 8 && english * 100 >= count * 12 {
        return Some("en".to_owned());
    }
    if sample.chars().filter(|c| c.is_alphabetic()).count() < 60 {
        return None;
    }
    // Another script than the Latin one is no English, however unsure its language.
    let found = whatlang::detect(&sample).filter(|f| f.is_reliable() || f.script() != whatlang::Script::Latin)?;
    let code = found.lang().code();
    // The few words of English in a foreign text are names and quotations; the other way round there are many more.
    if code != "eng" && english * 100 >= count * 8 {
        return None;
    }
    let codes = include_str!("../../data/languages.tsv").lines().filter_map(|line| line.split_once('\t'));
    codes.filter(|(three, _)| *three == code).map(|(_, two)| two.to_owned()).next()
}

#[cfg(test)]
mod tests {
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(super::language(text.split('\n')).as_deref(), expected, "{text}");
    }

    #[test]
    fn languages() {
        check("The mayor of Kolm said on Tuesday that she was not told of the plan.", Some("en"));
        check("Quake hits Kolm", None);
        check("", None);
        check(
            "Der Bürgermeister von Kolm sagte am Dienstag, er habe von dem Plan nichts gewusst.\nDie Opposition verlangt \
             eine Untersuchung und will den Rat noch in dieser Woche einberufen.",
            Some("de"),
        );
        check(
            "La alcaldesa de Kolm dijo el martes que no había sido informada del plan y que pedirá explicaciones al \
             gobierno de la provincia durante la próxima semana.",
            Some("es"),
        );
        check(
            "Мэр города Колм заявил во вторник, что ничего не знал о плане и потребует объяснений от совета.",
            Some("ru"),
        );
    }
}
