starter::main!(heartbeat::run);
