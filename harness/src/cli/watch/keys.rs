//! The keys, as a session knows them.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Key {
    /// A letter or sign.
    Char(char),
    /// A way through a page.
    Move(Way),
    Enter,
    Escape,
    Backspace,
    /// Ctrl-C or Ctrl-D: all is left.
    Quit,
    /// What is on the screen is left.
    Leave,
    /// One that means nothing.
    Other,
}

impl Key {
    /// What it means where nothing is being typed.
    pub(in crate::cli) fn meant(self) -> Self {
        match self {
            Self::Char('q') => Self::Leave,
            Self::Char('j') => Self::Move(Way::Down),
            Self::Char('k') => Self::Move(Way::Up),
            Self::Char(' ') => Self::Move(Way::PageDown),
            Self::Char('b') => Self::Move(Way::PageUp),
            Self::Char('g') => Self::Move(Way::Home),
            Self::Char('G') => Self::Move(Way::End),
            other => other,
        }
    }
}

/// A way through a page or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Way {
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

impl Way {
    /// Where one comes from a line, on a screen of so many lines; never behind the last.
    pub(in crate::cli) fn from(self, line: usize, shown: usize, last: usize) -> usize {
        // A line stays in sight when a page is turned.
        let page = shown.saturating_sub(1).max(1);
        match self {
            Self::Up => line.min(last).saturating_sub(1),
            Self::Down => (line + 1).min(last),
            Self::PageUp => line.min(last).saturating_sub(page),
            Self::PageDown => (line + page).min(last),
            Self::Home => 0,
            Self::End => last,
        }
    }
}

/// What a key of the terminal is here; nothing if it is let go.
pub(in crate::cli) fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    if event.modifiers.contains(KeyModifiers::CONTROL) {
        return Some(match event.code {
            KeyCode::Char('c' | 'd') => Key::Quit,
            KeyCode::Char('f') => Key::Move(Way::PageDown),
            KeyCode::Char('b') => Key::Move(Way::PageUp),
            _ => Key::Other,
        });
    }
    Some(match event.code {
        KeyCode::Down => Key::Move(Way::Down),
        KeyCode::Up => Key::Move(Way::Up),
        KeyCode::PageDown => Key::Move(Way::PageDown),
        KeyCode::PageUp => Key::Move(Way::PageUp),
        KeyCode::Home => Key::Move(Way::Home),
        KeyCode::End => Key::Move(Way::End),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        _ => Key::Other,
    })
}
