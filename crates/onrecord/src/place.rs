//! Places and the countries that they lie in.
