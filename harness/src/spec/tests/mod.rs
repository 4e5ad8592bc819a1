//! Specs that nobody would write: hundreds of thousands, each made from a right one by a few changes to its text or to its tree.
//!
//! Whatever comes of it is read, or refused with a place for everything that is wrong with it, in bounded time and memory; and with what was
//! read everything can be done that is done with a spec, short of playing it. Each spec follows from its number alone.

mod chance;
mod corpus;
mod hostile;
mod scribble;
mod tree;
mod watchdog;

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Instant,
};

use self::{
    chance::Chance,
    corpus::{Original, parts, whole},
    scribble::scribble,
    watchdog::{Post, watch},
};
use super::{Errors, MOST_BYTES, parse, text as text_of};
use crate::{
    check,
    report::{Playbill, Style, playbill},
    scenario::{Challenge, Scenario, Variants},
    trace::{Clock, End, Header, How, Trace},
};

/// How many specs are looked at. `SPECS` in the environment replaces it; `SPEC` names the only one.
const SPECS: u64 = 10_000;
/// How many specs are looked at by a thread of their own: its name tells where they overflow its stack.
const TOGETHER: u64 = 1_000;
/// The longest duration of a spec: 24 hours.
const DAY: u64 = 86_400_000;

/// The right specs that others are made from.
struct Corpus {
    whole: Vec<Original>,
    parts: Vec<Original>,
}

impl Corpus {
    fn new() -> Self {
        Self { whole: whole(), parts: parts() }
    }

    /// A large one now and then.
    fn one(&self, chance: &mut Chance) -> &Original {
        if chance.one_in(40) { chance.pick(&self.whole) } else { chance.pick(&self.parts) }
    }

    /// The spec of a number, and the files in the folder `mistakes`.
    fn spec(&self, number: u64) -> (String, &[String]) {
        let mut chance = Chance::of(number);
        let (original, other) = (self.one(&mut chance), self.one(&mut chance));
        let changes = chance.one(&[1, 1, 1, 2, 3, 5]);
        let mut text = if chance.one_in(3) {
            original.text.clone()
        } else {
            let mut tree = original.tree.clone();
            (0..changes).for_each(|_| tree.mutate(&other.tree, &mut chance));
            tree.write()
        };
        if text == original.text || chance.one_in(12) {
            (0..changes).for_each(|_| scribble(&mut text, &other.text, &mut chance));
        }
        (text, &original.files)
    }
}

/// How many specs of a kind there were.
#[derive(Default)]
struct Tally {
    right: AtomicU64,
    wrong: AtomicU64,
}

#[test]
fn whatever_a_spec_is_it_is_read_or_refused_with_places() {
    let number = |name| env::var(name).ok().map(|number| number.parse::<u64>().expect("a number of a spec"));
    let numbers = match number("SPEC") {
        Some(one) => one..one + 1,
        None => 0..number("SPECS").unwrap_or(SPECS),
    };
    let (corpus, tally) = (Corpus::new(), Tally::default());
    let next = AtomicU64::new(numbers.start);
    let posts: Vec<Post> =
        (0..thread::available_parallelism().map_or(2, usize::from)).map(|_| Mutex::default()).collect();
    let (done, told) = mpsc::channel();
    thread::scope(|scope| {
        let watched = &posts;
        scope.spawn(move || watch(watched, &told));
        let work = |post| {
            loop {
                let first = next.fetch_add(TOGETHER, Relaxed);
                if first >= numbers.end {
                    return Ok(());
                }
                let last = (first + TOGETHER).min(numbers.end);
                let job = || (first..last).try_for_each(|number| look(&corpus, number, post, &tally));
                let name = format!("specs {first} to {last}");
                thread::scope(|own| {
                    let own = thread::Builder::new().name(name).spawn_scoped(own, job).expect("there is a thread");
                    own.join().expect("what panics is caught")
                })?;
            }
        };
        let workers: Vec<_> = posts.iter().map(|post| scope.spawn(move || work(post))).collect();
        let ended: Vec<Result<(), String>> =
            workers.into_iter().map(|one| one.join().expect("no worker panics")).collect();
        drop(done);
        ended.into_iter().for_each(|ended| ended.unwrap_or_else(|why| panic!("{why}")));
    });
    let (right, wrong) = (tally.right.into_inner(), tally.wrong.into_inner());
    assert_eq!(right + wrong, numbers.end - numbers.start);
    if right + wrong >= 1_000 {
        // Too many of one kind, and the others are hardly looked at.
        assert!(right * 20 > wrong && wrong * 2 > right, "{right} right and {wrong} wrong specs");
    }
}

