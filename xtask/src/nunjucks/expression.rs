//! Translates one Nunjucks expression into a minijinja expression.
//!
//! The two languages look alike but Nunjucks means JavaScript: `[]` is true,
//! `"a" + 1` joins, `==` coerces, `x.concat(y)` is a method call. Where the
//! meaning differs, the translation calls a `js_` helper that the server's
//! `components` module registers; everything else passes through.

use anyhow::{Result, bail};

/// A lexical token of a Nunjucks tag.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Text(String),
    Number(String),
    Name(String),
    Operator(&'static str),
}

/// Longest first, so that `===` is never read as `==` and `=`.
const OPERATORS: [&str; 28] = [
    "===", "!==", "==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ",", ":", "~", "|", "<", ">", "=",
    "+", "-", "*", "/", "%", ".", "!",
];

/// Binary operators, loosest first, in the order of Nunjucks' own parser.
const ARITHMETIC: [&str; 8] = ["~", "+", "-", "*", "/", "//", "%", "**"];

const FILTERS: [&str; 15] = [
    "capitalize",
    "date",
    "default",
    "escape",
    "indent",
    "int",
    "join",
    "length",
    "lower",
    "mojDate",
    "replace",
    "safe",
    "select",
    "string",
    "trim",
];
const TESTS: [&str; 7] = ["defined", "escaped", "mapping", "null", "sameas", "string", "undefined"];
/// JavaScript methods and properties, which become filters.
const METHODS: [&str; 3] = ["concat", "includes", "join"];
const PROPERTIES: [&str; 2] = ["length", "val"];

/// Splits the inside of a tag into tokens.
pub fn lex(code: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = if first == '"' || first == '\'' {
            let (text, taken) = lex_string(rest, first)?;
            tokens.push(Token::Text(text));
            taken
        } else if first.is_ascii_alphanumeric() || first == '_' {
            let is_number = first.is_ascii_digit();
            let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_' && !(is_number && c == '.');
            let end = rest.find(ends).unwrap_or(rest.len());
            let word = rest[..end].to_owned();
            tokens.push(if is_number { Token::Number(word) } else { Token::Name(word) });
            end
        } else if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            tokens.push(Token::Operator(op));
            op.len()
        } else {
            bail!("unexpected character {first:?}");
        };
        rest = rest[taken..].trim_start();
    }
    Ok(tokens)
}

fn lex_string(rest: &str, quote: char) -> Result<(String, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            c if c == quote => return Ok((text, at + 1)),
            c => text.push(c),
        }
    }
    bail!("unfinished string");
}

/// Writes a string literal in minijinja's notation.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A translated expression, as a value and as a condition. They differ
/// because Nunjucks and minijinja disagree on which values count as true.
pub struct Piece {
    pub value: String,
    pub condition: String,
}

impl Piece {
    fn value(value: String) -> Self {
        let condition = format!("js_true({value})");
        Self { value, condition }
    }

    fn boolean(value: String) -> Self {
        let condition = value.clone();
        Self { value, condition }
    }
}

/// A parser over the tokens of one tag. `resolve` says how a variable is
/// written in the output; see the parent module for why it may be renamed.
pub struct Parser<'a> {
    tokens: &'a [Token],
    resolve: &'a dyn Fn(&str) -> String,
}

impl<'a> Parser<'a> {
    pub fn new(tokens: &'a [Token], resolve: &'a dyn Fn(&str) -> String) -> Self {
        Self { tokens, resolve }
    }

