//! Each rule, in the forms in which students write it.

use super::*;

/// The lines and findings of a source text.
fn found(text: &str) -> Vec<(u32, String)> {
    inspect("src/lib.rs", text).into_iter().map(|warning| (warning.line, warning.what)).collect()
}

fn assert_found<const N: usize>(text: &str, expected: [(u32, &str); N]) {
    let expected = expected.map(|(line, what)| (line, what.to_owned()));
    assert_eq!(found(text), expected, "in\n{text}");
}

const INSTANT: &str = "std::time::Instant";
const SLEEP: &str = "std::thread::sleep";
const STATE: &str = "state in a static";

#[test]
fn an_instant_is_found_however_it_is_imported() {
    assert_found("use std::time::Instant;\nlet a = Instant::now();", [(1, INSTANT)]);
    assert_found("use std::time::{Duration, Instant};\nlet a = Instant::now();", [(1, INSTANT)]);
    assert_found(
        "use std::{\n    fmt,\n    time::{\n        Duration,\n        Instant as Clock,\n    },\n};\nClock::now();",
        [(5, INSTANT)],
    );
    assert_found("use std::time;\n\nlet a = time::Instant::now();", [(3, INSTANT)]);
    assert_found("use std::time::{self, Duration};\nlet a: time::Instant;", [(2, INSTANT)]);
    assert_found("use ::std::time as t;\nlet a = t::Instant::now();", [(2, INSTANT)]);
    assert_found("use std as s;\nlet a = s::time::Instant::now();", [(2, INSTANT)]);
    assert_found("use std::time::*;\nlet a = Instant::now();", [(2, INSTANT)]);
    assert_found(
        "let a = std::time::Instant::now();\nlet b = ::std::time::Instant::now();",
        [(1, INSTANT), (2, INSTANT)],
    );
    assert_found("struct A { since: std::time::Instant }", [(1, INSTANT)]);
    assert_found("use std::time; use time::Instant;", [(1, INSTANT)]);
    assert_found("pub(crate) use std::time::Instant;", [(1, INSTANT)]);
}

#[test]
fn the_instant_of_tokio_is_not_meant() {
    assert_found("use std::time::Duration;\nuse tokio::time::{Instant, sleep};\nInstant::now(); sleep(d).await;", []);
    assert_found("use tokio::time;\nlet a = time::Instant::now(); time::sleep(d).await;", []);
    assert_found("use tokio::time::*;\nuse std::time::Duration;\nlet a = Instant::now();", []);
    assert_found("let a = tokio::time::Instant::now();", []);
    assert_found("mod time { pub struct Instant; }\nlet a = time::Instant;", []);
    assert_found(
        "mod a { use std::time::Instant; }\nmod b { use tokio::time::Instant;\nfn f() { Instant::now(); } }",
        [(1, INSTANT)],
    );
}

#[test]
fn comments_strings_and_tests_are_left_out() {
    assert_found("// std::time::Instant::now()\n/* std::thread::sleep /* nested */ std::thread::sleep */\n", []);
    assert_found(
        "/// `std::time::Instant`\nfn f() { println!(\"std::time::Instant::now()\\\" std::env::args()\"); }",
        [],
    );
    assert_found("let a = r#\"std::env::args() \" still\"#; let b = br\"\\\"; std::env::args();", [(1, "std::env")]);
    assert_found(
        "let quote = '\"'; let a = '\\''; std::env::args(); let b = b'\"'; let s: &'static str = \"'\";",
        [(1, "std::env")],
    );
    assert_found("\"a\nb\\\nc\";\nr\"\n\";\nstd::env::args();", [(6, "std::env")]);
    assert_found(
        "#[cfg(test)]\nmod tests {\n    use std::time::Instant;\n    fn f() { if a { b } std::thread::sleep(x) }\n}\nstd::env::args();",
        [(6, "std::env")],
    );
    assert_found("#[cfg(test)]\nuse std::time::Instant;\nfn f() { thread::sleep(d) }", []);
    assert_found("#[cfg(not(test))]\nuse std::time::Instant;", [(2, INSTANT)]);
}

#[test]
fn threads_are_told_apart_from_tasks() {
    assert_found(
        "use std::thread;\nuse std::time::Duration;\nthread::sleep(Duration::from_secs(1));\n\nthread::spawn(|| {});",
        [(3, SLEEP), (5, "std::thread")],
    );
    assert_found("use std::{thread::{self, sleep}, time::Duration};\nsleep(d);", [(1, SLEEP)]);
    assert_found(
        "use tokio::{task, time::sleep};\ntokio::spawn(async {}); task::spawn(f); sleep(d).await; set.spawn(g);",
        [],
    );
    assert_found("use std::thread::JoinHandle;\nstd::thread::Builder::new();", [(2, "std::thread")]);
}

