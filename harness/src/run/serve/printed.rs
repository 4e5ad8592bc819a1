//! What a client prints, line by line.

use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::client::Client;

/// The longest line that is told as one, in bytes.
const MOST_LINE: usize = 4096;
/// How many lines are told in one run. A client that prints one for everything that happens stays far below.
const MOST_LINES: usize = 10_000;

/// Tells lines as they come.
pub(super) struct Printed<T> {
    pieces: UnboundedReceiver<Vec<u8>>,
    /// The beginning of a line.
    open: Vec<u8>,
    /// How many lines have been told.
    told: usize,
    tell: T,
}

impl<T: FnMut(String)> Printed<T> {
    /// Tells what these clients print.
    pub(super) fn of(clients: &[Client], tell: T) -> Self {
        let (reader, pieces) = mpsc::unbounded_channel();
        for client in clients {
            client.hand_on(reader.clone());
        }
        Self { pieces, open: Vec::new(), told: 0, tell }
    }

    /// Tells lines until it is dropped. Cancel-safe.
    pub(super) async fn tell(&mut self) {
        while let Some(piece) = self.pieces.recv().await {
            self.take(&piece);
        }
        std::future::pending().await
    }

    /// Tells what has come meanwhile, and a last line that has no end.
    pub(super) fn tell_rest(&mut self) {
        while let Ok(piece) = self.pieces.try_recv() {
            self.take(&piece);
        }
        self.line();
    }

    fn take(&mut self, piece: &[u8]) {
        for byte in piece {
            if *byte == b'\n' || self.open.len() == MOST_LINE {
                self.line();
            }
            if *byte != b'\n' {
                self.open.push(*byte);
            }
        }
    }

    /// Tells the line that has come, unless there is nothing on it.
    fn line(&mut self) {
        let line = std::mem::take(&mut self.open);
        if line.trim_ascii().is_empty() || self.told > MOST_LINES {
            return;
        }
        self.told += 1;
        (self.tell)(match self.told > MOST_LINES {
            true => format!("more than {MOST_LINES} lines: further ones are left out"),
            false => String::from_utf8_lossy(&line).into_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are told of what comes in these pieces.
    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let mut told = Vec::new();
        let mut printed = Printed::of(&[], |line| told.push(line));
        pieces.iter().for_each(|piece| printed.take(piece));
        printed.tell_rest();
        told
    }

    #[test]
    fn lines_are_told_however_they_are_cut() {
        assert_eq!(lines(&[b"a\nb", b"c\r\n\n \n", b"d"]), ["a", "bc\r", "d"]);
        assert_eq!(lines(&[&[0xff, b'\n'], b""]), ["\u{fffd}"]);
    }

    #[test]
    fn a_line_without_an_end_is_told_in_parts() {
        let long = vec![b'x'; 2 * MOST_LINE + 1];
        assert_eq!(lines(&[&long]).iter().map(String::len).collect::<Vec<_>>(), [MOST_LINE, MOST_LINE, 1]);
    }

    #[test]
    fn lines_are_told_up_to_a_number() {
        let told = lines(&[&b"a\n".repeat(MOST_LINES + 9)]);
        assert_eq!((told.len(), told[MOST_LINES - 1].as_str()), (MOST_LINES + 1, "a"));
        assert!(told[MOST_LINES].ends_with("left out"), "{}", told[MOST_LINES]);
    }
}
