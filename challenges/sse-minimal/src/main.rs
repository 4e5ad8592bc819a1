starter::main!(sse_minimal::run);
