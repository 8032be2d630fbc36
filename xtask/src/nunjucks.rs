//! Converts Nunjucks templates into minijinja templates.
//!
//! GOV.UK Frontend and MoJ Frontend ship their components as Nunjucks
//! macros. Converting those at build time, instead of writing our own
//! versions, means the markup is the design system's by construction. Only
//! what the two packages use is understood; anything else is an error, so
//! that an upgrade which needs new work says so.
//!
//! Whitespace control passes through, but for two quirks noted where they
//! are handled. Scoping does not: `set` inside a Nunjucks `for` changes the variable outside
//! the loop, in minijinja it does not. Every variable set inside a `for` thus
//! moves to a namespace object, `_s0` for the template and `_s1`, `_s2` … for
//! its macros.

mod expression;

use anyhow::{Context, Result, bail};
use expression::{Parser, Token, lex, quote};
use std::collections::BTreeSet;

/// Converts one template. `name` is the full name of the template, such as
/// `govuk/components/button/template.njk`, against which relative imports
/// are resolved.
pub fn convert(source: &str, name: &str) -> Result<String> {
    let parts = split(source).with_context(|| format!("{name} cannot be read"))?;
    let mut writer = Writer::new(name, find_scopes(&parts)?);
    for part in &parts {
        writer.part(part).with_context(|| format!("{name}:{} cannot be converted", part.line))?;
    }
    Ok(writer.out)
}

/// The name a template has after conversion.
pub fn converted_name(name: &str) -> String {
    match name.strip_suffix(".njk") {
        Some(stem) => format!("{stem}.html"),
        None => name.to_owned(),
    }
}

/// A stretch of template source. `left` and `right` hold the whitespace
/// control of its delimiters: `-` or nothing.
struct Part<'a> {
    kind: Kind<'a>,
    left: &'a str,
    right: &'a str,
    line: usize,
}

enum Kind<'a> {
    Text(&'a str),
    Comment,
    Output(Vec<Token>),
    Statement(Vec<Token>),
}

fn split(source: &str) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let line = source[..at].matches('\n').count() + 1;
        let rest = &source[at..];
        let start = ["{%", "{{", "{#"].iter().filter_map(|m| rest.find(m)).min();
        let start = start.unwrap_or(rest.len());
        if start > 0 {
            parts.push(Part { kind: Kind::Text(&rest[..start]), left: "", right: "", line });
            at += start;
            continue;
        }
        let (body, length) = tag_body(rest).with_context(|| format!("line {line}"))?;
        let (left, body) = body.split_at(usize::from(body.starts_with('-')));
        let (body, right) = body.split_at(body.len() - usize::from(body.ends_with('-')));
        let kind = match &rest[..2] {
            "{#" => Kind::Comment,
            "{{" => Kind::Output(lex(body).with_context(|| format!("line {line}"))?),
            _ => Kind::Statement(lex(body).with_context(|| format!("line {line}"))?),
        };
        parts.push(Part { kind, left, right, line });
        at += length;
    }
    Ok(parts)
}

/// The inside of the tag that `rest` starts with, and the tag's whole length.
/// An end marker inside a string does not end the tag.
fn tag_body(rest: &str) -> Result<(&str, usize)> {
    let end = match &rest[..2] {
        "{#" => "#}",
        "{{" => "}}",
        _ => "%}",
    };
    let mut quoted = None;
    let mut chars = rest.char_indices().skip(2);
    while let Some((at, c)) = chars.next() {
        match quoted {
            None if rest[at..].starts_with(end) => return Ok((&rest[2..at], at + 2)),
            None if end != "#}" && matches!(c, '"' | '\'') => quoted = Some(c),
            Some(_) if c == '\\' => drop(chars.next()),
            Some(quote) if c == quote => quoted = None,
            _ => {}
        }
    }
    bail!("the tag is not closed with {end}");
}

/// The variables of the template itself or of one macro.
#[derive(Default)]
struct Scope {
    /// Every name imported or given a value here.
    declared: BTreeSet<String>,
    /// Those given a value inside a `for`, which live in the namespace.
    hoisted: BTreeSet<String>,
    loop_variables: BTreeSet<String>,
}

