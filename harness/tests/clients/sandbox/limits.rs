//! How much a client may use.

use std::path::Path;

use harness::client::Sandbox::{Basic, Off, Strict};

use super::{ended, play, strict_works};

#[test]
fn a_client_that_fills_the_disk_is_stopped() {
    let tiers = if strict_works() { &[Basic, Strict][..] } else { &[Basic] };
    for tier in tiers {
        let file = ended(&play(*tier, "fills-a-file"));
        assert_eq!(file, "the client was stopped because it wrote a file of more than 16 MiB", "{tier}");
        let folder = ended(&play(*tier, "fills-its-folder"));
        assert!(
            folder.starts_with("the client was stopped because it filled its folder with more than 64 MiB"),
            "{tier}: {folder}"
        );
    }
}

/// Folders in folders, far deeper than a path may be long, and one that nobody may look into.
#[test]
fn a_client_that_hides_what_it_writes_is_stopped_and_cleared_away() {
    let tiers = if strict_works() { &[Basic, Strict][..] } else { &[Basic] };
    for tier in tiers {
        let ran = play(*tier, "digs");
        let ended = ended(&ran);
        assert!(
            ended.contains("it filled its folder with more than 64 MiB or 10000 files, or 64 folders deep"),
            "{tier}: {ended}"
        );
        let folder = ran.output.lines().find_map(|line| line.strip_prefix("folder: ")).expect("it says where it is");
        assert!(folder.len() > 1 && !Path::new(folder).exists(), "{folder} is gone");
    }
}

#[test]
fn a_client_that_starts_without_end_is_stopped() {
    let stopped = "the client was stopped because it had more than 1000 processes and threads";
    assert_eq!(ended(&play(Basic, "starts-programs")), stopped);
    if strict_works() {
        assert_eq!(ended(&play(Strict, "starts-threads")), stopped);
    }
}

#[test]
fn a_client_that_takes_all_memory_is_stopped_on_every_tier() {
    let tiers = if strict_works() { &[Off, Basic, Strict][..] } else { &[Off, Basic] };
    for tier in tiers {
        let ended = ended(&play(*tier, "eats-memory"));
        assert!(ended.contains("it asked for more memory than the 1 GiB that a client may use"), "{tier}: {ended}");
    }
}
