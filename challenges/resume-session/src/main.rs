starter::main!(resume_session::run);
