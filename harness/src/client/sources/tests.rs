//! What people hand in, and what they could.

#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::{fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().expect("there is room");
    for (name, text) in files {
        write(&dir, name, text.as_bytes());
    }
    dir
}

fn write(dir: &TempDir, name: &str, bytes: &[u8]) {
    let path = dir.path().join(name);
    fs::create_dir_all(path.parent().expect("it is below")).expect("it is writable");
    fs::write(path, bytes).expect("it is writable");
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("it is in memory");
        zip.write_all(text.as_bytes()).expect("it is in memory");
    }
    zip.finish().expect("it is in memory").into_inner()
}

fn tarred(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, name, text.as_bytes()).expect("it is in memory");
    }
    tar.into_inner().expect("it is in memory")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(bytes).expect("it is in memory");
    zip.finish().expect("it is in memory")
}

const SLUG: &str = "stay-up";

/// What is taken of a path: the names below `src`, each with its text.
fn taken(path: &Path, holds: Holds) -> Result<Vec<(String, String)>, String> {
    let text = |(name, text): (&Path, &[u8])| (name.display().to_string(), String::from_utf8_lossy(text).into_owned());
    match Sources::read(path, SLUG, holds) {
        Ok(sources) => Ok(sources.files().map(text).collect()),
        Err(Error::Submission { why, .. }) => Err(why),
        Err(other) => panic!("{other}"),
    }
}

/// What of these files is taken from a folder and from every kind of archive.
#[track_caller]
fn all_ways(files: &[(&str, &str)], holds: Holds) -> Result<Vec<(String, String)>, String> {
    let dir = folder(files);
    let found = taken(dir.path(), holds);
    let archives = folder(&[]);
    let tar = tarred(files);
    for (name, bytes) in [("a.zip", zipped(files)), ("a.tgz", gzipped(&tar)), ("a.tar", tar)] {
        write(&archives, name, &bytes);
        assert_eq!(taken(&archives.path().join(name), holds), found, "{name}");
    }
    found
}

#[track_caller]
fn lib(files: &[(&str, &str)], holds: Holds, text: &str) {
    let taken = all_ways(files, holds).expect("it is a submission");
    assert_eq!(taken.iter().find(|(name, _)| name == "lib.rs").map(|(_, text)| text.as_str()), Some(text));
}

#[test]
fn the_sources_are_found_however_they_are_handed_in() {
    lib(&[("src/lib.rs", "x"), ("build.rs", "no"), ("Cargo.toml", "")], Holds::One, "x");
    lib(&[("anna-123/src/lib.rs", "x"), ("__MACOSX/anna-123/src/._lib.rs", "")], Holds::One, "x");
    lib(&[("lib.rs", "x"), ("README.md", "")], Holds::One, "x");
    lib(&[("work/my client.rs", "x"), ("target/debug/build/a.rs", "no")], Holds::One, "x");
    let course = [
        ("course/challenges/other/src/lib.rs", "no"),
        ("course/challenges/stay-up/src/lib.rs", "x"),
        ("course/challenges/stay-up/mistakes/lie.rs", "no"),
        ("course/solutions/stay-up/loop.rs", "no"),
        ("course/.git/lib.rs", "no"),
    ];
    lib(&course, Holds::One, "x");
    lib(&course, Holds::Several, "x");
    lib(&[("stay_up.rs", "x"), ("other.rs", "no")], Holds::Several, "x");
    // A module may be called like the challenge.
    lib(&[("src/lib.rs", "x"), ("src/stay_up.rs", "no")], Holds::One, "x");
    lib(&[("a/src/lib.rs", "x"), ("a/src/stay_up.rs", "no")], Holds::One, "x");
}

#[test]
fn modules_come_along_and_nothing_else() {
    let files = [("src/lib.rs", "mod a;"), ("src/a/b.rs", "b"), ("src/notes.txt", ""), ("tests/it.rs", "no")];
    let names: Vec<_> = all_ways(&files, Holds::One).expect("it is one").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a/b.rs", "lib.rs"]);
}

