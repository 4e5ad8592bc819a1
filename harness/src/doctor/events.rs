//! Whether the system tells when a file is saved.

use std::{fs, path::Path, sync::mpsc, time::Duration};

use notify::{RecursiveMode, Watcher as _};
use tempfile::TempDir;

use crate::{
    practice::Store,
    report::{Finding, Health},
};

/// How long the system may take to tell.
const PATIENCE: Duration = Duration::from_secs(2);

/// Saves a file in the workspace, and waits to be told.
pub(super) fn told(store: &Store) -> Vec<Finding> {
    let subject = "file events";
    let advice = "`watch` notices it by itself, and looks at your files four times a second.";
    vec![match save_and_wait(store.folder()) {
        Ok(()) => Finding::good(subject, "the system tells when a file is saved"),
        Err(why) => Finding::poor(subject, Health::Fair, format!("the system does not tell of saves: {why}"), advice),
    }]
}

fn save_and_wait(folder: &Path) -> Result<(), String> {
    // Not among the challenges: to cargo, every folder there is a crate.
    let place = fs::create_dir_all(folder).and_then(|()| TempDir::new_in(folder)).map_err(|error| error.to_string())?;
    let (sender, events) = mpsc::channel();
    let tell = move |_: notify::Result<notify::Event>| {
        // Nobody may be waiting any more.
        let _ = sender.send(());
    };
    let mut watcher = notify::recommended_watcher(tell).map_err(|error| error.to_string())?;
    watcher.watch(place.path(), RecursiveMode::Recursive).map_err(|error| error.to_string())?;
    fs::write(place.path().join("saved"), "now").map_err(|error| error.to_string())?;
    events.recv_timeout(PATIENCE).map_err(|_| "nothing came in two seconds".into())
}
