//! The HTML report in a real browser: it opens without a complaint, asks for nothing, and can be used by everybody.

mod access;
mod chromium;
mod class;
mod hostile;
mod options;
mod use_of_it;

use std::path::PathBuf;

use tempfile::TempDir;

use crate::command_line::{Done, harness};
use chromium::with_page;

/// A report that the binary has written.
pub(crate) struct Report {
    _dir: TempDir,
    pub(crate) file: PathBuf,
}

impl Report {
    /// The report on a submission that is written as one would type it.
    pub(crate) fn of(line: &str, code: i32) -> Self {
        let dir = TempDir::new().expect("there is room");
        let file = dir.path().join("a report.html");
        let arguments = ["check"].into_iter().chain(line.split_whitespace());
        let done = Done::of(harness(arguments).arg("--report").arg(&file));
        assert_eq!((done.code, done.err.as_str()), (Some(code), ""), "{}", done.out);
        Self { _dir: dir, file }
    }
}

/// The report that most of these tests look at: one check fails in a scenario of one client, others wait for it.
pub(crate) fn constant() -> Report {
    Report::of("reconnect-backoff --mistake constant", 1)
}

#[test]
fn a_page_opens_without_a_complaint_and_asks_for_nothing() {
    let reports = [
        ("failed", constant(), "Failed"),
        ("passed", Report::of("sse-parser --solution", 0), "Passed"),
        ("fleet", Report::of("reconnect-backoff --mistake no-jitter", 1), "Failed"),
        ("heartbeat", Report::of("heartbeat --mistake no-heartbeat", 1), "Failed"),
    ];
    with_page(async |page| {
        for (name, report, headline) in &reports {
            for (width, scheme) in [(1400, "light"), (400, "dark")] {
                page.resize(width, 1600).await;
                page.prefer(scheme).await;
                let url = page.load(&report.file).await;
                page.picture(&format!("{name}-{width}-{scheme}")).await;
                assert!(page.text_of("h1").await.contains(headline));
                assert_eq!(page.count("figure.timeline:not(.live)").await, 0, "the script ran");
                let wider = page.evaluate("document.documentElement.scrollWidth - innerWidth").await;
                assert!(wider.as_i64().is_some_and(|wider| wider <= 0), "{name} is {wider} wider than {width}");
                assert_eq!(page.complaints(), Vec::<&serde_json::Value>::new(), "{name}");
                assert_eq!(page.requests(), [url], "{name}");
            }
        }
    });
}

/// Everything that the terminal tells is on the page, whether or not a script may run.
#[test]
fn all_can_be_read_without_a_script() {
    let report = constant();
    with_page(async |page| {
        page.call("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true })).await;
        page.load_without_script(&report.file).await;
        page.picture("without-script").await;
        assert_eq!(page.count("figure.timeline.live").await, 0);
        let text = page.text("document.body.innerText").await;
        for told in [
            "Failed",
            "29 of 40 points",
            "Waits grow with each failure",
            "One of the first 33 waits is longer than 678 ms",
            "The longest of them was 339 ms.",
            "A constant wait keeps every client knocking",
            "The wait does not depend on the number of failures.",
            "--mistake constant --seed 1 --scenario refused",
            "Hint 1 of 3",
            "Wire log",
        ] {
            assert!(text.contains(told), "{told:?} is not in {text}");
        }
        // What can only be done with a script is not offered.
        assert!(!text.contains("First miss") && !text.contains("With a timeline in focus"), "{text}");
        assert!(page.count(".lanes rect.frame.miss").await > 0 && page.count(".lanes text.flag").await > 0);
    });
}

/// On paper there is what happened, and nothing to press.
#[test]
fn it_can_be_printed() {
    let report = constant();
    with_page(async |page| {
        page.resize(800, 1600).await;
        page.load(&report.file).await;
        page.call("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" })).await;
        page.picture("print").await;
        let text = page.text("document.body.innerText").await;
        for told in ["Failed", "The longest of them was 339 ms.", "README.md#backoff"] {
            assert!(text.contains(told), "{told:?} is not in {text}");
        }
        for button in ["First miss", "Zoom to the miss", "Hint 1 of 3"] {
            assert!(!text.contains(button), "{button:?} is in {text}");
        }
        let wider = page.evaluate("document.documentElement.scrollWidth - innerWidth").await;
        assert_eq!(wider, serde_json::json!(0));
    });
}
