//! The codes of authenticator apps (RFC 6238): six digits of HMAC-SHA-1, another every thirty
//! seconds. A code of the step before or after is taken too, because clocks differ.

use candour_core::record::hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qrcodegen::{QrCode, QrCodeEcc};
use sha1::Sha1;

/// Seconds of a step.
const STEP_SECONDS: i64 = 30;
/// Steps by which clocks may differ.
const STEPS_APART: i64 = 1;
/// A code is below this.
const CODES: u32 = 1_000_000;
/// Bytes of a secret, as RFC 4226 asks.
pub const SECRET_BYTES: usize = 20;

/// A new secret.
#[must_use]
pub fn new_secret() -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut secret);
    secret
}

/// The step of an instant in microseconds since 1970.
#[must_use]
pub fn step_of(now: i64) -> i64 {
    now.div_euclid(STEP_SECONDS * 1_000_000)
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 0xf);
    let word = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    format!("{:06}", (word & 0x7fff_ffff) % CODES)
}

/// The step whose code was typed, near now and after the last one that was used; none when it is wrong.
#[must_use]
pub fn step_typed(secret: &[u8], typed: &str, now: i64, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let near = step_of(now) - STEPS_APART..=step_of(now) + STEPS_APART;
    // Every step is compared, so that the time taken says nothing of which one fits.
    let fitting: Vec<i64> = near.filter(|step| code(secret, *step) == typed).collect();
    fitting.into_iter().find(|step| *step > last)
}

/// A secret as it is typed into an app, in groups of four.
#[must_use]
pub fn in_letters(secret: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in secret.chunks(5) {
        let mut bits = [0; 8];
        bits[3..3 + chunk.len()].copy_from_slice(chunk);
        let word = u64::from_be_bytes(bits);
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            text.push(char::from(LETTERS[(word >> (35 - 5 * place)) as usize & 31]));
        }
    }
    text
}

/// A secret as the address that an app reads from a QR code, under the name of whoever gave it out.
#[must_use]
pub fn address(secret: &[u8], issuer: &str, name: &str) -> String {
    use crate::web::typed::encode;
    let issuer = encode(issuer);
    let secret = in_letters(secret);
    format!(
        "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        encode(name)
    )
}

/// A QR code as the path of an SVG picture, and how many units wide it is with its margin.
#[must_use]
pub fn picture(text: &str) -> Option<(String, i32)> {
    const MARGIN: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN));
        }
    }
    Some((path, code.size() + 2 * MARGIN))
}

/// Letters and digits that are not taken for one another.
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code that is typed once. Each is five bits, so that it is 140 in all.
const CODE_CHARS: usize = 28;

/// A code to be typed once, in groups of four, and its digest.
#[must_use]
pub fn new_code() -> (String, Vec<u8>) {
    let mut bytes = [0_u8; CODE_CHARS];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    let letters: Vec<char> = bytes.iter().map(|b| char::from(CODE_LETTERS[usize::from(b & 31)])).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let code = groups.join("-");
    let digest = digest(&code);
    (code, digest)
}

/// The digest of a code as it was typed: without what stands between its groups, in either case.
#[must_use]
pub fn digest(typed: &str) -> Vec<u8> {
    use sha2::Digest as _;
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    sha2::Sha256::digest(plain.to_ascii_uppercase().as_bytes()).to_vec()
}

/// Whether what was typed has the form of an app's code rather than of a recovery code.
#[must_use]
pub fn is_app_code(typed: &str) -> bool {
    typed.chars().filter(char::is_ascii_alphanumeric).count() <= 8
}

/// Bytes that nobody can guess, in hex.
#[must_use]
pub fn token<const N: usize>() -> String {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    hex(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds and codes of RFC 6238, appendix B, for SHA-1; the last six of their eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step_of(seconds * 1_000_000)), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_either_way_and_once() {
        let (secret, now) = (new_secret(), 1_700_000_000_000_000);
        let step = step_of(now);
        for (of, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(&secret, step + of);
            assert_eq!(step_typed(&secret, &typed, now, 0), good.then_some(step + of), "{of}");
            assert_eq!(step_typed(&secret, &typed, now, step + of), None, "{of} again");
        }
        let typed = code(&secret, step);
        let (first, last) = typed.split_at(3);
        assert_eq!(step_typed(&secret, &format!(" {first} {last}"), now, 0), Some(step));
    }

    /// From RFC 4648, section 10.
    #[test]
    fn secrets_are_written_as_apps_read_them() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(in_letters(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_code_that_is_typed_once_is_read_however_it_is_written() {
        let (code, kept) = new_code();
        assert_eq!(code.len(), CODE_CHARS + CODE_CHARS / 4 - 1);
        assert!(code.split('-').all(|group| group.len() == 4), "{code}");
        assert_eq!(digest(&code.to_lowercase().replace('-', " ")), kept);
        assert_ne!(new_code().1, kept);
        assert!(!is_app_code(&code) && is_app_code("123 456"));
    }

    #[test]
    fn the_picture_of_an_address_fits_its_frame() {
        let (path, size) = picture(&address(&new_secret(), "IOPC", "Asha Verran")).unwrap();
        assert!(path.starts_with("M4 4h1v1h-1z") && size > 29, "{size}");
    }
}
