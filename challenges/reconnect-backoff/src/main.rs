starter::main!(reconnect_backoff::run);
