//! The tutorial of `challenges/README.md`: its commands are run, its edits are made, and what is printed is what stands there.
//!
//! A block of `console` holds commands behind `$`, and what they print. A block with a file's name behind its kind is an edit of the
//! file: `diff` replaces lines, any other kind is added at the end. With `INSTA_UPDATE=always` the page is written anew.

use std::process::Command;

use super::workspace::Workspace;
use crate::{
    command_line::Done,
    spec_reference::{is_updating, readme, update},
};

/// The beginning of a command that runs the harness.
const HARNESS: &str = "cargo run -p harness -- ";

#[test]
fn the_tutorial_is_true() {
    let page = readme();
    let there = tutorial(&page);
    let played = play(there, &Workspace::new("tutorial"));
    if is_updating() {
        update(|page| page.replace(there, &played));
    }
    let now = readme();
    for (number, (there, played)) in tutorial(&now).lines().zip(played.lines()).enumerate() {
        assert_eq!(there, played, "line {number} of the tutorial; INSTA_UPDATE=always writes it anew");
    }
    assert_eq!(tutorial(&now), played);
}

/// The section of a page.
fn tutorial(page: &str) -> &str {
    let (_, section) = page.split_once("\n## A challenge in an hour\n").expect("the section is there");
    section.split("\n## ").next().expect("it has a beginning")
}

/// The section with what its commands print now.
fn play(section: &str, workspace: &Workspace) -> String {
    let (mut played, mut lines) = (String::new(), section.lines());
    while let Some(line) = lines.next() {
        played.push_str(line);
        played.push('\n');
        let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) else { continue };
        let body: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        match fence.split_once(' ') {
            _ if fence == "console" => {
                let commands = body.iter().filter_map(|line| line.strip_prefix("$ "));
                played.extend(commands.map(|command| format!("$ {command}\n{}", run(command, workspace))));
            }
            Some((kind, file)) => {
                edit(kind, file, &body, workspace);
                played.extend(body.iter().map(|line| format!("{line}\n")));
            }
            None => played.extend(body.iter().map(|line| format!("{line}\n"))),
        }
        played.push_str("```\n");
    }
    played
}

/// What a command prints.
fn run(command: &str, workspace: &Workspace) -> String {
    let done = match command.strip_prefix(HARNESS) {
        Some(arguments) => workspace.run(arguments),
        None => Done::of(Command::new("sh").args(["-c", command]).current_dir(&workspace.root)),
    };
    done.out + &done.err
}

fn edit(kind: &str, file: &str, body: &[&str], workspace: &Workspace) {
    let text = workspace.read(file);
    if kind != "diff" {
        return workspace.write(file, &format!("{text}\n{}\n", body.join("\n")));
    }
    let side = |sign: char| {
        body.iter().filter_map(|line| line.strip_prefix(sign)).map(|line| format!("{line}\n")).collect::<String>()
    };
    assert!(text.contains(&side('-')), "{file} does not have\n{}", side('-'));
    workspace.write(file, &text.replacen(&side('-'), &side('+'), 1));
}
