//! Bytes packed for keeping, and hashes of them.

use std::io::Read as _;

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// SHA-256.
pub(crate) type Hash = [u8; 32];

/// zstd's level. On records, level 6 takes three times as long for a file smaller by six hundredths.
const LEVEL: i32 = 3;

/// No piece that is unpacked whole is longer; what says so is damaged.
const MOST: usize = 1 << 30;

/// The hash of some bytes.
pub(crate) fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// A hash as the record writes it.
pub(crate) fn written(hash: &Hash) -> String {
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// Packs bytes.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    Ok(zstd::bulk::compress(bytes, LEVEL)?)
}

/// Unpacks what [`pack`] packed.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
    zstd::stream::decode_all(packed).map_err(|error| Error::Damaged(format!("packed bytes do not unpack ({error})")))
}

/// Unpacks many small pieces, one after the other: making what it works with takes longer than most of them.
pub(crate) struct Unpacker(zstd::bulk::Decompressor<'static>);

impl Unpacker {
    pub(crate) fn new() -> Result<Unpacker> {
        Ok(Unpacker(zstd::bulk::Decompressor::new()?))
    }

    /// Unpacks what [`pack`] packed.
    pub(crate) fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Error::Damaged("packed bytes do not unpack".to_owned());
        let length =
            zstd::bulk::Decompressor::upper_bound(packed).filter(|length| *length <= MOST).ok_or_else(damaged)?;
        self.0.decompress(packed, length).map_err(|_| damaged())
    }
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Unpacker")
    }
}

/// What begins a record that was packed beside its original.
const BESIDE: u8 = 1;

/// Packs a record beside the bytes that it was read from: what stands there, and in most records, takes next to no room.
pub(crate) fn pack_beside(bytes: &[u8], original: &[u8]) -> Result<Vec<u8>> {
    let packed = zstd::bulk::Compressor::with_dictionary(LEVEL, &dictionary(original))?.compress(bytes)?;
    Ok([&[BESIDE], packed.as_slice()].concat())
}

/// Unpacks what [`pack_beside`] packed beside these bytes, or [`pack`] without any.
pub(crate) fn unpack_beside(packed: &[u8], original: &[u8]) -> Result<Vec<u8>> {
    let Some((&BESIDE, packed)) = packed.split_first() else { return unpack(packed) };
    let damaged = |error| Error::Damaged(format!("a packed record does not unpack ({error})"));
    let mut bytes = Vec::new();
    let mut decoder = zstd::stream::read::Decoder::with_dictionary(packed, &dictionary(original)).map_err(damaged)?;
    decoder.read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

/// What is likely to be in a record, the likeliest last.
fn dictionary(original: &[u8]) -> Vec<u8> {
    // A record of an invented report. It may not change: records are packed with it.
    static SAMPLE: &[u8] = include_bytes!("../data/sample.json");
    [original, SAMPLE].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_back(bytes: Vec<u8>) {
            let packed = pack(&bytes).unwrap();
            prop_assert_eq!(&unpack(&packed).unwrap(), &bytes);
            prop_assert_eq!(Unpacker::new().unwrap().unpack(&packed).unwrap(), bytes);
        }

        #[test]
        fn what_was_packed_beside_an_original_comes_back(bytes: Vec<u8>, original: Vec<u8>) {
            let packed = pack_beside(&bytes, &original).unwrap();
            prop_assert_eq!(&unpack_beside(&packed, &original).unwrap(), &bytes);
            prop_assert_eq!(unpack_beside(&pack(&bytes).unwrap(), &original).unwrap(), bytes);
        }
    }

    #[test]
    fn what_is_cut_short_is_damaged() {
        let packed = pack(&[7; 1000]).unwrap();
        assert!(matches!(unpack(&packed[..packed.len() - 1]), Err(Error::Damaged(_))));
    }

    #[test]
    fn what_stands_in_the_original_takes_little_room() {
        let text: Vec<u8> = (0..2000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert!(pack_beside(&text, &text).unwrap().len() < pack(&text).unwrap().len() / 10);
    }

    #[test]
    fn a_hash_is_written_as_in_a_record() {
        // The hash of no bytes at all, from FIPS 180-4's examples.
        assert_eq!(written(&hash(b"")), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
