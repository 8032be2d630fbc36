//! Public case references: not sequential, and ending in a check character, so that a slip of the
//! pen is noticed and the next case cannot be guessed. Written `7K2QM-9XW4D-C`.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Weighted modulo 37, so every single slip and every swap of neighbours changes the check character.
const CHECK: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const LENGTH: usize = 10;

/// A case reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// The reference drawn from random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let mut bits = u64::from_be_bytes(bytes);
        loop {
            let body: String = (0..LENGTH)
                .map(|i| ALPHABET[usize::try_from(bits >> (5 * i) & 31).unwrap_or(0)])
                .map(char::from)
                .collect();
            let check = check_character(&body);
            // The five check characters that are no letter or digit would look odd in an address.
            if check.is_ascii_alphanumeric() {
                return Self(format!("{body}{check}"));
            }
            bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
        }
    }

    /// The reference that a case of another system always gets, so that importing it twice is noticed.
    #[must_use]
    pub fn derived(source: &str, number: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(b"candour/reference")
            .chain_update(source.as_bytes())
            .chain_update([0])
            .chain_update(number.as_bytes())
            .finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self::from_random(bytes)
    }

    /// Reads a reference as typed: case, spaces and hyphens do not matter; O is 0, I and L are 1.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let plain: String = text.chars().filter(|c| *c != '-' && *c != ' ').map(|c| c.to_ascii_uppercase()).collect();
        let body: String = plain
            .chars()
            .take(LENGTH)
            .map(|c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let valid = body.len() == LENGTH && body.bytes().all(|b| ALPHABET.contains(&b));
        let check: Vec<char> = plain.chars().skip(LENGTH).collect();
        if valid && check == [check_character(&body)] {
            Ok(Self(format!("{body}{}", check[0])))
        } else {
            Err(Refusal::new("Enter a case reference, like 7K2QM-9XW4D-C; check each letter, one of them is wrong"))
        }
    }

    /// The stream of the case with this reference.
    #[must_use]
    pub fn stream(&self) -> String {
        format!("case:{}", self.0)
    }

    /// The reference of a case stream, or `None` for another kind of stream.
    #[must_use]
    pub fn of_stream(stream: &str) -> Option<Self> {
        stream.strip_prefix("case:").map(|plain| Self(plain.to_owned()))
    }

    /// The form used in addresses, without characters that an address would escape.
    #[must_use]
    pub fn as_plain(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, rest) = self.0.split_at(LENGTH / 2);
        let (b, check) = rest.split_at(LENGTH / 2);
        write!(f, "{a}-{b}-{check}")
    }
}

fn check_character(body: &str) -> char {
    let sum: usize =
        body.bytes().zip(2..).map(|(b, weight)| weight * ALPHABET.iter().position(|a| *a == b).unwrap_or(0)).sum();
    char::from(CHECK[sum % 37])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_being_read_back() {
        for n in 0..500u64 {
            let made = Reference::from_random((n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_be_bytes());
            assert_eq!(Reference::parse(&made.to_string()).unwrap(), made);
            assert_eq!(Reference::parse(&made.to_string().to_lowercase()).unwrap(), made);
        }
    }

    #[test]
    fn a_slip_or_a_swap_is_noticed() {
        let good = Reference::derived("source", "1000000").as_plain().to_owned();
        for i in 0..LENGTH {
            for letter in ALPHABET {
                let mut slip = good.clone().into_bytes();
                slip[i] = *letter;
                let slip = String::from_utf8(slip).unwrap();
                assert_eq!(Reference::parse(&slip).is_ok(), slip == good);
            }
            if i + 1 < LENGTH {
                let mut swap = good.clone().into_bytes();
                swap.swap(i, i + 1);
                let swap = String::from_utf8(swap).unwrap();
                assert_eq!(Reference::parse(&swap).is_ok(), swap == good);
            }
        }
    }
}
