//! What the program does, a file a command.

pub(crate) mod read;
pub(crate) mod schema;
