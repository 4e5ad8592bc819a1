//! Starting and ending.

use std::io::{Read as _, Write as _};

use harness::{
    client::{Exit, MOST_OUTPUT, Program, spawn_linked},
    trace::Fault,
};

use super::{EVENTUALLY, actor::actor, hear, is_alive, run, sh, start};

#[test]
fn the_link_is_standard_input_and_works_both_ways() {
    let (client, mut link) = start("read line; echo \"heard $line\" >&0; echo printed; read line");
    link.write_all(b"hello\n").expect("it listens");
    assert_eq!(hear(&link), "heard hello");
    link.write_all(b"bye\n").expect("it listens");
    let finished = client.finish(EVENTUALLY);
    assert_eq!((finished.exit, finished.output.text.as_str()), (Exit::Status(0), "printed\n"));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let error = spawn_linked(&Program::new("/nowhere/client")).map(drop).expect_err("it is not there").to_string();
    assert!(error.starts_with("could not start /nowhere/client: "), "{error}");
}

#[test]
fn the_environment_is_clean_and_the_folder_empty_and_temporary() {
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "there is something to be cleaned");
    let (client, mut link) = start("pwd >&0; ls -A; env");
    let folder = hear(&link);
    link.read_to_end(&mut Vec::new()).expect("it ends");
    let printed = client.finish(EVENTUALLY).output.text;
    let mut names: Vec<_> = printed.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    assert_eq!(printed.lines().count(), names.len(), "the folder is empty:\n{printed}");
    let known = [
        "PATH",
        "HOME",
        "USER",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "SHELL",
        "RUST_BACKTRACE",
        "HARNESS_LINK",
        "HARNESS_PROCESS",
    ];
    // The shell adds some of its own.
    let of_the_shell = ["PWD", "OLDPWD", "SHLVL", "_"];
    let foreign: Vec<_> = names
        .iter()
        .filter(|name| !known.contains(name) && !of_the_shell.contains(name) && !name.starts_with("LC_"))
        .collect();
    assert!(foreign.is_empty() && names.contains(&"PATH"), "{names:?}");
    assert!(!std::path::Path::new(&folder).exists(), "{folder} is gone");
}

#[test]
fn each_way_to_end_is_told() {
    for (script, exit, fault) in [
        ("exit 0", Exit::Status(0), "status 0"),
        ("exit 3", Exit::Status(3), "status 3"),
        ("kill -SEGV $$", Exit::Signal(11), "signal 11 (SIGSEGV, an invalid memory access)"),
    ] {
        let finished = run(&sh(script));
        assert_eq!((finished.exit, finished.fault), (exit, Some(Fault::Exited(fault.into()))), "{script}");
        assert_eq!(finished.left_over, 0);
    }
}

#[test]
fn a_client_that_still_runs_is_ended_without_a_fault() {
    let (client, link) = start("echo working >&0; exec sleep 1000");
    assert_eq!(hear(&link), "working");
    let pid = client.pid().to_string();
    assert!(is_alive(&pid));
    let finished = client.finish(std::time::Duration::ZERO);
    assert_eq!((finished.exit, finished.fault), (Exit::Killed, None));
    assert!(!is_alive(&pid));
}

#[test]
fn a_client_that_is_dropped_is_ended() {
    let (client, link) = start("sleep 1000 & echo $! >&0; wait");
    let pids = [client.pid().to_string(), hear(&link)];
    drop(client);
    assert_eq!(pids.map(|pid| is_alive(&pid)), [false, false]);
}

#[test]
fn a_panic_is_told_with_its_place() {
    let finished = run(&actor("panic"));
    let Some(Fault::Panicked(message)) = finished.fault else { panic!("{finished:?}") };
    assert!(message.contains("client/actor.rs:") && message.ends_with(": the answer is 42"), "{message}");
    assert_eq!(finished.exit, Exit::Status(101));
}

#[test]
fn a_stack_overflow_is_told() {
    let finished = run(&actor("overflow"));
    assert!(matches!(&finished.fault, Some(Fault::Exited(what)) if what.contains("stack overflowed")), "{finished:?}");
}

#[test]
fn a_flood_is_cut_short() {
    // On either stream, and from a child that has left the group.
    for script in ["head -c 1000000000 /dev/zero", "exec 1>&2; yes", "setsid yes & wait"] {
        let (client, mut link) = start(&format!("{script}; exit 0"));
        link.set_read_timeout(Some(EVENTUALLY)).expect("it is not zero");
        assert_eq!(link.read(&mut [0]).expect("the link is closed"), 0);
        let finished = client.finish(std::time::Duration::ZERO);
        assert_eq!(finished.fault, Some(Fault::Flooded("it printed more than 16 MiB".into())), "{script}");
        let bytes = finished.output.bytes;
        assert!((MOST_OUTPUT..MOST_OUTPUT + 128 * 1024).contains(&bytes), "{script}: {bytes} bytes were read");
        assert_eq!((finished.exit, finished.left_over), (Exit::Killed, 0));
        assert!(finished.output.text.len() < 100 * 1024);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_that_a_client_starts_outlives_it() {
    let daemon = "setsid sh -c 'echo $$ >&3; exec sleep 1000'";
    let nested = "setsid sh -c 'setsid sh -c \"echo \\$\\$ >&3; exec sleep 1000\" & sleep 1000'";
    for (script, lives_on) in [
        (format!("{daemon} & wait"), true),
        (format!("{daemon} & exit 0"), false),
        (format!("env -i PATH=$PATH {daemon} & exit 0"), false),
        (format!("{nested} & wait"), true),
        (format!("({daemon} &) ; exit 0"), false),
    ] {
        // It keeps the link, standard output and standard error open.
        let (client, link) = start(&format!("exec 3<&0; {script}"));
        let pids = [hear(&link), client.pid().to_string()];
        assert!(is_alive(&pids[0]), "{script}");
        let finished = client.finish(if lives_on { std::time::Duration::ZERO } else { EVENTUALLY });
        assert_eq!(finished.left_over, 0, "{script}");
        assert_eq!(pids.map(|pid| is_alive(&pid)), [false, false], "{script}");
        assert_eq!(finished.exit, if lives_on { Exit::Killed } else { Exit::Status(0) }, "{script}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_end_of_one_client_spares_the_others() {
    let script =
        "exec 3<&0; (setsid sh -c 'echo $$ >&3; read line <&3; echo $line >&3; exec sleep 1000' &); exec sleep 1000";
    let clients: Vec<_> = (0..3).map(|_| start(script)).collect();
    let mut pids: Vec<_> = clients.iter().map(|(_, link)| hear(link)).collect();
    for (client, mut link) in clients {
        link.write_all(b"still here\n").expect("it listens");
        assert_eq!(hear(&link), "still here");
        drop(client);
        assert!(!is_alive(&pids.remove(0)));
        assert!(pids.iter().all(|pid| is_alive(pid)));
    }
}
