//! Quotation marks, paired.
//!
//! A mark is read by its shape and by what stands beside it: after a space and before a word it opens, after a word or
//! a stop and before a space it closes, and where it could do either it closes what is open. An apostrophe is no mark.
//! What cannot be paired never reaches beyond its block: an opening mark alone quotes to the end of its block, or to
//! the next opening mark, if it stands where speech begins, and otherwise nothing.

use crate::token::is_word;
use crate::{Block, Span};

/// One quotation: the words between an opening mark and its closing one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotation {
    /// With its marks.
    pub(crate) span: Span,
    /// Without them.
    pub(crate) inner: Span,
    /// How many other quotations it stands in: 0 is outermost.
    pub(crate) depth: u8,
    /// Whether it goes on from the quotation before it: a speech over several paragraphs opens again in each and closes
    /// in the last alone.
    pub(crate) resumes: bool,
}

/// The quotations of those blocks that are read, in order of their opening marks; an outer one comes before those in it.
///
/// Any two are apart or one within the other, and none crosses the border of a block.
pub(crate) fn pair(text: &str, blocks: &[Block]) -> Vec<Quotation> {
    let mut quotations = Vec::new();
    let mut awaits = None;
    let mut read = blocks.iter().filter(|block| block.kind.is_read()).peekable();
    while let Some(block) = read.next() {
        let marks = marks(text, block.span);
        let next = read.peek().and_then(|block| opens_with(text, block.span));
        let paired = pair_block(text, block.span, &marks, next);
        let first = quotations.len();
        nest(paired.spans, &mut quotations);
        if let Some(quotation) = quotations.get_mut(first) {
            let opens = quotation.span.start() == block.span.start();
            quotation.resumes = opens && awaits.is_some() && awaits == marks.first().map(|mark| mark.family);
        }
        awaits = paired.left_open.filter(|family| next == Some(*family));
    }
    quotations
}

/// Marks that pair with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Double,
    Single,
    Guillemet,
    SingleGuillemet,
    Corner,
}

/// What a mark may do, by its shape and its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Open,
    Close,
    Either,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    family: Family,
    role: Role,
    span: Span,
    /// Whether it may be an apostrophe: after "s", "z", "x" or "n'", before a space and a word.
    apostrophe: bool,
}

struct Paired {
    /// With and without marks.
    spans: Vec<(Span, Span)>,
    /// The marks of a quotation that is still open at the block's end.
    left_open: Option<Family>,
}

fn pair_block(text: &str, block: Span, marks: &[Mark], next_block: Option<Family>) -> Paired {
    let mut open: Vec<Mark> = Vec::new();
    let mut spans = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let is_open = open.iter().rev().take(MAX_DEPTH).any(|other| other.family == mark.family);
        let closes = match mark.role {
            Role::Open => false,
            Role::Close => true,
            Role::Either => is_open,
        };
        if !closes {
            open.push(*mark);
        } else if is_open {
            // The rights of workers' unions: where a surer end is to come, this is none.
            let surer = marks[at + 1..].iter().find(|other| other.family == mark.family);
            if mark.apostrophe && surer.is_some_and(|other| other.role == Role::Close && !other.apostrophe) {
                continue;
            }
            while let Some(opening) = open.pop() {
                if opening.family == mark.family {
                    let inner = Span::new(opening.span.end(), mark.span.start());
                    spans.push((opening.span.cover(mark.span), inner));
                    break;
                }
            }
        }
    }
    let mut left_open = None;
    for (at, opening) in open.iter().enumerate() {
        let last = open[at + 1..].iter().all(|other| other.family != opening.family);
        let goes_on = last && next_block == Some(opening.family);
        let alone = opening.family == Family::Single;
        if !goes_on && (alone || !speech_begins(text, block, *opening)) {
            continue;
        }
        let end = first_after(marks, opening).unwrap_or(block.end());
        let inner = Span::new(opening.span.end(), end);
        // Only white space goes: the words begin where the mark ends.
        let inner = Span::new(inner.start(), inner.start() + inner.of(text).trim_end().len());
        if inner.of(text).trim().is_empty() {
            continue;
        }
        spans.push((opening.span.cover(inner), inner));
        if goes_on && end == block.end() {
            left_open = Some(opening.family);
        }
    }
    Paired { spans, left_open }
}

