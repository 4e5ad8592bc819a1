//! The solutions of a challenge, and which of them a student's file is nearest to.

use std::{fs, path::Path};

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::format;
use crate::{
    grade::{Catalog, Error, unknown},
    report::{Comparison, Design, Pair},
};

/// The student's file.
const OWN: &str = "src/lib.rs";

/// The solutions with what they say about their design.
///
/// # Errors
/// [`Error::Usage`] if there is no such challenge, or no solution to it.
pub fn designs(catalog: &Catalog, slug: &str) -> Result<Vec<Design>, Error> {
    let solutions = solutions(catalog, slug)?;
    Ok(solutions.into_iter().map(|solution| solution.design).collect())
}

/// The student's file beside a solution: the one that is named, or else the one that differs in the fewest lines, both as `rustfmt` writes
/// them.
///
/// # Errors
/// [`Error::Usage`] if there is no such challenge or solution; [`Error::Harness`] if the student's file cannot be read.
pub fn compare(catalog: &Catalog, slug: &str, named: Option<&str>) -> Result<Comparison, Error> {
    let mut solutions = solutions(catalog, slug)?;
    if let Some(name) = named.filter(|name| solutions.iter().all(|solution| solution.design.name != **name)) {
        let known: Vec<_> = solutions.iter().map(|solution| solution.design.name.clone()).collect();
        return Err(Error::Usage(unknown("solution", name, &known)));
    }
    let file = catalog.folder(slug).join(OWN);
    let own = read(&file)?;
    // What cannot be formatted is compared as it is, with solutions as they are.
    let formatted = format::formatted(&catalog.workspace, &file, &own);
    let is_formatted = formatted.is_some();
    let own = code(&formatted.unwrap_or(own));
    if is_formatted {
        for solution in &mut solutions {
            let file = catalog.workspace.root.join("solutions").join(slug).join(format!("{}.rs", solution.design.name));
            if let Some(text) = format::formatted(&catalog.workspace, &file, &solution.text) {
                solution.text = text;
            }
        }
    }
    solutions.iter_mut().for_each(|solution| solution.text = code(&solution.text));
    let chosen = match named {
        Some(name) => solutions.iter().position(|solution| solution.design.name == name),
        None => (0..solutions.len()).min_by_key(|i| distance(&own, &solutions[*i].text)),
    };
    let chosen = solutions.remove(chosen.expect("there is at least one"));
    Ok(Comparison {
        slug: slug.to_owned(),
        own: format!("challenges/{slug}/{OWN}"),
        is_nearest: named.is_none(),
        is_formatted,
        pairs: pairs(&own, &chosen.text),
        design: chosen.design,
        others: solutions.into_iter().map(|solution| solution.design).collect(),
    })
}

struct Solution {
    design: Design,
    text: String,
}

fn solutions(catalog: &Catalog, slug: &str) -> Result<Vec<Solution>, Error> {
    catalog.find(slug)?;
    let folder = catalog.workspace.root.join("solutions").join(slug);
    let solution = |name: String| {
        let text = read(&folder.join(format!("{name}.rs")))?;
        Ok(Solution { design: Design { about: about(&text), name }, text })
    };
    let solutions = catalog.solutions(slug)?.into_iter().map(solution).collect::<Result<Vec<_>, Error>>()?;
    if solutions.is_empty() {
        return Err(Error::Usage(format!("there is no solution to {slug} in solutions/{slug}")));
    }
    Ok(solutions)
}

fn read(file: &Path) -> Result<String, Error> {
    fs::read_to_string(file).map_err(|error| Error::Harness(format!("cannot read {}: {error}", file.display())))
}

/// The first paragraph of what a file says about itself.
fn about(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let first: Vec<_> = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    first.join(" ")
}

/// A file without what it says about itself at its head: that of a starter is the task, that of a solution its design, and both are shown
/// elsewhere.
fn code(text: &str) -> String {
    let is_head = |line: &&str| line.starts_with("//!") || line.trim().is_empty();
    text.lines().skip_while(is_head).map(|line| format!("{line}\n")).collect()
}

/// In how many lines two texts differ.
fn distance(one: &str, other: &str) -> usize {
    pairs(one, other).iter().map(|pair| if let Pair::Both(_) = pair { 0 } else { pair.lines() }).sum()
}

/// Two texts line by line, side by side.
fn pairs(left: &str, right: &str) -> Vec<Pair> {
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (left, right) = (lines(left), lines(right));
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &left, &right) {
        let (left, right) = (left[op.old_range()].to_vec(), right[op.new_range()].to_vec());
        if op.tag() == DiffTag::Equal {
            pairs.extend(left.into_iter().map(Pair::Both));
            continue;
        }
        let (mut left, mut right) = (left.into_iter(), right.into_iter());
        loop {
            pairs.push(match (left.next(), right.next()) {
                (Some(left), Some(right)) => Pair::Changed(left, right),
                (Some(left), None) => Pair::Left(left),
                (None, Some(right)) => Pair::Right(right),
                (None, None) => break,
            });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_in_its_first_paragraph() {
        assert_eq!(
            about("//!\n//! One loop:\n//! connect, read, wait.\n//!\n//! More.\nuse x;\n"),
            "One loop: connect, read, wait."
        );
        assert_eq!(about("use x;\n//! Too late.\n"), "");
    }

    #[test]
    fn the_head_of_a_file_is_not_compared() {
        assert_eq!(code("//! The task.\n//!\n//! 1. Retry.\n\nuse x;\n//! odd\n"), "use x;\n//! odd\n");
    }

    #[test]
    fn lines_stand_beside_those_that_they_were_changed_to() {
        let pairs = pairs("a\nb\nc\nd\n", "a\nB\nB2\nd\ne\n");
        let expected = [
            Pair::Both("a".into()),
            Pair::Changed("b".into(), "B".into()),
            Pair::Changed("c".into(), "B2".into()),
            Pair::Both("d".into()),
            Pair::Right("e".into()),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(distance("a\nb\nc\nd\n", "a\nB\nB2\nd\ne\n"), 5);
        assert_eq!(distance("a\n", "a\n"), 0);
    }
}
