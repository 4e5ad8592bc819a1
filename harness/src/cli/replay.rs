//! `harness replay`.

use super::{Exit, args::ReplayArguments, check::tell, files, terminal::Terminal};
use crate::grade::{self, Catalog, Error};

pub(super) fn run(catalog: &Catalog, arguments: &ReplayArguments, terminal: &Terminal) -> Result<Exit, Error> {
    let reports = arguments.reports.ready(arguments.output, &[])?;
    if let Some(file) = arguments.reports.files().find(|file| files::are_one(file, &arguments.file)) {
        return Err(Error::Usage(format!("cannot write {}: it is the trace that is read", file.display())));
    }
    tell(&grade::replay(catalog, &arguments.file, arguments.hidden.show_hidden)?, arguments.output, &reports, terminal)
}
