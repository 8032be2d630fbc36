//! The functions and constants of a Rust file, with the texts and names that stand in each. Reads
//! just enough of the language for that: comments are passed over, texts are kept as written.

use std::collections::{BTreeMap, HashSet};

/// A function or a constant.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its name, with the type that it belongs to: `Route::rule`.
    pub name: String,
    /// Its name alone.
    pub bare: String,
    /// Whether it is a test.
    pub is_test: bool,
    /// Whether it is only there for tests.
    pub for_tests: bool,
    /// The texts in it.
    pub texts: Vec<String>,
    /// The names in it.
    pub identifiers: HashSet<String>,
    /// The names that follow `id::` in it.
    pub of_id: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    Text(String),
    Mark(char),
}

impl Token {
    fn is(&self, name: &str) -> bool {
        matches!(self, Self::Name(own) if own == name)
    }

    fn marks(&self, mark: char) -> bool {
        *self == Self::Mark(mark)
    }
}

/// The items of a file, in its order.
pub fn items(text: &str) -> Vec<Item> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    within(&tokens, "", false, &mut found);
    found
}

/// The text constants of a file, by name.
pub fn constants(text: &str) -> BTreeMap<String, String> {
    let constant = |window: &[Token]| match window {
        [
            Token::Name(word),
            Token::Name(name),
            Token::Mark(':'),
            Token::Mark('&'),
            Token::Name(of),
            Token::Mark('='),
            Token::Text(text),
        ] if word == "const" && of == "str" => Some((name.clone(), text.clone())),
        _ => None,
    };
    tokens(text).windows(7).filter_map(constant).collect()
}

/// Gathers the items of a file, a module or the block of a type.
fn within(tokens: &[Token], of: &str, for_tests: bool, found: &mut Vec<Item>) {
    let mut at = 0;
    let (mut is_test, mut only_tests) = (false, for_tests);
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        match token {
            Token::Mark('#') if rest.iter().take(3).any(|t| t.marks('[')) => {
                let end = block_end(rest, '[', ']');
                let attribute = &rest[..end];
                is_test |= attribute.iter().any(|t| t.is("test")) && !attribute.iter().any(|t| t.is("cfg"));
                only_tests |= attribute.iter().any(|t| t.is("test"));
                at += end;
                continue;
            }
            Token::Name(word) if matches!(word.as_str(), "mod" | "impl" | "trait") => {
                let end = block_end(rest, '{', '}');
                if let Some(open) = rest[..end].iter().position(|t| t.marks('{')) {
                    let of = if word == "mod" { String::new() } else { type_of(&rest[1..open]) };
                    within(&rest[open + 1..end - 1], &of, only_tests, found);
                }
                at += end;
            }
            Token::Name(word) if matches!(word.as_str(), "fn" | "const" | "static") && !named(rest, "fn") => {
                let end = if word == "fn" { block_end(rest, '{', '}') } else { statement_end(rest) };
                if let Some(Token::Name(bare)) = rest.get(1) {
                    found.push(item(of, bare, &rest[2..end], is_test, only_tests));
                }
                at += end;
            }
            Token::Name(word) if matches!(word.as_str(), "struct" | "enum" | "use" | "type") => {
                let end = block_end(rest, '{', '}').min(statement_end(rest));
                at += end;
            }
            Token::Name(_) | Token::Text(_) | Token::Mark(_) => {
                at += 1;
                // `pub`, `async` and the like stand between an attribute and its item.
                continue;
            }
        }
        (is_test, only_tests) = (false, for_tests);
    }
}

/// Whether a `const` only says of what sort the function after it is.
fn named(rest: &[Token], next: &str) -> bool {
    rest.first().is_some_and(|t| t.is("const")) && rest.get(1).is_some_and(|t| t.is(next))
}

fn item(of: &str, bare: &str, body: &[Token], is_test: bool, for_tests: bool) -> Item {
    let name = if of.is_empty() { bare.to_owned() } else { format!("{of}::{bare}") };
    let mut item = Item { name, bare: bare.to_owned(), is_test, for_tests, ..Item::default() };
    for (at, token) in body.iter().enumerate() {
        match token {
            Token::Text(text) => item.texts.push(text.clone()),
            Token::Name(name) => {
                let before = at.checked_sub(3).and_then(|from| body.get(from..at));
                if before.is_some_and(|t| t[0].is("id") && t[1].marks(':') && t[2].marks(':')) {
                    item.of_id.push(name.clone());
                }
                item.identifiers.insert(name.clone());
            }
            Token::Mark(_) => {}
        }
    }
    item
}

