//! The words of one line, and how texts and bytes are quoted in it.

use std::{fmt::Write as _, str::FromStr};

/// Whether a terminal would not show this character as it is: control characters (escape sequences start with one), and the
/// format characters of Unicode that are invisible or change the direction of the text around them.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// A text in quotes, on one line.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text as a bare word where it can be one, otherwise in quotes.
pub(super) fn word(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./?&=%~:+".contains(c);
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { quote(text) }
}

/// Bytes as a text in quotes where they are one, otherwise as hexadecimal digits.
pub(super) fn payload(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), quote)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len() + 2);
    out.push_str("0x");
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// What is still unread of a line. Every error says what was expected and what was found.
pub(super) struct Line<'a>(&'a str);

impl<'a> Line<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self(line.trim())
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.0).trim_start()
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.0.trim_start().is_empty()
    }

    /// The next word, whatever it is.
    pub(super) fn word(&mut self, expected: &str) -> Result<&'a str, String> {
        let text = self.0.trim_start();
        let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        if word.is_empty() {
            return Err(mismatch(expected, word));
        }
        self.0 = rest;
        Ok(word)
    }

    /// The next word, which must be this one.
    pub(super) fn keyword(&mut self, keyword: &str) -> Result<(), String> {
        match self.word(&format!("`{keyword}`"))? {
            word if word == keyword => Ok(()),
            word => Err(mismatch(&format!("`{keyword}`"), word)),
        }
    }

    /// The next word, as a number; `prefix` stands before it without a space.
    pub(super) fn number<N: FromStr>(&mut self, prefix: &str, expected: &str) -> Result<N, String> {
        let word = self.word(expected)?;
        let digits = word.strip_prefix(prefix).filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| mismatch(expected, word))
    }

    /// A text: in quotes, or a bare word.
    pub(super) fn text(&mut self, expected: &str) -> Result<String, String> {
        if self.0.trim_start().starts_with('"') { self.quoted() } else { self.word(expected).map(str::to_owned) }
    }

    /// Bytes: hexadecimal digits after `0x`, or a text in quotes.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, String> {
        let expected = "a text in quotes or `0x` and pairs of hexadecimal digits";
        if self.0.trim_start().starts_with('"') {
            return self.quoted().map(String::into_bytes);
        }
        let word = self.word(expected)?;
        let digits = word.strip_prefix("0x").filter(|digits| digits.len() % 2 == 0);
        let pairs = digits.ok_or_else(|| mismatch(expected, word))?.as_bytes().chunks(2);
        pairs.map(|pair| byte(pair).ok_or_else(|| mismatch(expected, word))).collect()
    }

    /// Nothing more may follow.
    pub(super) fn end(&mut self) -> Result<(), String> {
        match self.rest() {
            "" => Ok(()),
            rest => Err(mismatch("the end of the line", rest)),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut out = String::new();
        let mut chars = self.0.trim_start().strip_prefix('"').unwrap_or_default().chars();
        loop {
            match chars.next() {
                None => return Err("expected a closing quote, found the end of the line".to_owned()),
                Some('"') => break,
                Some('\\') => out.push(unescape(&mut chars)?),
                Some(c) => out.push(c),
            }
        }
        self.0 = chars.as_str();
        if !self.0.is_empty() && !self.0.starts_with(char::is_whitespace) {
            return Err(mismatch("a space after the closing quote", self.0));
        }
        Ok(out)
    }
}

/// What was expected, and the beginning of what was found.
pub(super) fn mismatch(expected: &str, found: &str) -> String {
    const SHOWN: usize = 40;
    if found.is_empty() {
        return format!("expected {expected}, found the end of the line");
    }
    let shown: String = found.chars().take(SHOWN).collect();
    let more = if shown.len() < found.len() { "…" } else { "" };
    format!("expected {expected}, found {}{more}", quote(&shown))
}

fn byte(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
}

fn unescape(chars: &mut std::str::Chars<'_>) -> Result<char, String> {
    match chars.next() {
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('t') => Ok('\t'),
        Some(c @ ('"' | '\\')) => Ok(c),
        Some('u') => {
            unescape_unicode(chars).ok_or_else(|| "expected `\\u{…}` with the number of a character".to_owned())
        }
        _ => Err("expected one of \" \\ n r t u after a backslash".to_owned()),
    }
}

fn unescape_unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let rest = chars.as_str().strip_prefix('{')?;
    let (digits, rest) = rest.split_once('}')?;
    let valid = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    *chars = rest.chars();
    u32::from_str_radix(digits, 16).ok().filter(|_| valid).and_then(char::from_u32)
}
