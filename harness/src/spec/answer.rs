//! What a server does whenever the client says something, beside the steps of its play.

use super::{
    grammar::Node,
    language::{HEARD, STEP},
    life::Life,
    names::sayings,
    play::{self, Setting},
    problem::Problem,
    scope::Notes,
    texts::Place,
    view,
};
use crate::scenario::{Answer, Length, Times};

/// The steps that take no time.
const AT_ONCE: [&str; 14] = [
    "send",
    "binary",
    "ping",
    "pong",
    "pongs",
    "close",
    "stall",
    "stop_reading",
    "resume",
    "half_close",
    "cut_after",
    "fin",
    "reset",
    "end",
];

/// Reads an entry's `answers`.
pub(super) fn answers(list: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Vec<Answer>> {
    let answers: Vec<_> = list.get_ref().as_array()?.iter().map(|item| answer(item, setting, notes)).collect();
    answers.into_iter().collect()
}

fn answer(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Answer> {
    let on = view::get(node, "on").and_then(|on| {
        let (word, value) = HEARD.pick(on)?;
        play::awaited(word.name, value, on, Place::outside(setting.scope), notes)
    });
    let times = match view::get(node, "times") {
        Some(times) if view::text(times).is_none() => view::whole(times).map(Times::Exactly),
        _ => Some(Times::Any),
    };
    let after = match view::get(node, "after") {
        Some(after) => setting.within(after, "`after`", notes),
        None => Some(Length::literal(0)),
    };
    let with = view::get(node, "with").and_then(|steps| {
        at_once(steps, notes);
        play::steps(steps, &mut Life::answering(), setting, notes)
    });
    Some(Answer { on: on?, times: times?, after: after?, with: with? })
}

/// Notes steps that take time: an answer must not hold up the play.
fn at_once(steps: Node<'_>, notes: &mut Notes<'_>) {
    for item in view::items(steps) {
        let Some((word, _)) = STEP.pick(item) else { continue };
        if !AT_ONCE.contains(&word.name) {
            let problem =
                Problem::at(item.span(), format!("`{}` cannot stand in an answer", word.name), "it takes time");
            notes.push(problem.help(format!("allowed here: {}", sayings(AT_ONCE.into_iter()))));
        }
    }
}
