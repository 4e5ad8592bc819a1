//! TAP 14, read line by line as its specification has it; a line that is none of the known kinds is an error.

use serde_json::Value;

use super::{Points, case};
use crate::report::export;

/// One test point.
#[derive(Debug, Default)]
struct Point {
    ok: bool,
    description: String,
    skip: Option<String>,
    diagnostic: Vec<(String, Value)>,
}

#[derive(Debug, Default)]
struct Stream {
    plan: Option<usize>,
    points: Vec<Point>,
    comments: Vec<String>,
    bailed_out: Option<String>,
}

fn read(text: &str) -> Stream {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let mut stream = Stream::default();
    while let Some(line) = lines.next() {
        assert!(stream.bailed_out.is_none(), "a line after the end: {line}");
        if let Some(plan) = line.strip_prefix("1..") {
            assert!(stream.plan.is_none() && stream.points.is_empty(), "{line}");
            stream.plan = Some(plan.parse().expect("a number"));
        } else if let Some(comment) = line.strip_prefix('#') {
            stream.comments.push(comment.trim_start().to_owned());
        } else if let Some(why) = line.strip_prefix("Bail out! ") {
            stream.bailed_out = Some(unescaped(why));
        } else if line == "  ---" {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "  ...").collect();
            stream.points.last_mut().expect("a point").diagnostic = diagnostic(&block);
        } else {
            stream.points.push(point(line, stream.points.len() + 1));
        }
    }
    if stream.bailed_out.is_none() {
        assert_eq!(stream.plan, Some(stream.points.len()));
    }
    stream
}

fn point(line: &str, number: usize) -> Point {
    let (ok, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("what is this? {line:?}"))),
    };
    let text = rest.strip_prefix(&format!("{number} - ")).unwrap_or_else(|| panic!("not number {number}: {line}"));
    let delimiter = delimiter(text);
    let directive = delimiter.map(|at| text[at + 1..].trim_start());
    let skip = directive.map(|text| unescaped(text.strip_prefix("SKIP ").expect("the one directive")));
    Point { ok, description: unescaped(text[..delimiter.unwrap_or(text.len())].trim_end()), skip, ..Point::default() }
}

/// Where the first `#` is that is not escaped.
fn delimiter(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices()
        .find(|(_, c)| {
            let found = *c == '#' && !escaped;
            escaped = *c == '\\' && !escaped;
            found
        })
        .map(|(at, _)| at)
}

fn unescaped(text: &str) -> String {
    let (mut out, mut chars) = (String::new(), text.chars().peekable());
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().filter(|next| c == '\\' && ['\\', '#'].contains(next));
        out.push(next.unwrap_or(c));
        if next.is_some() {
            chars.next();
        }
    }
    out
}

/// The YAML that is used: numbers, texts in double quotes and lists of those.
fn diagnostic(block: &[&str]) -> Vec<(String, Value)> {
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| panic!("{text:?}"));
    let mut values = Vec::new();
    let mut lines = block.iter().peekable();
    while let Some(line) = lines.next() {
        let (key, rest) =
            line.strip_prefix("  ").and_then(|line| line.split_once(':')).unwrap_or_else(|| panic!("{line:?}"));
        assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{key:?}");
        let mut items = Vec::new();
        while let Some(item) = lines.next_if(|line| line.starts_with("    - ")) {
            items.push(value(&item[6..]));
        }
        values.push((key.to_owned(), if rest.is_empty() { Value::from(items) } else { value(&rest[1..]) }));
    }
    values
}

pub(super) fn points(text: &str) -> Points {
    let stream = read(text);
    let score = stream.comments.iter().find_map(|comment| comment.strip_prefix("score ")?.split_once(" of "));
    assert_eq!(score.is_none(), stream.bailed_out.is_some(), "{stream:?}");
    let check = |point: &Point| {
        let number = |name: &str| {
            let value = point.diagnostic.iter().find(|(key, _)| key == name).map(|(_, value)| value);
            value.map(|value| u32::try_from(value.as_u64().expect("a whole number")).unwrap())
        };
        let (earned, of) = (number("score"), number("max_score").expect("what it is worth"));
        match (point.ok, &point.skip) {
            (true, None) => assert_eq!(earned, Some(of), "{point:?}"),
            (false, skip) => assert_eq!((earned, skip), (Some(0), &None), "{point:?}"),
            (true, Some(why)) => assert!(earned.is_none_or(|earned| earned == 0) && !why.is_empty(), "{point:?}"),
        }
        (earned, of)
    };
    let number = |text: &str| text.parse().expect("a whole number");
    Points {
        score: score.map(|(earned, of)| (number(earned), number(of))),
        checks: stream.points.iter().map(check).collect(),
    }
}

#[test]
fn a_failed_point_says_what_was_expected_and_shows_the_timeline() {
    let stream = read(&export::tap(&case("failed").subject()));
    let point = &stream.points[4];
    assert!(!point.ok && point.description == "grows: Waits grow after each failure", "{point:?}");
    let of = |name: &str| point.diagnostic.iter().find(|(key, _)| key == name).unwrap().1.clone();
    let text = |name: &str| of(name).as_str().unwrap().to_owned();
    assert!(text("expected").contains("3 × base_delay") && text("got").contains("512 ms"), "{point:?}");
    let details = of("details");
    let details: Vec<_> = details.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(details.iter().any(|line| line.starts_with("  tries ")) && details.contains(&""), "{details:?}");
    assert_eq!(stream.points[6].skip.as_deref(), Some("Not reached. a check that it requires did not pass"));
}
