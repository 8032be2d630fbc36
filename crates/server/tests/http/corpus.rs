//! Bad input, made by code: what people and machines put into fields, queries and bodies that no
//! field expects. Each entry says what must become of it, where one answer is right.

/// What must become of an entry as somebody's summary of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is an honest text: it is kept and shown as it was typed.
    Kept,
    /// It is refused with words, and given back.
    Refused,
}

/// One entry.
pub struct Bad {
    /// What it is.
    pub name: &'static str,
    /// It, as bytes.
    pub bytes: Vec<u8>,
    /// What must become of it.
    pub verdict: Verdict,
}

/// What stands in every entry that would run in a browser, so that an answer can be searched for it.
pub const LIVE: [&str; 5] = [
    "<script>candourlive",
    "<img src=x onerror=candourlive",
    "<svg onload=candourlive",
    "<a href=\"javascript:candourlive",
    "\" autofocus onfocus=candourlive",
];

/// The header that an entry with a line break would add.
pub const ADDED_HEADER: &str = "x-candour-added";

/// Every entry.
pub fn all() -> Vec<Bad> {
    let kept = [
        ("an apostrophe", "O'Brien and D'Arcy-Śmith"),
        ("a word that programs take for nothing", "Null"),
        ("a word that programs take for truth", "True"),
        ("an abbreviation", "N/A"),
        ("one letter", "X"),
        ("Welsh", "Dŵr y môr, ŷd"),
        ("Irish", "Ó Súilleabháin, Gráinne Ní Mháille"),
        ("Arabic", "شكوى ضد الشرطة"),
        ("Chinese", "對警察的投訴"),
        ("homoglyphs", "Роlice"),
        ("an emoji of several", "👨‍👩‍👧‍👦"),
        ("text that turns round", "gpj.\u{202E}exe.txt"),
        ("a zero-width word", "in\u{200B}visible"),
        ("a template", "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}"),
        ("a look-up in a log", "${jndi:ldap://127.0.0.1/a}"),
        ("a format", "%s%n%x {0} {}"),
        ("a script", "<script>candourlive(1)</script>"),
        ("an image that fails", "\"><img src=x onerror=candourlive(2)>"),
        ("a drawing that loads", "'><svg onload=candourlive(3)>"),
        ("a link that runs", "<a href=\"javascript:candourlive(4)\">x</a>"),
        ("a script that a filter would make", "<scr<script>candourlive(5)</script>ipt>"),
        ("the end of a text box", "</textarea><script>candourlive(6)</script>"),
        ("the end of a title", "</title><script>candourlive(7)</script>"),
        ("an attribute", "\" autofocus onfocus=candourlive(8) x=\""),
        ("Markdown", "[x](data:text/html;base64,PHNjcmlwdD4=)"),
        ("SQL", "' OR 1=1--"),
        ("more SQL", "'; drop table event; --"),
        ("a search", "\"NEAR( * col:x"),
        ("wildcards", "%_%"),
        ("a regular expression", "(a+)+$"),
        ("a formula", "=cmd|' /C calc'!A0"),
        ("a formula in wide letters", "＝1+1"),
        ("a path", "../../../../etc/passwd"),
        ("an escaped path", "%2e%2e%2f..%5c\\\\host\\share"),
        ("a file", "file:///etc/passwd"),
        ("a device", "con.txt"),
        ("a hidden file", ".htaccess "),
        ("minus nothing", "-0"),
        ("too large a number", "1e309"),
        ("no number", "NaN"),
        ("2^53+1", "9007199254740993"),
        ("2^63", "9223372036854775808"),
        ("digits of another script", "٣٤"),
        ("a hexadecimal number", "0x1F"),
        ("a leap second", "2016-12-31T23:59:60Z"),
        ("a day that is none", "2023-02-29"),
        ("year 10000", "10000-01-01"),
        ("a prototype", "__proto__"),
        ("an object", "{\"a\":{\"b\":[1,2]}}"),
        ("a header", "x\r\nx-candour-added: 1\r\n\r\nx"),
    ];
    let refused: [(&str, &[u8]); 7] = [
        ("nothing", b""),
        ("blanks", b" \t \r\n "),
        ("nothing that shows", "\u{200B}\u{FEFF}\u{2060}".as_bytes()),
        ("a NUL", b"a\0b"),
        ("colours of a terminal", b"\x1b[31mred\x1b[0m"),
        ("a bell", b"a\x07b"),
        ("a control character of the second set", "a\u{0085}b".as_bytes()),
    ];
    let unreadable: [(&str, &[u8]); 4] = [
        ("bytes that are no UTF-8", b"a\xff\xfeb"),
        ("an overlong form", b"a\xc0\xafb"),
        ("half a surrogate", b"a\xed\xa0\x80b"),
        ("half a letter", b"a\xc3"),
    ];
    let mut all: Vec<Bad> = Vec::new();
    let add = |all: &mut Vec<Bad>, name, bytes: &[u8], verdict| all.push(Bad { name, bytes: bytes.to_vec(), verdict });
    kept.iter().for_each(|(name, text)| add(&mut all, name, text.as_bytes(), Verdict::Kept));
    refused.iter().chain(&unreadable).for_each(|(name, bytes)| add(&mut all, name, bytes, Verdict::Refused));
    add(&mut all, "a letter under 10,000 marks", format!("a{}", "\u{0301}".repeat(10_000)).as_bytes(), Verdict::Kept);
    add(&mut all, "a long line", "x".repeat(20_001).as_bytes(), Verdict::Refused);
    add(&mut all, "10,000 terms", "term ".repeat(10_000).as_bytes(), Verdict::Refused);
    add(&mut all, "deep nesting", "[".repeat(10_000).as_bytes(), Verdict::Kept);
    add(&mut all, "a megabyte", "y".repeat(1 << 20).as_bytes(), Verdict::Refused);
    all
}

