//! Keeps a second hold of the link before the kit takes it away, for the faults that write on it.

fn main() -> std::process::ExitCode {
    faults::lies::keep_the_link();
    starter::start(faults::run)
}
