//! Clients of any language, on their standard input and output.

use harness::{
    client::{Client, Contract, ContractLine, Exit, spawn_contract},
    link::Act,
    trace::{Claim, Fault, Status},
};
use serde_json::json;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{EVENTUALLY, is_alive, sh};

/// Starts a program of one line of shell on the contract.
fn start(script: &str) -> (Client, ContractLine, UnboundedReceiver<(u32, Claim)>) {
    let config = json!({ "base_delay": 512, "name": "it's" });
    let address = ([127, 0, 0, 1], 4711).into();
    let contract = Contract { address, config: config.as_object().expect("it is one"), seed: u64::MAX, client: 7 };
    let (sender, claims) = mpsc::unbounded_channel();
    let (client, line) = spawn_contract(&sh(script), &contract, sender).expect("a shell starts");
    (client, line, claims)
}

/// The claims up to the last.
fn all(mut claims: UnboundedReceiver<(u32, Claim)>) -> Vec<Claim> {
    std::iter::from_fn(|| claims.blocking_recv())
        .map(|(client, claim)| {
            assert_eq!(client, 7);
            claim
        })
        .collect()
}

fn show(value: &serde_json::Value) -> Claim {
    Claim::Show(value.to_string())
}

#[test]
fn claims_and_acts_pass_and_other_lines_are_kept() {
    let script = r#"
        printf '{"show":"%s %s %s %s"}\n' "$HARNESS_CONTRACT" "$HARNESS_ADDRESS" "$HARNESS_SEED" "$HARNESS_CLIENT"
        printf '{"show":%s}\n' "$HARNESS_CONFIG"
        printf 'debugging'
        printf '\n{"status":"connecting"}\n'
        read -r act; printf '{"show":%s}\n' "$act"
        read -r act; printf '{"show":%s}\n' "$act"
        printf '{"status":"retrying","attempt":1,"wait":512}\n'
        echo 'it failed: no luck' >&2
        exit 1"#;
    let (client, line, claims) = start(script);
    line.acts.act(&Act::Send("a \"b\"".into()));
    line.acts.act(&Act::Close);
    let expected = [
        show(&json!("1 127.0.0.1:4711 18446744073709551615 7")),
        show(&json!({ "base_delay": 512, "name": "it's" })),
        Claim::Status(Status::Connecting),
        show(&json!({ "user": "send", "text": "a \"b\"" })),
        show(&json!({ "user": "close" })),
        Claim::Status(Status::Retrying { attempt: 1, wait: 512 }),
        Claim::Returned(Some("it failed: no luck".into())),
    ];
    assert_eq!(all(claims), expected);
    assert_eq!(line.ended.blocking_recv(), Ok(Exit::Status(1)));
    let finished = client.finish(EVENTUALLY);
    assert_eq!(finished.exit, Exit::Status(1));
    assert!(finished.output.text.contains("debugging\n") && finished.output.text.contains("it failed: no luck\n"));
    assert!(!finished.output.text.contains("status"));
}

#[test]
fn a_client_that_finishes_returns_and_one_that_breaks_off_does_not() {
    for (script, claimed, exit) in [
        ("exit 0", vec![Claim::Returned(None)], Exit::Status(0)),
        ("echo '{\"show\":1}'; exit 7", vec![show(&json!(1))], Exit::Status(7)),
        ("printf '{\"show\":1}'; kill -SEGV $$", vec![show(&json!(1))], Exit::Signal(11)),
    ] {
        let (client, line, claims) = start(script);
        assert_eq!(all(claims), claimed, "{script}");
        assert_eq!(line.ended.blocking_recv(), Ok(exit), "{script}");
        assert_eq!(client.finish(EVENTUALLY).exit, exit, "{script}");
    }
}

#[test]
fn a_client_that_breaks_the_contract_is_ended() {
    let (client, line, claims) = start("echo '{\"show\":1}'; echo '{\"status\":\"Connected\"}'; exec sleep 1000");
    let pid = client.pid().to_string();
    assert_eq!(all(claims), [show(&json!(1))]);
    assert_eq!(line.ended.blocking_recv(), Ok(Exit::Killed));
    let finished = client.finish(EVENTUALLY);
    assert!(matches!(&finished.fault, Some(Fault::Violated(what)) if what.contains("\"Connected\"")), "{finished:?}");
    assert!(!is_alive(&pid));
}

#[test]
fn a_client_that_reads_nothing_blocks_nobody() {
    let (client, line, claims) = start("read first; echo '{\"show\":1}'; exec sleep 1000");
    line.acts.act(&Act::Online);
    let mut claims = claims;
    assert_eq!(claims.blocking_recv(), Some((7, show(&json!(1)))));
    let long = Act::Send("x".repeat(10_000));
    for _ in 0..10_000 {
        line.acts.act(&long);
    }
    let finished = client.finish(std::time::Duration::ZERO);
    assert_eq!((finished.exit, finished.fault), (Exit::Killed, None));
}

#[cfg(target_os = "linux")]
#[test]
fn a_grandchild_that_holds_the_output_open_does_not_hide_the_end() {
    let (client, line, claims) = start("setsid sh -c 'echo \"{\\\"show\\\":$$}\"; exec sleep 1000' & read go; exit 0");
    let mut claims = claims;
    let Some((7, Claim::Show(pid))) = claims.blocking_recv() else { panic!("it says its number first") };
    line.acts.act(&Act::Online);
    assert_eq!(all(claims), [Claim::Returned(None)]);
    assert_eq!(line.ended.blocking_recv(), Ok(Exit::Status(0)));
    assert!(is_alive(&pid));
    assert_eq!(client.finish(EVENTUALLY).left_over, 0);
    assert!(!is_alive(&pid));
}

#[test]
fn a_flood_of_claims_is_cut_short() {
    let (client, line, claims) = start("yes '{\"show\":1}'");
    assert_eq!(line.ended.blocking_recv(), Ok(Exit::Killed));
    assert_eq!(all(claims).len(), harness::client::MOST_CLAIMS);
    assert!(matches!(client.finish(EVENTUALLY).fault, Some(Fault::Flooded(_))));
}
