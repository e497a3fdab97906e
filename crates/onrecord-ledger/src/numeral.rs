//! How reports write a number.

/// The ways in which reports write a number: "24", "twenty-four"; "1500", "1,500"; "2.5 million".
pub(crate) fn written(number: f64) -> Vec<String> {
    let plain = format!("{}", number.abs());
    let mut ways = vec![plain.clone()];
    if number.fract() == 0.0 && number.abs() < 1e15 {
        if plain.len() > 3 {
            ways.push(onrecord::grouped(&plain));
        }
        ways.extend(onrecord::in_words(number.abs() as u64));
    }
    for (size, name) in [(1e6, "million"), (1e9, "billion"), (1e12, "trillion")] {
        let many = number.abs() / size;
        // To two places, as papers round.
        if (1.0..1000.0).contains(&many) && (many * 100.0).fract() == 0.0 {
            ways.push(format!("{many} {name}"));
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_several_ways() {
        for (number, expected) in [
            (0.0, &["0", "zero"][..]),
            (24.0, &["24", "twenty-four"]),
            (40.0, &["40", "forty"]),
            (100.0, &["100", "hundred"]),
            (155.0, &["155"]),
            (1500.0, &["1500", "1,500"]),
            (170_000.0, &["170000", "170,000"]),
            (2_500_000.0, &["2500000", "2,500,000", "2.5 million"]),
            (6.1, &["6.1"]),
        ] {
            assert_eq!(written(number), expected, "{number}");
        }
    }
}
