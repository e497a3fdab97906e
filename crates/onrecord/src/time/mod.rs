//! Expressions of time and their TIMEX3 values (TimeML 1.2.1; ISO 8601).

mod calendar;
mod expression;
mod holiday;
mod period;
mod words;

use jiff::civil::Date;

use crate::Span;
use crate::sentence::Sentence;
use crate::token::Token;

/// What kind of time an expression names: TIMEX3's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeKind {
    /// A day, month, year or the like.
    Date,
    /// A part of a day or a time of day.
    Time,
    /// A length of time.
    Duration,
    /// A recurring time.
    Set,
}

/// One expression of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it names.
    pub(crate) kind: TimeKind,
    /// Its TIMEX3 value ("2025-04-09", "2022-02", "P3D", "PAST_REF"); `None` where it cannot be told.
    pub(crate) value: Option<String>,
}

/// The expressions of time in the sentences, in order, none overlapping another.
///
/// `anchor` is the day of publication: without it "Wednesday" has the value "XXXX-WXX-3" and "last week" none.
pub(crate) fn times(text: &str, sentences: &[Sentence], tokens: &[Token], anchor: Option<Date>) -> Vec<Time> {
    let mut times = Vec::new();
    let mut period = None;
    for sentence in sentences {
        expression::read(text, &tokens[sentence.tokens.clone()], anchor, &mut times, &mut period);
    }
    times
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::marked;

    fn read(text: &str, anchor: Option<Date>) -> Vec<Time> {
        let (sentences, tokens) = marked::paragraph(text);
        times(text, &sentences, &tokens, anchor)
    }

    /// Times stand in square brackets, each with its value after a bar. The report is of a Wednesday, 9 April 2025.
    #[track_caller]
    fn check(expected: &str) {
        check_at(Some(Date::constant(2025, 4, 9)), expected);
    }

    #[track_caller]
    fn check_at(anchor: Option<Date>, expected: &str) {
        let told = |time: Time| (time.span, time.value.unwrap_or_default());
        marked::check(expected, |text| read(text, anchor).into_iter().map(told).collect());
    }

    #[test]
    fn weekdays() {
        check("Brandt told reporters in Oslo on [Wednesday|2025-04-09] that it rained.");
        check("Brandt said on [Tuesday|2025-04-08] that the dam broke.");
        check("The panel met earlier on [Wednesday|2025-04-09].");
        check("The panel will meet on [Friday|2025-04-11].");
        check("The vote is expected [Thursday|2025-04-10] in Oslo.");
        check("On [Monday|2025-04-14], the court will hear Okafor.");
        check("On [Monday|2025-04-07], the court heard Okafor.");
        check("It rained [last Wednesday|2025-04-02] and [next Tuesday|2025-04-15] is open.");
        check("[Tuesday morning|2025-04-08TMO] brought snow; [Monday night|2025-04-07TNI] had been mild.");
        check("They play on [Sundays|XXXX-WXX-7] and [every Friday|XXXX-WXX-5].");
        check("[Monday|2025-04-07]’s vote");
        check("It met [Wednesday last week|2025-04-02] and meets on [Monday of next week|2025-04-14].");
        check("They play [every Tuesday|XXXX-WXX-2] and [Thursday|XXXX-WXX-4].");
        check("It ended on [Friday|2025-04-04]; it had begun [the previous Monday|2025-03-31].");
        check("The offer expires on [Friday|2025-04-11]; they are to meet on [Sunday|2025-04-13].");
        check("[This Saturday|2025-04-12]'s match is off.");
        check("He has until [Friday|2025-04-11] to answer. It rains until [Friday|2025-04-11].");
        check_at(None, "Brandt said on [Wednesday|XXXX-WXX-3] that it rained.");
    }

    #[test]
    fn dates() {
        check("The war began in [February 2022|2022-02].");
        check("On [April 8, 2025|2025-04-08], and [8 April 2025|2025-04-08], and [2025-04-08|2025-04-08].");
        check("The [Aug. 7|2024-08-07] bombings killed 12.");
        check(
            "On [Oct. 18|2024-10-18]-[22|2024-10-22] it rained. It rained on [March 3|2025-03-03] and [4|2025-03-04].",
        );
        check("It will open on [May 3|2025-05-03]. It opened on [Friday, March 28|2025-03-28].");
        check("She may march in [May|2025-05]. The [March|2025-03] accession was quiet. May Okafor marched.");
        check("In [April|2025-04] 20 people died. From [January|2025-01] to [March|2025-03] it froze.");
        check("[Last October|2024-10] was warm; [early March|2025-03] was not.");
        check(
            "It happened in [1998|1998], in [nineteen ninety-six|1996], in [the 1990s|199X], in [the early '80s|198X] and in [the 20th century|19].",
        );
        check("It was the [1996|1996] law. In [2014-15|2014] he led.");
        check("It sold 2000 tickets, $1998 and 1,998 tons.");
        check(
            "Sales rose in [the third quarter|2024-Q3] and in [the first quarter of 2023|2023-Q1] and [Q2 2024|2024-Q2].",
        );
        check("It snowed [last winter|2024-WI] and in [the spring of 1999|1999-SP].");
        check("They met on [Thanksgiving Day|2024-11-28]. It will close on [Christmas Eve|2025-12-24].");
        check_at(None, "They met on [April 8|XXXX-04-08] in [1998|1998].");
    }

    #[test]
    fn seen_from_the_report() {
        check("[Today|2025-04-09] and [yesterday|2025-04-08] and [tomorrow|2025-04-10] and [tonight|2025-04-09TNI].");
        check("[Last night|2025-04-08TNI] it rained, [this morning|2025-04-09TMO] it snowed.");
        check("Prices rose [last month|2025-03], [last year|2024] and [last week|2025-W14].");
        check("Prices will rise [next month|2025-05], [this week|2025-W15], [next year|2026].");
        check("It opened [three days ago|2025-04-06], [two weeks ago|2025-W13], [five months ago|2024-11].");
        check("It opened [a year ago|2024], [a decade ago|2015] and [several years ago|PAST_REF].");
        check("It is [now|PRESENT_REF] closed and has [recently|PAST_REF] moved. In [the future|FUTURE_REF] it stays.");
        check(
            "They met on [March 3|2025-03-03]. [The next day|2025-03-04] it rained. [That same day|2025-03-04] he left.",
        );
        check_at(None, "Prices rose [last month|].");
    }

    #[test]
    fn periods_of_reports() {
        check("Profit in [the third quarter|2024-Q3] was $3 million, up from $2 million [a year earlier|2023-Q3].");
        check(
            "Sales for [the quarter|2025-Q1] ended [March 31|2025-03-31] rose 4%. In [the year-ago period|2024-Q1] they fell.",
        );
        check("It had a [fourth-quarter|2024-Q4] loss of $2 million, against $1 million [a year ago|2023-Q4].");
        check("It lost $3 million in [the first quarter|2025-Q1]. It lost $2 million in [the latest quarter|2025-Q1].");
        check("It expects a [first-quarter|2025-Q1] loss. It expects a loss in [the third quarter|2025-Q3].");
        check(
            "It earned $2 million in [the 2023 first quarter|2023-Q1], and $3 million in [the 2024 quarter|2024-Q1].",
        );
        check("A price of $2 [a year ago|2024] was low. She arrived [a year earlier|2024].");
        check(
            "Sales for [the full year|2025] may top $6 billion; for [the year|P1Y] ended [Jan. 31|2025-01-31] they did not.",
        );
        check("It met in [the same quarter of last year|2024-Q1]. The period was long. The same period ended.");
        check("It will close by [year-end|2025], by [the end of the month|2025-04], [later in the year|2025].");
        check("In [May 2021|2021-05] the dam broke; [the following month|2021-06] it was rebuilt.");
    }

    #[test]
    fn lengths_and_what_recurs() {
        check("It took [three days|P3D], [five minutes|PT5M] and [half an hour|PT30M].");
        check("A [two-day|P2D] visit, a [16-hour|PT16H] flight, [5 1/2 hours|PT5H30M].");
        check("For [the past two months|P2M] and in [recent weeks|PXW] it rained for [days|PXD].");
        check("It rained for [a year|P1Y], for [several years|PXY], [a year and a half|P1.5Y].");
        check("It took [two to three years|P2Y]. It will last [30 days|P30D], over [the last 30 days|P30D].");
        check("It will [one day|FUTURE_REF] reopen.");
        check("It rains [every day|P1D], [daily|P1D], [every two weeks|P2W] and [each year|P1Y].");
        check("A 44-year-old man, aged 44, and a boy 9 years old.");
        check("The second half began. It lasted a second.");
    }

    #[test]
    fn times_of_day() {
        check("It struck at [6:22 a.m. on Tuesday|2025-04-08T06:22].");
        check("It struck on [Tuesday|2025-04-08] at [9pm|2025-04-08T21:00].");
        check("It struck at [14:30 GMT|2025-04-09T14:30Z] and at [noon|2025-04-09T12:00].");
        check("Polls close at [8 p.m. EST Tuesday|2025-04-08T20:00].");
        check("Watch it here 04:21. USA TODAY says it will close by [the end of September|2025-09].");
        check("If the party loses in [January|2026-01] it will split. Over [the next decade|P10Y] it grows.");
        check("The score was 3:2 after 90:15, odds of 1.5 and 10.4.");
        check_at(None, "It struck at [6:22 a.m.|XXXX-XX-XXT06:22] sharp.");
    }

    proptest! {
        #[test]
        fn in_order_and_apart(
            text in "((last|next|the|of|in|a|two|Monday|May|March|Aug|5|1998|12|year|days|ago|quarter|am|fall|every|'|s|,|-|:|\\.|to|few|late|1990s|morning|week|earlier|previous|following|latest|period|ended|end|nineteen|ninety|\\$)( |)){0,14}",
            year in 1i16..=9998,
        ) {
            for anchor in [None, Date::new(year, 2, 28).ok(), Some(Date::MIN), Some(Date::MAX)] {
                marked::assert_in_order_and_apart(&text, read(&text, anchor).iter().map(|time| time.span));
            }
        }

        #[test]
        fn any_text(text in any::<String>()) {
            let _ = read(&text, Some(Date::constant(2025, 4, 9)));
        }
    }
}
