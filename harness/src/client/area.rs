//! Where the strict sandbox builds: a workspace in which there is nothing to find.
//!
//! The mirror of `submission.rs` leads by its links to every challenge and every solution. Here stands another one, of copies: of the
//! sources only those that the submission's crate depends on, the kit; of every other member just the manifest, because the lock file
//! counts them all. The compiler may read this and the registry, and write to a target folder that belongs to the sandbox. What was built
//! of one submission is removed before the next one can look for it; what was built of the dependencies stays.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Error, Workspace,
    sandbox::{Calls, Limits, Places, Policy, home},
    submission::{MEMBER, write_changed},
};

/// The folders of the strict sandbox for one challenge.
#[derive(Debug)]
pub(super) struct Area {
    /// What all challenges share.
    shared: PathBuf,
    /// The workspace that is built.
    pub(super) mirror: PathBuf,
    /// The target folder.
    pub(super) target: PathBuf,
    /// The compiler's folder for temporary files.
    temporary: PathBuf,
}

/// The tables of a manifest that say which other crates it needs.
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The tables of a manifest that name files.
const TARGETS: [&str; 5] = ["lib", "bin", "bench", "test", "example"];

/// What of the user's environment a compiler finds: where programs and toolchains are.
const KEPT: [&str; 4] = ["PATH", "LANG", "RUSTUP_TOOLCHAIN", "RUSTUP_AUTO_INSTALL"];

impl Area {
    /// The area of a challenge.
    pub(super) fn of(workspace: &Workspace, slug: &str) -> Self {
        let shared = workspace.target.join("strict");
        Self {
            mirror: shared.join("workspaces").join(slug),
            target: shared.join("target"),
            temporary: shared.join("tmp"),
            shared,
        }
    }

    /// The folder of which only one submission at a time may make use.
    pub(super) fn shared(&self) -> &Path {
        &self.shared
    }

    /// Makes everything but the submission's crate, and removes what is left of the submission before.
    pub(super) fn make(&self, root: &Path, slug: &str) -> Result<(), Error> {
        self.clear(slug).map_err(Error::io(format!("clear {}", self.target.display())))?;
        fs::create_dir_all(&self.target).map_err(Error::io(format!("make {}", self.target.display())))?;
        copy_workspace(root, slug, &self.mirror)
    }

    /// What the compiler has to give up.
    pub(super) fn policy(&self, workspace: &Workspace) -> Policy {
        let places = Places::of_a_compiler(&workspace.cargo, &self.mirror, &[&self.target, &self.temporary]);
        Policy::new(Limits::of_a_compiler(), places, Calls::Compiler)
    }

    /// The compiler's whole environment: a submission can read it while it is compiled (`env!`).
    pub(super) fn environment(
        &self,
        own: impl Iterator<Item = (OsString, OsString)>,
    ) -> impl Iterator<Item = (OsString, OsString)> {
        let kept = |name: &str| KEPT.contains(&name) || name.starts_with("LC_") || name.starts_with("NIX_");
        let homes = [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")];
        let homes = homes.into_iter().filter_map(|(name, folder)| Some((name.into(), home(name, folder)?.into())));
        let temporary = ["HOME", "TMPDIR"].map(|name| (name.into(), self.temporary.clone().into()));
        // A wrapper of the user's, a cache most likely, would want a network. What a submission leaves is of no use to the next.
        let settings = [("RUSTC_WRAPPER", ""), ("CARGO_INCREMENTAL", "0"), ("CARGO_NET_OFFLINE", "true")];
        let settings = settings.map(|(name, value)| (name.into(), value.into()));
        own.filter(move |(name, _)| name.to_str().is_some_and(kept)).chain(homes).chain(temporary).chain(settings)
    }

    /// Removes what has been built of a submission.
    pub(super) fn clear(&self, slug: &str) -> io::Result<()> {
        if self.temporary.exists() {
            fs::remove_dir_all(&self.temporary)?;
        }
        fs::create_dir_all(&self.temporary)?;
        for profile in entries(&self.target)? {
            for folder in ["", "deps", ".fingerprint", "incremental", "build", "examples"] {
                let built = entries(&profile.join(folder))?.into_iter().filter(|path| is_of(path, slug));
                for path in built {
                    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }?;
                }
            }
        }
        Ok(())
    }
}

