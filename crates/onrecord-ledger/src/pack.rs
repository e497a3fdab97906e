//! Bytes packed for keeping, and hashes of them.

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// SHA-256.
pub(crate) type Hash = [u8; 32];

/// zstd's level. On records, level 6 takes three times as long for a file smaller by six hundredths.
const LEVEL: i32 = 3;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_back(bytes: Vec<u8>) {
            prop_assert_eq!(unpack(&pack(&bytes).unwrap()).unwrap(), bytes);
        }
    }

    #[test]
    fn what_is_cut_short_is_damaged() {
        let packed = pack(&[7; 1000]).unwrap();
        assert!(matches!(unpack(&packed[..packed.len() - 1]), Err(Error::Damaged(_))));
    }

    #[test]
    fn a_hash_is_written_as_in_a_record() {
        // The hash of no bytes at all, from FIPS 180-4's examples.
        assert_eq!(written(&hash(b"")), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