/// How many quotations within quotations are told apart. People stop at three.
const MAX_DEPTH: usize = 16;

/// The next mark that opens a quotation of the same family.
fn first_after(marks: &[Mark], opening: &Mark) -> Option<usize> {
    let from = marks.partition_point(|mark| mark.span.start() <= opening.span.start());
    let next = marks[from..].iter().find(|mark| mark.family == opening.family && mark.role != Role::Close)?;
    Some(next.span.start())
}

/// Whether speech may begin at this mark: at the start of the block or after a stop. In the middle of a clause it sets
/// off a word or two, of which nobody knows where they end once the closing mark is lost.
fn speech_begins(text: &str, block: Span, mark: Mark) -> bool {
    let before = text[block.start()..mark.span.start()].trim_end();
    before
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, ',' | ':' | ';' | '.' | '?' | '!' | '…' | '—' | '–' | '(' | '['))
}

/// Puts spans in order, leaves out what crosses another, and counts how deep each lies.
fn nest(mut spans: Vec<(Span, Span)>, quotations: &mut Vec<Quotation>) {
    spans.sort_by_key(|(span, _)| (span.start(), std::cmp::Reverse(span.end())));
    let mut around: Vec<usize> = Vec::new();
    for (span, inner) in spans {
        while around.last().is_some_and(|&end| end <= span.start()) {
            around.pop();
        }
        if around.last().is_some_and(|&end| end < span.end()) {
            continue;
        }
        let depth = u8::try_from(around.len()).unwrap_or(u8::MAX);
        quotations.push(Quotation { span, inner, depth, resumes: false });
        around.push(span.end());
    }
}

/// The family of the mark that the block begins with, if that opens.
fn opens_with(text: &str, block: Span) -> Option<Family> {
    let words = block.of(text);
    // Looking at its first characters is enough, so that every block is read through only once.
    let end = words.char_indices().nth(16).map_or(words.len(), |(at, _)| at);
    let first = marks(text, Span::new(block.start(), block.start() + end)).first().copied()?;
    (first.span.start() == block.start() && first.role != Role::Close).then_some(first.family)
}

/// The quotation marks of a block, apostrophes and signs for feet, inches and minutes left out.
fn marks(text: &str, block: Span) -> Vec<Mark> {
    let words = block.of(text);
    let mut marks = Vec::new();
    let mut chars = words.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        let mut shape = shape(c);
        // TeX's way: two back-ticks open, two straight apostrophes close.
        if matches!(c, '`' | '\'') && chars.peek().is_some_and(|&(_, second)| second == c) {
            chars.next();
            end += 1;
            shape = Some((Family::Double, if c == '`' { Shape::Opens } else { Shape::Straight }));
        }
        if let Some((family, shape)) = shape {
            let after = words[end..].chars().next();
            let no_mark = if family == Family::Single {
                is_apostrophe(&words[..at], before, &words[end..])
            } else {
                is_inches(&words[..at], before, after, &marks)
            };
            if !no_mark {
                let role = role(shape, before, after);
                let span = Span::new(block.start() + at, block.start() + end);
                let apostrophe = family == Family::Single && may_be_apostrophe(before, &words[end..]);
                marks.push(Mark { family, role, span, apostrophe });
            }
        }
        before = words[..end].chars().next_back();
    }
    marks
}

/// What a mark's form says about its direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// It opens, except where the German way makes it close.
    Opens,
    /// It closes, except where the Swedish or Danish way makes it open.
    Closes,
    /// It always opens.
    Low,
    /// It does both.
    Straight,
}

