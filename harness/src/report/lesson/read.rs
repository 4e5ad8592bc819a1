//! Markdown to blocks.

use std::{collections::BTreeMap, iter::Peekable};

use pulldown_cmark::{Alignment, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{
    super::{
        style::{Paint, Style},
        text::safe,
    },
    flow::Run,
};

/// How deep lists and quotations may be nested before they are shown as if they were not: further in there is no room for text.
const DEEPEST: usize = 8;

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Block {
    /// A heading of a level, from 1.
    Heading { level: u8, text: Vec<Run> },
    /// Running text.
    Paragraph(Vec<Run>),
    /// Lines that stay as they are.
    Code(String),
    /// Somebody else's words, or an aside.
    Quote(Vec<Block>),
    /// A list: the number of its first entry, if it has numbers.
    List { first: Option<u64>, items: Vec<Vec<Block>> },
    /// A table: how its columns are aligned, its heads and its rows.
    Table { align: Vec<Alignment>, head: Vec<Vec<Run>>, rows: Vec<Vec<Vec<Run>>> },
    /// A line across.
    Rule,
    /// The addresses that the text before refers to by number.
    Addresses(Vec<(usize, String)>),
}

pub(super) fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
}

/// The headings that stand in no list and no quotation, with their levels.
pub(super) fn headings(markdown: &str) -> Vec<(u8, String)> {
    let mut headings: Vec<(u8, String)> = Vec::new();
    let (mut depth, mut inside) = (0_usize, false);
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                headings.push((level as u8, String::new()));
                inside = true;
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Start(Tag::BlockQuote(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => depth -= 1,
            Event::Text(text) | Event::Code(text) if inside => {
                headings.last_mut().expect("one has begun").1.push_str(&text);
            }
            _ => {}
        }
    }
    headings
}

/// The pieces of code, in running text and in blocks, each with how many of the [`headings`] have begun before it.
pub(super) fn code(markdown: &str) -> Vec<(usize, String)> {
    let mut code = Vec::new();
    let (mut depth, mut begun, mut inside) = (0_usize, 0, false);
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) if depth == 0 => begun += 1,
            Event::Start(Tag::BlockQuote(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => depth -= 1,
            Event::Start(Tag::CodeBlock(_)) => inside = true,
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Code(text) => code.push((begun, text.into_string())),
            Event::Text(text) if inside => code.push((begun, text.into_string())),
            _ => {}
        }
    }
    code
}

/// The parts of a text. `names` are the headings of its sections by their anchors.
pub(super) fn blocks(markdown: &str, names: &BTreeMap<String, String>, style: Style) -> Vec<Block> {
    let mut reader = Reader {
        events: parser(markdown).peekable(),
        names,
        style,
        depth: 0,
        flattened: 0,
        addresses: Vec::new(),
        told: 0,
    };
    let mut blocks = reader.blocks();
    blocks.extend(reader.addresses_so_far());
    blocks
}

struct Reader<'a> {
    events: Peekable<Parser<'a>>,
    names: &'a BTreeMap<String, String>,
    style: Style,
    depth: usize,
    /// How many containers have been opened that are not shown as such.
    flattened: usize,
    /// All addresses; the number of one is its place.
    addresses: Vec<String>,
    /// How many of them have been told.
    told: usize,
}

