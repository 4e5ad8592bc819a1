//! `--sandbox`, of the commands that run submissions.

use clap::{Args, ValueEnum};

use crate::{
    client::{
        Sandbox, Workspace,
        sandbox::{Strongest, strongest},
    },
    grade::Catalog,
};

/// How far submissions are shut in.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SandboxArguments {
    /// How far the submission is shut in [default: basic].
    #[arg(long, value_enum, value_name = "TIER")]
    pub(super) sandbox: Option<SandboxName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SandboxName {
    /// It runs as the user's other programs do; its memory and output are bounded.
    Off,
    /// Limits of time, memory, files and processes, and a clean environment.
    Basic,
    /// Also no network, no other process and no file but its own, for the compiler too (Linux).
    Strict,
    /// The strongest that works here.
    Best,
}

impl SandboxArguments {
    /// The catalog whose submissions are shut in so far, and why that far if nobody has said how far.
    pub(super) fn within(self, catalog: &Catalog) -> (Catalog, Option<String>) {
        let Strongest { sandbox, why } = match self.sandbox {
            None => return (catalog.clone(), None),
            Some(SandboxName::Best) => strongest(&catalog.workspace),
            Some(SandboxName::Off) => asked(Sandbox::Off),
            Some(SandboxName::Basic) => asked(Sandbox::Basic),
            Some(SandboxName::Strict) => asked(Sandbox::Strict),
        };
        let workspace = Workspace { sandbox, ..catalog.workspace.clone() };
        let why = (!why.is_empty()).then(|| format!("sandbox {sandbox}: {why}"));
        (Catalog::of(workspace), why)
    }
}

fn asked(sandbox: Sandbox) -> Strongest {
    Strongest { sandbox, why: String::new() }
}
