//! From the name of a submission to a program that can be run.

use std::sync::{Arc, Mutex};

use super::{Catalog, Error, Progress, Submission, catalog::unknown};
use crate::{
    client::{self, Built, Program, Subject, source},
    scenario::Challenge,
    verdict::Warning,
};

/// What building a submission leads to.
pub(super) enum Prepared {
    /// It can be run.
    Ready(Ready),
    /// What the compiler said.
    NotCompiled(String),
}

/// A submission that can be run.
pub(super) struct Ready {
    pub(super) program: Program,
    /// What simulated time cannot see in its source.
    pub(super) warnings: Vec<Warning>,
    /// Keeps the executable where it is.
    _built: Option<Arc<Built>>,
}

/// Builds submissions of one challenge; all solutions and mistakes are one executable, built once.
pub(super) struct Workshop<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) challenge: &'a Challenge,
    /// Whether the compiler's output is coloured.
    pub(super) colour: bool,
    pub(super) progress: &'a (dyn Fn(Progress) + Sync),
    pub(super) solutions: Mutex<Option<Arc<Built>>>,
}

/// The submission with its name made certain: a solution or mistake that exists.
pub(super) fn resolve(catalog: &Catalog, challenge: &Challenge, submission: &Submission) -> Result<Submission, Error> {
    match submission {
        Submission::Solution(name) => {
            let known = catalog.solutions(&challenge.slug)?;
            match known.first() {
                Some(first) if name.is_empty() => Ok(Submission::Solution(first.clone())),
                _ if known.contains(name) => Ok(submission.clone()),
                _ => Err(Error::Usage(unknown("solution", name, &known))),
            }
        }
        Submission::Mistake(name) if challenge.mistakes.iter().all(|mistake| mistake.id != *name) => {
            let known: Vec<_> = challenge.mistakes.iter().map(|mistake| mistake.id.clone()).collect();
            Err(Error::Usage(unknown("mistake", name, &known)))
        }
        _ => Ok(submission.clone()),
    }
}

impl<'a> Workshop<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        challenge: &'a Challenge,
        colour: bool,
        progress: &'a (dyn Fn(Progress) + Sync),
    ) -> Self {
        Self { catalog, challenge, colour, progress, solutions: Mutex::new(None) }
    }

    /// Builds a submission whose name is certain, and looks at its source.
    pub(super) fn prepare(&self, submission: &Submission) -> Result<Prepared, Error> {
        let slug = &self.challenge.slug;
        match submission {
            Submission::Student => {
                let source = self.catalog.folder(slug);
                self.built(Subject::Challenge(slug)).map(|built| own(built, source::warnings(&source)))
            }
            Submission::Path(path) => {
                self.built(Subject::Submission { slug, path }).map(|built| own(built, source::warnings(path)))
            }
            Submission::Solution(name) => self.known(&format!("{slug}/{name}")),
            Submission::Mistake(name) => self.known(&format!("{slug}/mistakes/{name}")),
            Submission::Command(line) => {
                let program = Program::from_command_line(line)?;
                Ok(Prepared::Ready(Ready { program, warnings: Vec::new(), _built: None }))
            }
        }
        .or_else(|error| match error {
            client::Error::Compile { package, rendered } if package == *slug => Ok(Prepared::NotCompiled(rendered)),
            client::Error::Manifest { path, text } if path.starts_with(self.catalog.folder(slug)) => {
                Ok(Prepared::NotCompiled(text))
            }
            error => Err(error.into()),
        })
    }

    /// A solution or mistake: a program of the one executable that holds all of them.
    fn known(&self, name: &str) -> Result<Prepared, client::Error> {
        let mut solutions = self.solutions.lock().expect("no build panics");
        let built = match &*solutions {
            Some(built) => Arc::clone(built),
            None => Arc::clone(solutions.insert(self.built(Subject::Solutions)?)),
        };
        let mut program = Program::new(&built.executable);
        program.args.push(name.into());
        Ok(Prepared::Ready(Ready { program, warnings: Vec::new(), _built: Some(built) }))
    }

    fn built(&self, subject: Subject<'_>) -> Result<Arc<Built>, client::Error> {
        let mut show = |progress| (self.progress)(Progress::Building(progress));
        client::build(&self.catalog.workspace, subject, self.colour, &mut show).map(Arc::new)
    }
}

fn own(built: Arc<Built>, warnings: Vec<Warning>) -> Prepared {
    let program = Program { names: built.names.clone(), ..Program::new(&built.executable) };
    Prepared::Ready(Ready { program, warnings, _built: Some(built) })
}
