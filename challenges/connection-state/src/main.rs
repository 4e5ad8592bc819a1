starter::main!(connection_state::run);
