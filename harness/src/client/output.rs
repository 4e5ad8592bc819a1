//! What a process prints: its first and its last bytes are kept, and how many there were.

use std::collections::VecDeque;

use tokio::sync::mpsc::UnboundedSender;

/// How much a process may print on both streams together, in bytes. A client that prints a line for every event stays far below;
/// what prints more is killed, for draining a gigabyte would take longer than the whole run.
pub const MOST_OUTPUT: u64 = 16 * 1024 * 1024;

/// How much of the beginning is kept.
const FIRST: usize = 16 * 1024;

/// How much of the end is kept.
const LAST: usize = 64 * 1024;

/// How much of the end of standard error is kept on its own: it tells how the process died.
const ERRORS: usize = 16 * 1024;

/// What is kept of the output while it comes.
#[derive(Debug, Default)]
pub(super) struct Kept {
    first: Vec<u8>,
    last: VecDeque<u8>,
    errors: VecDeque<u8>,
    /// What was kept or dropped, without the lines that were taken as contract lines.
    shown: u64,
    /// All bytes that were read.
    total: u64,
    /// Who is handed what is kept, as it comes.
    reader: Option<UnboundedSender<Vec<u8>>>,
}

impl Kept {
    /// Counts bytes that were read. Answers with all that were, so that the caller can compare them with [`MOST_OUTPUT`].
    pub(super) fn count(&mut self, bytes: usize) -> u64 {
        self.total += bytes as u64;
        self.total
    }

    /// From now on, hands on what is to be shown; at once, what there is already, as far as it was kept.
    pub(super) fn hand_on(&mut self, reader: UnboundedSender<Vec<u8>>) {
        // Nobody listens any more when the run is over; so below.
        let _ = reader.send(self.first.iter().chain(&self.last).copied().collect());
        self.reader = Some(reader);
    }

    /// Keeps bytes of standard output.
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        if let Some(reader) = &self.reader {
            let _ = reader.send(bytes.to_vec());
        }
        self.shown += bytes.len() as u64;
        let (head, rest) = bytes.split_at(bytes.len().min(FIRST - self.first.len()));
        self.first.extend_from_slice(head);
        keep_last(&mut self.last, rest, LAST);
    }

    /// Keeps bytes of standard error.
    pub(super) fn keep_error(&mut self, bytes: &[u8]) {
        self.keep(bytes);
        keep_last(&mut self.errors, bytes, ERRORS);
    }

    /// The end of standard error.
    pub(super) fn errors(&self) -> String {
        readable(&self.errors.iter().copied().collect::<Vec<_>>())
    }

    /// What is to be shown.
    pub(super) fn output(&self) -> Output {
        let last: Vec<_> = self.last.iter().copied().collect();
        let left_out = self.shown - (self.first.len() + last.len()) as u64;
        let text = match left_out {
            0 => readable(&[self.first.as_slice(), &last].concat()),
            _ => format!("{}\n… {left_out} bytes left out …\n{}", readable(&self.first), readable(&last)),
        };
        Output { text, bytes: self.total }
    }
}

/// Appends to a buffer of which only the end matters.
fn keep_last(end: &mut VecDeque<u8>, bytes: &[u8], most: usize) {
    let bytes = &bytes[bytes.len().saturating_sub(most)..];
    let surplus = (end.len() + bytes.len()).saturating_sub(most);
    end.drain(..surplus);
    end.extend(bytes);
}

/// What a process printed on both streams, in the order in which it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The text: its first 16 KiB and its last 64 KiB, with a note between them of how much was left out. It holds no control
    /// characters but line ends and tabs, so that it cannot steer the terminal or the machine that shows it.
    pub text: String,
    /// How many bytes were read.
    pub bytes: u64,
}

/// Turns bytes of somebody else into text that can be shown: invalid UTF-8 is replaced; escape sequences (ECMA-48 control
/// sequences and operating system commands) and all control characters but line ends and tabs are left out.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut chars = text.chars().peekable();
    let mut shown = String::with_capacity(text.len());
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' => match chars.peek() {
                Some('[') => skip_until(&mut chars, |c| ('\u{40}'..='\u{7e}').contains(&c)),
                Some(']') => skip_until(&mut chars, |c| c == '\u{7}' || c == '\u{1b}'),
                _ => {}
            },
            '\n' | '\t' => shown.push(char),
            _ if char.is_control() => {}
            _ => shown.push(char),
        }
    }
    shown
}

/// Skips an introducer and all characters up to the one that ends the sequence. A sequence never runs past its line.
fn skip_until(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, ends: impl Fn(char) -> bool) {
    chars.next();
    while let Some(char) = chars.next_if(|c| *c != '\n') {
        if ends(char) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_output_is_kept_whole_and_in_order() {
        let mut kept = Kept::default();
        for part in ["one\n", "two\n"] {
            kept.count(part.len());
            kept.keep(part.as_bytes());
        }
        kept.count(6);
        kept.keep_error(b"three\n");
        assert_eq!(kept.output(), Output { text: "one\ntwo\nthree\n".into(), bytes: 14 });
        assert_eq!(kept.errors(), "three\n");
    }

    #[test]
    fn of_long_output_the_beginning_and_the_end_are_kept() {
        let mut kept = Kept::default();
        for n in 0..100_000 {
            kept.keep(format!("{n:09}\n").as_bytes());
        }
        let text = kept.output().text;
        assert!(text.starts_with("000000000\n000000001\n") && text.ends_with("000099999\n"));
        assert!(text.contains(&format!("… {} bytes left out …", 1_000_000 - FIRST - LAST)));
        assert!(text.len() < FIRST + LAST + 100);
        kept.keep_error(&vec![b'x'; 1_000_000]);
        assert_eq!(kept.errors().len(), ERRORS);
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_left() {
        let printed =
            b"\x1b[31mred\x1b[0m \x1b]0;title\x07bell\x07 \x1b[2J\x1b(B\xff\r\n\ttab \x1b[no end\nnext\xc2\x9b1m";
        assert_eq!(readable(printed), "red bell (B\u{fffd}\n\ttab o end\nnext1m");
    }
}
