//! Charts, drawn here as SVG that a page holds. Colours and fonts are the page's, by classes; a screen reader is told to read
//! the table that stands beneath instead.

use std::fmt::Write as _;

use onrecord::record::Bound;
use onrecord_ledger::{Series, SeriesKind, Stance};
use onrecord_matter::figure::Measure;

use crate::words;

/// Sizes, in the units of the drawing.
const WIDTH: f64 = 720.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 16.0;
const PLOT: f64 = 190.0;
/// Below the plot: days.
const BOTTOM: f64 = 40.0;
/// So many days are named along the axis at most.
const NAMED: usize = 8;

/// A figure on its way into a chart.
struct Mark {
    day: String,
    low: f64,
    high: f64,
    bound: Bound,
    title: String,
}

/// The figures of a series in order of publication, each with its bound: a bar from the lower to the upper number of a range,
/// an arrow to where it is open. `None` where there is only one.
pub(crate) fn series(series: &Series, day: impl Fn(usize) -> String, who: impl Fn(usize) -> String) -> Option<String> {
    let marks: Vec<Mark> = series
        .points
        .iter()
        .map(|point| {
            let figure = &point.figure;
            // What is given in different units is drawn in one.
            let factor = match &figure.measure {
                Measure::Unit { factor, .. } => *factor,
                Measure::Count { .. } => 1.0,
            };
            let written = words::figure(&figure.value, &figure.to, &figure.bound, &figure.of, &figure.vague);
            Mark {
                day: day(point.member),
                low: figure.value * factor,
                high: figure.to.unwrap_or(figure.value) * factor,
                bound: figure.bound,
                title: format!("{}: {written}, {}", day(point.member), who(point.member)),
            }
        })
        .filter(|mark| mark.low.is_finite() && mark.high.is_finite())
        .collect();
    (marks.len() > 1).then(|| drawn(&marks, series.kind == SeriesKind::Dispute))
}

fn drawn(marks: &[Mark], disputed: bool) -> String {
    let highest = marks.iter().map(|mark| mark.high.max(mark.low)).fold(f64::MIN, f64::max);
    let lowest = marks.iter().map(|mark| mark.low.min(mark.high)).fold(f64::MAX, f64::min);
    // From zero, unless all numbers are far from it and near each other.
    let from = if lowest > 0.0 && lowest < highest * 0.6 || lowest == highest { lowest.min(0.0) } else { lowest };
    let step = step((highest - from).abs().max(highest.abs() * 0.05).max(f64::MIN_POSITIVE));
    let bottom = (from / step).floor() * step;
    let top = ((highest / step).ceil() * step).max(bottom + step);
    let y = |value: f64| TOP + PLOT * (1.0 - (value - bottom) / (top - bottom));
    let slot = (WIDTH - LEFT - RIGHT) / marks.len() as f64;
    let x = |place: usize| LEFT + slot * (place as f64 + 0.5);
    let mut out = String::new();
    let height = TOP + PLOT + BOTTOM;
    let class = if disputed { "chart disputed" } else { "chart" };
    let _ = write!(
        out,
        "<svg class=\"{class}\" viewBox=\"0 0 {WIDTH} {height}\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let lines = ((top - bottom) / step).round() as usize;
    for line in 0..=lines.min(12) {
        let value = bottom + step * line as f64;
        let at = y(value);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"tick\" x=\"{}\" \
             y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            words::number(rounded(value, step)),
        );
    }
    for (place, mark) in marks.iter().enumerate() {
        point(&mut out, mark, x(place), &y);
    }
    let days: Vec<(usize, &str)> = first_of_each(marks.iter().map(|mark| mark.day.as_str()));
    for (place, day) in days.iter().step_by(days.len().div_ceil(NAMED).max(1)) {
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(*place),
            TOP + PLOT + 22.0,
            escaped(day)
        );
    }
    out + "</svg>"
}

/// One figure: a dot, a bar over its range, an arrow to where it is open.
fn point(out: &mut String, mark: &Mark, x: f64, y: &impl Fn(f64) -> f64) {
    let (low, high) = (y(mark.low), y(mark.high));
    let _ = write!(out, "<g><title>{}</title>", escaped(&mark.title));
    let arrow = |out: &mut String, from: f64, to: f64| {
        let head = if to < from { 6.0 } else { -6.0 };
        let _ = write!(
            out,
            "<path class=\"bound\" d=\"M{x:.1} {from:.1}V{to:.1}m-5 {head:.1}l5 {:.1}l5 {head:.1}\"/>",
            -head
        );
    };
    match mark.bound {
        Bound::AtLeast | Bound::MoreThan => arrow(out, high, (high - 26.0).max(2.0)),
        Bound::AtMost | Bound::LessThan => arrow(out, low, low + 26.0),
        Bound::About => {
            let _ = write!(out, "<path class=\"bound\" d=\"M{x:.1} {:.1}v18m-5 0h10m-10 -18h10\"/>", low - 9.0);
        }
        Bound::Exact => {}
    }
    if low != high {
        let _ = write!(out, "<line class=\"range\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{low:.1}\" y2=\"{high:.1}\"/>");
        let _ = write!(out, "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{high:.1}\" r=\"5\"/>");
    }
    // A number that the bound excludes is hollow.
    let open = if matches!(mark.bound, Bound::MoreThan | Bound::LessThan) { " open" } else { "" };
    let _ = write!(out, "<circle class=\"dot{open}\" cx=\"{x:.1}\" cy=\"{low:.1}\" r=\"5\"/></g>");
}

