//! Who has handed in what.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{client, grade::Error};

/// The longest list that is read, in bytes.
const MOST_LIST: u64 = 4 * 1024 * 1024;

/// How many digits of a fingerprint a name is told by.
const PRINT: usize = 8;

/// The longest name of a folder of results, in bytes.
const LONGEST: usize = 80;

/// What a class has handed in, in the order of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// The submissions.
    pub handed: Vec<Handed>,
    /// What lay among them and is none: neither a folder, nor a `.rs` file, nor an archive.
    pub left_out: Vec<String>,
}

/// What one student, or one group, has handed in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handed {
    /// Its name: that of the file or folder, or as the list says.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The name of the folder of its results: one that every file system takes.
    pub folder: String,
    /// Whether it was found among others, and not named by the teacher: then it may not be a link, by which somebody else's would be taken.
    pub found: bool,
}

impl Roll {
    /// Reads a folder of submissions, or a list: a text file with a path a line, from the list's own folder, where `#` begins a comment. One
    /// submission alone is a class of one. What lies at `but` belongs to the results.
    ///
    /// # Errors
    /// [`Error::Usage`] if there is no submission or two have one name; [`Error::Harness`] if something cannot be read.
    pub fn read(path: &Path, but: &Path) -> Result<Self, Error> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Error::Usage(format!("there is no {}", path.display())),
            _ => Error::Harness(format!("cannot read {}: {error}", path.display())),
        };
        let mut roll = Self { handed: Vec::new(), left_out: Vec::new() };
        if client::is_submission(path) {
            let name = path.canonicalize().map_err(failed)?.file_name().unwrap_or_default().to_owned();
            roll.handed.push(Handed::new(name_of(&name), path.to_owned()));
        } else if fs::metadata(path).map_err(failed)?.is_dir() {
            roll.add_folder(path, but).map_err(failed)?;
        } else {
            roll.add_list(path)?;
        }
        roll.handed.sort();
        roll.left_out.sort();
        let twice = roll.handed.windows(2).find(|pair| pair[0].name == pair[1].name);
        match (twice, roll.handed.is_empty()) {
            (Some(pair), _) => Err(Error::Usage(format!("`{}` is in {} twice", pair[0].name, path.display()))),
            (None, true) => Err(Error::Usage(format!("{} holds no submission{}", path.display(), roll.instead()))),
            (None, false) => Ok(roll),
        }
    }

    fn add_folder(&mut self, folder: &Path, but: &Path) -> io::Result<()> {
        let but = but.canonicalize().ok();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = name_of(path.file_name().unwrap_or_default());
            let own = but.is_some() && path.canonicalize().ok() == but;
            if name.starts_with('.') || own {
                continue;
            }
            match path.is_dir() || client::may_be_submission(&path) {
                true => self.handed.push(Handed { found: true, ..Handed::new(name, path) }),
                false => self.left_out.push(name),
            }
        }
        Ok(())
    }

    fn add_list(&mut self, list: &Path) -> Result<(), Error> {
        let wrong = |why: &str| Error::Usage(format!("{} is no list of submissions: {why}", list.display()));
        let size = fs::metadata(list).map_err(|error| wrong(&error.to_string()))?.len();
        if size > MOST_LIST {
            return Err(wrong("it is too long"));
        }
        let bytes = fs::read(list).map_err(|error| wrong(&error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
        let from = list.parent().unwrap_or(Path::new(""));
        for (number, line) in (1..).zip(text.lines()) {
            let name = line.trim();
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            let path = from.join(name);
            if !path.exists() {
                return Err(wrong(&format!("line {number}: there is no {}", path.display())));
            }
            self.handed.push(Handed::new(name.trim_end_matches('/').to_owned(), path));
        }
        Ok(())
    }

    /// What was found in place of submissions.
    fn instead(&self) -> String {
        match self.left_out.as_slice() {
            [] => String::new(),
            [first, ..] => {
                format!(": `{first}` is neither a folder, nor a `.rs` file, nor an archive (zip, tar, tar.gz)")
            }
        }
    }
}

impl Handed {
    /// What lies at a path, under a name.
    #[must_use]
    pub fn new(name: String, path: PathBuf) -> Self {
        let folder = folder(&name);
        Self { name, path, folder, found: false }
    }
}

/// The name of a file as text. One that is none is told from others like it by its fingerprint.
fn name_of(file: &OsStr) -> String {
    match file.to_str() {
        Some(name) => name.to_owned(),
        None => format!("{}-{}", file.to_string_lossy(), print(file.as_encoded_bytes())),
    }
}

/// A short fingerprint.
fn print(bytes: &[u8]) -> String {
    client::fingerprint([(Path::new(""), bytes)].into_iter()).chars().take(PRINT).collect()
}

/// Whether a name could have been made by adding a fingerprint to another one.
fn has_print(name: &str) -> bool {
    let end = name.rsplit_once('-').map(|(_, end)| end);
    end.is_some_and(|end| end.len() == PRINT && end.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A name as that of a folder. What is changed is made different from all others by a fingerprint; so is what looks as if it had one.
fn folder(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '_' };
    let mut folder: String = name.chars().map(plain).collect();
    while folder.len() > LONGEST {
        folder.pop();
    }
    let reserved: BTreeSet<_> = ["", ".", ".."].into();
    let edge = folder.starts_with(['.', ' ']) || folder.ends_with(['.', ' ']);
    if folder == name && !edge && !has_print(name) && !reserved.contains(folder.as_str()) {
        return folder;
    }
    format!("{}-{}", folder.trim_matches(['.', ' ']), print(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_harmless_and_different() {
        for name in ["anna", "anna.zip", "Ümit 2", "a-b_c.tar.gz"] {
            assert_eq!(folder(name), name);
        }
        let long = "x".repeat(500);
        for name in ["../up", "a/b", ".hidden", "..", "", "a:b", "a\nb", "end.", &long] {
            let made = folder(name);
            let harmless = !made.contains(['/', '\n', ':']) && !made.starts_with('.') && made.len() < 100;
            assert!(harmless && made != name, "{name:?} became {made:?}");
        }
        assert_ne!(folder("a/b"), folder("a:b"));
        // Nobody can choose a name whose folder is another's.
        let made = folder("Lee, Ann.rs");
        assert_ne!(folder(&made), made);
    }

    #[test]
    fn a_folder_a_list_or_one_submission_is_a_class() {
        let dir = tempfile::tempdir().expect("there is room");
        let write = |name: &str, text: &str| {
            let path = dir.path().join("class").join(name);
            fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
            fs::write(path, text).expect("it is writable");
        };
        write("ben.rs", "");
        write("anna/src/lib.rs", "");
        write("carl.zip", "");
        write(".DS_Store", "");
        write("notes.txt", "");
        write("grades/results/x", "");
        let class = dir.path().join("class");
        let read = |path: &Path| Roll::read(path, &class.join("grades"));
        let names = |roll: &Roll| roll.handed.iter().map(|handed| handed.name.clone()).collect::<Vec<_>>();
        let roll = read(&class).expect("it is a class");
        assert_eq!(
            (names(&roll), roll.left_out),
            (["anna", "ben.rs", "carl.zip"].map(str::to_owned).into(), vec!["notes.txt".into()])
        );
        for one in ["ben.rs", "anna", "carl.zip"] {
            assert_eq!(names(&read(&class.join(one)).expect("it is one")), [one]);
        }
        fs::write(dir.path().join("list"), "# a part\nclass/ben.rs\n\n  class/anna/ \n").expect("it is writable");
        assert_eq!(names(&read(&dir.path().join("list")).expect("it is a list")), ["class/anna", "class/ben.rs"]);
        let refused = |path: &Path, why: &str| {
            let error = read(path).expect_err(why).to_string();
            assert!(error.contains(why), "{why}: {error}");
        };
        refused(&class.join("nobody"), "there is no ");
        fs::write(dir.path().join("list"), "class/ben.rs\nclass/dora.rs\n").expect("it is writable");
        refused(&dir.path().join("list"), "line 2: there is no");
        fs::write(dir.path().join("list"), "class/ben.rs\nclass/ben.rs\n").expect("it is writable");
        refused(&dir.path().join("list"), "`class/ben.rs` is in");
        fs::create_dir(dir.path().join("empty")).expect("it is writable");
        fs::write(dir.path().join("empty/a.rar"), "").expect("it is writable");
        refused(&dir.path().join("empty"), "holds no submission: `a.rar` is neither");
    }
}
