//! Arguments in, a command out; the only place that ends the process.
fn main() {}
