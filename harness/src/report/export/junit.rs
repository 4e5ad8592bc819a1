//! JUnit XML, as most CI services and test reporters read it.
//!
//! There is no standard: what is written here is what testmo's "Common JUnit XML Format" documents, within the strict schema of Jenkins'
//! xUnit plugin (`junit-10.xsd`), which knows properties of suites only. So the points of each check are properties of the suite.

use std::fmt::Display;

use super::{
    Subject, Unjudged,
    entry::{Entry, Mark, cautions, entries, line, score},
};
use crate::verdict::{Overall, Verdict};

/// The record has no real time, and simulated time would mislead who looks for slow tests; but many readers want the attribute.
const TIME: Attribute<'_> = ("time", &"0");

/// The report as JUnit XML: a failed check is a *failure*, what broke off or does not compile an *error*, what was not reached is *skipped*, and
/// what could not be judged is an *error* of type `inconclusive` or, where that is everything, `harness`.
#[must_use]
pub fn junit(subject: &Subject<'_>) -> String {
    match subject {
        Subject::Judged { verdict, traces, hints } => judged(verdict, &entries(verdict, traces, *hints)),
        Subject::Unjudged(unjudged) => nothing_judged(unjudged),
    }
}

fn judged(verdict: &Verdict, entries: &[Entry]) -> String {
    let challenge = line(&verdict.challenge);
    let count = |mark: &[Mark]| entries.iter().filter(|entry| mark.contains(&entry.mark)).count();
    let counts = Counts {
        tests: entries.len(),
        failures: count(&[Mark::Failed]),
        errors: count(&[Mark::Broken, Mark::Unjudged]),
        skipped: count(&[Mark::NotReached]),
    };
    let mut xml = Xml::new();
    counts.open_all(&mut xml, &challenge);
    counts.open(&mut xml, &line(&verdict.title));
    xml.open("properties", &[]);
    for (name, value) in properties(verdict, entries) {
        xml.empty("property", &[("name", &name), ("value", &value)]);
    }
    xml.close("properties");
    for entry in entries {
        case(&mut xml, &challenge, entry);
    }
    let cautions = cautions(verdict);
    if !cautions.is_empty() {
        xml.text("system-err", &[], &cautions);
    }
    xml.close("testsuite");
    xml.close("testsuites");
    xml.out
}

fn properties(verdict: &Verdict, entries: &[Entry]) -> Vec<(String, String)> {
    let mut properties = vec![
        ("outcome", word(verdict.outcome).to_owned()),
        ("max_score", verdict.max_score.to_string()),
        ("submission", line(&verdict.submission)),
        ("seed", verdict.seed.to_string()),
        ("clock", line(&verdict.clock)),
        ("sandbox", line(&verdict.sandbox)),
        ("replay", line(&verdict.replay)),
    ];
    if let Some(score) = score(verdict) {
        properties.insert(1, ("score", score.to_string()));
    }
    let points = |entry: &Entry| {
        let earned = entry.earned().map_or_else(|| "?".to_owned(), |earned| earned.to_string());
        (format!("points.{}", entry.id), format!("{earned}/{}", entry.points))
    };
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value));
    properties.chain(entries.iter().map(points)).collect()
}

/// The outcome as the record names it.
fn word(outcome: Overall) -> &'static str {
    match outcome {
        Overall::Passed => "passed",
        Overall::Failed => "failed",
        Overall::NotCompiled => "not-compiled",
        Overall::Crashed => "crashed",
        Overall::Hung => "hung",
        Overall::Flooded => "flooded",
        Overall::Inconclusive => "inconclusive",
    }
}

fn case(xml: &mut Xml, challenge: &str, entry: &Entry) {
    let class = match entry.scenario.as_str() {
        "" => challenge.to_owned(),
        scenario => format!("{challenge}.{scenario}"),
    };
    let attributes: [Attribute<'_>; 3] = [("name", &entry.name()), ("classname", &class), TIME];
    let how = match entry.mark {
        Mark::Passed => return xml.empty("testcase", &attributes),
        Mark::Failed => "failure",
        Mark::Broken | Mark::Unjudged => "error",
        Mark::NotReached => "skipped",
    };
    xml.open("testcase", &attributes);
    if how == "skipped" {
        xml.empty(how, &[("message", &entry.remark)]);
    } else {
        xml.text(how, &[("message", &entry.remark), ("type", &entry.kind)], &entry.details);
    }
    xml.close("testcase");
}

fn nothing_judged(unjudged: &Unjudged) -> String {
    let challenge = unjudged.challenge();
    let counts = Counts { tests: 1, failures: 0, errors: 1, skipped: 0 };
    let mut xml = Xml::new();
    counts.open_all(&mut xml, &challenge);
    counts.open(&mut xml, &challenge);
    xml.open("testcase", &[("name", &"grading"), ("classname", &challenge), TIME]);
    xml.text("error", &[("message", &unjudged.sentence()), ("type", &"harness")], &format!("{}\n", unjudged.why()));
    xml.close("testcase");
    xml.close("testsuite");
    xml.close("testsuites");
    xml.out
}

/// How many cases there are of each kind.
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn open(&self, xml: &mut Xml, suite: &str) {
        let Self { tests, failures, errors, skipped } = self;
        let counts: [Attribute<'_>; 6] = [
            ("name", &suite),
            ("tests", tests),
            ("failures", failures),
            ("errors", errors),
            ("skipped", skipped),
            TIME,
        ];
        xml.open("testsuite", &counts);
    }

    /// The same for all suites together, where readers do not expect those that were skipped.
    fn open_all(&self, xml: &mut Xml, name: &str) {
        let Self { tests, failures, errors, skipped: _ } = self;
        let counts: [Attribute<'_>; 5] =
            [("name", &name), ("tests", tests), ("failures", failures), ("errors", errors), TIME];
        xml.open("testsuites", &counts);
    }
}

/// The name and value of an attribute.
type Attribute<'a> = (&'a str, &'a dyn Display);

/// An XML document being written, indented.
struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 }
    }

    fn begin(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push_str(&"  ".repeat(self.depth));
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push_str(&format!(" {name}=\"{}\"", escaped(&value.to_string())));
        }
    }

    fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.out.push_str("/>\n");
    }

    /// An element with nothing but text in it, to which no indentation is added.
    fn text(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) {
        self.begin(name, attributes);
        self.out.push_str(&format!(">{}</{name}>\n", escaped(text)));
    }

    fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.out.push_str(&format!("{}</{name}>\n", "  ".repeat(self.depth)));
    }
}

/// Text for content and attributes: without what XML 1.0 forbids (section 2.2, "Char"), nor what an attribute would normalise away.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{0}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
