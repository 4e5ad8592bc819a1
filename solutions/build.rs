//! Finds every solution and every known mistake of every challenge, and makes them modules of this crate: one program, one link.
//!
//! `solutions/<slug>/<name>.rs` becomes the submission `<slug>/<name>`, `challenges/<slug>/mistakes/<name>.rs` becomes
//! `<slug>/mistakes/<name>`. Names are in kebab case.

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
    let challenges = here.parent().ok_or("this crate stands in the workspace's folder")?.join("challenges");
    let mut found = Vec::new();
    // This crate's own folder: a new one below it is a new challenge.
    println!("cargo::rerun-if-changed={}", here.display());
    for slug in folders(&here)? {
        collect(&here.join(&slug), &slug, &mut found)?;
    }
    for slug in folders(&challenges)? {
        let mistakes = challenges.join(&slug).join("mistakes");
        if mistakes.is_dir() {
            println!("cargo::rerun-if-changed={}", mistakes.display());
            collect(&mistakes, &format!("{slug}/mistakes"), &mut found)?;
        }
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("submissions.rs");
    fs::write(&out, source(&found)).map_err(|error| format!("{}: {error}", out.display()))
}

/// The names of the folders in `parent`, in the order of the alphabet. `src` holds this crate's own code.
fn folders(parent: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for path in entries(parent)? {
        if path.is_dir() && !path.ends_with("src") {
            names.push(file_name(&path)?);
        }
    }
    Ok(names)
}

/// Adds the `.rs` files of `folder` to `found`.
fn collect(folder: &Path, prefix: &str, found: &mut Vec<Found>) -> Result<(), String> {
    for path in entries(folder)? {
        let file = file_name(&path)?;
        let Some(stem) = file.strip_suffix(".rs") else { continue };
        if !is_kebab_case(stem) {
            return Err(format!("{}: a submission's name is made of a-z, 0-9 and -", path.display()));
        }
        found.push(Found { name: format!("{prefix}/{stem}"), path });
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
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

/// One module for each file, and the table of their names.
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
        table.push_str(&format!("    Submission {{ name: {name:?}, start: || starter::start({module}::run) }},\n"));
    }
    format!("{modules}\n/// Every submission, by name.\nstatic SUBMISSIONS: &[Submission] = &[\n{table}];\n")
}