#[test]
fn what_is_no_submission_is_told_why() {
    let refused = |files: &[(&str, &str)], holds, why: &str| {
        let told = all_ways(files, holds).expect_err(why);
        assert!(told.contains(why), "{why}: {told}");
    };
    refused(&[("README.md", "")], Holds::One, "no `src/lib.rs` in it");
    refused(
        &[("a.rs", ""), ("b.rs", "")],
        Holds::One,
        "2 that could be the submission: `a.rs`, `b.rs`; name one `stay-up`",
    );
    let many = [("a/src/lib.rs", ""), ("b/src/lib.rs", ""), ("c/src/lib.rs", ""), ("d/src/lib.rs", "")];
    refused(&many, Holds::One, "4 that could be the submission: `a`, `b`, `c`, …");
    refused(&[("src/lib.rs", "")], Holds::Several, "no folder `stay-up` with `src/lib.rs`, and no file `stay-up.rs`");
    refused(&[("src/lib.rs", &"// long\n".repeat(1024 * 1024 + 1))], Holds::One, "more than 8388608 bytes");
    let names: Vec<_> = (0..=MOST_FILES).map(|n| format!("src/lib{n}.rs")).collect();
    let mut files: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    files.push(("src/lib.rs", ""));
    refused(&files, Holds::One, "more than 500 files");
}

#[test]
fn a_file_stands_for_the_library() {
    let dir = folder(&[("one.rs", "x"), ("notes.txt", ""), ("broken.zip", "PK"), ("deep/a/b/c/d.rs", "")]);
    let of = |name: &str| taken(&dir.path().join(name), Holds::One);
    assert_eq!(of("one.rs"), Ok(vec![("lib.rs".into(), "x".into())]));
    let refused = |name: &str, why: &str| assert!(of(name).is_err_and(|told| told.contains(why)), "{:?}", of(name));
    refused("none.rs", if cfg!(windows) { "cannot find the file" } else { "No such file" });
    refused("notes.txt", "neither a `.rs` file");
    refused("broken.zip", "broken, or no archive");
}

// Elsewhere there are no such files.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let dir = folder(&[]);
    let of = |name: &str| taken(&dir.path().join(name), Holds::One);
    let refused = |name: &str, why: &str| assert!(of(name).is_err_and(|told| told.contains(why)), "{:?}", of(name));
    let endless = dir.path().join("endless.rs");
    symlink("/dev/zero", &endless).expect("it is writable");
    refused("endless.rs", "neither a file nor a folder");
    let pipe = dir.path().join("pipe.zip");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
        .expect("it is writable");
    refused("pipe.zip", "neither a file nor a folder");
}

// Elsewhere a link needs a privilege.
#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let dir = folder(&[("src/lib.rs", "mod secret;")]);
    symlink("/etc/passwd", dir.path().join("src/secret.rs")).expect("it is writable");
    assert_eq!(taken(dir.path(), Holds::One), Err("`src/secret.rs` is not a regular file".into()));
    let elsewhere = TempDir::new().expect("there is room");
    symlink(dir.path().join("src"), elsewhere.path().join("src")).expect("it is writable");
    assert_eq!(taken(elsewhere.path(), Holds::One), Err("its `src` is a link to another folder".into()));
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(0);
    header.set_entry_type(tar::EntryType::Symlink);
    tar.append_link(&mut header, "src/lib.rs", "/etc/passwd").expect("it is in memory");
    write(&elsewhere, "link.tar", &tar.into_inner().expect("it is in memory"));
    let refused = taken(&elsewhere.path().join("link.tar"), Holds::One);
    assert_eq!(refused, Err("`src/lib.rs` is not a regular file".into()));
}

