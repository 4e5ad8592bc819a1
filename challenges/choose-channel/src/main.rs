starter::main!(choose_channel::run);
