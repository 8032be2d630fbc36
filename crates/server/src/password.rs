//! Passwords: argon2id with the crate's default cost, and no way to tell an unknown name.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use candour_core::refusal::Refusal;

/// The shortest password accepted, in characters (ASVS 5.0 V6.2.1 asks for 8 and advises 15).
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// The hash of a new password.
pub fn hash(password: &str) -> Result<String, Refusal> {
    let length = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
        let says =
            format!("The password must have {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters; it has {length}");
        return Err(Refusal::new(says));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|e| Refusal::new(format!("The password could not be hashed: {e}")))?.to_string())
}

/// Whether a password is the one that was hashed. Without a hash it takes as long and says no.
#[must_use]
pub fn matches(password: &str, hashed: Option<&str>) -> bool {
    static DUMMY: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| hash("nobody has this password").unwrap_or_default());
    if password.chars().count() > PASSWORD_CHARS_MAX {
        return false;
    }
    let parsed = PasswordHash::new(hashed.unwrap_or(&DUMMY));
    let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && hashed.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let hashed = hash("a long enough password").unwrap();
        assert!(matches("a long enough password", Some(&hashed)));
        assert!(!matches("a long enough passwore", Some(&hashed)));
        assert!(!matches("nobody has this password", None));
    }

    #[test]
    fn short_passwords_are_refused_with_their_length() {
        assert!(hash("short").unwrap_err().to_string().contains("it has 5"));
    }
}