#[test]
fn an_archive_reaches_nothing_outside_and_is_bounded() {
    let dir = folder(&[]);
    let out = [("../escaped.rs", "no"), ("/tmp/absolute.rs", "no"), ("src/lib.rs", "x"), ("src\\deep\\er.rs", "y")];
    write(&dir, "out.zip", &zipped(&out));
    let taken_of = |name: &str| taken(&dir.path().join(name), Holds::One);
    let files = [("deep/er.rs", "y"), ("lib.rs", "x")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(taken_of("out.zip"), Ok(files.into()));
    // Far more than fits, packed into next to nothing.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_ustar();
    header.set_path("padding").expect("it is short");
    header.set_size(1 << 30);
    header.set_cksum();
    bomb.write_all(header.as_bytes()).expect("it is in memory");
    for _ in 0..140 {
        bomb.write_all(&vec![0; 1 << 20]).expect("it is in memory");
    }
    write(&dir, "bomb.tar.gz", &bomb.finish().expect("it is in memory"));
    assert_eq!(taken_of("bomb.tar.gz"), Err("it unpacks to more than 128 MiB".into()));
    for cut in [10, 40, 100] {
        let whole = zipped(&[("src/lib.rs", &"x".repeat(500))]);
        write(&dir, "cut.zip", &whole[..whole.len() - cut]);
        assert!(taken_of("cut.zip").is_err_and(|why| why.contains("broken")), "{:?}", taken_of("cut.zip"));
    }
    let cut = gzipped(&tarred(&[("src/lib.rs", "fn a() {}")]));
    write(&dir, "cut.tgz", &cut[..cut.len() - 12]);
    assert!(taken_of("cut.tgz").is_err_and(|why| why.contains("broken")), "{:?}", taken_of("cut.tgz"));
    write(&dir, "text.zip", b"a text");
    assert!(taken_of("text.zip").is_err_and(|why| why.contains("broken, or no archive")));
}

#[test]
fn names_that_no_disk_takes_are_refused() {
    let dir = folder(&[]);
    let long = format!("src/{}.rs", "x".repeat(300));
    let deep = format!("src/{}x.rs", format!("{}/", "y".repeat(200)).repeat(8));
    for (name, why) in [
        ("src/lib.rs/x.rs", "`lib.rs` is a file and a folder"),
        ("src/main.rs/x.rs", "`main.rs` is a file and a folder"),
        (&long, "is no name of a file"),
        (&deep, "is no name of a file"),
        ("src/a\0b.rs", "is no name of a file"),
    ] {
        write(&dir, "names.zip", &zipped(&[("src/lib.rs", ""), (name, "")]));
        let refused = taken(&dir.path().join("names.zip"), Holds::One);
        assert!(refused.as_ref().is_err_and(|told| told.contains(why)), "{name}: {refused:?}");
    }
}

#[test]
fn an_archive_in_a_folder_of_its_own_is_taken() {
    let dir = folder(&[("comment.html", "")]);
    write(&dir, "upload.zip", &zipped(&[("client/src/lib.rs", "x")]));
    assert_eq!(taken(dir.path(), Holds::One), Ok(vec![("lib.rs".into(), "x".into())]));
}

#[test]
fn names_are_those_of_what_was_handed_in() {
    let dir = folder(&[("a/src/lib.rs", ""), ("b/src/lib.rs", ""), ("a/src/deep/er.rs", ""), ("flat/lib.rs", "")]);
    let read =
        |path: &str| Sources::read(&dir.path().join(path), SLUG, Holds::One).expect("it is one").named("anna.zip");
    let said = |sources: &Sources| sources.names("member").given("member/src/lib.rs:1:2".into());
    assert_eq!(said(&read("a")), "anna.zip/src/lib.rs:1:2");
    let shown = |sources: &Sources| -> Vec<_> { sources.shown().map(|(name, _)| name).collect() };
    assert_eq!(shown(&read("a")), ["src/deep/er.rs", "src/lib.rs"]);
    assert_eq!((said(&read("flat")), shown(&read("flat"))), ("anna.zip/lib.rs:1:2".into(), vec!["lib.rs".to_owned()]));
    let file = read("flat/lib.rs");
    assert_eq!((said(&file), shown(&file)), ("anna.zip:1:2".into(), vec!["lib.rs".to_owned()]));
}

#[test]
fn the_digest_is_of_names_and_texts() {
    let digest = |files: &[(&str, &str)]| {
        Sources::read(folder(files).path(), SLUG, Holds::One).expect("it is a submission").digest()
    };
    let one = digest(&[("src/lib.rs", "x"), ("src/a.rs", "yz")]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(&[("deep/src/lib.rs", "x"), ("deep/src/a.rs", "yz"), ("README.md", "")]));
    assert_ne!(one, digest(&[("src/lib.rs", "x"), ("src/a.rs", "y")]));
    assert_ne!(one, digest(&[("src/lib.rs", "x"), ("src/b.rs", "yz")]));
}
