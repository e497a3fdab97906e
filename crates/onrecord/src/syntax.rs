//! Parts of speech and dependencies.
