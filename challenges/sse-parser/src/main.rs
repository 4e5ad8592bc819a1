starter::main!(sse_parser::run);
