//! What checks assert about a fleet.

use super::{
    expect::{Stage, whole},
    grammar::Node,
    problem::Problem,
    scope::Notes,
    view,
};
use crate::scenario::{Expect, Repeats};

/// Reads an assertion about a fleet.
pub(super) fn expect(kind: &str, node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    match kind {
        "fleet_together" => {
            stage.needs_losses(1, node.span(), notes);
            let window = stage.length(node, "window", notes);
            Some(Expect::FleetTogether { retries: retries(node, notes)?, window: window? })
        }
        "fleet_ratio" => ratio(node, stage, notes),
        "fleet_at_cap" => at_cap(node, stage, notes),
        "fleet_frozen" => {
            let window = stage.length(node, "window", notes);
            let over = match view::get(node, "rounds") {
                Some(rounds) => {
                    stage.needs_losses(view::whole(rounds)?, rounds.span(), notes);
                    Repeats::Rounds(view::whole(rounds)?)
                }
                None => {
                    stage.needs_losses(1, node.span(), notes);
                    Repeats::InARow(whole(node, "in_a_row")?)
                }
            };
            Some(Expect::FleetFrozen { retry: whole(node, "retry")?, over, window: window? })
        }
        _ => None,
    }
}

/// The retries that are judged, each once.
fn retries(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Vec<u32>> {
    let items = view::get(node, "retries")?.get_ref().as_array()?;
    let retries: Vec<u32> = items.iter().map(view::whole).collect::<Option<_>>()?;
    for (n, item) in items.iter().enumerate() {
        if retries[..n].contains(&retries[n]) {
            notes.push(Problem::at(item.span(), "this retry is named twice", "leave it out"));
        }
    }
    Some(retries)
}

fn ratio(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    let samples = view::get(node, "samples")?;
    let count: u32 = view::whole(samples)?;
    if let Some((_, clients)) = stage.scenario {
        stage.needs_losses(u64::from(count).div_ceil(clients.max(1).into()), samples.span(), notes);
    }
    let retries = retries(node, notes);
    Some(Expect::FleetRatio {
        retries: retries?,
        ratio: view::number(view::get(node, "ratio")?)?,
        share: view::number(view::get(node, "share")?)?,
        samples: count,
    })
}

fn at_cap(node: Node<'_>, stage: Stage<'_>, notes: &mut Notes<'_>) -> Option<Expect> {
    stage.needs_losses(1, node.span(), notes);
    let cap = stage.length(node, "cap", notes);
    let band = view::get(node, "band")?;
    let [low, high] = view::items(band) else { return None };
    let (low, high) = (view::number(low)?, view::number(high)?);
    if low >= high {
        let label = format!("from {low} to {high}");
        notes.push(Problem::at(band.span(), "the band is empty", label).help("`band` is [low, high]"));
        return None;
    }
    Some(Expect::FleetAtCap {
        from_retry: whole(node, "from_retry")?,
        cap: cap?,
        band: (low, high),
        share: view::number(view::get(node, "share")?)?,
        samples: whole(node, "samples")?,
    })
}
