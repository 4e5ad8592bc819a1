//! What is looked for, and what a student is told about it.

use super::lexer::Token;

/// Something that does not do in a submission what its author expects.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    /// What is used.
    pub(super) what: &'static str,
    /// What it does here, and what to use instead.
    pub(super) advice: &'static str,
    /// The paths; one that ends in `::` stands for all below it.
    paths: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        what: "std::time::Instant",
        advice: "Time is simulated, and this clock stands still in it: use `tokio::time::Instant`, which has the same methods.",
        paths: &["std::time::Instant"],
    },
    Rule {
        what: "std::time::SystemTime",
        advice: "Time is simulated, and this clock stands still in it: measure with `tokio::time::Instant`; for random numbers \
                 use `net.rng()`.",
        paths: &["std::time::SystemTime", "std::time::UNIX_EPOCH"],
    },
    Rule {
        what: "std::thread::sleep",
        advice: "It stops the whole client, and simulated time does not pass meanwhile: use `tokio::time::sleep(…).await`.",
        paths: &[
            "std::thread::sleep",
            "std::thread::sleep_ms",
            "std::thread::sleep_until",
            "std::thread::park",
            "std::thread::park_timeout",
        ],
    },
    Rule {
        what: "std::thread",
        advice: "Simulated time does not know of other threads and does not wait for them: use `tokio::spawn`, `tokio::join!` or \
                 `tokio::select!`.",
        paths: &["std::thread::spawn", "std::thread::scope", "std::thread::Builder"],
    },
    Rule {
        what: "tokio::time::advance, pause or resume",
        advice: "The harness moves the clock; a client that moves it itself is ended. Use `tokio::time::sleep(…).await` to wait.",
        paths: &["tokio::time::advance", "tokio::time::pause", "tokio::time::resume"],
    },
    Rule {
        what: "a runtime of your own",
        advice: "Its timers run on the real clock, not on the simulated one: `run` is already inside a runtime, use `tokio::spawn`.",
        paths: &["tokio::runtime::Runtime", "tokio::runtime::Builder"],
    },
    Rule {
        what: "a socket of your own",
        advice: "The network is simulated, and nobody listens on a real socket: connect with `net.websocket(…)` or `net.get(…)`.",
        paths: &[
            "std::net::TcpStream",
            "std::net::TcpListener",
            "std::net::UdpSocket",
            "tokio::net::",
            "tokio_tungstenite::connect_async",
            "tokio_tungstenite::connect_async_with_config",
            "tokio_tungstenite::client_async",
        ],
    },
    Rule {
        what: "std::process",
        advice: "A client ends by returning from `run`: what exits the process, or starts another one, is graded as a crash or is \
                 killed.",
        paths: &["std::process::"],
    },
    Rule {
        what: "std::env",
        advice: "The environment tells nothing about the challenge: all that a client is told comes from `net.config()`.",
        paths: &["std::env::"],
    },
];

const STATE: Rule = Rule {
    what: "state in a static",
    advice: "Several clients share one process when a fleet is graded, and so they share this state: keep it in variables of `run`, \
             or in a struct that `run` creates.",
    paths: &[],
};

/// The rule that a full path falls under.
pub(super) fn of_path(path: &str) -> Option<&'static Rule> {
    let falls_under = |rule: &&Rule| {
        rule.paths.iter().any(|item| match item.strip_suffix("::") {
            Some(module) => path == module || path.starts_with(item),
            None => path.strip_prefix(item).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
        })
    };
    // The module alone (`use std::env;`) does nothing yet.
    RULES.iter().find(falls_under).filter(|rule| !rule.paths.contains(&format!("{path}::").as_str()))
}

/// Types that make a static changeable: a part of their names, as there are many.
const CHANGEABLE: [&str; 9] =
    ["OnceLock", "LazyLock", "OnceCell", "LazyCell", "Mutex", "RwLock", "RefCell", "UnsafeCell", "Lazy"];

/// Macros that define such statics.
const STATICS: [&str; 3] = ["thread_local", "lazy_static", "task_local"];

/// The lines where state is kept that outlives `run`: `static mut`, a static with a lock or an atomic, `thread_local!`.
pub(super) fn of_state(tokens: &[Token]) -> Vec<(u32, &'static Rule)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1).map_or("", |token| token.text.as_str());
        let keeps_state = match token.text.as_str() {
            "static" => next == "mut" || is_changeable(&tokens[at + 1..]),
            name => STATICS.contains(&name) && next == "!",
        };
        if keeps_state {
            found.push((token.line, &STATE));
        }
    }
    found
}

/// How many tokens of a static's type are looked at.
const LONGEST_TYPE: usize = 100;

/// Whether the type of a static, which ends at its value, has a part that can be changed.
fn is_changeable(declaration: &[Token]) -> bool {
    let mut parts = declaration
        .iter()
        .take(LONGEST_TYPE)
        .map(|token| token.text.as_str())
        .take_while(|text| !matches!(*text, "=" | ";" | "|" | "{"));
    parts.any(|name| CHANGEABLE.contains(&name) || name.starts_with("Atomic") || name == "Cell")
}
