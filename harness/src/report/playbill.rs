//! What a student reads before a scenario is served: what happens in it, where it is, and how to get at it.

use super::{
    sheet::Sheet,
    style::{Paint, Style},
    text::{clip, count, safe, wrap_command},
};
use crate::{
    scenario::{Cast, Challenge, Channel, Cut, Entry, Moment, Scenario, Step, Until, UserStep, Values, Variant},
    time::show,
};

/// How many other scenarios, cases or values are named at most.
const MOST_NAMED: usize = 24;
/// The longest value that is shown, in characters.
const MOST_VALUE: usize = 240;

/// What is to be served.
#[derive(Debug, Clone, Copy)]
pub struct Playbill<'a> {
    /// The challenge.
    pub challenge: &'a Challenge,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The clients of a graded run in simulated time.
    pub cast: &'a Cast,
    /// Which of them is served.
    pub served: u32,
    /// What a client is told.
    pub values: &'a Values,
    /// Where it is served, as `127.0.0.1:7878`.
    pub address: &'a str,
    /// The client of the harness that it is played to, if it is.
    pub client: Option<&'a str>,
    /// Whether it is played once only.
    pub once: bool,
}

/// What is spoken at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    WebSocket,
    Stream,
    Request,
}

/// Writes it.
#[must_use]
pub fn playbill(bill: &Playbill<'_>, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    head(&mut sheet, bill);
    part(&mut sheet, bill);
    values(&mut sheet, bill);
    user(&mut sheet, bill);
    others(&mut sheet, bill);
    if bill.client.is_none() {
        ways(&mut sheet, bill);
    }
    sheet.blank();
    foot(&mut sheet, bill);
    sheet.blank();
    sheet.finish()
}

fn head(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let Playbill { challenge, scenario, values, .. } = bill;
    let dot = sheet.style.pick("·", "-");
    sheet.text(0, Paint::Strong, &format!("{} {dot} scenario {}", challenge.title, scenario.id));
    sheet.text(0, Paint::Plain, &scenario.about);
    sheet.blank();
    sheet.field("address", Paint::Note, &format!("{}, for programs on this machine only", bill.address));
    let speed = if values.speed > 1.0 { format!(", {} times as fast", rounded(values.speed)) } else { String::new() };
    sheet.field("lasts", Paint::Plain, &format!("{} at most{speed}", show(values.ms(&scenario.lasts))));
    if let Some(why) = &scenario.virtual_only {
        sheet.field("graded", Paint::Plain, &format!("in simulated time only. {why}"));
    }
}

fn rounded(speed: f64) -> f64 {
    (speed * 100.0).round() / 100.0
}

/// Which one of several clients it is.
fn part(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let Playbill { scenario, cast, served, .. } = bill;
    if !scenario.cases.is_empty() {
        let role = cast.role(*served);
        let variants: Vec<_> = cast.clients_of(role).collect();
        let others = scenario.cases.iter().enumerate().filter(|(index, _)| *index != role);
        let mut text = format!("{}{}", scenario.cases[role].id, variant(cast.variant(*served)));
        if variants.len() > 1 {
            let nth = 1 + served - variants[0];
            text += &format!(" (variant {nth} of {}: --variant N)", variants.len());
        }
        sheet.field("case", Paint::Plain, &text);
        let others: Vec<_> = others.map(|(_, case)| case.id.as_str()).collect();
        named(sheet, "cases", &others, "--case ID");
    } else if scenario.clients > 1 {
        let text = format!("one of the {} that are graded together: each is served by itself", scenario.clients);
        sheet.field("client", Paint::Plain, &text);
    }
}

/// What sets a variant apart: its line ends and where it is cut.
fn variant(variant: Variant) -> String {
    let newline = variant.newline.map(|newline| format!(", lines ending in {}", newline.name())).unwrap_or_default();
    let cut = match variant.cut {
        Cut::Whole => String::new(),
        Cut::Bytes => ", sent byte by byte".to_owned(),
        Cut::At(offset) => format!(", sent in two pieces, cut after {}", count(offset, "byte")),
    };
    newline + &cut
}

fn values(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let values = bill.values;
    let durations = values.durations.iter().map(|(name, ms)| (name, show(*ms)));
    let counts = values.counts.iter().map(|(name, n)| (name, n.to_string()));
    let texts = values.texts.iter().map(|(name, text)| (name, text.clone()));
    let told = values.told.iter().map(|(name, value)| (name, value.to_string()));
    for (i, (name, value)) in durations.chain(counts).chain(texts).chain(told).take(MOST_NAMED).enumerate() {
        let value = safe(&value, MOST_VALUE, sheet.style);
        sheet.field(if i == 0 { "values" } else { "" }, Paint::Plain, &format!("{name} = {value}"));
    }
}

/// What becomes of the user's script: a stranger has no user of ours.
fn user(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let script = bill.scenario.roles()[bill.cast.role(bill.served)].user;
    if script.is_empty() || bill.client.is_some() {
        return;
    }
    let unseen = script
        .iter()
        .any(|step| matches!(step, UserStep::Until(Until::Moment(Moment::Status(..) | Moment::Shown(..)))));
    let text = if unseen {
        "The scenario has a user who watches what the client shows: only --with-client has one."
    } else {
        "The scenario has a user who cannot act on your client: the log says what to do, and when."
    };
    sheet.field("user", Paint::Plain, text);
}

