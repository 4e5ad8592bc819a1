//! From the name of a submission to a program that can be run.

use std::{
    fs, io,
    sync::{Arc, Mutex},
};

use super::{Catalog, Error, Progress, Submission, catalog::unknown};
use crate::{
    client::{self, Built, Holds, Program, Sandbox, Sources, Stop, Subject, source},
    scenario::Challenge,
    verdict::{CompilerWarnings, Warning},
};

/// What building a submission leads to.
pub(super) enum Prepared {
    /// It can be run.
    Ready(Box<Ready>),
    /// It does not compile.
    NotCompiled(NotCompiled),
}

/// Why a submission does not compile.
pub(super) struct NotCompiled {
    /// How many errors the compiler has found; none if it is the manifest that cannot be read.
    pub(super) errors: u32,
    /// What the compiler said, or cargo about the manifest.
    pub(super) said: String,
}

/// A submission that can be run.
pub(super) struct Ready {
    pub(super) program: Program,
    /// What simulated time cannot see in its source.
    pub(super) warnings: Vec<Warning>,
    /// What the compiler warned of.
    pub(super) compiler_warnings: CompilerWarnings,
    /// Keeps the executable where it is.
    _built: Option<Arc<Built>>,
}

impl Ready {
    /// A program whose source nobody warns of.
    fn clean(program: Program, built: Option<Arc<Built>>) -> Self {
        Self { program, warnings: Vec::new(), compiler_warnings: CompilerWarnings::default(), _built: built }
    }
}

/// Builds submissions of one challenge; its solutions and mistakes are one executable, built once.
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
                let sources = Sources::read(&self.catalog.folder(slug), slug, Holds::One);
                let warnings = sources.map_or_else(|_| Vec::new(), |sources| source::warnings(sources.shown()));
                self.built(Subject::Challenge(slug)).map(|built| self.own(built, warnings))
            }
            Submission::Path(path) => {
                Sources::read(path, slug, Holds::One).and_then(|sources| self.submitted(&sources))
            }
            Submission::Sources(sources) => self.submitted(sources),
            Submission::Solution(name) => self.known(name),
            Submission::Mistake(name) => self.known(&format!("mistakes/{name}")),
            Submission::Command(line) => {
                let program =
                    Program { sandbox: self.sandbox(), stop: self.stop(), ..Program::from_command_line(line)? };
                Ok(Prepared::Ready(Box::new(Ready::clean(program, None))))
            }
        }
        .or_else(|error| match error {
            client::Error::Compile { package, errors, rendered } if package == *slug => {
                // Of a file that is not there, the compiler speaks in riddles.
                let missing = Some(submission).filter(|it| **it == Submission::Student).and_then(|_| self.missing());
                let compiler = NotCompiled { errors, said: rendered };
                Ok(Prepared::NotCompiled(missing.map_or(compiler, |said| NotCompiled { errors: 0, said })))
            }
            client::Error::Manifest { path, text } if path.starts_with(self.catalog.folder(slug)) => {
                Ok(Prepared::NotCompiled(NotCompiled { errors: 0, said: text }))
            }
            error => Err(error.into()),
        })
    }

    /// What is to be said where the student's file is not there, or has nothing in it.
    fn missing(&self) -> Option<String> {
        let slug = &self.challenge.slug;
        let is = match fs::read(self.catalog.folder(slug).join("src/lib.rs")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => "is not there",
            Ok(text) if text.trim_ascii().is_empty() => "is empty",
            _ => return None,
        };
        Some(format!(
            "challenges/{slug}/src/lib.rs {is}. This brings the starter back, and puts aside what else there is:\n\n    cargo run -p harness \
             -- reset {slug}\n"
        ))
    }

    /// Somebody's sources.
    fn submitted(&self, sources: &Sources) -> Result<Prepared, client::Error> {
        let built = self.built(Subject::Submission { slug: &self.challenge.slug, sources })?;
        Ok(self.own(built, source::warnings(sources.shown())))
    }

    /// A solution or mistake: a program of the one executable that holds all of them.
    fn known(&self, name: &str) -> Result<Prepared, client::Error> {
        let mut solutions = self.solutions.lock().expect("no build panics");
        let built = match &*solutions {
            Some(built) => Arc::clone(built),
            None => Arc::clone(solutions.insert(self.built(Subject::Solutions(&self.challenge.slug))?)),
        };
        let mut program = Program { sandbox: self.sandbox(), stop: self.stop(), ..Program::new(&built.executable) };
        program.args.push(name.into());
        Ok(Prepared::Ready(Box::new(Ready::clean(program, Some(built)))))
    }

    fn built(&self, subject: Subject<'_>) -> Result<Arc<Built>, client::Error> {
        let mut show = |progress| (self.progress)(Progress::Building(progress));
        client::build(&self.catalog.workspace, subject, self.colour, &mut show).map(Arc::new)
    }

    fn own(&self, built: Arc<Built>, warnings: Vec<Warning>) -> Prepared {
        let names = built.names.clone();
        let program = Program { names, sandbox: self.sandbox(), stop: self.stop(), ..Program::new(&built.executable) };
        let compiler_warnings = built.warnings.clone();
        Prepared::Ready(Box::new(Ready { warnings, compiler_warnings, ..Ready::clean(program, Some(built)) }))
    }

    fn sandbox(&self) -> Sandbox {
        self.catalog.workspace.sandbox
    }

    fn stop(&self) -> Stop {
        self.catalog.workspace.stop.clone()
    }
}
