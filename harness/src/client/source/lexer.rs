//! Rust's tokens, as far as names and punctuation matter (the Rust Reference, "Lexical structure").

/// A name, a number, a lifetime or a piece of punctuation. Comments and string contents are gone; a string is an empty token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Its text; `::` is one token, other punctuation is one character each.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: u32,
}

impl Token {
    /// Whether it can be part of a path.
    pub(super) fn is_name(&self) -> bool {
        self.text.starts_with(|char: char| char.is_alphabetic() || char == '_')
    }
}

/// Cuts a source file into tokens. Text that is no Rust gives some tokens, never a panic.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, line: 1, found: Vec::new() };
    while lexer.at < lexer.chars.len() {
        lexer.step();
    }
    lexer.found
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: u32,
    found: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn bump(&mut self) {
        if self.peek(0) == '\n' {
            self.line += 1;
        }
        self.at += 1;
    }

    fn done(&self) -> bool {
        self.at >= self.chars.len()
    }

    fn push(&mut self, text: impl Into<String>, line: u32) {
        self.found.push(Token { text: text.into(), line });
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_while(|char| char != '\n'),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.quote(),
            (char, _) if char.is_whitespace() => self.bump(),
            (char, _) if char.is_alphabetic() || char == '_' => self.name(),
            (char, _) if char.is_ascii_digit() => self.number(),
            (':', ':') => {
                self.push("::", self.line);
                self.at += 2;
            }
            (char, _) => {
                self.push(char, self.line);
                self.bump();
            }
        }
    }

    fn skip_while(&mut self, goes_on: impl Fn(char) -> bool) {
        while !self.done() && goes_on(self.peek(0)) {
            self.bump();
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while !self.done() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => {
                    depth += 1;
                    self.at += 2;
                }
                ('*', '/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.bump(),
            }
        }
    }

    fn string(&mut self) {
        self.push("", self.line);
        self.bump();
        self.rest_of_quoted('"');
    }

    /// Skips to the end of something quoted in which a backslash escapes.
    fn rest_of_quoted(&mut self, end: char) {
        while !self.done() && self.peek(0) != end {
            if self.peek(0) == '\\' {
                self.bump();
            }
            self.bump();
        }
        self.bump();
    }

    /// A character, or a lifetime: `'a'` and `'\n'` are characters, `'a` and `'static` lifetimes.
    fn quote(&mut self) {
        let line = self.line;
        if self.peek(1) != '\\' && self.peek(2) != '\'' {
            self.bump();
            self.skip_while(|char| char.is_alphanumeric() || char == '_');
            return self.push("'", line);
        }
        self.push("", line);
        self.bump();
        if self.peek(0) == '\'' {
            // `'''`, which is no Rust but must not swallow what follows.
            return self.at += 2;
        }
        self.rest_of_quoted('\'');
    }

    fn name(&mut self) {
        let (start, line) = (self.at, self.line);
        self.skip_while(|char| char.is_alphanumeric() || char == '_');
        let name: String = self.chars[start..self.at].iter().collect();
        let raw = matches!(name.as_str(), "r" | "br" | "cr");
        match self.peek(0) {
            '"' if raw => self.raw_string(),
            '#' if raw && self.raw_opens() => self.raw_string(),
            '"' if matches!(name.as_str(), "b" | "c") => self.string(),
            '\'' if name == "b" => self.quote(),
            // A raw name, `r#type`: the name is what matters.
            '#' if name == "r" && (self.peek(1).is_alphabetic() || self.peek(1) == '_') => self.at += 1,
            _ => self.push(name, line),
        }
    }

    /// Whether hashes and a quote follow.
    fn raw_opens(&self) -> bool {
        self.chars[self.at..].iter().find(|char| **char != '#') == Some(&'"')
    }

    fn raw_string(&mut self) {
        self.push("", self.line);
        let start = self.at;
        self.skip_while(|char| char == '#');
        let hashes = self.at - start;
        self.bump();
        while !self.done() {
            let closes = self.peek(0) == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#');
            self.bump();
            if closes {
                self.at += hashes;
                return;
            }
        }
    }

    /// A number. Its suffix and its digits are one token; `1..2` and `1.max(2)` end before the dot.
    fn number(&mut self) {
        let (start, line) = (self.at, self.line);
        self.skip_while(|char| char.is_alphanumeric() || char == '_');
        if self.peek(0) == '.' && self.peek(1).is_ascii_digit() {
            self.bump();
            self.skip_while(|char| char.is_alphanumeric() || char == '_');
        }
        let number: String = self.chars[start..self.at].iter().collect();
        self.push(number, line);
    }
}
