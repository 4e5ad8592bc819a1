starter::main!(typed_messages::run);
