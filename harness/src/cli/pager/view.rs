//! A text of which a screen shows a part: where one is in it, what is searched for, and what each key does. It draws nothing itself.

use std::{collections::BTreeSet, iter};

use crate::{
    cli::watch::Key,
    report::{Style, char_width, keys_line},
};

/// What the keys do, in the order of the last line.
const KEYS: [(&str, &str); 6] =
    [("q", "leave"), ("space b", "page"), ("j k", "line"), ("g G", "ends"), ("/", "search"), ("n N", "next, previous")];

/// What shows what was searched for.
const FOUND: &str = "\x1b[7m";

/// A text, and where one is in it.
#[derive(Debug)]
pub(in crate::cli) struct View {
    rows: Vec<Row>,
    top: usize,
    size: (usize, usize),
    style: Style,
    /// What is searched for; empty if nothing is.
    wanted: String,
    found: Found,
    /// What is being typed to be searched for.
    typed: Option<String>,
    /// Whether the last search found nothing.
    in_vain: bool,
    over: bool,
}

/// One row of the text: characters with what colours them.
type Row = Vec<(String, char)>;

impl View {
    /// A text of which this line is to be seen first.
    pub(in crate::cli) fn new(text: &str, at: usize, size: (usize, usize), style: Style) -> Self {
        let (rows, starts) = rows(text, size.0);
        let mut view = Self {
            rows,
            top: 0,
            size,
            style,
            wanted: String::new(),
            found: Found::default(),
            typed: None,
            in_vain: false,
            over: false,
        };
        view.top = starts.get(at).copied().unwrap_or(0).min(view.last());
        view
    }

    /// Whether the reader has left.
    pub(in crate::cli) fn is_over(&self) -> bool {
        self.over
    }

    /// The same text, laid out for another size. About as much of it is above the screen as before.
    pub(in crate::cli) fn resize(&mut self, text: &str, size: (usize, usize)) {
        let before = self.rows.len().max(1);
        (self.rows, self.size) = (rows(text, size.0).0, size);
        self.top = (self.top * self.rows.len() / before).min(self.last());
        self.found = Found::of(&self.wanted, &self.rows);
    }

    /// How many rows of the text are shown: the last one of the screen tells where one is.
    fn shown(&self) -> usize {
        self.size.1.saturating_sub(1).max(1)
    }

    /// The last row that can be the first on the screen.
    fn last(&self) -> usize {
        self.rows.len().saturating_sub(self.shown())
    }

    /// Does what a key says.
    pub(in crate::cli) fn on(&mut self, key: Key) {
        if let Some(typed) = self.typed.take() {
            return self.type_on(typed, key);
        }
        self.in_vain = false;
        match key.meant() {
            Key::Quit | Key::Leave | Key::Escape => self.over = true,
            Key::Move(way) => self.top = way.from(self.top, self.shown(), self.last()),
            Key::Enter => self.top = (self.top + 1).min(self.last()),
            Key::Char('/') => self.typed = Some(String::new()),
            Key::Char('n') => self.search(true, 1),
            Key::Char('N') => self.search(false, 1),
            _ => {}
        }
    }

    /// Goes on typing what is to be searched for.
    fn type_on(&mut self, mut typed: String, key: Key) {
        match key {
            Key::Char(c) => typed.push(c),
            Key::Backspace if typed.is_empty() => return,
            Key::Backspace => drop(typed.pop()),
            Key::Enter => {
                self.found = Found::of(&typed, &self.rows);
                self.wanted = typed;
                return self.search(true, 0);
            }
            Key::Quit | Key::Leave | Key::Escape => return,
            _ => {}
        }
        self.typed = Some(typed);
    }

    /// Goes to a row with what is searched for: forwards from the row so many behind the first one shown, or backwards; at the end, on from
    /// the other.
    fn search(&mut self, forwards: bool, beyond: usize) {
        let count = self.rows.len();
        if self.wanted.is_empty() || count == 0 {
            return;
        }
        let at = |step: usize| match forwards {
            true => (self.top + beyond + step) % count,
            false => (self.top + 2 * count - beyond - step) % count,
        };
        // Rows below the last one that can be the first are all in sight there, as is what is found in them.
        let behind = |row: &usize| self.top < self.last() || !forwards || beyond == 0 || *row < self.top;
        let found = (0..count).map(at).filter(behind).find(|row| self.found.rows.contains(row));
        match found {
            Some(row) => self.top = row.min(self.last()),
            None => self.in_vain = true,
        }
    }