/// Makes a workspace of copies, but for the crate of the submission to a challenge: the sources of what that depends on, and of all other
/// members the manifest.
pub(super) fn copy_workspace(root: &Path, slug: &str, mirror: &Path) -> Result<(), Error> {
    let doing = format!("make a workspace in {}", mirror.display());
    fs::create_dir_all(mirror.join(MEMBER)).map_err(Error::io(&*doing))?;
    for name in ["Cargo.toml", "Cargo.lock"] {
        let text = fs::read(root.join(name)).map_err(Error::io(format!("read {}", root.join(name).display())))?;
        write_changed(&mirror.join(name), &text).map_err(Error::io(&*doing))?;
    }
    let needed = needed(root, &root.join("challenges").join(slug))?;
    let own = Path::new("challenges").join(slug);
    let members = members(root).map_err(Error::io(&*doing))?;
    for member in members.iter().filter(|member| **member != own) {
        let (from, to) = (root.join(member), mirror.join(member));
        match from.canonicalize().is_ok_and(|from| needed.contains(&from)) {
            true => copy(&from, &to).map_err(Error::io(&*doing))?,
            false => write_stub(&from, &to)?,
        }
    }
    remove_others(mirror, &members).map_err(Error::io(doing))
}

/// What is in a folder; nothing if it is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Whether cargo has built this of a package or a program of its: `lib<name>-<hash>.rlib`, `<name>-<hash>`, with dashes or underscores.
fn is_of(path: &Path, package: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().replace('_', "-");
    let rest =
        |name: &str| name.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']));
    rest(&name) || name.strip_prefix("lib").is_some_and(rest)
}

/// The folders of the workspace's members.
fn members(root: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut members = BTreeSet::new();
    for below in ["", "challenges"] {
        for path in entries(&root.join(below))? {
            if path.join("Cargo.toml").is_file() {
                members.extend(path.strip_prefix(root).map(Path::to_owned));
            }
        }
    }
    Ok(members)
}

/// The members that a crate depends on, also through others. What the root's manifest names by its path is anybody's.
fn needed(root: &Path, member: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let workspace = manifest(root)?;
    let shared = workspace.get("workspace").and_then(|table| table.get("dependencies"));
    let mut left: Vec<_> = paths(shared, root);
    let mut found = BTreeSet::new();
    left.extend(dependencies(member)?);
    while let Some(next) = left.pop() {
        if found.insert(next.clone()) {
            left.extend(dependencies(&next)?);
        }
    }
    Ok(found)
}

fn dependencies(member: &Path) -> Result<Vec<PathBuf>, Error> {
    let manifest = manifest(member)?;
    Ok(DEPENDENCIES.iter().flat_map(|table| paths(manifest.get(*table), member)).collect())
}

/// The folders that a table of dependencies names.
fn paths(table: Option<&toml::Value>, from: &Path) -> Vec<PathBuf> {
    let table = table.and_then(toml::Value::as_table).into_iter().flatten();
    let path =
        |(_, dependency): (&String, &toml::Value)| from.join(dependency.get("path")?.as_str()?).canonicalize().ok();
    table.filter_map(path).collect()
}

fn manifest(folder: &Path) -> Result<toml::Table, Error> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(Error::io(format!("read {}", path.display())))?;
    text.parse().map_err(|error: toml::de::Error| Error::Manifest { path, text: error.to_string() })
}

