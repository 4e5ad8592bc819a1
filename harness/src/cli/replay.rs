//! `harness replay`.

use super::{Exit, args::ReplayArguments, check::print, terminal::Terminal};
use crate::grade::{self, Catalog, Error};

pub(super) fn run(catalog: &Catalog, arguments: &ReplayArguments, terminal: &Terminal) -> Result<Exit, Error> {
    print(&grade::replay(catalog, &arguments.file)?, arguments.output, terminal)
}
