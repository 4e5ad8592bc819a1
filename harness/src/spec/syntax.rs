//! What is wrong with the TOML itself.

use std::collections::BTreeSet;

use toml::de::{DeTable, Error};

use super::problem::Problem;

/// The problems of a file whose parser found `faults`.
///
/// A bracket that is not closed swallows all that follows, and the parser then complains about each further line. So every block
/// from one header to the next is parsed again by itself, and what follows an open bracket in its block is not told.
pub(super) fn problems(text: &str, faults: &[Error]) -> Vec<Problem> {
    let mut found: Vec<Problem> = blocks(text).into_iter().flat_map(|(start, block)| within(block, start)).collect();
    let all = found.is_empty();
    let place = |problem: &Problem| problem.span.as_ref().map(|span| (span.start, span.end));
    let mut told: BTreeSet<_> = found.iter().map(place).collect();
    for fault in faults.iter().filter(|fault| all || fault.message().contains("duplicate")) {
        let problem = problem(fault, 0);
        if told.insert(place(&problem)) {
            found.push(problem);
        }
    }
    once_a_line(text, found)
}

/// The parts of a file from one header to the next, with their places.
fn blocks(text: &str) -> Vec<(usize, &str)> {
    let header = |line: &str| {
        let name = line.trim_end().trim_start_matches('[').trim_end_matches(']');
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        line.starts_with('[')
            && line.trim_end().ends_with(']')
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(plain)
    };
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && header(line) {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).map(|pair| (pair[0], &text[pair[0]..pair[1]])).collect()
}

/// The problems of one block, up to the first bracket that is not closed.
fn within(block: &str, start: usize) -> Vec<Problem> {
    let (_, faults) = DeTable::parse_recoverable(block);
    let open = |fault: &Error| {
        ["array", "inline table", "unclosed", "multi-line"].iter().any(|word| fault.message().contains(word))
    };
    let last = faults.iter().position(open).map_or(faults.len(), |at| at + 1);
    faults[..last].iter().map(|fault| problem(fault, start)).collect()
}

fn problem(fault: &Error, start: usize) -> Problem {
    let span = fault.span().unwrap_or(0..0);
    let (label, expected) = match fault.message().split_once(", expected ") {
        Some((label, expected)) => (label, Some(format!("expected {expected}"))),
        None => (fault.message(), None),
    };
    Problem::at(start + span.start..start + span.end, "this is not TOML", label).maybe_help(expected)
}

/// The first problem of each line: what follows on the same line is mostly a consequence.
fn once_a_line(text: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    let start = |problem: &Problem| problem.span.as_ref().map_or(0, |span| span.start.min(text.len()));
    problems.sort_by_key(start);
    // Lines are counted on from one problem to the next: a file may have one in every line.
    let (mut counted, mut line, mut last) = (0, 0, None);
    problems.retain(|problem| {
        let start = start(problem);
        line += text.as_bytes()[counted..start].iter().filter(|byte| **byte == b'\n').count();
        counted = start;
        last.replace(line) != Some(line)
    });
    problems
}