/// Who stands where over time: a row for each, a mark for each day on which it is published. `None` where nothing changes
/// from one day to another.
pub(crate) fn positions(rows: &[(String, Vec<(String, Stance)>)]) -> Option<String> {
    const NAMES: f64 = 190.0;
    const ROW: f64 = 30.0;
    let mut days: Vec<&str> = rows.iter().flat_map(|(_, marks)| marks.iter().map(|(day, _)| day.as_str())).collect();
    days.sort_unstable();
    days.dedup();
    if days.len() < 2 {
        return None;
    }
    let slot = (WIDTH - NAMES - RIGHT) / days.len() as f64;
    let x = |day: &str| NAMES + slot * (days.binary_search(&day).unwrap_or_default() as f64 + 0.5);
    let height = ROW * rows.len() as f64 + BOTTOM;
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg class=\"chart stands\" viewBox=\"0 0 {WIDTH} {height}\" aria-hidden=\"true\" focusable=\"false\">"
    );
    for (place, (who, marks)) in rows.iter().enumerate() {
        let y = ROW * (place as f64 + 0.5);
        let name: String =
            if who.chars().count() > 26 { who.chars().take(25).chain(['…']).collect() } else { who.clone() };
        let _ = write!(
            out,
            "<text class=\"name\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><line class=\"grid\" x1=\"{NAMES}\" \
             x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>",
            NAMES - 10.0,
            y + 4.0,
            escaped(&name),
            WIDTH - RIGHT
        );
        for (day, stance) in marks {
            let (x, title) = (x(day), escaped(&format!("{day}: {who} {}", words::stands(stance))));
            // Shapes differ too, for those who do not see the colours.
            let shape = match stance {
                Stance::Asserts => format!("<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"6\"/>"),
                Stance::Denies => format!("<path d=\"M{:.1} {}l12 12m0 -12l-12 12\"/>", x - 6.0, y - 6.0),
                Stance::Doubts => format!("<path d=\"M{x:.1} {}l7 12h-14z\"/>", y - 7.0),
                Stance::Unknown => format!("<circle class=\"open\" cx=\"{x:.1}\" cy=\"{y}\" r=\"5\"/>"),
            };
            let _ = write!(out, "<g class=\"{}\"><title>{title}</title>{shape}</g>", words::stands_class(stance));
        }
    }
    for day in days.iter().step_by(days.len().div_ceil(NAMED).max(1)) {
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(day),
            height - 14.0,
            escaped(day)
        );
    }
    Some(out + "</svg>")
}

/// A round step of which a span has about five: 1, 2 or 5 times a power of ten.
fn step(span: f64) -> f64 {
    let rough = span / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

/// A value on the axis without the dust of adding up.
fn rounded(value: f64, step: f64) -> f64 {
    let digits = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.digits$}").parse().unwrap_or(value)
}

/// The place of the first of each run of equal words.
fn first_of_each<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let mut firsts: Vec<(usize, &str)> = Vec::new();
    for (place, word) in words.enumerate() {
        if firsts.last().is_none_or(|(_, last)| *last != word) {
            firsts.push((place, word));
        }
    }
    firsts
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(low: f64, high: f64, bound: Bound) -> Mark {
        Mark { day: "2024-05-14".to_owned(), low, high, bound, title: "<b>".to_owned() }
    }

    #[test]
    fn steps_are_round() {
        for (span, expected) in [(5.0, 1.0), (7.0, 2.0), (24.0, 5.0), (0.3, 0.1), (41_000.0, 10_000.0)] {
            assert!((step(span) - expected).abs() < expected * 1e-9, "{span}: {}", step(span));
        }
    }

    #[test]
    fn all_marks_lie_in_the_drawing_and_no_text_is_markup() {
        for values in
            [[3.0, 12.0], [0.0, 0.0], [7.0, 7.0], [-4.0, 9.0], [1e12, 1.1e12], [0.001, 0.002], [1e300, -1e300]]
        {
            for bound in [Bound::Exact, Bound::AtLeast, Bound::AtMost, Bound::MoreThan, Bound::LessThan, Bound::About] {
                let svg = drawn(&[mark(values[0], values[1], bound), mark(values[1], values[1], bound)], true);
                assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("<b>"), "{values:?}: {svg}");
                for piece in svg.split("cy=\"").skip(1) {
                    let at: f64 = piece.split('"').next().and_then(|at| at.parse().ok()).expect("a number");
                    assert!((TOP - 0.1..=TOP + PLOT + 0.1).contains(&at), "{values:?}: {at}");
                }
            }
        }
    }

    #[test]
    fn who_stands_where_needs_two_days() {
        let row = |days: &[&str]| {
            vec![("Ada <Quill>".to_owned(), days.iter().map(|day| ((*day).to_owned(), Stance::Denies)).collect())]
        };
        assert_eq!(positions(&row(&["2024-05-14"])), None);
        let svg = positions(&row(&["2024-05-14", "2024-05-16"])).expect("two days");
        assert!(svg.contains("Ada &lt;Quill&gt;") && svg.matches("<title>").count() == 2);
    }
}
