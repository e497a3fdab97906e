//! What the encoder is told of a token beyond its pieces: where it stands to quotation marks and to the lines.
//!
//! Both are lost on the way to pieces: a line's end leaves no trace among them, and whether a mark opens or closes takes
//! counting. `training/reference.py` has the same rule.

use crate::token::Token;

/// How many kinds of token there are: four places about quotation marks, at a line's beginning or not.
pub(crate) const SURFACES: usize = 8;
/// What is added for the first token of a line.
const OPENS_LINE: u8 = 4;

/// Each token's kind: 0 outside quotation marks, 1 a mark that opens, 2 inside, 3 a mark that closes; and 4 more for the
/// first token, and for the first after a line's end, where every quotation is taken to be over.
///
/// `“`, `„` and `«` open where nothing is open, `”` and `»` close where something is, `"` does the one or the other. There
/// is no depth: a mark that opens inside is inside.
pub(crate) fn surfaces(text: &str, tokens: &[Token]) -> Vec<u8> {
    let mut inside = false;
    let mut end = None;
    let surface = |token: &Token| {
        let opens_line = end.is_none_or(|end| text[end..token.span.start()].contains('\n'));
        end = Some(token.span.end());
        inside &= !opens_line;
        let quote = match (token.span.of(text), inside) {
            ("\"" | "“" | "„" | "«", false) => 1,
            ("\"" | "”" | "»", true) => 3,
            (_, true) => 2,
            (_, false) => 0,
        };
        inside = matches!(quote, 1 | 2);
        quote + if opens_line { OPENS_LINE } else { 0 }
    };
    tokens.iter().map(surface).collect()
}

#[cfg(test)]
mod tests {
    use super::surfaces;
    use crate::token::tokenize;
    use crate::{Block, BlockKind, Span};

    /// The kinds of a text's tokens, a digit each.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let tokens = tokenize(text, &[Block { kind: BlockKind::Paragraph, span: Span::new(0, text.len()) }]);
        let found: String = surfaces(text, &tokens).into_iter().map(|kind| char::from(b'0' + kind)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn about_quotation_marks() {
        check("He said no.", "4000");
        check("“No,” he said.", "5223000");
        check("\"No,\" he said.", "5223000");
        check("„No« and «no»", "5222223");
        check("She “said “no” twice”.", "412223000");
        check("a ” b » c", "40000");
        check("it's 6' tall", "400000");
    }

    #[test]
    fn lines_end_quotations() {
        check("“No\nOne more", "5240");
        check("“No\n“One” more", "525230");
        check("a\n\n\"b\" c", "45230");
        check("a\r\nb c", "440");
        check("\n a", "4");
        check("", "");
    }
}
