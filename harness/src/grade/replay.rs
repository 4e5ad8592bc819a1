//! A recorded trace, judged again.

use std::{fs, path::Path};

use super::{Catalog, Error, Graded, Submission, check::keep, hidden::without_hidden, submission::quoted};
use crate::{
    run::{ClockChoice, Ran},
    trace::{self, Clock},
};

/// The largest file that is read: a trace of a flooding client stays below it.
const LARGEST_FILE: u64 = 256 << 20;

/// Judges the traces of a file again, without running anything. All is told of what is hidden from students if `show_hidden`.
///
/// # Errors
/// [`Error::Usage`] if the file is not a trace of a challenge of this workspace.
pub fn replay(catalog: &Catalog, file: &Path, show_hidden: bool) -> Result<Graded, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Usage(format!("cannot read {}: {error}", file.display()));
    let size = fs::metadata(file).map_err(|error| failed(&error))?.len();
    if size > LARGEST_FILE {
        return Err(failed(&format!("it has {size} bytes, and no trace has more than {LARGEST_FILE}")));
    }
    let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
    let traces = trace::parse(&text)
        .map_err(|error| Error::Usage(format!("{}:{}: not a trace: {}", file.display(), error.line, error.message)))?;
    let Some(first) = traces.first().map(|trace| trace.header.clone()) else {
        return Err(Error::Usage(format!("{} holds no trace", file.display())));
    };
    let challenge = catalog.load(&first.challenge)?;
    let mut ran = Vec::new();
    for trace in traces {
        let header = &trace.header;
        if (&header.challenge, header.seed) != (&first.challenge, first.seed) {
            return Err(Error::Usage(format!("{} mixes challenges or seeds", file.display())));
        }
        let Some(scenario) = challenge.scenario(&header.scenario) else {
            return Err(Error::Usage(format!(
                "{} is a trace of scenario `{}`, which {} does not have",
                file.display(),
                header.scenario,
                header.challenge
            )));
        };
        let speed = match header.clock {
            Clock::Virtual => 1.0,
            Clock::Wall { speed } => speed,
        };
        let values = challenge.values(scenario, header.seed, speed);
        ran.push(Ran { trace, values, output: String::new() });
    }
    let challenge = keep(&challenge, |scenario| ran.iter().any(|ran| ran.trace.header.scenario == scenario.id));
    ran.sort_by_key(|ran| challenge.scenarios.iter().position(|scenario| scenario.id == ran.trace.header.scenario));
    let clock = match first.clock {
        Clock::Virtual => ClockChoice::Virtual { latency: first.latency },
        Clock::Wall { speed } => ClockChoice::Wall { speed },
    };
    let submission = Submission::Path(file.into());
    let subject = super::verdict::Subject {
        challenge: &challenge,
        submission: &submission,
        seed: first.seed,
        clock,
        sandbox: None,
        only: None,
    };
    let mut verdict = subject.judged(&ran, Vec::new());
    verdict.submission = format!("trace {}", file.display());
    verdict.replay = format!("cargo run -p harness -- replay {}", quoted(&file.display().to_string()));
    let graded = Graded { verdict, traces: ran.into_iter().map(|ran| ran.trace).collect() };
    Ok(if show_hidden { graded } else { without_hidden(&challenge, graded) })
}