    pub fn is_finished(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn next(&mut self) -> Result<Token> {
        let Some((first, rest)) = self.tokens.split_first() else {
            bail!("the tag ends too early");
        };
        self.tokens = rest;
        Ok(first.clone())
    }

    pub fn name(&mut self) -> Result<String> {
        match self.next()? {
            Token::Name(name) => Ok(name),
            other => bail!("expected a name, found {other:?}"),
        }
    }

    pub fn skip_operator(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Operator(op)) if *op == wanted);
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    pub fn skip_name(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Name(name)) if name == wanted);
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    pub fn expect_operator(&mut self, wanted: &str) -> Result<()> {
        if !self.skip_operator(wanted) {
            bail!("expected {wanted:?} before {:?}", self.tokens.first());
        }
        Ok(())
    }

    /// The whole expression grammar, starting at `a if b else c`.
    pub fn expression(&mut self) -> Result<Piece> {
        let then = self.or()?;
        if !self.skip_name("if") {
            return Ok(then);
        }
        let test = self.or()?.condition;
        // Nunjucks gives an empty string, not undefined, without an `else`.
        let otherwise = if self.skip_name("else") { self.or()?.value } else { quote("") };
        let value = format!("({} if {test} else {otherwise})", then.value);
        Ok(Piece::value(value))
    }

    fn or(&mut self) -> Result<Piece> {
        let mut left = self.and()?;
        while self.skip_name("or") {
            left = short_circuit("or", &left, &self.and()?);
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Piece> {
        let mut left = self.not()?;
        while self.skip_name("and") {
            left = short_circuit("and", &left, &self.not()?);
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Piece> {
        if self.skip_name("not") {
            let inner = self.not()?;
            return Ok(Piece::boolean(format!("(not {})", inner.condition)));
        }
        self.membership()
    }

    fn membership(&mut self) -> Result<Piece> {
        let mut left = self.test()?;
        loop {
            let negated = matches!(self.tokens, [Token::Name(a), Token::Name(b), ..] if a == "not" && b == "in");
            if negated {
                self.skip_name("not");
            }
            if !self.skip_name("in") {
                return Ok(left);
            }
            let right = self.test()?;
            let call = format!("js_in({}, {})", left.value, right.value);
            left = Piece::boolean(negate(call, negated));
        }
    }

    fn test(&mut self) -> Result<Piece> {
        let left = self.comparison()?;
        if !self.skip_name("is") {
            return Ok(left);
        }
        let negated = self.skip_name("not");
        let name = self.name()?;
        if !TESTS.contains(&name.as_str()) {
            bail!("the test {name:?} has no translation");
        }
        let arguments = self.optional_arguments()?;
        let test = format!("({} is js_{name}{arguments})", left.value);
        Ok(Piece::boolean(negate(test, negated)))
    }

    fn comparison(&mut self) -> Result<Piece> {
        let mut left = self.arithmetic(0)?;
        while let Some(Token::Operator(op)) = self.tokens.first() {
            let op = *op;
            if !["===", "!==", "==", "!=", "<", ">", "<=", ">="].contains(&op) {
                break;
            }
            self.next()?;
            let right = self.arithmetic(0)?;
            let (a, b) = (&left.value, &right.value);
            left = Piece::boolean(match op {
                "==" | "!=" => negate(format!("js_eq({a}, {b})"), op == "!="),
                "===" | "!==" => negate(format!("js_same({a}, {b})"), op == "!=="),
                _ => format!("({a} {op} {b})"),
            });
        }
        Ok(left)
    }

    fn arithmetic(&mut self, level: usize) -> Result<Piece> {
        let Some(op) = ARITHMETIC.get(level) else {
            return self.unary();
        };
        let mut left = self.arithmetic(level + 1)?;
        while self.skip_operator(op) {
            let right = self.arithmetic(level + 1)?;
            let (a, b) = (left.value, right.value);
            left = Piece::value(match *op {
                "~" => format!("js_add(js_add({a}, \"\"), {b})"),
                "+" => format!("js_add({a}, {b})"),
                _ => format!("({a} {op} {b})"),
            });
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Piece> {
        if self.skip_operator("-") {
            let inner = self.primary()?;
            return Ok(Piece::value(format!("(-{})", inner.value)));
        }
        let inner = self.primary()?;
        if self.tokens.first() != Some(&Token::Operator("|")) {
            return Ok(inner);
        }
        let mut value = inner.value;
        while self.skip_operator("|") {
            let name = self.name()?;
            if !FILTERS.contains(&name.as_str()) {
                bail!("the filter {name:?} has no translation");
            }
            value = format!("{value} | js_{name}{}", self.optional_arguments()?);
        }
        Ok(Piece::value(format!("({value})")))
    }

    fn primary(&mut self) -> Result<Piece> {
        let piece = match self.next()? {
            Token::Text(text) => Piece::value(quote(&text)),
            Token::Number(digits) => Piece::value(digits),
            Token::Name(name) => match name.as_str() {
                "true" | "false" => Piece::boolean(name),
                "null" | "none" => Piece::value("none".to_owned()),
                _ => Piece::value((self.resolve)(&name)),
            },
            Token::Operator("(") => {
                let inner = self.expression()?;
                self.expect_operator(")")?;
                inner
            }
            Token::Operator("[") => Piece::value(format!("[{}]", self.list("]")?)),
            Token::Operator("{") => Piece::value(self.dictionary()?),
            other => bail!("unexpected {other:?}"),
        };
        self.postfix(piece)
    }

    /// Attributes, subscripts, calls and method calls.
    fn postfix(&mut self, mut piece: Piece) -> Result<Piece> {
        loop {
            let value = &piece.value;
            let next = if self.skip_operator(".") {
                let name = self.name()?;
                if self.skip_operator("(") {
                    if !METHODS.contains(&name.as_str()) {
                        bail!("the method {name:?} has no translation");
                    }
                    format!("({value} | js_{name}({}))", self.list(")")?)
                } else if PROPERTIES.contains(&name.as_str()) {
                    format!("({value} | js_{name}_of)")
                } else {
                    format!("{value}.{name}")
                }
            } else if self.skip_operator("[") {
                let index = self.expression()?.value;
                self.expect_operator("]")?;
                format!("{value}[{index}]")
            } else if self.skip_operator("(") {
                format!("{value}({})", self.list(")")?)
            } else {
                return Ok(piece);
            };
            piece = Piece::value(next);
        }
    }

    fn optional_arguments(&mut self) -> Result<String> {
        if !self.skip_operator("(") {
            return Ok(String::new());
        }
        Ok(format!("({})", self.list(")")?))
    }

    fn list(&mut self, end: &str) -> Result<String> {
        let mut items = Vec::new();
        while !self.skip_operator(end) {
            items.push(self.expression()?.value);
            if !self.skip_operator(",") {
                self.expect_operator(end)?;
                break;
            }
        }
        Ok(items.join(", "))
    }

    /// Nunjucks lets keys stand unquoted. The spaces inside the braces keep
    /// nested dictionaries from ending in `}}`.
    fn dictionary(&mut self) -> Result<String> {
        let mut pairs = Vec::new();
        while !self.skip_operator("}") {
            let key = match self.next()? {
                Token::Name(key) | Token::Text(key) => quote(&key),
                other => bail!("{other:?} cannot be a key"),
            };
            self.expect_operator(":")?;
            pairs.push(format!("{key}: {}", self.expression()?.value));
            if !self.skip_operator(",") {
                self.expect_operator("}")?;
                break;
            }
        }
        Ok(format!("{{ {} }}", pairs.join(", ")))
    }
}

fn negate(condition: String, negated: bool) -> String {
    if negated { format!("(not {condition})") } else { condition }
}

/// `and` and `or` give one of their operands in JavaScript, not a boolean.
/// The helpers evaluate both sides, which is harmless in an expression
/// without side effects; in a condition the native operators do.
fn short_circuit(op: &str, left: &Piece, right: &Piece) -> Piece {
    Piece {
        value: format!("js_{op}({}, {})", left.value, right.value),
        condition: format!("({} {op} {})", left.condition, right.condition),
    }
}
