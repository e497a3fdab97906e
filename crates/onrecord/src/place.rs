//! Places and the countries that they lie in.

use crate::Span;

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
