//! Whatever reads what others wrote, each as a target: a function of bytes that must never panic,
//! hang or answer two ways, with honest inputs to begin from.
//!
//! `cargo test -p candour-fuzz` runs each a few thousand times over changed inputs and over every
//! input that once found something (`fuzz/found/TARGET/`); `cargo xtask fuzz` runs libFuzzer.

mod asked;
mod record;

/// One target.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Reads the bytes and checks what it read.
    pub run: fn(&[u8]),
    /// Inputs that are read well.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    record::EVENT,
    record::NOTE,
    record::CHECKPOINT,
    record::BUNDLE,
    record::PROOF,
    record::BACKUP,
    record::SEALED,
    asked::FORM,
    asked::QUESTION,
    asked::DATES,
    asked::TOML,
    asked::IMPORT,
    asked::API,
];

/// A text as a seed.
fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// The input as text, in the pieces between lines that hold only `--`.
fn pieces<const N: usize>(bytes: &[u8]) -> Option<[&str; N]> {
    let mut pieces = std::str::from_utf8(bytes).ok()?.split("\n--\n");
    let found = std::array::from_fn(|_| pieces.next().unwrap_or_default());
    Some(found)
}

/// Changes inputs without looking at what they do: for the short run, which needs no other build.
pub struct Changes {
    state: u64,
}

/// What programs stumble over.
const TOKENS: [&str; 20] = [
    "\0",
    "\n",
    "\r\n",
    "\"",
    "\\",
    "%00",
    "%ff",
    "{",
    "[[[[[[[[",
    "]",
    "=",
    "-1",
    "0",
    "18446744073709551616",
    "1e309",
    "9999-12-31",
    "2020-02-30",
    "\u{202E}",
    "\u{FEFF}",
    "é",
];

impl Changes {
    /// The same changes for the same number.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed | 1 }
    }

    fn next(&mut self, below: usize) -> usize {
        // xorshift64*: fast, and the same everywhere.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from(drawn).unwrap_or(0) % below.max(1)
    }

    /// One of the inputs, changed in a few places.
    pub fn of(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.next(inputs.len())].clone();
        for _ in 0..=self.next(4) {
            let at = self.next(bytes.len() + 1);
            let end = (at + self.next(32)).min(bytes.len());
            match self.next(7) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.next(8),
                1 if at < bytes.len() => bytes[at] = u8::try_from(self.next(256)).unwrap_or(0),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let copied = bytes[at..end].to_vec();
                    bytes.splice(at..at, copied);
                }
                4 => {
                    let other = &inputs[self.next(inputs.len())];
                    let from = self.next(other.len() + 1);
                    let to = (from + self.next(200)).min(other.len());
                    bytes.splice(at..end, other[from..to].iter().copied());
                }
                5 => bytes.truncate(at),
                _ => {
                    bytes.splice(at..at, TOKENS[self.next(TOKENS.len())].bytes());
                }
            }
        }
        bytes
    }
}
