//! From traces to text.

use std::fmt::Write as _;

use super::{VERSION, event, line::word};
use crate::trace::{Clock, Event, Header, Trace};

/// Writes traces as text, one event a line, in columns. [`parse`](super::parse()) reads it back exactly.
#[must_use]
pub fn write(traces: &[Trace]) -> String {
    let mut out = format!("# trace {VERSION}\n");
    for (i, trace) in traces.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        write_trace(&mut out, trace);
    }
    out
}

fn write_trace(out: &mut String, trace: &Trace) {
    let _ = writeln!(out, "{}", header(&trace.header));
    let columns = Columns::of(trace);
    for event in &trace.events {
        let _ = writeln!(out, "{}", columns.line(event));
    }
    let _ = writeln!(out, "end {} {}", trace.end.at, event::write_how(&trace.end.how));
}

fn header(header: &Header) -> String {
    let Header { challenge, scenario, seed, clients, clock, latency, slack } = header;
    let clock = match clock {
        Clock::Virtual => "virtual".to_owned(),
        Clock::Wall { speed } => format!("wall speed={speed}"),
    };
    let (challenge, scenario) = (word(challenge), word(scenario));
    format!(
        "challenge {challenge}  scenario {scenario}  seed {seed}  clients {clients}  clock {clock}  \
         latency {latency}  slack {slack}"
    )
}

/// How wide the columns of one trace are.
struct Columns {
    time: usize,
    client: usize,
    conn: usize,
}

impl Columns {
    fn of(trace: &Trace) -> Self {
        let widest = |numbers: &mut dyn Iterator<Item = u64>| numbers.max().unwrap_or(0).to_string().len();
        Self {
            time: widest(&mut trace.events.iter().map(|event| event.at)).max(6),
            client: widest(&mut trace.events.iter().map(|event| u64::from(event.client))) + 1,
            conn: widest(&mut trace.events.iter().filter_map(|event| event.conn).map(u64::from)) + 1,
        }
    }

    fn line(&self, event: &Event) -> String {
        let Self { time, client: client_width, conn: conn_width } = *self;
        let client = format!("c{}", event.client);
        let conn = event.conn.map_or_else(|| "-".to_owned(), |conn| format!("#{conn}"));
        let (who, what) = event::write_what(&event.what);
        format!("{:>time$}  {client:<client_width$}  {conn:>conn_width$}  {who:<6}  {what}", event.at)
    }
}