/// Bytes as the value of a field.
pub fn as_value(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(*b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Whole bodies of a form, or queries, that no browser sends. `name` is a field that the form has.
pub fn bodies(name: &str) -> Vec<(&'static str, String)> {
    vec![
        ("nothing", String::new()),
        ("only separators", "&&&&====&&".to_owned()),
        ("a field twice", format!("{name}=1&{name}=2")),
        ("a list", format!("{name}%5B%5D=1&{name}%5B%5D=2&{name}[]=3")),
        ("a tree", format!("{name}[a][b][c]=1")),
        ("deep nesting", format!("{name}{}=1", "[a]".repeat(3_000))),
        ("a prototype", format!("__proto__[{name}]=1&constructor.prototype.{name}=1")),
        ("half an escape", format!("{name}=%&{name}=%4&{name}=%zz")),
        ("an escape of an escape", format!("{name}=%252e%252e%252f")),
        ("names that are no text", "%FF%FE=1&%00=2".to_owned()),
        ("10,000 fields", (0..10_000).map(|n| format!("f{n}={n}&")).collect()),
        ("a name without end", format!("{}=1", "n".repeat(50_000))),
        ("semicolons", format!("{name}=1;{name}=2")),
        ("JSON where a form belongs", format!("{{\"{name}\":{{\"$gt\":\"\"}}}}")),
        (
            "XML with an entity",
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_owned(),
        ),
        ("parts without an end", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1".to_owned()),
        ("a method in a field", "_method=DELETE&step=confirm".to_owned()),
    ]
}

/// JSON bodies that no endpoint takes; each is answered with 400.
pub fn json_bodies() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        ("nothing", Vec::new()),
        ("a list", text("[]")),
        ("a number", text("1e309")),
        ("a key twice", text(r#"{"kind":"complaint","kind":"dsi"}"#)),
        ("half a surrogate", text(r#"{"kind":"\ud800"}"#)),
        ("no text", text(r#"{"kind":null,"on":["2018-06-01"]}"#)),
        ("a comment", text("{/**/}")),
        ("more after the end", text("{} {}")),
        ("a byte order mark", text("\u{FEFF}{}")),
        ("depth", [text(r#"{"a":"#), "[".repeat(10_000).into_bytes()].concat()),
        ("depth of objects", r#"{"a":"#.repeat(10_000).into_bytes()),
        ("bytes that are no UTF-8", b"{\"kind\":\"\xff\"}".to_vec()),
        ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("packed", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0]),
        ("a prototype", text(r#"{"__proto__":{"kind":"complaint"}}"#)),
    ]
}
