starter::main!(know_when_to_stop::run);
