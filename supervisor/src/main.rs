//! The program `cueline`. Everything is in the library, so that tests can use it.

use std::process::ExitCode;

/// A step makes and drops about a hundred small values, often on different threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cueline::cli::main()
}
