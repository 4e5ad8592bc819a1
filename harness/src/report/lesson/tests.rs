use std::{collections::BTreeMap, fs, path::Path};

use super::{Lesson, code_in, find_section, lesson, read, sections};
use crate::report::{Style, text::width};

const ASCII: Style = Style { colour: false, ascii: true, width: 80, hints: 1 };

/// A text with everything that a lesson may have.
const ALL: &str = r##"# A lesson with *everything*

Some **strong words**, some *emphasis*, `code with  spaces`, ~~old~~ and a [link](https://example.org/a), the [same](https://example.org/a) again,
<https://example.org/auto>, [client.mjs](client.mjs), [the kit](../starter/README.md), [backoff](#backoff-and-jitter) and [the end](#last).
<br> An ![alternative](image.svg).\
A new line.

## Backoff and `jitter`

1. First, which is long enough to go over more than one line of a terminal with eighty columns.
2. Second
   - nested
     - deeper
   - [x] done
   - [ ] not yet

- An entry

  of two paragraphs

- And another

Code:

    fn code() {
	tab
    }

---

> **A quotation**
>
> - with a list
>
>       and code in it

```text
a line of code that is longer than the terminal is wide, so that it has to be broken somewhere, and goes on after that
```

### 界 wide

| Left | Right | Centre | What is long |
|:--|--:|:-:|---|
| a | 1 | `x` | It goes over several lines, because there is a lot to say about this that cannot be said in one line. |
| b | 23 | | [last](#last) |

<div>Hidden &lt;markup&gt;</div>

### Backoff and jitter

#### Last

2³² &amp; 10¹² ── end
"##;

#[track_caller]
fn fits(lesson: &Lesson, columns: usize) {
    for line in lesson.text.lines() {
        assert!(width(line) <= columns && !line.ends_with(' '), "{columns}: {line:?}");
    }
    assert!(!lesson.text.contains("\n\n\n"));
}

#[test]
fn everything() {
    let all = lesson(ALL, Style::default());
    fits(&all, 80);
    insta::assert_snapshot!(all.text);
}

#[test]
fn ascii_and_narrow() {
    let all = lesson(ALL, Style { width: 60, ..ASCII });
    fits(&all, 60);
    assert!(all.text.is_ascii(), "{}", all.text);
    insta::assert_snapshot!(all.text);
}

#[test]
fn colour() {
    let all = lesson(ALL, Style { colour: true, ..Style::default() });
    insta::assert_snapshot!(all.text.replace('\x1b', "␛"));
}

#[test]
fn anchors_are_those_of_github() {
    let names = |text: &str| sections(text).into_iter().map(|section| section.anchor).collect::<Vec<_>>();
    let text = "# What's `run`? A — B\n## Twice\n## Twice\n### under_score-hyphen 1.5\n## Über\n> # no section\n";
    assert_eq!(names(text), ["whats-run-a--b", "twice", "twice-1", "under_score-hyphen-15", "über"]);
}

#[test]
fn a_section_is_found_by_its_anchor_or_by_words() {
    let text = "# Title\n## Giving up\n## How a connection ends\n## The end\n## Up\n";
    let all = sections(text);
    for (name, expected) in [
        ("giving-up", Some("giving-up")),
        ("README.md#giving-up", Some("giving-up")),
        ("#the-end", Some("the-end")),
        ("Giving UP", Some("giving-up")),
        ("up", Some("up")),
        ("connection end", Some("how-a-connection-ends")),
        ("end", Some("how-a-connection-ends")),
        ("nothing", None),
        ("", None),
        ("#", None),
    ] {
        assert_eq!(find_section(&all, name).map(|section| section.anchor.as_str()), expected, "{name:?}");
    }
}

#[test]
fn a_section_has_its_own_sections_and_addresses() {
    let text = "# T\n\n## A\n\n[x](https://a.example)\n\n### B\n\ntext\n\n## C\n\n[y](https://c.example)\n";
    let all = lesson(text, ASCII);
    let only = |anchor: &str| all.only(all.sections.iter().find(|section| section.anchor == anchor).unwrap());
    assert_eq!(only("c").lines().skip(1).collect::<Vec<_>>(), ["", "y [2]", "", "[2] https://c.example"]);
    let a = only("a");
    assert!(a.starts_with("== A ==") && a.contains("[1] https://a.example\n\n-- B --") && a.ends_with("text\n"), "{a}");
    assert_eq!(only("t"), all.text);
}

/// The READMEs of this course.
fn course() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../challenges");
    let mut found: Vec<_> = fs::read_dir(folder)
        .expect("there are challenges")
        .map(|entry| entry.expect("it is readable").path())
        .filter_map(|path| Some((path.display().to_string(), fs::read_to_string(path.join("README.md")).ok()?)))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// How often a text has each letter and digit.
fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut letters = BTreeMap::new();
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        *letters.entry(c).or_default() += 1;
    }
    letters
}

