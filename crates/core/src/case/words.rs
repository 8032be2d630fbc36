//! Personal words: free text as people type it, checked at the edge.

use crate::refusal::Refusal;

/// The longest reasons or summary accepted, in characters.
pub const WORDS_CHARS_MAX: usize = 20_000;
/// The longest reference number, category or name accepted, in characters.
pub const LINE_CHARS_MAX: usize = 200;

/// Text that must be given, such as reasons.
pub fn required(blank_says: &str, name: &str, text: &str) -> Result<String, Refusal> {
    let text = optional(name, text)?;
    if text.is_empty() {
        return Err(Refusal::new(blank_says));
    }
    Ok(text)
}

/// Text that may be left empty.
pub fn optional(name: &str, text: &str) -> Result<String, Refusal> {
    limited(name, text, WORDS_CHARS_MAX)
}

/// One line, such as a reference number. May be empty.
pub fn line(name: &str, text: &str) -> Result<String, Refusal> {
    let text = limited(name, text, LINE_CHARS_MAX)?;
    if text.contains('\n') {
        return Err(Refusal::new(format!("{name} must be on one line")));
    }
    Ok(text)
}

fn limited(name: &str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let length = text.chars().count();
    if length > most {
        let says = format!("{name} must be {most} characters or fewer; it is {length}. Shorten it and send it again");
        return Err(Refusal::new(says));
    }
    if let Some(bad) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
        let says = format!("{name} holds a character that cannot be shown (U+{:04X}). Remove it", u32::from(bad));
        return Err(Refusal::new(says));
    }
    Ok(text.to_owned())
}

/// Characters that show nothing, so that text made of them alone is still blank.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_reasons_are_no_reasons() {
        for blank in ["", "   ", "\r\n\t", "\u{200B}\u{FEFF} "] {
            assert_eq!(required("Give your reasons", "Reasons", blank).unwrap_err().to_string(), "Give your reasons");
        }
    }

    #[test]
    fn a_megabyte_of_text_is_refused_with_its_length() {
        let says = optional("Reasons", &"x".repeat(1_000_000)).unwrap_err().to_string();
        assert!(says.contains("20000 characters or fewer; it is 1000000"), "{says}");
    }

    #[test]
    fn names_of_every_language_pass_and_control_characters_do_not() {
        for good in ["O'Brien", "D'Arcy-Śmith ŵ ŷ", "{{7*7}} <script>", "two\nlines\tand a tab"] {
            assert_eq!(optional("Summary", good).unwrap(), good);
        }
        assert!(optional("Summary", "a\0b").unwrap_err().to_string().contains("U+0000"));
        assert!(optional("Summary", "\x1b[31m").is_err());
        assert!(line("Number", "a\nb").is_err());
    }
}
