//! Programs of the user's own: the editor, and what shows a page.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::client;

/// How long a program that opens a page may take to find that it cannot.
const PATIENCE: Duration = Duration::from_millis(400);

/// Opens a page with the program that the user has for such files. Says whether there is one.
pub(super) fn open(page: &Path) -> bool {
    open::commands(page).into_iter().any(|mut command| {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        client::leave_to_user(&mut command);
        // It goes on when the terminal is closed.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().is_ok_and(does_not_fail)
    })
}

fn does_not_fail(mut child: Child) -> bool {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            Err(_) => return false,
        }
    }
    // It is the page's own program: it ends when its user ends it.
    thread::spawn(move || child.wait());
    true
}

/// The editor that this command line names, with a file; or why there is none.
pub(super) fn editor(line: &str, file: &Path) -> Result<Command, String> {
    let words = client::words(line).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return Err(format!("VISUAL or EDITOR cannot be read: {line}"));
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    client::leave_to_user(&mut command);
    Ok(command)
}
