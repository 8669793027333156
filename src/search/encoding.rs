//! The encodings of the index files: CBOR (RFC 8949) and gzip.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha1::{Digest, Sha1};

/// Bytes before the content of every file; the client takes them as the sign that it was decompressed.
const MAGIC: &[u8] = b"pagefind_dcd";

/// Level 6 saves 6 % of the size and takes twice as long.
const LEVEL: Compression = Compression::new(2);

/// Compresses the content of a file.
pub(super) fn compress(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 2), LEVEL);
    // Writing to memory cannot fail.
    let _ = encoder.write_all(MAGIC).and_then(|()| encoder.write_all(content));
    encoder.finish().unwrap_or_default()
}

/// The length of a short name in characters after its prefix.
const SHORT: usize = 7;

/// Names for contents: the prefix and the start of a hash, as long as needed to tell them apart.
#[derive(Default)]
pub(super) struct ContentNames(BTreeSet<String>);

impl ContentNames {
    pub(super) fn name(&mut self, prefix: &str, content: &[u8]) -> String {
        let hash: String = Sha1::digest(content).iter().map(|byte| format!("{byte:x}")).collect();
        let names = (SHORT..=hash.len()).map(|length| format!("{prefix}{}", &hash[..length]));
        let mut free = names.skip_while(|name| self.0.contains(name));
        let name = free.next().unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

/// A writer of CBOR.
#[derive(Default)]
pub(super) struct Cbor(Vec<u8>);

impl Cbor {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Begins an array of some number of items.
    pub(super) fn array(&mut self, length: usize) -> &mut Self {
        self.head(4, length as u64)
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.head(3, text.len() as u64).raw(text.as_bytes())
    }

    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        match u64::try_from(number) {
            Ok(positive) => self.head(0, positive),
            Err(_) => self.head(1, number.unsigned_abs() - 1),
        }
    }

    pub(super) fn numbers(&mut self, numbers: &[i64]) -> &mut Self {
        self.array(numbers.len());
        for number in numbers {
            self.number(*number);
        }
        self
    }

    /// Appends items that are already encoded.
    pub(super) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// The type of an item and its argument, in as few bytes as possible.
    fn head(&mut self, kind: u8, argument: u64) -> &mut Self {
        let kind = kind << 5;
        let bytes = argument.to_be_bytes();
        match argument {
            0..24 => self.raw(&[kind | bytes[7]]),
            24..0x100 => self.raw(&[kind | 24, bytes[7]]),
            0x100..0x1_0000 => self.raw(&[kind | 25]).raw(&bytes[6..]),
            0x1_0000..0x1_0000_0000 => self.raw(&[kind | 26]).raw(&bytes[4..]),
            _ => self.raw(&[kind | 27]).raw(&bytes),
        }
    }
}
