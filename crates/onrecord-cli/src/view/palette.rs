//! The colours of the terminal view. The sixteen of the terminal's own theme, so that they suit light and dark.

use anstyle::{AnsiColor, Effects, Style};
use onrecord::record::Certainty;

/// The headline, and the heads of the table.
pub(super) const HEADLINE: Style = Style::new().effects(Effects::BOLD);
/// The summary under the headline.
pub(super) const STANDFIRST: Style = Style::new().effects(Effects::ITALIC);
/// What is beside the point: notes, rules, numbers.
pub(super) const FAINT: Style = Style::new().effects(Effects::DIMMED);
/// Who speaks.
pub(super) const SOURCE: Style = AnsiColor::Cyan.on_default().effects(Effects::BOLD);
/// Who speaks, where it cannot be told.
pub(super) const UNRESOLVED: Style = AnsiColor::Magenta.on_default();
/// The words that name the act.
pub(super) const CUE: Style = AnsiColor::Yellow.on_default();
/// What is denied, and that it is.
pub(super) const DENIAL: Style = AnsiColor::Red.on_default();
/// What is said.
const CONTENT: Style = AnsiColor::Green.on_default();

/// The part that words play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Source {
        /// Whether nobody is known by it.
        unresolved: bool,
    },
    Cue,
    Content {
        /// Whether it is what a denial denies.
        denied: bool,
    },
}

/// The style of words that play all these parts: a content inside another is underlined, a source or a cue inside a
/// content keeps its own colour.
pub(super) fn marked(base: Style, roles: impl Iterator<Item = Role>) -> Style {
    let (mut contents, mut denied, mut over) = (0, false, None);
    for role in roles {
        match role {
            Role::Content { denied: this } => {
                contents += 1;
                denied |= this;
            }
            Role::Source { unresolved } => over = Some(if unresolved { UNRESOLVED } else { SOURCE }),
            Role::Cue => over = over.or(Some(CUE)),
        }
    }
    let style = match over {
        Some(style) => style,
        None if contents == 0 => return base,
        None if denied => DENIAL,
        None => CONTENT,
    };
    let nested = if contents > 1 { Effects::UNDERLINE } else { Effects::new() };
    style.effects(style.get_effects() | base.get_effects() | nested)
}

/// How sure a source is of a claim.
pub(super) fn certainty(certainty: Option<Certainty>) -> Style {
    match certainty {
        Some(Certainty::Certain) => AnsiColor::Green.on_default(),
        Some(Certainty::Probable | Certainty::Possible | Certainty::ProbableNot | Certainty::PossibleNot) => {
            AnsiColor::Yellow.on_default()
        }
        Some(Certainty::CertainNot) => DENIAL,
        Some(Certainty::Uncommitted) | None => FAINT,
    }
}
