//! Which passwords are taken: length, and nothing that others would guess. There are no rules about
//! which characters it holds, and none that it is changed after some time (ASVS 5.0 V6.2.5, V6.2.10).

use candour_core::profile::Profile;
use candour_core::refusal::Refusal;

use super::PASSWORD_CHARS_MAX;
use super::breached::Breached;

/// The shortest password taken, in characters (V6.2.1 asks for 8).
pub const CHARS_MIN: usize = 12;
/// The length that is advised (V6.2.1).
pub const CHARS_ADVISED: usize = 15;
/// The shortest word of a name that counts as one.
const WORD_CHARS_MIN: usize = 3;

/// Words of the product and of the work, beside the names of the body and of the account
/// (V6.1.2, V6.2.11). `docs/sign-in.md` prints them.
pub const CONTEXT_WORDS: [&str; 12] = [
    "candour",
    "police",
    "complaint",
    "complaints",
    "conduct",
    "misconduct",
    "investigator",
    "investigation",
    "oversight",
    "admin",
    "administrator",
    "password",
];

/// What a password is held against.
pub struct Policy<'a> {
    /// The body whose record it is.
    pub profile: &'a Profile,
    /// The operator's list of breached passwords.
    pub breached: Option<&'a Breached>,
}

impl Policy<'_> {
    /// Whether the account of that name may have a password; if not, why.
    pub fn check(&self, name: &str, password: &str) -> Result<(), Refusal> {
        let refuse = |says: String| Err(Refusal::of("new", says));
        let length = password.chars().count();
        if !(CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&length) {
            return refuse(format!(
                "The password must have {CHARS_MIN} to {PASSWORD_CHARS_MAX} characters; it has {length}"
            ));
        }
        if self.without_context(name, password).chars().count() < CHARS_MIN / 2 {
            return refuse("The password is little more than a name or a word of this work. Choose another".to_owned());
        }
        if is_common(password) {
            return refuse("Many people use this password, so it is guessed first. Choose another".to_owned());
        }
        match self.breached.map(|list| list.holds(password)) {
            Some(Ok(true)) => refuse(
                "This password was in a breach of another service, so it is guessed first. Choose another".to_owned(),
            ),
            Some(Err(error)) => {
                tracing::error!(%error, "the list of breached passwords could not be read");
                refuse("Passwords cannot be changed now, because the list of breached ones cannot be read. Tell the operator".to_owned())
            }
            Some(Ok(false)) | None => Ok(()),
        }
    }

    /// The letters and digits of a password without the words that stand near.
    fn without_context(&self, name: &str, password: &str) -> String {
        let Profile { name: body, title, short, .. } = self.profile;
        let near = [name, body, title, short].into_iter().flat_map(words).chain(CONTEXT_WORDS.map(str::to_owned));
        let mut near: Vec<String> = near.collect();
        near.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut left = plain(password);
        for word in near {
            left = left.replace(&word, "");
        }
        left
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).filter(|w| w.chars().count() >= WORD_CHARS_MIN)
}

/// Whether a password is a common one, or one with digits and signs put around it, in any case.
fn is_common(password: &str) -> bool {
    use passwords::analyzer::is_common_password as listed;
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    listed(password) || listed(&lower) || (!core.is_empty() && listed(core))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, password: &str) -> String {
        let profile = Profile::named("iopc").unwrap();
        let checked = Policy { profile: &profile, breached: None }.check(name, password);
        checked.map_or_else(|refusal| refusal.to_string(), |()| "taken".to_owned())
    }

    #[test]
    fn what_is_taken_and_what_is_not() {
        let long = "é".repeat(64);
        for (password, expected) in [
            ("short", "it has 5"),
            ("elevenchars", "it has 11"),
            (&"x".repeat(257), "it has 257"),
            ("password1234", "little more"),
            ("Candour-IOPC-2026", "little more"),
            ("AshaVerran2026!", "little more"),
            ("policeconduct", "little more"),
            ("administrator", "little more"),
            ("qwertyuiop123456", "Many people"),
            ("Liverpool2026!!!", "Many people"),
            ("sunshine12345", "Many people"),
            ("1q2w3e4r5t6y", "Many people"),
            (&long, "taken"),
            ("all lower case letters", "taken"),
            ("8402 7719 3051 6648", "taken"),
            ("пароль из нескольких слов", "taken"),
            ("        spaces count too", "taken"),
        ] {
            let found = says("Asha Verran", password);
            assert!(found.contains(expected), "{password:?}: {found}");
        }
        assert_eq!(says("Asha Verran", crate::generate::DEMO_PASSWORD), "taken", "a demonstration's is no exception");
    }

    #[test]
    fn the_words_near_are_in_the_documentation() {
        let page = include_str!("../../../../docs/sign-in.md");
        assert!(page.contains(&CONTEXT_WORDS.join(", ")), "docs/sign-in.md prints: {}", CONTEXT_WORDS.join(", "));
    }
}