/// Looks at one spec, and says what is wrong with how it is dealt with.
fn look(corpus: &Corpus, number: u64, post: &Post, tally: &Tally) -> Result<(), String> {
    *post.lock().expect("nobody panics there") = Some((number, Instant::now()));
    let (text, files) = corpus.spec(number);
    let looked = catch_unwind(AssertUnwindSafe(|| match parse("x", "challenge.toml", &text, Some(files)) {
        Ok(challenge) => {
            use_it(&challenge, number);
            tally.right.fetch_add(1, Relaxed);
        }
        Err(errors) => {
            assert_places(&errors, &text, number.is_multiple_of(2));
            tally.wrong.fetch_add(1, Relaxed);
        }
    }));
    *post.lock().expect("nobody panics there") = None;
    looked.map_err(|_| format!("spec {number} is not dealt with (why stands above):\n{text}"))
}

/// Asserts that every mistake has a place in the text, and that all can be shown.
fn assert_places(errors: &Errors, text: &str, colour: bool) {
    assert!(!errors.problems().is_empty());
    for problem in errors.problems() {
        let Some(span) = &problem.span else {
            // What is not in the file has no place in it, and what is too long is not looked at.
            let is_of_the_whole = problem.title.contains("mistakes/") || text.len() > MOST_BYTES;
            assert!(is_of_the_whole, "no place: {}", problem.title);
            continue;
        };
        assert!(span.start <= span.end && span.end <= text.len(), "{span:?} of {}: {}", text.len(), problem.title);
        let (line, column) = errors.place(problem).expect("a span has a place");
        let (lines, there) = (text.matches('\n').count() + 1, text.split('\n').nth(line - 1));
        let columns = there.map_or(0, |there| there.chars().count() + 1);
        assert!(line <= lines && (1..=columns).contains(&column), "{line}:{column}: {}", problem.title);
        assert!(problem.notes.iter().all(|(span, _)| span.start <= span.end && span.end <= text.len()));
    }
    assert!(errors.render(colour).contains("challenge.toml"));
}

/// Does with a challenge what is done with it before, and after, a client is run.
fn use_it(challenge: &Challenge, number: u64) {
    for scenario in &challenge.scenarios {
        for (seed, speed) in [(challenge.seed, 1.0), (u64::MAX, 10.0), (number, 1_000.0)] {
            let values = challenge.values(scenario, seed, speed);
            assert!(values.ms(&scenario.lasts) <= DAY);
            for variants in [Variants::All, Variants::Sample(seed)] {
                let cast = scenario.cast(&values, variants);
                assert!((1..=10_000).contains(&cast.clients()), "{} clients", cast.clients());
                let last = cast.clients() - 1;
                let _ = (cast.variant(last), cast.gap(last));
            }
        }
    }
    announce(challenge, number);
    let traces: Vec<_> = challenge.scenarios.iter().map(|scenario| silent(challenge, scenario)).collect();
    let results = check::judge(challenge, &traces);
    assert_eq!(results.len(), challenge.checks.len());
}

/// Says what is to be served to the last client of one of the scenarios.
fn announce(challenge: &Challenge, number: u64) {
    let scenario = &challenge.scenarios[number as usize % challenge.scenarios.len()];
    let values = &challenge.values(scenario, number, 1.0);
    let cast = &scenario.cast(values, Variants::All);
    let served = cast.clients() - 1;
    let bill =
        Playbill { challenge, scenario, cast, served, values, address: "127.0.0.1:1", client: None, once: false };
    assert!(playbill(&bill, Style::default()).contains("127.0.0.1:1"));
}

