//! Whether this machine has what grading needs: looked at by really doing it, each look bounded in time.
//!
//! One file for each kind of thing; [`examine`] takes them all side by side.

mod ask;
mod events;
mod places;
mod rust;

use std::thread;

use crate::{
    client::Workspace,
    practice::Store,
    report::{Examination, Finding},
};

/// Looks at everything but the terminal, which only the command line knows.
#[must_use]
pub fn examine(workspace: &Workspace) -> Examination {
    let store = Store::of(workspace);
    let looks: [&(dyn Fn() -> Vec<Finding> + Sync); 6] = [
        &|| rust::toolchain(workspace),
        &|| rust::linker(workspace),
        &|| places::room(workspace),
        &|| places::state(workspace, &store),
        &|| events::told(&store),
        &|| rust::tools(workspace),
    ];
    let findings = thread::scope(|scope| {
        let looking = looks.map(|look| scope.spawn(look));
        looking.map(|look| look.join().expect("no look panics"))
    });
    Examination::new(findings.into_iter().flatten().collect())
}
