//! Lemmas: the form under which a dictionary has a word.