/// Collects the scopes in the order in which they open.
fn find_scopes(parts: &[Part]) -> Result<Vec<Scope>> {
    let mut scopes = vec![Scope::default()];
    let mut open = vec![(0, 0)];
    for part in parts {
        let Kind::Statement(tokens) = &part.kind else {
            continue;
        };
        let [Token::Name(keyword), rest @ ..] = tokens.as_slice() else {
            continue;
        };
        let Some((scope, loops)) = open.last_mut() else {
            bail!("line {}: endmacro without macro", part.line);
        };
        match (keyword.as_str(), rest) {
            ("set", [Token::Name(target), ..]) => {
                scopes[*scope].declared.insert(target.clone());
                if *loops > 0 {
                    scopes[*scope].hoisted.insert(target.clone());
                }
            }
            ("for", rest) => {
                *loops += 1;
                scopes[*scope].loop_variables.extend(all_names(rest).take_while(|name| name != "in"));
            }
            ("endfor", _) => *loops -= 1,
            ("from", [_, _, names @ ..]) => scopes[*scope].declared.extend(all_names(names)),
            ("macro", [_, arguments @ ..]) => {
                open.push((scopes.len(), 0));
                let mut scope = Scope::default();
                scope.declared.extend(argument_names(arguments));
                scopes.push(scope);
            }
            ("endmacro", _) => drop(open.pop()),
            _ => {}
        }
    }
    for scope in &scopes {
        if let Some(name) = scope.hoisted.intersection(&scope.loop_variables).next() {
            bail!("{name:?} is a loop variable and is also set inside a loop");
        }
    }
    Ok(scopes)
}

fn all_names(tokens: &[Token]) -> impl Iterator<Item = String> {
    tokens.iter().filter_map(|token| match token {
        Token::Name(name) => Some(name.clone()),
        _ => None,
    })
}

/// The names that follow `(` or `,`; defaults follow `=`.
fn argument_names(tokens: &[Token]) -> Vec<String> {
    let pairs = tokens.windows(2).filter_map(|pair| match pair {
        [Token::Operator("(" | ","), Token::Name(name)] => Some(name.clone()),
        _ => None,
    });
    pairs.collect()
}

