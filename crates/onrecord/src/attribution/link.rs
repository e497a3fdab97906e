//! Links: which cue a content belongs to, and which source a cue has.
//!
//! Each content chooses among the cues near it, each cue among the sources near it, or none. A perceptron with one
//! hidden layer scores every candidate from what lies between the two; `training/train_linker.py` fits it to the
//! attributions of PolNeAR and computes the same features in the same order: a change here is a change there.

use std::ops::Range;

use crate::model::{ModelError, Weights};
use crate::token::Token;

/// How many candidates are weighed on either side.
const NEAR: usize = 4;
/// Features of a pair, on one side of the cue.
const PAIR: usize = 36;
/// Features of a source and a cue.
const OF_SOURCE: usize = 2 * PAIR + 2;
/// Features of a content and a cue.
const OF_CONTENT: usize = OF_SOURCE + 16;

/// The trained linker.
#[derive(Debug)]
pub(crate) struct Linker {
    content: Scorer,
    source: Scorer,
}

/// Spans of one document by what they are: half-open token ranges, in order, none overlapping another.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    pub(crate) sources: Vec<Range<usize>>,
    pub(crate) cues: Vec<Range<usize>>,
    pub(crate) contents: Vec<Range<usize>>,
}

/// What was chosen, as indices into [`Spans`].
#[derive(Debug)]
pub(crate) struct Links {
    /// For each content its cue.
    pub(crate) cue_of: Vec<Choice>,
    /// For each cue its source.
    pub(crate) source_of: Vec<Choice>,
}

/// A choice among candidates and choosing nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) chosen: Option<usize>,
    /// By how much its score was above the next best; infinite where there was nothing to choose among.
    pub(crate) margin: f32,
}

impl Linker {
    /// Takes the linker's weights.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub(crate) fn new(weights: &Weights) -> Result<Linker, ModelError> {
        Ok(Linker {
            content: Scorer::new(weights, "link.content", OF_CONTENT)?,
            source: Scorer::new(weights, "link.source", OF_SOURCE)?,
        })
    }

    /// Chooses for every content and every cue.
    pub(crate) fn link(&self, text: &str, tokens: &[Token], spans: &Spans) -> Links {
        let surface = Surface::new(text, tokens);
        let mut row = Vec::with_capacity(OF_CONTENT);
        let cue_of = spans
            .contents
            .iter()
            .map(|content| {
                self.content.choose(near(content, &spans.cues), &mut row, |cue, row| {
                    surface.content(content, &spans.cues[cue], spans, row);
                })
            })
            .collect();
        let source_of = spans
            .cues
            .iter()
            .map(|cue| {
                self.source.choose(near(cue, &spans.sources), &mut row, |source, row| {
                    surface.pair(&spans.sources[source], cue, spans, row);
                })
            })
            .collect();
        Links { cue_of, source_of }
    }
}

/// The candidates for `x`: up to [`NEAR`] that end before it, and as many that start after it.
fn near(x: &Range<usize>, candidates: &[Range<usize>]) -> impl Iterator<Item = usize> + use<> {
    let left = candidates.partition_point(|c| c.end <= x.start);
    let right = candidates.partition_point(|c| c.start < x.end).max(left);
    (left.saturating_sub(NEAR)..left).chain(right..(right + NEAR).min(candidates.len()))
}

/// A perceptron with one hidden layer, and the score of choosing nothing.
#[derive(Debug)]
struct Scorer {
    width: usize,
    /// A row of the hidden units' weights for each feature.
    hidden: Vec<f32>,
    bias: Vec<f32>,
    out: Vec<f32>,
    none: f32,
}

impl Scorer {
    fn new(weights: &Weights, name: &str, width: usize) -> Result<Scorer, ModelError> {
        let units = weights.shape(&format!("{name}.hidden.bias"))?.first().copied().unwrap_or(0);
        let hidden = weights.floats(&format!("{name}.hidden.weight"), &[units, width])?;
        Ok(Scorer {
            width,
            hidden: (0..units * width).map(|at| hidden[at % units * width + at / units]).collect(),
            bias: weights.floats(&format!("{name}.hidden.bias"), &[units])?,
            out: weights.floats(&format!("{name}.out.weight"), &[units])?,
            none: weights.floats(&format!("{name}.none"), &[1])?[0],
        })
    }

