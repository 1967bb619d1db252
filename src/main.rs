//! Arguments in, a command out; the only place that ends the process.

mod cli;
mod commands;

use clap::Parser;
use std::process::ExitCode;

/// Counts what the audio thread allocates, so that the display can say that it does not.
#[global_allocator]
static ALLOCATOR: sangat::rt::guard::CountingAllocator = sangat::rt::guard::CountingAllocator;

/// What every command ends with when it cannot do what was asked.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    sangat::rt::allow_one_thread();
    match commands::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("sangat: {sentence}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