#[test]
fn what_leaves_the_simulation_is_found() {
    assert_found("tokio::time::pause();", [(1, "tokio::time::advance, pause or resume")]);
    assert_found("use tokio::time;\ntime::advance(d).await;", [(2, "tokio::time::advance, pause or resume")]);
    assert_found("use std::process;\nprocess::exit(0);", [(2, "std::process")]);
    assert_found("use std::process::Command;\nCommand::new(\"ls\");", [(1, "std::process")]);
    assert_found("use std::env;\nenv::var(\"CI\");", [(2, "std::env")]);
    assert_found("let n = tokio::net::TcpStream::connect(a).await;", [(1, "a socket of your own")]);
    assert_found(
        "use tokio_tungstenite::{connect_async, tungstenite::Message};\nconnect_async(url).await;",
        [(1, "a socket of your own")],
    );
    assert_found("use std::net::SocketAddr;\nuse tokio_tungstenite::tungstenite::Message;", []);
    assert_found("tokio::runtime::Runtime::new();", [(1, "a runtime of your own")]);
}

#[test]
fn state_that_outlives_run_is_found() {
    assert_found("static mut COUNT: u32 = 0;", [(1, STATE)]);
    assert_found(
        "use std::sync::{Mutex, OnceLock};\nstatic LAST: OnceLock<Mutex<u32>> = OnceLock::new();",
        [(2, STATE)],
    );
    assert_found("static SEEN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);", [(1, STATE)]);
    assert_found("thread_local! {\n    static A: Cell<u32> = const { Cell::new(0) };\n}", [(1, STATE), (2, STATE)]);
    assert_found(
        "static NAME: &str = \"Mutex\";\nconst M: u32 = 1;\nfn f(a: &'static Mutex<u32>) {}\nlet f = static || Mutex::new(1);",
        [],
    );
}

#[test]
fn own_names_are_not_mistaken() {
    assert_found("fn exit() {}\nstruct Instant;\nself.exit(); clock.Instant; env.var();\nmod process { }", []);
    assert_found("fn f<'a>() -> impl Future + use<'a> { std::env::args() }", [(1, "std::env")]);
}

#[test]
fn text_that_is_no_rust_does_no_harm() {
    for text in [
        "use",
        "use {",
        "use {;",
        "use a::{b, {c",
        "use std::{time::{Instant",
        "/*",
        "\"",
        "'",
        "'''",
        "r#\"",
        "b'",
        "use a as",
        "static",
        "::",
        "#[cfg(test)]",
        "use std::time::{,,};",
        "use *; use ::*;",
        "r#",
    ] {
        let _ = inspect("a.rs", text);
        let _ = inspect("a.rs", &format!("{text} é🦀 {text}\n{text}"));
    }
    assert_found("use std::time::{Instant", [(1, INSTANT)]);
}

#[test]
fn no_text_takes_more_than_linear_time_or_deep_recursion() {
    for part in [
        "use ",
        "use {",
        "use a::{",
        "use a::",
        "a::",
        "static ",
        "use std::time::*; Instant ",
        "#[cfg(test)]",
        "#[cfg(test)]{",
        "/*",
        "r#\"",
        "{",
        "use {{",
        "use std::a::*; b",
        "use std::time::Instant; Instant ",
        "'",
    ] {
        let _ = inspect("a.rs", &part.repeat(200_000 / part.len()));
    }
}

#[test]
fn files_are_looked_at_by_their_names_and_not_without_end() {
    let found = |files: &[(&str, &str)]| -> Vec<_> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes()));
        warnings(files).into_iter().map(|warning| (warning.file, warning.line)).collect()
    };
    let (lib, net) = ("mod net;\nuse std::time::Instant;", "\n\nfn f() { std::thread::sleep(d) }");
    let both = found(&[("src/lib.rs", lib), ("src/net/mod.rs", net)]);
    assert_eq!(both, [("src/lib.rs".to_owned(), 2), ("src/net/mod.rs".to_owned(), 3)]);
    assert_eq!(found(&[("src/many.rs", &"std::env::args();\n".repeat(100))]).len(), MOST_WARNINGS);
    assert_eq!(found(&[("src/large.rs", &format!("{lib}{}", " ".repeat(MOST_SOURCE)))]), []);
    assert_eq!(warnings([("src/lib.rs".to_owned(), &b"use std::time::Instant; \xff"[..])].into_iter()), []);
}