    /// The candidate with the highest score, the first of equals; none where all are below choosing nothing.
    fn choose(
        &self,
        candidates: impl Iterator<Item = usize>,
        row: &mut Vec<f32>,
        features: impl Fn(usize, &mut Vec<f32>),
    ) -> Choice {
        let mut best = (None, self.none);
        let mut second = f32::NEG_INFINITY;
        let mut units = Vec::with_capacity(self.bias.len());
        for candidate in candidates {
            row.clear();
            features(candidate, row);
            let score = self.score(row, &mut units);
            if score > best.1 || (best.0.is_none() && score >= best.1) {
                second = best.1;
                best = (Some(candidate), score);
            } else {
                second = second.max(score);
            }
        }
        Choice { chosen: best.0, margin: best.1 - second }
    }

    /// Each unit is summed in the order of the features, so that every machine gets the same bits. Most features of a
    /// pair are 0, and add nothing.
    fn score(&self, row: &[f32], units: &mut Vec<f32>) -> f32 {
        debug_assert_eq!(row.len(), self.width);
        units.clone_from(&self.bias);
        for (weights, x) in self.hidden.chunks_exact(units.len().max(1)).zip(row).filter(|&(_, &x)| x != 0.0) {
            for (unit, weight) in units.iter_mut().zip(weights) {
                *unit += weight * x;
            }
        }
        units.iter().zip(&self.out).fold(0.0, |sum, (unit, out)| sum + out * unit.max(0.0))
    }
}

/// The document's surface as the features see it: its words in lower case, and running counts of what stands between
/// them. `counts[i]` is over the tokens before `i`.
struct Surface<'a> {
    words: Vec<Word<'a>>,
    paragraphs: Vec<u32>,
    ends: Vec<u32>,
    quotes: Vec<u32>,
    separators: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Word<'a>(&'a str);

impl Word<'_> {
    fn is(self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }

    fn is_any(self, others: &[&str]) -> bool {
        others.iter().any(|other| self.is(other))
    }

    fn is_quote(self) -> bool {
        matches!(self.0, "“" | "”" | "\"")
    }
}

impl<'a> Surface<'a> {
    fn new(text: &'a str, tokens: &[Token]) -> Surface<'a> {
        let n = tokens.len();
        let mut surface = Surface {
            words: tokens.iter().map(|t| Word(t.span.of(text))).collect(),
            paragraphs: Vec::with_capacity(n + 1),
            ends: Vec::with_capacity(n + 1),
            quotes: Vec::with_capacity(n + 1),
            separators: Vec::with_capacity(n + 1),
        };
        let (mut paragraphs, mut ends, mut quotes, mut separators) = (0, 0, 0, 0);
        for i in 0..=n {
            surface.paragraphs.push(paragraphs);
            surface.ends.push(ends);
            surface.quotes.push(quotes);
            surface.separators.push(separators);
            let Some(word) = surface.words.get(i) else { break };
            let (gap, following) = match tokens.get(i + 1) {
                Some(next) => {
                    (&text[tokens[i].span.end()..next.span.start()], text[next.span.start()..].chars().next())
                }
                None => ("\n", None),
            };
            let closes = !gap.is_empty() || matches!(following, Some('“' | '”' | '"' | '’' | '\''));
            paragraphs += u32::from(gap.contains('\n'));
            ends += u32::from(matches!(word.0, "." | "?" | "!") && closes);
            quotes += u32::from(word.is_quote());
            separators += u32::from(matches!(word.0, "," | ";" | ":" | "—" | "–"));
        }
        surface
    }

    fn word(&self, i: usize) -> Word<'a> {
        self.words.get(i).copied().unwrap_or(Word(""))
    }

