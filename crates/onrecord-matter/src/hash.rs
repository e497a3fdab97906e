//! Hashes that are the same on every machine and in every version: they are kept in files.

/// FNV-1a (Fowler, Noll and Vo) of 64 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn of(text: &str) -> u64 {
        Hash::new().bytes(text.as_bytes()).value()
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Hash {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    pub(crate) fn number(self, number: u64) -> Hash {
        self.bytes(&number.to_le_bytes())
    }

    /// With its bits mixed once more (the finalizer of MurmurHash3), for FNV's low bits alone are weak.
    pub(crate) fn value(self) -> u64 {
        let mut value = self.0;
        value = (value ^ (value >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        value = (value ^ (value >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        value ^ (value >> 33)
    }
}

#[cfg(test)]
mod tests {
    use super::Hash;

    #[test]
    fn hashes_stay_as_they_are() {
        // They stand in ledgers that were written before.
        assert_eq!(Hash::of("torvik"), Hash::new().bytes(b"torvik").value());
        assert_ne!(Hash::new().number(1).number(2).value(), Hash::new().number(2).number(1).value());
    }
}