    /// The screen, row by row.
    pub(in crate::cli) fn rows(&self) -> Vec<String> {
        let end = (self.top + self.shown()).min(self.rows.len());
        let shown = (self.top..end).map(|row| self.painted(row));
        let blank = iter::repeat_with(String::new);
        let mut rows: Vec<_> = shown.chain(blank).take(self.shown()).collect();
        rows.push(self.status());
        rows
    }

    fn painted(&self, row: usize) -> String {
        let is_hit = |at: usize| self.found.places.contains(&(row, at));
        let cells: Vec<_> =
            self.rows[row].iter().enumerate().map(|(at, (colour, c))| (colour, is_hit(at), *c)).collect();
        let same = |a: &(&String, bool, char), b: &(&String, bool, char)| (a.0, a.1) == (b.0, b.1);
        let paint = |part: &[(&String, bool, char)]| -> String {
            let text: String = part.iter().map(|(_, _, c)| *c).collect();
            let before = format!("{}{}", part[0].0, if part[0].1 { FOUND } else { "" });
            if before.is_empty() { text } else { format!("{before}{text}\x1b[0m") }
        };
        cells.chunk_by(same).map(paint).collect()
    }

    /// The last row: how far one is, and the keys; or what is being typed.
    fn status(&self) -> String {
        let columns = self.size.0;
        if let Some(typed) = &self.typed {
            // The end of what is typed stays in sight.
            let skip = (typed.chars().count() + 2).saturating_sub(columns);
            return format!("/{}", typed.chars().skip(skip).collect::<String>());
        }
        let seen = (self.top + self.shown()).min(self.rows.len());
        let percent = if self.last() == 0 { 100 } else { seen * 100 / self.rows.len() };
        let note = match self.in_vain {
            true => format!("no `{}` here", self.wanted),
            false => format!("{percent} %"),
        };
        keys_line(&KEYS, &note, Style { width: columns, ..self.style })
    }
}

/// What was searched for, wherever it stands.
#[derive(Debug, Default)]
struct Found {
    /// The rows in which it begins.
    rows: BTreeSet<usize>,
    /// Each of its characters: its row and where in that.
    places: BTreeSet<(usize, usize)>,
}

impl Found {
    /// Searches for words, in capitals or not, also where they go over the end of a line.
    fn of(wanted: &str, rows: &[Row]) -> Self {
        let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
        let wanted: Vec<_> = wanted.chars().map(lower).collect();
        // All of the text as one line, with one space between words.
        let mut text: Vec<((usize, usize), char)> = Vec::new();
        for (row, cells) in rows.iter().enumerate() {
            for (at, c) in cells.iter().map(|(_, c)| *c).chain([' ']).enumerate() {
                let c = if c.is_whitespace() { ' ' } else { lower(c) };
                if c != ' ' || text.last().is_some_and(|(_, before)| *before != ' ') {
                    text.push(((row, at), c));
                }
            }
        }
        let mut found = Self::default();
        for hit in text.windows(wanted.len().max(1)) {
            if hit.iter().map(|(_, c)| *c).eq(wanted.iter().copied()) {
                found.rows.insert(hit[0].0.0);
                found.places.extend(hit.iter().map(|(place, _)| *place));
            }
        }
        found
    }
}

/// The rows of a text on a screen of so many columns, and at which row each line begins.
fn rows(text: &str, columns: usize) -> (Vec<Row>, Vec<usize>) {
    let (mut rows, mut starts) = (Vec::new(), Vec::new());
    for line in text.lines() {
        starts.push(rows.len());
        let mut row = Row::new();
        let mut used = 0;
        for (colour, c) in cells(line) {
            if used + char_width(c) > columns && !row.is_empty() {
                rows.push(std::mem::take(&mut row));
                used = 0;
            }
            used += char_width(c);
            row.push((colour, c));
        }
        rows.push(row);
    }
    (rows, starts)
}