/// What the reader of a text must get to see.
fn told(markdown: &str) -> String {
    use pulldown_cmark::Event;
    let told = read::parser(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    told.collect()
}

#[test]
fn no_lesson_loses_a_letter_at_any_width() {
    let mut texts = course();
    texts.push(("everything".into(), ALL.into()));
    for (name, text) in texts {
        let told = letters(&told(&text));
        for columns in (60..=96).step_by(4).chain([71, 200]) {
            let laid = lesson(&text, Style { width: columns, ..Style::default() });
            fits(&laid, columns);
            let shown = letters(&laid.text);
            for (letter, count) in &told {
                assert!(shown.get(letter) >= Some(count), "{name} at {columns}: {letter} {count} > {shown:?}");
            }
        }
        let ascii = lesson(&text, Style { width: 60, ..ASCII });
        fits(&ascii, 60);
        assert!(ascii.text.is_ascii() && (name == "everything" || !ascii.text.contains("\\u{")), "{name}");
    }
}

#[test]
fn each_heading_is_where_it_is_said_to_be() {
    for (name, text) in course() {
        let laid = lesson(&text, Style::default());
        let lines: Vec<_> = laid.text.lines().collect();
        for section in &laid.sections {
            assert!(lines[section.line].contains(&section.heading), "{name}: {section:?}");
        }
    }
}

#[test]
fn what_a_terminal_acts_upon_is_not_acted_upon() {
    let evil = "\x1b[2J\u{202e}\u{9b}31m\u{200b}\u{7}";
    let text = format!(
        "# {evil}\n\n{evil} `{evil}` [{evil}](https://{evil}) [x](<{evil}>) ![{evil}](x)\n\n    {evil}\t{evil}\n\n| {evil} |\n|---|\n| {evil} |\n\n\
         ::error::x ##[error]\n"
    );
    let laid = lesson(&text, Style::default());
    assert!(!laid.text.contains(|c| crate::trace::is_hidden(c) && c != '\n'), "{:?}", laid.text);
    assert!(!laid.text.contains("##["), "{}", laid.text);
}

#[test]
fn depth_and_width_have_bounds() {
    let deep = format!("{}text\n\n{}", "> ".repeat(10_000), "- ".repeat(10_000));
    assert!(lesson(&deep, Style::default()).text.contains("text"));
    let wide = |cells: usize| {
        format!("|{}\n|{}\n|{}\n", "a head|".repeat(cells), "---|".repeat(cells), "a cell|".repeat(cells))
    };
    for cells in [1, 8, 20, 21, 100] {
        fits(&lesson(&wide(cells), Style::default()), 80);
    }
    assert!(lesson(&wide(100), Style::default()).text.starts_with("a head: a cell\na head: a cell\n"));
    for text in ["", "\n", "#", "|", "| |\n|-|\n", "- ", ">", "```", "[]()", "![](x)", "# \n## \n"] {
        fits(&lesson(text, Style::default()), 80);
    }
}

#[test]
fn the_code_of_a_section_is_that_of_the_sections_in_it_too() {
    let text =
        "`top`\n\n# One `one`\n\n`a`\n\n## Two\n\n    b c\n\n- # No `heading`\n\n### Deep\n\n`d`\n\n## Two\n\n`e`\n";
    let code = |anchor| code_in(text, anchor).map(|code| code.join("|"));
    assert_eq!(code(None).as_deref(), Some("top|one|a|b c\n|heading|d|e"));
    assert_eq!(code(Some("one-one")).as_deref(), Some("one|a|b c\n|heading|d|e"));
    assert_eq!(code(Some("two")).as_deref(), Some("b c\n|heading|d"));
    assert_eq!(code(Some("deep")).as_deref(), Some("d"));
    assert_eq!(code(Some("two-1")).as_deref(), Some("e"));
    assert_eq!(code(Some("three")), None);
}
