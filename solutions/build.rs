//! Finds the solutions and known mistakes of each challenge, and makes them modules of its program: one link for all of them.
//!
//! In the program `src/bin/<slug>-solutions.rs`, `solutions/<slug>/<name>.rs` becomes the submission `<name>`, and
//! `challenges/<slug>/mistakes/<name>.rs` becomes `mistakes/<name>`. Names are in kebab case.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// A file to build in, and the name by which it is chosen.
struct Found {
    path: PathBuf,
    name: String,
}

fn generate() -> Result<(), String> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let challenges = here.parent().ok_or("this crate stands in the workspace's folder")?.join("challenges");
    // This crate's own folder: a new one below it is a new challenge.
    println!("cargo::rerun-if-changed={}", here.display());
    for program in entries(&here.join("src/bin"))? {
        let name = file_name(&program)?;
        let Some(slug) = name.strip_suffix("-solutions.rs") else { continue };
        let mut found = Vec::new();
        let mistakes = challenges.join(slug).join("mistakes");
        println!("cargo::rerun-if-changed={}", mistakes.display());
        collect(&here.join(slug), "", &mut found)?;
        collect(&mistakes, "mistakes/", &mut found)?;
        let out = out.join(slug).with_extension("rs");
        fs::write(&out, source(&found)).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    Ok(())
}

/// Adds the `.rs` files of `folder` to `found`.
fn collect(folder: &Path, prefix: &str, found: &mut Vec<Found>) -> Result<(), String> {
    for path in entries(folder)? {
        let file = file_name(&path)?;
        let Some(stem) = file.strip_suffix(".rs") else { continue };
        if !is_kebab_case(stem) {
            return Err(format!("{}: a submission's name is made of a-z, 0-9 and -", path.display()));
        }
        found.push(Found { name: format!("{prefix}{stem}"), path });
    }
    Ok(())
}

/// What is in a folder; nothing if it is not there, as in a copy for students.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let list = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = list
        .map(|entry| entry.map(|entry| entry.path()).map_err(|error| format!("{}: {error}", folder.display())))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> Result<String, String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| format!("{}: the name is not UTF-8", path.display()))
}

fn is_kebab_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// One module for each file, and a program that runs one of them.
fn source(found: &[Found]) -> String {
    let mut modules = String::new();
    let mut table = String::new();
    for (index, Found { path, name }) in found.iter().enumerate() {
        // Numbered, because two names may differ in what an identifier cannot hold.
        let module = format!("submission_{index}_{}", name.rsplit('/').next().unwrap_or(name).replace('-', "_"));
        modules.push_str(&format!(
            "#[expect(unreachable_pub, reason = \"it is written as a student's crate, where `run` is public\")]\n\
             #[path = {:?}]\nmod {module};\n",
            path.display().to_string()
        ));
        table.push_str(&format!(
            "        solutions::Submission {{ name: {name:?}, start: || starter::start({module}::run) }},\n"
        ));
    }
    format!("{modules}\nfn main() -> std::process::ExitCode {{\n    solutions::main(&[\n{table}    ])\n}}\n")
}
