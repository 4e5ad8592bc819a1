//! `harness try`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Exit,
    args::SubmissionArguments,
    progress::Line,
    terminal::Terminal,
    watch::{self, Followed, Task},
};
use crate::{
    grade::{self, Catalog, Error, Graded, Options, Progress, Submission},
    report::{self, Style},
    scenario::Challenge,
    trace::Trace,
    verdict::Overall,
};

#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  harness try reconnect-backoff blip                   a scenario, with the first solution
  harness try reconnect-backoff blip --watch           again after each save
  harness try reconnect-backoff                        every scenario
  harness try sse-parser decode/plain                  a case of a scenario
  harness try reconnect-backoff outage --mistake no-jitter
                                                       what a wrong client makes of it
  harness try challenges/echo/challenge.toml           a spec that is being written
  harness try draft.toml blip --as reconnect-backoff   one that lies elsewhere

It shows what happened to one client: all lanes of the timeline and the wire log, then a line for
each check with what it measured. It exits with 0 whatever the checks say.")]
pub(super) struct TryArguments {
    /// The challenge, as `harness list` names it, or a spec: the path of a `challenge.toml`.
    challenge: String,
    /// Only this scenario, or this case of it: `decode/plain`.
    scenario: Option<String>,
    #[command(flatten)]
    submission: SubmissionArguments,
    /// Draws the client's values from this seed in place of the challenge's own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The challenge that a spec is played as; without this, the one whose folder it lies in.
    #[arg(long = "as", value_name = "CHALLENGE")]
    slug: Option<String>,
    /// Plays again when the spec or a client is saved, until q or Ctrl-C.
    #[arg(long)]
    watch: bool,
}

pub(super) fn run(catalog: &Catalog, arguments: &TryArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let trial = Trial::of(arguments)?;
    if arguments.watch {
        return trial.follow(catalog, terminal);
    }
    let line = Line::new(terminal.live);
    let played = trial.play(catalog, terminal.style, &|progress| line.show(&progress));
    drop(line);
    let (text, outcome) = played?;
    terminal.print(&text)?;
    // Here nobody is graded: only what could not be played has fallen short.
    Ok(if outcome == Overall::NotCompiled { Exit::FellShort } else { Exit::Passed })
}

/// What is played.
#[derive(Debug, Clone)]
struct Trial {
    slug: String,
    /// The spec, if it is not the challenge's own.
    spec: Option<PathBuf>,
    scenario: Option<String>,
    case: Option<String>,
    submission: Submission,
    seed: Option<u64>,
}

impl Trial {
    fn of(arguments: &TryArguments) -> Result<Self, Error> {
        let path = Path::new(&arguments.challenge);
        let is_path = path.extension().is_some_and(|extension| extension == "toml") || path.components().count() > 1;
        let spec = is_path.then(|| if path.is_dir() { path.join("challenge.toml") } else { path.to_owned() });
        let slug = match (&spec, &arguments.slug) {
            (_, Some(slug)) => slug.clone(),
            (None, None) => arguments.challenge.clone(),
            (Some(spec), None) => folder(spec)?,
        };
        let named =
            arguments.scenario.as_deref().map(|name| name.split_once('/').map_or((name, None), |(s, c)| (s, Some(c))));
        Ok(Self {
            slug,
            spec,
            scenario: named.map(|(scenario, _)| scenario.to_owned()),
            case: named.and_then(|(_, case)| case.map(str::to_owned)),
            submission: arguments.submission.named().unwrap_or(Submission::Solution(String::new())),
            seed: arguments.seed,
        })
    }

    /// Plays it, and says what happened and what it comes to.
    fn play(
        &self,
        catalog: &Catalog,
        style: Style,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<(String, Overall), Error> {
        let challenge = match &self.spec {
            Some(file) => catalog.load_from(file, &self.slug)?,
            None => catalog.load(&self.slug)?,
        };
        self.expect_case(&challenge)?;
        if self.submission == Submission::Solution(String::new()) && catalog.solutions(&self.slug)?.is_empty() {
            let slug = &self.slug;
            return Err(Error::Usage(format!(
                "{slug} has no solution to play to: write solutions/{slug}/NAME.rs, or name a file with --submission"
            )));
        }
        let options = Options {
            slug: self.slug.clone(),
            submission: self.submission.clone(),
            scenario: self.scenario.clone(),
            seed: self.seed,
            wall: None,
            // Who writes a spec sees all of it.
            show_hidden: true,
            colour: style.colour,
        };
        let Graded { verdict, traces } = grade::try_out(catalog, &challenge, &options, progress)?;
        let text = match verdict.outcome {
            Overall::NotCompiled => report::terminal(&verdict, &traces, style),
            _ => report::trial(&verdict, &traces, |trace| self.client(&challenge, trace), style),
        };
        Ok((text, verdict.outcome))
    }

    /// Plays it after each save.
    fn follow(&self, catalog: &Catalog, terminal: &Terminal) -> Result<Exit, Error> {
        catalog.find(&self.slug)?;
        let mut followed = Followed::challenge(catalog, &self.slug);
        let submission = match &self.submission {
            Submission::Path(path) => Some(path),
            _ => None,
        };
        for path in self.spec.iter().chain(submission) {
            followed = followed.and(path);
        }
        let own = self.clone();
        let task = Task::new(self.slug.clone(), followed, move |catalog, style, progress| {
            own.play(catalog, style, progress).map(|(text, _)| text)
        });
        watch::follow(catalog, vec![task], terminal)
    }

    fn expect_case(&self, challenge: &Challenge) -> Result<(), Error> {
        let Some((case, scenario)) = self.case.as_ref().zip(self.scenario.as_ref()) else { return Ok(()) };
        let known = challenge.scenario(scenario).map(|scenario| scenario.cases.as_slice()).unwrap_or_default();
        let known: Vec<_> = known.iter().map(|case| case.id.clone()).collect();
        let found = known.contains(case) || challenge.scenario(scenario).is_none();
        found.then_some(()).ok_or_else(|| Error::Usage(grade::unknown("case", case, &known)))
    }

    /// Which client of a run is shown, and what it is played: the first, or the first of the case that was asked for.
    fn client(&self, challenge: &Challenge, trace: &Trace) -> (u32, String) {
        let header = &trace.header;
        let Some(scenario) = challenge.scenario(&header.scenario) else { return (0, String::new()) };
        let cast = scenario.cast(&challenge.values(scenario, header.seed, 1.0), header.clock.variants(header.seed));
        let wanted = self.case.as_ref().and_then(|id| scenario.cases.iter().position(|case| case.id == *id));
        let client = wanted.and_then(|role| cast.clients_of(role).next()).unwrap_or(0);
        let case = scenario.cases.get(cast.role(client));
        (client, case.map(|case| format!(": the case `{}`", case.id)).unwrap_or_default())
    }
}

/// The name of the folder in which a spec lies.
fn folder(spec: &Path) -> Result<String, Error> {
    let place =
        spec.canonicalize().map_err(|error| Error::Usage(format!("cannot read {}: {error}", spec.display())))?;
    let name = place.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.ok_or_else(|| Error::Usage(format!("{} lies in no challenge: say which with --as", spec.display())))
}
