//! What the compiler wrote, in its colours.

use maud::{Markup, html as markup};

use super::words::beginning;
use crate::report::{style::Style, text};

/// The longest output that is shown, in bytes.
const MOST: usize = 200_000;

/// The output, its colours as classes; `name` is the `id` of its heading.
pub(super) fn output(name: &str, text: &str) -> Markup {
    let shown = beginning(text, MOST);
    let coloured = text::compiler(shown, Style { colour: true, ..Style::default() });
    markup! {
        pre.compiler tabindex="0" role="region" aria-labelledby=(name) {
            @for (class, piece) in pieces(&coloured) {
                @if class.is_empty() { (piece) } @else { span class=(class) { (piece) } }
            }
        }
        @if shown.len() < text.len() { p.soft { (text.len() - shown.len()) " more bytes are left out." } }
    }
}

/// How text stands: a weight and a colour.
#[derive(Default, Clone, Copy)]
struct Look {
    bold: bool,
    colour: &'static str,
}

impl Look {
    /// Follows one code of a colour sequence (ECMA-48, section 8.3.117).
    fn follow(&mut self, code: &str) {
        match code {
            "" | "0" => *self = Self::default(),
            "1" => self.bold = true,
            "22" => self.bold = false,
            "31" | "91" => self.colour = "red",
            "32" | "92" => self.colour = "green",
            "33" | "93" => self.colour = "yellow",
            "34" | "94" => self.colour = "blue",
            "35" | "95" => self.colour = "magenta",
            "36" | "96" => self.colour = "cyan",
            "30" | "37" | "39" | "90" | "97" => self.colour = "",
            _ => {}
        }
    }

    /// Follows a sequence. The numbers after 38 or 48 are of another palette than this one.
    fn follow_all(&mut self, codes: &str) {
        let palette = codes.split(';').any(|code| matches!(code, "38" | "48"));
        if palette {
            // rustc writes the bright colours of the first sixteen in this way on some terminals.
            let bright = codes.strip_prefix("38;5;").and_then(|n| n.parse::<u8>().ok()).filter(|n| (8..16).contains(n));
            if let Some(n) = bright {
                self.follow(&format!("{}", 82 + n));
            }
            return;
        }
        codes.split(';').for_each(|code| self.follow(code));
    }

    fn class(self) -> String {
        match (self.bold, self.colour) {
            (true, "") => "bold".to_owned(),
            (true, colour) => format!("bold {colour}"),
            (false, colour) => colour.to_owned(),
        }
    }
}

/// The pieces of one look each. The text has been made safe: what escapes are left in it are colours.
fn pieces(text: &str) -> Vec<(String, &str)> {
    let mut look = Look::default();
    let mut pieces = Vec::new();
    for (i, part) in text.split("\x1b[").enumerate() {
        let piece = match part.split_once('m').filter(|_| i > 0) {
            Some((codes, rest)) => {
                look.follow_all(codes);
                rest
            }
            None => part,
        };
        if !piece.is_empty() {
            pieces.push((look.class(), piece));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_classes_and_all_else_is_text() {
        let text = "\x1b[1m\x1b[91merror[E0308]\x1b[0m: <b>\x1b[38;5;12m-->\x1b[0m\x1b]8;;http://x\x1b\\y\x1b[2J\n";
        let shown = output("compiler", text).into_string();
        assert!(shown.contains(r#"<span class="bold red">error[E0308]</span>: &lt;b&gt;"#), "{shown}");
        assert!(shown.contains(r#"<span class="blue">--&gt;</span>y\u{1b}[2J"#), "{shown}");
        assert!(!shown.contains('\x1b') && !shown.contains("http"), "{shown}");
    }
}
