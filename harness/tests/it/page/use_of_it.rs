//! What can be done with the page: zoom, move, step, filter, follow links; by key and by pointer.

use serde_json::json;

use super::{
    chromium::{Page, with_page},
    constant,
};

/// The timeline that these tests use: the one with the miss.
const FIGURE: &str = "#timeline-0-of-scenario-refused";

async fn range(page: &mut Page) -> String {
    page.text_of(&format!("{FIGURE} .range")).await
}

async fn said(page: &mut Page) -> String {
    page.text_of(&format!("{FIGURE} [role=status]")).await
}

async fn focus(page: &mut Page) {
    page.evaluate(&format!("document.querySelector('{FIGURE} .field').focus()")).await;
}

/// Where the frame of the miss is, in pixels from the left of the lanes, and how wide.
async fn miss(page: &mut Page) -> (f64, f64) {
    let number = |name: &str| format!("Number(document.querySelector('{FIGURE} .frame.miss').getAttribute('{name}'))");
    let (x, width) = (page.evaluate(&number("x")).await, page.evaluate(&number("width")).await);
    (x.as_f64().expect("a number"), width.as_f64().expect("a number"))
}

#[test]
fn a_timeline_zooms_and_moves_by_key() {
    let report = constant();
    with_page(async |page| {
        page.resize(1400, 1600).await;
        page.load(&report.file).await;
        assert_eq!(range(page).await, "12.90 s to 14.18 s of 15.4 s", "it begins at the miss");
        let (x, width) = miss(page).await;
        focus(page).await;
        page.press("+").await;
        let (_, wider) = miss(page).await;
        // It would be twice as wide, but begins before what is seen now.
        assert!(wider > width * 1.5, "{width} {wider}");
        assert_eq!(range(page).await, "13.225 s to 13.864 s of 15.4 s");
        page.press("-").await;
        assert_eq!(range(page).await, "12.90 s to 14.18 s of 15.4 s");
        page.press("ArrowRight").await;
        assert!(miss(page).await.0 < x - 100.0);
        page.press("ArrowLeft").await;
        assert_eq!(miss(page).await, (x, width));
        page.press("0").await;
        assert_eq!(range(page).await, "all of 15.421 s");
        assert!(miss(page).await.1 < width / 10.0);
        // At the ends it goes no further, and no nearer than makes sense.
        page.press("ArrowLeft").await;
        page.press("-").await;
        assert_eq!(range(page).await, "all of 15.421 s");
        for _ in 0..40 {
            page.press("+").await;
        }
        let near = range(page).await;
        page.press("+").await;
        assert_eq!(range(page).await, near);
        assert!(page.count(&format!("{FIGURE} .ruler text")).await > 0, "there are times at any scale");
        assert_eq!(page.complaints(), Vec::<&serde_json::Value>::new());
    });
}

#[test]
fn what_happened_is_said_step_by_step() {
    let report = constant();
    with_page(async |page| {
        page.resize(1400, 1600).await;
        page.load(&report.file).await;
        focus(page).await;
        page.press("m").await;
        assert_eq!(said(page).await, "13.205 s: first miss of grows: the longest: 339 ms (13.205 s to 13.544 s)");
        let tip = page.text(&format!("document.querySelector('{FIGURE} .tip:not([hidden])').textContent")).await;
        assert!(tip.contains("first miss of grows"), "{tip}");
        page.press("n").await;
        let next = said(page).await;
        assert!(next.starts_with("13.205 s: ") && !next.contains("first miss"), "{next}");
        page.press("p").await;
        page.press("p").await;
        let before = said(page).await;
        assert!(before.starts_with("13.") && before != next, "{before}");
        page.press("Escape").await;
        assert_eq!(page.count(&format!("{FIGURE} .tip:not([hidden])")).await, 0);
    });
}