fn shape(c: char) -> Option<(Family, Shape)> {
    Some(match c {
        '"' | '＂' => (Family::Double, Shape::Straight),
        '“' | '‟' => (Family::Double, Shape::Opens),
        '”' => (Family::Double, Shape::Closes),
        '„' => (Family::Double, Shape::Low),
        '\'' => (Family::Single, Shape::Straight),
        '‘' | '‛' | '`' => (Family::Single, Shape::Opens),
        '’' => (Family::Single, Shape::Closes),
        '‚' => (Family::Single, Shape::Low),
        '«' => (Family::Guillemet, Shape::Opens),
        '»' => (Family::Guillemet, Shape::Closes),
        '‹' => (Family::SingleGuillemet, Shape::Opens),
        '›' => (Family::SingleGuillemet, Shape::Closes),
        '「' | '『' => (Family::Corner, Shape::Low),
        '」' | '』' => (Family::Corner, Shape::Closes),
        _ => return None,
    })
}

fn role(shape: Shape, before: Option<char>, after: Option<char>) -> Role {
    let loose_before = before.is_none_or(|c| c.is_whitespace() || "([{<—–-/".contains(c) || opens(c));
    let loose_after = after.is_none_or(|c| !is_word(c) && !"[($£€¥#@…".contains(c) && !opens(c));
    match shape {
        Shape::Low => Role::Open,
        // French sets spaces inside its guillemets, so that a mark of this form with spaces about it opens.
        Shape::Opens if !loose_before && loose_after => Role::Either,
        Shape::Opens => Role::Open,
        Shape::Closes if loose_before && !loose_after => Role::Either,
        Shape::Closes => Role::Close,
        Shape::Straight => match (loose_before, loose_after) {
            (true, false) if before.is_some_and(|c| "—–-/".contains(c)) => Role::Either,
            (true, false) => Role::Open,
            (false, true) => Role::Close,
            _ => Role::Either,
        },
    }
}

fn opens(c: char) -> bool {
    shape(c).is_some_and(|(_, shape)| shape != Shape::Closes)
}

/// Whether a single mark is certainly an apostrophe: inside a word, before a decade or a clipped word.
fn is_apostrophe(before: &str, last: Option<char>, after: &str) -> bool {
    let next = after.chars().next();
    if last.is_some_and(is_word) {
        return next.is_some_and(is_word);
    }
    // A clipped word may stand on its own or between two apostrophes: rock 'n' roll.
    let word_end = after.find(|c| !is_word(c)).unwrap_or(after.len());
    let word = &after[..word_end];
    let decade = word.len() >= 2 && word.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    if decade && matches!(&word[2..], "" | "s") && !closed_at_once(&after[word_end..]) {
        return true;
    }
    CLIPPED.contains(&word) && !before.ends_with(['\'', '’', '‘'])
}

/// Whether a mark follows at once that ends a quotation: "the class of '68'".
fn closed_at_once(rest: &str) -> bool {
    rest.starts_with(['\'', '’'])
}

/// English words that are written with an apostrophe for their missing first letters.
const CLIPPED: [&str; 14] =
    ["n", "em", "til", "till", "tis", "twas", "cause", "bout", "cos", "cuz", "im", "er", "ere", "neath"];

/// Whether a closing single mark may be an apostrophe at a word's end: "the workers' rights", "talkin' about".
fn may_be_apostrophe(last: Option<char>, after: &str) -> bool {
    let mut rest = after.chars();
    last.is_some_and(|c| matches!(c, 's' | 'S' | 'z' | 'x' | 'n'))
        && rest.next().is_some_and(char::is_whitespace)
        && rest.next().is_some_and(is_word)
}

