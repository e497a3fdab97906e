//! Comma-separated values as RFC 4180 has them.

/// A row: cells with commas, quotation marks or breaks of line in quotation marks, and a break of line at its end.
#[must_use]
pub fn row<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let mut out = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        let cell = cell.as_ref();
        if index > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (cells, expected) in [
            (&["a", "b c"][..], "a,b c\r\n"),
            (&["a,b", "say \"no\"", "two\nlines", ""], "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\r\n"),
            (&[""], "\r\n"),
        ] {
            assert_eq!(row(cells), expected);
        }
    }
}