/// The characters of a line, each with the sequence that colours it.
fn cells(line: &str) -> Row {
    let (mut row, mut colour) = (Row::new(), String::new());
    for (i, part) in line.split('\x1b').enumerate() {
        let text = match part.split_once('m').filter(|_| i > 0) {
            Some((codes, text)) => {
                colour = if codes == "[0" { String::new() } else { format!("\x1b{codes}m") };
                text
            }
            None => part,
        };
        row.extend(text.chars().map(|c| (colour.clone(), c)));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::watch::keys::Way;

    /// A text of a hundred numbered lines on a screen of ten rows.
    fn numbers() -> View {
        let text: String = (0..100).map(|n| format!("line {n}\n")).collect();
        View::new(&text, 0, (80, 11), Style::default())
    }

    fn first(view: &View) -> String {
        view.rows().swap_remove(0)
    }

    fn press(view: &mut View, keys: &str) {
        for c in keys.chars() {
            view.on(match c {
                '\n' => Key::Enter,
                '\u{8}' => Key::Backspace,
                '\u{1b}' => Key::Escape,
                c => Key::Char(c),
            });
        }
    }

    #[test]
    fn keys_move_and_nothing_goes_beyond_the_ends() {
        let mut view = numbers();
        for (keys, expected) in [
            ("k", "line 0"),
            ("jj", "line 2"),
            (" ", "line 11"),
            ("b", "line 2"),
            ("G", "line 90"),
            ("j ", "line 90"),
            ("g", "line 0"),
            ("\n", "line 1"),
        ] {
            press(&mut view, keys);
            assert_eq!(first(&view), expected, "{keys:?}");
        }
        view.on(Key::Move(Way::End));
        assert!(view.rows().last().is_some_and(|status| status.ends_with("100 %")), "{:?}", view.rows());
        assert!(!view.is_over());
        press(&mut view, "q");
        assert!(view.is_over());
    }

    #[test]
    fn a_search_goes_from_hit_to_hit_and_on_from_the_other_end() {
        let mut view = numbers();
        for (keys, expected) in
            [("/LINE 4\n", "line 4"), ("n", "line 40"), ("N", "line 4"), ("N", "line 49"), ("n", "line 4")]
        {
            press(&mut view, keys);
            assert!(first(&view).starts_with(&format!("\x1b[7mline 4\x1b[0m{}", &expected[6..])), "{keys:?}: {view:?}");
        }
        press(&mut view, "/7\u{8}no such\n");
        assert!(view.rows().last().is_some_and(|status| status.contains("no `no such` here")));
        press(&mut view, "g/abc\u{1b}");
        assert!(!view.is_over(), "it was the search that was left");
        assert_eq!(first(&view), "line 0");
    }

    #[test]
    fn words_are_found_over_the_end_of_a_line() {
        let mut view = View::new("one two\n  three four\n\nfive\n", 0, (80, 3), Style::default());
        press(&mut view, "/Two three\n");
        assert_eq!(view.rows()[..2], ["one \x1b[7mtwo\x1b[0m", "  \x1b[7mthree\x1b[0m four"]);
        press(&mut view, "/four five\n");
        assert_eq!(view.rows()[0], "  three \x1b[7mfour\x1b[0m");
    }

    #[test]
    fn what_is_found_at_the_end_is_in_sight_and_searching_goes_on() {
        let mut view = numbers();
        press(&mut view, "/line 9\n");
        let hit = |view: &View| view.rows().iter().any(|row| row.starts_with("\x1b[7mline 9\x1b[0m"));
        assert!(hit(&view));
        for _ in 0..30 {
            press(&mut view, "n");
            assert!(hit(&view), "{:?}", view.rows());
        }
    }

    #[test]
    fn every_row_fits_and_nothing_is_lost_whatever_the_size() {
        let text = "\x1b[1mA heading that is long\x1b[0m\n\n界界界 and \x1b[36mmore\x1b[0m\n";
        let plain = |rows: &[String]| {
            let joined = rows.concat();
            let parts = joined.split('\x1b').enumerate();
            parts.map(|(i, part)| if i == 0 { part } else { &part[part.find('m').unwrap() + 1..] }).collect::<String>()
        };
        for columns in 2..40 {
            let view = View::new(text, 0, (columns, 60), Style::default());
            let rows = view.rows();
            assert_eq!(rows.len(), 60);
            for row in &rows {
                assert!(plain(std::slice::from_ref(row)).chars().map(char_width).sum::<usize>() <= columns, "{row:?}");
            }
            assert_eq!(plain(&rows[..59]), "A heading that is long界界界 and more");
        }
        let mut view = View::new("", 0, (0, 0), Style::default());
        press(&mut view, "jkGg /x\nn");
        view.resize("one\ntwo\n", (1, 1));
        assert_eq!(view.rows().len(), 2);
    }

    #[test]
    fn a_line_is_begun_with_and_kept_about_in_place() {
        let text: String = (0..100).map(|n| format!("line {n} with words\n")).collect();
        let mut view = View::new(&text, 50, (10, 11), Style::default());
        assert_eq!(first(&view), "line 50 wi");
        view.resize(&text, (80, 11));
        assert_eq!(first(&view), "line 50 with words");
        let near_the_end = View::new(&text, 99, (80, 11), Style::default());
        assert_eq!(first(&near_the_end), "line 90 with words");
    }
}