/// What is left of a run in which no client did anything.
fn silent(challenge: &Challenge, scenario: &Scenario) -> Trace {
    let values = challenge.values(scenario, challenge.seed, 1.0);
    let header = Header {
        challenge: challenge.slug.clone(),
        scenario: scenario.id.clone(),
        seed: challenge.seed,
        clients: scenario.cast(&values, Variants::All).clients(),
        clock: Clock::Virtual,
        latency: challenge.latency,
        slack: 0,
    };
    Trace { header, events: Vec::new(), end: End { at: values.ms(&scenario.lasts), how: How::TimeUp } }
}

/// Where the originals are wrong, nothing that is made from them is right.
#[test]
fn the_originals_are_right() {
    let corpus = Corpus::new();
    let (mut written, mut of) = (0, 0);
    for original in corpus.whole.iter().chain(&corpus.parts) {
        parse("x", "challenge.toml", &original.text, Some(&original.files)).unwrap_or_else(|errors| panic!("{errors}"));
        of += 1;
        written += usize::from(parse("x", "challenge.toml", &original.tree.write(), Some(&original.files)).is_ok());
    }
    assert!(of > 80 && written == of, "{written} of {of} are right when they are written anew");
}

/// Mistakes of one kind in a file that is as large as it may be: none of them takes time or room that grows much faster than the file.
#[test]
fn large_specs_are_refused_in_bounds() {
    let head = "format = 1\ntitle = \"T\"\nchannel = \"sse\"\nsummary = \"S\"\nminutes = 1\n";
    let scenario = "[[scenario]]\nid = \"s\"\nabout = \"A\"\nlasts = \"1s\"\nserver = [{ times = \"any\", play = [\"refuse\"] }]\n";
    let check = "[[check]]\nid = \"c#\"\nin = \"s\"\npoints = 1\ntitle = \"T\"\nexpect = { attempts = { exactly = 0 } }\nwhy = \"W\"\n\
                 read = \"R\"\nhints = [\"a\", \"b\", \"c\"]\n";
    let later = format!("{check}requires = [\"c900\", \"c901\", \"c0\"]\n");
    let unknown = format!("{check}requires = [\"d#\", \"e#\", \"f#\"]\n");
    let mistake = "[[mistake]]\nid = \"m#\"\nfails = [\"c#\", \"c1\"]\ntells = \"T\"\n";
    for (kind, head, line) in [
        ("keys", head, "a# = 1\n"),
        ("headers of scenarios", head, "[[scenario]]\n"),
        ("headers that stand twice", head, "[client]\n"),
        ("lines that are no TOML", head, "=\n"),
        ("checks that require later ones", &format!("{head}{scenario}"), &later),
        ("checks that require unknown ones", &format!("{head}{scenario}"), &unknown),
        ("mistakes without a file", &format!("{head}{scenario}{check}"), mistake),
        ("open lists", head, "a# = [\n"),
    ] {
        let mut text = head.to_owned();
        let (line_at, mut n) = (|n: usize| line.replace('#', &n.to_string()), 0);
        while text.len() + line.len() + 8 < MOST_BYTES {
            text += &line_at(n);
            n += 1;
        }
        let errors = parse("x", "challenge.toml", &text, Some(&[])).expect_err(kind);
        let shown = errors.render(true);
        assert!(errors.problems().len() <= 100 && shown.len() < 4 << 20, "{kind}: {} bytes", shown.len());
        assert_places(&errors, &text, false);
    }
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let text = format!("{}\n", "#".repeat(MOST_BYTES));
    let errors = parse("x", "challenge.toml", &text, Some(&[])).expect_err("it is too long");
    let from_bytes = text_of("challenge.toml", text.into_bytes()).expect_err("it is too long");
    let said = "error: the file has more than 256 KiB\n --> challenge.toml\n  |\n  = help: no spec needs so much: look whether it is the right \
                file\n\nerror: 1 mistake in challenge.toml\n";
    assert_eq!((errors.render(false).as_str(), from_bytes.render(false).as_str()), (said, said));
}