fn others(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let all = bill.challenge.open_scenarios().map(|scenario| scenario.id.as_str());
    let others: Vec<_> = all.filter(|id| *id != bill.scenario.id).collect();
    named(sheet, "others", &others, "");
}

fn named(sheet: &mut Sheet, label: &str, names: &[&str], option: &str) {
    if names.is_empty() {
        return;
    }
    let left_out = names.len().saturating_sub(MOST_NAMED);
    let more = if left_out > 0 { format!(" and {left_out} more") } else { String::new() };
    let option = if option.is_empty() { String::new() } else { format!(" ({option})") };
    sheet.field(label, Paint::Faint, &format!("{}{more}{option}", names[..names.len() - left_out].join(", ")));
}

/// What to type to get at it.
fn ways(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let (mut typed, mut console) = (Vec::new(), Vec::new());
    let address = bill.address;
    for (path, speech) in speeches(bill) {
        match speech {
            Speech::WebSocket => {
                typed.push(format!("websocat ws://{address}{path}"));
                console.push(format!("new WebSocket(\"ws://{address}{path}\").onmessage = console.log"));
            }
            Speech::Stream => {
                typed.push(format!("curl -N http://{address}{path}"));
                console.push(format!("new EventSource(\"http://{address}{path}\").onmessage = console.log"));
            }
            Speech::Request => {
                typed.push(format!("curl -i http://{address}{path}"));
                console.push(format!("await (await fetch(\"http://{address}{path}\")).text()"));
            }
        }
    }
    sheet.blank();
    let anywhere = if is_bound(bill) { "" } else { ", with any path" };
    sheet.text(0, Paint::Plain, &format!("In another terminal{anywhere}:"));
    commands(sheet, &typed);
    sheet.text(0, Paint::Plain, "In the console of a browser, on about:blank or a page of your own:");
    commands(sheet, &console);
}

fn commands(sheet: &mut Sheet, commands: &[String]) {
    for command in commands {
        // A command that is cut is no command: it may be wider than the page.
        sheet.line(2, &[(Paint::Note, &safe(command, MOST_VALUE, sheet.style))]);
    }
}

/// The paths that the script knows of, and what it speaks there. A script that knows of none speaks the same everywhere.
fn speeches(bill: &Playbill<'_>) -> Vec<(String, Speech)> {
    let usual = match bill.challenge.channel {
        Channel::Sse => Speech::Stream,
        Channel::WebSocket | Channel::Both => Speech::WebSocket,
    };
    let mut found = found(bill);
    if found.iter().any(|(path, _)| path.is_some()) {
        // What is said at every other path is how it says that there is nothing.
        found.retain(|(path, _)| path.is_some());
    }
    let named =
        |(path, speech): (Option<&str>, Option<Speech>)| (path.unwrap_or("/").to_owned(), speech.unwrap_or(usual));
    found.into_iter().map(named).collect()
}

/// Whether the script knows of any path.
fn is_bound(bill: &Playbill<'_>) -> bool {
    found(bill).iter().any(|(path, _)| path.is_some())
}

fn found<'a>(bill: &Playbill<'a>) -> Vec<(Option<&'a str>, Option<Speech>)> {
    let mut found = Vec::new();
    collect(bill.scenario.roles()[bill.cast.role(bill.served)].server, &mut found);
    found
}

/// The paths of the entries, each once, with the first thing that is spoken there.
fn collect<'a>(entries: &'a [Entry], found: &mut Vec<(Option<&'a str>, Option<Speech>)>) {
    for entry in entries {
        match entry {
            Entry::Group { entries, .. } => collect(entries, found),
            Entry::Play { play, path, .. } => {
                let speech = play.steps.iter().find_map(speech);
                match found.iter_mut().find(|(known, _)| *known == path.as_deref()) {
                    // A script that begins with an error page goes on with what it is about.
                    Some((_, known)) if matches!(known, None | Some(Speech::Request)) => *known = speech.or(*known),
                    Some(_) => {}
                    None => found.push((path.as_deref(), speech)),
                }
            }
        }
    }
}

fn speech(step: &Step) -> Option<Speech> {
    match step {
        Step::Accept => Some(Speech::WebSocket),
        Step::Sse { .. } => Some(Speech::Stream),
        Step::Http { .. } => Some(Speech::Request),
        _ => None,
    }
}

fn foot(sheet: &mut Sheet, bill: &Playbill<'_>) {
    let text = match (bill.client, bill.once) {
        (Some(client), _) => {
            let client = clip(&safe(client, MOST_VALUE, sheet.style), 200, sheet.style);
            format!("Now starts {client}. Ctrl-C ends it.")
        }
        (None, true) => "The clock starts with the first connection. Ctrl-C ends it.".to_owned(),
        (None, false) => {
            "The clock starts with the first connection; when the scenario is over, the next one begins it anew. Ctrl-C ends it."
                .to_owned()
        }
    };
    sheet.text(0, Paint::Plain, &text);
}

/// What is said after a client of the harness was played to: the command that grades it.
#[must_use]
pub fn finale(check: &str, style: Style) -> String {
    let mut sheet = Sheet::new(style);
    sheet.text(0, Paint::Plain, "Nothing was graded here. To have it graded:");
    commands(&mut sheet, &wrap_command(&safe(check, MOST_VALUE, style), style.columns() - 2));
    sheet.finish()
}
