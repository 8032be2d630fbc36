//! The key under which the secrets of second factors are sealed. It is in a file outside the
//! database, so that whoever reads the database or a backup of it cannot make anybody's codes.

use std::fs::OpenOptions;
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
            Err(e) if e.kind() == io::ErrorKind::NotFound && may_make => {
                let mut key = [0; KEY_BYTES];
                rand::Rng::fill_bytes(&mut rand::rng(), &mut key);
                let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
                made.and_then(|mut file| {
                    file.write_all(format!("{}\n", hex(&key)).as_bytes())?;
                    file.sync_all()?;
                    sync_folder_of(path)
                })
                .map_err(|e| named(e.to_string()))?;
                Ok(Some(Self::of(key)))
            }
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
        let mut nonce = [0; NONCE_BYTES];
        rand::Rng::fill_bytes(&mut rand::rng(), &mut nonce);
        let whose = whose(log, account);
        let sealed = self.0.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: &whose }).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the account.
    #[must_use]
    pub fn open(&self, log: &str, account: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let whose = whose(log, account);
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &whose }).ok()
    }
}

fn whose(log: &str, account: &str) -> Vec<u8> {
    format!("candour/second-factor\0{log}\0{account}").into_bytes()
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
        std::fs::write(&path, "not a key").unwrap();
        assert!(FactorKey::at(&path, true).is_err_and(|says| says.contains("64 hex digits")));
    }
}