/// Whether a double mark after a number means inches or seconds: nothing is open that it could close, or feet or
/// minutes stand before it.
fn is_inches(before: &str, last: Option<char>, after: Option<char>, marks: &[Mark]) -> bool {
    if !last.is_some_and(|c| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾')) || after.is_some_and(is_word) {
        return false;
    }
    let number = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾' | '.'));
    let feet = number.trim_end_matches([' ', '\u{a0}']).strip_suffix(['\'', '’', '′']);
    if feet.is_some_and(|feet| feet.ends_with(|c: char| c.is_ascii_digit())) {
        return true;
    }
    let open = marks.iter().rev().take(8).find(|mark| mark.family == Family::Double);
    !open.is_some_and(|mark| mark.role != Role::Close)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::BlockKind;

    fn paragraphs(text: &str) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut start = 0;
        for part in text.split("\n\n") {
            let span = Span::new(start, start + part.len()).trim(text);
            if !span.is_empty() {
                blocks.push(Block { kind: BlockKind::Paragraph, span });
            }
            start += part.len() + 2;
        }
        blocks
    }

    /// What was found is shown by square brackets around each quotation, marks included, a `+` after the bracket of one
    /// that goes on from the block before.
    #[track_caller]
    fn check(expected: &str) {
        let text = expected.replace("[+", "").replace(['[', ']'], "");
        let found = pair(&text, &paragraphs(&text));
        let mut at: Vec<(usize, i32, &str)> = Vec::new();
        for (n, quotation) in (0..).zip(&found) {
            at.push((quotation.span.start(), n, if quotation.resumes { "[+" } else { "[" }));
            at.push((quotation.span.end(), -n - 1, "]"));
        }
        // Closing brackets before opening ones, the inner before the outer.
        at.sort_by_key(|&(offset, n, mark)| (offset, mark != "]", n));
        let mut shown = text.clone();
        for (offset, _, mark) in at.iter().rev() {
            shown.insert_str(*offset, mark);
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn curly() {
        check("[“We will rebuild,”] Ida Brandt said. [“All of it.”]");
        check("The plan is [“dead on arrival”], the senator said.");
        check("[“He told me, [‘Leave now,’] and I left,”] said Mr Okafor.");
        check("[“It’s the workers’ day,”] the union’s Lena Voss said.");
        check("[‘It’s the workers’ day,’] the union’s Lena Voss said.");
        check("[‘We’re done,’] she said. [‘The miners’ lamp won’t be lit again.’]");
        check("He praised the teachers’ courage and the pupils’ patience.");
        check("[“The ’60s were hard,”] he said.");
        check("(The word [“siege”] was hers.)");
        check("[“Hands off!”]—so ran the banner.");
        check("[“We saw (them) coming,”] he said.");
    }

    #[test]
    fn straight() {
        check("[\"We will rebuild,\"] Ida Brandt said. [\"All of it.\"]");
        check("[\"He told me, ['Leave now,'] and I left,\"] said Mr Okafor.");
        check("[\"['Leave now,'] he told me. ['Go.']\"] Mr Okafor wept.");
        check("['No deal,'] says minister as talks falter");
        check("Minister: ['We won't yield']");
        check("Farmers' leader calls levy ['a farmers' nightmare']");
        check("['Boys' rights'], dads' group says");
        check("The boss's desk, the boys' room and the '90s.");
        check("He stands 5'10\" and she 6' 2\".");
        check("[\"I am 6'2\" tall,\"] he said.");
        check("A 12\" pipe burst near the 40\" main.");
        check("[\"We won in 2012\"] was all he said.");
        check("Rock 'n' roll and the class of '68 gave 'em hell.");
        check("[\"Give 'em hell,\"] he said.");
        check("A so-called [\"safe zone\"]-turned-trap.");
        check("He said,[\"Stop\"]and left.");
        check("[\"One,\"]he said,[\"two.\"]");
    }

    #[test]
    fn other_marks() {
        check("[«Nous partons»], a dit Léa Morel.");
        check("[« Nous partons »], a dit Léa Morel.");
        check("[„Wir gehen“], sagte Jana Kolb. [„Nein [‚nie‘] mehr.“]");
        check("[„Mi megyünk”] – mondta.");
        check("[”Vi går”], sa hon. [”Nu.”]");
        check("[»Wir gehen«], sagte sie.");
        check("[``We go,''] he said. [``Now.'']");
        check("[`We go,'] he said.");
        check("[「行きます」]と言った。");
        check("[\"We go,”] he said. [“Now.\"]");
    }

    #[test]
    fn speech_over_paragraphs() {
        check("[“We came in May.]\n\n[+“We left in June,”] she said.\n\n[“It was long.”]");
        check("She said: [“We came in May.]\n\n[+“It rained.]\n\n[+“We left in June.”]");
        check("[\"We came in May.]\n\n[+\"We left in June,\"] she said.");
        check("[‘We came in May. It’s long ago.]\n\n[+‘We left in June,’] she said.");
        check("[“We came in May,”] she said.\n\n[“We left in June.”]");
    }

    #[test]
    fn lost_marks() {
        // Where speech begins, the quotation is bounded by its block or by the next opening mark.
        check("[“We came in May, she said.]\n\nIt rained.");
        check("[“We came in May, she said.] [“It rained,”] she added.");
        // In the middle of a clause, nobody knows where it ends.
        check("The “peace plan was signed.\n\nIt rained.");
        check("The peace plan” was signed. [“Good,”] she said.");
        check("Their ‘plan was signed. They’re home.");
        check("[“He said ‘yes and left,”] she recalled.");
        check("\"");
        check("She said \"");
        check("” ’ “");
    }

    #[test]
    fn only_what_is_read() {
        let text = "“We came.\n\nAdvertisement\n\n“We left.”";
        let mut blocks = paragraphs(text);
        blocks[1].kind = BlockKind::Boilerplate;
        let found = pair(text, &blocks);
        assert_eq!(
            found.iter().map(|q| (q.inner.of(text), q.resumes)).collect::<Vec<_>>(),
            [("We came.", false), ("We left.", true)]
        );
    }

    #[test]
    fn depth_and_words_within() {
        let text = "“He said, ‘She wrote “no” twice.’ ” ";
        let found = pair(text, &paragraphs(text));
        let shown: Vec<_> = found.iter().map(|q| (q.depth, q.inner.of(text))).collect();
        assert_eq!(shown, [(0, "He said, ‘She wrote “no” twice.’ "), (1, "She wrote “no” twice."), (2, "no")]);
    }

    #[test]
    fn a_megabyte_of_marks_is_read_in_one_pass() {
        for piece in ["“‘", "\"a ' ", "“a” ", "s' a ", "'", "“ “ ’ ", "5\" ", "«‹„‚"] {
            let text = piece.repeat(1_000_000 / piece.len());
            let start = std::time::Instant::now();
            let _ = pair(&text, &paragraphs(&text));
            assert!(start.elapsed().as_secs() < 5, "{piece:?} took {:?}", start.elapsed());
        }
    }

    proptest! {
        #[test]
        fn nested_or_apart(text in "([a-z ]|[sn5.,]|\n\n|[\"'“”‘’«»„`—(]){0,60}") {
            let blocks = paragraphs(&text);
            let found = pair(&text, &blocks);
            for (at, one) in found.iter().enumerate() {
                prop_assert!(one.span.contains(one.inner));
                prop_assert!(!one.span.of(&text).is_empty() && one.inner.of(&text).len() < one.span.len());
                prop_assert!(blocks.iter().any(|block| block.span.contains(one.span)));
                for other in &found[at + 1..] {
                    prop_assert!(one.span.start() < other.span.start());
                    prop_assert!(!one.span.overlaps(other.span) || one.inner.contains(other.span));
                }
            }
        }

        #[test]
        fn any_text(text in any::<String>()) {
            let _ = pair(&text, &paragraphs(&text));
        }
    }
}
