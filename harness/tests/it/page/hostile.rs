//! What a submission says is text on the page, whatever it says.

use harness::{report, trace, verdict::Verdict};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::chromium::with_page;
use crate::command_line::{Done, harness};

/// Ends every context that text could stand in: an element, a comment, an attribute, a script, a style; then asks for something.
const EVIL: &str = "</script></style></title></pre>--><script>document.title='owned'</script><img src=http://127.0.0.1:9/x \
                    onerror=document.title='owned'>\" onload=\"document.title='owned'\u{2028}\u{202e}\u{7}' x='</svg>{{`${1}`}}";

/// Puts it before every text of a record that is not a word of its format.
fn poison(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if !["outcome", "lane", "clock", "scenario"].contains(&key) => text.insert_str(0, EVIL),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| poison(value, key)),
        _ => {}
    }
}

#[test]
fn nothing_that_a_submission_says_can_act_on_the_page() {
    let dir = TempDir::new().expect("there is room");
    let file = dir.path().join("run.trace");
    let line = "check reconnect-backoff --mistake error-is-final --format json --trace";
    let done = Done::of(harness(line.split_whitespace()).arg(&file));
    let mut record: Value = serde_json::from_str(&done.out).expect("it is JSON");
    poison(&mut record, "");
    record["warnings"] = json!([{ "file": EVIL, "line": 1, "what": EVIL, "advice": EVIL }]);
    for (i, run) in record["runs"].as_array_mut().expect("a list").iter_mut().enumerate() {
        run["output"] = json!(format!("{EVIL}\n").repeat(50));
        run["client"] = json!({ EVIL: EVIL });
        run["broken"] = json!(i % 2 == 0);
    }
    let text = std::fs::read_to_string(&file).expect("it is there");
    // The texts of a trace are in quotes.
    let quoted = format!("{:?}", EVIL.replace('\'', "’")).replace("\\'", "'");
    let quoted = &quoted[1..quoted.len() - 1];
    let text = text
        .replace("\"hello\"", &format!("\"{quoted}\""))
        .replace("disconnected \"", &format!("disconnected \"{quoted}"));
    let traces = trace::parse(&text).unwrap_or_else(|error| panic!("line {}: {}", error.line, error.message));
    let mut verdict: Verdict = serde_json::from_value(record).expect("it is a verdict");

    with_page(async |page| {
        for compiler in [None, Some(format!("\u{1b}[1m\u{1b}[91m{EVIL}\u{1b}[0m"))] {
            if compiler.is_some() {
                verdict.outcome = harness::verdict::Overall::NotCompiled;
            }
            verdict.compiler = compiler;
            let html = report::html(&verdict, &traces);
            let hidden = |c: char| trace::is_hidden(c) && c != '\n' && c != '\t';
            assert!(!html.contains(hidden), "{:?}", html.find(hidden).map(|at| &html[at.saturating_sub(80)..at]));
            let file = dir.path().join("page.html");
            std::fs::write(&file, &html).expect("it is writable");
            let url = page.load(&file).await;
            page.picture(if verdict.compiler.is_some() { "hostile-compiler" } else { "hostile" }).await;
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })").await;
            assert!(!page.text("document.title").await.starts_with("owned"));
            assert_eq!(page.count("script").await, 1);
            assert_eq!(page.count("style").await, 1);
            assert_eq!(page.count("img, iframe, object, embed, form, link:not([rel=icon])").await, 0);
            assert_eq!(page.count("[onload], [onerror], [onclick], [style*=url], a:not([href^='#'])").await, 0);
            assert_eq!(page.count("figure.timeline:not(.live)").await, 0);
            assert_eq!(page.complaints(), Vec::<&Value>::new());
            assert_eq!(page.requests(), [url]);
        }
    });
}
