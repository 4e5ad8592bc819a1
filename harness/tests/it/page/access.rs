//! Everybody can use the page: what assistive technology is told, and what eyes can tell apart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Report, chromium::with_page, constant};

/// A node of the accessibility tree: its role, its name, its level.
struct Node {
    role: String,
    name: String,
    level: Option<u64>,
}

/// The nodes in the order in which they are read.
fn nodes(tree: &Value) -> Vec<Node> {
    let all = tree["nodes"].as_array().expect("a list");
    let by_id: BTreeMap<&str, &Value> = all.iter().filter_map(|node| Some((node["nodeId"].as_str()?, node))).collect();
    let (mut left, mut nodes) = (vec![&all[0]], Vec::new());
    while let Some(node) = left.pop() {
        let children = node["childIds"].as_array().into_iter().flatten().rev();
        left.extend(children.filter_map(|id| by_id.get(id.as_str()?).copied()));
        if node["ignored"] != json!(false) {
            continue;
        }
        let properties = node["properties"].as_array().into_iter().flatten();
        let level =
            properties.filter(|property| property["name"] == "level").find_map(|p| p["value"]["value"].as_u64());
        let text = |key: &str| node[key]["value"].as_str().unwrap_or_default().to_owned();
        nodes.push(Node { role: text("role"), name: text("name"), level });
    }
    nodes
}

#[test]
fn assistive_technology_is_told_what_everything_is() {
    let report = constant();
    with_page(async |page| {
        page.resize(1400, 1600).await;
        page.load(&report.file).await;
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })").await;
        page.until("document.querySelectorAll('.wire').length === document.querySelectorAll('.filter').length").await;
        let nodes = nodes(&page.call("Accessibility.getFullAXTree", json!({})).await);
        let named = |role: &str| -> Vec<&str> {
            nodes.iter().filter(|node| node.role == role).map(|node| node.name.as_str()).collect()
        };

        assert_eq!(named("banner").len(), 1);
        assert_eq!(named("main").len(), 1);
        assert_eq!(named("contentinfo").len(), 1);
        assert_eq!(named("navigation"), ["Checks"]);
        for region in ["Looks like a mistake that others have made", "Where it fell short", "refused"] {
            assert!(named("region").contains(&region), "{region}: {:?}", named("region"));
        }
        assert_eq!(named("article").concat().trim(), "failed Waits grow with each failure");

        // Headings go down by one level at a time, so that none is lost in a list of them.
        let headings: Vec<_> = nodes.iter().filter(|node| node.role == "heading").collect();
        let mut level = 0;
        for heading in &headings {
            let next = heading.level.expect("a heading has a level");
            assert!(next <= level + 1 && !heading.name.is_empty(), "{next} after {level}: {}", heading.name);
            level = next;
        }
        assert_eq!(headings.iter().filter(|heading| heading.level == Some(1)).count(), 1);

        // The picture is told in words, and so is what can be done with it.
        let timeline = "Timeline of refused: The client. 15.421 s: 36 attempts, 2 connections, longest wait 339 ms.";
        assert!(named("application").contains(&timeline), "{:?}", named("application"));
        assert!(named("image").contains(&timeline), "{:?}", named("image"));
        let words = nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>().join("");
        assert!(words.contains("first miss of grows, tries, 13.205 s to 13.544 s: the longest: 339 ms"));

        for role in ["button", "link", "searchbox", "textbox", "checkbox", "application", "image", "DisclosureTriangle"]
        {
            assert!(named(role).iter().all(|name| !name.trim().is_empty()), "a {role} has no name");
        }
        for column in ["Seconds", "Who", "What"] {
            assert!(named("columnheader").contains(&column), "{column}");
        }
        assert!(named("status").len() >= 2, "what is picked and how many rows are shown is said");
    });
}

/// Contrast of all text with what is behind it is at least 4.5:1 (WCAG 2.2, 1.4.3), in both schemes; what is behind is the first
/// background around it that is not transparent. In pictures it is the fill under the text, which the styles name.
const CONTRAST: &str = r#"(() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  // Of things that are alike, in the same surroundings, one is enough: there are tens of thousands on a page.
  const kinds = new Set();
  const kind = (element) => {
    let name = '';
    for (let at = element, up = 0; at && up < 5; at = at.parentElement, up += 1) name += ` < ${at.tagName}.${at.getAttribute('class')}`;
    return name;
  };
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (kinds.has(kind(element))) continue;
    const style = getComputedStyle(element);
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || element.closest('[hidden], .vh, script, style, :disabled') || style.display === 'none') continue;
    kinds.add(kind(element));
    const isDrawn = element instanceof SVGElement;
    const colour = parse(isDrawn ? style.fill : style.color);
    const parent = element.parentElement.querySelector(':scope > rect');
    const fill = isDrawn && element.parentElement.matches('.lanes svg') ? parent && getComputedStyle(parent).fill : null;
    const named = element.parentElement.classList[0];
    const ground = fill === null ? behind(element)
      : fill.startsWith('url') ? parse(getComputedStyle(document.querySelector(`.symbols rect.${named}`)).fill) : parse(fill);
    seen += 1;
    const ratio = contrast(colour, ground);
    if (ratio < 4.5) wrong.add(`${element.tagName}.${element.getAttribute('class')} ${ratio.toFixed(2)} ${colour} on ${ground}`);
  }
  return JSON.stringify({ seen, wrong: [...wrong] });
})()"#;

#[test]
fn text_stands_out_in_both_schemes() {
    let reports = [constant(), Report::of("reconnect-backoff --mistake no-jitter", 1)];
    with_page(async |page| {
        page.resize(1400, 1600).await;
        for report in &reports {
            let mut grounds = Vec::new();
            for scheme in ["light", "dark"] {
                page.prefer(scheme).await;
                page.load(&report.file).await;
                page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
                    .await;
                let found: Value = serde_json::from_str(&page.text(CONTRAST).await).expect("it is JSON");
                assert!(found["seen"].as_u64().is_some_and(|seen| seen > 80), "{found}");
                assert_eq!(found["wrong"], json!([]), "{scheme}");
                grounds.push(page.text("getComputedStyle(document.body).backgroundColor").await);
            }
            assert_ne!(grounds[0], grounds[1], "the dark scheme is dark");
        }
    });
}

/// What moves by itself must be stoppable (WCAG 2.2, 2.3.3): here nothing does.
#[test]
fn nothing_moves_by_itself() {
    let report = Report::of("sse-parser --solution --scenario unfinished", 0);
    with_page(async |page| {
        page.load(&report.file).await;
        let moving = "[...document.querySelectorAll('*')].filter(element => {
            const style = getComputedStyle(element);
            return style.animationName !== 'none' || style.transitionDuration !== '0s' || style.scrollBehavior !== 'auto';
        }).length";
        assert_eq!(page.evaluate(moving).await, json!(0));
    });
}