    fn before(&self, i: usize) -> Word<'a> {
        i.checked_sub(1).map_or(Word(""), |i| self.word(i))
    }

    /// What a span `x` and a cue have between them, and how they look: once for a span behind the cue, once before.
    fn pair(&self, x: &Range<usize>, cue: &Range<usize>, spans: &Spans, row: &mut Vec<f32>) {
        let after = x.start >= cue.end;
        let (a, b) = if after { (cue.end, x.start) } else { (x.end, cue.start) };
        let b = b.max(a);
        let last = a.saturating_sub(1);
        let gap = (b - a) as f32;
        let breaks = self.paragraphs[b] - self.paragraphs[last];
        let ends = self.ends[b] - self.ends[last];
        let ends_within = self.ends[b] - self.ends[a];
        let quotes = self.quotes[b] - self.quotes[a];
        let separators = self.separators[b] - self.separators[a];
        let sources = between(&spans.sources, a, b, Some(x));
        let cues = between(&spans.cues, a, b, None);
        let contents = between(&spans.contents, a, b, Some(x));
        let opening = |words: &[&str]| (a..b.min(a + 6)).any(|i| self.word(i).is_any(words));
        let (first, end) = (self.word(cue.start), self.before(cue.end));
        let base: [f32; PAIR] = [
            gap / (gap + 4.0),
            gap / (gap + 20.0),
            yes(b == a),
            yes(b - a == 1),
            yes(b - a <= 3),
            capped(breaks as usize, 2),
            yes(breaks > 0),
            capped(ends as usize, 3),
            yes(ends > 0),
            yes(ends_within > 0),
            capped(quotes as usize, 2),
            yes(separators > 0),
            capped(sources, 2),
            yes(sources > 0),
            capped(cues, 2),
            yes(cues > 0),
            capped(contents, 2),
            yes(contents > 0),
            yes(self.word(x.start).is_quote()),
            yes(self.before(x.end).is_quote() || self.word(x.end).is_quote()),
            yes(matches!(self.word(a).0, "," | ":")),
            yes(matches!(self.before(b).0, "," | ":")),
            yes(opening(&["that"])),
            yes(opening(&["and", "but"])),
            capped(x.len(), 30),
            yes(x.len() <= 2),
            yes(first.is(":")),
            yes(first.is("according")),
            yes(end.is("to")),
            yes(end.0.len().checked_sub(3).and_then(|at| end.0.get(at..)).is_some_and(|last| Word(last).is("ing"))),
            yes(end.is_any(&["said", "says", "told", "say", "added", "wrote"])),
            yes(first.is_any(&["was", "were", "is", "are", "be", "been", "has", "have", "had"])),
            yes(self.before(x.start).is("by")),
            yes(self.before(x.start).is_any(&["who", "which", "that"])),
            yes(self.before(cue.start).is_any(&["who", "which"])),
            yes(self.word(x.start).is_any(&["which", "what", "who", "that", "it", "he"])),
        ];
        let none = [0.0; PAIR];
        let (behind, ahead) = if after { (&base, &none) } else { (&none, &base) };
        row.extend_from_slice(behind);
        row.extend_from_slice(ahead);
        row.extend_from_slice(if after { &[1.0, 0.0] } else { &[0.0, 1.0] });
    }

    /// The pair's features, what else the cue touches, and the contents before and after this one.
    fn content(&self, x: &Range<usize>, cue: &Range<usize>, spans: &Spans, row: &mut Vec<f32>) {
        self.pair(x, cue, spans, row);
        let contents = &spans.contents;
        let left = contents[..contents.partition_point(|c| c.end <= cue.start)].iter().rfind(|c| *c != x);
        let right = contents[contents.partition_point(|c| c.start < cue.end)..].iter().find(|c| *c != x);
        self.touched(left.map(|c| (c, c.end, cue.start)), spans, row);
        self.touched(right.map(|c| (c, cue.end, c.start)), spans, row);
        let before = contents[..contents.partition_point(|c| c.end <= x.start)].last();
        row.extend(before.map_or([0.0; 4], |c| {
            [
                yes(x.start - c.end <= 1),
                yes(c.start >= cue.end),
                yes(self.quotes[x.start] > self.quotes[c.end]),
                yes(self.paragraphs[x.start] > self.paragraphs[c.end.saturating_sub(1)]),
            ]
        }));
        let behind = contents.get(contents.partition_point(|c| c.start < x.end));
        row.extend(behind.map_or([0.0; 2], |c| [yes(c.start - x.end <= 1), yes(c.end <= cue.start)]));
    }

    fn touched(&self, other: Option<(&Range<usize>, usize, usize)>, spans: &Spans, row: &mut Vec<f32>) {
        row.extend(other.map_or([1.0, 0.0, 0.0, 0.0, 0.0], |(c, a, b)| {
            let words: usize = within(&spans.sources, a, b).map(Range::len).sum();
            let cues = within(&spans.cues, a, b).next().is_some();
            [
                0.0,
                yes(b - a <= words + 2 && !cues),
                yes(self.ends[b] > self.ends[a.saturating_sub(1)]),
                yes(self.word(c.start).is_quote()),
                yes(cues),
            ]
        }));
    }
}

/// The spans that lie wholly in `a..b`.
fn within(spans: &[Range<usize>], a: usize, b: usize) -> impl Iterator<Item = &Range<usize>> {
    let from = spans.partition_point(|s| s.start < a);
    spans[from..].iter().take_while(move |s| s.start <= b).filter(move |s| s.end <= b)
}

fn between(spans: &[Range<usize>], a: usize, b: usize, but: Option<&Range<usize>>) -> usize {
    within(spans, a, b).filter(|s| Some(*s) != but).count()
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

fn capped(x: usize, most: usize) -> f32 {
    x.min(most) as f32 / most as f32
}
