//! The architecture's one rule: a module imports only from lower layers.

use std::{fs, path::Path};

/// The modules of the crate, lowest layer first. Those of one line may not import each other.
const LAYERS: &[&[&str]] = &[
    &["time"],
    &["scenario"],
    &["trace", "verdict"],
    &["record", "spec", "check", "report"],
    &["clock", "replace"],
    &["link"],
    &["server", "client"],
    &["run"],
    &["grade"],
    &["class"],
    &["practice", "author"],
    &["doctor"],
    &["cli"],
];

/// Modules that turn data into data: crates that could do more are not for them.
const PURE: &[&str] = &["time", "scenario", "trace", "verdict", "spec", "check", "report"];
const IMPURE_CRATES: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "tokio_tungstenite",
    "rustix",
    "socket2",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

/// Only the command line prints.
const PRINTS: &[&str] = &["println!", "print!", "eprintln!", "eprint!"];

#[test]
fn modules_import_only_from_lower_layers() {
    let mut wrong = Vec::new();
    for_each_line(|module, place, line| {
        for other in imports(line) {
            let Some(theirs) = layer_of(&other) else { continue };
            let Some(ours) = layer_of(module) else {
                wrong.push(format!("{place}: module `{module}` is in no layer"));
                continue;
            };
            if other != module && theirs >= ours {
                wrong.push(format!("{place}: `{module}` may not import `{other}`"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_modules_do_no_io() {
    let mut wrong = Vec::new();
    for_each_line(|module, place, line| {
        let code = code(line);
        let uses = |name: &&&str| code.contains(&format!("{name}::")) || code.contains(&format!("use {name}"));
        if PURE.contains(&module)
            && let Some(name) = IMPURE_CRATES.iter().find(uses)
        {
            wrong.push(format!("{place}: `{module}` is pure and may not use `{name}`"));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_prints() {
    let mut wrong = Vec::new();
    for_each_line(|module, place, line| {
        let code = line.split("//").next().unwrap_or_default();
        let prints = PRINTS
            .iter()
            .any(|print| code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '!').any(|w| w == *print));
        if module != "cli" && module != "main" && prints {
            wrong.push(format!("{place}: only `cli` prints"));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut long = Vec::new();
    for folder in ["harness", "starter", "solutions", "challenges"] {
        each_rust_file(&root.join(folder), &mut |path| {
            let lines = fs::read_to_string(path).expect("a readable file").lines().count();
            if lines > 500 {
                long.push(format!("{}: {lines} lines", path.display()));
            }
        });
    }
    assert!(long.is_empty(), "files over 500 lines:\n{}", long.join("\n"));
}

/// A line without its comment and its texts: what a report says about a crate is no use of it.
fn code(line: &str) -> String {
    let code: String = line.split("//").next().unwrap_or_default().split('"').step_by(2).collect();
    // In a text over several lines, code stands between backticks.
    code.split('`').step_by(2).collect()
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The modules of this crate that a line names after `crate::`.
fn imports(line: &str) -> Vec<String> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return Vec::new();
    }
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split(',').map(first_word).collect(),
            None => vec![first_word(rest)],
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
}

/// Calls `look` with the module, the place and the text of each line of the crate, tests left out; a `use` or a text over several lines is one.
fn for_each_line(mut look: impl FnMut(&str, &str, &str)) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    each_rust_file(&source.clone(), &mut |path| {
        let inside = path.strip_prefix(&source).expect("a file of the crate");
        let module = inside.iter().next().and_then(|name| name.to_str()).expect("a name").trim_end_matches(".rs");
        let test = inside.iter().any(|part| part == "tests" || part == "tests.rs");
        if module == "lib" || test {
            return;
        }
        let text = fs::read_to_string(path).expect("a readable file");
        let mut statement = String::new();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("mod tests {") {
                break;
            }
            statement.push_str(line.trim());
            let unfinished = statement.starts_with("use ") && !statement.contains(';');
            if unfinished || statement.ends_with('\\') {
                continue;
            }
            look(module, &format!("{}:{}", inside.display(), number + 1), &statement);
            statement.clear();
        }
    });
}

fn each_rust_file(folder: &Path, look: &mut dyn FnMut(&Path)) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            each_rust_file(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            look(&path);
        }
    }
}
