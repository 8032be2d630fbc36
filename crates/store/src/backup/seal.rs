//! A backup under a key: its first line in the clear, and what follows in sealed pieces.
//!
//! After the first line come 16 random bytes, then pieces of [`PIECE_BYTES`] bytes of plaintext, the
//! last one shorter, each under XChaCha20-Poly1305. The nonce of a piece is those random bytes, its
//! number in 7 bytes, and a byte that is 1 in the last piece only; the first line is bound to every
//! piece. So no piece can be changed, left out, put elsewhere or taken from another backup, and the
//! end cannot be cut off. Decision 017 states it exactly.

use std::io::{self, BufRead, Read, Write};

use candour_core::record::hex;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Random bytes of the nonces of one backup.
pub const NONCE_BYTES: usize = 16;
/// Bytes of plaintext in each piece but the last.
pub const PIECE_BYTES: usize = 64 << 10;
/// Bytes that sealing adds to a piece.
pub const TAG_BYTES: usize = 16;
/// One more than the highest number of a piece.
const PIECES_MAX: u64 = 1 << 56;

/// What every piece of one backup has in common.
struct Sealed {
    cipher: XChaCha20Poly1305,
    nonce: [u8; NONCE_BYTES],
    /// The first line with its end.
    first: Vec<u8>,
    /// How many pieces went before.
    n: u64,
}

impl Sealed {
    fn new(key: &[u8; KEY_BYTES], nonce: [u8; NONCE_BYTES], first: Vec<u8>) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()), nonce, first, n: 0 }
    }

    /// The nonce of the next piece.
    fn next(&mut self, is_last: bool) -> io::Result<XNonce> {
        if self.n >= PIECES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut nonce = [0; 24];
        nonce[..NONCE_BYTES].copy_from_slice(&self.nonce);
        nonce[NONCE_BYTES..23].copy_from_slice(&self.n.to_be_bytes()[1..]);
        nonce[23] = u8::from(is_last);
        self.n += 1;
        Ok(nonce.into())
    }

    fn seal(&mut self, plain: &[u8], is_last: bool) -> io::Result<Vec<u8>> {
        let nonce = self.next(is_last)?;
        let sealed = self.cipher.encrypt(&nonce, Payload { msg: plain, aad: &self.first });
        sealed.map_err(|_| io::Error::other("a piece of it could not be sealed"))
    }

    fn open(&mut self, sealed: &[u8], is_last: bool) -> io::Result<Vec<u8>> {
        let nonce = self.next(is_last)?;
        let n = self.n;
        self.cipher.decrypt(&nonce, Payload { msg: sealed, aad: &self.first }).map_err(|_| {
            wrong(&format!("its piece {n} does not open under its key: the file was changed, or is cut short there"))
        })
    }
}

fn wrong(says: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, says)
}

/// Seals what is written to it, but for the first line. What was not finished cannot be opened.
pub struct Sealing<W> {
    out: W,
    key: [u8; KEY_BYTES],
    nonce: [u8; NONCE_BYTES],
    first: Vec<u8>,
    sealed: Option<Sealed>,
    plain: Vec<u8>,
}

impl<W: Write> Sealing<W> {
    /// Begins a file. Key and nonce are drawn by chance, and used for no other.
    pub fn new(out: W, key: [u8; KEY_BYTES], nonce: [u8; NONCE_BYTES]) -> Self {
        Self { out, key, nonce, first: Vec::new(), sealed: None, plain: Vec::with_capacity(PIECE_BYTES) }
    }

