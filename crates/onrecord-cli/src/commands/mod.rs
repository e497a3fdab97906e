//! What the program does, a file a command.

pub(crate) mod add;
pub(crate) mod claims;
pub(crate) mod correct;
pub(crate) mod entities;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod mcp;
pub(crate) mod read;
pub(crate) mod reread;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod source;
pub(crate) mod verify;