impl Reader<'_> {
    /// The blocks up to the end of what contains them.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some(event) = self.events.peek() {
            if is_inline(event) {
                // The text of an entry of a list without empty lines stands in no paragraph.
                let text = self.inline(Paint::Plain);
                blocks.push(Block::Paragraph(text));
                continue;
            }
            match self.events.next() {
                Some(Event::Start(tag)) => self.start(tag, &mut blocks),
                Some(Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item)) if self.flattened > 0 => {
                    self.flattened -= 1;
                }
                Some(Event::End(TagEnd::HtmlBlock)) => {}
                Some(Event::End(_)) => break,
                Some(Event::Rule) => blocks.push(Block::Rule),
                _ => {}
            }
        }
        blocks
    }

    fn start(&mut self, tag: Tag<'_>, blocks: &mut Vec<Block>) {
        let contains = matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Item);
        if contains && self.depth == DEEPEST {
            self.flattened += 1;
            return;
        }
        match tag {
            Tag::Paragraph => {
                let text = self.inline_to_end(Paint::Plain);
                blocks.push(Block::Paragraph(text));
            }
            Tag::Heading { level, .. } => {
                if self.depth == 0 {
                    blocks.extend(self.addresses_so_far());
                }
                let text = self.inline_to_end(Paint::Strong);
                blocks.push(match self.depth {
                    0 => Block::Heading { level: level as u8, text },
                    _ => Block::Paragraph(text),
                });
            }
            Tag::CodeBlock(_) => blocks.push(Block::Code(self.code())),
            Tag::BlockQuote(_) => {
                let inner = self.deeper();
                blocks.push(Block::Quote(inner));
            }
            Tag::List(first) => {
                let items = self.items();
                blocks.push(Block::List { first, items });
            }
            Tag::Table(align) => blocks.push(self.table(align)),
            _ => {}
        }
    }

    fn deeper(&mut self) -> Vec<Block> {
        self.depth += 1;
        let inner = self.blocks();
        self.depth -= 1;
        inner
    }

    fn items(&mut self) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some(Event::Start(Tag::Item)) = self.events.next() {
            items.push(self.deeper());
        }
        items
    }

    fn code(&mut self) -> String {
        let mut code = String::new();
        while let Some(Event::Text(text)) = self.events.next() {
            code.push_str(&text);
        }
        code
    }

    fn table(&mut self, align: Vec<Alignment>) -> Block {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        loop {
            match self.events.next() {
                Some(Event::Start(Tag::TableHead)) => head = self.cells(Paint::Strong),
                Some(Event::Start(Tag::TableRow)) => rows.push(self.cells(Paint::Plain)),
                _ => return Block::Table { align, head, rows },
            }
        }
    }

    fn cells(&mut self, paint: Paint) -> Vec<Vec<Run>> {
        let mut cells = Vec::new();
        while let Some(Event::Start(Tag::TableCell)) = self.events.next() {
            cells.push(self.inline_to_end(paint));
        }
        cells
    }

    /// The addresses that have not been told yet.
    fn addresses_so_far(&mut self) -> Option<Block> {
        let new: Vec<_> = (1..).zip(&self.addresses).skip(self.told).map(|(n, url)| (n, url.clone())).collect();
        self.told = self.addresses.len();
        (!new.is_empty()).then_some(Block::Addresses(new))
    }

    /// Running text and the end of what contains it.
    fn inline_to_end(&mut self, paint: Paint) -> Vec<Run> {
        let text = self.inline(paint);
        self.events.next();
        text
    }

    /// Running text, as far as it goes.
    fn inline(&mut self, paint: Paint) -> Vec<Run> {
        let mut text = Text { runs: Vec::new(), paints: vec![paint], links: Vec::new(), style: self.style };
        while let Some(event) = self.events.next_if(is_inline) {
            match event {
                Event::Text(words) => text.push(&safe(&words, usize::MAX, self.style)),
                Event::Code(code) => text.code(&code),
                Event::SoftBreak => text.push(" "),
                Event::HardBreak => text.push("\n"),
                Event::TaskListMarker(done) => text.push(if done { "[x] " } else { "[ ] " }),
                Event::Start(tag) => text.begin(tag),
                Event::End(TagEnd::Link) => {
                    if let Some((address, from)) = text.links.pop() {
                        self.link(&mut text, &address, from);
                    }
                    text.paints.pop();
                }
                Event::End(TagEnd::Image) => {
                    text.push("]");
                    text.paints.pop();
                }
                Event::End(tag) => text.end(tag),
                _ => {}
            }
        }
        text.runs
    }

    /// Says where a link leads, if its text does not.
    fn link(&mut self, text: &mut Text, address: &str, from: usize) {
        let shown: String = text.runs[from..].iter().map(|(_, text)| text.replace('\u{a0}', " ")).collect();
        let note = if let Some(anchor) = address.strip_prefix('#') {
            let heading = self.names.get(anchor).map_or(anchor, String::as_str);
            match heading.to_lowercase().contains(shown.to_lowercase().trim_matches('`')) {
                true => return,
                false => format!(" (see {})", safe(heading, usize::MAX, self.style)),
            }
        } else if address.contains("://") {
            let known = self.addresses.iter().skip(self.told).position(|known| known == address);
            let number = known.map_or(self.addresses.len(), |at| self.told + at) + 1;
            if number > self.addresses.len() {
                self.addresses.push(address.to_owned());
            }
            format!("\u{a0}[{number}]")
        } else if address.is_empty() || shown.trim_matches('`') == address {
            return;
        } else {
            format!(" ({})", safe(address, usize::MAX, self.style))
        };
        text.runs.push((Paint::Faint, note));
    }
}

/// Whether an event belongs to running text.
fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak => true,
        Event::TaskListMarker(_) => true,
        Event::Start(tag) => {
            matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
        }
        Event::End(tag) => {
            matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
        }
        _ => false,
    }
}

/// Running text while it is read.
struct Text {
    runs: Vec<Run>,
    /// The paints that are in force, the innermost last.
    paints: Vec<Paint>,
    /// The addresses of the links that have begun, and with which run.
    links: Vec<(String, usize)>,
    style: Style,
}

impl Text {
    fn paint(&self) -> Paint {
        *self.paints.last().expect("there is always one")
    }

    /// Takes text that is safe.
    fn push(&mut self, text: &str) {
        self.runs.push((self.paint(), text.to_owned()));
    }

    /// Takes code, which is not broken into lines if it can be helped, and whose spaces stay.
    fn code(&mut self, code: &str) {
        let code = safe(code, usize::MAX, self.style).replace(' ', "\u{a0}");
        self.runs.push((Paint::Note, format!("`{code}`")));
    }

    fn begin(&mut self, tag: Tag<'_>) {
        let paint = match tag {
            Tag::Emphasis if self.paint() == Paint::Plain => Paint::Emphasis,
            Tag::Strong => Paint::Strong,
            Tag::Image { .. } => Paint::Faint,
            Tag::Link { ref dest_url, .. } if dest_url.starts_with('#') => Paint::Note,
            _ => self.paint(),
        };
        match tag {
            Tag::Image { .. } => {
                self.paints.push(paint);
                self.push("[picture: ");
                return;
            }
            // An address that is its own text needs no number.
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                self.links.push((String::new(), self.runs.len()));
            }
            Tag::Link { dest_url, .. } => self.links.push((dest_url.into_string(), self.runs.len())),
            Tag::Emphasis => self.mark("_"),
            Tag::Strong => self.mark("*"),
            _ => self.push("~"),
        }
        self.paints.push(paint);
    }

    fn end(&mut self, tag: TagEnd) {
        self.paints.pop();
        match tag {
            TagEnd::Emphasis => self.mark("_"),
            TagEnd::Strong => self.mark("*"),
            _ => self.push("~"),
        }
    }

    /// Marks emphasis where it cannot be painted. A heading is emphasis enough.
    fn mark(&mut self, mark: &str) {
        if !self.style.colour && self.paints[0] == Paint::Plain {
            self.push(mark);
        }
    }
}
