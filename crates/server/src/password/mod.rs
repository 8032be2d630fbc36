//! Passwords: how they are hashed, and no way to tell an unknown name. Which ones are taken is in
//! [`policy`]; the operator's list of breached ones in [`breached`].

pub mod breached;
pub mod policy;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use candour_core::refusal::Refusal;

/// Memory of one hash, in KiB. With [`PASSES`] and [`LANES`] it is what OWASP's cheat sheet gives
/// as the least for argon2id (from memory). Hashes of a lower cost are made again at the next sign-in.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// The longest password that is hashed, in characters.
pub const PASSWORD_CHARS_MAX: usize = 256;

fn argon2id() -> Result<Argon2<'static>, Refusal> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|e| Refusal::new(format!("The password could not be hashed: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password, exactly as it was typed.
pub fn hash(password: &str) -> Result<String, Refusal> {
    let hash = argon2id()?.hash_password(password.as_bytes());
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
    // An account whose owner has not chosen a password yet has an empty one.
    let hashed = hashed.filter(|hash| !hash.is_empty());
    let parsed = PasswordHash::new(hashed.unwrap_or(&DUMMY));
    let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && hashed.is_some()
}

/// Whether a hash was made at a lower cost than is asked now.
#[must_use]
pub fn is_dated(hashed: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hashed) else { return true };
    let least = |name: &str, least: u32| hash.params.get_decimal(name).is_some_and(|is| is >= least);
    hash.algorithm.as_str() != "argon2id" || !(least("m", MEMORY_KIB) && least("t", PASSES) && least("p", LANES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let hashed = hash("a long enough password").unwrap();
        assert!(matches("a long enough password", Some(&hashed)));
        assert!(!matches("a long enough passwore", Some(&hashed)));
        assert!(!matches("a long enough password ", Some(&hashed)), "nothing is cut off");
        assert!(!matches("nobody has this password", None));
        assert!(!matches("nobody has this password", Some("")));
    }

    #[test]
    fn a_hash_of_a_lower_cost_is_dated_and_still_fits() {
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let old = old.hash_password(b"a long enough password").unwrap().to_string();
        assert!(matches("a long enough password", Some(&old)) && is_dated(&old));
        assert!(!is_dated(&hash("a long enough password").unwrap()));
    }
}
