//! Giving up files: Landlock.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath, PathFd, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use super::Places;

/// The rights that are taken away if the kernel knows them. Without the first version, which all later ones contain, nothing is taken.
const KNOWN: ABI = ABI::V6;

/// Takes away every file but these, and where the kernel can do it TCP, sockets without a name in the file system, and signals to
/// processes outside.
///
/// # Errors
///
/// If this kernel has no Landlock, or it is switched off.
pub(super) fn give_up(places: &Places) -> Result<(), String> {
    match try_give_up(places) {
        Ok(RulesetStatus::NotEnforced) => Err("Landlock is switched off in this kernel".into()),
        Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced) => Ok(()),
        Err(error) => Err(format!("Landlock refuses: {error}")),
    }
}

fn try_give_up(places: &Places) -> Result<RulesetStatus, RulesetError> {
    let reading = AccessFs::ReadFile | AccessFs::ReadDir;
    let change = reading | AccessFs::from_write(KNOWN) & !special();
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?;
    let mut created = ruleset
        .create()?
        .no_new_privs(true)
        .add_rules(path_beneath_rules(&places.read, reading))?
        .add_rules(path_beneath_rules(&places.run, reading | AccessFs::Execute))?
        .add_rules(path_beneath_rules(&places.change, change))?
        .add_rules(path_beneath_rules(&places.add, change & !(AccessFs::RemoveFile | AccessFs::RemoveDir)))?
        .add_rules(path_beneath_rules(&places.write, AccessFs::ReadFile | AccessFs::WriteFile))?;
    if places.own_process
        && let Ok(own) = PathFd::new("/proc/self")
    {
        // The process keeps its number when it becomes the program.
        created = created.add_rule(PathBeneath::new(own, reading))?;
    }
    Ok(created.restrict_self()?.ruleset)
}

/// What nobody needs to make.
fn special() -> BitFlags<AccessFs> {
    AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::MakeSock | AccessFs::MakeFifo | AccessFs::IoctlDev
}
