//! How the raw bytes of cases are varied, and which variants a check is about.

use super::{
    case, grammar::Node, names::sayings, play::Setting, problem::Problem, scenario::Known as KnownScenario,
    scope::Notes, view,
};
use crate::{
    scenario::{Case, Cut, Length, Newline, Scenario, Split, Values, Variant, Variants, Vary},
    time::{self, Millis},
};

/// How long the server waits between two pieces where the spec says nothing.
const GAP: Millis = 20;

/// How many clients one scenario may have.
const MOST_CLIENTS: u32 = 10_000;

/// Reads how bytes are varied: in one way or several.
pub(super) fn all(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Vec<Vary>> {
    let all: Vec<_> = view::items(node).iter().map(|item| vary(item, setting, notes)).collect();
    all.into_iter().collect()
}

fn vary(node: Node<'_>, setting: Setting<'_>, notes: &mut Notes<'_>) -> Option<Vary> {
    let newlines = each(node, "newline", |name| Newline::ALL.into_iter().find(|newline| newline.word() == name), notes);
    let splits = each(node, "split", split, notes);
    let gap = match view::get(node, "gap") {
        Some(gap) => setting.within(gap, "the gap", notes),
        None => Some(Length::literal(GAP)),
    };
    let splits = splits?;
    Some(Vary { newlines: newlines?, splits: if splits.is_empty() { vec![Split::Whole] } else { splits }, gap: gap? })
}

fn split(name: &str) -> Option<Split> {
    Split::ALL.into_iter().find(|split| split.name() == name)
}

/// The words of a key, each once; none without the key.
fn each<T: PartialEq>(
    node: Node<'_>,
    key: &str,
    word: impl Fn(&str) -> Option<T>,
    notes: &mut Notes<'_>,
) -> Option<Vec<T>> {
    let mut words = Vec::new();
    for item in view::get(node, key).map(view::items).unwrap_or_default() {
        let word = word(view::text(item)?)?;
        if words.contains(&word) {
            notes.push(Problem::at(item.span(), "this is named twice", "leave it out"));
        }
        words.push(word);
    }
    Some(words)
}

/// Notes what is wrong between what varies and the raw bytes that there are.
pub(super) fn check(
    node: Node<'_>,
    scenario: &Scenario,
    cases: &[case::Known<'_>],
    setting: Setting<'_>,
    notes: &mut Notes<'_>,
) {
    for (role, (case, known)) in scenario.cases.iter().zip(cases).enumerate() {
        if let Some(vary) = view::get(known.node, "vary").or(view::get(node, "vary")) {
            check_case(vary, (scenario, role), case, setting, notes);
        }
    }
    let clients = |values: &Values| scenario.cast(values, Variants::All).clients();
    if let (Some(values), Some(vary)) =
        (setting.scope.worst(|values| clients(values) > MOST_CLIENTS), view::get(node, "vary"))
    {
        let label = format!("{} clients{}", clients(values), setting.scope.when(values));
        notes.push(Problem::at(vary.span(), format!("a scenario has at most {MOST_CLIENTS} clients"), label));
    }
}

fn check_case(
    vary: Node<'_>,
    (scenario, role): (&Scenario, usize),
    case: &Case,
    setting: Setting<'_>,
    notes: &mut Notes<'_>,
) {
    let length = |values: &Values| scenario.stream(role, values, Variant::AS_WRITTEN).len() as Millis;
    if setting.scope.worst(|values| length(values) < 2).is_some() {
        let label = format!("the case `{}` sends fewer than two raw `bytes`", case.id);
        notes.push(
            Problem::at(vary.span(), "there is nothing to vary", label).help("give the case a `vary` of its own"),
        );
        return;
    }
    let Some(lasts) = setting.lasts else { return };
    let takes = |values: &Values| {
        let pauses = |newline| {
            let variant = Variant { newline, cut: Cut::Bytes };
            scenario.stream(role, values, variant).len().saturating_sub(1) as Millis
        };
        let bytewise = case.vary.iter().filter(|vary| vary.splits.contains(&Split::Bytes));
        let longest = bytewise.map(|vary| {
            let most = vary.newlines().into_iter().map(pauses).max();
            most.unwrap_or(0) * values.ms(&vary.gap)
        });
        longest.max().unwrap_or(0)
    };
    if let Some(values) = setting.scope.worst(|values| takes(values) > values.ms(lasts)) {
        let (is, most) = (time::show(takes(values)), time::show(values.ms(lasts)));
        let label = format!("the case `{}` takes {is}, and the scenario lasts {most}", case.id);
        notes.push(Problem::at(vary.span(), "byte by byte does not fit into the scenario", label));
    }
}

/// The ways to split that a check is about; all if it names none.
pub(super) fn cuts(
    node: Node<'_>,
    chosen: &[(usize, &case::Known<'_>)],
    known: &KnownScenario<'_>,
    notes: &mut Notes<'_>,
) -> Option<Vec<Split>> {
    let Some(named) = view::get(node, "cut") else { return Some(Split::ALL.to_vec()) };
    let mut cuts = Vec::new();
    for item in view::items(named) {
        let cut = split(view::text(item)?)?;
        if cuts.contains(&cut) {
            notes.push(Problem::at(item.span(), "this is named twice", "leave it out"));
        }
        cuts.push(cut);
        let Some(scenario) = &known.whole else { continue };
        let splits = |case: &&Case| case.is_split(cut);
        let cases = chosen.iter().filter_map(|(index, _)| scenario.cases.get(*index));
        let without: Vec<_> = cases.filter(|case| !splits(case)).map(|case| case.id.as_str()).collect();
        if !without.is_empty() || chosen.is_empty() {
            let label = match without.as_slice() {
                [] => format!("`{}` has no cases", scenario.id),
                ids => format!("not so in {}", sayings(ids.iter().copied())),
            };
            let title = format!("nothing is split so: `{}`", cut.name());
            notes.push(Problem::at(item.span(), title, label).help("`vary` says how bytes are split"));
            return None;
        }
    }
    Some(cuts)
}