    /// Seals the last piece.
    ///
    /// # Errors
    /// It cannot be written, or nothing was written before.
    pub fn finish(mut self) -> io::Result<W> {
        let Some(mut sealed) = self.sealed.take() else {
            return Err(io::Error::other("a file without a line cannot be sealed"));
        };
        self.out.write_all(&sealed.seal(&self.plain, true)?)?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Takes bytes of the first line, and answers how many they were.
    fn begin(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            self.first.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        self.first.extend_from_slice(&bytes[..=end]);
        let first = std::mem::take(&mut self.first);
        self.out.write_all(&first)?;
        self.out.write_all(&self.nonce)?;
        self.sealed = Some(Sealed::new(&self.key, self.nonce, first));
        Ok(end + 1)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(sealed) = &mut self.sealed else { return self.begin(bytes) };
        // A full piece waits until something follows it, because the last one is marked.
        if self.plain.len() == PIECE_BYTES && !bytes.is_empty() {
            self.out.write_all(&sealed.seal(&self.plain, false)?)?;
            self.plain.clear();
        }
        let taken = bytes.len().min(PIECE_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens what follows the first line of a sealed file, and hashes the file on the way. It hands over no
/// byte of a piece that does not open.
pub struct Opening<R> {
    input: R,
    sealed: Sealed,
    whole: Sha256,
    plain: Vec<u8>,
    at: usize,
    is_over: bool,
}

impl<R: BufRead> Opening<R> {
    /// Begins after the first line, which is given with its end.
    ///
    /// # Errors
    /// The file cannot be read, or ends here.
    pub fn begin(mut input: R, key: &[u8; KEY_BYTES], first: &[u8]) -> io::Result<Self> {
        let mut nonce = [0; NONCE_BYTES];
        input.read_exact(&mut nonce).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof => wrong("it is cut short after its first line"),
            _ => e,
        })?;
        let whole = Sha256::new_with_prefix(first).chain_update(nonce);
        let sealed = Sealed::new(key, nonce, first.to_vec());
        Ok(Self { input, sealed, whole, plain: Vec::new(), at: 0, is_over: false })
    }

    /// The SHA-256 of the file as far as it was read, as `sha256sum` prints it.
    pub fn sha256(self) -> String {
        hex(&self.whole.finalize())
    }

    /// Opens the next piece. The last one is the one that nothing follows.
    fn next(&mut self) -> io::Result<()> {
        let mut piece = Vec::with_capacity(PIECE_BYTES + TAG_BYTES);
        (&mut self.input).take((PIECE_BYTES + TAG_BYTES) as u64).read_to_end(&mut piece)?;
        if piece.len() <= TAG_BYTES {
            return Err(wrong(&format!("it is cut short after its piece {}", self.sealed.n)));
        }
        self.whole.update(&piece);
        self.is_over = self.input.fill_buf()?.is_empty();
        self.plain = self.sealed.open(&piece, self.is_over)?;
        self.at = 0;
        Ok(())
    }
}

impl<R: BufRead> BufRead for Opening<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.plain.len() && !self.is_over {
            self.next()?;
        }
        Ok(&self.plain[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.plain.len());
    }
}

impl<R: BufRead> Read for Opening<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(into)?;
        self.consume(taken);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];
    const NONCE: [u8; NONCE_BYTES] = [9; NONCE_BYTES];
    const FIRST: &[u8] = b"{\"first\":1}\n";

    fn sealed(body: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new(), KEY, NONCE);
        // In odd portions, so that lines and pieces end in different places.
        for portion in [FIRST, body].concat().chunks(1_009) {
            sealing.write_all(portion).unwrap();
        }
        sealing.finish().unwrap()
    }

    fn opened(file: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Opening::begin(&file[FIRST.len()..], &KEY, &file[..FIRST.len()])?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_is_sealed_opens_at_every_length_around_a_piece() {
        for length in [1, 15, 16, 17, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 200_000] {
            let body: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let file = sealed(&body);
            let pieces = length.div_ceil(PIECE_BYTES);
            assert_eq!(file.len(), FIRST.len() + NONCE_BYTES + length + pieces * TAG_BYTES, "{length}");
            assert!(file.starts_with(FIRST));
            assert_eq!(opened(&file).unwrap(), body, "{length}");
            let mut cut = file.clone();
            cut.pop();
            assert_eq!(opened(&cut).unwrap_err().kind(), io::ErrorKind::InvalidData, "{length}");
            cut = [&file[..], b"x"].concat();
            assert_eq!(opened(&cut).unwrap_err().kind(), io::ErrorKind::InvalidData, "{length}");
        }
    }

    #[test]
    fn the_sha_256_is_that_of_the_file() {
        let file = sealed(&[5; 100_000]);
        let mut opening = Opening::begin(&file[FIRST.len()..], &KEY, FIRST).unwrap();
        io::copy(&mut opening, &mut io::sink()).unwrap();
        assert_eq!(opening.sha256(), hex(&Sha256::digest(&file)));
    }

    #[test]
    fn a_file_of_nothing_but_its_first_line_is_not_sealed() {
        assert!(Sealing::new(Vec::new(), KEY, NONCE).finish().is_err());
        assert!(opened(&[FIRST, &NONCE].concat()).is_err());
        assert!(opened(&[FIRST, &NONCE[..3]].concat()).is_err());
        // The last piece is never empty, not even for whoever has the key.
        assert!(opened(&sealed(b"")).is_err());
    }

    /// Both made by another implementation, written from the description of the format.
    #[test]
    fn the_format_is_the_one_that_is_described() {
        let one = sealed(b"[\"iopc\",1]\n");
        let expected = "7b226669727374223a317d0a\
                        09090909090909090909090909090909\
                        6ca9893d66c031b150861a\
                        49bd98a66bdf170273bf7b17300c0bbf";
        assert_eq!(hex(&one), expected);
        let body: Vec<u8> = (0..PIECE_BYTES + 5).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let two = hex(&Sha256::digest(sealed(&body)));
        assert_eq!(two, "6562d38691029ad98bb2f66e81b7df1934148515bacdb9e3e6772669ca385977");
    }
}
