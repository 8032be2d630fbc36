//! The key under which the secrets of second factors are sealed, and what browsers take along on an
//! errand. It is in a file outside the database, so that whoever reads the database or a backup of it cannot make anybody's codes.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use candour_core::record::{hex, unhex};
use candour_store::durable::sync_folder_of;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

/// Bytes of the key.
const KEY_BYTES: usize = 32;
/// Bytes of a nonce, drawn by chance for each secret.
const NONCE_BYTES: usize = 24;

/// The key.
pub struct FactorKey(XChaCha20Poly1305);

impl FactorKey {
    /// The key in the file at a path; without a file, a new one if `may_make` says so.
    pub fn at(path: &Path, may_make: bool) -> Result<Option<Self>, String> {
        let named = |says: String| format!("the key file of second factors {}: {says}", path.display());
        match OpenOptions::new().read(true).open(path) {
            Ok(mut file) => {
                let mode = file.metadata().map_err(|e| named(e.to_string()))?.permissions().mode();
                if mode & 0o077 != 0 {
                    return Err(named("others may read it; run chmod 600 on it".to_owned()));
                }
                let mut text = String::new();
                file.read_to_string(&mut text).map_err(|e| named(e.to_string()))?;
                let key = unhex(text.trim()).ok_or_else(|| named("it does not hold 64 hex digits".to_owned()))?;
                Ok(Some(Self::of(key)))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound && may_make => match make(path) {
                Ok(key) => Ok(Some(Self::of(key))),
                // Another process made one just now.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Self::at(path, false),
                Err(e) => Err(named(e.to_string())),
            },
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(named(e.to_string())),
        }
    }

    fn of(key: [u8; KEY_BYTES]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Seals a secret for one account of one log; it opens for no other.
    #[must_use]
    pub fn seal(&self, log: &str, account: &str, secret: &[u8]) -> Option<Vec<u8>> {
        self.seal_as(&whose(log, account), secret)
    }

    /// Opens what was sealed for the account.
    #[must_use]
    pub fn open(&self, log: &str, account: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open_as(&whose(log, account), sealed)
    }

    /// Seals what a browser takes along on an errand of one kind; it opens for no other.
    #[must_use]
    pub fn seal_errand(&self, log: &str, kind: &str, state: &[u8]) -> Option<Vec<u8>> {
        self.seal_as(&what_errand(log, kind), state)
    }

    /// Opens what was sealed for an errand of that kind.
    #[must_use]
    pub fn open_errand(&self, log: &str, kind: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open_as(&what_errand(log, kind), sealed)
    }

    fn seal_as(&self, what: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        rand::Rng::fill_bytes(&mut rand::rng(), &mut nonce);
        let sealed = self.0.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: what }).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    fn open_as(&self, what: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: what }).ok()
    }
}

/// Makes a key. Its file is written under a name of its own and gets the right one only when it is
/// whole on the disk, so that a power cut leaves no key or a good one.
fn make(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let (mut key, mut chance) = ([0; KEY_BYTES], [0; 8]);
    rand::Rng::fill_bytes(&mut rand::rng(), &mut key);
    rand::Rng::fill_bytes(&mut rand::rng(), &mut chance);
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", u64::from_be_bytes(chance)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    let made = file.write_all(format!("{}\n", hex(&key)).as_bytes()).and_then(|()| file.sync_all());
    // Unlike a renaming, a link never takes the place of a file that is there.
    let made = made.and_then(|()| fs::hard_link(&partial, path));
    fs::remove_file(&partial)?;
    made.and_then(|()| sync_folder_of(path)).map(|()| key)
}

fn whose(log: &str, account: &str) -> Vec<u8> {
    format!("candour/second-factor\0{log}\0{account}").into_bytes()
}

fn what_errand(log: &str, kind: &str) -> Vec<u8> {
    format!("candour/errand\0{log}\0{kind}").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_secret_opens_for_its_account_under_its_key_and_not_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(FactorKey::at(&path, false).unwrap().is_none());
        let key = FactorKey::at(&path, true).unwrap().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let sealed = key.seal("iopc", "u1", b"a secret").unwrap();
        let same = FactorKey::at(&path, false).unwrap().unwrap();
        assert_eq!(same.open("iopc", "u1", &sealed).unwrap(), b"a secret");
        assert!(same.open("iopc", "u2", &sealed).is_none() && same.open("copa", "u1", &sealed).is_none());
        assert_ne!(key.seal("iopc", "u1", b"a secret").unwrap(), sealed, "no nonce is used twice");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("iopc", "u1", &changed).is_none(), "byte {at}");
        }
        let other = FactorKey::at(&folder.path().join("other"), true).unwrap().unwrap();
        assert!(other.open("iopc", "u1", &sealed).is_none());
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        assert!(names.len() == 2 && !names.iter().any(|name| name.to_string_lossy().contains("partial")), "{names:?}");
        assert!(make(&path).is_err_and(|e| e.kind() == io::ErrorKind::AlreadyExists), "a key is never replaced");
        let same = FactorKey::at(&path, true).unwrap().unwrap();
        assert_eq!(same.open("iopc", "u1", &sealed).unwrap(), b"a secret");
        std::fs::write(&path, "not a key").unwrap();
        assert!(FactorKey::at(&path, true).is_err_and(|says| says.contains("64 hex digits")));
    }
}