struct Writer<'a> {
    name: &'a str,
    scopes: Vec<Scope>,
    /// The scopes that are open, outermost first, as indexes of `scopes`.
    open: Vec<usize>,
    seen: usize,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(name: &'a str, scopes: Vec<Scope>) -> Self {
        let mut writer = Self { name, scopes, open: vec![0], seen: 0, out: String::new() };
        if let Some(scope) = writer.namespace(0) {
            writer.out.push_str(&format!("{{% {scope} %}}"));
        }
        writer
    }

    /// The statement that creates a scope's namespace, when it needs one.
    fn namespace(&self, scope: usize) -> Option<String> {
        let needed = !self.scopes[scope].hoisted.is_empty();
        needed.then(|| format!("set _s{scope} = js_scope()"))
    }

    /// How a variable is written: as a member of a namespace when hoisted.
    fn resolve(&self, name: &str) -> String {
        for &index in self.open.iter().rev() {
            let scope = &self.scopes[index];
            if scope.hoisted.contains(name) {
                return format!("_s{index}.{name}");
            }
            if scope.declared.contains(name) || scope.loop_variables.contains(name) {
                break;
            }
        }
        name.to_owned()
    }

    fn part(&mut self, part: &Part) -> Result<()> {
        let (left, right) = (part.left, part.right);
        let converted = match &part.kind {
            Kind::Text(text) => (*text).to_owned(),
            // Nunjucks' trim_blocks and lstrip_blocks leave comments alone;
            // in minijinja a plus sign says so.
            Kind::Comment => {
                let plus = |control| if control == "-" { "-" } else { "+" };
                format!("{{#{} {}#}}", plus(left), plus(right))
            }
            Kind::Output(tokens) => format!("{{{{{left} {} {right}}}}}", self.value(tokens)?),
            Kind::Statement(tokens) => {
                // One statement may become several; only the outer edges keep
                // the whitespace control.
                let statements = self.statement(tokens)?.join(" %}{% ");
                // Nunjucks ignores the hyphen at the start of a capture.
                let right = if is_capture(tokens) { "" } else { right };
                format!("{{%{left} {statements} {right}%}}")
            }
        };
        self.out.push_str(&converted);
        Ok(())
    }

    fn value(&self, tokens: &[Token]) -> Result<String> {
        self.parse(tokens, |parser| Ok(parser.expression()?.value))
    }

    fn condition(&self, tokens: &[Token]) -> Result<String> {
        self.parse(tokens, |parser| Ok(parser.expression()?.condition))
    }

    fn parse<T>(&self, tokens: &[Token], read: impl Fn(&mut Parser) -> Result<T>) -> Result<T> {
        let resolve = |name: &str| self.resolve(name);
        let mut parser = Parser::new(tokens, &resolve);
        let result = read(&mut parser)?;
        if !parser.is_finished() {
            bail!("the tag goes on after its expression");
        }
        Ok(result)
    }

    fn statement(&mut self, tokens: &[Token]) -> Result<Vec<String>> {
        let [Token::Name(keyword), rest @ ..] = tokens else {
            bail!("a tag must start with a keyword");
        };
        let one = match keyword.as_str() {
            "if" => format!("if {}", self.condition(rest)?),
            "elif" | "elseif" => format!("elif {}", self.condition(rest)?),
            "for" => self.parse(rest, for_loop)?,
            "set" => self.parse(rest, |parser| self.set(parser))?,
            "call" => format!("call {}", self.value(rest)?),
            "macro" => return self.open_macro(rest),
            "from" => self.from(rest)?,
            "include" => return self.include(rest),
            "endmacro" => {
                self.open.pop();
                keyword.clone()
            }
            "else" | "endif" | "endfor" | "endset" | "endcall" => keyword.clone(),
            other => bail!("the tag {other:?} has no translation"),
        };
        Ok(vec![one])
    }

    fn set(&self, parser: &mut Parser) -> Result<String> {
        let target = self.resolve(&parser.name()?);
        if parser.is_finished() {
            // A captured block is an ordinary string in Nunjucks, but marked
            // as safe HTML in minijinja.
            return Ok(format!("set {target} | js_plain"));
        }
        parser.expect_operator("=")?;
        Ok(format!("set {target} = {}", parser.expression()?.value))
    }

    fn open_macro(&mut self, tokens: &[Token]) -> Result<Vec<String>> {
        let header = self.parse(tokens, |parser| {
            let name = parser.name()?;
            parser.expect_operator("(")?;
            let mut arguments = Vec::new();
            while !parser.skip_operator(")") {
                let mut argument = parser.name()?;
                if parser.skip_operator("=") {
                    argument = format!("{argument}={}", parser.expression()?.value);
                }
                arguments.push(argument);
                parser.skip_operator(",");
            }
            Ok(format!("macro {name}({})", arguments.join(", ")))
        })?;
        self.seen += 1;
        self.open.push(self.seen);
        Ok([header].into_iter().chain(self.namespace(self.seen)).collect())
    }

    fn from(&self, tokens: &[Token]) -> Result<String> {
        let [Token::Text(path), Token::Name(import), names @ ..] = tokens else {
            bail!("only from \"…\" import … is understood");
        };
        if import != "import" || names.is_empty() {
            bail!("only from \"…\" import … is understood");
        }
        let names: Vec<String> = all_names(names).collect();
        let names = names.join(", ").replace(", as, ", " as ");
        Ok(format!("from {} import {names}", self.path(path)?))
    }

    fn include(&self, tokens: &[Token]) -> Result<Vec<String>> {
        let [Token::Text(path)] = tokens else {
            bail!("only include \"…\" is understood");
        };
        if self.open.iter().any(|open| !self.scopes[*open].hoisted.is_empty()) {
            bail!("an included template would not see variables set inside a loop");
        }
        let include = format!("include {}", self.path(path)?);
        if self.open.len() == 1 {
            return Ok(vec![include]);
        }
        // minijinja gives a macro only those outer variables, and `caller`,
        // that its own text mentions. An included template may use them all.
        let outer: Vec<&str> = self.scopes[0].declared.iter().map(String::as_str).collect();
        let mention = format!("if [{}]", [&["caller"], outer.as_slice()].concat().join(", "));
        Ok(vec![mention, "endif".to_owned(), include])
    }

    /// The full name of a template named in this one, as a literal.
    fn path(&self, path: &str) -> Result<String> {
        let mut full: Vec<&str> = Vec::new();
        if path.starts_with('.') {
            full.extend(self.name.split('/'));
            full.pop();
        }
        for step in path.split('/') {
            match step {
                "." => {}
                ".." if full.pop().is_none() => bail!("{path:?} leaves the package"),
                ".." => {}
                step => full.push(step),
            }
        }
        Ok(quote(&converted_name(&full.join("/"))))
    }
}

/// Whether this is a `set` without a value, which captures what follows.
fn is_capture(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Name(keyword), Token::Name(_)] if keyword == "set")
}

/// Nunjucks loops over nothing when the value is missing, and over the
/// members of an object when there are two loop variables.
fn for_loop(parser: &mut Parser) -> Result<String> {
    let first = parser.name()?;
    let (names, helper) = if parser.skip_operator(",") {
        (format!("{first}, {}", parser.name()?), "js_pairs")
    } else {
        (first, "js_each")
    };
    if !parser.skip_name("in") {
        bail!("expected \"in\"");
    }
    Ok(format!("for {names} in {helper}({})", parser.expression()?.value))
}