#[test]
fn a_timeline_zooms_and_moves_by_pointer() {
    let report = constant();
    with_page(async |page| {
        page.resize(1400, 1600).await;
        page.load(&report.file).await;
        let place = format!(
            "(() => {{ const box = document.querySelector('{FIGURE} .frame.miss').getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2]; }})()"
        );
        let place = page.evaluate(&place).await;
        let (x, y) = (place[0].as_f64().expect("a number"), place[1].as_f64().expect("a number"));
        let mouse = |kind: &str, x: f64, more: serde_json::Value| {
            let mut event = json!({ "type": kind, "x": x, "y": y });
            event.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
            event
        };
        page.call("Input.dispatchMouseEvent", mouse("mouseMoved", x, json!({}))).await;
        let tip = page.text_of(&format!("{FIGURE} .tip")).await;
        assert!(tip.contains("waited 339 ms") && tip.contains("first miss of grows"), "{tip}");
        page.picture("tooltip").await;

        // The wheel scrolls the page, until the timeline is in use.
        let wheel = |delta: i32| mouse("mouseWheel", x, json!({ "deltaX": 0, "deltaY": delta }));
        let (_, width) = miss(page).await;
        focus(page).await;
        page.call("Input.dispatchMouseEvent", wheel(-200)).await;
        let (_, wider) = miss(page).await;
        assert!(wider > width * 1.2, "{width} {wider}");

        let before = range(page).await;
        let pressed = json!({ "button": "left", "buttons": 1, "clickCount": 1 });
        page.call("Input.dispatchMouseEvent", mouse("mousePressed", x, pressed.clone())).await;
        page.call("Input.dispatchMouseEvent", mouse("mouseMoved", x - 20.0, pressed.clone())).await;
        page.call("Input.dispatchMouseEvent", mouse("mouseMoved", x - 200.0, pressed.clone())).await;
        page.call("Input.dispatchMouseEvent", mouse("mouseReleased", x - 200.0, pressed)).await;
        assert_ne!(range(page).await, before);

        for (button, expected) in [("whole", "all of 15.421 s"), ("miss", "12.90 s to 14.18 s of 15.4 s")] {
            page.evaluate(&format!("document.querySelector('{FIGURE} button[data-do={button}]').click()")).await;
            assert_eq!(range(page).await, expected);
        }
    });
}

#[test]
fn links_lead_to_the_place_on_the_timeline_and_in_the_log() {
    let report = constant();
    with_page(async |page| {
        page.resize(1000, 900).await;
        page.load(&report.file).await;
        focus(page).await;
        page.press("0").await;
        page.evaluate("document.querySelector('#check-grows a.zoom').click()").await;
        assert_eq!(range(page).await, "12.90 s to 14.18 s of 15.4 s");
        assert_eq!(page.text("document.activeElement.className").await, "field", "keys go where the eyes go");
        page.evaluate("document.querySelector('#check-grows .links a:not(.zoom)').click()").await;
        page.until("document.querySelector('#scenario-refused details.wire').open").await;
        assert!(page.text_of("tr:target").await.contains("first miss of grows"));
        page.picture("log").await;
        // What is folded is unfolded for a link into it.
        page.evaluate("document.querySelector('nav a[href=\"#check-waits\"]').click()").await;
        page.until("document.querySelector('#check-waits').open").await;
    });
}

#[test]
fn a_log_is_filtered_by_text_and_by_who() {
    let report = constant();
    with_page(async |page| {
        page.load(&report.file).await;
        let wire = "#scenario-refused details.wire";
        page.evaluate(&format!("document.querySelector('{wire}').open = true")).await;
        page.until(&format!("document.querySelector('{wire} .filter')")).await;
        let rows = format!("{wire} tbody tr:not([hidden])");
        let all = page.count(&rows).await;
        page.evaluate(&format!("document.querySelector('{wire} input[type=search]').focus()")).await;
        for key in ["R", "e", "F", "u"] {
            page.press(key).await;
        }
        let refusals = page.count(&format!("{rows}.server")).await;
        assert_eq!(refusals, 34, "{}", page.text_of(&format!("{wire} .filter output")).await);
        assert_eq!(page.count(&format!("{rows}.client")).await, 0);
        assert!(page.text_of(&format!("{wire} .filter output")).await.contains("34 shown"));
        page.evaluate(&format!("document.querySelector('{wire} input[value=server]').click()")).await;
        assert_eq!(page.count(&format!("{rows}.server")).await, 0);
        page.evaluate(&format!("document.querySelector('{wire} input[value=server]').click()")).await;
        page.evaluate(&format!(
            "(() => {{ const search = document.querySelector('{wire} input[type=search]'); search.value = '';
                search.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        ))
        .await;
        assert_eq!(page.count(&rows).await, all);
    });
}
