//! A [`Document`]: an article with its layers.