/// Where the block that begins in `tokens` has ended, or the statement that has none.
fn block_end(tokens: &[Token], open: char, close: char) -> usize {
    let mut depth = 0;
    let mut nested = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark(mark) if *mark == open => depth += 1,
            Token::Mark(mark) if *mark == close => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            Token::Mark('(' | '[') => nested += 1,
            Token::Mark(')' | ']') => nested -= 1,
            Token::Mark(';') if depth == 0 && nested == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Where the statement that begins in `tokens` has ended.
fn statement_end(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth -= 1,
            Token::Mark(';') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The type that a block is about, from what stands between `impl` and `{`: the last part of its path.
fn type_of(head: &[Token]) -> String {
    let about = head.iter().position(|t| t.is("for")).map_or(head, |at| &head[at + 1..]);
    let (mut depth, mut last) = (0, String::new());
    for token in about {
        match token {
            Token::Mark('<') => depth += 1,
            Token::Mark('>') => depth -= 1,
            Token::Name(name) if name == "where" => break,
            Token::Name(name) if depth == 0 => last.clone_from(name),
            _ => {}
        }
    }
    last
}

fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(letter) = letters.get(at).copied() {
        let next = letters.get(at + 1).copied();
        if letter == '/' && next == Some('/') {
            at += letters[at..].iter().take_while(|l| **l != '\n').count();
        } else if letter == '/' && next == Some('*') {
            let end = letters[at..].windows(2).position(|pair| pair == ['*', '/']);
            at = end.map_or(letters.len(), |end| at + end + 2);
        } else if letter == '"' {
            let (text, end) = quoted(&letters, at + 1);
            found.push(Token::Text(text));
            at = end;
        } else if letter == '\'' {
            at = after_apostrophe(&letters, at);
        } else if letter.is_alphabetic() || letter == '_' {
            let name: String = letters[at..].iter().take_while(|l| l.is_alphanumeric() || **l == '_').collect();
            at += name.chars().count();
            match raw(&letters, at).filter(|_| name == "r" || name == "br") {
                Some((text, end)) => {
                    found.push(Token::Text(text));
                    at = end;
                }
                None => found.push(Token::Name(name)),
            }
        } else {
            if !letter.is_whitespace() {
                found.push(Token::Mark(letter));
            }
            at += 1;
        }
    }
    found
}

/// A text from behind its first quotation mark, and where it has ended.
fn quoted(letters: &[char], from: usize) -> (String, usize) {
    let (mut text, mut at) = (String::new(), from);
    while let Some(letter) = letters.get(at) {
        match letter {
            '"' => return (text, at + 1),
            // What an escape stands for parts words at most.
            '\\' => {
                text.push(' ');
                at += 1;
            }
            _ => text.push(*letter),
        }
        at += 1;
    }
    (text, at)
}

/// A raw text whose number signs begin at `from`, and where it has ended.
fn raw(letters: &[char], from: usize) -> Option<(String, usize)> {
    let signs = letters[from..].iter().take_while(|l| **l == '#').count();
    let begin = from + signs;
    letters.get(begin).filter(|l| **l == '"')?;
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', signs)).collect();
    let length = letters[begin + 1..].windows(close.len()).position(|w| w == close.as_slice())?;
    let end = begin + 1 + length;
    Some((letters[begin + 1..end].iter().collect(), end + close.len()))
}

/// Behind a letter in apostrophes, or behind the apostrophe of a lifetime.
fn after_apostrophe(letters: &[char], at: usize) -> usize {
    match (letters.get(at + 1), letters.get(at + 2)) {
        (Some('\\'), _) => {
            let escape = letters[at + 3..].iter().position(|l| *l == '\'');
            escape.map_or(letters.len(), |end| at + 3 + end + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r##"
        //! id::COMMENT and "comment"
        use law::id;
        const CASES: &[(&str, &str)] = &[("a.b", "x;y")];
        struct Route<'a> { of: &'a str }
        impl<'a> Route<'a> {
            /// Doc of id::DOC.
            pub const fn rule(self) -> &'static str { if true { id::ONE } else { '"'; '\''; crate::law::id::TWO } }
        }
        impl Decide for core::Decider<Other> where Other: Sized {
            async fn decide(&self) -> [u8; 3] { r#"raw "text""#; "with \" in it"; [0; 3] }
        }
        fn plain() { CASES; }
        #[cfg(test)]
        mod tests {
            fn helper() { "D24 here" }
            #[test]
            fn a_test() { helper(); }
        }
    "##;

    #[test]
    fn functions_and_constants_are_found_with_what_stands_in_them() {
        let items = items(FILE);
        let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names, ["CASES", "Route::rule", "Decider::decide", "plain", "helper", "a_test"]);
        assert_eq!(items[0].texts, ["a.b", "x;y"]);
        assert_eq!(items[1].of_id, ["ONE", "TWO"]);
        assert_eq!(items[2].texts, ["raw \"text\"", "with   in it"]);
        assert!(items[3].identifiers.contains("CASES"));
    }

    #[test]
    fn what_is_there_for_tests_is_told_from_code() {
        let items = items(FILE);
        let sorts: Vec<(bool, bool)> = items.iter().map(|item| (item.is_test, item.for_tests)).collect();
        let code = (false, false);
        assert_eq!(sorts, [code, code, code, code, (false, true), (true, true)]);
    }

    #[test]
    fn text_constants_are_read_by_name() {
        let read = constants("/// Doc.\npub const ONE: &str = \"a.b\"; const N: u32 = 3;");
        assert_eq!(read, BTreeMap::from([("ONE".to_owned(), "a.b".to_owned())]));
    }
}
