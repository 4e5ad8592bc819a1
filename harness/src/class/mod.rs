//! A class: many submissions to some challenges, graded alike.
//!
//! Of each submission only its sources are taken ([`Sources`]); everything else is the workspace's. Each is built and run like any other,
//! and when every process of it is gone its reports are written and then, at once and last, its grade. So a grading that was broken off goes
//! on where it was: what has a grade was graded to the end.
//!
//! - [`Roll`]: who has handed in what.
//! - [`Book`]: the folder of the results.
//! - [`Class::grade`]: from the one to the other.

mod assignment;
mod book;
mod roll;

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

pub use assignment::assignment;
pub use book::Book;
pub use roll::{Handed, Roll};

use crate::{
    client::{self, Holds, Sources},
    grade::{self, Catalog, Error, Graded, Options, Progress, Submission, parallel},
    verdict::{Assignment, Grade, GradeResult, Grades, Outcome, Overall, Shard, Verdict},
};

/// The most that is kept of a message, in characters.
const MOST_NOTE: usize = 500;

/// A class that is to be graded.
#[derive(Debug)]
pub struct Class<'a> {
    /// The challenges, and how submissions to them are built and shut in.
    pub catalog: &'a Catalog,
    /// What it is graded for.
    pub assignments: Vec<Assignment>,
    /// Who has handed in what.
    pub roll: &'a Roll,
    /// Which part of it is graded; all of it if none is named.
    pub shard: Option<Shard>,
    /// How many submissions are graded side by side.
    pub jobs: usize,
    /// The files that `report` writes for each submission: where one is missing it is graded again.
    pub files: Vec<&'static str>,
    /// Whether the compiler's output is coloured.
    pub colour: bool,
}

/// What happens to a submission that has been graded: its reports are written to the folder.
pub type Report<'a> = dyn Fn(&Path, &Graded) -> Result<(), Error> + Sync + 'a;

/// How far a class is.
#[derive(Debug)]
pub enum Event<'a> {
    /// So many grades are there already.
    Kept(usize),
    /// A solution of this challenge is graded first, to see that this machine can grade.
    Trying(&'a str),
    /// Something is built or run.
    Doing(Progress),
    /// So many submissions are about to be graded.
    Begun {
        /// How many.
        of: usize,
    },
    /// A submission has been graded.
    Graded {
        /// So many are done, of those that were left to do.
        done: usize,
        /// So many were left.
        of: usize,
        /// What it came to.
        grade: &'a Grade,
    },
}

/// One submission to one challenge.
struct Task<'a> {
    handed: &'a Handed,
    assignment: &'a Assignment,
}

