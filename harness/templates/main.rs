starter::main!(new_challenge::run);