/// Writes a member that has the manifest's dependencies, and no sources.
pub(super) fn write_stub(from: &Path, to: &Path) -> Result<(), Error> {
    let mut stub = manifest(from)?;
    stub.retain(|name, _| !TARGETS.contains(&name));
    if let Some(package) = stub.get_mut("package").and_then(toml::Value::as_table_mut) {
        package.remove("build");
    }
    let write = || {
        fs::create_dir_all(to.join("src"))?;
        write_changed(&to.join("src/lib.rs"), b"")?;
        write_changed(&to.join("Cargo.toml"), toml::to_string(&stub).map_err(io::Error::other)?.as_bytes())
    };
    write().map_err(Error::io(format!("write {}", to.display())))
}

/// Copies a member. A copy has the time of its original: what was built from it stays fresh.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for from in entries(from)? {
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copy(&from, &to)?;
            continue;
        }
        let time = fs::metadata(&from)?.modified()?;
        if fs::read(&to).ok() != Some(fs::read(&from)?) || fs::metadata(&to)?.modified()? != time {
            fs::copy(&from, &to)?;
            fs::OpenOptions::new().write(true).open(&to)?.set_modified(time)?;
        }
    }
    Ok(())
}

/// Removes the members of the mirror that the workspace does not have any more.
fn remove_others(mirror: &Path, members: &BTreeSet<PathBuf>) -> io::Result<()> {
    for below in ["", "challenges"] {
        for path in entries(&mirror.join(below))? {
            let member = path.strip_prefix(mirror).unwrap_or(&path);
            let kept = members.contains(member) || member == Path::new(MEMBER) || member == Path::new("challenges");
            if path.is_dir() && !kept {
                fs::remove_dir_all(path)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_of_a_package_is_known_by_its_name() {
        for name in ["echo", "echo.d", "libecho-0123.rlib", "echo_submission-0123", "echo-0123", "libecho.rmeta"] {
            assert!(is_of(&Path::new("/target").join(name), "echo"), "{name}");
        }
        for name in ["echoes-0123", "libechoes.rlib", "tokio-0123", "deps", "lib", "an-echo-0123"] {
            assert!(!is_of(&Path::new("/target").join(name), "echo"), "{name}");
        }
        assert!(is_of(Path::new("libsse_minimal-0123.rmeta"), "sse-minimal"));
    }

    #[test]
    fn only_what_a_crate_depends_on_has_sources() {
        let dir = tempfile::tempdir().expect("there is room");
        let root = dir.path().canonicalize().expect("it is there");
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
            fs::write(path, text).expect("it is writable");
        };
        let package = |name: &str| format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\n");
        write("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n[workspace.dependencies]\nkit = { path = \"kit\" }\n");
        write("Cargo.lock", "");
        write("kit/Cargo.toml", &format!("{}[dependencies]\nbase = {{ path = \"../base\" }}\n", package("kit")));
        write("base/Cargo.toml", &package("base"));
        write("secret/Cargo.toml", &format!("{}build = \"x.rs\"\n[[bench]]\nname = \"b\"\n", package("secret")));
        for member in ["kit", "base", "secret", "challenges/other", "challenges/echo"] {
            write(&format!("{member}/src/lib.rs"), "mod sources;");
            write(&format!("{member}/challenge.toml"), "a spec");
        }
        write("challenges/echo/Cargo.toml", &package("echo"));
        write("challenges/other/Cargo.toml", &package("other"));
        let area = Area::of(&Workspace::at(&root), "echo");
        area.make(&root, "echo").expect("it can be made");
        let text = |name: &str| fs::read_to_string(area.mirror.join(name)).ok();
        assert_eq!([text("kit/src/lib.rs"), text("base/src/lib.rs")], [(); 2].map(|()| Some("mod sources;".into())));
        assert_eq!(
            [text("secret/src/lib.rs"), text("challenges/other/src/lib.rs")],
            [(); 2].map(|()| Some(String::new()))
        );
        assert_eq!([text("secret/challenge.toml"), text("challenges/other/challenge.toml")], [None, None]);
        assert_eq!(text("challenges/echo/Cargo.toml"), None, "the submission stands in its place");
        let stub = text("secret/Cargo.toml").expect("it is written");
        assert!(stub.contains("name = \"secret\"") && !stub.contains("build") && !stub.contains("bench"), "{stub}");
    }
}
