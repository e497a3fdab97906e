//! The one place that knows the order of the stages.

/// Reads articles into records.
#[derive(Debug)]
pub struct Reader {}
