//! `harness check`.

use super::{
    Exit,
    args::{CheckArguments, Format, OutputArguments},
    files,
    progress::Line,
    reports::Reports,
    terminal::Terminal,
};
use crate::{
    grade::{self, Catalog, Error, Graded, Options, Submission},
    practice::{self, Store, Timestamp},
    report::{self, Style},
    trace,
};

pub(super) fn run(catalog: &Catalog, arguments: &CheckArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let command = arguments.client.clone().map(Submission::Command);
    let options = Options {
        slug: arguments.challenge.clone(),
        wall: arguments.clock.wall(command.is_some())?,
        submission: command.or_else(|| arguments.submission.named()).unwrap_or(Submission::Student),
        scenario: arguments.scenario.clone(),
        seed: arguments.seed,
        // A page shows the compiler's colours whatever the terminal can do.
        colour: arguments.output.format == Format::Human && (terminal.style.colour || arguments.reports.are_coloured()),
        show_hidden: arguments.hidden.show_hidden,
    };
    let reports = arguments.reports.ready(arguments.output, arguments.trace.as_deref().as_slice())?;
    let store = is_own_work(&options).then(|| Store::of(&catalog.workspace));
    let known = store.as_ref().map(|store| begin(catalog, &options.slug, store, terminal));
    let (catalog, why) = arguments.sandbox.within(catalog);
    let line = Line::new(terminal.live);
    let graded = grade::check(&catalog, &options, &|progress| line.show(&progress));
    drop(line);
    terminal.notice(why.as_ref());
    let graded = graded.inspect_err(|error| reports.save_failure(&options.slug, error, terminal))?;
    let notice = store.and_then(|store| store.record_check(&graded.verdict, Timestamp::now()));
    // It is said once.
    terminal.notice(notice.as_ref().filter(|_| known == Some(true)));
    // A file that cannot be written must not hide the verdict, nor keep another from being written.
    let kept = match &arguments.trace {
        Some(file) if !graded.traces.is_empty() => files::save(file, &trace::write(&graded.traces)),
        _ => Ok(()),
    };
    let exit = tell(&graded, arguments.output, &reports, terminal)?;
    kept.map(|()| exit)
}

/// Whether this is the student's own client, played everything there is in simulated time: only that is progress.
fn is_own_work(options: &Options) -> bool {
    options.submission == Submission::Student && options.scenario.is_none() && options.wall.is_none()
}

/// Before the first check of a challenge its starter may still be there to be kept. Whether the progress is known.
fn begin(catalog: &Catalog, slug: &str, store: &Store, terminal: &Terminal) -> bool {
    let (progress, notice) = store.load();
    terminal.notice(notice.as_ref());
    if progress.of(slug).is_none() {
        practice::keep_starter(catalog, slug);
    }
    notice.is_none()
}

/// Prints a verdict, writes the reports on it and says what it exits with.
pub(super) fn tell(
    graded: &Graded,
    output: OutputArguments,
    reports: &Reports<'_>,
    terminal: &Terminal,
) -> Result<Exit, Error> {
    let printed = if reports.take_standard_output() { Ok(()) } else { print(graded, output, terminal) };
    let saved = reports.save(graded, terminal);
    printed.and(saved).map(|()| reports.exit(&graded.verdict))
}

fn print(graded: &Graded, output: OutputArguments, terminal: &Terminal) -> Result<(), Error> {
    let style = Style { hints: output.hints, ..terminal.style };
    let text = match output.format {
        Format::Human => report::terminal(&graded.verdict, &graded.traces, style),
        Format::Json => report::json(&graded.verdict),
    };
    terminal.print(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_students_own_whole_client_in_simulated_time_is_progress() {
        let own = Options {
            slug: "echo".into(),
            submission: Submission::Student,
            scenario: None,
            seed: Some(7),
            wall: None,
            colour: false,
            show_hidden: false,
        };
        assert!(is_own_work(&own));
        let submissions = [
            Submission::Solution(String::new()),
            Submission::Mistake("no-wait".into()),
            Submission::Path("try.rs".into()),
            Submission::Command("node client.mjs".into()),
        ];
        for submission in submissions {
            assert!(!is_own_work(&Options { submission, ..own.clone() }));
        }
        assert!(!is_own_work(&Options { scenario: Some("blip".into()), ..own.clone() }));
        assert!(!is_own_work(&Options { wall: Some(10.0), ..own }));
    }
}
