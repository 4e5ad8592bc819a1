//! What could spoil the grading of others, or one's own so that it costs nothing.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, os::unix::fs::symlink};

use harness::verdict::GradeResult;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{Class, SLUG, handed_in::zip, of, root, solution};

#[test]
fn nobody_escapes_a_grade_or_takes_anothers() {
    let class = Class::new();
    let right = solution("one-loop.rs");
    let broken = "pub fn run( {";
    class.hand_in("anna.rs", &right);

    // A program that cannot be started is not the harness's fault.
    let loader = "#[used]\n#[unsafe(link_section = \".interp\")]\nstatic LOADER: [u8; 5] = *b\"/abc\\0\";\n";
    class.hand_in("loader.rs", format!("{right}\n{loader}"));
    // Nor are other programs in its crate, or names that no disk takes.
    let empty = "fn main() {}";
    class.hand_in(
        "programs.zip",
        zip(&[
            ("src/lib.rs", &right),
            ("src/bin/deps.rs", empty),
            ("src/bin/a.rs", empty),
            ("src/bin/a/main.rs", empty),
        ]),
    );
    class.hand_in("both.zip", zip(&[("src/lib.rs", &right), ("src/lib.rs/x.rs", "")]));

    // What is found among submissions is nobody else's, and nothing is waited for.
    symlink(root().join("solutions").join(SLUG).join("one-loop.rs"), class.path("class/link.rs"))
        .expect("it is writable");
    symlink("anna.rs", class.path("class/other.rs")).expect("it is writable");
    mknodat(CWD, class.path("class/pipe.rs"), FileType::Fifo, Mode::RWXU, 0).expect("it is writable");

    // Names that are no text, and one whose folder would be another's.
    for byte in [0xfe, 0xff] {
        let name = class.path("class").join(OsStr::from_bytes(&[b'x', byte, b'.', b'r', b's']));
        fs::write(name, broken).expect("it is writable");
    }
    class.hand_in("Lee, Ann.rs", broken);
    class.hand_in("Lee_ Ann.rs-85789860/lib.rs", broken);

    let ran = class.grade("out", &["--report", "json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let grades = class.grades("out");
    let outcome = |name: &str| of(&grades, name).outcome;
    for name in ["anna.rs", "programs.zip"] {
        assert_eq!(outcome(name), GradeResult::Passed, "{name}: {}", of(&grades, name).note);
    }
    assert_eq!(outcome("loader.rs"), GradeResult::NotCompiled);
    for name in ["both.zip", "link.rs", "other.rs", "pipe.rs"] {
        assert_eq!(outcome(name), GradeResult::Unusable, "{name}");
    }
    assert_eq!(grades.grades.len(), 11, "{grades:#?}");
    let mut folders: Vec<_> = grades.grades.iter().map(|grade| &grade.folder).collect();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 11, "each has a folder of its own: {folders:?}");
}
