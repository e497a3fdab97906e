//! Gzip, read through; and what goes wrong when reading, in words.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// How many bytes of an input tell what it holds.
pub(crate) const BEGINNING: usize = 64 << 10;

/// After so many pieces of damage an input is given up.
const MOST_DAMAGE: u32 = 100;

/// An input, no longer packed. Members of gzip that follow each other are one input.
pub(crate) enum Unpacked<'a> {
    Plain(Box<dyn BufRead + 'a>),
    Gzip(Box<BufReader<Members<'a>>>),
}

impl<'a> Unpacked<'a> {
    /// # Errors
    /// If the input cannot be read.
    pub(crate) fn new(mut bytes: impl BufRead + 'a) -> io::Result<Unpacked<'a>> {
        let gzipped = bytes.fill_buf()?.starts_with(&MAGIC[..2]);
        Ok(if gzipped {
            let member = GzDecoder::new(Packed { ahead: Vec::new(), bytes: Box::new(bytes) });
            // A buffer of this size is what the first look at an input sees of it.
            let members = Members { member: Some(member), damage: 0 };
            Unpacked::Gzip(Box::new(BufReader::with_capacity(BEGINNING, members)))
        } else {
            Unpacked::Plain(Box::new(bytes))
        })
    }

    /// After an error: goes on with the next member of gzip. Answers whether there is one.
    pub(crate) fn resume(&mut self) -> bool {
        match self {
            Unpacked::Plain(_) => false,
            Unpacked::Gzip(bytes) => bytes.get_mut().resume().unwrap_or(false),
        }
    }

    /// Whether it was packed.
    pub(crate) fn is_packed(&self) -> bool {
        matches!(self, Unpacked::Gzip(_))
    }

    /// Why it could not be read, in words.
    pub(crate) fn why(&self, error: &io::Error) -> String {
        why(self.is_packed(), error)
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(bytes) => bytes.read(into),
            Unpacked::Gzip(bytes) => bytes.read(into),
        }
    }
}

impl BufRead for Unpacked<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Unpacked::Plain(bytes) => bytes.fill_buf(),
            Unpacked::Gzip(bytes) => bytes.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Unpacked::Plain(bytes) => bytes.consume(amount),
            Unpacked::Gzip(bytes) => bytes.consume(amount),
        }
    }
}

/// How an input begins, unpacked.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn beginning(bytes: impl BufRead) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    Unpacked::new(bytes)?.take(BEGINNING as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// Why something could not be read, in words without the system's numbers.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "its permissions forbid to read it".to_owned(),
        _ => {
            let told = error.to_string();
            let told = told.split(" (os error").next().unwrap_or_default();
            let mut letters = told.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The same of what may have been packed.
pub(crate) fn why(packed: bool, error: &io::Error) -> String {
    let broken =
        matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof);
    // These are the kinds of what flate2 says of damaged data, and of data cut short.
    if packed && broken { format!("the gzip data is broken or cut short ({error})") } else { reason(error) }
}

/// How a member of gzip begins: its magic number, and the only method of packing that there is (RFC 1952).
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Members of gzip, one after the other.
pub(crate) struct Members<'a> {
    /// `None` at the end.
    member: Option<GzDecoder<Packed<'a>>>,
    damage: u32,
}

impl Members<'_> {
    fn resume(&mut self) -> io::Result<bool> {
        self.damage += 1;
        let Some(member) = self.member.take().filter(|_| self.damage <= MOST_DAMAGE) else { return Ok(false) };
        let mut packed = member.into_inner();
        let found = packed.seek_magic()?;
        self.member = found.then(|| GzDecoder::new(packed));
        Ok(found)
    }
}

impl Read for Members<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let more = !member.get_mut().fill_buf()?.is_empty();
            self.member = self.member.take().filter(|_| more).map(|member| GzDecoder::new(member.into_inner()));
        }
        Ok(0)
    }
}

/// Packed bytes, of which some have been looked at already.
struct Packed<'a> {
    ahead: Vec<u8>,
    bytes: Box<dyn BufRead + 'a>,
}

impl Packed<'_> {
    /// Goes on to the next place that looks like the beginning of a member.
    fn seek_magic(&mut self) -> io::Result<bool> {
        // What is left of the last beginning is none: each search goes forward.
        self.ahead.clear();
        let mut matched = 0;
        loop {
            let buffer = self.bytes.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            for (at, &byte) in buffer.iter().enumerate() {
                matched = if byte == MAGIC[matched] { matched + 1 } else { usize::from(byte == MAGIC[0]) };
                if matched == MAGIC.len() {
                    self.bytes.consume(at + 1);
                    self.ahead = MAGIC.to_vec();
                    return Ok(true);
                }
            }
            let all = buffer.len();
            self.bytes.consume(all);
        }
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Packed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead.is_empty() { self.bytes.fill_buf() } else { Ok(&self.ahead) }
    }

    fn consume(&mut self, amount: usize) {
        if self.ahead.is_empty() {
            self.bytes.consume(amount);
        } else {
            self.ahead.drain(..amount);
        }
    }
}