impl Class<'_> {
    /// Grades everybody who has no grade yet in the book that still holds. `report` writes the reports of each.
    ///
    /// # Errors
    /// [`Error`] if nobody can be graded here or a result cannot be written. A submission that cannot be judged is no error: its grade says so.
    pub fn grade(&self, book: &Book, report: &Report<'_>, tell: &(dyn Fn(&Event<'_>) + Sync)) -> Result<Grades, Error> {
        let tasks = self.tasks();
        let known: Vec<_> = tasks.iter().map(|task| self.known(book, task)).collect();
        let left: Vec<_> =
            tasks.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(task, _)| task).collect();
        tell(&Event::Kept(tasks.len() - left.len()));
        for assignment in &self.assignments {
            if left.iter().any(|task| task.assignment.slug == assignment.slug) {
                tell(&Event::Trying(&assignment.slug));
                self.try_out(assignment, &|progress| tell(&Event::Doing(progress)))?;
            }
        }
        tell(&Event::Begun { of: left.len() });
        let graded = self.grade_all(&left, book, report, tell)?;
        let mut graded = graded.into_iter();
        let left_out = self.roll.left_out.clone();
        let mut grades = Grades::new(self.assignments.clone(), self.roll.handed.len(), self.shard, left_out);
        grades.grades = known.into_iter().filter_map(|known| known.or_else(|| graded.next())).collect();
        Ok(grades)
    }

    fn tasks(&self) -> Vec<Task<'_>> {
        let own = |place: &usize| self.shard.is_none_or(|shard| shard.has(*place));
        let handed = (0..).zip(&self.roll.handed).filter(|(place, _)| own(place)).map(|(_, handed)| handed);
        handed.flat_map(|handed| self.assignments.iter().map(move |assignment| Task { handed, assignment })).collect()
    }

    fn holds(&self) -> Holds {
        if self.assignments.len() == 1 { Holds::One } else { Holds::Several }
    }

    fn read(&self, task: &Task<'_>) -> Result<Sources, client::Error> {
        let path = &task.handed.path;
        if task.handed.found && fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink()) {
            return Err(client::Error::Submission { path: path.clone(), why: "it is a link to something else".into() });
        }
        let sources = Sources::read(path, &task.assignment.slug, self.holds())?;
        Ok(sources.named(&task.handed.name))
    }

    /// The grade that the book has, if it is of the same sources for the same assignment.
    fn known(&self, book: &Book, task: &Task<'_>) -> Option<Grade> {
        let grade = book.grade(&task.handed.folder, &task.assignment.slug)?;
        let digest = self.read(task).ok()?.digest();
        let same = (&grade.submission, &grade.assignment, &grade.digest, grade.sandbox.as_str())
            == (&task.handed.name, &task.assignment.digest, &digest, self.catalog.workspace.sandbox.name());
        let reported = self.files.iter().all(|file| book.has(&grade, file));
        (same && reported && grade.is_final()).then_some(grade)
    }

    /// Grades a solution, which is known to be right: where that does not pass, nobody's submission could.
    fn try_out(&self, assignment: &Assignment, progress: &(dyn Fn(Progress) + Sync)) -> Result<(), Error> {
        let slug = &assignment.slug;
        let mut failed = None;
        for name in self.catalog.solutions(slug)? {
            let path = self.catalog.workspace.root.join("solutions").join(slug).join(&name).with_extension("rs");
            let sources = Sources::read(&path, slug, Holds::One)?.named(format!("solution {name}"));
            let options = Options { colour: false, show_hidden: true, ..self.options(assignment, sources) };
            let Verdict { outcome, compiler, checks, .. } = grade::check(self.catalog, &options, progress)?.verdict;
            if outcome == Overall::Passed {
                return Ok(());
            }
            let check = checks.iter().find(|check| check.outcome != Outcome::Pass);
            let why = check.map_or(compiler.unwrap_or_default(), |check| format!("`{}`: {}", check.id, check.got));
            failed.get_or_insert((name, why));
            // One that uses a crate of its own does not compile as a submission.
            if outcome != Overall::NotCompiled {
                break;
            }
        }
        let Some((name, why)) = failed else { return Ok(()) };
        Err(Error::Harness(format!(
            "solution {name} of {slug} is right, and does not pass here, so nobody is graded: {}\n\
             `harness doctor` says whether it is the machine, and `harness verify {slug}` whether it is the challenge",
            bounded(&why)
        )))
    }

    fn options(&self, assignment: &Assignment, sources: Sources) -> Options {
        Options {
            slug: assignment.slug.clone(),
            submission: Submission::Sources(Arc::new(sources)),
            scenario: None,
            seed: Some(assignment.seed),
            wall: None,
            colour: self.colour,
            // The reports may be given to those who handed in.
            show_hidden: false,
        }
    }

    /// Grades side by side, in order. The first error ends it, when those at work are done.
    fn grade_all(
        &self,
        tasks: &[&Task<'_>],
        book: &Book,
        report: &Report<'_>,
        tell: &(dyn Fn(&Event<'_>) + Sync),
    ) -> Result<Vec<Grade>, Error> {
        let (done, failed) = (AtomicUsize::new(0), Mutex::new(None));
        let job = |task: &&Task<'_>| {
            if failed.lock().expect("nobody panics while it is locked").is_some() {
                return None;
            }
            let grade = self.grade_one(task, book, report, &|progress| tell(&Event::Doing(progress)));
            match grade {
                Ok(grade) => {
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    tell(&Event::Graded { done, of: tasks.len(), grade: &grade });
                    Some(grade)
                }
                Err(error) => {
                    failed.lock().expect("nobody panics while it is locked").get_or_insert(error);
                    None
                }
            }
        };
        let graded: Vec<_> = parallel::map(tasks, self.jobs, job).into_iter().flatten().collect();
        failed.into_inner().expect("nobody panics while it is locked").map_or(Ok(graded), Err)
    }

    fn grade_one(
        &self,
        task: &Task<'_>,
        book: &Book,
        report: &Report<'_>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Grade, Error> {
        let Task { handed, assignment } = task;
        let folder = book.begin(&handed.folder, &assignment.slug)?;
        let grade = match self.read(task) {
            Ok(sources) => {
                let digest = sources.digest();
                match grade::check(self.catalog, &self.options(assignment, sources), progress) {
                    Ok(graded) => {
                        report(&folder, &graded)?;
                        Grade { digest, ..Grade::of(&graded.verdict) }
                    }
                    Err(Error::Harness(why)) => Grade { digest, ..self.without(task, GradeResult::Unjudged, &why) },
                    Err(error) => return Err(error),
                }
            }
            Err(client::Error::Submission { why, .. }) => {
                let said = format!("error: it cannot be taken as a submission: {why}\n");
                let graded = grade::refuse(self.catalog, &assignment.slug, &handed.name, assignment.seed, said)?;
                report(&folder, &graded)?;
                let Grade { score, .. } = Grade::of(&graded.verdict);
                Grade { score, ..self.without(task, GradeResult::Unusable, &why) }
            }
            Err(error) => return Err(error.into()),
        };
        let grade = Grade {
            submission: handed.name.clone(),
            folder: handed.folder.clone(),
            assignment: assignment.digest.clone(),
            ..grade
        };
        book.keep(&grade)?;
        Ok(grade)
    }

    /// The grade of what could not be judged.
    fn without(&self, task: &Task<'_>, outcome: GradeResult, why: &str) -> Grade {
        Grade {
            submission: String::new(),
            folder: String::new(),
            challenge: task.assignment.slug.clone(),
            assignment: String::new(),
            digest: String::new(),
            outcome,
            score: None,
            max_score: task.assignment.max_score,
            sandbox: String::new(),
            checks: Vec::new(),
            looks_like: Vec::new(),
            note: bounded(why),
        }
    }
}

/// The beginning of a message.
fn bounded(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MOST_NOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
